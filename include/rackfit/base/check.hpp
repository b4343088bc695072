// Broken invariants end the program with exit code 70: they are bugs of ours, never the user's input.
#pragma once

namespace rackfit {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace rackfit

#define RACKFIT_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::rackfit::check_failed(#condition, __FILE__, __LINE__))
