// Facts about money for the rules of role `claim`: what owning the proposed machines costs, what the clouds
// ask for the same load, what parts and machines cost at dated reference prices.
#pragma once

#include "claim_facts.hpp"
#include "rackfit/cost/comparison.hpp"

namespace rackfit::audit {

class Money {
 public:
  Money(Auditor& auditor, const Audit& audit, const Boxes& boxes, const catalog::Market* market)
      : auditor_(auditor), audit_(audit), boxes_(boxes), market_(market) {}

  /// Adds what can be told to the facts of `claim`, which name its currency; nothing for other claims. What
  /// cannot be told is said in `facts.note`.
  void add(const workload::Claim& claim, const std::string& role, Figures& facts);

 private:
  bool counts(const schema::Named<workload::ProposedNode>& box, const std::string& use) const;
  void add_price(const workload::Claim& claim, const std::string& use, const cost::Exchange& exchange,
                 Figures& facts) const;
  void add_card(const workload::Claim& claim, const cost::Exchange& exchange, Figures& facts) const;
  void add_own(const workload::Claim& claim, const std::string& use, const cost::Exchange& exchange,
               Figures& facts) const;
  std::vector<cost::Gear> gear(const std::string& use, double worth) const;
  std::optional<double> worth(const workload::Claim& claim, const std::string& use,
                              const cost::Exchange& exchange, const Figures& facts) const;
  void add_cloud(const std::string& use, const std::string& currency, Figures& facts);

  Auditor& auditor_;
  const Audit& audit_;
  const Boxes& boxes_;
  const catalog::Market* market_;
  std::map<std::string, cost::Comparison> compared_;  // by currency
};

}  // namespace rackfit::audit
