#include "rackfit/estimate/fits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "choose.hpp"

namespace rackfit::estimate {
namespace {

// What is asked of a machine when nobody says: one reader, who reads about that fast, with room for some
// documents.
constexpr double usual_user_tokens_per_s = 10;
constexpr std::int64_t usual_context = 8192;
// Models that cannot hold this much belong to an older generation, whatever their size.
constexpr std::int64_t current_context = 16384;
// A format that holds more than the published weights gains nothing; block scales add a little.
constexpr double padding = 1.25;
// Below so many bits a weight models lose noticeably, so a coarser format is a last resort.
// Q3_K_M files have 4.0, four-bit weights with scales 4.16 and more.
constexpr double fine_bits = 4.1;
// Share of the context that is prompt when the machine is tried.
constexpr double prompt_share = 0.75;
constexpr double usual_prompt = 1024, usual_output = 256;

/// What a model is worth: a mixture of experts counts as the dense model between its two sizes.
double worth(const catalog::Model& model) {
  const double active = model.moe ? model.active_parameters.value_or(model.parameters) : model.parameters;
  return std::sqrt(model.parameters * active);
}

bool has_words(const catalog::Model& model, const std::vector<std::string>& words) {
  std::string all = model.row.id + " " + model.row.name;
  for (const std::string& alias : model.row.aliases) all += " " + alias;
  const std::string text = joined(words_of(all), " ");
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return text.find(joined(words_of(word), " ")) != std::string::npos;
  });
}

/// Formats worth trying for a model, widest first. `server`: those of server engines before files for
/// llama.cpp, which nobody would put on such a machine while the others fit.
std::vector<const catalog::Quantization*> ladder(const catalog::Catalog& catalog, const catalog::Model& model,
                                                 bool server) {
  const catalog::Quantization* native =
      model.native_quantization.empty() ? nullptr : catalog.quantizations.find(model.native_quantization);
  std::vector<const catalog::Quantization*> formats;
  for (const auto& format : catalog.quantizations.rows()) {
    const bool file = format.mixture && format.family == "gguf";
    if (!format.serving && !file && &format != native) continue;
    if (native && format.bits_per_weight > native->bits_per_weight * padding) continue;
    formats.push_back(&format);
  }
  std::stable_sort(formats.begin(), formats.end(), [&](const auto* a, const auto* b) {
    // What was published is as good as anything wider made from it.
    if ((a == native) != (b == native)) return a == native;
    if (server && (a->family == "gguf") != (b->family == "gguf")) return b->family == "gguf";
    return a->bits_per_weight > b->bits_per_weight;
  });
  return formats;
}

struct Tried {
  std::optional<Fit> best;     // the first that holds everything
  std::optional<Fit> fastest;  // of those that only fit
  std::optional<NearMiss> miss;
};

class Trial {
 public:
  Trial(const catalog::Catalog& catalog, const FitsQuery& query)
      : catalog_(catalog), query_(query), resolver_(catalog) {}

  std::optional<Problem> check() {
    Query q = base();
    for (const auto& model : catalog_.models.rows()) {
      if (!llm::generates(model)) continue;
      q.model = model.row.id;
      break;
    }
    auto resolved = resolver_.resolve(q);
    if (const auto* problem = std::get_if<Problem>(&resolved)) return *problem;
    const auto& device = *std::get<Subject>(resolved).deployment.device;
    assume_memory(device);
    server_ = query_.engine.empty() && device.device_class == catalog::DeviceClass::datacenter;
    return {};
  }

  FitsResult run() {
    FitsResult result;
    result.context_tokens = double(query_.context.value_or(usual_context));
    result.users = query_.users.value_or(1);
    result.min_user_tokens_per_s = wanted_speed();
    for (const auto& model : catalog_.models.rows()) {
      if (!llm::generates(model) || !has_words(model, query_.words)) continue;
      Tried tried = try_model(model);
      if (tried.best) {
        result.fits.push_back(std::move(*tried.best));
      } else if (tried.fastest) {
        result.fits.push_back(std::move(*tried.fastest));
      } else if (tried.miss) {
        result.misses.push_back(std::move(*tried.miss));
      }
    }
    rank(result);
    result.notes = std::move(notes_);
    return result;
  }

 private:
  double wanted_speed() const { return query_.min_user_tokens_per_s.value_or(usual_user_tokens_per_s); }

  /// A processor is asked as one machine: a module of the middle size in every channel, not a size for every
  /// model.
  void assume_memory(const catalog::Device& device) {
    if (query_.ram_bytes || device.memory_bytes || device.usable_memory_bytes || !device.memory_channels)
      return;
    std::vector<double> modules;
    for (const auto& dimm : catalog_.dimms.rows()) modules.push_back(dimm.capacity_bytes);
    std::sort(modules.begin(), modules.end());
    modules.erase(std::unique(modules.begin(), modules.end()), modules.end());
    if (modules.empty()) return;
    constexpr double gib = 1073741824.0;
    const double module = modules[modules.size() / 2];
    query_.ram_bytes = module * double(*device.memory_channels);
    notes_.push_back(fmt::format("memory: {} modules of {:.0f} GiB are assumed; --ram says otherwise",
                                 *device.memory_channels, module / gib));
  }

  Query base() const {
    Query q;
    q.device = query_.device;
    q.engine = query_.engine;
    q.ram_bytes = query_.ram_bytes;
    q.concurrency = query_.users.value_or(1);
    return q;
  }

  Tried try_model(const catalog::Model& model) {
    Tried tried;
    const std::int64_t longest = model.context_tokens.value_or(usual_context);
    // Without a wish a model of a short context is tried with its own.
    const std::int64_t context = query_.context.value_or(std::min(longest, usual_context));
    if (context > longest) {
      tried.miss = NearMiss{&model, nullptr, fmt::format("its context is {} tokens", longest),
                            double(context) / double(longest)};
      return tried;
    }
    Query q = base();
    q.model = model.row.id;
    q.max_context = context;
    q.input_tokens = std::min(usual_prompt, std::floor(double(context) * prompt_share));
    q.output_tokens = std::min(usual_output, double(context) - *q.input_tokens);
    for (const auto* format : ladder(catalog_, model, server_)) {
      // Once something finer fits, coarser formats would only be faster.
      if (format->bits_per_weight < fine_bits && tried.fastest && !tried.fastest->coarse) continue;
      q.weights = format->row.id;
      try_format(q, model, *format, tried);
      if (tried.best) break;
    }
    return tried;
  }

  void try_format(const Query& q, const catalog::Model& model, const catalog::Quantization& format,
                  Tried& tried) {
    auto resolved = resolver_.resolve(q);
    auto* subject = std::get_if<Subject>(&resolved);
    if (!subject) return;
    // A format that was rewrapped for the engine comes by its own name.
    if (subject->deployment.quantization != &format) return;
    const llm::ServingModel serving = llm::serving_model(subject->deployment);
    Answer answered = answer(*subject, serving);
    const double users = q.concurrency.value_or(1);
    if (!answered.fits || answered.max_concurrency < users) {
      note_miss(model, format, answered, users, tried);
      return;
    }
    Fit fit;
    fit.coarse = format.bits_per_weight < fine_bits;
    fit.fast = answered.decode_tokens_per_s.value_or(0) >= wanted_speed();
    const double limit = model.context_tokens ? double(*model.context_tokens) : serving.memory.max_tokens;
    fit.max_context_tokens =
        llm::max_context(subject->deployment, serving.memory, std::ceil(users / subject->replicas), limit);
    const double speed = answered.decode_tokens_per_s.value_or(0);
    const bool fast = fit.fast;
    if (!fast && tried.fastest && tried.fastest->answer.decode_tokens_per_s.value_or(0) >= speed) return;
    fit.subject = std::move(*subject);
    fit.answer = std::move(answered);
    (fast ? tried.best : tried.fastest) = std::move(fit);
  }

  static void note_miss(const catalog::Model& model, const catalog::Quantization& format,
                        const Answer& answered, double users, Tried& tried) {
    NearMiss miss{&model, &format, {}, 1};
    if (answered.reasons.empty()) {
      miss.because = fmt::format("{:.0f} of {:.0f} users fit the KV cache", answered.max_concurrency, users);
      miss.excess = users / std::max(1.0, answered.max_concurrency);
    } else {
      const llm::Reason& reason = answered.reasons.front();
      const bool memory =
          reason.kind == llm::Misfit::weights_exceed_memory || reason.kind == llm::Misfit::kv_exceeds_memory;
      // Of reasons of other kinds nobody is nearer than another.
      constexpr double far = 1e6;
      miss.because = llm::describe(reason);
      miss.excess = memory && reason.available > 0 ? reason.needed / reason.available : far;
    }
    if (!tried.miss || miss.excess < tried.miss->excess) tried.miss = std::move(miss);
  }

  static void rank(FitsResult& result) {
    std::stable_sort(result.fits.begin(), result.fits.end(), [](const Fit& a, const Fit& b) {
      const catalog::Model& x = *a.subject.deployment.model;
      const catalog::Model& y = *b.subject.deployment.model;
      const bool x_current = x.context_tokens.value_or(0) >= current_context;
      const bool y_current = y.context_tokens.value_or(0) >= current_context;
      if (a.fast != b.fast) return a.fast;
      if (a.coarse != b.coarse) return b.coarse;
      if (x_current != y_current) return x_current;
      return worth(x) > worth(y);
    });
    std::stable_sort(result.misses.begin(), result.misses.end(),
                     [](const NearMiss& a, const NearMiss& b) { return a.excess < b.excess; });
  }

  const catalog::Catalog& catalog_;
  FitsQuery query_;
  std::vector<std::string> notes_;
  Resolver resolver_;
  bool server_ = false;
};

std::optional<Problem> check_wishes(const FitsQuery& query) {
  if (query.context && *query.context < 1)
    return Problem{"bad-value", "the context must be at least one token"};
  if (query.min_user_tokens_per_s && !(*query.min_user_tokens_per_s >= 0)) {
    return Problem{"bad-value", "the wanted speed must not be negative"};
  }
  return {};
}

}  // namespace

std::variant<FitsResult, Problem> fits(const catalog::Catalog& catalog, const FitsQuery& query) {
  if (auto problem = check_wishes(query)) return *problem;
  Trial trial(catalog, query);
  if (auto problem = trial.check()) return *problem;
  return trial.run();
}

}  // namespace rackfit::estimate
