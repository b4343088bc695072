#include "rackfit/report/fits.hpp"

#include "command.hpp"
#include "quantities.hpp"
#include "rackfit/cli/codes.hpp"
#include "terminal.hpp"

namespace rackfit::cli {
namespace {

constexpr std::size_t usual_rows = 15;

estimate::FitsQuery read_wishes(Invocation& call) {
  const Args& a = call.args;
  estimate::FitsQuery q;
  q.device = a.words.front();
  q.engine = a.engine;
  q.words = a.model_words;
  read_count(call, "--context", a.context, q.context);
  read_number(call, "--users", a.users, q.users);
  read_number(call, "--min-tok-s", a.min_rate, q.min_user_tokens_per_s);
  read_bytes(call, "--ram", a.ram, q.ram_bytes);
  return q;
}

/// Says what is missing, or what belongs to `--kafka`.
bool no_kafka_options(Invocation& call) {
  const Args& a = call.args;
  for (const auto& [name, text] :
       {std::pair("--replication", &a.replication), std::pair("--consumer-groups", &a.consumer_groups),
        std::pair("--retention", &a.retention), std::pair("--message-size", &a.message_size),
        std::pair("--compression", &a.compression), std::pair("--partitions", &a.partitions),
        std::pair("--racks", &a.racks), std::pair("--clients", &a.clients)}) {
    if (!text->empty())
      call.session.diagnostics().error(code::usage, {}, "`" + std::string(name) + "` is for `--kafka`");
  }
  if (a.tls) call.session.diagnostics().error(code::usage, {}, "`--tls` is for `--kafka`");
  if (a.words.empty()) {
    call.session.diagnostics().error(code::usage, {}, "`fits` needs a DEVICE, or --kafka BROKERS", "",
                                     "such as `rackfit fits 2xrtx-4090`");
  }
  return !call.session.diagnostics().has_errors();
}

}  // namespace

ExitCode run_fits(Invocation& call) {
  if (!call.args.kafka.empty()) return run_fits_kafka(call);
  if (!no_kafka_options(call)) return ExitCode::bad_input;
  const estimate::FitsQuery query = read_wishes(call);
  const catalog::Catalog* catalog = call.session.catalog();
  if (!catalog || call.session.diagnostics().has_errors()) return ExitCode::bad_input;
  const auto result = estimate::fits(*catalog, query);
  if (const auto* problem = std::get_if<estimate::Problem>(&result)) {
    const std::size_t at = problem->message.find("; ");
    call.session.diagnostics().error(
        problem->code.rfind("unknown-", 0) == 0 ? code::unknown_name : code::usage, {},
        problem->message.substr(0, at), "",
        at == std::string::npos ? std::string() : problem->message.substr(at + 2));
    return ExitCode::bad_input;
  }
  const auto& found = std::get<estimate::FitsResult>(result);
  const std::size_t top = call.args.top_text.empty() ? usual_rows : static_cast<std::size_t>(call.args.top);
  std::string text;
  if (call.args.format == Format::json) {
    text = report::write_fits_json(found, call.args.top_text.empty() ? 0 : top);
  } else if (call.args.format == Format::csv) {
    text = report::write_fits_csv(found, call.args.top_text.empty() ? 0 : top);
  } else {
    text = report::write_fits_table(found, top, call.args.all || !call.args.model_words.empty(),
                                    text_options(call.args, call.io));
  }
  return deliver(call, text, found.fits.empty() ? ExitCode::no : ExitCode::done);
}

}  // namespace rackfit::cli
