// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/supervised/histogram_splitter.hpp"
#include "mote/supervised/tree.hpp"

namespace mote {

/// What a boosted ensemble makes smaller, as a function of a row's scores. A loss knows the scores to start
/// from, the gradient for one of them, and itself. What all outputs of a row share is computed once: its
/// norm. This one is minus the logarithm of the right class's share. The scores are logits; two classes need
/// one. Source  Friedman 2001, The Annals of Statistics 29(5):1189-1232, section 4.6; second derivatives as
/// in
///         scikit-learn, which has no factor for the number of classes.
template <FloatingScalar T, std::size_t Classes>
struct LogLoss {
    static constexpr std::size_t outputs = Classes == 2 ? 1 : Classes;
    static constexpr bool by_quantile = false;
    using Scores = std::array<T, outputs>;

    template <class Label>
    [[nodiscard]] constexpr Scores start(std::span<const Label> labels) const {
        std::array<T, Classes> shares{};
        for (const Label label : labels) shares[label] += 1;
        T mean = 0;
        for (T& share : shares) {
            constexpr T least = std::numeric_limits<T>::epsilon();
            share = log(clamp(share / static_cast<T>(labels.size()), least, 1 - least));
            mean += share / T(Classes);
        }
        Scores scores{};
        for (std::size_t k = 0; k < outputs; ++k) {
            scores[k] = Classes == 2 ? shares[1] - shares[0] : shares[k] - mean;
        }
        return scores;
    }

    /// The logarithm of the sum of exponentials; of two classes the first one's logit is 0.
    [[nodiscard]] constexpr T norm(const Scores& scores) const {
        T highest = Classes == 2 ? T(0) : scores[0];
        for (const T score : scores) highest = max(highest, score);
        T sum = Classes == 2 ? exp(-highest) : T(0);
        for (const T score : scores) sum += exp(score - highest);
        return highest + log(sum);
    }

    template <class Label>
    [[nodiscard]] constexpr Gradient<T> gradient(T score, T norm, Label label, std::size_t output) const {
        const T share = exp(score - norm);
        const bool hit = label == (Classes == 2 ? 1 : output);
        return {hit ? share - 1 : share, share * (1 - share)};
    }

    template <class Label>
    [[nodiscard]] constexpr T operator()(const Scores& scores, Label label) const {
        if constexpr (Classes == 2) return norm(scores) - (label == 1 ? scores[0] : T(0));
        return norm(scores) - scores[Classes == 2 ? 0 : label];
    }
};

/// Half the squared error; the start is the mean.
template <FloatingScalar T>
struct SquaredLoss {
    static constexpr std::size_t outputs = 1;
    static constexpr bool by_quantile = false;
    using Scores = std::array<T, 1>;

    [[nodiscard]] constexpr Scores start(std::span<const T> targets) const {
        T mean = 0;
        for (const T target : targets) mean += target / static_cast<T>(targets.size());
        return {mean};
    }

    [[nodiscard]] constexpr T norm(const Scores&) const { return 0; }
    [[nodiscard]] constexpr Gradient<T> gradient(T score, T, T target, std::size_t) const {
        return {score - target, 1};
    }
    [[nodiscard]] constexpr T operator()(const Scores& scores, T target) const {
        return (scores[0] - target) * (scores[0] - target) / 2;
    }
};

/// A target above the score costs `quantile` times the gap, one below 1 - quantile times: least where that
/// share of the targets is below. Its slope does not say how far to go: leaves are quantiles of what is left.
/// Source  Koenker, Bassett 1978, Econometrica 46(1):33-50.
template <FloatingScalar T>
struct QuantileLoss {
    static constexpr std::size_t outputs = 1;
    static constexpr bool by_quantile = true;
    using Scores = std::array<T, 1>;

    T quantile = T(0.5);

    [[nodiscard]] constexpr Scores start(std::span<const T>) const { return {0}; }
    [[nodiscard]] constexpr T norm(const Scores&) const { return 0; }
    [[nodiscard]] constexpr Gradient<T> gradient(T score, T, T target, std::size_t) const {
        return {target >= score ? -quantile : 1 - quantile, 1};
    }
    [[nodiscard]] constexpr T operator()(const Scores& scores, T target) const {
        const T gap = target - scores[0];
        return gap >= 0 ? quantile * gap : (quantile - 1) * gap;
    }
};

}  // namespace mote
