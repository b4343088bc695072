// Small phrases that more than one writer needs, so that the formats agree in wording.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/report/report.hpp"

namespace rackfit::report {

/// "3 nodes", "1 node".
std::string counted(std::int64_t count, std::string_view one, std::string_view many);
/// "USD 12,400"; from a thousand on without cents, which no indicative price can promise.
std::string printed(const Money& money);
/// A number with its unit, or "unknown".
std::string printed(const std::optional<double>& value, std::string_view unit);
/// "93 %"; never "100 %" for what still fits.
std::string percent(const std::optional<double>& share);
/// "3.4 s (2.9 to 4.4)".
std::string printed_range(const std::optional<double>& value, const std::optional<double>& low,
                          const std::optional<double>& high, std::string_view unit);
/// "feasible with 3 nodes, about USD 24,300, 2.1 kW peak, 8 U".
std::string verdict(const Plan& plan);
/// Power in W or kW.
std::string printed_power(double power_w);
/// A time in ms, s or h.
std::string printed_time(double seconds);
/// What the rows of a role's front are, and what was left out of it.
std::string front_text(const Role& role);
/// A unit price times a count, exact in decimals; nothing when the text is not a decimal number.
std::optional<Money> times(const Money& money, std::int64_t count);
/// The command that shows where the tightest figure of the plan comes from; empty without any figure.
std::string next_command(const Plan& plan);
/// A list separated by " · " whose items are not broken across lines.
std::string bound(std::string_view list);
/// The text without trailing line ends and spaces, as YAML block texts have.
std::string trimmed(std::string_view text);
/// The same, with short code spans (`availability: n+1`) kept in one piece.
std::string prose(std::string_view text);
/// "met", "not met", "unknown".
std::string_view met_text(Met met);

}  // namespace rackfit::report
