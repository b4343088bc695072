// The proposed machines as candidates: a role's problem with nothing to choose but how the software is laid
// out on them.
#pragma once

#include "rackfit/search/compose.hpp"
#include "rackfit/search/role.hpp"

namespace rackfit::search {

using Boxes = std::vector<schema::Named<workload::ProposedNode>>;

/// What machines are asked to do: "llm" (also embedding), "training", "kafka" or "controller".
std::string use_of(const std::string& rule_role);
/// The first kind of machine that may do it; nullptr when there is none.
const schema::Named<workload::ProposedNode>* box_for(const Boxes& boxes, const std::string& use);

/// The workload with the proposal's settings in the place of its own, and its site open to the proposed
/// devices only.
workload::Workload on_boxes(const workload::Workload& workload, const Boxes& boxes);

/// `problem`, built for `on_boxes`, with its candidates on `box` only; without candidates when the box cannot
/// serve it.
RoleProblem restricted(const RoleProblem& problem, const schema::Named<workload::ProposedNode>& box,
                       const workload::Workload& workload, const catalog::Catalog& catalog);

struct MarketPrice {
  double usd = 0;
  bool floor = false;  // of the accelerators alone
};

/// Price of machines like `box`, all of them, put together from priced parts; nothing when none is known.
std::optional<MarketPrice> market_price(const workload::ProposedNode& box, const catalog::Catalog& catalog,
                                        const Composer& composer);

}  // namespace rackfit::search
