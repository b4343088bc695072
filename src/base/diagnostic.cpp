#include "rackfit/base/diagnostic.hpp"

#include <algorithm>
#include <tuple>

namespace rackfit {
namespace {

auto order(const Diagnostic& diagnostic) {
  const Span place = diagnostic.place();
  return std::make_tuple(place.file ? std::string_view(place.file->path()) : std::string_view(), place.begin,
                         std::string_view(diagnostic.code));
}

Diagnostic make(Severity severity, std::string code, Span span, std::string message, std::string label,
                std::string help) {
  Diagnostic diagnostic;
  diagnostic.code = std::move(code);
  diagnostic.severity = severity;
  diagnostic.message = std::move(message);
  if (span) diagnostic.labels.push_back({span, std::move(label), true});
  diagnostic.help = std::move(help);
  return diagnostic;
}

}  // namespace

Span Diagnostic::place() const {
  for (const Label& label : labels) {
    if (label.primary && label.span) return label.span;
  }
  for (const Label& label : labels) {
    if (label.span) return label.span;
  }
  return {};
}

Diagnostic& Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::error) ++error_count_;
  return items_.emplace_back(std::move(diagnostic));
}

Diagnostic& Diagnostics::error(std::string code, Span span, std::string message, std::string label,
                               std::string help) {
  return add(
      make(Severity::error, std::move(code), span, std::move(message), std::move(label), std::move(help)));
}

Diagnostic& Diagnostics::warning(std::string code, Span span, std::string message, std::string label,
                                 std::string help) {
  return add(
      make(Severity::warning, std::move(code), span, std::move(message), std::move(label), std::move(help)));
}

std::vector<Diagnostic> Diagnostics::sorted() const {
  std::vector<Diagnostic> result = items_;
  std::stable_sort(result.begin(), result.end(),
                   [](const Diagnostic& a, const Diagnostic& b) { return order(a) < order(b); });
  return result;
}

}  // namespace rackfit
