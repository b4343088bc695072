#include "memory_explain.hpp"

#include "memory_parts.hpp"
#include "recorder.hpp"

namespace rackfit::llm {
namespace {

Provenance engine_source(const Deployment& d) { return d.engine ? d.engine->row.source : Provenance{}; }

void explain_step_peak(const Deployment& d, const Memory& memory, StepLog& log) {
  const StepPeak p = step_peak(d, scheduler(d));
  const auto& m = *d.model;
  const auto source = engine_source(d);
  if (p.sampler > 0) {
    record(log, "activation_sampler", "bytes · sequences · (1 + speculative) · vocabulary",
           fmt::format("{} B · {} · {} · {}",
                       number(p.sampler / (double(memory.scheduler_sequences) *
                                           double(1 + d.speculative_tokens) * double(m.vocab))),
                       memory.scheduler_sequences, 1 + d.speculative_tokens, m.vocab),
           p.sampler, "B", source);
  }
  if (p.hidden > 0) {
    record(
        log, "activation_hidden", "bytes · batched_tokens · hidden",
        fmt::format("{} B · {} · {}", number(p.hidden / (double(memory.scheduler_tokens) * double(m.hidden))),
                    memory.scheduler_tokens, m.hidden),
        p.hidden, "B", source);
  }
  if (p.forward > 0) {
    record(log, "activation_forward", "bytes · batched_tokens, of the widest layer",
           fmt::format("{} B · {}", number(p.forward / double(memory.scheduler_tokens)),
                       memory.scheduler_tokens),
           p.forward, "B", source);
  }
  if (p.experts > 0) {
    record(log, "activation_experts", "batched_tokens · active_experts · (both workspaces)",
           fmt::format("{} · {} · {} B", memory.scheduler_tokens, m.moe->active,
                       number(p.experts / (double(memory.scheduler_tokens) * double(m.moe->active)))),
           p.experts, "B", source);
  }
  record(log, "activation",
         d.pipeline_parallel > 1 && p.forward > 0
             ? "forward + experts + images + latent; the sampler is on the last stage"
             : "max(sampler + hidden, forward) + experts + images + latent",
         fmt::format("sampler {}, hidden {}, forward {}, experts {}, images {}, latent {}", gib(p.sampler),
                     gib(p.hidden), gib(p.forward), gib(p.experts), gib(p.images), gib(p.latent)),
         memory.stack.activation, "B", source);
}

void explain_activation(const Deployment& d, const Memory& memory, double sequences, double tokens,
                        StepLog& log) {
  const auto version = engine_version(d);
  if (!d.engine) return;
  if (version.prompt) {
    record(log, "activation",
           "max(peak of the prompt − cache still to come, copies of the cache) + rotary tables",
           fmt::format("{} prompts of {} tokens", number(sequences),
                       number(d.prompt_tokens > 0 ? d.prompt_tokens : tokens)),
           memory.stack.activation, "B", engine_source(d));
  } else if (d.engine->reserve) {
    record(log, "activation",
           "base + prefill_token · batched_tokens + rank · devices + graph_batch · sequences",
           fmt::format("{} tokens, {} sequences", memory.scheduler_tokens, memory.scheduler_sequences),
           memory.stack.activation, "B", engine_source(d));
  } else if (d.engine->ubatch_tokens) {
    record(log, "activation", "ubatch_tokens · widest moment of the layer graph",
           fmt::format(
               "{} · {} B, {} tokens of context, flash attention {}",
               d.ubatch_tokens.value_or(*d.engine->ubatch_tokens),
               number(memory.stack.activation / double(d.ubatch_tokens.value_or(*d.engine->ubatch_tokens))),
               number(tokens * sequences), uses_flash_attention(d) ? "on" : "off"),
           memory.stack.activation, "B", engine_source(d));
  } else {
    explain_step_peak(d, memory, log);
  }
}

}  // namespace

void explain_weights(const Deployment& d, const WeightBytes& w, double body_bytes, double outer_bytes,
                     StepLog& log) {
  const Provenance source = d.quantization ? d.quantization->row.source : Provenance{};
  record(log, "weights_total",
         "matrices · body_bytes + (embeddings + lm_head + router + norms) · outer_bytes",
         fmt::format("matrices · {} B + outer · {} B", number(body_bytes), number(outer_bytes)), w.total, "B",
         source);
  record(log, "weights_per_device", "divided parts / tensor_parallel / stages + replicated parts",
         fmt::format("{} over {} × {} × {}, {} replicated", gib(w.total), d.tensor_parallel,
                     d.pipeline_parallel, d.data_parallel_attention, gib(w.replicated)),
         w.per_device, "B", d.model->row.source);
}

void explain_file_weights(const Deployment& d, const catalog::FileWeights& file, const WeightBytes& w,
                          StepLog& log) {
  const Provenance& source = d.model->row.source;
  record(log, "weights_total", "sum of the tensors in the header",
         fmt::format("{} layers of `{}`, table, output and the rest", file.layers.size(), file.file), w.total,
         "B", source);
  record(log, "weights_per_device",
         "fullest stage: its layers' own bytes over the ranks, with table or output",
         fmt::format("{} over {} × {} × {}, {} replicated", gib(w.total), d.tensor_parallel,
                     d.pipeline_parallel, d.data_parallel_attention, gib(w.replicated)),
         w.per_device, "B", source);
}

void explain_kv(const Deployment& d, const KvLayout& kv, double element_bytes, StepLog& log) {
  const auto& a = d.model->attention;
  const auto kinds = layer_kinds(*d.model);
  const auto& source = d.model->row.source;
  if (a.type == catalog::AttentionType::mla) {
    const bool mixed = a.indexer_bytes > 0 && d.kv_format && d.kv_format->sparse_latent_bytes;
    record(log, "kv_bytes_per_token",
           "layers / stages · ((kv_lora_rank + rope_head_dim) · element + index), on every rank",
           mixed ? fmt::format("{} / {} · ({} B + {} B)", kinds.full, d.pipeline_parallel,
                               number(*d.kv_format->sparse_latent_bytes), a.indexer_bytes)
                 : fmt::format("{} / {} · (({} + {}) · {} B + {} B)", kinds.full, d.pipeline_parallel,
                               a.kv_lora_rank, a.rope_head_dim, number(element_bytes), a.indexer_bytes),
           kv.full_bytes_per_token, "B/token", source);
    return;
  }
  const auto equation = [&](std::int64_t layers, std::int64_t heads, std::int64_t dim) {
    return fmt::format("2 · {} / {} · ceil({} / {}) · {} · {} B", layers, d.pipeline_parallel, heads,
                       d.tensor_parallel, dim, number(element_bytes));
  };
  const char* formula = "2 · layers / stages · ceil(kv_heads / tensor_parallel) · head_dim · element";
  record(log, "kv_bytes_per_token", formula,
         equation(kinds.full, a.global_kv_heads > 0 ? a.global_kv_heads : a.kv_heads,
                  a.global_head_dim > 0 ? a.global_head_dim : a.head_dim),
         kv.full_bytes_per_token, "B/token", source);
  if (kinds.sliding > 0) {
    record(log, "kv_bytes_per_token_sliding", fmt::format("{}, up to {} tokens", formula, kinds.window),
           equation(kinds.sliding, a.kv_heads, a.head_dim), kv.sliding_bytes_per_token, "B/token", source);
  }
  if (kinds.linear > 0) {
    record(log, "kv_constant", "linear_layers / stages · (conv + ssm state) / tensor_parallel",
           kv.state_unknown
               ? "state of the linear layers is not in the catalog"
               : fmt::format("{} layers over {} × {}", kinds.linear, d.pipeline_parallel, d.tensor_parallel),
           kv.constant_bytes, "B", source);
  }
  if (kv.page_bytes > 0) {
    record(log, "kv_page", "layers of a group · bytes_per_token · block_tokens",
           fmt::format("{} groups of full, {} of sliding, {} of linear layers; blocks of {} tokens",
                       kv.full_groups, kv.sliding_groups, kv.linear_groups, kv.block_tokens),
           kv.page_bytes, "B", source);
  }
}

void explain_memory(const Deployment& d, const Memory& memory, double sequences, double tokens,
                    StepLog& log) {
  const auto& s = memory.stack;
  explain_activation(d, memory, sequences, tokens, log);
  record(log, "usable",
         d.engine && d.engine->utilization_of_free ? "occupied + (device memory − occupied) · utilization"
                                                   : "device memory · utilization",
         fmt::format("{} · {}", gib(s.device), number(s.device > 0 ? s.usable / s.device : 0)), s.usable, "B",
         d.device->row.source);
  record(log, "kv_cache", "sequences · KV(tokens)", fmt::format("{} · KV({} tokens)", sequences, tokens),
         s.kv_cache, "B", d.model->row.source);
  record(log, "total", "weights + kv_cache + activation + non_torch + graphs",
         fmt::format("{} + {} + {} + {} + {}", gib(s.weights), gib(s.kv_cache), gib(s.activation),
                     gib(s.non_torch), gib(s.graphs)),
         s.total, "B", engine_source(d));
  record(log, "kv_budget", "usable − weights − activation − non_torch − graphs",
         fmt::format("{} − {} − {} − {} − {}", gib(s.usable), gib(s.weights), gib(memory.tight_activation),
                     gib(s.non_torch), gib(s.graphs)),
         memory.kv_budget_bytes, "B", engine_source(d));
  record(log, "max_sequences", "floor(kv_budget / KV(tokens)) · attention_ranks",
         fmt::format("floor({} / {}) · {}", gib(memory.kv_budget_bytes),
                     gib(memory.kv.admitted_bytes(tokens)), d.data_parallel_attention),
         memory.max_sequences, "1");
}

}  // namespace rackfit::llm
