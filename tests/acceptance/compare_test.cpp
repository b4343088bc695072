// Every bundled workload through `rackfit compare`: ways to pay for it, sums that agree, the same bytes
// again.
#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "support/catch.hpp"
#include "support/play.hpp"

namespace fs = std::filesystem;
using namespace rackfit;
using nlohmann::json;

namespace {

std::vector<std::string> workloads() {
  std::vector<std::string> found;
  for (const auto& entry : fs::directory_iterator(RACKFIT_SOURCE_DIR "/profiles/workloads")) {
    if (entry.path().extension() == ".yaml") found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

test::Played compared(const std::string& file, std::vector<std::string> more = {}) {
  std::vector<std::string> args = {"compare", file, "--format", "json"};
  args.insert(args.end(), more.begin(), more.end());
  return test::play(args);
}

json bundled(const std::string& name, std::vector<std::string> more = {}) {
  const test::Played played =
      compared(RACKFIT_SOURCE_DIR "/profiles/workloads/" + name + ".yaml", std::move(more));
  INFO(played.err);
  REQUIRE(played.exit == 0);
  return json::parse(played.out);
}

double number(const json& text) { return std::stod(text.get<std::string>()); }

}  // namespace

TEST_CASE("every bundled workload has ways to pay for it whose lines add up to the cent") {
  for (const std::string& file : workloads()) {
    INFO(file);
    const test::Played played = compared(file);
    REQUIRE(played.exit == 0);
    CHECK(compared(file).out == played.out);
    const json root = json::parse(played.out);
    REQUIRE(root.at("options").size() >= 2);
    for (const json& option : root.at("options")) {
      INFO(option.at("name"));
      double lines = 0;
      for (const json& line : option.at("lines")) lines += number(line.at("total"));
      CHECK(lines == Approx(number(option.at("total"))).margin(0.001));
      CHECK(option.at("complete") == option.at("missing").empty());
      CHECK(option.at("currency") == root.at("currency"));
    }
  }
}

TEST_CASE("an always-on service is bought and a quiet one is not, and both say why") {
  const json busy = bundled("chat-70b-always-on"), quiet = bundled("chat-70b-quiet");
  CHECK(busy.at("recommendation").at("kind") == "own");
  CHECK(quiet.at("recommendation").at("kind") == "api");
  CHECK(busy.at("recommendation").at("because").get<std::string>().find("paid for itself in month") !=
        std::string::npos);
  CHECK(quiet.at("recommendation").at("because").get<std::string>().find("does not pay for itself") !=
        std::string::npos);
}

TEST_CASE("several clouds stand beside each other, with their terms") {
  std::set<std::string> providers;
  const json busy = bundled("chat-70b-always-on");
  for (const json& option : busy.at("options")) {
    if (option.at("kind") == "rent") providers.insert(option.at("provider").get<std::string>());
  }
  CHECK(providers.size() >= 5);
}

TEST_CASE("the code assistant is compared in its site's currency, at a rate that is said") {
  const json root = bundled("code-assistant-30");
  CHECK(root.at("currency") == "CNY");
  CHECK(root.at("exchange_rate").get<std::string>().find("CNY per USD") != std::string::npos);
}
