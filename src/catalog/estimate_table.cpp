#include "rackfit/catalog/tables.hpp"
#include "shared_tables.hpp"

namespace rackfit::catalog {

using schema::choice;
using schema::integer;
using schema::list;
using schema::named_map;
using schema::number;
using schema::quantity;
using schema::Record;
using schema::record;
using schema::text;

namespace {

const Record<UsualQuestion>& usual_table() {
  static const Record<UsualQuestion> table =
      Record<UsualQuestion>("usual", "What a question means that leaves something open")
          .required("host_bandwidth", &UsualQuestion::host_bandwidth_bytes_per_s, sourced(quantity("B/s")),
                    "peak bandwidth of the memory beside a device")
          .required("input_tokens", &UsualQuestion::input_tokens, sourced(number(1)), "length of a prompt")
          .required("output_tokens", &UsualQuestion::output_tokens, sourced(number(1)), "length of an answer")
          .required("context_tokens", &UsualQuestion::context_tokens, sourced(integer(1)),
                    "longest sequence to make room for")
          .required("user_tokens_per_s", &UsualQuestion::user_tokens_per_s, sourced(number(0)),
                    "speed that one reader wants to see")
          .required("prompt_share", &UsualQuestion::prompt_share, sourced(number(0, 1)),
                    "of a context that is shorter than the usual lengths")
          .required("server_engines", &UsualQuestion::server_engines, sourced(list(text())),
                    "engines of servers, best known first")
          .required("desktop_engines", &UsualQuestion::desktop_engines, sourced(list(text())),
                    "engines of single users' machines, best known first")
          .required("file_formats", &UsualQuestion::file_formats, sourced(list(text())),
                    "weight formats that are fetched unless told otherwise")
          .required("sixteen_bit_format", &UsualQuestion::sixteen_bit_format, sourced(text()),
                    "format of weights whose publisher states none");
  return table;
}

const Record<WorthAtBits>& worth_table() {
  static const Record<WorthAtBits> table =
      Record<WorthAtBits>("worth_at_bits", "What a coarse format leaves of a model's worth")
          .required("bits", &WorthAtBits::bits_per_weight, number(0), "bits per weight")
          .required("worth", &WorthAtBits::worth, number(0, 1), "share that is left");
  return table;
}

const Record<Ranking>& ranking_table() {
  static const Record<Ranking> table =
      Record<Ranking>("ranking", "How `rackfit fits` ranks")
          .required("doubling_months", &Ranking::doubling_months, sourced(number(1)),
                    "by which a new model of the same size is worth twice an old one")
          .required("unknown_age_months", &Ranking::unknown_age_months, sourced(number(0)),
                    "age of models whose release date is unknown")
          .required("full_downloads", &Ranking::full_downloads, sourced(number(1)),
                    "a month, from which a model counts in full")
          .required("unknown_downloads", &Ranking::unknown_downloads, sourced(number(1)),
                    "of models whose downloads are unknown")
          .required("download_exponent", &Ranking::download_exponent, sourced(number(0, 1)),
                    "of the share of full_downloads")
          .required("same_size", &Ranking::same_size, sourced(number(0, 1)),
                    "difference below which two models of a family are one size")
          .required("same_architecture", &Ranking::same_architecture, sourced(number(0, 1)),
                    "difference below which models of the same layers and width are one")
          .required("derived_share", &Ranking::derived_share, sourced(number(0, 1)),
                    "of its worth that another house's tune of an older model keeps")
          .required("near_miss_exponent", &Ranking::near_miss_exponent, sourced(number(0)),
                    "by which what a near miss lacks weighs against its worth")
          .required("silent_words", &Ranking::silent_words, sourced(list(text())),
                    "parts of names that a list leaves out")
          .required("same_family_share", &Ranking::same_family_share, sourced(number(0, 1)),
                    "of its worth that every further model of a family keeps")
          .required("fine_bits", &Ranking::fine_bits, sourced(number(0)),
                    "formats of fewer bits a weight are a last resort")
          .required("padding", &Ranking::padding, sourced(number(1)),
                    "by which a format may exceed the published weights")
          .required("worth_at_bits", &Ranking::worth_at_bits, sourced(list(record(worth_table()))),
                    "falling bits; between them it is interpolated")
          .required("file_formats", &Ranking::file_formats, sourced(list(text())),
                    "formats of files that are tried, widest first")
          .required("faster_formats", &Ranking::faster_formats, sourced(list(text())),
                    "shown beside a wider format that fits");
  return table;
}

const Record<Family>& family_table() {
  static const Record<Family> table =
      Record<Family>("family", "Models that one house publishes in several sizes and generations")
          .required("names", &Family::names, list(text()), "beginnings of model ids");
  return table;
}

const Record<LendingStep>& step_table() {
  static const Record<LendingStep> table =
      Record<LendingStep>("step", "A share of the memory, by its size")
          .optional("up_to", &LendingStep::up_to_bytes, quantity("B"), "memory of the machine; left out: any")
          .required("share", &LendingStep::share, number(0, 1), "of the memory that is lent");
  return table;
}

const Record<Lending>& lending_table() {
  static const Record<Lending> table =
      Record<Lending>("lending", "What a system lends to its graphics part unless it is told otherwise")
          .embed(&Lending::row, row_table())
          .optional("classes", &Lending::classes, list(choice(device_classes())), "market classes")
          .optional("vendors", &Lending::vendors, list(text()), "makers")
          .optional("devices", &Lending::devices, list(text()), "device ids")
          .required("steps", &Lending::steps, list(record(step_table())),
                    "the first that holds the machine's memory counts")
          .required("advice", &Lending::advice, text(),
                    "what to do above it; {lent}, {memory}, {needed}, {needed_mib} and {needed_pages} are "
                    "filled in");
  return table;
}

const Record<Release>& release_table() {
  static const Record<Release> table =
      Record<Release>("release", "When a model came out and how much it is used")
          .optional("released", &Release::released, schema::date(), "first publication")
          .optional("downloads", &Release::downloads, number(0), "in the month before the source was read")
          .required("source", &Release::source_ref, source_ref(), "where both were read");
  return table;
}

}  // namespace

const Record<EstimateFile>& estimate_file() {
  static const Record<EstimateFile> table =
      cited_file<EstimateFile>("estimate", "What estimates take for granted")
          .required("usual", &EstimateFile::usual, record(usual_table()),
                    "questions that leave something open")
          .required("ranking", &EstimateFile::ranking, record(ranking_table()), "how `rackfit fits` ranks")
          .optional("families", &EstimateFile::families, named_map(record(family_table())),
                    "families by name");
  return table;
}

const Record<File<Lending>>& lending_file() {
  static const Record<File<Lending>> table =
      cited_file<File<Lending>>("shared-memory", "Shared memory that is lent to graphics")
          .required("lending", &File<Lending>::rows, named_map(record(lending_table())), "rules by id");
  return table;
}

const Record<ReleaseFile>& releases_file() {
  static const Record<ReleaseFile> table =
      cited_file<ReleaseFile>("releases", "Release dates and downloads of models")
          .required("releases", &ReleaseFile::rows, named_map(record(release_table())), "by model id");
  return table;
}

}  // namespace rackfit::catalog
