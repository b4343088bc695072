// What the commands share of rackfit's knowledge, loaded when first asked for, so that `--version` costs
// nothing.
//
// Problems go to the session's Diagnostics; a loader that fails returns nullptr and the command ends with
// exit code 2 after everything else that can be checked was checked. The session keeps every file it read
// alive, because diagnostics point into them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rackfit/catalog/catalog.hpp"
#include "rackfit/catalog/library.hpp"
#include "rackfit/catalog/market.hpp"
#include "rackfit/catalog/price_book.hpp"
#include "rackfit/rules/rule_set.hpp"
#include "rackfit/units/registry.hpp"
#include "rackfit/workload/workload.hpp"

namespace rackfit::cli {

class Session {
 public:
  /// `data_dir`: a folder laid over the built-in profiles; empty for none.
  explicit Session(std::string data_dir) : data_dir_(std::move(data_dir)) {}

  Diagnostics& diagnostics() { return diagnostics_; }
  const catalog::Library& library();
  const units::Registry* units();
  const catalog::Catalog* catalog();
  /// What others ask for the same work; only commands that compare costs load it.
  const catalog::Market* market();
  /// Lays a price book over catalog and market, once; nullptr with diagnostics.
  const catalog::PriceBookFile* price_book(const std::string& file);
  /// The built-in rules (layer 0; a data folder's files are layer 1); nullptr when a file of theirs is
  /// broken.
  const rules::RuleSet* rules();
  /// The built-in rules with `--rules` files (layer 1) on top, read once.
  const rules::RuleSet* rules_with(const std::vector<std::string>& files);

  /// Reads and keeps a file; `-` is what `stdin_text` holds. Nothing, with a diagnostic, when it cannot be
  /// read.
  std::shared_ptr<const SourceFile> read(const std::string& path, std::size_t limit = yaml::ParseLimits().bytes);
  void set_stdin(std::string text) { stdin_text_ = std::move(text); }
  /// Keeps a tree alive that diagnostics may point into.
  void keep(std::shared_ptr<const yaml::Tree> tree) { trees_.push_back(std::move(tree)); }
  /// A user's YAML file as a tree; nullptr with diagnostics.
  std::shared_ptr<const yaml::Tree> parse(const std::string& path);

 private:
  std::string data_dir_;
  std::optional<std::string> stdin_text_;
  Diagnostics diagnostics_;
  std::vector<std::shared_ptr<const SourceFile>> files_;
  std::vector<std::shared_ptr<const yaml::Tree>> trees_;
  std::optional<catalog::Library> library_;
  std::optional<units::Registry> units_;
  std::optional<catalog::Catalog> catalog_;
  std::optional<catalog::Market> market_;
  std::optional<catalog::PriceBookFile> price_book_;
  std::optional<rules::RuleSet> rules_, user_rules_;
  bool units_tried_ = false, catalog_tried_ = false, market_tried_ = false, rules_tried_ = false;
};

/// A workload file, read, changed by `--set`, decoded, with the rules that hold for it.
struct Job {
  std::string file;
  std::shared_ptr<const yaml::Tree> tree;
  workload::Workload workload;
  std::shared_ptr<const rules::RuleSet> rules;
};

/// Nothing, with diagnostics, when the file has any error.
std::optional<Job> load_job(Session& session, const std::string& file,
                            const std::vector<std::string>& settings,
                            const std::vector<std::string>& rule_files);

}  // namespace rackfit::cli
