// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/lbfgs.hpp"
#include "mote/core/math.hpp"
#include "mote/core/proximal.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/hyperplanes.hpp"

namespace mote {

/// What LogisticRegression learns by; scikit-learn's names and values where it has them.
template <FloatingScalar T, std::size_t Classes>
struct LogisticRegressionConfig {
    T C = 1;                                                     // fit: inverse strength of the penalty
    T l1_ratio = 0;                                              // fit: 0 penalises squares, 1 magnitudes
    T tolerance = std::is_same_v<T, float> ? T(3e-6) : T(1e-8);  // fit: largest gradient of the mean loss
    std::uint32_t iterations = 1000;                             // fit: at most
    T learning_rate = T(0.05);                                   // update
    T alpha = T(1e-4);                                           // update: penalty
    std::array<T, Classes> class_weight = [] {                   // how much a row of each class counts
        std::array<T, Classes> ones{};
        ones.fill(1);
        return ones;
    }();
};

/// Weights by which all classes count the same: rows / (Classes * rows of the class), 0 for one without rows.
template <FloatingScalar T, std::size_t Classes, class Label>
[[nodiscard]] constexpr std::array<T, Classes> balanced_weights(std::span<const Label> labels) {
    std::array<std::size_t, Classes> counts{};
    for (const Label label : labels) {
        if (label < Classes) ++counts[label];
    }
    std::array<T, Classes> weights{};
    for (std::size_t k = 0; k < Classes; ++k) {
        if (counts[k] > 0) weights[k] = static_cast<T>(labels.size()) / static_cast<T>(Classes * counts[k]);
    }
    return weights;
}

/// Softmax regression: the log odds of the classes are linear in the features.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. predict_proba(): [Classes], sums to one.
/// Units   x: standardised features (mean 0, deviation 1) learn best; the penalty depends on their scale.
/// Errors  fit() and update() refuse non-finite values and labels out of range, fit() also an empty dataset
///         and settings out of range; not_converged and diverged leave the model as it was.
/// Memory  (Features + 1) * Classes + Classes + 6 words; fit() takes 23 times the parameters on the stack, 7
///         times where magnitudes are penalised. predict() takes Features * Classes multiply-accumulates,
///         update() twice as many, fit() twice as many a row and iteration.
/// Source  Bishop 2006, Pattern Recognition and Machine Learning, section 4.3.4: (4.104) the classes'
///         probabilities, (4.108) the loss, (4.109) its gradient. fit() minimises scikit-learn's objective,
///         the penalty (1 - l1_ratio) |w|^2 / 2 + l1_ratio |w|_1 plus C times the weighted loss, without a
///         penalty on intercepts: by L-BFGS, or where magnitudes are penalised by proximal gradients.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, class LabelType = std::uint8_t,
          class Isa = isa::Native>
requires can_label<LabelType, Classes>
class LogisticRegression {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Config = LogisticRegressionConfig<T, Classes>;
    using Planes = Hyperplanes<T, Features, Classes, Isa>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    constexpr explicit LogisticRegression(Config config = Config{}) : config_(config) {}

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        if (!valid_settings()) return Status::bad_parameter;
        Parameters parameters{};
        const auto objective = [&](const Parameters& at, Parameters& gradient) {
            return penalised_loss(data, at, gradient);
        };
        const MinimiseConfig<T> limits{.tolerance = config_.tolerance, .iterations = config_.iterations};
        const Status status =
            config_.l1_ratio > 0
                ? minimise_with_l1(parameters, objective, magnitude_penalties(data.size()), limits)
                : minimise_lbfgs(parameters, objective, limits);
        if (status == Status::ok) parameters_ = parameters;
        return status;
    }

    /// One step of stochastic gradient descent.
    constexpr Status update(Sample x, Label y) {
        if (y >= Classes) return Status::bad_label;
        if (!all_finite(x)) return Status::not_finite;
        Parameters next = parameters_;
        const T kept = 1 - config_.learning_rate * config_.alpha;
        for (std::size_t i = 0; i < Classes * Features; ++i) next[i] *= kept;
        auto excess = predict_proba(x);
        excess[y] -= 1;
        for (T& value : excess) value *= -config_.learning_rate * config_.class_weight[y];
        add_outer_product(next, excess, x);
        if (!all_finite(next)) return Status::diverged;
        parameters_ = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        return static_cast<Label>(kernels::argmax<Isa>(logits(parameters_, x)));
    }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        return softmax(logits(parameters_, x));  // (4.104)
    }

    [[nodiscard]] constexpr Sample coefficients(Label label) const { return weights(parameters_, label); }
    [[nodiscard]] constexpr T intercept(Label label) const { return parameters_[Classes * Features + label]; }

    /// What predict() needs, for FixedLinearClassifier: of two classes only the difference.
    [[nodiscard]] constexpr Planes planes() const {
        Planes result;
        if constexpr (Classes == 2) {
            std::array<T, Features> difference{};
            for (std::size_t i = 0; i < Features; ++i) {
                difference[i] = parameters_[Features + i] - parameters_[i];
            }
            result.set(0, difference, intercept(1) - intercept(0));
        } else {
            for (std::size_t k = 0; k < Classes; ++k) {
                result.set(k, weights(parameters_, k), parameters_[Classes * Features + k]);
            }
        }
        return result;
    }

    /// A model trained elsewhere.
    constexpr void set(Label label, Sample coefficients, T intercept) {
        for (std::size_t i = 0; i < Features; ++i) parameters_[label * Features + i] = coefficients[i];
        parameters_[Classes * Features + label] = intercept;
    }

    constexpr void reset() { parameters_ = {}; }

private:
    /// Weights [Classes][Features], then intercepts [Classes].
    using Parameters = std::array<T, Classes*(Features + 1)>;

    [[nodiscard]] static constexpr Sample weights(const Parameters& parameters, std::size_t k) {
        return std::span<const T, Features>(parameters.data() + k * Features, Features);
    }

    [[nodiscard]] static constexpr std::array<T, Classes> logits(const Parameters& parameters, Sample x) {
        std::array<T, Classes> result{};
        for (std::size_t k = 0; k < Classes; ++k) {
            result[k] = parameters[Classes * Features + k] + kernels::dot<Isa>(x, weights(parameters, k));
        }
        return result;
    }

    /// weights += excess x^T, intercepts += excess
    static constexpr void add_outer_product(Parameters& to, const std::array<T, Classes>& excess, Sample x) {
        for (std::size_t k = 0; k < Classes; ++k) {
            kernels::axpy<Isa>(excess[k], x, std::span<T, Features>(to.data() + k * Features, Features));
            to[Classes * Features + k] += excess[k];
        }
    }

    [[nodiscard]] constexpr bool valid_settings() const {
        for (const T weight : config_.class_weight) {
            if (!(weight >= 0) || !isfinite(weight)) return false;
        }
        return config_.C > 0 && isfinite(config_.C) && config_.l1_ratio >= 0 && config_.l1_ratio <= 1;
    }

    /// Of the weights, not of the intercepts.
    [[nodiscard]] constexpr Parameters magnitude_penalties(std::size_t rows) const {
        Parameters penalties{};
        for (std::size_t i = 0; i < Classes * Features; ++i) {
            penalties[i] = config_.l1_ratio / (config_.C * static_cast<T>(rows));
        }
        return penalties;
    }

    /// The weighted mean of (4.108) over the rows and the penalty of squares, with the gradient.
    constexpr T penalised_loss(const Dataset<T, Features, Label>& data, const Parameters& at,
                               Parameters& gradient) const {
        const T rows = static_cast<T>(data.size());
        gradient = {};
        T loss = loss_of_rows(data, at, gradient);
        const T strength = (1 - config_.l1_ratio) / config_.C;
        for (std::size_t i = 0; i < Classes * Features; ++i) {
            gradient[i] += strength * at[i];
            loss += strength * at[i] * at[i] / 2;
        }
        for (T& value : gradient) value /= rows;
        return loss / rows;
    }

    /// (4.108) and (4.109), summed over the rows.
    constexpr T loss_of_rows(const Dataset<T, Features, Label>& data, const Parameters& at,
                             Parameters& gradient) const {
        if constexpr (Classes == 2) return loss_of_two(data, at, gradient);
        T loss = 0;
        for (std::size_t row = 0; row < data.size(); ++row) {
            std::array<T, Classes> excess = logits(at, data.rows[row]);
            const T weight = config_.class_weight[data.labels[row]];
            loss += weight * surprise(excess, data.labels[row]);
            excess[data.labels[row]] -= 1;
            for (T& value : excess) value *= weight;
            add_outer_product(gradient, excess, data.rows[row]);
        }
        return loss;
    }

    /// The same where only the difference of both logits matters: half the work.
    constexpr T loss_of_two(const Dataset<T, Features, Label>& data, const Parameters& at,
                            Parameters& gradient) const {
        const std::size_t last = Classes * Features;
        std::array<T, Features> gap{}, slope{};
        for (std::size_t i = 0; i < Features; ++i) gap[i] = at[Features + i] - at[i];
        T loss = 0, excess_sum = 0;
        for (std::size_t row = 0; row < data.size(); ++row) {
            const bool second = data.labels[row] == 1;
            const T margin = at[last + 1] - at[last] + kernels::dot<Isa>(data.rows[row], gap);
            const T behind = second ? -margin : margin;  // by how much the other class is ahead
            const T small = exp(-abs(margin)), weight = config_.class_weight[data.labels[row]];
            loss += weight * (log(1 + small) + max(behind, T(0)));
            const T other = weight * (behind > 0 ? 1 : small) / (1 + small);  // its probability
            const T excess = second ? -other : other;
            kernels::axpy<Isa>(excess, data.rows[row], slope);
            excess_sum += excess;
        }
        for (std::size_t i = 0; i < Features; ++i) {
            gradient[Features + i] = slope[i];
            gradient[i] = -slope[i];
        }
        gradient[last + 1] = excess_sum;
        gradient[last] = -excess_sum;
        return loss;
    }

    /// -log softmax(scores)[label], without taking the logarithm of a vanishing probability; the scores
    /// become their softmax.
    [[nodiscard]] static constexpr T surprise(std::array<T, Classes>& scores, Label label) {
        T highest = scores[0];
        for (const T score : scores) highest = max(highest, score);
        const T gap = highest - scores[label];
        T total = 0;
        for (T& score : scores) total += score = exp(score - highest);
        for (T& score : scores) score /= total;
        return log(total) + gap;
    }

    Parameters parameters_{};
    Config config_;
};

}  // namespace mote
