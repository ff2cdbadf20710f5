// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "mote/core/exponential.hpp"
#include "mote/core/floating.hpp"

namespace mote {

/// The law of what exceeds a high level: how far beyond it the samples of almost any source lie. Shape 0 is
/// the exponential law, above 0 the tail is heavy, below 0 it ends at scale / -shape.
/// Source  Pickands 1975, The Annals of Statistics 3(1):119-131.
template <FloatingScalar T>
struct GeneralizedPareto {
    T scale = 1;
    T shape = 0;

    /// What a share of all excesses goes beyond. share: (0, 1].
    [[nodiscard]] constexpr T exceeded_by(T share) const {
        const T time = -log(share);
        const T growth = shape * time;
        if (abs(growth) > T(0.02)) return (exp(growth) - 1) / shape * scale;
        T series = 1;  // of (exp(x) - 1) / x, which would lose its digits near 0
        for (int term = 6; term > 1; --term) series = 1 + growth / static_cast<T>(term) * series;
        return time * series * scale;
    }
};

/// Fits the law to excesses by probability-weighted moments, which takes no iteration and never fails.
///
/// Shapes  excesses: [n] in rising order, each > 0; n > 1.
/// Units   scale: that of the excesses. shape: -1 .. 1. prior: the number of excesses that the assumption of
///         an exponential tail is worth; 0 trusts the excesses alone.
/// Memory  none. Time O(n).
/// Source  Hosking and Wallis 1987, Technometrics 29(3):339-349, section 2.3 (their k is -shape) with the
///         unbiased weights (n - j) / (n - 1). Deviation: the shape is kept from falling below -1, a uniform
///         law, and drawn towards 0 by the prior, the scale then follows from the mean.
template <FloatingScalar T>
[[nodiscard]] constexpr GeneralizedPareto<T> fit_generalized_pareto(std::span<const T> excesses,
                                                                    T prior = 0) {
    const auto n = static_cast<T>(excesses.size());
    T mean = 0, weighted = 0;  // a_0 and a_1
    for (std::size_t j = 0; j < excesses.size(); ++j) {
        mean += excesses[j] / n;
        weighted += excesses[j] / n * static_cast<T>(excesses.size() - 1 - j);
    }
    weighted /= n - 1;
    const T spread = max(mean - 2 * weighted, mean / 3);
    const T shape = (2 - mean / spread) * n / (n + prior);
    return {mean * (1 - shape), shape};
}

}  // namespace mote
