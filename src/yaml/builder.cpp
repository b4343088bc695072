#include "builder.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <tuple>

#include "rackfit/base/check.hpp"
#include "rackfit/yaml/codes.hpp"
#include "scalar.hpp"

namespace rackfit::yaml {
namespace {

// A file with more problems than this is not a profile with mistakes in it.
constexpr std::size_t kMostReports = 100;

bool is_null_word(std::string_view word) {
  return word == "~" || word == "null" || word == "Null" || word == "NULL";
}

}  // namespace

Builder::Builder(const SourceFile& file, const ParseLimits& limits, Diagnostics& diagnostics)
    : file_(file), text_(file.text()), limits_(limits), diagnostics_(diagnostics) {
  parts_.records.emplace_back();  // the root's place
  parts_.records.reserve(text_.size() / 16);
}

void Builder::report(const char* code, Span span, std::string message, std::string label, std::string help) {
  diagnostics_.error(code, span, std::move(message), std::move(label), std::move(help));
  if (++reported_ >= kMostReports) throw Stop{};
}

std::optional<Span> Builder::open_bracket() const {
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    const std::uint32_t begin = frame->self.begin;
    if (frame->flow && begin < text_.size() && (text_[begin] == '{' || text_[begin] == '[')) {
      return at(begin, begin + 1);
    }
  }
  return std::nullopt;
}

bool Builder::is_sheltered(std::uint32_t offset) const {
  const auto after = std::upper_bound(shelters_.begin(), shelters_.end(), offset,
                                      [](std::uint32_t o, const auto& shelter) { return o < shelter.first; });
  return after != shelters_.begin() && offset < std::prev(after)->second;
}

/// Skips the anchor and the tag before a value, and refuses the tag.
std::uint32_t Builder::value_begin(const Event& event) {
  std::uint32_t at_offset = event.mark;
  bool refused = false;
  for (int i = 0; i < 2 && at_offset < text_.size(); ++i) {
    const char c = text_[at_offset];
    if (!(c == '&' && event.anchor != 0) && !(c == '!' && event.tagged)) break;
    const std::uint32_t end = skip_name(text_, at_offset);
    if (c == '!') {
      report(code::tag, at(at_offset, end), "tags are not used in rackfit files", "a tag",
             "remove it; the field decides how its value is read");
      refused = true;
    }
    at_offset = skip_blank(text_, end);
  }
  if (event.tagged && !refused) {
    report(code::tag, at(event.mark, event.mark), "tags are not used in rackfit files", "a tag",
           "remove it; the field decides how its value is read");
  }
  return at_offset;
}

std::uint32_t Builder::column_of(std::uint32_t offset) const {
  const std::size_t line_end = offset == 0 ? std::string_view::npos : text_.rfind('\n', offset - 1);
  const std::size_t mark_size = text_.substr(0, 3) == "\xEF\xBB\xBF" ? 3 : 0;
  const std::size_t line_begin = line_end == std::string_view::npos ? mark_size : line_end + 1;
  return offset - static_cast<std::uint32_t>(std::min<std::size_t>(line_begin, offset));
}

void Builder::set_key(std::uint32_t begin, std::uint32_t end) {
  Frame& frame = frames_.back();
  frame.key = {};
  frame.key.key_begin = begin;
  frame.key.key_end = end;
  frame.key_bad = false;
  frame.key_expected = false;
}

void Builder::refuse_key(std::uint32_t begin, std::uint32_t end, const char* what, std::string help) {
  report(code::key_kind, at(begin, end), fmt::format("a key must be text, not {}", what), what,
         std::move(help));
  set_key(begin, end);
  frames_.back().key_bad = true;
}

Record Builder::text_record(std::uint32_t begin, bool plain, std::string_view value) {
  Record record;
  record.kind = Kind::scalar;
  record.begin = begin;
  std::uint32_t parent_column = 0;
  if (!frames_.empty()) parent_column = frames_.back().column;
  const ScalarPlace place = place_scalar(text_, begin, plain, value, parent_column);
  record.end = place.end;
  record.style = place.style;
  if (!place.closed) {  // yaml-cpp takes the rest of the file for the text
    report(code::syntax, at(begin, begin + 1), "the file is not valid YAML: a quote is opened but not closed",
           "opened here");
  }
  record.text_size = static_cast<std::uint32_t>(value.size());
  if (place.verbatim) {
    record.text_begin = place.text_begin;
  } else {
    record.in_arena = 1;
    record.text_begin = static_cast<std::uint32_t>(parts_.arena.size());
    parts_.arena += value;
    const bool control = std::any_of(value.begin(), value.end(), [](char c) {
      return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F;
    });
    if (control) {
      report(code::control_character, at(record.begin, record.end), "the text contains a control character",
             "written as an escape");
    }
  }
  if (!plain && (shelters_.empty() || shelters_.back().second <= begin)) {
    shelters_.emplace_back(record.begin, record.end);
  }
  return record;
}

void Builder::key(std::uint32_t begin, bool plain, std::string_view value) {
  const Record record = text_record(begin, plain, value);
  set_key(record.begin, record.end);
  Record& key = frames_.back().key;
  key.key_text_begin = record.text_begin;
  key.key_text_size = record.text_size;
  key.key_in_arena = record.in_arena;
  if (plain && value == "<<") {
    report(code::merge_key, at(record.begin, record.end), "merge keys are not used in rackfit files",
           "a merge key",
           "write the values out, or take them from a catalog entry with the field made for it");
    frames_.back().key_bad = true;
  }
}

void Builder::remember(std::size_t anchor, Anchor::State state, const Node& node) {
  if (anchor == 0) return;
  if (anchors_.size() <= anchor) anchors_.resize(anchor + 1);
  anchors_[anchor] = {state, node};
}

void Builder::count(std::uint64_t nodes, Span span, bool by_alias) {
  total_ += nodes;
  if (total_ <= limits_.expanded_nodes) return;
  if (by_alias) {
    report(code::too_many_nodes, span,
           fmt::format("aliases make this file longer than {} values", limits_.expanded_nodes),
           fmt::format("stands for {} values", nodes), "write the values out");
  } else {
    report(code::too_many_nodes, span,
           fmt::format("the file holds more than {} values", limits_.expanded_nodes), "one too many",
           "split the file");
  }
  throw Stop{};
}

void Builder::check_depth(std::size_t depth, Span span) {
  if (depth <= limits_.depth) return;
  report(code::too_deep, span, fmt::format("maps and lists are nested more than {} deep", limits_.depth),
         "one too many");
  throw Stop{};
}

/// Takes a finished value into the open collection, or as the root.
void Builder::add(Node node, std::size_t anchor) {
  remember(anchor, Anchor::State::done, node);
  if (frames_.empty()) {
    RACKFIT_CHECK(!complete_);
    parts_.records[0] = node.record;
    complete_ = true;
    return;
  }
  Frame& frame = frames_.back();
  frame.expanded += node.expanded;
  frame.height = std::max(frame.height, node.height);
  if (frame.self.kind == Kind::map) {
    frame.key_expected = true;
    if (frame.key_bad) return;  // reported; the tree will not be used
    node.record.key_begin = frame.key.key_begin;
    node.record.key_end = frame.key.key_end;
    node.record.key_text_begin = frame.key.key_text_begin;
    node.record.key_text_size = frame.key.key_text_size;
    node.record.key_in_arena = frame.key.key_in_arena;
  }
  pending_.push_back(node.record);
}

/// yaml-cpp places an empty value at the token after it: its key, or its dash in a list, says more.
std::pair<std::uint32_t, std::uint32_t> Builder::empty_place(std::uint32_t mark) const {
  const auto size = static_cast<std::uint32_t>(text_.size());
  const std::uint32_t here = std::min(mark, size);
  if (frames_.empty()) return {here, here};
  const Frame& frame = frames_.back();
  if (frame.self.kind == Kind::map) return {frame.key.key_begin, frame.key.key_end};
  if (!frame.flow) {
    const bool first = pending_.size() == frame.first_pending;
    const std::uint32_t dash = skip_blank(text_, first ? frame.self.begin : pending_.back().end);
    if (dash < size && dash < here && text_[dash] == '-') return {dash, dash + 1};
  }
  return {here, std::min(here + 1, size)};
}

void Builder::null(const Event& event) {
  const std::uint32_t begin = std::min(value_begin(event), static_cast<std::uint32_t>(text_.size()));
  Node node;
  std::size_t word_end = begin;
  while (word_end < text_.size() &&
         (text_[word_end] == '~' || (text_[word_end] >= 'A' && text_[word_end] <= 'Z') ||
          (text_[word_end] >= 'a' && text_[word_end] <= 'z'))) {
    ++word_end;
  }
  bool written = is_null_word(text_.substr(begin, word_end - begin));
  if (written && !key_comes()) {
    // The mark of an empty value may be that of the next key, and that key may be `null` or start like it.
    const std::size_t after = std::min(text_.find_first_not_of(" \t", word_end), text_.size());
    const bool word_ends = after > word_end || after == text_.size() ||
                           std::string_view("\r\n,]}").find(text_[after]) != std::string_view::npos;
    written = word_ends && (after == text_.size() || text_[after] != ':');
  }
  if (key_comes()) {
    refuse_key(
        begin,
        static_cast<std::uint32_t>(written ? word_end : std::min(begin + std::size_t{1}, text_.size())),
        written ? "null" : "nothing", written ? "put it in quotes" : "");
    return;
  }
  if (written) {
    node.record.begin = begin;
    node.record.end = static_cast<std::uint32_t>(word_end);
  } else {
    std::tie(node.record.begin, node.record.end) = empty_place(event.mark);
  }
  count(1, at(node.record.begin, node.record.end), false);
  add(node, event.anchor);
}

void Builder::alias(std::uint32_t mark, std::size_t anchor) {
  const std::uint32_t end = skip_name(text_, mark);
  const Span span = at(mark, end);
  if (key_comes()) {
    refuse_key(mark, end, "an alias", "write the key out");
    return;
  }
  Node node;
  node.record.begin = mark;
  node.record.end = end;
  const bool known = anchor < anchors_.size() && anchors_[anchor].state == Anchor::State::done;
  if (!known) {
    report(code::alias_cycle, span,
           fmt::format("`{}` stands inside the value it names", text_.substr(mark, end - mark)),
           "would never end");
    add(node, 0);
    return;
  }
  const Node& target = anchors_[anchor].node;
  check_depth(frames_.size() + target.height, span);
  count(target.expanded, span, true);
  node = target;
  node.record.begin = mark;
  node.record.end = end;
  node.record.key_begin = node.record.key_end = node.record.key_text_begin = node.record.key_text_size = 0;
  node.record.key_in_arena = 0;
  add(node, 0);
}

void Builder::scalar(const Event& event, bool plain, std::string_view value) {
  const std::uint32_t begin = value_begin(event);
  if (key_comes()) {
    key(begin, plain, value);
    if (event.anchor != 0) {
      Node node;
      node.record = text_record(begin, plain, value);
      remember(event.anchor, Anchor::State::done, node);
    }
    return;
  }
  Node node;
  node.record = text_record(begin, plain, value);
  count(1, at(node.record.begin, node.record.end), false);
  add(node, event.anchor);
}

void Builder::begin(Kind kind, const Event& event, bool flow) {
  const std::uint32_t begin = std::min(value_begin(event), static_cast<std::uint32_t>(text_.size()));
  Frame frame;
  frame.self.kind = kind;
  frame.self.begin = begin;
  frame.self.end = begin;
  frame.flow = flow;
  frame.anchor = event.anchor;
  frame.first_pending = pending_.size();
  frame.column = column_of(begin);
  const Span start = at(begin, std::min<std::uint32_t>(begin + 1, static_cast<std::uint32_t>(text_.size())));
  check_depth(frames_.size() + 1, start);
  count(1, start, false);
  if (key_comes()) {
    frame.is_key = true;
    refuse_key(start.begin, start.end, kind == Kind::map ? "a map" : "a list", {});
  }
  remember(event.anchor, Anchor::State::open, {});
  frames_.push_back(frame);
}

std::uint32_t Builder::collection_end(const Frame& frame) const {
  std::uint32_t end = frame.self.begin;
  for (std::size_t i = frame.first_pending; i < pending_.size(); ++i) {
    end = std::max({end, pending_[i].end, pending_[i].key_end});
  }
  const char open = frame.self.begin < text_.size() ? text_[frame.self.begin] : '\0';
  if (!frame.flow || (open != '{' && open != '[')) return end;
  std::size_t scan = std::max(end, frame.self.begin + 1);
  while (scan < text_.size()) {
    scan = skip_blank(text_, static_cast<std::uint32_t>(scan));
    if (scan >= text_.size()) break;
    const char c = text_[scan];
    if (c == '}' || c == ']') return static_cast<std::uint32_t>(scan + 1);
    if (c == '&' || c == '!') {
      scan = skip_name(text_, static_cast<std::uint32_t>(scan));
    } else if (c == ',' || c == ':' || c == '?') {
      ++scan;
    } else {
      break;
    }
  }
  return end;
}

std::string_view Builder::key_text(const Record& record) const {
  const std::string_view from = record.key_in_arena != 0 ? std::string_view(parts_.arena) : text_;
  return from.substr(record.key_text_begin, record.key_text_size);
}

/// Looks for keys that stand twice and lays down the index of a large map; its children are the last records.
void Builder::finish_map(Frame& frame) {
  const auto& records = parts_.records;
  std::vector<std::uint32_t> sorted(frame.self.child_count);
  for (std::uint32_t i = 0; i < frame.self.child_count; ++i) sorted[i] = frame.self.first_child + i;
  std::sort(sorted.begin(), sorted.end(), [&](std::uint32_t a, std::uint32_t b) {
    const int order = key_text(records[a]).compare(key_text(records[b]));
    return order != 0 ? order < 0 : a < b;
  });
  std::size_t first = 0;
  for (std::size_t i = 1; i < sorted.size(); ++i) {
    const Record& one = records[sorted[first]];
    const Record& other = records[sorted[i]];
    if (key_text(one) != key_text(other)) {
      first = i;
      continue;
    }
    ++duplicate_keys_;
    report(code::duplicate_key, at(other.key_begin, other.key_end),
           fmt::format("the key `{}` stands twice in one map", key_text(other)), "written again here",
           "keep one of them");
    diagnostics_.back().labels.push_back({at(one.key_begin, one.key_end), "first written here", false});
  }
  if (frame.self.child_count >= Tree::kIndexedMap) {
    frame.self.text_begin = static_cast<std::uint32_t>(parts_.index.size());
    parts_.index.insert(parts_.index.end(), sorted.begin(), sorted.end());
  }
}

void Builder::end() {
  RACKFIT_CHECK(!frames_.empty());
  Frame frame = frames_.back();
  frame.self.end = collection_end(frame);
  const auto first = pending_.begin() + static_cast<std::ptrdiff_t>(frame.first_pending);
  frame.self.first_child = static_cast<std::uint32_t>(parts_.records.size());
  frame.self.child_count = static_cast<std::uint32_t>(pending_.end() - first);
  parts_.records.insert(parts_.records.end(), first, pending_.end());
  pending_.erase(first, pending_.end());
  frames_.pop_back();
  if (frame.self.kind == Kind::map) finish_map(frame);
  if (frame.flow) {
    while (!shelters_.empty() && shelters_.back().first >= frame.self.begin) shelters_.pop_back();
    shelters_.emplace_back(frame.self.begin, frame.self.end);
  }
  Node node;
  node.record = frame.self;
  node.expanded = frame.expanded;
  node.height = frame.height + 1;
  if (frame.is_key) {
    remember(frame.anchor, Anchor::State::done, node);
    frames_.back().key_bad = true;
    return;
  }
  add(node, frame.anchor);
}

}  // namespace rackfit::yaml
