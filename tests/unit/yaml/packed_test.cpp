#include "rackfit/yaml/packed.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "read.hpp"

using namespace rackfit;
namespace fs = std::filesystem;

namespace {

std::shared_ptr<const yaml::Tree> parse_as(const std::string& path, std::string text) {
  Diagnostics diagnostics;
  auto tree = yaml::parse(std::make_shared<const SourceFile>(path, std::move(text)), diagnostics);
  INFO(render(diagnostics));
  REQUIRE(tree != nullptr);
  return tree;
}

void check_equal(const yaml::Tree& a, const yaml::Tree& b) {
  CHECK(a.file().path() == b.file().path());
  CHECK(a.file().text() == b.file().text());
  CHECK(a.view().arena == b.view().arena);
  CHECK(std::equal(a.view().records.begin(), a.view().records.end(), b.view().records.begin(),
                   b.view().records.end()));
  CHECK(
      std::equal(a.view().index.begin(), a.view().index.end(), b.view().index.begin(), b.view().index.end()));
}

}  // namespace

TEST_CASE("every bundled profile comes out of a bundle as it went in") {
  std::vector<std::shared_ptr<const yaml::Tree>> trees;
  const fs::path root = fs::path(RACKFIT_SOURCE_DIR) / "profiles";
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.path().extension() != ".yaml") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    trees.push_back(parse_as(fs::relative(entry.path(), root).generic_string(),
                             std::string(std::istreambuf_iterator<char>(stream), {})));
  }
  REQUIRE_FALSE(trees.empty());
  const std::string bundle = yaml::pack(trees);
  CHECK(yaml::packed_paths(bundle).size() == trees.size());
  for (const auto& tree : trees) {
    const auto unpacked = yaml::unpack(bundle, tree->file().path());
    REQUIRE(unpacked != nullptr);
    check_equal(*tree, *unpacked);
  }
}

TEST_CASE("a bundle lists its paths in order, whatever the order of packing") {
  const auto b = parse_as("b.yaml", "x: \"\\t\"\n");
  const auto a = parse_as("a/z.yaml", "y: [1, 2]\n");
  const std::string bundle = yaml::pack({b, a});
  CHECK(yaml::packed_paths(bundle) == std::vector<std::string_view>{"a/z.yaml", "b.yaml"});
  CHECK(bundle == yaml::pack({a, b}));
  CHECK(yaml::packed_text(bundle, "b.yaml") == "x: \"\\t\"\n");
  CHECK(yaml::unpack(bundle, "b.yaml")->root().find("x").text() == "\t");
  CHECK(yaml::unpack(bundle, "c.yaml") == nullptr);
  CHECK(yaml::packed_text(bundle, "c.yaml").empty());
}

TEST_CASE("an empty bundle is a bundle") {
  const std::string bundle = yaml::pack({});
  CHECK(yaml::packed_paths(bundle).empty());
  CHECK(yaml::unpack(bundle, "a") == nullptr);
}

TEST_CASE("a damaged bundle gives nothing, or a tree that can be walked") {
  std::string text = "a: \"\\t\"\n";
  for (int i = 0; i < 20; ++i) text += "k" + std::to_string(i) + ": [1, {x: y}]\n";
  const std::string bundle = yaml::pack({parse_as("a.yaml", text)});
  const auto walk = [](const auto& self, yaml::Node node) -> std::size_t {
    std::size_t total = node.text().size() + node.key().size() + (node.find("k7") ? 1 : 0);
    for (std::size_t i = 0; i < node.size(); ++i) total += self(self, node[i]);
    return total;
  };
  for (std::size_t size = 0; size < bundle.size(); size += 5) {
    CHECK_NOTHROW(yaml::unpack(std::string(bundle, 0, size), "a.yaml"));
  }
  for (std::size_t i = 0; i < bundle.size(); ++i) {
    std::string damaged = bundle;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x55);
    if (const auto tree = yaml::unpack(damaged, "a.yaml")) walk(walk, tree->root());
  }
}
