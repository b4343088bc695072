#include "words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "rackfit/report/layout.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::report {
namespace {

/// A path as a shell takes it.
std::string quoted(const std::string& path) {
  const bool plain = !path.empty() && std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("/._-+=,@%").find(c) != std::string_view::npos ||
           static_cast<unsigned char>(c) >= 0x80;
  });
  if (plain) return path;
  std::string out = "'";
  for (const char c : path) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

}  // namespace

std::string counted(std::int64_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string printed(const Money& money) {
  constexpr std::size_t cents_below_digits = 4;
  const std::size_t dot = money.amount.find('.');
  double value = 0;
  const char* const end = money.amount.data() + money.amount.size();
  const bool large = dot != std::string::npos && dot >= cents_below_digits &&
                     std::from_chars(money.amount.data(), end, value).ptr == end;
  return money.currency + "\u00A0" + grouped(large ? fmt::format("{:.0f}", value) : money.amount);
}

std::string printed(const std::optional<double>& value, std::string_view unit) {
  return value ? amount(*value, unit) : "unknown";
}

std::string percent(const std::optional<double>& share) {
  if (!share) return "unknown";
  double value = *share * 100;
  if (value < 100 && value >= 99.5) value = std::min(std::floor(value * 10) / 10, 99.9);
  if (value > 0 && value < 1) return "<1\u00A0%";
  return value >= 10 && value < 99.5 ? amount(std::round(value), "%") : amount(value, "%");
}

std::string printed_range(const std::optional<double>& value, const std::optional<double>& low,
                          const std::optional<double>& high, std::string_view unit) {
  std::string text = printed(value, unit);
  if (value && low && high)
    text += " (" + units::format_number(*low) + "–" + units::format_number(*high) + ")";
  return text;
}

std::string printed_power(double power_w) {
  return power_w >= 1000 ? amount(power_w / 1000, "kW") : amount(power_w, "W");
}

std::string printed_time(double seconds) {
  constexpr double hour_s = 3600;
  if (seconds < 1) return amount(seconds * 1000, "ms");
  return seconds < 2 * hour_s ? amount(seconds, "s") : amount(seconds / hour_s, "h");
}

std::string front_text(const Role& role) {
  const std::string money = role.front_counts_cost ? "cost over the years" : "price";
  const std::string time = role.latency_title.empty() ? "" : ", " + role.latency_title;
  std::string text =
      "Nothing that does the job beats one of these in " + money + time + " and peak power at once";
  if (role.front_left_out > 0) {
    text += fmt::format("; {} more left out, which in each of them are within {} of one of these",
                        role.front_left_out, role.front_margin > 0 ? percent(role.front_margin) : "nothing");
  }
  const bool in_it =
      std::any_of(role.front.begin(), role.front.end(), [](const Trade& row) { return row.chosen; });
  return text + (in_it ? " (← the chosen one):" : ":");
}

std::string verdict(const Plan& plan) {
  if (!plan.feasible) {
    std::string without;
    for (const Role& role : plan.roles) {
      if (!role.feasible) without += (without.empty() ? "" : ", ") + role.role;
    }
    return without.empty() ? "NOT feasible" : "NOT feasible: nothing in the catalog fits " + without;
  }
  std::string text = "feasible with " + counted(plan.totals.nodes, "node", "nodes");
  if (plan.totals.price) {
    const bool nothing = plan.totals.price->amount.find_first_not_of("0.") == std::string::npos;
    text += nothing ? ", nothing to buy" : ", about " + printed(*plan.totals.price);
  }
  if (plan.totals.power_w) text += ", " + printed_power(*plan.totals.power_w) + " peak";
  if (plan.totals.rack_units) text += ", " + amount(*plan.totals.rack_units, "U");
  return text;
}

std::optional<Money> times(const Money& money, std::int64_t count) {
  const std::size_t dot = money.amount.find('.');
  const std::size_t decimals = dot == std::string::npos ? 0 : money.amount.size() - dot - 1;
  std::string digits = money.amount;
  if (dot != std::string::npos) digits.erase(dot, 1);
  std::int64_t minor = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), minor);
  std::int64_t product = 0;
  if (error != std::errc() || end != digits.data() + digits.size() || minor < 0 || count < 0)
    return std::nullopt;
  if (__builtin_mul_overflow(minor, count, &product)) return std::nullopt;
  std::string text = fmt::format("{:0{}}", product, decimals + 1);
  if (decimals > 0) text.insert(text.size() - decimals, ".");
  return Money{text, money.currency};
}

std::string next_command(const Plan& plan) {
  const Role* tightest = nullptr;
  const Requirement* binding = nullptr;
  for (const Role& role : plan.roles) {
    for (const Requirement& requirement : role.requirements) {
      if (requirement.rule.empty() || !requirement.binding) continue;
      if (!binding || requirement.utilization.value_or(0) > binding->utilization.value_or(0)) {
        binding = &requirement;
        tightest = &role;
      }
    }
  }
  if (!binding) return {};
  std::string command =
      "rackfit explain " + quoted(plan.file.empty() ? "-" : plan.file) + " " + binding->rule;
  if (plan.roles.size() > 1) command += " --role " + tightest->role;
  return command;
}

std::string bound(std::string_view list) {
  constexpr std::string_view separator = " · ";
  std::string out;
  for (std::size_t at = 0; at < list.size();) {
    if (list.substr(at, separator.size()) == separator) {
      out += "\u00A0· ";  // the dot stays at the end of its line
      at += separator.size();
    } else {
      out += list[at] == ' ' ? std::string("\u00A0") : std::string(1, list[at]);
      ++at;
    }
  }
  return out;
}

std::string trimmed(std::string_view text) {
  const std::size_t end = text.find_last_not_of(" \n\t\r");
  return end == std::string_view::npos ? std::string() : std::string(text.substr(0, end + 1));
}

std::string prose(std::string_view text) {
  constexpr std::size_t longest_span = 40;
  std::string out = trimmed(text);
  for (std::size_t at = 0; (at = out.find('`', at)) != std::string::npos;) {
    const std::size_t end = out.find('`', at + 1);
    if (end == std::string::npos) break;
    std::string span = out.substr(at, end + 1 - at);
    if (span.size() <= longest_span) {
      for (std::size_t i = 0; (i = span.find(' ', i)) != std::string::npos;) span.replace(i, 1, "\u00A0");
    }
    out.replace(at, end + 1 - at, span);
    at += span.size();
  }
  return out;
}

std::string_view met_text(Met met) {
  switch (met) {
    case Met::yes:
      return "met";
    case Met::no:
      return "not met";
    case Met::unknown:
      return "unknown";
  }
  return "unknown";
}

}  // namespace rackfit::report
