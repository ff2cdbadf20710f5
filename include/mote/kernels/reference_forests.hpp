// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace mote::kernels {

/// A question of trees that are laid out in preorder: to the right if keys[place] > limit, else to the next.
struct Fork {
    std::int32_t limit;
    std::uint16_t place, right;
};

/// What forests ask: the specification. Masks have one bit for each row, the first row's lowest.
namespace reference {

/// The number of the fork or leaf that follows forks[at].
constexpr std::size_t step(const Fork* forks, const std::int32_t* keys, std::size_t at) {
    const Fork& fork = forks[at];
    return keys[fork.place] > fork.limit ? fork.right : at + 1;
}

/// y[i] += x[i]
constexpr void add_bytes(const std::uint8_t* x, std::uint32_t* y, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) y[i] += x[i];
}

/// columns[c * pitch + i] = rows[i][first + c], for n rows and `count` columns
template <class Row, class T>
constexpr void columns(const Row* rows, std::size_t n, std::size_t first, std::size_t count, T* columns,
                       std::size_t pitch) {
    for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t c = 0; c < count; ++c) columns[c * pitch + i] = rows[i][first + c];
    }
}

/// masks[t * words + w], bit j: is keys[64 * w + j] above thresholds[t]? These are n, in ascending order.
template <class Key>
constexpr void exceed(const Key* keys, std::size_t words, const Key* thresholds, std::size_t n,
                      std::uint64_t* masks) {
    for (std::size_t t = 0; t < n; ++t) {
        for (std::size_t w = 0; w < words; ++w) {
            std::uint64_t mask = 0;
            for (std::size_t j = 0; j < 64; ++j) {
                mask |= std::uint64_t{keys[64 * w + j] > thresholds[t]} << j;
            }
            masks[t * words + w] = mask;
        }
    }
}

/// numbers[64 * w + j]: the one whose bits are bit j of planes[w], planes[words + w], ... of n planes.
template <class Number>
constexpr void gather_bits(const std::uint64_t* planes, std::size_t n, std::size_t words, Number* numbers) {
    for (std::size_t i = 0; i < 64 * words; ++i) {
        unsigned number = 0;
        for (std::size_t b = 0; b < n; ++b) {
            number |= static_cast<unsigned>(planes[b * words + i / 64] >> i % 64 & 1) << b;
        }
        numbers[i] = static_cast<Number>(number);
    }
}

}  // namespace reference
}  // namespace mote::kernels
