// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <ios>
#include <memory>
#include <ostream>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

#include "mote/nn/network.hpp"

/// Trained networks as C++ source that firmware compiles. For the host only: it writes to streams.
namespace mote::deploy {

namespace detail {

/// Prints texts, numbers and arrays of numbers as C++ source; arrays in lines of at most 100 characters.
class SourceWriter {
public:
    explicit SourceWriter(std::ostream& out) : out_(&out) {}

    template <class... Parts>
    void operator()(const Parts&... parts) const {
        (write(parts), ...);
    }

private:
    void write(std::string_view text) const { *out_ << text; }
    void write(std::integral auto number) const { *out_ << +number; }
    void write(float number) const { *out_ << text(number); }
    void write(double number) const { *out_ << text(number); }
    void write(const nn::Affine& affine) const { (*this)("{", affine.scale, ", ", affine.zero_point, "}"); }
    void write(const nn::Symmetric& symmetric) const { (*this)("{", symmetric.scale, "}"); }

    template <class T, std::size_t N>
    void write(const std::array<T, N>& values) const {
        write(std::span<const T>(values));
    }

    template <class T>
    void write(std::span<const T> values) const {
        *out_ << "{";
        std::size_t column = 100;
        for (std::size_t i = 0; i < values.size(); ++i) {
            std::string number = text(values[i]);
            number += i + 1 < values.size() ? ',' : '}';
            const bool wrap = column + number.size() >= 100;
            column = (wrap ? 4 : column + 1) + number.size();
            *out_ << (wrap ? "\n    " : " ") << number;
        }
    }

    static std::string text(std::integral auto number) { return std::to_string(number); }
    static std::string text(float number) {
        std::ostringstream digits;  // whose format is its own; ten digits give the same float back
        digits.precision(9);
        digits << std::scientific << number << "f";
        return digits.str();
    }
    static std::string text(double number) {
        std::ostringstream digits;
        digits.precision(16);
        digits << std::scientific << number;
        return digits.str();
    }

    std::ostream* out_;
};

template <class Architecture>
void write_architecture(const SourceWriter& print) {
    constexpr nn::Shape in = Architecture::shapes[0];
    print("mote::nn::Sequential<\n    mote::nn::Shape{", in.height, ", ", in.width, ", ", in.channels,
          "},\n    ");
    nn::describe_layers<Architecture>(",\n    ", print);
    print(">");
}

template <class Architecture, class T>
void write_weights(const SourceWriter& print, const nn::QuantizedWeights<Architecture, T>& weights) {
    print("{", weights.input, ", ", weights.output, ", ");
    nn::describe_record<nn::FormOf<T, Architecture>>(weights.layers, print);
    print("}");
}

}  // namespace detail

/// Writes a network of integers as one C++ header: its architecture as a type, its portable weights, the
/// network that the compiler packs for the target, and one input with the output it must give, on every
/// target.
///
/// Errors  the stream tells. `name` becomes the header's namespace and must be a C++ identifier.
template <nn::ActivationInteger T, class Architecture, class Isa>
void write_header(std::ostream& out, std::string_view name, const nn::Network<T, Architecture, Isa>& model,
                  std::span<const T, Architecture::inputs> golden_input) {
    constexpr bool bytes = std::same_as<T, std::int8_t>;
    const std::string_view type = bytes ? "std::int8_t" : "std::int16_t";
    const detail::SourceWriter print(out);
    print("// Written by mote::deploy::write_header from a trained network.\n#pragma once\n\n");
    print("#include <array>\n#include <cstdint>\n\n#include \"mote/nn/network.hpp\"\n\nnamespace ", name,
          " {\n\n");
    print("// clang-format off\nusing Architecture = ");
    detail::write_architecture<Architecture>(print);
    print(";\n\ninline constexpr mote::nn::QuantizedWeights<Architecture", bytes ? "" : ", std::int16_t",
          "> weights = ");
    detail::write_weights(print, model.weights());
    print(";\n\n/// In flash, packed for the target that this is compiled for.\n");
    print("inline constexpr mote::nn::Network<", type, ", Architecture> model{weights};\n\n");

    const auto scratch = std::make_unique<typename nn::Network<T, Architecture, Isa>::Workspace>();
    std::array<T, Architecture::inputs> input{};
    std::array<T, Architecture::outputs> output{};
    std::ranges::copy(golden_input, input.begin());
    std::ranges::copy(model.forward(golden_input, *scratch), output.begin());
    print("/// model.forward(golden_input) is golden_output on every target.\n");
    print("inline constexpr std::array<", type, ", ", input.size(), "> golden_input = ", input, ";\n");
    print("inline constexpr std::array<", type, ", ", output.size(), "> golden_output = ", output, ";\n");
    print("// clang-format on\n\n}  // namespace ", name, "\n");
}

}  // namespace mote::deploy
