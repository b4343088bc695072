// From a plan to the report: what is said must be what was reckoned.
#include "rackfit/report/build.hpp"

#include <algorithm>
#include <set>

#include "rackfit/kafka/capacity.hpp"
#include "support/planning.hpp"

using namespace rackfit;
using test::plan_of;

namespace {

const std::string profile =
    "name: demo\n"
    "description: a test\n"
    "llm:\n"
    "  chat: {model: Qwen2.5-7B, quantization: bf16, engine: vllm, concurrency: 8, prompt: 800, output: "
    "200,\n"
    "    targets: {ttft_p95: 3 s, tpot_p95: 80 ms}}\n"
    "kafka: {ingress: 20 MB/s, heap: 6 GiB}\n"
    "site: {devices: [l4, l40s, rtx-5090]}\n";

struct Reported {
  std::unique_ptr<test::Planned> planned;
  report::Plan report;

  explicit Reported(const std::string& text, const std::vector<std::string>& settings = {}, int top = 3)
      : planned(plan_of(text, {settings, nullptr, 3})) {
    INFO(render(planned->diagnostics));
    REQUIRE(planned->plan);
    report = report::build(*planned->plan, {"demo.yaml", "9.9.9", top});
  }
  std::set<std::string> defaults() const {
    std::set<std::string> names;
    for (const auto& item : report.defaults) names.insert(item.name);
    return names;
  }
};

const Reported& demo() {
  static const Reported reported(profile);
  return reported;
}

}  // namespace

TEST_CASE("a report names its workload, its file and the program that made it") {
  CHECK(demo().report.workload == "demo");
  CHECK(demo().report.description == "a test");
  CHECK(demo().report.file == "demo.yaml");
  CHECK(demo().report.rackfit_version == "9.9.9");
  CHECK(demo().report.feasible);
  CHECK(Reported("kafka: {ingress: 1 MB/s}\n").report.workload == "demo.yaml");  // for want of a name
}

TEST_CASE("roles stand in the order they were planned") {
  std::vector<std::string> roles;
  for (const auto& role : demo().report.roles) roles.push_back(role.role);
  CHECK(roles == std::vector<std::string>{"llm:chat", "kafka-broker", "kafka-controller"});
}

TEST_CASE("each requirement table has one binding row at most, and what breaks first is that row") {
  for (const auto& role : demo().report.roles) {
    INFO(role.role);
    REQUIRE_FALSE(role.requirements.empty());
    const auto binding = [](const report::Requirement& row) { return row.binding; };
    REQUIRE(std::count_if(role.requirements.begin(), role.requirements.end(), binding) == 1);
    const auto& fullest = *std::find_if(role.requirements.begin(), role.requirements.end(), binding);
    REQUIRE(fullest.utilization);
    CHECK(role.breaks_first.rfind(fullest.title, 0) == 0);
  }
}

TEST_CASE(
    "no need of a feasible plan is over its capacity, and utilization is need over capacity or stricter") {
  for (const auto& role : demo().report.roles) {
    for (const auto& row : role.requirements) {
      INFO(role.role << " " << row.resource);
      CHECK_FALSE(row.unit.empty());
      if (!row.need || !row.capacity) continue;
      CHECK(*row.need <= *row.capacity);
      CHECK(row.utilization);
    }
  }
}

TEST_CASE("requirements are the trace's figures in the unit beside them") {
  const auto& role = demo().report.roles.at(1);
  const auto row = std::find_if(role.requirements.begin(), role.requirements.end(),
                                [](const report::Requirement& each) { return each.resource == "nic_out"; });
  REQUIRE(row != role.requirements.end());
  CHECK(row->unit == "MB/s");
  CHECK(row->rule == "kafka.nic_out");
  CHECK(*row->need * 1e6 == Approx(demo().planned->value("kafka-broker", "kafka.nic_out")));
}

TEST_CASE("targets are those the workload set, and a feasible plan meets them") {
  const auto& targets = demo().report.roles.at(0).targets;
  std::set<std::string> names;
  for (const auto& target : targets) {
    INFO(target.name);
    names.insert(target.name);
    REQUIRE(target.wanted);
    REQUIRE(target.predicted);
    CHECK(target.met == report::Met::yes);
    if (target.low) CHECK(*target.low <= *target.predicted);
    if (target.high) CHECK(*target.high >= *target.predicted);
  }
  CHECK(names == std::set<std::string>{"ttft_p95", "tpot_p95"});
}

TEST_CASE("totals are sums over the roles") {
  std::int64_t nodes = 0;
  double power = 0;
  for (const auto& role : demo().report.roles) {
    nodes += role.nodes;
    REQUIRE(role.configuration.power_w);
    power += *role.configuration.power_w * static_cast<double>(role.nodes);
  }
  CHECK(demo().report.totals.nodes == nodes);
  CHECK(demo().report.totals.power_w == Approx(power));
  std::int64_t candidates = 0;
  for (const auto& role : demo().planned->plan->roles) candidates += role.looked_at;
  CHECK(demo().report.candidates == candidates);
}

TEST_CASE("every runner-up says why it lost; no more are shown than asked for") {
  for (const auto& role : demo().report.roles) {
    for (const auto& runner : role.runners_up) {
      INFO(role.role << " " << runner.configuration.summary);
      CHECK_FALSE(runner.lost_because.empty());
      CHECK(runner.configuration.id != role.configuration.id);
    }
  }
  CHECK(demo().report.roles.at(0).runners_up.size() >= 2);
  CHECK(Reported(profile, {}, 1).report.roles.at(0).runners_up.size() == 1);
}

TEST_CASE("money is in the workload's currency, at a rate that is named") {
  const Reported yuan(profile, {"site.currency=CNY"});
  REQUIRE(yuan.report.totals.price);
  REQUIRE(demo().report.totals.price);
  CHECK(yuan.report.totals.price->currency == "CNY");
  CHECK(demo().report.totals.price->currency == "USD");
  CHECK(std::stod(yuan.report.totals.price->amount) > std::stod(demo().report.totals.price->amount));
  CHECK_THAT(yuan.report.totals.price_note, ContainsSubstring("CNY per USD"));
}

TEST_CASE("a default is listed when it was used, and gone when the workload gives the value") {
  CHECK(demo().defaults().count("kafka.retention_default") == 1);
  CHECK(demo().defaults().count("kafka.replication") == 1);
  CHECK(demo().defaults().count("kafka.heap") == 0);  // given
  const Reported given(profile, {"kafka.retention=1 d", "kafka.replication=2"});
  CHECK(given.defaults().count("kafka.retention_default") == 0);
  CHECK(given.defaults().count("kafka.replication") == 0);
  for (const auto& item : demo().report.defaults) {
    INFO(item.name);
    CHECK_FALSE(item.value.empty());
    CHECK_FALSE(item.source.empty());
    CHECK_FALSE(item.title.empty());
  }
}

TEST_CASE("a default that is not listed does not matter: other values change no figure") {
  const auto listed = demo().defaults();
  for (const auto& role : demo().planned->plan->roles) {
    const rules::Program& program = *role.program;
    std::set<std::string> given;
    for (const auto& fact : role.problem.facts) given.insert(fact.name);
    for (const auto& axis : role.problem.axes) given.insert(axis.name);
    for (const auto& [name, value] : search::node_inputs(role.chosen->node)) given.insert(name);
    for (const rules::Slot slot : program.inputs()) {
      const rules::Symbol& symbol = program.symbol(slot);
      if (!symbol.default_value || symbol.kind != rules::ValueKind::number) continue;
      if (listed.count(symbol.name) || given.count(symbol.name) || symbol.name.rfind("site.used_", 0) == 0)
        continue;
      INFO(role.problem.role << ": " << symbol.name);
      rules::TraceVm vm = *role.chosen->trace;
      vm.set(slot, *symbol.default_value * 1.25 + 1);
      vm.run();
      for (rules::Slot other = 0; other < program.symbols().size(); ++other) {
        if (program.symbol(other).origin == rules::Symbol::Origin::advice || other == slot) continue;
        // Asked by `fits --kafka` alone, which lists its own defaults.
        if (kafka::only_for_capacity(program.symbol(other).name)) continue;
        const double before = role.chosen->trace->value(other), after = vm.value(other);
        // What decides only whether some rule applies at all stands behind no figure of this plan.
        if (before == after || rules::is_not_applicable(before)) continue;
        FAIL_CHECK("changes " << program.symbol(other).name);
      }
    }
  }
}

TEST_CASE("an override is shown with what was there before") {
  const Reported changed(profile +
                         "overrides: {kafka.disk_headroom: {value: 45 %, because: we delete late}}\n");
  REQUIRE(changed.report.overrides.size() == 1);
  const auto& shown = changed.report.overrides.front();
  CHECK(shown.name == "kafka.disk_headroom");
  CHECK(shown.was == "30 %");
  CHECK(shown.is == "45 %");
  CHECK(shown.because == "we delete late");
  CHECK(shown.where == "w.yaml:8");
}

TEST_CASE("advice is what its rule says, the gravest first") {
  const auto weight = [](const std::string& level) {
    return level == "risk" ? 0 : level == "warning" ? 1 : 2;
  };
  const auto& advice = demo().report.advice;
  for (std::size_t i = 1; i < advice.size(); ++i)
    CHECK(weight(advice[i - 1].level) <= weight(advice[i].level));
  for (const auto& item : advice) {
    INFO(item.id);
    CHECK(item.message.find('{') == std::string::npos);  // every figure is filled in
    CHECK_FALSE(item.source.empty());
  }
}

TEST_CASE("where nothing fits, the report says so for that role, and why") {
  const Reported none(profile, {"kafka.ingress=20 MB/s", "llm.chat.targets.ttft_p95=1 us"});
  CHECK_FALSE(none.report.feasible);
  CHECK_FALSE(none.report.roles.at(0).feasible);
  CHECK(none.report.roles.at(1).feasible);
  const bool told =
      std::any_of(none.report.rejected.begin(), none.report.rejected.end(), [](const report::Rejected& item) {
        return item.role == "llm:chat" && item.candidates > 0 && !item.because.empty() && !item.where.empty();
      });
  CHECK(told);
}

TEST_CASE("figures that rest on coefficients with a range say how far they may be off, and only those") {
  const auto figure = [](const Reported& reported, const std::string& name) {
    for (const report::Role& role : reported.report.roles) {
      for (const report::KeyFigure& each : role.figures) {
        if (role.role == "kafka-broker" && each.name == name) return each;
      }
    }
    FAIL("no figure " << name);
    return report::KeyFigure{};
  };
  const report::KeyFigure cpu = figure(demo(), "cpu_load");
  REQUIRE(cpu.low);
  REQUIRE(cpu.high);
  CHECK(*cpu.high == Approx(2 * *cpu.value));  // 10 instead of 20 MB/s a core, on the brokers that were chosen
  CHECK(*cpu.low < *cpu.value);
  CHECK_FALSE(figure(demo(), "kept_time").low);
  // Whoever knows his brokers has no range.
  const Reported known(profile + "overrides: {kafka.cpu_rate: 25 MB/s/core, kafka.read_weight: 0.25}\n");
  CHECK_FALSE(figure(known, "cpu_load").low);
}

TEST_CASE("brokers: what decided stands first, with its slack, and the next beside it") {
  const Reported reported("kafka: {ingress: 200 MB/s, retention: 1 d, combined_mode: true}\n");
  const report::Role& role = reported.report.roles.front();
  REQUIRE(role.limits.size() > 2);
  for (std::size_t i = 1; i < role.limits.size(); ++i)
    CHECK(*role.limits[i - 1].nodes >= *role.limits[i].nodes);
  CHECK(static_cast<double>(role.nodes) == *role.limits.front().nodes);
  CHECK_THAT(role.limits_text, ContainsSubstring("decided by " + role.limits.front().title) &&
                                   ContainsSubstring("; next " + role.limits[1].title + " with "));
}

TEST_CASE("states carry the bounds of the requirements, and the first is the plan's") {
  const Reported reported("kafka: {ingress: 200 MB/s, retention: 1 d, combined_mode: true}\n");
  const report::Role& role = reported.report.roles.front();
  REQUIRE(role.states.size() == 3);
  for (const report::StateCell& cell : role.states.front().cells) {
    const auto row =
        std::find_if(role.requirements.begin(), role.requirements.end(),
                     [&](const report::Requirement& each) { return each.resource == cell.resource; });
    INFO(cell.resource);
    REQUIRE(row != role.requirements.end());
    CHECK(row->need == cell.need);
    CHECK(row->utilization == cell.utilization);
  }
  CHECK(*role.states[1].alive == *role.states[0].alive - 1);
  CHECK(reported.defaults().count("kafka.state") == 0);  // nobody is asked for it
}

TEST_CASE("named groups are reported with the consumers they need") {
  const Reported reported(
      "kafka: {ingress: 20 MB/s, retention: 1 d, combined_mode: true, groups: {audit: {throughput: 2 MB/s}, "
      "idle: {}}}\n");
  std::vector<std::string> names;
  for (const auto& figure : reported.report.roles.front().figures) {
    if (figure.name.rfind("consumers:", 0) == 0) names.push_back(figure.name);
    if (figure.name == "consumers:audit") CHECK(*figure.value == 10);
  }
  CHECK(names == std::vector<std::string>{"consumers:audit"});
}

TEST_CASE("shares are told where a box is shared or services run in containers, and fit the box") {
  CHECK(demo().report.roles.front().shares.empty());
  const Reported reported(
      "llm:\n  chat: {model: Qwen2.5-7B, quantization: int8, concurrency: 4}\n"
      "kafka: {ingress: 2 MB/s, retention: 1 d, replication: 1, brokers: 1, combined_mode: true}\n"
      "site: {layout: shared, runtime: container}\n");
  REQUIRE(reported.report.roles.size() == 1);
  double memory = 0, box = 0;
  std::set<std::string> services;
  for (const report::Share& share : reported.report.roles.front().shares) {
    services.insert(share.service);
    if (share.resource != "memory") continue;
    (share.service == "box" ? box : memory) += *share.value;
    if (share.service != "box") CHECK(share.request == share.limit);
  }
  CHECK(services == std::set<std::string>{"Kafka", "box", "model"});
  CHECK(memory > 0);
  CHECK(memory <= box);
}
