#include "rackfit/measured/csv.hpp"

#include "rackfit/measured/row.hpp"
#include "support/catch.hpp"

using namespace rackfit;
using namespace rackfit::measured;

namespace {

struct Table {
  explicit Table(std::string text, CsvLimits limits = {}) : file("t.csv", std::move(text)) {
    csv = read_csv(file, diagnostics, limits);
  }
  SourceFile file;
  Diagnostics diagnostics;
  std::optional<Csv> csv;

  std::string codes() const {
    std::string all;
    for (const Diagnostic& item : diagnostics.items()) all += item.code + " ";
    return all;
  }
};

}  // namespace

TEST_CASE("fields may hold commas, quotes and line ends when they are quoted", "[measured]") {
  const Table t("id,notes\n1,\"a, \"\"b\"\"\nc\"\n2,plain\n");
  REQUIRE(t.csv);
  REQUIRE(t.csv->records.size() == 2);
  CHECK(t.csv->records[0].fields[1] == "a, \"b\"\nc");
  CHECK(t.csv->records[1].fields == std::vector<std::string>{"2", "plain"});
  CHECK(t.diagnostics.items().empty());
}

TEST_CASE("both line ends, a byte order mark, empty lines and a missing last line end are taken",
          "[measured]") {
  const Table t("\xEF\xBB\xBFID, Metric \r\n\r\na,1\r\n\r\nb,2");
  REQUIRE(t.csv);
  CHECK(t.csv->header == std::vector<std::string>{"id", "metric"});
  REQUIRE(t.csv->records.size() == 2);
  CHECK(t.csv->records[1].fields[0] == "b");
}

TEST_CASE("a line with too few or too many fields is reported with its place and left out", "[measured]") {
  const Table t("a,b\n1\n1,2\n1,2,3\n");
  REQUIRE(t.csv);
  CHECK(t.csv->records.size() == 1);
  CHECK(t.codes() == "RF1502 RF1502 ");
  CHECK(file_line(t.diagnostics.items()[1].place()) == "t.csv:4");
}

TEST_CASE("a quoted field that never ends, or goes on after its quote, is an error", "[measured]") {
  CHECK(Table("a,b\n1,\"x\n").codes() == "RF1501 ");
  const Table t("a,b\n\"1\"x,2\n3,4\n");
  CHECK(t.codes() == "RF1501 ");
  REQUIRE(t.csv);
  CHECK(t.csv->records.size() == 1);
}

TEST_CASE("a table without a header, with a column twice or beyond the limits is refused", "[measured]") {
  CHECK_FALSE(Table("").csv);
  CHECK_FALSE(Table("\n\n").csv);
  CHECK(Table("a,a\n").codes() == "RF1503 ");
  CHECK(Table(std::string(50, ',') + "\n", {1000, 10, 10}).codes() == "RF1505 ");
  CHECK(Table("a\n1\n2\n3\n", {1000, 10, 2}).codes() == "RF1505 ");
  CHECK(Table("a\n1\n", {2, 10, 2}).codes() == "RF1505 ");
}

TEST_CASE("a file of another kind gives some diagnostics, not one a line", "[measured]") {
  std::string text = "id,engine,model,metric,value\n";
  for (int i = 0; i < 5000; ++i) text += "{\"json\": [1, 2]}\n";
  const Table t(text);
  CHECK(t.diagnostics.items().size() <= 50);
}

TEST_CASE("arbitrary bytes never break the reader", "[measured]") {
  std::uint32_t state = 1;
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (int i = 0; i < 300; ++i) {
      state = state * 1664525u + 1013904223u;
      text += "\",\n\r a1\x00\xff"[(state >> 20) % 9];
    }
    const Table t(text);
    if (t.csv) {
      for (const CsvRecord& record : t.csv->records) CHECK(record.fields.size() == t.csv->header.size());
    }
  }
}

TEST_CASE("a table of memory gives a row for every figure it states", "[measured]") {
  const SourceFile file(
      "m.csv",
      "id,engine,model,gpu,gpu_count,weights_gib_per_gpu,kv_cache_gib_per_gpu,kv_cache_tokens\n"
      "M1,vLLM,Llama-3.1-8B,H100,1,14.99,58.11,\n");
  Diagnostics diagnostics;
  const auto rows = read_rows(file, diagnostics);
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].metric == "weights_gib");
  CHECK(rows[0].value == 14.99);
  CHECK(rows[1].metric == "kv_cache_gib");
  CHECK(rows[1].device == "H100");
  CHECK(rows[1].scenario == "memory");
}

TEST_CASE("a value that is no positive number is reported, and the other rows are still read", "[measured]") {
  const SourceFile file("t.csv",
                        "id,engine,model,metric,value,tp\n"
                        "1,vLLM,x,tpot_ms,abc,1\n2,vLLM,x,tpot_ms,-1,1\n3,vLLM,x,tpot_ms,nan,1\n"
                        "4,vLLM,x,tpot_ms,9.5,two\n5,vLLM,x,tpot_ms,9.5,2\n");
  Diagnostics diagnostics;
  const auto rows = read_rows(file, diagnostics);
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].id == "5");
  CHECK(rows[0].tp == 2.0);
  CHECK(diagnostics.error_count() == 4);
}

TEST_CASE("a table without the columns that rows need says which", "[measured]") {
  const SourceFile file("t.csv", "id,model\n1,x\n");
  Diagnostics diagnostics;
  CHECK(read_rows(file, diagnostics).empty());
  CHECK(diagnostics.error_count() == 2);
}
