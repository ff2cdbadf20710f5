// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mote/deploy/host/network_header.hpp"
#include "mote/deploy/host/tflite_layers.hpp"

/// Imported layers as C++ source: their types, and their numbers as initialisers. For the host only.
namespace mote::deploy::tflite {

namespace detail {

using deploy::detail::SourceWriter;

inline void write_layer(const SourceWriter& print, const Layer& layer);

inline void write_path(const SourceWriter& print, std::span<const Layer> layers) {
    print("mote::nn::Path<");
    for (std::size_t i = 0; i < layers.size(); ++i) {
        print(i > 0 ? ", " : "");
        write_layer(print, layers[i]);
    }
    print(">");
}

/// The type of a layer with weights.
inline void write_weighted(const SourceWriter& print, const Layer& layer) {
    const nn::ConvConfig& config = layer.config;
    if (layer.kind == Kind::convolution) {
        print("mote::nn::Conv2D<");
        nn::describe(config, print);
    } else if (layer.kind == Kind::depthwise) {
        print("mote::nn::DepthwiseConv2D<");
        nn::describe(nn::DepthwiseConfig{layer.multiplier, config.kernel, config.stride, config.dilation,
                                         config.padding, config.activation},
                     print);
    } else if (layer.kind == Kind::dense) {
        print("mote::nn::Dense<mote::nn::DenseConfig{.units = ", config.filters);
        print(", .activation = ", nn::name(config.activation), "}");
    } else if (layer.kind == Kind::transposed) {
        print("mote::nn::TransposedConv1D<");
        nn::describe(transposed_config(config), print);
    } else if (layer.kind == Kind::svdf) {
        print("mote::nn::Svdf<mote::nn::SvdfConfig{.units = ", config.filters,
              ", .memory = ", layer.svdf.memory);
        print(", .rank = ", layer.svdf.rank, ", .activation = ", nn::name(config.activation), "}");
    } else {
        print("mote::nn::Recurrent<mote::nn::LstmCell, mote::nn::RecurrentConfig{.units = ");
        print(layer.out.channels, ", .returns = mote::nn::Returns::sequence}");
    }
    print(">");
}

inline const char* name(Merge merge) {
    if (merge == Merge::add) return nn::Add::name;
    return merge == Merge::subtract ? nn::Subtract::name : nn::Multiply::name;
}

/// The type of a layer of layers.
inline void write_ways(const SourceWriter& print, const Layer& layer) {
    print(layer.kind == Kind::residual ? "mote::nn::Residual<"
                                       : "mote::nn::Parallel<mote::nn::Concatenate, ");
    for (std::size_t i = 0; i < layer.ways.size(); ++i) {
        print(i > 0 ? ", " : "");
        write_path(print, layer.ways[i]);
    }
    if (layer.kind == Kind::residual) {
        print(", ", nn::name(layer.config.activation));
        if (layer.merge != Merge::add) print(", ", name(layer.merge));
    }
    print(">");
}

/// A layer's type.
inline void write_layer(const SourceWriter& print, const Layer& layer) {
    switch (layer.kind) {
        case Kind::mean:
            return print("mote::nn::GlobalMean");
        case Kind::softmax:
            return print("mote::nn::Softmax");
        case Kind::curve:
            return print("mote::nn::Elementwise<", layer.curve, ">");
        case Kind::padding:
        case Kind::cropping:
            print(layer.kind == Kind::padding ? "mote::nn::ZeroPadding2D<" : "mote::nn::Cropping2D<");
            print("mote::nn::Margins{", layer.margins.top, ", ", layer.margins.bottom, ", ");
            return print(layer.margins.left, ", ", layer.margins.right, "}>");
        case Kind::average_pool:
        case Kind::max_pool:
            print(layer.kind == Kind::max_pool ? "mote::nn::MaxPool2D<" : "mote::nn::AveragePool2D<");
            nn::describe(layer.pool, print);
            return print(">");
        case Kind::reshape:
            print("mote::nn::Reshape<mote::nn::Shape{", layer.out.height, ", ", layer.out.width, ", ");
            return print(layer.out.channels, "}>");
        case Kind::channelwise:
            print("mote::nn::Channelwise<", name(layer.merge), ", ");
            return print(nn::name(layer.config.activation), ">");
        case Kind::residual:
        case Kind::concatenation:
            return write_ways(print, layer);
        default:
            return write_weighted(print, layer);
    }
}

inline bool has_numbers(const Layer& layer) {
    switch (layer.kind) {
        case Kind::average_pool:
        case Kind::max_pool:
        case Kind::cropping:
        case Kind::reshape:
            return false;
        case Kind::padding:
            return layer.type == Type::int8;  // zero is 0 elsewhere
        default:
            return true;
    }
}

inline void write_numbers(const SourceWriter& print, const Layer& layer);

/// The record of several layers.
inline void write_numbers(const SourceWriter& print, std::span<const Layer> layers) {
    for (const Layer& layer : layers) {
        print("{");
        write_numbers(print, layer);
    }
    print("{", std::string(layers.size() + 1, '}'));
}

inline void write_convolution(const SourceWriter& print, const Layer& layer) {
    const auto list = [](const auto& values) { return std::span(values); };
    print("{", list(layer.weights), ", ", list(layer.bias), ", {", list(layer.multipliers), ", ");
    if (layer.type == Type::int16) {
        const Int16Numbers& words = layer.words;
        print(list(layer.shifts), ", ", words.range.lowest, ", ", words.range.highest, ", ", words.bias32,
              "}}");
        return;
    }
    print(list(layer.shifts), ", ", layer.zero_point, ", ", layer.range.lowest, ", ", layer.range.highest);
    print("}, ", layer.input_zero_point, "}");
}

/// Gates of bytes have a factor each; those of 16 bits are a dense layer, whose rows have.
inline void write_gates(const SourceWriter& print, const Gates& gates, Type type) {
    print("{", std::span(gates.weights), ", ", std::span(gates.bias), ", ");
    if (type != Type::int16) {
        return print(gates.multiplier, ", ", gates.shift, ", ", gates.zero_point, "}");
    }
    const auto by_row = [&](const auto& factors) {
        std::vector<std::int32_t> rows(gates.bias.size());
        for (std::size_t row = 0; row < rows.size(); ++row) rows[row] = factors[row / (rows.size() / 4)];
        return rows;
    };
    const std::vector<std::int32_t> multipliers = by_row(gates.multiplier), shifts = by_row(gates.shift);
    print("{", std::span(multipliers), ", ", std::span(shifts), ", -32768, 32767, false}}");
}

inline void write_lstm(const SourceWriter& print, const Layer& layer) {
    const Lstm& lstm = layer.lstm;
    print("{");
    write_gates(print, lstm.input, layer.type);
    print(", ");
    write_gates(print, lstm.recurrent, layer.type);
    print(", {", lstm.hidden.multiplier, ", ", lstm.hidden.shift, "}, ", lstm.cell_clip, ", ",
          lstm.cell_power);
    print("}");
}

inline void write_svdf(const SourceWriter& print, const Layer& layer) {
    const auto list = [](const auto& values) { return std::span(values); };
    const Svdf& svdf = layer.svdf;
    const std::vector<std::int32_t> no_biases(layer.bias.size() * svdf.rank);
    print("{{", list(layer.weights), ", ", list(no_biases), ", {", svdf.to_state.multiplier, "}, {");
    print(svdf.to_state.shift, "}, ", layer.input_zero_point, "}, ", list(svdf.time), ", ", list(layer.bias));
    print(", ");
    const kernels::OutputStage<1> out{{layer.multipliers[0]}, {layer.shifts[0]}, layer.zero_point, -128, 127};
    nn::describe_stage(out, print);
    print(", ", svdf.lowest, ", ", svdf.highest, "}");
}

inline void write_merge(const SourceWriter& print, const Layer& layer) {
    const bool words = layer.type == Type::int16;
    if (layer.merge == Merge::multiply) {
        if (words) return nn::describe_add(layer.words.product, print);
        return nn::describe_add(layer.product, print);
    }
    if (words) return nn::describe_add(layer.words.add, print);
    nn::describe_add(layer.add, print);
}

inline void write_residual(const SourceWriter& print, const Layer& layer) {
    print("{");
    for (const std::vector<Layer>& way : layer.ways) {
        if (way.empty())
            print("{}");
        else
            write_numbers(print, way);
        print(", ");
    }
    write_merge(print, layer);
    print("}");
}

inline void write_channelwise(const SourceWriter& print, const Layer& layer) {
    print("{", std::span(layer.constants), ", ");
    write_merge(print, layer);
    print("}");
}

/// Ways without numbers take no room. All are on the output's scale already.
inline void write_concatenation(const SourceWriter& print, const Layer& layer) {
    print("{");
    for (const std::vector<Layer>& way : layer.ways) {
        print("{");
        if (!std::ranges::any_of(way, has_numbers)) continue;
        write_numbers(print, way);
        print(", ");
    }
    print("{", std::string(layer.ways.size() + 1, '}'), ", {{");
    for (std::size_t i = 0; i < layer.ways.size(); ++i) {
        if (layer.type == Type::int16) {
            nn::Int16Move::of({}, {}).describe(print);
        } else {
            nn::ByteMove::of({1, layer.zero_point}, {1, layer.zero_point}).describe(print);
        }
        print(", ");
    }
    print("}}}");
}

/// Of 16 bits, what stands elsewhere than in bytes.
inline void write_words(const SourceWriter& print, const Layer& layer) {
    const auto factor = [&](nn::Multiplier by) { print("{{", by.multiplier, ", ", by.shift, "}}"); };
    if (layer.kind == Kind::softmax) factor(layer.words.softmax);
    if (layer.kind == Kind::mean) factor(layer.words.average.factor);
    if (layer.kind == Kind::curve) print(layer.words.curve_numbers);
    if (layer.kind == Kind::lstm) write_lstm(print, layer);
    if (layer.kind == Kind::concatenation) write_concatenation(print, layer);
}

inline void write_byte_numbers(const SourceWriter& print, const Layer& layer) {
    if (layer.kind == Kind::softmax) {
        print("{", layer.softmax.multiplier, ", ", layer.softmax.shift, ", ");
        print(layer.softmax.lowest_difference, "}");
    }
    if (layer.kind == Kind::mean) {
        print("{");
        nn::describe_stage(layer.average.output, print);
        print(", ", layer.average.input_zero_point, "}");
    }
    if (layer.kind == Kind::curve) print("{", layer.table, "}");
    if (layer.kind == Kind::padding) print("{", layer.zero_point, "}");
    if (layer.kind == Kind::lstm) write_lstm(print, layer);
    if (layer.kind == Kind::concatenation) write_concatenation(print, layer);
}

/// A layer's numbers, and a comma where it has any.
inline void write_numbers(const SourceWriter& print, const Layer& layer) {
    if (!has_numbers(layer)) return;
    if (layer.kind == Kind::residual) {
        write_residual(print, layer);
    } else if (layer.kind == Kind::channelwise) {
        write_channelwise(print, layer);
    } else if (layer.kind == Kind::svdf) {
        write_svdf(print, layer);
    } else if (!layer.weights.empty()) {
        write_convolution(print, layer);
    } else if (layer.type == Type::int16) {
        write_words(print, layer);
    } else {
        write_byte_numbers(print, layer);
    }
    print(", ");
}

}  // namespace detail

}  // namespace mote::deploy::tflite
