// Speculation, adapters and separate pools in a query.
#include "asked.hpp"
#include "rackfit/estimate/batch.hpp"

using namespace rackfit;
using namespace rackfit::estimate;

namespace {

Query chat(const std::string& model, const std::string& device, double concurrency) {
  Query q = ask(model, device);
  q.weights = "fp8";
  q.concurrency = concurrency;
  q.input_tokens = 2000;
  q.output_tokens = 500;
  return q;
}

}  // namespace

TEST_CASE("a draft model is loaded, its tokens counted, and every default of it said") {
  Query q = chat("llama-3.3-70b", "4xh100-sxm", 4);
  const Subject plain = subject_of(q);
  q.draft_model = "llama-3.1-8b";
  const Subject s = subject_of(q);
  CHECK(s.deployment.draft != nullptr);
  CHECK(s.deployment.speculative_tokens > 0);
  CHECK(mentions(s.notes, "acceptance: "));
  CHECK(mentions(s.notes, "tokens a step"));
  const Answer with = answer(s);
  const Answer without = answer(plain);
  CHECK(with.memory.weights > without.memory.weights);
  CHECK(with.max_concurrency < without.max_concurrency);
  CHECK(mentions(with.notes, "speculation: a token takes"));
  q.draft_acceptance = 0.8;
  q.speculative_tokens = 3;
  const Subject stated = subject_of(q);
  CHECK_FALSE(mentions(stated.notes, "acceptance: "));
  CHECK(answer(stated).tpot_s->mid < without.tpot_s->mid);
}

TEST_CASE("nothing accepted is never faster") {
  Query q = chat("llama-3.3-70b", "4xh100-sxm", 128);
  const Answer plain = answer(subject_of(q));
  q.speculative_tokens = 4;
  q.speculative_method = "ngram";
  q.draft_acceptance = 0;
  const Answer wasted = answer(subject_of(q));
  CHECK(wasted.tpot_s->mid >= plain.tpot_s->mid);
  CHECK(mentions(wasted.notes, "it costs more than it gains"));
}

TEST_CASE("multi-token prediction is for models whose row has such layers") {
  Query q = chat("deepseek-r1", "8xh200", 16);
  q.speculative_method = "mtp";
  CHECK(subject_of(q).deployment.mtp_layers == 1);
  q.model = "llama-3.3-70b";
  CHECK(problem_of(q).message.find("no multi-token-prediction layers") != std::string::npos);
}

TEST_CASE("speculation that makes no sense is a problem with a way out") {
  Query q = chat("llama-3.3-70b", "4xh100-sxm", 4);
  q.speculative_method = "draft";
  CHECK(problem_of(q).code == "bad-value");
  q.speculative_method = "medusa";
  CHECK(problem_of(q).code == "bad-value");
  q.speculative_method = "ngram";
  q.draft_acceptance = 1.5;
  CHECK(problem_of(q).code == "bad-value");
  q.draft_acceptance.reset();
  q.speculative_method.clear();
  q.draft_model = "no-such-model";
  CHECK(problem_of(q).code == "unknown-model");
  q.draft_model.clear();
  q.speculative_tokens = 0;
  CHECK(subject_of(q).deployment.speculative_tokens == 0);
}

TEST_CASE("adapters take memory that grows with their rank") {
  Query q = chat("llama-3.3-70b", "4xh100-sxm", 4);
  const double none = answer(subject_of(q)).memory.weights;
  q.lora_adapters = 8;
  const Subject s = subject_of(q);
  CHECK(s.deployment.lora_rank == 16);
  CHECK(mentions(s.notes, "rank of the adapters: 16"));
  const double sixteen = answer(s).memory.weights;
  q.lora_rank = 64;
  const double sixty_four = answer(subject_of(q)).memory.weights;
  CHECK(sixteen > none);
  CHECK(sixty_four - none == Approx(4 * (sixteen - none)).epsilon(1e-6));
  q.lora_rank = 0;
  CHECK(problem_of(q).code == "bad-value");
}

TEST_CASE("devices are divided among instances for prompts and for answers") {
  Query q = chat("llama-3.3-70b", "8xh100-sxm", 64);
  q.disaggregate = "1:3";
  const Subject s = subject_of(q);
  REQUIRE(s.deployment.disaggregation);
  CHECK(s.deployment.disaggregation->prefill == 1);
  CHECK(s.deployment.disaggregation->decode == 3);
  CHECK(s.deployment.tensor_parallel == 2);
  CHECK(s.deployment.disaggregation->link_bytes_per_s == Approx(450e9));
  CHECK(s.replicas == 1);
  const Answer apart = answer(s);
  REQUIRE(apart.fits);
  REQUIRE(apart.tpot_s);
  CHECK(*apart.requests_per_s > 0);
  q.tp = 1;
  q.disaggregate = "1:3";
  CHECK(subject_of(q).replicas == 2);
  q.disaggregate = "2:8";
  CHECK(problem_of(q).code == "no-parallelism");
}

TEST_CASE("four instances write tokens faster where four others read the prompts") {
  Query q = chat("llama-3.1-8b", "4xh100-sxm", 64);
  q.tp = 1;
  q.input_tokens = 8000;
  const Answer together = answer(subject_of(q));
  q.device = "8xh100-sxm";
  q.disaggregate = "4:4";
  const Answer apart = answer(subject_of(q));
  CHECK(apart.tpot_s->mid < together.tpot_s->mid);
}

TEST_CASE("a group larger than a node crosses the network") {
  Query q = chat("llama-3.3-70b", "16xh100-sxm", 64);
  q.disaggregate = "2:2";
  const Subject s = subject_of(q);
  CHECK(s.deployment.disaggregation->link_bytes_per_s == Approx(50e9));
  CHECK(mentions(s.notes, "network"));
}

TEST_CASE("pools that cannot be are refused") {
  Query q = chat("llama-3.3-70b", "8xh100-sxm", 64);
  for (const char* text : {"2", "0:2", "2:0", "a:b", "1:2:3", ":", "-1:2", "1:99999999999999999999"}) {
    q.disaggregate = text;
    INFO(text);
    CHECK(problem_of(q).code == "bad-value");
  }
  Query pass = ask("bge-m3", "2xh100-sxm");
  pass.disaggregate = "1:1";
  CHECK(problem_of(pass).code == "no-parallelism");
  Query file = ask("llama-3.1-8b", "2xrtx-4090");
  file.engine = "llama.cpp";
  file.disaggregate = "1:1";
  CHECK(problem_of(file).code == "no-parallelism");
}

TEST_CASE("a batch line says the same by keys of its own, and is not mixed up with another") {
  const BatchLine line = read_line(
      R"({"model":"llama-3.3-70b","device":"8xh100-sxm","weights":"fp8","concurrency":64,"input_tokens":2000,)"
      R"("output_tokens":500,"speculative_method":"ngram","speculative_tokens":3,"draft_acceptance":0.6,)"
      R"("lora_adapters":8,"lora_rank":32,"disaggregate":"1:3"})");
  REQUIRE_FALSE(line.problem);
  CHECK(line.notes.empty());
  const Subject s = subject_of(line.query);
  CHECK(s.deployment.speculative_tokens == 3);
  CHECK(s.deployment.lora_rank == 32);
  CHECK(s.deployment.disaggregation);
  Desk desk(test::built_in_catalog());
  Query q = line.query;
  const double first = std::get<Answer>(desk.ask(q)).tpot_s->mid;
  for (const auto& change :
       {+[](Query& c) { c.draft_acceptance = 0.1; }, +[](Query& c) { c.speculative_tokens = 1; },
        +[](Query& c) { c.disaggregate = "2:2"; }}) {
    Query changed = q;
    change(changed);
    CHECK(std::get<Answer>(desk.ask(changed)).tpot_s->mid != first);
    CHECK(std::get<Answer>(desk.ask(changed)).tpot_s->mid == answer(subject_of(changed)).tpot_s->mid);
  }
}
