// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/quantized_gates.hpp"
#include "mote/nn/recurrent_weights.hpp"
#include "mote/nn/simple_rnn.hpp"

namespace mote::nn {

/// The numbers of an int8 SimpleRnn.
template <class InputGates, class RecurrentGates>
struct SimpleRnnNumbers {
    InputGates input{};          // with the layer's biases
    RecurrentGates recurrent{};  // without; its zero point is that of the state
    Multiplier hidden{};         // from tanh's Q0.15 to bytes
};

/// SimpleRnn in bytes, a frame at a time.
///
/// Shapes  x: [Inputs] bytes at an address that is a multiple of four; step(): [Units] bytes.
/// Errors  None: what is too large saturates.
/// Memory  Units (Inputs + Units + 8) bytes for a portable set; a State beside it. Time Units (Inputs +
///         Units) multiply-accumulates a step.
/// Source  The arithmetic is mote's own, in the manner of integer_lstm.hpp: TensorFlow Lite has no integer
///         form.
template <std::size_t Inputs, std::size_t Units, class Isa>
class SimpleRnn<std::int8_t, Inputs, Units, Isa> {
    using InputGates = kernels::QuantizedGates<Inputs, Units, 1>;
    using RecurrentGates = kernels::QuantizedGates<Units, Units, 1>;

public:
    using Scalar = std::int8_t;
    using Sample = mote::Sample<std::int8_t, Inputs>;
    using Output = std::array<std::int8_t, Units>;
    using State = ByteState<Units>;
    static constexpr std::size_t features = Inputs, outputs = Units;
    static constexpr std::size_t macs = Units * (Inputs + Units);

    using Quantized = SimpleRnnNumbers<InputGates, RecurrentGates>;
    using Packed = SimpleRnnNumbers<kernels::Packed<InputGates, Isa>, kernels::Packed<RecurrentGates, Isa>>;
    static constexpr std::size_t observed = 1;  // what is calibrated: the state

    constexpr SimpleRnn() : SimpleRnn(Quantized{}) {}
    constexpr explicit SimpleRnn(const Quantized& numbers) : packed_(pack(numbers)) {}

    /// Takes one frame in and returns the state as bytes, which is the layer's output.
    constexpr const Output& step(Sample x, State& state) const { return step(packed_, x.data(), state); }

    /// The same with numbers that lie elsewhere.
    static constexpr const Output& step(const Packed& packed, const std::int8_t* x, State& state) {
        const std::int8_t zero_point = packed.recurrent.zero_point();
        state.begin(zero_point);
        alignas(4) std::array<std::int16_t, Units> sums{};
        kernels::add_gates<Isa>(packed.input, x, sums.data());
        kernels::add_gates<Isa>(packed.recurrent, state.hidden.data(), sums.data());
        kernels::integer_tanhs<Isa>(sums.data(), Units);
        const Rescaler to_bytes(packed.hidden);
        for (std::size_t k = 0; k < Units; ++k) state.hidden[k] = saturate8(zero_point + to_bytes(sums[k]));
        return state.hidden;
    }

    /// A float layer's weights as bytes; `out` covers the state.
    template <class T>
    static constexpr Quantized quantize(const T* weights, Affine in, Affine out, const Range*) {
        using Float = RecurrentWeights<T, Inputs, Units, Units>;
        return {quantize_gates<InputGates>(in, columns_of(weights, Units), biases_of(weights + Float::bias)),
                quantize_gates<RecurrentGates>(out, columns_of(weights + Float::recurrent, Units), no_biases),
                multiplier_of(0x1p-15 / static_cast<double>(out.scale))};
    }

    static constexpr Packed pack(const Quantized& numbers) {
        return {kernels::pack<Isa>(numbers.input), kernels::pack<Isa>(numbers.recurrent), numbers.hidden};
    }
    static constexpr Quantized unpack(const auto& packed) {
        return {kernels::unpack(packed.input), kernels::unpack(packed.recurrent), packed.hidden};
    }
    template <class Print>
    static constexpr void describe(const Quantized& numbers, Print print) {
        print("{");
        describe_gates(numbers.input, print);
        print(", ");
        describe_gates(numbers.recurrent, print);
        print(", {", numbers.hidden.multiplier, ", ", numbers.hidden.shift, "}}");
    }

private:
    Packed packed_;
};

}  // namespace mote::nn
