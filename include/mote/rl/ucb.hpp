// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"
#include "mote/rl/bandit.hpp"

namespace mote::rl {

/// The arm whose mean could plausibly be the highest: mean + sqrt(2 ln n / n_arm), for rewards in 0 .. 1.
///
/// Errors  as ArmStatistics.
/// Memory  ArmStatistics.
/// Time    O(Arms) square roots and one logarithm a choice.
/// Source  Auer, Cesa-Bianchi, Fischer 2002, Machine Learning 47:235-256, figure 1; with a window as in
///         Garivier and Moulines 2011, ALT, section 2 (their B = 1, xi = 2).
template <FloatingScalar T, std::size_t Arms, std::size_t Window = 0>
class Ucb1 : public StatisticalBandit<T, Arms, Window> {
public:
    [[nodiscard]] constexpr Action choose(Random&) const {
        const auto& seen = this->seen();
        const T doubt = 2 * log(static_cast<T>(max<std::uint32_t>(seen.pulls(), 1)));
        return seen.best(
            [&](std::size_t arm) { return seen.mean(arm) + sqrt(doubt / static_cast<T>(seen.pulls(arm))); });
    }
};

/// Ucb1 with the arms' own variances, bounded by the 1/4 of a reward in 0 .. 1: less doubt about steady arms.
/// Source  Auer, Cesa-Bianchi, Fischer 2002, section 4, UCB1-TUNED.
template <FloatingScalar T, std::size_t Arms, std::size_t Window = 0>
class UcbTuned : public StatisticalBandit<T, Arms, Window> {
public:
    [[nodiscard]] constexpr Action choose(Random&) const {
        const auto& seen = this->seen();
        const T log_pulls = log(static_cast<T>(max<std::uint32_t>(seen.pulls(), 1)));
        return seen.best([&](std::size_t arm) {
            const T share = log_pulls / static_cast<T>(seen.pulls(arm));
            const T variance = seen.variance(arm) + sqrt(2 * share);
            return seen.mean(arm) + sqrt(share * min(T(0.25), variance));
        });
    }
};

}  // namespace mote::rl
