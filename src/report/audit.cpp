#include "rackfit/report/audit.hpp"

#include <fmt/format.h>

#include "audit_words.hpp"
#include "configuration.hpp"
#include "rackfit/units/registry.hpp"
#include "words.hpp"

namespace rackfit::report {

namespace {

std::string summary(const workload::ProposedNode& box, const units::Registry& units,
                    const catalog::Catalog& catalog) {
  const auto bytes = units.parse_unit("B").value->dimension;
  const auto rate = units.parse_unit("B/s").value->dimension;
  std::vector<std::string> pieces;
  const auto times = [](double count) { return count > 1 ? fmt::format("{:.0f} × ", count) : std::string(); };
  if (box.device) {
    const auto* device = catalog.devices.find(*box.device);
    pieces.push_back(
        fmt::format("{:.0f} × {}", box.devices.value_or(1), device ? device->row.name : *box.device));
  }
  if (box.cpu) {
    const auto* cpu = catalog.cpus.find(*box.cpu);
    pieces.push_back(times(box.cpus.value_or(1)) + (cpu ? cpu->row.name : *box.cpu));
  } else if (box.cores) {
    pieces.push_back(fmt::format("{:.0f} cores", *box.cores));
  }
  if (box.memory) pieces.push_back(units.format(*box.memory, bytes, "GiB") + " RAM");
  if (box.disk_capacity) {
    pieces.push_back(times(box.disks.value_or(1)) + units.format(*box.disk_capacity, bytes) +
                     (box.raid && *box.raid != "none" ? " " + *box.raid : ""));
  }
  if (box.nic) pieces.push_back(times(box.nics.value_or(1)) + units.format(*box.nic, rate, "Gbit/s"));
  return fmt::format("{}", fmt::join(pieces, " · "));
}

}  // namespace

AuditReport build(const audit::Audit& audit, const workload::Workload& workload,
                  const BuildOptions& options) {
  AuditReport report;
  report.rackfit_version = options.version;
  report.workload = workload.name.empty() ? options.file : workload.name;
  report.description = workload.description;
  report.file = options.file;
  report.targets_hold = audit.targets_hold();
  report.verdicts = audit.verdicts;
  for (audit::Verdict& verdict : report.verdicts) {
    verdict.because = readable(verdict.because);
    verdict.remedy = readable(verdict.remedy);
  }
  report.instead = build(*audit.instead, options);
  report.availability = audit.availability;
  if (audit.other) {
    report.other = build(*audit.other, options);
    report.other_availability = audit.other_availability;
  }
  const catalog::Catalog& catalog = *audit.instead->catalog;
  if (workload.proposal) {
    report.says = workload.proposal->says.value_or("");
    for (const auto& box : workload.proposal->nodes) {
      report.boxes.push_back(
          {box.name, summary(box.value, *audit.instead->units, catalog), box.value.count.value_or(1)});
    }
  }
  const MoneyPrinter money(catalog, workload.site.currency.value_or("USD"));
  const auto printed_usd = [&](const std::optional<double>& usd) {
    return usd ? money.from_usd(*usd) : std::nullopt;
  };
  report.offered_low = printed_usd(audit.offered_low_usd);
  report.offered_high = printed_usd(audit.offered_high_usd);
  report.market = printed_usd(audit.market_usd);
  report.market_is_floor = audit.market_is_floor;
  report.power_w = audit.power_w;
  if (audit.power_w && report.instead.totals.power_w && report.instead.feasible)
    report.power_difference_w = *report.instead.totals.power_w - *audit.power_w;
  double instead = 0;
  bool known = report.instead.feasible;
  for (const Role& role : report.instead.roles) {
    known = known && role.price_usd;
    instead += role.price_usd.value_or(0);
  }
  const bool offered = audit.offered_low_usd && audit.offered_high_usd;
  if (known && (offered || audit.market_usd)) {
    const double there = offered ? (*audit.offered_low_usd + *audit.offered_high_usd) / 2 : *audit.market_usd;
    report.difference = money.from_usd(instead - there);
    if (there > 0) report.difference_share = instead / there - 1;
    report.against_market = !offered;
  }
  return report;
}

}  // namespace rackfit::report
