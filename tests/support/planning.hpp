// A workload's text, planned against the built-in knowledge or a catalog of the test's own.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rackfit/search/plan.hpp"
#include "support/catch.hpp"
#include "support/world.hpp"

namespace rackfit::test {

inline const rules::RuleSet& built_in_rules() {
  static const rules::RuleSet loaded = [] {
    Diagnostics diagnostics;
    rules::RuleSet set;
    const catalog::Library library = catalog::Library::built_in();
    for (const std::string& path : library.paths("rules/")) {
      if (const auto tree = library.tree(path, diagnostics)) set.add(tree, 0, registry(), diagnostics);
    }
    if (diagnostics.has_errors()) throw std::runtime_error(render(diagnostics));
    return set;
  }();
  return loaded;
}

/// Everything a plan points into lives beside it.
struct Planned {
  Diagnostics diagnostics;
  std::shared_ptr<const yaml::Tree> tree;
  std::optional<workload::Workload> workload;
  std::shared_ptr<rules::RuleSet> rules = std::make_shared<rules::RuleSet>(built_in_rules());
  std::shared_ptr<const search::Plan> plan;

  const search::RolePlan& role(const std::string& name) const {
    INFO(render(diagnostics));
    REQUIRE(plan);
    for (const search::RolePlan& role : plan->roles) {
      if (role.problem.role == name) return role;
    }
    FAIL("no role " << name);
    return plan->roles.front();
  }
  const search::Candidate& chosen(const std::string& name) const {
    const search::RolePlan& found = role(name);
    std::string why;
    for (const auto& rejection : found.rejections) why += rejection.because + "\n";
    INFO(why);
    REQUIRE(found.chosen);
    return *found.chosen;
  }
  /// A symbol's value for the chosen candidate of a role.
  double value(const std::string& role_name, const std::string& symbol) const {
    const auto slot = role(role_name).program->find(symbol);
    INFO(symbol);
    REQUIRE(slot);
    return chosen(role_name).trace->value(*slot);
  }
};

struct PlanOptions {
  std::vector<std::string> settings;
  const catalog::Catalog* catalog = nullptr;  // none: the built-in one
  int top = 3;
  search::Objective objective = search::Objective::capex;
  bool pareto = false;
  const catalog::Market* market = nullptr;
};

inline std::unique_ptr<Planned> plan_of(const std::string& text, const PlanOptions& options = {}) {
  auto planned = std::make_unique<Planned>();
  Diagnostics& diagnostics = planned->diagnostics;
  planned->tree = yaml::parse(std::make_shared<const SourceFile>("w.yaml", text), diagnostics);
  if (planned->tree) planned->tree = workload::with_settings(planned->tree, options.settings, diagnostics);
  if (planned->tree) planned->workload = workload::load(planned->tree, registry(), diagnostics);
  if (!planned->workload) return planned;
  const yaml::Node root = planned->tree->root();
  planned->rules->add_inline(planned->tree, root, 2, registry(), diagnostics);
  if (const yaml::Node overrides = root.find("overrides")) {
    planned->rules->add_overrides(planned->tree, overrides, registry(), diagnostics);
  }
  if (diagnostics.has_errors()) return planned;
  search::PlanRequest request;
  request.catalog = options.catalog ? options.catalog : &built_in_catalog();
  request.rules = planned->rules;
  request.units = &registry();
  request.workload = &*planned->workload;
  request.top = options.top;
  request.objective = options.objective;
  request.pareto = options.pareto;
  request.market = options.market;
  planned->plan = search::plan(request, diagnostics);
  return planned;
}

}  // namespace rackfit::test
