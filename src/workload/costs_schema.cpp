#include "costs_schema.hpp"

#include <algorithm>

#include "rackfit/catalog/market.hpp"

namespace rackfit::workload {

using schema::list;
using schema::number;
using schema::quantity;
using schema::Record;
using schema::record;
using schema::Type;

namespace {

enum class Sort { share, number, money };

/// A coefficient that may be stated.
struct Key {
  const char* name;
  Sort sort;
  double least, most;
  const char* per;  // money: what for
  const char* doc;
};

constexpr double no_end = 1e9;
constexpr double longest_years = 30, highest_pue = 5, dearest = 10, most_people = 1000;

const std::vector<Key>& keys() {
  static const std::vector<Key> all = {
      {"horizon-years", Sort::number, 0.1, longest_years, "", "years that are compared"},
      {"discount-rate", Sort::share, 0, 1, "", "what money costs a year"},
      {"hardware-price", Sort::number, 0, dearest, "", "street price over the price of the parts"},
      {"network-fraction", Sort::share, 0, 1, "", "network, of the hardware's price"},
      {"install-fraction", Sort::share, 0, 1, "", "installation, of the hardware's price"},
      {"residual-after-3y", Sort::share, 0, 1, "", "of the price, when sold after three years"},
      {"residual-after-5y", Sort::share, 0, 1, "", "of the price, when sold after five years"},
      {"maintenance-fraction", Sort::share, 0, 1, "", "of the price, each year"},
      {"spares-fraction", Sort::share, 0, 1, "", "spare parts, of the price, each year"},
      {"staff-fte", Sort::number, 0, most_people, "", "people who run the model servers"},
      {"kafka-staff-fte", Sort::number, 0, most_people, "", "people who run the brokers"},
      {"rent-staff-share", Sort::share, 0, 1, "", "people for rented machines over people for one's own"},
      {"fte-cost", Sort::money, 0, no_end, "y", "a person's year"},
      {"licence-per-device", Sort::money, 0, no_end, "y", "a year, for each accelerator"},
      {"electricity", Sort::money, 0, no_end, "kWh", "price of electricity"},
      {"pue-colo", Sort::number, 1, highest_pue, "", "power usage effectiveness of a colocation"},
      {"pue-server-room", Sort::number, 1, highest_pue, "", "power usage effectiveness of one's own room"},
      {"colo-per-kw-month", Sort::money, 0, no_end, "kW*month", "rent of a rack, without electricity"},
      {"room-per-kw-month", Sort::money, 0, no_end, "kW*month",
       "what one's own room costs besides electricity"},
      {"idle-fraction", Sort::share, 0, 1, "", "power when idle over power under load"},
      {"power-factor", Sort::share, 0, 1, "", "power under load over rated"},
      {"utilisation", Sort::share, 0, 1, "", "mean use of the machines; left out: from the load"},
      {"office-hours-share", Sort::share, 0, 1, "", "of a month, when people work"},
      {"cloud-support-fraction", Sort::share, 0, 1, "", "of the bill of a hyperscaler"},
      {"commit-discount-aws", Sort::share, 0, 1, "", "off the hourly price, for a year's commitment"},
      {"commit-discount-gcp", Sort::share, 0, 1, "", "off the hourly price, for a year's commitment"},
      {"spot-interruption-overhead", Sort::share, 0, 1, "", "hours that interruptions waste"},
      {"api-batch-share", Sort::share, 0, 1, "", "tokens that may wait for a provider's batch queue"},
      {"api-batch-discount", Sort::share, 0, 1, "", "off the price of tokens that wait"}};
  return all;
}

const Key* key_of(std::string_view name) {
  for (const Key& key : keys()) {
    if (key.name == name) return &key;
  }
  return nullptr;
}

bool refuse_value(const yaml::Node& node, schema::Context& context) {
  return schema::refuse(node, context, "RF0526", "a cost is one value, or three from low to high", "",
                        "write one value that you know, or `[low, usual, high]`");
}

bool fill(const std::vector<double>& read, const yaml::Node& node, CostValue& out, schema::Context& context) {
  const bool ordered = read.size() == 3 && read[0] <= read[1] && read[1] <= read[2];
  if (read.size() != 1 && !ordered) return refuse_value(node, context);
  out.ranged = read.size() == 3;
  out.low = read.front();
  out.high = read.back();
  out.usual = read[read.size() / 2];
  return true;
}

Type<CostValue> plain(const Type<double>& item) {
  const auto values = list(item, true);
  return {values.info, [values](const yaml::Node& node, CostValue& out, schema::Context& context) {
            std::vector<double> read;
            return values.decode(node, read, context) && fill(read, node, out, context);
          }};
}

Type<CostValue> money(const std::string& per) {
  const auto values = list(catalog::money_per(per), true);
  return {values.info, [values](const yaml::Node& node, CostValue& out, schema::Context& context) {
            std::vector<catalog::Money> read;
            if (!values.decode(node, read, context)) return false;
            std::vector<double> amounts;
            for (const catalog::Money& money : read) {
              if (money.currency != read.front().currency)
                return schema::refuse(node, context, "RF0521", "two currencies in one range", "",
                                      "state all three in one currency");
              amounts.push_back(money.amount);
            }
            if (!read.empty()) out.currency = read.front().currency;
            return fill(amounts, node, out, context);
          }};
}

Type<CostValue> type_of(const Key& key) {
  if (key.sort == Sort::money) return money(key.per);
  return plain(key.sort == Sort::share ? quantity("1", key.least, key.most) : number(key.least, key.most));
}

bool is_time(const std::string& text) {
  if (text.size() != 5 || text[2] != ':') return false;
  for (const std::size_t at : {0u, 1u, 3u, 4u}) {
    if (text[at] < '0' || text[at] > '9') return false;
  }
  const int hour = (text[0] - '0') * 10 + (text[1] - '0'), minute = (text[3] - '0') * 10 + (text[4] - '0');
  return minute < 60 && hour * 60 + minute <= 24 * 60;
}

Type<DayHours> day_hours() {
  const auto times = list(schema::text());
  return {times.info, [times](const yaml::Node& node, DayHours& out, schema::Context& context) {
            std::vector<std::string> read;
            if (!times.decode(node, read, context)) return false;
            if (read.size() != 2 || !is_time(read[0]) || !is_time(read[1])) {
              return schema::refuse(node, context, "RF0526", "hours of the day are two times", "",
                                    "write UTC times such as `[\"12:00\", \"24:00\"]`");
            }
            out = {read[0], read[1]};
            return true;
          }};
}

const Record<Costs>& costs_table() {
  static const Record<Costs> table = [] {
    Record<Costs> made("costs",
                       "What is known of costs, for `rackfit compare`; one value, or [low, usual, high]");
    made.locate(&Costs::span);
    for (const Key& key : keys()) {
      const std::string name = key.name;
      made.optional(
          name, [name](Costs& costs) -> Given<CostValue>& { return costs.coefficients[name]; }, type_of(key),
          key.doc);
    }
    constexpr double month_hours = 730;
    made.optional("rented_hours", &Costs::rented_hours, quantity("h", 0.0, month_hours),
                  "a month that rented machines are kept; left out: all 730")
        .optional("rented_disk", &Costs::rented_disk, quantity("B"),
                  "of one rented machine; left out: what a node of one's own needs")
        .optional("rent", &Costs::rent,
                  schema::choice(schema::Choices<std::string>{{"same", "same"}, {"any", "any"}}),
                  "the accelerators that are bought, or any that do the work")
        .optional("apis", &Costs::apis, list(schema::text(), true),
                  "rows of `rackfit catalog apis` to compare with, whatever their model")
        .optional("tokens_between", &Costs::tokens_between, day_hours(),
                  "UTC hours in which tokens are used, for prices that depend on them");
    return made;
  }();
  return table;
}

}  // namespace

bool Costs::given() const {
  const bool any = std::any_of(coefficients.begin(), coefficients.end(),
                               [](const auto& each) { return bool(each.second); });
  return any || rented_hours || rented_disk || rent || apis || tokens_between;
}

std::optional<std::string> money_unit_of(std::string_view coefficient) {
  const Key* key = key_of(coefficient);
  return key && key->sort == Sort::money ? std::optional<std::string>(key->per) : std::nullopt;
}

std::vector<std::string> cost_names() {
  std::vector<std::string> names;
  for (const Key& key : keys()) names.emplace_back(key.name);
  return names;
}

schema::Type<Costs> costs() { return record(costs_table()); }

}  // namespace rackfit::workload
