#include "rackfit/catalog/tables.hpp"

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
  static const Record<Quantization> table =
      Record<Quantization>("quantization", "A weight format")
          .embed(&Quantization::row, row_table())
          .required("family", &Quantization::family, text(), "file family: safetensors, gguf …")
          .optional("kind", &Quantization::mixture, choice(kinds), "one block type, or the average over a file")
          .required("bits_per_weight", &Quantization::bits_per_weight, number(0.1, 64), "scales included")
          .optional("embeddings", &Quantization::embeddings_16_bit, choice(embeddings),
                    "whether embeddings and lm_head come on top at 16 bit")
          .optional("compute", &Quantization::compute, choice(compute_rates()), "rate of its matrix products")
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
          .required("bytes_per_element", &KvFormat::bytes_per_element, number(0.01), "scales included");
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
          .optional("graphs", &EngineVersion::graphs_bytes, quantity("B"), "CUDA graphs")
          .optional("graphs_inside_utilization", &EngineVersion::graphs_inside_utilization, boolean(),
                    "whether graphs count within the share")
          .optional("block_tokens", &EngineVersion::block_tokens, integer(1), "tokens of a KV block");
  return table;
}

const Record<SchedulerDefaults>& scheduler_table() {
  static const Record<SchedulerDefaults> table =
      Record<SchedulerDefaults>("scheduler", "Scheduler defaults by device memory")
          .required("min_device_memory", &SchedulerDefaults::min_device_memory_bytes, quantity("B"), "from this size")
          .required("max_num_seqs", &SchedulerDefaults::max_num_seqs, integer(1), "running sequences")
          .required("max_batched_tokens", &SchedulerDefaults::max_batched_tokens, integer(1), "tokens per step");
  return table;
}

const Record<Reserve>& reserve_table() {
  static const Record<Reserve> table =
      Record<Reserve>("reserved", "Memory an engine sets aside by its own formula")
          .required("base", &Reserve::base_bytes, quantity("B"), "always")
          .optional("per_prefill_token", &Reserve::per_prefill_token_bytes, quantity("B"), "per token of a chunk")
          .optional("per_rank", &Reserve::per_rank_bytes, quantity("B"), "per tensor × pipeline rank")
          .optional("per_graph_batch", &Reserve::per_graph_batch_bytes, quantity("B"), "per largest graph batch")
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

const Record<Calibration>& calibration_table() {
  static const schema::Choices<Tier> tiers = {
      {"calibrated", Tier::calibrated}, {"textbook", Tier::textbook}, {"extrapolated", Tier::extrapolated}};
  static const Record<Calibration> table =
      Record<Calibration>("calibration", "Step-time parameters of an engine on a class of devices")
          .embed(&Calibration::row, row_table())
          .required("engine", &Calibration::engine, text(), "engine id")
          .required("classes", &Calibration::classes, list(choice(device_classes())), "device classes")
          .optional("vendors", &Calibration::vendors, list(text()), "device vendors; left out: any")
          .required("bandwidth_efficiency", &Calibration::bandwidth_efficiency, number(0, 1.2),
                    "share of peak memory bandwidth in decode")
          .required("prefill_mfu", &Calibration::prefill_mfu, number(0, 2), "share of peak rate in prefill")
          .optional("step_overhead", &Calibration::step_overhead_s, quantity("s"), "per step")
          .optional("layer_overhead", &Calibration::layer_overhead_s, quantity("s"), "per layer and step")
          .optional("request_overhead", &Calibration::request_overhead_s, quantity("s"), "per sequence and step")
          .optional("all_reduce_latency", &Calibration::all_reduce_latency_s, quantity("s"), "per all-reduce")
          .optional("prefill_layer_overhead", &Calibration::prefill_layer_overhead_s, quantity("s"),
                    "per layer of a prefill")
          .optional("interference", &Calibration::interference, number(0),
                    "share of others' prefill time that delays a decode step")
          .optional("decode_band", &Calibration::decode_band, record(band_table()), "error of decode times")
          .optional("ttft_band", &Calibration::ttft_band, record(band_table()), "error of times to first token")
          .optional("tier", &Calibration::tier, choice(tiers), "how well founded it is");
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
          .optional("fixed_overhead", &Engine::fixed_overhead_bytes, quantity("B"), "per device")
          .optional("memory_margin", &Engine::memory_margin_bytes, quantity("B"), "left free per device")
          .optional("memory_factor", &Engine::memory_factor, number(1), "on weights and KV cache")
          .optional("utilization_of", &Engine::utilization_of_free, choice(shares),
                    "what the memory share is taken of")
          .optional("moe_matrices", &Engine::moe_matrices, integer(0), "expert matrices in the activation peak")
          .optional("reserved", &Engine::reserve, record(reserve_table()), "memory set aside by formula")
          .optional("versions", &Engine::versions, list(record(version_table())), "what changed, rising")
          .optional("scheduler", &Engine::scheduler, list(record(scheduler_table())), "defaults, rising memory")
          .optional("ubatch", &Engine::ubatch_tokens, integer(1), "llama.cpp: physical batch")
          .optional("buffer_bytes_per_logit", &Engine::buffer_bytes_per_logit, quantity("B"),
                    "llama.cpp: compute buffer per token and vocabulary entry")
          .optional("buffer_bytes_per_hidden", &Engine::buffer_bytes_per_hidden, quantity("B"),
                    "llama.cpp: compute buffer per token and hidden element");
  return table;
}

const Record<QuantizationFile>& quantization_file() {
  static const Record<QuantizationFile> table =
      Record<QuantizationFile>("quantizations", "Weight and KV cache formats")
          .optional("sources", &QuantizationFile::sources, named_map(record(schema::provenance_schema())),
                    "citations by id")
          .optional("quantization", &QuantizationFile::rows, named_map(record(quantization_table())), "formats by id")
          .optional("kv_formats", &QuantizationFile::kv_formats, named_map(record(kv_format_table())),
                    "KV cache formats by id");
  return table;
}

const Record<File<Engine>>& engines_file() {
  static const Record<File<Engine>> table =
      Record<File<Engine>>("engines", "Inference software")
          .optional("sources", &File<Engine>::sources, named_map(record(schema::provenance_schema())),
                    "citations by id")
          .required("engines", &File<Engine>::rows, named_map(record(engine_table())), "engines by id");
  return table;
}

const Record<File<Calibration>>& calibration_file() {
  static const Record<File<Calibration>> table =
      Record<File<Calibration>>("calibrations", "Step-time parameters")
          .optional("sources", &File<Calibration>::sources, named_map(record(schema::provenance_schema())),
                    "citations by id")
          .required("calibration", &File<Calibration>::rows, named_map(record(calibration_table())), "by id");
  return table;
}

}  // namespace rackfit::catalog
