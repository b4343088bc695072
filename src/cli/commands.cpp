// The commands and their options, said once.
#include "args.hpp"
#include "planning.hpp"

namespace rackfit::cli {
namespace {

OptionSpec format_option(std::vector<std::string_view> choices) {
  return {"--format", "FORMAT", &Args::format_text, "how to print the result", std::move(choices)};
}

OptionSpec output_option() {
  return {"-o,--output", "FILE", &Args::output, "write the result to FILE, whole or not at all", {}};
}

OptionSpec settings_option() {
  return {"--set",
          "PATH=VALUE",
          &Args::settings,
          "change a value of the workload, as in --set llm.chat.users=50; repeatable",
          {}};
}

OptionSpec rules_option() {
  return {"--rules",
          "FILE",
          &Args::rules,
          "add rules and policies, or replace built-in ones by name; repeatable",
          {}};
}

PositionalSpec workload_files() {
  return {"FILE", &Args::files, true, "workload profiles; - is standard input"};
}

OptionSpec prices_option() {
  return {"--prices", "FILE", &Args::prices, "a price book of your own: quotes, discounts, wages, gear that is there", {}};
}

OptionSpec currency_option() {
  return {"--currency", "CODE", &Args::currency, "such as CNY or USD (default: the workload's)", {}};
}

OptionSpec as_of_option() {
  return {"--as-of", "DATE", &Args::as_of, "day that the age of prices is counted to (default: the newest price)", {}};
}

OptionSpec strict_prices_option() {
  return {"--strict-prices", "", &Args::strict_prices, "exit with 4 when a price is missing, old or undated", {}};
}

CommandSpec plan_command() {
  return {
      "plan",
      "size workloads: what to buy, how full it gets, what breaks first",
      "Reads each workload and recommends nodes for every role in it, with the limits that decided, the "
      "alternatives and why they lost, warnings, and every default that was used.",
      {workload_files()},
      {format_option({"table", "json", "markdown", "csv"}),
       output_option(),
       {"--top", "N", &Args::top_text, "how many alternatives to show for each role (default 3)", {}},
       objective_option(),
       {"--pareto", "", &Args::pareto, "for each role, what nothing beats in money, time and power at once", {}},
       budget_option(),
       max_power_option(),
       settings_option(),
       rules_option()},
      {"rackfit plan chat.yaml", "rackfit plan chat.yaml --objective power --pareto --budget 200000CNY",
       "rackfit plan chat.yaml --set llm.chat.users=50 --format json | jq .roles",
       "rackfit plan chat.yaml logs.yaml --format markdown -o sizing.md"},
      false};
}

CommandSpec audit_command() {
  return {"audit",
          "judge a proposed box and its claims: would it do, and is it true",
          "Evaluates each workload on the machines under its `proposal:` and says of every target, limit and "
          "claim whether it "
          "holds, fails, is impossible or cannot be told, why, and what the smallest change would be; then "
          "what contradicts what, "
          "and what `plan` would buy instead. Ends with 1 when a target is missed.",
          {workload_files()},
          {format_option({"table", "json", "markdown", "csv"}),
           output_option(),
           prices_option(),
           settings_option(),
           rules_option()},
          {"rackfit init audit-code-assistant-30-bill-1 -o offer.yaml && rackfit audit offer.yaml",
           "rackfit audit offer.yaml --format json | jq '.verdicts[] | select(.verdict != \"holds\")'"},
          false};
}

CommandSpec bom_command() {
  return {"bom",
          "the plan as a list to order: every part, with price, date and total",
          "Sizes each workload as `plan` does and writes out what to buy: the parts of every kind of node with "
          "quantities and prices, then switches, cables, racks and power distribution for all of them. With each "
          "node's disks, memory channels, supplies, power and heat. What has no known price is `n/a`, and sums "
          "with it are lower bounds.",
          {workload_files()},
          {format_option({"table", "json", "markdown", "csv"}),
           output_option(),
           prices_option(),
           currency_option(),
           as_of_option(),
           strict_prices_option(),
           objective_option(),
           budget_option(),
           max_power_option(),
           settings_option(),
           rules_option()},
          {"rackfit bom chat.yaml --currency CNY", "rackfit bom chat.yaml --prices quotes.yaml --format csv -o order.csv",
           "rackfit bom chat.yaml --format json | jq '.nodes[].lines[] | select(.unit_price == null)'"},
          false};
}

CommandSpec compare_command() {
  return {
      "compare",
      "what the plan costs: bought, rented, by the token or managed",
      "Sizes each workload as `plan` does and counts what it costs over the years: nodes of one's own with power, space, upkeep and "
      "people; the same devices at every cloud of the catalog that rents them out; the same tokens from their providers; brokers on "
      "machines or managed. With the month from which buying has paid for itself, and what the answer hangs on.",
      {workload_files()},
      {format_option({"table", "json", "markdown", "csv"}),
       output_option(),
       prices_option(),
       currency_option(),
       {"--years", "N", &Args::years, "how far to look ahead (default 5)", {}},
       as_of_option(),
       {"--buy", "WHAT", &Args::buy,
        "the plan's nodes or the workload's `proposal` (default: the proposal when it has a price)", {"auto", "plan", "proposal"}},
       strict_prices_option(),
       objective_option(),
       budget_option(),
       max_power_option(),
       settings_option(),
       rules_option()},
      {"rackfit compare chat.yaml", "rackfit compare chat.yaml --prices quotes.yaml --currency CNY --years 3",
       "rackfit compare chat.yaml --format json | jq -r .recommendation.because"},
      false};
}

CommandSpec explain_command() {
  return {
      "explain",
      "show where a figure of the plan comes from",
      "Prints the value, its formula with the numbers put in, every input with the file and line, default or "
      "catalog row it comes from, and the sources.",
      {{"FILE", &Args::files, true, "workload profile; - is standard input"},
       {"QUANTITY", &Args::quantity, true, "name of a value, constraint or input, such as kafka.nic_out"}},
      {{"--depth", "N", &Args::depth_text, "how many steps of inputs to follow (default 3)", {}},
       {"--role", "ROLE", &Args::role, "only this role of the plan, such as llm:chat", {}},
       format_option({"table", "json"}),
       output_option(),
       objective_option(),
       budget_option(),
       max_power_option(),
       settings_option(),
       rules_option()},
      {"rackfit explain logs.yaml kafka.nic_out",
       "rackfit explain chat.yaml llm.tpot_p50 --role llm:chat --depth 5"},
      false};
}

CommandSpec catalog_command() {
  return {"catalog",
          "list, search and show models, devices and parts",
          "Without KIND, the kinds. With KIND, its rows. With KIND and an id or alias, that row with the "
          "source of each "
          "figure; with other words, the rows that contain them all.",
          {{"KIND", &Args::words, false, "such as models or devices"},
           {"ID", &Args::words, false, "row, or words to search for"}},
          {format_option({"table", "json"}), output_option()},
          {"rackfit catalog devices l40s", "rackfit catalog models qwen3 8b"},
          false};
}

CommandSpec calibrate_command() {
  return {
      "calibrate",
      "fit the calibration to measured results",
      "Reads tables of measured results (docs/accuracy.md names the columns), fits the parameters of every "
      "calibration row that they speak of, and prints what changed, the errors before and after, and the "
      "errors for what was left out of the fit. With -o it writes a whole calibration.yaml; in a folder "
      "given "
      "as --data-dir that file takes the place of the built-in one.",
      {{"FILE", &Args::files, true, "CSV tables of measured results; - is standard input"}},
      {{"--engine", "ENGINE", &Args::engine, "only this engine's rows", {}},
       {"--class", "CLASS", &Args::device_class, "only rows for this class of devices, such as consumer", {}},
       {"--row", "ID", &Args::calibration_row, "only this calibration row", {}},
       {"--parameters", "A,B", &Args::parameters, "fit these only (default: all that a row sets)", {}},
       {"--leave-out",
        "WHAT",
        &Args::leave_out_text,
        "what the honest error leaves out in turn",
        {"model", "device", "source", "none"}},
       {"--bands-only",
        "",
        &Args::bands_only,
        "keep the parameters, renew the bands from what was left out",
        {}},
       {"-o,--output", "FILE", &Args::output, "write a calibration.yaml with the new figures", {}}},
      {"rackfit calibrate my-results.csv --engine vllm --class datacenter",
       "rackfit calibrate my-results.csv -o mine/calibration.yaml && rackfit plan chat.yaml --data-dir mine"},
      false};
}

}  // namespace

const std::vector<CommandSpec>& commands() {
  static const std::vector<CommandSpec> all = {
      plan_command(),
      audit_command(),
      bom_command(),
      compare_command(),
      explain_command(),
      estimate_command(),
      fits_command(),
      {"check",
       "validate workloads without sizing them",
       "Reports every problem of every file at once.",
       {workload_files()},
       {settings_option(), rules_option()},
       {"rackfit check profiles/workloads/*.yaml"},
       false},
      {"init",
       "write a commented workload to start from",
       "",
       {{"TEMPLATE", &Args::words, false, "name from --list"}},
       {{"--list", "", &Args::list, "name the templates", {}}, output_option()},
       {"rackfit init --list", "rackfit init code-assistant-30 -o chat.yaml"},
       false},
      catalog_command(),
      {"rules",
       "list, show and test the sizing rules",
       "",
       {{"ACTION", &Args::words, true, "list, show NAME or test"},
        {"NAME", &Args::words, false, "rule to show, or the start of names to list"}},
       {format_option({"table", "json"}), output_option(), rules_option()},
       {"rackfit rules list kafka.", "rackfit rules show kafka.nic_out",
        "rackfit rules test --rules my-policy.yaml"},
       false},
      {"schema",
       "print the JSON Schema of a kind of file",
       "For completion and checks in an editor; docs/schema holds the same files.",
       {{"NAME", &Args::words, false, "such as workload or models"}},
       {{"--list", "", &Args::list, "name the schemas", {}}, output_option()},
       {"rackfit schema workload > workload.schema.json"},
       false},
      calibrate_command(),
      {"completions",
       "print a completion script for a shell",
       "",
       {{"SHELL", &Args::words, true, "bash, zsh or fish"}},
       {output_option()},
       {"rackfit completions bash > ~/.local/share/bash-completion/completions/rackfit"},
       true},
  };
  return all;
}

const CommandSpec* find_command(std::string_view name) {
  for (const CommandSpec& command : commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

const std::vector<OptionSpec>& shared_options() {
  static const std::vector<OptionSpec> all = {
      {"--data-dir",
       "DIR",
       &Args::data_dir,
       "lay a folder of your own models, hardware, prices and rules over the built-in ones",
       {}},
      {"--color", "WHEN", &Args::colour_text, "colour the output", {"auto", "always", "never"}},
      {"--ascii", "", &Args::ascii, "plain ASCII instead of lines, bars and signs", {}},
      {"--width",
       "N",
       &Args::width_text,
       "columns to fit into; 0 is unlimited (default: the terminal's)",
       {}},
  };
  return all;
}

}  // namespace rackfit::cli
