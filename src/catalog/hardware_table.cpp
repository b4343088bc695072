#include "rackfit/catalog/tables.hpp"
#include "shared_tables.hpp"

namespace rackfit::catalog {

using schema::boolean;
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

const Record<Cpu>& cpu_table() {
  static const Record<Cpu> table =
      Record<Cpu>("cpu", "A processor")
          .embed(&Cpu::row, row_table())
          .optional("vendor", &Cpu::vendor, text(), "maker")
          .required("cores", &Cpu::cores, integer(1), "cores")
          .optional("threads", &Cpu::threads, integer(1), "hardware threads")
          .optional("max_sockets", &Cpu::max_sockets, integer(1), "how many a board may carry; left out: two")
          .optional("memory_channels", &Cpu::memory_channels, integer(1), "memory channels")
          .optional("memory_type", &Cpu::memory_type, text(), "ddr4, ddr5")
          .optional("memory_speed", &Cpu::memory_speed, number(0), "MT/s")
          .optional("pcie", &Cpu::pcie, record(pcie_table()), "PCI Express lanes")
          .optional("power", &Cpu::power_w, quantity("W"), "thermal design power")
          .optional("socket", &Cpu::socket, text(), "socket")
          .optional("base_clock", &Cpu::base_clock_hz, quantity("Hz"), "base clock");
  return table;
}

const Record<Dimm>& dimm_table() {
  static const Record<Dimm> table =
      Record<Dimm>("dimm", "A memory module")
          .embed(&Dimm::row, row_table())
          .required("capacity", &Dimm::capacity_bytes, quantity("B"), "capacity")
          .optional("type", &Dimm::type, text(), "ddr5-rdimm …")
          .optional("speed", &Dimm::speed, number(0), "MT/s")
          .optional("power", &Dimm::power_w, quantity("W"), "draw");
  return table;
}

const Record<Disk>& disk_table() {
  static const Record<Disk> table =
      Record<Disk>("disk", "An SSD or hard disk")
          .embed(&Disk::row, row_table())
          .required("capacity", &Disk::capacity_bytes, quantity("B"), "capacity")
          .optional("interface", &Disk::interface, text(), "nvme-u2, sata …")
          .optional("read", &Disk::read_bytes_per_s, quantity("B/s"), "sequential read")
          .optional("write", &Disk::write_bytes_per_s, quantity("B/s"), "sequential write")
          .optional("read_iops", &Disk::read_iops, number(0), "random reads per second")
          .optional("write_iops", &Disk::write_iops, number(0), "random writes per second")
          .optional("endurance_dwpd", &Disk::endurance_dwpd, number(0), "drive writes per day")
          .optional("power", &Disk::power_w, quantity("W"), "draw")
          .optional("rpm", &Disk::rpm, number(0), "hard disks: revolutions per minute");
  return table;
}

const Record<Nic>& nic_table() {
  static const Record<Nic> table =
      Record<Nic>("nic", "A network adapter")
          .embed(&Nic::row, row_table())
          .optional("ports", &Nic::ports, integer(1), "ports")
          .required("speed", &Nic::speed_bytes_per_s, quantity("B/s"), "of one port, each direction")
          .optional("kind", &Nic::kind, text(), "ethernet, infiniband")
          .optional("power", &Nic::power_w, quantity("W"), "draw")
          .optional("onboard", &Nic::onboard, boolean(), "part of every platform");
  return table;
}

const Record<Psu>& psu_table() {
  static const Record<Psu> table =
      Record<Psu>("psu", "A power supply")
          .embed(&Psu::row, row_table())
          .required("output", &Psu::output_w, quantity("W"), "rated output")
          .optional("efficiency", &Psu::efficiency, quantity("1"), "at half load")
          .optional("form", &Psu::form, text(), "crps, atx …");
  return table;
}

const Record<GpuSlots>& gpu_slots_table() {
  static const Record<GpuSlots> table =
      Record<GpuSlots>("gpu_slots", "Room for accelerators")
          .required("form", &GpuSlots::form, choice(device_forms()), "pcie, sxm, oam")
          .required("slots", &GpuSlots::slots, integer(0), "double-width slots or sockets")
          .optional("device", &GpuSlots::device, text(), "the device it comes with, when fixed")
          .optional("consumer_slots", &GpuSlots::consumer_slots, integer(0),
                    "consumer cards its maker allows");
  return table;
}

const Record<PsuBays>& psu_bays_table() {
  static const Record<PsuBays> table =
      Record<PsuBays>("psu_bays", "Power supplies")
          .required("bays", &PsuBays::bays, integer(1), "units installed")
          .required("unit", &PsuBays::unit_w, quantity("W"), "output of one unit")
          .optional("redundant", &PsuBays::redundant, integer(0), "units that may fail")
          .optional("included", &PsuBays::included, boolean(), "whether the platform's price has them");
  return table;
}

/// "27000 USD": a quantity whose only dimension is one currency.
schema::Type<Money> money() {
  auto info = std::make_shared<schema::TypeInfo>();
  info->kind = schema::TypeInfo::Kind::quantity;
  info->unit = "USD";
  info->doc = "an amount with its currency, `27000 USD`";
  return {info, [](const yaml::Node& node, Money& out, schema::Context& context) {
            const auto parsed = context.units.parse_quantity(node.text());
            const bool is_money = node.is_scalar() && parsed &&
                                  is_currency(context.units.base_unit_text(parsed.value->dimension));
            if (!is_money) {
              context.diagnostics.error("RF0403", node.span(), "a price needs an amount and a currency", "",
                                        "for example `27000 USD`");
              return false;
            }
            out.amount = parsed.value->value;
            out.currency = context.units.base_unit_text(parsed.value->dimension);
            return true;
          }};
}

const Record<Accessory>& accessory_table() {
  static const Record<Accessory> table =
      Record<Accessory>("accessory", "A switch, cable, rack, power unit or RAID card")
          .embed(&Accessory::row, row_table())
          .optional("kind", &Accessory::kind, text(), "what it is")
          .optional("ports", &Accessory::ports, integer(0), "ports")
          .optional("speed", &Accessory::speed_bytes_per_s, quantity("B/s"), "of one port, each direction")
          .optional("power", &Accessory::power_w, quantity("W"), "draw")
          .optional("capacity", &Accessory::capacity_w, quantity("W"), "power units: rated power")
          .optional("rack_units", &Accessory::rack_units, number(0), "height")
          .optional("pcie", &Accessory::pcie, record(pcie_table()), "PCI Express");
  return table;
}

schema::Type<std::vector<std::pair<std::string, std::int64_t>>> bays() {
  const auto counts = named_map(integer(0));
  return {counts.info,
          [counts](const yaml::Node& node, std::vector<std::pair<std::string, std::int64_t>>& out,
                   schema::Context& context) {
            std::vector<schema::Named<std::int64_t>> read;
            const bool ok = counts.decode(node, read, context);
            for (const auto& entry : read) out.emplace_back(entry.name, entry.value);
            return ok;
          }};
}

const Record<Platform>& platform_table() {
  static const Record<Platform> table =
      Record<Platform>("platform", "A chassis with its board")
          .embed(&Platform::row, row_table())
          .optional("vendor", &Platform::vendor, text(), "maker")
          .optional("form", &Platform::form, text(), "rack, tower")
          .optional("rack_units", &Platform::rack_units, number(0), "height")
          .optional("sockets", &Platform::sockets, integer(1), "CPU sockets")
          .optional("cpu_socket", &Platform::cpu_socket, text(), "socket type")
          .optional("dimm_slots", &Platform::dimm_slots, integer(1), "memory slots")
          .optional("memory_type", &Platform::memory_type, text(), "ddr5-rdimm …")
          .optional("gpu", &Platform::gpu, record(gpu_slots_table()), "room for accelerators")
          .optional("bays", &Platform::bays, bays(), "drive bays by kind")
          .optional("psu", &Platform::psu, record(psu_bays_table()), "power supplies")
          .optional("onboard_nic", &Platform::onboard_nic, text(), "network ports on the board, by part id")
          .optional("base_power", &Platform::base_power_w, quantity("W"), "board and fans");
  return table;
}

const Record<Price>& price_table() {
  static const schema::Choices<PriceCondition> conditions = {
      {"new", PriceCondition::new_}, {"used", PriceCondition::used}, {"msrp", PriceCondition::msrp}};
  static const Record<Price> table =
      Record<Price>("price", "A dated price of one part")
          .locate(&Price::span)
          .required("item", &Price::item, text(), "id of the part or device")
          .optional("kind", &Price::kind, text(), "device, cpu, dimm …")
          .required("price", &Price::money, money(), "amount with its currency")
          .optional("date", &Price::date, schema::date(), "the price's own date")
          .optional("condition", &Price::condition, choice(conditions),
                    "new, used, or the maker's list price")
          .required("source", &Price::source_ref, source_ref(), "where it was read")
          .optional("note", &Price::note, text(), "remark");
  return table;
}

const Record<Rate>& rate_table() {
  static const Record<Rate> table =
      Record<Rate>("rate", "An exchange rate")
          .required("currency", &Rate::currency, text(), "ISO code")
          .required("per_usd", &Rate::per_usd, number(0), "units of the currency for one USD")
          .optional("date", &Rate::date, schema::date(), "day of the quotation")
          .required("source", &Rate::source_ref, source_ref(), "where it was read");
  return table;
}

const Record<Composition>& composition_table() {
  static const Record<Composition> table =
      Record<Composition>("coefficients", "How nodes are put together")
          .required("min_lanes_per_device", &Composition::min_lanes_per_device, sourced(number(1)),
                    "PCI Express lanes kept for an accelerator")
          .required("psu_load", &Composition::psu_load, sourced(quantity("1", 0.0, 1.0)),
                    "planned load of supplies")
          .required("rack_nic", &Composition::rack_nic_bytes_per_s, sourced(quantity("B/s")),
                    "least network port of a racked node")
          .required("usual_onboard_nic", &Composition::usual_onboard_nic, sourced(text()),
                    "ports of boards that list none")
          .required("oldest_memory_price", &Composition::oldest_memory_price, sourced(schema::date()),
                    "older memory prices are ignored")
          .required("oldest_flash_price", &Composition::oldest_flash_price, sourced(schema::date()),
                    "older SSD prices are ignored")
          .required("dimm_counts", &Composition::dimm_counts, sourced(list(number(1))), "modules per node")
          .required("disk_counts", &Composition::disk_counts, sourced(list(number(1))), "disks per node")
          .required("broker_memory", &Composition::broker_memory_bytes, sourced(list(quantity("B"))),
                    "memory sizes tried for brokers")
          .required("shared_disk", &Composition::shared_disk_bytes, sourced(list(quantity("B"))),
                    "disk tried for brokers on a shared box")
          .required("shared_cores", &Composition::shared_cores, sourced(list(quantity("core"))),
                    "cores tried for brokers on a shared box")
          .required("shared_nic", &Composition::shared_nic_bytes_per_s, sourced(list(quantity("B/s"))),
                    "network tried for a shared box");
  return table;
}

}  // namespace

const Record<PartsFile>& parts_file() {
  static const Record<PartsFile> table =
      cited_file<PartsFile>("parts", "Parts that nodes are built of")
          .optional("cpus", &PartsFile::cpus, named_map(record(cpu_table())), "processors by id")
          .optional("dimms", &PartsFile::dimms, named_map(record(dimm_table())), "memory modules by id")
          .optional("ssds", &PartsFile::ssds, named_map(record(disk_table())), "SSDs by id")
          .optional("hdds", &PartsFile::hdds, named_map(record(disk_table())), "hard disks by id")
          .optional("nics", &PartsFile::nics, named_map(record(nic_table())), "network adapters by id")
          .optional("psus", &PartsFile::psus, named_map(record(psu_table())), "power supplies by id")
          .optional("switches", &PartsFile::switches, named_map(record(accessory_table())),
                    "switches and cables")
          .optional("racks", &PartsFile::racks, named_map(record(accessory_table())), "racks and power units")
          .optional("raid", &PartsFile::raid, named_map(record(accessory_table())), "RAID cards");
  return table;
}

const Record<File<Platform>>& platforms_file() {
  static const Record<File<Platform>> table =
      cited_file<File<Platform>>("platforms", "Chassis and boards")
          .required("platforms", &File<Platform>::rows, named_map(record(platform_table())),
                    "platforms by id");
  return table;
}

const Record<PriceFile>& prices_file() {
  static const Record<PriceFile> table =
      cited_file<PriceFile>("prices", "Dated hardware prices")
          .optional("prices", &PriceFile::prices, list(record(price_table())), "prices")
          .optional("rates", &PriceFile::rates, list(record(rate_table())), "exchange rates");
  return table;
}

const Record<CompositionFile>& composition_file() {
  static const Record<CompositionFile> table =
      cited_file<CompositionFile>("composition", "How nodes are put together")
          .required("composition", &CompositionFile::composition, record(composition_table()),
                    "coefficients");
  return table;
}

}  // namespace rackfit::catalog
