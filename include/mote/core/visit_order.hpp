// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <numeric>

#include "mote/core/random.hpp"

namespace mote {

/// The numbers 0 .. count - 1, each once and scattered, for passes over rows that lie in some order: a random
/// start and a random stride without a common divisor with count.
///
/// Memory  three numbers, where a shuffled order would take one for each row.
class VisitOrder {
public:
    /// For 1 .. 2^32 - 1 numbers.
    constexpr VisitOrder(std::size_t count, Random& random) : count_(count) {
        next_ = random.below(static_cast<std::uint32_t>(count));
        do {
            stride_ = 1 + random.below(static_cast<std::uint32_t>(count));
        } while (std::gcd(stride_, count) != 1);
    }

    constexpr std::size_t next() {
        const std::size_t result = next_;
        next_ += next_ < count_ - stride_ ? stride_ : stride_ - count_;  // modulo count
        return result;
    }

private:
    std::size_t count_, next_, stride_ = 1;
};

}  // namespace mote
