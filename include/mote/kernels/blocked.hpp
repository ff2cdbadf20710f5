// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/portable_conv.hpp"
#include "mote/kernels/quantized.hpp"

/// How sets with wide vectors see the int8 layers. A vector register holds the sums of `Lanes` filters; one
/// instruction adds `Group` products to each. The image is first copied to scratch, padded with the input
/// zero point, so that no window hangs over an edge and the zero point folds into the bias.
namespace mote::kernels::impl::blocked {

constexpr std::size_t round_up(std::size_t n, std::size_t unit) {
    return (n + unit - 1) / unit * unit;
}

/// The part of the padded image that the windows see.
struct Canvas {
    std::size_t height, width;              // with padding
    std::size_t image_height, image_width;  // what of the image lies on it
    std::size_t top, left;
    std::size_t channels;  // in the image
    std::size_t depth;     // on the canvas, from one pixel to the next
    std::size_t copies;    // of each channel, side by side
};

constexpr Canvas canvas(const ConvGeometry& g, std::size_t depth, std::size_t copies) {
    const std::size_t height =
        (g.output_height - 1) * g.stride_height + (g.kernel_height - 1) * g.dilation_height + 1;
    const std::size_t width =
        (g.output_width - 1) * g.stride_width + (g.kernel_width - 1) * g.dilation_width + 1;
    return {height,
            width,
            std::min(g.height, height - g.padding_top),
            std::min(g.width, width - g.padding_left),
            g.padding_top,
            g.padding_left,
            g.channels,
            depth,
            copies};
}

/// Elements of scratch: one vector more than the canvas, since the last group and the last store may
/// reach beyond it.
constexpr std::size_t canvas_elements(const Canvas& c) {
    return c.height * c.width * c.depth + 32;
}

/// A row of pixels that are larger on the canvas than in the image.
template <class Element, class Write>
[[gnu::always_inline]] inline void paint_pixels(const Canvas& c, const std::int8_t* from, Element* to,
                                                Write write) {
    for (std::size_t column = 0; column < c.image_width; ++column, from += c.channels, to += c.depth) {
        if (c.copies == 1) {
            write(from, c.channels, to);
        } else {
            for (std::size_t k = 0; k < c.channels; ++k)
                std::fill_n(to + k * c.copies, c.copies, static_cast<Element>(from[k]));
        }
    }
}

/// Puts the image on its canvas; write(from, n, to) makes n elements of as many bytes.
template <class Element, class Write>
[[gnu::always_inline]] inline void paint(const Canvas& c, const std::int8_t* x, std::size_t image_width,
                                         Element zero_point, Element* to, Write write) {
    const bool dense = c.depth == c.channels * c.copies;
    if (!dense) std::fill_n(to, c.height * c.width * c.depth, zero_point);
    const std::size_t painted = c.image_width * c.depth, between = c.width * c.depth - painted;
    Element* const end = to + c.height * c.width * c.depth;
    const std::size_t before = (c.top * c.width + c.left) * c.depth;
    if (dense) std::fill_n(to, before, zero_point);
    to += before;
    for (std::size_t row = 0; row < c.image_height; ++row, to += painted + between) {
        const std::int8_t* from = x + row * image_width * c.channels;
        if (c.depth == c.channels) {
            write(from, c.image_width * c.channels, to);
        } else {
            paint_pixels(c, from, to, write);
        }
        const bool last = row + 1 == c.image_height;
        Element* const behind = to + painted;
        if (dense) std::fill_n(behind, last ? static_cast<std::size_t>(end - behind) : between, zero_point);
    }
}

/// The walk over a convolution's windows; distances in canvas elements.
struct Walk {
    std::size_t pixels, output_width, filters;
    std::size_t row_step, pixel_step;    // between the windows of neighbouring outputs
    std::size_t runs_y = 1, runs_x = 1;  // contiguous stretches of one window
    std::size_t step_y = 0, step_x = 0;  // from one stretch to the next
    std::size_t groups = 0;              // of taps in a stretch, the last filled up with zero weights
};

/// For a canvas `width` pixels wide.
constexpr Walk walk(const ConvGeometry& g, std::size_t group, std::size_t width) {
    const std::size_t row = width * g.channels;
    const bool dense = g.dilation_width == 1;
    return {.pixels = g.output_height * g.output_width,
            .output_width = g.output_width,
            .filters = g.filters,
            .row_step = g.stride_height * row,
            .pixel_step = g.stride_width * g.channels,
            .runs_y = g.kernel_height,
            .runs_x = dense ? 1 : g.kernel_width,
            .step_y = g.dilation_height * row,
            .step_x = g.dilation_width * g.channels,
            .groups = round_up(dense ? g.kernel_width * g.channels : g.channels, group) / group};
}

/// Where the windows of the outputs begin, in the order of the outputs.
template <class Element>
struct Windows {
    const Element* at;
    std::size_t column = 0;

    const Element* next(const Walk& walk) {
        const Element* window = at;
        at += walk.pixel_step;
        if (++column == walk.output_width) {
            at += walk.row_step - walk.output_width * walk.pixel_step;
            column = 0;
        }
        return window;
    }
};

/// The stages of the first Filters filters, Copies times over; how many fill up the last block differs.
template <std::size_t Filters, std::size_t Copies = 1, std::size_t From, std::size_t To>
constexpr void copy_stage(const OutputStage<From>& from, OutputStage<To>& to) {
    for (std::size_t f = 0; f < Filters * Copies; ++f) {
        to.multiplier[f] = from.multiplier[f % Filters];
        to.shift[f] = from.shift[f % Filters];
    }
    to.zero_point = from.zero_point;
    to.lowest = from.lowest;
    to.highest = from.highest;
}

/// Weights [block of Lanes filters][run][group][lane][Group]; Element is what the canvas is made of and
/// Offset what it adds to each input (128 where the instruction wants unsigned bytes).
template <ConvGeometry G, std::size_t LaneCount, std::size_t GroupSize, class ElementType,
          std::int32_t Offset>
struct PackedConv {
    using Layer = QuantizedConv<G>;
    using Element = ElementType;
    static constexpr std::size_t lanes = LaneCount;
    static constexpr std::size_t group = GroupSize;
    static constexpr std::int32_t offset = Offset;
    static constexpr Canvas canvas = blocked::canvas(G, G.channels, 1);
    static constexpr Walk walk = blocked::walk(G, group, canvas.width);
    static constexpr std::size_t filters = round_up(G.filters, lanes);
    static constexpr std::size_t scratch_bytes = canvas_elements(canvas) * sizeof(Element);
    static constexpr bool in_place = true;  // the canvas is complete before the first output

    std::array<std::int8_t, filters * walk.runs_y * walk.runs_x * walk.groups * group> weights{};
    std::array<std::int32_t, filters> bias{};
    OutputStage<filters> output{};
    std::int8_t input_zero_point = 0;

    /// Where the weight of a filter and a tap of QuantizedConv lies.
    static constexpr std::size_t position(std::size_t filter, std::size_t tap) {
        const std::size_t run_taps = G.kernel_width * G.channels / walk.runs_x;
        const std::size_t run = tap / run_taps;
        const std::size_t in_run = tap % run_taps;
        const std::size_t block_groups = filter / lanes * walk.runs_y * walk.runs_x * walk.groups;
        const std::size_t group_index = block_groups + run * walk.groups + in_run / group;
        return (group_index * lanes + filter % lanes) * group + in_run % group;
    }

    constexpr explicit PackedConv(const Layer& layer) : input_zero_point(layer.input_zero_point) {
        const auto sums = portable::weight_sums(layer);
        for (std::size_t f = 0; f < G.filters; ++f) {
            for (std::size_t t = 0; t < G.taps(); ++t)
                weights[position(f, t)] = layer.weights[f * G.taps() + t];
            bias[f] = subtract_product(layer.bias[f], sums[f], layer.input_zero_point + offset);
        }
        copy_stage<G.filters>(layer.output, output);
    }

    constexpr Layer unpack() const {
        Layer layer;
        for (std::size_t f = 0; f < G.filters; ++f) {
            std::int32_t sum = 0;
            for (std::size_t t = 0; t < G.taps(); ++t) {
                layer.weights[f * G.taps() + t] = weights[position(f, t)];
                sum += weights[position(f, t)];
            }
            layer.bias[f] = subtract_product(bias[f], -sum, input_zero_point + offset);
        }
        copy_stage<G.filters>(output, layer.output);
        layer.input_zero_point = input_zero_point;
        return layer;
    }
};

/// A packed convolution without its shape's type, so that all share the loops over it.
struct ConvView {
    const std::int8_t* weights;
    const std::int32_t* bias;
    StageView output;
};

template <class Packed>
constexpr ConvView view(const Packed& packed) {
    return {packed.weights.data(), packed.bias.data(), kernels::view(packed.output)};
}

}  // namespace mote::kernels::impl::blocked
