// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/portable_forests.hpp"
#include "mote/kernels/reference_forests.hpp"
#include "mote/kernels/x86_avx2_forests.hpp"
#include "mote/kernels/x86_avx512_forests.hpp"

/// The primitives of forests. As all others: the reference in constant expressions, otherwise the best
/// overload for Isa.
namespace mote::kernels {

/// The number of the fork or leaf that follows forks[at], without a branch where the set can do so.
template <class Isa = isa::Native>
[[gnu::always_inline]] constexpr std::size_t step(const Fork* forks, const std::int32_t* keys,
                                                  std::size_t at) {
    if (std::is_constant_evaluated()) return reference::step(forks, keys, at);
    return impl::step(Isa{}, forks, keys, at);
}

/// y[i] += x[i]
template <class Isa = isa::Native, std::size_t N>
[[gnu::always_inline]] constexpr void add_bytes(std::span<const std::uint8_t, N> x,
                                                std::span<std::uint32_t, N> y) {
    if (std::is_constant_evaluated()) return reference::add_bytes(x.data(), y.data(), x.size());
    impl::add_bytes(Isa{}, x.data(), y.data(), x.size());
}

/// columns[c * pitch + i] = rows[i][first + c], for c < count
template <class Isa = isa::Native, class T, std::size_t Features>
constexpr void columns(std::span<const std::array<T, Features>> rows, std::size_t first, std::size_t count,
                       T* columns, std::size_t pitch) {
    if (std::is_constant_evaluated())
        return reference::columns(rows.data(), rows.size(), first, count, columns, pitch);
    impl::columns(Isa{}, rows.data(), rows.size(), first, count, columns, pitch);
}

/// Bit j of masks[t * words + w]: is keys[64 * w + j] above thresholds[t]? Thresholds are in ascending order;
/// there are 64 * words keys.
template <class Isa = isa::Native, class Key>
constexpr void exceed(std::span<const Key> keys, std::span<const Key> thresholds, std::uint64_t* masks) {
    const std::size_t words = keys.size() / 64, n = thresholds.size();
    if (std::is_constant_evaluated())
        return reference::exceed(keys.data(), words, thresholds.data(), n, masks);
    impl::exceed(Isa{}, keys.data(), words, thresholds.data(), n, masks);
}

/// numbers[64 * w + j]: the one whose bits, from the lowest, are bit j of planes[w], planes[words + w], ...
/// There are 64 * words numbers.
template <class Isa = isa::Native, class Number>
constexpr void gather_bits(std::span<const std::uint64_t> planes, std::span<Number> numbers) {
    const std::size_t words = numbers.size() / 64, n = planes.size() / words;
    if (std::is_constant_evaluated()) return reference::gather_bits(planes.data(), n, words, numbers.data());
    impl::gather_bits(Isa{}, planes.data(), n, words, numbers.data());
}

}  // namespace mote::kernels
