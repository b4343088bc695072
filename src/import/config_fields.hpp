// Reading a config.json's fields: by whatever name a family gives them, checked for sense on the way.
//
// Inner header of the config reader: Fields wraps one object of the file, Family holds what the classes
// behind a `model_type` assume without writing it, Layers says what each layer is made of.
#pragma once

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json.hpp"
#include "rackfit/base/diagnostic.hpp"
#include "rackfit/catalog/model.hpp"

namespace rackfit::importer {

using Names = std::initializer_list<std::string_view>;

class Fields {
 public:
  Fields(const SourceFile& file, JsonValue object, Diagnostics& diagnostics)
      : file_(&file), object_(object), diagnostics_(&diagnostics) {}

  /// The first of these names that is there and not null.
  JsonValue find(Names names) const;
  /// A whole number from `least` to `most`; a list counts as its first element. Anything else is reported.
  std::optional<std::int64_t> integer(Names names, std::int64_t least, std::int64_t most) const;
  /// A size: 1 … 2^31; 0 when absent or null, or written as 0.
  std::int64_t size(Names names) const;
  double number(Names names, double fallback) const;
  bool flag(Names names, bool fallback) const;
  std::string text(Names names) const;
  /// Reports a value that makes no sense, at the place where `key` stands in the file.
  void wrong(std::string_view key, std::string message, std::string help) const;
  JsonValue object() const { return object_; }

 private:
  const SourceFile* file_;
  JsonValue object_;
  Diagnostics* diagnostics_;
};

/// What the classes of a `model_type` assume.
struct Family {
  std::string_view type;
  bool gated = true;
  std::optional<bool> tied;     // embeddings, when the file is silent
  std::int64_t head_dim = 0;    // likewise; 0: hidden / heads
  std::int64_t full_every = 0;  // one full-attention layer in so many; 0: no pattern
  bool encoder = false;         // an embedding model unless it says otherwise
};
/// The family of a `model_type`; a neutral one for unknown types.
Family family_of(std::string_view model_type);

enum class Mixer : char { full, sliding, linear, none };
enum class Feed : char { dense, experts, none };

/// What each layer is made of.
struct Layers {
  std::vector<Mixer> mixer;
  std::vector<Feed> feed;
  std::int64_t window = 0;

  std::int64_t count(Mixer kind) const;
  std::int64_t count(Feed kind) const;
};

/// The recurrent part of one linear layer.
struct Recurrent {
  catalog::LinearState state;
  double parameters = 0;  // of its matrices
};

Layers read_layers(const Fields& fields, const Family& family, std::int64_t layers, std::int64_t context,
                   std::vector<std::string>& notes);
void read_feeds(const Fields& fields, const Family& family, Layers& layers);
std::optional<Recurrent> read_recurrent(const Fields& fields, const Family& family,
                                        const catalog::Model& model);
catalog::Attention read_attention(const Fields& fields, const Family& family, std::int64_t hidden,
                                  std::vector<std::string>& notes);
void read_feed_forward(const Fields& fields, const Family& family, const Layers& layers,
                       catalog::Model& model);
std::int64_t read_context(const Fields& fields, const Family& family);
/// Rows of the rotary table where scaling makes them more than the context.
std::optional<std::int64_t> read_rope_positions(const Fields& fields, std::int64_t context);
/// The total in closed form, for models whose layers the memory formula's own closed form cannot tell apart.
double closed_form(const catalog::Model& model, const Layers& layers,
                   const std::optional<Recurrent>& recurrent);

}  // namespace rackfit::importer
