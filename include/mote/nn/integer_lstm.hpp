// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/lstm.hpp"
#include "mote/nn/quantized_gates.hpp"
#include "mote/nn/recurrent_weights.hpp"

namespace mote::nn {

/// The numbers of an int8 LSTM; gates i, f, c and o, as Keras and TensorFlow Lite order them.
template <class InputGates, class RecurrentGates>
struct LstmNumbers {
    InputGates input{};            // with the layer's biases
    RecurrentGates recurrent{};    // without; its zero point is that of the hidden state
    Multiplier hidden{};           // from o * tanh(cell), Q0.30, to bytes
    std::int16_t cell_clip = 0;    // the cell stays within +-cell_clip; 0: within 16 bits
    std::int8_t cell_power = -15;  // the cell is in units of 2^cell_power; at most 0
};

/// Lstm in bytes, a frame at a time, with a cell of 16 bits.
///
/// Shapes  x: [Inputs] bytes at an address that is a multiple of four; step(): hidden [Units], bytes.
/// Errors  None: what is too large saturates.
/// Memory  4 Units (Inputs + Units + 8) bytes for a portable set; a State beside it, of 3 Units bytes and a
///         flag. Time 4 Units (Inputs + Units) multiply-accumulates a step.
/// Source  TensorFlow Lite Micro's integer LSTM, bit by bit: int8 input, output and weights on one scale for
///         each matrix, the sums of both as Q3.12 and then added, curves by int16_curves.hpp, a cell in units
///         of a power of two. Without peepholes, projection and layer normalisation.
template <std::size_t Inputs, std::size_t Units, class Isa>
class Lstm<std::int8_t, Inputs, Units, Isa> {
    using InputGates = kernels::QuantizedGates<Inputs, Units, 4>;
    using RecurrentGates = kernels::QuantizedGates<Units, Units, 4>;

public:
    using Scalar = std::int8_t;
    using Sample = mote::Sample<std::int8_t, Inputs>;
    using Output = std::array<std::int8_t, Units>;
    struct State : ByteState<Units> {
        std::array<std::int16_t, Units> cell{};
    };
    static constexpr std::size_t features = Inputs, outputs = Units;
    static constexpr std::size_t macs = 4 * Units * (Inputs + Units);

    using Quantized = LstmNumbers<InputGates, RecurrentGates>;
    using Packed = LstmNumbers<kernels::Packed<InputGates, Isa>, kernels::Packed<RecurrentGates, Isa>>;
    static constexpr std::size_t observed = 2;  // what is calibrated: the hidden state and the cell

    constexpr Lstm() : Lstm(Quantized{}) {}
    constexpr explicit Lstm(const Quantized& numbers) : packed_(pack(numbers)) {}

    /// Takes one frame in and returns the hidden state, which is the layer's output.
    constexpr const Output& step(Sample x, State& state) const { return step(packed_, x.data(), state); }

    /// The same with numbers that lie elsewhere.
    static constexpr const Output& step(const Packed& packed, const std::int8_t* x, State& state) {
        state.begin(packed.recurrent.zero_point());
        alignas(4) std::array<std::int16_t, 4 * Units> gates{};
        std::int16_t *const i = gates.data(), *const f = i + Units, *const c = f + Units,
                            *const o = c + Units;
        kernels::add_gates<Isa>(packed.input, x, i);
        kernels::add_gates<Isa>(packed.recurrent, state.hidden.data(), i);
        kernels::integer_sigmoids<Isa>(i, 2 * Units);  // i and f
        kernels::integer_tanhs<Isa>(c, Units);
        kernels::integer_sigmoids<Isa>(o, Units);
        const std::int16_t highest = packed.cell_clip == 0 ? std::int16_t{32767} : packed.cell_clip;
        const auto lowest = static_cast<std::int16_t>(packed.cell_clip == 0 ? -32768 : -packed.cell_clip);
        for (std::size_t k = 0; k < Units; ++k) {
            const std::int16_t kept = kernels::saturate16(shift_twice_rounded(f[k] * state.cell[k], 15));
            const std::int16_t added =
                kernels::saturate16(shift_twice_rounded(i[k] * c[k], 30 + packed.cell_power));
            c[k] = static_cast<std::int16_t>(clamp<std::int32_t>(kept + added, lowest, highest));
            state.cell[k] = c[k];
        }
        kernels::integer_tanhs<Isa>(c, Units, kernels::curve_scale(packed.cell_power));
        const Rescaler to_bytes(packed.hidden);
        const std::int32_t zero_point = packed.recurrent.zero_point();
        for (std::size_t k = 0; k < Units; ++k) {
            state.hidden[k] = saturate8(zero_point + to_bytes(c[k] * o[k]));
        }
        return state.hidden;
    }

    /// A float layer's weights as bytes; observed: ranges of the hidden state, which `out` covers, and of the
    /// cell.
    template <class T>
    static constexpr Quantized quantize(const T* weights, Affine in, Affine out, const Range* ranges) {
        using Float = RecurrentWeights<T, Inputs, Units, 4 * Units>;
        Quantized numbers;
        numbers.input =
            quantize_gates<InputGates>(in, columns_of(weights, 4 * Units), biases_of(weights + Float::bias));
        numbers.recurrent =
            quantize_gates<RecurrentGates>(out, columns_of(weights + Float::recurrent, 4 * Units), no_biases);
        numbers.hidden = multiplier_of(0x1p-30 / static_cast<double>(out.scale));
        numbers.cell_power = power_holding(max(ranges[1].high, -ranges[1].low));
        return numbers;
    }

    static constexpr Packed pack(const Quantized& numbers) {
        return {kernels::pack<Isa>(numbers.input), kernels::pack<Isa>(numbers.recurrent), numbers.hidden,
                numbers.cell_clip, numbers.cell_power};
    }
    static constexpr Quantized unpack(const auto& packed) {
        return {kernels::unpack(packed.input), kernels::unpack(packed.recurrent), packed.hidden,
                packed.cell_clip, packed.cell_power};
    }
    template <class Print>
    static constexpr void describe(const Quantized& numbers, Print print) {
        print("{");
        describe_gates(numbers.input, print);
        print(", ");
        describe_gates(numbers.recurrent, print);
        print(", {", numbers.hidden.multiplier, ", ", numbers.hidden.shift, "}, ", numbers.cell_clip, ", ",
              numbers.cell_power, "}");
    }

private:
    Packed packed_;
};

}  // namespace mote::nn
