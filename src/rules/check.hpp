// Gives a formula's parts their kinds and dimensions and writes it as Ast nodes; every mismatch is said with
// both places and what factor is missing. After one problem the affected part counts as fitting everywhere,
// so that one mistake gives one message.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "ast.hpp"
#include "rackfit/rules/program.hpp"
#include "syntax.hpp"

namespace rackfit::rules {

/// What is known of a node's value.
struct Type {
  ValueKind kind = ValueKind::number;
  units::Dimension dimension;
  bool any_dimension = false;  // the literal 0
  bool any_kind = false;       // `not_applicable`, and whatever has been complained about
  const std::vector<std::string>* words = nullptr;  // the words it can be, when they are listed
};

/// A checked formula or part of one.
struct Checked {
  NodeId node = 0;
  Type type;
  Span span;
};

/// What formulas can see: symbols by name with their types, natives, words.
struct Scope {
  const units::Registry& units;
  const NativeTable& natives;
  const std::map<std::string, Slot, std::less<>>& slots;
  const std::vector<Type>& types;  // by slot
  std::function<double(std::string_view)> intern;
};

class Checker {
 public:
  Checker(const Scope& scope, Ast& ast, Diagnostics& diagnostics)
      : scope_(scope), ast_(ast), diagnostics_(diagnostics) {}

  /// Appends the nodes of a formula; `text` receives its index in Ast::texts.
  Checked formula(const Syntax& syntax, int& text);

  // For the mechanisms, which are made of the same parts.
  Checked constant(double value, const Type& type, Span span);
  Checked nothing(Span span);
  Checked make(Op op, const Type& type, Span span, const Checked& a);
  Checked make(Op op, const Type& type, Span span, const Checked& a, const Checked& b);
  Checked make(Op op, const Type& type, Span span, const Checked& a, const Checked& b, const Checked& c);
  /// Both of one kind and dimension, or a diagnostic that says `what` of them cannot be; the common type.
  Type unify(const std::string& what, const Checked& a, const Checked& b);
  bool require_kind(ValueKind kind, const std::string& what, const Checked& value);
  Checked multiply(const Checked& a, const Checked& b, Span span);
  Checked rounded(Op op, const std::string& name, const Checked& value, const Checked* step, Span span);
  Checked bounded(Op op, const std::string& name, const Checked& value, const Checked& bound, Span span);
  /// The value where the condition holds, else not applicable.
  Checked only_if(const Checked& condition, const Checked& value);
  std::string described(const Type& type) const;

 private:
  Checked leaf(const Syntax& syntax, const SyntaxNode& node, AstText& text);
  Checked unary(const SyntaxNode& node, const Checked& a, Span span);
  Checked binary(const SyntaxNode& node, const Checked& a, const Checked& b, Span span);
  Checked arithmetic(const std::string& symbol, const Checked& a, const Checked& b, Span span);
  Checked comparison(const std::string& symbol, const Checked& a, const Checked& b, Span span);
  Checked call(const Syntax& syntax, const SyntaxNode& node, const std::vector<Checked>& arguments,
               Span span);
  Checked function(const Syntax& syntax, const SyntaxNode& node, const std::vector<Checked>& arguments,
                   Span span);
  Checked power(const Syntax& syntax, const SyntaxNode& node, const std::vector<Checked>& arguments,
                Span span);
  Checked native(const Syntax& syntax, const SyntaxNode& node, const std::vector<Checked>& arguments,
                 Span span);
  bool native_argument(const NativeFunction& function, std::size_t index, const Checked& argument);
  Checked chain(Op op, const SyntaxNode& node, const std::vector<Checked>& arguments, Span span);
  void check_word(const Checked& a, const Checked& b);
  Checked unknown_function(const Syntax& syntax, const SyntaxNode& node, Span span);
  Checked broken(Span span);
  units::Dimension product(const units::Dimension& a, const units::Dimension& b, bool divide, Span span);
  Checked push(AstNode node, const Type& type, Span span);

  const Scope& scope_;
  Ast& ast_;
  Diagnostics& diagnostics_;
  std::map<NodeId, std::string> literal_words_;
};

Type number_type(const units::Dimension& dimension);
Type truth_type();

}  // namespace rackfit::rules
