#include "options.hpp"

#include <algorithm>
#include <charconv>

namespace rackfit::accuracy {
namespace {

using measured::Setting;

const std::vector<std::string> parts = {"memory",     "single-stream", "serving-dc",
                                        "serving-ws", "offline",       "kafka"};

}  // namespace

bool in_part(const measured::Sample& sample, const std::string& part) {
  if (part.empty()) return true;
  const bool serving = sample.setting == Setting::concurrency || sample.setting == Setting::rate;
  if (part == "memory") return sample.setting == Setting::memory;
  if (part == "single-stream") return sample.setting == Setting::single_stream;
  if (part == "offline") return sample.setting == Setting::offline || sample.setting == Setting::burst;
  return serving && (sample.device_class == "datacenter") == (part == "serving-dc");
}

std::vector<std::string> tables_of(const std::string& part) {
  if (part == "kafka") return {};
  if (part == "memory") return {"llm_memory_dc.csv", "llm_memory_ws.csv"};
  if (part.empty())
    return {"llm_memory_dc.csv", "llm_memory_ws.csv", "llm_throughput_dc.csv", "llm_throughput_ws.csv"};
  return {"llm_throughput_dc.csv", "llm_throughput_ws.csv"};
}

std::optional<Options> parse_options(const std::vector<std::string>& args, std::string& problem) {
  Options options;
  for (std::size_t i = 0; i < args.size(); ++i) {
    const std::string& arg = args[i];
    const auto value = [&]() -> std::optional<std::string> {
      if (i + 1 < args.size()) return args[++i];
      problem = "`" + arg + "` wants a value";
      return std::nullopt;
    };
    if (arg == "--json") {
      options.json = true;
    } else if (arg == "--check") {
      options.check = true;
    } else if (arg == "--update") {
      options.update = true;
    } else if (arg == "--left-out") {
      options.left_out = true;
    } else if (arg == "--only" || arg == "--filter" || arg == "--rows" || arg == "--top" ||
               arg == "--data-dir") {
      const auto text = value();
      if (!text) return std::nullopt;
      if (arg == "--data-dir") options.data_dir = *text;
      if (arg == "--only") {
        options.only = *text;
        if (std::find(parts.begin(), parts.end(), *text) == parts.end())
          problem = "unknown part `" + *text + "`";
      }
      if (arg == "--filter" || arg == "--rows") {
        const auto filter = measured::Filter::parse(*text);
        if (!filter) problem = "`" + *text + "` is not a list such as engine=vllm,family=moe";
        if (filter && arg == "--filter") options.filter = *filter;
        if (filter && arg == "--rows") options.rows = *filter;
      }
      if (arg == "--top") {
        const auto [end, error] =
            std::from_chars(text->data(), text->data() + text->size(), options.most_rows);
        if (error != std::errc() || end != text->data() + text->size()) problem = "`--top` wants a number";
      }
      if (!problem.empty()) return std::nullopt;
    } else if (!arg.empty() && arg[0] == '-') {
      problem = "unknown option `" + arg + "`";
      return std::nullopt;
    } else {
      options.files.push_back(arg);
    }
  }
  return options;
}

}  // namespace rackfit::accuracy
