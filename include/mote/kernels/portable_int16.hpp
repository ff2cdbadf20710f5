// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/int16.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/kernels/patch.hpp"
#include "mote/kernels/reference_int16.hpp"

/// The 16x8 layers for any processor and any geometry.
///
/// What a window sees is copied in one piece, zeros beyond the edges: they are the zero point. From there
/// each set's Filters gives all outputs of a pixel; two functions do so for all layers of a network.
namespace mote::kernels::impl {

namespace int16 {

/// So many products have a sum below 2^31: 512 * 127 * 2^15 < 2^31.
inline constexpr std::size_t longest_sum = 512;

[[gnu::noinline]] inline std::int16_t requantize_any(std::int64_t sum, const Int16View& layer,
                                                     std::size_t filter) {
    return reference::requantize(sum, layer, filter);
}

/// The same by one long product and four instructions where the sum fits 32 bits and the shift
/// is a usual one, so that the result does, too.
[[gnu::always_inline]] inline std::int16_t requantize(std::int64_t sum, const Int16View& layer,
                                                      std::size_t filter) {
    const int shift = layer.shift[filter];
    const auto narrow = static_cast<std::int32_t>(sum);
    const bool usual = sum == narrow && shift <= 0 && shift >= -16 && !layer.bias32;
    if (!usual) [[unlikely]]
        return requantize_any(sum, layer, filter);
    // 0x7fff is also what larger multipliers come to.
    const std::int32_t multiplier = std::min<std::int32_t>(layer.multiplier[filter], 0x7fff7fff);
    std::int32_t reduced = (multiplier + (1 << 15)) >> 16;
    asm("" : "+r"(reduced));  // or GCC 12 multiplies 64 bits by 64
    const int right = 15 - shift;
    const std::int64_t product = std::int64_t{narrow} * reduced + (std::uint32_t{1} << (right - 1));
    const auto low = static_cast<std::uint32_t>(product), high = static_cast<std::uint32_t>(product >> 32);
    const auto scaled = static_cast<std::int32_t>(low >> right | high << (32 - right));
    const std::int32_t lowest = layer.lowest, highest = layer.highest;
    const std::int32_t above = scaled < lowest ? lowest : scaled;
    return static_cast<std::int16_t>(above > highest ? highest : above);
}

struct Copy {
    using Element = std::int16_t;
    static Element* copy(const std::int16_t* from, std::size_t n, Element* to) {
        return std::copy_n(from, n, to);
    }
    static Element* fill(Element* to, std::size_t n, Element value) { return std::fill_n(to, n, value); }
};

/// The outputs of one pixel. Products::of gives the sums of four filters, and of one, of at most longest_sum
/// products each.
template <class Products>
struct ByProducts {
    static void dense(const Int16View& layer, std::size_t taps, std::size_t filters,
                      const std::int16_t* patch, std::int16_t* y) {
        std::size_t filter = 0;
        for (; filter + 4 <= filters; filter += 4) some<4>(layer, taps, filter, patch, y);
        for (; filter < filters; ++filter) some<1>(layer, taps, filter, patch, y);
    }

    static void depthwise(const Int16View& layer, std::size_t taps, std::size_t filters,
                          std::size_t filters_per_channel, const std::int16_t* patch, std::int16_t* y) {
        const std::size_t channels = filters / filters_per_channel;
        for (std::size_t filter = 0; filter < filters; ++filter) {
            const std::int16_t* x = patch + filter / filters_per_channel;
            const std::int8_t* weight = layer.weights + filter;
            std::int64_t sum = layer.bias[filter];
            for (std::size_t tap = 0; tap < taps;) {
                std::int32_t part = 0;
                for (const std::size_t end = std::min(taps, tap + longest_sum); tap < end; ++tap) {
                    part += *weight * *x;
                    weight += filters;
                    x += channels;
                }
                sum += part;
            }
            y[filter] = requantize(sum, layer, filter);
        }
    }

private:
    template <std::size_t N>
    [[gnu::always_inline]] static void some(const Int16View& layer, std::size_t taps, std::size_t filter,
                                            const std::int16_t* patch, std::int16_t* y) {
        std::array<std::int64_t, N> sums;
#pragma GCC unroll 4
        for (std::size_t f = 0; f < N; ++f) sums[f] = layer.bias[filter + f];
        const std::int8_t* weights = layer.weights + filter * taps;
        for (std::size_t tap = 0; tap < taps; tap += longest_sum) {
            const std::array<std::int32_t, N> parts =
                Products::template of<N>(weights + tap, taps, patch + tap, std::min(longest_sum, taps - tap));
#pragma GCC unroll 4
            for (std::size_t f = 0; f < N; ++f) sums[f] += parts[f];
        }
#pragma GCC unroll 4
        for (std::size_t f = 0; f < N; ++f) y[filter + f] = requantize(sums[f], layer, filter + f);
    }
};

/// Depthwise layers whose filters have a channel each by Channels::of, the sums of some neighbouring ones;
/// all others as ByProducts.
template <class Products, class Channels>
struct ByChannels : ByProducts<Products> {
    static void depthwise(const Int16View& layer, std::size_t taps, std::size_t filters,
                          std::size_t filters_per_channel, const std::int16_t* patch, std::int16_t* y) {
        if (filters_per_channel > 1 || filters < Channels::together || taps > longest_sum) {
            return ByProducts<Products>::depthwise(layer, taps, filters, filters_per_channel, patch, y);
        }
        for (std::size_t filter = 0; filter < filters; filter += Channels::together) {
            const std::size_t first =
                std::min(filter, filters - Channels::together);  // the last ones overlap
            std::array<std::int32_t, Channels::together> sums;
            Channels::of(layer.weights + first, patch + first, taps, filters, sums.data());
            for (std::size_t f = 0; f < sums.size(); ++f) {
                y[first + f] = requantize(layer.bias[first + f] + sums[f], layer, first + f);
            }
        }
    }
};

/// Sums of n products of N filters, whose weights lie `stride` apart.
struct Products {
    template <std::size_t N>
    static std::array<std::int32_t, N> of(const std::int8_t* weights, std::size_t stride,
                                          const std::int16_t* x, std::size_t n) {
        std::array<std::int32_t, N> sums{};
        for (std::size_t i = 0; i < n; ++i) {
#pragma GCC unroll 4
            for (std::size_t f = 0; f < N; ++f) sums[f] += weights[f * stride + i] * x[i];
        }
        return sums;
    }
};

/// How a layer goes over its image.
enum class Way {
    whole,     // one pixel sees all of it, where it lies
    patches,   // what a pixel sees is copied
    in_place,  // and before that the rows under the windows are, so that outputs may overwrite inputs
};

template <class Layer>
constexpr Way way_of(bool dense) {
    constexpr ConvGeometry g = Layer::geometry;
    if (dense && g.taps() == g.inputs() && g.outputs() == g.filters && !g.padded()) return Way::whole;
    const bool same = g.output_height == g.height && g.output_width == g.width && g.filters == g.channels;
    return same && g.stride_height * g.stride_width == 1 ? Way::in_place : Way::patches;
}

/// The canonical layer, which every set reads as it is.
template <class LayerType, bool Dense>
struct Packed {
    using Layer = LayerType;
    static constexpr ConvGeometry geometry = Layer::geometry;
    static constexpr Way way = way_of<Layer>(Dense);
    static constexpr bool in_place = way == Way::in_place, in_order = way == Way::patches;
    /// A patch, and behind it the rows.
    static constexpr std::size_t rows =
        in_place && !pointwise(geometry) ? (geometry.kernel_height - 1) * geometry.dilation_height + 1 : 0;
    static constexpr std::size_t scratch_bytes =
        way == Way::whole
            ? 0
            : (geometry.taps() + rows * geometry.width * geometry.channels) * sizeof(std::int16_t);

    Layer layer;
    constexpr Layer unpack() const { return layer; }
};

/// pixel(patch, y) for all pixels.
template <class Pixel>
[[gnu::always_inline]] inline void for_each_patch(const ConvGeometry& g, const std::int16_t* x,
                                                  std::int16_t* y, std::int16_t* patch, Pixel pixel) {
    for (std::size_t row = 0; row < g.output_height; ++row) {
        for (std::size_t column = 0; column < g.output_width; ++column, y += g.filters) {
            gather<Copy>(g, x, row, column, std::int16_t{0}, patch);
            pixel(patch, y);
        }
    }
}

/// The same of an image of the output's size, which y may be: `rows` rows of it, those under the windows of
/// one row of outputs, are kept behind the patch.
template <class Pixel>
[[gnu::always_inline]] inline void for_each_patch_in_place(const ConvGeometry& g, const std::int16_t* x,
                                                           std::int16_t* y, std::int16_t* patch,
                                                           std::size_t rows, Pixel pixel) {
    if (rows == 0) return for_each_patch(g, x, y, patch, pixel);
    const std::size_t line = g.width * g.channels;
    std::int16_t *const kept = patch + g.taps(), *const last = kept + (rows - 1) * line;
    const auto load = [&](std::size_t padded_row, std::int16_t* to) {
        const bool inside = padded_row >= g.padding_top && padded_row - g.padding_top < g.height;
        if (inside) std::copy_n(x + (padded_row - g.padding_top) * line, line, to);
        if (!inside) std::fill_n(to, line, std::int16_t{0});
    };
    ConvGeometry strip = g;
    strip.height = rows;
    strip.padding_top = 0;
    for (std::size_t row = 0; row + 1 < rows; ++row) load(row, kept + row * line);
    for (std::size_t row = 0; row < g.height; ++row) {
        load(row + rows - 1, last);
        for (std::size_t column = 0; column < g.width; ++column, y += g.filters) {
            gather<Copy>(strip, kept, 0, column, std::int16_t{0}, patch);
            pixel(patch, y);
        }
        std::copy(kept + line, last + line, kept);
    }
}

template <class Filters>
[[gnu::noinline]] void convolve(const ConvGeometry& g, const Int16View& layer, const std::int16_t* x,
                                std::int16_t* y, std::int16_t* patch, std::size_t rows) {
    for_each_patch_in_place(g, x, y, patch, rows, [&](const std::int16_t* from, std::int16_t* to) {
        Filters::dense(layer, g.taps(), g.filters, from, to);
    });
}

template <class Filters>
[[gnu::noinline]] void convolve_depthwise(const ConvGeometry& g, const Int16View& layer,
                                          const std::int16_t* x, std::int16_t* y, std::int16_t* patch,
                                          std::size_t rows) {
    const std::size_t taps = g.kernel_height * g.kernel_width, filters_per_channel = g.filters / g.channels;
    for_each_patch_in_place(g, x, y, patch, rows, [&](const std::int16_t* from, std::int16_t* to) {
        Filters::depthwise(layer, taps, g.filters, filters_per_channel, from, to);
    });
}

template <class Filters, ConvGeometry G>
void run(const Packed<Int16Conv<G>, true>& packed, const std::int16_t* x, std::int16_t* y,
         std::byte* scratch) {
    using Form = Packed<Int16Conv<G>, true>;
    const Int16View layer = view_int16(packed.layer);
    if constexpr (Form::way == Way::whole) {
        Filters::dense(layer, G.taps(), G.filters, x, y);
    } else {
        convolve<Filters>(G, layer, x, y, reinterpret_cast<std::int16_t*>(scratch), Form::rows);
    }
}
template <class Filters, ConvGeometry G>
void run(const Packed<Int16Depthwise<G>, false>& packed, const std::int16_t* x, std::int16_t* y,
         std::byte* scratch) {
    convolve_depthwise<Filters>(G, view_int16(packed.layer), x, y, reinterpret_cast<std::int16_t*>(scratch),
                                Packed<Int16Depthwise<G>, false>::rows);
}

}  // namespace int16

template <ConvGeometry G>
constexpr auto pack(isa::Portable, const Int16Conv<G>& layer) {
    return int16::Packed<Int16Conv<G>, true>{layer};
}
template <ConvGeometry G>
constexpr auto pack(isa::Portable, const Int16Depthwise<G>& layer) {
    return int16::Packed<Int16Depthwise<G>, false>{layer};
}

template <class Layer, bool Dense>
void run(isa::Portable, const int16::Packed<Layer, Dense>& packed, const std::int16_t* x, std::int16_t* y,
         std::byte* scratch) {
    int16::run<int16::ByProducts<int16::Products>>(packed, x, y, scratch);
}

[[gnu::noinline]] inline void add(isa::Portable, const Int16Add& layer, const std::int16_t* a,
                                  const std::int16_t* b, std::int16_t* y, std::size_t n) {
    reference::add(layer, a, b, y, n);
}
[[gnu::noinline]] inline void subtract(isa::Portable, const Int16Add& layer, const std::int16_t* a,
                                       const std::int16_t* b, std::int16_t* y, std::size_t n) {
    reference::add<-1>(layer, a, b, y, n);
}

}  // namespace mote::kernels::impl
