#include <charconv>
#include <cmath>

#include "estimate_words.hpp"
#include "rackfit/report/estimate.hpp"
#include "rackfit/report/json_text.hpp"

namespace rackfit::report {
namespace {

using estimate::Answer;
using estimate::Range;
using Known = std::optional<double>;

/// Six significant digits: more would pretend, and cost bytes in large batches.
double rounded(double value) {
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific, 5).ptr;
  double out = value;
  std::from_chars(buffer, end, out);
  return out;
}

Known rounded(const Known& value, double factor = 1) {
  if (!value || !std::isfinite(*value)) return {};
  return rounded(*value * factor);
}

void add_range(JsonText& json, std::string_view key, const char* middle, const std::optional<Range>& range,
               double factor) {
  json.key(key).begin_object();
  json.field(middle, range ? rounded(Known(range->mid), factor) : Known());
  json.field("low", range ? rounded(Known(range->low), factor) : Known());
  json.field("high", range ? rounded(Known(range->high), factor) : Known());
  json.end_object();
}

void add_memory(JsonText& json, const Answer& answer) {
  const llm::MemoryStack& m = answer.memory;
  const bool known = m.device > 0;
  json.key("memory_gib").begin_object();
  json.field("device_usable", known ? rounded(Known(m.usable / gib)) : Known());
  json.field("weights", rounded(Known(m.weights / gib)));
  json.field("kv_cache", rounded(Known(m.kv_cache / gib)));
  json.field("activation", rounded(Known(m.activation / gib)));
  json.field("non_torch", rounded(Known(m.non_torch / gib)));
  json.field("graphs", rounded(Known(m.graphs / gib)));
  json.field("total", rounded(Known(m.total / gib)));
  json.end_object();
}

}  // namespace

std::string write_estimate_json(std::string_view id_json, const Answer& answer, bool one_line,
                                const std::vector<estimate::Change>& changes,
                                const std::vector<estimate::Remedy>& remedies) {
  constexpr double ms = 1e3;
  JsonText json(one_line);
  json.begin_object();
  json.key("id").raw(id_json);
  json.field("ok", true).field("fits", answer.fits);
  add_memory(json, answer);
  json.field("kv_cache_tokens", rounded(Known(answer.kv_cache_tokens)));
  json.field("max_concurrency", rounded(Known(answer.max_concurrency)));
  add_range(json, "ttft_ms", "p50", answer.ttft_s, ms);
  add_range(json, "tpot_ms", "p50", answer.tpot_s, ms);
  json.field("prefill_tok_s", rounded(answer.prefill_tokens_per_s));
  json.field("decode_tok_s", rounded(answer.decode_tokens_per_s));
  add_range(json, "output_tok_s", "mid", answer.output_tokens_per_s, 1);
  json.field("total_tok_s", rounded(answer.total_tokens_per_s));
  json.field("requests_per_s", rounded(answer.requests_per_s));
  json.known("bound", answer.bound);
  json.field("tier", tier_word(answer.tier));
  json.key("notes").begin_array();
  for (const std::string& note : answer.notes) json.value(note);
  json.end_array();
  if (!remedies.empty()) {
    json.key("remedies").begin_array();
    for (const estimate::Remedy& remedy : remedies) {
      json.begin_object().field("change", remedy.change).field("option", remedy.option);
      json.field("needed_gib", rounded(Known(remedy.needed_bytes), 1 / gib));
      json.field("usable_gib", rounded(Known(remedy.usable_bytes), 1 / gib));
      json.end_object();
    }
    json.end_array();
  }
  if (!changes.empty()) {
    json.key("changed").begin_array();
    for (const estimate::Change& change : changes) {
      const bool bytes = change.unit == "B";
      const double factor = bytes ? 1 / gib : 1;
      json.begin_object().field("what", change.what).field("unit", bytes ? std::string("GiB") : change.unit);
      json.field("estimated", rounded(Known(change.estimated), factor));
      json.field("measured", rounded(Known(change.measured), factor));
      json.end_object();
    }
    json.end_array();
  }
  json.end_object();
  return json.take();
}

std::string write_problem_json(std::string_view id_json, const estimate::Problem& problem, bool one_line) {
  JsonText json(one_line);
  json.begin_object();
  json.key("id").raw(id_json);
  json.field("ok", false);
  json.key("error").begin_object();
  json.field("code", problem.code).field("message", problem.message);
  json.end_object();
  json.end_object();
  return json.take();
}

}  // namespace rackfit::report
