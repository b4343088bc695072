#include <algorithm>
#include <cmath>

#include "rackfit/measured/fit.hpp"

namespace rackfit::measured {
namespace {

// Errors beyond this (of a logarithm: about 15 %) count linearly.
constexpr double huber = 0.15;
// Pull towards the start, per parameter over its whole range, as if so much of one row spoke for it: it keeps
// still what no row speaks of, and keeps few rows from driving parameters that stand in for each other to odd
// places.
constexpr double stay_rows = 0.02;
constexpr double difference = 2e-3;  // step of the numeric derivative, in parts of the range
constexpr double first_damping = 1e-2, least_damping = 1e-7, most_damping = 1e6;
constexpr double good_enough = 1e-6;  // relative gain below which an iteration is the last one

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;

double loss_of(double r) {
  const double size = std::abs(r);
  return size <= huber ? r * r / 2 : huber * (size - huber / 2);
}

/// Solves A·x = b for a small symmetric positive definite matrix; false when it is not.
bool solve(Matrix a, Vector& b) {
  const std::size_t n = b.size();
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j <= i; ++j) {
      double sum = a[i][j];
      for (std::size_t k = 0; k < j; ++k) sum -= a[i][k] * a[j][k];
      if (i == j) {
        if (!(sum > 0)) return false;
        a[i][i] = std::sqrt(sum);
      } else {
        a[i][j] = sum / a[j][j];
      }
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return true;
}

/// Works in u = (x − low) / (high − low), so that all parameters have the same range.
class Search {
 public:
  Search(const Residuals& residuals, const Vector& weights, const Vector& start,
         const std::vector<Bounds>& bounds)
      : residuals_(residuals), weights_(weights), bounds_(bounds) {
    double sum = 0, rows = 0;
    for (const double weight : weights) {
      sum += weight;
      if (weight > 0) rows += 1;
    }
    stay_ = rows > 0 ? stay_rows * sum / rows : 1;
    for (std::size_t i = 0; i < start.size(); ++i) {
      const double range = bounds[i].high - bounds[i].low;
      u_.push_back(range > 0 ? std::clamp((start[i] - bounds[i].low) / range, 0.0, 1.0) : 0);
    }
    start_ = u_;
  }

  Minimum run(int most) {
    Vector r = evaluate(u_);
    double best = total(r, u_);
    double damping = first_damping;
    while (evaluations_ + static_cast<int>(u_.size()) < most && damping < most_damping) {
      Matrix normal;
      Vector gradient;
      linearise(r, normal, gradient);
      bool better = false;
      double gain = 0;
      while (!better && damping < most_damping && evaluations_ < most) {
        const Vector trial = stepped(normal, gradient, damping);
        Vector trial_r = evaluate(trial);
        const double trial_loss = total(trial_r, trial);
        better = trial_loss < best;
        if (better) {
          gain = (best - trial_loss) / std::max(best, 1e-300);
          best = trial_loss;
          u_ = trial;
          r = std::move(trial_r);
          damping = std::max(least_damping, damping / 5);
        } else {
          damping *= 4;
        }
      }
      if (!better || gain < good_enough) break;
    }
    return {outside(u_), best, evaluations_};
  }

 private:
  Vector outside(const Vector& u) const {
    Vector x(u.size());
    for (std::size_t i = 0; i < u.size(); ++i)
      x[i] = bounds_[i].low + u[i] * (bounds_[i].high - bounds_[i].low);
    return x;
  }

  Vector evaluate(const Vector& u) {
    ++evaluations_;
    return residuals_(outside(u));
  }

  double total(const Vector& r, const Vector& u) const {
    double sum = 0;
    for (std::size_t i = 0; i < r.size(); ++i) sum += weights_[i] * loss_of(r[i]);
    for (std::size_t i = 0; i < u.size(); ++i) sum += stay_ * (u[i] - start_[i]) * (u[i] - start_[i]) / 2;
    return std::isfinite(sum) ? sum : 1e300;
  }

  /// Normal equations at u_, with Huber's weights.
  void linearise(const Vector& r, Matrix& normal, Vector& gradient) {
    const std::size_t n = u_.size();
    std::vector<Vector> slopes(n);
    for (std::size_t i = 0; i < n; ++i) {
      Vector moved = u_;
      const double h = u_[i] + difference <= 1 ? difference : -difference;
      moved[i] += h;
      slopes[i] = evaluate(moved);
      for (std::size_t k = 0; k < r.size(); ++k) slopes[i][k] = (slopes[i][k] - r[k]) / h;
    }
    normal.assign(n, Vector(n, 0));
    gradient.assign(n, 0);
    for (std::size_t k = 0; k < r.size(); ++k) {
      const double size = std::abs(r[k]);
      const double w = weights_[k] * (size <= huber ? 1 : huber / size);
      if (!std::isfinite(w)) continue;
      for (std::size_t i = 0; i < n; ++i) {
        gradient[i] += w * slopes[i][k] * r[k];
        for (std::size_t j = 0; j <= i; ++j) normal[i][j] += w * slopes[i][k] * slopes[j][k];
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      gradient[i] += stay_ * (u_[i] - start_[i]);
      normal[i][i] += stay_;
      for (std::size_t j = 0; j < i; ++j) normal[j][i] = normal[i][j];
    }
  }

  /// One damped step; a parameter that would leave its range stops at the border.
  Vector stepped(const Matrix& normal, const Vector& gradient, double damping) const {
    const std::size_t n = u_.size();
    std::vector<bool> fixed(n, false);
    for (std::size_t i = 0; i < n; ++i)
      fixed[i] = (u_[i] <= 0 && gradient[i] > 0) || (u_[i] >= 1 && gradient[i] < 0);
    Matrix a = normal;
    Vector b(n);
    for (std::size_t i = 0; i < n; ++i) {
      b[i] = fixed[i] ? 0 : -gradient[i];
      for (std::size_t j = 0; j < n; ++j) {
        if (i != j && (fixed[i] || fixed[j])) a[i][j] = 0;
      }
      a[i][i] = a[i][i] * (1 + damping) + damping * stay_;
    }
    Vector trial = u_;
    if (!solve(a, b)) return trial;
    for (std::size_t i = 0; i < n; ++i) trial[i] = std::clamp(u_[i] + b[i], 0.0, 1.0);
    return trial;
  }

  const Residuals& residuals_;
  const Vector& weights_;
  const std::vector<Bounds>& bounds_;
  Vector u_, start_;
  double stay_ = 0;
  int evaluations_ = 0;
};

}  // namespace

Minimum minimise(const Residuals& residuals, const std::vector<double>& weights, std::vector<double> start,
                 const std::vector<Bounds>& bounds, int most_evaluations) {
  return Search(residuals, weights, start, bounds).run(most_evaluations);
}

}  // namespace rackfit::measured
