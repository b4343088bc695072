// What the site allows, and the facts every role shares.
#include <algorithm>

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/search/role.hpp"

namespace rackfit::search {

namespace {

void number(std::vector<Fact>& facts, const char* name, const schema::Given<double>& given) {
  if (given) facts.push_back({name, *given, {}, false, {Origin::Kind::workload, given.span, {}, {}}});
}

void word(std::vector<Fact>& facts, const char* name, const schema::Given<std::string>& given) {
  if (given) facts.push_back({name, 0, *given, true, {Origin::Kind::workload, given.span, {}, {}}});
}

bool contains(const std::vector<std::string>& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

/// Unknown names are reported.
void check_names_of_devices(const schema::Given<std::vector<std::string>>& names, const RoleContext& context) {
  if (!names) return;
  for (const std::string& name : *names) {
    if (context.catalog.devices.find(name)) continue;
    context.diagnostics.error("RF0601", names.span, "unknown device `" + name + "`", "",
                              suggestion_help(name, context.catalog.devices.names()));
  }
}

void check_vendors(const RoleContext& context) {
  const auto& names = context.workload.site.vendors;
  if (!names) return;
  std::vector<std::string> known;
  for (const catalog::Device& device : context.catalog.devices.rows()) {
    if (!contains(known, device.vendor)) known.push_back(device.vendor);
  }
  for (const std::string& name : *names) {
    if (contains(known, name)) continue;
    context.diagnostics.error("RF0601", names.span, "unknown vendor `" + name + "`", "", suggestion_help(name, known));
  }
}

void check_headroom(const RoleContext& context, const rules::RuleSet& rules) {
  const std::string prefix = "headroom.";
  std::vector<std::string> known;
  for (const rules::Input& input : rules.inputs()) {
    if (input.name.rfind(prefix, 0) == 0 && !contains(known, input.name.substr(prefix.size()))) {
      known.push_back(input.name.substr(prefix.size()));
    }
  }
  for (const auto& share : context.workload.headroom) {
    if (contains(known, share.name)) continue;
    context.diagnostics.error("RF0606", share.span, "no resource called `" + share.name + "`", "",
                              suggestion_help(share.name, known));
  }
}

}  // namespace

void check_site(const RoleContext& context, const rules::RuleSet& rules) {
  check_vendors(context);
  check_headroom(context, rules);
  check_budget(context);
}

std::vector<Fact> common_facts(const workload::Workload& workload) {
  std::vector<Fact> facts;
  word(facts, "availability", workload.availability);
  number(facts, "growth.yearly", workload.growth.yearly);
  number(facts, "growth.horizon", workload.growth.horizon);
  number(facts, "site.rack_power", workload.site.rack_power);
  number(facts, "site.rack_units", workload.site.rack_units);
  number(facts, "site.racks", workload.site.racks);
  number(facts, "site.max_nodes", workload.site.max_nodes);
  number(facts, "site.power", workload.site.power);
  word(facts, "site.layout", workload.site.layout);
  word(facts, "site.runtime", workload.site.runtime);
  word(facts, "site.country", workload.site.country);
  for (const auto& share : workload.headroom) {
    facts.push_back({"headroom." + share.name, share.value, {}, false, {Origin::Kind::workload, share.span, {}, {}}});
  }
  return facts;
}

std::vector<const catalog::Device*> existing_devices(const RoleContext& context) {
  std::vector<const catalog::Device*> found;
  for (const auto& entry : context.workload.site.existing) {
    if (const auto* device = entry.value.device ? context.catalog.devices.find(*entry.value.device) : nullptr)
      found.push_back(device);
  }
  return found;
}

bool may_be_bought(const catalog::Device& device, const RoleContext& context) {
  const workload::Site& site = context.workload.site;
  if (device.form == catalog::DeviceForm::hosted || device.availability == catalog::Availability::announced ||
      device.availability == catalog::Availability::rented) {
    return false;
  }
  const auto named = [&](const auto& names) {
    return std::any_of(names->begin(), names->end(),
                       [&](const std::string& name) { return context.catalog.devices.find(name) == &device; });
  };
  if (site.exclude_devices && named(site.exclude_devices)) return false;
  if (site.vendors && !contains(*site.vendors, device.vendor)) return false;
  // Naming a device is asking for it, in whatever condition it can be had.
  if (site.devices && !site.devices->empty()) return named(site.devices);
  const std::string condition = site.condition.value_or("new");
  if (condition == "new") return device.availability == catalog::Availability::new_;
  if (condition == "used") return device.availability == catalog::Availability::used;
  return true;
}

std::vector<const catalog::Device*> allowed_devices(const RoleContext& context) {
  check_names_of_devices(context.workload.site.devices, context);
  check_names_of_devices(context.workload.site.exclude_devices, context);
  const auto there = existing_devices(context);
  std::vector<const catalog::Device*> allowed;
  for (const catalog::Device& device : context.catalog.devices.rows()) {
    if (may_be_bought(device, context) || std::find(there.begin(), there.end(), &device) != there.end())
      allowed.push_back(&device);
  }
  std::sort(allowed.begin(), allowed.end(),
            [](const catalog::Device* a, const catalog::Device* b) { return a->row.id < b->row.id; });
  return allowed;
}

}  // namespace rackfit::search
