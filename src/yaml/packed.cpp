#include "rackfit/yaml/packed.hpp"

#include <algorithm>
#include <cstring>
#include <optional>
#include <type_traits>

namespace rackfit::yaml {
namespace {

// Written in the byte order of the machine, so that a foreign bundle is refused instead of misread.
constexpr std::uint32_t kMagic = 0x52465059;
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kAlignment = 8;

struct Header {
  std::uint32_t magic = kMagic;
  std::uint32_t version = kVersion;
  std::uint32_t record_size = sizeof(Record);
  std::uint32_t file_count = 0;
};

struct Section {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;  // in bytes
};

struct Entry {
  Section path;
  Section text;
  Section records;
  Section arena;
  Section index;
};

static_assert(std::is_trivially_copyable_v<Record> && std::is_trivially_copyable_v<Entry>);
static_assert(alignof(Record) <= kAlignment && alignof(Entry) <= kAlignment);

template <class T>
std::string_view bytes_of(const T* items, std::size_t count) {
  return {reinterpret_cast<const char*>(items), count * sizeof(T)};
}

std::optional<std::string_view> cut(std::string_view bundle, const Section& section) {
  if (section.begin > bundle.size() || section.size > bundle.size() - section.begin) return std::nullopt;
  return bundle.substr(section.begin, section.size);
}

/// Reads the header and finds the entries; nothing when it is no bundle of ours.
class Bundle {
 public:
  static std::optional<Bundle> open(std::string_view bytes) {
    Header header;
    if (bytes.size() < sizeof header) return std::nullopt;
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.magic != kMagic || header.version != kVersion || header.record_size != sizeof(Record) ||
        header.file_count > (bytes.size() - sizeof header) / sizeof(Entry)) {
      return std::nullopt;
    }
    return Bundle(bytes, header.file_count);
  }

  std::size_t size() const { return count_; }

  Entry entry(std::size_t i) const {
    Entry result;
    std::memcpy(&result, bytes_.data() + sizeof(Header) + i * sizeof(Entry), sizeof result);
    return result;
  }

  std::string_view part(const Section& section) const {
    return cut(bytes_, section).value_or(std::string_view());
  }

  std::optional<Entry> find(std::string_view path) const {
    std::size_t low = 0;
    std::size_t high = count_;
    while (low < high) {
      const std::size_t middle = low + (high - low) / 2;
      const Entry candidate = entry(middle);
      const int order = part(candidate.path).compare(path);
      if (order == 0) return candidate;
      (order < 0 ? low : high) = order < 0 ? middle + 1 : middle;
    }
    return std::nullopt;
  }

 private:
  Bundle(std::string_view bytes, std::size_t count) : bytes_(bytes), count_(count) {}
  std::string_view bytes_;
  std::size_t count_;
};

template <class T>
std::optional<std::span<const T>> items(std::string_view bytes) {
  if (bytes.size() % sizeof(T) != 0) return std::nullopt;
  if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignof(T) != 0) return std::nullopt;
  return std::span<const T>(reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T));
}

bool within(std::uint32_t begin, std::uint32_t size, std::size_t total) {
  return begin <= total && size <= total - begin;
}

/// Everything that Node relies on; that children precede their parents keeps a walk from going round in
/// circles.
bool is_sound(const Tree::View& view, std::size_t text_size) {
  const std::size_t count = view.records.size();
  if (count == 0) return false;
  for (std::size_t i = 0; i < count; ++i) {
    const Record& record = view.records[i];
    const bool scalar = record.kind == Kind::scalar;
    const bool parent = record.kind == Kind::sequence || record.kind == Kind::map;
    const std::size_t text_total = record.in_arena != 0 ? view.arena.size() : text_size;
    const std::size_t key_total = record.key_in_arena != 0 ? view.arena.size() : text_size;
    if (record.kind > Kind::map || record.style > Style::block) return false;
    if (record.begin > record.end || record.end > text_size) return false;
    if (record.key_begin > record.key_end || record.key_end > text_size) return false;
    if (!within(record.key_text_begin, record.key_text_size, key_total)) return false;
    if (scalar && !within(record.text_begin, record.text_size, text_total)) return false;
    if (!parent) continue;
    const std::size_t bound = i == 0 ? count : i;
    if (!within(record.first_child, record.child_count, bound)) return false;
    if (record.child_count > 0 && record.first_child == 0) return false;
    if (record.kind != Kind::map || record.child_count < Tree::kIndexedMap) continue;
    if (!within(record.text_begin, record.child_count, view.index.size())) return false;
    for (const std::uint32_t child : view.index.subspan(record.text_begin, record.child_count)) {
      if (child < record.first_child || child - record.first_child >= record.child_count) return false;
    }
  }
  return true;
}

}  // namespace

std::string pack(const std::vector<std::shared_ptr<const Tree>>& trees) {
  std::vector<const Tree*> sorted;
  for (const auto& tree : trees) sorted.push_back(tree.get());
  std::sort(sorted.begin(), sorted.end(),
            [](const Tree* a, const Tree* b) { return a->file().path() < b->file().path(); });

  Header header;
  header.file_count = static_cast<std::uint32_t>(sorted.size());
  std::vector<Entry> entries(sorted.size());
  std::string bundle(sizeof(Header) + sizeof(Entry) * entries.size(), '\0');
  const auto put = [&bundle](std::string_view bytes) {
    bundle.resize((bundle.size() + kAlignment - 1) / kAlignment * kAlignment, '\0');
    const Section section{static_cast<std::uint32_t>(bundle.size()),
                          static_cast<std::uint32_t>(bytes.size())};
    bundle += bytes;
    return section;
  };
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const Tree& tree = *sorted[i];
    entries[i].path = put(tree.file().path());
    entries[i].text = put(tree.file().text());
    entries[i].records = put(bytes_of(tree.view().records.data(), tree.view().records.size()));
    entries[i].arena = put(tree.view().arena);
    entries[i].index = put(bytes_of(tree.view().index.data(), tree.view().index.size()));
  }
  std::memcpy(bundle.data(), &header, sizeof header);
  if (!entries.empty())
    std::memcpy(bundle.data() + sizeof header, entries.data(), sizeof(Entry) * entries.size());
  return bundle;
}

std::vector<std::string_view> packed_paths(std::string_view bundle) {
  std::vector<std::string_view> paths;
  const auto opened = Bundle::open(bundle);
  for (std::size_t i = 0; opened && i < opened->size(); ++i)
    paths.push_back(opened->part(opened->entry(i).path));
  return paths;
}

std::shared_ptr<const Tree> unpack(std::string_view bundle, std::string_view path) {
  const auto opened = Bundle::open(bundle);
  if (!opened) return nullptr;
  const auto entry = opened->find(path);
  if (!entry) return nullptr;
  const auto text = cut(bundle, entry->text);
  const auto record_bytes = cut(bundle, entry->records);
  const auto arena = cut(bundle, entry->arena);
  const auto index_bytes = cut(bundle, entry->index);
  if (!text || !record_bytes || !arena || !index_bytes) return nullptr;
  const auto records = items<Record>(*record_bytes);
  const auto index = items<std::uint32_t>(*index_bytes);
  if (!records || !index) return nullptr;
  const Tree::View view{*records, *arena, *index};
  if (!is_sound(view, text->size())) return nullptr;
  auto file = std::make_shared<const SourceFile>(SourceFile::refer(std::string(path), *text));
  return std::make_shared<const Tree>(std::move(file), view);
}

std::string_view packed_text(std::string_view bundle, std::string_view path) {
  const auto opened = Bundle::open(bundle);
  if (!opened) return {};
  const auto entry = opened->find(path);
  return entry ? opened->part(entry->text) : std::string_view();
}

}  // namespace rackfit::yaml
