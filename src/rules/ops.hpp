// What each operation of a formula means, said once for one value.
//
// The tracing executor calls these functions, the batch executor runs them over columns, and the compiler
// folds constants with them; this is why the three agree bit for bit. Everything is branch-free arithmetic
// and selection, so that a loop over a column becomes vector instructions. Rounding is done by adding and
// subtracting 1.5 · 2^52, because SSE2 has no rounding instruction and a library call per value would cost
// ten times as much.
#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

namespace rackfit::rules {

enum class Op : std::uint8_t {
  constant,
  load,    // another symbol's value
  native,  // one output of a native call
  copy,    // of the lowered program only
  negate,
  logical_not,
  absolute,
  ceil,
  floor,
  round,
  square_root,
  exponential,
  logarithm,
  logarithm2,
  is_applicable,
  add,
  subtract,
  multiply,
  divide,
  power,
  minimum,
  maximum,
  sum,
  less,
  less_equal,
  equal,
  not_equal,
  logical_and,
  logical_or,
  coalesce,
  select,
};

namespace ops {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
/// `ceil` and `floor` take a value this near to a whole number, relatively, for that number: 0.3 / 0.1 is 3.
constexpr double rounding_guard = 1e-9;

inline bool applies(double x) { return x == x; }
// Without the branch of `&&` and `||`, which would keep a loop from becoming vector instructions.
inline bool both(bool a, bool b) { return a & b; }
inline bool either(bool a, bool b) { return a | b; }
/// Keeps "not applicable" for missing operands: whatever else is undefined (0/0, ∞−∞, √−1) is +∞.
inline double settle(double result, bool operands_apply) {
  const double undefined = operands_apply ? infinity : nothing;
  return result == result ? result : undefined;
}
inline double truth(bool value, bool operands_apply) {
  const double known = value ? 1.0 : 0.0;
  return operands_apply ? known : nothing;
}
/// Nearest whole number, ties to even.
inline double nearest(double x) {
  constexpr double magic = 6755399441055744.0;       // 1.5 · 2^52
  constexpr double whole_from = 2251799813685248.0;  // 2^51: no fraction that matters beyond it
  const double rounded = (x + magic) - magic;
  return std::fabs(x) < whole_from ? rounded : x;
}

inline double negate(double a) { return settle(0.0 - a, applies(a)); }
inline double logical_not(double a) { return truth(a == 0.0, applies(a)); }
inline double absolute(double a) { return settle(std::fabs(a), applies(a)); }
inline double floor(double a) {
  const double whole = nearest(a);
  const double below = whole > a ? whole - 1.0 : whole;
  const double result = std::fabs(a - whole) <= rounding_guard * std::fabs(a) ? whole : below;
  return settle(result, applies(a));
}
inline double ceil(double a) {
  const double whole = nearest(a);
  const double above = whole < a ? whole + 1.0 : whole;
  const double result = std::fabs(a - whole) <= rounding_guard * std::fabs(a) ? whole : above;
  return settle(result, applies(a));
}
/// Half away from zero, as people round.
inline double round(double a) {
  const double whole = nearest(a);
  const double up = both(a > 0.0, a - whole == 0.5) ? whole + 1.0 : whole;
  const double result = both(a < 0.0, a - whole == -0.5) ? whole - 1.0 : up;
  return settle(result, applies(a));
}
inline double square_root(double a) { return settle(std::sqrt(a), applies(a)); }
inline double exponential(double a) { return settle(std::exp(a), applies(a)); }
inline double logarithm(double a) { return settle(std::log(a), applies(a)); }
inline double logarithm2(double a) { return settle(std::log2(a), applies(a)); }
inline double is_applicable(double a) { return applies(a) ? 1.0 : 0.0; }

inline double add(double a, double b) { return settle(a + b, both(applies(a), applies(b))); }
inline double subtract(double a, double b) { return settle(a - b, both(applies(a), applies(b))); }
inline double multiply(double a, double b) { return settle(a * b, both(applies(a), applies(b))); }
inline double divide(double a, double b) { return settle(a / b, both(applies(a), applies(b))); }
/// `std::pow(1, NaN)` is 1, hence the second look at the operands.
inline double power(double a, double b) {
  const bool known = both(applies(a), applies(b));
  return known ? settle(std::pow(a, b), true) : nothing;
}
inline double minimum(double a, double b) {
  const double lower = b < a ? b : a;
  return applies(a) ? lower : b;
}
inline double maximum(double a, double b) {
  const double higher = b > a ? b : a;
  return applies(a) ? higher : b;
}
inline double sum(double a, double b) {
  const double total = settle(a + b, true);
  const double known = applies(b) ? total : a;
  return applies(a) ? known : b;
}
inline double less(double a, double b) { return truth(a < b, both(applies(a), applies(b))); }
inline double less_equal(double a, double b) { return truth(a <= b, both(applies(a), applies(b))); }
inline double equal(double a, double b) { return truth(a == b, both(applies(a), applies(b))); }
inline double not_equal(double a, double b) { return truth(a != b, both(applies(a), applies(b))); }
/// One false decides, whatever the other is; likewise one true for `||`.
inline double logical_and(double a, double b) {
  const double other = truth(true, both(applies(a), applies(b)));
  return either(a == 0.0, b == 0.0) ? 0.0 : other;
}
inline double logical_or(double a, double b) {
  const double other = truth(false, both(applies(a), applies(b)));
  return either(both(applies(a), a != 0.0), both(applies(b), b != 0.0)) ? 1.0 : other;
}
inline double coalesce(double a, double b) { return applies(a) ? a : b; }
inline double select(double condition, double a, double b) {
  const double chosen = condition != 0.0 ? a : b;
  return applies(condition) ? chosen : nothing;
}

}  // namespace ops

/// Operands that an operation takes in the lowered program.
constexpr int operand_count(Op op) {
  if (op <= Op::native) return 0;
  if (op <= Op::is_applicable) return 1;
  return op == Op::select ? 3 : 2;
}

/// Any operation with one to three operands on single values.
inline double apply(Op op, double a, double b = 0, double c = 0) {
  switch (op) {
    case Op::constant:
    case Op::load:
    case Op::native:
    case Op::copy:
      return a;
    case Op::negate:
      return ops::negate(a);
    case Op::logical_not:
      return ops::logical_not(a);
    case Op::absolute:
      return ops::absolute(a);
    case Op::ceil:
      return ops::ceil(a);
    case Op::floor:
      return ops::floor(a);
    case Op::round:
      return ops::round(a);
    case Op::square_root:
      return ops::square_root(a);
    case Op::exponential:
      return ops::exponential(a);
    case Op::logarithm:
      return ops::logarithm(a);
    case Op::logarithm2:
      return ops::logarithm2(a);
    case Op::is_applicable:
      return ops::is_applicable(a);
    case Op::add:
      return ops::add(a, b);
    case Op::subtract:
      return ops::subtract(a, b);
    case Op::multiply:
      return ops::multiply(a, b);
    case Op::divide:
      return ops::divide(a, b);
    case Op::power:
      return ops::power(a, b);
    case Op::minimum:
      return ops::minimum(a, b);
    case Op::maximum:
      return ops::maximum(a, b);
    case Op::sum:
      return ops::sum(a, b);
    case Op::less:
      return ops::less(a, b);
    case Op::less_equal:
      return ops::less_equal(a, b);
    case Op::equal:
      return ops::equal(a, b);
    case Op::not_equal:
      return ops::not_equal(a, b);
    case Op::logical_and:
      return ops::logical_and(a, b);
    case Op::logical_or:
      return ops::logical_or(a, b);
    case Op::coalesce:
      return ops::coalesce(a, b);
    case Op::select:
      return ops::select(a, b, c);
  }
  return ops::nothing;
}

}  // namespace rackfit::rules
