// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/arm_v6m_stage.hpp"

/// Convolution for cores whose only multiply is 32 x 32 -> 32: two products for each.
///
/// The weights of two filters share a word, w = w1 * 2^16 + w0, so that x * w = (x * w1) * 2^16 + x * w0. A
/// sum s of such products keeps its lanes apart as long as the weights of each lane add up to 255 at most,
/// sign aside: then |s0| <= 128 * 255 < 2^15. It is split before more could overflow:
///     total += s;  high += (s + 2^15) >> 16
/// where the shift yields s1 exactly, because s0 + 2^15 lies in [0, 2^16). In the end high is the sum of all
/// s1, and total - high * 2^16 (modulo 2^32) the sum of all s0.
///
/// Two taps may always be summed before a split. pack() looks at the weights and sums four where it may: a
/// block of sixteen taps says which, in the word before its weights.
///
/// A word holds two weights, so a layer takes two bytes of flash for each; unpack() gives them back. Inputs
/// are widened to words once for each pixel, so that LDM fills several registers at a time.
///
/// This is how weights lie; the code that reads them is in arm_v6m_multiply.hpp.
namespace mote::kernels::impl::arm_v6m {

inline constexpr std::size_t tile = 4;    // filters: two words of weights for each tap
inline constexpr std::size_t quad = 4;    // taps that are summed before a split where the weights allow
inline constexpr std::size_t block = 16;  // taps
inline constexpr std::int32_t most_of_a_lane = 255;

constexpr std::size_t round_up(std::size_t n, std::size_t unit) {
    return (n + unit - 1) / unit * unit;
}

/// Bytes of that code, from where it goes for a block of quads to where it goes for other cases.
inline constexpr std::size_t quad_code = 54, pair_code = 32, branch_code = 2;
inline constexpr std::size_t pairs_code = block / quad * quad_code + branch_code;
inline constexpr std::size_t end_code = pairs_code + block / 2 * pair_code + branch_code;

/// Where to go for so many taps, a multiple of four.
constexpr std::size_t entry(std::size_t taps, bool quads) {
    return quads ? (block - taps) / quad * quad_code : pairs_code + (block - taps) / 2 * pair_code;
}

/// The sum of filter i, from the totals of a and b and their high sums.
constexpr std::int32_t lane_sum(const std::int32_t* totals, std::size_t i) {
    const auto total = static_cast<std::uint32_t>(totals[i / 2]);
    const auto high = static_cast<std::uint32_t>(totals[2 + i / 2]);
    return static_cast<std::int32_t>(i % 2 == 0 ? total - (high << 16) : high);
}

/// Four filters as that code reads them: where the totals of a and b and their high sums begin; blocks
/// of taps, each an entry and for every two taps {a0, b0, a1, b1}, where a holds filters 0 and 1 and b
/// filters 2 and 3; the last entry; what turns the four sums into bytes.
template <std::size_t Taps>
struct Tile {
    static constexpr std::size_t blocks = (Taps + block - 1) / block;
    static constexpr std::size_t place(std::size_t filter, std::size_t tap) {
        return tile + tap / block + 1 + tap * (tile / 2) + filter % tile / 2;
    }

    std::array<std::int32_t, tile + blocks + Taps * tile / 2 + 1> stream{};
    std::array<Rescaler, tile> rescalers{};
    std::array<std::int32_t, tile> lowest{};

    constexpr void set_start(std::size_t filter, std::int32_t start) {
        const std::size_t pair = filter % tile / 2;
        const auto bits = static_cast<std::uint32_t>(start), total = static_cast<std::uint32_t>(stream[pair]);
        stream[pair] = static_cast<std::int32_t>(total + (filter % 2 == 0 ? bits : bits << 16));
        if (filter % 2 != 0) stream[2 + pair] = start;
    }
    [[nodiscard]] constexpr std::int32_t start(std::size_t filter) const {
        return lane_sum(stream.data(), filter % tile);
    }

    /// Adds a filter's weights, and one to `wide` of each block that has too much in a quad; returns their
    /// sum. Compilers evaluate this for every layer that is a constant: hence plain pointers.
    constexpr std::int32_t add_filter(std::size_t filter, const std::int8_t* weights, std::size_t n,
                                      std::array<bool, blocks>& wide) {
        const std::int32_t lane = filter % 2 == 0 ? 1 : 65536;
        std::int32_t sum = 0;
        for (std::size_t tap = 0; tap < n; tap += quad) {
            const std::size_t end = tap + quad < n ? tap + quad : n, first = place(filter, tap);
            std::int32_t magnitude = 0;
            for (std::size_t i = tap; i < end; ++i) {
                const std::int32_t weight = weights[i];
                stream[first + (i - tap) * (tile / 2)] += weight * lane;
                sum += weight;
                magnitude += weight < 0 ? -weight : weight;
            }
            if (magnitude > most_of_a_lane) wide[tap / block] = true;
        }
        return sum;
    }

    constexpr void set_entries(const std::array<bool, blocks>& wide) {
        for (std::size_t i = 0; i < blocks; ++i) {
            const std::size_t taps = std::min(block, Taps - i * block);
            stream[tile + i * (1 + block * tile / 2)] = static_cast<std::int32_t>(entry(taps, !wide[i]));
        }
        stream.back() = end_code;
    }
};

}  // namespace mote::kernels::impl::arm_v6m
