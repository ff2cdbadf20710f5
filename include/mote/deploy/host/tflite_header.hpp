// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <span>
#include <string_view>
#include <vector>

#include "mote/deploy/host/tflite_reference.hpp"
#include "mote/deploy/host/tflite_source.hpp"

/// Imported networks as C++ source that firmware compiles. For the host only.
namespace mote::deploy::tflite {

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
