#include "rackfit/catalog/tables.hpp"
#include "shared_tables.hpp"

namespace rackfit::catalog {

using schema::list;
using schema::named_map;
using schema::Record;
using schema::record;

namespace {

const Record<Curve>& curve_table() {
  static const Record<Curve> table =
      Record<Curve>("curve", "A shape of the day")
          .embed(&Curve::row, row_table())
          .required("hours", &Curve::hours, list(schema::number(0)),
                    "24 numbers, the load of each hour from midnight")
          .check([](const Curve& curve, const yaml::Node& node, schema::Context& context) {
            constexpr std::size_t hours_per_day = 24;
            if (curve.hours.size() == hours_per_day) return;
            schema::refuse(node, context, "RF0407", "a day has 24 hours", "",
                           "give one number for each hour from midnight");
          });
  return table;
}

}  // namespace

const Record<File<Curve>>& curves_file() {
  static const Record<File<Curve>> table =
      cited_file<File<Curve>>("curves", "Shapes of the day")
          .required("curves", &File<Curve>::rows, named_map(record(curve_table())), "shapes by id");
  return table;
}

}  // namespace rackfit::catalog
