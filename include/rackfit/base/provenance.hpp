// Where a number comes from: the part every catalog row, coefficient and rule carries.
#pragma once

#include <string>
#include <string_view>

namespace rackfit {

enum class Confidence { measured, documented, secondary, unverified };

std::string_view to_string(Confidence confidence);

/// A citation. `document` or `url` is always given; dates are ISO texts, possibly only a year or month.
struct Provenance {
  std::string document;
  std::string url;
  std::string read;  // when we read it
  std::string date;  // the figure's own date, if it has one
  Confidence confidence = Confidence::unverified;
  std::string note;
};

/// One line for `explain` and the tables: document or URL, date, confidence.
std::string cite(const Provenance& provenance);

}  // namespace rackfit
