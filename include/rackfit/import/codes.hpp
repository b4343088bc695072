// The codes of this room: what can be wrong with a model's or an engine's own file.
#pragma once

#include "rackfit/base/codes.hpp"

namespace rackfit::importer::code {

inline constexpr char unreadable[] = "RF0701";
inline constexpr char not_json[] = "RF0702";
inline constexpr char bad_value[] = "RF0703";
inline constexpr char damaged[] = "RF0704";
inline constexpr char too_large[] = "RF0705";
inline constexpr char not_a_model[] = "RF0706";
inline constexpr char incomplete[] = "RF0707";

inline constexpr Code all[] = {
    {unreadable, "a model file or folder cannot be read"},
    {not_json, "a config.json or a safetensors header is not JSON"},
    {bad_value, "a model file lacks a dimension or gives an impossible one"},
    {damaged, "a safetensors or GGUF header contradicts itself or its file"},
    {too_large, "a header is larger than rackfit reads"},
    {not_a_model, "a file is neither a config.json nor a safetensors or GGUF file nor a start-up log"},
    {incomplete, "a model's files are not all there"},
};

}  // namespace rackfit::importer::code
