// The plan for a merge request or a wiki page: GitHub-flavoured Markdown with the long parts folded.
#pragma once

#include <string>
#include <vector>

#include "rackfit/report/report.hpp"

namespace rackfit::report {

std::string write_markdown(const std::vector<Plan>& plans);

}  // namespace rackfit::report
