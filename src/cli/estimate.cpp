#include "rackfit/report/estimate.hpp"

#include <fmt/format.h>

#include "command.hpp"
#include "files.hpp"
#include "lines.hpp"
#include "quantities.hpp"
#include "rackfit/cli/codes.hpp"
#include "rackfit/estimate/batch.hpp"
#include "terminal.hpp"

namespace rackfit::cli {
namespace {

// Results are passed on in pieces of this size, and whenever the input has nothing more at hand.
constexpr std::size_t output_piece = 65536;

estimate::Query read_query(Invocation& call) {
  const Args& a = call.args;
  estimate::Query q;
  if (!a.words.empty()) q.model = a.words.front();
  q.device = a.on;
  q.engine = a.engine;
  q.engine_version = a.engine_version;
  q.weights = a.quant;
  q.kv = a.kv;
  q.split = a.split;
  read_count(call, "--tp", a.tp, q.tp);
  read_count(call, "--pp", a.pp, q.pp);
  read_count(call, "--dp", a.dp, q.dp);
  read_count(call, "--ep", a.ep, q.ep);
  read_number(call, "--concurrency", a.concurrency, q.concurrency);
  read_number(call, "--rate", a.rate, q.request_rate);
  read_number(call, "--in", a.in_tokens, q.input_tokens);
  read_number(call, "--out", a.out_tokens, q.output_tokens);
  read_count(call, "--context", a.context, q.max_context);
  read_number(call, "--gpu-memory-utilization", a.memory_utilization, q.gpu_memory_utilization);
  read_number(call, "--arrival-cv", a.arrival_cv, q.arrival_cv);
  read_number(call, "--prefix-hit", a.prefix_hit, q.prefix_hit_share);
  read_count(call, "--max-num-seqs", a.max_num_seqs, q.max_num_seqs);
  read_count(call, "--max-batched-tokens", a.max_batched_tokens, q.max_batched_tokens);
  q.speculative_method = a.speculative_method;
  q.draft_model = a.draft_model;
  q.disaggregate = a.disaggregate;
  read_count(call, "--speculative-tokens", a.speculative_tokens, q.speculative_tokens);
  read_share(call, "--acceptance", a.acceptance, q.draft_acceptance);
  read_count(call, "--lora-adapters", a.lora_adapters, q.lora_adapters);
  read_count(call, "--lora-rank", a.lora_rank, q.lora_rank);
  read_bytes(call, "--ram", a.ram, q.ram_bytes);
  return q;
}

ExitCode refuse(Invocation& call, const std::string& message, const std::string& help = {}) {
  call.session.diagnostics().error(code::usage, {}, message, "", help);
  return ExitCode::bad_input;
}

/// "unknown model `x`; did you mean `y`?" as a message and its help.
ExitCode report_problem(Invocation& call, const estimate::Problem& problem) {
  const std::size_t at = problem.message.find("; ");
  const bool split = at != std::string::npos;
  const char* number = problem.code.rfind("unknown-", 0) == 0 ? code::unknown_name : code::usage;
  call.session.diagnostics().error(number, {}, problem.message.substr(0, at), "",
                                   split ? problem.message.substr(at + 2) : std::string());
  return ExitCode::bad_input;
}

std::string answered(estimate::Desk& desk, std::string_view text) {
  estimate::BatchLine line = estimate::read_line(text);
  if (line.problem) return report::write_problem_json(line.id_json, *line.problem, true);
  auto result = desk.ask(line.query);
  if (const auto* problem = std::get_if<estimate::Problem>(&result)) {
    return report::write_problem_json(line.id_json, *problem, true);
  }
  auto& answer = std::get<estimate::Answer>(result);
  answer.notes.insert(answer.notes.end(), line.notes.begin(), line.notes.end());
  return report::write_estimate_json(line.id_json, answer, true);
}

bool blank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

ExitCode run_batch(Invocation& call, const catalog::Catalog& catalog) {
  const std::string& path = call.args.batch;
  OpenedFile file = path == "-" ? OpenedFile{call.io.in_some, {}} : open_file(path);
  if (!file.read) {
    call.session.diagnostics().error(code::unreadable, {}, "cannot read `" + path + "`: " + file.problem);
    return ExitCode::bad_input;
  }
  if (path == "-" && call.io.in_terminal.is_tty)
    remark(call, "reading queries from the terminal; end with Ctrl-D");
  Lines lines(file.read, estimate::longest_line_bytes);
  estimate::Desk desk(catalog);
  std::string out;
  bool first = true;
  while (auto line = lines.next()) {
    constexpr std::string_view mark = "\xEF\xBB\xBF";
    if (first && line->substr(0, mark.size()) == mark) line->remove_prefix(mark.size());
    first = false;
    if (!blank(*line)) out += answered(desk, *line);
    if (out.size() < output_piece && !lines.drained()) continue;
    if (!out.empty() && !(call.io.out(out) && call.io.flush()))
      return refuse(call, "cannot write to standard output");
    out.clear();
  }
  if (!out.empty() && !(call.io.out(out) && call.io.flush()))
    return refuse(call, "cannot write to standard output");
  if (!lines.failed()) return ExitCode::done;
  call.session.diagnostics().error(code::unreadable, {}, "cannot read `" + path + "` to its end");
  return ExitCode::bad_input;
}

ExitCode run_single(Invocation& call, const catalog::Catalog& catalog) {
  estimate::Query query = read_query(call);
  std::optional<importer::StartupLog> log;
  if (!call.args.log.empty()) {
    log = importer::read_startup_log_file(call.args.log, call.session.diagnostics());
    if (log) estimate::fill_from_log(*log, query);
  }
  if (call.session.diagnostics().has_errors()) return ExitCode::bad_input;
  auto resolved = estimate::resolve(catalog, query);
  if (const auto* problem = std::get_if<estimate::Problem>(&resolved)) return report_problem(call, *problem);
  const auto& subject = std::get<estimate::Subject>(resolved);
  estimate::MeasuredAnswer found;
  if (log) {
    found = estimate::answer_with_log(subject, *log);
  } else {
    found.answer = estimate::answer(subject);
  }
  const estimate::Answer& answer = found.answer;
  std::vector<estimate::Remedy> remedies;
  if (!answer.fits) remedies = estimate::remedies(catalog, query);
  const std::string text = call.args.format == Format::json
                               ? report::write_estimate_json("null", answer, false, found.changes, remedies)
                               : report::write_estimate_table(subject, answer, found.changes, remedies,
                                                              text_options(call.args, call.io));
  return deliver(call, text, answer.fits ? ExitCode::done : ExitCode::no);
}

}  // namespace

ExitCode run_estimate(Invocation& call) {
  const Args& args = call.args;
  if (args.batch.empty() && args.words.empty())
    return refuse(call, "`estimate` needs a MODEL, or --batch FILE");
  if (args.batch.empty() && args.on.empty())
    return refuse(call, "`estimate` needs the devices", "such as --on 2xh100-sxm");
  if (!args.batch.empty() && (!args.words.empty() || !args.on.empty())) {
    return refuse(call, "`--batch` takes models and devices from its lines", "leave out MODEL and --on");
  }
  if (!args.batch.empty() && !args.output.empty())
    return refuse(call, "`--batch` writes to standard output only");
  const catalog::Catalog* catalog = call.session.catalog();
  if (!catalog) return ExitCode::bad_input;
  return args.batch.empty() ? run_single(call, *catalog) : run_batch(call, *catalog);
}

}  // namespace rackfit::cli
