// Runs a Program over columns. Dispatch is paid once for a block of candidates, and each operation is one
// loop over the block, so the compiler turns it into vector instructions; that is where the speed over a tree
// walk comes from.
#include <algorithm>
#include <cstdint>
#include <memory>
#include <new>

#include "ast.hpp"
#include "code.hpp"
#include "rackfit/base/check.hpp"

namespace rackfit::rules {
namespace {

// Whole vectors only: the candidates beyond `count` are computed for nothing, which costs less than a loop's
// remainder.
constexpr std::size_t lanes = 8;
constexpr std::size_t alignment = 64;
constexpr std::size_t whole(std::size_t count) { return (count + lanes - 1) / lanes * lanes; }

// Output and operand may be the same column, always at the same index, hence no dependency between
// iterations.
#if defined(__clang__)
#define RACKFIT_INDEPENDENT  // checks for overlap itself, once a loop
#else
#define RACKFIT_INDEPENDENT _Pragma("GCC ivdep")
#endif

struct Columns {
  double* base = nullptr;
  const double* constants = nullptr;
  std::size_t width = 0;  // of a column
  std::size_t count = 0;  // to compute, whole vectors

  const double* column(Operand operand) const { return base + static_cast<std::size_t>(operand) * width; }
  double constant(Operand operand) const { return constants[~operand]; }
};

template <double (*F)(double)>
void unary(const Columns& columns, double* out, const Instruction& instruction) {
  const double* a = columns.column(instruction.a);
  RACKFIT_INDEPENDENT
  for (std::size_t i = 0; i < columns.count; ++i) out[i] = F(a[i]);
}

template <double (*F)(double, double)>
void binary(const Columns& columns, double* out, const Instruction& instruction) {
  if (instruction.b < 0) {
    const double* a = columns.column(instruction.a);
    const double b = columns.constant(instruction.b);
    RACKFIT_INDEPENDENT
    for (std::size_t i = 0; i < columns.count; ++i) out[i] = F(a[i], b);
  } else if (instruction.a < 0) {
    const double a = columns.constant(instruction.a);
    const double* b = columns.column(instruction.b);
    RACKFIT_INDEPENDENT
    for (std::size_t i = 0; i < columns.count; ++i) out[i] = F(a, b[i]);
  } else {
    const double* a = columns.column(instruction.a);
    const double* b = columns.column(instruction.b);
    RACKFIT_INDEPENDENT
    for (std::size_t i = 0; i < columns.count; ++i) out[i] = F(a[i], b[i]);
  }
}

void select(const Columns& columns, double* out, const Instruction& instruction) {
  const double* condition = columns.column(instruction.a);
  if (instruction.b >= 0 && instruction.c >= 0) {
    const double* b = columns.column(instruction.b);
    const double* c = columns.column(instruction.c);
    RACKFIT_INDEPENDENT
    for (std::size_t i = 0; i < columns.count; ++i) out[i] = ops::select(condition[i], b[i], c[i]);
  } else if (instruction.b >= 0) {
    const double* b = columns.column(instruction.b);
    const double c = columns.constant(instruction.c);
    RACKFIT_INDEPENDENT
    for (std::size_t i = 0; i < columns.count; ++i) out[i] = ops::select(condition[i], b[i], c);
  } else if (instruction.c >= 0) {
    const double b = columns.constant(instruction.b);
    const double* c = columns.column(instruction.c);
    RACKFIT_INDEPENDENT
    for (std::size_t i = 0; i < columns.count; ++i) out[i] = ops::select(condition[i], b, c[i]);
  } else {
    const double b = columns.constant(instruction.b);
    const double c = columns.constant(instruction.c);
    RACKFIT_INDEPENDENT
    for (std::size_t i = 0; i < columns.count; ++i) out[i] = ops::select(condition[i], b, c);
  }
}

void copy(const Columns& columns, double* out, const Instruction& instruction) {
  if (instruction.a < 0) {
    std::fill_n(out, columns.count, columns.constant(instruction.a));
  } else {
    std::copy_n(columns.column(instruction.a), columns.count, out);
  }
}

void execute(const Columns& columns, const Instruction& instruction) {
  double* out = columns.base + static_cast<std::size_t>(instruction.out) * columns.width;
  switch (instruction.op) {
    case Op::constant:
    case Op::load:
    case Op::native:
      RACKFIT_CHECK(false);
      break;
    case Op::copy:
      copy(columns, out, instruction);
      break;
    case Op::negate:
      unary<ops::negate>(columns, out, instruction);
      break;
    case Op::logical_not:
      unary<ops::logical_not>(columns, out, instruction);
      break;
    case Op::absolute:
      unary<ops::absolute>(columns, out, instruction);
      break;
    case Op::ceil:
      unary<ops::ceil>(columns, out, instruction);
      break;
    case Op::floor:
      unary<ops::floor>(columns, out, instruction);
      break;
    case Op::round:
      unary<ops::round>(columns, out, instruction);
      break;
    case Op::square_root:
      unary<ops::square_root>(columns, out, instruction);
      break;
    case Op::exponential:
      unary<ops::exponential>(columns, out, instruction);
      break;
    case Op::logarithm:
      unary<ops::logarithm>(columns, out, instruction);
      break;
    case Op::logarithm2:
      unary<ops::logarithm2>(columns, out, instruction);
      break;
    case Op::is_applicable:
      unary<ops::is_applicable>(columns, out, instruction);
      break;
    case Op::add:
      binary<ops::add>(columns, out, instruction);
      break;
    case Op::subtract:
      binary<ops::subtract>(columns, out, instruction);
      break;
    case Op::multiply:
      binary<ops::multiply>(columns, out, instruction);
      break;
    case Op::divide:
      binary<ops::divide>(columns, out, instruction);
      break;
    case Op::power:
      binary<ops::power>(columns, out, instruction);
      break;
    case Op::minimum:
      binary<ops::minimum>(columns, out, instruction);
      break;
    case Op::maximum:
      binary<ops::maximum>(columns, out, instruction);
      break;
    case Op::sum:
      binary<ops::sum>(columns, out, instruction);
      break;
    case Op::less:
      binary<ops::less>(columns, out, instruction);
      break;
    case Op::less_equal:
      binary<ops::less_equal>(columns, out, instruction);
      break;
    case Op::equal:
      binary<ops::equal>(columns, out, instruction);
      break;
    case Op::not_equal:
      binary<ops::not_equal>(columns, out, instruction);
      break;
    case Op::logical_and:
      binary<ops::logical_and>(columns, out, instruction);
      break;
    case Op::logical_or:
      binary<ops::logical_or>(columns, out, instruction);
      break;
    case Op::coalesce:
      binary<ops::coalesce>(columns, out, instruction);
      break;
    case Op::select:
      select(columns, out, instruction);
      break;
  }
}

struct AlignedDelete {
  void operator()(double* memory) const { ::operator delete[](memory, std::align_val_t{alignment}); }
};

}  // namespace

struct BatchVm::State {
  std::shared_ptr<const Program> program;
  std::size_t width = 0;   // as asked for
  std::size_t stride = 0;  // whole vectors
  std::unique_ptr<double[], AlignedDelete> memory;
  std::vector<double> words;  // arguments of natives that had to be translated or spread
  std::vector<const double*> arguments;
  std::vector<double*> outputs;

  double* column(std::size_t index) { return memory.get() + index * stride; }
  void call(const NativeCall& call, std::size_t count);
};

BatchVm::BatchVm(std::shared_ptr<const Program> program, std::size_t width)
    : state_(std::make_unique<State>()) {
  RACKFIT_CHECK(width > 0);
  State& state = *state_;
  state.program = std::move(program);
  state.width = width;
  state.stride = whole(width);
  const Code& code = state.program->code();
  const std::size_t size = std::max<std::size_t>(1, code.registers) * state.stride;
  state.memory.reset(new (std::align_val_t{alignment}) double[size]());
  for (Slot slot : state.program->inputs()) {
    std::fill_n(state.column(slot), state.stride,
                state.program->symbol(slot).default_value.value_or(not_applicable()));
  }
  std::size_t most = 0;
  for (const NativeCall& call : code.calls) most = std::max(most, call.arguments.size());
  state.words.resize(most * state.stride);
}

BatchVm::~BatchVm() = default;
BatchVm::BatchVm(BatchVm&&) noexcept = default;
BatchVm& BatchVm::operator=(BatchVm&&) noexcept = default;

std::size_t BatchVm::width() const { return state_->width; }

std::span<double> BatchVm::column(Slot slot) { return {state_->column(slot), state_->width}; }

std::span<const double> BatchVm::column(Slot slot) const { return {state_->column(slot), state_->width}; }

void BatchVm::broadcast(Slot slot, double value) {
  std::fill_n(state_->column(slot), state_->stride, is_not_applicable(value) ? not_applicable() : value);
}

void BatchVm::State::call(const NativeCall& call, std::size_t count) {
  const Code& code = program->code();
  arguments.clear();
  outputs.clear();
  for (std::size_t p = 0; p < call.arguments.size(); ++p) {
    const Operand operand = call.arguments[p];
    double* spread = words.data() + p * stride;
    if (operand < 0) {
      std::fill_n(spread, count,
                  native_word(call.words[p], code.constants[static_cast<std::size_t>(~operand)]));
      arguments.push_back(spread);
    } else if (call.words[p].empty()) {
      arguments.push_back(column(static_cast<std::size_t>(operand)));
    } else {
      const double* source = column(static_cast<std::size_t>(operand));
      for (std::size_t i = 0; i < count; ++i) spread[i] = native_word(call.words[p], source[i]);
      arguments.push_back(spread);
    }
  }
  for (std::uint32_t output : call.outputs) outputs.push_back(column(output));
  program->natives()[call.native].batch(arguments.data(), outputs.data(), count);
  for (double* output : outputs) {
    for (std::size_t i = 0; i < count; ++i)
      output[i] = is_not_applicable(output[i]) ? not_applicable() : output[i];
  }
}

void BatchVm::run(std::size_t count) {
  State& state = *state_;
  RACKFIT_CHECK(count <= state.width);
  if (count == 0) return;
  const Code& code = state.program->code();
  Columns columns;
  columns.base = state.memory.get();
  columns.constants = code.constants.data();
  columns.width = state.stride;
  columns.count = whole(count);
  for (const Instruction& instruction : code.instructions) {
    if (instruction.op == Op::native) {
      state.call(code.calls[instruction.out], count);
    } else {
      execute(columns, instruction);
    }
  }
}

}  // namespace rackfit::rules
