#include "quantities.hpp"

#include <cmath>

#include "rackfit/cli/codes.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::cli {
namespace {

constexpr double kilo = 1e3, mega = 1e6, kibi = 1024, mebi = 1048576;
constexpr double largest_whole = 9007199254740992.0;

void refuse(Invocation& call, const char* option, const std::string& text, const std::string& wanted) {
  call.session.diagnostics().error(code::usage, {},
                                   "`" + std::string(option) + "` wants " + wanted + ", not `" + text + "`");
}

}  // namespace

std::optional<double> read_number(Invocation& call, const char* option, const std::string& text) {
  const std::size_t length = units::number_length(text);
  const std::string suffix = text.substr(length);
  const auto number = units::parse_number(std::string_view(text).substr(0, length));
  double factor = 0;
  if (suffix.empty()) factor = 1;
  if (suffix == "k" || suffix == "K") factor = kilo;
  if (suffix == "M" || suffix == "m") factor = mega;
  if (suffix == "Ki") factor = kibi;
  if (suffix == "Mi") factor = mebi;
  if (number && factor > 0) return *number * factor;
  refuse(call, option, text, "a number such as 500, 2k or 8Ki");
  return {};
}

void read_number(Invocation& call, const char* option, const std::string& text, std::optional<double>& out) {
  if (!text.empty()) out = read_number(call, option, text);
}

void read_count(Invocation& call, const char* option, const std::string& text,
                std::optional<std::int64_t>& out) {
  if (text.empty()) return;
  const auto number = read_number(call, option, text);
  if (!number) return;
  if (*number == std::floor(*number) && std::abs(*number) <= largest_whole) {
    out = static_cast<std::int64_t>(*number);
  } else {
    refuse(call, option, text, "a whole number");
  }
}

void read_share(Invocation& call, const char* option, const std::string& text, std::optional<double>& out) {
  if (text.empty()) return;
  constexpr double percent = 0.01;
  const bool percentage = text.back() == '%';
  std::string_view digits = std::string_view(text).substr(0, text.size() - (percentage ? 1 : 0));
  while (!digits.empty() && digits.back() == ' ') digits.remove_suffix(1);
  const auto number = units::parse_number(digits);
  if (!number) return refuse(call, option, text, "a share such as 0.7 or 70%");
  out = *number * (percentage ? percent : 1);
}

void read_bytes(Invocation& call, const char* option, const std::string& text, std::optional<double>& out) {
  const units::Registry* units = text.empty() ? nullptr : call.session.units();
  if (!units) return;
  const auto quantity = units->parse_quantity(text);
  const auto bytes = units->find_unit("B");
  if (quantity && bytes && quantity.value->dimension == bytes->dimension) {
    out = quantity.value->value;
  } else {
    refuse(call, option, text, "a size such as 128GiB");
  }
}

}  // namespace rackfit::cli
