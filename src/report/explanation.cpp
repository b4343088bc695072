#include "rackfit/report/explanation.hpp"

#include "words.hpp"

namespace rackfit::report {
namespace {

void write_node(Canvas& canvas, const Explanation& node, const std::string& first, const std::string& rest) {
  std::vector<Piece> head{{node.name, Tone::strong}, {" = " + node.value}};
  if (!node.title.empty()) head.push_back({" — " + trimmed(node.title), Tone::faint});
  canvas.hanging(first, rest + "  ", head);
  // The bar of the inputs runs past the lines in between, so that a reader sees what hangs on what.
  const std::string below = rest + (node.inputs.empty() ? "  " : "│ ");
  if (!node.formula.empty() && !node.shown_above)
    canvas.hanging(below + "= ", below + "  ", {{node.formula}});
  if (!node.substituted.empty() && node.substituted != node.formula && !node.shown_above) {
    canvas.hanging(below + "= ", below + "  ", {{node.substituted}});
  }
  for (const std::string& step : node.steps) canvas.hanging(below + "- ", below + "    ", {{step}});
  std::string origin = node.origin;
  if (!node.source.empty()) origin += (origin.empty() ? "" : "; ") + node.source;
  if (!node.confidence.empty() && origin.find(node.confidence) == std::string::npos) {
    origin += (origin.empty() ? "" : ", ") + node.confidence;
  }
  if (node.shown_above) origin += origin.empty() ? "derived above" : "; derived above";
  if (!origin.empty()) canvas.hanging(below + "from ", below + "  ", {{origin, Tone::faint}});
  for (const Explanation& input : node.inputs) {
    const bool last = &input == &node.inputs.back();
    write_node(canvas, input, rest + (last ? "└─ " : "├─ "), rest + (last ? "   " : "│  "));
  }
}

}  // namespace

std::string write_explanation(const std::vector<Explanation>& explanations, const TextOptions& options) {
  Canvas canvas(options);
  for (const Explanation& explanation : explanations) {
    canvas.blank();
    if (explanations.size() > 1 && !explanation.role.empty())
      canvas.text(explanation.role, 0, 0, Tone::faint);
    write_node(canvas, explanation, "", "");
  }
  return canvas.take();
}

}  // namespace rackfit::report
