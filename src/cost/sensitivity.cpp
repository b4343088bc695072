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
  double OwnCase::*member;
};

void add_input(std::vector<Input>& inputs, const catalog::Market& market, const char* coefficient,
               const char* name, double usual, std::function<void(OwnCase&, double)> set) {
  const catalog::Coefficient* row = market.coefficients.find(coefficient);
  if (!row || row->low == row->high) return;
  inputs.push_back(
      {name, std::min(row->low, usual), usual, std::max(row->high, usual), row->shape, std::move(set)});
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

std::vector<Input> own_inputs(const catalog::Market& market, const OwnCase& base, const char* staff) {
  static const Known known[] = {{"hardware-price", "hardware price", &OwnCase::hardware_factor},
                                {"maintenance-fraction", "maintenance", &OwnCase::maintenance_fraction},
                                {"network-fraction", "network", &OwnCase::network_fraction},
                                {"residual-after-5y", "residual value", &OwnCase::residual_fraction},
                                {"licence-per-device", "licences", &OwnCase::licence_per_device},
                                {"install-fraction", "installation", &OwnCase::install_fraction},
                                {"spares-fraction", "spare parts", &OwnCase::spares_fraction}};
  std::vector<Input> inputs;
  for (const Known& each : known) {
    const double usual = base.*each.member;
    if (each.member == &OwnCase::network_fraction && base.network_priced) continue;
    if (usual == 0 && each.member != &OwnCase::licence_per_device) continue;
    add_input(inputs, market, each.coefficient, each.name, usual,
              [member = each.member](OwnCase& own, double value) { own.*member = value; });
  }
  if (base.staff_fte > 0) {
    add_input(inputs, market, staff, "staff", base.staff_fte,
              [](OwnCase& own, double value) { own.staff_fte = value; });
  }
  add_input(inputs, market, "pue-colo", "power usage effectiveness", base.pue,
            [](OwnCase& own, double value) { own.pue = value; });
  add_input(inputs, market, "discount-rate", "discount rate", base.terms.discount_rate,
            [](OwnCase& own, double value) { own.terms.discount_rate = value; });
  add_input(inputs, market, "horizon-years", "years in use", base.terms.months / 12.0,
            [](OwnCase& own, double value) {
              own.terms.months = std::max(1, static_cast<int>(std::lround(value * 12)));
            });
  if (base.energy_price) {
    const double price = *base.energy_price;
    add_input(inputs, market, "electricity-spread", "price of electricity", 1,
              [price](OwnCase& own, double value) { own.energy_price = price * value; });
  }
  if (base.space_per_kw_month) {
    // The range is in USD; it is taken as a factor, so that any currency may be used.
    const catalog::Coefficient* row = market.coefficients.find("colo-per-kw-month");
    const double price = *base.space_per_kw_month;
    if (row && row->usual > 0 && price > 0 && row->low < row->high) {
      inputs.push_back({"price of space", row->low / row->usual, 1, row->high / row->usual, row->shape,
                        [price](OwnCase& own, double value) { own.space_per_kw_month = price * value; }});
    }
  }
  double utilisation = 0;
  for (const Gear& gear : base.gear)
    utilisation = std::max(utilisation, gear.devices > 0 ? gear.utilisation : 0);
  if (utilisation > 0) {
    add_input(inputs, market, "utilisation", "utilisation", utilisation, [](OwnCase& own, double value) {
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
    swings.push_back({input.name, input.low, input.high, metric(low), metric(high)});
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
