// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/status.hpp"

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

    /// Normal with mean 0 and variance 1. Takes the same number of draws every time, so that a last bit which
    /// differs between targets cannot shift the stream. float never leaves +-5.8, double +-8.6.
    /// Source  Box and Muller 1958, The Annals of Mathematical Statistics 29(2):610-611.
    template <FloatingScalar T>
    constexpr T normal() {
        constexpr T two_pi = static_cast<T>(6.28318530717958647693);
        const T radius = sqrt(-2 * log(1 - uniform<T>()));
        return radius * cos(two_pi * uniform<T>());
    }

    /// Puts the values into random order, every order equally likely.
    /// Source  Durstenfeld 1964, Communications of the ACM 7(7):420.
    template <class T, std::size_t N>
    constexpr void shuffle(std::span<T, N> values) {
        for (std::size_t left = values.size(); left > 1; --left) {
            std::swap(values[left - 1], values[below(static_cast<std::uint32_t>(left))]);
        }
    }

    /// Fills `chosen` with different indices below `population` in rising order, every subset equally likely.
    /// Needs no memory and O(population) draws; refuses to choose more than there are.
    /// Source  Knuth 1997, The Art of Computer Programming 2, 3.4.2, algorithm S.
    template <std::unsigned_integral Index, std::size_t N>
    [[nodiscard]] constexpr Status sample_without_replacement(std::uint32_t population,
                                                              std::span<Index, N> chosen) {
        if (chosen.size() > population) return Status::bad_parameter;
        std::size_t found = 0;
        for (std::uint32_t index = 0; found < chosen.size(); ++index) {
            if (below(population - index) >= chosen.size() - found) continue;
            chosen[found++] = static_cast<Index>(index);
        }
        return Status::ok;
    }

private:
    std::uint64_t state_ = 0;
    std::uint64_t increment_;
};

}  // namespace mote
