#include "replicas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <tuple>

#include "rackfit/catalog/tables.hpp"

namespace rackfit::search {
namespace {

using catalog::DeviceClass;
using catalog::DeviceForm;

// What people run on each class of device when they name no engine, best known first; the first that supports
// the device is taken, and llama.cpp beside it where a single user's machine is concerned.
constexpr std::string_view server_engine = "vllm";
constexpr std::string_view desktop_engine = "llama.cpp";
// A format that holds more than the published weights gains nothing; block scales add a little.
constexpr double padding = 1.25;
constexpr std::int64_t stages_over_nodes[] = {2, 4};

template <class T>
bool contains(const std::vector<T>& list, const T& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

bool supports(const catalog::Engine& engine, const catalog::Device& device) {
  return (engine.vendors.empty() || contains(engine.vendors, device.vendor)) &&
         (engine.classes.empty() || contains(engine.classes, device.device_class));
}

bool loads(const catalog::Engine& engine, const catalog::Quantization& format) {
  return (engine.families.empty() || contains(engine.families, format.family)) &&
         (format.engines.empty() || contains(format.engines, engine.row.id));
}

bool runs(const catalog::Quantization& format, const catalog::Device& device) {
  return !format.min_compute_capability || !device.compute_capability ||
         *device.compute_capability >= *format.min_compute_capability;
}

std::vector<const catalog::Engine*> usual_engines(const catalog::Device& device,
                                                  const catalog::Catalog& catalog) {
  std::vector<const catalog::Engine*> engines;
  const auto add = [&](std::string_view id) {
    const catalog::Engine* engine = catalog.engines.find(id);
    if (engine && supports(*engine, device)) engines.push_back(engine);
  };
  if (device.device_class != DeviceClass::cpu) add(server_engine);
  const bool small = device.device_class == DeviceClass::consumer || device.device_class == DeviceClass::edge;
  if (engines.empty() || small) add(desktop_engine);
  return engines;
}

/// Formats that nobody chose: the published one, and those offered for serving that are not larger.
std::vector<const catalog::Quantization*> open_formats(const catalog::Model& model,
                                                       const catalog::Catalog& catalog) {
  const catalog::Quantization* native =
      model.native_quantization.empty() ? nullptr : catalog.quantizations.find(model.native_quantization);
  std::vector<const catalog::Quantization*> formats;
  for (const auto& format : catalog.quantizations.rows()) {
    // What 16-bit weights run as where BF16 does not.
    const bool fallback = !native && format.row.id == "fp16";
    if (!format.serving && !fallback && &format != native) continue;
    if (native && format.bits_per_weight > native->bits_per_weight * padding) continue;
    formats.push_back(&format);
  }
  return formats;
}

struct Way {
  const catalog::Engine* engine = nullptr;
  const catalog::Quantization* format = nullptr;
};

/// Pairs of engine and format for a device. A chosen format that nothing loads keeps one pair, to be refused
/// with a reason; of open formats only those that run are taken, and of equal ones the first.
std::vector<Way> ways(const ReplicaRequest& request, const std::vector<const catalog::Quantization*>& open,
                      const catalog::Device& device, const catalog::Catalog& catalog) {
  std::vector<Way> out;
  std::vector<const catalog::Engine*> engines = usual_engines(device, catalog);
  if (request.engine) engines = {request.engine};
  const bool chosen = !request.formats.empty();
  std::set<std::tuple<const catalog::Engine*, double, int, bool>> seen;
  for (const catalog::Quantization* format : chosen ? request.formats : open) {
    bool found = false;
    const auto add = [&](const catalog::Engine* engine) {
      found = true;
      if (!chosen) {
        if (!runs(*format, device)) return;
        const auto key = std::make_tuple(engine, format->bits_per_weight, static_cast<int>(format->compute),
                                         format->embeddings_16_bit);
        if (!seen.insert(key).second) return;
      }
      out.push_back({engine, format});
    };
    for (const catalog::Engine* engine : engines) {
      if (loads(*engine, *format)) add(engine);
    }
    if (found || !chosen) continue;
    for (const auto& engine : catalog.engines.rows()) {
      if (!request.engine && supports(engine, device) && loads(engine, *format)) {
        add(&engine);
        break;
      }
    }
    if (!found && !engines.empty()) out.push_back({engines.front(), format});
  }
  return out;
}

struct Candidate {
  DeviceRow row;
  std::size_t deployment = 0;
};

class Builder {
 public:
  Builder(const ReplicaRequest& request, const RoleContext& context)
      : request_(request),
        context_(context),
        table_(std::make_shared<Deployments>()),
        open_(open_formats(*request.model, context.catalog)),
        version_(table_->keep(request.engine_version)) {}

  void add_device(const catalog::Device& device) {
    const auto counts = device_counts(device, context_);
    for (const auto& memory : memory_sizes(device, context_.catalog)) add_nodes({&device, memory, 1}, counts);
  }

  const std::vector<Candidate>& candidates() const { return candidates_; }
  const std::shared_ptr<Deployments>& table() const { return table_; }

 private:
  void add_nodes(DeviceRow row, const std::vector<std::int64_t>& counts) {
    const std::int64_t most = *std::max_element(counts.begin(), counts.end());
    for (const Way& way : ways(request_, open_, *row.device, context_.catalog)) {
      for (std::int64_t parallel = 1; parallel <= most; parallel *= 2) {
        const bool splits = way.engine && !way.engine->tensor_parallel;
        const std::size_t number = splits ? add(row, way, 1, parallel) : add(row, way, parallel, 1);
        for (std::int64_t count : counts) {
          if (count < parallel) continue;
          row.count = count;
          candidates_.push_back({row, number});
        }
        if (!splits && parallel * 2 > most) add_stages(row, way, parallel, most);
        if (request_.pools && way.engine && way.engine->disaggregates) add_pools(row, way, parallel, counts);
      }
    }
  }

  /// Groups of instances for prompts and for answers, each group within a node whose link carries the caches.
  void add_pools(DeviceRow row, const Way& way, std::int64_t parallel, const std::vector<std::int64_t>& counts) {
    if (row.device->device_class != DeviceClass::datacenter) return;
    const auto& habits = context_.catalog.serving;
    const auto most = static_cast<std::int64_t>(habits.most_instances.value);
    for (std::int64_t prefill = 1; prefill <= most; ++prefill) {
      for (std::int64_t decode = 1; decode <= most; ++decode) {
        const std::int64_t devices = parallel * (prefill + decode);
        // Two pairs are two groups of one pair.
        if (std::gcd(prefill, decode) > 1 || devices > *std::max_element(counts.begin(), counts.end())) continue;
        llm::Deployment d = deployment(row, way, parallel, 1);
        d.disaggregation = llm::disaggregation(prefill, decode, true, *row.device, habits);
        const std::size_t number = table_->add(d);
        for (std::int64_t count : counts) {
          if (count < devices) continue;
          row.count = count;
          candidates_.push_back({row, number});
        }
      }
    }
  }

  /// Several nodes a replica, only where one does not even hold the weights.
  void add_stages(DeviceRow row, const Way& way, std::int64_t parallel, std::int64_t most) {
    const bool server = row.device->device_class == DeviceClass::datacenter;
    llm::Deployment one = deployment(row, way, parallel, 1);
    const auto memory = row.memory_bytes ? row.memory_bytes : row.device->memory_bytes;
    if (!server || !memory || llm::weight_bytes(one).per_device <= *memory) return;
    row.count = most;
    for (std::int64_t stages : stages_over_nodes) {
      candidates_.push_back({row, add(row, way, parallel, stages)});
    }
  }

  llm::Deployment deployment(const DeviceRow& row, const Way& way, std::int64_t tensor,
                             std::int64_t stages) const {
    llm::Deployment d;
    d.model = request_.model;
    d.device = row.device;
    d.quantization = way.format;
    d.kv_format = request_.kv_format;
    d.engine = way.engine;
    d.lending = context_.catalog.lending_for(*row.device);
    d.calibration = way.engine ? context_.catalog.calibration_for(*way.engine, *row.device) : nullptr;
    d.engine_version = version_;
    d.tensor_parallel = tensor;
    d.pipeline_parallel = stages;
    d.device_memory_bytes = row.memory_bytes;
    d.lora_adapters = request_.lora_adapters;
    d.lora_rank = request_.lora_rank;
    llm::apply_speculation(request_.speculation, context_.catalog, d);
    return d;
  }

  std::size_t add(const DeviceRow& row, const Way& way, std::int64_t tensor, std::int64_t stages) {
    return table_->add(deployment(row, way, tensor, stages));
  }

  const ReplicaRequest& request_;
  const RoleContext& context_;
  std::shared_ptr<Deployments> table_;
  std::vector<const catalog::Quantization*> open_;
  std::string_view version_;
  std::vector<Candidate> candidates_;
};

Axis numbers(std::string name) { return {std::move(name), false, {}, {}}; }
Axis words(std::string name) { return {std::move(name), true, {}, {}}; }

std::vector<Axis> replica_axes(const std::string& prefix, const std::vector<Candidate>& candidates,
                               const Deployments& table) {
  Axis number = numbers(prefix + ".deployment"), engine = words(prefix + ".engine"),
       format = words(prefix + ".quantization"), bits = numbers(prefix + ".bits_per_weight"),
       tensor = numbers(prefix + ".tensor_parallel"), stages = numbers(prefix + ".pipeline_parallel"),
       instances = numbers(prefix + ".instances");
  for (const Candidate& candidate : candidates) {
    const llm::Deployment& d = table[candidate.deployment];
    number.numbers.push_back(static_cast<double>(candidate.deployment));
    engine.words.push_back(d.engine ? d.engine->row.id : "");
    format.words.push_back(d.quantization ? d.quantization->row.id : "");
    bits.numbers.push_back(d.quantization ? d.quantization->bits_per_weight : rules::not_applicable());
    tensor.numbers.push_back(static_cast<double>(d.tensor_parallel));
    stages.numbers.push_back(static_cast<double>(d.pipeline_parallel));
    instances.numbers.push_back(d.disaggregation ? static_cast<double>(d.disaggregation->instances()) : 1);
  }
  return {std::move(number), std::move(engine), std::move(format),   std::move(bits),
          std::move(tensor), std::move(stages), std::move(instances)};
}

std::vector<Choice> choices(const llm::Deployment& d) {
  std::vector<Choice> out;
  if (d.quantization) out.push_back({"quantization", "model format", d.quantization->row.name});
  if (d.engine) {
    const std::string version(d.engine_version.empty() ? std::string_view(d.engine->version)
                                                       : d.engine_version);
    out.push_back({"engine", "engine", d.engine->row.name + (version.empty() ? "" : " " + version)});
  }
  if (d.tensor_parallel > 1)
    out.push_back({"tensor_parallel", "tensor parallel", fmt::format("{}", d.tensor_parallel)});
  if (d.pipeline_parallel > 1) {
    const bool split = d.engine && !d.engine->tensor_parallel;
    out.push_back({"pipeline_parallel", split ? "layers split over devices" : "pipeline stages",
                   fmt::format("{}", d.pipeline_parallel)});
  }
  if (d.disaggregation) {
    out.push_back({"pools", "instances for prompts and for answers",
                   fmt::format("{} : {}", d.disaggregation->prefill, d.disaggregation->decode)});
  }
  if (d.speculative_tokens > 0) {
    const std::string by = d.draft ? d.draft->row.name : d.mtp_layers > 0 ? "multi-token prediction" : "repeated text";
    out.push_back({"speculation", "speculation", fmt::format("{} tokens by {}", d.speculative_tokens, by)});
  }
  if (d.lora_adapters > 0) {
    out.push_back({"lora", "LoRA adapters", fmt::format("{} of rank {}", d.lora_adapters, d.lora_rank)});
  }
  if (d.kv_format) out.push_back({"kv_format", "KV cache format", d.kv_format->row.name});
  return out;
}

}  // namespace

std::vector<std::int64_t> device_counts(const catalog::Device& device, const RoleContext& context) {
  // A socket is a whole memory system: a second one does not join the first for one model.
  if (device.form == DeviceForm::soc || device.form == DeviceForm::socket) return {1};
  std::set<std::int64_t> own, any;
  for (const auto& platform : context.catalog.platforms.rows()) {
    if (!platform.gpu || platform.gpu->form != device.form || platform.gpu->slots < 1) continue;
    any.insert(platform.gpu->slots);
    if (platform.gpu->device == device.row.id) own.insert(platform.gpu->slots);
  }
  if (device.form != DeviceForm::pcie) {
    const auto& boards = own.empty() ? any : own;
    return boards.empty() ? std::vector<std::int64_t>{1}
                          : std::vector<std::int64_t>(boards.begin(), boards.end());
  }
  std::set<std::int64_t> counts = {1};
  while (!any.empty() && *counts.rbegin() * 2 <= *any.rbegin()) counts.insert(*counts.rbegin() * 2);
  for (const auto& machine : context.workload.site.existing) {
    const auto& given = machine.value;
    if (given.device && context.catalog.devices.find(*given.device) == &device) {
      counts.insert(static_cast<std::int64_t>(given.devices.value_or(1)));
    }
  }
  return {counts.begin(), counts.end()};
}

std::vector<std::optional<double>> memory_sizes(const catalog::Device& device,
                                                const catalog::Catalog& catalog) {
  std::set<double> sizes(device.memory_options_bytes.begin(), device.memory_options_bytes.end());
  if (sizes.empty() && !device.memory_bytes && device.device_class == DeviceClass::cpu &&
      device.memory_channels) {
    // One module a channel: what a socket's memory comes to.
    for (const auto& dimm : catalog.dimms.rows()) {
      sizes.insert(dimm.capacity_bytes * static_cast<double>(*device.memory_channels));
    }
  }
  if (sizes.empty()) return {std::nullopt};
  return {sizes.begin(), sizes.end()};
}

std::string device_family(const DeviceRow& row) { return row.device->row.name; }

std::vector<Axis> device_axes(const std::vector<DeviceRow>& rows, const catalog::Catalog& catalog) {
  Axis id = words("device.id"), kind = words("device.class"), vendor = words("device.vendor"),
       form = words("device.form"), lender = words("device.lender"), condition = words("device.condition"), link = words("device.link_scope");
  Axis memory = numbers("device.memory"), lent = numbers("device.lent_memory"), bandwidth = numbers("device.bandwidth"),
       power = numbers("device.power"), launched = numbers("device.launched"),
       capability = numbers("device.compute_capability"), count = numbers("node.device_count");
  for (const DeviceRow& row : rows) {
    const catalog::Device& d = *row.device;
    const auto add = [](Axis& axis, const auto& value) {
      axis.numbers.push_back(value ? static_cast<double>(*value) : rules::not_applicable());
    };
    id.words.push_back(d.row.id);
    kind.words.emplace_back(catalog::to_string(d.device_class));
    vendor.words.push_back(d.vendor);
    form.words.emplace_back(catalog::to_string(d.form));
    condition.words.emplace_back(d.availability == catalog::Availability::used ? "used" : "new");
    link.words.emplace_back(d.link.scope == catalog::LinkScope::node   ? "node"
                            : d.link.scope == catalog::LinkScope::pair ? "pair"
                                                                       : "none");
    const std::optional<double> whole = row.memory_bytes ? row.memory_bytes : d.memory_bytes;
    const catalog::Lending* lending = catalog.lending_for(d);
    lender.words.push_back(lending ? lending->row.id : "none");
    add(memory, whole);
    add(lent, whole && lending ? std::optional(*whole * lending->share_of(*whole)) : whole);
    add(bandwidth, d.bandwidth_bytes_per_s);
    add(power, d.power_w);
    add(launched, d.launched);
    add(capability, d.compute_capability);
    count.numbers.push_back(static_cast<double>(row.count));
  }
  std::vector<Axis> axes;
  for (Axis* axis : {&id, &kind, &vendor, &form, &lender, &condition, &link, &memory, &lent, &bandwidth, &power, &launched,
                     &capability, &count}) {
    axes.push_back(std::move(*axis));
  }
  return axes;
}

Node device_node(const DeviceRow& row) {
  Node node;
  node.device = row.device;
  node.device_count = static_cast<int>(row.count);
  node.device_memory_bytes = row.memory_bytes.value_or(row.device->memory_bytes.value_or(0));
  return node;
}

void fill_replicas(const ReplicaRequest& request, const std::string& prefix, const RoleContext& context,
                   RoleProblem& problem) {
  Builder builder(request, context);
  for (const catalog::Device* device : allowed_devices(context)) builder.add_device(*device);

  const auto& candidates = builder.candidates();
  const auto table = builder.table();
  std::vector<DeviceRow> rows;
  auto numbers_of = std::make_shared<std::vector<std::size_t>>();
  auto families = std::make_shared<std::vector<std::string>>();
  for (const Candidate& candidate : candidates) {
    rows.push_back(candidate.row);
    numbers_of->push_back(candidate.deployment);
    families->push_back(device_family(candidate.row));
    problem.nodes.push_back(device_node(candidate.row));
  }
  problem.axes = device_axes(rows, context.catalog);
  for (Axis& axis : replica_axes(prefix, candidates, *table)) problem.axes.push_back(std::move(axis));
  problem.natives = std::make_shared<rules::NativeTable>(model_natives(table));
  problem.describe = [table, numbers_of](std::size_t i) { return choices((*table)[(*numbers_of)[i]]); };
  if (request.pools) {
    problem.form = [table, numbers_of](std::size_t i) {
      return std::string((*table)[(*numbers_of)[i]].disaggregation ? "prompts and answers on instances of their own"
                                                                   : "prompts and answers on the same instances");
    };
  }
  problem.family = [families](std::size_t i) { return (*families)[i]; };
}

}  // namespace rackfit::search
