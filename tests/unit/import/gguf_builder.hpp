// Small GGUF files, written byte by byte.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

namespace rackfit::test {

class GgufBuilder {
 public:
  explicit GgufBuilder(std::uint32_t version = 3) : version_(version) {}

  GgufBuilder& number(const std::string& key, std::uint32_t value) { return entry(key, 4, little(value)); }
  GgufBuilder& text(const std::string& key, const std::string& value) { return entry(key, 8, string(value)); }
  GgufBuilder& list(const std::string& key, const std::vector<std::int32_t>& values) {
    std::string body = little(std::uint32_t{5}) + little(std::uint64_t{values.size()});
    for (const std::int32_t value : values) body += little(static_cast<std::uint32_t>(value));
    return entry(key, 9, body);
  }
  GgufBuilder& texts(const std::string& key, std::size_t count) {
    std::string body = little(std::uint32_t{8}) + little(std::uint64_t{count});
    for (std::size_t i = 0; i < count; ++i) body += string("token " + std::to_string(i));
    return entry(key, 9, body);
  }
  /// Bytes as they are, for what no writer would write.
  GgufBuilder& raw(const std::string& key, std::uint32_t kind, const std::string& body) {
    return entry(key, kind, body);
  }

  GgufBuilder& tensor(const std::string& name, std::vector<std::uint64_t> sizes, std::uint32_t type,
                      std::uint64_t bytes) {
    std::string description = string(name) + little(static_cast<std::uint32_t>(sizes.size()));
    for (const std::uint64_t size : sizes) description += little(size);
    description += little(type) + little(offset_);
    tensors_ += description;
    ++tensor_count_;
    offset_ = (offset_ + bytes + 31) / 32 * 32;
    return *this;
  }

  std::string header() const {
    std::string all =
        "GGUF" + little(version_) + little(tensor_count_) + little(value_count_) + values_ + tensors_;
    all.resize((all.size() + 31) / 32 * 32);
    return all;
  }
  /// With room for the tensors' data, all zero.
  std::string file() const { return header() + std::string(static_cast<std::size_t>(offset_), '\0'); }
  std::uint64_t data_bytes() const { return offset_; }

  template <class Value>
  static std::string little(Value value) {
    std::string bytes(sizeof value, '\0');
    for (std::size_t i = 0; i < sizeof value; ++i)
      bytes[i] = static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i));
    return bytes;
  }
  static std::string string(const std::string& value) { return little(std::uint64_t{value.size()}) + value; }

 private:
  GgufBuilder& entry(const std::string& key, std::uint32_t kind, const std::string& body) {
    values_ += string(key) + little(kind) + body;
    ++value_count_;
    return *this;
  }

  std::uint32_t version_;
  std::string values_, tensors_;
  std::uint64_t value_count_ = 0, tensor_count_ = 0, offset_ = 0;
};

/// A two-layer model of Llama's kind in Q4_K with a Q6_K output matrix; `width` scales it.
inline GgufBuilder small_llama(std::uint64_t width = 256, std::uint32_t layers = 2) {
  GgufBuilder file;
  const auto q4 = [](std::uint64_t weights) { return weights / 256 * 144; };
  file.text("general.architecture", "llama")
      .text("general.name", "Small")
      .number("general.file_type", 15)
      .number("llama.block_count", layers)
      .number("llama.context_length", 8192)
      .number("llama.embedding_length", static_cast<std::uint32_t>(width))
      .number("llama.feed_forward_length", static_cast<std::uint32_t>(2 * width))
      .number("llama.attention.head_count", 4)
      .number("llama.attention.head_count_kv", 2)
      .texts("tokenizer.ggml.tokens", 512);
  file.tensor("token_embd.weight", {width, 512}, 12, q4(width * 512));
  for (std::uint32_t i = 0; i < layers; ++i) {
    const std::string block = "blk." + std::to_string(i) + ".";
    file.tensor(block + "attn_norm.weight", {width}, 0, width * 4)
        .tensor(block + "attn_q.weight", {width, width}, 12, q4(width * width))
        .tensor(block + "attn_k.weight", {width, width / 2}, 12, q4(width * width / 2))
        .tensor(block + "attn_v.weight", {width, width / 2}, 12, q4(width * width / 2))
        .tensor(block + "attn_output.weight", {width, width}, 12, q4(width * width))
        .tensor(block + "ffn_gate.weight", {width, 2 * width}, 12, q4(2 * width * width))
        .tensor(block + "ffn_up.weight", {width, 2 * width}, 12, q4(2 * width * width))
        .tensor(block + "ffn_down.weight", {2 * width, width}, 12, q4(2 * width * width));
  }
  file.tensor("output_norm.weight", {width}, 0, width * 4)
      .tensor("output.weight", {width, 512}, 14, width * 512 / 256 * 210);
  return file;
}

}  // namespace rackfit::test
