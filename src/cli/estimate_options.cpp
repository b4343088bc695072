// The options of `estimate` and `fits`, which share most of them.
#include "args.hpp"

namespace rackfit::cli {
namespace {

OptionSpec option(std::string_view names, std::string_view value, std::string Args::*member,
                  std::string_view help) {
  return {names, value, member, help, {}};
}

}  // namespace

CommandSpec estimate_command() {
  return {
      "estimate",
      "one model on given devices: memory, latency and throughput",
      "Whatever is left out is chosen as an expert would, and said. MODEL is an id, a Hugging Face name, or "
      "a "
      "config.json, safetensors or GGUF file. Counts take k, M, Ki and Mi: 2k is 2000, 2Ki is 2048.",
      {{"MODEL", &Args::words, false, "such as llama-3.3-70b; not with --batch"}},
      {option("--on", "[N]xDEVICE", &Args::on, "the devices, such as 2xh100-sxm or rtx-4090"),
       option("--quant", "FORMAT", &Args::quant,
              "weight format, such as fp8, awq or q4_k_m (default: the published one)"),
       option("--kv", "FORMAT", &Args::kv, "KV cache format, such as fp8 (default: 16 bit)"),
       option("--engine", "NAME", &Args::engine, "such as vllm or llama.cpp (default: the usual one there)"),
       option("--engine-version", "VERSION", &Args::engine_version,
              "memory behaviour differs between versions"),
       option("--tp", "N", &Args::tp, "tensor-parallel devices"),
       option("--pp", "N", &Args::pp, "pipeline stages"),
       option("--dp", "N", &Args::dp, "copies; of mixtures of experts: attention groups"),
       option("--ep", "N", &Args::ep, "devices that the experts are spread over"),
       option("--split", "HOW", &Args::split, "tensor or layer"),
       option("--concurrency", "N", &Args::concurrency,
              "requests always in progress (default: as many as fit)"),
       option("--rate", "N", &Args::rate, "requests per second instead"),
       option("--in", "TOKENS", &Args::in_tokens, "prompt length"),
       option("--out", "TOKENS", &Args::out_tokens, "answer length"),
       option("--context", "TOKENS", &Args::context,
              "longest sequence to be served (default: prompt and answer)"),
       option("--gpu-memory-utilization", "SHARE", &Args::memory_utilization,
              "share of the device the engine may use"),
       option("--arrival-cv", "N", &Args::arrival_cv, "burstiness of --rate: 1 is Poisson, traces have more"),
       option("--prefix-hit", "SHARE", &Args::prefix_hit, "share of the prompts found in the prefix cache"),
       option("--max-num-seqs", "N", &Args::max_num_seqs, "the scheduler's limit on running sequences"),
       option("--max-batched-tokens", "N", &Args::max_batched_tokens,
              "the scheduler's limit on tokens per step"),
       option("--speculative-tokens", "N", &Args::speculative_tokens,
              "speculative decoding: tokens proposed per step"),
       option("--draft-model", "MODEL", &Args::draft_model, "proposed by this smaller model"),
       option("--speculative-method", "HOW", &Args::speculative_method,
              "draft, mtp (the model's own extra layers) or ngram (repeated text)"),
       option("--acceptance", "SHARE", &Args::acceptance, "chance that a proposed token is accepted"),
       option("--lora-adapters", "N", &Args::lora_adapters, "LoRA adapters held beside the model"),
       option("--lora-rank", "N", &Args::lora_rank, "rank of each adapter"),
       option("--disaggregate", "P:D", &Args::disaggregate,
              "instances for prompts and for answers, such as 2:6"),
       option("--ram", "SIZE", &Args::ram, "host memory for what the devices cannot hold, such as 128GiB"),
       option("--log", "FILE", &Args::log,
              "vLLM or llama.cpp start-up log: its measured memory replaces the estimate"),
       option("--batch", "FILE", &Args::batch, "answer a JSON object a line; - is standard input"),
       {"--format", "FORMAT", &Args::format_text, "how to print the result", {"table", "json"}},
       option("-o,--output", "FILE", &Args::output, "write the result to FILE, whole or not at all")},
      {"rackfit estimate llama-3.3-70b --on 2xh100-sxm --quant fp8 --concurrency 64 --in 2k --out 500",
       "rackfit estimate ./Qwen3-8B-Q4_K_M.gguf --on rtx-4090",
       "rackfit estimate --batch queries.jsonl > answers.jsonl"},
      false};
}

CommandSpec fits_command() {
  return {
      "fits",
      "what machines can do: models ranked with context and speed, or what Kafka brokers carry",
      "Tries every generating model of the catalog in the widest weight format that holds the wishes. "
      "Models that hold the speed come first, those that need less than four bits a weight later, ranked by "
      "size (a mixture of experts counts as the geometric "
      "mean of all and of active parameters), age, downloads and what the format leaves of them; "
      "profiles/estimate.yaml has the weights. Of fine-tunes and generations of one size the best is shown, "
      "and several houses before one house's sizes. JSON and CSV list all, the others with `like`.",
      {{"DEVICE", &Args::words, false, "such as 2xrtx-4090, m2-ultra or epyc-9654; not with --kafka"}},
      {option("--kafka", "BROKERS", &Args::kafka,
              "how much these Kafka brokers carry, such as 3x\"8 cores, 32GiB, 2x1.92TB nvme, 10GbE\""),
       option("--replication", "N", &Args::replication, "of the topics (default 3)"),
       option("--consumer-groups", "N", &Args::consumer_groups, "groups that read everything (default 1)"),
       option("--retention", "TIME", &Args::retention,
              "how long data stays; without it the answer says how long it can"),
       option("--message-size", "SIZE", &Args::message_size, "of a message, for messages per second"),
       option("--compression", "CODEC[:RATIO]", &Args::compression,
              "of the producers, such as lz4 or zstd:4"),
       {"--tls", "", &Args::tls, "on client and broker links", {}},
       option("--partitions", "N", &Args::partitions, "of all topics together"),
       option("--racks", "N", &Args::racks, "that the brokers are spread over: also judges the loss of one"),
       option("--clients", "N", &Args::clients, "connections of each broker"),
       {"--set",
        "NAME=VALUE",
        &Args::settings,
        "of --kafka: any input of the brokers' rules; repeatable",
        {}},
       {"--rules", "FILE", &Args::rules, "of --kafka: add or replace rules; repeatable", {}},
       option("--ram", "SIZE", &Args::ram,
              "host memory: a processor's own, or for what the devices cannot hold"),
       option("--context", "TOKENS", &Args::context, "longest sequence each user needs (default 8192)"),
       option("--users", "N", &Args::users, "requests at once (default 1)"),
       option("--min-tok-s", "N", &Args::min_rate, "tokens per second each must get (default 10)"),
       option("--engine", "NAME", &Args::engine, "only this engine"),
       {"--model", "WORDS", &Args::model_words, "only models with these words; repeatable", {}},
       {"--all", "", &Args::all, "fine-tunes and older generations too", {}},
       option("--top", "N", &Args::top_text, "how many to show; 0 shows all (default 15)"),
       {"--format", "FORMAT", &Args::format_text, "how to print the result", {"table", "json", "csv"}},
       option("-o,--output", "FILE", &Args::output, "write the result to FILE, whole or not at all")},
      {"rackfit fits 2xrtx-4090 --context 8k --users 10 --min-tok-s 20",
       "rackfit fits epyc-9654 --ram 384GiB", "rackfit fits rtx-3060 --model qwen3",
       "rackfit fits --kafka '3x8 cores, 32 GiB, 2x1.92TB nvme, 10GbE' --compression lz4"},
      false};
}

}  // namespace rackfit::cli
