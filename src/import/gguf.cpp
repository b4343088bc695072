#include "rackfit/import/gguf.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ggml_types.hpp"
#include "rackfit/import/codes.hpp"

namespace rackfit::importer {
namespace {

constexpr std::uint32_t magic = 0x46554747;  // "GGUF"
// Headers of real files are below 30 MB, of which token lists are nearly all.
constexpr std::uint64_t max_header_bytes = std::uint64_t{1} << 28;
constexpr std::uint64_t max_values = 100'000;
constexpr std::uint64_t max_tensors = 1 << 18;
constexpr std::size_t max_key = 65'535;
constexpr std::size_t max_text = 4096;    // longer ones are chat templates and licences
constexpr std::uint64_t max_list = 4096;  // longer ones are vocabularies
constexpr std::size_t max_blocks = 4096;
constexpr int max_nesting = 4;
constexpr std::uint32_t max_dimensions = 4;

enum Kind : std::uint32_t { u8, i8, u16, i16, u32, i32, f32, boolean, string, array, u64, i64, f64 };

std::uint64_t least_bytes(std::uint32_t kind) {
  switch (kind) {
    case u8:
    case i8:
    case boolean:
      return 1;
    case u16:
    case i16:
      return 2;
    case u32:
    case i32:
    case f32:
      return 4;
    case u64:
    case i64:
    case f64:
    case string:
      return 8;
    case array:
      return 12;
    default:
      return 0;
  }
}

void read_scalar(Cursor& in, std::uint32_t kind, GgufValue& value) {
  switch (kind) {
    case u8:
      value.integer = in.u8();
      break;
    case i8:
      value.integer = static_cast<std::int8_t>(in.u8());
      break;
    case u16:
      value.integer = in.u16();
      break;
    case i16:
      value.integer = static_cast<std::int16_t>(in.u16());
      break;
    case u32:
      value.integer = in.u32();
      break;
    case i32:
      value.integer = static_cast<std::int32_t>(in.u32());
      break;
    case boolean:
      value.integer = in.u8() != 0 ? 1 : 0;
      break;
    case u64: {
      const std::uint64_t wide = in.u64();
      if (wide <= static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
        value.integer = static_cast<std::int64_t>(wide);
      }
      break;
    }
    case i64:
      value.integer = static_cast<std::int64_t>(in.u64());
      break;
    case f32:
      value.number = static_cast<double>(in.f32());
      break;
    case f64:
      value.number = in.f64();
      break;
    default:
      in.fail();
  }
  if (value.number && !std::isfinite(*value.number)) value.number.reset();
}

void read_string(Cursor& in, std::string* keep) {
  const std::uint64_t size = in.u64();
  if (keep && size <= max_text) {
    *keep = in.text(size, max_text);
  } else {
    in.skip(size);
  }
}

void read_array(Cursor& in, GgufValue& value, bool keep, int depth) {
  const std::uint32_t kind = in.u32();
  const std::uint64_t count = in.u64();
  const std::uint64_t least = least_bytes(kind);
  if (!in.ok() || least == 0 || depth > max_nesting || count > in.left() / least) {
    in.fail();
    return;
  }
  if (depth == 1) value.list_size = count;
  keep = keep && depth == 1 && count <= max_list;
  if (kind == string) {
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) read_string(in, nullptr);
  } else if (kind == array) {
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) read_array(in, value, false, depth + 1);
  } else if (keep && kind != f32 && kind != f64) {
    value.list.reserve(static_cast<std::size_t>(count));
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
      GgufValue element;
      read_scalar(in, kind, element);
      value.list.push_back(element.integer.value_or(0));
    }
  } else {
    in.skip(count * least);
  }
}

struct Tensor {
  std::uint64_t offset = 0;
  double elements = 0;
  std::uint32_t type = 0;
  TensorName name;
};

class Reader {
 public:
  Reader(ByteSource& source, const std::string& name, Diagnostics& diagnostics)
      : in_(source, 0, std::min(source.size(), max_header_bytes)),
        source_(source),
        name_(name),
        diagnostics_(diagnostics) {}

  std::optional<GgufHeader> read(std::int64_t layers) {
    if (!preamble() || !values()) return std::nullopt;
    header_.layers = layers > 0 ? layers : stated_layers();
    if (!tensors()) return std::nullopt;
    measure();
    header_.exact.file_bytes = double(source_.size());
    header_.exact.files = 1;
    return std::move(header_);
  }

 private:
  bool wrong(std::string_view what) {
    const bool at_end = in_.left() == 0;
    const bool large = at_end && source_.size() > max_header_bytes;
    diagnostics_.error(large ? code::too_large : code::damaged, {},
                       fmt::format("`{}`: byte {}: {}{}", name_, in_.offset(), what,
                                   at_end && !large ? ", and the file ends here" : ""),
                       "", "copy or download the file again, or name the model's config.json instead");
    return false;
  }

  bool preamble() {
    if (in_.u32() != magic) return wrong("this is not a GGUF file");
    header_.version = in_.u32();
    if ((header_.version & 0xffff) == 0 && header_.version != 0)
      return wrong("big-endian GGUF files are not read");
    if (header_.version != 2 && header_.version != 3) {
      return wrong(fmt::format("version {} of the format is not known (2 and 3 are)", header_.version));
    }
    header_.tensors = in_.u64();
    value_count_ = in_.u64();
    if (!in_.ok()) return wrong("no counts");
    if (header_.tensors > max_tensors) return wrong(fmt::format("{} tensors are claimed", header_.tensors));
    if (value_count_ > max_values) return wrong(fmt::format("{} metadata values are claimed", value_count_));
    return true;
  }

  bool values() {
    for (std::uint64_t i = 0; i < value_count_; ++i) {
      std::string key = in_.text(in_.u64(), max_key);
      const std::uint32_t kind = in_.u32();
      if (!in_.ok()) return wrong("a metadata key that cannot be read");
      // Of the tokenizer only the lists' lengths matter.
      const bool keep = key.compare(0, 10, "tokenizer.") != 0;
      GgufValue value;
      if (kind == array) {
        read_array(in_, value, keep, 1);
      } else if (kind == string) {
        read_string(in_, keep ? &value.text : nullptr);
      } else {
        read_scalar(in_, kind, value);
      }
      if (!in_.ok()) return wrong(fmt::format("the value of `{}` cannot be read", key.substr(0, 100)));
      if (keep || value.list_size > 0) header_.values.emplace(std::move(key), std::move(value));
    }
    return true;
  }

  /// Blocks that generate: those of multi-token prediction are numbered behind them and left out.
  std::int64_t stated_layers() const {
    const auto architecture = header_.values.find("general.architecture");
    if (architecture == header_.values.end()) return 0;
    const auto stated = [&](const char* key) -> std::int64_t {
      const auto found = header_.values.find(architecture->second.text + key);
      if (found == header_.values.end() || !found->second.integer) return 0;
      return std::clamp<std::int64_t>(*found->second.integer, 0, static_cast<std::int64_t>(max_blocks));
    };
    return std::max<std::int64_t>(0, stated(".block_count") - stated(".nextn_predict_layers"));
  }

  bool tensors() {
    const auto alignment = header_.values.find("general.alignment");
    if (alignment != header_.values.end() && alignment->second.integer) {
      const std::int64_t given = *alignment->second.integer;
      if (given < 1 || given > 1 << 24) return wrong(fmt::format("an alignment of {}", given));
      alignment_ = static_cast<std::uint64_t>(given);
    }
    for (std::uint64_t i = 0; i < header_.tensors; ++i) {
      const std::string tensor_name = in_.text(in_.u64(), max_key);
      const std::uint32_t dimensions = in_.u32();
      if (!in_.ok() || dimensions > max_dimensions)
        return wrong(fmt::format("the description of tensor {}", i));
      std::uint64_t size[max_dimensions] = {1, 1, 1, 1};
      double elements = 1;
      for (std::uint32_t d = 0; d < dimensions; ++d) {
        size[d] = in_.u64();
        elements *= double(size[d]);
      }
      Tensor tensor{0, elements, in_.u32(), classify_tensor(tensor_name)};
      if (header_.layers > 0 && tensor.name.layer >= header_.layers && tensor.name.part != Part::vision)
        tensor.name.part = Part::mtp;
      tensor.offset = in_.u64();
      if (!in_.ok() || !(elements < 1e16)) return wrong(fmt::format("the description of tensor {}", i));
      tensors_.push_back(tensor);
      note(tensor_name, tensor.name, size);
    }
    return true;
  }

  /// What the presence and shape of a tensor tells about the model.
  void note(std::string_view tensor_name, const TensorName& tensor, const std::uint64_t* size) {
    const auto dimension = [](std::uint64_t value) {
      return static_cast<std::int64_t>(std::min<std::uint64_t>(value, 1u << 31));
    };
    if (tensor_name == "output.weight") header_.output = true;
    if (tensor_name == "token_embd.weight") header_.vocab = dimension(size[1]);
    if (tensor.layer < 0 || static_cast<std::size_t>(tensor.layer) >= max_blocks) return;
    const auto index = static_cast<std::size_t>(tensor.layer);
    if (header_.blocks.size() <= index) header_.blocks.resize(index + 1);
    GgufBlock& block = header_.blocks[index];
    const bool weight = tensor_name.find(".weight") != std::string_view::npos;
    switch (tensor.part) {
      case Part::attention:
        block.attention = block.attention || weight;
        break;
      case Part::linear:
        block.recurrent = true;
        break;
      case Part::experts:
        block.experts = true;
        break;
      case Part::ffn:
        block.dense = block.dense || weight;
        break;
      default:
        break;
    }
    if (tensor.part != Part::ffn && tensor.part != Part::experts) return;
    if (tensor_name.find("ffn_gate") != std::string_view::npos) header_.gate = true;
    if (tensor_name.find("ffn_up.weight") != std::string_view::npos) {
      header_.up_width = std::max(header_.up_width, dimension(size[1]));
    }
  }

  /// Bytes of every tensor: by its type, or by the gap to the one behind it.
  void measure() {
    const std::uint64_t begin = (in_.offset() + alignment_ - 1) / alignment_ * alignment_;
    const std::uint64_t data = source_.size() > begin ? source_.size() - begin : 0;
    std::sort(tensors_.begin(), tensors_.end(),
              [](const Tensor& a, const Tensor& b) { return a.offset < b.offset; });
    double end = 0;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
      const Tensor& tensor = tensors_[i];
      const GgmlType* type = ggml_type(tensor.type);
      double bytes = 0;
      if (type) {
        bytes = tensor.elements / type->weights * type->bytes;
      } else {
        const std::uint64_t next =
            i + 1 < tensors_.size() ? tensors_[i + 1].offset : std::max(data, tensor.offset);
        bytes = double(next - tensor.offset);
      }
      end = std::max(end, double(tensor.offset) + bytes);
      const bool weights = !type || type->name[0] != 'I' || type->name[1] == 'Q';
      header_.exact.add_tensor(tensor.name, bytes, weights ? tensor.elements : 0,
                               type ? type->name : "other");
    }
    if (end > double(data) + double(alignment_)) {
      diagnostics_.warning(
          code::incomplete, {},
          fmt::format("`{}` ends before its last tensor does: {} of {:.0f} bytes", name_, data, end), "",
          "the sizes are right, but the download is not complete");
    }
  }

  Cursor in_;
  ByteSource& source_;
  const std::string& name_;
  Diagnostics& diagnostics_;
  GgufHeader header_;
  std::vector<Tensor> tensors_;
  std::uint64_t value_count_ = 0;
  std::uint64_t alignment_ = 32;  // the format's default
};

}  // namespace

std::optional<GgufHeader> read_gguf(ByteSource& source, const std::string& name, Diagnostics& diagnostics,
                                    std::int64_t layers) {
  auto header = Reader(source, name, diagnostics).read(layers);
  if (!header) return std::nullopt;
  const auto split = [&](std::string_view key, std::uint64_t fallback) {
    const auto found = header->values.find(key);
    if (found == header->values.end()) return fallback;
    const std::int64_t value = found->second.integer.value_or(-1);
    return value >= 0 && value <= 65'535 ? static_cast<std::uint64_t>(value) : fallback;
  };
  header->split_count = std::max<std::uint64_t>(1, split("split.count", 1));
  header->split_number = split("split.no", 0);
  header->exact.files_expected = static_cast<std::int64_t>(header->split_count);
  if (header->split_count > 1) header->exact.complete = false;  // until the others are joined
  return header;
}

void join(GgufHeader& first, const GgufHeader& other) {
  first.tensors += other.tensors;
  if (first.blocks.size() < other.blocks.size()) first.blocks.resize(other.blocks.size());
  for (std::size_t i = 0; i < other.blocks.size(); ++i) {
    GgufBlock& block = first.blocks[i];
    block.attention = block.attention || other.blocks[i].attention;
    block.recurrent = block.recurrent || other.blocks[i].recurrent;
    block.dense = block.dense || other.blocks[i].dense;
    block.experts = block.experts || other.blocks[i].experts;
  }
  first.output = first.output || other.output;
  first.gate = first.gate || other.gate;
  first.up_width = std::max(first.up_width, other.up_width);
  first.vocab = std::max(first.vocab, other.vocab);
  first.exact.join(other.exact);
  for (const auto& [key, value] : other.values) first.values.emplace(key, value);
}

}  // namespace rackfit::importer
