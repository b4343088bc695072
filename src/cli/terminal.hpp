// What a stream may carry: colours, box characters, how many columns.
#pragma once

#include "args.hpp"
#include "rackfit/cli/io.hpp"
#include "rackfit/report/layout.hpp"

namespace rackfit::cli {

/// `--color` over NO_COLOR over CLICOLOR_FORCE and FORCE_COLOR over CLICOLOR=0 over TERM=dumb over "is it a
/// terminal".
bool wants_colour(ColourChoice choice, const Terminal& terminal, const Io& io);
/// ASCII when asked for, or when the locale of a terminal is not UTF-8; files and pipes get UTF-8.
bool wants_ascii(bool asked, const Terminal& terminal, const Io& io);
/// `--width` over COLUMNS over the terminal; 0 (unlimited) for files and pipes, whose lines must not be cut
/// up.
std::size_t columns(const std::optional<std::size_t>& asked, const Terminal& terminal, const Io& io);

/// All three for stdout.
report::TextOptions text_options(const Args& args, const Io& io);

}  // namespace rackfit::cli
