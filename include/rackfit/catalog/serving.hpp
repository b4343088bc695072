// What serving software does to memory and time: quantization formats (profiles/quantization.yaml), engines
// (profiles/engines.yaml) and calibrated step-time parameters (profiles/calibration.yaml).
#pragma once

#include <map>

#include "rackfit/catalog/device.hpp"

namespace rackfit::catalog {

/// The rate at which a format's matrix products run.
enum class ComputeRate { fp32, fp16, fp8, int8, fp4 };

/// Which matrices of the layers a format quantizes; the others stay at 16 bit.
enum class Coverage { linear, feed_forward, feed_forward_if_latent, experts };

struct Quantization {
  RowInfo row;
  std::string family;                     // gguf, safetensors
  bool mixture = false;                   // the average over a real file rather than one block type
  double bits_per_weight = 16;            // of the quantized matrices, scales included
  // Mixtures: what the average is made of. The share of the two tables depends on the model.
  std::optional<double> body_bits;        // layers
  std::optional<double> embedding_bits;   // embedding table
  std::optional<double> output_bits;      // lm_head, or the table that serves as one
  Coverage coverage = Coverage::linear;
  bool embeddings_16_bit = true;          // embeddings and lm_head stay at 16 bit (GGUF mixtures: averaged, false)
  ComputeRate compute = ComputeRate::fp16;
  std::optional<double> unpack;           // effort of unpacking a weight, over that of a 4-bit block format
  std::optional<double> min_compute_capability;
  std::vector<std::string> engines;       // ids that load it
  bool serving = true;                    // offered when a workload says `any`
};

struct KvFormat {
  RowInfo row;
  double bytes_per_element = 2;
  // Per token and layer in models with sparse latent attention, whose engines mix formats within a cell.
  std::optional<double> sparse_latent_bytes;
};

/// CUDA graphs: base + layers · (per_layer + per_layer_hidden · hidden / TP), layers of experts counting more.
struct GraphMemory {
  double base_bytes = 0, per_layer_bytes = 0, per_layer_hidden_bytes = 0, moe_factor = 1;
};

/// Peak while an engine without chunking works through whole prompts, beside weights and cache.
struct PromptPeak {
  double bytes_per_logit = 0;         // per prompt token and vocabulary entry
  double bytes_per_logit_spread = 0;  // added when the model is spread over several devices
  double ffn_factor = 0;              // per token and feed-forward element, in 16-bit values
  double hidden_factor = 0;           // per token and hidden element, in 16-bit values
  double bytes_per_score = 0;         // per head and squared prompt length
  double rotary_bytes = 0;            // tables of every layer, per position and element of a head
  double kv_copies = 1;               // of the cache while decoding
};

/// Memory behaviour of one engine from one version on.
struct EngineVersion {
  std::string from;                                   // "0.17"
  std::optional<double> memory_utilization;           // share of the device the engine may use
  std::optional<double> sampler_bytes_per_logit;      // c_v: activation = c_v · max_num_seqs · vocab + …
  std::optional<double> hidden_factor;                // … + hidden_factor · batched_tokens · hidden · 2
  std::optional<double> non_torch_single_bytes;       // per device, one device
  std::optional<double> non_torch_parallel_bytes;     // per device under tensor parallelism
  std::optional<double> non_torch_stage_bytes;        // per device of a pipeline without it
  std::optional<double> graphs_bytes;                 // CUDA graphs, per device
  std::optional<bool> graphs_inside_utilization;
  std::optional<std::int64_t> block_tokens;           // KV block
  std::vector<double> hidden_factors;                 // hidden_factor at TP 1, 2, 4, 8 …
  std::vector<double> moe_hidden_factors;             // likewise for mixtures of experts
  // A forward pass and the sampler follow each other: the larger of the two counts.
  std::optional<double> forward_ffn_factor;           // batched tokens · feed-forward width, in 16-bit values
  std::optional<double> forward_hidden_factor;        // batched tokens · hidden, likewise
  std::optional<double> encoder_bytes_per_pixel;      // images of one batch, kept while profiling
  std::optional<std::int64_t> image_token_pixels;     // where the model does not say
  std::optional<std::int64_t> latent_workspace_tokens;  // latent cache decompressed in chunks of so many tokens
  std::optional<double> rotary_bytes;                 // rotary table, per position and element of a head
  std::optional<GraphMemory> graph_memory;            // takes the place of graphs_bytes
  std::optional<bool> equal_pages;                    // layers of all kinds share a pool of equal pages
  std::optional<bool> window_cells;                   // sliding layers keep their window only
  std::optional<bool> flash_attention;
  std::optional<PromptPeak> prompt;
};

/// llama.cpp-type compute buffer: the widest moment of the layer graph, in live tensors.
struct ComputeBuffer {
  double value_bytes = 4;        // of an intermediate value
  double residuals = 0;          // hidden-wide tensors beside the widest one
  double queries = 0;            // query-wide tensors during attention
  double ffn = 0;                // feed-forward-wide tensors
  double expert_hidden = 0;      // hidden-wide tensors per active expert
  double expert_inner = 0;       // expert-wide tensors per active expert
  double mask_bytes = 0;         // per token of a batch and of context, without flash attention
  double flash_mask_bytes = 0;   // with
  double copies = 1;             // of the inputs when layers are spread over devices
  double expanded_bytes = 0;     // latent attention: per head element and token of context (0: not expanded)
  double expansion_batch_bytes = 0;  // expanded so much at a time
  double cell_padding = 1;       // a sliding layer's cells are rounded up to so many
};

/// Scheduler defaults by device memory.
struct SchedulerDefaults {
  double min_device_memory_bytes = 0;
  std::int64_t max_num_seqs = 256;
  std::int64_t max_batched_tokens = 2048;
  std::string from = {};                 // first engine version; empty: all
  std::vector<std::string> except = {};  // not for devices whose id begins so
};

/// Memory an engine sets aside: base + prefill chunk + ranks + graph batches, at least a floor on large devices.
struct Reserve {
  double base_bytes = 0, per_prefill_token_bytes = 0, per_rank_bytes = 0, per_graph_batch_bytes = 0;
  double floor_bytes = 0, floor_above_bytes = 0;
};

struct Engine {
  RowInfo row;
  std::string version;                      // the one assumed when a workload names none
  std::vector<std::string> vendors;         // device vendors it runs on; empty: any
  std::vector<DeviceClass> classes;
  std::vector<std::string> families;        // quantization families it loads
  bool tensor_parallel = true;              // false: layers are split, one device works at a time
  bool disaggregates = false;               // serves prompts and answers from instances of their own
  double fixed_overhead_bytes = 0;          // per device, beside the versioned terms
  double vocabulary_overhead_bytes = 0;     // per vocabulary entry: the tokenizer, where memory is shared with it
  double memory_margin_bytes = 0;           // left free per device
  double memory_factor = 1;                 // on weights + KV (transformers: 1.2)
  std::vector<EngineVersion> versions;      // rising `from`
  std::vector<SchedulerDefaults> scheduler; // rising memory
  // llama.cpp-type compute buffer: ubatch · (vocab_bytes · vocab + hidden_bytes · hidden)
  std::optional<std::int64_t> ubatch_tokens;
  std::optional<double> buffer_bytes_per_logit;
  std::optional<double> buffer_bytes_per_hidden;
  std::optional<ComputeBuffer> compute_buffer;  // the rest of that buffer
  // formats under which a tied lm_head is loaded a second time
  std::vector<std::string> unties;
  // share of the whole device, or of what weights and activation leave free (TensorRT-LLM)
  bool utilization_of_free = false;
  std::int64_t moe_matrices = 0;            // expert matrices alive at once in the activation peak
  std::optional<Reserve> reserve;           // SGLang's own formula
};

/// Relative error band of a prediction: true value between low × and high × it in 80 % of cases (P10–P90).
struct Band {
  double low = 0.5;
  double high = 2;
};

/// Bands of one model family (llm::family), where enough rows of it are known; the others have the common ones.
struct FamilyBands {
  std::string family;
  Band decode, ttft;
};

enum class Tier { calibrated, textbook, extrapolated };

/// What releases before a version took for the same work, over what later ones take.
struct OlderRelease {
  std::string before;  // "b3500"
  double layer_overhead_factor = 1, prefill_factor = 1, attention_factor = 1;
};

/// Step-time parameters of one engine on one class of devices; few and physical, fitted to measured rows.
/// Efficiencies that are empty are those of the plain matrices.
struct Calibration {
  RowInfo row;
  std::string engine;
  std::vector<DeviceClass> classes;
  std::vector<std::string> vendors;        // empty: any
  std::vector<std::string> architectures;  // of the devices; empty: any
  double min_bandwidth_bytes_per_s = 0;    // of the devices: wide memories behave differently
  // shares of the peak memory bandwidth while decoding
  double bandwidth_efficiency = 0.8;
  std::optional<double> expert_bandwidth_efficiency;  // routed experts
  std::optional<double> kv_bandwidth_efficiency;      // KV cache
  std::optional<double> bandwidth_ceiling_bytes_per_s;  // no more than this is drawn from one device
  double unpack_flops = 0;  // arithmetic per quantized weight read while decoding, at the device's FP32 peak
  // shares of the peak rate of the format
  double prefill_mfu = 0.4;
  std::optional<double> expert_mfu;     // routed experts
  std::optional<double> attention_mfu;  // scores and values, at 16 bit
  std::optional<double> quantized_mfu;  // matrices of formats below 16 bit
  double prefill_unpack = 0;      // of a prompt's time in such matrices, per effort of unpacking (4-bit block: 1)
  double activation_traffic = 0;  // bytes moved per token, layer and hidden element besides weights and KV
  double expert_traffic = 0;      // likewise per copy of a token to an expert
  // latencies
  double step_overhead_s = 0;     // per scheduler step
  double layer_overhead_s = 0;    // per layer with plain attention and a dense feed-forward part, and step
  double moe_layer_factor = 0;      // added per layer with experts, in layer_overhead_s
  double latent_layer_factor = 0;   // with multi-head latent attention
  double linear_layer_factor = 0;   // with a linear (recurrent) mixer
  double indexer_layer_factor = 0;  // with the indexer of sparse attention
  double extra_norm_factor = 0;     // with norms behind the blocks as well as before them
  double host_layer_s = 0;          // the host is busy so long per weighted layer: a step takes no less
  double host_quantized_factor = 0; // added to that for formats below 16 bit
  double stage_overlap = 0;         // share of each further device that works on another chunk of a long prompt
  double stage_latency_s = 0;       // per device after the first when layers are split
  double request_overhead_s = 0;    // per running sequence and step
  double all_reduce_latency_s = 0;  // per all-reduce
  double link_efficiency = 1;       // share of the link's bandwidth that collectives reach
  double expert_imbalance = 1;      // busiest rank over the mean when experts are spread over ranks
  double prefill_layer_overhead_s = 0;  // per layer of a prefill
  double prefill_launch_factor = 0;     // the layers' overheads in a prefill over those in a step (no graphs)
  double request_setup_s = 0;           // per request before its prefill: front end, tokenizer, scheduler
  double interference = 1;              // share of others' prefill time that delays a decode step
  // closed loop (benchmark with a fixed number of requests in progress)
  double ramp_share = 0;    // of the others' prefills waited for because all start together
  double queue_factor = 1;  // waiting behind others' prompts over that of an exponential queue
  std::vector<OlderRelease> older;  // rising
  Band decode_band, ttft_band;
  std::vector<FamilyBands> family_bands;
  Tier tier = Tier::textbook;
  std::vector<std::string> families;  // of models in the rows behind it (llm::family); others are extrapolated
};

/// A coefficient with its citation.
struct SourcedValue {
  double value = 0;
  SourceRef source_ref = {};
  Provenance source = {};  // resolved when loaded
};

/// What is assumed of serving where nobody says otherwise (profiles/serving.yaml). Without the file nothing is
/// assumed to be gained and nothing to be lost.
struct ServingHabits {
  // speculative decoding: tokens proposed per step, and the chance that one is accepted
  SourcedValue draft_tokens{1}, mtp_tokens{1}, ngram_tokens{1};
  SourcedValue draft_acceptance, mtp_acceptance, ngram_acceptance;
  SourcedValue lora_rank{16};
  // prompts and answers on instances of their own
  SourcedValue prefill_pool_share{1}, decode_pool_share{1};  // of the instances' own rates that a system reaches
  SourcedValue kv_transfer_latency_s;
  SourcedValue network_per_device_bytes_per_s;  // one direction, between nodes
  SourcedValue most_instances{1};               // of either kind that a plan tries in one group
};

}  // namespace rackfit::catalog
