// Catalog rows by the names that people give them, with what each name says beside the row.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "names.hpp"
#include "rackfit/estimate/estimate.hpp"

namespace rackfit::estimate {

/// A row, or nothing and the reason; `notes` say what a loose name was taken for.
template <class Row>
struct Found {
  const Row* row = nullptr;
  Problem problem;
  std::vector<std::string> notes;
};

struct FoundModel : Found<catalog::Model> {
  const catalog::Quantization* format = nullptr;   // that the name states, as in "…-AWQ"
  std::string kv_format;                           // that a checkpoint asks for
  std::shared_ptr<const catalog::Model> imported;  // of a file; `row` points there
  std::shared_ptr<const catalog::Quantization> imported_format;
};

struct FoundDevice : Found<catalog::Device> {
  std::optional<std::int64_t> count;   // "2x RTX 4090"
  std::optional<double> memory_bytes;  // "M2 Ultra 192GB", where it is not the row's own
};

struct FoundEngine : Found<catalog::Engine> {
  std::string version;  // "vLLM 0.6.1"
};

/// All name look-ups against one catalog; answers are remembered, because batches repeat themselves.
class Lookup {
 public:
  explicit Lookup(const catalog::Catalog& catalog);

  const catalog::Catalog& catalog() const { return catalog_; }
  const FoundModel& model(const std::string& name);
  const FoundDevice& device(const std::string& name);
  const FoundEngine& engine(const std::string& name);
  const Found<catalog::Quantization>& quantization(const std::string& name);
  const Found<catalog::KvFormat>& kv_format(const std::string& name);

 private:
  template <class Answer>
  using Memo = std::map<std::string, Answer, std::less<>>;

  FoundModel find_model(const std::string& name) const;
  FoundModel import_file(const std::string& path) const;
  const catalog::Model* model_by_words(std::vector<std::string> words, FoundModel& found) const;
  const catalog::Model* fine_tuned(const std::vector<std::string>& words) const;
  const catalog::Quantization* take_format(std::vector<std::string>& words) const;
  FoundDevice find_device(const std::string& name) const;
  FoundEngine find_engine(const std::string& name) const;
  Found<catalog::Quantization> find_quantization(const std::string& name) const;
  Found<catalog::KvFormat> find_kv_format(const std::string& name) const;

  const catalog::Catalog& catalog_;
  SpellingIndex models_, devices_, engines_, formats_, kv_formats_;
  Memo<FoundModel> known_models_;
  Memo<FoundDevice> known_devices_;
  Memo<FoundEngine> known_engines_;
  Memo<Found<catalog::Quantization>> known_formats_;
  Memo<Found<catalog::KvFormat>> known_kv_formats_;
};

/// "2x RTX 4090" as 2 and "RTX 4090"; nothing when no count stands in front.
std::optional<std::pair<std::int64_t, std::string>> counted_name(std::string_view text);

}  // namespace rackfit::estimate
