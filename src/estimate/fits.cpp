#include "rackfit/estimate/fits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <utility>

#include "choose.hpp"
#include "rackfit/units/bytes.hpp"

namespace rackfit::estimate {
namespace {

/// Months between two ISO dates of year and month; days do not matter.
std::optional<double> month_of(std::string_view date) {
  const auto part = [&](std::size_t at, std::size_t size) {
    int value = 0;
    if (date.size() < at + size) return -1;
    const auto [end, error] = std::from_chars(date.data() + at, date.data() + at + size, value);
    return error == std::errc() ? value : -1;
  };
  const int year = part(0, 4), month = part(5, 2);
  if (year < 0) return {};
  return 12.0 * year + (month < 1 ? 6 : month);
}

/// Parameters that a token uses; of a mixture of experts whose source gives none, by its experts.
double active_parameters(const catalog::Model& model) {
  if (!model.moe) return model.parameters;
  if (model.active_parameters) return *model.active_parameters;
  const llm::Parameters p = llm::count_parameters(model);
  return model.parameters - p.experts * (1 - double(model.moe->active) / double(model.moe->experts));
}

/// Whether a format is what the model was published in, possibly wrapped for another engine (`mxfp4-gguf`).
bool published_in(const catalog::Model& model, const catalog::Quantization& format) {
  const std::string& native = model.native_quantization;
  if (native.empty() || format.row.id.rfind(native, 0) != 0) return false;
  return format.row.id.size() == native.size() || (!format.mixture && format.family == "gguf");
}

bool near(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance * std::max(a, b); }

bool same_size(const catalog::Model& a, const catalog::Model& b, double tolerance) {
  return near(a.parameters, b.parameters, tolerance) &&
         near(active_parameters(a), active_parameters(b), tolerance);
}

/// A fine-tune has the dimensions of its base.
bool same_architecture(const catalog::Estimates& estimates, const catalog::Model& a,
                       const catalog::Model& b) {
  const auto feed = [](const catalog::Model& m) {
    return std::pair(m.ffn ? m.ffn->intermediate : 0, m.moe ? m.moe->intermediate : 0);
  };
  return a.layers == b.layers && a.hidden == b.hidden && a.attention.heads == b.attention.heads &&
         a.attention.kv_heads == b.attention.kv_heads && feed(a) == feed(b) &&
         same_size(a, b, estimates.ranking.same_architecture);
}

/// What a model is worth to somebody who asks what a machine can run.
class Worth {
 public:
  explicit Worth(const catalog::Catalog& catalog) : catalog_(catalog), estimates_(catalog.estimates) {
    for (const auto& model : catalog.models.rows())
      newest_ = std::max(newest_, month_of(model.released).value_or(0));
  }

  /// Of the published weights.
  double of(const catalog::Model& model) const {
    const catalog::Ranking& r = estimates_.ranking;
    // A mixture of experts counts as the dense model between its two sizes.
    const double active = active_parameters(model);
    const auto month = month_of(model.released);
    const double age = month ? newest_ - *month : r.unknown_age_months;
    const double downloads = std::max(1.0, model.monthly_downloads.value_or(r.unknown_downloads));
    const double known = std::min(1.0, downloads / std::max(1.0, r.full_downloads));
    return std::sqrt(model.parameters * active) * std::exp2(-age / std::max(1.0, r.doubling_months)) *
           std::pow(known, r.download_exponent) * (derived(model) ? r.derived_share : 1);
  }

  /// In a format.
  double of(const Fit& fit) const {
    const auto& d = fit.subject.deployment;
    const auto* format = d.quantization;
    // What was published in few bits was trained for them.
    const bool native = format && published_in(*d.model, *format);
    const double left = native || !format ? 1 : estimates_.worth_at_bits(format->bits_per_weight);
    return of(*d.model) * left;
  }

 private:
  /// Whether another house published the same architecture before.
  bool derived(const catalog::Model& model) const {
    return std::any_of(
        catalog_.models.rows().begin(), catalog_.models.rows().end(), [&](const catalog::Model& other) {
          return !other.released.empty() && !model.released.empty() && other.released < model.released &&
                 same_architecture(estimates_, other, model) &&
                 estimates_.family_of(other.row.id) != estimates_.family_of(model.row.id);
        });
  }

  const catalog::Catalog& catalog_;
  const catalog::Estimates& estimates_;
  double newest_ = 0;
};

/// Whether two models are one choice for a buyer: a fine-tune and its base, or two generations of a size.
bool alike(const catalog::Estimates& estimates, const catalog::Model& a, const catalog::Model& b) {
  if (same_architecture(estimates, a, b)) return true;
  return estimates.family_of(a.row.id) == estimates.family_of(b.row.id) &&
         same_size(a, b, estimates.ranking.same_size);
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
  const catalog::Ranking& ranking = catalog.estimates.ranking;
  const catalog::Quantization* native =
      model.native_quantization.empty() ? nullptr : catalog.quantizations.find(model.native_quantization);
  std::vector<const catalog::Quantization*> formats;
  for (const auto& format : catalog.quantizations.rows()) {
    const bool file = format.family == "gguf";
    const auto& files = ranking.file_formats;
    // Bare blocks are files of models that were published in them.
    const bool bare = file && !format.mixture && !published_in(model, format);
    const bool usual =
        file ? !bare && std::find(files.begin(), files.end(), format.row.id) != files.end() : format.serving;
    if (!usual && &format != native) continue;
    if (native && format.bits_per_weight > native->bits_per_weight * ranking.padding) continue;
    formats.push_back(&format);
  }
  std::stable_sort(formats.begin(), formats.end(), [&](const auto* a, const auto* b) {
    // What was published is as good as anything wider made from it.
    const bool a_published = published_in(model, *a), b_published = published_in(model, *b);
    if (a_published != b_published) return a_published;
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
      : catalog_(catalog),
        usual_(catalog.estimates.usual),
        ranking_(catalog.estimates.ranking),
        query_(query),
        resolver_(catalog) {}

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
    // Machines of single users run one program, whatever a model was published for.
    using catalog::DeviceClass;
    if (query_.engine.empty() &&
        (device.device_class == DeviceClass::apple || device.device_class == DeviceClass::edge ||
         device.device_class == DeviceClass::cpu)) {
      query_.engine = std::get<Subject>(resolved).deployment.engine->row.id;
    }
    return {};
  }

  FitsResult run() {
    FitsResult result;
    result.context_tokens = double(query_.context.value_or(usual_.context_tokens));
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
    result.silent_words = ranking_.silent_words;
    result.notes = std::move(notes_);
    return result;
  }

 private:
  double wanted_speed() const { return query_.min_user_tokens_per_s.value_or(usual_.user_tokens_per_s); }

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
    const double module = modules[modules.size() / 2];
    query_.ram_bytes = module * double(*device.memory_channels);
    notes_.push_back(fmt::format("memory: {} modules of {:.0f} GiB are assumed; --ram says otherwise",
                                 *device.memory_channels, module / units::gib_bytes));
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
    const std::int64_t longest = model.context_tokens.value_or(usual_.context_tokens);
    // Without a wish a model of a short context is tried with its own.
    const std::int64_t context = query_.context.value_or(std::min(longest, usual_.context_tokens));
    if (context > longest) {
      tried.miss = NearMiss{&model, nullptr, fmt::format("its context is {} tokens", longest),
                            double(context) / double(longest)};
      return tried;
    }
    Query q = base();
    q.model = model.row.id;
    q.max_context = context;
    q.input_tokens = std::min(usual_.input_tokens, std::floor(double(context) * usual_.prompt_share));
    q.output_tokens = std::min(usual_.output_tokens, double(context) - *q.input_tokens);
    for (const auto* format : ladder(catalog_, model, server_)) {
      // Once something finer fits, coarser formats would only be faster.
      if (format->bits_per_weight < ranking_.fine_bits && tried.fastest && !tried.fastest->coarse) continue;
      q.weights = format->row.id;
      try_format(q, model, *format, tried);
      if (tried.best) break;
    }
    if (tried.best) add_faster(q, model, *tried.best);
    return tried;
  }

  /// The usual coarser format beside a wider one that fits, with its speed.
  void add_faster(Query q, const catalog::Model& model, Fit& fit) {
    const auto* chosen = fit.subject.deployment.quantization;
    if (!chosen || published_in(model, *chosen)) return;
    for (const std::string& id : ranking_.faster_formats) {
      const auto* format = catalog_.quantizations.find(id);
      if (!format || format->bits_per_weight >= chosen->bits_per_weight ||
          (format->family == "gguf") != (chosen->family == "gguf")) {
        continue;
      }
      q.weights = id;
      Tried tried;
      try_format(q, model, *format, tried);
      if (!tried.best) continue;
      fit.faster = format;
      fit.faster_tokens_per_s = tried.best->answer.decode_tokens_per_s.value_or(0);
      return;
    }
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
    const bool native = published_in(model, format);
    fit.coarse = !native && format.bits_per_weight < ranking_.fine_bits;
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

  /// Most useful first; behind each, those that are the same choice, and after all of a kind the next.
  void rank(FitsResult& result) const {
    const Worth worth(catalog_);
    for (Fit& fit : result.fits) fit.worth = worth.of(fit);
    std::stable_sort(result.fits.begin(), result.fits.end(), [](const Fit& a, const Fit& b) {
      if (a.fast != b.fast) return a.fast;
      if (a.coarse != b.coarse) return b.coarse;
      return a.worth > b.worth;
    });
    gather(result);
    diversify(result);
    std::stable_sort(result.misses.begin(), result.misses.end(), [&](const NearMiss& a, const NearMiss& b) {
      const auto value = [&](const NearMiss& m) {
        return worth.of(*m.model) / std::pow(m.excess, ranking_.near_miss_exponent);
      };
      return value(a) > value(b);
    });
    for (std::size_t i = 0; i < result.misses.size(); ++i) {
      NearMiss& miss = result.misses[i];
      const auto same = [&](const catalog::Model* other) {
        return alike(catalog_.estimates, *other, *miss.model);
      };
      miss.alike = std::any_of(result.fits.begin(), result.fits.end(),
                               [&](const Fit& fit) { return same(fit.subject.deployment.model); }) ||
                   std::any_of(result.misses.begin(), result.misses.begin() + static_cast<std::ptrdiff_t>(i),
                               [&](const NearMiss& nearer) { return same(nearer.model); });
    }
  }

  /// Marks what is the same choice as a model further up.
  void gather(FitsResult& result) const {
    for (std::size_t i = 0; i < result.fits.size(); ++i) {
      for (std::size_t k = 0; k < i; ++k) {
        Fit& better = result.fits[k];
        const auto& model = *result.fits[i].subject.deployment.model;
        if (better.like || !alike(catalog_.estimates, *better.subject.deployment.model, model)) continue;
        result.fits[i].like = better.subject.deployment.model;
        better.others.push_back(&model);
        break;
      }
    }
  }

  /// Every further model of a family steps back, so that a list begins with several houses.
  void diversify(FitsResult& result) const {
    std::vector<Fit> ordered;
    std::map<std::string, double> share;
    std::vector<std::string> family;
    for (const Fit& fit : result.fits)
      family.push_back(catalog_.estimates.family_of(fit.subject.deployment.model->row.id));
    std::vector<bool> taken(result.fits.size(), false);
    const auto value = [&](std::size_t i) {
      const auto found = share.find(family[i]);
      return result.fits[i].worth * (found == share.end() ? 1 : found->second);
    };
    const auto before = [&](std::size_t a, std::size_t b) {
      const Fit& x = result.fits[a];
      const Fit& y = result.fits[b];
      if ((x.like == nullptr) != (y.like == nullptr)) return x.like == nullptr;
      if (x.fast != y.fast) return x.fast;
      if (x.coarse != y.coarse) return y.coarse;
      return value(a) > value(b);
    };
    for (std::size_t n = 0; n < result.fits.size(); ++n) {
      std::size_t best = result.fits.size();
      for (std::size_t i = 0; i < result.fits.size(); ++i) {
        if (!taken[i] && (best == result.fits.size() || before(i, best))) best = i;
      }
      taken[best] = true;
      auto [at, fresh] = share.emplace(family[best], 1);
      at->second *= ranking_.same_family_share;
      ordered.push_back(std::move(result.fits[best]));
    }
    result.fits = std::move(ordered);
  }

  const catalog::Catalog& catalog_;
  const catalog::UsualQuestion& usual_;
  const catalog::Ranking& ranking_;
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
