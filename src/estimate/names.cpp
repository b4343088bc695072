#include "names.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

#include "rackfit/units/bytes.hpp"

namespace rackfit::estimate {
namespace {

constexpr std::size_t ambiguous = std::numeric_limits<std::size_t>::max();
constexpr double gib = units::gib_bytes;

bool digit(char c) { return c >= '0' && c <= '9'; }

/// The number at the front, and what follows it.
std::optional<double> leading(std::string_view& text) {
  if (text.empty() || !digit(text.front())) return {};
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc()) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

}  // namespace

std::vector<std::string> words_of(std::string_view name) {
  std::vector<std::string> words;
  std::string word;
  const auto close = [&] {
    while (!word.empty() && word.back() == '.') word.pop_back();
    if (!word.empty()) words.push_back(std::move(word));
    word.clear();
  };
  for (char c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool part =
        (c >= 'a' && c <= 'z') || digit(c) || c == '.' || c == '+' || static_cast<unsigned char>(c) >= 0x80;
    if (part) {
      word += c;
    } else {
      close();
    }
  }
  close();
  return words;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string all;
  for (const std::string& word : words) {
    if (!all.empty()) all += between;
    all += word;
  }
  return all;
}

std::string without_brackets(std::string_view name) {
  name = name.substr(0, name.find_first_of("(["));
  while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
  return std::string(name);
}

void SpellingIndex::claim(Rows& rows, std::string key, std::size_t row) {
  if (key.empty()) return;
  const auto [taken, fresh] = rows.emplace(std::move(key), row);
  if (!fresh && taken->second != row) taken->second = ambiguous;
}

std::optional<std::size_t> SpellingIndex::at(const Rows& rows, const std::string& key) {
  const auto found = rows.find(key);
  if (found == rows.end() || found->second == ambiguous) return {};
  return found->second;
}

void SpellingIndex::add(std::string_view name, std::size_t row) {
  const auto slash = name.rfind('/');
  const auto words = words_of(slash == std::string_view::npos ? name : name.substr(slash + 1));
  claim(whole_, joined(words), row);
  claim(reduced_, joined(reduced(words)), row);
}

std::vector<std::string> SpellingIndex::reduced(const std::vector<std::string>& words) const {
  std::vector<std::string> kept;
  std::copy_if(words.begin(), words.end(), std::back_inserter(kept), keep_);
  return kept;
}

std::optional<std::size_t> SpellingIndex::find(const std::vector<std::string>& words) const {
  return at(whole_, joined(words));
}

std::optional<std::size_t> SpellingIndex::find_reduced(const std::vector<std::string>& words) const {
  const std::string key = joined(reduced(words));
  // A whole name is the better claim where several names reduce to the same.
  if (const auto row = at(whole_, key)) return row;
  return at(reduced_, key);
}

std::optional<SizeWord> size_word(std::string_view word) {
  SizeWord size;
  size.active = !word.empty() && word.front() == 'a';
  if (size.active) word.remove_prefix(1);
  const auto number = leading(word);
  if (!number || *number <= 0) return {};
  if (word == "b") size.parameters = *number * 1e9;
  if (word == "t") size.parameters = *number * 1e12;
  if (word == "m") size.parameters = *number * 1e6;
  if (size.parameters <= 0) return {};
  return size;
}

std::optional<double> memory_word(std::string_view word) {
  const auto number = leading(word);
  if (!number || *number <= 0 || (word != "gb" && word != "gib" && word != "g")) return {};
  return *number * gib;
}

bool release_word(std::string_view word) {
  if (!word.empty() && word.front() == 'v') return word.size() > 1 && digit(word[1]);
  return word.size() == 4 && std::all_of(word.begin(), word.end(), digit);
}

}  // namespace rackfit::estimate
