#include "rackfit/report/fits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "estimate_words.hpp"
#include "rackfit/report/json_text.hpp"

namespace rackfit::report {
namespace {

using estimate::Fit;
using estimate::FitsResult;
using estimate::NearMiss;

constexpr std::size_t misses_shown = 5;
constexpr std::size_t wide_table = 120, widest_table = 150;

std::size_t shown(std::size_t size, std::size_t top) { return top == 0 ? size : std::min(size, top); }

std::string weights_of(const Fit& fit) {
  const auto* format = fit.subject.deployment.quantization;
  return format ? format->row.id : "16-bit";
}

std::string engine_of(const Fit& fit) {
  const auto* engine = fit.subject.deployment.engine;
  return engine ? engine->row.name : "";
}

/// "131k", "8k": contexts are read, not calculated with.
std::string short_tokens(double tokens) {
  if (tokens >= 1e6) return fmt::format("{:.3g}M", tokens / 1e6);
  return tokens >= 1e4 ? fmt::format("{:.0f}k", std::floor(tokens / 1e3)) : fmt::format("{:.0f}", tokens);
}

std::string known(const std::optional<double>& value) { return value ? count_text(*value) : "unknown"; }

double middle(const std::optional<estimate::Range>& range) { return range ? range->mid : 0; }

double used_bytes(const Fit& fit) {
  const auto& answer = fit.answer;
  return answer.memory.total - answer.memory.kv_cache + answer.kv_needed_bytes;
}

/// What must be set before it fits; empty: nothing.
std::string advice_for(const Fit& fit) {
  return llm::lending_advice(fit.subject.deployment, used_bytes(fit));
}

/// Without the words that nobody tells models apart by.
std::string short_name(const FitsResult& result, const catalog::Model& model) {
  std::string name = model.row.name;
  for (const std::string& word : result.silent_words) {
    const std::size_t at = name.find(word);
    if (at != std::string::npos && name.size() > word.size()) name.erase(at, word.size());
  }
  return name;
}

/// The rows to show: every choice once, or everything.
std::vector<const Fit*> chosen(const FitsResult& result, bool all) {
  std::vector<const Fit*> rows;
  for (const Fit& fit : result.fits) {
    if (all || !fit.like) rows.push_back(&fit);
  }
  return rows;
}

Grid fits_grid(const FitsResult& result, const std::vector<const Fit*>& fits, bool wide, bool widest) {
  Grid grid;
  grid.columns = {{"model", false, true}, {"weights"},       {"GiB", true},      {"context", true},
                  {"users", true},        {"token/s", true}, {"1st token", true}};
  if (wide) {
    for (const char* title : {"or faster", "engine", "tier"}) grid.columns.push_back({title});
  }
  if (widest) {
    grid.columns.push_back({"in all", true});
    grid.columns.push_back({"limited by"});
  }
  for (const Fit* fit : fits) {
    const auto& answer = fit->answer;
    std::vector<Piece> row = {
        {short_name(result, *fit->subject.deployment.model), Tone::strong},
        {weights_of(*fit), fit->coarse ? Tone::caution : Tone::plain},
        {fmt::format("{:.1f}{}", used_bytes(*fit) / gib, advice_for(*fit).empty() ? "" : "*")},
        {short_tokens(fit->max_context_tokens)},
        {short_tokens(answer.max_concurrency)},
        {known(answer.decode_tokens_per_s), fit->fast ? Tone::good : Tone::caution},
        {answer.ttft_s ? duration(answer.ttft_s->mid) : std::string("unknown")}};
    if (wide) {
      row.push_back({fit->faster
                         ? fmt::format("{} {}", fit->faster->row.id, count_text(fit->faster_tokens_per_s))
                         : std::string("–")});
      row.push_back({engine_of(*fit)});
      row.push_back({std::string(tier_word(answer.tier))});
    }
    if (widest) {
      row.push_back(
          {answer.output_tokens_per_s ? count_text(middle(answer.output_tokens_per_s)) : "unknown"});
      row.push_back({answer.bound});
    }
    grid.rows.push_back(std::move(row));
  }
  return grid;
}

void write_misses(Canvas& canvas, const FitsResult& result, bool all) {
  std::vector<const NearMiss*> misses;
  for (const NearMiss& miss : result.misses) {
    if (all || !miss.alike) misses.push_back(&miss);
  }
  if (misses.empty()) return;
  canvas.heading("Almost");
  for (std::size_t i = 0; i < std::min(misses_shown, misses.size()); ++i) {
    const NearMiss& miss = *misses[i];
    std::string name = short_name(result, *miss.model);
    if (miss.quantization) name += " in " + miss.quantization->row.id;
    canvas.text({{name, Tone::strong}, {": " + miss.because}}, 2, 2);
  }
  if (misses.size() > misses_shown)
    canvas.text(fmt::format("and {} more that do not fit", misses.size() - misses_shown), 2, 2, Tone::faint);
}

void write_legend(Canvas& canvas, const std::vector<const Fit*>& shown_fits, bool wide) {
  canvas.text(
      fmt::format(
          "GiB: of one device with that load; context: the longest for all users; users: at once, by memory; "
          "token/s: of each user{}. Ranked by size, age and use; formats below four bits later, too slow "
          "models last.",
          wide ? "; or faster: a coarser format with its token/s" : ""),
      0, 0, Tone::faint);
  // The largest of those that need it tells the limit that serves all of them.
  const Fit* largest = nullptr;
  for (const Fit* fit : shown_fits) {
    if (!advice_for(*fit).empty() && (!largest || used_bytes(*fit) > used_bytes(*largest))) largest = fit;
  }
  if (largest) canvas.text("* " + advice_for(*largest), 0, 2, Tone::caution);
}

}  // namespace

std::string write_fits_table(const FitsResult& result, std::size_t top, bool all,
                             const TextOptions& options) {
  Canvas canvas(options);
  const std::string wish = fmt::format("{} {} at once with {} tokens of context, {} token/s each",
                                       count_text(result.users), result.users == 1 ? "request" : "requests",
                                       grouped(fmt::format("{:.0f}", result.context_tokens)),
                                       count_text(result.min_user_tokens_per_s));
  if (result.fits.empty()) {
    canvas.text({{"nothing fits: ", Tone::bad}, {wish}});
  } else {
    const bool wide = options.width == 0 || options.width >= wide_table;
    std::vector<const Fit*> rows = chosen(result, all);
    const auto fast = std::count_if(rows.begin(), rows.end(), [](const Fit* fit) { return fit->fast; });
    canvas.text({{fmt::format("{}: ", device_phrase(result.fits.front().subject)), Tone::strong},
                 {fmt::format("{} {} hold {}", fast, all ? "models" : "different models", wish)}},
                0, 2);
    canvas.blank();
    const std::size_t left = rows.size() - shown(rows.size(), top);
    rows.resize(shown(rows.size(), top));
    canvas.grid(fits_grid(result, rows, wide, options.width == 0 || options.width >= widest_table), 0);
    canvas.blank();
    const std::size_t hidden = all ? 0 : result.fits.size() - chosen(result, false).size();
    std::string more;
    if (left > 0) more = fmt::format("{} more: --top 0", left);
    if (hidden > 0) {
      more += fmt::format("{}{} fine-tunes and older generations of these: --all", more.empty() ? "" : "; ",
                          hidden);
    }
    if (!more.empty()) canvas.text(more, 0, 0, Tone::faint);
    write_legend(canvas, rows, wide);
  }
  for (const std::string& note : result.notes) canvas.text(note, 0, 2, Tone::caution);
  write_misses(canvas, result, all);
  return canvas.take();
}

namespace {

struct Column {
  const char* name;
  std::string (*text)(const Fit&);  // of words
  std::optional<double> (*value)(const Fit&);
};

using Value = std::optional<double>;

const std::vector<Column>& columns() {
  static const std::vector<Column> all = {
      {"model", [](const Fit& f) { return f.subject.deployment.model->row.id; }, nullptr},
      {"weights", weights_of, nullptr},
      {"engine",
       [](const Fit& f) {
         return f.subject.deployment.engine ? f.subject.deployment.engine->row.id : std::string();
       },
       nullptr},
      {"fast", [](const Fit& f) { return std::string(f.fast ? "yes" : "no"); }, nullptr},
      {"like", [](const Fit& f) { return f.like ? f.like->row.id : std::string(); }, nullptr},
      {"released", [](const Fit& f) { return f.subject.deployment.model->released; }, nullptr},
      {"faster_weights", [](const Fit& f) { return f.faster ? f.faster->row.id : std::string(); }, nullptr},
      {"faster_tok_s", nullptr,
       [](const Fit& f) {
         return f.faster ? Value(std::round(f.faster_tokens_per_s * 1e2) / 1e2) : Value();
       }},
      {"worth", nullptr, [](const Fit& f) { return Value(std::round(f.worth / 1e9 * 1e3) / 1e3); }},
      {"advice", advice_for, nullptr},
      {"bits_per_weight", nullptr,
       [](const Fit& f) {
         return Value(f.subject.deployment.quantization ? f.subject.deployment.quantization->bits_per_weight
                                                        : 16);
       }},
      {"memory_gib", nullptr,
       [](const Fit& f) { return Value(std::round(used_bytes(f) / gib * 1e3) / 1e3); }},
      {"max_context", nullptr, [](const Fit& f) { return Value(f.max_context_tokens); }},
      {"max_concurrency", nullptr, [](const Fit& f) { return Value(f.answer.max_concurrency); }},
      {"ttft_ms", nullptr,
       [](const Fit& f) {
         return f.answer.ttft_s ? Value(std::round(f.answer.ttft_s->mid * 1e5) / 1e2) : Value();
       }},
      {"decode_tok_s", nullptr,
       [](const Fit& f) {
         return f.answer.decode_tokens_per_s ? Value(std::round(*f.answer.decode_tokens_per_s * 1e2) / 1e2)
                                             : Value();
       }},
      {"output_tok_s", nullptr,
       [](const Fit& f) {
         return f.answer.output_tokens_per_s
                    ? Value(std::round(f.answer.output_tokens_per_s->mid * 1e2) / 1e2)
                    : Value();
       }},
      {"bound", [](const Fit& f) { return f.answer.bound; }, nullptr},
      {"tier", [](const Fit& f) { return std::string(tier_word(f.answer.tier)); }, nullptr},
  };
  return all;
}

/// RFC 4180, when needed.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + "\"";
}

}  // namespace

std::string write_fits_json(const FitsResult& result, std::size_t top) {
  JsonText json;
  json.begin_object();
  json.field("context", result.context_tokens).field("users", result.users);
  json.field("min_tok_s", result.min_user_tokens_per_s);
  json.key("fits").begin_array();
  for (std::size_t i = 0; i < shown(result.fits.size(), top); ++i) {
    json.begin_object();
    for (const Column& column : columns()) {
      if (column.text) {
        json.field(column.name, column.text(result.fits[i]));
      } else {
        json.field(column.name, column.value(result.fits[i]));
      }
    }
    json.end_object();
  }
  json.end_array();
  json.key("misses").begin_array();
  for (const NearMiss& miss : result.misses) {
    json.begin_object();
    json.field("model", miss.model->row.id);
    json.known("weights", miss.quantization ? miss.quantization->row.id : std::string());
    json.field("because", miss.because);
    json.end_object();
  }
  json.end_array();
  json.end_object();
  return json.take();
}

std::string write_fits_csv(const FitsResult& result, std::size_t top) {
  std::string out;
  for (const Column& column : columns()) out += (out.empty() ? "" : ",") + std::string(column.name);
  out += "\n";
  for (std::size_t i = 0; i < shown(result.fits.size(), top); ++i) {
    std::string line;
    for (const Column& column : columns()) {
      if (&column != &columns().front()) line += ',';
      if (column.text) {
        line += csv_cell(column.text(result.fits[i]));
      } else if (const Value value = column.value(result.fits[i])) {
        line += json_number(*value);
      }
    }
    out += line + "\n";
  }
  return out;
}

}  // namespace rackfit::report
