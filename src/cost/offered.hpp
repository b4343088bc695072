// The machines of a proposal as gear: at the price they are offered for, and with what is said of their
// power.
#pragma once

#include "rackfit/cost/served.hpp"

namespace rackfit::cost {

class Offered {
 public:
  using Box = schema::Named<workload::ProposedNode>;

  explicit Offered(const ServedRequest& request) : request_(request) {}

  /// The proposed machine that a judged node stands for; nullptr when nothing is proposed.
  const Box* box_of(const search::Node& node) const;
  Gear gear_of(const Box& box) const;
  /// What is asked for one, else what machines like it cost put together (USD), which a note says.
  std::optional<double> price_of(const Box& box, const std::optional<double>& market_usd, Served& half) const;
  /// Adds the machines that no role was found for, and the range that prices were offered in.
  void finish(ServedPlan& served) const;

 private:
  const std::vector<Box>& boxes() const;
  std::optional<workload::MoneyRange> offer_of(const Box& box) const;
  void add_idle(ServedPlan& served) const;
  void add_spread(Served& half) const;

  const ServedRequest& request_;
};

}  // namespace rackfit::cost
