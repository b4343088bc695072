#include "rackfit/base/provenance.hpp"

#include "rackfit/base/check.hpp"

namespace rackfit {

std::string_view to_string(Confidence confidence) {
  switch (confidence) {
    case Confidence::measured:
      return "measured";
    case Confidence::documented:
      return "documented";
    case Confidence::secondary:
      return "secondary";
    case Confidence::unverified:
      return "unverified";
  }
  RACKFIT_CHECK(false);
  return {};
}

std::string cite(const Provenance& provenance) {
  std::string line = provenance.document.empty() ? provenance.url : provenance.document;
  if (line.empty()) line = "no source";
  if (!provenance.date.empty()) {
    line += ", " + provenance.date;
  } else if (!provenance.read.empty()) {
    line += ", read " + provenance.read;
  }
  line += " (";
  line += to_string(provenance.confidence);
  return line + ")";
}

}  // namespace rackfit
