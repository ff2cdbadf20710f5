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

/// Outlier detection by empirical cumulative distributions: how far out each feature is in the tail that
/// is the rarer, summed over the features. Nothing to set.
///
/// Shapes  x: [Features]. score(): scalar >= 0. contributions(): [Features], whose sum is the score.
/// Units   x: any, one unit per feature; score: nats.
/// Errors  fit() refuses no rows, and values and ranges that are not finite. score() is 0 for an x that is
///         not finite and before fit(). A constant feature adds nothing until it varies.
/// Memory  and time as EmpiricalTails; exact up to Knots rows.
/// Source  Li, Zhao, Hu, Botta, Ionescu, Chen 2023, ECOD, IEEE Transactions on Knowledge and Data
///         Engineering 35(12):12181-12193, in the form of PyOD: the largest of left tail, right tail and
///         the tail that the skewness points to is taken feature by feature.
template <FloatingScalar T, std::size_t Features, std::size_t Knots = 32>
class Ecod {
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
            // A feature that is not skewed at all counts both tails.
            result[i] = tails_.skew(i) == 0 ? left + right : max(left, right);
        }
        return result;
    }

    constexpr void reset() { *this = Ecod{}; }

private:
    EmpiricalTails<T, Features, Knots> tails_;
};

}  // namespace mote
