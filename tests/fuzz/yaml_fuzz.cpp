// Any bytes: either diagnostics that can be printed, or a tree that can be walked and goes through a bundle
// unchanged.
#include <algorithm>
#include <cstdlib>

#include "rackfit/yaml/packed.hpp"

using namespace rackfit;

namespace {

void demand(bool condition) {
  if (!condition) std::abort();
}

std::size_t walk(yaml::Node node) {
  const Span span = node.span();
  const std::size_t size = span.file->text().size();
  demand(span.begin <= span.end && span.end <= size);
  demand(node.key_span().begin <= node.key_span().end && node.key_span().end <= size);
  if (node.is_scalar()) {
    const std::size_t length = node.text().size();
    const Span part = node.text_span(length / 3, length / 2);
    demand(part.begin <= part.end && part.end <= size);
  }
  std::size_t count = 1;
  for (std::size_t i = 0; i < node.size(); ++i) {
    if (node.is_map()) demand(static_cast<bool>(node.find(node[i].key())));
    count += walk(node[i]);
  }
  return count;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Diagnostics diagnostics;
  yaml::ParseLimits limits;
  limits.expanded_nodes = 5'000;
  auto file =
      std::make_shared<const SourceFile>("fuzz.yaml", std::string(reinterpret_cast<const char*>(data), size));
  const auto tree = yaml::parse(file, diagnostics, limits);
  demand((tree != nullptr) == !diagnostics.has_errors());
  demand(render(diagnostics).empty() == (tree != nullptr));
  if (!tree) return 0;
  demand(walk(tree->root()) <= limits.expanded_nodes);
  const std::string bundle = yaml::pack({tree});
  const auto again = yaml::unpack(bundle, "fuzz.yaml");
  demand(again != nullptr);
  const auto& before = tree->view();
  const auto& after = again->view();
  demand(before.arena == after.arena && tree->file().text() == again->file().text());
  demand(
      std::equal(before.records.begin(), before.records.end(), after.records.begin(), after.records.end()));
  demand(std::equal(before.index.begin(), before.index.end(), after.index.begin(), after.index.end()));
  demand(walk(again->root()) == walk(tree->root()));
  return 0;
}
