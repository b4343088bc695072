// Any bytes as a line of a batch: reading must end in a query or a problem, and an id must be JSON that a
// line may hold.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "rackfit/estimate/batch.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const rackfit::estimate::BatchLine line = rackfit::estimate::read_line(text);
  if (line.id_json.empty() || line.id_json.find('\n') != std::string::npos) std::abort();
  // The id alone, read again, must come back as it was.
  const rackfit::estimate::BatchLine again = rackfit::estimate::read_line("{\"id\":" + line.id_json + "}");
  if (again.problem || again.id_json != line.id_json) std::abort();
  if (line.problem && (line.problem->code.empty() || line.problem->message.empty())) std::abort();
  return 0;
}
