// Makes a Tree of a parser's events and refuses what the strict subset leaves out. It knows nothing of
// yaml-cpp: parse.cpp translates. Problems are reported and building goes on, so that one run finds them all;
// Stop ends what would not end by itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/yaml/tree.hpp"

namespace rackfit::yaml {

/// One node's start as a parser reports it: `mark` is where its properties (`&anchor`, `!tag`) start, if it
/// has any.
struct Event {
  std::uint32_t mark = 0;
  std::size_t anchor = 0;  // 0 when it has none
  bool tagged = false;
};

class Builder {
 public:
  /// Thrown, and caught in parse(), when reading on would be of no use.
  struct Stop {};

  Builder(const SourceFile& file, const ParseLimits& limits, Diagnostics& diagnostics);

  void null(const Event& event);
  void alias(std::uint32_t mark, std::size_t anchor);
  void scalar(const Event& event, bool plain, std::string_view value);
  void begin(Kind kind, const Event& event, bool flow);
  void end();

  /// True once the root has been read.
  bool complete() const { return complete_; }
  std::size_t duplicate_keys() const { return duplicate_keys_; }
  Tree::Parts take() { return std::move(parts_); }

  /// The bracket that encloses what is being read, when it is inside one.
  std::optional<Span> open_bracket() const;
  /// Whether `offset` lies in a quoted or block scalar or inside brackets, of what has been read so far.
  bool is_sheltered(std::uint32_t offset) const;

 private:
  /// A finished value with what aliases to it must know.
  struct Node {
    Record record;
    std::uint64_t expanded = 1;
    std::uint32_t height = 0;
  };
  struct Anchor {
    enum class State { unknown, open, done } state = State::unknown;
    Node node;
  };
  struct Frame {
    Record self;
    bool flow = false;
    bool is_key = false;       // a list or map where a key should be
    bool key_expected = true;  // maps only: what comes next
    bool key_bad = false;
    Record key;  // its key_* fields
    std::size_t anchor = 0;
    std::size_t first_pending = 0;
    std::uint32_t column = 0;
    std::uint64_t expanded = 1;
    std::uint32_t height = 0;
  };

  Span at(std::uint32_t begin, std::uint32_t end) const { return {&file_, begin, end}; }
  void report(const char* code, Span span, std::string message, std::string label = {},
              std::string help = {});
  bool key_comes() const {
    return !frames_.empty() && frames_.back().self.kind == Kind::map && frames_.back().key_expected;
  }
  std::uint32_t value_begin(const Event& event);
  std::uint32_t column_of(std::uint32_t offset) const;
  void set_key(std::uint32_t begin, std::uint32_t end);
  void refuse_key(std::uint32_t begin, std::uint32_t end, const char* what, std::string help);
  void key(std::uint32_t begin, bool plain, std::string_view value);
  Record text_record(std::uint32_t begin, bool plain, std::string_view value);
  void add(Node node, std::size_t anchor);
  void remember(std::size_t anchor, Anchor::State state, const Node& node);
  void count(std::uint64_t nodes, Span span, bool by_alias);
  void check_depth(std::size_t depth, Span span);
  std::pair<std::uint32_t, std::uint32_t> empty_place(std::uint32_t mark) const;
  std::uint32_t collection_end(const Frame& frame) const;
  void finish_map(Frame& frame);
  std::string_view key_text(const Record& record) const;

  const SourceFile& file_;
  std::string_view text_;
  const ParseLimits& limits_;
  Diagnostics& diagnostics_;
  Tree::Parts parts_;
  std::vector<Frame> frames_;
  std::vector<Record> pending_;  // children of the open frames
  std::vector<Anchor> anchors_;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> shelters_;  // sorted, outermost only
  std::uint64_t total_ = 0;
  std::size_t reported_ = 0;
  bool complete_ = false;
  std::size_t duplicate_keys_ = 0;
};

}  // namespace rackfit::yaml
