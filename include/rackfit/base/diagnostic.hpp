// What went wrong with an input, as a value.
//
// Rooms below cli/ never print and never throw across a room's border: they append Diagnostics here and
// return a poisoned value, so that one run reports every problem of every file. cli/ renders them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rackfit/base/source.hpp"

namespace rackfit {

enum class Severity { error, warning, note };

/// A stretch of source that a diagnostic points at, with what is wrong there. A secondary label that is empty
/// and has no text only makes its line visible.
struct Label {
  Span span;
  std::string text;
  bool primary = true;
};

/// One problem: a stable code (`RF0102`), a sentence in lower case without a full stop, places, a way out.
struct Diagnostic {
  std::string code;
  Severity severity = Severity::error;
  std::string message;
  std::vector<Label> labels;       // first primary label decides the position
  std::vector<std::string> notes;  // "= note: …"
  std::string help;                // "= help: …", empty when there is none

  /// Where it stands: the first primary label's span, else the first label's, else nowhere.
  Span place() const;
};

/// Collects problems in the order found; `sorted()` orders them by file, place and code.
class Diagnostics {
 public:
  Diagnostic& add(Diagnostic diagnostic);
  Diagnostic& error(std::string code, Span span, std::string message, std::string label = {},
                    std::string help = {});
  Diagnostic& warning(std::string code, Span span, std::string message, std::string label = {},
                      std::string help = {});

  /// Keeps a file alive as long as these diagnostics, whose spans point into it.
  void keep(std::shared_ptr<const SourceFile> file) { files_.push_back(std::move(file)); }

  bool has_errors() const { return error_count_ > 0; }
  std::size_t error_count() const { return error_count_; }
  /// The one added last, to be completed with further labels and notes.
  Diagnostic& back() { return items_.back(); }
  const std::vector<Diagnostic>& items() const { return items_; }
  std::vector<Diagnostic> sorted() const;

 private:
  std::vector<Diagnostic> items_;
  std::vector<std::shared_ptr<const SourceFile>> files_;
  std::size_t error_count_ = 0;
};

struct RenderOptions {
  bool colour = false;
  bool short_form = false;  // `file:line:col: error[RF0102]: …` for editors and grep
  std::size_t limit = 20;   // after that "and 13 more"; 0 = no limit
};

/// rustc-style text of one diagnostic, ending in a line end.
std::string render(const Diagnostic& diagnostic, const RenderOptions& options = {});
/// All of them, sorted and cut at the limit, with a closing count line.
std::string render(const Diagnostics& diagnostics, const RenderOptions& options = {});

}  // namespace rackfit
