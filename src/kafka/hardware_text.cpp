// The reader of `3x"8 cores, 32 GiB, 2x1.92TB nvme, 10GbE"`.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>

#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/kafka/hardware.hpp"

namespace rackfit::kafka {
namespace {

const char* const example = "write it like 3x\"8 cores, 32 GiB, 2x1.92TB nvme, 10GbE\"";
constexpr double most_of_anything = 1e6;

enum class Measure { plain, cores, bytes, bytes_per_s, bits_per_s };

struct Amount {
  double value = 0;  // base units; bits per second are bytes per second
  Measure measure = Measure::plain;
  bool tera = false;
};

/// Units of price lists, in lower case; the registry knows the proper ones.
struct Spelling {
  std::string_view text;
  double factor;
  Measure measure;
  bool tera = false;
};

constexpr double kibi = 1024, mebi = kibi * kibi, gibi = mebi * kibi, tebi = gibi * kibi;
constexpr Spelling spellings[] = {
    {"core", 1, Measure::cores},
    {"cores", 1, Measure::cores},
    {"vcpu", 1, Measure::cores},
    {"vcpus", 1, Measure::cores},
    {"cpu", 1, Measure::cores},
    {"cpus", 1, Measure::cores},
    {"c", 1, Measure::cores},
    {"mb", 1e6, Measure::bytes},
    {"gb", 1e9, Measure::bytes},
    {"tb", 1e12, Measure::bytes, true},
    {"t", 1e12, Measure::bytes, true},
    {"mib", mebi, Measure::bytes},
    {"gib", gibi, Measure::bytes},
    {"tib", tebi, Measure::bytes, true},
    {"ti", tebi, Measure::bytes, true},
    {"gi", gibi, Measure::bytes},
    {"mbit", 0.125e6, Measure::bits_per_s},
    {"mbps", 0.125e6, Measure::bits_per_s},
    {"gbe", 0.125e9, Measure::bits_per_s},
    {"ge", 0.125e9, Measure::bits_per_s},
    {"gbit", 0.125e9, Measure::bits_per_s},
    {"gbps", 0.125e9, Measure::bits_per_s},
    {"gbit/s", 0.125e9, Measure::bits_per_s},
    {"gb/s", 1e9, Measure::bytes_per_s},
    {"mbit/s", 0.125e6, Measure::bits_per_s},
    {"mb/s", 1e6, Measure::bytes_per_s},
    {"mib/s", mebi, Measure::bytes_per_s},
    {"gib/s", gibi, Measure::bytes_per_s},
};

constexpr std::string_view memory_words[] = {"ram", "memory", "mem", "ddr4", "ddr5", "dram"};
constexpr std::string_view disk_words[] = {"nvme",  "ssd",   "ssds",   "hdd",   "hdds",   "sata",
                                           "sas",   "disk",  "disks",  "drive", "drives", "flash",
                                           "raid0", "raid1", "raid10", "raid5", "raid6"};
constexpr std::string_view network_words[] = {"nic", "nics", "ethernet", "network", "lan", "port", "ports"};
constexpr std::string_view idle_words[] = {"each", "with", "and", "at",    "of",
                                           "@",    "a",    "per", "write", "read"};

template <std::size_t n>
bool among(const std::string_view (&words)[n], std::string_view word) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '"' || c == '\''; }

/// A part between commas.
struct Item {
  std::size_t begin = 0, end = 0;
  std::optional<double> count;
  std::vector<Amount> amounts;
  std::vector<std::string> words;  // lower case
  bool broken = false;

  template <std::size_t n>
  bool has(const std::string_view (&wanted)[n]) const {
    return std::any_of(words.begin(), words.end(),
                       [&](const std::string& word) { return among(wanted, word); });
  }
  const Amount* amount(Measure measure) const {
    for (const Amount& amount : amounts) {
      if (amount.measure == measure) return &amount;
    }
    return nullptr;
  }
};

class Reader {
 public:
  Reader(const SourceFile& file, Diagnostics& diagnostics)
      : file_(file), text_(file.text()), diagnostics_(diagnostics) {}

  std::optional<Brokers> run() {
    const std::size_t errors = diagnostics_.error_count();
    read_count();
    for (std::size_t at = at_; at <= text_.size();) {
      const std::size_t end = std::min(text_.find_first_of(",;+", at), text_.size());
      read_item(at, end);
      at = end + 1;
    }
    if (diagnostics_.error_count() == errors) check_whole();
    if (diagnostics_.error_count() > errors) return std::nullopt;
    return brokers_;
  }

 private:
  Span span(std::size_t begin, std::size_t end) const {
    return {&file_, static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)};
  }

  void refuse(const char* number, std::size_t begin, std::size_t end, const std::string& message,
              const std::string& help = example) {
    diagnostics_.error(number, span(begin, end), message, "", help);
  }

  std::size_t skip(std::size_t at, std::size_t end) const {
    while (at < end && is_space(text_[at])) ++at;
    return at;
  }

  /// Behind an `x`, `×` or `*` at `at`, or `at` when there is none.
  std::size_t behind_times(std::size_t at, std::size_t end) const {
    const std::size_t sign = skip(at, end);
    if (sign >= end) return at;
    if (text_.compare(sign, 2, "\xC3\x97") == 0) return sign + 2;
    return text_[sign] == 'x' || text_[sign] == 'X' || text_[sign] == '*' ? sign + 1 : at;
  }

  /// `3x` in front of everything, or `3 brokers`.
  void read_count() {
    const std::size_t begin = skip(0, text_.size());
    const std::size_t length = units::number_length(text_.substr(begin));
    if (length == 0) return;
    const std::size_t behind = behind_times(begin + length, text_.size());
    if (behind == begin + length) return;
    at_ = behind;
    quoted_ = text_.find('"') != std::string_view::npos;
    counted_ = true;
    count_end_ = behind;
    brokers_.count = whole(begin, begin + length).value_or(1);
  }

  std::optional<double> whole(std::size_t begin, std::size_t end) {
    const auto number = units::parse_number(text_.substr(begin, end - begin));
    if (number && *number >= 1 && *number == std::floor(*number) && *number <= most_of_anything)
      return number;
    refuse(code::hardware, begin, end, fmt::format("`{}` is no count", text_.substr(begin, end - begin)),
           "counts are whole numbers from 1");
    return std::nullopt;
  }

  void read_item(std::size_t begin, std::size_t end) {
    Item item;
    item.begin = skip(begin, end);
    item.end = end;
    while (item.end > item.begin && is_space(text_[item.end - 1])) --item.end;
    if (item.begin == item.end) return;
    read_tokens(item);
    if (!item.broken) place(item);
    first_ = false;
  }

  void read_tokens(Item& item) {
    for (std::size_t at = item.begin; at < item.end && !item.broken; at = skip(at, item.end)) {
      const std::size_t length = units::number_length(text_.substr(at, item.end - at));
      at = length > 0 ? read_amount(item, at, length) : read_word(item, at);
    }
  }

  std::size_t word_end(std::size_t at, std::size_t end) const {
    while (at < end && !is_space(text_[at])) ++at;
    return at;
  }

  std::size_t read_amount(Item& item, std::size_t at, std::size_t length) {
    const std::size_t behind = behind_times(at + length, item.end);
    if (behind != at + length && !item.count && item.amounts.empty()) {
      item.count = whole(at, at + length);
      item.broken = !item.count;
      return behind;
    }
    const auto number = units::parse_number(text_.substr(at, length));
    const std::size_t unit = skip(at + length, item.end), end = word_end(unit, item.end);
    const std::string word = lower(text_.substr(unit, end - unit));
    if (!number || !(*number > 0) || *number > 1e15) {
      refuse(code::hardware, at, at + length, fmt::format("`{}` is no amount", text_.substr(at, length)),
             "amounts are above zero");
      item.broken = true;
      return end;
    }
    const std::string_view written = text_.substr(unit, end - unit);
    if ((word == "gb/s" || word == "mb/s") && written.substr(1, 3) != "B/s") {
      refuse(code::hardware, unit, end, fmt::format("`{}` may be bits or bytes", written),
             "write `GB/s` or `Gbit/s`");
      item.broken = true;
      return end;
    }
    for (const Spelling& spelling : spellings) {
      if (spelling.text != word) continue;
      item.amounts.push_back({*number * spelling.factor, spelling.measure, spelling.tera});
      return end;
    }
    // `25G nic`, `256G ram`: the rest of the part says of what.
    if (word == "g") {
      item.amounts.push_back({*number, Measure::plain, false});
      return end;
    }
    std::vector<std::string> known;
    for (const Spelling& spelling : spellings) known.emplace_back(spelling.text);
    auto near = did_you_mean(word, known);
    const std::size_t after = item.end + 1;
    if (word.empty() && after < text_.size() && text_[item.end] == ',' &&
        units::number_length(text_.substr(after)) > 0) {
      near = fmt::format("{}.{}", text_.substr(at, length),
                         text_.substr(after, units::number_length(text_.substr(after))));
    }
    refuse(code::hardware, at, std::max(end, at + length),
           word.empty() ? fmt::format("`{}` has no unit", text_.substr(at, length))
                        : fmt::format("unknown unit `{}`", text_.substr(unit, end - unit)),
           near ? "did you mean `" + *near + "`?" : std::string(example));
    item.broken = true;
    return end;
  }

  std::size_t read_word(Item& item, std::size_t at) {
    const std::size_t end = word_end(at, item.end);
    std::string word = lower(text_.substr(at, end - at));
    if (const auto dash = word.find('-'); dash != std::string::npos && word.compare(0, 4, "raid") == 0)
      word.erase(dash, 1);
    if (!among(memory_words, word) && !among(disk_words, word) && !among(network_words, word) &&
        !among(idle_words, word)) {
      std::vector<std::string> known{"cores"};
      for (const auto& each : {"ram", "nvme", "ssd", "hdd", "raid10", "nic", "GbE"}) known.emplace_back(each);
      refuse(code::hardware, at, end, fmt::format("`{}` is nothing a broker has", text_.substr(at, end - at)),
             suggestion_help(word, known));
      item.broken = true;
    }
    item.words.push_back(std::move(word));
    return end;
  }

  void place(Item& item) {
    Amount* bare = nullptr;
    for (Amount& amount : item.amounts) {
      if (amount.measure == Measure::plain) bare = &amount;
    }
    if (bare) {
      const bool network = item.has(network_words);
      bare->measure = network ? Measure::bits_per_s : Measure::bytes;
      bare->value *= network ? 0.125e9 : 1e9;
    }
    if (const Amount* cores = item.amount(Measure::cores)) return place_cores(item, *cores);
    if (item.has(network_words) || item.amount(Measure::bits_per_s)) return place_network(item);
    if (const Amount* bytes = item.amount(Measure::bytes)) {
      const bool disk = item.has(disk_words) || item.count || bytes->tera || brokers_.memory_bytes;
      return disk && !item.has(memory_words) ? place_disks(item, *bytes) : place_memory(item, *bytes);
    }
    if (const Amount* rate = item.amount(Measure::bytes_per_s)) return place_disk_speed(item, *rate);
    if (brokers_.disks && item.has(disk_words)) return name_disks(item);
    refuse(code::hardware, item.begin, item.end,
           fmt::format("cannot tell what `{}` is", text_.substr(item.begin, item.end - item.begin)));
  }

  bool once(const Item& item, bool there, const char* what) {
    if (there) {
      refuse(code::twice, item.begin, item.end, fmt::format("{} said twice", what),
             "each part of a broker is said once");
    }
    return !there;
  }

  void place_cores(const Item& item, const Amount& amount) {
    if (!once(item, brokers_.cores.has_value(), "the cores are")) return;
    brokers_.cores = amount.value * item.count.value_or(1);
  }

  void place_memory(const Item& item, const Amount& amount) {
    if (!once(item, brokers_.memory_bytes.has_value(), "the memory is")) return;
    brokers_.memory_bytes = amount.value * item.count.value_or(1);
  }

  void place_network(const Item& item) {
    if (!once(item, brokers_.nic_bytes_per_s.has_value(), "the network is")) return;
    const Amount* amount = item.amount(Measure::bits_per_s);
    if (!amount) amount = item.amount(Measure::bytes_per_s);
    if (!amount)
      return refuse(code::hardware, item.begin, item.end, "the network has no speed", "such as `10GbE`");
    brokers_.nic_bytes_per_s = amount->value;
    brokers_.nic_ports = item.count.value_or(1);
  }

  void place_disks(const Item& item, const Amount& bytes) {
    if (first_ && counted_ && !quoted_ && !item.count) {
      return refuse(
          code::hardware, 0, item.end,
          fmt::format("`{}` may count brokers or disks", text_.substr(0, count_end_)),
          "begin with the brokers' cores, or give both counts: " + std::string("3x2x1.92TB nvme, …"));
    }
    if (!once(item, brokers_.disks.has_value(), "the disks are")) return;
    brokers_.disks = Disks{item.count.value_or(1), bytes.value, {}, {}, {}, {}};
    name_disks(item);
    if (const Amount* rate = item.amount(Measure::bytes_per_s)) place_disk_speed(item, *rate);
  }

  void name_disks(const Item& item) {
    for (const std::string& word : item.words) {
      if (word.compare(0, 4, "raid") == 0) brokers_.disks->raid = word;
      if (word == "nvme" || word == "ssd" || word == "hdd") brokers_.disks->kind = word;
      if (word == "ssds" || word == "hdds") brokers_.disks->kind = word.substr(0, 3);
    }
    // "nvme ssd" in either order.
    if (std::find(item.words.begin(), item.words.end(), "nvme") != item.words.end())
      brokers_.disks->kind = "nvme";
  }

  void place_disk_speed(const Item& item, const Amount& rate) {
    if (!brokers_.disks)
      return refuse(code::hardware, item.begin, item.end, "a speed with no disks before it",
                    "a disk's speed follows it: `2x1.92TB nvme, 1.4 GB/s`; a port's is `10GbE`");
    const bool read = std::find(item.words.begin(), item.words.end(), "read") != item.words.end();
    auto& speed = read ? brokers_.disks->read_bytes_per_s : brokers_.disks->write_bytes_per_s;
    if (once(item, speed.has_value(), "the disks' speed is")) speed = rate.value;
  }

  void check_whole() {
    if (!brokers_.cores && !brokers_.memory_bytes && !brokers_.disks && !brokers_.nic_bytes_per_s)
      return refuse(code::missing, 0, text_.size(), "the brokers have no parts");
    if (!counted_) refuse(code::missing, 0, text_.size(), "how many brokers are there?");
  }

  const SourceFile& file_;
  std::string_view text_;
  Diagnostics& diagnostics_;
  Brokers brokers_;
  std::size_t at_ = 0, count_end_ = 0;
  bool counted_ = false, quoted_ = false, first_ = true;
};

}  // namespace

std::optional<Brokers> read_brokers(const std::shared_ptr<const SourceFile>& text, Diagnostics& diagnostics) {
  diagnostics.keep(text);
  return Reader(*text, diagnostics).run();
}

}  // namespace rackfit::kafka
