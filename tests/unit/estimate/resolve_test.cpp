#include <cmath>
#include <limits>

#include "asked.hpp"

using namespace rackfit;
using namespace rackfit::estimate;

TEST_CASE("what is left out is chosen and said") {
  const Subject s = subject_of(ask("llama-3.1-8b", "h100"));
  CHECK(s.deployment.engine->row.id == "vllm");
  REQUIRE(s.deployment.quantization);
  CHECK(s.deployment.quantization->bits_per_weight == 16);
  CHECK(s.deployment.kv_format == nullptr);
  CHECK(s.offline);
  CHECK(s.load.prompt.mean > 0);
  CHECK(s.load.output.mean > 0);
  for (const char* what : {"engine: vLLM", "weights: ", "lengths: ", "context: ", "offline"}) {
    INFO(what);
    CHECK(mentions(s.notes, what));
  }
}

TEST_CASE("the usual engine follows the device and the format") {
  const auto engine = [](const Query& q) { return subject_of(q).deployment.engine->row.id; };
  CHECK(engine(ask("llama-3.1-8b", "m2-ultra")) == "llama.cpp");
  CHECK(engine(ask("llama-3.1-8b", "epyc-9654")) == "llama.cpp");
  CHECK(engine(ask("llama-3.1-8b", "jetson agx orin")) == "llama.cpp");
  Query file = ask("llama-3.1-8b", "h100");
  file.weights = "Q4_K_M";
  CHECK(engine(file) == "llama.cpp");
  // Four bits where the published weights do not fit a consumer's card, the published ones where they do.
  CHECK(engine(ask("qwen3-32b", "rtx-4090")) == "llama.cpp");
  CHECK(engine(ask("qwen3-8b", "rtx-4090")) == "vllm");
}

TEST_CASE("published formats are taken where the engine has them under another name") {
  const Subject mac = subject_of(ask("gpt-oss-120b", "m2-ultra"));
  CHECK(mac.deployment.quantization->family == "gguf");
  CHECK(mac.deployment.quantization->row.id == "mxfp4-gguf");
  Query plain = ask("llama-3.1-8b", "rtx-4090");
  plain.engine = "llama.cpp";
  plain.weights = "FP16";
  CHECK(subject_of(plain).deployment.quantization->family == "gguf");
  Query old = ask("llama-3.1-8b", "t4");
  old.engine = "vllm";
  old.weights = "bf16";
  CHECK(subject_of(old).deployment.quantization->row.id == "fp16");
}

TEST_CASE("under a load all devices of a node share one model as far as its heads allow") {
  Query q = ask("llama-3.1-70b", "4xh100");
  q.concurrency = 32;
  CHECK(subject_of(q).deployment.tensor_parallel == 4);
  q.device = "3xh100";
  const Subject odd = subject_of(q);
  CHECK(odd.deployment.tensor_parallel * static_cast<std::int64_t>(odd.replicas) == 3);
}

TEST_CASE("offline the best of copies and tensor parallelism is taken") {
  const Subject small = subject_of(ask("llama-3.1-8b", "8xh100"));
  CHECK(small.replicas > 1);
  const Subject large = subject_of(ask("llama-3.1-405b", "8xh100"));
  CHECK(large.deployment.tensor_parallel == 8);
}

TEST_CASE("llama.cpp splits layers over devices") {
  Query q = ask("llama-3.1-70b", "2xrtx-4090");
  q.weights = "q4_k_m";
  const Subject s = subject_of(q);
  CHECK(s.deployment.tensor_parallel == 1);
  CHECK(s.deployment.pipeline_parallel == 2);
  q.tp = 2;
  CHECK(subject_of(q).deployment.pipeline_parallel == 2);
}

TEST_CASE("devices beyond one copy hold further copies, which share the load") {
  Query q = ask("llama-3.1-8b", "h100");
  q.devices = 8;
  q.tp = 2;
  q.concurrency = 64;
  const Subject s = subject_of(q);
  CHECK(s.replicas == 4);
  CHECK(*s.load.concurrency == 16);
  q.concurrency.reset();
  q.request_rate = 20;
  CHECK(*subject_of(q).load.rate_per_s == 5);
}

TEST_CASE("data parallelism is copies of dense models, and attention groups of mixtures of experts") {
  Query q = ask("llama-3.1-8b", "h100");
  q.devices = 4;
  q.dp = 4;
  CHECK(subject_of(q).replicas == 4);
  CHECK(subject_of(q).deployment.data_parallel_attention == 1);

  Query moe = ask("deepseek-r1", "h200");
  moe.devices = 8;
  moe.tp = 1;
  moe.dp = 8;
  moe.ep = 8;
  const Subject s = subject_of(moe);
  CHECK(s.deployment.data_parallel_attention == 8);
  CHECK(s.deployment.tensor_parallel == 1);
  CHECK(s.replicas == 1);

  // SGLang and TensorRT-LLM count all ranks as tensor parallel.
  moe.tp = 8;
  CHECK(subject_of(moe).deployment.data_parallel_attention == 8);
  CHECK(subject_of(moe).deployment.tensor_parallel == 1);

  // Experts over eight ranks that share one attention.
  moe.tp = 1;
  moe.dp = 1;
  CHECK(subject_of(moe).deployment.tensor_parallel == 8);
  moe.dp.reset();
  moe.tp.reset();
  CHECK(subject_of(moe).deployment.tensor_parallel == 8);
}

TEST_CASE("too few devices for the wanted parallelism is a problem") {
  Query q = ask("llama-3.1-8b", "h100");
  q.devices = 2;
  q.tp = 3;
  CHECK(problem_of(q).code == "no-parallelism");
  q.tp = 2;
  q.pp = 2;
  CHECK(problem_of(q).code == "no-parallelism");
}

TEST_CASE("numbers that make no sense are problems that name them") {
  const auto problem = [](auto change) {
    Query q = ask("llama-3.1-8b", "h100");
    change(q);
    return problem_of(q);
  };
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const Problem& p :
       {problem([](Query& q) { q.devices = 0; }), problem([](Query& q) { q.tp = -1; }),
        problem([](Query& q) { q.concurrency = 0; }), problem([](Query& q) { q.concurrency = -3; }),
        problem([&](Query& q) { q.concurrency = nan; }), problem([](Query& q) { q.input_tokens = -1; }),
        problem([](Query& q) { q.max_context = 0; }), problem([](Query& q) { q.request_rate = 0; }),
        problem([](Query& q) { q.gpu_memory_utilization = 1.5; }),
        problem([](Query& q) { q.gpu_memory_utilization = 0; }),
        problem([](Query& q) { q.split = "sideways"; }),
        problem([](Query& q) { q.output_tokens = std::numeric_limits<double>::infinity(); }),
        problem([](Query& q) { q.devices = std::numeric_limits<std::int64_t>::max(); }),
        problem([](Query& q) { q.device = "0xh100"; })}) {
    INFO(p.message);
    CHECK(p.code == "bad-value");
  }
  CHECK(problem([](Query& q) { q.model.clear(); }).code == "missing-model");
  CHECK(problem([](Query& q) { q.device.clear(); }).code == "missing-device");
  CHECK(problem([](Query& q) { q.kv = "fp3"; }).code == "unknown-kv-format");
}

TEST_CASE("the context is what a request needs, and never assumed above the model's") {
  Query q = ask("llama-2-7b", "h100");
  CHECK(subject_of(q).deployment.context_tokens <= 4096);
  q.input_tokens = 2000;
  q.output_tokens = 500;
  CHECK(subject_of(q).deployment.context_tokens == 2500);
  q.max_context = 4096;
  CHECK(subject_of(q).deployment.context_tokens == 4096);
}

TEST_CASE("embedding models write nothing") {
  const Subject s = subject_of(ask("bge-m3", "rtx-4090"));
  CHECK(s.load.output.mean == 0);
}

TEST_CASE("a processor has the memory that is given, or a size the model fits") {
  Query q = ask("llama-3.1-8b", "epyc-9654");
  CHECK(mentions(subject_of(q).notes, "memory: "));
  q.ram_bytes = 384 * 1073741824.0;
  CHECK(*subject_of(q).deployment.device_memory_bytes == 384 * 1073741824.0);
}

TEST_CASE("host memory takes what the card cannot hold, only when it is offered") {
  Query q = ask("gpt-oss-120b", "rtx-4090");
  q.engine = "llama.cpp";
  CHECK_FALSE(answer(subject_of(q)).fits);
  q.ram_bytes = 128 * 1073741824.0;
  const Subject s = subject_of(q);
  CHECK(answer(s).fits);
  CHECK(mentions(s.notes, "in host memory"));
}

TEST_CASE("a resolver gives the same answers as a single look-up, however often it is asked") {
  Resolver resolver(test::built_in_catalog());
  Query q = ask("Llama-3.1-8B-Instruct-AWQ", "RTX 4090");
  const Subject once = subject_of(q);
  for (int i = 0; i < 3; ++i) {
    const auto again = resolver.resolve(q);
    CHECK(std::get<Subject>(again).notes == once.notes);
  }
}
