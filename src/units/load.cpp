// profiles/units.yaml into a Registry. Every spelling is expanded with its prefixes here, once, so that two
// meanings of one spelling are found when the file is read and looking a unit up is one search.
#include <fmt/format.h>

#include <algorithm>

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/units/registry.hpp"

namespace rackfit::units {

class RegistryLoader {
 public:
  RegistryLoader(const yaml::Tree& tree, Diagnostics& diagnostics)
      : root_(tree.root()), diagnostics_(diagnostics) {}

  std::optional<Registry> load() {
    const std::size_t errors_before = diagnostics_.error_count();
    const std::vector<std::string> sections = {"sources", "base",    "counted", "prefixes",
                                               "units",   "refused", "display"};
    if (!root_.is_map()) {
      diagnostics_.error("RF0250", root_.span(), "the units file is not a map");
      return std::nullopt;
    }
    for (std::size_t i = 0; i < root_.size(); ++i) {
      const auto key = root_[i].key();
      if (key.substr(0, 2) == "x-" || std::find(sections.begin(), sections.end(), key) != sections.end())
        continue;
      diagnostics_.error("RF0250", root_[i].key_span(), fmt::format("unknown key `{}`", key), {},
                         suggestion_help(key, sections));
    }
    load_base();
    load_counted();
    load_prefixes();
    load_units();
    load_refused();
    load_display();
    for (const auto& [spelling, unit] : registry_.entries_) registry_.spellings_.push_back(spelling);
    if (diagnostics_.error_count() != errors_before) return std::nullopt;
    return std::move(registry_);
  }

 private:
  using Prefixes = std::vector<std::pair<std::string, double>>;

  /// The section's map or list, or a false Node after reporting what else it is.
  yaml::Node section(std::string_view key, yaml::Kind kind, bool required) {
    const yaml::Node node = root_.find(key);
    if (!node) {
      if (required) diagnostics_.error("RF0250", root_.span(), fmt::format("missing key `{}`", key));
      return {};
    }
    if (node.kind() == kind) return node;
    diagnostics_.error("RF0250", node.span(),
                       fmt::format("`{}` is not a {}", key, kind == yaml::Kind::map ? "map" : "list"));
    return {};
  }

  /// Tells readers of `B` which quantity has which place.
  void load_base() {
    const yaml::Node base = section("base", yaml::Kind::map, true);
    for (std::size_t i = 0; base && i < base.size(); ++i) {
      if (i == max_base_quantities) {
        diagnostics_.error("RF0251", base[i].key_span(),
                           fmt::format("more than {} base quantities", max_base_quantities));
        return;
      }
      const std::string symbol(base[i].text());
      if (symbol.empty()) diagnostics_.error("RF0251", base[i].key_span(), "base quantity without a symbol");
      registry_.base_names_.emplace_back(base[i].key());
      registry_.base_symbols_.push_back(symbol);
      Dimension dimension;
      dimension.exponents[i] = 1;
      add(symbol, Unit{dimension, 1}, base[i].span());
    }
  }

  void load_counted() {
    const yaml::Node counted = section("counted", yaml::Kind::sequence, false);
    for (std::size_t i = 0; counted && i < counted.size(); ++i) {
      const auto& names = registry_.base_names_;
      const auto it = std::find(names.begin(), names.end(), counted[i].text());
      if (it == names.end()) {
        diagnostics_.error("RF0251", counted[i].span(),
                           fmt::format("unknown base quantity `{}`", counted[i].text()), {},
                           suggestion_help(counted[i].text(), names));
      } else {
        registry_.counted_[static_cast<std::size_t>(it - names.begin())] = true;
      }
    }
  }

  void load_prefixes() {
    const yaml::Node groups = section("prefixes", yaml::Kind::map, false);
    for (std::size_t i = 0; groups && i < groups.size(); ++i) {
      Prefixes prefixes;
      for (std::size_t j = 0; j < groups[i].size(); ++j) {
        const yaml::Node prefix = groups[i][j];
        const auto factor = parse_number(prefix.text());
        if (factor && *factor > 0) {
          prefixes.emplace_back(prefix.key(), *factor);
        } else {
          diagnostics_.error("RF0252", prefix.span(),
                             fmt::format("prefix `{}` has no positive factor", prefix.key()));
        }
      }
      prefixes_.emplace(std::string(groups[i].key()), std::move(prefixes));
    }
  }

  void load_units() {
    const yaml::Node units = section("units", yaml::Kind::map, true);
    for (std::size_t i = 0; units && i < units.size(); ++i) load_unit(units[i]);
  }

  void load_unit(const yaml::Node& node) {
    const std::string name(node.key());
    const yaml::Node is = node.find("is");
    if (!is || !is.is_scalar()) {
      diagnostics_.error("RF0253", node.key_span(), fmt::format("unit `{}` has no `is`", name));
      return;
    }
    const auto unit = definition(is);
    if (!unit) return;
    add(name, *unit, node.key_span());
    const yaml::Node aliases = node.find("aliases");
    for (std::size_t i = 0; aliases && i < aliases.size(); ++i)
      add(std::string(aliases[i].text()), *unit, aliases[i].span());
    const yaml::Node groups = node.find("prefixes");
    for (std::size_t i = 0; groups && i < groups.size(); ++i) {
      const auto group = prefixes_.find(groups[i].text());
      if (group == prefixes_.end()) {
        diagnostics_.error("RF0253", groups[i].span(),
                           fmt::format("unknown prefixes `{}`", groups[i].text()));
        continue;
      }
      for (const auto& prefix : group->second)
        add(prefix.first + name, Unit{unit->dimension, unit->factor * prefix.second}, node.key_span());
    }
  }

  /// `0.125 B`, `bit/s` or `0.01`.
  std::optional<Unit> definition(const yaml::Node& is) {
    if (number_length(is.text()) > 0 && is.text().substr(0, 2) != "1/") {
      const auto quantity = registry_.parse_quantity(is.text());
      if (quantity && quantity.value->value > 0)
        return Unit{quantity.value->dimension, quantity.value->value};
      report(is, quantity ? ParseError{"unit without a positive factor", {}, 0, is.text().size()}
                          : quantity.error);
      return std::nullopt;
    }
    const auto unit = registry_.parse_unit(is.text());
    if (!unit) report(is, unit.error);
    return unit.value;
  }

  void report(const yaml::Node& node, const ParseError& error) {
    diagnostics_.error("RF0253", node.span(), fmt::format("cannot read unit `{}`", node.text()),
                       error.message, error.help);
  }

  void add(const std::string& spelling, const Unit& unit, const Span& span) {
    const bool usable = !spelling.empty() && spelling.find_first_of(" \t/*") == std::string::npos &&
                        number_length(spelling) == 0;
    if (!usable) {
      diagnostics_.error("RF0254", span, fmt::format("`{}` cannot be a unit", spelling), {},
                         "units have no spaces, `/` or `*` and do not start like a number");
      return;
    }
    const auto [it, added] = registry_.entries_.emplace(spelling, unit);
    const bool same = it->second.dimension == unit.dimension && it->second.factor == unit.factor;
    if (!added && !same) {
      diagnostics_.error("RF0254", span, fmt::format("`{}` would be two different units", spelling));
    }
  }

  void load_refused() {
    const yaml::Node refused = section("refused", yaml::Kind::map, false);
    for (std::size_t i = 0; refused && i < refused.size(); ++i) {
      const std::string spelling(refused[i].key());
      if (registry_.entries_.count(spelling) > 0) {
        diagnostics_.error("RF0254", refused[i].key_span(),
                           fmt::format("`{}` is both a unit and refused", spelling));
      }
      registry_.refused_.emplace(spelling, std::string(refused[i].text()));
    }
  }

  void load_display() {
    const yaml::Node rows = section("display", yaml::Kind::sequence, false);
    for (std::size_t i = 0; rows && i < rows.size(); ++i) load_display_row(rows[i]);
  }

  void load_display_row(const yaml::Node& row) {
    const yaml::Node of = row.find("of");
    const yaml::Node units = row.find("units");
    if (!of || !units || units.size() == 0) {
      diagnostics_.error("RF0255", row.span(), "display row without `of` or `units`");
      return;
    }
    const auto dimension = registry_.parse_unit(of.text());
    if (!dimension) return report(of, dimension.error);
    Registry::Display display;
    display.dimension = dimension.value->dimension;
    for (std::size_t i = 0; i < units.size(); ++i) {
      const auto unit = registry_.parse_unit(units[i].text());
      if (!unit) {
        report(units[i], unit.error);
      } else if (!(unit.value->dimension == display.dimension)) {
        diagnostics_.error("RF0255", units[i].span(),
                           fmt::format("`{}` does not measure the same as `{}`", units[i].text(), of.text()));
      } else if (!display.units.empty() && display.units.back().second >= unit.value->factor) {
        diagnostics_.error("RF0255", units[i].span(), "display units are not in rising order");
      } else {
        display.units.emplace_back(units[i].text(), unit.value->factor);
      }
    }
    if (const yaml::Node decimals = row.find("decimals")) {
      const auto count = parse_number(decimals.text());
      if (count && *count >= 0 && *count <= 9) {
        display.decimals = static_cast<int>(*count);
      } else {
        diagnostics_.error("RF0255", decimals.span(), "`decimals` is not a number from 0 to 9");
      }
    }
    if (const yaml::Node example = row.find("example")) display.example = std::string(example.text());
    if (!display.units.empty()) registry_.displays_.push_back(std::move(display));
  }

  yaml::Node root_;
  Diagnostics& diagnostics_;
  std::map<std::string, Prefixes, std::less<>> prefixes_;
  Registry registry_;
};

std::optional<Registry> Registry::load(const yaml::Tree& tree, Diagnostics& diagnostics) {
  return RegistryLoader(tree, diagnostics).load();
}

}  // namespace rackfit::units
