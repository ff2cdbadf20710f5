// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/anomaly/empirical_tails.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Copula-based outlier detection: how far out each feature is in the tail that its skewness points to,
/// summed over the features. Nothing to set.
///
/// Shapes  x: [Features]. score(): scalar >= 0. contributions(): [Features], whose sum is the score.
/// Units   x: any, one unit per feature; score: nats.
/// Errors  fit() refuses no rows, and values and ranges that are not finite. score() is 0 for an x that is
///         not finite and before fit(). A constant feature adds nothing until it varies.
/// Memory  and time as EmpiricalTails; exact up to Knots rows.
/// Source  Li, Zhao, Botta, Ionescu, Hu 2020, COPOD, ICDM: 1118-1123, in the form of PyOD: the larger of the
///         skewed tail and the mean of both tails is taken feature by feature.
template <FloatingScalar T, std::size_t Features, std::size_t Knots = 32>
class Copod {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) { return tails_.fit(rows); }

    [[nodiscard]] constexpr T score(Sample x) const {
        T sum = 0;
        for (const T part : contributions(x)) sum += part;
        return sum;
    }

    /// What each feature adds to the score.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        Row result{};
        if (!tails_.trained() || !all_finite(x)) return result;
        for (std::size_t i = 0; i < Features; ++i) {
            const auto [left, right] = tails_.tails(i, x[i]);
            const T skew = tails_.skew(i);
            const T skewed = (skew <= 0 ? left : T{0}) + (skew >= 0 ? right : T{0});
            result[i] = max(skewed, (left + right) / 2);
        }
        return result;
    }

    constexpr void reset() { *this = Copod{}; }

private:
    EmpiricalTails<T, Features, Knots> tails_;
};

}  // namespace mote
