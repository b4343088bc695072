// A model's own file at hand: its weights are the bytes of its tensors, wherever they are put.
#include <filesystem>
#include <fstream>

#include "asked.hpp"
#include "unit/import/gguf_builder.hpp"

using namespace rackfit;
using namespace rackfit::estimate;

namespace {

/// A GGUF file in the folder for temporary files, gone at the end.
class TemporaryFile {
 public:
  TemporaryFile(const std::string& name, const std::string& content)
      : path_((std::filesystem::temp_directory_path() / name).string()) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

constexpr std::uint32_t f32 = 0, q4_0 = 2, q8_0 = 8;

/// Two layers of different formats, a table of eight bits, an output matrix and a norm.
test::GgufBuilder uneven() {
  test::GgufBuilder file;
  file.text("general.architecture", "llama")
      .number("llama.block_count", 2)
      .number("llama.embedding_length", 64)
      .number("llama.feed_forward_length", 128)
      .number("llama.attention.head_count", 2)
      .number("llama.attention.head_count_kv", 2)
      .number("llama.context_length", 4096);
  file.tensor("token_embd.weight", {64, 320}, q8_0, 320 * 2 * 34);
  file.tensor("output.weight", {64, 320}, q4_0, 320 * 2 * 18);
  file.tensor("output_norm.weight", {64}, f32, 256);
  for (const std::uint32_t layer : {0u, 1u}) {
    const std::uint32_t type = layer == 0 ? q8_0 : q4_0;
    const std::uint64_t block = layer == 0 ? 34 : 18;
    const std::string name = "blk." + std::to_string(layer) + ".";
    for (const char* part : {"attn_q", "attn_k", "attn_v", "attn_output"})
      file.tensor(name + part + ".weight", {64, 64}, type, 64 * 2 * block);
    for (const char* part : {"ffn_gate", "ffn_up"})
      file.tensor(name + part + ".weight", {64, 128}, type, 128 * 2 * block);
    file.tensor(name + "ffn_down.weight", {128, 64}, type, 64 * 4 * block);
    file.tensor(name + "attn_norm.weight", {64}, f32, 256);
    file.tensor(name + "ffn_norm.weight", {64}, f32, 256);
  }
  return file;
}

constexpr double table = 320 * 2 * 34, head = 320 * 2 * 18, norm = 256;
constexpr double matrices = (4 * 64 * 2 + 2 * 128 * 2 + 64 * 4);  // blocks of 32 weights in a layer
constexpr double first = matrices * 34 + 2 * norm, second = matrices * 18 + 2 * norm;
constexpr double sum = table + head + norm + first + second;

}  // namespace

TEST_CASE("weights of a GGUF file are the sum of its tensors, to the byte") {
  const TemporaryFile file("rackfit-uneven.gguf", uneven().file());
  const Subject subject = subject_of(ask(file.path(), "rtx-4090"));
  const llm::Deployment& d = subject.deployment;
  REQUIRE(llm::exact_weights(d));
  CHECK(llm::exact_weights(d)->file == "rackfit-uneven.gguf");
  const llm::WeightBytes w = llm::weight_bytes(d);
  CHECK(w.total == sum);
  CHECK(w.per_device == sum);
  CHECK(w.host == 0);
  // A decode step reads everything but the table, of which one row is needed.
  CHECK(w.read_always == sum - table);
  CHECK(answer(subject).memory.weights == sum);
  CHECK(mentions(answer(subject).notes, "exact, from `rackfit-uneven.gguf`"));
}

TEST_CASE("stages and ranks hold the file's bytes between them") {
  const TemporaryFile file("rackfit-stages.gguf", uneven().file());
  const Subject subject = subject_of(ask(file.path(), "rtx-4090"));
  llm::Deployment d = subject.deployment;
  d.pipeline_parallel = 2;
  // The first stage has the larger layer and the table; the norm is small enough to be everywhere.
  CHECK(llm::weight_bytes(d).per_device == std::max(table + first, head + second) + norm);
  d.pipeline_parallel = 1;
  d.tensor_parallel = 2;
  const llm::WeightBytes ranks = llm::weight_bytes(d);
  CHECK(ranks.per_device * 2 - ranks.replicated == Approx(sum));
  CHECK(ranks.replicated == 5 * norm);
}

TEST_CASE("the last layers stay on the device, the others are in host memory") {
  const TemporaryFile file("rackfit-offload.gguf", uneven().file());
  const Subject subject = subject_of(ask(file.path(), "rtx-4090"));
  llm::Deployment d = subject.deployment;
  d.gpu_layers = 1;
  const llm::WeightBytes w = llm::weight_bytes(d);
  CHECK(w.host == first + table);
  CHECK(w.per_device == second + head + norm);
  CHECK(w.host + w.per_device == sum);
  d.gpu_layers = 0;
  CHECK(llm::weight_bytes(d).host == first + second + table);
}

TEST_CASE("another format than the file's is estimated") {
  const TemporaryFile file("rackfit-other.gguf", uneven().file());
  Query q = ask(file.path(), "rtx-4090");
  q.weights = "q6-k";
  const Subject subject = subject_of(q);
  CHECK_FALSE(llm::exact_weights(subject.deployment));
  CHECK(llm::weight_bytes(subject.deployment).total != sum);
}

TEST_CASE("blocks of multi-token prediction are in the file but not in memory") {
  test::GgufBuilder file = uneven();
  file.number("llama.nextn_predict_layers", 1).number("general.quantization_version", 2);
  const TemporaryFile with("rackfit-mtp.gguf", file.file());
  // The second of the two blocks is one.
  const Subject subject = subject_of(ask(with.path(), "rtx-4090"));
  CHECK(llm::weight_bytes(subject.deployment).total == sum - second);
}
