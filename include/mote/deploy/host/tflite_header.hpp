// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mote/deploy/host/network_header.hpp"
#include "mote/deploy/host/tflite_reference.hpp"

/// Imported networks as C++ source that firmware compiles. For the host only.
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

/// A layer's type.
inline void write_layer(const SourceWriter& print, const Layer& layer) {
    const nn::ConvConfig& config = layer.config;
    switch (layer.kind) {
        case Kind::convolution:
            print("mote::nn::Conv2D<");
            nn::describe(config, print);
            break;
        case Kind::depthwise:
            print("mote::nn::DepthwiseConv2D<");
            nn::describe(nn::DepthwiseConfig{layer.multiplier, config.kernel, config.stride, config.dilation,
                                             config.padding, config.activation},
                         print);
            break;
        case Kind::dense:
            print("mote::nn::Dense<mote::nn::DenseConfig{.units = ", config.filters);
            print(", .activation = ", nn::name(config.activation), "}");
            break;
        case Kind::transposed:
            print("mote::nn::TransposedConv1D<");
            nn::describe(transposed_config(config), print);
            break;
        case Kind::lstm:
            print("mote::nn::Recurrent<mote::nn::LstmCell, mote::nn::RecurrentConfig{.units = ");
            print(layer.out.channels, ", .returns = mote::nn::Returns::sequence}");
            break;
        case Kind::mean:
            print("mote::nn::GlobalMean");
            return;
        case Kind::curve:
            print("mote::nn::Elementwise<", layer.curve);
            break;
        case Kind::padding:
        case Kind::cropping:
            print(layer.kind == Kind::padding ? "mote::nn::ZeroPadding2D<" : "mote::nn::Cropping2D<");
            print("mote::nn::Margins{", layer.margins.top, ", ", layer.margins.bottom, ", ");
            print(layer.margins.left, ", ", layer.margins.right, "}");
            break;
        case Kind::average_pool:
        case Kind::max_pool:
            print(layer.kind == Kind::max_pool ? "mote::nn::MaxPool2D<" : "mote::nn::AveragePool2D<");
            nn::describe(layer.pool, print);
            break;
        case Kind::reshape:
            print("mote::nn::Reshape<mote::nn::Shape{", layer.out.height, ", ", layer.out.width, ", ",
                  layer.out.channels, "}");
            break;
        case Kind::softmax:
            print("mote::nn::Softmax");
            return;
        case Kind::residual:
            print("mote::nn::Residual<");
            write_path(print, layer.ways[0]);
            print(", ");
            write_path(print, layer.ways[1]);
            print(", ", nn::name(config.activation));
            break;
        case Kind::concatenation:
            print("mote::nn::Parallel<mote::nn::Concatenate");
            for (const std::vector<Layer>& way : layer.ways) {
                print(", ");
                write_path(print, way);
            }
            break;
    }
    print(">");
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

inline void write_stage(const SourceWriter& print, const kernels::OutputStage<1>& stage) {
    print("{", stage.multiplier, ", ", stage.shift, ", ", stage.zero_point, ", ", stage.lowest, ", ");
    print(stage.highest, "}");
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

inline void write_lstm(const SourceWriter& print, const Lstm& lstm) {
    print("{");
    for (const Gates* gates : {&lstm.input, &lstm.recurrent}) {
        print("{", std::span(std::as_const(gates->weights)), ", ", std::span(std::as_const(gates->bias)),
              ", ");
        print(gates->multiplier, ", ", gates->shift, ", ", gates->zero_point, "}, ");
    }
    print("{", lstm.hidden.multiplier, ", ", lstm.hidden.shift, "}, ", lstm.cell_clip, ", ", lstm.cell_power);
    print("}");
}

inline void write_residual(const SourceWriter& print, const Layer& layer) {
    print("{");
    write_numbers(print, layer.ways[0]);
    print(", ");
    if (layer.ways[1].empty())
        print("{}");
    else
        write_numbers(print, layer.ways[1]);
    print(", ");
    if (layer.type == Type::int16) {
        nn::describe_add(layer.words.add, print);
    } else {
        nn::describe_add(layer.add, print);
    }
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
        print("{");
        write_stage(print, {{1 << 30}, {1}, layer.zero_point, -128, 127});
        print(", ", layer.zero_point, "}, ");
    }
    print("}}}");
}

/// Of 16 bits, what stands elsewhere than in bytes.
inline void write_words(const SourceWriter& print, const Layer& layer) {
    const auto factor = [&](nn::Multiplier by) { print("{{", by.multiplier, ", ", by.shift, "}}"); };
    if (layer.kind == Kind::softmax) factor(layer.words.softmax);
    if (layer.kind == Kind::mean) factor(layer.words.average.factor);
    if (layer.kind == Kind::curve) print(layer.words.curve_numbers);
}

inline void write_byte_numbers(const SourceWriter& print, const Layer& layer) {
    if (layer.kind == Kind::softmax) {
        print("{", layer.softmax.multiplier, ", ", layer.softmax.shift, ", ");
        print(layer.softmax.lowest_difference, "}");
    }
    if (layer.kind == Kind::mean) {
        print("{");
        write_stage(print, layer.average.output);
        print(", ", layer.average.input_zero_point, "}");
    }
    if (layer.kind == Kind::curve) print("{", layer.table, "}");
    if (layer.kind == Kind::padding) print("{", layer.zero_point, "}");
    if (layer.kind == Kind::lstm) write_lstm(print, layer.lstm);
    if (layer.kind == Kind::concatenation) write_concatenation(print, layer);
}

/// A layer's numbers, and a comma where it has any.
inline void write_numbers(const SourceWriter& print, const Layer& layer) {
    if (!has_numbers(layer)) return;
    if (layer.kind == Kind::residual) {
        write_residual(print, layer);
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

/// Bytes that any network accepts and that look like nothing in particular.
inline Bytes seeded_input(std::size_t size, std::uint32_t seed) {
    Bytes x(size);
    for (std::int8_t& byte : x) {
        seed = seed * 1664525 + 1013904223;  // Knuth; the constants of Numerical Recipes
        byte = static_cast<std::int8_t>(seed >> 24);
    }
    return x;
}

inline Values<std::int16_t> seeded_words(std::size_t size, std::uint32_t seed) {
    Values<std::int16_t> x(size);
    for (std::int16_t& word : x) {
        seed = seed * 1664525 + 1013904223;
        word = static_cast<std::int16_t>(seed >> 16);
    }
    return x;
}

/// The same from -1 to 1.
inline Values<float> seeded_real_input(std::size_t size, std::uint32_t seed) {
    Values<float> x(size);
    std::ranges::transform(seeded_input(size, seed), x.begin(),
                           [](std::int8_t byte) { return static_cast<float>(byte) / 128; });
    return x;
}

namespace detail {

inline void write_architecture(const SourceWriter& print, const Network& network) {
    print("using Architecture = mote::nn::Sequential<\n    mote::nn::Shape{", network.in.height, ", ",
          network.in.width, ", ", network.in.channels, "}");
    for (const Layer& layer : network.layers) {
        print(",\n    ");
        write_layer(print, layer);
    }
    print(">;\n\n");
}

/// An input, and the output that the network gives for it.
template <class T>
void write_golden(const SourceWriter& print, const char* type, const Network& network,
                  const Values<T>& input) {
    const Values<T> output = run(network, input);
    print("inline constexpr std::array<", type, ", ", input.size(), "> golden_input = ", std::span(input),
          ";\n");
    print("inline constexpr std::array<", type, ", ", output.size(), "> golden_output = ", std::span(output),
          ";\n");
}

inline void append_real(std::span<const Layer> layers, Values<float>& all) {
    for (const Layer& layer : layers) {
        all.insert(all.end(), layer.real.begin(), layer.real.end());
        for (const std::vector<Layer>& way : layer.ways) append_real(way, all);
    }
}

inline void write_real(const SourceWriter& print, const Network& network) {
    Values<float> weights;
    append_real(network.layers, weights);
    print("using Network = mote::nn::Network<float, Architecture>;\n\ninline constexpr Network model{");
    if (!weights.empty()) print("Network::Weights", std::span<const float>(weights));
    print("};\n\n/// model.forward(golden_input) is golden_output but for the rounding of sums.\n");
    write_golden(print, "float", network, seeded_real_input(network.in.size(), /*seed=*/1));
}

/// Of T, whose name is given.
template <class T>
void write_integers(const SourceWriter& print, const char* type, const Network& network,
                    const Values<T>& golden_input) {
    const auto scale = [&](nn::Affine affine) {
        print("{", affine.scale);
        if (network.type == Type::int8) print(", ", affine.zero_point);
        print("}, ");
    };
    print("/// The scales of input and output, and the layers' numbers.\n");
    print("inline constexpr mote::nn::QuantizedWeights<Architecture, ", type, "> weights = {");
    scale(network.input);
    scale(network.output);
    write_numbers(print, network.layers);
    print("};\n\n/// In flash, packed for the target that this is compiled for.\n");
    print("inline constexpr mote::nn::Network<", type, ", Architecture> model{weights};\n\n");
    print("/// model.forward(golden_input) is golden_output on every target.\n");
    write_golden(print, type, network, golden_input);
}

}  // namespace detail

/// Writes a network as one C++ header: its architecture as a type, its portable weights, the network that the
/// compiler packs for the target, and one input with the output that it must give, on every target.
///
/// Errors  the stream tells. `name` becomes the header's namespace and must be a C++ identifier.
inline void write_header(std::ostream& out, std::string_view name, const Network& network) {
    const deploy::detail::SourceWriter print(out);
    print(
        "// Written by mote's import_tflite from a TensorFlow Lite model. The compiler packs the weights; "
        "for more than\n"
        "// some ten thousand, g++ needs -fconstexpr-ops-limit=4000000000 -fconstexpr-loop-limit=100000000,\n"
        "// clang++ -fconstexpr-steps=2000000000.\n#pragma once\n\n");
    print("#include <array>\n#include <cstdint>\n\n#include \"mote/nn/network.hpp\"\n\nnamespace ", name,
          " {\n\n// clang-format off\n");
    detail::write_architecture(print, network);
    const std::size_t size = network.in.size();
    if (network.type == Type::float32) detail::write_real(print, network);
    if (network.type == Type::int16)
        detail::write_integers(print, "std::int16_t", network, seeded_words(size, 1));
    if (network.type == Type::int8)
        detail::write_integers(print, "std::int8_t", network, seeded_input(size, 1));
    print("// clang-format on\n\n}  // namespace ", name, "\n");
}

}  // namespace mote::deploy::tflite
