// Fine-tuning: memory per device and a first estimate of time.
//
// The accounting is that of mixed-precision Adam (weights, gradients, master copy, two moments) divided as
// ZeRO divides it, plus activations by the Megatron formulas. Throughput is peak × MFU over the arithmetic of
// a token; the MFU is the caller's, because it is a measured thing.
#pragma once

#include "rackfit/llm/memory.hpp"

namespace rackfit::llm {

enum class TrainingMethod { full, lora, qlora };
enum class Recomputation { none, selective, full };

/// Bytes and factors of mixed-precision training; the defaults are Adam in bf16 with an fp32 master copy.
struct TrainingCoefficients {
  double weight_bytes = 2;
  double gradient_bytes = 2;    // 4 where gradients are accumulated in fp32 (18 B a parameter instead of 16)
  double optimizer_bytes = 12;  // master copy 4, two moments 4 + 4
  double activation_base = 10;  // per token and hidden element, not divided by tensor parallelism
  double activation_divided = 8;      // divided; the feed-forward part is added to it
  double activation_per_ffn = 4;      // per token and feed-forward element, divided
  double attention_scores = 5;        // per head and squared length; 0 bytes with fused attention
  double checkpoint_bytes = 2;        // per token and hidden element: the layer's input
  double logit_bytes = 6;             // per token and vocabulary entry: bf16 logits, fp32 copy
  double forward_backward_flops = 6;  // per parameter and token
  double adapter_flops = 4;           // the same when the base is frozen: no gradients of its weights
  double recomputation_flops = 2;     // added by full recomputation
};

struct TrainingJob {
  const catalog::Model* model = nullptr;
  const catalog::Device* device = nullptr;
  const catalog::Quantization* base_quantization = nullptr;  // QLoRA's frozen base (nf4); null: 16 bit
  TrainingMethod method = TrainingMethod::full;
  Recomputation recomputation = Recomputation::full;
  bool fused_attention = true;     // FlashAttention: no score matrix is kept
  bool sequence_parallel = false;  // divides all activations by tensor_parallel
  int zero_stage = 0;              // 0 plain data parallel … 3 (= FSDP full shard)
  std::int64_t data_parallel = 1;
  std::int64_t tensor_parallel = 1;
  std::int64_t pipeline_parallel = 1;
  std::int64_t sequence_tokens = 2048;
  std::int64_t micro_batch = 1;  // sequences per device and step
  std::int64_t lora_rank = 16;
  std::optional<double> mfu;  // share of peak; empty: time unknown
  double tokens = 0;          // to train on, epochs included; 0: no duration
  double overhead_bytes = 0;  // CUDA context, communication buffers, fragmentation
  TrainingCoefficients coefficients;

  std::int64_t devices() const { return data_parallel * tensor_parallel * pipeline_parallel; }
};

/// Bytes on the fullest device.
struct TrainingMemory {
  double weights = 0;   // of the base
  double adapters = 0;  // LoRA weights with their gradients and optimizer state
  double gradients = 0;
  double optimizer = 0;
  double activations = 0;
  double working = 0;  // layer gathered by ZeRO-3, layer being recomputed
  double overhead = 0;
  double total = 0;
  std::optional<double> device;  // device memory; empty: unknown
  double trained_parameters = 0;
  bool fits() const { return device && total <= *device; }
};
TrainingMemory training_memory(const TrainingJob& job, StepLog* log = nullptr);

struct TrainingTime {
  double tokens_per_s = 0;
  std::optional<double> duration_s;  // for job.tokens
};
/// Empty when the device's peak rate or the MFU is unknown.
std::optional<TrainingTime> training_time(const TrainingJob& job, StepLog* log = nullptr);
/// Parameters of LoRA adapters of a rank on all attention and feed-forward matrices.
double lora_parameters(const catalog::Model& model, std::int64_t rank);

}  // namespace rackfit::llm
