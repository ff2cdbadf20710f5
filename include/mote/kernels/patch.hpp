// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/quantized.hpp"

/// The inputs under a convolution's window as one contiguous vector, padding filled in with the zero point,
/// so that a kernel sees a plain dot product whatever the geometry was.
///
/// A Mover says what an element becomes and how it gets there: `Element`, copy(from, n, to) and fill(to, n,
/// value), both returning the end.
namespace mote::kernels::impl {

/// Whether output pixel i reads input pixel i and nothing else.
constexpr bool pointwise(const ConvGeometry& g) {
    return g.kernel_height * g.kernel_width * g.stride_height * g.stride_width == 1 && !g.padded() &&
           g.output_height == g.height && g.output_width == g.width;
}

/// The part [first, last) of a row of `taps` taps at `start`, `dilation` apart, that lies in [0, size).
struct Overlap {
    std::size_t first, last;
};
constexpr Overlap overlap(std::ptrdiff_t start, std::size_t taps, std::size_t size) {
    const auto n = static_cast<std::ptrdiff_t>(taps);
    const auto last = std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(size) - start, 0, n);
    const auto first = std::clamp<std::ptrdiff_t>(-start, 0, last);
    return {static_cast<std::size_t>(first), static_cast<std::size_t>(last)};
}

/// One row of the window whose first tap is at column start (negative or beyond the image is padding).
template <class Mover>
typename Mover::Element* gather_row(const ConvGeometry& g, const std::int8_t* row, std::ptrdiff_t start,
                                    typename Mover::Element zero, typename Mover::Element* to) {
    if (g.dilation_width == 1) {
        const auto [first, last] = overlap(start, g.kernel_width, g.width);
        to = Mover::fill(to, first * g.channels, zero);
        to = Mover::copy(
            row + (start + static_cast<std::ptrdiff_t>(first)) * static_cast<std::ptrdiff_t>(g.channels),
            (last - first) * g.channels, to);
        return Mover::fill(to, (g.kernel_width - last) * g.channels, zero);
    }
    for (std::size_t kx = 0; kx < g.kernel_width; ++kx) {
        const std::ptrdiff_t column = start + static_cast<std::ptrdiff_t>(kx * g.dilation_width);
        const bool inside = column >= 0 && column < static_cast<std::ptrdiff_t>(g.width);
        to = inside ? Mover::copy(row + static_cast<std::size_t>(column) * g.channels, g.channels, to)
                    : Mover::fill(to, g.channels, zero);
    }
    return to;
}

/// to: [kernel_height][kernel_width][channels] of output pixel (y, x). Returns the end.
template <class Mover>
[[gnu::noinline]] typename Mover::Element* gather(const ConvGeometry& g, const std::int8_t* image,
                                                  std::size_t y, std::size_t x, typename Mover::Element zero,
                                                  typename Mover::Element* to) {
    const auto start_y =
        static_cast<std::ptrdiff_t>(y * g.stride_height) - static_cast<std::ptrdiff_t>(g.padding_top);
    const auto start_x =
        static_cast<std::ptrdiff_t>(x * g.stride_width) - static_cast<std::ptrdiff_t>(g.padding_left);
    for (std::size_t ky = 0; ky < g.kernel_height; ++ky) {
        const std::ptrdiff_t row = start_y + static_cast<std::ptrdiff_t>(ky * g.dilation_height);
        if (row < 0 || row >= static_cast<std::ptrdiff_t>(g.height)) {
            to = Mover::fill(to, g.kernel_width * g.channels, zero);
        } else {
            to = gather_row<Mover>(g, image + static_cast<std::size_t>(row) * g.width * g.channels, start_x,
                                   zero, to);
        }
    }
    return to;
}

}  // namespace mote::kernels::impl
