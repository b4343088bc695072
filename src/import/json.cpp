#include "json.hpp"

#include <limits>
#include <nlohmann/json.hpp>

namespace rackfit::importer {
namespace {

constexpr std::size_t max_depth = 64;
constexpr std::size_t max_nodes = 400'000;

using Library = nlohmann::json;

class Adapter : public nlohmann::json_sax<Library> {
 public:
  explicit Adapter(JsonEvents& events) : events_(events) {}

  bool null() override { return events_.null(); }
  bool boolean(bool value) override { return events_.boolean(value); }
  bool number_integer(std::int64_t value) override { return events_.integer(value); }
  bool number_unsigned(std::uint64_t value) override {
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return events_.number(static_cast<double>(value));
    }
    return events_.integer(static_cast<std::int64_t>(value));
  }
  bool number_float(double value, const std::string&) override { return events_.number(value); }
  bool string(std::string& value) override { return events_.text(value); }
  bool binary(Library::binary_t&) override { return false; }
  bool start_object(std::size_t) override { return descend(true); }
  bool start_array(std::size_t) override { return descend(false); }
  bool end_object() override { return ascend(); }
  bool end_array() override { return ascend(); }
  bool key(std::string& value) override { return events_.key(value); }
  bool parse_error(std::size_t position, const std::string&, const Library::exception& problem) override {
    failure.offset = position;
    // "[json.exception.parse_error.101] parse error at line 1, column 2: syntax error while …"
    const std::string_view all = problem.what();
    const std::size_t at = all.rfind(": ");
    // The library quotes what it read last, which may be a text of megabytes.
    failure.reason = std::string((at == std::string_view::npos ? all : all.substr(at + 2)).substr(0, 200));
    return false;
  }

  JsonFailure failure;

 private:
  bool descend(bool object) {
    if (++depth_ > max_depth) {
      failure.reason = "values are nested more than 64 deep";
      return false;
    }
    return events_.open(object);
  }
  bool ascend() {
    --depth_;
    return events_.close();
  }

  JsonEvents& events_;
  std::size_t depth_ = 0;
};

/// Python writes NaN and the infinities bare. They are replaced by something of the same length.
std::optional<std::string> without_infinities(std::string_view text) {
  std::optional<std::string> changed;
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted) {
      if (c == '\\') ++i;
      if (c == '"') quoted = false;
      continue;
    }
    if (c == '"') quoted = true;
    for (const std::string_view word : {"-Infinity", "Infinity", "NaN"}) {
      if (c != word[0] || text.substr(i, word.size()) != word) continue;
      if (!changed) changed.emplace(text);
      const std::string_view stand_in = word == "NaN" ? "\"\"" : "null";
      for (std::size_t k = 0; k < word.size(); ++k)
        (*changed)[i + k] = k < stand_in.size() ? stand_in[k] : ' ';
      i += word.size() - 1;
      break;
    }
  }
  return changed;
}

}  // namespace

std::optional<JsonFailure> read_json(std::string_view text, JsonEvents& events) {
  const std::optional<std::string> changed = without_infinities(text);
  if (changed) text = *changed;
  Adapter adapter(events);
  if (Library::sax_parse(text.begin(), text.end(), &adapter)) return std::nullopt;
  return adapter.failure;
}

class JsonBuilder : public JsonEvents {
 public:
  explicit JsonBuilder(Json& document) : document_(document) {}

  bool open(bool object) override {
    if (!add(object ? Json::Kind::object : Json::Kind::array)) return false;
    open_.push_back({static_cast<std::uint32_t>(document_.nodes_.size() - 1), 0});
    return true;
  }
  bool close() override {
    open_.pop_back();
    return true;
  }
  bool key(std::string_view text) override {
    key_begin_ = static_cast<std::uint32_t>(document_.characters_.size());
    key_size_ = static_cast<std::uint32_t>(text.size());
    document_.characters_ += text;
    return true;
  }
  bool text(std::string_view value) override {
    if (!add(Json::Kind::text)) return false;
    document_.nodes_.back().text_begin = static_cast<std::uint32_t>(document_.characters_.size());
    document_.nodes_.back().text_size = static_cast<std::uint32_t>(value.size());
    document_.characters_ += value;
    return true;
  }
  bool integer(std::int64_t value) override {
    if (!add(Json::Kind::integer)) return false;
    document_.nodes_.back().integer = value;
    return true;
  }
  bool number(double value) override {
    if (!add(Json::Kind::number)) return false;
    document_.nodes_.back().number = value;
    return true;
  }
  bool boolean(bool value) override {
    if (!add(Json::Kind::boolean)) return false;
    document_.nodes_.back().integer = value ? 1 : 0;
    return true;
  }
  bool null() override { return add(Json::Kind::null); }

 private:
  struct Open {
    std::uint32_t node, last;  // last child so far, 0: none
  };

  bool add(Json::Kind kind) {
    if (document_.nodes_.size() >= max_nodes) return false;
    const auto index = static_cast<std::uint32_t>(document_.nodes_.size());
    Json::Node node;
    node.kind = kind;
    node.key_begin = key_begin_;
    node.key_size = key_size_;
    key_size_ = 0;
    document_.nodes_.push_back(node);
    if (open_.empty()) return true;
    Open& parent = open_.back();
    if (parent.last == 0) {
      document_.nodes_[parent.node].first = index;
    } else {
      document_.nodes_[parent.last].next = index;
    }
    parent.last = index;
    return true;
  }

  Json& document_;
  std::vector<Open> open_;
  std::uint32_t key_begin_ = 0, key_size_ = 0;
};

std::optional<Json> Json::parse(std::string_view text, JsonFailure& failure) {
  Json document;
  JsonBuilder builder(document);
  if (auto problem = read_json(text, builder)) {
    failure = *std::move(problem);
    if (failure.reason.empty()) failure.reason = "it holds more values than a configuration has";
    return std::nullopt;
  }
  return document;
}

bool JsonValue::is_object() const {
  return document_ && document_->nodes_[index_].kind == Json::Kind::object;
}
bool JsonValue::is_array() const { return document_ && document_->nodes_[index_].kind == Json::Kind::array; }
bool JsonValue::is_null() const { return document_ && document_->nodes_[index_].kind == Json::Kind::null; }

JsonValue JsonValue::find(std::string_view name) const {
  if (!is_object()) return {};
  for (JsonValue child = first(); child; child = child.next()) {
    if (child.key() == name) return child.is_null() ? JsonValue() : child;
  }
  return {};
}

JsonValue JsonValue::first() const {
  const std::uint32_t index = document_ ? document_->nodes_[index_].first : 0;
  return index == 0 ? JsonValue() : JsonValue(document_, index);
}

JsonValue JsonValue::next() const {
  const std::uint32_t index = document_ ? document_->nodes_[index_].next : 0;
  return index == 0 ? JsonValue() : JsonValue(document_, index);
}

std::string_view JsonValue::key() const {
  if (!document_) return {};
  const Json::Node& node = document_->nodes_[index_];
  return std::string_view(document_->characters_).substr(node.key_begin, node.key_size);
}

std::optional<std::int64_t> JsonValue::integer() const {
  if (!document_) return std::nullopt;
  const Json::Node& node = document_->nodes_[index_];
  if (node.kind == Json::Kind::integer) return node.integer;
  // Some writers give counts as 4096.0.
  constexpr double exact = 9007199254740992.0;
  if (node.kind == Json::Kind::number && node.number > -exact && node.number < exact) {
    const auto whole = static_cast<std::int64_t>(node.number);
    if (static_cast<double>(whole) == node.number) return whole;
  }
  return std::nullopt;
}

std::optional<double> JsonValue::number() const {
  if (!document_) return std::nullopt;
  const Json::Node& node = document_->nodes_[index_];
  if (node.kind == Json::Kind::integer) return static_cast<double>(node.integer);
  if (node.kind == Json::Kind::number) return node.number;
  return std::nullopt;
}

std::optional<std::string_view> JsonValue::text() const {
  if (!document_ || document_->nodes_[index_].kind != Json::Kind::text) return std::nullopt;
  const Json::Node& node = document_->nodes_[index_];
  return std::string_view(document_->characters_).substr(node.text_begin, node.text_size);
}

std::optional<bool> JsonValue::boolean() const {
  if (!document_ || document_->nodes_[index_].kind != Json::Kind::boolean) return std::nullopt;
  return document_->nodes_[index_].integer != 0;
}

}  // namespace rackfit::importer
