#include "rackfit/catalog/tables.hpp"
#include "shared_tables.hpp"

namespace rackfit::catalog {

using schema::number;
using schema::quantity;
using schema::Record;
using schema::record;

namespace {

/// `{value: …, source: …}`: a figure that decides hardware says where it is from.
schema::Type<SourcedValue> sourced(const schema::Type<double>& type) {
  auto info = std::make_shared<schema::TypeInfo>();
  info->kind = schema::TypeInfo::Kind::record;
  info->name = "sourced";
  info->fields = {{"value", type.info, true, "the coefficient"},
                  {"source", source_ref().info, true, "where it is from"}};
  return {info, [type](const yaml::Node& node, SourcedValue& out, schema::Context& context) {
            const yaml::Node value = node.is_map() ? node.find("value") : yaml::Node{};
            const yaml::Node source = node.is_map() ? node.find("source") : yaml::Node{};
            if (!value || !source) {
              context.diagnostics.error("RF0406", node.span(), "a coefficient needs `value` and `source`");
              return false;
            }
            const bool read = type.decode(value, out.value, context);
            return source_ref().decode(source, out.source_ref, context) && read;
          }};
}

const Record<ServingHabits>& habits_table() {
  using H = ServingHabits;
  const auto tokens = sourced(number(1));
  const auto share = sourced(quantity("1", 0.0, 1.0));
  static const Record<H> table =
      Record<H>("serving_habits", "What is assumed of serving where nobody says otherwise")
          .required("draft_tokens", &H::draft_tokens, tokens, "tokens a draft model proposes per step")
          .required("mtp_tokens", &H::mtp_tokens, tokens, "tokens multi-token prediction proposes")
          .required("ngram_tokens", &H::ngram_tokens, tokens, "tokens proposed from repeated text")
          .required("draft_acceptance", &H::draft_acceptance, share,
                    "chance that a draft's token is accepted")
          .required("mtp_acceptance", &H::mtp_acceptance, share, "the same of multi-token prediction")
          .required("ngram_acceptance", &H::ngram_acceptance, share, "the same of repeated text")
          .required("lora_rank", &H::lora_rank, sourced(number(1)), "rank of an adapter")
          .required("prefill_pool_share", &H::prefill_pool_share, share,
                    "share of their rate that instances for prompts reach in a system")
          .required("decode_pool_share", &H::decode_pool_share, share, "the same of instances for answers")
          .required("kv_transfer_latency", &H::kv_transfer_latency_s, sourced(quantity("s")),
                    "before the first byte of a KV cache arrives")
          .required("network_per_device", &H::network_per_device_bytes_per_s, sourced(quantity("B/s")),
                    "between nodes, one direction, where instances do not share a node")
          .required("most_instances", &H::most_instances, sourced(number(1)),
                    "instances for prompts, or for answers, that a plan tries in one group");
  return table;
}

}  // namespace

std::vector<SourcedValue*> coefficients(ServingHabits& h) {
  return {&h.draft_tokens,
          &h.mtp_tokens,
          &h.ngram_tokens,
          &h.draft_acceptance,
          &h.mtp_acceptance,
          &h.ngram_acceptance,
          &h.lora_rank,
          &h.prefill_pool_share,
          &h.decode_pool_share,
          &h.kv_transfer_latency_s,
          &h.network_per_device_bytes_per_s,
          &h.most_instances};
}

const Record<ServingFile>& serving_file() {
  static const Record<ServingFile> table =
      cited_file<ServingFile>("serving", "Speculation, adapters and separate pools")
          .required("serving", &ServingFile::serving, record(habits_table()), "coefficients");
  return table;
}

}  // namespace rackfit::catalog
