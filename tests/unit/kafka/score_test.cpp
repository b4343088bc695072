// Fitting few coefficients to few clusters.
#include "rackfit/kafka/score.hpp"

#include "brokers.hpp"

using namespace rackfit;

namespace {

/// Clusters bound by their CPUs, of a made-up rate per core.
struct Made {
  std::vector<kafka::MeasuredRow> rows;
  kafka::Observations seen;

  Made& add(const std::string& id, double rate, const std::string& notes = "use=fit") {
    kafka::MeasuredRow row;
    row.id = id;
    row.metric = "produce_mb_s";
    row.notes = notes;
    row.brokers = 3;
    row.cores = 8;
    row.replication = 3;
    row.consumer_groups = 1;
    row.value = rate * 24 / 3.75;
    rows.push_back(row);
    return *this;
  }
  Made& done() {
    seen = kafka::observe(rows);
    return *this;
  }
};

double value(const kafka::Coefficients& all, const std::string& name) {
  for (const auto& [key, number] : all) {
    if (key == name) return number;
  }
  FAIL("no " << name);
  return 0;
}

}  // namespace

TEST_CASE("a prediction is the tightest physical limit, with the interval of its coefficient") {
  Made made;
  made.add("A-1", 50).done();
  const auto sample =
      kafka::score(test::brokers(), made.seen.compared.front(), {{"kafka.measured.cpu_rate", 100e6}});
  CHECK(sample.limit == "cpu");
  CHECK(sample.ratio() == Approx(2));
  CHECK(sample.factor() == Approx(2));
  CHECK_FALSE(sample.refuted());
}

TEST_CASE("a fit moves towards the rows, not all the way, and leaves alone what they do not speak of") {
  Made made;
  made.add("A-1", 130).add("B-1", 130).add("C-1", 130).done();
  const auto fitted = kafka::fit(test::brokers(), made.seen);
  CHECK(value(fitted, "kafka.measured.cpu_rate") > 110e6);
  CHECK(value(fitted, "kafka.measured.cpu_rate") < 131e6);
  CHECK(value(fitted, "kafka.measured.disk_share") == Approx(0.9).epsilon(0.001));
}

TEST_CASE("sources weigh alike, however many rows they have") {
  Made few, many;
  few.add("A-1", 60).add("B-1", 120).done();
  many.add("A-1", 60).add("B-1", 120);
  for (int i = 2; i < 12; ++i) many.add("B-" + std::to_string(i), 120);
  many.done();
  CHECK(value(kafka::fit(test::brokers(), many.seen), "kafka.measured.cpu_rate") ==
        Approx(value(kafka::fit(test::brokers(), few.seen), "kafka.measured.cpu_rate")).epsilon(0.05));
}

TEST_CASE("a load that was carried lifts a coefficient, and never lowers it") {
  Made low, high;
  const double alone = 84e6;
  low.add("A-1", 20, "use=bound").done();
  high.add("A-1", 140, "use=bound").done();
  CHECK(value(kafka::fit(test::brokers(), low.seen), "kafka.measured.cpu_rate") ==
        Approx(alone).epsilon(0.01));
  CHECK(value(kafka::fit(test::brokers(), high.seen), "kafka.measured.cpu_rate") > 1.2 * alone);
}

TEST_CASE("held out rows and the source left out take no part") {
  Made made;
  made.add("A-1", 130).add("B-1", 40).add("C-1", 20, "use=holdout").done();
  const auto left = kafka::leave_one_source_out(test::brokers(), made.seen);
  REQUIRE(left.size() == 3);
  CHECK(left[0].source == "A");
  CHECK(value(left[0].fitted, "kafka.measured.cpu_rate") < 84e6);
  CHECK(left[0].samples.size() == 1);
  CHECK(left[0].samples.front().ratio() < 0.7);
  CHECK(value(left[1].fitted, "kafka.measured.cpu_rate") > 84e6);
  CHECK(value(left[2].fitted, "kafka.measured.cpu_rate") ==
        value(kafka::fit(test::brokers(), made.seen), "kafka.measured.cpu_rate"));
}

TEST_CASE("what lies above the prediction is explained, or it is not") {
  Made made;
  made.add("A-1", 100, "use=bound").add("B-1", 400, "use=bound").add("C-1", 400, "use=bound");
  made.rows.back().acks = "1";
  made.rows.back().producers = 3;
  made.done();
  const auto samples = kafka::score(test::brokers(), made.seen);
  for (const auto& sample : samples) CHECK(sample.refuted());
  CHECK_THAT(kafka::explained(samples[0]), ContainsSubstring("within the interval"));
  CHECK(kafka::explained(samples[1]).empty());
  CHECK_THAT(kafka::explained(samples[2]), ContainsSubstring("acks=1"));
}
