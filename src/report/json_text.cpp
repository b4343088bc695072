#include "rackfit/report/json_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <utility>

#include "rackfit/base/utf8.hpp"

namespace rackfit::report {

std::string json_number(double value) {
  if (value == 0) return "0";  // also for -0
  char buffer[40];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::scientific).ptr;
  const std::string_view text(buffer, static_cast<std::size_t>(end - buffer));
  const std::string_view sign = text.front() == '-' ? "-" : "";
  const std::size_t e = text.find('e');
  std::string digits;
  for (const char c : text.substr(sign.size(), e - sign.size())) {
    if (c != '.') digits += c;
  }
  int exponent = 0;
  const std::string_view power = text.substr(e + (text[e + 1] == '+' ? 2 : 1));
  std::from_chars(power.data(), power.data() + power.size(), exponent);
  const int count = static_cast<int>(digits.size());
  const int point =
      exponent + 1;  // digits before the decimal point; RFC 8785 writes plain decimals for -6 < point <= 21
  std::string out(sign);
  if (point > 21 || point <= -6) {
    out += digits.substr(0, 1);
    if (count > 1) out += "." + digits.substr(1);
    return out + fmt::format("e{}{}", exponent < 0 ? "-" : "+", std::abs(exponent));
  }
  if (point <= 0) return out + "0." + std::string(static_cast<std::size_t>(-point), '0') + digits;
  if (point >= count) return out + digits + std::string(static_cast<std::size_t>(point - count), '0');
  return out + digits.substr(0, static_cast<std::size_t>(point)) + "." +
         digits.substr(static_cast<std::size_t>(point));
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const utf8::Decoded character = utf8::decode(text, at);
    const std::string_view bytes = text.substr(at, character.size);
    at += character.size;
    if (!character.valid) {
      out += "\uFFFD";
    } else if (bytes == "\"" || bytes == "\\") {
      out.append("\\").append(bytes);
    } else if (bytes == "\n") {
      out += "\\n";
    } else if (bytes == "\t") {
      out += "\\t";
    } else if (character.code < 0x20 || character.code == 0x7F) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(character.code));
    } else {
      out += bytes;
    }
  }
  return out + "\"";
}

void JsonText::before_value() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (filled_.empty()) return;
  if (filled_.back()) out_ += ',';
  if (!one_line_) out_.append("\n").append(2 * filled_.size(), ' ');
  filled_.back() = true;
}

void JsonText::close(char bracket) {
  const bool filled = filled_.back();
  filled_.pop_back();
  if (filled && !one_line_) out_.append("\n").append(2 * filled_.size(), ' ');
  out_ += bracket;
}

JsonText& JsonText::begin_object() {
  before_value();
  out_ += '{';
  filled_.push_back(false);
  return *this;
}

JsonText& JsonText::end_object() {
  close('}');
  return *this;
}

JsonText& JsonText::begin_array() {
  before_value();
  out_ += '[';
  filled_.push_back(false);
  return *this;
}

JsonText& JsonText::end_array() {
  close(']');
  return *this;
}

JsonText& JsonText::key(std::string_view key) {
  before_value();
  out_ += json_string(key) + (one_line_ ? ":" : ": ");
  after_key_ = true;
  return *this;
}

JsonText& JsonText::null() {
  before_value();
  out_ += "null";
  return *this;
}

JsonText& JsonText::value(std::string_view text) {
  before_value();
  out_ += json_string(text);
  return *this;
}

JsonText& JsonText::value(double number) {
  if (!std::isfinite(number)) return null();
  before_value();
  out_ += json_number(number);
  return *this;
}

JsonText& JsonText::value(std::int64_t number) {
  before_value();
  out_ += fmt::format("{}", number);
  return *this;
}

JsonText& JsonText::value(bool truth) {
  before_value();
  out_ += truth ? "true" : "false";
  return *this;
}

JsonText& JsonText::raw(std::string_view json) {
  before_value();
  out_ += json;
  return *this;
}

JsonText& JsonText::known(std::string_view name, std::string_view text) {
  key(name);
  return text.empty() ? null() : value(text);
}

JsonText& JsonText::texts(std::string_view name, const std::vector<std::string>& each) {
  key(name).begin_array();
  for (const std::string& text : each) value(text);
  return end_array();
}

JsonText& JsonText::computed(std::string_view name, const std::optional<double>& number) {
  key(name);
  return number ? raw(fmt::format("{:.9g}", *number)) : null();
}

std::string JsonText::take() {
  out_ += '\n';
  return std::move(out_);
}

}  // namespace rackfit::report
