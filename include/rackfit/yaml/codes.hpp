// The codes of this room: what can be wrong with a file before anybody asks what it means.
#pragma once

#include "rackfit/base/codes.hpp"

namespace rackfit::yaml::code {

inline constexpr char syntax[] = "RF0101";
inline constexpr char duplicate_key[] = "RF0102";
inline constexpr char tab[] = "RF0103";
inline constexpr char tag[] = "RF0104";
inline constexpr char merge_key[] = "RF0105";
inline constexpr char key_kind[] = "RF0106";
inline constexpr char documents[] = "RF0107";
inline constexpr char alias_cycle[] = "RF0108";
inline constexpr char too_many_nodes[] = "RF0109";
inline constexpr char too_deep[] = "RF0110";
inline constexpr char too_large[] = "RF0111";
inline constexpr char not_utf8[] = "RF0112";
inline constexpr char control_character[] = "RF0113";
inline constexpr char empty[] = "RF0114";

inline constexpr Code all[] = {
    {syntax, "the file is not YAML"},
    {duplicate_key, "a key stands twice in one map"},
    {tab, "a line is indented with a tab, which YAML forbids"},
    {tag, "a value carries a YAML tag; rackfit takes types from the field, not from the file"},
    {merge_key, "a map uses the merge key `<<`"},
    {key_kind, "a key is empty, a list, a map or an alias instead of text"},
    {documents, "a file holds more than one YAML document"},
    {alias_cycle, "an alias stands inside the value it names"},
    {too_many_nodes, "a file holds more values than rackfit reads, counting what aliases stand for"},
    {too_deep, "maps and lists are nested too deeply"},
    {too_large, "a file is too large to be a profile"},
    {not_utf8, "a file is not valid UTF-8"},
    {control_character, "a file contains a control character"},
    {empty, "a file holds no value"},
};

}  // namespace rackfit::yaml::code
