#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "line_reader.hpp"
#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/base/utf8.hpp"
#include "rackfit/estimate/batch.hpp"
#include "rackfit/units/bytes.hpp"

namespace rackfit::estimate {
namespace {

using TextField = std::string Query::*;
using CountField = std::optional<std::int64_t> Query::*;
using NumberField = std::optional<double> Query::*;

struct Field {
  std::string_view key;
  std::variant<TextField, CountField, NumberField> member;
  double factor = 1;
};

constexpr double gib = units::gib_bytes;

const std::vector<Field>& fields() {
  static const std::vector<Field> all = {
      {"model", &Query::model},
      {"device", &Query::device},
      {"devices", &Query::devices},
      {"tp", &Query::tp},
      {"pp", &Query::pp},
      {"dp", &Query::dp},
      {"ep", &Query::ep},
      {"split", &Query::split},
      {"engine", &Query::engine},
      {"engine_version", &Query::engine_version},
      {"weights", &Query::weights},
      {"kv", &Query::kv},
      {"concurrency", &Query::concurrency},
      {"request_rate", &Query::request_rate},
      {"input_tokens", &Query::input_tokens},
      {"output_tokens", &Query::output_tokens},
      {"max_context", &Query::max_context},
      {"gpu_memory_utilization", &Query::gpu_memory_utilization},
      {"arrival_cv", &Query::arrival_cv},
      {"prefix_hit_share", &Query::prefix_hit_share},
      {"max_num_seqs", &Query::max_num_seqs},
      {"max_batched_tokens", &Query::max_batched_tokens},
      {"speculative_method", &Query::speculative_method},
      {"speculative_tokens", &Query::speculative_tokens},
      {"draft_model", &Query::draft_model},
      {"draft_acceptance", &Query::draft_acceptance},
      {"lora_adapters", &Query::lora_adapters},
      {"lora_rank", &Query::lora_rank},
      {"disaggregate", &Query::disaggregate},
      {"ram_gib", &Query::ram_bytes, gib},
  };
  return all;
}

std::string kind_name(LineValue::Kind kind) {
  switch (kind) {
    case LineValue::Kind::null:
      return "null";
    case LineValue::Kind::boolean:
      return "a truth value";
    case LineValue::Kind::number:
      return "a number";
    case LineValue::Kind::text:
      return "a text";
    case LineValue::Kind::container:
      return "an array or object";
  }
  return "null";
}

/// Shown in messages; control characters are the writer's business, length is ours.
std::string shown(std::string_view text) {
  constexpr std::size_t most = 60;
  if (text.size() <= most) return std::string(text);
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

Problem wrong_type(std::string_view key, const char* wanted, LineValue::Kind kind) {
  return {"bad-type", fmt::format("`{}` must be {}, not {}", key, wanted, kind_name(kind))};
}

/// Largest integer that doubles hold exactly: whatever is beyond was not meant.
constexpr double largest_whole = 9007199254740992.0;

std::optional<Problem> store(const Field& field, const LineValue& value, Query& query) {
  using Kind = LineValue::Kind;
  if (value.kind == Kind::null) return {};
  if (const auto* text = std::get_if<TextField>(&field.member)) {
    // "engine_version": 0.19 is easily written and means one thing.
    const bool version = *text == &Query::engine_version && value.kind == Kind::number;
    if (value.kind != Kind::text && !version) return wrong_type(field.key, "a text", value.kind);
    query.*(*text) = version ? std::string(value.raw) : value.text;
    return {};
  }
  if (value.kind != Kind::number) return wrong_type(field.key, "a number", value.kind);
  if (const auto* count = std::get_if<CountField>(&field.member)) {
    if (value.number != std::floor(value.number) || std::abs(value.number) > largest_whole) {
      return Problem{"bad-value",
                     fmt::format("`{}` must be a whole number, not {}", field.key, shown(value.raw))};
    }
    query.*(*count) = static_cast<std::int64_t>(value.number);
    return {};
  }
  query.*std::get<NumberField>(field.member) = value.number * field.factor;
  return {};
}

bool blank_id(const LineValue& value) { return value.kind == LineValue::Kind::null; }

void read_member(const std::string& key, const LineValue& value, BatchLine& line, std::size_t& unknown) {
  constexpr std::size_t most_unknown = 3;
  if (key == "id") {
    if (value.kind == LineValue::Kind::text || value.kind == LineValue::Kind::number) {
      line.id_json = std::string(value.raw);
      line.query.id = value.kind == LineValue::Kind::text ? value.text : std::string(value.raw);
    } else if (!blank_id(value) && !line.problem) {
      line.problem = wrong_type("id", "a text or a number", value.kind);
    }
    return;
  }
  for (const Field& field : fields()) {
    if (field.key != key) continue;
    auto problem = store(field, value, line.query);
    if (problem && !line.problem) line.problem = std::move(problem);
    return;
  }
  if (++unknown > most_unknown) return;
  std::vector<std::string> names;
  for (const std::string_view known : batch_keys()) names.emplace_back(known);
  const auto near = key.size() <= 40 ? did_you_mean(key, names) : std::nullopt;
  line.notes.push_back(fmt::format("the key `{}` is not known and was ignored{}", shown(key),
                                   near ? fmt::format("; did you mean `{}`?", *near) : std::string()));
}

bool valid_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (static_cast<unsigned char>(text[at]) < 0x80) {
      ++at;
      continue;
    }
    const utf8::Decoded character = utf8::decode(text, at);
    if (!character.valid) return false;
    at += character.size;
  }
  return true;
}

}  // namespace

const std::vector<std::string_view>& batch_keys() {
  static const std::vector<std::string_view> keys = [] {
    std::vector<std::string_view> all = {"id"};
    for (const Field& field : fields()) all.push_back(field.key);
    return all;
  }();
  return keys;
}

BatchLine read_line(std::string_view text) {
  BatchLine line;
  if (text.size() > longest_line_bytes) {
    line.problem = Problem{"line-too-long", fmt::format("the line has {} bytes, at most {} are read",
                                                        text.size(), longest_line_bytes)};
    return line;
  }
  if (!valid_utf8(text)) {
    line.problem = Problem{"bad-encoding", "the line is not UTF-8"};
    return line;
  }
  LineReader reader(text);
  if (!reader.open()) {
    const bool other =
        !text.empty() && text.find_first_of("[\"-0123456789tfn") == text.find_first_not_of(" \t\r\n");
    line.problem = other ? Problem{"not-an-object", "the line is not a JSON object"}
                         : Problem{"bad-json", "the line is not JSON: a `{` is expected"};
    return line;
  }
  std::string key;
  LineValue value;
  std::size_t unknown = 0;
  while (reader.next(key, value)) read_member(key, value, line, unknown);
  if (reader.problem().empty()) reader.finish();
  if (!reader.problem().empty())
    line.problem = Problem{"bad-json", "the line is not JSON: " + reader.problem()};
  return line;
}

}  // namespace rackfit::estimate
