// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/core/math.hpp"
#include "mote/nn/activation.hpp"
#include "mote/nn/softmax.hpp"

/// Losses: evaluate(y, target, slope) gives the loss of one sample and d loss / d y, the mean over the
/// outputs as PyTorch takes it; metric(y, target) is what people read in its place.
namespace mote::nn {

/// -log of the probability that Softmax gives to the right class. Takes the scores before Softmax, so that
/// neither the loss nor its slope loses digits where a probability is near 0 or 1. Metric: 1 where right.
/// Source  Bishop 2006, Pattern Recognition and Machine Learning, equations (4.108) and (4.109).
struct CrossEntropy {
    static constexpr bool before_softmax = true;
    template <class LastLayer>
    static constexpr bool contains = std::is_same_v<LastLayer, Softmax>;

    template <std::size_t Classes>
    [[nodiscard]] static constexpr bool allows(std::size_t label) {
        return label < Classes;
    }

    template <FloatingScalar T, std::size_t Classes>
    static constexpr T evaluate(std::span<const T, Classes> scores, std::size_t label, T* slope) {
        T largest = scores[0];
        for (const T score : scores) largest = max(largest, score);
        T total = 0;
        for (std::size_t i = 0; i < Classes; ++i) total += slope[i] = exp(scores[i] - largest);
        for (std::size_t i = 0; i < Classes; ++i) slope[i] /= total;
        slope[label] -= 1;                              // (4.109)
        return log(total) - (scores[label] - largest);  // (4.108)
    }

    template <FloatingScalar T, std::size_t Classes>
    static constexpr T metric(std::span<const T, Classes> scores, std::size_t label) {
        std::size_t best = 0;
        for (std::size_t i = 1; i < Classes; ++i) best = scores[i] > scores[best] ? i : best;
        return best == label ? T{1} : T{0};
    }
};

/// What the losses on target vectors have in common. Metric: mean absolute difference.
struct VectorLoss {
    static constexpr bool before_softmax = false;
    template <class LastLayer>
    static constexpr bool contains = false;

    template <std::size_t Outputs, class T>
    [[nodiscard]] static constexpr bool allows(const std::array<T, Outputs>& target) {
        return all_finite(target);
    }

    template <FloatingScalar T, std::size_t Outputs>
    static constexpr T metric(std::span<const T, Outputs> y, const std::array<T, Outputs>& target) {
        T total = 0;
        for (std::size_t i = 0; i < Outputs; ++i) total += abs(y[i] - target[i]);
        return total / static_cast<T>(Outputs);
    }

protected:
    /// The mean of of(y, target, slope) over the outputs.
    template <FloatingScalar T, std::size_t Outputs, class Of>
    static constexpr T mean(std::span<const T, Outputs> y, const std::array<T, Outputs>& target, T* slope,
                            Of of) {
        T total = 0;
        for (std::size_t i = 0; i < Outputs; ++i) {
            total += of(y[i], target[i], slope[i]);
            slope[i] /= static_cast<T>(Outputs);
        }
        return total / static_cast<T>(Outputs);
    }
};

/// Mean squared error.
/// Source  Bishop 2006, equation (5.11), without its half.
struct SquaredError : VectorLoss {
    template <FloatingScalar T, std::size_t Outputs>
    static constexpr T evaluate(std::span<const T, Outputs> outputs, const std::array<T, Outputs>& targets,
                                T* slopes) {
        return mean(outputs, targets, slopes, [](T y, T target, T& slope) {
            const T gap = y - target;
            slope = 2 * gap;
            return gap * gap;
        });
    }
};

/// Mean absolute error; its slope is 0 where there is none.
/// Source  Bloomfield and Steiger 1983, Least Absolute Deviations, chapter 1.
struct AbsoluteError : VectorLoss {
    template <FloatingScalar T, std::size_t Outputs>
    static constexpr T evaluate(std::span<const T, Outputs> outputs, const std::array<T, Outputs>& targets,
                                T* slopes) {
        return mean(outputs, targets, slopes, [](T y, T target, T& slope) {
            const T gap = y - target;
            slope = gap > 0 ? T{1} : gap < 0 ? T{-1} : gap;  // NaN stays
            return abs(gap);
        });
    }
};

/// Squared error near the target, absolute error beyond delta.
/// Source  Huber 1964, The Annals of Mathematical Statistics 35(1):73-101.
struct HuberLoss : VectorLoss {
    float delta = 1;

    template <FloatingScalar T, std::size_t Outputs>
    constexpr T evaluate(std::span<const T, Outputs> outputs, const std::array<T, Outputs>& targets,
                         T* slopes) const {
        const T bend = static_cast<T>(delta);
        return mean(outputs, targets, slopes, [bend](T y, T target, T& slope) {
            const T gap = y - target;
            slope = gap > bend ? bend : gap < -bend ? -bend : gap;
            return slope * (gap - slope / 2);
        });
    }
};

/// Cross-entropy of independent yes-or-no outputs, of which each score s means the probability
/// 1 / (1 + e^-s). A network that ends in Sigmoid gives these; one that ends before it gives scores, which
/// say yes where they are above 0. Targets: 0 to 1.
/// Metric: the share of the outputs on the right side.
/// Source  Bishop 2006, equation (4.90); in the form that no score overflows, as PyTorch's
///         BCEWithLogitsLoss.
struct BinaryCrossEntropy : VectorLoss {
    template <class LastLayer>
    static constexpr bool contains = std::is_same_v<LastLayer, Sigmoid>;

    template <std::size_t Outputs, class T>
    [[nodiscard]] static constexpr bool allows(const std::array<T, Outputs>& target) {
        for (const T value : target) {
            if (!(value >= 0 && value <= 1)) return false;
        }
        return true;
    }

    template <FloatingScalar T, std::size_t Outputs>
    static constexpr T evaluate(std::span<const T, Outputs> scores, const std::array<T, Outputs>& targets,
                                T* slopes) {
        return mean(scores, targets, slopes, [](T score, T target, T& slope) {
            const T small = exp(-abs(score));
            slope = (score < 0 ? small : T{1}) / (1 + small) - target;
            return max(score, T{0}) - score * target + log(1 + small);
        });
    }

    template <FloatingScalar T, std::size_t Outputs>
    static constexpr T metric(std::span<const T, Outputs> scores, const std::array<T, Outputs>& targets) {
        std::size_t right = 0;
        for (std::size_t i = 0; i < Outputs; ++i) {
            right += (scores[i] > 0) == (targets[i] > static_cast<T>(0.5)) ? 1 : 0;
        }
        return static_cast<T>(right) / static_cast<T>(Outputs);
    }
};

}  // namespace mote::nn
