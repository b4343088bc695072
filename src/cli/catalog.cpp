// `rackfit catalog`: what there is, in the words of its files, and who says so.
#include <fmt/format.h>

#include <algorithm>

#include "catalog_kinds.hpp"
#include "command.hpp"
#include "rackfit/base/did_you_mean.hpp"
#include "rackfit/report/json_text.hpp"
#include "rackfit/report/layout.hpp"
#include "terminal.hpp"

namespace rackfit::cli {
namespace {

using catalog::RowInfo;
using report::Canvas;
using report::Grid;
using report::JsonText;
using report::Tone;

const CatalogKind* find_kind(std::string_view name) {
  for (const CatalogKind& kind : catalog_kinds()) {
    if (kind.name == name) return &kind;
  }
  return nullptr;
}

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const CatalogKind& kind : catalog_kinds()) names.emplace_back(kind.name);
  names.emplace_back("prices");
  return names;
}

bool contains_all(std::string_view text, const std::vector<std::string>& words) {
  const std::string folded = fold_name(text);
  return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
    return folded.find(fold_name(word)) != std::string::npos;
  });
}

std::string all_names(const RowInfo& row) {
  std::string text = row.id + " " + row.name;
  for (const std::string& alias : row.aliases) text += " " + alias;
  return text;
}

/// What a search looks at: names, and of what is sold elsewhere also the columns, because people look for its device.
std::string searched(const CatalogKind& kind, const RowInfo& row, const RowTexts& texts) {
  std::string text = all_names(row);
  if (kind.folder.substr(0, 7) != "prices/") return text;
  const yaml::Node node = texts.find(row);
  for (const CatalogKind::Column& column : kind.columns) text += " " + field_text(node, column.field);
  return text;
}

void write_citation(JsonText& json, const Provenance& source) {
  json.begin_object().known("document", source.document).known("url", source.url).known("read", source.read);
  json.known("date", source.date)
      .field("confidence", to_string(source.confidence))
      .known("note", source.note)
      .end_object();
}

void write_value(JsonText& json, const yaml::Node& node) {
  if (node.is_null()) {
    json.null();
  } else if (node.is_scalar()) {
    json.value(node.text());
  } else if (node.is_sequence()) {
    json.begin_array();
    for (std::size_t i = 0; i < node.size(); ++i) write_value(json, node[i]);
    json.end_array();
  } else {
    json.begin_object();
    for (std::size_t i = 0; i < node.size(); ++i) {
      json.key(node[i].key());
      write_value(json, node[i]);
    }
    json.end_object();
  }
}

bool is_about_the_row(std::string_view key) {
  return key == "name" || key == "aliases" || key == "source" || key == "source_of" || key == "notes";
}

/// Values as written, units included, because that is what the source says.
void write_row(JsonText& json, const CatalogKind& kind, const RowInfo& row, const yaml::Node& node) {
  json.begin_object()
      .field("kind", kind.name)
      .field("id", row.id)
      .field("name", row.name)
      .key("aliases")
      .begin_array();
  for (const std::string& alias : row.aliases) json.value(alias);
  json.end_array().key("fields").begin_object();
  for (std::size_t i = 0; node && i < node.size(); ++i) {
    if (is_about_the_row(node[i].key())) continue;
    json.key(node[i].key());
    write_value(json, node[i]);
  }
  json.end_object().key("source");
  write_citation(json, row.source);
  json.key("source_of").begin_object();
  for (const auto& [field, source] : row.source_of) {
    json.key(field);
    write_citation(json, source);
  }
  json.end_object().known("notes", row.notes).field("where", file_line(row.span)).end_object();
}

ExitCode deliver_json(Invocation& call, const CatalogKind& kind, const std::vector<const RowInfo*>& rows,
                      const RowTexts& texts) {
  JsonText json;
  json.begin_object().field("format_version", "1.0").key("rows").begin_array();
  for (const RowInfo* row : rows) write_row(json, kind, *row, texts.find(*row));
  json.end_array().end_object();
  return deliver(call, json.take());
}

ExitCode list_kinds(Invocation& call, const Shelves& shelves) {
  if (call.args.format == Format::json) {
    JsonText json;
    json.begin_object().field("format_version", "1.0").key("kinds").begin_object();
    for (const CatalogKind& kind : catalog_kinds())
      json.field(kind.name, static_cast<std::int64_t>(kind.rows(shelves).size()));
    json.field("prices", static_cast<std::int64_t>(shelves.catalog.prices.size())).end_object().end_object();
    return deliver(call, json.take());
  }
  Canvas canvas(text_options(call.args, call.io));
  Grid grid;
  grid.columns = {{"kind"}, {"rows", true}, {"what", false, true}};
  for (const CatalogKind& kind : catalog_kinds()) {
    grid.rows.push_back({{std::string(kind.name), Tone::strong},
                         {fmt::format("{}", kind.rows(shelves).size())},
                         {std::string(kind.title)}});
  }
  grid.rows.push_back(
      {{"prices", Tone::strong}, {fmt::format("{}", shelves.catalog.prices.size())}, {"dated prices of parts"}});
  canvas.grid(grid);
  return deliver(call, canvas.take());
}

ExitCode list_rows(Invocation& call, const CatalogKind& kind, const std::vector<const RowInfo*>& rows,
                   const RowTexts& texts) {
  if (call.args.format == Format::json) return deliver_json(call, kind, rows, texts);
  Canvas canvas(text_options(call.args, call.io));
  Grid grid;
  grid.columns = {{"id"}, {"name", false, true}};
  for (const CatalogKind::Column& column : kind.columns)
    grid.columns.push_back({std::string(column.title), true});
  for (const RowInfo* row : rows) {
    std::vector<report::Piece> cells{{row->id, Tone::strong}, {row->name}};
    const yaml::Node node = texts.find(*row);
    for (const CatalogKind::Column& column : kind.columns) {
      const std::string text = field_text(node, column.field);
      cells.push_back({text.empty() ? "–" : text});
    }
    grid.rows.push_back(std::move(cells));
  }
  canvas.grid(grid);
  return deliver(call, canvas.take());
}

/// Fields with their own source carry its number; the others are from the first.
class SourceNotes {
 public:
  explicit SourceNotes(const RowInfo& row) : row_(row) { number(row.source); }

  std::string mark(std::string_view field) {
    const std::size_t at = number(row_.source_for(field));
    return at == 1 ? std::string() : fmt::format("[{}]", at);
  }
  const std::vector<std::string>& all() const { return texts_; }

 private:
  std::size_t number(const Provenance& source) {
    std::string text = cite(source);
    if (!source.note.empty() && text.find(source.note) == std::string::npos) text += "; " + source.note;
    const auto found = std::find(texts_.begin(), texts_.end(), text);
    if (found != texts_.end()) return static_cast<std::size_t>(found - texts_.begin()) + 1;
    texts_.push_back(std::move(text));
    return texts_.size();
  }
  const RowInfo& row_;
  std::vector<std::string> texts_;
};

void add_field(Grid& grid, const std::string& name, const yaml::Node& value, const std::string& mark) {
  if (value.is_map()) {
    for (std::size_t i = 0; i < value.size(); ++i)
      add_field(grid, name + "." + std::string(value[i].key()), value[i], mark);
    return;
  }
  grid.rows.push_back({{name}, {value_text(value)}, {mark, Tone::faint}});
}

void write_prices(Canvas& canvas, const catalog::Catalog& catalog, const RowInfo& row) {
  const auto prices = catalog.prices_of(row.id);
  if (prices.empty()) return;
  canvas.blank();
  canvas.text("prices", 0, 0, Tone::faint);
  Grid grid;
  grid.columns = {{""}, {"", true}, {""}, {"", false, true}};
  for (const catalog::Price* price : prices) {
    const char* condition = price->condition == catalog::PriceCondition::new_   ? "new"
                            : price->condition == catalog::PriceCondition::used ? "used"
                                                                                : "list price";
    grid.rows.push_back(
        {{price->date.empty() ? "undated" : price->date},
         {price->money.currency + "\u00A0" + grouped(fmt::format("{:.2f}", price->money.amount))},
         {condition},
         {cite(price->source), Tone::faint}});
  }
  canvas.grid(grid, 2);
}

ExitCode show_row(Invocation& call, const CatalogKind& kind, const RowInfo& row, const RowTexts& texts) {
  if (call.args.format == Format::json) return deliver_json(call, kind, {&row}, texts);
  Canvas canvas(text_options(call.args, call.io));
  canvas.text({{row.id, Tone::strong},
               {": " + row.name + " "},
               {"(" + std::string(kind.name) + ", " + file_line(row.span) + ")", Tone::faint}});
  std::string aliases;
  for (const std::string& alias : row.aliases) {
    if (alias != row.name) aliases += (aliases.empty() ? "" : ", ") + alias;
  }
  if (!aliases.empty()) canvas.text("also: " + aliases, 2, 2);
  if (!row.notes.empty()) canvas.text("note: " + row.notes, 2, 2);
  SourceNotes notes(row);
  Grid grid;
  grid.columns = {{""}, {"", false, true}, {""}};
  const yaml::Node node = texts.find(row);
  for (std::size_t i = 0; node && i < node.size(); ++i) {
    const std::string key(node[i].key());
    if (!is_about_the_row(key)) add_field(grid, key, node[i], notes.mark(key));
  }
  canvas.blank();
  canvas.grid(grid, 2);
  write_prices(canvas, *call.session.catalog(), row);
  canvas.blank();
  canvas.text("sources", 0, 0, Tone::faint);
  for (std::size_t i = 0; i < notes.all().size(); ++i)
    canvas.text(fmt::format("[{}] {}", i + 1, notes.all()[i]), 2, 4);
  return deliver(call, canvas.take());
}

ExitCode list_prices(Invocation& call, const catalog::Catalog& catalog,
                     const std::vector<std::string>& words) {
  std::vector<const catalog::Price*> prices;
  for (const catalog::Price& price : catalog.prices) {
    if (contains_all(price.item, words)) prices.push_back(&price);
  }
  if (call.args.format == Format::json) {
    JsonText json;
    json.begin_object().field("format_version", "1.0").key("prices").begin_array();
    for (const catalog::Price* price : prices) {
      json.begin_object().field("item", price->item).field("kind", price->kind);
      json.key("price").begin_object().field("amount", fmt::format("{:.2f}", price->money.amount));
      json.field("currency", price->money.currency).end_object().known("date", price->date).key("source");
      write_citation(json, price->source);
      json.end_object();
    }
    json.end_array().end_object();
    return deliver(call, json.take());
  }
  Canvas canvas(text_options(call.args, call.io));
  Grid grid;
  grid.columns = {{"item"}, {"price", true}, {"date"}, {"source", false, true}};
  for (const catalog::Price* price : prices) {
    grid.rows.push_back(
        {{price->item, Tone::strong},
         {price->money.currency + "\u00A0" + grouped(fmt::format("{:.2f}", price->money.amount))},
         {price->date.empty() ? "undated" : price->date},
         {cite(price->source), Tone::faint}});
  }
  canvas.grid(grid);
  return deliver(call, canvas.take());
}

}  // namespace

ExitCode run_catalog(Invocation& call) {
  const std::vector<std::string>& words = call.args.words;
  const CatalogKind* kind = words.empty() ? nullptr : find_kind(words.front());
  if (!words.empty() && !kind && words.front() != "prices")
    return unknown_name(call, "kind", words.front(), kind_names());
  const catalog::Catalog* catalog = call.session.catalog();
  const catalog::Market* market = call.session.market();
  if (!catalog || !market || call.session.diagnostics().has_errors()) return ExitCode::bad_input;
  const Shelves shelves{*catalog, *market};
  if (words.empty()) return list_kinds(call, shelves);
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (!kind) return list_prices(call, *catalog, rest);

  const RowTexts texts(call.session.library(), kind->folder, call.session.diagnostics());
  if (rest.size() == 1) {
    if (const RowInfo* row = kind->find(shelves, rest.front())) return show_row(call, *kind, *row, texts);
  }
  std::vector<const RowInfo*> found;
  std::vector<std::string> names;
  for (const RowInfo* row : kind->rows(shelves)) {
    names.push_back(row->id);
    if (contains_all(searched(*kind, *row, texts), rest)) found.push_back(row);
  }
  if (found.empty()) {
    std::string asked;
    for (const std::string& word : rest) asked += (asked.empty() ? "" : " ") + word;
    return unknown_name(call, "row of " + std::string(kind->name), asked, names,
                        "`rackfit catalog " + std::string(kind->name) + "` lists them");
  }
  return list_rows(call, *kind, found, texts);
}

}  // namespace rackfit::cli
