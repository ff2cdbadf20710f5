// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/signal/pca.hpp"

namespace mote {

/// What a sample loses when only the principal components of the usual rows are kept of it: much, where
/// features that go together do not.
///
/// Shapes  x: [Features]. score(): scalar >= 0. contributions(): [Features], whose sum is the score.
/// Units   x: any, one unit per feature; score: squared standard deviations.
/// Errors  fit() refuses what Pca refuses. score() is 0 for an x that is not finite, and finite for any
///         other. Before fit() it is the squared length of x. A constant feature counts in its own unit.
/// Memory  and time as Pca.
/// Source  Jackson, Mudholkar 1979, Control procedures for residuals associated with principal component
///         analysis, Technometrics 21(3):341-349: the statistic Q, over standardised features.
template <FloatingScalar T, std::size_t Features, std::size_t Components, class Isa = isa::Native>
requires(Components < Features) class PcaReconstruction {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;

    [[nodiscard]] Status fit(Rows<T, Features> rows) { return pca_.fit(rows); }

    [[nodiscard]] constexpr T score(Sample x) const {
        T sum = 0;
        for (const T part : contributions(x)) sum += part;
        return isfinite(sum) ? sum : std::numeric_limits<T>::max();
    }

    /// What each feature adds to the score.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        Row result{};
        if (!all_finite(x)) return result;
        result = pca_.residual(x);
        for (T& part : result) part *= part;
        return result;
    }

    constexpr void reset() { pca_.reset(); }

    /// What was learnt, for IntegerPcaReconstruction.
    [[nodiscard]] constexpr const auto& pca() const { return pca_; }

private:
    Pca<T, Features, Components, PcaConfig{.standardize = true}, Isa> pca_;
};

}  // namespace mote
