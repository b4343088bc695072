#include "rackfit/schema/schema.hpp"

namespace rackfit::schema {

const Record<Provenance>& provenance_schema() {
  static const Choices<Confidence> confidences = {{"measured", Confidence::measured},
                                                  {"documented", Confidence::documented},
                                                  {"secondary", Confidence::secondary},
                                                  {"unverified", Confidence::unverified}};
  static const Record<Provenance> table =
      Record<Provenance>("source", "Where a figure comes from: `document`, `url` or both")
          .optional("document", &Provenance::document, text(), "title, or repository and path")
          .optional("url", &Provenance::url, text(), "where to read it")
          .optional("read", &Provenance::read, date(), "when it was read")
          .optional("date", &Provenance::date, date(), "the figure's own date")
          .optional("confidence", &Provenance::confidence, choice(confidences),
                    "measured, documented by the maker, from secondary sources, or unverified")
          .optional("note", &Provenance::note, text(), "what to keep in mind")
          .check([](const Provenance& source, const yaml::Node& node, Context& context) {
            if (!source.document.empty() || !source.url.empty()) return;
            context.diagnostics.error("RF0213", heading(node), "source without `document` and `url`",
                                      "nobody could look this up",
                                      "give at least one of `document` and `url`");
          });
  return table;
}

}  // namespace rackfit::schema
