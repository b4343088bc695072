// The answer of `rackfit fits` as a table, JSON and CSV.
#pragma once

#include <string>

#include "rackfit/estimate/fits.hpp"
#include "rackfit/report/layout.hpp"

namespace rackfit::report {

/// The first `top` rows (0: all) and the nearest misses; `all`: also models that are the same choice as one
/// further up.
std::string write_fits_table(const estimate::FitsResult& result, std::size_t top, bool all,
                             const TextOptions& options);
std::string write_fits_json(const estimate::FitsResult& result, std::size_t top);
std::string write_fits_csv(const estimate::FitsResult& result, std::size_t top);

}  // namespace rackfit::report
