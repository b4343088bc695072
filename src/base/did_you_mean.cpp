#include "rackfit/base/did_you_mean.hpp"

#include <algorithm>

namespace rackfit {
namespace {

constexpr std::size_t kShortestWord = 3;
constexpr std::size_t kLargestDistance = 3;
constexpr std::size_t kMostNames = 8;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Edits (insert, delete, replace, swap neighbours) between two words; anything above `limit` may come back
/// as limit + 1.
std::size_t distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t difference = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (difference > limit) return limit + 1;
  std::vector<std::size_t> before_last(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    std::size_t best = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const char x = lower(a[i - 1]), y = lower(b[j - 1]);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (x == y ? 0 : 1)});
      if (i > 1 && j > 1 && x == lower(b[j - 2]) && lower(a[i - 2]) == y) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
      best = std::min(best, row[j]);
    }
    if (best > limit + 1) return limit + 1;
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

}  // namespace

std::optional<std::string> did_you_mean(std::string_view word, const std::vector<std::string>& known) {
  if (word.size() < kShortestWord) return std::nullopt;
  std::size_t best = std::min(kLargestDistance, 1 + word.size() / 4);
  const std::string* found = nullptr;
  for (const std::string& name : known) {
    const std::size_t d = distance(word, name, best);
    if (d < best || (d == best && (found == nullptr || name < *found))) {
      best = d;
      found = &name;
    }
  }
  return found == nullptr ? std::nullopt : std::optional<std::string>(*found);
}

std::string suggestion_help(std::string_view word, const std::vector<std::string>& known) {
  if (const auto near = did_you_mean(word, known)) return "did you mean `" + *near + "`?";
  if (known.empty()) return {};
  std::string help = known.size() == 1 ? "" : "one of ";
  for (std::size_t i = 0; i < std::min(known.size(), kMostNames); ++i) {
    if (i > 0) help += ", ";
    help += '`';
    help += known[i];
    help += '`';
  }
  if (known.size() > kMostNames) help += ", …";
  return known.size() == 1 ? "only " + help + " is known here" : help;
}

std::string fold_name(std::string_view name) {
  std::string folded(name);
  for (char& c : folded) c = c == ' ' || c == '_' ? '-' : lower(c);
  return folded;
}

}  // namespace rackfit
