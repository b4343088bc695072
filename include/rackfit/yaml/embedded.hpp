// The bundled profiles as a bundle for `unpack`. Its source file is written by rackfit_pack while building.
#pragma once

#include <string_view>

namespace rackfit {

/// Every file under profiles/, packed; lives as long as the program.
std::string_view embedded_profiles();

}  // namespace rackfit
