// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/layer.hpp"
#include "mote/nn/quantized_gates.hpp"

namespace mote::nn {

struct SvdfConfig {
    std::size_t units = 1;
    std::size_t memory = 8;  // steps that each unit looks back on, its own included
    std::size_t rank = 1;
    Activation activation = Activation::none;

    [[nodiscard]] constexpr std::size_t filters() const { return units * rank; }
    [[nodiscard]] constexpr std::size_t taps() const { return filters() * memory; }
};

/// The numbers of an int8 Svdf. The state has 16 bits, or fewer where lowest and highest say so.
template <class FeatureFilters, SvdfConfig Config>
struct SvdfNumbers {
    FeatureFilters features{};  // from bytes to the state's scale; its biases are 0
    std::array<std::int16_t, Config.taps()> time{};
    std::array<std::int32_t, Config.units> bias{};
    kernels::OutputStage<1> output{};
    std::int16_t lowest = -32768, highest = 32767;
};

namespace detail {

/// Moves the past of one filter on by a step, and what its taps make of it.
template <class Sum, class T>
constexpr Sum look_back(const T* taps, T* past, std::size_t memory, T newest) {
    Sum sum = 0;
#pragma GCC unroll 8
    for (std::size_t i = 0; i + 1 < memory; ++i) {
        past[i] = past[i + 1];
        sum += static_cast<Sum>(taps[i] * past[i]);
    }
    past[memory - 1] = newest;
    return sum + static_cast<Sum>(taps[memory - 1] * newest);
}

}  // namespace detail

/// The int8 half of Svdf.
template <SvdfConfig Config, std::size_t Features, std::size_t Steps>
struct SvdfBytes {
    using FeatureFilters = kernels::QuantizedGates<Features, Config.filters(), 1>;
    using Quantized = SvdfNumbers<FeatureFilters, Config>;
    template <class Isa>
    using Packed = SvdfNumbers<kernels::Packed<FeatureFilters, Isa>, Config>;
    using BytePast = std::array<std::int16_t, Config.taps()>;

    /// Shown when calibrated: what the filters over the features give, which is the state.
    static constexpr std::size_t observed = 1;
    /// TensorFlow Lite's taps have ten bits, which leaves six for the sum of 64 products.
    static constexpr std::int32_t largest_tap =
        min<std::int32_t>(511, (1 << 15) / static_cast<std::int32_t>(Config.rank * Config.memory));
    static_assert(largest_tap > 0, "mote: an Svdf looks back on at most 32,768 steps times rank");

    static constexpr Affine quantized_output(Affine, Range own, const Range*) {
        return Affine::covering(own);
    }

    template <class T>
    static constexpr Quantized quantize(const T* weights, Affine in, Affine out, const Range* within) {
        constexpr std::size_t matrix = Config.filters() * Features;
        Quantized layer;
        const auto weight = [&](std::size_t row, std::size_t i) { return weights[row * Features + i]; };
        layer.features = quantize_gates<FeatureFilters>(in, weight, no_biases);
        const auto state = static_cast<double>(Symmetric::covering(within[0]).scale);
        const Multiplier to_state =
            multiplier_of(symmetric_scale(weights, matrix) * static_cast<double>(in.scale) / state);
        layer.features.multiplier[0] = to_state.multiplier;
        layer.features.shift[0] = to_state.shift;
        const T *const time = weights + matrix, *const bias = time + Config.taps();
        const double tap = symmetric_scale(time, Config.taps(), largest_tap);
        for (std::size_t i = 0; i < Config.taps(); ++i) {
            layer.time[i] = static_cast<std::int16_t>(
                round_to(static_cast<double>(time[i]) / tap, -largest_tap, largest_tap));
        }
        constexpr std::int32_t limit = 1 << 30;  // leaves room for the sum of products
        for (std::size_t unit = 0; unit < Config.units; ++unit) {
            layer.bias[unit] = round_to(static_cast<double>(bias[unit]) / (state * tap), -limit, limit);
        }
        const Multiplier to_output = multiplier_of(state * tap / static_cast<double>(out.scale));
        const ByteRange range = byte_range(Config.activation, out);
        layer.output = {
            {to_output.multiplier}, {to_output.shift}, out.zero_point, range.lowest, range.highest};
        return layer;
    }

    template <class Isa>
    static constexpr Packed<Isa> pack(const Quantized& layer) {
        return {kernels::pack<Isa>(layer.features),
                layer.time,
                layer.bias,
                layer.output,
                layer.lowest,
                layer.highest};
    }
    static constexpr Quantized unpack(const auto& packed) {
        return {kernels::unpack(packed.features),
                packed.time,
                packed.bias,
                packed.output,
                packed.lowest,
                packed.highest};
    }
    template <class Print>
    static constexpr void describe(const Quantized& layer, Print print) {
        print("{");
        describe_gates(layer.features, print);
        print(", ", layer.time, ", ", layer.bias, ", ");
        describe_stage(layer.output, print);
        print(", ", layer.lowest, ", ", layer.highest, "}");
    }

    /// One step, for Streaming. x lies at a multiple of four bytes where Features is one.
    template <class Isa>
    static constexpr void step(const Packed<Isa>& packed, const std::int8_t* x, std::int8_t* y,
                               BytePast& past) {
        alignas(4) std::array<std::int16_t, Config.filters()> newest{};
        kernels::add_gates<Isa>(packed.features, x, newest.data());
        const std::int16_t lowest = packed.lowest, highest = packed.highest;
        const std::int16_t* taps = packed.time.data();
        std::int16_t* seen = past.data();
        const Rescaler to_output({packed.output.multiplier[0], packed.output.shift[0]});
        const kernels::StageView stage = kernels::view(packed.output);
        for (std::size_t filter = 0, unit = 0; unit < Config.units; ++unit) {
            auto sum = static_cast<std::uint32_t>(packed.bias[unit]);  // which may wrap
            for (std::size_t r = 0; r < Config.rank; ++r, ++filter) {
                const std::int16_t now = clamp(newest[filter], lowest, highest);
                sum += detail::look_back<std::uint32_t>(taps, seen, Config.memory, now);
                taps += Config.memory;
                seen += Config.memory;
            }
            y[unit] = kernels::reference::clamped(to_output(static_cast<std::int32_t>(sum)), stage);
        }
    }

    template <class Isa>
    static constexpr void run(const Packed<Isa>& packed, const std::int8_t* x, std::int8_t* y, std::byte*) {
        BytePast past{};
        for (std::size_t t = 0; t < Steps; ++t) {
            step<Isa>(packed, x + t * Features, y + t * Config.units, past);
        }
    }
};

}  // namespace mote::nn
