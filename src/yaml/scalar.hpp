// Where scalars end. yaml-cpp reports only where a token starts, and for anchored nodes not even that, so the
// ends that spans need are found again in the source text. Nothing here can fail: text that does not look as
// expected yields a shorter span.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>

#include "rackfit/yaml/tree.hpp"

namespace rackfit::yaml {

/// A scalar as it stands in the source.
struct ScalarPlace {
  std::uint32_t end = 0;
  Style style = Style::plain;
  bool closed = true;            ///< false when a quote is missing at the end
  bool verbatim = false;         ///< the scalar's text is source[text_begin, + its size)
  std::uint32_t text_begin = 0;  ///< meaningful when verbatim
};

/// `begin` is the scalar's first byte; `parent_column` that of the block collection around it, 0 at the top.
ScalarPlace place_scalar(std::string_view source, std::uint32_t begin, bool plain, std::string_view value,
                         std::uint32_t parent_column);

/// The bytes of `source`, a scalar with its quotes or header, that value[begin, end) was read from.
std::pair<std::size_t, std::size_t> locate(std::string_view source, Style style, std::string_view value,
                                           std::size_t begin, std::size_t end);

/// The first offset from `begin` on that is neither white space, a line end nor a comment.
std::uint32_t skip_blank(std::string_view source, std::uint32_t begin);

/// The end of an anchor, alias or tag that starts at `begin`.
std::uint32_t skip_name(std::string_view source, std::uint32_t begin);

}  // namespace rackfit::yaml
