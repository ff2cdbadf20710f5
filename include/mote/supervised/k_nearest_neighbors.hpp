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

/// The class that most of the k nearest rows have.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1.
/// Units   x: one scale for all features, since distances add them up. In q15 distances are exact, votes are
///         integers, and all answers have the same bits on every target.
/// Errors  update() and fit() refuse values that are not finite and labels out of range, fit() also an empty
///         dataset. More rows than Capacity are no error: config.when_full says which stay. Fewer than k
///         rows all vote. A tie goes to the smallest label. A row too far away for T has no vote; where none
///         has, as before any row and for an x that is not finite, all classes are alike and predict() is 0.
/// Memory  Capacity * Features scalars, as many labels, and 32 bytes. predict() takes rows * Features
///         multiply-accumulates and 64 scalars of stack; update() as KeptRows says.
/// Source  Cover and Hart 1967, IEEE Transactions on Information Theory 13(1):21-27; weights in proportion to
///         1 / distance as in scikit-learn's KNeighborsClassifier.
template <Scalar T, std::size_t Features, std::size_t Classes, std::size_t Capacity,
          NeighborsConfig config = NeighborsConfig{}, class LabelType = std::uint8_t, class Isa = isa::Native>
requires((FloatingScalar<T> || std::same_as<T, q15>)&&can_label<LabelType, Classes>&& config.k > 0 &&
         config.k <= Capacity) class KNearestNeighbors {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Shares = std::array<T, Classes>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr std::size_t capacity = Capacity;

    /// The seed chooses what a reservoir keeps.
    constexpr explicit KNearestNeighbors(std::uint64_t seed = 1) : kept_(seed), seed_(seed) {}

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        reset();
        for (std::size_t row = 0; row < data.size(); ++row) keep(data.rows[row], data.labels[row]);
        return Status::ok;
    }

    constexpr Status update(Sample x, Label y) {
        if (y >= Classes) return Status::bad_label;
        if (!all_finite(x)) return Status::not_finite;
        keep(x, y);
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return vote(x, Capacity); }

    /// Each class's share of the votes.
    [[nodiscard]] constexpr Shares predict_proba(Sample x) const {
        const Votes votes = this->votes(x, Capacity);
        Weight total = 0;
        for (const Weight vote : votes) total += vote;
        Shares shares{};
        for (std::size_t k = 0; k < Classes; ++k) {
            shares[k] = total > 0 ? share(votes[k], total) : share(1, static_cast<Weight>(Classes));
        }
        return shares;
    }

    constexpr void reset() { kept_.reset(seed_); }

    /// The rows that are kept, and their labels.
    [[nodiscard]] constexpr std::size_t count() const { return kept_.count(); }
    [[nodiscard]] constexpr Sample row(std::size_t i) const { return kept_.rows()[i]; }
    [[nodiscard]] constexpr Label label(std::size_t i) const { return kept_.target(i); }

private:
    using Weight = detail::WeightOf<T>;
    using Votes = std::array<Weight, Classes>;

    constexpr void keep(Sample x, Label y) {
        kept_.keep(x, y, [this](std::size_t i) { return vote(row(i), i) == label(i); });
    }

    [[nodiscard]] static constexpr T share(Weight part, Weight of) {
        if constexpr (FloatingScalar<T>) {
            return part / of;
        } else {
            return T::saturate(static_cast<std::int32_t>(((std::uint64_t{part} << 16) / of + 1) / 2));
        }
    }

    [[nodiscard]] constexpr Votes votes(Sample x, std::size_t without) const {
        const auto neighbours = kept_.template nearest<config, Isa>(x, without);
        const auto weights = detail::weights_of<config>(neighbours);
        Votes result{};
        for (std::size_t i = 0; i < config.k; ++i) {
            if (weights[i] > 0) result[kept_.target(neighbours[i].place)] += weights[i];
        }
        return result;
    }

    [[nodiscard]] constexpr Label vote(Sample x, std::size_t without) const {
        return static_cast<Label>(kernels::argmax<Isa>(votes(x, without)));
    }

    KeptRows<T, Features, Label, Capacity, config.when_full> kept_;
    std::uint64_t seed_;
};

}  // namespace mote
