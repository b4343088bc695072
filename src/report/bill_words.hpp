// A bill's amounts and figures as people read them; shared by its writers.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "rackfit/report/bill.hpp"

namespace rackfit::report {

/// "213,000.00": a bill is exact, so that cents are shown.
std::string cents_text(Cents amount);
/// A unit price: an amount, "included", "there" or "n/a".
std::string each_text(const cost::BillLine& line);
std::string total_text(const cost::BillLine& line);
/// An amount; a lower bound where a price is missing.
std::string sum_text(const cost::Sum& sum);
/// "2026-06, secondary, old", "quote 2026-11-02, 10 % off", "no price known".
std::string price_note(const cost::BillLine& line);
/// "3 × nodes of llm:chat and kafka-broker".
std::string node_title(const cost::NodeBill& nodes);
/// Chassis, supplies, memory, disks, power …, each in a sentence without its title.
std::vector<std::pair<std::string, std::string>> figure_texts(const cost::NodeBill& nodes);
/// "2 × kafka-broker, 1 × kafka-controller".
std::string rack_text(const cost::RackBill& rack);
/// "928 W at peak, 3,166 BTU/h".
std::string site_power_text(const cost::Bill& bill);
/// What a reader should know of the prices: rate, age, what is missing; sentences.
std::vector<std::string> price_texts(const cost::Bill& bill);
/// Names of the columns of a table of parts.
std::vector<std::string> line_titles(const cost::Bill& bill, bool of_nodes);
std::vector<std::string> line_cells(const cost::BillLine& line, bool of_nodes);

}  // namespace rackfit::report
