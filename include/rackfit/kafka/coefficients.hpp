// How much of a figure rests on coefficients that their sources leave open, and what it would be at their
// ends.
//
// Rule inputs carry a range where vendors, guides and measured runs disagree: what a core gets through, what
// TLS costs. A figure's interval is what it becomes when every such input it rests on stands at the end that
// is worst for it, and at the end that is best. All at once is rarer than each alone, so intervals are wide
// on purpose; a figure that turns back within a range would be missed, and no rule here does.
#pragma once

#include <span>
#include <vector>

#include "rackfit/rules/program.hpp"

namespace rackfit::kafka {

/// A value that an input or a rule is given.
struct Setting {
  rules::Slot slot = 0;
  double value = 0;
};

/// A figure with what it is at the ends of the coefficients' ranges; all three equal when none matters.
struct Interval {
  double low = 0, value = 0, high = 0;
};

/// Inputs with a range that a symbol rests on.
std::vector<rules::Slot> open_inputs(const rules::Program& program, rules::Slot slot);

/// The ends at which a symbol is least and greatest, each input tried alone; inputs that move nothing are
/// left out.
struct Ends {
  std::vector<Setting> least, greatest;
};
/// `state` holds the facts; an input that does not stand at its default was given by somebody and is not
/// open.
Ends ends(const rules::TraceVm& state, rules::Slot slot);

/// The interval of one symbol. `pins` are set before anything is evaluated, as the number of nodes that were
/// chosen must be when their load is asked for. Not applicable stays not applicable.
Interval interval(const rules::TraceVm& state, rules::Slot slot, std::span<const Setting> pins = {});

}  // namespace rackfit::kafka
