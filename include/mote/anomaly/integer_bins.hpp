// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"

namespace mote {

/// log2(x) in 1/256, off by less than one of them, without floating point; x > 0.
[[nodiscard]] constexpr std::int32_t binary_logarithm(std::uint64_t x) {
    const int whole = static_cast<int>(std::bit_width(x)) - 1;
    std::uint64_t rest = whole > 30 ? x >> (whole - 30) : x << (30 - whole);  // 1 .. 2, 30 bits behind
    std::int32_t result = whole;
    for (int digit = 0; digit < 8; ++digit) {
        rest = rest * rest >> 30;
        const bool doubled = rest >> 31 != 0;
        if (doubled) rest >>= 1;
        result = 2 * result + (doubled ? 1 : 0);
    }
    return result;
}

/// Bins of equal width over a range of whole numbers of up to 16 bits, found by a product.
/// Memory  4 bytes.
template <std::size_t Bins>
requires(Bins > 0 && Bins <= 4096) class IntegerBins {
public:
    /// `width` from the lowest value to the highest, at most 65,535.
    constexpr void fit(std::uint32_t width) {
        // Rounded up, so that a value on an edge is in the upper bin; the product with a gap fits 32 bits.
        factor_ = width == 0 ? 0 : ((std::uint32_t{Bins} << shift) + width - 1) / width;
    }

    /// Of the value that is `gap` above the lowest, not above the highest.
    [[nodiscard]] constexpr std::size_t bin_of(std::uint32_t gap) const {
        return min<std::size_t>(gap * factor_ >> shift, Bins - 1);
    }

private:
    static constexpr int shift = 31 - static_cast<int>(std::bit_width(Bins));

    std::uint32_t factor_ = 0;  // bins for each step of the range, times 2^shift
};

}  // namespace mote
