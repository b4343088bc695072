// A workload whose `model:` is a file on this machine rather than a name of the catalog.
#pragma once

#include <string>

#include "rackfit/workload/workload.hpp"

namespace rackfit::catalog {
class Catalog;
}

namespace rackfit::cli {

/// Puts the architecture and exact weights of every generative service's model file in place of its name.
/// Paths count from the working directory, else from the folder of the workload's file.
void read_model_files(workload::Workload& workload, const std::string& workload_file,
                      const catalog::Catalog* catalog, Diagnostics& diagnostics);

}  // namespace rackfit::cli
