// KV cache: what a sequence of a length holds, by kind of layer and by the way engines cut it into pages.
#include <algorithm>
#include <cmath>

#include "memory_explain.hpp"
#include "memory_parts.hpp"
#include "rackfit/units/bytes.hpp"

namespace rackfit::llm {
namespace {

constexpr double sixteen_bit = units::sixteen_bit_bytes;
constexpr double key_and_value = 2;

double kv_element_bytes(const Deployment& d) {
  return d.kv_format ? d.kv_format->bytes_per_element : sixteen_bit;
}

/// Bytes of one token in one layer on one rank.
struct CellBytes {
  double full = 0, sliding = 0, linear_state = 0, index = 0;
};

CellBytes cell_bytes(const Deployment& d) {
  CellBytes cell;
  const auto& m = *d.model;
  const auto& a = m.attention;
  const double element = kv_element_bytes(d);
  if (a.type == catalog::AttentionType::mla) {
    // The latent is shared by all heads, so every rank holds all of it.
    const bool mixed = a.indexer_bytes > 0 && d.kv_format && d.kv_format->sparse_latent_bytes;
    cell.full =
        mixed ? *d.kv_format->sparse_latent_bytes : double(a.kv_lora_rank + a.rope_head_dim) * element;
    cell.sliding = cell.full;
  } else {
    const auto heads = [&](std::int64_t count, std::int64_t dim) {
      return key_and_value * divided_up(count, d.tensor_parallel) * double(dim) * element;
    };
    cell.full = heads(a.global_kv_heads > 0 ? a.global_kv_heads : a.kv_heads,
                      a.global_head_dim > 0 ? a.global_head_dim : a.head_dim);
    cell.sliding = heads(a.kv_heads, a.head_dim);
  }
  cell.index = double(a.indexer_bytes);
  cell.full += cell.index;
  if (m.linear_state) {
    const auto& state = *m.linear_state;
    cell.linear_state = (double(state.conv_elements) * state.conv_bytes_per_element +
                         double(state.ssm_elements) * state.ssm_bytes_per_element) /
                        double(d.tensor_parallel);
  }
  return cell;
}

/// Lays layers of several kinds into groups of one size, whose pages are equal (vLLM's hybrid allocator).
void lay_equal_pages(const catalog::LayerKinds& kinds, const CellBytes& cell, double stage, KvLayout& kv) {
  const double full = std::round(double(kinds.full) * stage),
               sliding = std::round(double(kinds.sliding) * stage);
  const double linear = std::round(double(kinds.linear) * stage);
  std::vector<double> counts;
  for (const double n : {full, sliding, linear}) {
    if (n > 0) counts.push_back(n);
  }
  const bool same_cells = kinds.sliding == 0 || kinds.full == 0 || cell.full == cell.sliding;
  const double token = kinds.full > 0 ? cell.full : cell.sliding;
  if (counts.size() < 2 || !same_cells || token <= 0) return;
  const double least = *std::min_element(counts.begin(), counts.end());
  const double most = *std::max_element(counts.begin(), counts.end());
  // Nearly equal counts are padded up rather than cut into groups of the smaller one.
  constexpr double nearly = 1.25;
  const double group = most < least * nearly ? most : least;
  if (linear > 0) {
    // A page must hold the state of a linear layer: attention takes more tokens to a page instead.
    kv.block_tokens =
        std::max(kv.block_tokens, std::ceil(cell.linear_state / token / kv.block_tokens) * kv.block_tokens);
  }
  kv.page_bytes = group * token * kv.block_tokens;
  kv.full_groups = std::ceil(full / group);
  kv.sliding_groups = std::ceil(sliding / group);
  kv.linear_groups = std::ceil(linear / group);
}

/// Adds the cache of a draft model and of multi-token-prediction layers.
void add_speculation(const Deployment& d, const CellBytes& cell, KvLayout& kv) {
  if (d.mtp_layers > 0) kv.full_bytes_per_token += double(d.mtp_layers) * cell.full;
  if (!d.draft) return;
  Deployment draft = d;
  draft.model = d.draft;
  draft.draft = nullptr;
  draft.mtp_layers = 0;
  draft.pipeline_parallel = 1;
  const KvLayout other = kv_layout(draft);
  kv.full_bytes_per_token += other.full_bytes_per_token + other.sliding_bytes_per_token;
  kv.constant_bytes += other.constant_bytes;
  if (kv.page_bytes > 0) kv.page_bytes += other.full_bytes_per_token * kv.block_tokens / kv.full_groups;
}

double paged(const KvLayout& kv, double tokens, double window) {
  const double blocks = std::ceil(tokens / kv.block_tokens);
  // One block more: the window's two ends lie within blocks.
  const double kept = std::ceil(std::min(window, tokens) / kv.block_tokens) + 1;
  return kv.page_bytes * (kv.full_groups * blocks + kv.sliding_groups * kept + kv.linear_groups);
}

double plain(const KvLayout& kv, double tokens, double window) {
  const double blocks = std::ceil(tokens / kv.block_tokens) * kv.block_tokens;
  const double kept = std::ceil(window / kv.block_tokens) * kv.block_tokens;
  return kv.full_bytes_per_token * blocks + kv.sliding_bytes_per_token * std::min(blocks, kept) +
         kv.constant_bytes;
}

}  // namespace

double KvLayout::held_bytes(double tokens) const {
  return page_bytes > 0 ? paged(*this, tokens, cell_tokens) : plain(*this, tokens, cell_tokens);
}

double KvLayout::admitted_bytes(double tokens) const {
  const double window = chunk_tokens > 0 ? window_tokens - 1 + chunk_tokens : cell_tokens;
  return page_bytes > 0 ? paged(*this, tokens, window) : plain(*this, tokens, window);
}

double KvLayout::read_bytes(double tokens) const {
  return full_bytes_per_token * tokens + sliding_bytes_per_token * std::min(tokens, window_tokens) +
         constant_bytes;
}

KvLayout kv_layout(const Deployment& d, StepLog* log) {
  KvLayout kv;
  const auto& m = *d.model;
  if (!generates(m)) return kv;
  const auto version = engine_version(d);
  const auto kinds = layer_kinds(m);
  const CellBytes cell = cell_bytes(d);
  const double on_device = device_layer_share(d);
  const double stage = stage_share(d) * on_device;
  kv.block_tokens = std::max(1.0, double(version.block_tokens.value_or(1)));
  kv.window_tokens = kv.cell_tokens = double(kinds.window);
  kv.full_bytes_per_token = double(kinds.full) * stage * cell.full;
  kv.sliding_bytes_per_token = double(kinds.sliding) * stage * cell.sliding;
  kv.indexer_bytes_per_token = double(kinds.full) * stage * cell.index;
  kv.constant_bytes = double(kinds.linear) * stage * cell.linear_state;
  kv.state_unknown = kinds.linear > 0 && !m.linear_state;
  kv.host_share = 1 - on_device;
  if (kinds.sliding > 0 && !version.window_cells.value_or(true)) {
    kv.cell_tokens = double(m.context_tokens.value_or(d.context_tokens));
    kv.cell_tokens = std::max(kv.cell_tokens, double(d.context_tokens));
  } else if (kinds.sliding > 0 && d.engine && d.engine->ubatch_tokens) {
    // The cells of a batch are written before the window moves on.
    const double batch = double(d.ubatch_tokens.value_or(*d.engine->ubatch_tokens));
    const double padding =
        d.engine->compute_buffer ? std::max(1.0, d.engine->compute_buffer->cell_padding) : 1;
    kv.cell_tokens = std::ceil((kv.window_tokens + batch) / padding) * padding;
  }
  if (version.equal_pages.value_or(false)) {
    if (kinds.sliding > 0) kv.chunk_tokens = double(scheduler(d).max_batched_tokens);
    lay_equal_pages(kinds, cell, stage, kv);
  }
  add_speculation(d, cell, kv);
  if (log) explain_kv(d, kv, kv_element_bytes(d), *log);
  return kv;
}

}  // namespace rackfit::llm
