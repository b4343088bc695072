// What a query says of speculative decoding, adapters and separate pools, put into its deployment.
#pragma once

#include "lookup.hpp"

namespace rackfit::estimate {

/// Instances for prompts and for answers, from "2:6".
struct PoolCounts {
  std::int64_t prefill = 0, decode = 0;
  std::int64_t instances() const { return prefill + decode; }
};
/// No instances when the query asks for none.
std::variant<PoolCounts, Problem> pool_counts(const Query& query);

/// Completes speculation and adapters, with a note for each default. The subject's deployment has its model.
std::optional<Problem> take_speculation(const Query& query, Lookup& lookup, Subject& subject);
void take_adapters(const Query& query, const catalog::Catalog& catalog, Subject& subject);
/// Divides `devices` into groups of the subject's instances; the deployment's parallelism is set.
std::optional<Problem> take_pools(const PoolCounts& counts, std::int64_t devices,
                                  const catalog::Catalog& catalog, Subject& subject,
                                  std::vector<std::string>& notes);

}  // namespace rackfit::estimate
