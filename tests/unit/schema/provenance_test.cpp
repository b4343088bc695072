#include "schema_fixture.hpp"

using namespace rackfit::schema;
using Codes = std::vector<std::string>;

TEST_CASE("a citation") {
  const auto reading =
      read(provenance_schema(),
           "{document: Data sheet, url: \"https://example.org\", read: 2026-11-22, date: 2024, "
           "confidence: documented, note: dense}");
  CHECK(reading.value.document == "Data sheet");
  CHECK(reading.value.read == "2026-11-22");
  CHECK(reading.value.date == "2024");
  CHECK(reading.value.confidence == rackfit::Confidence::documented);
}

TEST_CASE("a citation without confidence is unverified") {
  CHECK(read(provenance_schema(), "url: \"https://example.org\"").value.confidence ==
        rackfit::Confidence::unverified);
}

TEST_CASE("a citation says where to look") {
  CHECK(read(provenance_schema(), "note: somewhere").codes() == Codes{"RF0213"});
  CHECK(read(provenance_schema(), "{document: a, confidence: sure}").codes() == Codes{"RF0209"});
}
