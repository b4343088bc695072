#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "choose.hpp"
#include "rackfit/estimate/estimate.hpp"
#include "rackfit/units/bytes.hpp"
#include "serving.hpp"

namespace rackfit::estimate {
namespace {

using catalog::DeviceClass;

// The largest count that anybody means; beyond it products of counts would overflow.
constexpr std::int64_t most_devices = 65536;
constexpr double most_tokens = 1e9;
constexpr double largest_load = 1e9;
constexpr double gib = units::gib_bytes;
// No engine proposes more tokens a step, holds more adapters, or serves a higher rank.
constexpr std::int64_t most_proposed = 64, most_adapters = 100000, highest_rank = 4096;

Problem bad_value(std::string message) { return {"bad-value", std::move(message)}; }

/// The first number that makes no sense.
std::optional<Problem> check_numbers(const Query& q) {
  const auto count = [](const char* name, const std::optional<std::int64_t>& value,
                        std::int64_t most) -> std::optional<Problem> {
    if (!value || (*value >= 1 && *value <= most)) return {};
    return bad_value(fmt::format("`{}` must be a whole number from 1 to {}, not {}", name, most, *value));
  };
  const auto number = [](const char* name, const std::optional<double>& value, double least, double most,
                         bool above) -> std::optional<Problem> {
    if (!value || (std::isfinite(*value) && *value <= most && (above ? *value > least : *value >= least)))
      return {};
    return bad_value(fmt::format("`{}` must be {} {} and at most {}, not {}", name,
                                 above ? "above" : "at least", least, most, *value));
  };
  const auto most_context = static_cast<std::int64_t>(most_tokens);
  const auto or_none = [&](const char* name, const std::optional<std::int64_t>& value, std::int64_t most) {
    return value == std::optional<std::int64_t>(0) ? std::optional<Problem>() : count(name, value, most);
  };
  for (const auto& problem :
       {count("devices", q.devices, most_devices), count("tp", q.tp, most_devices),
        count("pp", q.pp, most_devices), count("dp", q.dp, most_devices), count("ep", q.ep, most_devices),
        count("max_context", q.max_context, most_context),
        count("max_num_seqs", q.max_num_seqs, most_context),
        count("max_batched_tokens", q.max_batched_tokens, most_context),
        or_none("speculative_tokens", q.speculative_tokens, most_proposed),
        or_none("lora_adapters", q.lora_adapters, most_adapters), count("lora_rank", q.lora_rank, highest_rank),
        number("draft_acceptance", q.draft_acceptance, 0, 1, false),
        number("concurrency", q.concurrency, 0, largest_load, true),
        number("request_rate", q.request_rate, 0, largest_load, true),
        number("input_tokens", q.input_tokens, 0, most_tokens, false),
        number("output_tokens", q.output_tokens, 0, most_tokens, false),
        number("gpu_memory_utilization", q.gpu_memory_utilization, 0, 1, true),
        number("arrival_cv", q.arrival_cv, 0, 100, false),
        number("prefix_hit_share", q.prefix_hit_share, 0, 1, false),
        number("ram", q.ram_bytes, 0, 1e18, true)}) {
    if (problem) return problem;
  }
  if (q.input_tokens == 0.0 && q.output_tokens == 0.0)
    return bad_value("a request needs `input_tokens` or `output_tokens`");
  if (!q.split.empty() && q.split != "tensor" && q.split != "layer" && q.split != "row" &&
      q.split != "none") {
    return bad_value(fmt::format("`split` must be `tensor` or `layer`, not `{}`", q.split));
  }
  return {};
}

void append(std::vector<std::string>& to, const std::vector<std::string>& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// Everything a query names, found.
struct Named {
  const catalog::Model* model = nullptr;
  const catalog::Device* device = nullptr;
  const FoundEngine* engine = nullptr;
  const catalog::Quantization* format = nullptr;
  const catalog::KvFormat* kv = nullptr;
  std::optional<double> device_memory_bytes;
  std::int64_t devices = 1;
};

bool left_open(const std::string& name) {
  return name.empty() || name == "auto" || name == "any" || name == "default";
}

class Resolution {
 public:
  Resolution(Lookup& lookup, const Query& query)
      : lookup_(lookup), catalog_(lookup.catalog()), usual_(catalog_.estimates.usual), query_(query) {}

  std::variant<Subject, Problem> run() {
    subject_.id = query_.id;
    if (auto problem = check_numbers(query_)) return *problem;
    if (auto problem = find_names()) return *problem;
    auto pools = pool_counts(query_);
    if (const auto* problem = std::get_if<Problem>(&pools)) return *problem;
    pools_ = std::get<PoolCounts>(pools);
    take_devices();
    if (auto problem = deploy(false)) return *problem;
    set_lengths();
    if (auto problem = spread({})) return *problem;
    // A consumer card that cannot hold the published weights is where people take a file of four bits.
    const bool open =
        !named_.engine && !named_.format && named_.device->device_class == DeviceClass::consumer;
    if (open && !llm::memory(subject_.deployment).fits()) {
      subject_.notes = notes_before_software_;
      if (auto problem = deploy(true)) return *problem;
      set_lengths();
      if (auto problem = spread({})) return *problem;
    }
    take_host_memory();
    set_load();
    spread_for_throughput();
    append(subject_.notes, spread_notes_);
    note_adapters();
    offload();
    return std::move(subject_);
  }

 private:
  std::optional<Problem> find_names() {
    if (query_.model.empty()) return Problem{"missing-model", "no `model` is given"};
    if (query_.device.empty()) return Problem{"missing-device", "no `device` is given"};
    const FoundModel& model = lookup_.model(query_.model);
    if (!model.row) return model.problem;
    append(subject_.notes, model.notes);
    named_.model = model.row;
    subject_.model = model.imported;
    subject_.quantization = model.imported_format;
    if (!model.kv_format.empty()) named_.kv = catalog_.kv_formats.find(model.kv_format);
    const FoundDevice& device = lookup_.device(query_.device);
    if (!device.row) return device.problem;
    append(subject_.notes, device.notes);
    named_.device = device.row;
    named_.device_memory_bytes = device.memory_bytes;
    if (device.count && *device.count < 1) return bad_value("the number of devices must be at least 1");
    counted_ = device.count;
    if (!left_open(query_.engine)) {
      named_.engine = &lookup_.engine(query_.engine);
      if (!named_.engine->row) return named_.engine->problem;
    }
    named_.format = model.format;
    if (!left_open(query_.weights) && query_.weights != "native") {
      const auto& format = lookup_.quantization(query_.weights);
      if (!format.row) return format.problem;
      append(subject_.notes, format.notes);
      named_.format = format.row;
    }
    if (!left_open(query_.kv)) {
      const auto& kv = lookup_.kv_format(query_.kv);
      if (!kv.row) return kv.problem;
      append(subject_.notes, kv.notes);
      named_.kv = kv.row;
    }
    return {};
  }

  void take_devices() {
    std::int64_t needed = query_.tp.value_or(1) * query_.pp.value_or(1);
    needed *= query_.dp.value_or(1);
    if (named_.model->moe) needed = std::max(needed, query_.ep.value_or(1));
    needed *= std::max<std::int64_t>(1, pools_.instances());
    named_.devices = query_.devices.value_or(counted_.value_or(std::min(needed, most_devices)));
    if (query_.devices && counted_ && *query_.devices != *counted_) {
      subject_.notes.push_back(fmt::format("`devices` counts, not the {} in the device's name", *counted_));
    }
    notes_before_software_ = subject_.notes;
  }

  std::optional<Problem> deploy(bool desktop) {
    Software software =
        choose_software(catalog_, *named_.model, *named_.device, named_.engine, named_.format, desktop);
    if (!software.engine) return Problem{"unknown-engine", "no engine is known for this device"};
    append(subject_.notes, software.notes);
    llm::Deployment& d = subject_.deployment;
    d.model = named_.model;
    d.device = named_.device;
    d.engine = software.engine;
    d.quantization = software.format;
    d.kv_format = named_.kv ? named_.kv : usual_kv_format(catalog_, software);
    if (!named_.kv && d.kv_format)
      subject_.notes.push_back(fmt::format("KV cache: {}", d.kv_format->row.name));
    d.calibration = catalog_.calibration_for(*software.engine, *named_.device);
    d.lending = catalog_.lending_for(*named_.device);
    subject_.version = std::make_shared<const std::string>(
        query_.engine_version.empty() ? software.version : query_.engine_version);
    d.engine_version = *subject_.version;
    d.device_memory_bytes = named_.device_memory_bytes;
    d.memory_utilization = query_.gpu_memory_utilization;
    d.max_num_seqs = query_.max_num_seqs;
    d.max_batched_tokens = query_.max_batched_tokens;
    const auto share = llm::engine_version(d).memory_utilization;
    subject_.pool = software.engine->reserve || (share && *share < 1);
    take_adapters(query_, catalog_, subject_);
    return take_speculation(query_, lookup_, subject_);
  }

  /// Divides the model over the devices; `tensor` where the query leaves the tensor-parallel degree open.
  std::optional<Problem> spread(std::optional<std::int64_t> tensor) {
    llm::Deployment& d = subject_.deployment;
    const std::int64_t instances = std::max<std::int64_t>(1, pools_.instances());
    const bool given = query_.tp || query_.pp || query_.dp || query_.ep;
    const std::int64_t devices =
        given ? named_.devices : std::max<std::int64_t>(1, named_.devices / instances);
    Division division = divide(catalog_, query_, *named_.model, *named_.device, *d.engine, devices, tensor);
    if (division.problem) return division.problem;
    d.tensor_parallel = division.tensor;
    d.pipeline_parallel = division.stages;
    d.data_parallel_attention = division.attention_ranks;
    d.expert_parallel = std::max(
        query_.ep.value_or(1), division.attention_ranks > 1 ? division.tensor * division.attention_ranks : 1);
    subject_.replicas = division.replicas;
    spread_notes_ = std::move(division.notes);
    if (pools_.instances() == 0) return {};
    spread_notes_.clear();  // of copies that the pools replace
    return take_pools(pools_, named_.devices, catalog_, subject_, spread_notes_);
  }

  /// Offline only the sum counts, so copies side by side may be better than one over all devices.
  void spread_for_throughput() {
    const bool given = query_.tp || query_.pp || query_.dp || query_.ep || !query_.split.empty() || pools_.instances() > 0;
    if (!subject_.offline || given || !subject_.deployment.engine->tensor_parallel) return;
    const auto degrees = tensor_degrees(catalog_, *named_.model, *named_.device, named_.devices);
    if (degrees.size() < 2) return;
    double most = 0;
    std::int64_t best = degrees.back();
    for (const std::int64_t degree : degrees) {
      if (spread(degree)) continue;
      const Answer trial = answer(subject_);
      const double rate = trial.fits ? trial.requests_per_s.value_or(0) : 0;
      if (rate <= most) continue;
      most = rate;
      best = degree;
    }
    spread(best);
  }

  void note_adapters() {
    const llm::Deployment& d = subject_.deployment;
    if (d.lora_adapters <= 0) return;
    subject_.notes.push_back(
        fmt::format("{} LoRA adapters of rank {}: {:.2f} GiB of a device; the time of their products is not counted",
                    d.lora_adapters, d.lora_rank, llm::weight_bytes(d).adapters / gib));
  }

  /// Share of the host's memory bandwidth that the engine reaches on processors.
  double host_efficiency(const catalog::Engine& engine) const {
    for (const catalog::Calibration& row : catalog_.calibrations.rows()) {
      const bool processors =
          std::find(row.classes.begin(), row.classes.end(), catalog::DeviceClass::cpu) != row.classes.end();
      if (row.engine == engine.row.id && processors) return row.bandwidth_efficiency;
    }
    return 1;
  }

  /// Layers or experts that the devices cannot hold go to host memory, when somebody says that there is some.
  void offload() {
    llm::Deployment& d = subject_.deployment;
    const bool processor = !d.device->memory_bytes && !d.device->usable_memory_bytes;
    if (!query_.ram_bytes || processor || subject_.pool) return;
    const double sequences = std::max(1.0, subject_.load.concurrency.value_or(1));
    if (llm::memory(d, sequences).fits()) return;
    const auto away = llm::offload_to_fit(d, sequences, 0);
    if (!away) return;
    if (away->host_bytes * subject_.replicas > *query_.ram_bytes) {
      subject_.notes.push_back(
          fmt::format("{:.1f} GiB of host memory would be needed for the rest", away->host_bytes / gib));
      return;
    }
    d = llm::offloaded(d, *away);
    d.host_bandwidth_bytes_per_s = usual_.host_bandwidth_bytes_per_s * host_efficiency(*d.engine);
    subject_.notes.push_back(
        fmt::format("host memory is taken to have {:.0f} GB/s, of which {:.0f} GB/s are reached",
                    usual_.host_bandwidth_bytes_per_s / 1e9, *d.host_bandwidth_bytes_per_s / 1e9));
    subject_.notes.push_back(
        away->host_expert_share > 0
            ? fmt::format("{:.0f} % of the experts in host memory ({:.1f} GiB)",
                          away->host_expert_share * 100, away->host_bytes / gib)
            : fmt::format("{} of {} layers on the devices, the others in host memory ({:.1f} GiB)",
                          away->gpu_layers, d.model->layers, away->host_bytes / gib));
  }

  void set_lengths() {
    llm::Load& load = subject_.load;
    const catalog::Model& model = *named_.model;
    const bool answers = llm::generates(model);
    const double longest = model.context_tokens ? double(*model.context_tokens) : most_tokens;
    const double context =
        std::min(longest, double(query_.max_context.value_or(static_cast<std::int64_t>(longest))));
    double output =
        answers ? query_.output_tokens.value_or(std::min(usual_.output_tokens, std::floor(context / 4))) : 0;
    double input = query_.input_tokens.value_or(
        std::max(1.0, std::min(usual_.input_tokens,
                               std::floor(query_.output_tokens ? context - output : context - context / 4))));
    if (!query_.input_tokens || (answers && !query_.output_tokens)) {
      subject_.notes.push_back(answers ? fmt::format("lengths: {} tokens in, {} out", input, output)
                                       : fmt::format("length: {} tokens in", input));
    }
    if (!answers && query_.output_tokens.value_or(0) > 0)
      subject_.notes.push_back("this model writes no tokens: `output_tokens` is ignored");
    load.prompt.mean = std::max(1.0, input);
    load.output.mean = output;
    const double request = load.prompt.mean + output;
    llm::Deployment& d = subject_.deployment;
    d.prompt_tokens = load.prompt.mean;
    subject_.reasons.clear();
    if (query_.max_context) {
      d.context_tokens = *query_.max_context;
      if (request > double(d.context_tokens)) {
        subject_.reasons.push_back({llm::Misfit::context_exceeds_model, request, double(d.context_tokens)});
      }
      return;
    }
    const bool given = query_.input_tokens || query_.output_tokens;
    const double usual = std::min(longest, double(usual_.context_tokens));
    d.context_tokens = static_cast<std::int64_t>(std::ceil(given ? request : std::max(request, usual)));
    subject_.notes.push_back(fmt::format("context: {} tokens a sequence", d.context_tokens));
  }

  /// A processor has the memory that is put beside it.
  void take_host_memory() {
    llm::Deployment& d = subject_.deployment;
    const catalog::Device& device = *named_.device;
    if (d.device_memory_bytes || device.memory_bytes || device.usable_memory_bytes) return;
    if (query_.ram_bytes) {
      d.device_memory_bytes = *query_.ram_bytes / double(d.devices());
      return;
    }
    std::vector<double> sizes(device.memory_options_bytes);
    if (sizes.empty() && device.memory_channels) {
      for (const auto& dimm : catalog_.dimms.rows())
        sizes.push_back(dimm.capacity_bytes * double(*device.memory_channels));
    }
    std::sort(sizes.begin(), sizes.end());
    for (const double size : sizes) {
      d.device_memory_bytes = size;
      if (llm::memory(d).fits()) break;
    }
    if (d.device_memory_bytes) {
      subject_.notes.push_back(
          fmt::format("memory: {:.0f} GiB, a size this model fits and this processor takes",
                      *d.device_memory_bytes / gib));
    }
  }

  void set_load() {
    llm::Load& load = subject_.load;
    load.arrival_cv = query_.arrival_cv.value_or(1);
    load.prefix_hit_share = std::min(query_.prefix_hit_share.value_or(0), 0.999999);
    if (query_.concurrency) {
      subject_.concurrency = *query_.concurrency;
      load.concurrency = std::max(1.0, *query_.concurrency / subject_.replicas);
      if (query_.request_rate)
        subject_.notes.push_back("`concurrency` and `request_rate` are both given: the concurrency counts");
    } else if (query_.request_rate) {
      load.rate_per_s = *query_.request_rate / subject_.replicas;
    } else if (subject_.pool) {
      subject_.offline = true;
      subject_.notes.push_back("load: as many requests at once as fit (offline)");
    } else {
      subject_.concurrency = subject_.replicas;
      load.concurrency = 1;
      subject_.notes.push_back(fmt::format("load: one request at a time, as {} is mostly used",
                                           subject_.deployment.engine->row.name));
    }
  }

  Lookup& lookup_;
  const catalog::Catalog& catalog_;
  const catalog::UsualQuestion& usual_;
  const Query& query_;
  Named named_;
  PoolCounts pools_;
  std::optional<std::int64_t> counted_;
  std::vector<std::string> notes_before_software_, spread_notes_;
  Subject subject_;
};

}  // namespace

struct Resolver::State {
  explicit State(const catalog::Catalog& catalog) : lookup(catalog) {}
  Lookup lookup;
};

Resolver::Resolver(const catalog::Catalog& catalog) : state_(std::make_unique<State>(catalog)) {}
Resolver::~Resolver() = default;
Resolver::Resolver(Resolver&&) noexcept = default;
Resolver& Resolver::operator=(Resolver&&) noexcept = default;

std::variant<Subject, Problem> Resolver::resolve(const Query& query) {
  return Resolution(state_->lookup, query).run();
}

std::variant<Subject, Problem> resolve(const catalog::Catalog& catalog, const Query& query) {
  return Resolver(catalog).resolve(query);
}

}  // namespace rackfit::estimate
