// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// How far predicted probabilities are from what happened: log-loss and Brier score, sample by sample.
///
/// Shapes  probabilities: [Classes], truth: a label 0 .. Classes - 1.
/// Units   log_loss(): nats, >= 0. brier(): in [0, 1] for two classes, else [0, 2].
/// Errors  update() refuses what is no probability (not_finite, or bad_parameter outside [0, 1] and for all
///         zeros), labels out of range, and any sample after 2^32 - 1. Both are 0 before any sample.
/// Memory  2 scalars and a count. Time one logarithm and O(Classes).
/// Source  log-loss as scikit-learn's log_loss: probabilities are kept an epsilon of T away from 0 and 1 and
///         then made to sum to one. Brier 1950, Monthly Weather Review 78(1):1-3; for two classes half of
///         his sum, which is scikit-learn's brier_score_loss.
template <FloatingScalar T, std::size_t Classes, class LabelType = std::uint8_t>
requires(Classes >= 2 && can_label<LabelType, Classes>) class ProbabilityLoss {
public:
    using Scalar = T;
    using Label = LabelType;
    static constexpr std::size_t classes = Classes;

    constexpr Status update(const std::array<T, Classes>& probabilities, Label truth) {
        if (const Status status = check(probabilities, truth); status != Status::ok) return status;
        T sum = 0, squares = 0;
        for (std::size_t k = 0; k < Classes; ++k) {
            const T missed = probabilities[k] - static_cast<T>(k == truth);
            squares += missed * missed;
            sum += clipped(probabilities[k]);
        }
        if constexpr (Classes == 2) squares /= 2;
        const T count = static_cast<T>(++count_);
        log_loss_ += (log(sum / clipped(probabilities[truth])) - log_loss_) / count;
        brier_ += (squares - brier_) / count;
        return Status::ok;
    }

    constexpr void reset() { *this = ProbabilityLoss{}; }

    [[nodiscard]] constexpr T log_loss() const { return log_loss_; }
    [[nodiscard]] constexpr T brier() const { return brier_; }
    [[nodiscard]] constexpr std::uint32_t count() const { return count_; }

private:
    [[nodiscard]] static constexpr T clipped(T probability) {
        constexpr T epsilon = std::numeric_limits<T>::epsilon();
        return clamp(probability, epsilon, 1 - epsilon);
    }

    [[nodiscard]] constexpr Status check(const std::array<T, Classes>& probabilities, Label truth) const {
        if (truth >= Classes) return Status::bad_label;
        if (!all_finite(probabilities)) return Status::not_finite;
        T largest = 0;
        for (const T p : probabilities) {
            if (p < 0 || p > 1) return Status::bad_parameter;
            largest = max(largest, p);
        }
        if (largest == 0) return Status::bad_parameter;
        return count_ == std::numeric_limits<std::uint32_t>::max() ? Status::capacity_full : Status::ok;
    }

    T log_loss_ = 0;
    T brier_ = 0;
    std::uint32_t count_ = 0;
};

}  // namespace mote
