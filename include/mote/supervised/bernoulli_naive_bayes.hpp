// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/hyperplanes.hpp"

namespace mote {

/// Bernoulli naive Bayes: what matters of a feature is only whether it is above a threshold.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. predict_proba(): [Classes], sums to one.
/// Units   x: any; `threshold` is in its units.
/// Errors  update() and fit() refuse values that are not finite and labels out of range, fit() also a class
///         without a row; update() any row of a class after 2^32 - 1, merge() what would exceed that. A class
///         never seen is never predicted; before any sample predict() is 0.
/// Memory  2 * Classes * Features + 2 * Classes + 2 words. predict() takes at most Classes * Features
///         additions; update() 2 * Features logarithms and one for each class.
/// Source  Manning, Raghavan and Schuetze 2008, Introduction to Information Retrieval, section 13.3; counts
///         are smoothed by adding `alpha`, as in scikit-learn. Counts are integers: merging is exact to the
///         bit.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, class LabelType = std::uint8_t,
          class Isa = isa::Native>
requires can_label<LabelType, Classes>
class BernoulliNaiveBayes {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr bool exactly_mergeable = true;

    constexpr explicit BernoulliNaiveBayes(T threshold = 0, T alpha = 1)
        : threshold_(threshold), alpha_(alpha) {}

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data) {
        BernoulliNaiveBayes next(threshold_, alpha_);
        const Status status =
            learn_every_class(data, next.counts_, [&](Sample x, Label y) { return next.accumulate(x, y); });
        if (status != Status::ok) return status;
        for (std::size_t k = 0; k < Classes; ++k) next.prepare(k);
        *this = next;
        return Status::ok;
    }

    constexpr Status update(Sample x, Label y) {
        const Status status = accumulate(x, y);
        if (status == Status::ok) prepare(y);
        return status;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        return static_cast<Label>(kernels::argmax<Isa>(predict_joint_log_proba(x)));
    }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        return softmax(predict_joint_log_proba(x));
    }

    /// log P(class) + log P(x | class); the lowest number for a class never seen.
    [[nodiscard]] constexpr std::array<T, Classes> predict_joint_log_proba(Sample x) const {
        std::uint64_t seen = 0;
        for (const std::uint32_t count : counts_) seen += count;
        const T log_seen = seen == 0 ? T(0) : log(static_cast<T>(seen));
        std::array<T, Classes> result{};
        for (std::size_t k = 0; k < Classes; ++k) {
            result[k] = std::numeric_limits<T>::lowest();
            if (counts_[k] == 0) continue;
            T sum = constants_[k] - log_seen;
            for (std::size_t i = 0; i < Features; ++i) sum += x[i] > threshold_ ? log_odds_[k][i] : T(0);
            result[k] = sum;
        }
        return result;
    }

    /// As if this model had also seen every sample of the other, in any order.
    constexpr Status merge(const BernoulliNaiveBayes& other) {
        for (std::size_t k = 0; k < Classes; ++k) {
            if (other.counts_[k] > most - counts_[k]) return Status::capacity_full;
        }
        for (std::size_t k = 0; k < Classes; ++k) {
            counts_[k] += other.counts_[k];
            for (std::size_t i = 0; i < Features; ++i) above_[k][i] += other.above_[k][i];
            if (counts_[k] > 0) prepare(k);
        }
        return Status::ok;
    }

    constexpr void reset() { *this = BernoulliNaiveBayes(threshold_, alpha_); }

    [[nodiscard]] constexpr std::uint32_t count(Label label) const { return counts_[label]; }

    /// What predict() needs where all classes have been seen, for FixedLinearClassifier: of features that are
    /// 1 above the threshold, and else 0.
    [[nodiscard]] constexpr Hyperplanes<T, Features, Classes, Isa> planes() const {
        Hyperplanes<T, Features, Classes, Isa> result;
        if constexpr (Classes == 2) {
            std::array<T, Features> gap = log_odds_[1];
            for (std::size_t i = 0; i < Features; ++i) gap[i] -= log_odds_[0][i];
            result.set(0, gap, constants_[1] - constants_[0]);
        } else {
            for (std::size_t k = 0; k < Classes; ++k) result.set(k, log_odds_[k], constants_[k]);
        }
        return result;
    }

private:
    static constexpr std::uint32_t most = ~std::uint32_t{0};

    constexpr Status accumulate(Sample x, Label y) {
        if (y >= Classes) return Status::bad_label;
        if (!all_finite(x)) return Status::not_finite;
        if (counts_[y] == most) return Status::capacity_full;
        ++counts_[y];
        for (std::size_t i = 0; i < Features; ++i) above_[y][i] += x[i] > threshold_ ? 1 : 0;
        return Status::ok;
    }

    /// So that predict() only adds: what all features below the threshold say, and what one above changes.
    constexpr void prepare(std::size_t k) {
        const T count = static_cast<T>(counts_[k]);
        const T log_total = log(count + 2 * alpha_);
        constants_[k] = log(count);
        for (std::size_t i = 0; i < Features; ++i) {
            const T below = log(static_cast<T>(counts_[k] - above_[k][i]) + alpha_);
            log_odds_[k][i] = log(static_cast<T>(above_[k][i]) + alpha_) - below;
            constants_[k] += below - log_total;
        }
    }

    std::array<std::array<T, Features>, Classes> log_odds_{};
    std::array<std::array<std::uint32_t, Features>, Classes> above_{};
    std::array<T, Classes> constants_{};
    std::array<std::uint32_t, Classes> counts_{};
    T threshold_, alpha_;
};

}  // namespace mote
