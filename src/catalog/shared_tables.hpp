// What several of this room's tables use: names of enumerators and the PCI Express table.
#pragma once

#include "rackfit/catalog/tables.hpp"

namespace rackfit::catalog {

/// The word that stands for an enumerator in the files.
template <class E>
std::string_view name_in(const schema::Choices<E>& choices, E value) {
  for (const auto& [name, candidate] : choices) {
    if (candidate == value) return name;
  }
  return "?";
}

/// `pcie:` of devices, processors and cards.
const schema::Record<PcieLink>& pcie_table();

}  // namespace rackfit::catalog
