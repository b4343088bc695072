// The types of single values: text, names, dates, numbers, truth, quantities, words.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rackfit/base/check.hpp"
#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/schema/schema.hpp"

namespace rackfit::schema {

namespace {

using Kind = TypeInfo::Kind;

constexpr double largest_exact_integer = 9007199254740992.0;  // 2^53

std::shared_ptr<TypeInfo> info_of(Kind kind, std::optional<double> minimum = {},
                                  std::optional<double> maximum = {}) {
  auto info = std::make_shared<TypeInfo>();
  info->kind = kind;
  info->minimum = minimum;
  info->maximum = maximum;
  return info;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }

bool is_identifier(std::string_view text) {
  if (text.empty() || !(is_lower(text[0]) || is_digit(text[0]))) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower(c) || is_digit(c) || c == '.' || c == '_' || c == '-'; });
}

/// The number that `count` digits at `at` say, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!is_digit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

bool is_date(std::string_view text) {
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return false;
  const int year = digits(text, 0, 4);
  if (year < 1) return false;
  if (text.size() == 4) return true;
  const int month = digits(text, 5, 2);
  if (text[4] != '-' || month < 1 || month > 12) return false;
  if (text.size() == 7) return true;
  const int day = digits(text, 8, 2);
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  const int february = leap ? 29 : 28;
  const int last = month == 2 ? february : (month == 4 || month == 6 || month == 9 || month == 11) ? 30 : 31;
  return text[7] == '-' && day >= 1 && day <= last;
}

/// The part [begin, end) of a scalar's text in its file; the whole value where escapes make that unclear.
Span part_of(const yaml::Node& node, std::size_t begin, std::size_t end) {
  Span span = node.span();
  const std::size_t size = node.text().size();
  const std::size_t quote = node.quoted() ? 1 : 0;
  if (span.end - span.begin != size + 2 * quote || begin >= end || end > size) return span;
  span.end = span.begin + static_cast<std::uint32_t>(quote + end);
  span.begin += static_cast<std::uint32_t>(quote + begin);
  return span;
}

bool check_range(const TypeInfo& info, const yaml::Node& node, double value, double unit_factor,
                 Context& context) {
  const std::string unit = info.unit.empty() || info.unit == "1" ? "" : " " + info.unit;
  const auto bound = [&unit](double limit) { return units::format_number(limit) + unit; };
  if (info.minimum && value < *info.minimum * unit_factor) {
    return refuse(node, context, "RF0207", fmt::format("{} is too small", subject(node)),
                  fmt::format("must be at least {}", bound(*info.minimum)));
  }
  if (info.maximum && value > *info.maximum * unit_factor) {
    std::string help;
    const bool bare_share =
        info.unit == "1" && *info.maximum == 1 && value <= 100 && units::parse_number(node.text());
    if (bare_share) help = fmt::format("write `{} %` for a share in percent", node.text());
    return refuse(node, context, "RF0207", fmt::format("{} is too large", subject(node)),
                  fmt::format("must be at most {}", bound(*info.maximum)), std::move(help));
  }
  return true;
}

/// Reads a plain number, or says why it is none.
std::optional<double> decode_number(const TypeInfo& info, const yaml::Node& node, Context& context) {
  if (!detail::expect_scalar(info, node, context)) return std::nullopt;
  const auto value = units::parse_number(node.text());
  if (value && !node.quoted()) return value;
  std::string label = "expected " + detail::expectation(info, context);
  std::string help;
  if (value) {
    help = "remove the quotes";
  } else if (const auto quantity = context.units.parse_quantity(node.text())) {
    help = "write the number without a unit";
  } else if (units::number_length(node.text()) > 0) {
    label += ": " + quantity.error.message;
    help = quantity.error.help;
  }
  refuse(node, context, "RF0204",
         fmt::format("{} is not {}", subject(node), detail::expectation(info, context)), std::move(label),
         std::move(help));
  return std::nullopt;
}

bool refuse_boolean(const yaml::Node& node, Context& context) {
  static const std::vector<std::string> truths = {"yes", "y", "on", "1", "true"};
  static const std::vector<std::string> falsehoods = {"no", "n", "off", "0", "false"};
  const std::string word = fold_name(node.text());
  const std::string_view quotes = node.quoted() ? " without quotes" : "";
  std::string help;
  if (std::find(truths.begin(), truths.end(), word) != truths.end())
    help = fmt::format("write `true`{}", quotes);
  if (std::find(falsehoods.begin(), falsehoods.end(), word) != falsehoods.end())
    help = fmt::format("write `false`{}", quotes);
  return refuse(node, context, "RF0208", fmt::format("{} is not `true` or `false`", subject(node)),
                "expected `true` or `false`", std::move(help));
}

bool refuse_dimension(const TypeInfo& info, const units::Unit& unit, const units::Quantity& given,
                      const yaml::Node& node, Context& context) {
  const std::string expected = detail::expectation(info, context);
  std::string help = fmt::format("write {}", expected);
  if (units::parse_number(node.text())) {
    return refuse(node, context, "RF0206", fmt::format("{} needs a unit", subject(node)), "a number of what?",
                  std::move(help));
  }
  return refuse(node, context, "RF0206", fmt::format("{} has the wrong unit", subject(node)),
                fmt::format("measured in `{}`, expected `{}`", context.units.base_unit_text(given.dimension),
                            context.units.base_unit_text(unit.dimension)),
                std::move(help));
}

bool decode_quantity(const TypeInfo& info, const yaml::Node& node, double& out, Context& context) {
  if (!detail::expect_scalar(info, node, context)) return false;
  const auto unit = context.units.parse_unit(info.unit);
  RACKFIT_CHECK(unit);
  const auto parsed = context.units.parse_quantity(node.text());
  if (!parsed) {
    std::string help = parsed.error.help;
    if (help.empty()) help = fmt::format("write {}", detail::expectation(info, context));
    context.diagnostics.error("RF0205", part_of(node, parsed.error.begin, parsed.error.end),
                              fmt::format("{} is not a quantity", subject(node)), parsed.error.message,
                              std::move(help));
    return false;
  }
  const units::Dimension& given = parsed.value->dimension;
  const units::Dimension& expected = unit.value->dimension;
  if (!(given == expected) && !context.units.counted_words_left_out(given, expected))
    return refuse_dimension(info, *unit.value, *parsed.value, node, context);
  if (!check_range(info, node, parsed.value->value, unit.value->factor, context)) return false;
  out = parsed.value->value;
  return true;
}

}  // namespace

Type<std::string> text() {
  auto info = info_of(Kind::text);
  return {info, [info](const yaml::Node& node, std::string& out, Context& context) {
            if (!detail::expect_scalar(*info, node, context)) return false;
            out = std::string(node.text());
            return true;
          }};
}

Type<std::string> identifier() {
  auto info = info_of(Kind::identifier);
  return {info, [info](const yaml::Node& node, std::string& out, Context& context) {
            if (!detail::expect_scalar(*info, node, context)) return false;
            if (!is_identifier(node.text())) {
              return refuse(node, context, "RF0211", fmt::format("{} is not a name", subject(node)),
                            "expected lower-case letters, digits, `-`, `_` and `.`",
                            is_identifier(fold_name(node.text()))
                                ? fmt::format("write `{}`", fold_name(node.text()))
                                : std::string());
            }
            out = std::string(node.text());
            return true;
          }};
}

Type<std::string> date() {
  auto info = info_of(Kind::date);
  return {info, [info](const yaml::Node& node, std::string& out, Context& context) {
            if (!detail::expect_scalar(*info, node, context)) return false;
            if (!is_date(node.text())) {
              return refuse(node, context, "RF0212", fmt::format("{} is not a date", subject(node)),
                            "expected year-month-day, year-month or year",
                            "write `2026-11-22`, `2026-11` or `2026`");
            }
            out = std::string(node.text());
            return true;
          }};
}

Type<double> number(std::optional<double> minimum, std::optional<double> maximum) {
  auto info = info_of(Kind::number, minimum, maximum);
  return {info, [info](const yaml::Node& node, double& out, Context& context) {
            const auto value = decode_number(*info, node, context);
            if (!value || !check_range(*info, node, *value, 1, context)) return false;
            out = *value;
            return true;
          }};
}

Type<std::int64_t> integer(std::optional<double> minimum, std::optional<double> maximum) {
  auto info = info_of(Kind::integer, minimum, maximum);
  return {info, [info](const yaml::Node& node, std::int64_t& out, Context& context) {
            const auto value = decode_number(*info, node, context);
            if (!value || !check_range(*info, node, *value, 1, context)) return false;
            if (std::trunc(*value) != *value || std::abs(*value) > largest_exact_integer) {
              return refuse(node, context, "RF0204", fmt::format("{} is not a whole number", subject(node)),
                            "expected a whole number");
            }
            out = static_cast<std::int64_t>(*value);
            return true;
          }};
}

Type<bool> boolean() {
  auto info = info_of(Kind::boolean);
  return {info, [info](const yaml::Node& node, bool& out, Context& context) {
            if (!detail::expect_scalar(*info, node, context)) return false;
            if (node.quoted() || (node.text() != "true" && node.text() != "false"))
              return refuse_boolean(node, context);
            out = node.text() == "true";
            return true;
          }};
}

Type<double> quantity(std::string unit, std::optional<double> minimum, std::optional<double> maximum) {
  auto info = info_of(Kind::quantity, minimum, maximum);
  info->unit = std::move(unit);
  return {info, [info](const yaml::Node& node, double& out, Context& context) {
            return decode_quantity(*info, node, out, context);
          }};
}

int detail::decode_choice(const TypeInfo& type, const yaml::Node& node, Context& context) {
  if (!expect_scalar(type, node, context)) return -1;
  const auto it = std::find(type.choices.begin(), type.choices.end(), node.text());
  if (it != type.choices.end()) return static_cast<int>(it - type.choices.begin());
  refuse(node, context, "RF0209", fmt::format("{} cannot be `{}`", subject(node), node.text()),
         "unknown word", suggestion_help(node.text(), type.choices));
  return -1;
}

}  // namespace rackfit::schema
