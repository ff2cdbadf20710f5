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

/// A row of the window, the same for all its rows: elements before, in and behind the image.
struct Run {
    std::size_t before, inside, behind;
    std::ptrdiff_t from;  // first element inside, counted from the start of the image's row
};

/// Of `taps` neighbouring taps, the first at column `start` (negative or beyond the image is padding).
constexpr Run run_at(const ConvGeometry& g, std::ptrdiff_t start, std::size_t taps) {
    const auto n = static_cast<std::ptrdiff_t>(taps);
    const auto last = std::clamp<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(g.width) - start, 0, n);
    const auto first = std::clamp<std::ptrdiff_t>(-start, 0, last);
    return {static_cast<std::size_t>(first) * g.channels, static_cast<std::size_t>(last - first) * g.channels,
            static_cast<std::size_t>(n - last) * g.channels,
            (start + first) * static_cast<std::ptrdiff_t>(g.channels)};
}

template <class Mover, class T>
[[gnu::always_inline]] inline auto* gather_run(const Run& run, const T* row, typename Mover::Element zero,
                                               typename Mover::Element* to) {
    if (run.before > 0) to = Mover::fill(to, run.before, zero);
    to = Mover::copy(row + run.from, run.inside, to);
    return run.behind > 0 ? Mover::fill(to, run.behind, zero) : to;
}

/// to: [kernel_height][kernel_width][channels] of output pixel (y, x). Returns the end.
template <class Mover, class T>
[[gnu::noinline]] typename Mover::Element* gather(const ConvGeometry& g, const T* image, std::size_t y,
                                                  std::size_t x, typename Mover::Element zero,
                                                  typename Mover::Element* to) {
    const auto start =
        static_cast<std::ptrdiff_t>(x * g.stride_width) - static_cast<std::ptrdiff_t>(g.padding_left);
    const Run run = run_at(g, start, g.kernel_width);
    auto row = static_cast<std::ptrdiff_t>(y * g.stride_height) - static_cast<std::ptrdiff_t>(g.padding_top);
    for (std::size_t ky = 0; ky < g.kernel_height;
         ++ky, row += static_cast<std::ptrdiff_t>(g.dilation_height)) {
        const bool padding = row < 0 || row >= static_cast<std::ptrdiff_t>(g.height);
        const T* const from = image + (padding ? 0 : static_cast<std::size_t>(row) * g.width * g.channels);
        if (padding) {
            to = Mover::fill(to, g.kernel_width * g.channels, zero);
        } else if (g.dilation_width == 1) {
            to = gather_run<Mover>(run, from, zero, to);
        } else {
            for (std::size_t kx = 0; kx < g.kernel_width; ++kx) {
                const auto column = start + static_cast<std::ptrdiff_t>(kx * g.dilation_width);
                to = gather_run<Mover>(run_at(g, column, 1), from, zero, to);
            }
        }
    }
    return to;
}

}  // namespace mote::kernels::impl
