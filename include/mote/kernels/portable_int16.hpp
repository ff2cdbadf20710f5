// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
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

struct Copy {
    using Element = std::int16_t;
    static Element* copy(const std::int16_t* from, std::size_t n, Element* to) {
        return std::copy_n(from, n, to);
    }
    static Element* fill(Element* to, std::size_t n, Element value) { return std::fill_n(to, n, value); }
};

/// Filters of one pixel after another, from the sums that Products gives of at most longest_sum products.
template <class Products>
struct ByProducts {
    static void dense(const Int16View& layer, std::size_t taps, std::size_t filters,
                      const std::int16_t* patch, std::int16_t* y) {
        const std::int8_t* weights = layer.weights;
        for (std::size_t filter = 0; filter < filters; ++filter) {
            std::int64_t sum = layer.bias[filter];
            for (std::size_t tap = 0; tap < taps;) {
                const std::size_t n = std::min(longest_sum, taps - tap);
                sum += Products::of(weights, patch + tap, n);
                weights += n;
                tap += n;
            }
            y[filter] = reference::requantize(sum, layer, filter);
        }
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
            y[filter] = reference::requantize(sum, layer, filter);
        }
    }
};

struct Products {
    static std::int32_t of(const std::int8_t* weights, const std::int16_t* x, std::size_t n) {
        std::int32_t sum = 0;
        for (std::size_t i = 0; i < n; ++i) sum += weights[i] * x[i];
        return sum;
    }
};

/// The canonical layer, which every set reads as it is.
template <class LayerType, bool Dense>
struct Packed {
    using Layer = LayerType;
    static constexpr ConvGeometry geometry = Layer::geometry;
    static constexpr std::size_t window = geometry.taps();
    /// Where one pixel sees the whole image, no copy is needed.
    static constexpr bool whole =
        Dense && window == geometry.inputs() && geometry.outputs() == geometry.filters;
    static constexpr std::size_t scratch_bytes = whole ? 0 : window * sizeof(std::int16_t);
    static constexpr bool in_place = false, in_order = !whole;

    Layer layer;
    constexpr Layer unpack() const { return layer; }
};

template <class Filters>
[[gnu::noinline]] void convolve(const ConvGeometry& g, const Int16View& layer, const std::int16_t* x,
                                std::int16_t* y, std::int16_t* patch) {
    for (std::size_t row = 0; row < g.output_height; ++row) {
        for (std::size_t column = 0; column < g.output_width; ++column, y += g.filters) {
            gather<Copy>(g, x, row, column, std::int16_t{0}, patch);
            Filters::dense(layer, g.taps(), g.filters, patch, y);
        }
    }
}

template <class Filters>
[[gnu::noinline]] void convolve_depthwise(const ConvGeometry& g, const Int16View& layer,
                                          const std::int16_t* x, std::int16_t* y, std::int16_t* patch) {
    const std::size_t taps = g.kernel_height * g.kernel_width, filters_per_channel = g.filters / g.channels;
    for (std::size_t row = 0; row < g.output_height; ++row) {
        for (std::size_t column = 0; column < g.output_width; ++column, y += g.filters) {
            gather<Copy>(g, x, row, column, std::int16_t{0}, patch);
            Filters::depthwise(layer, taps, g.filters, filters_per_channel, patch, y);
        }
    }
}

template <class Filters, ConvGeometry G>
void run(const Packed<Int16Conv<G>, true>& packed, const std::int16_t* x, std::int16_t* y,
         std::byte* scratch) {
    const Int16View layer = view_int16(packed.layer);
    if constexpr (Packed<Int16Conv<G>, true>::whole) {
        Filters::dense(layer, G.taps(), G.filters, x, y);
    } else {
        convolve<Filters>(G, layer, x, y, reinterpret_cast<std::int16_t*>(scratch));
    }
}
template <class Filters, ConvGeometry G>
void run(const Packed<Int16Depthwise<G>, false>& packed, const std::int16_t* x, std::int16_t* y,
         std::byte* scratch) {
    convolve_depthwise<Filters>(G, view_int16(packed.layer), x, y, reinterpret_cast<std::int16_t*>(scratch));
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

}  // namespace mote::kernels::impl
