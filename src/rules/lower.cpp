#include "lower.hpp"

#include <cstring>
#include <map>
#include <unordered_map>

#include "ast.hpp"

namespace rackfit::rules {
namespace {

using ValueId = std::uint32_t;
constexpr std::uint32_t none = 0xFFFFFFFFu;

struct Value {
  enum class Kind : std::uint8_t { constant, column, operation, call, output };
  Kind kind = Kind::constant;
  Op op = Op::constant;
  ValueId in[3] = {0, 0, 0};  // output: in[0] is the call
  double constant = 0;
  std::uint32_t number = 0;    // column: slot; call: index of the call; output: which
  std::uint32_t home = none;   // register
  std::uint32_t last_use = 0;  // index in schedule
};

struct Key {
  std::uint64_t bits[4];
  bool operator==(const Key& other) const { return std::memcmp(bits, other.bits, sizeof bits) == 0; }
};
struct KeyHash {
  std::size_t operator()(const Key& key) const {
    std::uint64_t hash = 0x9E3779B97F4A7C15u;
    for (std::uint64_t part : key.bits) hash = (hash ^ part) * 0xFF51AFD7ED558CCDu, hash ^= hash >> 32;
    return static_cast<std::size_t>(hash);
  }
};

std::uint64_t bits_of(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

class Lowering {
 public:
  explicit Lowering(const Program& program) : program_(program), ast_(program.ast()) {}

  std::shared_ptr<const Code> run() {
    number_values();
    drop_unread();
    code_.registers = static_cast<std::uint32_t>(ast_.bodies.size());
    find_last_uses();
    emit();
    return std::make_shared<Code>(std::move(code_));
  }

 private:
  struct CallValue {
    std::uint32_t native = 0;
    std::vector<ValueId> arguments;
    std::vector<ValueId> outputs;  // by output; none where nobody reads it
  };
  /// What runs, in order: a value, or the copy of a value to a symbol.
  struct Step {
    ValueId value = 0;
    std::uint32_t copy_to = none;
  };

  ValueId intern(const Value& value, bool scheduled) {
    const Key key = {{static_cast<std::uint64_t>(value.kind) << 40 |
                          static_cast<std::uint64_t>(value.op) << 32 | value.number,
                      static_cast<std::uint64_t>(value.in[0]) << 32 | value.in[1], value.in[2],
                      bits_of(value.constant)}};
    const auto found = numbers_.find(key);
    if (found != numbers_.end()) return found->second;
    const ValueId id = push(value, scheduled);
    numbers_.emplace(key, id);
    return id;
  }
  ValueId push(const Value& value, bool scheduled) {
    const auto id = static_cast<ValueId>(values_.size());
    values_.push_back(value);
    if (scheduled) steps_.push_back({id, none});
    return id;
  }
  ValueId constant(double number) {
    Value value;
    value.constant = number;
    return intern(value, false);
  }

  ValueId operation(const AstNode& node) {
    Value value;
    value.kind = Value::Kind::operation;
    value.op = node.op;
    const int count = operand_count(node.op);
    double known[3] = {0, 0, 0};
    int constants = 0;
    for (int i = 0; i < count; ++i) {
      value.in[i] = nodes_[node.in[static_cast<std::size_t>(i)]];
      if (values_[value.in[i]].kind != Value::Kind::constant) continue;
      known[i] = values_[value.in[i]].constant;
      ++constants;
    }
    if (constants == count) return constant(apply(node.op, known[0], known[1], known[2]));
    if (node.op == Op::select && values_[value.in[0]].kind == Value::Kind::constant) {
      const double condition = known[0];
      if (is_not_applicable(condition)) return constant(not_applicable());
      return condition != 0 ? value.in[1] : value.in[2];
    }
    return intern(value, true);
  }

  ValueId call_output(const AstNode& node) {
    const AstCall& ast_call = ast_.calls[node.call];
    std::vector<ValueId> arguments;
    for (NodeId argument : ast_call.arguments) arguments.push_back(nodes_[argument]);
    const auto key = std::make_pair(ast_call.native, arguments);
    auto found = call_numbers_.find(key);
    if (found == call_numbers_.end()) {
      Value value;
      value.kind = Value::Kind::call;
      value.number = static_cast<std::uint32_t>(calls_.size());
      const ValueId id = push(value, true);
      calls_.push_back({ast_call.native, arguments,
                        std::vector<ValueId>(program_.natives()[ast_call.native].outputs.size(), none)});
      found = call_numbers_.emplace(key, id).first;
    }
    CallValue& call = calls_[values_[found->second].number];
    if (call.outputs[node.output] == none) {
      Value value;
      value.kind = Value::Kind::output;
      value.in[0] = found->second;
      value.number = node.output;
      call.outputs[node.output] = push(value, false);
    }
    return call.outputs[node.output];
  }

  void number_values() {
    nodes_.resize(ast_.nodes.size());
    roots_.resize(ast_.bodies.size(), none);
    for (Slot slot : program_.inputs()) {
      Value value;
      value.kind = Value::Kind::column;
      value.number = slot;
      value.home = slot;
      roots_[slot] = intern(value, false);
    }
    for (Slot slot = 0; slot < ast_.bodies.size(); ++slot) {
      if (program_.symbol(slot).origin == Symbol::Origin::input) continue;
      const AstBody& body = ast_.bodies[slot];
      for (NodeId id = body.first; id < body.last; ++id) {
        const AstNode& node = ast_.nodes[id];
        if (node.op == Op::constant) {
          nodes_[id] = constant(node.value);
        } else if (node.op == Op::load) {
          nodes_[id] = roots_[node.slot];
        } else {
          nodes_[id] = node.op == Op::native ? call_output(node) : operation(node);
        }
      }
      roots_[slot] = nodes_[body.root];
      // Where the value is somebody else's too, it lives with the first and is copied here.
      Value& value = values_[roots_[slot]];
      const bool takes = value.home == none && value.kind != Value::Kind::constant;
      if (takes) {
        value.home = slot;
      } else {
        steps_.push_back({roots_[slot], slot});
      }
    }
  }

  template <class Use>
  void each_operand(const Step& step, Use use) {
    const Value& value = values_[step.value];
    if (step.copy_to != none) {
      use(step.value);
    } else if (value.kind == Value::Kind::call) {
      for (ValueId argument : calls_[value.number].arguments) use(argument);
    } else {
      for (int i = 0; i < operand_count(value.op); ++i) use(value.in[i]);
    }
  }

  /// Folding leaves operations behind that nobody reads.
  void drop_unread() {
    std::vector<bool> live(values_.size(), false);
    for (ValueId root : roots_) live[root] = true;
    std::vector<Step> kept;
    for (std::size_t at = steps_.size(); at-- > 0;) {
      const Step& step = steps_[at];
      const Value& value = values_[step.value];
      bool needed = step.copy_to != none || live[step.value];
      if (value.kind == Value::Kind::call && step.copy_to == none) {
        for (ValueId& output : calls_[value.number].outputs) {
          if (output != none && !live[output]) output = none;
          needed = needed || output != none;
        }
      }
      if (!needed) continue;
      each_operand(step, [&](ValueId id) { live[id] = true; });
      kept.push_back(step);
    }
    steps_.assign(kept.rbegin(), kept.rend());
  }

  void find_last_uses() {
    for (std::uint32_t at = 0; at < steps_.size(); ++at) {
      each_operand(steps_[at], [&](ValueId id) { values_[id].last_use = at; });
    }
  }

  Operand operand(ValueId id) {
    const Value& value = values_[id];
    if (value.kind != Value::Kind::constant) return static_cast<Operand>(value.home);
    const auto found = constants_.find(id);
    if (found != constants_.end()) return found->second;
    code_.constants.push_back(value.constant);
    const Operand operand = ~static_cast<Operand>(code_.constants.size() - 1);
    constants_.emplace(id, operand);
    return operand;
  }
  std::uint32_t scratch() {
    if (free_.empty()) return code_.registers++;
    const std::uint32_t result = free_.back();
    free_.pop_back();
    return result;
  }
  bool is_scratch(const Value& value) const { return value.home != none && value.home >= ast_.bodies.size(); }
  void release(ValueId id, std::uint32_t at) {
    Value& value = values_[id];
    if (value.kind == Value::Kind::constant || !is_scratch(value) || value.last_use != at) return;
    free_.push_back(value.home);
    value.last_use = none;  // once only, when an operand stands twice
  }

  void emit() {
    for (std::uint32_t at = 0; at < steps_.size(); ++at) {
      const Step& step = steps_[at];
      const Value value = values_[step.value];
      Instruction instruction;
      if (step.copy_to != none) {
        instruction.out = step.copy_to;
        instruction.a = operand(step.value);
        code_.instructions.push_back(instruction);
        release(step.value, at);
      } else if (value.kind == Value::Kind::call) {
        emit_call(value, at);
      } else {
        const int count = operand_count(value.op);
        instruction.op = value.op;
        instruction.a = operand(value.in[0]);
        if (count > 1) instruction.b = operand(value.in[1]);
        if (count > 2) instruction.c = operand(value.in[2]);
        for (int i = 0; i < count; ++i) release(value.in[i], at);
        if (value.home == none) values_[step.value].home = scratch();
        instruction.out = values_[step.value].home;
        code_.instructions.push_back(instruction);
      }
    }
  }

  void emit_call(const Value& value, std::uint32_t at) {
    const CallValue& call = calls_[value.number];
    NativeCall native;
    native.native = call.native;
    native.words = word_maps(program_, program_.natives()[call.native]);
    for (ValueId argument : call.arguments) native.arguments.push_back(operand(argument));
    // Outputs never share a register with an argument: a native may write before it has read everything.
    std::vector<std::uint32_t> unread;
    for (ValueId output : call.outputs) {
      if (output != none && values_[output].home == none) values_[output].home = scratch();
      native.outputs.push_back(output != none ? values_[output].home : scratch());
      if (output == none) unread.push_back(native.outputs.back());
    }
    for (ValueId argument : call.arguments) release(argument, at);
    free_.insert(free_.end(), unread.begin(), unread.end());
    Instruction instruction;
    instruction.op = Op::native;
    instruction.out = static_cast<std::uint32_t>(code_.calls.size());
    code_.calls.push_back(std::move(native));
    code_.instructions.push_back(instruction);
  }

  const Program& program_;
  const Ast& ast_;
  Code code_;
  std::vector<Value> values_;
  std::unordered_map<Key, ValueId, KeyHash> numbers_;
  std::vector<CallValue> calls_;
  std::map<std::pair<std::uint32_t, std::vector<ValueId>>, ValueId> call_numbers_;
  std::vector<ValueId> nodes_;  // by AST node
  std::vector<ValueId> roots_;  // by slot
  std::vector<Step> steps_;
  std::map<ValueId, Operand> constants_;
  std::vector<std::uint32_t> free_;
};

}  // namespace

std::vector<std::vector<double>> word_maps(const Program& program, const NativeFunction& native) {
  std::vector<std::vector<double>> result(native.parameters.size());
  for (std::size_t p = 0; p < native.parameters.size(); ++p) {
    const auto& words = native.parameters[p].values;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const auto number = static_cast<std::size_t>(program.intern(words[i]));
      if (result[p].size() <= number) result[p].resize(number + 1, -1.0);
      result[p][number] = static_cast<double>(i);
    }
  }
  return result;
}

std::shared_ptr<const Code> lower(const Program& program) { return Lowering(program).run(); }

}  // namespace rackfit::rules
