// What a model's weights weigh, counted from the tensors that its files list.
//
// The memory formula works with closed forms per part of a model and a format's bits per weight. Where the
// files are at hand their headers give the same parts exactly: mixed formats, ignored layers and odd shapes
// included.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rackfit::importer {

/// The part of a model that a tensor belongs to.
enum class Part {
  embeddings,
  lm_head,
  attention,
  linear,  // recurrent layers: Mamba, gated delta net, short convolutions
  ffn,
  experts,
  shared_experts,
  router,
  norms,
  vision,  // encoders of images and sound, and their projections
  mtp,     // layers for multi-token prediction; engines load them only when asked to
  other
};
inline constexpr std::size_t part_count = 12;
std::string_view to_string(Part part);

struct TensorName {
  Part part = Part::other;
  std::int64_t layer = -1;  // -1: belongs to no layer
};
/// Tells the part from a tensor's name, as safetensors and GGUF files spell them.
TensorName classify_tensor(std::string_view name);

struct PartBytes {
  double bytes = 0;
  double parameters = 0;  // weights; packed ones counted singly, scales not at all

  double bits_per_weight() const { return parameters > 0 ? 8 * bytes / parameters : 0; }
};

/// Bytes of one layer by what engines place separately.
struct LayerBytes {
  double attention = 0;  // or the recurrent part
  double ffn = 0;        // dense and shared experts
  double experts = 0;
  double other = 0;  // router, norms

  double total() const { return attention + ffn + experts + other; }
};

struct ExactBytes {
  double file_bytes = 0;    // of all files named or found
  double tensor_bytes = 0;  // without headers and padding
  bool by_part = false;     // false: only the sums above are known
  bool complete = true;     // false: some files of a split model were not at hand
  std::int64_t files = 0, files_expected = 0;
  PartBytes parts[part_count];
  std::vector<LayerBytes> layers;                       // by index
  std::vector<std::pair<std::string, double>> by_type;  // bytes by element type, in order of name

  const PartBytes& part(Part which) const { return parts[static_cast<std::size_t>(which)]; }
  PartBytes& part(Part which) { return parts[static_cast<std::size_t>(which)]; }
  /// What the text model computes with: attention, recurrent and feed-forward parts.
  PartBytes body() const;
  /// Everything an engine loads to generate: all but multi-token prediction.
  PartBytes loaded() const;
  /// Adds what other files of the same model hold.
  void join(const ExactBytes& other);
  void add_tensor(const TensorName& name, double bytes, double parameters, std::string_view type);

 private:
  void add_type(std::string_view type, double bytes);
};

}  // namespace rackfit::importer
