// What the author of a workload knows of money: the part of the file that `rackfit compare` reads.
//
// Coefficients carry the names of profiles/prices/market/site.yaml and take the place of its values for this
// workload alone. One value is a fact and is not moved by the sensitivity figures; `[low, usual, high]` is an
// assumption with a range of one's own. `plan` passes over all of it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "rackfit/schema/schema.hpp"

namespace rackfit::workload {

using schema::Given;

/// A coefficient as stated; `currency` is empty for what is no money.
struct CostValue {
  double low = 0, usual = 0, high = 0;
  std::string currency;
  bool ranged = false;
};

/// Hours of a UTC day, "01:00".
struct DayHours {
  std::string from, until;
};

struct Costs {
  std::map<std::string, Given<CostValue>> coefficients;  // by name; "electricity" is a price per kWh
  Given<double> rented_hours;                            // s a month that rented machines are kept
  Given<double> rented_disk;                             // B of one rented machine
  Given<std::string> rent;                               // same | any
  Given<std::vector<std::string>> apis;                  // rows of the catalog's tokens to compare with
  Given<DayHours> tokens_between;                        // when tokens are used
  Span span;

  bool given() const;
};

/// What money a coefficient is ("kW*month", "y"), for one that is money; nothing for the others.
std::optional<std::string> money_unit_of(std::string_view coefficient);
/// Every coefficient that may be stated.
std::vector<std::string> cost_names();

}  // namespace rackfit::workload
