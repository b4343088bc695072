#include "rackfit/cli/session.hpp"

#include "files.hpp"
#include "model_files.hpp"
#include "rackfit/cli/codes.hpp"
#include "rackfit/audit/audit.hpp"

namespace rackfit::cli {
namespace {

constexpr int built_in_layer = 0;
constexpr int user_layer = 1;
constexpr int workload_layer = 2;

}  // namespace

const catalog::Library& Session::library() {
  if (!library_) {
    library_ = catalog::Library::built_in();
    if (!data_dir_.empty()) library_->overlay(data_dir_, diagnostics_);
  }
  return *library_;
}

const units::Registry* Session::units() {
  if (!units_tried_) {
    units_tried_ = true;
    if (const auto tree = library().tree("units.yaml", diagnostics_)) {
      trees_.push_back(tree);
      units_ = units::Registry::load(*tree, diagnostics_);
    }
  }
  return units_ ? &*units_ : nullptr;
}

const catalog::Catalog* Session::catalog() {
  if (!catalog_tried_) {
    catalog_tried_ = true;
    if (units()) catalog_ = catalog::Catalog::load(library(), *units(), diagnostics_);
  }
  return catalog_ ? &*catalog_ : nullptr;
}

const catalog::Market* Session::market() {
  if (!market_tried_) {
    market_tried_ = true;
    if (units()) market_ = catalog::Market::load(library(), *units(), diagnostics_);
  }
  return market_ ? &*market_ : nullptr;
}

const catalog::PriceBookFile* Session::price_book(const std::string& file) {
  if (price_book_) return &*price_book_;
  const auto tree = parse(file);
  if (!tree || !catalog() || !market()) return nullptr;
  price_book_ = catalog::read_price_book(*tree, *units(), diagnostics_);
  if (price_book_) catalog::apply(*price_book_, file, *catalog_, *market_, diagnostics_);
  return price_book_ ? &*price_book_ : nullptr;
}

const rules::RuleSet* Session::rules() {
  if (!rules_tried_) {
    rules_tried_ = true;
    if (!units()) return nullptr;
    const std::size_t errors = diagnostics_.error_count();
    rules::RuleSet set;
    for (const int layer : {built_in_layer, user_layer}) {
      for (const std::string& path : library().paths("rules/")) {
        if (library().from_user(path) != (layer == user_layer)) continue;
        const auto tree = library().tree(path, diagnostics_);
        if (!tree) continue;
        trees_.push_back(tree);
        set.add(tree, layer, *units(), diagnostics_);
      }
    }
    if (diagnostics_.error_count() == errors) rules_ = std::move(set);
  }
  return rules_ ? &*rules_ : nullptr;
}

const rules::RuleSet* Session::rules_with(const std::vector<std::string>& files) {
  if (user_rules_ || !rules()) return user_rules_ ? &*user_rules_ : nullptr;
  const std::size_t errors = diagnostics_.error_count();
  rules::RuleSet set = *rules_;
  for (const std::string& file : files) {
    if (const auto tree = parse(file)) set.add(tree, user_layer, *units(), diagnostics_);
  }
  if (diagnostics_.error_count() == errors) user_rules_ = std::move(set);
  // A broken policy file is reported once; the workloads are still checked, against the built-in rules.
  return user_rules_ ? &*user_rules_ : rules();
}

std::shared_ptr<const SourceFile> Session::read(const std::string& path, std::size_t limit) {
  if (path == "-") {
    if (!stdin_text_) {
      diagnostics_.error(code::unreadable, {}, "cannot read standard input");
      return nullptr;
    }
    files_.push_back(std::make_shared<const SourceFile>("<stdin>", *stdin_text_));
    return files_.back();
  }
  ReadResult result = read_file(path, limit);
  if (!result.text) {
    diagnostics_.error(code::unreadable, {}, "cannot read `" + path + "`: " + result.problem);
    return nullptr;
  }
  files_.push_back(std::make_shared<const SourceFile>(path, std::move(*result.text)));
  return files_.back();
}

std::shared_ptr<const yaml::Tree> Session::parse(const std::string& path) {
  auto file = read(path);
  if (!file) return nullptr;
  auto tree = yaml::parse(std::move(file), diagnostics_);
  if (tree) trees_.push_back(tree);
  return tree;
}

std::optional<Job> load_job(Session& session, const std::string& file,
                            const std::vector<std::string>& settings,
                            const std::vector<std::string>& rule_files) {
  Diagnostics& diagnostics = session.diagnostics();
  const std::size_t errors = diagnostics.error_count();
  const units::Registry* units = session.units();
  const rules::RuleSet* base = session.rules_with(rule_files);
  Job job;
  job.file = file;
  job.tree = session.parse(file);
  if (!job.tree || !units) return std::nullopt;
  if (!settings.empty()) {
    job.tree = workload::with_settings(job.tree, settings, diagnostics);
    if (!job.tree) return std::nullopt;
    session.keep(job.tree);
  }
  job.workload = workload::read(job.tree, *units, diagnostics);
  read_model_files(job.workload, file, session.catalog(), diagnostics);
  if (base) {
    auto rules = std::make_shared<rules::RuleSet>(*base);
    const yaml::Node root = job.tree->root();
    if (root.is_map()) rules->add_inline(job.tree, root, workload_layer, *units, diagnostics);
    if (const yaml::Node overrides = root.is_map() ? root.find("overrides") : yaml::Node()) {
      rules->add_overrides(job.tree, overrides, *units, diagnostics);
    }
    job.rules = std::move(rules);
  }
  if (!base) return std::nullopt;
  if (diagnostics.error_count() == errors) return job;
  // What cannot be planned can still be checked for names that the catalog does not know.
  if (const catalog::Catalog* catalog = session.catalog()) {
    search::check_names(*catalog, job.workload, *units, diagnostics);
    audit::check_proposal_names(job.workload, *catalog, diagnostics);
  }
  return std::nullopt;
}

}  // namespace rackfit::cli
