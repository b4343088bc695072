#include "rackfit/cost/sensitivity.hpp"

#include <algorithm>
#include <cmath>

namespace rackfit::cost {

namespace {

constexpr std::uint64_t multiplier = 6364136223846793005ULL;
constexpr std::uint64_t stream = 1442695040888963407ULL;

double equivalent(const OwnCase& own) {
  return yearly_equivalent(net_present_value(own_course(own), own.terms), own.terms);
}

struct Known {
  const char* coefficient;
  const char* name;
  const char* unit;
  double OwnCase::*member;
};

/// `rate`: the case's unit for one of the coefficient's.
void add_input(std::vector<Input>& inputs, const catalog::Market& market, const std::string& coefficient,
               const char* name, const std::string& unit, double usual,
               std::function<void(OwnCase&, double)> set, double rate = 1) {
  const catalog::Coefficient* row = market.coefficients.find(coefficient);
  if (!row || row->low == row->high) return;
  inputs.push_back({name, std::min(row->low * rate, usual), usual, std::max(row->high * rate, usual),
                    row->shape, std::move(set), unit});
}

/// A range in any currency, as a factor on the case's own amount.
void add_factor(std::vector<Input>& inputs, const catalog::Market& market, const std::string& coefficient,
                const char* name, const std::string& currency, double amount,
                const std::function<void(OwnCase&, double)>& set) {
  const catalog::Coefficient* row = market.coefficients.find(coefficient);
  if (!row || !(row->usual > 0) || !(row->low < row->high) || !(amount > 0)) return;
  inputs.push_back({name, amount * row->low / row->usual, amount, amount * row->high / row->usual, row->shape,
                    set, currency});
}

void add_running(std::vector<Input>& inputs, const catalog::Market& market, const OwnCase& base,
                 const RangeNames& names) {
  if (base.staff_fte > 0) {
    add_input(inputs, market, names.staff, "staff", "people", base.staff_fte,
              [](OwnCase& own, double value) { own.staff_fte = value; });
  }
  add_input(inputs, market, names.pue, "power usage effectiveness", "", base.pue,
            [](OwnCase& own, double value) { own.pue = value; });
  add_input(inputs, market, "discount-rate", "discount rate", "%", base.terms.discount_rate,
            [](OwnCase& own, double value) { own.terms.discount_rate = value; });
  add_input(inputs, market, "horizon-years", "years in use", "years", base.terms.months / 12.0,
            [](OwnCase& own, double value) {
              own.terms.months = std::max(1, static_cast<int>(std::lround(value * 12)));
            });
  if (base.energy_price) {
    add_factor(inputs, market, "electricity-spread", "electricity, per kWh", base.currency,
               *base.energy_price, [](OwnCase& own, double value) { own.energy_price = value; });
  }
  if (base.space_per_kw_month) {
    add_factor(inputs, market, names.space, "space, per kW and month", base.currency,
               *base.space_per_kw_month, [](OwnCase& own, double value) { own.space_per_kw_month = value; });
  }
}

}  // namespace

Random::Random(std::uint64_t seed) {
  next();
  state_ += seed;
  next();
}

std::uint32_t Random::next() {
  const std::uint64_t old = state_;
  state_ = old * multiplier + stream;
  const auto shifted = static_cast<std::uint32_t>(((old >> 18) ^ old) >> 27);
  const auto turn = static_cast<std::uint32_t>(old >> 59);
  return (shifted >> turn) | (shifted << ((32 - turn) & 31));
}

double Random::uniform() {
  const std::uint64_t high = next();
  const std::uint64_t bits = (high << 32 | next()) >> 11;
  return static_cast<double>(bits) * 0x1p-53;
}

double triangular(double low, double usual, double high, double u) {
  const double width = high - low;
  if (!(width > 0)) return usual;
  const double rising = (usual - low) / width;
  return u < rising ? low + std::sqrt(u * width * (usual - low))
                    : high - std::sqrt((1 - u) * width * (high - usual));
}

double cost_per_device_hour(const OwnCase& own) {
  const double devices = devices_of(own);
  return devices > 0 ? equivalent(own) / (devices * hours_per_year) : equivalent(own);
}

double cost_per_million_tokens(const OwnCase& own, double tokens_per_s) {
  double utilisation = 0;
  for (const Gear& gear : own.gear)
    utilisation = std::max(utilisation, gear.devices > 0 ? gear.utilisation : 0);
  constexpr double million = 1e6;
  return equivalent(own) / (tokens_per_s * utilisation * seconds_per_month * 12 / million);
}

std::vector<Input> own_inputs(const catalog::Market& market, const OwnCase& base, const RangeNames& names) {
  constexpr int long_months = 48;  // nearer to five years than to three
  const char* residual = base.terms.months < long_months ? "residual-after-3y" : "residual-after-5y";
  const Known known[] = {{"hardware-price", "hardware price", "times", &OwnCase::hardware_factor},
                         {"maintenance-fraction", "maintenance", "%", &OwnCase::maintenance_fraction},
                         {"network-fraction", "network", "%", &OwnCase::network_fraction},
                         {residual, "residual value", "%", &OwnCase::residual_fraction},
                         {"install-fraction", "installation", "%", &OwnCase::install_fraction},
                         {"spares-fraction", "spare parts", "%", &OwnCase::spares_fraction}};
  std::vector<Input> inputs;
  for (const Known& each : known) {
    const double usual = base.*each.member;
    if (each.member == &OwnCase::network_fraction && base.network_priced) continue;
    if (usual == 0) continue;
    if (names.offered && each.member == &OwnCase::hardware_factor) {
      const auto set = [](OwnCase& own, double value) { own.hardware_factor = value; };
      if (names.offered->first < names.offered->second)
        inputs.push_back({each.name, names.offered->first, usual, names.offered->second,
                          catalog::Shape::triangular, set, each.unit});
      continue;
    }
    add_input(inputs, market, each.coefficient, each.name, each.unit, usual,
              [member = each.member](OwnCase& own, double value) { own.*member = value; });
  }
  if (devices_of(base) > 0) {
    add_input(
        inputs, market, "licence-per-device", "licences, per device", base.currency, base.licence_per_device,
        [](OwnCase& own, double value) { own.licence_per_device = value; }, names.licence_rate);
  }
  add_running(inputs, market, base, names);
  double utilisation = 0;
  for (const Gear& gear : base.gear)
    utilisation = std::max(utilisation, gear.devices > 0 ? gear.utilisation : 0);
  if (utilisation > 0) {
    add_input(inputs, market, "utilisation", "utilisation", "%", utilisation, [](OwnCase& own, double value) {
      for (Gear& gear : own.gear) {
        if (gear.devices > 0) gear.utilisation = value;
      }
    });
  }
  return inputs;
}

double Swing::width() const { return std::abs(at_high - at_low); }

std::vector<Swing> tornado(const OwnCase& base, const std::vector<Input>& inputs, const Metric& metric,
                           std::size_t most) {
  std::vector<Swing> swings;
  for (const Input& input : inputs) {
    OwnCase low = base, high = base;
    input.set(low, input.low);
    input.set(high, input.high);
    swings.push_back({input.name, input.unit, input.low, input.high, metric(low), metric(high)});
  }
  std::stable_sort(swings.begin(), swings.end(), [](const Swing& a, const Swing& b) {
    if (a.width() != b.width()) return a.width() > b.width();
    return a.name < b.name;
  });
  if (swings.size() > most) swings.resize(most);
  return swings;
}

Quantiles monte_carlo(const OwnCase& base, const std::vector<Input>& inputs, const Metric& metric,
                      std::uint64_t seed, std::size_t draws) {
  Random random(seed);
  std::vector<double> values;
  values.reserve(draws);
  for (std::size_t draw = 0; draw < draws; ++draw) {
    OwnCase own = base;
    for (const Input& input : inputs) {
      if (input.shape == catalog::Shape::triangular)
        input.set(own, triangular(input.low, input.usual, input.high, random.uniform()));
    }
    values.push_back(metric(own));
  }
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  const auto at = [&](double share) {
    return values[std::min(values.size() - 1,
                           static_cast<std::size_t>(share * static_cast<double>(values.size())))];
  };
  return {at(0.1), at(0.5), at(0.9)};
}

}  // namespace rackfit::cost
