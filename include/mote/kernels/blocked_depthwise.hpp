// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/blocked.hpp"

/// How sets with wide vectors see the int8 depthwise layer: a block of filters side by side, tap by tap.
namespace mote::kernels::impl::blocked {

/// How many neighbouring outputs fill a block of `lanes` filters, their windows lying side by side.
constexpr std::size_t outputs_in_a_block(const ConvGeometry& g, std::size_t lanes) {
    const bool fills = lanes % g.filters == 0 && g.stride_width == 1;
    return fills && g.output_width % (lanes / g.filters) == 0 ? lanes / g.filters : 1;
}

/// A set's Layout says
///   Element, Weight   what the canvas and the weights are made of
///   lanes, unit       the filters of a block; what the taps are filled up to a multiple of, by zero weights
///   slot(g, tap)      where in the order of its multiplications a tap comes
///   position(t, lane) where in its block the weight of slot t lies.
template <ConvGeometry G, class Layout>
struct PackedDepthwise {
    using Layer = QuantizedDepthwise<G>;
    using Element = typename Layout::Element;
    /// Neighbouring outputs share a block where their filters fill it together.
    static constexpr std::size_t together = outputs_in_a_block(G, Layout::lanes);
    static constexpr std::size_t filters = round_up(G.filters, Layout::lanes);
    static constexpr std::size_t taps = G.kernel_height * G.kernel_width;
    static constexpr std::size_t filled = round_up(taps, Layout::unit);
    static constexpr Canvas canvas =
        blocked::canvas(G, together > 1 ? G.filters : filters, G.filters / G.channels);
    /// The windows of images one pixel wide are neighbours as those of a row are.
    static constexpr Walk walk = [] {
        const std::size_t row = G.stride_height * canvas.width * canvas.depth;
        const bool upright = G.output_width == 1;
        const std::size_t pixels = G.output_height * G.output_width / together;
        return Walk{.pixels = pixels,
                    .output_width = upright ? pixels : G.output_width / together,
                    .filters = G.filters * together,
                    .row_step = row,
                    .pixel_step = upright ? row : G.stride_width * canvas.depth * together,
                    .runs_y = G.kernel_height,
                    .runs_x = G.kernel_width,
                    .step_y = G.dilation_height * canvas.width * canvas.depth,
                    .step_x = G.dilation_width * canvas.depth};
    }();
    static constexpr std::size_t scratch_bytes = canvas_elements(canvas) * sizeof(Element);
    static constexpr bool in_place = true;  // the canvas is complete before the first output

    std::array<typename Layout::Weight, filters * filled> weights{};
    std::array<std::int32_t, filters> bias{};
    OutputStage<filters> output{};
    std::int8_t input_zero_point = 0;

    /// How far the tap of each slot lies from the window's first element; slots without one repeat the last.
    static constexpr std::array<std::size_t, filled> offsets = [] {
        const auto offset = [](std::size_t tap) {
            return tap / walk.runs_x * walk.step_y + tap % walk.runs_x * walk.step_x;
        };
        std::array<std::size_t, filled> result{};
        for (std::size_t& slot : result) slot = offset(taps - 1);
        for (std::size_t t = 0; t < taps; ++t) result[Layout::slot(G, t)] = offset(t);
        return result;
    }();

    static constexpr std::size_t position(std::size_t tap, std::size_t filter) {
        const std::size_t block = filter / Layout::lanes * Layout::lanes * filled;
        return block + Layout::position(Layout::slot(G, tap), filter % Layout::lanes);
    }

    constexpr explicit PackedDepthwise(const Layer& layer) : input_zero_point(layer.input_zero_point) {
        const auto sums = portable::weight_sums(layer);
        for (std::size_t lane = 0; lane < G.filters * together; ++lane) {
            const std::size_t f = lane % G.filters;
            for (std::size_t t = 0; t < taps; ++t)
                weights[position(t, lane)] = layer.weights[t * G.filters + f];
            bias[lane] = subtract_product(layer.bias[f], sums[f], layer.input_zero_point);
        }
        copy_stage<G.filters, together>(layer.output, output);
    }

    constexpr Layer unpack() const {
        Layer layer;
        for (std::size_t i = 0; i < layer.weights.size(); ++i) {
            layer.weights[i] = static_cast<std::int8_t>(weights[position(i / G.filters, i % G.filters)]);
        }
        const auto sums = portable::weight_sums(layer);
        for (std::size_t f = 0; f < G.filters; ++f) {
            layer.bias[f] = subtract_product(bias[f], -sums[f], input_zero_point);
        }
        copy_stage<G.filters>(output, layer.output);
        layer.input_zero_point = input_zero_point;
        return layer;
    }
};

/// A packed depthwise layer without its shape's type.
template <class Weight>
struct DepthwiseView {
    Walk walk;
    const std::size_t* offsets;
    std::size_t taps;
    const Weight* weights;
    const std::int32_t* bias;
    StageView output;
};

template <ConvGeometry G, class Layout>
constexpr DepthwiseView<typename Layout::Weight> view(const PackedDepthwise<G, Layout>& packed) {
    using Packed = PackedDepthwise<G, Layout>;
    return {Packed::walk,          Packed::offsets.data(), Packed::filled,
            packed.weights.data(), packed.bias.data(),     kernels::view(packed.output)};
}

}  // namespace mote::kernels::impl::blocked
