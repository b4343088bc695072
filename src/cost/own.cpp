#include "rackfit/cost/own.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace rackfit::cost {

namespace {

struct Cohort {
  double count = 0;
  double bought = 0;  // month; before 0 for what is there already
};

double draw_w(const OwnCase& own, const Gear& gear, double nodes, double utilisation) {
  return nodes * gear.power_w * own.power_factor *
         (own.idle_fraction + (1 - own.idle_fraction) * utilisation);
}

/// Books one kind of node into the course.
class Bookkeeper {
 public:
  Bookkeeper(const OwnCase& own, const Gear& gear, Course& course)
      : own_(own),
        gear_(gear),
        course_(course),
        price_(gear.price.value_or(0) * own.hardware_factor),
        life_(own.life_months > 0 ? own.life_months : own.terms.months) {}

  void book() {
    if (!gear_.price) course_.missing.push_back(fmt::format("price of {}", gear_.name));
    start();
    double nodes = gear_.nodes;
    for (int month = 1; month <= own_.terms.months; ++month) {
      replace(month);
      const double load = growth_in(own_.terms, month);
      // A hair above a whole node is rounding of the growth, not demand for another.
      constexpr double hair = 1e-9;
      const double wanted = std::ceil(gear_.busy_nodes * load - hair) + gear_.spare_nodes;
      if (gear_.busy_nodes > 0 && wanted > nodes) {
        buy(wanted - nodes, month, true);
        nodes = wanted;
      }
      run(month, nodes, std::min(1.0, gear_.utilisation * load * gear_.nodes / nodes));
    }
    sell();
  }

 private:
  void start() {
    double bought = gear_.nodes;
    for (const OwnedNodes& owned : gear_.owned) {
      const double count = std::min(owned.count, bought);
      if (count <= 0) continue;
      cohorts_.push_back({count, -owned.age_months});
      bought -= count;
    }
    if (bought > 0) buy(bought, 0, true);
    add(Category::hardware, "parts there already", 0, -std::min(gear_.owned_parts, bought * price_));
  }

  void buy(double count, int month, bool with_network) {
    const double hardware = count * price_;
    const double network = with_network ? hardware * own_.network_fraction : 0;
    add(Category::hardware, gear_.name, month, hardware);
    add(Category::hardware, "network", month, network);
    add(Category::install, "installation", month, (hardware + network) * own_.install_fraction);
    cohorts_.push_back({count, static_cast<double>(month)});
  }

  /// What wears out in a month is sold and bought anew, unless the horizon ends with it.
  void replace(int month) {
    if (month >= own_.terms.months) return;
    const std::size_t known = cohorts_.size();
    for (std::size_t i = 0; i < known; ++i) {
      const double age = month - cohorts_[i].bought;
      if (cohorts_[i].count <= 0 || age < life_) continue;
      const double count = cohorts_[i].count;
      add(Category::residual, "resale", month, -count * price_ * worth(age));
      cohorts_[i].count = 0;
      buy(count, month, false);
    }
  }

  void run(int month, double nodes, double utilisation) {
    const double kw = nodes * gear_.power_w * own_.power_factor / 1000;
    const double kwh = draw_w(own_, gear_, nodes, utilisation) * own_.pue * hours_per_month / 1000;
    if (month <= 12) course_.kwh_per_year += kwh;
    add(Category::energy, "electricity", month, kwh * own_.energy_price.value_or(0));
    add(Category::space, "space", month, kw * own_.space_per_kw_month.value_or(0));
    add(Category::upkeep, "maintenance", month, nodes * price_ * own_.maintenance_fraction / 12);
    add(Category::upkeep, "spare parts", month, nodes * price_ * own_.spares_fraction / 12);
    add(Category::licence, "licences", month, nodes * gear_.devices * own_.licence_per_device / 12);
  }

  void sell() {
    for (const Cohort& cohort : cohorts_) {
      add(Category::residual, "resale", own_.terms.months,
          -cohort.count * price_ * worth(own_.terms.months - cohort.bought));
    }
  }

  /// Share of its price that gear of an age is worth: falling evenly to the residual at the end of life, and
  /// on to nothing.
  double worth(double age_months) const {
    return std::max(0.0, 1 - (1 - own_.residual_fraction) * age_months / life_);
  }

  void add(Category category, const std::string& name, int month, double amount) {
    if (amount != 0)
      course_.flow(category, name, own_.terms).months[static_cast<std::size_t>(month)] += amount;
  }

  const OwnCase& own_;
  const Gear& gear_;
  Course& course_;
  double price_, life_;
  std::vector<Cohort> cohorts_;
};

}  // namespace

double devices_of(const OwnCase& own) {
  double devices = 0;
  for (const Gear& gear : own.gear) devices += gear.nodes * gear.devices;
  return devices;
}

double average_power_w(const OwnCase& own) {
  double watts = 0;
  for (const Gear& gear : own.gear) watts += draw_w(own, gear, gear.nodes, gear.utilisation);
  return watts;
}

Course own_course(const OwnCase& own) {
  Course course;
  course.kind = Kind::own;
  course.name = own.name;
  course.currency = own.currency;
  for (const Gear& gear : own.gear) Bookkeeper(own, gear, course).book();
  if (!own.energy_price && average_power_w(own) > 0) course.missing.push_back("price of electricity");
  if (!own.space_per_kw_month) course.missing.push_back("price of space");
  if (own.staff_fte > 0) {
    if (!own.fte_cost) course.missing.push_back("cost of staff");
    Flow& staff = course.flow(Category::staff, "staff", own.terms);
    const double monthly = own.staff_fte * own.fte_cost.value_or(0) / 12;
    for (std::size_t month = 1; month < staff.months.size(); ++month) staff.months[month] = monthly;
    staff.formula = fmt::format("{:.2f} people at {:.0f} a year", own.staff_fte, own.fte_cost.value_or(0));
  }
  if (own.carbon_g_per_kwh) course.co2e_kg_per_year = course.kwh_per_year * *own.carbon_g_per_kwh / 1000;
  return course;
}

double staff_for(const catalog::Market& market, double nodes, double devices) {
  const auto usual = [&](std::string_view name) {
    const catalog::Coefficient* row = market.coefficients.find(name);
    return row ? row->usual : 0.0;
  };
  const double nodes_per_person = usual("staff-nodes-per-fte");
  const bool many = devices >= usual("staff-by-nodes-from-devices");
  const double by_nodes = nodes_per_person > 0 ? nodes / nodes_per_person : 0;
  return many ? std::max(by_nodes, usual("staff-fte")) : usual("staff-fte");
}

}  // namespace rackfit::cost
