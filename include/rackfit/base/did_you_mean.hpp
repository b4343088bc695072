// Suggestions for misspelt names: used for YAML keys, enum values, catalog ids, rules, units, commands.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rackfit {

/// The nearest of `known` to `word` (case-insensitive Damerau-Levenshtein distance, at most 1 + length/4 and
/// 3, words of two letters or fewer never match), ties broken alphabetically; nothing when none is near.
std::optional<std::string> did_you_mean(std::string_view word, const std::vector<std::string>& known);

/// "did you mean `x`?" or, without a near name, "one of `a`, `b`, … " (at most eight); empty when `known` is
/// empty.
std::string suggestion_help(std::string_view word, const std::vector<std::string>& known);

/// Lower-cases and folds space, `_` and `-` to `-`: the form in which catalog names are compared.
std::string fold_name(std::string_view name);

}  // namespace rackfit
