// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/lstm.hpp"
#include "mote/nn/quantized_gates.hpp"
#include "mote/nn/recurrent_weights.hpp"

namespace mote::nn {

/// The numbers of an LSTM of integers; gates i, f, c and o, as Keras and TensorFlow Lite order them.
template <class InputGates, class RecurrentGates>
struct LstmNumbers {
    InputGates input{};            // with the layer's biases
    RecurrentGates recurrent{};    // without; its zero point is that of the hidden state
    Multiplier hidden{};           // from o * tanh(cell), Q0.30, to the hidden state
    std::int16_t cell_clip = 0;    // the cell stays within +-cell_clip; 0: within 16 bits
    std::int8_t cell_power = -15;  // the cell is in units of 2^cell_power; at most 0
};

/// Lstm in bytes, or with input and hidden state of 16 bits, a frame at a time; a cell of 16 bits.
///
/// Shapes  x: [Inputs] integers at an address that is a multiple of four; step(): hidden [Units], the same.
/// Errors  None: what is too large saturates.
/// Memory  4 Units (Inputs + Units + 8) bytes for a portable set; a State beside it, of 3 Units bytes and a
///         flag. With 16 bits 4 Units (Inputs + Units + 26), and 4 Units. Time 4 Units (Inputs + Units)
///         multiply-accumulates a step.
/// Source  TensorFlow Lite Micro's integer LSTMs, bit by bit: int8 weights on one scale for each matrix, the
///         sums of both as Q3.12 and then added, curves by int16_curves.hpp, a cell in units of a power of
///         two. Bytes are summed in 32 bits and rounded twice, 16 bits in 64 and once, by a multiplier of 15
///         bits. Without peepholes, projection and layer normalisation.
template <ActivationInteger T, std::size_t Inputs, std::size_t Units, class Isa>
class Lstm<T, Inputs, Units, Isa> {
    static constexpr std::size_t gates = 4;
    using InputGates = GatesOf<T, Inputs, Units, gates>;
    using RecurrentGates = GatesOf<T, Units, Units, gates>;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Inputs>;
    using Output = std::array<T, Units>;
    struct State : HiddenState<T, Units> {
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
    static constexpr const Output& step(const Packed& packed, const T* x, State& state) {
        state.begin(zero_of(packed.recurrent));
        alignas(4) std::array<std::int16_t, gates * Units> sums{};
        std::int16_t *const i = sums.data(), *const f = i + Units, *const c = f + Units, *const o = c + Units;
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
        const Rescaler to_hidden(packed.hidden);
        const std::int32_t zero_point = zero_of(packed.recurrent);
        for (std::size_t k = 0; k < Units; ++k) {
            state.hidden[k] = saturated<T>(zero_point + to_hidden(c[k] * o[k]));
        }
        return state.hidden;
    }

    /// The scale of a hidden state of that range, not finer than o * tanh(cell).
    static constexpr ScaleOf<T> scale_of_hidden(Range range) {
        ScaleOf<T> scale = ScaleOf<T>::covering(range);
        if constexpr (std::same_as<T, std::int16_t>) scale.scale = max(scale.scale, 0x1p-30f);
        return scale;
    }

    /// A float layer's weights as bytes; observed: ranges of the hidden state, which `out` covers, and of the
    /// cell.
    template <class Real>
    static constexpr Quantized quantize(const Real* weights, ScaleOf<T> in, ScaleOf<T> out,
                                        const Range* ranges) {
        using Float = RecurrentWeights<Real, Inputs, Units, gates * Units>;
        Quantized numbers;
        numbers.input = quantize_gates<InputGates, gates>(in, columns_of(weights, gates * Units),
                                                          biases_of(weights + Float::bias));
        numbers.recurrent = quantize_gates<RecurrentGates, gates>(
            out, columns_of(weights + Float::recurrent, gates * Units), no_biases);
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
