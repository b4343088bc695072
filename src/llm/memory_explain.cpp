#include "memory_explain.hpp"

#include "recorder.hpp"

namespace rackfit::llm {
namespace {

Provenance engine_source(const Deployment& d) { return d.engine ? d.engine->row.source : Provenance{}; }

void explain_activation(const Deployment& d, const Memory& memory, StepLog& log) {
  const auto version = engine_version(d);
  const auto& m = *d.model;
  if (version.hidden_factor) {
    std::string formula = "sampler · sequences · vocabulary + factor · batched_tokens · hidden · 2 B";
    std::string numbers =
        fmt::format("{} B · {} · {} + {} · {} · {} · 2 B",
                    number(version.sampler_bytes_per_logit.value_or(0)), memory.scheduler_sequences, m.vocab,
                    number(*version.hidden_factor), memory.scheduler_tokens, m.hidden);
    if (m.moe && d.engine->moe_matrices > 0) {
      formula +=
          " + batched_tokens · active_experts · (hidden + matrices · intermediate / tensor_parallel) · 2 B";
      numbers += fmt::format(" + {} · {} · ({} + {} · {} / {}) · 2 B", memory.scheduler_tokens, m.moe->active,
                             m.hidden, d.engine->moe_matrices, m.moe->intermediate, d.tensor_parallel);
    }
    record(log, "activation", formula, numbers, memory.stack.activation, "B", engine_source(d));
  } else if (d.engine && d.engine->reserve) {
    record(log, "activation",
           "base + prefill_token · batched_tokens + rank · devices + graph_batch · sequences",
           fmt::format("{} tokens, {} sequences", memory.scheduler_tokens, memory.scheduler_sequences),
           memory.stack.activation, "B", engine_source(d));
  } else if (d.engine && d.engine->ubatch_tokens) {
    record(log, "activation", "ubatch_tokens · (logit_bytes · vocabulary + hidden_bytes · hidden)",
           fmt::format("{} · ({} B · {} + {} B · {})", *d.engine->ubatch_tokens,
                       number(d.engine->buffer_bytes_per_logit.value_or(0)), m.vocab,
                       number(d.engine->buffer_bytes_per_hidden.value_or(0)), m.hidden),
           memory.stack.activation, "B", engine_source(d));
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

void explain_kv(const Deployment& d, const KvLayout& kv, double element_bytes, StepLog& log) {
  const auto& a = d.model->attention;
  const auto kinds = layer_kinds(*d.model);
  const auto& source = d.model->row.source;
  if (a.type == catalog::AttentionType::mla) {
    record(log, "kv_bytes_per_token",
           "layers / stages · (kv_lora_rank + rope_head_dim) · element, on every rank",
           fmt::format("{} / {} · ({} + {}) · {} B", kinds.full, d.pipeline_parallel, a.kv_lora_rank,
                       a.rope_head_dim, number(element_bytes)),
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
}

void explain_memory(const Deployment& d, const Memory& memory, double sequences, double tokens,
                    StepLog& log) {
  const auto& s = memory.stack;
  explain_activation(d, memory, log);
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
         fmt::format("{} − {} − {} − {} − {}", gib(s.usable), gib(s.weights), gib(s.activation),
                     gib(s.non_torch), gib(s.graphs)),
         memory.kv_budget_bytes, "B", engine_source(d));
  record(log, "max_sequences", "floor(kv_budget / KV(tokens)) · attention_ranks",
         fmt::format("floor({} / {}) · {}", gib(memory.kv_budget_bytes), gib(memory.kv.held_bytes(tokens)),
                     d.data_parallel_attention),
         memory.max_sequences, "1");
}

}  // namespace rackfit::llm
