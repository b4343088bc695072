#include <fmt/format.h>

#include <algorithm>

#include "command.hpp"
#include "files.hpp"
#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/catalog/tables.hpp"
#include "rackfit/cli/codes.hpp"
#include "rackfit/measured/fit.hpp"

namespace rackfit::cli {
namespace {

constexpr char profile_path[] = "calibration.yaml";

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    if (comma > 0) words.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(text.size(), comma + 1));
  }
  return words;
}

/// The parameters named on the command line; false when one is unknown.
bool choose_parameters(Invocation& call, measured::FitOptions& options) {
  bool known = true;
  for (const std::string& word : words_of(call.args.parameters)) {
    const auto& all = measured::parameters();
    const auto found =
        std::find_if(all.begin(), all.end(), [&](const measured::Parameter& p) { return p.key == word; });
    if (found != all.end()) {
      options.parameters.push_back(&*found);
      continue;
    }
    std::vector<std::string> names;
    for (const measured::Parameter& parameter : all) names.emplace_back(parameter.key);
    unknown_name(call, "parameter", word, names);
    known = false;
  }
  return known;
}

bool wanted(const Args& args, const catalog::Calibration& row, const catalog::Engine* engine) {
  if (engine && row.engine != engine->row.id) return false;
  if (!args.calibration_row.empty() && row.row.id != args.calibration_row) return false;
  if (args.device_class.empty()) return true;
  return std::any_of(row.classes.begin(), row.classes.end(), [&](catalog::DeviceClass device_class) {
    return catalog::to_string(device_class) == args.device_class;
  });
}

std::string left_out(const measured::Cases& cases) {
  std::size_t count = 0;
  for (const auto& [why, rows] : cases.left_out) count += rows.size();
  std::string out = fmt::format("rows used: {}, not used: {}\n", cases.cases.size(), count);
  for (const auto& [why, rows] : cases.left_out) out += fmt::format("{:>7}  {}\n", rows.size(), why);
  return out;
}

}  // namespace

ExitCode run_calibrate(Invocation& call) {
  const Args& args = call.args;
  Diagnostics& diagnostics = call.session.diagnostics();
  measured::FitOptions options;
  options.leave_out = args.leave_out_text == "none" ? "model" : args.leave_out_text;
  options.keep_parameters = args.bands_only;
  options.hold_out = args.leave_out_text != "none";
  if (!choose_parameters(call, options)) return ExitCode::bad_input;
  std::vector<measured::Row> rows;
  for (const std::string& path : args.files) {
    const auto file = call.session.read(path, measured::CsvLimits().bytes);
    if (!file) continue;
    auto more = measured::read_rows(*file, diagnostics);
    rows.insert(rows.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  }
  const catalog::Catalog* catalog = call.session.catalog();
  if (!catalog || diagnostics.has_errors()) return ExitCode::bad_input;
  const catalog::Engine* engine = args.engine.empty() ? nullptr : catalog->engines.find(args.engine);
  if (!args.engine.empty() && !engine)
    return unknown_name(call, "engine", args.engine, catalog->engines.names());

  const measured::Cases cases = measured::make_cases(*catalog, rows);
  std::string report = left_out(cases), profile = call.session.library().text(profile_path);
  bool any = false;
  for (const catalog::Calibration& row : catalog->calibrations.rows()) {
    if (!wanted(args, row, engine)) continue;
    const auto fit = measured::fit(cases, row, options);
    if (!fit) continue;
    any = true;
    report += "\n" + measured::fit_report(*fit, options);
    profile = measured::updated_profile(profile, *fit);
  }
  if (!any) {
    diagnostics.error(measured::code::nothing, {},
                      "no row of the tables can be compared with the calibrations chosen", "",
                      "the reasons stand in the report");
  }
  if (args.output == "-") {
    remark(call, report);
    return deliver(call, profile, any ? ExitCode::done : ExitCode::no);
  }
  if (any && !args.output.empty()) {
    const std::string problem = write_file(args.output, profile);
    if (!problem.empty()) {
      diagnostics.error(code::unwritable, {}, "cannot write `" + args.output + "`: " + problem);
      return ExitCode::bad_input;
    }
  }
  if (!call.io.out(report) || !call.io.flush()) {
    diagnostics.error(code::unwritable, {}, "cannot write to standard output");
    return ExitCode::bad_input;
  }
  return any ? ExitCode::done : ExitCode::no;
}

}  // namespace rackfit::cli
