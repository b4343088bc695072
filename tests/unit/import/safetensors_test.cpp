// safetensors headers and the folder of a downloaded model.
#include "rackfit/import/safetensors.hpp"

#include "gguf_builder.hpp"
#include "rackfit/import/imported_model.hpp"
#include "support/catch.hpp"
#include "support/world.hpp"

using namespace rackfit;
using namespace rackfit::importer;

namespace {

std::string safetensors(const std::string& json, std::size_t data) {
  return test::GgufBuilder::little(std::uint64_t{json.size()}) + json + std::string(data, '\0');
}

std::string problems(const std::string& bytes) {
  MemoryBytes source(bytes);
  ExactBytes exact;
  Diagnostics diagnostics;
  CHECK_FALSE(read_safetensors(source, "m.safetensors", {}, 0, exact, diagnostics));
  return render(diagnostics);
}

const char* const small_config =
    R"({"model_type": "llama", "hidden_size": 8, "num_hidden_layers": 1, "vocab_size": 16,
  "num_attention_heads": 2, "intermediate_size": 16, "torch_dtype": "bfloat16", "tie_word_embeddings": false)";

}  // namespace

TEST_CASE("a tensor's name tells its part of the model") {
  const auto part = [](std::string_view name) { return classify_tensor(name).part; };
  CHECK(part("model.embed_tokens.weight") == Part::embeddings);
  CHECK(part("lm_head.weight") == Part::lm_head);
  CHECK(part("model.layers.3.self_attn.q_proj.weight") == Part::attention);
  CHECK(part("model.layers.3.self_attn.q_norm.weight") == Part::norms);
  CHECK(part("model.layers.3.mlp.gate_proj.weight") == Part::ffn);
  CHECK(part("model.layers.3.mlp.gate.weight") == Part::router);
  CHECK(part("model.layers.3.mlp.experts.7.down_proj.weight") == Part::experts);
  CHECK(part("model.layers.3.mlp.shared_experts.up_proj.weight") == Part::shared_experts);
  CHECK(part("model.layers.3.mlp.experts.gate_up_proj_blocks") == Part::experts);
  CHECK(part("model.layers.3.linear_attn.in_proj_qkvz.weight") == Part::linear);
  CHECK(part("backbone.layers.3.mixer.in_proj.weight") == Part::linear);
  CHECK(part("model.visual.blocks.3.attn.qkv.weight") == Part::vision);
  CHECK(part("mtp.layers.0.mlp.down_proj.weight") == Part::mtp);
  CHECK(part("transformer.h.5.attn.c_attn.weight") == Part::attention);
  CHECK(part("encoder.layer.11.output.dense.weight") == Part::ffn);
  CHECK(part("encoder.layer.11.attention.output.dense.weight") == Part::attention);
  CHECK(part("blk.4.ffn_gate_inp.weight") == Part::router);
  CHECK(part("blk.4.ffn_down_exps.weight") == Part::experts);
  CHECK(part("blk.4.ssm_conv1d.weight") == Part::linear);
  CHECK(part("token_embd.weight") == Part::embeddings);
  CHECK(part("output.weight") == Part::lm_head);
  CHECK(part("output_norm.weight") == Part::norms);
  CHECK(classify_tensor("model.layers.12.mlp.up_proj.weight").layer == 12);
  CHECK(classify_tensor("model.layers.99999999999999999999.mlp.up_proj.weight").layer == -1);
}

TEST_CASE("a folder with weights gives exact parameters and bytes") {
  const std::string header = R"({"__metadata__": {"format": "pt"},
    "model.embed_tokens.weight": {"dtype": "BF16", "shape": [16, 8], "data_offsets": [0, 256]},
    "lm_head.weight": {"dtype": "BF16", "shape": [16, 8], "data_offsets": [256, 512]},
    "model.layers.0.mlp.up_proj.weight": {"dtype": "BF16", "shape": [16, 8], "data_offsets": [512, 768]},
    "model.layers.1.mlp.up_proj.weight": {"dtype": "BF16", "shape": [16, 8], "data_offsets": [768, 1024]}})";
  const test::Folder folder(
      {{"config.json", std::string(small_config) + "}"}, {"model.safetensors", safetensors(header, 1024)}});
  Diagnostics diagnostics;
  const auto model = import_model(folder.path(), &test::built_in_catalog(), diagnostics);
  INFO(render(diagnostics));
  REQUIRE(model);
  REQUIRE(model->exact);
  CHECK(model->exact->tensor_bytes == 1024);
  // The second layer is beyond the model's one: multi-token prediction, which engines do not load.
  CHECK(model->exact->part(Part::mtp).bytes == 256);
  CHECK(model->model.parameters == 3 * 128);
  CHECK(model->quantization_id == "bf16");
  CHECK_FALSE(model->quantization);
}

TEST_CASE("packed weights count singly and their scales not at all") {
  const std::string config =
      std::string(small_config) + R"(, "quantization_config": {"quant_method": "gptq", "bits": 4,
    "group_size": 128}})";
  const std::string header = R"({
    "model.layers.0.mlp.up_proj.qweight": {"dtype": "I32", "shape": [16, 16], "data_offsets": [0, 1024]},
    "model.layers.0.mlp.up_proj.scales": {"dtype": "F16", "shape": [1, 32], "data_offsets": [1024, 1088]},
    "model.embed_tokens.weight": {"dtype": "F16", "shape": [16, 8], "data_offsets": [1088, 1344]}})";
  const test::Folder folder({{"config.json", config}, {"model.safetensors", safetensors(header, 1344)}});
  Diagnostics diagnostics;
  const auto model =
      import_model(folder.path() + "/model.safetensors", &test::built_in_catalog(), diagnostics);
  REQUIRE(model);
  CHECK(model->exact->part(Part::ffn).parameters == 16 * 16 * 8);
  REQUIRE(model->quantization);
  CHECK(model->quantization->bits_per_weight == Approx(8.0 * 1088 / 2048));
  CHECK(model->quantization->embeddings_16_bit);
}

TEST_CASE("an index without its files still gives the total") {
  const test::Folder folder({{"config.json", std::string(small_config) + "}"},
                             {"model.safetensors.index.json", R"({"metadata": {"total_size": 2048},
         "weight_map": {"a": "model-00001-of-00002.safetensors", "b": "../../outside.safetensors"}})"}});
  Diagnostics diagnostics;
  const auto model = import_model(folder.path(), nullptr, diagnostics);
  REQUIRE(model);
  CHECK(model->model.parameters == 1024);
  CHECK_FALSE(model->exact->by_part);
  CHECK_THAT(model->notes.back(), ContainsSubstring("0 of 2 weights files"));
}

TEST_CASE("a hostile safetensors header ends in diagnostics") {
  const auto little = [](std::uint64_t value) { return test::GgufBuilder::little(value); };
  CHECK_THAT(problems(""), ContainsSubstring("byte 0"));
  CHECK_THAT(problems(little(~std::uint64_t{0}) + "{}"),
             ContainsSubstring("a header of 18446744073709551615 bytes"));
  CHECK_THAT(problems(little(2) + "{"), ContainsSubstring("byte 0"));
  CHECK_THAT(problems(safetensors("[]", 0)), ContainsSubstring("not an object"));
  CHECK_THAT(problems(safetensors(R"({"a": 1} x)", 0)), ContainsSubstring("header"));
  CHECK_THAT(problems(safetensors(R"({"a": {"dtype": "F32", "shape": [2], "data_offsets": [0, 80]}})", 8)),
             ContainsSubstring("outside the file"));
  CHECK_THAT(problems(safetensors(R"({"a": {"dtype": "F32", "shape": [3], "data_offsets": [0, 8]}})", 8)),
             ContainsSubstring("does not give its size"));
  CHECK_THAT(problems(safetensors(R"({"a": {"dtype": "F32", "shape": [-2], "data_offsets": [0, 8]}})", 8)),
             ContainsSubstring("negative"));
  std::string large = R"({"a": {"dtype": "F32", "shape": [)";
  for (int i = 0; i < 100; ++i) large += "9223372036854775807, ";
  CHECK_THAT(problems(safetensors(large + R"(0], "data_offsets": [0, 8]}})", 8)),
             ContainsSubstring("too large"));
  CHECK_THAT(problems(safetensors(std::string(1000, '['), 8)), ContainsSubstring("not an object"));
}

TEST_CASE("what is not there or not a model says what to give instead") {
  Diagnostics diagnostics;
  CHECK_FALSE(import_model("/nonexistent/config.json", nullptr, diagnostics));
  const test::Folder folder({{"model.safetensors", "x"}, {"notes.txt", "hello"}});
  CHECK_FALSE(import_model(folder.path(), nullptr, diagnostics));
  CHECK_FALSE(import_model(folder.path() + "/model.safetensors", nullptr, diagnostics));
  CHECK_FALSE(import_model(folder.path() + "/notes.txt", nullptr, diagnostics));
  CHECK(diagnostics.error_count() == 4);
  CHECK(looks_like_model_file("./llama"));
  CHECK(looks_like_model_file("model-Q4_K_M.gguf"));
  CHECK(looks_like_model_file("config.json"));
  CHECK_FALSE(looks_like_model_file("meta-llama/Llama-3.1-8B"));
}
