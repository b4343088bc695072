// Rules compiled: names resolved, dimensions checked, cycles refused, sorted, lowered to a flat register
// program.
//
// A Program is immutable and knows one role. Values are doubles in base units; words of enums are interned to
// integers; truth is 0 or 1; *not applicable* is a state of its own, carried as one reserved NaN: arithmetic
// and comparison with it give it back, `min`, `max` and `sum` leave it out, `a ?? b` replaces it, `&&` and
// `||` give it back unless the other side decides, a constraint or advice that is not applicable says
// nothing. No arithmetic on applicable values yields it (x/0 is ±infinity, 0/0 and inf−inf are +infinity), so
// it cannot arise by accident.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "rackfit/rules/native.hpp"
#include "rackfit/rules/rule_set.hpp"

namespace rackfit::rules {

double not_applicable();
bool is_not_applicable(double value);

using Slot = std::uint32_t;

enum class ValueKind { number, boolean, word };

/// A named value of a Program.
struct Symbol {
  enum class Origin { input, rule, constraint, advice };
  std::string name;
  Origin origin = Origin::rule;
  ValueKind kind = ValueKind::number;
  units::Dimension dimension;
  std::string unit;                     // as declared, for printing
  std::size_t index = 0;                // into the RuleSet's vector of that origin
  std::optional<double> default_value;  // inputs
  /// Inputs whose source leaves the value open: from and to, in base units, with the default between them.
  std::optional<std::pair<double, double>> range;
};

struct Ast;   // rules/ast.hpp, private to the room
struct Code;  // rules/code.hpp, private to the room

class Program {
 public:
  /// Compiles the rules of `role` and those without a role, except such as read names that only other roles
  /// have. All problems are reported at once (codes RF03xx); nullptr when there was an error.
  static std::shared_ptr<const Program> compile(std::shared_ptr<const RuleSet> rules, std::string_view role,
                                                std::shared_ptr<const NativeTable> natives,
                                                const units::Registry& units, Diagnostics& diagnostics);

  const RuleSet& rules() const { return *rules_; }
  const units::Registry& units() const { return *units_; }
  const NativeTable& natives() const { return *natives_; }
  std::optional<Slot> find(std::string_view name) const;
  const Symbol& symbol(Slot slot) const { return symbols_[slot]; }
  std::span<const Symbol> symbols() const { return symbols_; }  // slot order; evaluation order for rules
  std::span<const Slot> inputs() const { return inputs_; }
  std::span<const Slot> constraints() const { return constraints_; }
  std::span<const Slot> advice() const { return advice_; }
  /// Symbols a symbol's formula reads directly.
  std::span<const Slot> reads(Slot slot) const;

  /// Words are interned per Program: a new word gets a new number. Not for use from several threads at once.
  double intern(std::string_view word) const;
  /// The word of a number that `intern` gave; empty for any other number.
  std::string_view word(double value) const;

  /// A symbol's value for people: "62.1 MB/s", "true", "mla", "not applicable".
  std::string print(Slot slot, double value) const;
  /// A text in the manner of an example or an override, as a value of this symbol; nothing, with a reason,
  /// when it is none.
  std::optional<double> read(Slot slot, std::string_view text, std::string& reason) const;
  /// Title, source and place of a symbol's definition; a constraint's title is its `because`, advice's is
  /// what it says.
  std::string_view title(Slot slot) const;
  const Provenance& source(Slot slot) const;
  Span span(Slot slot) const;

  const Ast& ast() const { return *ast_; }
  const Code& code() const { return *code_; }

 private:
  friend class Compiler;
  Program() = default;
  std::shared_ptr<const RuleSet> rules_;
  std::shared_ptr<const NativeTable> natives_;
  const units::Registry* units_ = nullptr;
  std::vector<Symbol> symbols_;
  std::map<std::string, Slot, std::less<>> by_name_;
  std::vector<Slot> inputs_, constraints_, advice_;
  std::vector<std::vector<Slot>> reads_;
  mutable std::deque<std::string> words_;  // never moves its words
  mutable std::map<std::string, double, std::less<>> word_ids_;
  std::shared_ptr<const Ast> ast_;
  std::shared_ptr<const Code> code_;
};

/// Column-wise executor: the same program over up to `width` candidates at once.
class BatchVm {
 public:
  explicit BatchVm(std::shared_ptr<const Program> program, std::size_t width = 128);
  ~BatchVm();
  BatchVm(BatchVm&&) noexcept;
  BatchVm& operator=(BatchVm&&) noexcept;

  std::size_t width() const;
  /// Input columns are to be filled (all `width` or the first `count`); they start as the declared default or
  /// not applicable.
  std::span<double> column(Slot slot);
  std::span<const double> column(Slot slot) const;
  /// Sets an input for every candidate.
  void broadcast(Slot slot, double value);
  /// Evaluates every rule, constraint and advice for the first `count` candidates.
  void run(std::size_t count);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// One symbol's value in a trace.
struct TraceValue {
  Slot slot = 0;
  double value = 0;
  bool given = false;              // set from outside: nothing was evaluated
  std::string formula;             // as written; of a table or tiers, the part that decided
  std::string substituted;         // the same with values put in, in readable units
  std::vector<std::string> notes;  // "row 2 of the table: 5 > 3", "applies if …", "capped at 40 MB/s"
  std::vector<Slot> reads;         // what decided the value: branches not taken are left out
  std::vector<NativeStep> steps;  // inside native calls
};

/// One candidate evaluated by walking the AST: slower, agrees with BatchVm bit for bit, and can explain.
class TraceVm {
 public:
  explicit TraceVm(std::shared_ptr<const Program> program);
  /// Sets an input, or pins a rule to a value instead of evaluating it.
  void set(Slot slot, double value);
  /// Evaluates all; afterwards value() and trace() answer for every slot.
  void run();
  /// Evaluates only what this slot needs.
  void run(Slot slot);
  double value(Slot slot) const { return values_[slot]; }
  std::span<const double> values() const { return values_; }
  TraceValue trace(Slot slot) const;
  /// Rows of the slot's table whose conditions hold, from 0; a table with unique hits has at most one.
  std::vector<std::size_t> matching_rows(Slot slot) const;
  const Program& program() const { return *program_; }

 private:
  void evaluate(Slot slot);
  double call(std::uint32_t call, std::uint32_t output);
  std::vector<double> arguments(std::uint32_t call) const;
  std::string substitute(int text) const;
  std::vector<Slot> decisive_reads(Slot slot) const;

  struct Result {
    std::vector<double> arguments, outputs;
  };
  std::shared_ptr<const Program> program_;
  std::vector<double> values_;              // by slot
  std::vector<bool> pinned_;                // by slot
  std::vector<double> nodes_;               // by AST node
  std::vector<std::vector<Result>> calls_;  // by native, of this run
};

/// Result of one example in a rule file.
struct ExampleResult {
  std::string name;  // rule
  Span span;
  bool passed = false;
  std::string expected, actual;  // as printed; `actual` says what was missing when nothing came out
};

/// Runs every example of the rule set (each example sets inputs and other rules' values as given).
std::vector<ExampleResult> run_examples(const std::shared_ptr<const RuleSet>& rules,
                                        const std::shared_ptr<const NativeTable>& natives,
                                        const units::Registry& units, Diagnostics& diagnostics);

/// A Program for each role that the rules name (and for "", the rules of every role); a problem that several
/// roles share is said once. Empty when there were errors.
std::map<std::string, std::shared_ptr<const Program>> compile_all(
    const std::shared_ptr<const RuleSet>& rules, const std::shared_ptr<const NativeTable>& natives,
    const units::Registry& units, Diagnostics& diagnostics);

/// `say`/`because` texts with `{name}` replaced by printed values (`{name:GiB}` in that unit), `{{` by a
/// brace.
std::string fill_in(std::string_view text, const Program& program, std::span<const double> values);

}  // namespace rackfit::rules
