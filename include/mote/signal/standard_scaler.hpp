// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Moves every feature to mean 0 and scales it to standard deviation 1.
///
/// Shapes  x: [Features]. transform(): [Features].
/// Units   x: any, one unit per feature; transform(): standard deviations (of the rows seen, as in
///         scikit-learn, not of the source they are drawn from).
/// Errors  update() and fit() refuse values that are not finite or whose squares are not, fit() also no
///         rows. A feature that never varied is only moved. Before any sample transform() changes nothing.
/// Memory  4 * Features scalars and a count. Time O(Features).
/// Source  RunningMoments: Welford 1962 and Chan, Golub, LeVeque 1983.
template <FloatingScalar T, std::size_t Features>
class StandardScaler {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t outputs = Features;
    static constexpr bool exactly_mergeable = true;  // up to the rounding of T

    constexpr StandardScaler() { prepare(); }

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        StandardScaler next;
        for (const Row& row : rows) {
            if (const Status status = next.accumulate(row); status != Status::ok) return status;
        }
        next.prepare();
        *this = next;
        return Status::ok;
    }

    constexpr Status update(Sample x) {
        const Status status = accumulate(x);
        if (status == Status::ok) prepare();
        return status;
    }

    [[nodiscard]] constexpr Row transform(Sample x) const {
        Row result{};
        for (std::size_t i = 0; i < Features; ++i) result[i] = (x[i] - moments_.mean(i)) * factors_[i];
        return result;
    }

    [[nodiscard]] constexpr Row inverse_transform(Sample x) const {
        Row result{};
        for (std::size_t i = 0; i < Features; ++i) result[i] = x[i] * deviations_[i] + moments_.mean(i);
        return result;
    }

    /// As if this scaler had also seen every sample of the other.
    constexpr Status merge(const StandardScaler& other) {
        const Status status = moments_.merge(other.moments_);
        if (status == Status::ok) prepare();
        return status;
    }

    constexpr void reset() { *this = StandardScaler{}; }

    [[nodiscard]] constexpr std::uint32_t count() const { return moments_.count(); }
    [[nodiscard]] constexpr T mean(std::size_t i) const { return moments_.mean(i); }
    [[nodiscard]] constexpr T deviation(std::size_t i) const { return deviations_[i]; }

private:
    constexpr Status accumulate(Sample x) {
        for (std::size_t i = 0; i < Features; ++i) {
            const T gap = x[i] - moments_.mean(i);
            if (!isfinite(gap * gap)) return Status::not_finite;  // or too far away to square
        }
        return moments_.update(x);
    }

    constexpr void prepare() {
        for (std::size_t i = 0; i < Features; ++i) {
            const T variance = moments_.variance(i, 0);
            deviations_[i] = variance > 0 ? sqrt(variance) : T{1};
            factors_[i] = 1 / deviations_[i];
        }
    }

    RunningMoments<T, Features> moments_;
    Row deviations_{};
    Row factors_{};  // their reciprocals, so that transform() never divides
};

}  // namespace mote
