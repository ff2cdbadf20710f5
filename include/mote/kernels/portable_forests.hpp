// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/reference_forests.hpp"

/// What forests ask, where no instruction helps.
namespace mote::kernels::impl {

[[gnu::always_inline]] inline std::size_t step(isa::Portable, const Fork* forks, const std::int32_t* keys,
                                               std::size_t at) {
    return reference::step(forks, keys, at);
}

[[gnu::always_inline]] inline void add_bytes(isa::Portable, const std::uint8_t* x, std::uint32_t* y,
                                             std::size_t n) {
    reference::add_bytes(x, y, n);
}

template <class Row, class T>
inline void columns(isa::Portable, const Row* rows, std::size_t n, std::size_t first, std::size_t count,
                    T* columns, std::size_t pitch) {
    reference::columns(rows, n, first, count, columns, pitch);
}

/// Each key is searched among the thresholds, and marked at the last one that it is above. It is above all
/// lower ones as well, so masks are completed from the highest threshold down.
template <class Key>
inline void exceed(isa::Portable, const Key* keys, std::size_t words, const Key* thresholds, std::size_t n,
                   std::uint64_t* masks) {
    for (std::size_t i = 0; i < n * words; ++i) masks[i] = 0;
    for (std::size_t i = 0; i < 64 * words; ++i) {
        std::size_t below = 0;
        for (std::size_t size = n; size > 0; size /= 2) {
            const std::size_t middle = below + (size + 1) / 2;
            below = thresholds[middle - 1] < keys[i] ? middle : below;
        }
        if (below > 0) masks[(below - 1) * words + i / 64] |= std::uint64_t{1} << i % 64;
    }
    for (std::size_t i = n * words; i-- > words;) masks[i - words] |= masks[i];
}

template <class Number>
inline void gather_bits(isa::Portable, const std::uint64_t* planes, std::size_t n, std::size_t words,
                        Number* numbers) {
    reference::gather_bits(planes, n, words, numbers);
}

}  // namespace mote::kernels::impl
