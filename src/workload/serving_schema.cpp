#include "serving_schema.hpp"

namespace rackfit::workload {

using schema::choice;
using schema::integer;
using schema::quantity;
using schema::Record;
using schema::record;
using schema::text;

namespace {

constexpr double most_tokens = 64;  // no engine proposes more in a step
constexpr double most_adapters = 1e5, highest_rank = 4096;

schema::Type<std::string> method() {
  return choice(schema::Choices<std::string>{{"draft", "draft"}, {"mtp", "mtp"}, {"ngram", "ngram"}});
}

const Record<Speculation>& speculation_table() {
  static const Record<Speculation> table =
      Record<Speculation>("speculation", "Tokens proposed cheaply and checked by the model several at a time")
          .locate(&Speculation::span)
          .optional("method", &Speculation::method, method(),
                    "a draft model, the model's own multi-token prediction, or repeated text")
          .optional("tokens", &Speculation::tokens, integer(0, most_tokens), "proposed per step; 0: none")
          .optional("acceptance", &Speculation::acceptance, quantity("1", 0.0, 1.0),
                    "chance that a proposed token is accepted")
          .optional("draft", &Speculation::draft, text(), "model that proposes: catalog id or alias")
          .check([](const Speculation& s, const yaml::Node& node, schema::Context& context) {
            if (s.method && *s.method == "draft" && !s.draft) {
              context.diagnostics.error("RF0507", node.span(),
                                        "speculation with a draft model, but no model to draft", "",
                                        "give `draft:`, a small model of the same family and vocabulary");
            }
            if (s.method && *s.method != "draft" && s.draft) {
              context.diagnostics.error(
                  "RF0507", s.draft.span,
                  "a draft model is given, but `" + *s.method + "` speculation uses none", "",
                  "leave `draft` out, or write `method: draft`");
            }
          });
  return table;
}

const Record<Lora>& lora_table() {
  static const Record<Lora> table =
      Record<Lora>("lora", "LoRA adapters held on the devices beside the model")
          .required("adapters", &Lora::adapters, integer(0, most_adapters), "resident at the same time")
          .optional("rank", &Lora::rank, integer(1, highest_rank),
                    "rank of each; the engine reserves for the largest");
  return table;
}

}  // namespace

schema::Type<Speculation> speculation() {
  const auto table = record(speculation_table());
  const auto bare = method();
  auto info = std::make_shared<schema::TypeInfo>();
  info->kind = schema::TypeInfo::Kind::either;
  info->children = {bare.info, table.info};
  return {info, [table, bare](const yaml::Node& node, Speculation& out, schema::Context& context) {
            if (node.is_map()) return table.decode(node, out, context);
            std::string word;
            if (!bare.decode(node, word, context)) return false;
            out.span = node.span();
            out.method = {word, node.span()};
            if (word != "draft") return true;
            context.diagnostics.error("RF0507", node.span(),
                                      "speculation with a draft model, but no model to draft", "",
                                      "write `{method: draft, draft: <model>}`");
            return false;
          }};
}

schema::Type<Lora> lora() {
  const auto table = record(lora_table());
  const auto bare = integer(0, most_adapters);
  auto info = std::make_shared<schema::TypeInfo>();
  info->kind = schema::TypeInfo::Kind::either;
  info->children = {bare.info, table.info};
  return {info, [table, bare](const yaml::Node& node, Lora& out, schema::Context& context) {
            if (node.is_map()) return table.decode(node, out, context);
            std::int64_t adapters = 0;
            if (!bare.decode(node, adapters, context)) return false;
            out.adapters = {adapters, node.span()};
            return true;
          }};
}

}  // namespace rackfit::workload
