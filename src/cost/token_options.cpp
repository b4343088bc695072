// Tokens by the million: who sells the served models, what other models would cost, and the nearest that is
// sold where nobody sells the one that is served.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "options.hpp"
#include "rackfit/base/did_you_mean.hpp"

namespace rackfit::cost {

namespace {

struct ApiOffer {
  const catalog::ApiPrice* api = nullptr;
  TokenRates rates;
  double blended = 0;
};

double minutes_of(const std::string& time) {
  return (time[0] - '0') * 600 + (time[1] - '0') * 60 + (time[3] - '0') * 10 + (time[4] - '0');
}

/// Shares of the day's hours in which tokens are used; empty: evenly.
std::vector<double> hour_shares(const Setting& setting) {
  if (!setting.costs.tokens_between) return {};
  const double from = minutes_of(setting.costs.tokens_between->from);
  const double until = minutes_of(setting.costs.tokens_between->until);
  std::vector<double> shares(24, 0.0);
  for (std::size_t hour = 0; hour < shares.size(); ++hour) {
    const auto overlap = [&](double begin, double end) {
      const double start = static_cast<double>(hour) * 60;
      return std::max(0.0, std::min(end, start + 60) - std::max(begin, start));
    };
    shares[hour] = from < until ? overlap(from, until) : overlap(0, until) + overlap(from, 24 * 60);
  }
  return shares;
}

/// What is left of a price when some of the tokens may wait.
double batch_factor(const Setting& setting) {
  return 1 - setting.usual("api-batch-share") * setting.usual("api-batch-discount");
}

std::optional<ApiOffer> offer_of(const catalog::ApiPrice& api, const ModelWork& work,
                                 const Setting& setting) {
  auto rates = token_rates(api, work.tokens.prompt_tokens, setting.exchange, hour_shares(setting));
  if (!rates) return {};
  const double factor =
      catalog::factor_of(setting.discounts(), api.row.id, "api", api.provider) * batch_factor(setting);
  *rates = {rates->input * factor, rates->cached_input * factor, rates->output * factor};
  return ApiOffer{&api, *rates, blended(*rates, work.tokens)};
}

/// Who sells a model's tokens, cheapest first, discounts taken off.
std::vector<ApiOffer> apis_of(const ModelWork& work, const Setting& setting) {
  std::vector<ApiOffer> offers;
  for (const catalog::ApiPrice& api : setting.market.apis.rows()) {
    if (work.model.empty() || fold_name(api.model) != fold_name(work.model)) continue;
    if (const auto offer = offer_of(api, work, setting)) offers.push_back(*offer);
  }
  std::stable_sort(offers.begin(), offers.end(),
                   [](const ApiOffer& a, const ApiOffer& b) { return a.blended < b.blended; });
  return offers;
}

Course by_token(const ModelWork& work, const ApiOffer& offer, const Setting& setting) {
  ApiCase api;
  api.currency = setting.exchange.currency();
  api.terms = setting.terms;
  api.work = work.tokens;
  api.rates = offer.rates;
  Course course = api_course(api);
  const std::string& notes = offer.api->row.notes;
  // Under which name it is sold stands in the option's own.
  if (!notes.empty() && notes.rfind("sold as ", 0) != 0)
    course.notes.push_back(offer.api->row.id + ": " + notes);
  if (batch_factor(setting) < 1) {
    course.notes.push_back(
        fmt::format("{:.0f} % of the tokens wait for a batch queue at {:.0f} % off, where there is one",
                    setting.usual("api-batch-share") * 100, setting.usual("api-batch-discount") * 100));
    course.unverified.push_back("batch discount");
  }
  setting.mark(course, "api", offer.api->row.id, offer.api->row.source);
  return course;
}

/// All models' tokens at one row; of other models than those that are served it is not the same work.
Course at_row(const Served& models, const catalog::ApiPrice& api, const Setting& setting) {
  Course sum;
  sum.kind = Kind::api;
  sum.provider = api.provider;
  sum.currency = setting.exchange.currency();
  double cost = 0, tokens = 0;
  for (const ModelWork& work : models.models) {
    if (fold_name(api.model) != fold_name(work.model)) sum.other_model = api.model;
    const auto offer = offer_of(api, work, setting);
    if (!offer) {
      sum.missing.push_back("an exchange rate");
      break;
    }
    add(sum, by_token(work, *offer, setting), setting.terms);
    cost += offer->blended * (work.tokens.input + work.tokens.output);
    tokens += work.tokens.input + work.tokens.output;
  }
  if (tokens > 0) sum.token_price = cost / tokens;
  const std::string& notes = api.row.notes;
  const std::string sold = notes.rfind("sold as ", 0) == 0 ? " (" + notes.substr(8) + ")" : "";
  sum.name = fmt::format("tokens from {}{}", api.row.id, sum.other_model.empty() ? sold : ", another model");
  return sum;
}

/// The cheapest provider of each model together.
Course cheapest_of_each(const Served& models, const Setting& setting) {
  Course cheapest;
  cheapest.kind = Kind::api;
  cheapest.name = "tokens, cheapest provider of each model";
  cheapest.currency = setting.exchange.currency();
  double cost = 0, tokens = 0;
  for (const ModelWork& work : models.models) {
    const auto offers = work.training ? std::vector<ApiOffer>{} : apis_of(work, setting);
    if (offers.empty()) {
      cheapest.missing.push_back(
          fmt::format("price of tokens of {}", work.model.empty() ? work.role : work.model));
      continue;
    }
    add(cheapest, by_token(work, offers.front(), setting), setting.terms);
    cheapest.notes.push_back(fmt::format("{} from {}", work.model, offers.front().api->row.id));
    cost += offers.front().blended * (work.tokens.input + work.tokens.output);
    tokens += work.tokens.input + work.tokens.output;
  }
  if (tokens > 0 && cheapest.missing.empty()) cheapest.token_price = cost / tokens;
  return cheapest;
}

}  // namespace

std::vector<Course> models_by_token(const Served& models, const Setting& setting) {
  std::vector<Course> courses;
  const auto is_training = [](const ModelWork& work) { return work.training; };
  if (std::all_of(models.models.begin(), models.models.end(), is_training)) return courses;
  if (setting.costs.apis) {
    for (const std::string& id : *setting.costs.apis) {
      if (const catalog::ApiPrice* api = setting.market.apis.find(id))
        courses.push_back(at_row(models, *api, setting));
    }
    return courses;
  }
  Course cheapest = cheapest_of_each(models, setting);
  if (models.models.size() != 1 || !cheapest.missing.empty()) {
    courses.push_back(std::move(cheapest));
    return courses;
  }
  // One model: its providers side by side.
  constexpr std::size_t shown = 4;
  for (const ApiOffer& offer : apis_of(models.models.front(), setting)) {
    if (courses.size() == shown) break;
    courses.push_back(at_row(models, *offer.api, setting));
  }
  return courses;
}

std::string nearest_sold(const ModelWork& work, const Setting& setting) {
  if (work.training || !(work.parameters > 0) || !apis_of(work, setting).empty()) return {};
  // Of a class are models of half to twice the size, in all and in use.
  const double most = std::log(2.0) + 1e-9;
  const catalog::Model* nearest = nullptr;
  std::optional<ApiOffer> cheapest;
  double least = 0;
  for (const catalog::ApiPrice& api : setting.market.apis.rows()) {
    const catalog::Model* model = api.open_weights ? setting.catalog.models.find(api.model) : nullptr;
    if (!model || !(model->parameters > 0)) continue;
    const double all = std::abs(std::log(model->parameters / work.parameters));
    const double active =
        std::abs(std::log(model->active_parameters.value_or(model->parameters) / work.active_parameters));
    if (all > most || active > most) continue;
    const auto offer = offer_of(api, work, setting);
    if (!offer) continue;
    const double distance = all + active;
    if (nearest && (distance > least || (distance == least && offer->blended >= cheapest->blended))) continue;
    nearest = model;
    cheapest = offer;
    least = distance;
  }
  if (!nearest) return {};
  return fmt::format(
      "nobody in the catalog sells tokens of {}; of its size {} ({:.0f} billion parameters) is sold for "
      "{:.2f} {} a million "
      "of this mix by {}, which is another model and only an orientation",
      work.model.empty() ? "this model" : work.model, nearest->row.id, nearest->parameters / 1e9,
      cheapest->blended, setting.exchange.currency(), cheapest->api->provider);
}

}  // namespace rackfit::cost
