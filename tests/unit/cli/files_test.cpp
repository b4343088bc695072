#include "files.hpp"

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/catch.hpp"
#include "support/play.hpp"

namespace fs = std::filesystem;
using namespace rackfit;

namespace {

class TemporaryFolder {
 public:
  TemporaryFolder()
      : path_(fs::temp_directory_path() / ("rackfit-files-test-" + std::to_string(::getpid()))) {
    fs::create_directories(path_);
  }
  ~TemporaryFolder() { fs::remove_all(path_); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::size_t count() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }

 private:
  fs::path path_;
};

}  // namespace

TEST_CASE("a result is written whole, and leaves nothing else behind") {
  const TemporaryFolder folder;
  CHECK(cli::write_file(folder.file("a"), "one").empty());
  CHECK(cli::write_file(folder.file("a"), "two").empty());
  CHECK(test::read_text(folder.file("a")) == "two");
  CHECK(folder.count() == 1);
}

TEST_CASE("what cannot be written says why") {
  const TemporaryFolder folder;
  CHECK(cli::write_file(folder.file("."), "x") == "is a folder");
  CHECK(cli::write_file(folder.file("no/such"), "x") == "no such file or directory");
  if (fs::exists("/dev/full")) CHECK(cli::write_file("/dev/full", "x") == "no space left on device");
}

TEST_CASE("a link keeps pointing where it pointed") {
  const TemporaryFolder folder;
  CHECK(cli::write_file(folder.file("real"), "one").empty());
  fs::create_symlink(folder.file("real"), folder.file("link"));
  CHECK(cli::write_file(folder.file("link"), "two").empty());
  CHECK(fs::is_symlink(folder.file("link")));
  CHECK(test::read_text(folder.file("real")) == "two");
}

TEST_CASE("reading stops one byte past the limit, and folders are refused") {
  const TemporaryFolder folder;
  CHECK(cli::write_file(folder.file("a"), "123456").empty());
  CHECK(cli::read_file(folder.file("a"), 3).text == "1234");
  CHECK(cli::read_file(folder.file("a"), 6).text == "123456");
  CHECK(cli::read_file(folder.file("."), 3).problem == "is a folder");
  CHECK(cli::read_file(folder.file("b"), 3).problem == "no such file or directory");
}
