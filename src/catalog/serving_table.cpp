#include "rackfit/catalog/tables.hpp"
#include "shared_tables.hpp"

namespace rackfit::catalog {

using schema::boolean;
using schema::choice;
using schema::integer;
using schema::list;
using schema::named_map;
using schema::number;
using schema::quantity;
using schema::Record;
using schema::record;
using schema::text;

namespace {

const schema::Choices<ComputeRate>& compute_rates() {
  static const schema::Choices<ComputeRate> choices = {{"fp32", ComputeRate::fp32},
                                                       {"fp16", ComputeRate::fp16},
                                                       {"fp8", ComputeRate::fp8},
                                                       {"int8", ComputeRate::int8},
                                                       {"fp4", ComputeRate::fp4}};
  return choices;
}

const Record<Quantization>& quantization_table() {
  static const schema::Choices<bool> embeddings = {{"16-bit", true}, {"quantized", false}};
  static const schema::Choices<bool> kinds = {{"block", false}, {"mixture", true}};
  static const schema::Choices<Coverage> coverages = {
      {"linear", Coverage::linear},
      {"feed-forward", Coverage::feed_forward},
      {"feed-forward-if-latent", Coverage::feed_forward_if_latent},
      {"experts", Coverage::experts}};
  static const Record<Quantization> table =
      Record<Quantization>("quantization", "A weight format")
          .embed(&Quantization::row, row_table())
          .required("family", &Quantization::family, text(), "file family: safetensors, gguf …")
          .optional("kind", &Quantization::mixture, choice(kinds),
                    "one block type, or the average over a file")
          .required("bits_per_weight", &Quantization::bits_per_weight, number(0.1, 64), "scales included")
          .optional("embeddings", &Quantization::embeddings_16_bit, choice(embeddings),
                    "whether embeddings and lm_head come on top at 16 bit")
          .optional("body_bits", &Quantization::body_bits, number(0.1, 64), "mixtures: layers alone")
          .optional("embedding_bits", &Quantization::embedding_bits, number(0.1, 64),
                    "mixtures: embedding table")
          .optional("output_bits", &Quantization::output_bits, number(0.1, 64),
                    "mixtures: lm_head, or the table that serves as one")
          .optional("covers", &Quantization::coverage, choice(coverages), "what is quantized")
          .optional("compute", &Quantization::compute, choice(compute_rates()), "rate of its matrix products")
          .optional("unpack", &Quantization::unpack, number(0, 20),
                    "effort of unpacking a weight over that of a 4-bit block format")
          .optional("min_compute_capability", &Quantization::min_compute_capability, number(1),
                    "oldest NVIDIA generation that runs it")
          .optional("engines", &Quantization::engines, list(text()), "engines that load it")
          .optional("serving", &Quantization::serving, boolean(), "tried when a workload says `any`");
  return table;
}

const Record<KvFormat>& kv_format_table() {
  static const Record<KvFormat> table =
      Record<KvFormat>("kv_format", "A KV cache format")
          .embed(&KvFormat::row, row_table())
          .required("bytes_per_element", &KvFormat::bytes_per_element, number(0.01), "scales included")
          .optional("sparse_latent", &KvFormat::sparse_latent_bytes, quantity("B"),
                    "per token and layer of models with sparse latent attention");
  return table;
}

const Record<GraphMemory>& graph_memory_table() {
  static const Record<GraphMemory> table =
      Record<GraphMemory>("graph_memory", "CUDA graphs of one device")
          .required("base", &GraphMemory::base_bytes, quantity("B"), "always")
          .optional("per_layer", &GraphMemory::per_layer_bytes, quantity("B"), "per layer")
          .optional("per_layer_hidden", &GraphMemory::per_layer_hidden_bytes, quantity("B"),
                    "per layer and hidden element, divided by tensor parallelism")
          .optional("moe_factor", &GraphMemory::moe_factor, number(1), "layers of experts count so often");
  return table;
}

const Record<PromptPeak>& prompt_table() {
  static const Record<PromptPeak> table =
      Record<PromptPeak>("prompt", "Peak while whole prompts are worked through")
          .optional("bytes_per_logit", &PromptPeak::bytes_per_logit, quantity("B"),
                    "per token and vocabulary entry")
          .optional("bytes_per_logit_spread", &PromptPeak::bytes_per_logit_spread, quantity("B"),
                    "added over several devices")
          .optional("ffn_factor", &PromptPeak::ffn_factor, number(0),
                    "16-bit values per feed-forward element")
          .optional("hidden_factor", &PromptPeak::hidden_factor, number(0),
                    "16-bit values per hidden element")
          .optional("bytes_per_score", &PromptPeak::bytes_per_score, quantity("B"),
                    "per head and squared length")
          .optional("rotary", &PromptPeak::rotary_bytes, quantity("B"),
                    "tables of every layer, per position and element of a head")
          .optional("kv_copies", &PromptPeak::kv_copies, number(1), "of the cache while decoding");
  return table;
}

const Record<ComputeBuffer>& compute_buffer_table() {
  static const Record<ComputeBuffer> table =
      Record<ComputeBuffer>("compute_buffer", "Live tensors at the widest moment of a layer graph")
          .optional("value", &ComputeBuffer::value_bytes, quantity("B"), "one intermediate value")
          .optional("residuals", &ComputeBuffer::residuals, number(0), "hidden-wide tensors")
          .optional("queries", &ComputeBuffer::queries, number(0), "query-wide tensors in attention")
          .optional("ffn", &ComputeBuffer::ffn, number(0), "feed-forward-wide tensors")
          .optional("expert_hidden", &ComputeBuffer::expert_hidden, number(0),
                    "hidden-wide, per active expert")
          .optional("expert_inner", &ComputeBuffer::expert_inner, number(0), "expert-wide, per active expert")
          .optional("mask", &ComputeBuffer::mask_bytes, quantity("B"), "per batch and context token")
          .optional("flash_mask", &ComputeBuffer::flash_mask_bytes, quantity("B"), "with flash attention")
          .optional("copies", &ComputeBuffer::copies, number(1), "of inputs over several devices")
          .optional("expanded", &ComputeBuffer::expanded_bytes, quantity("B"),
                    "latent attention: per head element and context token")
          .optional("expansion_batch", &ComputeBuffer::expansion_batch_bytes, quantity("B"),
                    "expanded at a time")
          .optional("cell_padding", &ComputeBuffer::cell_padding, number(1),
                    "cells of a sliding layer are rounded up to so many");
  return table;
}

const Record<EngineVersion>& version_table() {
  static const Record<EngineVersion> table =
      Record<EngineVersion>("engine_version", "What changes from a version on")
          .required("from", &EngineVersion::from, text(), "first version")
          .optional("memory_utilization", &EngineVersion::memory_utilization, quantity("1", 0.0, 1.0),
                    "share of the device it may use")
          .optional("sampler_bytes_per_logit", &EngineVersion::sampler_bytes_per_logit, quantity("B"),
                    "activation per running sequence and vocabulary entry")
          .optional("hidden_factor", &EngineVersion::hidden_factor, number(0),
                    "activation per batched token and hidden element, in 16-bit values")
          .optional("non_torch_single", &EngineVersion::non_torch_single_bytes, quantity("B"), "one device")
          .optional("non_torch_parallel", &EngineVersion::non_torch_parallel_bytes, quantity("B"),
                    "per device under tensor parallelism")
          .optional("non_torch_stage", &EngineVersion::non_torch_stage_bytes, quantity("B"),
                    "per device of a pipeline without tensor parallelism")
          .optional("graphs", &EngineVersion::graphs_bytes, quantity("B"), "CUDA graphs")
          .optional("graphs_inside_utilization", &EngineVersion::graphs_inside_utilization, boolean(),
                    "whether graphs count within the share")
          .optional("block_tokens", &EngineVersion::block_tokens, integer(1), "tokens of a KV block")
          .optional("hidden_factors", &EngineVersion::hidden_factors, list(number(0)),
                    "hidden_factor at 1, 2, 4, 8 … tensor-parallel ranks")
          .optional("moe_hidden_factors", &EngineVersion::moe_hidden_factors, list(number(0)),
                    "the same for mixtures of experts")
          .optional("forward_ffn_factor", &EngineVersion::forward_ffn_factor, number(0),
                    "forward pass: 16-bit values per batched token and feed-forward element")
          .optional("forward_hidden_factor", &EngineVersion::forward_hidden_factor, number(0),
                    "forward pass: 16-bit values per batched token and hidden element")
          .optional("encoder_bytes_per_pixel", &EngineVersion::encoder_bytes_per_pixel, quantity("B"),
                    "images of one batch")
          .optional("image_token_pixels", &EngineVersion::image_token_pixels, integer(1),
                    "pixels of an image token where the model does not say")
          .optional("latent_workspace_tokens", &EngineVersion::latent_workspace_tokens, integer(0),
                    "latent cache decompressed at a time")
          .optional("rotary", &EngineVersion::rotary_bytes, quantity("B"),
                    "rotary table, per position and element of a head")
          .optional("graph_memory", &EngineVersion::graph_memory, record(graph_memory_table()),
                    "CUDA graphs by layers, instead of `graphs`")
          .optional("equal_pages", &EngineVersion::equal_pages, boolean(),
                    "layers of all kinds share a pool of equal pages")
          .optional("window_cells", &EngineVersion::window_cells, boolean(),
                    "sliding layers keep their window only")
          .optional("flash_attention", &EngineVersion::flash_attention, boolean(), "used by default")
          .optional("prompt", &EngineVersion::prompt, record(prompt_table()),
                    "engines that do not chunk prompts");
  return table;
}

const Record<SchedulerDefaults>& scheduler_table() {
  static const Record<SchedulerDefaults> table =
      Record<SchedulerDefaults>("scheduler", "Scheduler defaults by device memory")
          .required("min_device_memory", &SchedulerDefaults::min_device_memory_bytes, quantity("B"),
                    "from this size")
          .optional("max_num_seqs", &SchedulerDefaults::max_num_seqs, integer(1), "running sequences")
          .required("max_batched_tokens", &SchedulerDefaults::max_batched_tokens, integer(1),
                    "tokens per step")
          .optional("from", &SchedulerDefaults::from, text(), "first engine version")
          .optional("except", &SchedulerDefaults::except, list(text()), "not for devices whose id begins so");
  return table;
}

const Record<Reserve>& reserve_table() {
  static const Record<Reserve> table =
      Record<Reserve>("reserved", "Memory an engine sets aside by its own formula")
          .required("base", &Reserve::base_bytes, quantity("B"), "always")
          .optional("per_prefill_token", &Reserve::per_prefill_token_bytes, quantity("B"),
                    "per token of a chunk")
          .optional("per_rank", &Reserve::per_rank_bytes, quantity("B"), "per tensor × pipeline rank")
          .optional("per_graph_batch", &Reserve::per_graph_batch_bytes, quantity("B"),
                    "per largest graph batch")
          .optional("floor", &Reserve::floor_bytes, quantity("B"), "at least")
          .optional("floor_above", &Reserve::floor_above_bytes, quantity("B"), "where the floor holds");
  return table;
}

const Record<Band>& band_table() {
  static const Record<Band> table = Record<Band>("band", "P10 and P90 of measured over predicted time")
                                        .required("low", &Band::low, number(0), "P10")
                                        .required("high", &Band::high, number(0), "P90");
  return table;
}

const Record<FamilyBands>& family_bands_table() {
  static const Record<FamilyBands> table =
      Record<FamilyBands>("family-bands", "Bands of one model family")
          .required("family", &FamilyBands::family, text(), "dense, moe, mla-moe, hybrid …")
          .required("decode", &FamilyBands::decode, record(band_table()), "error of decode times")
          .required("ttft", &FamilyBands::ttft, record(band_table()), "error of times to first token");
  return table;
}

const Record<OlderRelease>& older_release_table() {
  static const Record<OlderRelease> table =
      Record<OlderRelease>("older-release", "Times of earlier releases over those of later ones")
          .required("before", &OlderRelease::before, text(), "first release it does not hold for")
          .optional("layer_overhead_factor", &OlderRelease::layer_overhead_factor, number(0.1, 20),
                    "of the layers")
          .optional("prefill_factor", &OlderRelease::prefill_factor, number(0.1, 20),
                    "of the prompt's matrices")
          .optional("attention_factor", &OlderRelease::attention_factor, number(0.1, 20),
                    "of the prompt's attention");
  return table;
}

const Record<Calibration>& calibration_table() {
  static const schema::Choices<Tier> tiers = {
      {"calibrated", Tier::calibrated}, {"textbook", Tier::textbook}, {"extrapolated", Tier::extrapolated}};
  static const Record<Calibration> table =
      Record<Calibration>("calibration", "Step-time parameters of an engine on a class of devices")
          .embed(&Calibration::row, row_table())
          .required("engine", &Calibration::engine, text(), "engine id")
          .required("classes", &Calibration::classes, list(choice(device_classes())), "device classes")
          .optional("vendors", &Calibration::vendors, list(text()), "device vendors; left out: any")
          .optional("architectures", &Calibration::architectures, list(text()),
                    "device architectures; left out: any")
          .optional("min_bandwidth", &Calibration::min_bandwidth_bytes_per_s, quantity("B/s"),
                    "only devices whose memory is at least as fast")
          .required("bandwidth_efficiency", &Calibration::bandwidth_efficiency, number(0, 1.2),
                    "share of peak memory bandwidth in decode")
          .optional("expert_bandwidth_efficiency", &Calibration::expert_bandwidth_efficiency, number(0, 1.2),
                    "the same for routed experts")
          .optional("kv_bandwidth_efficiency", &Calibration::kv_bandwidth_efficiency, number(0, 1.2),
                    "the same for the KV cache")
          .optional("bandwidth_ceiling", &Calibration::bandwidth_ceiling_bytes_per_s, quantity("B/s"),
                    "no more than this is drawn from one device")
          .optional("unpack_flops", &Calibration::unpack_flops, number(0),
                    "arithmetic per quantized weight read while decoding, at the FP32 peak")
          .required("prefill_mfu", &Calibration::prefill_mfu, number(0, 2),
                    "share of the peak rate of the format")
          .optional("expert_mfu", &Calibration::expert_mfu, number(0, 2), "the same for routed experts")
          .optional("attention_mfu", &Calibration::attention_mfu, number(0, 2),
                    "the same for scores and values")
          .optional("quantized_mfu", &Calibration::quantized_mfu, number(0, 2),
                    "the same for matrices of formats below 16 bit")
          .optional("prefill_unpack", &Calibration::prefill_unpack, number(0, 5),
                    "added to a prompt's time in such matrices, per effort of unpacking the format (4-bit "
                    "block: 1)")
          .optional("activation_traffic", &Calibration::activation_traffic, number(0),
                    "bytes moved per token, layer and hidden element besides weights and KV cache")
          .optional("expert_traffic", &Calibration::expert_traffic, number(0),
                    "the same per copy of a token to an expert")
          .optional("step_overhead", &Calibration::step_overhead_s, quantity("s"), "per step")
          .optional("layer_overhead", &Calibration::layer_overhead_s, quantity("s"), "per layer and step")
          .optional("moe_layer_factor", &Calibration::moe_layer_factor, number(0),
                    "added per layer with experts, in layer overheads")
          .optional("latent_layer_factor", &Calibration::latent_layer_factor, number(0),
                    "added per layer with latent attention")
          .optional("linear_layer_factor", &Calibration::linear_layer_factor, number(-1),
                    "added per linear (recurrent) layer")
          .optional("indexer_layer_factor", &Calibration::indexer_layer_factor, number(0),
                    "added per layer with the indexer of sparse attention")
          .optional("extra_norm_factor", &Calibration::extra_norm_factor, number(0),
                    "added per layer of models with norms behind the blocks as well as before them")
          .optional("host_layer_time", &Calibration::host_layer_s, quantity("s"),
                    "the host is busy so long per layer: a step takes no less")
          .optional("host_quantized_factor", &Calibration::host_quantized_factor, number(0),
                    "added to that for formats below 16 bit")
          .optional("stage_overlap", &Calibration::stage_overlap, number(0, 1),
                    "layer split: share of each further device that works on another chunk of a long prompt")
          .optional("stage_latency", &Calibration::stage_latency_s, quantity("s"),
                    "per device after the first when layers are split")
          .optional("request_overhead", &Calibration::request_overhead_s, quantity("s"),
                    "per sequence and step")
          .optional("all_reduce_latency", &Calibration::all_reduce_latency_s, quantity("s"), "per all-reduce")
          .optional("link_efficiency", &Calibration::link_efficiency, number(0.01, 1.2),
                    "share of the link's bandwidth that collectives reach")
          .optional("expert_imbalance", &Calibration::expert_imbalance, number(1),
                    "busiest rank over the mean when experts are spread")
          .optional("prefill_layer_overhead", &Calibration::prefill_layer_overhead_s, quantity("s"),
                    "per layer of a prefill")
          .optional("prefill_launch_factor", &Calibration::prefill_launch_factor, number(0),
                    "layer overheads in a prefill over those in a step")
          .optional("request_setup", &Calibration::request_setup_s, quantity("s"),
                    "per request before its prefill")
          .optional("interference", &Calibration::interference, number(0),
                    "share of others' prefill time that delays a decode step")
          .optional("ramp_share", &Calibration::ramp_share, number(0, 1),
                    "closed loop: share of the others' prefills waited for because all start together")
          .optional("queue_factor", &Calibration::queue_factor, number(0, 2),
                    "closed loop: waiting behind others' prompts over that of an exponential queue")
          .optional("older", &Calibration::older, list(record(older_release_table())),
                    "what earlier releases took, rising")
          .optional("decode_band", &Calibration::decode_band, record(band_table()), "error of decode times")
          .optional("ttft_band", &Calibration::ttft_band, record(band_table()),
                    "error of times to first token")
          .optional("family_bands", &Calibration::family_bands, list(record(family_bands_table())),
                    "bands of single model families, in place of the two above")
          .optional("tier", &Calibration::tier, choice(tiers), "how well founded it is")
          .optional("families", &Calibration::families, list(text()),
                    "families of models in the rows behind it; for others it is extrapolated");
  return table;
}

}  // namespace

const Record<Engine>& engine_table() {
  static const schema::Choices<bool> shares = {{"free", true}, {"device", false}};
  static const Record<Engine> table =
      Record<Engine>("engine", "Inference software")
          .embed(&Engine::row, row_table())
          .required("version", &Engine::version, text(), "version assumed when none is named")
          .optional("vendors", &Engine::vendors, list(text()), "device vendors it runs on; empty: any")
          .optional("classes", &Engine::classes, list(choice(device_classes())), "device classes")
          .optional("families", &Engine::families, list(text()), "weight formats it loads, by family")
          .optional("tensor_parallel", &Engine::tensor_parallel, boolean(), "false: it only splits layers")
          .optional("disaggregates", &Engine::disaggregates, boolean(),
                    "true: instances for prompts hand the KV cache to instances for answers")
          .optional("fixed_overhead", &Engine::fixed_overhead_bytes, quantity("B"), "per device")
          .optional("vocabulary_overhead", &Engine::vocabulary_overhead_bytes, quantity("B"),
                    "per vocabulary entry: the tokenizer, where it shares the memory")
          .optional("memory_margin", &Engine::memory_margin_bytes, quantity("B"), "left free per device")
          .optional("memory_factor", &Engine::memory_factor, number(1), "on weights and KV cache")
          .optional("utilization_of", &Engine::utilization_of_free, choice(shares),
                    "what the memory share is taken of")
          .optional("moe_matrices", &Engine::moe_matrices, integer(0),
                    "expert matrices in the activation peak")
          .optional("reserved", &Engine::reserve, record(reserve_table()), "memory set aside by formula")
          .optional("versions", &Engine::versions, list(record(version_table())), "what changed, rising")
          .optional("scheduler", &Engine::scheduler, list(record(scheduler_table())),
                    "defaults, rising memory")
          .optional("ubatch", &Engine::ubatch_tokens, integer(1), "llama.cpp: physical batch")
          .optional("buffer_bytes_per_logit", &Engine::buffer_bytes_per_logit, quantity("B"),
                    "llama.cpp: compute buffer per token and vocabulary entry")
          .optional("buffer_bytes_per_hidden", &Engine::buffer_bytes_per_hidden, quantity("B"),
                    "llama.cpp: compute buffer per token and hidden element")
          .optional("compute_buffer", &Engine::compute_buffer, record(compute_buffer_table()),
                    "llama.cpp: the rest of the compute buffer")
          .optional("unties", &Engine::unties, list(text()),
                    "formats under which a tied lm_head is loaded a second time");
  return table;
}

const Record<QuantizationFile>& quantization_file() {
  static const Record<QuantizationFile> table =
      cited_file<QuantizationFile>("quantizations", "Weight and KV cache formats")
          .optional("quantization", &QuantizationFile::rows, named_map(record(quantization_table())),
                    "formats by id")
          .optional("kv_formats", &QuantizationFile::kv_formats, named_map(record(kv_format_table())),
                    "KV cache formats by id");
  return table;
}

const Record<File<Engine>>& engines_file() {
  static const Record<File<Engine>> table =
      cited_file<File<Engine>>("engines", "Inference software")
          .required("engines", &File<Engine>::rows, named_map(record(engine_table())), "engines by id");
  return table;
}

const Record<File<Calibration>>& calibration_file() {
  static const Record<File<Calibration>> table =
      cited_file<File<Calibration>>("calibrations", "Step-time parameters")
          .required("calibration", &File<Calibration>::rows, named_map(record(calibration_table())), "by id");
  return table;
}

}  // namespace rackfit::catalog
