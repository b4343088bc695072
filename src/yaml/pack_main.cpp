// rackfit_pack PROFILES_DIR OUT.cpp: a tool of the build. It reads every profile with the project's own
// reader, so that a broken profile breaks the build with a caret under the mistake, and writes the bundle as
// C++.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "rackfit/yaml/packed.hpp"

namespace fs = std::filesystem;
using rackfit::Diagnostics;
using rackfit::SourceFile;
using rackfit::yaml::Tree;

namespace {

constexpr std::size_t kLineBytes = 96;

std::optional<std::string> read_file(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

std::vector<fs::path> find_profiles(const fs::path& root) {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    if (entry.is_regular_file() && entry.path().extension() == ".yaml")
      paths.push_back(fs::relative(entry.path(), root));
  }
  std::sort(paths.begin(), paths.end(),
            [](const fs::path& a, const fs::path& b) { return a.generic_string() < b.generic_string(); });
  return paths;
}

/// One line of a string literal, in octal escapes: hexadecimal ones would swallow the digits that follow.
std::string literal(std::string_view bytes) {
  std::string line = "\"";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const char c = bytes[i];
    const auto byte = static_cast<unsigned char>(c);
    const bool digit_follows = i + 1 < bytes.size() && bytes[i + 1] >= '0' && bytes[i + 1] <= '7';
    if (c == '"' || c == '\\' || c == '?') {
      line += '\\';
      line += c;
    } else if (byte >= 0x20 && byte < 0x7F) {
      line += c;
    } else if (digit_follows) {
      line += fmt::format("\\{:03o}", static_cast<unsigned>(byte));
    } else {
      line += fmt::format("\\{:o}", static_cast<unsigned>(byte));
    }
  }
  return line + "\"\n";
}

std::string source_of(std::string_view bundle) {
  std::string code =
      "// Written by rackfit_pack from profiles/; do not edit.\n"
      "#include \"rackfit/yaml/embedded.hpp\"\n\n"
      "#pragma GCC diagnostic ignored \"-Woverlength-strings\"  // more than a compiler must accept, and "
      "both do\n\n"
      "namespace rackfit {\n"
      "namespace {\n\n"
      "alignas(8) constexpr char kBundle[] =\n";
  for (std::size_t i = 0; i < bundle.size(); i += kLineBytes) code += literal(bundle.substr(i, kLineBytes));
  code += fmt::format(
      ";\n\n}}  // namespace\n\nstd::string_view embedded_profiles() {{ return {{kBundle, {}}}; }}\n\n"
      "}}  // namespace rackfit\n",
      bundle.size());
  return code;
}

/// Reads all profiles; problems carry the path that an editor can open.
std::vector<std::shared_ptr<const Tree>> read_profiles(const fs::path& root, Diagnostics& diagnostics) {
  std::vector<std::shared_ptr<const Tree>> trees;
  for (const fs::path& path : find_profiles(root)) {
    auto text = read_file(root / path);
    if (!text) {
      diagnostics.add(
          {"", rackfit::Severity::error, "cannot read `" + (root / path).string() + "`", {}, {}, {}});
      continue;
    }
    Diagnostics found;
    auto tree = rackfit::yaml::parse(std::make_shared<SourceFile>(path.generic_string(), *text), found);
    if (tree) {
      trees.push_back(std::move(tree));
    } else {
      rackfit::yaml::parse(std::make_shared<SourceFile>((root / path).string(), std::move(*text)),
                           diagnostics);
    }
  }
  return trees;
}

int run(const fs::path& root, const fs::path& output) {
  Diagnostics diagnostics;
  const auto trees = read_profiles(root, diagnostics);
  if (diagnostics.has_errors()) {
    fmt::print(stderr, "{}", rackfit::render(diagnostics));
    return 1;
  }
  const std::string code = source_of(rackfit::yaml::pack(trees));
  std::ofstream stream(output, std::ios::binary);
  stream << code;
  stream.close();
  if (!stream) {
    fmt::print(stderr, "error: cannot write `{}`\n", output.string());
    return 1;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: rackfit_pack PROFILES_DIR OUT.cpp\n");
    return 2;
  }
  try {
    return run(argv[1], argv[2]);
  } catch (const std::exception& problem) {
    fmt::print(stderr, "error: {}\n", problem.what());
    return 1;
  }
}
