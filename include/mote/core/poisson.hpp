// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/exponential.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/random.hpp"

namespace mote {

/// Draws from a Poisson distribution by a table of its cumulative probabilities in units of 2^-32: a
/// comparison for each unit of what is drawn, integers alone, and the same values on every target.
///
/// Memory  4 * Mean + 16 words, constant. One random number a draw. Time O(Mean).
/// Source  Devroye 1986, Non-Uniform Random Variate Generation, section III.2: inversion by sequential
///         search.
template <std::size_t Mean>
requires(Mean > 0 && Mean <= 20) class Poisson {
public:
    [[nodiscard]] static constexpr std::uint32_t draw(Random& random) {
        const std::uint32_t uniform = random.next();
        std::uint32_t value = 0;
        while (value + 1 < cumulative.size() && uniform >= cumulative[value]) ++value;
        return value;
    }

private:
    static constexpr auto cumulative = [] {
        std::array<std::uint32_t, 4 * Mean + 16> table{};
        double probability = exp(-static_cast<double>(Mean)), sum = 0;
        for (std::size_t k = 0; k < table.size(); ++k) {
            sum += probability;
            table[k] = static_cast<std::uint32_t>(min(sum * 0x1p32, 0x1p32 - 1));
            probability *= static_cast<double>(Mean) / static_cast<double>(k + 1);
        }
        return table;
    }();
};

}  // namespace mote
