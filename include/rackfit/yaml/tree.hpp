// YAML as rackfit reads it: an immutable tree whose every node knows its span.
//
// This is the strict subset described in docs/reference: one document, string keys, no duplicate keys, no
// tags, no merge keys, aliases within a budget, depth at most 64, valid UTF-8, no tabs in indentation.
// Scalars stay text here; typing them is the business of units/ and schema/, so that `no`, `010` and `1e3`
// mean what the field's type says and never what a YAML library guesses. yaml-cpp is used in
// src/yaml/parse.cpp alone, through its event interface, because its Node API silently accepts duplicate
// keys, loses positions of aliases and rewires documents.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rackfit/base/diagnostic.hpp"
#include "rackfit/base/source.hpp"

namespace rackfit::yaml {

enum class Kind : std::uint8_t { null, scalar, sequence, map };

/// How a scalar was written.
enum class Style : std::uint8_t { plain, single_quoted, double_quoted, block };

class Tree;

/// A node as stored. Children are contiguous and, but for the root's, stand before their parent, so that a
/// tree is written to and read from the binary as is. An alias shares the children of what it names. Offsets
/// of `text_*` are into the source text or, when `in_arena`, into the arena of unescaped scalars; a large map
/// keeps there its place in the sorted index.
struct Record {
  Kind kind = Kind::null;
  Style style = Style::plain;
  std::uint8_t in_arena = 0;
  std::uint8_t key_in_arena = 0;
  std::uint32_t begin = 0, end = 0;          // span of the value
  std::uint32_t key_begin = 0, key_end = 0;  // span of the key in the source
  std::uint32_t text_begin = 0, text_size = 0;
  std::uint32_t key_text_begin = 0, key_text_size = 0;
  std::uint32_t first_child = 0, child_count = 0;

  friend bool operator==(const Record&, const Record&) = default;
};

/// A cheap cursor into a Tree (a pointer and an index); copy it freely, it lives as long as its Tree.
class Node {
 public:
  Node() = default;
  explicit operator bool() const { return tree_ != nullptr; }

  Kind kind() const;
  bool is_map() const { return kind() == Kind::map; }
  bool is_sequence() const { return kind() == Kind::sequence; }
  bool is_scalar() const { return kind() == Kind::scalar; }
  bool is_null() const { return kind() == Kind::null; }

  /// The scalar's text with escapes resolved; empty for other kinds.
  std::string_view text() const;
  /// True when the scalar is in quotes or a block (`|`, `>`), so that it is text and never a number or a word
  /// of ours.
  bool quoted() const { return style() != Style::plain; }
  Style style() const;
  /// Where the value stands; for an empty value, where its key stands.
  Span span() const;
  /// The place of text()[begin, end): where a part of a formula stands, also in quoted, escaped and folded
  /// text.
  Span text_span(std::size_t begin, std::size_t end) const;

  /// Number of children of a sequence or map.
  std::size_t size() const;
  /// The i-th child, in the order written.
  Node operator[](std::size_t i) const;
  /// A map child's key; empty for a sequence's.
  std::string_view key() const;
  Span key_span() const;
  /// The map's value for `key`, or a false Node.
  Node find(std::string_view key) const;

 private:
  friend class Tree;
  Node(const Tree* tree, std::uint32_t index) : tree_(tree), index_(index) {}
  const Record& record() const;
  const Tree* tree_ = nullptr;
  std::uint32_t index_ = 0;
};

/// The document of one file; owns the file and all nodes, or refers to a bundle of packed trees.
class Tree {
 public:
  Node root() const { return Node(this, 0); }
  const SourceFile& file() const { return *file_; }

  /// Everything of a tree but its file.
  struct Parts {
    std::vector<Record> records;       // [0] is the root
    std::string arena;                 // scalars whose text differs from their source
    std::vector<std::uint32_t> index;  // children of maps with `kIndexedMap` keys or more, sorted by key
  };
  /// The same, living elsewhere: in the binary or in Parts.
  struct View {
    std::span<const Record> records;
    std::string_view arena;
    std::span<const std::uint32_t> index;
  };
  /// From this size on a map is searched by bisection.
  static constexpr std::uint32_t kIndexedMap = 16;

  Tree(std::shared_ptr<const SourceFile> file, Parts parts);
  /// Refers to `view`, which must outlive the tree.
  Tree(std::shared_ptr<const SourceFile> file, const View& view) : file_(std::move(file)), view_(view) {}
  Tree(const Tree&) = delete;
  Tree& operator=(const Tree&) = delete;

  const View& view() const { return view_; }

 private:
  friend class Node;
  std::string_view text_of(const Record& record) const;
  std::string_view key_of(const Record& record) const;

  std::shared_ptr<const SourceFile> file_;
  Parts parts_;
  View view_;
};

struct ParseLimits {
  std::size_t bytes = 4u << 20;          // refuse larger files unread: yaml-cpp reads about 4 MB/s
  std::size_t depth = 64;                // maps and lists inside each other
  std::size_t expanded_nodes = 200'000;  // aliases count as what they expand to
};

/// Reads one document. Problems are appended as diagnostics (codes RF01xx); nullptr when the text is no tree. A key that
/// stands twice is an error, but the tree comes back, so that the rest can be checked too. `diagnostics` keeps the file alive
/// either way, since later ones will point into it.
std::shared_ptr<const Tree> parse(std::shared_ptr<const SourceFile> file, Diagnostics& diagnostics,
                                  const ParseLimits& limits = {});

}  // namespace rackfit::yaml
