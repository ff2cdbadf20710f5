// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/fast_grnn.hpp"
#include "mote/nn/quantized_gates.hpp"

namespace mote::nn {

/// The numbers of an int8 FastGRNN with biases for Units.
template <class InputGates, class RecurrentGates>
struct FastGrnnNumbers {
    InputGates input{};
    RecurrentGates recurrent{};  // its zero point is that of the state
    std::array<std::int16_t, InputGates::units> gate_bias{}, candidate_bias{};  // Q3.12
    Multiplier hidden{};                                                        // from the state to bytes
    std::int32_t zeta = 0, nu = 0;                                              // Q0.15, at most 1
    std::int8_t power = -15;  // the state is in units of 2^power
};

/// FastGrnn in bytes, a frame at a time, with a state of 16 bits as well.
///
/// Shapes  x: [Inputs] bytes at an address that is a multiple of four; step(): [Units] bytes.
/// Errors  None: what is too large saturates.
/// Memory  Units (Inputs + Units + 12) bytes for a portable set; a State beside it, of 3 Units bytes and a
///         flag. Time Units (Inputs + Units) multiply-accumulates a step.
/// Source  The arithmetic is mote's own, in the manner of integer_lstm.hpp: TensorFlow Lite has no integer
///         form.
template <std::size_t Inputs, std::size_t Units, class Isa>
class FastGrnn<std::int8_t, Inputs, Units, Isa> {
    using InputGates = kernels::QuantizedGates<Inputs, Units, 1>;
    using RecurrentGates = kernels::QuantizedGates<Units, Units, 1>;

public:
    using Scalar = std::int8_t;
    using Sample = mote::Sample<std::int8_t, Inputs>;
    using Output = std::array<std::int8_t, Units>;
    using State = FineByteState<Units>;
    static constexpr std::size_t features = Inputs, outputs = Units;
    static constexpr std::size_t macs = Units * (Inputs + Units);

    using Quantized = FastGrnnNumbers<InputGates, RecurrentGates>;
    struct Packed {
        kernels::Packed<InputGates, Isa> input;
        kernels::Packed<RecurrentGates, Isa> recurrent;
        std::array<std::int16_t, Units> gate_bias, candidate_bias;
        Multiplier hidden;
        std::int32_t zeta, nu;
        std::int8_t power;
    };
    static constexpr std::size_t observed = 1;  // what is calibrated: the state

    constexpr FastGrnn() : FastGrnn(Quantized{}) {}
    constexpr explicit FastGrnn(const Quantized& numbers) : packed_(pack(numbers)) {}

    /// Takes one frame in and returns the state as bytes, which is the layer's output.
    constexpr const Output& step(Sample x, State& state) const { return step(packed_, x.data(), state); }

    /// The same with numbers that lie elsewhere.
    static constexpr const Output& step(const Packed& packed, const std::int8_t* x, State& state) {
        state.begin(packed.recurrent.zero_point());
        alignas(4) std::array<std::int16_t, Units> z{}, c{};
        kernels::add_gates<Isa>(packed.input, x, z.data());
        kernels::add_gates<Isa>(packed.recurrent, state.hidden.data(), z.data());
        for (std::size_t k = 0; k < Units; ++k) {
            c[k] = kernels::saturate16(z[k] + packed.candidate_bias[k]);
            z[k] = kernels::saturate16(z[k] + packed.gate_bias[k]);
        }
        kernels::integer_sigmoids<Isa>(z.data(), Units);
        kernels::integer_tanhs<Isa>(c.data(), Units);
        const std::int32_t half = 1 << (29 + packed.power);
        for (std::size_t k = 0; k < Units; ++k) {
            const std::int32_t share = multiply_q15(packed.zeta, 32768 - z[k]) + packed.nu;  // at most 2
            const std::int64_t fresh = (std::int64_t{share} * c[k] + half) >> (30 + packed.power);
            state.fine[k] =
                kernels::saturate16(static_cast<std::int32_t>(fresh) + multiply_q15(z[k], state.fine[k]));
        }
        state.round(Rescaler(packed.hidden), packed.recurrent.zero_point());
        return state.hidden;
    }

    /// A float layer's weights as bytes; ranges[0] is that of the state, which `out` covers.
    template <class T>
    static constexpr Quantized quantize(const T* weights, Affine in, Affine out, const Range* ranges) {
        const T *const recurrent = weights + Inputs * Units, *const gate = recurrent + Units * Units;
        const T *const candidate = gate + Units, *const scales = candidate + Units;
        Quantized numbers;
        numbers.input = quantize_gates<InputGates>(in, columns_of(weights, Units), no_biases);
        numbers.recurrent = quantize_gates<RecurrentGates>(out, columns_of(recurrent, Units), no_biases);
        for (std::size_t k = 0; k < Units; ++k) {
            numbers.gate_bias[k] = to_gate(gate[k]);
            numbers.candidate_bias[k] = to_gate(candidate[k]);
        }
        numbers.power = power_holding(max(ranges[0].high, -ranges[0].low));
        double unit = 0x1p-15;
        for (int power = -15; power < numbers.power; ++power) unit *= 2;
        numbers.hidden = multiplier_of(unit / static_cast<double>(out.scale));
        numbers.zeta = round_to(static_cast<double>(scales[0]) * 0x1p15, 0, 1 << 15);
        numbers.nu = round_to(static_cast<double>(scales[1]) * 0x1p15, 0, 1 << 15);
        return numbers;
    }

    static constexpr Packed pack(const Quantized& n) {
        return {kernels::pack<Isa>(n.input),
                kernels::pack<Isa>(n.recurrent),
                n.gate_bias,
                n.candidate_bias,
                n.hidden,
                n.zeta,
                n.nu,
                n.power};
    }
    static constexpr Quantized unpack(const auto& n) {
        return {kernels::unpack(n.input),
                kernels::unpack(n.recurrent),
                n.gate_bias,
                n.candidate_bias,
                n.hidden,
                n.zeta,
                n.nu,
                n.power};
    }
    template <class Print>
    static constexpr void describe(const Quantized& numbers, Print print) {
        print("{");
        describe_gates(numbers.input, print);
        print(", ");
        describe_gates(numbers.recurrent, print);
        print(", ", numbers.gate_bias, ", ", numbers.candidate_bias, ", {", numbers.hidden.multiplier, ", ",
              numbers.hidden.shift, "}, ", numbers.zeta, ", ", numbers.nu, ", ", numbers.power, "}");
    }

private:
    template <class T>
    static constexpr std::int16_t to_gate(T bias) {
        return static_cast<std::int16_t>(round_to(static_cast<double>(bias) / gate_unit, -32768, 32767));
    }

    Packed packed_;
};

}  // namespace mote::nn
