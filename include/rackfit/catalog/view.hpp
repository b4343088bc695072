// What the report shows of a role (profiles/views/*.yaml): which symbols of the rules are a resource's need and capacity,
// which are a target and its prediction, which are figures worth knowing.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rackfit/schema/schema.hpp"

namespace rackfit::catalog {

struct RequirementView {
  std::string title, need, capacity, unit;
  std::string breaks;          // what happens when it runs out
  bool fixed = false;          // chosen to fit, does not grow with the load: never what breaks first
  std::string utilization;     // symbol, where need ÷ capacity is not what the rules judge
  // Beyond these no coefficient or planning limit helps: bytes against the port, weights against the card.
  std::string hard_need, hard_capacity;
  std::vector<std::string> constraints;  // that speak of it without reading it
  std::string remedy;          // text with `{symbol}`: what would do instead of more of it
  std::string brief;           // heading in the table of states; empty: not shown there
};

struct TargetView {
  std::string title, wanted, predicted, low, high, unit;
  bool at_least = false;       // more is better
  std::string bound;           // symbol: what no software can better on this hardware
};

struct FigureView {
  std::string title, value, low, high, unit;
};

/// A resource that asks for a number of nodes.
struct LimitView {
  std::string title, nodes, utilization;
};

/// States in which the rules are evaluated again: what is set, what is kept, what is said.
struct StatesView {
  std::string input;                // symbol that takes the state's name
  std::string applies;              // truth: whether there is such a state
  std::string alive;                // nodes left
  std::vector<std::string> pinned;  // symbols that keep the value they were chosen with
  std::string given_up, reduced;    // beginnings of the names of advice: what is lost, what becomes thinner
  std::vector<schema::Named<std::string>> names;  // state: title
};

/// What one of several services on a box takes of a resource, and what its container is given.
struct ShareView {
  std::string title, value, request, limit, unit;
};

struct View {
  std::string role;            // as in rule files: "llm"
  std::vector<schema::Named<RequirementView>> requirements;
  std::vector<schema::Named<TargetView>> targets;
  std::vector<schema::Named<FigureView>> figures;
  std::vector<schema::Named<LimitView>> limits;
  std::optional<StatesView> states;
  std::string service;  // who takes the shares: "Kafka"
  std::vector<schema::Named<ShareView>> shares;
  std::string nodes_why;       // text with `{symbol}`
};

const schema::Record<View>& view_file();

}  // namespace rackfit::catalog
