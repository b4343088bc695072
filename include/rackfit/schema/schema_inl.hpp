// The templates of schema.hpp. What does not depend on the type read is in src/schema/, so that the tables of
// many records stay small.
#pragma once

#include <type_traits>

namespace rackfit::schema {

namespace detail {

template <class M>
struct Member {
  using Value = M;
};
template <class V>
struct Member<std::optional<V>> {
  using Value = V;
};
template <class V>
struct Member<Given<V>> {
  using Value = V;
};

template <class M, class V>
void assign(M& member, V&& value, const yaml::Node& node) {
  using Value = typename Member<M>::Value;
  using Read = std::decay_t<V>;
  static_assert(std::is_convertible_v<Read, Value>, "the member cannot hold what its type reads");
  if constexpr (std::is_same_v<M, Given<Value>>) {
    member.value = static_cast<Value>(std::forward<V>(value));
    member.span = node.span();
  } else if constexpr (std::is_same_v<Read, Value>) {
    member = std::forward<V>(value);
  } else {
    member = static_cast<Value>(std::forward<V>(value));
  }
}

bool is_note(std::string_view key);
/// The shape of `node` is one that `type` can read.
bool fits(const TypeInfo& type, const yaml::Node& node);
/// "a quantity such as `50 MB/s`", "a list of texts".
std::string expectation(const TypeInfo& type, const Context& context);
/// Refuses anything but a map (list), in words that fit the type; an empty list or map is fine.
bool expect_map(const TypeInfo& type, const yaml::Node& node, Context& context);
bool expect_list(const TypeInfo& type, const yaml::Node& node, Context& context);
bool expect_scalar(const TypeInfo& type, const yaml::Node& node, Context& context);
/// Unknown keys, missing keys and keys that exclude each other.
void check_keys(const TypeInfo& record, const yaml::Node& node, Context& context);
/// Index into `type.choices`, or -1 after a diagnostic.
int decode_choice(const TypeInfo& type, const yaml::Node& node, Context& context);
bool refuse_neither(const TypeInfo& type, const yaml::Node& node, Context& context, const Diagnostics& first);
void append(Diagnostics& to, const Diagnostics& from);

}  // namespace detail

template <class E>
Type<E> choice(Choices<E> choices) {
  auto info = std::make_shared<TypeInfo>();
  info->kind = TypeInfo::Kind::choice;
  std::vector<E> values;
  for (auto& [name, value] : choices) {
    info->choices.push_back(name);
    values.push_back(value);
  }
  return {info, [info, values](const yaml::Node& node, E& out, Context& context) {
            const int index = detail::decode_choice(*info, node, context);
            if (index < 0) return false;
            out = values[static_cast<std::size_t>(index)];
            return true;
          }};
}

template <class V>
Type<std::vector<V>> list(Type<V> item, bool single_ok) {
  auto info = std::make_shared<TypeInfo>();
  info->kind = TypeInfo::Kind::list;
  info->children = {item.info};
  info->single_ok = single_ok;
  return {info, [info, item](const yaml::Node& node, std::vector<V>& out, Context& context) {
            out.clear();
            if (info->single_ok && !node.is_sequence() && !node.is_null()) {
              V value{};
              if (!item.decode(node, value, context)) return false;
              out.push_back(std::move(value));
              return true;
            }
            if (!detail::expect_list(*info, node, context)) return false;
            bool good = true;
            for (std::size_t i = 0; i < node.size(); ++i) {
              V value{};
              if (item.decode(node[i], value, context)) {
                out.push_back(std::move(value));
              } else {
                good = false;
              }
            }
            return good;
          }};
}

template <class V>
Type<std::vector<Named<V>>> named_map(Type<V> item) {
  auto info = std::make_shared<TypeInfo>();
  info->kind = TypeInfo::Kind::named_map;
  info->children = {item.info};
  return {info, [info, item](const yaml::Node& node, std::vector<Named<V>>& out, Context& context) {
            out.clear();
            if (!detail::expect_map(*info, node, context)) return false;
            bool good = true;
            for (std::size_t i = 0; i < node.size(); ++i) {
              const yaml::Node child = node[i];
              if (detail::is_note(child.key())) continue;
              Named<V> named{std::string(child.key()), child.key_span(), V{}};
              if (item.decode(child, named.value, context)) {
                out.push_back(std::move(named));
              } else {
                good = false;
              }
            }
            return good;
          }};
}

template <class T>
Type<T> record(const Record<T>& table) {
  return {table.info(), [&table](const yaml::Node& node, T& out, Context& context) {
            return table.decode(node, out, context);
          }};
}

template <class V>
Type<V> either(Type<V> first, Type<V> second) {
  auto info = std::make_shared<TypeInfo>();
  info->kind = TypeInfo::Kind::either;
  info->children = {first.info, second.info};
  return {info, [info, first, second](const yaml::Node& node, V& out, Context& context) {
            const bool first_fits = detail::fits(*first.info, node);
            const bool second_fits = detail::fits(*second.info, node);
            if (first_fits && !second_fits) return first.decode(node, out, context);
            if (second_fits && !first_fits) return second.decode(node, out, context);
            if (!first_fits) return detail::refuse_neither(*info, node, context, Diagnostics());
            Diagnostics first_problems;
            Context trial{context.units, first_problems};
            V value{};
            const bool first_read = first.decode(node, value, trial);
            if (!first_read) {
              Diagnostics second_problems;
              Context second_trial{context.units, second_problems};
              value = V{};
              if (!second.decode(node, value, second_trial))
                return detail::refuse_neither(*info, node, context, first_problems);
              detail::append(context.diagnostics, second_problems);
            } else {
              detail::append(context.diagnostics, first_problems);
            }
            out = std::move(value);
            return true;
          }};
}

template <class T>
Record<T>::Record(std::string name, std::string doc) : info_(std::make_shared<TypeInfo>()) {
  info_->kind = TypeInfo::Kind::record;
  info_->name = std::move(name);
  info_->doc = std::move(doc);
}

template <class T>
template <class M, class V>
void Record<T>::add(std::string key, bool required, M member, Type<V> type, std::string doc) {
  info_->fields.push_back(FieldInfo{std::move(key), type.info, required, std::move(doc)});
  readers_.push_back([member, decode = type.decode](const yaml::Node& node, T& out, Context& context) {
    V value{};
    if (!decode(node, value, context)) return false;
    detail::assign(std::invoke(member, out), std::move(value), node);
    return true;
  });
}

template <class T>
template <class M, class V>
Record<T>& Record<T>::required(std::string key, M member, Type<V> type, std::string doc) {
  add(std::move(key), true, member, std::move(type), std::move(doc));
  return *this;
}

template <class T>
template <class M, class V>
Record<T>& Record<T>::optional(std::string key, M member, Type<V> type, std::string doc) {
  add(std::move(key), false, member, std::move(type), std::move(doc));
  return *this;
}

template <class T>
template <class M, class Part>
Record<T>& Record<T>::embed(M member, const Record<Part>& part) {
  for (std::size_t i = 0; i < part.readers_.size(); ++i) {
    info_->fields.push_back(part.info_->fields[i]);
    readers_.push_back([member, read = part.readers_[i]](const yaml::Node& node, T& out, Context& context) {
      return read(node, std::invoke(member, out), context);
    });
  }
  for (const auto& keys : part.info_->exclusive) info_->exclusive.push_back(keys);
  for (const auto& check : part.checks_) {
    checks_.push_back([member, check](const T& value, const yaml::Node& node, Context& context) {
      check(std::invoke(member, value), node, context);
    });
  }
  for (const auto& locate : part.locations_) {
    locations_.push_back(
        [member, locate](T& out, const Span& span) { locate(std::invoke(member, out), span); });
  }
  return *this;
}

template <class T>
Record<T>& Record<T>::exclusive(std::vector<std::string> keys) {
  info_->exclusive.push_back(std::move(keys));
  return *this;
}

template <class T>
Record<T>& Record<T>::check(std::function<void(const T&, const yaml::Node&, Context&)> check) {
  checks_.push_back(std::move(check));
  return *this;
}

template <class T>
Record<T>& Record<T>::locate(Span T::*member) {
  locations_.push_back([member](T& out, const Span& span) { out.*member = span; });
  return *this;
}

template <class T>
bool Record<T>::decode(const yaml::Node& node, T& out, Context& context) const {
  const std::size_t errors_before = context.diagnostics.error_count();
  if (!detail::expect_map(*info_, node, context)) return false;
  for (const auto& locate : locations_) locate(out, node.span());
  detail::check_keys(*info_, node, context);
  for (std::size_t i = 0; i < readers_.size(); ++i) {
    const yaml::Node child = node.find(info_->fields[i].key);
    if (child) readers_[i](child, out, context);
  }
  if (context.diagnostics.error_count() != errors_before) return false;
  for (const auto& check : checks_) check(out, node, context);
  return context.diagnostics.error_count() == errors_before;
}

}  // namespace rackfit::schema
