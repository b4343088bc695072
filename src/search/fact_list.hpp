// Collects a role's facts: what the workload gave, with its place, and what the catalog says, with its
// source.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rackfit/search/role.hpp"

namespace rackfit::search {

class FactList {
 public:
  /// Nothing is added when the workload did not give it: rules then take their own default.
  void given(const std::string& name, const schema::Given<double>& value) {
    if (value) number(name, *value, {Origin::Kind::workload, value.span, {}, {}});
  }
  void given(const std::string& name, const schema::Given<std::string>& value) {
    if (value) word(name, *value, {Origin::Kind::workload, value.span, {}, {}});
  }
  void number(const std::string& name, double value, Origin origin) {
    Fact fact;
    fact.name = name;
    fact.number = value;
    fact.origin = std::move(origin);
    facts_.push_back(std::move(fact));
  }
  void word(const std::string& name, std::string value, Origin origin) {
    Fact fact;
    fact.name = name;
    fact.word = std::move(value);
    fact.is_word = true;
    fact.origin = std::move(origin);
    facts_.push_back(std::move(fact));
  }
  void append(std::vector<Fact> more) {
    for (Fact& fact : more) facts_.push_back(std::move(fact));
  }
  std::vector<Fact> take() { return std::move(facts_); }

 private:
  std::vector<Fact> facts_;
};

/// `id.field` of a catalog row, with the field's citation.
inline Origin from_catalog(const catalog::RowInfo& row, const std::string& field) {
  return {Origin::Kind::catalog, row.span, row.id + "." + field, row.source_for(field)};
}

}  // namespace rackfit::search
