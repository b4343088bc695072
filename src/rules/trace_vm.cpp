// Evaluates one candidate over the checked formulas and tells how each value came about.
#include <cstring>

#include "ast.hpp"
#include "code.hpp"
#include "rackfit/base/check.hpp"

namespace rackfit::rules {

TraceVm::TraceVm(std::shared_ptr<const Program> program) : program_(std::move(program)) {
  values_.resize(program_->symbols().size(), not_applicable());
  pinned_.resize(values_.size(), false);
  nodes_.resize(program_->ast().nodes.size(), not_applicable());
  calls_.resize(program_->natives().size());
  for (Slot slot : program_->inputs())
    values_[slot] = program_->symbol(slot).default_value.value_or(not_applicable());
}

void TraceVm::set(Slot slot, double value) {
  RACKFIT_CHECK(slot < values_.size());
  values_[slot] = is_not_applicable(value) ? not_applicable() : value;
  pinned_[slot] = true;
}

void TraceVm::run() {
  for (auto& results : calls_) results.clear();
  for (Slot slot = 0; slot < values_.size(); ++slot) evaluate(slot);
}

void TraceVm::run(Slot slot) {
  for (auto& results : calls_) results.clear();
  std::vector<bool> needed(values_.size(), false);
  needed[slot] = true;
  // A slot reads lower slots only, so one pass from the top finds everything.
  for (Slot at = slot + 1; at-- > 0;) {
    if (!needed[at] || pinned_[at]) continue;
    for (Slot read : program_->reads(at)) needed[read] = true;
  }
  for (Slot at = 0; at <= slot; ++at) {
    if (needed[at]) evaluate(at);
  }
}

void TraceVm::evaluate(Slot slot) {
  if (pinned_[slot] || program_->symbol(slot).origin == Symbol::Origin::input) return;
  const Ast& ast = program_->ast();
  const AstBody& body = ast.bodies[slot];
  for (NodeId id = body.first; id < body.last; ++id) {
    const AstNode& node = ast.nodes[id];
    switch (node.op) {
      case Op::constant:
        nodes_[id] = node.value;
        break;
      case Op::load:
        nodes_[id] = values_[node.slot];
        break;
      case Op::native:
        nodes_[id] = call(node.call, node.output);
        break;
      default:
        nodes_[id] = apply(node.op, nodes_[node.in[0]], nodes_[node.in[1]], nodes_[node.in[2]]);
        break;
    }
  }
  values_[slot] = nodes_[body.root];
}

std::vector<double> TraceVm::arguments(std::uint32_t call) const {
  const AstCall& ast_call = program_->ast().calls[call];
  const NativeFunction& native = program_->natives()[ast_call.native];
  const auto words = word_maps(*program_, native);
  std::vector<double> result;
  for (std::size_t p = 0; p < ast_call.arguments.size(); ++p) {
    result.push_back(native_word(words[p], nodes_[ast_call.arguments[p]]));
  }
  return result;
}

double TraceVm::call(std::uint32_t call, std::uint32_t output) {
  const AstCall& ast_call = program_->ast().calls[call];
  const NativeFunction& native = program_->natives()[ast_call.native];
  std::vector<double> given = arguments(call);
  const auto same = [&](const std::vector<double>& other) {
    return given.empty() || std::memcmp(other.data(), given.data(), given.size() * sizeof(double)) == 0;
  };
  for (const Result& result : calls_[ast_call.native]) {
    if (same(result.arguments)) return result.outputs[output];
  }
  Result result;
  result.outputs.resize(native.outputs.size(), not_applicable());
  std::vector<const double*> columns;
  std::vector<double*> outputs;
  for (const double& argument : given) columns.push_back(&argument);
  for (double& value : result.outputs) outputs.push_back(&value);
  native.batch(columns.data(), outputs.data(), 1);
  for (double& value : result.outputs) {
    if (is_not_applicable(value)) value = not_applicable();
  }
  result.arguments = std::move(given);
  calls_[ast_call.native].push_back(std::move(result));
  return calls_[ast_call.native].back().outputs[output];
}

std::string TraceVm::substitute(int text) const {
  const AstText& formula = program_->ast().texts[static_cast<std::size_t>(text)];
  const std::string& written = formula.formula->text;
  std::string result;
  std::size_t at = 0;
  for (const AstText::Name& name : formula.names) {
    result.append(written, at, name.begin - at);
    result += program_->print(name.slot, values_[name.slot]);
    at = name.end;
  }
  return result.append(written, at, std::string::npos);
}

std::vector<std::size_t> TraceVm::matching_rows(Slot slot) const {
  std::vector<std::size_t> result;
  const Ast& ast = program_->ast();
  if (program_->symbol(slot).origin != Symbol::Origin::rule) return result;
  if (program_->rules().rules()[program_->symbol(slot).index].table.empty()) return result;
  const auto& rows = ast.bodies[slot].rows;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].first < 0) continue;
    const double holds = nodes_[ast.texts[static_cast<std::size_t>(rows[i].first)].root];
    if (!is_not_applicable(holds) && holds != 0) result.push_back(i);
  }
  return result;
}

std::vector<Slot> TraceVm::decisive_reads(Slot slot) const {
  const Ast& ast = program_->ast();
  const AstBody& body = ast.bodies[slot];
  std::vector<bool> reached(body.last - body.first, false);
  std::vector<bool> read(values_.size(), false);
  const auto reach = [&](NodeId id) { reached[id - body.first] = true; };
  reach(body.root);
  // Operands stand before the nodes that use them, so one pass from the top finds everything.
  for (NodeId id = body.last; id-- > body.first;) {
    if (!reached[id - body.first]) continue;
    const AstNode& node = ast.nodes[id];
    const double first = operand_count(node.op) > 0 ? nodes_[node.in[0]] : 0;
    switch (node.op) {
      case Op::constant: break;
      case Op::load: read[node.slot] = true; break;
      case Op::native:
        for (const NodeId argument : ast.calls[node.call].arguments) reach(argument);
        break;
      case Op::coalesce:
        reach(node.in[0]);
        if (is_not_applicable(first)) reach(node.in[1]);
        break;
      case Op::select:
        reach(node.in[0]);
        if (!is_not_applicable(first)) reach(node.in[first != 0 ? 1 : 2]);
        break;
      case Op::logical_and:
      case Op::logical_or:
        reach(node.in[0]);
        if (is_not_applicable(first) || (first != 0) == (node.op == Op::logical_and)) reach(node.in[1]);
        break;
      default:
        for (int i = 0; i < operand_count(node.op); ++i) reach(node.in[static_cast<std::size_t>(i)]);
        break;
    }
  }
  std::vector<Slot> slots;
  for (const Slot each : program_->reads(slot)) {
    if (read[each]) slots.push_back(each);
  }
  return slots;
}

TraceValue TraceVm::trace(Slot slot) const {
  TraceValue result;
  result.slot = slot;
  result.value = values_[slot];
  result.given = pinned_[slot] || program_->symbol(slot).origin == Symbol::Origin::input;
  if (result.given) return result;
  const Ast& ast = program_->ast();
  const AstBody& body = ast.bodies[slot];
  result.reads = decisive_reads(slot);
  const auto text_of = [&](int text) { return ast.texts[static_cast<std::size_t>(text)].formula->text; };
  const auto root_of = [&](int text) { return nodes_[ast.texts[static_cast<std::size_t>(text)].root]; };
  int main = body.formula;
  if (main < 0) {
    const bool tiers = body.tiers_of >= 0;
    for (std::size_t i = 0; i < body.rows.size() && main < 0; ++i) {
      const auto& row = body.rows[i];
      const bool otherwise = row.first < 0;
      const double holds = otherwise ? 1
                           : tiers   ? ops::less_equal(root_of(body.tiers_of), root_of(row.first))
                                     : root_of(row.first);
      if (is_not_applicable(holds)) break;
      if (holds == 0) continue;
      main = row.second;
      const std::string number = std::to_string(i + 1);
      if (tiers) {
        result.notes.push_back("bracket " + number + " for " + text_of(body.tiers_of) + " = " +
                               substitute(body.tiers_of));
      } else {
        result.notes.push_back(
            "row " + number + " of the table: " + (otherwise ? "no other row holds" : substitute(row.first)));
      }
    }
    if (main < 0) result.notes.push_back(tiers ? "beyond the last bracket" : "no row of the table holds");
  }
  if (main >= 0) {
    result.formula = text_of(main);
    result.substituted = substitute(main);
  }
  const auto note = [&](const char* words, int text) {
    if (text >= 0) result.notes.push_back(words + text_of(text) + ": " + substitute(text));
  };
  note("at least ", body.floor);
  note("at most ", body.cap);
  note("rounded to ", body.round_to);
  note("applies if ", body.applies_if);
  for (NodeId id = body.first; id < body.last; ++id) {
    if (ast.nodes[id].op != Op::native) continue;
    const NativeFunction& native = program_->natives()[ast.calls[ast.nodes[id].call].native];
    if (!native.explain) continue;
    for (NativeStep& step : native.explain(arguments(ast.nodes[id].call).data()))
      result.steps.push_back(std::move(step));
  }
  return result;
}

}  // namespace rackfit::rules
