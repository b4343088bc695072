// Names as people write them: repositories, file names, shop names, benchmark tables.
//
// The catalog finds ids and aliases. What it does not find is taken apart into words here: an owner, a
// format, a memory size and words that change nothing about the architecture ("instruct", "GGUF", "NVIDIA")
// are set aside, and what remains is looked up again. Whatever was set aside is kept, because a format in a
// model's name says how its weights are stored, and because the answer must say what a name was taken for.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rackfit::estimate {

/// Lower-case words of a name; separators are everything but letters, digits, `.` and `+`.
std::vector<std::string> words_of(std::string_view name);
/// Words without separators: "llama3.18b".
std::string joined(const std::vector<std::string>& words, std::string_view between = {});
/// The part before the first bracket, trimmed.
std::string without_brackets(std::string_view name);

/// Names written without their separators, and again without the words that do not matter.
class SpellingIndex {
 public:
  using Keep = bool (*)(const std::string& word);

  explicit SpellingIndex(Keep keep) : keep_(keep) {}
  void add(std::string_view name, std::size_t row);
  /// The row whose name has the same letters and digits; nothing when none or several have.
  std::optional<std::size_t> find(const std::vector<std::string>& words) const;
  /// The same without the words that do not matter, on both sides.
  std::optional<std::size_t> find_reduced(const std::vector<std::string>& words) const;
  std::vector<std::string> reduced(const std::vector<std::string>& words) const;

 private:
  using Rows = std::map<std::string, std::size_t, std::less<>>;
  static void claim(Rows& rows, std::string key, std::size_t row);
  static std::optional<std::size_t> at(const Rows& rows, const std::string& key);

  Keep keep_;
  Rows whole_, reduced_;
};

/// A number of parameters in a model's name: "8b", "a3b", "1t"; empty for other words.
struct SizeWord {
  double parameters = 0;
  bool active = false;
};
std::optional<SizeWord> size_word(std::string_view word);
/// Bytes of "80gb", "24gib"; empty for other words.
std::optional<double> memory_word(std::string_view word);
/// "2407", "0528", "v0.3": a release of the same architecture.
bool release_word(std::string_view word);

}  // namespace rackfit::estimate
