#include "rackfit/import/startup_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "log_text.hpp"
#include "rackfit/import/bytes.hpp"
#include "rackfit/import/codes.hpp"

namespace rackfit::importer {
namespace {

constexpr std::size_t max_line = 64 << 10;
constexpr std::uint64_t max_file = 64 << 20;

/// Without the colour codes of a terminal.
std::string plain(std::string_view line) {
  std::string result;
  result.reserve(line.size());
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] != '\x1b') {
      result += line[i];
      continue;
    }
    if (i + 1 < line.size() && line[i + 1] == '[') {
      for (i += 2; i < line.size() && (line[i] < '@' || line[i] > '~');) ++i;
    }
  }
  return result;
}

/// A new start of the server: what came before it is of no interest.
bool starts_anew(std::string_view line) {
  return has(line, "vLLM API server version ") ||
         (has(line, "build: ") && has(line, " with ") && has(line, " for "));
}

}  // namespace

std::optional<StartupLog> read_startup_log(std::string_view text, const std::string& name,
                                           Diagnostics& diagnostics) {
  StartupLog vllm, llama;
  std::size_t vllm_lines = 0, llama_lines = 0;
  while (!text.empty()) {
    // A carriage return starts a line again: progress bars.
    const std::size_t end = text.find_first_of("\n\r");
    const std::string_view raw = text.substr(0, std::min(end, max_line));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (raw.empty()) continue;
    const bool coloured = raw.find('\x1b') != std::string_view::npos;
    const std::string clean = coloured ? plain(raw) : std::string();
    const std::string_view line = coloured ? std::string_view(clean) : raw;
    if (starts_anew(line)) {
      vllm = llama = StartupLog();
      vllm_lines = llama_lines = 0;
    }
    if (read_vllm_line(line, vllm)) ++vllm_lines;
    if (read_llama_line(line, llama)) ++llama_lines;
  }
  const bool is_vllm = vllm_lines >= llama_lines && (vllm.weights_bytes || vllm.kv_cache_bytes ||
                                                     vllm.kv_cache_tokens || vllm.out_of_memory);
  const bool is_llama = !is_vllm && !llama.devices.empty();
  if (!is_vllm && !is_llama) {
    diagnostics.error(
        code::not_a_model, {}, fmt::format("`{}` is not a start-up log of vLLM or llama.cpp", name), "",
        "give the server's output from its first line on; llama.cpp lists its buffers with -lv 4 or -v");
    return std::nullopt;
  }
  StartupLog& log = is_vllm ? vllm : llama;
  if (is_vllm) finish_vllm(log);
  if (is_llama) finish_llama(log);
  if (log.out_of_memory) log.notes.push_back("the engine ran out of memory while starting");
  return std::move(log);
}

std::optional<StartupLog> read_startup_log_file(const std::string& path, Diagnostics& diagnostics) {
  FileBytes file(path);
  const auto size = static_cast<std::size_t>(std::min(file.size(), max_file));
  std::string text(size, '\0');
  if (!file.open() || !file.read(0, text.data(), size)) {
    diagnostics.error(code::unreadable, {}, fmt::format("`{}` cannot be read", path), "",
                      "check the path and that the file may be read");
    return std::nullopt;
  }
  return read_startup_log(text, path, diagnostics);
}

}  // namespace rackfit::importer
