// What the report shows of a role (profiles/views/*.yaml): which symbols of the rules are a resource's need and capacity,
// which are a target and its prediction, which are figures worth knowing.
#pragma once

#include <string>
#include <vector>

#include "rackfit/schema/schema.hpp"

namespace rackfit::catalog {

struct RequirementView {
  std::string title, need, capacity, unit;
  std::string breaks;          // what happens when it runs out
  bool fixed = false;          // chosen to fit, does not grow with the load: never what breaks first
  std::string utilization;     // symbol, where need ÷ capacity is not what the rules judge
};

struct TargetView {
  std::string title, wanted, predicted, low, high, unit;
  bool at_least = false;       // more is better
};

struct FigureView {
  std::string title, value, low, high, unit;
};

struct View {
  std::string role;            // as in rule files: "llm"
  std::vector<schema::Named<RequirementView>> requirements;
  std::vector<schema::Named<TargetView>> targets;
  std::vector<schema::Named<FigureView>> figures;
  std::string nodes_why;       // text with `{symbol}`
};

const schema::Record<View>& view_file();

}  // namespace rackfit::catalog
