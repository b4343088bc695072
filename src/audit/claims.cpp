// Claims, each under its own conditions, and then all of a service against each other.
#include <algorithm>

#include "claim_facts.hpp"
#include "money.hpp"
#include "verdicts.hpp"

namespace rackfit::audit {

namespace {

using schema::Named;
using workload::Claim;
using workload::Workload;

class Judge {
 public:
  Judge(Auditor& auditor, const Audit& audit, const Boxes& boxes, const catalog::Market* market)
      : auditor_(auditor),
        audit_(audit),
        boxes_(boxes),
        catalog_(*auditor.request().catalog),
        workload_(*auditor.request().workload),
        units_(*auditor.request().units),
        money_(auditor, audit, boxes, market) {
    program_ =
        rules::Program::compile(auditor.request().rules, "claim",
                                std::make_shared<const rules::NativeTable>(), units_, auditor.diagnostics());
    view_ = view_of(catalog_, "claim");
  }
  bool ready() const { return program_ && view_; }

  void claim(const Named<Claim>& claim);
  void boxes();
  void consistency();
  std::vector<Verdict> take() { return std::move(verdicts_); }

 private:
  std::shared_ptr<rules::TraceVm> run(const Figures& facts) const;
  void add_role(const std::string& role, Figures& facts);
  std::string formula_of(const std::string& predicted) const;
  void add_llm(const Claim& claim, const std::string& role, Figures& facts);
  void statement(const Named<Claim>& claim);

  Auditor& auditor_;
  const Audit& audit_;
  const Boxes& boxes_;
  const catalog::Catalog& catalog_;
  const Workload& workload_;
  const units::Registry& units_;
  Money money_;
  std::shared_ptr<const rules::Program> program_;
  const catalog::View* view_ = nullptr;
  std::shared_ptr<const rules::TraceVm> seen_;  // of the role that the claim is about, under its conditions
  std::vector<Verdict> verdicts_;
};

std::shared_ptr<rules::TraceVm> Judge::run(const Figures& facts) const {
  auto vm = std::make_shared<rules::TraceVm>(program_);
  for (const auto& [name, value] : facts.numbers) {
    if (const auto slot = program_->find(name)) vm->set(*slot, value);
  }
  for (const auto& [name, word] : facts.words) {
    if (const auto slot = program_->find(name)) vm->set(*slot, program_->intern(word));
  }
  vm->run();
  return vm;
}

/// From the role on the proposed machines; a job that nobody proposes machines for, from those that would be
/// bought.
void Judge::add_role(const std::string& role, Figures& facts) {
  for (const JudgedRole& judged : audit_.roles) {
    if (judged.plan.problem.role != role) continue;
    seen_ = judged.plan.chosen->trace;
    add_seen(*program_, *judged.plan.program, *seen_, facts);
  }
  for (const RolePlan& bought : audit_.instead->roles) {
    if (bought.problem.role != role || !bought.chosen || use_of(bought.problem.rule_role) != "training")
      continue;
    if (!seen_) seen_ = bought.chosen->trace;
    add_seen(*program_, *bought.program, *bought.chosen->trace, facts);
  }
}

/// Of what is seen of the machines, the role's own.
std::string Judge::formula_of(const std::string& predicted) const {
  constexpr std::string_view seen = "box.";
  if (!seen_ || predicted.rfind(seen, 0) != 0) return {};
  return Values(*seen_, units_).formula(predicted.substr(seen.size()));
}

void Judge::add_llm(const Claim& claim, const std::string& role, Figures& facts) {
  // A model known by its size alone is no model to run.
  if (claim.at.parameters || (role.empty() && !claim.at.model)) return;
  const Workload conditions = under_conditions(claim, role, workload_);
  const auto& service = conditions.llm.front();
  if (!service.value.model && !service.value.architecture) return;
  Boxes there = boxes_of(claim, boxes_);
  // A format that the claim names goes before that of the proposal.
  if (!there.empty() && claim.at.format) there.front().value.quantization = {};
  // Faster than one means all of them at work on one answer.
  if (claim.speedup && !there.empty()) there.front().value.tensor_parallel = there.front().value.devices;
  const std::string only = "llm:" + service.name;
  const auto judged = auditor_.judged(conditions, there, only);
  if (judged.empty()) return;
  const RolePlan& plan = judged.front().plan;
  seen_ = plan.chosen->trace;
  add_seen(*program_, *plan.program, *seen_, facts);
  if (!claim.speedup || there.empty()) return;
  there.front().value.devices = {1.0, claim.span};
  there.front().value.tensor_parallel = {};
  const auto alone = auditor_.judged(conditions, there, only);
  if (alone.empty()) return;
  const Values values(*alone.front().plan.chosen->trace, units_);
  if (const auto e2e = values.base("llm.e2e_p50")) facts.numbers.emplace("claim.one_e2e", *e2e);
}

/// What guides get wrong about Kafka is answered by the brokers' own rules, as in a plan.
void Judge::statement(const Named<Claim>& named) {
  const std::string input = kafka_claim(*named.value.statement);
  Verdict verdict;
  verdict.id = "claim/" + named.name;
  verdict.subject = named.name;
  verdict.title = "rule of thumb";
  verdict.says = named.value.says.value_or("");
  verdict.kind = VerdictKind::claim;
  verdict.because = "it is about brokers, and the workload has none: add `kafka:`";
  for (const RolePlan& role : audit_.instead->roles) {
    const auto slot = role.program->find(input);
    if (role.problem.role != "kafka-broker" || !slot || !role.chosen) continue;
    rules::TraceVm vm(role.program);
    for (const rules::Slot each : role.program->inputs()) {
      const double value = role.chosen->trace->value(each);
      if (!rules::is_not_applicable(value)) vm.set(each, value);
    }
    vm.set(*slot, 1);
    vm.run();
    const Values values(vm, units_);
    for (const rules::Slot advice : role.program->advice()) {
      const auto reads = role.program->reads(advice);
      if (values.truth(advice) != true || std::find(reads.begin(), reads.end(), *slot) == reads.end())
        continue;
      verdict.ruling = Ruling::impossible;
      verdict.because = values.fill(role.program->rules().advice()[role.program->symbol(advice).index].say);
    }
  }
  verdicts_.push_back(std::move(verdict));
}

void Judge::claim(const Named<Claim>& named) {
  const Claim& claim = named.value;
  const std::string metric = claim.metric(), role = role_of(claim, workload_);
  if (claim.statement && is_kafka_claim(*claim.statement, program_->rules())) return statement(named);
  Figures facts;
  seen_.reset();
  add_metric(claim, facts);
  add_conditions(claim, catalog_, units_, facts);
  if (one_of(metric, {"rate", "requests_per_day", "output_rate", "ttft", "e2e", "tpot", "memory", "weights",
                      "speedup", "fits"})) {
    add_llm(claim, role, facts);
  } else if (!role.empty()) {
    add_role(role, facts);
  }
  if (role == "kafka-broker" && workload_.kafka)
    facts.number("claim.message_size", workload_.kafka->all.message_size);
  const auto* box = role.empty() ? nullptr : box_for(boxes_, use_of(role.substr(0, role.find(':'))));
  if (claim.at.device) {
    add_device(*claim.at.device, *claim.at.device, catalog_, facts);
  } else if (!boxes_.empty()) {
    const auto& own = box ? *box : boxes_.front();
    if (own.value.device) add_device(*own.value.device, {}, catalog_, facts);
  }
  money_.add(claim, role.substr(0, role.find(':')), facts);
  if (claim.network_latency)
    facts.note = "latency of the network is not modelled: measure it between the machines, under load";
  const auto vm = run(facts);
  const Values values(*vm, units_);
  for (const auto& row : view_->targets) {
    if (row.name != metric && row.name.rfind(metric + "_", 0) != 0) continue;
    auto verdict = claim_verdict(row, "claim", values);
    if (!verdict) continue;
    if (verdict->formula.empty()) verdict->formula = formula_of(row.value.predicted);
    if (claim.statement) verdict->wanted_word = verdict->predicted_word = "";
    verdict->kind = VerdictKind::claim;
    verdict->subject = named.name;
    verdict->says = claim.says.value_or("");
    verdict->id =
        "claim/" + named.name + (row.name == metric ? "" : "." + row.name.substr(metric.size() + 1));
    if (verdict->ruling == Ruling::unknown && !facts.note.empty()) verdict->because = facts.note;
    const bool amount = one_of(metric, {"price", "power_cost", "deployment_cost", "running_cost"});
    if (amount || row.name == "saving_same_work") verdict->unit = facts.words.at("claim.currency");
    verdicts_.push_back(std::move(*verdict));
  }
}

/// What the proposal says of its own machines.
void Judge::boxes() {
  for (const auto& box : boxes_) {
    Figures facts;
    facts.word("claim.link", box.value.link);
    facts.number("claim.open_files", box.value.open_files);
    facts.number("claim.io_threads", box.value.io_threads);
    if (facts.numbers.empty() && facts.words.empty()) continue;
    if (box.value.device) add_device(*box.value.device, {}, catalog_, facts);
    for (const JudgedRole& judged : audit_.roles) {
      if (judged.box == box.name)
        add_seen(*program_, *judged.plan.program, *judged.plan.chosen->trace, facts);
    }
    const auto vm = run(facts);
    const Values values(*vm, units_);
    for (const auto& row : view_->targets) {
      if (!one_of(row.name, {"link", "open_files", "io_threads"})) continue;
      auto verdict = claim_verdict(row, "claim", values);
      if (!verdict) continue;
      verdict->kind = VerdictKind::consistency;
      verdict->subject = box.name;
      verdict->id = "proposal/" + box.name + "." + row.name;
      verdicts_.push_back(std::move(*verdict));
    }
  }
}

void Judge::consistency() {
  std::vector<std::pair<std::string, std::vector<const Named<Claim>*>>> groups;
  for (const auto& claim : workload_.claims) {
    const std::string role = role_of(claim.value, workload_);
    auto group =
        std::find_if(groups.begin(), groups.end(), [&](const auto& each) { return each.first == role; });
    if (group == groups.end()) group = groups.insert(groups.end(), {role, {}});
    group->second.push_back(&claim);
  }
  for (const auto& [role, claims] : groups) {
    if (claims.size() < 2) continue;
    Figures facts;
    for (const auto* claim : claims) add_metric(claim->value, facts);
    for (const auto* claim : claims) facts.number("claim.concurrency", claim->value.at.concurrency);
    const auto vm = run(facts);
    const Values values(*vm, units_);
    for (const auto& row : view_->targets) {
      auto verdict = claim_verdict(row, "consistency", values);
      if (!verdict || verdict->ruling == Ruling::unknown) continue;
      verdict->kind = VerdictKind::consistency;
      verdict->subject = role;
      verdict->id = "consistency/" + (role.empty() ? "" : role + ".") + row.name;
      verdicts_.push_back(std::move(*verdict));
    }
  }
}

}  // namespace

std::vector<Verdict> claim_verdicts(Auditor& auditor, const Audit& audit, const Boxes& boxes,
                                    const catalog::Market* market) {
  Judge judge(auditor, audit, boxes, market);
  if (!judge.ready()) return {};
  for (const auto& claim : auditor.request().workload->claims) judge.claim(claim);
  judge.boxes();
  judge.consistency();
  return judge.take();
}

}  // namespace rackfit::audit
