#include "headline.hpp"

#include <fmt/format.h>

#include <cmath>
#include <functional>

#include "rackfit/llm/deployment.hpp"

namespace rackfit::accuracy {
namespace {

using measured::Metric;
using measured::Sample;
using measured::Setting;

constexpr double gib = 1073741824.0;

struct Promise {
  std::string title;
  Judge judge;
  double target;
  std::function<bool(const Sample&)> counts;
};

bool server(const Sample& s) {
  return s.engine == "vllm" || s.engine == "sglang" || s.engine == "tensorrt-llm";
}
bool file_engine(const Sample& s) { return s.engine == "llama.cpp" || s.engine == "ik-llama.cpp"; }

bool stream_decode(const Sample& s) {
  if (s.setting != Setting::single_stream) return false;
  return s.metric == Metric::decode || s.metric == Metric::tpot;
}

std::vector<Promise> promises() {
  std::vector<Promise> all = {
      {"vLLM KV pool", Judge::mean, 0.05,
       [](const Sample& s) { return s.metric == Metric::kv_pool && s.engine == "vllm"; }},
      {"weights", Judge::median, 0.015, [](const Sample& s) { return s.metric == Metric::weights; }},
      {"activation, vLLM 0.17 to 0.19, worst GiB", Judge::worst_gib, 0.4,
       [](const Sample& s) {
         const std::string& version = s.row->engine_version;
         return s.metric == Metric::activation && s.engine == "vllm" && !llm::version_less(version, "0.17") &&
                llm::version_less(version, "0.20");
       }},
      {"total memory, transformers", Judge::median, 0.06,
       [](const Sample& s) { return s.metric == Metric::memory_total && s.engine == "transformers"; }},
      {"total memory, llama.cpp", Judge::median, 0.06,
       [](const Sample& s) { return s.metric == Metric::memory_total && file_engine(s); }},
  };
  const std::pair<const char*, double> classes[] = {{"consumer", 0.05},   {"workstation", 0.05},
                                                    {"datacenter", 0.08}, {"edge", 0.08},
                                                    {"apple", 0.10},      {"cpu", 0.15}};
  for (const auto& [name, target] : classes) {
    all.push_back(
        {std::string("decode, one stream, ") + name, Judge::median, target,
         [name = std::string(name)](const Sample& s) { return stream_decode(s) && s.device_class == name; }});
  }
  for (const auto& [name, target] : classes) {
    all.push_back({std::string("prefill, one stream, ") + name, Judge::median, 0.15,
                   [name = std::string(name)](const Sample& s) {
                     return s.metric == Metric::prefill && s.setting == Setting::single_stream &&
                            s.device_class == name;
                   }});
  }
  for (const char* engine : {"vllm", "sglang", "tensorrt-llm"}) {
    for (const bool moe : {false, true}) {
      all.push_back({fmt::format("TPOT at a concurrency, {}, {}", engine, moe ? "MoE" : "dense"),
                     Judge::median, moe ? 0.11 : 0.06, [engine = std::string(engine), moe](const Sample& s) {
                       return s.metric == Metric::tpot && s.setting == Setting::concurrency &&
                              s.engine == engine && s.device_class == "datacenter" &&
                              measured::sparse(s.family) == moe;
                     }});
    }
  }
  for (const char* engine : {"vllm", "sglang", "tensorrt-llm"}) {
    all.push_back({fmt::format("TTFT at a concurrency, {}", engine), Judge::median, 0.25,
                   [engine = std::string(engine)](const Sample& s) {
                     return s.metric == Metric::ttft && s.setting == Setting::concurrency &&
                            s.engine == engine && s.device_class == "datacenter";
                   }});
  }
  for (const char* engine : {"vllm", "sglang", "tensorrt-llm"}) {
    all.push_back({fmt::format("offline throughput, {}", engine), Judge::median, 0.15,
                   [engine = std::string(engine)](const Sample& s) {
                     return s.metric == Metric::output_rate && s.setting == Setting::offline &&
                            s.engine == engine;
                   }});
  }
  all.push_back({"offline throughput, all three", Judge::median, 0.15, [](const Sample& s) {
                   return s.metric == Metric::output_rate && s.setting == Setting::offline && server(s);
                 }});
  return all;
}

}  // namespace

std::vector<Headline> headlines(const std::vector<measured::Sample>& samples) {
  std::vector<Headline> lines;
  for (const Promise& promise : promises()) {
    std::vector<const Sample*> members;
    double worst = 0;
    for (const Sample& sample : samples) {
      if (sample.doubtful || !promise.counts(sample)) continue;
      members.push_back(&sample);
      worst = std::max(worst, std::abs(sample.predicted.mid - sample.measured) / gib);
    }
    Headline line{promise.title, measured::statistics(members), promise.judge, 0, promise.target};
    line.value = promise.judge == Judge::median ? line.statistics.median
                 : promise.judge == Judge::mean ? line.statistics.mean
                                                : worst;
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string headline_table(const std::vector<Headline>& lines) {
  std::string out = fmt::format("{:<44}{:>5}{:>10}{:>10}{:>8}{:>8}{:>8}{:>8}\n", "figure", "n", "judged",
                                "target", "median", "mean", "P90", "bias");
  for (const Headline& line : lines) {
    const measured::Statistics& s = line.statistics;
    if (s.n == 0) {
      out += fmt::format("{:<44}{:>5}   no rows\n", line.title, 0);
      continue;
    }
    const bool share = line.judge != Judge::worst_gib;
    const auto figure = [&](double value) {
      return share ? fmt::format("{:.1f}%", 100 * value) : fmt::format("{:.2f} GiB", value);
    };
    out += fmt::format("{:<44}{:>5}{:>10}{:>10}{:>7.1f}%{:>7.1f}%{:>7.1f}%{:>+7.1f}%  {}\n", line.title, s.n,
                       figure(line.value), figure(line.target), 100 * s.median, 100 * s.mean, 100 * s.p90,
                       100 * s.bias, line.met() ? "ok" : "MISSED");
  }
  return out;
}

}  // namespace rackfit::accuracy
