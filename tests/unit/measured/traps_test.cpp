// The traps of published tables, each by name.
#include "fixtures.hpp"

using namespace rackfit::measured;
using namespace fixtures;

TEST_CASE("trap: TensorRT-LLM states tokens per GPU from 1.1 on and in 0.8 and 0.9, totals in between",
          "[measured]") {
  Row row = serving();
  row.engine = "TensorRT-LLM";
  row.engine_version = "1.1 or later (not stated)";
  row.scenario = "offline";
  row.concurrency.reset();
  row.metric = "output_tok_s_per_gpu";
  row.value = 1000;
  CHECK(reading_of(row).measured == 4000);
  row.engine_version = "1.0";
  row.metric = "total_output_tok_s";
  CHECK(reading_of(row).measured == 1000);
  CHECK(reading_of(row).setting == Setting::offline);
}

TEST_CASE("trap: TensorRT-LLM's TPn and DEPn of mixtures of experts mean attention data-parallel",
          "[measured]") {
  Row row = serving();
  row.engine = "TensorRT-LLM";
  row.engine_version = "1.0";
  row.model = "Qwen3-235B-A22B";
  row.devices = 8;
  row.tp = 8;
  row.scenario = "offline";
  row.concurrency.reset();
  row.metric = "total_output_tok_s";
  row.notes = "MoE runs used enable_attention_dp per doc (TPn label, doc command also passes --ep)";
  auto query = reading_of(row).query;
  CHECK(query.dp == 8);
  CHECK(query.tp == 1);
  CHECK(query.ep == 8);
  row.notes.clear();
  row.tp.reset();
  row.parallel = "DEP4";
  row.devices = 4;
  query = reading_of(row).query;
  CHECK(query.dp == 4);
  CHECK(query.ep == 4);
}

TEST_CASE("trap: gpt-oss has MXFP4 weights, whatever the table says beside it", "[measured]") {
  Row row = serving();
  row.model = "gpt-oss-120b";
  for (const char* label : {"fp8", "nvfp4", "mxfp4"}) {
    row.weights = label;
    CHECK(reading_of(row).query.weights == "mxfp4");
  }
  row.model = "Llama-3.1-70B";
  row.weights = "fp8";
  CHECK(reading_of(row).query.weights == "fp8");
}

TEST_CASE("trap: Argonne, dstack and Qwen3 count prompt tokens, Qwen2 and 2.5 do not", "[measured]") {
  Row row = serving();
  row.metric = "total_output_tok_s";
  CHECK(reading_of(row).metric == Metric::output_rate);
  row.source = "dstack benchmarks";
  CHECK(reading_of(row).metric == Metric::total_rate);
  row.source = "Qwen docs speed benchmark";
  row.metric = "total_tok_s";
  CHECK(reading_of(row).metric == Metric::total_rate);
}

TEST_CASE("trap: serving engines of 2024 are far slower than today's and are not compared", "[measured]") {
  Row row = serving();
  row.engine_version = "0.6.1";
  CHECK(reason_of(row) == "serving engine of 2024 or older");
  row.engine_version = "0.11.0";
  CHECK(reason_of(row).empty());
  row.engine_version.clear();
  row.date = "2024";
  CHECK(reason_of(row) == "serving engine of 2024 or older");
  row.date = "20250610";
  CHECK(reason_of(row).empty());
  row.engine = "TensorRT-LLM";
  row.engine_version = "0.14.0";
  CHECK(reason_of(row) == "serving engine of 2024 or older");
  row.engine_version = "0.17";
  CHECK(reason_of(row).empty());
  row.engine_version.clear();
  row.date = "Dec 2023 main";
  CHECK(reason_of(row) == "serving engine of 2024 or older");
}

TEST_CASE("trap: an old llama.cpp build is still compared", "[measured]") {
  Row row = bench();
  row.engine_version = "b1691";
  row.date = "2023-12";
  CHECK(reason_of(row).empty());
}

TEST_CASE("trap: MLPerf totals span replicas of unstated parallelism", "[measured]") {
  Row row = serving();
  row.tp.reset();
  row.notes = "system-level total over all GPUs (data-parallel replicas of unstated TP unless tp given)";
  CHECK(reason_of(row) == "total over replicas of unstated parallelism");
}

TEST_CASE("trap: several devices without a stated parallelism are not guessed at", "[measured]") {
  Row row = serving();
  row.tp.reset();
  CHECK(reason_of(row) == "several devices, parallelism not stated");
  row.devices = 1;
  CHECK(reading_of(row).query.tp == 1);
}

TEST_CASE("trap: more GPUs than TP are copies of the model", "[measured]") {
  Row row = serving();
  row.devices = 8;
  row.tp = 2;
  const auto query = reading_of(row).query;
  CHECK(query.devices == 8);
  CHECK(query.tp == 2);
  CHECK_FALSE(query.dp);  // with a mixture of experts that would mean attention ranks
}

TEST_CASE("trap: replicas behind a proxy are read from the note", "[measured]") {
  Row row = serving();
  row.devices = 8;
  row.tp.reset();
  row.split = "tensor";
  row.notes =
      "median; 2 vLLM instance(s) behind nginx, tp=4 pp=1 each (tensor,pipeline); value is node total";
  const auto query = reading_of(row).query;
  CHECK(query.devices == 8);
  CHECK(query.tp == 4);
}

TEST_CASE("trap: attention data-parallel ranks of silicon samples", "[measured]") {
  Row row = serving();
  row.devices = 8;
  row.tp = 8;
  row.parallel = "attn_dp=8;moe_tp=1;moe_ep=8";
  auto query = reading_of(row).query;
  CHECK(query.dp == 8);
  CHECK(query.tp == 1);
  row.parallel = "attn_dp=1;moe_tp=1;moe_ep=8";
  query = reading_of(row).query;
  CHECK_FALSE(query.dp);
  CHECK(query.tp == 8);
  CHECK(query.ep == 8);
  row.parallel = "attn_dp=1;moe_tp=8;moe_ep=1";
  query = reading_of(row).query;
  CHECK_FALSE(query.ep);
  CHECK(query.tp == 8);
}

TEST_CASE("trap: the time of a whole batch is not a time to first token", "[measured]") {
  Row row = serving();
  row.metric = "ttft_ms";
  row.notes = "time for whole batch with output_len=1 (batch prefill time, not per-request TTFT)";
  CHECK(reason_of(row) == "time of a whole batch, not of a request");
}

TEST_CASE("trap: a layer split is asked for as such, a row split not at all", "[measured]") {
  Row row = bench();
  row.devices = 4;
  row.split = "layer";
  CHECK(reading_of(row).query.split == "layer");
  CHECK_FALSE(reading_of(row).query.tp);
  row.split = "row";
  CHECK(reason_of(row) == "row split of old llama.cpp builds");
}

TEST_CASE("trap: tgN is a mean over a context that grows from zero", "[measured]") {
  const Reading reading = reading_of(bench());
  CHECK(reading.metric == Metric::decode);
  CHECK(reading.setting == Setting::single_stream);
  // half of N on average, and never more than N: models of 8192 tokens are benchmarked with tg8192
  CHECK(*reading.query.input_tokens + *reading.query.output_tokens == 128);
  CHECK(*reading.query.output_tokens == 127);
}

TEST_CASE("trap: a depth is a context that is there already", "[measured]") {
  Row row = bench();
  row.input_tokens = 32768;
  row.output_tokens = 32;
  row.notes = "llama-bench tg32 @ d32768; depth=32768; fa=1";
  CHECK(reading_of(row).query.input_tokens == 32768.0);
  CHECK(reading_of(row).query.output_tokens == 32.0);
  row.metric = "prefill_tok_s";
  row.input_tokens = 2048;
  row.output_tokens = 0;
  const Reading reading = reading_of(row);
  CHECK(reading.prompt_tokens == 2048);
  CHECK(reading.query.input_tokens == 32768.0 + 2048);
  CHECK(*reading.query.prefix_hit_share == Approx(32768.0 / (32768 + 2048)));
}

TEST_CASE("trap: context shifting holds the cache below its size", "[measured]") {
  Row row = bench();
  row.input_tokens = 494;
  row.output_tokens = 1023;
  row.notes = "./main interactive run, n_ctx=512 with context shifting (KV depth stays <= n_ctx)";
  const auto query = reading_of(row).query;
  CHECK(*query.input_tokens + *query.output_tokens <= 512);
}

TEST_CASE("trap: prompts cut into batches of a few tokens time the kernels' launch", "[measured]") {
  Row row = bench();
  row.metric = "prefill_tok_s";
  row.input_tokens = 512;
  row.notes = "llama-bench PR column; pp512, ubatch 10";
  CHECK(reason_of(row) == "prompt cut into batches of a few tokens");
  row.notes = "llama-bench PR column; pp512 ub512";
  CHECK(reason_of(row).empty());
}

TEST_CASE("trap: what does not run on the device alone is left out", "[measured]") {
  Row row = bench();
  row.device = "RTX 4090 24GB + 2x Xeon Gold 6454S (hybrid)";
  CHECK(reason_of(row) == "weights partly in host memory");
  row = bench();
  row.notes = "model likely exceeds VRAM -> CPU offload";
  CHECK(reason_of(row) == "model larger than the device: spills to the host");
  row = bench();
  row.engine = "llama.cpp RPC";
  CHECK(reason_of(row) == "split over machines");
  row = bench();
  row.device = "Apple M2 Max CPU";
  CHECK(reason_of(row) == "processor of a machine that the catalog has for its graphics part");
}

TEST_CASE("trap: speculative decoding is another program", "[measured]") {
  Row row = bench();
  row.notes = "MTP speculative decoding ON (2 draft tokens); TP4";
  CHECK(reason_of(row) == "speculative decoding");
  row.notes = "no speculation; TP4";
  CHECK(reason_of(row).empty());
}

TEST_CASE("trap: aggregate decode throughput leaves the prompts out", "[measured]") {
  Row row = bench();
  row.scenario = "batched";
  row.concurrency = 8;
  row.input_tokens = 16384;
  row.output_tokens = 512;
  row.metric = "total_output_tok_s";
  row.value = 800;
  row.notes = "no speculation; TP4; aggregate decode throughput at given context per request; PCIe no NVLink";
  const Reading reading = reading_of(row);
  CHECK(reading.metric == Metric::decode);
  CHECK(reading.measured == 100);
  CHECK(*reading.query.prefix_hit_share > 0.999);
}

TEST_CASE("trap: a burst's time to first token is its queue, its throughput is not", "[measured]") {
  Row row = serving();
  row.concurrency = 1000;
  row.notes = "1000 requests sent at once (vllm bench serve, rate inf) so TTFT is queue-dominated";
  row.metric = "ttft_ms";
  CHECK(reason_of(row) == "time to first token of a burst is its queue");
  row.metric = "total_output_tok_s";
  CHECK(reading_of(row).setting == Setting::burst);
}

TEST_CASE("trap: an open loop's throughput below saturation only repeats its rate", "[measured]") {
  Row row = serving();
  row.concurrency.reset();
  row.notes = "ShareGPT 200 prompts Poisson QPS=16.0 (short run: includes ramp/drain); mean";
  row.metric = "total_output_tok_s";
  CHECK(reason_of(row) == "throughput below saturation only repeats the request rate");
  row.metric = "tpot_ms";
  CHECK(reading_of(row).query.request_rate == 16.0);
  CHECK(reading_of(row).setting == Setting::rate);
}

TEST_CASE("trap: crowd-sourced caches and unpublished prompt lengths are doubtful, not gone", "[measured]") {
  Row row = bench();
  row.source = "github:AlexsJones/llmfit@3f44fd3 (localmaxxing cache)";
  CHECK_FALSE(reading_of(row).doubt.empty());
  row = serving();
  row.source = "ML.ENERGY leaderboard v3";
  row.input_tokens.reset();
  row.notes = "steady-state; task=gpqa; input length not published in this file";
  CHECK_FALSE(reading_of(row).doubt.empty());
  CHECK(reading_of(bench()).doubt.empty());
}

TEST_CASE("trap: vLLM's total is the device's memory, transformers' is a peak summed over devices",
          "[measured]") {
  Row row = memory();
  row.metric = "total_gib";
  CHECK(reason_of(row) == "the device's own memory, not what is used");
  row.engine = "transformers";
  row.engine_version = "4.51.3";
  row.max_context = 8192;
  row.devices = 2;
  row.notes =
      "peak torch.cuda.max_memory_allocated summed over 2 GPU(s); batch 1; input 6144 + 2048 generated";
  const Reading reading = reading_of(row);
  CHECK(reading.metric == Metric::memory_total);
  CHECK(reading.query.devices == 1);
  CHECK(reading.query.input_tokens == 6144.0);
  CHECK(reading.query.output_tokens == 2048.0);
  row.metric = "kv_cache_tokens";
  CHECK(reason_of(row) == "a length, not a figure");
}

TEST_CASE("trap: vLLM's KV cache is a pool, llama.cpp's is that of the context", "[measured]") {
  CHECK(reading_of(memory()).metric == Metric::kv_pool);
  CHECK(reading_of(memory()).query.max_context == 8192);
  Row row = memory();
  row.engine = "llama.cpp b2824";
  row.engine_version.clear();
  row.device.clear();
  row.notes = "backend CUDA x2; n_batch 512; no FA";
  CHECK(reading_of(row).metric == Metric::kv_cache);
  CHECK(reading_of(row).query.concurrency == 1.0);
  row.metric = "compute_buffer_gib";
  row.value = 2;
  CHECK(reading_of(row).measured == 1073741824.0);  // one buffer a device, the table gives the sum
}

TEST_CASE("trap: decode context parallelism multiplies the tokens that a pool holds", "[measured]") {
  Row row = memory();
  row.notes = "decode_context_parallel=4 (KV tokens scale with DCP); MTP=0";
  CHECK(reason_of(row) == "decode context parallelism");
}
