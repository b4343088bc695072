#include "rackfit/catalog/tables.hpp"
#include "shared_tables.hpp"

namespace rackfit::catalog {

using schema::choice;
using schema::integer;
using schema::list;
using schema::named_map;
using schema::number;
using schema::quantity;
using schema::Record;
using schema::record;
using schema::text;

namespace {

const Record<ComputePeaks>& compute_table() {
  static const Record<ComputePeaks> table =
      Record<ComputePeaks>("compute", "Dense peak rates; leave out what is not known")
          .optional("fp32", &ComputePeaks::fp32, quantity("FLOP/s"), "single precision")
          .optional("fp16", &ComputePeaks::fp16, quantity("FLOP/s"), "half precision, FP32 accumulate")
          .optional("bf16", &ComputePeaks::bf16, quantity("FLOP/s"), "bfloat16")
          .optional("fp8", &ComputePeaks::fp8, quantity("FLOP/s"), "8-bit floating point")
          .optional("int8", &ComputePeaks::int8, quantity("FLOP/s"), "8-bit integer")
          .optional("fp4", &ComputePeaks::fp4, quantity("FLOP/s"), "4-bit floating point")
          .optional("int4", &ComputePeaks::int4, quantity("FLOP/s"), "4-bit integer");
  return table;
}

const Record<DeviceLink>& link_table() {
  static const schema::Choices<LinkScope> scopes = {
      {"none", LinkScope::none}, {"pair", LinkScope::pair}, {"node", LinkScope::node}};
  static const Record<DeviceLink> table =
      Record<DeviceLink>("link", "Connection between devices of one node")
          .optional("type", &DeviceLink::type, text(), "nvlink, xgmi, pcie …")
          .optional("bandwidth", &DeviceLink::bandwidth_bytes_per_s, quantity("B/s"),
                    "per device, both directions summed")
          .optional("scope", &DeviceLink::scope, choice(scopes),
                    "who is connected: nobody, a pair, the node");
  return table;
}

}  // namespace

const Record<PcieLink>& pcie_table() {
  static const Record<PcieLink> table =
      Record<PcieLink>("pcie", "PCI Express")
          .required("generation", &PcieLink::generation, number(1), "generation")
          .required("lanes", &PcieLink::lanes, integer(1), "lanes");
  return table;
}

const schema::Choices<DeviceClass>& device_classes() {
  static const schema::Choices<DeviceClass> choices = {{"datacenter", DeviceClass::datacenter},
                                                       {"workstation", DeviceClass::workstation},
                                                       {"consumer", DeviceClass::consumer},
                                                       {"apple", DeviceClass::apple},
                                                       {"edge", DeviceClass::edge},
                                                       {"cpu", DeviceClass::cpu}};
  return choices;
}

const schema::Choices<DeviceForm>& device_forms() {
  static const schema::Choices<DeviceForm> choices = {
      {"pcie", DeviceForm::pcie}, {"sxm", DeviceForm::sxm},       {"oam", DeviceForm::oam},
      {"soc", DeviceForm::soc},   {"socket", DeviceForm::socket}, {"hosted", DeviceForm::hosted}};
  return choices;
}

const schema::Choices<Availability>& availabilities() {
  static const schema::Choices<Availability> choices = {{"new", Availability::new_},
                                                        {"used", Availability::used},
                                                        {"rented", Availability::rented},
                                                        {"announced", Availability::announced}};
  return choices;
}

std::string_view to_string(DeviceClass device_class) { return name_in(device_classes(), device_class); }
std::string_view to_string(DeviceForm form) { return name_in(device_forms(), form); }
std::string_view to_string(Availability availability) { return name_in(availabilities(), availability); }

const Record<Device>& device_table() {
  static const Record<Device> table =
      Record<Device>("device", "An accelerator, a machine with one, or a CPU used for inference")
          .embed(&Device::row, row_table())
          .required("vendor", &Device::vendor, text(), "maker, lower case")
          .required("class", &Device::device_class, choice(device_classes()), "market class")
          .required("form", &Device::form, choice(device_forms()), "how it is built in")
          .optional("architecture", &Device::architecture, text(), "generation")
          .optional("compute_capability", &Device::compute_capability, number(1), "NVIDIA compute capability")
          .optional("memory", &Device::memory_bytes, quantity("B"), "nameplate memory")
          .optional("usable_memory", &Device::usable_memory_bytes, quantity("B"),
                    "what software sees, measured")
          .optional("memory_options", &Device::memory_options_bytes, list(quantity("B")),
                    "sizes it is sold with")
          .optional("bandwidth", &Device::bandwidth_bytes_per_s, quantity("B/s"), "peak memory bandwidth")
          .optional("compute", &Device::compute, record(compute_table()), "peak rates")
          .optional("power", &Device::power_w, quantity("W"), "board power limit")
          .optional("link", &Device::link, record(link_table()), "device-to-device connection")
          .optional("pcie", &Device::pcie, record(pcie_table()), "host connection")
          .optional("launched", &Device::launched, integer(1990, 2100), "year")
          .optional("availability", &Device::availability, choice(availabilities()), "how it can be bought")
          .optional("cores", &Device::cores, integer(1), "CPU cores")
          .optional("memory_channels", &Device::memory_channels, integer(1), "memory channels");
  return table;
}

const Record<File<Device>>& devices_file() {
  static const Record<File<Device>> table =
      cited_file<File<Device>>("devices", "Devices that run models")
          .required("devices", &File<Device>::rows, named_map(record(device_table())), "devices by id");
  return table;
}

}  // namespace rackfit::catalog
