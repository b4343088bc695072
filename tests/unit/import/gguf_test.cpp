// GGUF headers: architecture from the metadata, exact bytes from the tensors, and nothing from the data.
#include "rackfit/import/gguf.hpp"

#include <sys/resource.h>

#include <chrono>
#include <filesystem>
#include <fstream>

#include "gguf_builder.hpp"
#include "support/catch.hpp"
#include "support/world.hpp"

using namespace rackfit;
using namespace rackfit::importer;
using test::GgufBuilder;

namespace {

const FindFormat formats = [](std::string_view id) {
  return test::built_in_catalog().quantizations.find(id);
};

std::optional<ImportedModel> read(const std::string& bytes, Diagnostics& diagnostics,
                                  std::uint64_t size = 0) {
  MemoryBytes source(bytes, size);
  const auto header = read_gguf(source, "m.gguf", diagnostics);
  return header ? model_of(*header, "m.gguf", formats, diagnostics) : std::nullopt;
}

ImportedModel read(const GgufBuilder& file) {
  Diagnostics diagnostics;
  auto model = read(file.file(), diagnostics);
  INFO(render(diagnostics));
  REQUIRE(model);
  CHECK(diagnostics.items().empty());
  return *std::move(model);
}

std::string problems(const std::string& bytes, std::uint64_t size = 0) {
  Diagnostics diagnostics;
  CHECK_FALSE(read(bytes, diagnostics, size));
  return render(diagnostics);
}

}  // namespace

TEST_CASE("a GGUF header gives the model and its exact bytes") {
  const ImportedModel model = read(test::small_llama());
  CHECK(model.architecture == "llama");
  CHECK(model.model.row.name == "Small");
  CHECK(model.model.layers == 2);
  CHECK(model.model.hidden == 256);
  CHECK(model.model.vocab == 512);
  CHECK(model.model.context_tokens == 8192);
  CHECK(model.model.attention.heads == 4);
  CHECK(model.model.attention.kv_heads == 2);
  CHECK(model.model.attention.head_dim == 64);
  CHECK(model.model.ffn->intermediate == 512);
  CHECK(model.model.ffn->gated);
  CHECK(model.model.tied_embeddings == false);
  CHECK_FALSE(model.model.layer_kinds);
  CHECK(model.quantization_id == "q4-k-m");
  REQUIRE(model.exact);
  CHECK(model.exact->part(Part::embeddings).bytes == 256 * 512 / 256 * 144);
  CHECK(model.exact->part(Part::lm_head).bytes == 256 * 512 / 256 * 210);
  CHECK(model.exact->part(Part::attention).bytes == 2 * 3 * 65536 / 256 * 144);
  CHECK(model.exact->part(Part::ffn).bytes == 2 * 6 * 65536 / 256 * 144);
  CHECK(model.exact->layers.size() == 2);
  CHECK(model.exact->layers[1].total() == 9 * 65536 / 256 * 144 + 1024);
  CHECK(model.model.parameters == 2 * 256 * 512 + 2 * 9 * 65536 + 3 * 256);
  REQUIRE(model.quantization);
  CHECK(model.quantization->body_bits.value() == Approx(4.5));
  CHECK(model.quantization->output_bits.value() == Approx(6.5625));
  CHECK(model.quantization->bits_per_weight * model.model.parameters / 8 ==
        Approx(model.exact->tensor_bytes));
}

TEST_CASE("values that differ by layer are read: KV heads of hybrids, window patterns") {
  GgufBuilder file;
  file.text("general.architecture", "granitehybrid")
      .number("granitehybrid.block_count", 3)
      .number("granitehybrid.embedding_length", 64)
      .number("granitehybrid.attention.head_count", 4)
      .list("granitehybrid.attention.head_count_kv", {0, 2, 0})
      .number("granitehybrid.ssm.conv_kernel", 4)
      .number("granitehybrid.ssm.inner_size", 128)
      .number("granitehybrid.ssm.state_size", 16)
      .number("granitehybrid.ssm.group_count", 1)
      .number("granitehybrid.feed_forward_length", 96)
      .tensor("token_embd.weight", {64, 100}, 1, 12800)
      .tensor("blk.0.ssm_in.weight", {64, 300}, 1, 38400)
      .tensor("blk.1.attn_q.weight", {64, 64}, 1, 8192)
      .tensor("blk.2.ssm_in.weight", {64, 300}, 1, 38400);
  const auto model = read(file).model;
  REQUIRE(model.layer_kinds);
  CHECK(model.layer_kinds->full == 1);
  CHECK(model.layer_kinds->linear == 2);
  CHECK(model.attention.kv_heads == 2);
  CHECK(model.linear_state->conv_elements == 3 * (128 + 32));
  CHECK(model.linear_state->ssm_elements == 16 * 128);
  CHECK(model.tied_embeddings == true);
}

TEST_CASE("experts and windows come from metadata and tensors together") {
  GgufBuilder file;
  file.text("general.architecture", "gpt-oss")
      .number("gpt-oss.block_count", 4)
      .number("gpt-oss.embedding_length", 64)
      .number("gpt-oss.attention.head_count", 4)
      .number("gpt-oss.attention.head_count_kv", 2)
      .number("gpt-oss.attention.key_length", 32)
      .number("gpt-oss.attention.value_length", 32)
      .number("gpt-oss.attention.sliding_window", 128)
      .number("gpt-oss.expert_count", 8)
      .number("gpt-oss.expert_used_count", 2)
      .number("gpt-oss.expert_feed_forward_length", 96)
      .tensor("token_embd.weight", {64, 100}, 1, 12800);
  for (int i = 0; i < 4; ++i) {
    const std::string block = "blk." + std::to_string(i) + ".";
    file.tensor(block + "attn_q.weight", {64, 128}, 1, 16384)
        .tensor(block + "ffn_gate_exps.weight", {64, 96, 8}, 39, 64 * 96 * 8 / 32 * 17)
        .tensor(block + "ffn_gate_inp.weight", {64, 8}, 0, 2048);
  }
  const auto imported = read(file);
  CHECK(imported.model.moe->experts == 8);
  CHECK(imported.model.moe->active == 2);
  CHECK(imported.model.moe->intermediate == 96);
  CHECK(imported.model.moe->dense_layers == 0);
  CHECK(imported.model.layer_kinds->sliding == 2);
  CHECK(imported.model.layer_kinds->window == 128);
  CHECK(imported.exact->part(Part::experts).bits_per_weight() == Approx(4.25));
}

TEST_CASE("a type that is not known is measured by the gap to the next tensor") {
  GgufBuilder file = test::small_llama();
  file.tensor("blk.1.attn_sinks.weight", {256}, 9999, 640).tensor("blk.1.attn_k_norm.weight", {64}, 0, 256);
  const auto model = read(file);
  CHECK(model.exact->by_type.back().first == "other");
  CHECK(model.exact->by_type.back().second == 640);
}

TEST_CASE("an incomplete download is read and said to be one") {
  const GgufBuilder file = test::small_llama();
  Diagnostics diagnostics;
  const auto model = read(file.header(), diagnostics);
  REQUIRE(model);
  CHECK(model->exact->part(Part::lm_head).bytes > 0);
  CHECK_FALSE(diagnostics.has_errors());
  CHECK_THAT(render(diagnostics), ContainsSubstring("ends before its last tensor"));
}

TEST_CASE("a hostile header neither allocates nor reads what it claims") {
  const auto little = [](auto value) { return GgufBuilder::little(value); };
  const std::string begin = "GGUF" + little(std::uint32_t{3});
  CHECK_THAT(problems(""), ContainsSubstring("byte"));
  CHECK_THAT(problems("GGUF"), ContainsSubstring("the file ends here"));
  CHECK_THAT(problems("GGUF" + little(std::uint32_t{7}) + std::string(16, '\0')),
             ContainsSubstring("version 7"));
  CHECK_THAT(problems("GGUF" + little(std::uint32_t{3} << 24) + std::string(16, '\0')),
             ContainsSubstring("big-endian"));
  CHECK_THAT(problems(begin + little(~std::uint64_t{0}) + little(std::uint64_t{0})),
             ContainsSubstring("tensors are claimed"));
  CHECK_THAT(problems(begin + little(std::uint64_t{0}) + little(~std::uint64_t{0})),
             ContainsSubstring("values are claimed"));
  const std::string one_value = begin + little(std::uint64_t{0}) + little(std::uint64_t{1});
  CHECK_THAT(problems(one_value + little(~std::uint64_t{0} / 2)), ContainsSubstring("key"));
  // A list of 2^60 elements, and lists within lists without end.
  const std::string key = GgufBuilder::string("k") + little(std::uint32_t{9});
  CHECK_THAT(problems(one_value + key + little(std::uint32_t{4}) + little(std::uint64_t{1} << 60)),
             ContainsSubstring("`k`"));
  std::string nested = one_value + key;
  for (int i = 0; i < 10'000; ++i) nested += little(std::uint32_t{9}) + little(std::uint64_t{1});
  CHECK_THAT(problems(nested), ContainsSubstring("`k`"));
  GgufBuilder many = test::small_llama();
  many.tensor("x", {~std::uint64_t{0}, ~std::uint64_t{0}, 3, 3}, 0, 0);
  CHECK_THAT(problems(many.file()), ContainsSubstring("description of tensor"));
}

TEST_CASE("a 10 GB GGUF file is read by its header only, in milliseconds") {
  const test::Folder folder;
  const std::string path = folder.path() + "/big.gguf";
  GgufBuilder file = test::small_llama(8192, 26);
  REQUIRE(double(file.data_bytes()) > 5e9);
  std::ofstream(path, std::ios::binary) << file.header();
  std::filesystem::resize_file(path, 10'000'000'000);
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  const auto start = std::chrono::steady_clock::now();
  Diagnostics diagnostics;
  const auto model = import_model(path, &test::built_in_catalog(), diagnostics);
  const auto took = std::chrono::steady_clock::now() - start;
  getrusage(RUSAGE_SELF, &after);
  REQUIRE(model);
  CHECK(model->model.layers == 26);
  CHECK(model->exact->file_bytes == 1e10);
  // A loaded machine may be slow; reading 10 GB would take seconds and all its memory.
  CHECK(std::chrono::duration_cast<std::chrono::milliseconds>(took).count() < 500);
  CHECK(after.ru_maxrss - before.ru_maxrss < 20'000);  // KiB
}

TEST_CASE("the files of a split model are joined, and a missing one is told") {
  GgufBuilder first = test::small_llama();
  first.number("split.count", 2).number("split.no", 0);
  GgufBuilder second;
  second.number("split.count", 2)
      .number("split.no", 1)
      .tensor("blk.1.ffn_up_exps.weight", {64, 64, 4}, 1, 32768);
  const test::Folder folder(
      {{"m-00001-of-00002.gguf", first.file()}, {"m-00002-of-00002.gguf", second.file()}});
  Diagnostics diagnostics;
  const auto whole = import_model(folder.path() + "/m-00002-of-00002.gguf", nullptr, diagnostics);
  REQUIRE(whole);
  CHECK(whole->exact->complete);
  CHECK(whole->exact->part(Part::experts).bytes == 32768);
  CHECK(whole->model.row.id == "m");
  std::filesystem::remove(folder.path() + "/m-00002-of-00002.gguf");
  const auto part = import_model(folder.path(), nullptr, diagnostics);
  REQUIRE(part);
  CHECK_FALSE(part->exact->complete);
  CHECK_FALSE(part->quantization);
  CHECK_THAT(part->notes.back(), ContainsSubstring("1 of them found"));
}
