// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "mote/core/concepts.hpp"

namespace mote {

/// PCG32 (XSH-RR): 64 bits of state, 32 bits out, the same stream on every target.
/// Source  O'Neill 2014, HMC-CS-2014-0905, section 6.3; pcg32_srandom_r and pcg32_random_r.
class Random {
public:
    constexpr explicit Random(std::uint64_t seed = 0, std::uint64_t stream = 0)
        : increment_(stream << 1 | 1) {
        next();
        state_ += seed;
        next();
    }

    /// Uniform over all 2^32 values.
    constexpr std::uint32_t next() {
        const std::uint64_t old = state_;
        state_ = old * 6364136223846793005u + increment_;
        const auto shifted = static_cast<std::uint32_t>((old >> 18 ^ old) >> 27);
        const auto turn = static_cast<std::uint32_t>(old >> 59);
        return shifted >> turn | shifted << ((32 - turn) & 31);
    }

    /// Uniform over 0 .. bound - 1, without bias; 0 for a bound of 0 or 1.
    constexpr std::uint32_t below(std::uint32_t bound) {
        if (bound < 2) return 0;
        const std::uint32_t threshold = (0u - bound) % bound;
        for (;;) {
            const std::uint32_t draw = next();
            if (draw >= threshold) return draw % bound;
        }
    }

    /// Uniform over [0, 1), with as many random bits as the significand holds.
    template <FloatingScalar T>
    constexpr T uniform() {
        if constexpr (sizeof(T) <= 4) {
            return static_cast<T>(next() >> 8) * static_cast<T>(0x1p-24);
        } else {
            const std::uint64_t high = next() >> 5;
            const std::uint64_t low = next() >> 6;
            return static_cast<T>(high << 26 | low) * static_cast<T>(0x1p-53);
        }
    }

private:
    std::uint64_t state_ = 0;
    std::uint64_t increment_;
};

}  // namespace mote
