#include "rackfit/cli/run.hpp"

int main(int argc, char** argv) {
  rackfit::cli::Io io = rackfit::cli::system_io();
  return rackfit::cli::run({argv + (argc > 0 ? 1 : 0), argv + argc}, io);
}
