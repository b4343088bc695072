// What the commands that plan have in common: files in, the options that say how to choose and at which
// prices, and one of four writers out.
#pragma once

#include "command.hpp"
#include "rackfit/report/bill.hpp"
#include "rackfit/report/comparison.hpp"
#include "rackfit/report/csv.hpp"
#include "rackfit/report/json.hpp"
#include "rackfit/report/markdown.hpp"
#include "rackfit/report/table.hpp"
#include "rackfit/search/plan.hpp"
#include "terminal.hpp"

namespace rackfit::cli {

OptionSpec objective_option();
OptionSpec budget_option();
OptionSpec max_power_option();

/// `--set` with what `--budget` and `--max-power` come to.
std::vector<std::string> settings_of(const Args& args);

/// Every file is read and checked before any is planned, so that one run names all that is wrong.
std::vector<Job> load_jobs(Invocation& call);
/// A plan of the job as the options choose it, with so many runners-up for each role.
search::PlanRequest plan_request(Invocation& call, const Job& job, int runners_up);

/// `--as-of` is a day, or a diagnostic.
void check_as_of(Invocation& call);
/// Market, price book, currency and day of a request that prices a plan; false, with diagnostics, when one is
/// wrong.
template <class Request>
bool read_prices(Invocation& call, Request& request) {
  if (!call.session.catalog() || !call.session.market()) return false;
  if (!call.args.prices.empty()) request.book = call.session.price_book(call.args.prices);
  request.market = call.session.market();
  request.currency = call.args.currency;
  request.as_of = call.args.as_of;
  check_as_of(call);
  return !call.session.diagnostics().has_errors();
}

/// In the asked format.
template <class Item>
std::string written(const std::vector<Item>& items, Invocation& call) {
  switch (call.args.format) {
    case Format::json:
      return report::write_json(items);
    case Format::markdown:
      return report::write_markdown(items);
    case Format::csv:
      return report::write_csv(items);
    case Format::table:
      break;
  }
  return report::write_table(items, text_options(call.args, call.io));
}

}  // namespace rackfit::cli
