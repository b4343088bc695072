// An estimate as people read it, and as programs do: one object, the same alone and in a batch.
#pragma once

#include <string>
#include <string_view>

#include "rackfit/estimate/measured_start.hpp"
#include "rackfit/estimate/remedies.hpp"
#include "rackfit/report/layout.hpp"

namespace rackfit::report {

/// The object of one answer, ending in a line end. `id_json` is JSON already; memory in GiB, times in ms,
/// what is unknown null. `changes`: what a start-up log replaced, as `changed`; `remedies`: what would make
/// it fit.
std::string write_estimate_json(std::string_view id_json, const estimate::Answer& answer, bool one_line,
                                const std::vector<estimate::Change>& changes = {},
                                const std::vector<estimate::Remedy>& remedies = {});
/// {"id": …, "ok": false, "error": {"code": …, "message": …}}
std::string write_problem_json(std::string_view id_json, const estimate::Problem& problem, bool one_line);

/// Verdict, what would make it fit, memory stack, what a start-up log changed, speed, limit and assumptions.
std::string write_estimate_table(const estimate::Subject& subject, const estimate::Answer& answer,
                                 const std::vector<estimate::Change>& changes,
                                 const std::vector<estimate::Remedy>& remedies, const TextOptions& options);

}  // namespace rackfit::report
