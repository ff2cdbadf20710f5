// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// For float and double below; for q15, in integers, in gaussian_naive_bayes_q15.hpp.
template <Scalar T, std::size_t Features, std::size_t Classes, class LabelType = std::uint8_t,
          class Isa = isa::Native>
requires can_label<LabelType, Classes>
class GaussianNaiveBayes;

/// Gaussian naive Bayes: each class is a normal distribution with independent features.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. predict_proba(): [Classes], sums to one.
/// Units   x: any, one unit per feature; scaling a feature changes nothing but the smoothing.
/// Errors  update() and fit() refuse values that are not finite or whose squares are not, and labels out
///         of range, fit() also a class without a row. A class never seen is never predicted; before any
///         sample predict() is 0.
/// Memory  3 * Classes * Features + 2 * Classes + 1 words; never allocates. predict() takes
///         Classes * Features multiply-accumulates; update() as many logarithms, fit() once.
/// Source  Bishop 2006, Pattern Recognition and Machine Learning, sections 1.5 and 4.2; smoothing by the
///         largest feature variance as in scikit-learn. Moments after Welford 1962, Technometrics
///         4(3):419-420, (1), (2), merged after Chan, Golub, LeVeque 1983, The American Statistician
///         37(3):242-247, (3).
template <FloatingScalar T, std::size_t Features, std::size_t Classes, class LabelType, class Isa>
requires can_label<LabelType, Classes>
class GaussianNaiveBayes<T, Features, Classes, LabelType, Isa> {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr T impossible = std::numeric_limits<T>::lowest() / 2;
    static constexpr bool exactly_mergeable = true;  // up to the rounding of T

    /// The share of the largest feature variance that is added to every variance.
    constexpr explicit GaussianNaiveBayes(T var_smoothing = T(1e-9)) : var_smoothing_(var_smoothing) {
        prepare();
    }

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data) {
        GaussianNaiveBayes next(var_smoothing_);
        const Status status =
            learn_every_class(data, next.counts_, [&](Sample x, Label y) { return next.accumulate(x, y); });
        if (status != Status::ok) return status;
        next.prepare();
        *this = next;
        return Status::ok;
    }

    constexpr Status update(Sample x, Label y) {
        const Status status = accumulate(x, y);
        if (status == Status::ok) prepare();
        return status;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        const std::array<T, Classes> scores = predict_joint_log_proba(x);
        std::size_t best = 0;
        T highest = scores[0];
        for (std::size_t k = 1; k < Classes; ++k) {
            best = scores[k] > highest ? k : best;
            highest = max(highest, scores[k]);
        }
        return static_cast<Label>(best);
    }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        return softmax(predict_joint_log_proba(x));
    }

    /// log P(class) + log p(x | class); `impossible` for a class never seen and for an x that is not finite.
    [[nodiscard]] constexpr std::array<T, Classes> predict_joint_log_proba(Sample x) const {
        const std::span<const T, Features> values = x;  // a type that tells kernels its length
        std::array<T, Classes> result{};
        for (std::size_t k = 0; k < Classes; ++k) {
            const T exponent =
                kernels::weighted_squared_distance<Vectors<Features>>(values, means_[k], weights_[k]);
            result[k] = max(impossible, constants_[k] - exponent);
        }
        return result;
    }

    /// As if this model had also seen every sample of the other, in any order.
    constexpr Status merge(const GaussianNaiveBayes& other) {
        for (std::size_t k = 0; k < Classes; ++k) merge_class(k, other);
        prepare();
        return Status::ok;
    }

    constexpr void reset() { *this = GaussianNaiveBayes(var_smoothing_); }

    [[nodiscard]] constexpr std::uint32_t count(Label label) const { return counts_[label]; }
    [[nodiscard]] constexpr Sample mean(Label label) const { return means_[label]; }

private:
    /// What is shorter than a vector is done sooner one by one.
    template <std::size_t Length>
    using Vectors = std::conditional_t<(Length < 8), isa::Portable, Isa>;

    /// Learns the moments and leaves the tables for predict() to prepare().
    constexpr Status accumulate(Sample x, Label y) {
        if (y >= Classes) return Status::bad_label;
        for (std::size_t i = 0; i < Features; ++i) {
            const T gap = x[i] - means_[y][i];
            if (!isfinite(gap * gap)) return Status::not_finite;  // or too far away to square
        }
        const T count = static_cast<T>(++counts_[y]);
        for (std::size_t i = 0; i < Features; ++i) {
            const T before = x[i] - means_[y][i];
            means_[y][i] += before / count;                    // (1)
            squares_[y][i] += before * (x[i] - means_[y][i]);  // (2)
        }
        return Status::ok;
    }

    constexpr void merge_class(std::size_t k, const GaussianNaiveBayes& other) {
        const std::uint32_t total = counts_[k] + other.counts_[k];
        if (total == 0) return;
        const T share = static_cast<T>(other.counts_[k]) / static_cast<T>(total);
        for (std::size_t i = 0; i < Features; ++i) {
            const T gap = other.means_[k][i] - means_[k][i];
            means_[k][i] += gap * share;
            squares_[k][i] += other.squares_[k][i] + gap * gap * share * static_cast<T>(counts_[k]);  // (3)
        }
        counts_[k] = total;
    }

    /// Turns moments into what predict() needs: no division and no logarithm is left for it.
    constexpr void prepare() {
        const T seen = total();
        const T smoothing = var_smoothing_ * largest_variance(seen);
        for (std::size_t k = 0; k < Classes; ++k) {
            constants_[k] = impossible;
            if (counts_[k] == 0) continue;
            const T count = static_cast<T>(counts_[k]);
            constants_[k] = log(count / seen);
            for (std::size_t i = 0; i < Features; ++i) {
                const T variance = squares_[k][i] / count + smoothing;
                weights_[k][i] = variance > 0 ? T(0.5) / variance : 0;  // what never varied says nothing
                if (variance > 0) constants_[k] -= T(0.5) * log(two_pi * variance);
            }
        }
    }

    /// The variance of the most variable feature over all classes together.
    [[nodiscard]] constexpr T largest_variance(T seen) const {
        T largest = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            T centre = 0, squares = 0;
            for (std::size_t k = 0; k < Classes; ++k)
                centre += means_[k][i] * (static_cast<T>(counts_[k]) / seen);
            for (std::size_t k = 0; k < Classes; ++k) {
                const T gap = means_[k][i] - centre;
                squares += squares_[k][i] + static_cast<T>(counts_[k]) * gap * gap;
            }
            largest = max(largest, squares / seen);
        }
        return largest;
    }

    [[nodiscard]] constexpr T total() const {
        std::uint32_t sum = 0;
        for (const std::uint32_t count : counts_) sum += count;
        return static_cast<T>(max<std::uint32_t>(sum, 1));
    }

    static constexpr T two_pi = static_cast<T>(6.28318530717958647692L);

    std::array<std::array<T, Features>, Classes> means_{};
    std::array<std::array<T, Features>, Classes> weights_{};  // 1 / (2 * variance)
    std::array<std::array<T, Features>, Classes> squares_{};  // sums of squared deviations from the mean
    std::array<T, Classes> constants_{};                      // log prior and log normalisation
    std::array<std::uint32_t, Classes> counts_{};
    T var_smoothing_;
};

}  // namespace mote
