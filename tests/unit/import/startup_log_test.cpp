// Start-up logs of vLLM and llama.cpp, in the spellings of several years.
#include "rackfit/import/startup_log.hpp"

#include "support/catch.hpp"

using namespace rackfit;
using namespace rackfit::importer;

namespace {

constexpr double gib = 1024.0 * 1024 * 1024;
constexpr double mib = 1024.0 * 1024;

StartupLog read(const std::string& text) {
  Diagnostics diagnostics;
  auto log = read_startup_log(text, "server.log", diagnostics);
  INFO(render(diagnostics));
  REQUIRE(log);
  return *std::move(log);
}

}  // namespace

TEST_CASE("vLLM's second engine, with its profiling lines") {
  const auto log = read(
      "(APIServer pid=1) INFO 04-14 22:09:20 [api_server.py:1977] vLLM API server version 0.19.0\n"
      "(APIServer pid=1) INFO 04-14 22:09:20 [utils.py:233] non-default args: {'model_tag': "
      "'meta-llama/Llama-3.1-8B', "
      "'model': 'meta-llama/Llama-3.1-8B', 'max_model_len': 16000, 'tensor_parallel_size': 2, "
      "'gpu_memory_utilization': 0.95}\n"
      "(EngineCore pid=9) INFO 04-14 22:09:30 [core.py:97] Initializing a V1 LLM engine (v0.19.0) with "
      "config: "
      "model='meta-llama/Llama-3.1-8B', speculative_config=None, tokenizer='meta-llama/Llama-3.1-8B', "
      "max_seq_len=16000, tensor_parallel_size=2, pipeline_parallel_size=1, data_parallel_size=1, "
      "quantization=fp8, "
      "enforce_eager=False, kv_cache_dtype=fp8_e4m3, device_config=cuda\n"
      "(Worker_TP0 pid=11) INFO 04-14 22:09:59 [gpu_model_runner.py:4879] Model loading took 7.51 GiB memory "
      "and "
      "31.657031 seconds\n"
      "(Worker_TP1 pid=12) INFO 04-14 22:09:59 [gpu_model_runner.py:4879] Model loading took 7.52 GiB memory "
      "and "
      "31.7 seconds\n"
      "(Worker_TP0 pid=11) DEBUG 04-14 22:10:20 [gpu_worker.py:300] Memory profiling takes 5.19 seconds. "
      "Total non KV "
      "cache memory: 10.4GiB; torch peak memory increase: 2.05GiB; non-torch forward increase memory: "
      "0.81GiB; weights "
      "memory: 7.51GiB.\n"
      "(Worker_TP0 pid=11) INFO 04-14 22:10:20 [gpu_model_runner.py:5993] Estimated CUDA graph memory: 0.26 "
      "GiB total\n"
      "(Worker_TP0 pid=11) INFO 04-14 22:10:21 [gpu_worker.py:456] Available KV cache memory: 64.83 GiB\n"
      "(Worker_TP1 pid=12) INFO 04-14 22:10:21 [gpu_worker.py:456] Available KV cache memory: 64.80 GiB\n"
      "(EngineCore pid=9) INFO 04-14 22:10:22 [kv_cache_utils.py:1314] GPU KV cache size: 1,061,872 tokens\n"
      "(EngineCore pid=9) INFO 04-14 22:10:22 [kv_cache_utils.py:1319] Maximum concurrency for 16,000 tokens "
      "per "
      "request: 66.37x\n"
      "(Worker_TP0 pid=11) INFO 04-14 22:10:40 [gpu_model_runner.py:6243] Graph capturing finished in 12 "
      "secs, took "
      "0.51 GiB\n"
      "(Worker_TP0 pid=11) DEBUG 04-14 22:10:41 [gpu_worker.py:600] Free memory on device (78.57/79.19 GiB) "
      "on startup. "
      "Desired GPU memory utilization is (0.95, 75.23 GiB). Actual usage is 7.51 GiB for weight, 2.05 GiB "
      "for peak "
      "activation, 0.81 GiB for non-torch memory, and 0.51 GiB for CUDAGraph memory.\n");
  CHECK(log.engine == "vllm");
  CHECK(log.engine_version == "0.19.0");
  CHECK(log.model == "meta-llama/Llama-3.1-8B");
  CHECK(log.tensor_parallel == 2);
  CHECK(log.max_context == 16000);
  CHECK(log.gpu_memory_utilization == 0.95);
  CHECK(log.weights_format == "fp8");
  CHECK(log.kv_format == "fp8");
  CHECK(*log.weights_bytes == Approx(7.52 * gib));
  CHECK(*log.activation_bytes == Approx(2.05 * gib));
  CHECK(*log.non_torch_bytes == Approx(0.81 * gib));
  CHECK(*log.graphs_bytes == Approx(0.51 * gib));
  CHECK(*log.graphs_estimated_bytes == Approx(0.26 * gib));
  CHECK(*log.kv_cache_bytes == Approx(64.80 * gib));
  CHECK(*log.kv_cache_tokens == 1061872);
  CHECK(*log.max_concurrency == Approx(66.37));
  CHECK(*log.concurrency_tokens == 16000);
  CHECK(*log.device_bytes == Approx(79.19 * gib));
}

TEST_CASE("vLLM's first engine, with its profile in one line") {
  const auto log = read(
      "INFO 03-21 20:15:44 [llm_engine.py:242] Initializing a V0 LLM engine (v0.8.3) with config: "
      "model='m/x', "
      "max_seq_len=8192, tensor_parallel_size=1, quantization=awq, kv_cache_dtype=auto,\n"
      "INFO 03-21 20:15:44 model_runner.py:1099] Loading model weights took 12.5502 GB\n"
      "INFO 03-21 20:15:45 [worker.py:267] the current vLLM instance can use total_gpu_memory (79.19GiB) x "
      "gpu_memory_utilization (0.90) = 71.27GiB\n"
      "INFO 03-21 20:15:45 [worker.py:267] model weights take 12.55GiB; non_torch_memory takes 0.16GiB; "
      "PyTorch "
      "activation peak memory takes 2.38GiB; the rest of the memory reserved for KV Cache is 56.18GiB.\n"
      "INFO 03-21 20:15:46 [executor_base.py:111] # cuda blocks: 7191, # CPU blocks: 512\n"
      "INFO 03-21 20:15:46 [executor_base.py:116] Maximum concurrency for 8192 tokens per request: 14.04x\n"
      "INFO 03-21 20:16:00 [model_runner.py:1570] Graph capturing finished in 16 secs, took 0.13 GiB\n");
  CHECK(log.engine_version == "0.8.3");
  CHECK(*log.device_bytes == Approx(79.19 * gib));
  CHECK(log.gpu_memory_utilization == 0.9);
  CHECK(*log.weights_bytes == Approx(12.5502 * gib));
  CHECK(*log.non_torch_bytes == Approx(0.16 * gib));
  CHECK(*log.activation_bytes == Approx(2.38 * gib));
  CHECK(*log.kv_cache_bytes == Approx(56.18 * gib));
  CHECK(*log.kv_cache_tokens == 7191 * 16);
  CHECK(*log.graphs_bytes == Approx(0.13 * gib));
  CHECK(log.kv_format.empty());
}

TEST_CASE("the profile of late 2024, a line a figure") {
  const auto log = read(
      "INFO 12-13 19:54:18 worker.py:243] Memory profiling results:\n"
      "INFO 12-13 19:54:18 worker.py:243] total_gpu_memory     79.22GiB\n"
      "INFO 12-13 19:54:18 worker.py:243] gpu_memory_utilization       0.90\n"
      "INFO 12-13 19:54:18 worker.py:243] model weights take   14.96GiB\n"
      "INFO 12-13 19:54:18 worker.py:243] non_torch_memory     1.79GiB\n"
      "INFO 12-13 19:54:18 worker.py:243] PyTorch activation peak memory       1.26GiB\n"
      "INFO 12-13 19:54:18 worker.py:243] available_kv_cache_memory    53.29GiB\n");
  CHECK(*log.device_bytes == Approx(79.22 * gib));
  CHECK(*log.weights_bytes == Approx(14.96 * gib));
  CHECK(*log.non_torch_bytes == Approx(1.79 * gib));
  CHECK(*log.activation_bytes == Approx(1.26 * gib));
  CHECK(*log.kv_cache_bytes == Approx(53.29 * gib));
}

TEST_CASE("only the last start of a server counts") {
  const auto log = read(
      "vLLM API server version 0.11.0\nModel loading took 40.0 GiB\nCUDA out of memory\n"
      "vLLM API server version 0.12.0\nModel loading took 8.0 GiB and 3 seconds\nAvailable KV cache memory: "
      "5 GiB\n");
  CHECK(log.engine_version == "0.12.0");
  CHECK(*log.weights_bytes == Approx(8 * gib));
  CHECK_FALSE(log.out_of_memory);
}

TEST_CASE("llama.cpp of 2025 and 2026: buffers by device") {
  const auto log = read(
      "build: 6327 (5266f24d) with cc (Ubuntu 13.3.0) 13.3.0 for x86_64-linux-gnu\n"
      "llama_model_load_from_file_impl: using device CUDA0 (NVIDIA GeForce RTX 4090) - 23500 MiB free\n"
      "llama_model_loader: loaded meta data with 39 key-value pairs and 434 tensors from /models/q.gguf "
      "(version GGUF V3 "
      "(latest))\n"
      "print_info: file type   = Q4_K - Medium\n"
      "print_info: file size   = 16.68 GiB (4.89 BPW) \n"
      "print_info: model type       = 27B\n"
      "print_info: model params     = 26.90 B\n"
      "\x1b[34m0.03.1\x1b[0m \x1b[32mI \x1b[0mload_tensors: offloaded 66/66 layers to GPU\n"
      "load_tensors:   CPU_Mapped model buffer size =   682.03 MiB\n"
      "load_tensors:        CUDA0 model buffer size = 16028.79 MiB\n"
      "llama_context: n_seq_max     = 4\n"
      "llama_context: n_ctx         = 131072\n"
      "llama_context: n_ctx_seq     = 32768\n"
      "llama_context: n_batch       = 2048\n"
      "llama_context: n_ubatch      = 512\n"
      "llama_context: flash_attn    = auto\n"
      "llama_context:  CUDA_Host  output buffer size =     0.95 MiB\n"
      "llama_kv_cache:      CUDA0 KV buffer size =  2048.00 MiB\n"
      "llama_kv_cache:      CUDA0 KV buffer size =    12.00 MiB\n"
      "llama_kv_cache: size = 2060.00 MiB (131072 cells,  16 layers,  4/1 seqs), K (q8_0): 1030.00 MiB, V "
      "(q8_0): "
      "1030.00 MiB\n"
      "llama_memory_recurrent:      CUDA0 RS buffer size =   149.62 MiB\n"
      "sched_reserve: Flash Attention was auto, set to enabled\n"
      "sched_reserve:      CUDA0 compute buffer size =   495.00 MiB\n"
      "sched_reserve:      CUDA0 compute buffer size =   300.00 MiB\n"
      "sched_reserve:  CUDA_Host compute buffer size =    13.00 MiB\n"
      "common_memory_breakdown_print: |   - CUDA0 (RTX 4090)   | 24080 =  912 + (18733 = 16028 +    2209 +   "
      "  495) + "
      "4435 |\n");
  CHECK(log.engine == "llama.cpp");
  CHECK(log.engine_version == "6327");
  CHECK(log.model == "/models/q.gguf");
  CHECK(log.model_type == "27B");
  CHECK(log.weights_format == "Q4_K - Medium");
  CHECK(*log.parameters == Approx(26.9e9));
  CHECK(*log.file_bytes == Approx(16.68 * gib));
  CHECK(*log.bits_per_weight == Approx(4.89));
  CHECK(log.layers_on_gpu == 66);
  CHECK(log.max_context == 131072);
  CHECK(log.max_num_seqs == 4);
  CHECK(log.max_batched_tokens == 2048);
  CHECK(log.micro_batch_tokens == 512);
  CHECK(log.flash_attention == true);
  CHECK(log.kv_format == "q8_0");
  CHECK(*log.weights_bytes == Approx(16028.79 * mib));
  CHECK(*log.kv_cache_bytes == Approx(2060 * mib));
  CHECK(*log.state_bytes == Approx(149.62 * mib));
  CHECK(*log.activation_bytes == Approx(495 * mib));
  CHECK(*log.device_bytes == Approx(24080 * mib));
  REQUIRE(log.devices.size() == 3);
  CHECK(log.devices[0].name == "NVIDIA GeForce RTX 4090");
  CHECK(*log.devices[0].free_bytes == Approx(23500 * mib));
  CHECK(log.devices[1].host);
}

TEST_CASE("llama.cpp of 2024: the fullest of several cards decides") {
  const auto log = read(
      "main: build = 3600 (2fb92678)\n"
      "llm_load_print_meta: model ftype      = Q8_0\n"
      "llm_load_print_meta: model params     = 672.050 B\n"
      "llm_load_print_meta: model size       = 307.197 GiB (3.926 BPW)\n"
      "llm_load_tensors:        CPU buffer size =   500.00 MiB\n"
      "llm_load_tensors:      CUDA0 buffer size =  9000.25 MiB\n"
      "llm_load_tensors:      CUDA1 buffer size = 12698.93 MiB\n"
      "llama_new_context_with_model: n_ctx      = 4096\n"
      "llama_new_context_with_model: flash_attn = 0\n"
      "llama_kv_cache_init:      CUDA1 KV buffer size =   144.00 MiB\n"
      "llama_new_context_with_model:      CUDA1 compute buffer size =   300.75 MiB\n");
  CHECK(log.engine_version == "3600");
  CHECK(log.flash_attention == false);
  CHECK(log.max_context == 4096);
  CHECK(*log.weights_bytes == Approx(12698.93 * mib));
  CHECK(*log.kv_cache_bytes == Approx(144 * mib));
  CHECK(*log.activation_bytes == Approx(300.75 * mib));
}

TEST_CASE("numbers that cannot be are left out, and other texts are refused") {
  Diagnostics diagnostics;
  CHECK_FALSE(read_startup_log("", "x", diagnostics));
  CHECK_FALSE(read_startup_log("GET /health 200\nModel loading took forever\n", "x", diagnostics));
  CHECK_THAT(render(diagnostics), ContainsSubstring("is not a start-up log"));
  const auto log = read(
      "Model loading took 1.0 GiB\nGPU KV cache size: 99999999999999999999999999 tokens\n"
      "Available KV cache memory: -1.44 GiB\n");
  CHECK_FALSE(log.kv_cache_tokens);
  CHECK_FALSE(log.kv_cache_bytes);
}
