#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "rackfit/llm/architecture.hpp"
#include "rackfit/measured/score.hpp"

namespace rackfit::measured {
namespace {

/// Everything of a query that changes its answer.
std::string question_key(const estimate::Query& q) {
  const auto number = [](const auto& value) { return value ? fmt::format("{}", *value) : std::string("-"); };
  std::string key;
  for (const std::string* text :
       {&q.model, &q.device, &q.engine, &q.engine_version, &q.weights, &q.kv, &q.split}) {
    key += *text;
    key += '\x1f';
  }
  for (const auto* value :
       {&q.devices, &q.tp, &q.pp, &q.dp, &q.ep, &q.max_context, &q.max_num_seqs, &q.max_batched_tokens}) {
    key += number(*value);
    key += '\x1f';
  }
  for (const auto* value : {&q.concurrency, &q.request_rate, &q.input_tokens, &q.output_tokens,
                            &q.gpu_memory_utilization, &q.arrival_cv, &q.prefix_hit_share, &q.ram_bytes}) {
    key += number(*value);
    key += '\x1f';
  }
  return key;
}

constexpr char slower_repeat[] = "a slower run of the same question: other back end, build or thread count";

struct Read {
  const Row* row = nullptr;
  Reading reading;
};

/// Of runs of the same question the fastest one stays.
std::vector<Read> fastest(std::vector<Read> all, Cases& cases) {
  std::map<std::string, std::size_t> best;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!repeats(all[i].reading)) continue;
    const auto [at, fresh] = best.emplace(repeat_key(*all[i].row, all[i].reading), i);
    if (!fresh && all[i].reading.measured > all[at->second].reading.measured) at->second = i;
  }
  std::vector<Read> kept;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const bool stays = !repeats(all[i].reading) || best.at(repeat_key(*all[i].row, all[i].reading)) == i;
    if (stays) {
      kept.push_back(std::move(all[i]));
    } else {
      cases.left_out[slower_repeat].push_back(all[i].row);
    }
  }
  return kept;
}

}  // namespace

bool sparse(std::string_view family) {
  return family.size() >= 3 && family.substr(family.size() - 3) == "moe";
}

Cases make_cases(const catalog::Catalog& catalog, const std::vector<Row>& rows) {
  Cases cases;
  std::vector<Read> read_rows;
  for (const Row& row : rows) {
    auto result = read(row);
    if (const auto* left = std::get_if<LeftOut>(&result)) {
      cases.left_out[left->reason].push_back(&row);
    } else {
      read_rows.push_back({&row, std::get<Reading>(std::move(result))});
    }
  }
  estimate::Resolver resolver(catalog);
  std::map<std::string, std::variant<std::size_t, std::string>> known;  // question, or why there is none
  for (Read& item : fastest(std::move(read_rows), cases)) {
    const std::string key = question_key(item.reading.query);
    auto found = known.find(key);
    if (found == known.end()) {
      auto subject = resolver.resolve(item.reading.query);
      if (auto* problem = std::get_if<estimate::Problem>(&subject)) {
        found = known.emplace(key, "not in the catalog or not askable: " + problem->code).first;
      } else {
        found = known.emplace(key, cases.questions.size()).first;
        cases.questions.push_back(std::get<estimate::Subject>(std::move(subject)));
      }
    }
    if (const auto* why = std::get_if<std::string>(&found->second)) {
      cases.left_out[*why].push_back(item.row);
    } else {
      cases.cases.push_back({item.row, std::move(item.reading), std::get<std::size_t>(found->second)});
    }
  }
  return cases;
}

}  // namespace rackfit::measured
