// Trees as bytes: the bundled profiles are parsed when rackfit is built and travel in the binary in this
// form, because parsing YAML runs at about 4 MB/s and would cost more than all the sizing. The text travels
// too, for carets and file:line. Records are used where they lie, so that opening one file takes
// microseconds. A test compares every packed tree with a fresh parse.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "rackfit/yaml/tree.hpp"

namespace rackfit::yaml {

/// One bundle of trees, sorted by path (paths are relative to profiles/).
std::string pack(const std::vector<std::shared_ptr<const Tree>>& trees);

/// Paths in a bundle made by `pack`, in order.
std::vector<std::string_view> packed_paths(std::string_view bundle);

/// The tree of `path`, reading only its part of the bundle; nullptr when it is not there or the bundle is
/// damaged. `bundle` must outlive the tree and be aligned to eight bytes, as what `pack` returns and the
/// embedded one are.
std::shared_ptr<const Tree> unpack(std::string_view bundle, std::string_view path);

/// The original text of `path`; empty when it is not there.
std::string_view packed_text(std::string_view bundle, std::string_view path);

}  // namespace rackfit::yaml
