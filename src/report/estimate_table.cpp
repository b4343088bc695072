#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "estimate_words.hpp"
#include "rackfit/report/estimate.hpp"

namespace rackfit::report {
namespace {

using estimate::Answer;
using estimate::Range;
using estimate::Subject;

constexpr std::size_t widest_bar = 32;
constexpr std::size_t usual_bar = 20;

std::string model_phrase(const Subject& subject) {
  const llm::Deployment& d = subject.deployment;
  std::string text = d.model->row.name;
  if (d.model->parameters > 0) {
    text += fmt::format(" ({}", amount(d.model->parameters / 1e9, "B"));
    if (d.model->active_parameters && d.model->moe)
      text += fmt::format(", {} active", amount(*d.model->active_parameters / 1e9, "B"));
    text += " parameters)";
  }
  return text;
}

std::string engine_phrase(const Subject& subject) {
  const llm::Deployment& d = subject.deployment;
  if (!d.engine) return "none";
  const std::string version(d.engine_version.empty() ? std::string_view(d.engine->version)
                                                     : d.engine_version);
  std::string text = d.engine->row.name;
  if (!version.empty() && version != "0") text += "\u00A0" + version;
  if (d.tensor_parallel > 1) text += fmt::format(", tensor parallel {}", d.tensor_parallel);
  if (d.pipeline_parallel > 1) {
    text += d.engine->tensor_parallel ? fmt::format(", {} pipeline stages", d.pipeline_parallel)
                                      : fmt::format(", layers over {} devices", d.pipeline_parallel);
  }
  if (d.data_parallel_attention > 1)
    text += fmt::format(", attention in {} copies", d.data_parallel_attention);
  if (d.disaggregation) {
    text += fmt::format(", {} {} for prompts and {} for answers", d.disaggregation->prefill,
                        d.disaggregation->prefill == 1 ? "instance" : "instances", d.disaggregation->decode);
    if (subject.replicas > 1) text += fmt::format(", {:.0f} such groups", subject.replicas);
  } else if (subject.replicas > 1) {
    text += fmt::format(", {:.0f} copies of the model", subject.replicas);
  }
  return text;
}

/// A length somebody gave: every digit of it counts.
std::string whole(double value) { return grouped(fmt::format("{:.0f}", value)); }

std::string load_phrase(const Subject& subject) {
  const llm::Load& load = subject.load;
  std::string lengths = fmt::format("{} tokens in", whole(load.prompt.mean));
  if (load.output.mean > 0) lengths += fmt::format(", {} out", whole(load.output.mean));
  if (load.prefix_hit_share > 0)
    lengths += fmt::format(", {:.0f} % of prompts cached", load.prefix_hit_share * 100);
  if (subject.offline) return "as many requests at once as fit, " + lengths;
  if (load.concurrency) {
    const double all = subject.concurrency;
    return fmt::format("{} {} at once, {}", count_text(all), all == 1 ? "request" : "requests", lengths);
  }
  return fmt::format("{} requests/s, {}", count_text(load.rate_per_s.value_or(0) * subject.replicas),
                     lengths);
}

void write_facts(Canvas& canvas, const Subject& subject) {
  const llm::Deployment& d = subject.deployment;
  Grid grid;
  grid.columns = {{""}, {"", false, true}};
  const auto add = [&](const char* title, std::string text) {
    grid.rows.push_back({{title, Tone::faint}, {std::move(text)}});
  };
  add("model", model_phrase(subject));
  std::string weights = d.quantization ? d.quantization->row.name : std::string("16 bit");
  if (const auto* file = llm::exact_weights(d)) weights += ", exact, from " + file->file;
  if (d.kv_format) weights += ", KV cache in " + d.kv_format->row.name;
  add("weights", std::move(weights));
  add("devices", device_phrase(subject));
  add("engine", engine_phrase(subject));
  if (d.speculative_tokens > 0) {
    add("speculation",
        fmt::format("{} {} a step by {}", d.speculative_tokens,
                    d.speculative_tokens == 1 ? "token" : "tokens",
                    d.draft ? d.draft->row.name : std::string(to_string(subject.speculation.method))));
  }
  if (d.lora_adapters > 0)
    add("adapters", fmt::format("{} LoRA adapters of rank {}", d.lora_adapters, d.lora_rank));
  add("load", load_phrase(subject));
  canvas.grid(grid, 2);
}

std::string range_text(const Range& range, std::string (*print)(double)) {
  return fmt::format("{} – {}", print(range.low), print(range.high));
}

std::string per_second(double value) { return rate_text(value, "token/s"); }

void write_memory(Canvas& canvas, const Subject& subject, const Answer& answer) {
  const llm::MemoryStack& m = answer.memory;
  canvas.heading(subject.deployment.devices() > 1 ? "Memory of one device" : "Memory");
  const double whole = std::max(m.device, m.total);
  const std::size_t cells = canvas.options().width >= 100 ? widest_bar : usual_bar;
  Grid grid;
  grid.columns = {{""}, {"", true}, {""}, {"", true}};
  const auto add = [&](std::string title, double bytes, Tone tone = Tone::plain) {
    if (bytes <= 0) return;
    const double share = whole > 0 ? bytes / whole : 0;
    grid.rows.push_back({{std::move(title), tone},
                         {gibibytes(bytes), tone},
                         {bar(share, cells), Tone::faint},
                         {share >= 0.005 ? amount(std::round(share * 100), "%") : std::string("<1\u00A0%")}});
  };
  add("weights", m.weights);
  add(subject.pool && answer.fits ? "KV cache (all that is left)" : "KV cache", m.kv_cache);
  add("activations, buffers", m.activation);
  add("runtime, communication", m.non_torch);
  add("CUDA graphs", m.graphs);
  add("total", m.total, Tone::strong);
  if (m.device > m.usable) add("outside the engine's share", m.device - m.usable, Tone::faint);
  canvas.grid(grid, 2);
  if (m.total > m.usable && m.usable > 0) {
    canvas.text({{fmt::format("{} more than the {} that are usable", gibibytes(m.total - m.usable),
                              gibibytes(m.usable)),
                  Tone::bad}},
                2, 2);
  }
}

void write_room(Canvas& canvas, const Subject& subject, const Answer& answer) {
  if (!std::isfinite(answer.kv_cache_tokens)) return;
  const auto context = double(subject.deployment.context_tokens);
  std::string text = fmt::format("{} tokens fit the KV cache", count_text(answer.kv_cache_tokens));
  if (subject.replicas > 1) text += " of each copy";
  text += fmt::format("; {} of {} tokens at once",
                      answer.max_concurrency == 1 ? std::string("one sequence")
                                                  : count_text(answer.max_concurrency) + " sequences",
                      whole(context));
  canvas.text(text, 2, 2);
}

void write_speed(Canvas& canvas, const Subject& subject, const Answer& answer) {
  canvas.heading("Speed");
  Grid grid;
  grid.columns = {{""}, {"median", true}, {"8 of 10 times between", true}};
  const auto add = [&](const char* title, std::string value, std::string range) {
    grid.rows.push_back({{title}, {std::move(value), Tone::strong}, {std::move(range)}});
  };
  const auto times = [&](const char* title, const std::optional<Range>& range) {
    if (range) add(title, duration(range->mid), range_text(*range, duration));
  };
  times(subject.load.output.mean > 0 ? "time to first token" : "time to answer", answer.ttft_s);
  times("time per output token", answer.tpot_s);
  if (answer.decode_tokens_per_s) {
    const Range& t = *answer.tpot_s;
    add("output of one request", per_second(*answer.decode_tokens_per_s),
        range_text({0, 1 / t.high, 1 / t.low}, per_second));
  }
  if (answer.output_tokens_per_s) {
    add("output in all", per_second(answer.output_tokens_per_s->mid),
        range_text(*answer.output_tokens_per_s, per_second));
  }
  if (answer.total_tokens_per_s) add("input and output in all", per_second(*answer.total_tokens_per_s), "");
  if (answer.requests_per_s) add("requests", rate_text(*answer.requests_per_s, "/s"), "");
  if (answer.prefill_tokens_per_s)
    add("one prompt alone is read at", per_second(*answer.prefill_tokens_per_s), "");
  if (grid.rows.empty()) {
    canvas.text("unknown", 2);
  } else {
    canvas.grid(grid, 2);
  }
  canvas.blank();
  canvas.text("limited by " + bound_phrase(answer.bound), 2, 2);
  canvas.text(tier_sentence(answer.tier), 2, 2,
              answer.tier == catalog::Tier::calibrated ? Tone::faint : Tone::caution);
}

void write_changes(Canvas& canvas, const std::vector<estimate::Change>& changes) {
  if (changes.empty()) return;
  canvas.heading("Changed by the start-up log");
  Grid grid;
  grid.columns = {{""}, {"estimated", true}, {"measured", true}, {"off by", true}};
  const auto printed = [](const estimate::Change& change, double value) {
    return change.unit == "B" ? gibibytes(value) : count_text(value);
  };
  for (const estimate::Change& change : changes) {
    std::string off = "–";
    if (change.measured > 0)
      off = fmt::format("{:+.1f}\u00A0%", (change.estimated / change.measured - 1) * 100);
    grid.rows.push_back({{change.what},
                         {printed(change, change.estimated)},
                         {printed(change, change.measured), Tone::strong},
                         {off}});
  }
  canvas.grid(grid, 2);
}

void write_verdict(Canvas& canvas, const Subject& subject, const Answer& answer) {
  const llm::Deployment& d = subject.deployment;
  const std::string what = d.model->row.name + " on " + device_phrase(subject);
  if (answer.fits) {
    canvas.text({{what + ": ", Tone::strong}, {"fits", Tone::good}});
    return;
  }
  canvas.text({{what + ": ", Tone::strong}, {"does NOT fit", Tone::bad}});
  for (const llm::Reason& reason : answer.reasons) canvas.text("✗ " + llm::describe(reason), 2, 2);
}

void write_remedies(Canvas& canvas, const std::vector<estimate::Remedy>& remedies) {
  for (const estimate::Remedy& remedy : remedies) {
    canvas.text(fmt::format("→ {} would fit: {} of {} per device ({})", remedy.change,
                            gibibytes(remedy.needed_bytes), gibibytes(remedy.usable_bytes), remedy.option),
                2, 2);
  }
}

bool is_reason(const Answer& answer, const std::string& note) {
  return std::any_of(answer.reasons.begin(), answer.reasons.end(),
                     [&](const llm::Reason& reason) { return llm::describe(reason) == note; });
}

}  // namespace

std::string write_estimate_table(const Subject& subject, const Answer& answer,
                                 const std::vector<estimate::Change>& changes,
                                 const std::vector<estimate::Remedy>& remedies, const TextOptions& options) {
  Canvas canvas(options);
  write_verdict(canvas, subject, answer);
  write_remedies(canvas, remedies);
  canvas.blank();
  write_facts(canvas, subject);
  write_memory(canvas, subject, answer);
  write_changes(canvas, changes);
  if (answer.fits) {
    write_room(canvas, subject, answer);
    write_speed(canvas, subject, answer);
  }
  bool titled = false;
  for (const std::string& note : answer.notes) {
    if (is_reason(answer, note)) continue;
    if (!titled) canvas.heading("Assumed and worth knowing");
    titled = true;
    canvas.text("· " + note, 2, 2);
  }
  return canvas.take();
}

}  // namespace rackfit::report
