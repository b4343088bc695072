#include "rackfit/cli/session.hpp"

#include "support/catch.hpp"

using namespace rackfit;

TEST_CASE("everything bundled loads without a complaint") {
  cli::Session session("");
  CHECK(session.units() != nullptr);
  CHECK(session.catalog() != nullptr);
  CHECK(session.rules() != nullptr);
  CHECK(render(session.diagnostics()) == "");
}

TEST_CASE("a folder that is none is reported once, whatever is asked for") {
  cli::Session session("no-such-folder");
  session.units();
  session.catalog();
  session.rules();
  CHECK(session.diagnostics().error_count() == 1);
}
