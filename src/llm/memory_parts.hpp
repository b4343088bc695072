// The parts of the memory stack beside weights and KV cache, each a function of the deployment.
//
// Between the catalog's engine rows and memory.cpp, which adds the parts up. Kept together so that the number
// and the sentence that explains it use the same terms.
#pragma once

#include "rackfit/llm/memory.hpp"

namespace rackfit::llm {

/// Share of all layers that the fullest pipeline stage holds.
double stage_share(const Deployment& deployment);
/// `count / parts`, rounded up.
double divided_up(std::int64_t count, std::int64_t parts);
/// Share of the layers whose weights and cache are on the devices.
double device_layer_share(const Deployment& deployment);
/// Whether attention scores are kept in pieces.
bool uses_flash_attention(const Deployment& deployment);

/// Peak of one step of an engine that batches: terms that follow each other and terms that stay.
struct StepPeak {
  double sampler = 0;  // logits of all running sequences and what sorting them takes
  double hidden = 0;   // alive beside the sampler
  double forward = 0;  // widest moment of a layer over a full batch
  double experts = 0;  // workspaces of fused experts
  double images = 0;   // pixels of one batch
  double latent = 0;   // latent cache, decompressed
  /// On the stage that samples.
  double last_stage() const;
  /// On the others; the same without a pipeline.
  double first_stage(std::int64_t stages) const;
};
StepPeak step_peak(const Deployment& deployment, const catalog::SchedulerDefaults& limits);

/// llama.cpp-type compute buffer on the fullest device.
double compute_buffer_bytes(const Deployment& deployment, double context_tokens);
/// Beyond weights and the final cache, what an engine needs that works through whole prompts.
double prompt_peak_bytes(const Deployment& deployment, const KvLayout& kv, double sequences, double tokens);
/// What an engine with a formula of its own sets aside for everything but weights and KV.
double reserve_bytes(const Deployment& deployment, const catalog::SchedulerDefaults& limits,
                     double device_bytes);
double non_torch_bytes(const Deployment& deployment);
double graph_bytes(const Deployment& deployment);

}  // namespace rackfit::llm
