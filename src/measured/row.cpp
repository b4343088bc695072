#include "rackfit/measured/row.hpp"

#include <charconv>
#include <cmath>

namespace rackfit::measured {
namespace {

struct TextColumn {
  std::string Row::*member;
  std::vector<std::string_view> names;  // the first is the one we document
};

struct NumberColumn {
  std::optional<double> Row::*member;
  std::vector<std::string_view> names;
};

/// A column of a memory table that is a figure of its own.
struct FigureColumn {
  std::string_view metric;
  std::vector<std::string_view> names;
};

const std::vector<TextColumn>& text_columns() {
  static const std::vector<TextColumn> columns = {
      {&Row::id, {"id"}},
      {&Row::source, {"source"}},
      {&Row::url, {"url", "source_path_or_url"}},
      {&Row::date, {"date"}},
      {&Row::engine, {"engine"}},
      {&Row::engine_version, {"engine_version"}},
      {&Row::model, {"model"}},
      {&Row::weights, {"weights", "weight_quant"}},
      {&Row::kv, {"kv", "kv_dtype"}},
      {&Row::device, {"device", "gpu"}},
      {&Row::split, {"split"}},
      {&Row::parallel, {"parallel", "ep_dp"}},
      {&Row::scenario, {"scenario"}},
      {&Row::metric, {"metric"}},
      {&Row::notes, {"notes"}},
  };
  return columns;
}

const std::vector<NumberColumn>& number_columns() {
  static const std::vector<NumberColumn> columns = {
      {&Row::devices, {"devices", "device_count", "gpu_count"}},
      {&Row::tp, {"tp"}},
      {&Row::pp, {"pp"}},
      {&Row::concurrency, {"concurrency", "concurrency_or_batch", "batch_or_concurrency"}},
      {&Row::request_rate, {"request_rate"}},
      {&Row::input_tokens, {"input_tokens", "prompt_tokens"}},
      {&Row::output_tokens, {"output_tokens", "gen_tokens"}},
      {&Row::max_context, {"max_context", "max_model_len", "context"}},
      {&Row::memory_utilization, {"gpu_memory_utilization"}},
  };
  return columns;
}

const std::vector<FigureColumn>& figure_columns() {
  static const std::vector<FigureColumn> columns = {
      {"weights_gib", {"weights_gib", "weights_gib_per_gpu"}},
      {"kv_cache_gib", {"kv_cache_gib", "kv_cache_gib_per_gpu", "kv_gib"}},
      {"kv_cache_tokens", {"kv_cache_tokens"}},
      {"activation_gib", {"activation_gib", "peak_activation_or_non_torch_gib"}},
      {"compute_buffer_gib", {"compute_buffer_gib"}},
      {"total_gib", {"total_gib"}},
      {"file_size_gib", {"file_size_gib"}},
  };
  return columns;
}

std::optional<std::size_t> first_of(const Csv& csv, const std::vector<std::string_view>& names) {
  for (const std::string_view name : names) {
    if (const auto at = csv.find(name)) return at;
  }
  return std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

/// Where each member stands in this table.
struct Layout {
  std::vector<std::pair<std::string Row::*, std::size_t>> texts;
  std::vector<std::pair<std::optional<double> Row::*, std::size_t>> numbers;
  std::vector<std::pair<std::string_view, std::size_t>> figures;
  std::optional<std::size_t> value;
};

std::optional<Layout> layout_of(const Csv& csv, Diagnostics& diagnostics) {
  Layout layout;
  for (const TextColumn& column : text_columns()) {
    if (const auto at = first_of(csv, column.names)) layout.texts.emplace_back(column.member, *at);
  }
  for (const NumberColumn& column : number_columns()) {
    if (const auto at = first_of(csv, column.names)) layout.numbers.emplace_back(column.member, *at);
  }
  layout.value = csv.find("value");
  const bool one_figure = layout.value && csv.find("metric");
  if (!one_figure) {
    layout.value.reset();
    for (const FigureColumn& column : figure_columns()) {
      if (const auto at = first_of(csv, column.names)) layout.figures.emplace_back(column.metric, *at);
    }
  }
  bool complete = true;
  const auto missing = [&](const std::string& what, const std::string& help) {
    diagnostics.error(code::column, csv.header_span, "the table has no column " + what, "", help);
    complete = false;
  };
  if (!one_figure && layout.figures.empty()) {
    missing("`metric` and `value`", "or a figure's own column, such as `weights_gib`");
  }
  for (const char* name : {"id", "engine", "model"}) {
    if (!csv.find(name)) missing("`" + std::string(name) + "`", "");
  }
  if (!complete) return std::nullopt;
  return layout;
}

class Builder {
 public:
  Builder(const Layout& layout, Diagnostics& diagnostics) : layout_(layout), diagnostics_(diagnostics) {}

  void add(const CsvRecord& record, std::vector<Row>& rows) {
    Row row;
    row.span = record.span;
    for (const auto& [member, at] : layout_.texts) row.*member = trimmed(record.fields[at]);
    for (const auto& [member, at] : layout_.numbers) {
      const std::string_view text = trimmed(record.fields[at]);
      if (text.empty()) continue;
      row.*member = number(text);
      if (!(row.*member) || *(row.*member) < 0) {
        problem(row, "`" + std::string(text) + "` is not a count, a length or a rate");
        return;
      }
    }
    if (layout_.value) {
      figure(std::move(row), record.fields[*layout_.value], rows);
      return;
    }
    if (row.scenario.empty()) row.scenario = "memory";
    for (const auto& [metric, at] : layout_.figures) {
      if (trimmed(record.fields[at]).empty()) continue;
      Row one = row;
      one.metric = metric;
      figure(std::move(one), record.fields[at], rows);
    }
  }

 private:
  void figure(Row row, std::string_view text, std::vector<Row>& rows) {
    const auto value = number(trimmed(text));
    if (!value || *value <= 0) {
      problem(row, "`" + std::string(trimmed(text)) + "` is not a measured value: a number above zero");
      return;
    }
    row.value = *value;
    rows.push_back(std::move(row));
  }

  void problem(const Row& row, const std::string& message) {
    constexpr std::size_t shown = 20;
    if (++problems_ > shown) return;
    diagnostics_.error(code::value, row.span, "row `" + row.id + "`: " + message);
  }

  const Layout& layout_;
  Diagnostics& diagnostics_;
  std::size_t problems_ = 0;
};

}  // namespace

std::vector<Row> read_rows(const SourceFile& file, Diagnostics& diagnostics) {
  std::vector<Row> rows;
  const auto csv = read_csv(file, diagnostics);
  if (!csv) return rows;
  const auto layout = layout_of(*csv, diagnostics);
  if (!layout) return rows;
  Builder builder(*layout, diagnostics);
  for (const CsvRecord& record : csv->records) builder.add(record, rows);
  return rows;
}

std::optional<double> noted_number(std::string_view notes, std::string_view key) {
  const std::size_t at = notes.find(key);
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view rest = notes.substr(at + key.size());
  while (!rest.empty() && rest.front() == ' ') rest.remove_prefix(1);
  double value = 0;
  const auto [end, error] =
      std::from_chars(rest.data(), rest.data() + rest.size(), value, std::chars_format::fixed);
  if (error != std::errc() || end == rest.data()) return std::nullopt;
  return value;
}

}  // namespace rackfit::measured
