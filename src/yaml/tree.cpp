#include "rackfit/yaml/tree.hpp"

#include <algorithm>

#include "rackfit/base/check.hpp"
#include "scalar.hpp"

namespace rackfit::yaml {

Tree::Tree(std::shared_ptr<const SourceFile> file, Parts parts)
    : file_(std::move(file)), parts_(std::move(parts)) {
  RACKFIT_CHECK(!parts_.records.empty());
  view_ = {parts_.records, parts_.arena, parts_.index};
}

std::string_view Tree::text_of(const Record& record) const {
  const std::string_view from = record.in_arena != 0 ? view_.arena : file_->text();
  return from.substr(record.text_begin, record.text_size);
}

std::string_view Tree::key_of(const Record& record) const {
  const std::string_view from = record.key_in_arena != 0 ? view_.arena : file_->text();
  return from.substr(record.key_text_begin, record.key_text_size);
}

const Record& Node::record() const {
  RACKFIT_CHECK(tree_ != nullptr);
  return tree_->view_.records[index_];
}

Kind Node::kind() const { return tree_ == nullptr ? Kind::null : record().kind; }

Style Node::style() const { return tree_ == nullptr ? Style::plain : record().style; }

std::string_view Node::text() const { return is_scalar() ? tree_->text_of(record()) : std::string_view(); }

Span Node::span() const {
  if (tree_ == nullptr) return {};
  return {tree_->file_.get(), record().begin, record().end};
}

Span Node::text_span(std::size_t begin, std::size_t end) const {
  Span whole = span();
  if (!is_scalar()) return whole;
  const Record& self = record();
  if (self.in_arena == 0) {
    const std::size_t last = std::min<std::size_t>(end, self.text_size);
    const std::size_t first = std::min(begin, last);
    return {whole.file, self.text_begin + static_cast<std::uint32_t>(first),
            self.text_begin + static_cast<std::uint32_t>(last)};
  }
  const std::string_view source = tree_->file_->text().substr(self.begin, self.end - self.begin);
  const auto [from, to] = locate(source, self.style, text(), begin, end);
  return {whole.file, self.begin + static_cast<std::uint32_t>(from),
          self.begin + static_cast<std::uint32_t>(to)};
}

std::size_t Node::size() const {
  const Kind k = kind();
  return k == Kind::sequence || k == Kind::map ? record().child_count : 0;
}

Node Node::operator[](std::size_t i) const {
  RACKFIT_CHECK(i < size());
  return Node(tree_, record().first_child + static_cast<std::uint32_t>(i));
}

std::string_view Node::key() const { return tree_ == nullptr ? std::string_view() : tree_->key_of(record()); }

Span Node::key_span() const {
  if (tree_ == nullptr) return {};
  return {tree_->file_.get(), record().key_begin, record().key_end};
}

Node Node::find(std::string_view wanted) const {
  if (!is_map()) return {};
  const Record& self = record();
  const auto& records = tree_->view_.records;
  if (self.child_count < Tree::kIndexedMap) {
    for (std::uint32_t i = 0; i < self.child_count; ++i) {
      if (tree_->key_of(records[self.first_child + i]) == wanted) return Node(tree_, self.first_child + i);
    }
    return {};
  }
  const auto sorted = tree_->view_.index.subspan(self.text_begin, self.child_count);
  const auto at = std::lower_bound(
      sorted.begin(), sorted.end(), wanted,
      [&](std::uint32_t child, std::string_view key) { return tree_->key_of(records[child]) < key; });
  if (at == sorted.end() || tree_->key_of(records[*at]) != wanted) return {};
  return Node(tree_, *at);
}

}  // namespace rackfit::yaml
