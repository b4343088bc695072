#include "rackfit/catalog/view.hpp"

namespace rackfit::catalog {

using schema::boolean;
using schema::list;
using schema::named_map;
using schema::Record;
using schema::record;
using schema::text;

namespace {

const Record<RequirementView>& requirement_table() {
  static const Record<RequirementView> table =
      Record<RequirementView>("requirement", "A resource: what is needed of what there is")
          .required("title", &RequirementView::title, text(), "name for people")
          .optional("need", &RequirementView::need, text(), "symbol")
          .optional("capacity", &RequirementView::capacity, text(), "symbol")
          .optional("utilization", &RequirementView::utilization, text(),
                    "symbol; left out: need over capacity")
          .optional("unit", &RequirementView::unit, text(), "unit to print in")
          .optional("hard_need", &RequirementView::hard_need, text(), "symbol: the least that is needed whatever is planned")
          .optional("hard_capacity", &RequirementView::hard_capacity, text(), "symbol: the most that the hardware has")
          .optional("constraints", &RequirementView::constraints, list(text(), true), "constraints that speak of it too")
          .optional("remedy", &RequirementView::remedy, text(), "text with `{symbol}`: what would do instead of more of it")
          .optional("fixed", &RequirementView::fixed, boolean(), "does not grow with the load")
          .optional("brief", &RequirementView::brief, text(), "heading in the table of states")
          .optional("breaks", &RequirementView::breaks, text(), "what happens when it runs out");
  return table;
}

const Record<TargetView>& target_table() {
  static const Record<TargetView> table =
      Record<TargetView>("target", "A promise and its prediction")
          .required("title", &TargetView::title, text(), "name for people")
          .required("wanted", &TargetView::wanted, text(), "symbol")
          .required("predicted", &TargetView::predicted, text(), "symbol")
          .optional("low", &TargetView::low, text(), "symbol: P10 of the prediction")
          .optional("high", &TargetView::high, text(), "symbol: P90 of the prediction")
          .optional("unit", &TargetView::unit, text(), "unit to print in")
          .optional("bound", &TargetView::bound, text(), "symbol: what no software can better on this hardware")
          .optional("at_least", &TargetView::at_least, boolean(), "more is better");
  return table;
}

const Record<FigureView>& figure_table() {
  static const Record<FigureView> table =
      Record<FigureView>("figure", "A figure worth knowing")
          .required("title", &FigureView::title, text(), "name for people")
          .required("value", &FigureView::value, text(), "symbol")
          .optional("low", &FigureView::low, text(), "symbol")
          .optional("high", &FigureView::high, text(), "symbol")
          .optional("unit", &FigureView::unit, text(), "unit to print in");
  return table;
}

const Record<LimitView>& limit_table() {
  static const Record<LimitView> table =
      Record<LimitView>("limit", "A resource that asks for a number of nodes")
          .required("title", &LimitView::title, text(), "name for people, inside a sentence")
          .required("nodes", &LimitView::nodes, text(), "symbol: nodes it asks for")
          .required("utilization", &LimitView::utilization, text(),
                    "symbol: how full it is with the nodes chosen");
  return table;
}

const Record<StatesView>& states_table() {
  static const Record<StatesView> table =
      Record<StatesView>("states", "States in which the rules are evaluated again")
          .required("input", &StatesView::input, text(), "symbol that takes the state's name")
          .required("applies", &StatesView::applies, text(), "symbol: whether there is such a state")
          .required("alive", &StatesView::alive, text(), "symbol: nodes left")
          .optional("pinned", &StatesView::pinned, list(text()), "symbols that keep their chosen value")
          .optional("given_up", &StatesView::given_up, text(),
                    "beginning of the names of advice: what is lost")
          .optional("reduced", &StatesView::reduced, text(),
                    "beginning of the names of advice: what is thinner")
          .required("names", &StatesView::names, named_map(text()), "title of each state");
  return table;
}

const Record<ShareView>& share_table() {
  static const Record<ShareView> table =
      Record<ShareView>("share", "What a service takes of a box")
          .required("title", &ShareView::title, text(), "name for people")
          .required("value", &ShareView::value, text(), "symbol")
          .optional("request", &ShareView::request, text(), "symbol: what its container asks for")
          .optional("limit", &ShareView::limit, text(), "symbol: what its container may not exceed")
          .optional("unit", &ShareView::unit, text(), "unit to print in");
  return table;
}

}  // namespace

const Record<View>& view_file() {
  static const Record<View> table =
      Record<View>("view", "What the report shows of a role")
          .required("role", &View::role, text(), "role, as in rule files")
          .optional("requirements", &View::requirements, named_map(record(requirement_table())), "resources")
          .optional("targets", &View::targets, named_map(record(target_table())), "promises")
          .optional("figures", &View::figures, named_map(record(figure_table())), "figures")
          .optional("limits", &View::limits, named_map(record(limit_table())), "what asks for how many nodes")
          .optional("states", &View::states, record(states_table()), "states that are looked at as well")
          .optional("service", &View::service, text(), "who takes the shares")
          .optional("shares", &View::shares, named_map(record(share_table())), "what it takes of a box")
          .optional("nodes_why", &View::nodes_why, text(), "why so many nodes");
  return table;
}

}  // namespace rackfit::catalog
