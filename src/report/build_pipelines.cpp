#include "build_pipelines.hpp"

#include "rackfit/kafka/curve.hpp"
#include "reader.hpp"

namespace rackfit::report {
namespace {

constexpr std::size_t half_hours = 48;

SizedService sized(const char* to, const search::Candidate* service, const search::RolePlan& pipeline,
                   const search::Plan& plan, const MoneyPrinter& money) {
  SizedService result;
  result.sized_to = to;
  result.feasible = service != nullptr;
  if (!service) return result;
  const search::Candidate& chosen = *service;
  result.summary = configuration(chosen, *plan.catalog, *plan.units, money).summary;
  result.nodes = chosen.nodes;
  result.devices = chosen.nodes * chosen.devices();
  if (chosen.price_usd) result.price = money.from_usd(*chosen.price_usd);
  const Reader reader(*pipeline.chosen->trace, *plan.units);
  result.rate = reader.base("pipeline.capacity");
  result.utilization = reader.base("pipeline.utilization");
  result.lag_p95_s = reader.base("pipeline.lag_p95");
  result.max_backlog = reader.base("pipeline.max_backlog");
  return result;
}

/// Accelerators are counted against each other when they are of one kind.
void compare(const search::Candidate& lag, const search::Candidate& peak, const MoneyPrinter& money,
             Pipeline& result) {
  if (lag.node.device == peak.node.device) {
    result.devices_saved = peak.nodes * peak.devices() - lag.nodes * lag.devices();
  }
  if (lag.price_usd && peak.price_usd && *peak.price_usd > *lag.price_usd) {
    result.price_saved = money.from_usd(*peak.price_usd - *lag.price_usd);
  }
}

}  // namespace

Pipeline build_pipeline(const search::PipelinePlan& pipeline, const search::Plan& plan,
                        const MoneyPrinter& money) {
  Pipeline result;
  result.name = pipeline.role.problem.name;
  result.title = pipeline.role.problem.title;
  result.from = pipeline.from;
  result.to = pipeline.to;
  result.day_known = pipeline.day_known;
  if (!pipeline.peak_service) {
    result.services.push_back(sized("peak", &pipeline.planned, pipeline.role, plan, money));
  } else {
    const search::Candidate* peak = pipeline.peak_service->chosen ? &*pipeline.peak_service->chosen : nullptr;
    result.services.push_back(sized("lag", &pipeline.planned, pipeline.role, plan, money));
    result.services.push_back(sized("peak", peak, *pipeline.peak_role, plan, money));
    if (peak) compare(pipeline.planned, *peak, money, result);
  }
  if (!pipeline.arrivals.empty()) result.arrivals = kafka::thinned(pipeline.arrivals, half_hours);
  if (!pipeline.waiting.empty()) result.waiting = kafka::thinned(pipeline.waiting, half_hours);
  return result;
}

}  // namespace rackfit::report
