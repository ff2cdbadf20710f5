// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/status.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

struct Exp3Config {
    double gamma = 0.1;  // share of the pulls spread over all arms alike
    double forget =
        0;  // share of the weight given back to all arms at each pull (Exp3.S); 0 for a fixed best arm
};

/// Makes no assumption about how rewards come about, not even that they stay the same: exponential weights of
/// importance-weighted rewards, which must lie in 0 .. 1.
///
/// Errors  update() refuses an arm out of range (bad_state), a reward that is not finite (not_finite) or not
///         in 0 .. 1 (bad_parameter).
/// Memory  Arms scalars; the weights are kept as shares that sum to one, so they never overflow. Time O(Arms)
///         and one exponential.
/// Source  Auer, Cesa-Bianchi, Freund, Schapire 2002, SIAM Journal on Computing 32(1):48-77, figure 1 (Exp3)
///         and figure 5 (Exp3.S); equations (1) and (2) are their steps 1 and 3.
template <FloatingScalar T, std::size_t Arms, Exp3Config Config = Exp3Config{}>
requires(Arms >= 1 && Arms <= 256 && Config.gamma > 0 && Config.gamma <= 1 && Config.forget >= 0 &&
         Config.forget < 1) class Exp3 {
public:
    using Scalar = T;
    static constexpr std::size_t arms = Arms;

    constexpr Exp3() { reset(); }

    [[nodiscard]] constexpr T probability(std::size_t arm) const {
        return (1 - gamma) * shares_[arm] + gamma / static_cast<T>(Arms);  // (1)
    }

    [[nodiscard]] constexpr Action choose(Random& random) const {
        T draw = random.uniform<T>();
        for (std::size_t arm = 0; arm + 1 < Arms; ++arm) {
            draw -= probability(arm);
            if (draw < 0) return static_cast<Action>(arm);
        }
        return static_cast<Action>(Arms - 1);
    }

    constexpr Status update(Action arm, T reward) {
        if (arm >= Arms) return Status::bad_state;
        if (!isfinite(reward)) return Status::not_finite;
        if (reward < 0 || reward > 1) return Status::bad_parameter;
        shares_[arm] *= exp(gamma / static_cast<T>(Arms) * reward / probability(arm));  // (2)
        T total = 0;
        for (const T share : shares_) total += share;
        constexpr T kept = 1 - static_cast<T>(Config.forget);
        for (T& share : shares_) share = kept * share / total + (1 - kept) / static_cast<T>(Arms);
        return Status::ok;
    }

    constexpr void reset() { shares_.fill(1 / static_cast<T>(Arms)); }

private:
    static constexpr T gamma = static_cast<T>(Config.gamma);
    std::array<T, Arms> shares_{};
};

}  // namespace mote::rl
