#include <fmt/format.h>

#include <algorithm>

#include "rackfit/measured/fit.hpp"

namespace rackfit::measured {
namespace {

using catalog::Calibration;

constexpr double ms = 1e-3, us = 1e-6;

/// The first words of a line of YAML: indentation, key.
struct Line {
  std::size_t indent = 0;
  std::string_view key;
};

Line parsed(std::string_view line) {
  Line out;
  out.indent = std::min(line.find_first_not_of(' '), line.size());
  const std::string_view rest = line.substr(out.indent);
  const std::size_t colon = rest.find(':');
  if (colon != std::string_view::npos && !rest.empty() && rest[0] != '#') out.key = rest.substr(0, colon);
  return out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return lines;
}

/// The entry's lines, the one with its id first.
std::vector<std::string> entry_lines(std::string_view profile, const std::string& id) {
  std::vector<std::string> entry;
  std::size_t indent = 0;
  for (std::string& text : lines_of(profile)) {
    const Line line = parsed(text);
    if (entry.empty()) {
      if (line.key != id || line.indent == 0) continue;
      indent = line.indent;
    } else if (line.indent <= indent && line.indent < text.size()) {
      break;
    }
    entry.push_back(std::move(text));
  }
  while (!entry.empty() && entry.back().find_first_not_of(' ') == std::string::npos) entry.pop_back();
  return entry;
}

/// Replaces the value of a key of the entry, or adds it behind the last key that stays before the bands.
void put(std::vector<std::string>& entry, std::string_view key, const std::string& value) {
  const std::size_t indent = entry.size() > 1 ? parsed(entry[1]).indent : 4;
  const std::string text = std::string(indent, ' ') + std::string(key) + ": " + value;
  std::size_t place = entry.size();
  for (std::size_t i = 1; i < entry.size(); ++i) {
    const Line line = parsed(entry[i]);
    if (line.indent != indent) continue;
    if (line.key == key) {
      entry[i] = text;
      return;
    }
    if (place == entry.size() && (line.key == "decode_band" || line.key == "ttft_band" || line.key == "tier"))
      place = i;
  }
  entry.insert(entry.begin() + static_cast<std::ptrdiff_t>(place), text);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const std::string& line : lines) out += (out.empty() ? "" : "\n") + line;
  return out;
}

std::string band_text(const catalog::Band& band) {
  return fmt::format("{{low: {:.2f}, high: {:.2f}}}", band.low, band.high);
}

}  // namespace

const std::vector<Parameter>& parameters() {
  static const std::vector<Parameter> all = {
      {"bandwidth_efficiency", &Calibration::bandwidth_efficiency, 0.1, 1, false, 0.1},
      {"expert_bandwidth_efficiency", &Calibration::expert_bandwidth_efficiency, 0.05, 1, false, 0.2},
      {"kv_bandwidth_efficiency", &Calibration::kv_bandwidth_efficiency, 0.05, 1, false, 0.15},
      {"unpack_flops", &Calibration::unpack_flops, 0, 200},
      {"prefill_mfu", &Calibration::prefill_mfu, 0.02, 2, false, 0.2},
      {"expert_mfu", &Calibration::expert_mfu, 0.01, 1.2, false, 0.35},
      {"attention_mfu", &Calibration::attention_mfu, 0.01, 2, false, 0.35},
      {"quantized_mfu", &Calibration::quantized_mfu, 0.02, 2, false, 0.25},
      {"prefill_unpack", &Calibration::prefill_unpack, 0, 5},
      {"activation_traffic", &Calibration::activation_traffic, 0, 100, false, 0.5},
      {"expert_traffic", &Calibration::expert_traffic, 0, 100, false, 0.5},
      {"step_overhead", &Calibration::step_overhead_s, 0, 30 * ms, true, 0.6},
      {"layer_overhead", &Calibration::layer_overhead_s, 0, 1 * ms, true, 0.25},
      {"moe_layer_factor", &Calibration::moe_layer_factor, 0, 5},
      {"latent_layer_factor", &Calibration::latent_layer_factor, 0, 5},
      {"linear_layer_factor", &Calibration::linear_layer_factor, -1, 5},
      {"indexer_layer_factor", &Calibration::indexer_layer_factor, 0, 5},
      {"extra_norm_factor", &Calibration::extra_norm_factor, 0, 5},
      {"host_layer_time", &Calibration::host_layer_s, 0, 5 * ms, true},
      {"stage_latency", &Calibration::stage_latency_s, 0, 20 * ms, true},
      {"request_overhead", &Calibration::request_overhead_s, 0, 1 * ms, true, 0.8},
      {"all_reduce_latency", &Calibration::all_reduce_latency_s, 0, 300 * us, true},
      {"link_efficiency", &Calibration::link_efficiency, 0.05, 1, false, 0.25},
      {"expert_imbalance", &Calibration::expert_imbalance, 1, 4, false, 0.2},
      {"prefill_layer_overhead", &Calibration::prefill_layer_overhead_s, 0, 20 * ms, true},
      {"prefill_launch_factor", &Calibration::prefill_launch_factor, 0, 50},
      {"request_setup", &Calibration::request_setup_s, 0, 500 * ms, true, 0.8},
      {"interference", &Calibration::interference, 0, 2, false, 0.1},
      {"ramp_share", &Calibration::ramp_share, 0, 1, false, 0.3},
      {"queue_factor", &Calibration::queue_factor, 0, 2, false, 0.4},
  };
  return all;
}

std::optional<double> Parameter::get(const catalog::Calibration& row) const {
  if (const auto* plain = std::get_if<double Calibration::*>(&member)) return row.*(*plain);
  return row.*std::get<std::optional<double> Calibration::*>(member);
}

void Parameter::set(catalog::Calibration& row, double value) const {
  if (const auto* plain = std::get_if<double Calibration::*>(&member)) {
    row.*(*plain) = value;
  } else {
    row.*std::get<std::optional<double> Calibration::*>(member) = value;
  }
}

std::string profile_value(const Parameter& parameter, double value) {
  if (!parameter.seconds) return fmt::format("{:.3g}", value);
  return value >= 0.2 * ms || value == 0 ? fmt::format("{:.3g} ms", value / ms)
                                         : fmt::format("{:.3g} us", value / us);
}

std::string updated_profile(std::string_view profile, const RowFit& fit) {
  std::vector<std::string> entry = entry_lines(profile, fit.after.row.id);
  std::string all(profile);
  if (entry.empty()) return all;
  const std::string old = joined(entry);
  for (const Parameter* parameter : fit.fitted) {
    if (const auto value = parameter->get(fit.after))
      put(entry, parameter->key, profile_value(*parameter, *value));
  }
  if (fit.decode_band) put(entry, "decode_band", band_text(*fit.decode_band));
  if (fit.ttft_band) put(entry, "ttft_band", band_text(*fit.ttft_band));
  if (!fit.family_bands.empty()) {
    std::string list;
    for (const catalog::FamilyBands& bands : fit.family_bands) {
      list += fmt::format("{}{{family: {}, decode: {}, ttft: {}}}", list.empty() ? "" : ", ", bands.family,
                          band_text(bands.decode), band_text(bands.ttft));
    }
    put(entry, "family_bands", "[" + list + "]");
  }
  const std::size_t at = all.find(old);
  if (at != std::string::npos) all.replace(at, old.size(), joined(entry));
  return all;
}

}  // namespace rackfit::measured
