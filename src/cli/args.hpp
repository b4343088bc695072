// The command line, parsed: one plain struct for every command, and the table of options that the parser,
// `--help` and the shell completions are made from.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rackfit/base/diagnostic.hpp"

namespace rackfit::cli {

enum class Format { table, json, markdown, csv };
enum class ColourChoice { automatic, always, never };

struct Args {
  std::string command;
  // every command
  std::string data_dir;
  std::string colour_text = "auto";
  ColourChoice colour = ColourChoice::automatic;
  bool ascii = false;
  std::string width_text;
  std::optional<std::size_t> width;  // 0: unlimited
  // where a command has them
  std::vector<std::string> files;
  std::vector<std::string> words;  // positionals that are not files
  std::string quantity;
  std::string format_text = "table";
  Format format = Format::table;
  std::string output;
  std::string top_text;
  int top = 3;  // runners-up shown
  std::string depth_text;
  int depth = 3;
  std::string role;
  std::vector<std::string> settings, rules;
  std::string objective_text = "capex", budget, max_power;
  bool pareto = false;
  bool list = false;
  bool all = false;  // fits: fine-tunes and older generations too
  std::string engine, device_class, calibration_row, parameters;
  std::string leave_out_text = "model";
  bool bands_only = false;
  // estimate and fits; texts as given, empty when absent
  std::string on, quant, kv, engine_version, split, batch, log;
  std::string tp, pp, dp, ep, concurrency, rate, in_tokens, out_tokens, context, memory_utilization, arrival_cv,
      prefix_hit, max_num_seqs, max_batched_tokens, ram;
  std::string speculative_method, speculative_tokens, draft_model, acceptance, lora_adapters, lora_rank, disaggregate;
  std::string users, min_rate;
  // compare
  std::string prices, currency, as_of, years;
  std::string buy = "auto";
  bool strict_prices = false;
  std::vector<std::string> model_words;
  // fits --kafka
  std::string kafka, replication, consumer_groups, retention, message_size, compression, partitions, racks, clients;
  bool tls = false;
};

/// Where an option's or a positional's text goes.
using Member = std::variant<std::string Args::*, std::vector<std::string> Args::*, bool Args::*>;

struct OptionSpec {
  std::string_view names;  // "-o,--output"
  std::string_view value;  // "FILE"; empty for a switch
  Member member;
  std::string_view help;
  std::vector<std::string_view> choices;
};

struct PositionalSpec {
  std::string_view name;  // "FILE"
  Member member;
  bool required = true;
  std::string_view help;
};

struct CommandSpec {
  std::string_view name;
  std::string_view summary;      // one line
  std::string_view description;  // a paragraph, may be empty
  std::vector<PositionalSpec> positionals;
  std::vector<OptionSpec> options;
  std::vector<std::string_view> examples;
  bool hidden = false;
};

const std::vector<CommandSpec>& commands();
CommandSpec estimate_command();
CommandSpec fits_command();
const CommandSpec* find_command(std::string_view name);
/// Options that every command takes.
const std::vector<OptionSpec>& shared_options();

/// Parses; nothing, with diagnostics (code::usage), when the line is wrong. `--help` and `--version` are not
/// for it.
std::optional<Args> parse_args(const std::vector<std::string>& args, Diagnostics& diagnostics);

/// "usage: rackfit plan FILE… [options]".
std::string usage_line(const CommandSpec& command);
/// `--help` of the program, or of one command.
std::string help_text(const CommandSpec* command, std::size_t width, bool colour, bool ascii);
/// A completion script; empty for an unknown shell.
std::string completions(std::string_view shell);

}  // namespace rackfit::cli
