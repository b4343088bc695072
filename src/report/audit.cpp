#include "rackfit/report/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "audit_words.hpp"
#include "configuration.hpp"
#include "rackfit/units/registry.hpp"
#include "words.hpp"

namespace rackfit::report {

namespace {

using audit::Ruling;
using audit::Verdict;
using audit::VerdictKind;

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

struct Counts {
  int all = 0, holds = 0, fails = 0, impossible = 0, unknown = 0;
};

Counts count(const AuditReport& audit, VerdictKind kind) {
  Counts counts;
  for (const Verdict& verdict : audit.verdicts) {
    if (verdict.kind != kind) continue;
    ++counts.all;
    counts.holds += verdict.ruling == Ruling::holds;
    counts.fails += verdict.ruling == Ruling::fails;
    counts.impossible += verdict.ruling == Ruling::impossible;
    counts.unknown += verdict.ruling == Ruling::unknown;
  }
  return counts;
}

bool is_currency(const std::string& unit) {
  return unit.size() == 3 &&
         std::all_of(unit.begin(), unit.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::optional<double> amount_of(const std::optional<Money>& money) {
  return money ? units::parse_number(money->amount) : std::nullopt;
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
  report.instead = build(*audit.instead, options);
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
    report.against_market = !offered;
  }
  return report;
}

std::string audit_verdict(const AuditReport& audit) {
  const Counts targets = count(audit, VerdictKind::target), claims = count(audit, VerdictKind::claim),
               against = count(audit, VerdictKind::consistency);
  std::string text;
  if (targets.all > 0) {
    const int missed = targets.fails + targets.impossible;
    text = missed == 0 ? "the machines meet every target that can be judged"
                       : fmt::format("the machines miss {} of {} targets and limits", missed, targets.all);
  }
  const auto list = [](const Counts& counts) {
    std::string out;
    const auto add = [&](int number, const char* what) {
      if (number > 0) out += (out.empty() ? "" : ", ") + fmt::format("{} {}", number, what);
    };
    add(counts.holds, "hold");
    add(counts.fails, "fail");
    add(counts.impossible, "impossible");
    add(counts.unknown, "cannot be told");
    return out;
  };
  if (claims.all > 0)
    text += (text.empty() ? "" : "; ") + counted(claims.all, "claim", "claims") + ": " + list(claims);
  const int contradictions = against.fails + against.impossible;
  if (contradictions > 0) text += "; " + counted(contradictions, "contradiction", "contradictions");
  return text;
}

std::string audit_figure(const std::optional<double>& value, const std::string& unit) {
  if (!value) return "–";
  if (is_currency(unit)) return unit + "\u00A0" + grouped(fmt::format("{:.0f}", *value));
  if (unit == "1" && std::abs(*value) >= 1000) return grouped(fmt::format("{:.0f}", *value));
  return amount(*value, unit == "1" ? "" : unit);
}

std::string audit_found(const Verdict& verdict) {
  std::string text = audit_figure(verdict.predicted, verdict.unit);
  if (!verdict.predicted || (!verdict.low && !verdict.high)) return text;
  const auto end = [&](const std::optional<double>& value) {
    return value ? units::format_number(*value) : std::string("…");
  };
  return text + " (" + end(verdict.low) + "–" + end(verdict.high) + ")";
}

std::string audit_margin(const Verdict& verdict) {
  if (!verdict.margin || !verdict.wanted || !verdict.predicted) return {};
  // "at 120 %" of a limit, "12 times" of a wish: shares beyond a few are read as factors.
  constexpr double as_factor = 3;
  const double ratio = *verdict.predicted / *verdict.wanted;
  if (ratio >= as_factor) return fmt::format("{}×", units::format_number(std::round(ratio)));
  return fmt::format("{}{:.0f}\u00A0%", *verdict.margin < 0 ? "−" : "+", std::abs(*verdict.margin) * 100);
}

std::string audit_subject(const Verdict& verdict, bool with_role) {
  if (verdict.kind == VerdictKind::claim) {
    const bool beside = verdict.id.find('.', verdict.id.find('/')) != std::string::npos;
    return (beside || verdict.says.empty() ? verdict.subject + ": " + verdict.title : verdict.says);
  }
  if (verdict.kind == VerdictKind::target && !with_role) return verdict.title;
  return (verdict.subject.empty() ? "" : verdict.subject + ": ") + verdict.title;
}

std::string audit_prices(const AuditReport& audit) {
  std::string text;
  const auto add = [&](const std::string& piece) { text += (text.empty() ? "" : "; ") + piece; };
  if (audit.offered_low && audit.offered_high) {
    std::string range = printed(*audit.offered_low);
    if (audit.offered_low->amount != audit.offered_high->amount)
      range += " to " + printed(*audit.offered_high);
    add("offered for " + range);
  }
  if (audit.market)
    add((audit.market_is_floor ? "the accelerators alone come to about "
                               : "machines like these come to about ") +
        printed(*audit.market) + " at reference prices");
  if (audit.difference && audit.instead.totals.price) {
    const double difference = amount_of(audit.difference).value_or(0);
    const Money size{fmt::format("{:.2f}", std::abs(difference)), audit.difference->currency};
    add("what the plan buys costs " + printed(size) + (difference < 0 ? " less" : " more") +
        (audit.against_market                                      ? " than those"
         : audit.offered_low->amount == audit.offered_high->amount ? " than the offer"
                                                                   : " than the middle of the offer"));
  }
  return text;
}

std::string_view audit_heading(VerdictKind kind) {
  return kind == VerdictKind::target  ? "Do these machines do?"
         : kind == VerdictKind::claim ? "Is it true?"
                                      : "Does it agree with itself?";
}

bool several_roles(const AuditReport& audit) {
  std::string first;
  for (const Verdict& verdict : audit.verdicts) {
    if (verdict.kind != VerdictKind::target) continue;
    if (first.empty()) first = verdict.subject;
    if (first != verdict.subject) return true;
  }
  return false;
}

}  // namespace rackfit::report
