#include "rackfit/base/did_you_mean.hpp"

#include "support/catch.hpp"

using rackfit::did_you_mean;
using rackfit::fold_name;
using rackfit::suggestion_help;

TEST_CASE("did_you_mean finds the nearest name") {
  const std::vector<std::string> keys = {"ingress", "retention", "replication", "brokers"};
  CHECK(did_you_mean("ingres", keys) == "ingress");
  CHECK(did_you_mean("retnetion", keys) == "retention");  // swapped neighbours are one edit
  CHECK(did_you_mean("REPLICATION", keys) == "replication");
  CHECK_FALSE(did_you_mean("partitions", keys).has_value());
}

TEST_CASE("did_you_mean stays silent for words of two letters or fewer") {
  CHECK_FALSE(did_you_mean("ab", {"abc"}).has_value());
  CHECK(did_you_mean("abd", {"abc"}) == "abc");
}

TEST_CASE("did_you_mean allows one edit, one more for every four letters, and three at most") {
  CHECK_FALSE(did_you_mean("axy", {"abc"}).has_value());
  CHECK(did_you_mean("abcdefgh", {"abcxyfgh"}).has_value());
  CHECK(did_you_mean("abcdefghijklmnopqrst", {"abcdefghijklmnopq123"}).has_value());
  CHECK_FALSE(did_you_mean("abcdefghijklmnopqrst", {"abcdefghijklmnop1234"}).has_value());
}

TEST_CASE("did_you_mean breaks ties alphabetically whatever the order of names") {
  CHECK(did_you_mean("cat", {"hat", "bat"}) == "bat");
  CHECK(did_you_mean("cat", {"bat", "hat"}) == "bat");
}

TEST_CASE("did_you_mean is quick on absurd words") {
  CHECK_FALSE(did_you_mean(std::string(10'000'000, 'x'), {"ingress"}).has_value());
}

TEST_CASE("suggestion_help falls back to listing the choices") {
  CHECK(suggestion_help("ingres", {"ingress", "egress"}) == "did you mean `ingress`?");
  CHECK(suggestion_help("zzzz", {"a", "b"}) == "one of `a`, `b`");
  CHECK(suggestion_help("zzzz", {"only"}) == "only `only` is known here");
  CHECK(suggestion_help("zzzz", {}).empty());
  CHECK(suggestion_help("zzzz", {"1", "2", "3", "4", "5", "6", "7", "8", "9"}) ==
        "one of `1`, `2`, `3`, `4`, `5`, `6`, `7`, `8`, …");
}

TEST_CASE("fold_name makes spellings of one catalog name equal") {
  CHECK(fold_name("RTX 4090") == "rtx-4090");
  CHECK(fold_name("rtx_4090") == fold_name("RTX-4090"));
}
