#include "rackfit/base/provenance.hpp"

#include "support/catch.hpp"

using rackfit::cite;
using rackfit::Confidence;
using rackfit::Provenance;

TEST_CASE("a citation names the document before the address, and the figure's own date before ours") {
  Provenance source;
  source.document = "H100 datasheet";
  source.url = "https://example.org/h100";
  source.read = "2026-11-22";
  source.confidence = Confidence::documented;
  CHECK(cite(source) == "H100 datasheet, read 2026-11-22 (documented)");
  source.date = "2023-03";
  CHECK(cite(source) == "H100 datasheet, 2023-03 (documented)");
  source.document.clear();
  CHECK(cite(source) == "https://example.org/h100, 2023-03 (documented)");
  CHECK(cite({}) == "no source (unverified)");
}
