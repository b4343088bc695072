// The field table of `site:`, and what several tables of a workload say alike.
#pragma once

#include "rackfit/workload/workload.hpp"

namespace rackfit::workload {

const schema::Record<Site>& site_table();

/// One of a few words, kept as text because rules compare words.
schema::Type<std::string> word(std::vector<std::string> words);

}  // namespace rackfit::workload
