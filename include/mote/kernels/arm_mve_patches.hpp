// SPDX-License-Identifier: MIT
#pragma once

#include <arm_mve.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "mote/kernels/arm_mve_copy.hpp"
#include "mote/kernels/quantized.hpp"
#include "mote/kernels/reference_conv.hpp"

/// How depthwise convolution by squares of outputs cuts an image into strips, and brings them into patches.
namespace mote::kernels::impl::arm_mve {

inline constexpr std::size_t side = 4;  // of a patch

/// Whether windows lie under such squares. Small images leave too much of the last ones unused; the widest
/// are those whose next row of sums an immediate reaches.
constexpr bool has_squares(const ConvGeometry& g) {
    return g.kernel_height <= 3 && g.kernel_width <= 3 && g.dilation_height * g.dilation_width == 1 &&
           g.stride_height == g.stride_width && g.stride_width <= 2 && g.output_width >= 5 &&
           g.output_width <= 255 && g.channels >= side && g.filters <= 8192;
}

/// How an image is cut into strips of rows, and where they lie in scratch: words of four neighbouring
/// pixels, one of each channel. Words of the same rows begin two pixels apart, so that four words below one
/// another are the patch under a square of 2x2 outputs, or under one where the stride is two.
struct SquareCut {
    static constexpr std::size_t wanted_bytes = 4608;
    std::size_t outputs = 0;           // a side of a square
    std::size_t across = 0, down = 1;  // squares of a strip
    std::size_t channels = 0;          // at a time
    std::size_t right = 0, below = 0;  // bytes from a word to its neighbours
    bool downwards = false;            // squares are summed column by column

    constexpr explicit SquareCut(const ConvGeometry& g)
        : outputs(g.stride_width == 1 ? 2 : 1),
          across((g.output_width + outputs - 1) / outputs),
          channels(std::min(g.channels, lanes)) {
        while (output_rows() < g.output_height && word_bytes() * across * (rows() + 2) <= wanted_bytes)
            ++down;
        const std::size_t squares = (g.output_height + outputs - 1) / outputs;
        const std::size_t strips = (squares + down - 1) / down;
        down = (squares + strips - 1) / strips;  // so that the last strip is no rest of a row
        downwards = channels == lanes && down > across && g.output_width <= 60;
        right = word_bytes() * (downwards ? rows() : 1);
        below = word_bytes() * (downwards ? 1 : across);
    }
    [[nodiscard]] constexpr std::size_t word_bytes() const { return side * channels; }
    [[nodiscard]] constexpr std::size_t rows() const { return 2 * down + 2; }
    [[nodiscard]] constexpr std::size_t output_rows() const { return outputs * down; }
    /// VST4 writes sixteen channels even where there are fewer.
    [[nodiscard]] constexpr std::size_t bytes() const {
        return word_bytes() * across * rows() + side * (lanes - channels);
    }
};

/// Four pixels become words of their channels, sixteen at most.
template <std::size_t Channels>
inline void interleave(const std::int8_t* a, const std::int8_t* b, const std::int8_t* c, const std::int8_t* d,
                       std::int8_t* to) {
    asm volatile(R"(
        .if %c[channels] < 16
        vctp.8 %[count]
        vpstttt
        vldrbt.u8 q0, [%[a]]
        vldrbt.u8 q1, [%[b]]
        vldrbt.u8 q2, [%[c]]
        vldrbt.u8 q3, [%[d]]
        .else
        vldrb.8 q0, [%[a]]
        vldrb.8 q1, [%[b]]
        vldrb.8 q2, [%[c]]
        vldrb.8 q3, [%[d]]
        .endif
        vst40.8 {q0, q1, q2, q3}, [%[to]]
        vst41.8 {q0, q1, q2, q3}, [%[to]]
        vst42.8 {q0, q1, q2, q3}, [%[to]]
        vst43.8 {q0, q1, q2, q3}, [%[to]]
    )"
                 :
                 : [a] "r"(a), [b] "r"(b), [c] "r"(c), [d] "r"(d), [to] "r"(to), [count] "r"(Channels),
                   [channels] "n"(Channels)
                 : "q0", "q1", "q2", "q3", "memory");
}

/// The words under squares at the end of a row; `outside` is a pixel of padding.
template <ConvGeometry G, std::size_t First, std::size_t... Squares>
void fill_ends(const std::int8_t* x, const std::int8_t* outside, std::int8_t* to,
               std::index_sequence<Squares...>) {
    constexpr SquareCut cut{G};
    [[maybe_unused]] constexpr auto column = [](std::size_t i) {
        return static_cast<std::ptrdiff_t>(i) - static_cast<std::ptrdiff_t>(G.padding_left);
    };
    [[maybe_unused]] const auto pixel = [x, outside](std::ptrdiff_t at) {
        return reference::inside(at, G.width) ? x + at * static_cast<std::ptrdiff_t>(G.channels) : outside;
    };
    (interleave<cut.channels>(pixel(column(2 * (First + Squares))), pixel(column(2 * (First + Squares) + 1)),
                              pixel(column(2 * (First + Squares) + 2)),
                              pixel(column(2 * (First + Squares) + 3)), to + (First + Squares) * cut.right),
     ...);
}

/// Rows of an image, sixteen of its channels or all, as words; the squares in the middle need no look at the
/// ends of a row.
template <ConvGeometry G>
[[gnu::noinline]] void fill_rows(const std::int8_t* x, std::size_t rows, std::int8_t zero, std::int8_t* to) {
    constexpr SquareCut cut{G};
    constexpr std::size_t first = std::min((G.padding_left + 1) / 2, cut.across);
    constexpr std::size_t last = std::clamp((G.width + G.padding_left) / 2, first + 1, cut.across + 1) - 1;
    const int8x16_t padding = vdupq_n_s8(zero);
    const auto* const outside = reinterpret_cast<const std::int8_t*>(&padding);
    for (std::size_t row = 0; row < rows; ++row, x += G.width * G.channels, to += cut.below) {
        fill_ends<G, 0>(x, outside, to, std::make_index_sequence<first>{});
        const std::int8_t* pixel = x + (2 * first - G.padding_left) * G.channels;
        std::int8_t* words = to + first * cut.right;
        for (std::size_t i = first; i < last; ++i, pixel += 2 * G.channels, words += cut.right) {
            interleave<cut.channels>(pixel, pixel + G.channels, pixel + 2 * G.channels,
                                     pixel + 3 * G.channels, words);
        }
        fill_ends<G, last>(x, outside, to, std::make_index_sequence<cut.across - last>{});
    }
}

/// Brings rows [from, to) of a strip whose first row is `top` into scratch.
template <ConvGeometry G>
void fill_strip(const std::int8_t* x, std::ptrdiff_t top, std::size_t from, std::size_t to, std::int8_t zero,
                std::int8_t* patches) {
    constexpr SquareCut cut{G};
    constexpr std::size_t across = cut.across, right = cut.right, below = cut.below, bytes = cut.word_bytes();
    constexpr auto height = static_cast<std::ptrdiff_t>(G.height);
    const auto begin = static_cast<std::ptrdiff_t>(from), end = static_cast<std::ptrdiff_t>(to);
    const std::ptrdiff_t inside = std::clamp(-top, begin, end),
                         beyond = std::clamp(height - top, inside, end);
    const auto pad = [&](std::ptrdiff_t row, std::ptrdiff_t last) {
        for (; row < last; ++row) {
            std::int8_t* const words = patches + static_cast<std::size_t>(row) * below;
            for (std::size_t i = 0; i < across; ++i) Copy::fill(words + i * right, bytes, zero);
        }
    };
    pad(begin, inside);
    fill_rows<G>(x + (top + inside) * static_cast<std::ptrdiff_t>(G.width * G.channels),
                 static_cast<std::size_t>(beyond - inside), zero,
                 patches + static_cast<std::size_t>(inside) * below);
    pad(beyond, end);
}

}  // namespace mote::kernels::impl::arm_mve
