// What machines of somebody's own choosing are asked, role by role.
#include "rackfit/search/judging.hpp"

#include <algorithm>

#include "kafka_settings.hpp"
#include "pipelines.hpp"
#include "solve.hpp"

namespace rackfit::search {

Judging::Judging(const PlanRequest& request, Diagnostics& diagnostics)
    : request_(request), composer_(*request.catalog), diagnostics_(diagnostics) {}

std::shared_ptr<const rules::Program> Judging::program(const RoleProblem& problem) {
  return rules::Program::compile(request_.rules, problem.rule_role, problem.natives, *request_.units,
                                 diagnostics_);
}

void Judging::judge_one(RoleProblem problem, const workload::Workload& workload, const Boxes& boxes,
                        std::vector<JudgedRole>& out) {
  const auto* box = box_for(boxes, use_of(problem.rule_role));
  if (!box) return;
  JudgedRole judged;
  judged.box = box->name;
  judged.there = box->value.count.value_or(1);
  judged.plan.problem = restricted(problem, *box, workload, *request_.catalog);
  if (judged.plan.problem.nodes.empty()) return;
  judged.plan.program = program(judged.plan.problem);
  if (!judged.plan.program) return;
  if (judged.plan.problem.role == "kafka-broker") {
    auto& facts = judged.plan.problem.facts;
    // What is wrong with them the plan has reported.
    Diagnostics told;
    for (Fact& fact : setting_facts(*workload.kafka, facts, *judged.plan.program, told))
      facts.push_back(std::move(fact));
  }
  judge(judged.plan, SiteUse{});
  out.push_back(std::move(judged));
}

Plan Judging::behind(const workload::Workload& workload, const std::vector<JudgedRole>& roles,
                     const RoleContext& context) const {
  Plan plan;
  plan.workload = &workload;
  plan.catalog = request_.catalog;
  plan.units = request_.units;
  plan.rules = request_.rules;
  for (const JudgedRole& role : roles) plan.roles.push_back(role.plan);
  plan_pipelines(plan, context, {});
  return plan;
}

std::vector<JudgedRole> Judging::judged(const workload::Workload& workload, const Boxes& boxes,
                                        const std::string& only) {
  kept_.push_back(std::make_shared<const workload::Workload>(on_boxes(workload, boxes)));
  const workload::Workload& there = *kept_.back();
  const RoleContext context{*request_.catalog, composer_, there, *request_.units, diagnostics_};
  std::vector<JudgedRole> roles;
  // Brokers see what pipelines and trainers behind them ask.
  const bool all = only.empty() || only == "kafka-broker" || only.rfind("pipeline:", 0) == 0;
  const auto wanted = [&](const std::string& role) { return all || only == role; };
  for (const auto& service : there.llm) {
    if (wanted("llm:" + service.name)) judge_one(llm_role(service, context), there, boxes, roles);
  }
  for (const auto& service : there.embedding) {
    if (wanted("embedding:" + service.name)) judge_one(embedding_role(service, context), there, boxes, roles);
  }
  for (const auto& job : there.training) {
    if (wanted("training:" + job.name)) judge_one(training_role(job, context), there, boxes, roles);
  }
  if (there.kafka && all) {
    Plan plan = behind(there, roles, context);
    RoleProblem brokers = kafka_broker_role(*there.kafka, context);
    add_pipeline_facts(brokers, plan);
    const std::size_t before = roles.size();
    judge_one(std::move(brokers), there, boxes, roles);
    if (roles.size() > before) tell_brokers(plan, roles.back().plan);
    for (PipelinePlan& pipeline : plan.pipelines) {
      const JudgedRole& service = roles[pipeline.service];
      roles.push_back({std::move(pipeline.role), service.box, service.there});
    }
    if (!there.kafka->combined_mode.value_or(false) && wanted("kafka-controller"))
      judge_one(kafka_controller_role(*there.kafka, context), there, boxes, roles);
  }
  if (!only.empty()) {
    roles.erase(std::remove_if(roles.begin(), roles.end(),
                               [&](const JudgedRole& role) { return role.plan.problem.role != only; }),
                roles.end());
  }
  return roles;
}

}  // namespace rackfit::search
