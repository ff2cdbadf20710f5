// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/gru.hpp"
#include "mote/nn/quantized_gates.hpp"

namespace mote::nn {

/// The numbers of an int8 GRU.
template <class InputGates, class RecurrentGates, class CandidateGates>
struct GruNumbers {
    InputGates input{};          // z, r and c, with the biases that stand beside the input
    RecurrentGates recurrent{};  // z and r; its zero point is that of the state
    CandidateGates candidate{};  // c, with its recurrent bias where Reset is after
    Multiplier hidden{};         // from the state's Q0.15 to bytes
};

/// Gru in bytes, a frame at a time, with a state of 16 bits as well: where z is near one, bytes would never
/// move.
///
/// Shapes  x: [Inputs] bytes at an address that is a multiple of four; step(): [Units] bytes.
/// Errors  None: what is too large saturates.
/// Memory  3 Units (Inputs + Units + 8) bytes for a portable set; a State beside it, of 3 Units bytes and a
///         flag. Time 3 Units (Inputs + Units) multiply-accumulates a step.
/// Source  The arithmetic is mote's own, in the manner of integer_lstm.hpp: TensorFlow Lite has no integer
///         form.
template <std::size_t Inputs, std::size_t Units, GruReset Reset, class Isa>
class Gru<std::int8_t, Inputs, Units, Reset, Isa> {
    using InputGates = kernels::QuantizedGates<Inputs, Units, 3>;
    using RecurrentGates = kernels::QuantizedGates<Units, Units, 2>;
    using CandidateGates = kernels::QuantizedGates<Units, Units, 1>;
    static constexpr bool after = Reset == GruReset::after;

public:
    using Scalar = std::int8_t;
    using Sample = mote::Sample<std::int8_t, Inputs>;
    using Output = std::array<std::int8_t, Units>;
    using State = FineByteState<Units>;
    static constexpr std::size_t features = Inputs, outputs = Units;
    static constexpr std::size_t macs = 3 * Units * (Inputs + Units);

    using Quantized = GruNumbers<InputGates, RecurrentGates, CandidateGates>;
    using Packed = GruNumbers<kernels::Packed<InputGates, Isa>, kernels::Packed<RecurrentGates, Isa>,
                              kernels::Packed<CandidateGates, Isa>>;
    static constexpr std::size_t observed = 1;  // what is calibrated: the state

    constexpr Gru() : Gru(Quantized{}) {}
    constexpr explicit Gru(const Quantized& numbers) : packed_(pack(numbers)) {}

    /// Takes one frame in and returns the state as bytes, which is the layer's output.
    constexpr const Output& step(Sample x, State& state) const { return step(packed_, x.data(), state); }

    /// The same with numbers that lie elsewhere.
    static constexpr const Output& step(const Packed& packed, const std::int8_t* x, State& state) {
        state.begin(packed.recurrent.zero_point());
        alignas(4) std::array<std::int16_t, 3 * Units> gates{};
        std::int16_t *const z = gates.data(), *const r = z + Units, *const c = r + Units;
        kernels::add_gates<Isa>(packed.input, x, z);
        kernels::add_gates<Isa>(packed.recurrent, state.hidden.data(), z);
        kernels::integer_sigmoids<Isa>(z, 2 * Units);  // z and r
        add_recurrent_candidate(packed, state, r, c);
        kernels::integer_tanhs<Isa>(c, Units);
        for (std::size_t k = 0; k < Units; ++k) {
            const std::int32_t kept = z[k] * state.fine[k], fresh = (32768 - z[k]) * c[k];
            state.fine[k] = static_cast<std::int16_t>((kept + fresh + (1 << 14)) >> 15);
        }
        state.round(Rescaler(packed.hidden), packed.recurrent.zero_point());
        return state.hidden;
    }

    /// A float layer's weights as bytes; `out` covers the state.
    template <class T>
    static constexpr Quantized quantize(const T* weights, Affine in, Affine out, const Range*) {
        const T *const recurrent = weights + Inputs * 3 * Units, *const candidate =
                                                                     recurrent + Units * 2 * Units;
        const T *const bias = candidate + Units * Units, *const recurrent_bias = bias + 3 * Units;
        const auto candidate_bias = [=](std::size_t row) { return after ? recurrent_bias[row] : T{0}; };
        return {quantize_gates<InputGates>(in, columns_of(weights, 3 * Units), biases_of(bias)),
                quantize_gates<RecurrentGates>(out, columns_of(recurrent, 2 * Units), no_biases),
                quantize_gates<CandidateGates>(out, columns_of(candidate, Units), candidate_bias),
                multiplier_of(0x1p-15 / static_cast<double>(out.scale))};
    }

    static constexpr Packed pack(const Quantized& numbers) {
        return {kernels::pack<Isa>(numbers.input), kernels::pack<Isa>(numbers.recurrent),
                kernels::pack<Isa>(numbers.candidate), numbers.hidden};
    }
    static constexpr Quantized unpack(const auto& packed) {
        return {kernels::unpack(packed.input), kernels::unpack(packed.recurrent),
                kernels::unpack(packed.candidate), packed.hidden};
    }
    template <class Print>
    static constexpr void describe(const Quantized& numbers, Print print) {
        print("{");
        describe_gates(numbers.input, print);
        print(", ");
        describe_gates(numbers.recurrent, print);
        print(", ");
        describe_gates(numbers.candidate, print);
        print(", {", numbers.hidden.multiplier, ", ", numbers.hidden.shift, "}}");
    }

private:
    /// c += r * (U h + bias), or c += U (r * h).
    static constexpr void add_recurrent_candidate(const Packed& packed, const State& state,
                                                  const std::int16_t* r, std::int16_t* c) {
        if constexpr (after) {
            alignas(4) std::array<std::int16_t, Units> memory{};
            kernels::add_gates<Isa>(packed.candidate, state.hidden.data(), memory.data());
            for (std::size_t k = 0; k < Units; ++k) {
                c[k] = kernels::saturate16(c[k] + multiply_q15(r[k], memory[k]));
            }
        } else {
            State reset;
            for (std::size_t k = 0; k < Units; ++k) {
                reset.fine[k] = static_cast<std::int16_t>(multiply_q15(r[k], state.fine[k]));
            }
            reset.round(Rescaler(packed.hidden), packed.recurrent.zero_point());
            kernels::add_gates<Isa>(packed.candidate, reset.hidden.data(), c);
        }
    }

    Packed packed_;
};

}  // namespace mote::nn
