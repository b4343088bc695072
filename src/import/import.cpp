// From a path to the readers of the formats, and from their answers to one model.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <system_error>

#include "rackfit/import/codes.hpp"
#include "rackfit/import/config.hpp"
#include "rackfit/import/gguf.hpp"
#include "rackfit/import/safetensors.hpp"

namespace rackfit::importer {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t max_config_bytes = 4 << 20;
constexpr std::uint64_t max_index_bytes = 64 << 20;
constexpr std::size_t max_entries = 20'000;
constexpr std::size_t max_weight_files = 2048;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// How diagnostics and sources name a file: without the folders that differ from machine to machine.
std::string shown(const fs::path& path) { return path.filename().string(); }

std::optional<std::string> read_text(const fs::path& path, std::uint64_t limit, Diagnostics& diagnostics) {
  FileBytes file(path.string());
  if (!file.open()) {
    diagnostics.error(code::unreadable, {}, fmt::format("`{}` cannot be read", path.string()), "",
                      "check the path and that the file may be read");
    return std::nullopt;
  }
  if (file.size() > limit) {
    diagnostics.error(code::too_large, {},
                      fmt::format("`{}` has {} bytes, {} are read", path.string(), file.size(), limit), "",
                      "name a config.json, a .safetensors or a .gguf file, or the folder that holds them");
    return std::nullopt;
  }
  std::string text(static_cast<std::size_t>(file.size()), '\0');
  if (!file.read(0, text.data(), text.size())) {
    diagnostics.error(code::unreadable, {}, fmt::format("`{}` cannot be read", path.string()));
    return std::nullopt;
  }
  return text;
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> found;
  std::error_code failure;
  for (fs::directory_iterator it(folder, failure), end; !failure && it != end && found.size() < max_entries;
       it.increment(failure)) {
    std::error_code ignored;
    if (it->is_regular_file(ignored)) found.push_back(it->path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// `model-00002-of-00005.gguf`: the number and where it stands.
struct SplitName {
  std::size_t at = 0;  // of the five digits
  unsigned number = 0, count = 0;
};
std::optional<SplitName> split_name(const std::string& name) {
  constexpr std::string_view end = ".gguf";
  constexpr std::size_t tail = 15;  // 00002-of-00005 and the dash before it
  if (!ends_with(name, end) || name.size() < end.size() + tail) return std::nullopt;
  const std::string_view part = std::string_view(name).substr(name.size() - end.size() - tail, tail);
  if (part[0] != '-' || part.substr(6, 4) != "-of-") return std::nullopt;
  SplitName split;
  split.at = name.size() - end.size() - tail + 1;
  const auto number = [](std::string_view digits, unsigned& out) {
    const auto [stop, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), out);
    return failure == std::errc() && stop == digits.data() + digits.size();
  };
  if (!number(part.substr(1, 5), split.number) || !number(part.substr(10, 5), split.count))
    return std::nullopt;
  return split;
}

std::shared_ptr<const catalog::FileWeights> file_weights(const ImportedModel& model, std::string file);

std::string digits(unsigned number) { return fmt::format("{:05}", number); }

std::optional<ImportedModel> import_gguf(const fs::path& path, const FindFormat& formats,
                                         Diagnostics& diagnostics) {
  fs::path first = path;
  const auto split = split_name(path.filename().string());
  if (split && split->number != 1) {
    std::string name = path.filename().string();
    name.replace(split->at, 5, digits(1));
    std::error_code ignored;
    if (fs::exists(path.parent_path() / name, ignored)) first = path.parent_path() / name;
  }
  FileBytes file(first.string());
  auto header = read_gguf(file, shown(first), diagnostics);
  if (!header) return std::nullopt;
  std::vector<std::string> notes;
  if (header->split_count > 1) {
    std::uint64_t found = 1;
    for (unsigned i = 2; split && i <= header->split_count && i <= max_weight_files; ++i) {
      std::string name = first.filename().string();
      name.replace(split->at, 5, digits(i));
      FileBytes part((first.parent_path() / name).string());
      if (!part.open()) continue;
      const auto other = read_gguf(part, name, diagnostics, header->layers);
      if (!other) return std::nullopt;
      join(*header, *other);
      ++found;
    }
    header->exact.complete = found == header->split_count;
    notes.push_back(
        fmt::format("split into {} files, {} of them found{}", header->split_count, found,
                    header->exact.complete ? "" : ": the weights' size is estimated from the dimensions"));
  }
  auto out = model_of(*header, shown(first), formats, diagnostics);
  if (!out) return std::nullopt;
  out->notes.insert(out->notes.end(), notes.begin(), notes.end());
  out->model.file_weights = file_weights(*out, shown(first));
  std::string id = first.stem().string();
  if (split) id.resize(id.size() - 15);
  out->model.row.id = id;
  if (out->model.row.name.empty()) out->model.row.name = id;
  return out;
}

/// The weights files beside a config.json: those of the index, else all that look like the model's.
struct Weights {
  std::vector<fs::path> files;
  std::size_t expected = 0;
  double total_bytes = 0;
};

Weights weights_beside(const std::vector<fs::path>& files, Diagnostics& diagnostics) {
  Weights weights;
  for (const fs::path& file : files) {
    if (!ends_with(shown(file), ".safetensors.index.json") || shown(file).find("consolidated") == 0) continue;
    const auto text = read_text(file, max_index_bytes, diagnostics);
    const auto index = text ? read_safetensors_index(*text, shown(file), diagnostics) : std::nullopt;
    if (!index) return weights;
    weights.total_bytes = index->total_bytes;
    weights.expected = index->files.size();
    for (const std::string& name : index->files) {
      // Only names, never paths: an index must not reach outside its folder.
      const auto same = std::find_if(files.begin(), files.end(),
                                     [&](const fs::path& other) { return shown(other) == name; });
      if (same != files.end() && weights.files.size() < max_weight_files) weights.files.push_back(*same);
    }
    return weights;
  }
  for (const fs::path& file : files) {
    const std::string name = shown(file);
    if (!ends_with(name, ".safetensors") || name.find("consolidated") == 0 || name.find("adapter") == 0)
      continue;
    if (weights.files.size() < max_weight_files) weights.files.push_back(file);
  }
  weights.expected = weights.files.size();
  return weights;
}

PartBytes quantized_part(const ExactBytes& exact, catalog::Coverage coverage) {
  if (coverage == catalog::Coverage::experts) return exact.part(Part::experts);
  PartBytes sum;
  for (const Part which : {Part::ffn, Part::experts, Part::shared_experts}) {
    sum.bytes += exact.part(which).bytes;
    sum.parameters += exact.part(which).parameters;
  }
  return coverage == catalog::Coverage::linear ? exact.body() : sum;
}

/// What the weights' headers know better than the configuration.
void apply_exact(const ExactBytes& exact, const FindFormat& formats, ImportedModel& out) {
  out.exact = exact;
  if (!exact.complete) return;
  if (!exact.by_part) {
    // Only the sum is known: enough for plain 16-bit files.
    if (out.model.native_quantization.empty() && out.model.parameters == 0)
      out.model.parameters = exact.tensor_bytes / 2;
    return;
  }
  const PartBytes loaded = exact.loaded();
  if (loaded.parameters > 0) out.model.parameters = loaded.parameters;
  if (out.model.native_quantization.empty() && out.quantization_id != "fp8") return;
  const catalog::Quantization* row =
      formats && !out.quantization_id.empty() ? formats(out.quantization_id) : nullptr;
  if (!out.quantization && row) out.quantization = *row;
  if (!out.quantization) return;
  catalog::Quantization& own = *out.quantization;
  const PartBytes part = quantized_part(exact, own.coverage);
  if (part.parameters <= 0) return;
  own.row.aliases.clear();
  own.bits_per_weight = part.bits_per_weight();
  own.row.source.document = out.model.row.source.document;
  const PartBytes& table = exact.part(Part::embeddings);
  const PartBytes& head = exact.part(Part::lm_head);
  constexpr double nearly_sixteen = 15;
  if (table.parameters > 0 && table.bits_per_weight() < nearly_sixteen) {
    own.embeddings_16_bit = false;
    own.body_bits = own.bits_per_weight;
    own.embedding_bits = table.bits_per_weight();
    own.output_bits = head.parameters > 0 ? head.bits_per_weight() : table.bits_per_weight();
  }
}

double packed_bits(const ImportedModel& model) {
  if (model.model.native_quantization.empty()) return 16;
  const double bits = model.quantization ? model.quantization->bits_per_weight : 4;
  // The id tells the packing where the bits include scales.
  if (model.quantization_id.find("int8") != std::string::npos) return 8;
  return std::clamp(std::floor(bits), 2.0, 16.0);
}

std::optional<ImportedModel> import_config(const fs::path& path, const FindFormat& formats,
                                           Diagnostics& diagnostics) {
  auto text = read_text(path, max_config_bytes, diagnostics);
  if (!text) return std::nullopt;
  const std::vector<fs::path> files = files_in(path.has_parent_path() ? path.parent_path() : fs::path("."));
  std::string quantization_file;
  bool pooled = false;
  for (const fs::path& file : files) {
    if (shown(file) == "hf_quant_config.json")
      quantization_file = read_text(file, max_config_bytes, diagnostics).value_or("");
    if (shown(file) == "modules.json") pooled = true;  // sentence-transformers
  }
  auto out = read_config(std::make_shared<SourceFile>(path.string(), *std::move(text)), quantization_file,
                         formats, diagnostics);
  if (!out) return std::nullopt;
  if (pooled && out->model.kind == catalog::ModelKind::text) out->model.kind = catalog::ModelKind::embedding;
  std::error_code ignored;
  const std::string folder = fs::absolute(path, ignored).parent_path().filename().string();
  out->model.row.id = out->model.row.name = folder.empty() ? out->architecture : folder;
  if (out->model.hf_id.find('/') == std::string::npos || out->model.hf_id[0] == '/' ||
      out->model.hf_id[0] == '.') {
    out->model.hf_id.clear();
  }
  const Weights weights = weights_beside(files, diagnostics);
  if (weights.expected == 0) return out;
  ExactBytes exact;
  exact.files_expected = static_cast<std::int64_t>(weights.expected);
  const Packing packing{packed_bits(*out)};
  for (const fs::path& file : weights.files) {
    FileBytes bytes(file.string());
    if (!read_safetensors(bytes, shown(file), packing, out->blocks, exact, diagnostics)) return std::nullopt;
  }
  exact.complete = weights.files.size() == weights.expected;
  if (!exact.complete) {
    exact = ExactBytes();
    exact.files_expected = static_cast<std::int64_t>(weights.expected);
    exact.tensor_bytes = exact.file_bytes = weights.total_bytes;
    exact.complete = weights.total_bytes > 0;
    out->notes.push_back(
        fmt::format("{} of {} weights files are here: {}", weights.files.size(), weights.expected,
                    exact.complete ? "the index gives the total only" : "their size is not known"));
  }
  apply_exact(exact, formats, *out);
  out->model.file_weights =
      file_weights(*out, weights.files.size() == 1 ? shown(weights.files.front()) : out->model.row.id);
  return out;
}

/// The headers' bytes as the formulas take them; null where an engine loads something else than the file
/// holds.
std::shared_ptr<const catalog::FileWeights> file_weights(const ImportedModel& model, std::string file) {
  if (!model.exact || !model.exact->complete) return nullptr;
  const ExactBytes& exact = *model.exact;
  const PartBytes loaded = exact.loaded();
  catalog::FileWeights out;
  out.file = std::move(file);
  out.format_id = model.quantization ? model.quantization->row.id : model.quantization_id;
  out.sum = exact.by_part ? loaded.bytes : exact.tensor_bytes;
  // Engines halve plain 32-bit weights while they load them.
  constexpr double wider_than_sixteen_bit = 20;
  if (out.format_id.empty() && loaded.bits_per_weight() > wider_than_sixteen_bit) return nullptr;
  if (!exact.by_part || exact.layers.empty())
    return std::make_shared<const catalog::FileWeights>(std::move(out));
  out.table = exact.part(Part::embeddings).bytes;
  out.head = exact.part(Part::lm_head).bytes;
  out.encoders = exact.part(Part::vision).bytes;
  out.whole = out.sum - out.table - out.head - out.encoders;
  for (const LayerBytes& layer : exact.layers) {
    if (layer.total() <= 0) continue;  // numbered, but of multi-token prediction
    out.layers.push_back({layer.attention, layer.ffn, layer.experts, layer.other});
    out.whole -= layer.total();
  }
  return std::make_shared<const catalog::FileWeights>(std::move(out));
}

bool is_gguf(const fs::path& path) {
  FileBytes file(path.string());
  char head[4] = {};
  return file.open() && file.read(0, head, sizeof head) && std::string_view(head, sizeof head) == "GGUF";
}

std::optional<ImportedModel> import_folder(const fs::path& folder, const FindFormat& formats,
                                           Diagnostics& diagnostics) {
  std::error_code ignored;
  if (fs::is_regular_file(folder / "config.json", ignored))
    return import_config(folder / "config.json", formats, diagnostics);
  std::vector<fs::path> ggufs;
  for (const fs::path& file : files_in(folder)) {
    const std::string name = shown(file);
    const auto split = split_name(name);
    if (ends_with(name, ".gguf") && name.find("mmproj") == std::string::npos &&
        (!split || split->number == 1)) {
      ggufs.push_back(file);
    }
  }
  if (ggufs.size() == 1) return import_gguf(ggufs.front(), formats, diagnostics);
  diagnostics.error(
      code::not_a_model, {},
      ggufs.empty() ? fmt::format("`{}` holds neither a config.json nor a .gguf file", folder.string())
                    : fmt::format("`{}` holds {} GGUF models", folder.string(), ggufs.size()),
      "", ggufs.empty() ? "name the folder a model was downloaded to" : "name one of the files");
  return std::nullopt;
}

}  // namespace

bool looks_like_model_file(std::string_view name) {
  for (const std::string_view end : {".gguf", ".safetensors", ".json"}) {
    if (ends_with(name, end)) return true;
  }
  for (const std::string_view begin : {"/", "./", "../", "~/"}) {
    if (name.substr(0, begin.size()) == begin) return true;
  }
  return name == "." || name == "..";
}

std::optional<ImportedModel> import_model(const std::string& path, const catalog::Catalog* catalog,
                                          Diagnostics& diagnostics) {
  const fs::path file(path);
  std::error_code failure;
  FindFormat formats;
  if (catalog) formats = [catalog](std::string_view id) { return catalog->quantizations.find(id); };
  if (fs::is_directory(file, failure)) return import_folder(file, formats, diagnostics);
  if (!fs::is_regular_file(file, failure)) {
    diagnostics.error(
        code::unreadable, {}, fmt::format("`{}` is neither a file nor a folder", path), "",
        "give the path of a config.json, a .safetensors or a .gguf file, or of the folder that holds them");
    return std::nullopt;
  }
  if (is_gguf(file) || ends_with(path, ".gguf")) return import_gguf(file, formats, diagnostics);
  if (!ends_with(path, ".safetensors") && !ends_with(path, ".safetensors.index.json")) {
    return import_config(file, formats, diagnostics);
  }
  const fs::path config = file.parent_path() / "config.json";
  if (fs::is_regular_file(config, failure)) return import_config(config, formats, diagnostics);
  diagnostics.error(
      code::incomplete, {}, fmt::format("there is no config.json beside `{}`", path), "",
      "a safetensors file lists tensors but not the model's dimensions; put its config.json into the folder");
  return std::nullopt;
}

}  // namespace rackfit::importer
