// `--set path=value` edits the workload's text: what comes out is read, and refused, like any other file.
#include "reading.hpp"

using rackfit::test::Reading;

namespace {

const std::string block =
    "name: demo            # a comment\n"
    "llm:\n"
    "  chat:\n"
    "    model: Qwen2.5-7B\n"
    "    users: 20         # people\n"
    "    prompt: {mean: 500, p95: 900}\n"
    "availability: \"n\"\n";

std::string set(const std::string& text, const std::vector<std::string>& settings) {
  return Reading(text, settings).text();
}

/// `text` with `from` replaced by `to`, once.
std::string with(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("a value that is there is replaced in place: comments and line numbers stay") {
  CHECK(set(block, {"llm.chat.users=45"}) == with(block, "users: 20 ", "users: 45 "));
  CHECK(set(block, {"availability=n+1"}) == with(block, "\"n\"", "n+1"));
  CHECK(set(block, {"llm.chat.prompt.p95=1200"}) == with(block, "900", "1200"));
  CHECK(set(block, {"llm.chat.prompt=700"}) == with(block, "{mean: 500, p95: 900}", "700"));
}

TEST_CASE("a new key goes into the map it belongs to") {
  CHECK(set(block, {"llm.chat.context=8192"}) == with(block, "    model:", "    context: 8192\n    model:"));
  CHECK(set("llm: {chat: {model: Qwen2.5-7B, users: 3}}\n", {"llm.chat.context=8192"}) ==
        "llm: {chat: {context: 8192, model: Qwen2.5-7B, users: 3}}\n");
  CHECK(set("kafka: {}\nname: x\n", {"kafka.ingress=5 MB/s"}) == "kafka: {ingress: 5 MB/s}\nname: x\n");
}

TEST_CASE("maps on the way are made when they are not there") {
  const Reading reading(block, {"site.rack_power=6 kW", "growth.yearly=30 %"});
  INFO(reading.text() << reading.problems());
  REQUIRE(reading.workload);
  CHECK(*reading.workload->site.rack_power == 6000);
  CHECK(*reading.workload->growth.yearly == Approx(0.3));
  CHECK(*reading.workload->llm.front().value.load.users == 20);
}

TEST_CASE("a way to state the load replaces the one in the file") {
  const auto [setting, rate, concurrency] = GENERATE(table<std::string, double, double>({
      {"llm.chat.rate=5 /s", 5, 0},
      {"llm.chat.rate=5", 5, 0},  // requests per second are meant
      {"llm.chat.qps=2.5", 2.5, 0},
      {"llm.chat.concurrency=8", 0, 8},
  }));
  const Reading reading(block, {setting});
  INFO(reading.text() << reading.problems());
  REQUIRE(reading.workload);
  const auto& load = reading.workload->llm.front().value.load;
  CHECK_FALSE(load.users);
  CHECK(load.rate.value_or(0) == rate);
  CHECK(load.concurrency.value_or(0) == concurrency);
}

TEST_CASE("of several settings each sees what those before it did") {
  const Reading reading(block, {"llm.chat.qps=2", "llm.chat.concurrency=4", "llm.chat.users=9"});
  REQUIRE(reading.workload);
  CHECK(*reading.workload->llm.front().value.load.users == 9);
  CHECK_FALSE(reading.workload->llm.front().value.load.concurrency);
}

TEST_CASE("text that YAML would misread is quoted") {
  const Reading reading(block, {"description=cheap: #1 'choice', really"});
  INFO(reading.text() << reading.problems());
  REQUIRE(reading.workload);
  CHECK(reading.workload->description == "cheap: #1 'choice', really");
  const Reading list(block, {"site.devices=[l40s-48gb, l4-24gb]"});
  REQUIRE(list.workload);
  CHECK(list.workload->site.devices->size() == 2);
}

TEST_CASE("a wrong setting is refused like a wrong line") {
  CHECK(Reading(block, {"llm.chat.userz=5"}).codes() == "RF0201 4:5\n");
  CHECK(Reading(block, {"llm.chat.users=many"}).codes() == "RF0204 5:12\n");
  CHECK(Reading(block, {"availability=n+7"}).codes() == "RF0209 7:15\n");
}

TEST_CASE("RF0504 a setting needs a path and a value") {
  CHECK(Reading(block, {"llm.chat.users"}).codes() == "RF0504\n");
  CHECK(Reading(block, {"=5"}).codes() == "RF0504\n");
  CHECK(Reading(block, {"nonsense"}).problems() == R"(error[RF0504]: `--set nonsense` is not a setting
  = help: write path=value, for example `--set llm.chat.rate=5`
)");
}

TEST_CASE("no setting can break the reader") {
  const std::string setting = GENERATE(as<std::string>(), "a=", ".=1", "..=..", "llm.=5", "llm..users=5",
                                       "llm.chat.model={", "name=}", "llm.chat.model=[[[[", "name=\"",
                                       "name=\t", "a.b.c.d.e=&x *x", "llm=5", "llm.chat=", "name.first=x");
  INFO(setting);
  const Reading reading(block, {setting});
  CHECK((reading.workload.has_value() || reading.diagnostics.has_errors()));
}
