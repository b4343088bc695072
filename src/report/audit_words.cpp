#include "audit_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "rackfit/catalog/tables.hpp"
#include "rackfit/units/registry.hpp"
#include "words.hpp"

namespace rackfit::report {

namespace {

using audit::Ruling;
using audit::Verdict;
using audit::VerdictKind;

struct Counts {
  int all = 0, holds = 0, fails = 0, impossible = 0, unknown = 0;
};

Counts count(const AuditReport& audit, VerdictKind kind) {
  Counts counts;
  for (const Verdict& verdict : audit.verdicts) {
    if (verdict.kind != kind) continue;
    ++counts.all;
    counts.holds += verdict.ruling == Ruling::holds;
    counts.fails += verdict.ruling == Ruling::fails;
    counts.impossible += verdict.ruling == Ruling::impossible;
    counts.unknown += verdict.ruling == Ruling::unknown;
  }
  return counts;
}

bool missed(const Verdict& verdict) {
  return verdict.ruling == Ruling::fails || verdict.ruling == Ruling::impossible;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// A title within a sentence: "network in", but "VRAM per GPU".
std::string lower_first(std::string title) {
  const bool word =
      title.size() > 1 && title[0] >= 'A' && title[0] <= 'Z' && title[1] >= 'a' && title[1] <= 'z';
  if (word) title[0] = static_cast<char>(title[0] - 'A' + 'a');
  return title;
}

std::string number(double value) {
  std::string text = units::format_number(std::abs(value));
  if (std::abs(value) >= 1000 && text.find_first_not_of("0123456789") == std::string::npos)
    text = grouped(text);
  return (value < 0 && text != "0" ? "−" : "") + text;
}

std::string figure(double value, const std::string& unit) {
  if (catalog::is_currency(unit)) return unit + "\u00A0" + number(std::round(value));
  // Times below a second are read in milliseconds.
  if (unit == "s" && value > 0 && value < 1) return number(value * 1000) + "\u00A0ms";
  return number(value) + (unit.empty() || unit == "1" ? "" : "\u00A0" + unit);
}

/// Units whose figures may have four digits; a model's name is followed by none of them.
constexpr std::string_view big_units[] = {"GB", "GiB", "MB/s", "W", "request/s", "token/s", "message/s"};

/// Whether the text so far ends in a plain word, so that a number after it is an amount and no name's.
bool in_words(const std::string& text) {
  if (text.size() < 2 || text.back() != ' ') return false;
  const std::size_t space = text.size() - 1, before = text.rfind(' ', space - 1);
  const std::string word = text.substr(before == std::string::npos ? 0 : before + 1);
  return word.front() >= 'a' && word.front() <= 'z' && word != "in ";
}

/// The things that are counted; empty when it is a unit such as "request/s".
std::string_view plural(std::string_view rest) {
  for (const std::string_view thing : {"token", "request", "message", "core"}) {
    if (rest.size() <= thing.size() || rest[0] != ' ' || rest.substr(1, thing.size()) != thing) continue;
    const char next = rest.size() > thing.size() + 1 ? rest[thing.size() + 1] : ' ';
    if (next != '/' && !is_letter(next)) return thing;
  }
  return {};
}

/// How much more or less is asked than the nearest end of what is claimed.
std::string money_margin(const Verdict& verdict, double nothing, double as_factor) {
  const double low = verdict.wanted_low.value_or(*verdict.wanted),
               high = verdict.wanted_high.value_or(*verdict.wanted), found = *verdict.predicted;
  if (found >= low * (1 - nothing) && found <= high * (1 + nothing)) return low < high ? "within" : "equal";
  if (found >= high * as_factor) return number(std::round(found / high)) + "×";
  const double share = found < low ? 1 - found / low : found / high - 1;
  return fmt::format("{:.0f}\u00A0% {}", found < low ? std::min(99.0, share * 100) : share * 100,
                     found < low ? "less" : "more");
}

/// What decides, in brackets: "12.2 s, wanted 5 s".
std::string in_short(const Verdict& verdict) {
  const std::string found = audit_found(verdict, false), wanted = audit_wanted(verdict);
  if (found.empty() || !verdict.wanted) return {};
  if (!verdict.predicted && verdict.predicted_word.empty()) return " (wanted " + wanted + ")";
  return verdict.limit ? fmt::format(" ({} needed, limit {})", found, wanted)
                       : fmt::format(" ({}, wanted {})", found, wanted);
}

std::string list(const Counts& counts) {
  std::string out;
  const auto add = [&](int number, const char* one, const char* many) {
    if (number > 0) out += (out.empty() ? "" : ", ") + counted(number, one, many);
  };
  add(counts.holds, "holds", "hold");
  add(counts.fails, "fails", "fail");
  add(counts.impossible, "is impossible", "are impossible");
  add(counts.unknown, "cannot be told", "cannot be told");
  return out;
}

/// Would they do? The worst of what they miss first, targets before limits.
std::string answer(const AuditReport& audit, const Counts& targets) {
  if (targets.all == 0) return {};
  const int misses = targets.fails + targets.impossible;
  if (misses == 0) {
    if (targets.all == 1 && targets.unknown == 0) return "would do: its one target holds";
    return targets.unknown == 0
               ? fmt::format("would do: all {} targets and limits hold", targets.all)
               : fmt::format("would do as far as can be told: {} of {} targets and limits hold",
                             targets.holds, targets.all);
  }
  const Verdict* worst = nullptr;
  const auto weight = [](const Verdict& verdict) {
    const bool seen = verdict.predicted || !verdict.predicted_word.empty();
    const bool short_of = verdict.margin ? *verdict.margin < 0 : seen;
    return (verdict.ruling == Ruling::impossible ? 4 : 0) + (!verdict.limit && seen ? 2 : 0) +
           (short_of ? 1 : 0);
  };
  for (const Verdict& verdict : audit.verdicts) {
    if (verdict.kind == VerdictKind::target && missed(verdict) &&
        (!worst || weight(verdict) > weight(*worst)))
      worst = &verdict;
  }
  std::string text = fmt::format("would not do: {}{}{}", several_roles(audit) ? worst->subject + ", " : "",
                                 lower_first(worst->title), in_short(*worst));
  if (misses > 1) text += fmt::format("; {} of {} targets and limits missed", misses, targets.all);
  return text;
}

}  // namespace

AuditPart part_of(const Verdict& verdict) {
  if (verdict.kind == VerdictKind::claim) return AuditPart::claims;
  if (verdict.kind == VerdictKind::consistency) return AuditPart::consistency;
  return verdict.limit ? AuditPart::limits : AuditPart::targets;
}

AuditHeads heads_of(AuditPart part) {
  switch (part) {
    case AuditPart::targets:
      return {"Do these machines do?", "target", "wanted", "found", "by"};
    case AuditPart::limits:
      return {"Is there enough of everything?", "resource", "limit", "needed", "left"};
    case AuditPart::claims:
      return {"Is it true?", "claim", "claimed", "found", "by"};
    case AuditPart::consistency:
      return {"Does it agree with itself?", "what", "claimed", "found", "by"};
  }
  return {};
}

std::string audit_verdict(const AuditReport& audit) {
  const Counts claims = count(audit, VerdictKind::claim), against = count(audit, VerdictKind::consistency);
  std::string text = answer(audit, count(audit, VerdictKind::target));
  if (claims.all == 1) {
    text += (text.empty() ? "its claim " : "; its claim ") + list(claims).substr(2);
  } else if (claims.all > 1) {
    text += (text.empty() ? "" : "; ") + counted(claims.all, "claim", "claims") + ": " + list(claims);
  }
  const int contradictions = against.fails + against.impossible;
  if (contradictions > 0) text += "; " + counted(contradictions, "contradiction", "contradictions");
  return text;
}

std::string audit_wanted(const Verdict& verdict) {
  const auto& low = verdict.wanted_low;
  const auto& high = verdict.wanted_high;
  if (verdict.wanted && low && high && *low < *high) {
    // "CNY 30,000–50,000", "3–4 s": the unit once.
    const std::string first = figure(*low, verdict.unit), last = figure(*high, verdict.unit);
    if (catalog::is_currency(verdict.unit)) return first + "–" + last.substr(last.find("\u00A0") + 2);
    return first.substr(0, first.find("\u00A0")) + "–" + last;
  }
  if (verdict.wanted) return figure(*verdict.wanted, verdict.unit);
  if (!verdict.wanted_word.empty()) return verdict.wanted_word;
  return verdict.predicted ? "–" : "";
}

std::string audit_found(const Verdict& verdict, bool band) {
  if (!verdict.predicted) {
    if (!verdict.predicted_word.empty()) return verdict.predicted_word;
    return verdict.wanted || !verdict.wanted_word.empty() ? "–" : "";
  }
  std::string text = figure(*verdict.predicted, verdict.unit);
  if (!band || !verdict.low || !verdict.high) return text;
  const bool in_ms = verdict.unit == "s" && *verdict.predicted > 0 && *verdict.predicted < 1;
  const std::string low = number(*verdict.low * (in_ms ? 1000 : 1)),
                    high = number(*verdict.high * (in_ms ? 1000 : 1));
  return low == high ? text : text + " (" + low + " to " + high + ")";
}

std::string audit_margin(const Verdict& verdict) {
  if (!verdict.margin || !verdict.wanted || !verdict.predicted) return {};
  if (verdict.limit && missed(verdict) && *verdict.margin > 0) return {};  // something else refuses it
  constexpr double nothing = 0.005, as_factor = 3;
  if (catalog::is_currency(verdict.unit)) return money_margin(verdict, nothing, as_factor);
  if (std::abs(*verdict.margin) < nothing) return "equal";
  if (verdict.unit == "%" && !verdict.limit) {
    const double points = std::abs(*verdict.predicted - *verdict.wanted);
    return fmt::format("{}{}\u00A0points", *verdict.margin < 0 ? "−" : "+",
                       points < 1 ? fmt::format("{:.1f}", points) : number(std::round(points)));
  }
  // Too much claimed is as wrong as too little, and nothing to spare.
  if (verdict.kind == VerdictKind::claim && missed(verdict) && *verdict.margin > 0 && !verdict.at_least)
    return fmt::format("{:.0f}\u00A0% less", std::min(99.0, *verdict.margin * 100));
  // "at 120 %" of a limit, "12 times" of a wish: shares beyond a few are read as factors.
  const double ratio = *verdict.predicted / *verdict.wanted;
  if (ratio >= as_factor) return number(std::round(ratio)) + "×";
  const double share = std::abs(*verdict.margin) * 100;
  // What is left is never all of it, what is missing never nothing.
  return fmt::format("{}{:.0f}\u00A0%", *verdict.margin < 0 ? "−" : "+",
                     *verdict.margin > 0 && !verdict.at_least ? std::min(99.0, share) : std::max(1.0, share));
}

std::string audit_subject(const Verdict& verdict, bool with_role) {
  if (verdict.kind == VerdictKind::claim) {
    const bool beside = verdict.id.find('.', verdict.id.find('/')) != std::string::npos;
    return beside || verdict.says.empty() ? verdict.title : verdict.says;
  }
  if (verdict.kind == VerdictKind::target && !with_role) return verdict.title;
  return (verdict.subject.empty() ? "" : verdict.subject + ": ") + verdict.title;
}

std::vector<std::string> audit_prices(const AuditReport& audit) {
  std::vector<std::string> lines;
  std::string offer;
  if (audit.offered_low && audit.offered_high) {
    offer = "offered for " + printed(*audit.offered_low);
    if (audit.offered_low->amount != audit.offered_high->amount)
      offer += " to " + printed(*audit.offered_high);
    offer += "; ";
  }
  if (audit.market) {
    offer +=
        audit.market_is_floor
            ? "whole machines like these: n/a, no reference price; their accelerators alone come to about "
            : "machines like these come to about ";
    offer += printed(*audit.market) + " at reference prices";
  } else {
    offer += "machines like these: n/a, no reference price";
  }
  lines.push_back(std::move(offer));
  std::string difference;
  if (audit.difference && audit.difference_share) {
    const double amount = units::parse_number(audit.difference->amount).value_or(0);
    const Money size{fmt::format("{:.2f}", std::abs(amount)), audit.difference->currency};
    difference = fmt::format(
        "what the plan buys costs {} {} ({}{:.0f}\u00A0%) than {}", printed(size),
        amount < 0 ? "less" : "more", amount < 0 ? "−" : "+", std::abs(*audit.difference_share) * 100,
        audit.against_market ? audit.market_is_floor ? "those alone" : "those"
        : audit.offered_low->amount == audit.offered_high->amount ? "the offer"
                                                                  : "the middle of the offer");
  }
  if (audit.power_difference_w && audit.power_w) {
    constexpr double nothing = 0.02;
    const double more = *audit.power_difference_w;
    const bool same = std::abs(more) < nothing * *audit.power_w;
    difference += difference.empty() ? "what the plan buys draws " : " and draws ";
    difference +=
        same ? "about as much as" : printed_power(std::abs(more)) + (more < 0 ? " less than" : " more than");
    difference += fmt::format(" the {} of the proposed machines at full load", printed_power(*audit.power_w));
  }
  if (!difference.empty()) lines.push_back(std::move(difference));
  return lines;
}

std::string audit_plan(const Plan& plan, const std::string& availability) {
  const std::string spare = availability == "n"     ? "without a spare (n): "
                            : availability == "n+1" ? "with a spare (n+1): "
                            : availability.empty()  ? ""
                                                    : availability + ": ";
  return spare + verdict(plan);
}

bool told_before(const AuditReport& audit, const Verdict& verdict) {
  for (const Verdict& other : audit.verdicts) {
    if (&other == &verdict) return false;
    if (!other.minor && other.kind == verdict.kind && other.limit && verdict.limit &&
        other.ruling == verdict.ruling && other.subject == verdict.subject && other.title == verdict.title &&
        other.wanted == verdict.wanted && other.predicted == verdict.predicted)
      return true;
  }
  return false;
}

bool several_roles(const AuditReport& audit) {
  std::string first;
  for (const Verdict& verdict : audit.verdicts) {
    if (verdict.kind != VerdictKind::target) continue;
    if (first.empty()) first = verdict.subject;
    if (first != verdict.subject) return true;
  }
  return false;
}

std::vector<AuditGroup> audit_groups(const AuditReport& audit) {
  std::vector<AuditGroup> groups;
  const auto repeats = [&](const Verdict& verdict) {
    return verdict.kind == VerdictKind::consistency && !verdict.remedy.empty() &&
           std::any_of(audit.verdicts.begin(), audit.verdicts.end(), [&](const Verdict& other) {
             return other.kind == VerdictKind::claim && other.ruling == verdict.ruling &&
                    other.remedy == verdict.remedy;
           });
  };
  for (const Verdict& verdict : audit.verdicts) {
    if (verdict.because.empty() || repeats(verdict)) continue;
    const bool beside = !groups.empty() && verdict.id.rfind(groups.back().front()->id + ".", 0) == 0;
    if (beside) {
      groups.back().push_back(&verdict);
    } else {
      groups.push_back({&verdict});
    }
  }
  const auto holds = [](const AuditGroup& group) {
    return std::all_of(group.begin(), group.end(),
                       [](const Verdict* verdict) { return verdict->ruling == Ruling::holds; });
  };
  groups.erase(std::remove_if(groups.begin(), groups.end(),
                              [&](const AuditGroup& group) {
                                return holds(group) && group.front()->kind == VerdictKind::target;
                              }),
               groups.end());
  std::stable_partition(groups.begin(), groups.end(), [&](const AuditGroup& group) { return !holds(group); });
  return groups;
}

std::string readable(std::string_view text) {
  std::string out;
  bool code = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '`') code = !code;
    const char before = i > 0 ? text[i - 1] : ' ';
    const bool starts = before == ' ' || before == '(' || static_cast<unsigned char>(before) >= 0x80;
    if (code || (!is_digit(c) && c != '-' && c != '*')) {
      out += c;
      continue;
    }
    if (c == '*') {
      out += before == ' ' && i + 1 < text.size() && text[i + 1] == ' ' ? "×" : "*";
      continue;
    }
    if (c == '-') {
      out += starts && i + 1 < text.size() && is_digit(text[i + 1]) ? "−" : "-";
      continue;
    }
    std::size_t end = i;
    while (end < text.size() && is_digit(text[end])) ++end;
    const std::string digits(text.substr(i, end - i));
    const bool negative = before == '-' && i > 1 && (text[i - 2] == ' ' || text[i - 2] == '(');
    const bool whole = (starts || negative) && (end == text.size() || !is_letter(text[end]));
    const std::string_view rest = text.substr(end);
    const bool amount =
        rest.size() >= 4 && rest[0] == ' ' && catalog::is_currency(std::string(rest.substr(1, 3)));
    const bool ends = rest.empty() || std::string_view(",;:").find(rest[0]) != std::string_view::npos ||
                      rest.substr(0, 4) == " to ";
    const bool listed = ends && in_words(out);
    const bool measured = std::any_of(std::begin(big_units), std::end(big_units), [&](std::string_view unit) {
      return rest.size() > unit.size() && rest[0] == ' ' && rest.substr(1, unit.size()) == unit;
    });
    const bool large = digits.size() > 4 || (digits.size() == 4 && (amount || listed || measured));
    out += whole && large ? grouped(digits) : digits;
    if (const std::string_view things = plural(rest); whole && !things.empty() && digits != "1") {
      out += " " + std::string(things) + "s";
      end += things.size() + 1;
    }
    i = end - 1;
  }
  return out;
}

}  // namespace rackfit::report
