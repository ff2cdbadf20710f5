// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/bandit.hpp"

namespace mote::rl {

/// Gamma(shape, 1) for shape >= 1.
/// Source  Marsaglia and Tsang 2000, ACM Transactions on Mathematical Software 26(3):363-372, section 3.
template <FloatingScalar T>
[[nodiscard]] constexpr T draw_gamma(T shape, Random& random) {
    const T d = shape - T(1) / 3;
    const T c = 1 / sqrt(9 * d);
    for (;;) {
        const T x = random.normal<T>();
        const T root = 1 + c * x;
        if (root <= 0) continue;
        const T v = root * root * root;
        const T u = 1 - random.uniform<T>();  // in (0, 1], so that its logarithm exists
        if (log(u) < T(0.5) * x * x + d - d * v + d * log(v)) return d * v;
    }
}

/// Thompson sampling for rewards of 0 or 1 (any in between counts in part): draws each arm's rate from its
/// Beta(1 + successes, 1 + failures) and pulls the highest.
///
/// Errors  update() also refuses a reward outside 0 .. 1 (bad_parameter).
/// Memory  ArmStatistics.
/// Time    O(Arms) pairs of gamma variates a choice.
/// Source  Agrawal and Goyal 2012, COLT, algorithm 1.
template <FloatingScalar T, std::size_t Arms, std::size_t Window = 0>
class ThompsonBernoulli : public StatisticalBandit<T, Arms, Window> {
public:
    constexpr Status update(Action arm, T reward) {
        if (isfinite(reward) && (reward < 0 || reward > 1)) return Status::bad_parameter;
        return StatisticalBandit<T, Arms, Window>::update(arm, reward);
    }

    [[nodiscard]] constexpr Action choose(Random& random) const {
        const auto& seen = this->seen();
        std::size_t best = 0;
        T highest = -1;
        for (std::size_t arm = 0; arm < Arms; ++arm) {
            const T pulls = static_cast<T>(seen.pulls(arm));
            const T successes = clamp(seen.mean(arm) * pulls, T(0), pulls);
            const T a = draw_gamma(1 + successes, random);
            const T rate = a / (a + draw_gamma(1 + pulls - successes, random));
            if (rate > highest) {
                best = arm;
                highest = rate;
            }
        }
        return static_cast<Action>(best);
    }
};

struct ThompsonGaussianConfig {
    double noise = 1;       // standard deviation of one reward about its arm's mean
    double prior_mean = 0;  // what an arm is thought to pay before it was pulled,
    double prior = 1;       // and the standard deviation of that belief
};

/// Thompson sampling for real rewards: a normal belief about each arm's mean, from a normal prior and rewards
/// of known noise.
///
/// Errors, Memory  as ArmStatistics. Time  O(Arms) normal variates a choice.
/// Source  Russo et al. 2018, A Tutorial on Thompson Sampling, section 3; the posterior is Bishop 2006,
///         (2.141) and (2.142).
template <FloatingScalar T, std::size_t Arms, std::size_t Window = 0,
          ThompsonGaussianConfig Config = ThompsonGaussianConfig{}>
requires(Config.noise > 0 && Config.prior > 0) class ThompsonGaussian
    : public StatisticalBandit<T, Arms, Window> {
public:
    [[nodiscard]] constexpr Action choose(Random& random) const {
        const auto& seen = this->seen();
        std::size_t best = 0;
        T highest = 0;
        for (std::size_t arm = 0; arm < Arms; ++arm) {
            const T pulls = static_cast<T>(seen.pulls(arm));
            const T certainty = prior_certainty + pulls * noise_certainty;  // (2.142)
            const T mean = (prior_certainty * prior_mean + noise_certainty * pulls * seen.mean(arm)) /
                           certainty;  // (2.141)
            const T belief = mean + random.normal<T>() / sqrt(certainty);
            if (arm == 0 || belief > highest) {
                best = arm;
                highest = belief;
            }
        }
        return static_cast<Action>(best);
    }

private:
    static constexpr T prior_mean = static_cast<T>(Config.prior_mean);
    static constexpr T prior_certainty = static_cast<T>(1 / (Config.prior * Config.prior));
    static constexpr T noise_certainty = static_cast<T>(1 / (Config.noise * Config.noise));
};

}  // namespace mote::rl
