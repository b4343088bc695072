// pipeline.least_rate, pipeline.queue and pipeline.outage: what rules may ask about a topic as a buffer.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>

#include "flows.hpp"
#include "rackfit/rules/program.hpp"

namespace rackfit::search {
namespace {

using rules::NativeFunction;
using rules::NativeStep;
using Steps = std::vector<NativeStep>;
/// One candidate: outputs are preset to not applicable; steps when somebody asks.
using Evaluate =
    std::function<void(const Flows::Entry&, const double* arguments, double* outputs, Steps* steps)>;

const Provenance& fluid_source() {
  static const Provenance source = [] {
    Provenance s;
    s.document = "rackfit backlog model: a fluid queue over a repeating day in steps of five minutes";
    s.read = "2026-11-22";
    s.confidence = Confidence::documented;
    s.note = "what arrives above the capacity waits, first come first served; single messages are left out";
    return s;
  }();
  return source;
}

// No rate, share or time is below 0.
constexpr double absent = -1;

/// Rounded up to three digits: what others ask differs from candidate to candidate by less than it is known,
/// and a planner's thousands of candidates need not each have a queue of their own.
double coarse(double rate) {
  if (!(rate > 0) || !std::isfinite(rate)) return rate;
  const double unit = std::pow(10.0, std::floor(std::log10(rate)) - 2);
  return std::ceil(rate / unit * (1 - 1e-12)) * unit;
}

std::vector<double> times(const std::vector<double>& shape, double rate) {
  std::vector<double> result = shape;
  for (double& value : result) value *= rate;
  return result;
}

std::vector<double> taken(const Flows::Entry& entry, double others) {
  if (!(others > 0)) return {};
  return entry.others.empty() ? std::vector<double>(kafka::steps_per_day, others)
                              : times(entry.others, others);
}

double highest(const std::vector<double>& values) {
  return values.empty() ? 0 : *std::max_element(values.begin(), values.end());
}

void note(Steps* steps, std::string name, std::string formula, double value, std::string unit) {
  if (steps)
    steps->push_back({std::move(name), std::move(formula), {}, value, std::move(unit), fluid_source()});
}

/// `others_at`: which argument is the rate of those who go first.
NativeFunction build(NativeFunction text, std::size_t others_at, std::shared_ptr<const Flows> flows,
                     std::vector<std::size_t> optional, Evaluate evaluate) {
  text.source = fluid_source();
  const std::size_t parameters = text.parameters.size(), outputs = text.outputs.size();
  const auto answer = [=](const double* arguments, Steps* steps) {
    std::vector<double> out(outputs, rules::not_applicable());
    for (std::size_t p = 0; p < parameters; ++p) {
      const bool may_lack = std::find(optional.begin(), optional.end(), p) != optional.end();
      if (!may_lack && rules::is_not_applicable(arguments[p])) return out;
    }
    if (const Flows::Entry* entry = flows ? flows->find(arguments[0]) : nullptr) {
      evaluate(*entry, arguments, out.data(), steps);
    }
    return out;
  };
  const auto known = std::make_shared<std::map<std::vector<double>, std::vector<double>>>();
  text.batch = [=](const double* const* args, double* const* results, std::size_t count) {
    std::vector<double> arguments(parameters), key(parameters);
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t p = 0; p < parameters; ++p) {
        arguments[p] = p == others_at ? coarse(args[p][i]) : args[p][i];
        key[p] = rules::is_not_applicable(arguments[p]) ? absent : arguments[p];  // keys must compare
      }
      // Candidates of a role mostly ask the same.
      auto found = known->find(key);
      if (found == known->end()) found = known->emplace(key, answer(arguments.data(), nullptr)).first;
      for (std::size_t o = 0; o < outputs; ++o) results[o][i] = found->second[o];
    }
  };
  text.explain = [=](const double* args) {
    std::vector<double> arguments(args, args + parameters);
    arguments[others_at] = coarse(arguments[others_at]);
    Steps steps;
    answer(arguments.data(), &steps);
    return steps;
  };
  return text;
}

void least_rate(const Flows::Entry& entry, const double* a, double* out, Steps* steps) {
  kafka::Goal goal;
  if (!rules::is_not_applicable(a[3])) goal.age_p95_s = std::max(0.0, a[3]);
  goal.drained_by_s = entry.drained_by_s;
  if (!goal.any()) return;
  const auto arrivals = times(entry.arrivals, a[1]);
  const auto first = taken(entry, a[2]);
  out[0] = kafka::least_capacity(arrivals, first, goal);
  if (!steps) return;
  const kafka::Backlog day = kafka::run_day({arrivals, kafka::left_over(out[0], first)});
  note(steps, "mean", "mean of the arrivals over the day", a[1], "request/s");
  note(steps, "peak", "highest five minutes of the day", highest(arrivals), "request/s");
  note(steps, "others", "highest load that goes first", highest(first), "request/s");
  note(steps, "least", "least steady rate at which the day's backlog keeps the goal, by bisection", out[0],
       "request/s");
  note(steps, "backlog", "highest backlog of the day at that rate", day.max_waiting, "request");
  note(steps, "age", "p95 of the waiting times at that rate, weighted by messages", day.age_p95_s, "s");
}

kafka::Flow flow_of(const Flows::Entry& entry, const double* a) {
  auto left = kafka::left_over(a[2], taken(entry, a[3]));
  return {times(entry.arrivals, a[1]), times(left, a[4])};
}

void queue(const Flows::Entry& entry, const double* a, double* out, Steps* steps) {
  const kafka::Flow flow = flow_of(entry, a);
  const kafka::Backlog day = kafka::run_day(flow);
  out[0] = day.utilization;
  out[1] = day.max_waiting;
  out[2] = day.max_waiting_at_s;
  out[3] = day.drained_after_s;
  out[4] = day.age_mean_s;
  out[5] = day.age_p95_s;
  out[6] = day.age_max_s;
  note(steps, "arrivals", "highest of the day", highest(flow.arrivals), "request/s");
  note(steps, "capacity", "(capacity less what goes first) × share, highest of the day",
       highest(flow.capacity), "request/s");
  note(steps, "backlog", "sum of arrivals less capacity while something waits, highest of the day",
       day.max_waiting, "request");
  note(steps, "drained", "from the highest backlog until nothing waits", day.drained_after_s, "s");
  note(steps, "age_p95", "p95 of the waiting times, weighted by messages", day.age_p95_s, "s");
}

void outage(const Flows::Entry& entry, const double* a, double* out, Steps* steps) {
  const kafka::Outage worst = kafka::worst_outage(flow_of(entry, a), a[5]);
  out[0] = worst.max_waiting;
  out[1] = worst.max_age_s;
  out[2] = worst.caught_up_after_s;
  out[3] = worst.begins_at_s;
  note(steps, "begins", "time of day at which an outage of this length leaves the largest backlog",
       worst.begins_at_s, "s");
  note(steps, "backlog", "largest backlog during and after it", worst.max_waiting, "request");
  note(steps, "age", "oldest message that waits, whenever it begins", worst.max_age_s, "s");
}

NativeFunction text(const char* name, const char* title, std::vector<rules::NativeParameter> parameters,
                    std::vector<rules::NativeOutput> outputs) {
  NativeFunction function;
  function.name = name;
  function.title = title;
  function.parameters = std::move(parameters);
  function.outputs = std::move(outputs);
  return function;
}

std::vector<rules::NativeParameter> queue_parameters() {
  return {{"flow", "1"},
          {"rate", "request/s"},
          {"capacity", "request/s"},
          {"others", "request/s"},
          {"share", "1"}};
}

}  // namespace

std::size_t Flows::add(Entry entry) {
  entries_.push_back(std::move(entry));
  return entries_.size() - 1;
}

const Flows::Entry* Flows::find(double number) const {
  if (rules::is_not_applicable(number) || !(number >= 0) || number >= static_cast<double>(entries_.size()))
    return nullptr;
  return &entries_[static_cast<std::size_t>(number)];
}

rules::NativeTable pipeline_natives(const std::shared_ptr<const Flows>& flows) {
  auto outage_parameters = queue_parameters();
  outage_parameters.push_back({"length", "s"});
  return {build(text("pipeline.least_rate",
                     "Least steady rate that keeps the age of messages, or drains them by a time of day",
                     {{"flow", "1"}, {"rate", "request/s"}, {"others", "request/s"}, {"wait", "s"}},
                     {{"rate", "request/s", "least rate, with what goes first"}}),
                2, flows, {3}, least_rate),
          build(text("pipeline.queue", "Backlog of a topic over the day at a capacity", queue_parameters(),
                     {{"utilization", "1", "arrivals of the day over its capacity"},
                      {"max_backlog", "request", "highest backlog"},
                      {"max_backlog_at", "s", "time of day of the highest backlog"},
                      {"drained_after", "s", "from the highest backlog until nothing waits"},
                      {"age_mean", "s", "waiting time, mean over messages"},
                      {"age_p95", "s", "waiting time, p95 over messages"},
                      {"age_max", "s", "waiting time, longest"}}),
                3, flows, {}, queue),
          build(text("pipeline.outage",
                     "Backlog of a topic when its consumer is out, beginning when it hurts most",
                     outage_parameters,
                     {{"backlog", "request", "largest backlog"},
                      {"age", "s", "oldest message that waits"},
                      {"caught_up_after", "s", "from the end of the outage until the day is as always"},
                      {"begins_at", "s", "time of day at which it begins"}}),
                3, flows, {}, outage)};
}

void use_flows(const std::shared_ptr<const Flows>& flows, RoleProblem& problem) {
  auto table = std::make_shared<rules::NativeTable>();
  if (problem.natives) {
    for (const NativeFunction& function : *problem.natives) {
      if (function.name.rfind("pipeline.", 0) != 0) table->push_back(function);
    }
  }
  for (NativeFunction& function : pipeline_natives(flows)) table->push_back(std::move(function));
  problem.natives = std::move(table);
}

}  // namespace rackfit::search
