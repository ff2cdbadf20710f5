// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/fixed.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/kept_rows.hpp"

namespace mote {

/// The mean target of the k nearest rows.
///
/// Shapes  x: [Features]. predict(): scalar.
/// Units   x: one scale for all features, since distances add them up. In q15 distances are exact, means are
///         rounded once, and all answers have the same bits on every target.
/// Errors  update() and fit() refuse values and targets that are not finite, fit() also an empty dataset and
///         any where the tolerance is below 0 or not finite. More rows than Capacity are no error:
///         config.when_full says which stay. Of fewer than k rows it is the mean of all. predict() is 0
///         before any row, for an x that is not finite and where all rows are too far away for T.
/// Memory  Capacity * (Features + 1) scalars, the tolerance and 32 bytes. predict() takes rows * Features
///         multiply-accumulates and 64 scalars of stack; update() as KeptRows says.
/// Source  Cover 1968, Estimation by the nearest neighbor rule, IEEE Transactions on Information Theory
///         14(1):50-55; weights in proportion to 1 / distance as in scikit-learn's KNeighborsRegressor.
template <Scalar T, std::size_t Features, std::size_t Capacity, NeighborsConfig config = NeighborsConfig{},
          class Isa = isa::Native>
requires((FloatingScalar<T> || std::same_as<T, q15>)&&config.k > 0 &&
         config.k <= Capacity) class KNearestNeighborsRegression {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Target = T;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t capacity = Capacity;

    /// Condensed rows: one that the others estimate to within the tolerance can be spared. The seed chooses
    /// what a reservoir keeps.
    constexpr explicit KNearestNeighborsRegression(T tolerance = T(0), std::uint64_t seed = 1)
        : kept_(seed), seed_(seed), tolerance_(tolerance) {}

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, T> data) {
        if (const Status status = check_targets(data); status != Status::ok) return status;
        if (!usable()) return Status::bad_parameter;
        reset();
        for (std::size_t row = 0; row < data.size(); ++row) keep(data.rows[row], data.labels[row]);
        return Status::ok;
    }

    constexpr Status update(Sample x, T y) {
        if (!all_finite(x) || !all_finite(std::array{y})) return Status::not_finite;
        if (!usable()) return Status::bad_parameter;
        keep(x, y);
        return Status::ok;
    }

    [[nodiscard]] constexpr T predict(Sample x) const { return mean(x, Capacity); }

    constexpr void reset() { kept_.reset(seed_); }

    /// The rows that are kept, and their targets.
    [[nodiscard]] constexpr std::size_t count() const { return kept_.count(); }
    [[nodiscard]] constexpr Sample row(std::size_t i) const { return kept_.rows()[i]; }
    [[nodiscard]] constexpr T target(std::size_t i) const { return kept_.target(i); }

private:
    [[nodiscard]] constexpr bool usable() const {
        return tolerance_ >= T(0) && all_finite(std::array{tolerance_});
    }

    constexpr void keep(Sample x, T y) {
        kept_.keep(x, y, [this](std::size_t i) { return abs(mean(row(i), i) - target(i)) <= tolerance_; });
    }

    [[nodiscard]] constexpr T mean(Sample x, std::size_t without) const {
        const auto neighbours = kept_.template nearest<config, Isa>(x, without);
        const auto weights = detail::weights_of<config>(neighbours);
        detail::WeightOf<T> total = 0;
        for (const auto weight : weights) total += weight;
        if constexpr (FloatingScalar<T>) {
            T result = 0;
            for (std::size_t i = 0; i < config.k; ++i) {
                if (weights[i] > 0) result += weights[i] / total * kept_.target(neighbours[i].place);
            }
            return result;
        } else {
            std::int64_t sum = 0;
            for (std::size_t i = 0; i < config.k; ++i) {
                if (weights[i] > 0) sum += std::int64_t{weights[i]} * kept_.target(neighbours[i].place).raw;
            }
            const std::int64_t half = sum < 0 ? -std::int64_t{total} / 2 : std::int64_t{total} / 2;
            return total == 0 ? T(0) : T::saturate(static_cast<std::int32_t>((sum + half) / total));
        }
    }

    KeptRows<T, Features, T, Capacity, config.when_full> kept_;
    std::uint64_t seed_;
    T tolerance_;
};

}  // namespace mote
