// The codes of this room: what can be wrong before any profile is read, and names that nothing answers to.
#pragma once

#include "rackfit/base/codes.hpp"

namespace rackfit::cli::code {

inline constexpr char usage[] = "RF0001";
inline constexpr char unreadable[] = "RF0002";
inline constexpr char unwritable[] = "RF0003";
inline constexpr char unknown_name[] = "RF0004";

inline constexpr Code all[] = {
    {usage, "the command line is wrong"},
    {unreadable, "a file cannot be read"},
    {unwritable, "the result cannot be written"},
    {unknown_name, "nothing has the name that was asked for"},
};

}  // namespace rackfit::cli::code
