#include "rackfit/catalog/tables.hpp"
#include "shared_tables.hpp"

namespace rackfit::catalog {

using schema::boolean;
using schema::choice;
using schema::identifier;
using schema::integer;
using schema::named_map;
using schema::number;
using schema::Record;
using schema::record;
using schema::text;

namespace {

const schema::Choices<ModelKind>& model_kinds() {
  static const schema::Choices<ModelKind> choices = {{"text", ModelKind::text},
                                                     {"vision", ModelKind::vision},
                                                     {"embedding", ModelKind::embedding},
                                                     {"reranker", ModelKind::reranker}};
  return choices;
}

const schema::Choices<AttentionType>& attention_types() {
  static const schema::Choices<AttentionType> choices = {{"mha", AttentionType::mha},
                                                         {"gqa", AttentionType::gqa},
                                                         {"mqa", AttentionType::mqa},
                                                         {"mla", AttentionType::mla}};
  return choices;
}

const Record<Attention>& attention_table() {
  static const Record<Attention> table =
      Record<Attention>("attention", "Attention of one layer")
          .required("type", &Attention::type, choice(attention_types()), "kind of attention")
          .required("heads", &Attention::heads, integer(1), "query heads")
          .optional("kv_heads", &Attention::kv_heads, integer(1), "key/value heads; not for mla")
          .optional("head_dim", &Attention::head_dim, integer(1), "width of one head; not for mla")
          .optional("kv_lora_rank", &Attention::kv_lora_rank, integer(1),
                    "mla: width of the compressed key/value")
          .optional("rope_head_dim", &Attention::rope_head_dim, integer(0), "mla: rotary part of a head")
          .optional("nope_head_dim", &Attention::nope_head_dim, integer(0), "mla: part without position")
          .optional("v_head_dim", &Attention::v_head_dim, integer(0), "mla: width of a value head")
          .optional("q_lora_rank", &Attention::q_lora_rank, integer(0), "mla: width of the compressed query")
          .optional("global_head_dim", &Attention::global_head_dim, integer(1),
                    "head width of full-attention layers where it differs")
          .optional("global_kv_heads", &Attention::global_kv_heads, integer(1),
                    "key/value heads of full-attention layers where they differ")
          .optional("indexer_bytes", &Attention::indexer_bytes, integer(0),
                    "sparse attention: index keys per token and layer")
          .optional("indexer_heads", &Attention::indexer_heads, integer(0),
                    "sparse attention: index query heads")
          .optional("indexer_dim", &Attention::indexer_dim, integer(0),
                    "sparse attention: width of an index head")
          .check([](const Attention& a, const yaml::Node& node, schema::Context& context) {
            if (a.type == AttentionType::mla && a.kv_lora_rank == 0) {
              context.diagnostics.error("RF0402", node.span(), "`mla` attention without `kv_lora_rank`", "",
                                        "give kv_lora_rank, rope_head_dim, nope_head_dim and v_head_dim");
            }
            if (a.type != AttentionType::mla && (a.kv_heads == 0 || a.head_dim == 0)) {
              context.diagnostics.error("RF0402", node.span(), "attention without `kv_heads` and `head_dim`",
                                        "", "the KV cache cannot be sized without them");
            }
          });
  return table;
}

const Record<LayerKinds>& layer_kinds_table() {
  static const Record<LayerKinds> table =
      Record<LayerKinds>("layer_kinds", "How many layers are of each kind, in models that mix them")
          .optional("full", &LayerKinds::full, integer(0), "layers that attend to everything")
          .optional("sliding", &LayerKinds::sliding, integer(0), "layers that attend to a window")
          .optional("linear", &LayerKinds::linear, integer(0), "layers with a constant state per sequence")
          .optional("window", &LayerKinds::window, integer(0), "tokens in the window");
  return table;
}

const Record<LinearState>& linear_state_table() {
  static const Record<LinearState> table =
      Record<LinearState>("linear_state", "State of one linear layer for one sequence")
          .required("conv_elements", &LinearState::conv_elements, integer(0),
                    "elements of the convolution state")
          .required("ssm_elements", &LinearState::ssm_elements, integer(0), "elements of the recurrent state")
          .optional("conv_bytes_per_element", &LinearState::conv_bytes_per_element, number(0), "bytes each")
          .optional("ssm_bytes_per_element", &LinearState::ssm_bytes_per_element, number(0), "bytes each");
  return table;
}

const Record<Ffn>& ffn_table() {
  static const Record<Ffn> table =
      Record<Ffn>("ffn", "Feed-forward network of dense layers")
          .required("intermediate", &Ffn::intermediate, integer(1), "width")
          .optional("gated", &Ffn::gated, boolean(), "three matrices (SwiGLU) rather than two");
  return table;
}

const Record<Moe>& moe_table() {
  static const Record<Moe> table =
      Record<Moe>("moe", "Mixture of experts")
          .required("experts", &Moe::experts, integer(1), "routed experts per layer")
          .required("active", &Moe::active, integer(1), "routed experts a token uses")
          .required("intermediate", &Moe::intermediate, integer(1), "width of one expert")
          .optional("shared", &Moe::shared, integer(0), "experts every token uses")
          .optional("shared_intermediate", &Moe::shared_intermediate, integer(0),
                    "width of the shared experts together")
          .optional("dense_layers", &Moe::dense_layers, integer(0), "layers with a dense network instead");
  return table;
}

}  // namespace

std::string_view to_string(AttentionType type) { return name_in(attention_types(), type); }
std::string_view to_string(ModelKind kind) { return name_in(model_kinds(), kind); }

const Record<Model>& model_table() {
  static const Record<Model> table =
      Record<Model>("model", "A model's architecture")
          .embed(&Model::row, row_table())
          .optional("kind", &Model::kind, choice(model_kinds()), "what it produces")
          .optional("hf_id", &Model::hf_id, text(), "Hugging Face id")
          .required("parameters", &Model::parameters, number(1), "all parameters")
          .optional("active_parameters", &Model::active_parameters, number(1), "parameters a token uses")
          .required("layers", &Model::layers, integer(1), "transformer layers")
          .required("hidden", &Model::hidden, integer(1), "width of the residual stream")
          .required("vocab", &Model::vocab, integer(1), "size of the vocabulary")
          .optional("context", &Model::context_tokens, integer(1), "longest context, in tokens")
          .optional("tied_embeddings", &Model::tied_embeddings, boolean(),
                    "lm_head shares the embedding table")
          .required("attention", &Model::attention, record(attention_table()), "attention")
          .optional("layer_kinds", &Model::layer_kinds, record(layer_kinds_table()), "mixed layers")
          .optional("linear_state", &Model::linear_state, record(linear_state_table()),
                    "state of linear layers")
          .optional("ffn", &Model::ffn, record(ffn_table()), "dense feed-forward network")
          .optional("moe", &Model::moe, record(moe_table()), "mixture of experts")
          .optional("mtp_layers", &Model::mtp_layers, integer(0),
                    "layers of multi-token prediction, which engines load for speculative decoding only")
          .optional("norms_per_layer", &Model::norms_per_layer, integer(1),
                    "normalizations of the hidden state in a layer; 2 where left out")
          .optional("rope_positions", &Model::rope_positions, integer(1),
                    "rows of the rotary table where they are not the context")
          .optional("image_token_pixels", &Model::image_token_pixels, integer(1),
                    "pixels that one token of an image stands for")
          .optional("native_quantization", &Model::native_quantization, identifier(),
                    "format of the published weights when it is not a 16-bit one")
          .optional("license", &Model::license, text(), "licence")
          .optional("released", &Model::released, schema::date(),
                    "first publication; profiles/releases.yaml where left out")
          .optional("monthly_downloads", &Model::monthly_downloads, number(0),
                    "downloads a month; profiles/releases.yaml where left out");
  return table;
}

const Record<File<Model>>& models_file() {
  static const Record<File<Model>> table =
      cited_file<File<Model>>("models", "Model architectures")
          .required("models", &File<Model>::rows, named_map(record(model_table())), "models by id");
  return table;
}

}  // namespace rackfit::catalog
