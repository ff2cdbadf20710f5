// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/order_statistic.hpp"
#include "mote/core/p2_quantile.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Moves the median of every feature to 0 and scales its middle half to a width of 1, so that outliers
/// among the rows hardly count.
///
/// Shapes  x: [Features]. transform(): [Features].
/// Units   x: any, one unit per feature; transform(): interquartile ranges.
/// Errors  update() and fit() refuse what is not finite, fit() also no rows. A feature whose quartiles are
///         equal is only moved. Before any sample transform() changes nothing.
/// Memory  38 words of T and counts per feature. update() O(Features); fit() O(n * Features * bits of T).
/// Source  fit() takes exact quantiles, interpolated as in scikit-learn. update() follows them by P2Quantile
///         (Jain and Chlamtac 1985) and so cannot be merged; it goes on where fit() ended, but replaces the
///         exact quantiles by the stream's.
template <FloatingScalar T, std::size_t Features>
class RobustScaler {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t outputs = Features;

    constexpr RobustScaler() { ranges_.fill(1); }

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        RobustScaler next;
        for (const Row& row : rows) {
            if (const Status status = next.update(row); status != Status::ok) return status;
        }
        for (std::size_t i = 0; i < Features; ++i) {
            const T lower = quantile(rows, i, T(0.25)), upper = quantile(rows, i, T(0.75));
            next.place(i, lower, quantile(rows, i, T(0.5)), upper);
        }
        *this = next;
        return Status::ok;
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        for (std::size_t i = 0; i < Features; ++i) {
            Quartiles& q = quartiles_[i];
            for (P2Quantile<T>* one : {&q.lower, &q.middle, &q.upper}) {
                if (const Status status = one->update(x[i]); status != Status::ok) return status;
            }
            place(i, q.lower.value(), q.middle.value(), q.upper.value());
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr Row transform(Sample x) const {
        Row result{};
        for (std::size_t i = 0; i < Features; ++i) result[i] = (x[i] - centres_[i]) / ranges_[i];
        return result;
    }

    [[nodiscard]] constexpr Row inverse_transform(Sample x) const {
        Row result{};
        for (std::size_t i = 0; i < Features; ++i) result[i] = x[i] * ranges_[i] + centres_[i];
        return result;
    }

    constexpr void reset() { *this = RobustScaler{}; }

    [[nodiscard]] constexpr T centre(std::size_t i) const { return centres_[i]; }
    [[nodiscard]] constexpr T range(std::size_t i) const { return ranges_[i]; }

private:
    struct Quartiles {
        P2Quantile<T> lower{T(0.25)}, middle{T(0.5)}, upper{T(0.75)};
    };

    constexpr void place(std::size_t i, T lower, T middle, T upper) {
        centres_[i] = middle;
        ranges_[i] = upper > lower && isfinite(upper - lower) ? upper - lower : T{1};
    }

    std::array<Quartiles, Features> quartiles_{};
    Row centres_{};
    Row ranges_{};
};

}  // namespace mote
