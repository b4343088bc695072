// config.json files: the dimensions that they publish give the architecture that the catalog has.
#include "rackfit/import/config.hpp"

#include "support/catch.hpp"
#include "support/world.hpp"

using namespace rackfit;
using namespace rackfit::importer;

namespace {

const FindFormat formats = [](std::string_view id) {
  return test::built_in_catalog().quantizations.find(id);
};

ImportedModel read(const std::string& text, const std::string& hf_quant_config = "") {
  Diagnostics diagnostics;
  auto model =
      read_config(std::make_shared<SourceFile>("config.json", text), hf_quant_config, formats, diagnostics);
  INFO(render(diagnostics));
  REQUIRE(model);
  CHECK_FALSE(diagnostics.has_errors());
  return *std::move(model);
}

std::string problems(const std::string& text) {
  Diagnostics diagnostics;
  CHECK_FALSE(read_config(std::make_shared<SourceFile>("config.json", text), "", {}, diagnostics));
  return render(diagnostics);
}

struct Published {
  const char* row;
  std::string config;
};

const std::vector<Published>& published() {
  static const std::vector<Published> files = {
      {"llama-3.1-8b-instruct",
       R"({"architectures": ["LlamaForCausalLM"], "model_type": "llama", "hidden_size": 4096,
        "intermediate_size": 14336, "num_attention_heads": 32, "num_hidden_layers": 32, "num_key_value_heads": 8,
        "vocab_size": 128256, "max_position_embeddings": 131072, "hidden_act": "silu", "tie_word_embeddings": false,
        "rope_scaling": {"factor": 8.0, "low_freq_factor": 1.0, "original_max_position_embeddings": 8192,
        "rope_type": "llama3"}, "torch_dtype": "bfloat16"})"},
      {"qwen3-30b-a3b",
       R"({"architectures": ["Qwen3MoeForCausalLM"], "model_type": "qwen3_moe", "hidden_size": 2048,
        "intermediate_size": 6144, "moe_intermediate_size": 768, "num_experts": 128, "num_experts_per_tok": 8,
        "decoder_sparse_step": 1, "mlp_only_layers": [], "num_attention_heads": 32, "num_key_value_heads": 4,
        "head_dim": 128, "num_hidden_layers": 48, "vocab_size": 151936, "max_position_embeddings": 40960,
        "sliding_window": null, "use_sliding_window": false, "max_window_layers": 48, "rope_scaling": null,
        "tie_word_embeddings": false, "torch_dtype": "bfloat16"})"},
      {"deepseek-r1",
       R"({"architectures": ["DeepseekV3ForCausalLM"], "model_type": "deepseek_v3", "hidden_size": 7168,
        "intermediate_size": 18432, "moe_intermediate_size": 2048, "n_routed_experts": 256, "n_shared_experts": 1,
        "num_experts_per_tok": 8, "first_k_dense_replace": 3, "moe_layer_freq": 1, "num_attention_heads": 128,
        "num_key_value_heads": 128, "kv_lora_rank": 512, "q_lora_rank": 1536, "qk_nope_head_dim": 128,
        "qk_rope_head_dim": 64, "v_head_dim": 128, "num_hidden_layers": 61, "num_nextn_predict_layers": 1,
        "vocab_size": 129280, "max_position_embeddings": 163840, "tie_word_embeddings": false,
        "rope_scaling": {"type": "yarn", "factor": 40, "original_max_position_embeddings": 4096},
        "quantization_config": {"quant_method": "fp8", "fmt": "e4m3", "weight_block_size": [128, 128]}})"},
      {"gemma-3-27b-it", R"({"architectures": ["Gemma3ForConditionalGeneration"], "model_type": "gemma3",
        "text_config": {"model_type": "gemma3_text", "head_dim": 128, "hidden_size": 5376, "intermediate_size": 21504,
        "num_attention_heads": 32, "num_hidden_layers": 62, "num_key_value_heads": 16, "sliding_window": 1024,
        "max_position_embeddings": 131072, "rope_scaling": {"factor": 8.0, "rope_type": "linear"}},
        "vision_config": {"hidden_size": 1152, "num_hidden_layers": 27, "num_attention_heads": 16}})"},
      {"gpt-oss-120b",
       R"({"architectures": ["GptOssForCausalLM"], "model_type": "gpt_oss", "hidden_size": 2880,
        "intermediate_size": 2880, "num_local_experts": 128, "num_experts_per_tok": 4, "num_attention_heads": 64,
        "num_key_value_heads": 8, "head_dim": 64, "num_hidden_layers": 36, "sliding_window": 128, "vocab_size": 201088,
        "max_position_embeddings": 131072, "tie_word_embeddings": false,
        "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention",
        "sliding_attention", "full_attention", "sliding_attention", "full_attention", "sliding_attention",
        "full_attention", "sliding_attention", "full_attention", "sliding_attention", "full_attention",
        "sliding_attention", "full_attention", "sliding_attention", "full_attention", "sliding_attention",
        "full_attention", "sliding_attention", "full_attention", "sliding_attention", "full_attention",
        "sliding_attention", "full_attention", "sliding_attention", "full_attention", "sliding_attention",
        "full_attention", "sliding_attention", "full_attention", "sliding_attention", "full_attention",
        "sliding_attention", "full_attention"],
        "rope_scaling": {"rope_type": "yarn", "factor": 32.0, "original_max_position_embeddings": 4096},
        "quantization_config": {"quant_method": "mxfp4", "modules_to_not_convert": ["model.layers.*.self_attn",
        "model.layers.*.mlp.router", "model.embed_tokens", "lm_head"]}})"},
      {"qwen3-next-80b-a3b-instruct",
       R"({"architectures": ["Qwen3NextForCausalLM"], "model_type": "qwen3_next",
        "hidden_size": 2048, "intermediate_size": 5120, "moe_intermediate_size": 512, "num_experts": 512,
        "num_experts_per_tok": 10, "shared_expert_intermediate_size": 512, "decoder_sparse_step": 1,
        "mlp_only_layers": [], "full_attention_interval": 4, "num_attention_heads": 16, "num_key_value_heads": 2,
        "head_dim": 256, "num_hidden_layers": 48, "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128,
        "linear_num_key_heads": 16, "linear_num_value_heads": 32, "linear_value_head_dim": 128, "vocab_size": 151936,
        "max_position_embeddings": 262144, "tie_word_embeddings": false, "dtype": "bfloat16"})"},
      {"mixtral-8x7b-v0.1",
       R"({"architectures": ["MixtralForCausalLM"], "model_type": "mixtral", "hidden_size": 4096,
        "intermediate_size": 14336, "num_local_experts": 8, "num_experts_per_tok": 2, "num_attention_heads": 32,
        "num_key_value_heads": 8, "num_hidden_layers": 32, "sliding_window": null, "vocab_size": 32000,
        "max_position_embeddings": 32768, "tie_word_embeddings": false, "torch_dtype": "bfloat16"})"},
      {"nvidia-nemotron-nano-9b-v2",
       R"({"architectures": ["NemotronHForCausalLM"], "model_type": "nemotron_h",
        "hidden_size": 4480, "intermediate_size": 15680, "num_attention_heads": 40, "num_key_value_heads": 8,
        "head_dim": 128, "num_hidden_layers": 56, "conv_kernel": 4, "expand": 2, "n_groups": 8, "ssm_state_size": 128,
        "mamba_num_heads": 128, "mamba_head_dim": 80, "mlp_hidden_act": "relu2", "vocab_size": 131072,
        "hybrid_override_pattern": "M-M-M-MM-M-M-M*-M-M-M*-M-M-M-M*-M-M-M-M*-M-MM-M-M-M-M-M-",
        "max_position_embeddings": 131072, "time_step_limit": [0.0, Infinity], "tie_word_embeddings": false})"},
      {"bge-m3", R"({"architectures": ["XLMRobertaModel"], "model_type": "xlm-roberta", "hidden_size": 1024,
        "intermediate_size": 4096, "num_attention_heads": 16, "num_hidden_layers": 24, "vocab_size": 250002,
        "max_position_embeddings": 8194, "pad_token_id": 1, "hidden_act": "gelu", "torch_dtype": "float32"})"},
      {"qwen2.5-vl-7b-instruct", R"({"architectures": ["Qwen2_5_VLForConditionalGeneration"],
        "model_type": "qwen2_5_vl", "hidden_size": 3584, "intermediate_size": 18944, "num_attention_heads": 28,
        "num_key_value_heads": 4, "num_hidden_layers": 28, "vocab_size": 152064, "max_position_embeddings": 128000,
        "sliding_window": 32768, "use_sliding_window": false, "max_window_layers": 28, "tie_word_embeddings": false,
        "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, "torch_dtype": "bfloat16",
        "vision_config": {"patch_size": 14, "spatial_merge_size": 2, "hidden_size": 1280}})"},
  };
  return files;
}

}  // namespace

TEST_CASE("a published config.json gives the architecture that the catalog has") {
  for (const Published& file : published()) {
    INFO(file.row);
    const catalog::Model* row = test::built_in_catalog().models.find(file.row);
    REQUIRE(row);
    const catalog::Model model = read(file.config).model;
    CHECK(model.layers == row->layers);
    CHECK(model.hidden == row->hidden);
    // Gemma's own files pad the vocabulary by 64.
    CHECK(double(model.vocab) == Approx(double(row->vocab)).epsilon(0.001));
    if (row->context_tokens) CHECK(model.context_tokens.value_or(0) == *row->context_tokens);
    if (row->tied_embeddings && model.tied_embeddings) CHECK(*model.tied_embeddings == *row->tied_embeddings);
    CHECK(model.kind == row->kind);
    CHECK(model.attention.type == row->attention.type);
    CHECK(model.attention.heads == row->attention.heads);
    CHECK(model.attention.kv_heads == row->attention.kv_heads);
    CHECK(model.attention.head_dim == row->attention.head_dim);
    CHECK(model.attention.kv_lora_rank == row->attention.kv_lora_rank);
    CHECK(model.attention.rope_head_dim == row->attention.rope_head_dim);
    CHECK(model.attention.nope_head_dim == row->attention.nope_head_dim);
    CHECK(model.attention.v_head_dim == row->attention.v_head_dim);
    CHECK(model.attention.q_lora_rank == row->attention.q_lora_rank);
    REQUIRE(model.layer_kinds.has_value() == row->layer_kinds.has_value());
    if (row->layer_kinds) {
      CHECK(model.layer_kinds->full == row->layer_kinds->full);
      CHECK(model.layer_kinds->sliding == row->layer_kinds->sliding);
      CHECK(model.layer_kinds->linear == row->layer_kinds->linear);
      CHECK(model.layer_kinds->window == row->layer_kinds->window);
    }
    REQUIRE(model.linear_state.has_value() == row->linear_state.has_value());
    if (row->linear_state) {
      CHECK(model.linear_state->conv_elements == row->linear_state->conv_elements);
      CHECK(model.linear_state->ssm_elements == row->linear_state->ssm_elements);
    }
    REQUIRE(model.moe.has_value() == row->moe.has_value());
    if (row->moe) {
      CHECK(model.moe->experts == row->moe->experts);
      CHECK(model.moe->active == row->moe->active);
      CHECK(model.moe->intermediate == row->moe->intermediate);
      CHECK(model.moe->shared == row->moe->shared);
      CHECK(model.moe->dense_layers == row->moe->dense_layers);
    }
    REQUIRE(model.ffn.has_value() == row->ffn.has_value());
    if (row->ffn) {
      CHECK(model.ffn->intermediate == row->ffn->intermediate);
      CHECK(model.ffn->gated == row->ffn->gated);
    }
  }
}

TEST_CASE("what the catalog has no row for is read by the same rules") {
  SECTION("Granite 4: Mamba layers, a few of attention, experts in each") {
    const auto model = read(R"({"model_type": "granitemoehybrid", "hidden_size": 1536, "num_hidden_layers": 4,
      "num_attention_heads": 12, "num_key_value_heads": 4, "vocab_size": 100352, "intermediate_size": 512,
      "shared_intermediate_size": 1024, "num_local_experts": 62, "num_experts_per_tok": 6, "mamba_n_heads": 48,
      "mamba_d_head": 64, "mamba_d_state": 128, "mamba_n_groups": 1, "mamba_d_conv": 4, "mamba_expand": 2,
      "layer_types": ["mamba", "mamba", "attention", "mamba"], "max_position_embeddings": 131072,
      "tie_word_embeddings": true})")
                           .model;
    REQUIRE(model.layer_kinds);
    CHECK(model.layer_kinds->full == 1);
    CHECK(model.layer_kinds->linear == 3);
    CHECK(model.linear_state->ssm_elements == 48 * 64 * 128);
    CHECK(model.linear_state->conv_elements == 3 * (48 * 64 + 2 * 128));
    CHECK(model.moe->shared_intermediate == 1024);
    CHECK(model.moe->intermediate == 512);
  }
  SECTION("Llama 4 Maverick: experts in every second layer, chunked attention in three of four") {
    const auto model = read(R"({"model_type": "llama4", "text_config": {"model_type": "llama4_text",
      "hidden_size": 5120, "intermediate_size": 8192, "intermediate_size_mlp": 16384, "num_local_experts": 128,
      "num_experts_per_tok": 1, "interleave_moe_layer_step": 2, "num_attention_heads": 40, "num_key_value_heads": 8,
      "head_dim": 128, "num_hidden_layers": 48, "attention_chunk_size": 8192, "vocab_size": 202048,
      "no_rope_layers": [], "max_position_embeddings": 1048576}, "vision_config": {}})")
                           .model;
    CHECK(model.layer_kinds->full == 12);
    CHECK(model.layer_kinds->sliding == 36);
    CHECK(model.ffn->intermediate == 16384);
    CHECK(model.moe->dense_layers == 24);
    CHECK(model.moe->shared_intermediate == 8192);
  }
  SECTION("Falcon-7B: one KV head, and a feed-forward width that the file leaves out") {
    const auto model = read(R"({"model_type": "falcon", "hidden_size": 4544, "num_hidden_layers": 32,
      "num_attention_heads": 71, "multi_query": true, "new_decoder_architecture": false, "vocab_size": 65024})")
                           .model;
    CHECK(model.attention.type == catalog::AttentionType::mqa);
    CHECK(model.ffn->intermediate == 4 * 4544);
    CHECK_FALSE(model.ffn->gated);
  }
  SECTION("Mamba alone has no cache that grows") {
    const auto model =
        read(R"({"model_type": "mamba", "hidden_size": 768, "num_hidden_layers": 24, "state_size": 16,
      "conv_kernel": 4, "expand": 2, "intermediate_size": 1536, "time_step_rank": 48, "vocab_size": 50280})")
            .model;
    CHECK(model.layer_kinds->linear == 24);
    CHECK(model.layer_kinds->full == 0);
    CHECK(model.parameters == Approx(129e6).epsilon(0.02));
  }
}

TEST_CASE("recurrent layers are counted, since the memory formula leaves them to the total") {
  for (const Published& file : published()) {
    const ImportedModel model = read(file.config);
    if (!model.model.linear_state) continue;
    INFO(file.row);
    const catalog::Model* row = test::built_in_catalog().models.find(file.row);
    // The catalog's totals include multi-token prediction.
    CHECK(model.model.parameters == Approx(row->parameters).epsilon(0.025));
  }
}

TEST_CASE("rope scaling changes the context only where it stretches it") {
  const auto context = [](const std::string& scaling) {
    return read(
               R"({"model_type": "qwen2", "hidden_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2,
      "vocab_size": 100, "intermediate_size": 128, "max_position_embeddings": 32768, "rope_scaling": )" +
               scaling + "}")
        .model.context_tokens.value_or(0);
  };
  CHECK(context("null") == 32768);
  CHECK(context(R"({"type": "yarn", "factor": 4.0, "original_max_position_embeddings": 32768})") == 131072);
  CHECK(context(R"({"type": "linear", "factor": 2.0})") == 65536);
  CHECK(context(R"({"rope_type": "llama3", "factor": 8.0})") == 32768);
  CHECK(context(R"({"type": "yarn", "factor": 1e308})") == 32768);
}

TEST_CASE("a hostile or broken config.json ends in diagnostics with a way out") {
  CHECK_THAT(problems("{"), ContainsSubstring("this is not JSON"));
  CHECK_THAT(problems("[1, 2]"), ContainsSubstring("does not describe a model"));
  CHECK_THAT(problems(R"({"hidden_size": 64})"), ContainsSubstring("number of layers"));
  CHECK_THAT(
      problems(R"({"hidden_size": -4, "num_hidden_layers": 2, "vocab_size": 9, "num_attention_heads": 1})"),
      ContainsSubstring("config.json:1:2"));
  CHECK_THAT(
      problems(
          R"({"hidden_size": 1e300, "num_hidden_layers": 2, "vocab_size": 9, "num_attention_heads": 1})"),
      ContainsSubstring("is not a whole number"));
  CHECK_THAT(problems(R"({"hidden_size": 64, "num_hidden_layers": 99999999999, "vocab_size": 9})"),
             ContainsSubstring("from 0 to 4096"));
  CHECK_THAT(problems(std::string(100'000, '[')), ContainsSubstring("nested"));
  CHECK_THAT(problems(R"({"a": 1e999})"), ContainsSubstring("not JSON"));
}
