#include "model_files.hpp"

#include <filesystem>
#include <system_error>

#include "rackfit/catalog/catalog.hpp"
#include "rackfit/import/imported_model.hpp"

namespace rackfit::cli {
namespace {

std::string found_path(const std::string& name, const std::string& workload_file) {
  namespace fs = std::filesystem;
  std::error_code ignored;
  if (fs::exists(name, ignored)) return name;
  const fs::path beside = fs::path(workload_file).parent_path() / name;
  return fs::exists(beside, ignored) ? beside.string() : name;
}

}  // namespace

void read_model_files(workload::Workload& workload, const std::string& workload_file,
                      const catalog::Catalog* catalog, Diagnostics& diagnostics) {
  for (auto& entry : workload.llm) {
    workload::LlmService& service = entry.value;
    if (!catalog || !service.model || !importer::looks_like_model_file(*service.model)) continue;
    auto imported = importer::import_model(found_path(*service.model, workload_file), catalog, diagnostics);
    if (!imported) continue;
    // The file holds one format; who wants another names it and gets an estimate.
    std::string format = imported->quantization_id;
    if (format.empty() && imported->model.native_quantization.empty())
      format = catalog->estimates.usual.sixteen_bit_format;
    if (!service.quantization && catalog->quantizations.find(format))
      service.quantization = {std::vector<std::string>{format}, service.model.span};
    service.architecture = std::move(imported->model);
    service.architecture->row.span = service.model.span;
    service.model = {};
  }
}

}  // namespace rackfit::cli
