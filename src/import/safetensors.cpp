#include "rackfit/import/safetensors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "json.hpp"
#include "rackfit/import/codes.hpp"

namespace rackfit::importer {
namespace {

// The reference reader's own limit.
constexpr std::uint64_t max_header_bytes = 100'000'000;
constexpr std::size_t max_index_files = 100'000;

/// Bits of one element; 0: unknown type.
int element_bits(std::string_view type) {
  struct Entry {
    std::string_view type;
    int bits;
  };
  static constexpr Entry entries[] = {
      {"BF16", 16},   {"F16", 16},        {"F32", 32},        {"F64", 64},    {"F8_E4M3", 8}, {"F8_E5M2", 8},
      {"F8_E8M0", 8}, {"F8_E4M3FNUZ", 8}, {"F8_E5M2FNUZ", 8}, {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"F4", 4},
      {"I8", 8},      {"U8", 8},          {"BOOL", 8},        {"I16", 16},    {"U16", 16},    {"I32", 32},
      {"U32", 32},    {"I64", 64},        {"U64", 64},        {"C64", 64}};
  for (const Entry& entry : entries) {
    if (entry.type == type) return entry.bits;
  }
  return 0;
}

bool ends_with(std::string_view name, std::string_view end) {
  return name.size() >= end.size() && name.substr(name.size() - end.size()) == end;
}

/// Scales, zero points and permutations: bytes of the format, not weights.
bool is_helper(std::string_view name) {
  for (const std::string_view end : {".scales", ".qzeros", ".g_idx", "_scale", "_scale_inv", "_scale_2",
                                     "_scales", "_shape", "_zero_point", ".absmax", ".quant_map", ".SCB",
                                     ".weight_format", ".biases", "_global_scale", ".perm", ".zeros"}) {
    if (ends_with(name, end)) return true;
  }
  return name.find(".quant_state.") != std::string_view::npos ||
         name.find(".nested_") != std::string_view::npos;
}

/// Weights in `elements` elements of a tensor.
double weights_in(std::string_view name, std::string_view type, double elements, const Packing& packing) {
  if (is_helper(name)) return 0;
  const double bits = packing.bits > 0 ? packing.bits : 4;
  if (type == "I32" || type == "U32") return elements * std::floor(32 / bits);
  // Two 4-bit values in a byte: MXFP4 blocks, NVFP4 and bitsandbytes weights.
  if (type == "U8" &&
      (ends_with(name, "weight") || ends_with(name, "_packed") || ends_with(name, "_blocks"))) {
    return elements * 2;
  }
  if (type == "BOOL" || type == "I64") return 0;
  return elements;
}

class HeaderEvents : public JsonEvents {
 public:
  HeaderEvents(const Packing& packing, std::int64_t layers, std::uint64_t data_bytes, ExactBytes& exact)
      : packing_(packing), layers_(layers), data_bytes_(data_bytes), exact_(exact) {}

  bool open(bool object) override {
    ++depth_;
    if (depth_ == 1 && !object) return stop("the header is not an object");
    if (depth_ == 2 && !object && !metadata_) return stop("a tensor is not described by an object");
    if (depth_ == 2 && object) begin_tensor();
    if (depth_ == 3) numbers_ = 0;
    return true;
  }
  bool close() override {
    if (depth_ == 3 && field_ == "data_offsets" && numbers_ != 2)
      return stop("data_offsets are not two numbers");
    const bool done = depth_ == 2 && !metadata_;
    --depth_;
    return !done || end_tensor();
  }
  bool key(std::string_view text) override {
    if (depth_ == 1) {
      name_ = std::string(text);
      metadata_ = name_ == "__metadata__";
    } else if (depth_ == 2) {
      field_ = std::string(text);
    }
    return true;
  }
  bool text(std::string_view value) override {
    if (depth_ == 1) return stop("a tensor is not described by an object");
    if (depth_ == 2 && !metadata_ && field_ == "dtype") type_ = std::string(value);
    return true;
  }
  bool integer(std::int64_t value) override {
    if (metadata_ || depth_ != 3) return true;
    if (value < 0) return stop("a negative size");
    if (field_ == "shape") elements_ *= static_cast<double>(value);
    if (field_ == "data_offsets") {
      if (numbers_ == 0) begin_ = static_cast<std::uint64_t>(value);
      if (numbers_ == 1) end_ = static_cast<std::uint64_t>(value);
    }
    ++numbers_;
    return true;
  }
  bool number(double) override {
    return metadata_ || depth_ != 3 || stop("a size that is not a whole number");
  }
  bool boolean(bool) override { return true; }
  bool null() override { return true; }

  const std::string& problem() const { return problem_; }
  std::size_t tensors() const { return tensors_; }

 private:
  void begin_tensor() {
    type_.clear();
    field_.clear();
    elements_ = 1;
    begin_ = end_ = 0;
  }

  bool end_tensor() {
    const int bits = element_bits(type_);
    if (!std::isfinite(elements_)) return stop("its shape is too large");
    if (begin_ > end_ || end_ > data_bytes_) return stop("its place is outside the file");
    const double bytes = static_cast<double>(end_ - begin_);
    if (bits > 0 && std::abs(elements_ * bits / 8 - bytes) >= 1)
      return stop("its shape does not give its size");
    TensorName tensor = classify_tensor(name_);
    if (layers_ > 0 && tensor.layer >= layers_ && tensor.part != Part::vision) tensor.part = Part::mtp;
    exact_.add_tensor(tensor, bytes, bits > 0 ? weights_in(name_, type_, elements_, packing_) : 0,
                      bits > 0 ? std::string_view(type_) : "other");
    ++tensors_;
    return true;
  }

  bool stop(std::string_view what) {
    problem_ = depth_ <= 1 ? std::string(what) : fmt::format("tensor `{}`: {}", name_.substr(0, 200), what);
    return false;
  }

  const Packing& packing_;
  std::int64_t layers_;
  std::uint64_t data_bytes_;
  ExactBytes& exact_;
  int depth_ = 0;
  bool metadata_ = false;
  std::string name_, field_, type_, problem_;
  double elements_ = 1;
  std::uint64_t begin_ = 0, end_ = 0;
  int numbers_ = 0;
  std::size_t tensors_ = 0;
};

class IndexEvents : public JsonEvents {
 public:
  bool open(bool) override { return ++depth_ > 0; }
  bool close() override { return --depth_ >= 0; }
  bool key(std::string_view text) override {
    if (depth_ == 1) section_ = std::string(text);
    if (depth_ == 2) field_ = std::string(text);
    return true;
  }
  bool text(std::string_view value) override {
    if (depth_ == 2 && section_ == "weight_map" && files_.size() < max_index_files) files_.emplace(value);
    return true;
  }
  bool integer(std::int64_t value) override { return number(static_cast<double>(value)); }
  bool number(double value) override {
    if (depth_ == 2 && section_ == "metadata" && field_ == "total_size" && value > 0 && value < 1e18)
      total = value;
    return true;
  }
  bool boolean(bool) override { return true; }
  bool null() override { return true; }

  std::vector<std::string> files() const { return {files_.begin(), files_.end()}; }
  double total = 0;

 private:
  int depth_ = 0;
  std::string section_, field_;
  std::set<std::string> files_;
};

}  // namespace

bool read_safetensors(ByteSource& source, const std::string& name, const Packing& packing,
                      std::int64_t layers, ExactBytes& exact, Diagnostics& diagnostics) {
  const char* const help =
      "copy or download the file again; a safetensors file begins with its header's length";
  Cursor cursor(source, 0, source.size());
  const std::uint64_t length = cursor.u64();
  if (!cursor.ok() || length < 2 || length > cursor.left()) {
    diagnostics.error(
        code::damaged, {},
        fmt::format("`{}`: byte 0: a header of {} bytes in a file of {}", name, length, source.size()), "",
        help);
    return false;
  }
  if (length > max_header_bytes) {
    diagnostics.error(code::too_large, {},
                      fmt::format("`{}`: byte 0: a header of {} bytes, above the format's limit of {}", name,
                                  length, max_header_bytes),
                      "", help);
    return false;
  }
  const std::string header = cursor.text(length, max_header_bytes);
  if (!cursor.ok()) {
    diagnostics.error(code::unreadable, {}, fmt::format("`{}`: the header cannot be read", name), "", help);
    return false;
  }
  HeaderEvents events(packing, layers, source.size() - 8 - length, exact);
  if (const auto failure = read_json(header, events)) {
    const bool ours = failure->reason.empty();
    diagnostics.error(
        ours ? code::damaged : code::not_json, {},
        ours ? fmt::format("`{}`: {}", name, events.problem())
             : fmt::format("`{}`: byte {} of the header: {}", name, failure->offset, failure->reason),
        "", help);
    return false;
  }
  exact.file_bytes += static_cast<double>(source.size());
  ++exact.files;
  return true;
}

std::optional<SafetensorsIndex> read_safetensors_index(std::string_view text, const std::string& name,
                                                       Diagnostics& diagnostics) {
  IndexEvents events;
  if (const auto failure = read_json(text, events)) {
    diagnostics.error(code::not_json, {},
                      fmt::format("`{}`: byte {}: {}", name, failure->offset, failure->reason), "",
                      "copy or download the file again");
    return std::nullopt;
  }
  return SafetensorsIndex{events.total, events.files()};
}

}  // namespace rackfit::importer
