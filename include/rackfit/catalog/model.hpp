// A model's architecture as the memory and time formulas need it (profiles/models/*.yaml).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rackfit/base/provenance.hpp"
#include "rackfit/schema/schema.hpp"

namespace rackfit::catalog {

/// `source: id` (an entry of the file's `sources:`) or an inline citation, as written.
struct SourceRef {
  std::string id;
  std::optional<Provenance> cited;
  Span span;
};

/// What every catalog row carries beside its facts.
struct RowInfo {
  std::string id;
  std::string name;
  std::vector<std::string> aliases;
  std::string notes;
  Provenance source;
  std::vector<std::pair<std::string, Provenance>> source_of;  // for single fields that come from elsewhere
  SourceRef source_ref;                                       // resolved into the two above when loaded
  std::vector<schema::Named<SourceRef>> source_of_refs;
  Span span;

  /// The citation of one field: its own, else the row's.
  const Provenance& source_for(std::string_view field) const;
};

enum class ModelKind { text, vision, embedding, reranker };
enum class AttentionType { mha, gqa, mqa, mla };

struct Attention {
  AttentionType type = AttentionType::gqa;
  std::int64_t heads = 0;
  std::int64_t kv_heads = 0;      // 0 for mla
  std::int64_t head_dim = 0;      // 0 for mla
  std::int64_t kv_lora_rank = 0;  // mla only, as the four below
  std::int64_t rope_head_dim = 0;
  std::int64_t nope_head_dim = 0;
  std::int64_t v_head_dim = 0;
  std::int64_t q_lora_rank = 0;   // 0: the query is not compressed
  std::int64_t global_head_dim = 0;  // 0: full-attention layers are like the others
  std::int64_t global_kv_heads = 0;
  std::int64_t indexer_bytes = 0;  // sparse attention: index keys per token and layer, scales included
  std::int64_t indexer_heads = 0;  // its query heads
  std::int64_t indexer_dim = 0;    // and their width
};

/// How many layers are of each kind; all `full` for plain models.
struct LayerKinds {
  std::int64_t full = 0;
  std::int64_t sliding = 0;
  std::int64_t linear = 0;  // constant state per sequence (Mamba, gated delta net)
  std::int64_t window = 0;  // tokens, for sliding layers
};

struct LinearState {
  std::int64_t conv_elements = 0;  // per linear layer and sequence
  std::int64_t ssm_elements = 0;
  double conv_bytes_per_element = 2;
  double ssm_bytes_per_element = 4;
};

struct Ffn {
  std::int64_t intermediate = 0;
  bool gated = true;  // three matrices; false: two
};

struct Moe {
  std::int64_t experts = 0;
  std::int64_t active = 0;
  std::int64_t intermediate = 0;
  std::int64_t shared = 0;
  std::int64_t shared_intermediate = 0;  // of all shared experts together, 0: shared × intermediate
  std::int64_t dense_layers = 0;         // leading layers with a dense FFN
};

/// Bytes of one layer's tensors, by what tensor parallelism divides differently.
struct LayerWeights {
  double attention = 0;  // or the recurrent part
  double dense = 0;      // dense and shared experts
  double experts = 0;    // routed
  double whole = 0;      // router and norms: on every rank
};

/// What a model's own files weigh, counted from their headers. Plain bytes, so that those who calculate need
/// not know the files' formats.
struct FileWeights {
  std::string file;       // name, without its folder
  std::string format_id;  // weight format it holds; empty: 16 bit
  double table = 0, head = 0, encoders = 0;
  double whole = 0;                  // outside of all layers, on every rank
  std::vector<LayerWeights> layers;  // in order; empty: only `sum` is known
  double sum = 0;                    // of everything an engine loads
};

struct Model {
  RowInfo row;
  ModelKind kind = ModelKind::text;
  std::string hf_id;
  double parameters = 0;
  std::optional<double> active_parameters;
  std::int64_t layers = 0;
  std::int64_t hidden = 0;
  std::int64_t vocab = 0;
  std::optional<std::int64_t> context_tokens;
  std::optional<bool> tied_embeddings;
  Attention attention;
  std::optional<LayerKinds> layer_kinds;
  std::optional<LinearState> linear_state;
  std::optional<Ffn> ffn;
  std::optional<Moe> moe;
  std::int64_t mtp_layers = 0;  // multi-token prediction, loaded for speculative decoding only; not in `parameters`
  std::int64_t norms_per_layer = 2;  // of the hidden state
  std::optional<std::int64_t> rope_positions;      // rows of the rotary table where scaling makes them more than the context
  std::optional<std::int64_t> image_token_pixels;  // pixels that one token of an image stands for
  std::string native_quantization;  // empty: bf16/fp16
  std::string license;
  std::string released;                             // ISO date of the first publication; empty: unknown
  std::optional<double> monthly_downloads;          // from the hub, at the date of the source
  std::shared_ptr<const FileWeights> file_weights;  // of an imported file; never of a catalog row
};

/// When a model came out and how much it is used (profiles/releases.yaml): kept apart from the
/// architectures because it changes from month to month.
struct Release {
  std::string released;
  std::optional<double> downloads;  // in the month before the source was read
  SourceRef source_ref;
};

}  // namespace rackfit::catalog
