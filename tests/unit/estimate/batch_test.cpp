#include "rackfit/estimate/batch.hpp"

#include <nlohmann/json.hpp>

#include "asked.hpp"
#include "line_reader.hpp"

using namespace rackfit;
using namespace rackfit::estimate;

namespace {

std::string problem_code(const std::string& text) {
  const BatchLine line = read_line(text);
  return line.problem ? line.problem->code : "";
}

}  // namespace

TEST_CASE("a line is read into a query by the documented keys") {
  const BatchLine line = read_line(
      R"({"id": "a", "model": "m", "device": "d", "devices": 8, "tp": 4, "pp": 2, "dp": 1, "ep": 1, "split": "layer",)"
      R"( "engine": "vllm", "engine_version": "0.19", "weights": "fp8", "kv": "fp8", "concurrency": 64,)"
      R"( "request_rate": 2.5, "input_tokens": 2e3, "output_tokens": 500.0, "max_context": 8192,)"
      R"( "gpu_memory_utilization": 0.9})");
  REQUIRE_FALSE(line.problem);
  CHECK(line.notes.empty());
  CHECK(line.id_json == "\"a\"");
  const Query& q = line.query;
  CHECK(q.id == "a");
  CHECK(q.model == "m");
  CHECK(q.device == "d");
  CHECK(q.devices == 8);
  CHECK(q.tp == 4);
  CHECK(q.pp == 2);
  CHECK(q.split == "layer");
  CHECK(q.engine == "vllm");
  CHECK(q.engine_version == "0.19");
  CHECK(q.weights == "fp8");
  CHECK(q.kv == "fp8");
  CHECK(q.concurrency == 64.0);
  CHECK(q.request_rate == 2.5);
  CHECK(q.input_tokens == 2000.0);
  CHECK(q.output_tokens == 500.0);
  CHECK(q.max_context == 8192);
  CHECK(q.gpu_memory_utilization == 0.9);
}

TEST_CASE("the id is echoed as it was written") {
  CHECK(read_line(R"({"id":1.50})").id_json == "1.50");
  CHECK(read_line(R"({"id":123456789012345678901234567890})").id_json == "123456789012345678901234567890");
  CHECK(read_line(R"({"id":"\u00e4 \"x\""})").id_json == R"("\u00e4 \"x\"")");
  CHECK(read_line(R"({"id":null})").id_json == "null");
  CHECK(read_line("{}").id_json == "null");
  CHECK(read_line(R"({"id":7,"devices":"two"})").id_json == "7");
  // What was read before a line breaks off still tells whose line it was.
  CHECK(read_line(R"({"id":"late","model":)").id_json == "\"late\"");
}

TEST_CASE("null is the same as absent") {
  const BatchLine line = read_line(R"({"model":null,"tp":null,"concurrency":null})");
  CHECK_FALSE(line.problem);
  CHECK_FALSE(line.query.tp);
  CHECK_FALSE(line.query.concurrency);
}

TEST_CASE("a bad line says what is wrong with it") {
  CHECK(problem_code("hello") == "bad-json");
  CHECK(problem_code("") == "bad-json");
  CHECK(problem_code("[1,2]") == "not-an-object");
  CHECK(problem_code("42") == "not-an-object");
  CHECK(problem_code("null") == "not-an-object");
  CHECK(problem_code("{") == "bad-json");
  CHECK(problem_code("{}{}") == "bad-json");
  CHECK(problem_code(R"({"model":"a",})") == "bad-json");
  CHECK(problem_code(R"({"model":'a'})") == "bad-json");
  CHECK(problem_code(R"({"tp":01})") == "bad-json");
  CHECK(problem_code(R"({"tp":NaN})") == "bad-json");
  CHECK(problem_code("{\"model\":\"a\nb\"}") == "bad-json");
  CHECK(problem_code(R"({"model":"\ud800"})") == "bad-json");
  CHECK(problem_code("{\"model\":\"\xff\"}") == "bad-encoding");
  CHECK(problem_code(R"({"model":5})") == "bad-type");
  CHECK(problem_code(R"({"tp":"4"})") == "bad-type");
  CHECK(problem_code(R"({"tp":true})") == "bad-type");
  CHECK(problem_code(R"({"device":["h100"]})") == "bad-type");
  CHECK(problem_code(R"({"id":{}})") == "bad-type");
  CHECK(problem_code(R"({"tp":2.5})") == "bad-value");
  CHECK(problem_code(R"({"tp":1e300})") == "bad-value");
  CHECK(problem_code(R"({"tp":1e400})") == "bad-value");
  CHECK(problem_code(std::string(longest_line_bytes + 1, ' ')) == "line-too-long");
}

TEST_CASE("deep nesting is refused, not followed") {
  CHECK(problem_code("{\"x\":" + std::string(20000, '[') + std::string(20000, ']') + "}") == "bad-json");
  CHECK(problem_code("{\"x\":" + std::string(30, '[') + std::string(30, ']') + "}").empty());
}

TEST_CASE("unknown keys are told and otherwise ignored") {
  const BatchLine line = read_line(R"({"modell":"x","extra":{"a":[1,{"b":null}]}})");
  CHECK_FALSE(line.problem);
  REQUIRE(line.notes.size() == 2);
  CHECK_THAT(line.notes[0], ContainsSubstring("did you mean `model`?"));
}

TEST_CASE("the line reader accepts what a JSON library accepts, and nothing else") {
  const char* const samples[] = {"{}",
                                 "{ }",
                                 R"({"a":1})",
                                 R"({"a":1,"a":2})",
                                 R"({"a":-0})",
                                 R"({"a":-})",
                                 R"({"a":1.})",
                                 R"({"a":.5})",
                                 R"({"a":1e5})",
                                 R"({"a":1e})",
                                 R"({"a":1E+5})",
                                 R"({"a":00})",
                                 R"({"a":[]})",
                                 R"({"a":[1,]})",
                                 R"({"a":[,1]})",
                                 R"({"a":[1 2]})",
                                 R"({"a":{}})",
                                 R"({"a":{"b":{}}})",
                                 R"({"a":{"b"}})",
                                 R"({"a":{"b":1,}})",
                                 R"({"a":[{"b":1}]})",
                                 R"({"a":[[],[]]})",
                                 R"({"a":[}]})",
                                 R"({"a":"\n"})",
                                 R"({"a":"\q"})",
                                 R"({"a":"\u12"})",
                                 R"({"a":"\u0041"})",
                                 R"({"a":"\ud83d\ude00"})",
                                 R"({"a":"\ude00"})",
                                 R"({a:1})",
                                 R"({"a" 1})",
                                 R"({"a":tru})",
                                 R"({"a":true})",
                                 R"({"a":nulll})",
                                 R"({"a":1}x)",
                                 R"(  {"a":1}  )",
                                 R"({,})",
                                 R"({"a":1,,"b":2})",
                                 R"({"a":[1,[2,{"c":"]"}]],"d":"}"})",
                                 R"({"a":{"b":[}})",
                                 R"({"a":[1}})",
                                 "{\"a\":\"\x7f\"}",
                                 "{\"a\":\"\t\"}",
                                 "{\"a\":\xc3\xa4}",
                                 "{\"a\":\"\xc3\xa4\"}"};
  for (const char* text : samples) {
    INFO(text);
    LineReader reader(text);
    std::string key;
    LineValue value;
    bool good = reader.open();
    if (good) {
      while (reader.next(key, value)) {
      }
      good = reader.problem().empty() && reader.finish();
    }
    CHECK(good == nlohmann::json::accept(text));
  }
}

TEST_CASE("a desk answers what resolve and answer would, in any order") {
  Desk desk(test::built_in_catalog());
  std::vector<Query> queries;
  for (const char* model : {"llama-3.1-8b", "qwen3-30b-a3b", "gpt-oss-120b"}) {
    for (const double concurrency : {0.0, 1.0, 16.0, 256.0}) {
      for (const double rate : {0.0, 0.5}) {
        Query q = ask(model, "4xh100");
        if (concurrency > 0) q.concurrency = concurrency;
        if (rate > 0) q.request_rate = rate;
        queries.push_back(q);
      }
    }
  }
  for (int round = 0; round < 2; ++round) {
    for (const Query& q : queries) {
      const Answer expected = answer(subject_of(q));
      const auto got = desk.ask(q);
      REQUIRE(std::holds_alternative<Answer>(got));
      const Answer& a = std::get<Answer>(got);
      CHECK(a.requests_per_s == expected.requests_per_s);
      CHECK(a.memory.total == expected.memory.total);
      CHECK(a.notes == expected.notes);
    }
    std::reverse(queries.begin(), queries.end());
  }
}
