#include "table_pipelines.hpp"

#include <fmt/format.h>

#include "chart.hpp"
#include "table_role.hpp"
#include "words.hpp"

namespace rackfit::report {
namespace {

void write_services(Canvas& canvas, const Pipeline& pipeline) {
  Grid grid;
  grid.columns = {{"sized to", false, true}, {"nodes", true}, {"GPUs", true}, {"takes", true}, {"busy", true},
                  {"age p95", true},         {"price", true}};
  for (const SizedService& item : pipeline.services) {
    const bool planned = &item == &pipeline.services.front();
    grid.rows.push_back(
        {{sized_to_text(item) + (planned ? " (planned)" : ""), planned ? Tone::strong : Tone::plain},
         {counted_or_none(item)},
         {item.feasible ? fmt::format("{}", item.devices) : ""},
         {printed(item.rate, "request/s")},
         {item.utilization ? percent(item.utilization) : "–"},
         {printed(item.lag_p95_s, "s")},
         {item.price ? printed(*item.price) : "unknown"}});
  }
  canvas.grid(grid, 2);
}

}  // namespace

void write_pipeline(Canvas& canvas, const Pipeline& pipeline) {
  canvas.heading(pipeline.title);
  if (!pipeline.services.empty()) write_services(canvas, pipeline);
  const std::string saved = saved_text(pipeline);
  if (!saved.empty()) canvas.text({{bound(saved), Tone::good}}, 2, 2);
  constexpr std::size_t wide_enough = 78;
  const bool narrow = canvas.options().width > 0 && canvas.options().width < wide_enough;
  const auto chart = day_chart(pipeline, canvas.options().ascii, narrow);
  if (!chart.empty()) canvas.blank();
  for (const std::string& line : chart) canvas.text(line, 2);
  write_targets(canvas, pipeline.targets);
  write_figures(canvas, pipeline.figures);
}

}  // namespace rackfit::report
