// What a plan was chosen by, in words: the aim, why the chosen one won and the others lost, and the rows of
// the front between money, time and power.
#pragma once

#include "configuration.hpp"
#include "rackfit/report/report.hpp"

namespace rackfit::report {

/// The currency that a plan is shown in: the site's, its budget's, USD.
std::string shown_currency(const workload::Workload& workload);
/// "cost: purchase, electricity …"; empty for the usual aim.
std::string aim(const search::Plan& plan);
/// Why a feasible candidate was not taken.
std::string why_lost(const search::Candidate& runner, const search::Candidate& chosen,
                     search::Objective objective, const MoneyPrinter& money);
/// What was least about the chosen one; empty for the usual aim.
std::string why_chosen(const search::RolePlan& role, const MoneyPrinter& money);
/// Sets the rows of the front and what they are.
void add_front(const search::RolePlan& role, const search::Plan& plan, const MoneyPrinter& money,
               Role& result);
/// What is left of the budget; empty without one.
std::string budget_note(const search::Plan& plan, double usd, const MoneyPrinter& money);
/// Machines that are there and too few for a role, which then buys all of its nodes.
void add_too_few(const search::RolePlan& role, std::vector<AdviceItem>& items);

}  // namespace rackfit::report
