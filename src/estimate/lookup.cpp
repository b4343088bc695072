#include "lookup.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/import/imported_model.hpp"

namespace rackfit::estimate {
namespace {

// Answers to names that are kept; a file of nothing but different names must not fill the memory.
constexpr std::size_t most_remembered = 4096;
// A size stated in a name is rounded: "8B" for 8.03e9 parameters, "80GB" for 79.6 GiB.
constexpr double size_tolerance = 0.12;
constexpr double memory_tolerance = 0.08;
constexpr std::size_t longest_format_words = 5;
// A name of more words is no name, and trying every part of it would take long.
constexpr std::size_t longest_name_words = 24;

using WordSet = std::set<std::string_view>;

/// Words of repositories that say how a model was trained or packed, not how it is built.
bool matters_for_models(const std::string& word) {
  static const WordSet idle = {
      "instruct", "chat", "it",      "hf",  "base", "gguf",    "mlx",    "latest",     "meta",       "nvidia",
      "unsloth",  "qat",  "imatrix", "i1",  "mtp",  "inst",    "google", "preview",    "quantized",  "ptq",
      "ct2",      "exl2", "pruned",  "awq", "gptq", "dynamic", "model",  "uncensored", "abliterated"};
  return idle.count(word) == 0;
}

bool matters_for_devices(const std::string& word) {
  static const WordSet idle = {"nvidia",    "amd",   "intel",  "apple",   "geforce",  "tesla",
                               "gpu",       "cpu",   "card",   "mac",     "studio",   "macbook",
                               "mini",      "imac",  "gen",    "edition", "instinct", "graphics",
                               "processor", "gddr6", "gddr6x", "gddr7",   "hbm",      "hbm2",
                               "hbm2e",     "hbm3",  "hbm3e",  "google",  "aws",      "instance"};
  return idle.count(word) == 0;
}

bool matters_for_formats(const std::string& word) {
  static const WordSet idle = {"ud",   "i1",        "mix",          "smol",   "weights",
                               "gguf", "imatrix",   "default",      "ollama", "checkpoint",
                               "ckpt", "quantized", "quantization", "format", "file"};
  return idle.count(word) == 0;
}

bool all_matter(const std::string&) { return true; }

template <class Row>
void fill(SpellingIndex& index, const catalog::Table<Row>& table) {
  for (std::size_t i = 0; i < table.rows().size(); ++i) {
    const catalog::RowInfo& row = table.rows()[i].row;
    index.add(row.id, i);
    index.add(row.name, i);
    for (const std::string& alias : row.aliases) index.add(alias, i);
  }
}

/// "unknown model `x`; did you mean `y`?"
template <class Row>
Problem unknown(const char* code, const char* what, const char* kind, const std::string& name,
                const catalog::Table<Row>& table) {
  constexpr std::size_t most_shown = 80;
  std::string shown = name.size() > most_shown ? name.substr(0, most_shown) + "…" : name;
  const auto near =
      name.size() > most_shown ? std::optional<std::string>() : did_you_mean(name, table.names());
  return {code, fmt::format("unknown {} `{}`; {}", what, shown,
                            near ? fmt::format("did you mean `{}`?", *near)
                                 : fmt::format("`rackfit catalog {}` lists those that are known", kind))};
}

template <class Answer, class Make>
const Answer& remembered(std::map<std::string, Answer, std::less<>>& memo, const std::string& name,
                         Make make) {
  const auto found = memo.find(name);
  if (found != memo.end()) return found->second;
  if (memo.size() >= most_remembered) memo.clear();
  return memo.emplace(name, make()).first->second;
}

/// "Q4_K - Medium" is what llama.cpp prints for Q4_K_M.
std::vector<std::string> short_sizes(std::vector<std::string> words) {
  for (std::string& word : words) {
    if (word == "medium" || word == "small" || word == "large") word.resize(1);
  }
  return words;
}

bool close_to(double stated, double actual, double tolerance) {
  return std::abs(stated - actual) <= tolerance * actual;
}

/// False when a size in the name contradicts the row.
bool sizes_agree(const std::vector<std::string>& words, const catalog::Model& model) {
  for (const std::string& word : words) {
    const auto size = size_word(word);
    if (!size) continue;
    const double actual =
        size->active ? model.active_parameters.value_or(model.parameters) : model.parameters;
    if (!close_to(size->parameters, actual, size_tolerance)) return false;
  }
  return true;
}

}  // namespace

std::optional<std::pair<std::int64_t, std::string>> counted_name(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || count < 0) return {};
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  constexpr std::string_view times = "×";
  if (text.substr(0, times.size()) == times) {
    text.remove_prefix(times.size());
  } else if (!text.empty() && (text.front() == 'x' || text.front() == 'X' || text.front() == '*')) {
    text.remove_prefix(1);
  } else {
    return {};
  }
  while (!text.empty() && (text.front() == ' ' || text.front() == '-')) text.remove_prefix(1);
  if (text.empty()) return {};
  return std::pair{count, std::string(text)};
}

Lookup::Lookup(const catalog::Catalog& catalog)
    : catalog_(catalog),
      models_(matters_for_models),
      devices_(matters_for_devices),
      engines_(all_matter),
      formats_(matters_for_formats),
      kv_formats_(all_matter) {
  fill(models_, catalog.models);
  fill(devices_, catalog.devices);
  fill(engines_, catalog.engines);
  fill(formats_, catalog.quantizations);
  fill(kv_formats_, catalog.kv_formats);
}

const FoundModel& Lookup::model(const std::string& name) {
  return remembered(known_models_, name, [&] { return find_model(name); });
}
const FoundDevice& Lookup::device(const std::string& name) {
  return remembered(known_devices_, name, [&] { return find_device(name); });
}
const FoundEngine& Lookup::engine(const std::string& name) {
  return remembered(known_engines_, name, [&] { return find_engine(name); });
}
const Found<catalog::Quantization>& Lookup::quantization(const std::string& name) {
  return remembered(known_formats_, name, [&] { return find_quantization(name); });
}
const Found<catalog::KvFormat>& Lookup::kv_format(const std::string& name) {
  return remembered(known_kv_formats_, name, [&] { return find_kv_format(name); });
}

/// The longest run of words, not at the front, that names a format; it is removed.
const catalog::Quantization* Lookup::take_format(std::vector<std::string>& words) const {
  for (std::size_t length = std::min(longest_format_words, words.size() - 1); length > 0; --length) {
    for (std::size_t first = words.size() - length; first > 0; --first) {
      const auto from = words.begin() + static_cast<std::ptrdiff_t>(first);
      const std::vector<std::string> run(from, from + static_cast<std::ptrdiff_t>(length));
      const auto row = formats_.find(run);
      if (!row || (run.size() == 1 && size_word(run.front()))) continue;
      words.erase(from, from + static_cast<std::ptrdiff_t>(length));
      return &catalog_.quantizations.rows()[*row];
    }
  }
  return nullptr;
}

/// A known model's name with its size inside a longer name: a fine-tune says what it was tuned from.
const catalog::Model* Lookup::fine_tuned(const std::vector<std::string>& words) const {
  if (words.size() > longest_name_words) return nullptr;
  for (std::size_t length = words.size(); length-- > 2;) {
    for (std::size_t first = 0; first + length <= words.size(); ++first) {
      const auto from = words.begin() + static_cast<std::ptrdiff_t>(first);
      const std::vector<std::string> run(from, from + static_cast<std::ptrdiff_t>(length));
      if (std::none_of(run.begin(), run.end(),
                       [](const std::string& word) { return size_word(word).has_value(); })) {
        continue;
      }
      auto row = models_.find(run);
      if (!row) row = models_.find_reduced(run);
      if (row) return &catalog_.models.rows()[*row];
    }
  }
  return nullptr;
}

const catalog::Model* Lookup::model_by_words(std::vector<std::string> words, FoundModel& found) const {
  const auto rows = [&](const std::vector<std::string>& key) -> const catalog::Model* {
    auto row = models_.find(key);
    if (!row) row = models_.find_reduced(key);
    return row ? &catalog_.models.rows()[*row] : nullptr;
  };
  if (const auto row = models_.find(words)) return &catalog_.models.rows()[*row];
  // Before the words that do not matter are dropped: a format is one of them for the architecture, but not
  // for memory.
  if (words.size() > 1) found.format = take_format(words);
  if (const auto* row = rows(words)) return row;
  const auto without = [](std::vector<std::string> list, auto drop) {
    list.erase(std::remove_if(list.begin(), list.end(), drop), list.end());
    return list;
  };
  const auto unreleased = without(words, release_word);
  if (const auto* row = rows(unreleased)) return row;
  const auto is_size = [](const std::string& word) { return size_word(word).has_value(); };
  for (const auto& list : {words, unreleased}) {
    const auto* row = rows(without(list, is_size));
    if (row && sizes_agree(words, *row)) return row;
  }
  return fine_tuned(words);
}

FoundModel Lookup::import_file(const std::string& path) const {
  FoundModel found;
  Diagnostics diagnostics;
  auto imported = importer::import_model(path, &catalog_, diagnostics);
  if (!imported) {
    std::string why = "no model is described there";
    for (const Diagnostic& diagnostic : diagnostics.items()) {
      why = diagnostic.message;
      break;
    }
    found.problem = {"bad-model-file", fmt::format("cannot read the model `{}`: {}", path, why)};
    return found;
  }
  found.notes = std::move(imported->notes);
  found.imported = std::make_shared<const catalog::Model>(std::move(imported->model));
  found.row = found.imported.get();
  if (imported->quantization) {
    found.imported_format = std::make_shared<const catalog::Quantization>(*std::move(imported->quantization));
    found.format = found.imported_format.get();
  } else if (!imported->quantization_id.empty()) {
    found.format = catalog_.quantizations.find(imported->quantization_id);
  }
  found.kv_format = imported->kv_format;
  return found;
}

FoundModel Lookup::find_model(const std::string& name) const {
  if (importer::looks_like_model_file(name)) return import_file(name);
  FoundModel found;
  found.row = catalog_.models.find(name);
  const auto slash = name.rfind('/');
  const std::string last = slash == std::string::npos ? name : name.substr(slash + 1);
  if (!found.row && !last.empty()) {
    found.row = model_by_words(words_of(last), found);
    if (found.row && found.format) {
      found.notes.push_back(fmt::format("`{}` is taken as {}, weights in {}", last, found.row->row.name,
                                        found.format->row.name));
    } else if (found.row) {
      found.notes.push_back(fmt::format("`{}` is taken as {}", last, found.row->row.name));
    }
  }
  if (!found.row) found.problem = unknown("unknown-model", "model", "models", name, catalog_.models);
  return found;
}

FoundDevice Lookup::find_device(const std::string& name) const {
  FoundDevice found;
  const auto& table = catalog_.devices;
  found.row = table.find(name);
  if (found.row) return found;
  if (const auto counted = counted_name(name)) {
    found = find_device(counted->second);
    found.count = counted->first;
    if (!found.row) found.problem = unknown("unknown-device", "device", "devices", counted->second, table);
    return found;
  }
  const auto look = [&](const std::vector<std::string>& words) -> const catalog::Device* {
    auto row = devices_.find(words);
    if (!row) row = devices_.find_reduced(words);
    return row ? &table.rows()[*row] : nullptr;
  };
  const auto without_memory = [&](std::vector<std::string> words) {
    for (std::size_t i = 0; i < words.size(); ++i) {
      // "80GB" and "80 GB"
      const bool unit = i + 1 < words.size() && (words[i + 1] == "gb" || words[i + 1] == "gib");
      const std::string two = unit ? words[i] + words[i + 1] : std::string();
      const std::size_t length = memory_word(words[i]) ? 1 : memory_word(two) ? 2 : 0;
      if (length == 0) continue;
      found.memory_bytes = memory_word(length == 1 ? words[i] : two);
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                  words.begin() + static_cast<std::ptrdiff_t>(i + length));
      break;
    }
    return words;
  };
  const std::string plain = without_brackets(name);
  for (const std::string& text : {name, plain}) {
    const auto words = words_of(text);
    found.memory_bytes.reset();
    if ((found.row = look(words))) break;
    if ((found.row = look(without_memory(words)))) break;
  }
  const auto plus = name.find(" + ");
  if (!found.row && plus != std::string::npos) {
    found = find_device(name.substr(0, plus));
    if (found.row) found.notes.push_back("what stands after the `+` in the device's name is left out");
    return found;
  }
  if (!found.row) {
    found.problem = unknown("unknown-device", "device", "devices", name, table);
    return found;
  }
  const double own = found.row->memory_bytes.value_or(0);
  if (found.memory_bytes && close_to(*found.memory_bytes, own, memory_tolerance)) found.memory_bytes.reset();
  return found;
}

FoundEngine Lookup::find_engine(const std::string& name) const {
  FoundEngine found;
  found.row = catalog_.engines.find(name);
  for (std::size_t end = name.size(); !found.row && end != std::string::npos && end > 0;
       end = name.rfind(' ', end - 1)) {
    const std::string head = without_brackets(name.substr(0, end));
    found.row = catalog_.engines.find(head);
    const auto row = found.row ? std::nullopt : engines_.find(words_of(head));
    if (row) found.row = &catalog_.engines.rows()[*row];
    const std::string rest = end < name.size() ? name.substr(end + 1) : std::string();
    const bool version =
        rest.find_first_of("0123456789") != std::string::npos && rest.find(' ') == std::string::npos;
    if (found.row && version) found.version = rest;
    if (end == 0) break;
  }
  if (!found.row) found.problem = unknown("unknown-engine", "engine", "engines", name, catalog_.engines);
  return found;
}

/// Spellings to try for a format, nearest first: other sizes of the same mixture, then single words.
std::vector<std::vector<std::string>> format_spellings(const std::vector<std::string>& words) {
  static constexpr std::string_view sizes[] = {"xl", "l", "m", "s", "xs", "p"};
  static constexpr std::string_view others[] = {"l", "m", "s"};
  std::vector<std::vector<std::string>> all = {words};
  if (words.size() > 1 && std::find(std::begin(sizes), std::end(sizes), words.back()) != std::end(sizes)) {
    std::vector<std::string> stem(words.begin(), words.end() - 1);
    for (const std::string_view other : others) {
      all.push_back(stem);
      all.back().emplace_back(other);
    }
    all.push_back(std::move(stem));
  }
  // "Q4" alone is the usual mixture of that width.
  all.push_back(words);
  all.back().insert(all.back().end(), {"k", "m"});
  all.push_back(words);
  all.back().emplace_back("m");
  for (const std::string& word : words) all.push_back({word});
  return all;
}

Found<catalog::Quantization> Lookup::find_quantization(const std::string& name) const {
  Found<catalog::Quantization> found;
  const auto& table = catalog_.quantizations;
  found.row = table.find(name);
  if (found.row) return found;
  const std::string plain = without_brackets(name);
  std::optional<std::size_t> row;
  for (const std::string& text : {name, plain, plain.substr(0, plain.find('/'))}) {
    const auto words = short_sizes(words_of(text));
    if (!row) row = formats_.find(words);
    if (!row) row = formats_.find_reduced(words);
  }
  for (const auto& spelling : format_spellings(formats_.reduced(short_sizes(words_of(plain))))) {
    if (!row) row = formats_.find(spelling);
  }
  if (row) {
    found.row = &table.rows()[*row];
    found.notes.push_back(fmt::format("weights `{}` are taken as {}", name, found.row->row.name));
  } else {
    found.problem = unknown("unknown-quantization", "weight format", "quantization", name, table);
  }
  return found;
}

Found<catalog::KvFormat> Lookup::find_kv_format(const std::string& name) const {
  Found<catalog::KvFormat> found;
  const auto& table = catalog_.kv_formats;
  const std::string plain = without_brackets(name);
  for (const std::string& text : {name, plain, plain.substr(0, plain.find('/'))}) {
    found.row = table.find(text);
    const auto row = found.row ? std::nullopt : kv_formats_.find(words_of(text));
    if (row) found.row = &table.rows()[*row];
    if (found.row && text != name) {
      found.notes.push_back(fmt::format("KV cache `{}` is taken as {}", name, found.row->row.name));
    }
    if (found.row) return found;
  }
  found.problem = unknown("unknown-kv-format", "KV cache format", "quantization", name, table);
  return found;
}

}  // namespace rackfit::estimate
