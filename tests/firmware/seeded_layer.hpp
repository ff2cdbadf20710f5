// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"

/// Integer layers for the kernel rows, distributed as in trained networks: bell-shaped weights that reach
/// +-127, inputs and outputs after a ReLU, a scale that spreads the outputs over the whole range.
namespace mote::firmware {

/// Sum of four uniform bytes, centred: -127 .. 127 with a standard deviation of 37.
constexpr std::int8_t seeded_weight(Random& random) {
    const std::uint32_t draw = random.next();
    const std::uint32_t pairs = (draw & 0xff00ff) + (draw >> 8 & 0xff00ff);
    const auto sum = static_cast<int>((pairs & 0xffff) + (pairs >> 16)) - 510;
    return static_cast<std::int8_t>(sum / 4);
}

/// Any number of them, drawn from 1024 and in an order that only repeats after 65,536. Compilers keep every
/// integer they come across in constant expressions: numbers of 64 bits for each weight would take most of
/// the time that a row takes to compile.
/// Source  The generator is that of the Sinclair ZX81, the prime 65537 with the primitive root 75.
constexpr void draw_weights(Random& random, std::int8_t* weights, std::size_t n) {
    std::array<std::int8_t, 1024> drawn{};
    std::int8_t* const values = drawn.data();
    for (std::size_t i = 0; i < drawn.size(); ++i) values[i] = seeded_weight(random);
    std::uint32_t place = 1 + (random.next() & 0xffff);
    for (std::size_t i = 0; i < n; ++i) {
        place = place * 75 % 65537;
        weights[i] = values[place & 1023];
    }
}

/// taps is the number of products that an output adds up.
template <class Layer>
constexpr Layer seeded_layer(std::uint64_t seed, std::size_t taps) {
    Random random(seed);
    Layer layer;
    layer.input_zero_point = -128;
    layer.output.zero_point = -128;  // with lowest = -128 a ReLU
    draw_weights(random, layer.weights.data(), layer.weights.size());
    for (std::int32_t& bias : layer.bias) bias = static_cast<std::int32_t>(random.next() >> 19) - 4096;
    for (std::int32_t& multiplier : layer.output.multiplier) {
        multiplier = static_cast<std::int32_t>(1u << 30 | random.next() >> 2);
    }
    // Three deviations, 3 * 37 * 147 * sqrt(taps), come to about 255.
    layer.output.shift.fill(static_cast<std::int8_t>(-5 - static_cast<int>(std::bit_width(taps)) / 2));
    return layer;
}

/// The same of 16 bits.
template <class Layer>
constexpr Layer seeded_int16_layer(std::uint64_t seed, std::size_t taps) {
    Random random(seed);
    Layer layer;
    layer.output.lowest = 0;  // a ReLU
    draw_weights(random, layer.weights.data(), layer.weights.size());
    for (std::int64_t& bias : layer.bias) bias = static_cast<std::int64_t>(random.next() >> 11) - (1 << 20);
    for (std::int32_t& multiplier : layer.output.multiplier) {
        multiplier = static_cast<std::int32_t>(1u << 30 | random.next() >> 2);
    }
    // Three deviations, 3 * 37 * 18,900 * sqrt(taps), come to about 32,767.
    layer.output.shift.fill(static_cast<std::int8_t>(-5 - static_cast<int>(std::bit_width(taps)) / 2));
    return layer;
}

/// What one run of a layer reads and writes; in one place if the layer's kernel allows it.
template <class Layer>
class LayerMemory {
public:
    void fill(std::uint64_t seed) {
        Random random(seed);
        for (std::size_t i = 0; i < geometry.inputs(); ++i) {
            memory_[i] = static_cast<std::int8_t>(random.next() >> 24);
        }
    }

    std::int8_t* input() { return memory_.data(); }
    std::int8_t* output() { return memory_.data() + (shared ? 0 : rounded_up(geometry.inputs())); }
    std::byte* scratch() { return scratch_.data(); }
    std::span<const std::int8_t> outputs() { return {output(), geometry.outputs()}; }

private:
    static constexpr kernels::ConvGeometry geometry = Layer::geometry;
    static constexpr bool shared = kernels::in_place<Layer> && geometry.inputs() == geometry.outputs();
    static constexpr std::size_t rounded_up(std::size_t bytes) { return (bytes + 15) / 16 * 16; }

    alignas(
        16) std::array<std::int8_t, shared ? geometry.inputs()
                                           : rounded_up(geometry.inputs()) + geometry.outputs()> memory_{};
    [[no_unique_address]] alignas(16) std::array<std::byte, kernels::scratch_bytes<Layer>> scratch_{};
};

}  // namespace mote::firmware
