// Verdicts as people read them.
#include "../../../src/report/audit_words.hpp"

#include "support/catch.hpp"

using namespace rackfit;
using audit::Ruling;
using audit::Verdict;
using audit::VerdictKind;

namespace {

Verdict verdict(double wanted, double predicted, const std::string& unit, Ruling ruling = Ruling::fails) {
  Verdict verdict;
  verdict.id = "claim/a";
  verdict.subject = "a";
  verdict.title = "a figure";
  verdict.kind = VerdictKind::claim;
  verdict.ruling = ruling;
  verdict.wanted = wanted;
  verdict.predicted = predicted;
  verdict.margin = 1 - predicted / wanted;
  verdict.unit = unit;
  verdict.because = "because";
  return verdict;
}

std::string plain(std::string text) {
  for (std::size_t at = 0; (at = text.find("\u00A0", at)) != std::string::npos;) text.replace(at, 2, " ");
  return text;
}

}  // namespace

TEST_CASE("figures come with grouped digits and in units that are read at a glance") {
  CHECK(plain(report::audit_wanted(verdict(0.035, 1, "s"))) == "35 ms");
  CHECK(plain(report::audit_found(verdict(1, 1.62, "s"), false)) == "1.62 s");
  CHECK(plain(report::audit_wanted(verdict(150000, 1, "message/s"))) == "150,000 message/s");
  CHECK(plain(report::audit_wanted(verdict(15000, 1, "CNY"))) == "CNY 15,000");
  CHECK(plain(report::audit_found(verdict(76, -273, "%"), false)) == "−273 %");
  Verdict word = verdict(1, 1, "");
  word.wanted.reset();
  word.predicted.reset();
  CHECK(report::audit_wanted(word).empty());
  word.wanted_word = "nvlink";
  word.predicted_word = "pcie";
  CHECK(report::audit_wanted(word) == "nvlink");
  CHECK(report::audit_found(word, true) == "pcie");
}

TEST_CASE("a claim of a range shows both ends, the unit once") {
  Verdict money = verdict(50000, 22480, "CNY");
  money.wanted_low = 30000;
  money.wanted_high = 50000;
  CHECK(plain(report::audit_wanted(money)) == "CNY 30,000–50,000");
  Verdict rate = verdict(15, 1, "request/s");
  rate.wanted_low = 15;
  rate.wanted_high = 18;
  CHECK(plain(report::audit_wanted(rate)) == "15–18 request/s");
}

TEST_CASE("how far apart they are is said as people say it") {
  CHECK(report::audit_margin(verdict(100, 100.2, "GB", Ruling::holds)) == "equal");
  CHECK(plain(report::audit_margin(verdict(5, 7.6, "s"))) == "−52 %");
  CHECK(report::audit_margin(verdict(332, 13030, "GB")) == "39×");
  CHECK(plain(report::audit_margin(verdict(70, 5, "%"))) == "+65 points");
  CHECK(plain(report::audit_margin(verdict(100, 80, "CNY"))) == "20 % less");
  CHECK(report::audit_margin(verdict(30000, 294755, "CNY")) == "10×");
  CHECK(plain(report::audit_margin(verdict(10, 3, "1"))) == "70 % less");
  Verdict limit = verdict(62.6, 60, "request/s");
  limit.kind = VerdictKind::target;
  limit.limit = true;
  CHECK(report::audit_margin(limit).empty());  // something else refuses it
}

TEST_CASE("sentences get grouped digits, real minus signs and plurals, names and code none of it") {
  CHECK(report::readable("134234 USD of 8500 USD at -273 % (-5)") ==
        "134,234 USD of 8,500 USD at −273 % (−5)");
  CHECK(report::readable("upkeep 6823, shares 3189 to 5249; 2000 GB") ==
        "upkeep 6,823, shares 3,189 to 5,249; 2,000 GB");
  CHECK(report::readable("an RTX 6000 Ada, EPYC 7302P, KIP-873, in 2026, rtx-4090") ==
        "an RTX 6000 Ada, EPYC 7302P, KIP-873, in 2026, rtx-4090");
  CHECK(report::readable("`vm.max_map_count=262144` and 262144") == "`vm.max_map_count=262144` and 262,144");
  CHECK(report::readable("300 token, 1 token, 15 request in progress, 15 request/s") ==
        "300 tokens, 1 token, 15 requests in progress, 15 request/s");
  CHECK(report::readable("8.59 ms * 300 token") == "8.59 ms × 300 tokens");
  CHECK(report::readable("") == "");
}

TEST_CASE("the answer comes first: what is missed worst, and how many") {
  report::AuditReport audit;
  Verdict target = verdict(5, 12.2, "s");
  target.kind = VerdictKind::target;
  target.title = "whole answer, p95";
  Verdict limit = verdict(100, 150, "MB/s");
  limit.kind = VerdictKind::target;
  limit.limit = true;
  limit.title = "Network in per broker";
  audit.verdicts = {limit, target, verdict(1, 1, "s", Ruling::holds)};
  CHECK(plain(report::audit_verdict(audit)) ==
        "would not do: whole answer, p95 (12.2 s, wanted 5 s); 2 of 2 targets and limits missed; its claim "
        "holds");
  // What is impossible goes before what is only missed.
  audit.verdicts[0].ruling = Ruling::impossible;
  CHECK(plain(report::audit_verdict(audit)).find("network in per broker (150 MB/s needed, limit 100 MB/s)") !=
        std::string::npos);
  audit.verdicts = {target};
  audit.verdicts[0].ruling = Ruling::holds;
  CHECK(report::audit_verdict(audit) == "would do: its one target holds");
}

TEST_CASE("what stands beside a claim is told with it, and a finding that repeats a claim's only once") {
  report::AuditReport audit;
  Verdict main = verdict(76, 76, "%", Ruling::holds), beside = verdict(76, -273, "%");
  beside.id = "claim/a.in_full";
  Verdict link = verdict(1, 1, "");
  link.id = "claim/link";
  link.remedy = "count on PCIe";
  Verdict again = link;
  again.id = "proposal/box.link";
  again.kind = VerdictKind::consistency;
  audit.verdicts = {main, beside, link, again};
  const auto groups = report::audit_groups(audit);
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].size() == 2);
  CHECK(groups[1].front()->id == "claim/link");
}
