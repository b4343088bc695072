// The units that inputs, catalogs and rules may use, read from profiles/units.yaml, and quantities written in
// them.
//
// `50 MB/s`, `2 GiB`, `7 d`, `35 CNY/kWh`, `10 %`, `1e3 token/s`, `/s`: a number and a product of units.
// Decimal (k M G T P) and binary (Ki Mi Gi Ti Pi) prefixes are different and case matters where it changes
// the meaning (`MB` is not `Mb`); near misses are refused with the right spelling. Numbers with leading
// zeros, thousands marks or comma decimals are refused.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/units/dimension.hpp"
#include "rackfit/yaml/tree.hpp"

namespace rackfit::units {

/// A unit expression: multiply a number by `factor` to get base units of `dimension`.
struct Unit {
  Dimension dimension;
  double factor = 1;
};

/// A value in base units with what it measures.
struct Quantity {
  double value = 0;
  Dimension dimension;
};

/// Why a text is not a quantity or unit: offsets are into that text.
struct ParseError {
  std::string message;
  std::string help;
  std::size_t begin = 0;
  std::size_t end = 0;
};

template <class T>
struct Parsed {
  std::optional<T> value;
  ParseError error;  // meaningful when there is no value
  explicit operator bool() const { return value.has_value(); }
};

class Registry {
 public:
  /// Reads profiles/units.yaml; codes RF025x. Nothing when anything in it is wrong.
  static std::optional<Registry> load(const yaml::Tree& tree, Diagnostics& diagnostics);

  /// A unit expression such as `MB/s`, `B/token`, `1`, `CNY/kWh`, `GB*month`.
  Parsed<Unit> parse_unit(std::string_view text) const;
  /// A number with an optional unit expression; `150k`-style suffixes are refused with a hint.
  Parsed<Quantity> parse_quantity(std::string_view text) const;
  /// True when `name` (with a prefix or not) is one unit, as the formula lexer needs to know.
  std::optional<Unit> find_unit(std::string_view name) const;

  /// "B/s", "token", "1": the base units of a dimension.
  std::string base_unit_text(const Dimension& dimension) const;
  /// A value in base units, printed for people in a fitting unit of its dimension: "93.1 GB", "150 MB/s",
  /// "1.2 s", "0.42". `unit` forces a unit ("GiB", "%"); significant digits are about three, whole numbers
  /// from 100 on are not rounded further, never in e-notation between 1e-4 and 1e15. Money has its currency's
  /// decimals. Infinity and NaN are words.
  std::string format(double value, const Dimension& dimension, std::string_view unit = {}) const;
  /// What to multiply `from` with to get `to`, in words for a help line: "multiply by a `time` factor"; empty
  /// when equal.
  std::string missing_factor(const Dimension& from, const Dimension& to) const;
  /// A quantity of this dimension as somebody would write it: "50 MB/s".
  std::string example(const Dimension& dimension) const;
  /// True when `given` is `expected` with words of counted things left out: `/s` for `request/s`, `B` for
  /// `B/token`.
  bool counted_words_left_out(const Dimension& given, const Dimension& expected) const;
  /// All unit spellings, for suggestions.
  const std::vector<std::string>& spellings() const { return spellings_; }
  /// Names of base quantities by index ("information", "time", …).
  const std::vector<std::string>& base_names() const { return base_names_; }

 private:
  friend class RegistryLoader;
  struct Display {
    Dimension dimension;
    std::vector<std::pair<std::string, double>> units;  // by rising factor
    std::optional<int> decimals;                        // money
    std::string example;
  };
  const Display* find_display(const Dimension& dimension) const;
  ParseError unknown_unit(std::string_view word, std::size_t begin) const;

  std::map<std::string, Unit, std::less<>> entries_;         // every spelling with every prefix
  std::map<std::string, std::string, std::less<>> refused_;  // ambiguous spelling -> what to write
  std::vector<std::string> spellings_;
  std::vector<std::string> base_names_;
  std::vector<std::string> base_symbols_;
  std::array<bool, max_base_quantities> counted_{};
  std::vector<Display> displays_;
};

/// A plain decimal or e-notation number (YAML 1.2 core without octal, hex, inf and nan), whole text or
/// nothing.
std::optional<double> parse_number(std::string_view text);
/// Bytes at the start of `text` that look like such a number; 0 when it starts with something else.
std::size_t number_length(std::string_view text);
/// About three significant digits, or exactly `decimals`; as `Registry::format` prints the number before the
/// unit.
std::string format_number(double value, std::optional<int> decimals = {});

}  // namespace rackfit::units
