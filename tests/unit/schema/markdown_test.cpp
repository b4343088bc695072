#include "schema_fixture.hpp"

using namespace rackfit::schema;

namespace {

struct Inner {
  std::string word;
};
struct Outer {
  double size = 0, share = 0;
  std::vector<Inner> inner;
};

}  // namespace

TEST_CASE("the reference is one table a record, each record once") {
  const auto inner = Record<Inner>("inner", "An inner part").optional("word", &Inner::word, text(), "a|b");
  const auto outer = Record<Outer>("outer", "An outer thing")
                         .required("size", &Outer::size, quantity("B"), "how large")
                         .optional("share", &Outer::share, quantity("1", 0, 1), "how much")
                         .optional("inner", &Outer::inner, list(record(inner), true), "parts")
                         .exclusive({"size", "share"});
  CHECK(markdown_reference(*outer.info()) ==
        "## outer\n\nAn outer thing.\n\n"
        "| key | type | required | meaning |\n|---|---|---|---|\n"
        "| `size` | quantity in B | yes | how large |\n"
        "| `share` | number or %, at most 1 |  | how much |\n"
        "| `inner` | one or a list of: [inner](#inner) |  | parts |\n"
        "\nAt most one of `size`, `share` may be given.\n"
        "\n### inner\n\nAn inner part.\n\n"
        "| key | type | required | meaning |\n|---|---|---|---|\n"
        "| `word` | text |  | a\\|b |\n");
}
