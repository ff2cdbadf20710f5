// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "mote/kernels/patch.hpp"
#include "mote/kernels/portable.hpp"
#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"

/// Weights of four bits, two to a byte, between inputs and outputs of bytes.
namespace mote::kernels {

/// A layer whose weights lie in -7 .. 7 and are to be packed four bits each. It computes what the layer does
/// whose weights are the same numbers as bytes.
template <class Layer>
struct FourBits {
    static constexpr ConvGeometry geometry = Layer::geometry;
    const Layer& layer;
};

}  // namespace mote::kernels

namespace mote::kernels::impl {

namespace four_bits {

/// Words that hold eight numbers of -8 .. 7 each, as so many above -8: number n in the bits from 4 (n % 8) of
/// word n / 8.
template <std::size_t Words>
class Nibbles {
public:
    constexpr Nibbles() { words_.fill(0x88888888u); }

    constexpr void set(std::size_t n, std::int8_t value) {
        words_[n / 8] &= ~(0xfu << shift(n));
        words_[n / 8] |= (static_cast<std::uint32_t>(value + 8) & 0xf) << shift(n);
    }
    [[nodiscard]] constexpr std::int8_t get(std::size_t n) const {
        return static_cast<std::int8_t>(static_cast<int>(words_[n / 8] >> shift(n) & 0xf) - 8);
    }
    [[nodiscard]] constexpr const std::uint32_t* data() const { return words_.data(); }

private:
    static constexpr std::size_t shift(std::size_t n) { return 4 * (n % 8); }
    std::array<std::uint32_t, Words> words_{};
};

/// How one instruction set multiplies: tiles of weights, in an order of its own, by as many inputs.
///     filters, taps      of a tile
///     nibble(f, t)       where a tile's weight stands
///     products(weights, inputs, tiles, blocks, sums)
///                        sums[f] += products, by weights as they are stored, 8 too large: of `blocks` times
///                        `filters` filters, `tiles` tiles of each one behind the other
/// Here, two products in one multiplication: each word holds four weights of two filters, such that one of
/// either stands in either half when it is masked.
struct FilterPairs {
    static constexpr std::size_t filters = 2, taps = 4;
    static constexpr std::size_t nibble(std::size_t filter, std::size_t tap) { return 4 * filter + tap; }

    [[gnu::noinline]] static void products(const std::uint32_t* weights, const std::int8_t* inputs,
                                           std::size_t tiles, std::size_t blocks, std::int32_t* sums) {
        constexpr std::size_t safe_tiles = 4;  // 16 products of up to 15 * 128 fit half a word
        for (; blocks > 0; --blocks, sums += filters) {
            const std::int8_t* x = inputs;
            for (std::size_t left = tiles; left > 0;) {
                const std::size_t run = std::min(left, safe_tiles);
                std::uint32_t both = 0;
                for (const std::int8_t* const end = x + run * taps; x != end; x += taps, ++weights) {
                    const auto product = [word = *weights](int tap, std::int8_t input) {
                        return (word >> (4 * tap) & 0x000f000f) * static_cast<std::uint32_t>(input);
                    };
                    both += product(0, x[0]) + product(1, x[1]) + product(2, x[2]) + product(3, x[3]);
                }
                const auto low = static_cast<std::int16_t>(both);
                sums[0] += low;
                sums[1] += static_cast<std::int32_t>(both - static_cast<std::uint32_t>(low)) >> 16;
                left -= run;
            }
        }
    }
};

struct BytesMover {
    using Element = std::int8_t;
    static Element* copy(const std::int8_t* from, std::size_t n, Element* to) {
        return std::copy_n(from, n, to);
    }
    static Element* fill(Element* to, std::size_t n, Element value) { return std::fill_n(to, n, value); }
};

/// A convolution in a kernel's order. The zero point is folded into the bias; what lies beyond the image is
/// filled in with it.
template <ConvGeometry G, class KernelType>
struct PackedConv {
    using Layer = QuantizedConv<G>;
    using Kernel = KernelType;
    static constexpr std::size_t tiles = (G.taps() + Kernel::taps - 1) / Kernel::taps;
    static constexpr std::size_t blocks = (G.filters + Kernel::filters - 1) / Kernel::filters;
    static constexpr std::size_t tile_size = Kernel::filters * Kernel::taps;
    /// Whether the inputs of an output lie side by side and fill whole tiles: then they stay where they are.
    static constexpr bool direct =
        G.taps() % Kernel::taps == 0 && (pointwise(G) || (G.taps() == G.inputs() && !G.padded()));
    static constexpr std::size_t sums = blocks * Kernel::filters;
    static constexpr std::size_t sum_bytes = (sums * sizeof(std::int32_t) + 15) / 16 * 16;
    static constexpr std::size_t scratch_bytes = sum_bytes + (direct ? 0 : tiles * Kernel::taps);
    static constexpr bool in_place = pointwise(G) || G.output_height * G.output_width == 1;
    static constexpr bool in_order = true;

    Nibbles<blocks * tiles * tile_size / 8> weights{};
    std::array<std::int32_t, G.filters> bias{};
    OutputStage<G.filters> output{};
    std::int8_t input_zero_point = 0;

    static constexpr std::size_t position(std::size_t filter, std::size_t tap) {
        const std::size_t tile = filter / Kernel::filters * tiles + tap / Kernel::taps;
        return tile * tile_size + Kernel::nibble(filter % Kernel::filters, tap % Kernel::taps);
    }

    constexpr PackedConv() = default;
    constexpr explicit PackedConv(const Layer& layer)
        : output(layer.output), input_zero_point(layer.input_zero_point) {
        const auto sums_of_weights = portable::weight_sums(layer);
        for (std::size_t f = 0; f < G.filters; ++f) {
            for (std::size_t t = 0; t < G.taps(); ++t) {
                weights.set(position(f, t), layer.weights[f * G.taps() + t]);
            }
            bias[f] = subtract_product(layer.bias[f], sums_of_weights[f], input_zero_point);
        }
    }

    [[nodiscard]] constexpr Layer unpack() const {
        Layer layer;
        layer.output = output;
        layer.input_zero_point = input_zero_point;
        for (std::size_t f = 0; f < G.filters; ++f) {
            for (std::size_t t = 0; t < G.taps(); ++t) {
                layer.weights[f * G.taps() + t] = weights.get(position(f, t));
            }
        }
        const auto sums_of_weights = portable::weight_sums(layer);
        for (std::size_t f = 0; f < G.filters; ++f) {
            layer.bias[f] = subtract_product(bias[f], -sums_of_weights[f], input_zero_point);
        }
        return layer;
    }
};

/// A depthwise convolution in TensorFlow Lite's order of int4, the weight of the even place in the lower
/// half. It has few weights for what it computes: each run makes the set's own bytes of them first, on the
/// stack.
template <ConvGeometry G, class Isa>
struct PackedDepthwise {
    using Layer = QuantizedDepthwise<G>;
    using Bytes = decltype(pack(Isa{}, std::declval<const Layer&>()));
    static constexpr std::size_t scratch_bytes = std::max(sizeof(Layer), Bytes::scratch_bytes);
    static constexpr bool in_place = Bytes::in_place;

    std::array<std::uint8_t, (Layer{}.weights.size() + 1) / 2> weights{};
    std::array<std::int32_t, G.filters> bias{};
    OutputStage<G.filters> output{};
    std::int8_t input_zero_point = 0;

    constexpr PackedDepthwise() = default;
    constexpr explicit PackedDepthwise(const Layer& layer)
        : bias(layer.bias), output(layer.output), input_zero_point(layer.input_zero_point) {
        for (std::size_t i = 0; i < layer.weights.size(); ++i) {
            weights[i / 2] |= static_cast<std::uint8_t>((layer.weights[i] & 0xf) << (4 * (i % 2)));
        }
    }

    constexpr void unpack(Layer& layer) const {
        layer.bias = bias;
        layer.output = output;
        layer.input_zero_point = input_zero_point;
        for (std::size_t i = 0; i < layer.weights.size(); ++i) {
            const int value = weights[i / 2] >> (4 * (i % 2)) & 0xf;
            layer.weights[i] = static_cast<std::int8_t>((value ^ 8) - 8);
        }
    }
    [[nodiscard]] constexpr Layer unpack() const {
        Layer layer;
        unpack(layer);
        return layer;
    }
};

}  // namespace four_bits

template <ConvGeometry G>
constexpr auto pack(isa::Portable, const FourBits<QuantizedConv<G>>& narrow) {
    return four_bits::PackedConv<G, four_bits::FilterPairs>(narrow.layer);
}

template <class Isa, ConvGeometry G>
constexpr auto pack(Isa, const FourBits<QuantizedDepthwise<G>>& narrow) {
    return four_bits::PackedDepthwise<G, Isa>(narrow.layer);
}

template <class Isa, ConvGeometry G, class Kernel>
void run(Isa isa, const four_bits::PackedConv<G, Kernel>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    using Packed = four_bits::PackedConv<G, Kernel>;
    static constexpr ConvGeometry geometry = G;
    auto* const sums = reinterpret_cast<std::int32_t*>(scratch);
    auto* const window = reinterpret_cast<std::int8_t*>(scratch + Packed::sum_bytes);
    for (std::size_t pixel = 0; pixel < G.output_height * G.output_width; ++pixel, y += G.filters) {
        const std::int8_t* inputs = x + pixel * G.channels;
        if constexpr (!Packed::direct) {
            auto* const end = gather<four_bits::BytesMover>(
                geometry, x, pixel / G.output_width, pixel % G.output_width, packed.input_zero_point, window);
            std::fill(end, window + Packed::tiles * Kernel::taps, std::int8_t{0});
            inputs = window;
        }
        const std::int32_t surplus = 8 * sum(isa, inputs, Packed::tiles * Kernel::taps);
        for (std::size_t f = 0; f < Packed::sums; ++f) {
            sums[f] = f < G.filters ? packed.bias[f] - surplus : 0;
        }
        Kernel::products(packed.weights.data(), inputs, Packed::tiles, Packed::blocks, sums);
        requantize(isa, sums, view(packed.output), y, G.filters);
    }
}

template <class Isa, ConvGeometry G>
void run(Isa isa, const four_bits::PackedDepthwise<G, Isa>& packed, const std::int8_t* x, std::int8_t* y,
         std::byte* scratch) {
    using Packed = four_bits::PackedDepthwise<G, Isa>;
    using Layer = typename Packed::Layer;
    auto& layer = *reinterpret_cast<Layer*>(scratch);
    packed.unpack(layer);
    const auto bytes = pack(isa, layer);
    run(isa, bytes, x, y, scratch);
}

}  // namespace mote::kernels::impl
