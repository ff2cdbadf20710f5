// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/isa.hpp"
#include "mote/nn/affine.hpp"

namespace mote::nn {

/// The int8 half of a recurrent layer over a whole sequence; empty for a Cell that has no step of bytes.
template <class Cell, std::size_t Inputs, std::size_t Units, std::size_t Steps, bool AllSteps>
struct RecurrentBytes {};

template <class Cell, std::size_t Inputs, std::size_t Units, std::size_t Steps, bool AllSteps>
requires requires {
    typename Cell::template Step<std::int8_t, Inputs, Units, isa::Portable>::Quantized;
}
struct RecurrentBytes<Cell, Inputs, Units, Steps, AllSteps> {
    template <class Isa>
    using ByteStep = typename Cell::template Step<std::int8_t, Inputs, Units, Isa>;
    using Quantized = typename ByteStep<isa::Portable>::Quantized;
    template <class Isa>
    using Packed = typename ByteStep<Isa>::Packed;

    static constexpr std::size_t observed = ByteStep<isa::Portable>::observed;

    /// The scale of the hidden state at all steps, of which the layer may return the last alone.
    static constexpr Affine quantized_output(Affine, Range, const Range* within) {
        return Affine::covering(within[0]);
    }
    template <class T>
    static constexpr Quantized quantize(const T* weights, Affine in, Affine out, const Range* within) {
        return ByteStep<isa::Portable>::quantize(weights, in, out, within);
    }
    template <class Isa>
    static constexpr Packed<Isa> pack(const Quantized& layer) {
        return ByteStep<Isa>::pack(layer);
    }
    static constexpr Quantized unpack(const auto& packed) { return ByteStep<isa::Portable>::unpack(packed); }
    template <class Print>
    static constexpr void describe(const Quantized& layer, Print print) {
        ByteStep<isa::Portable>::describe(layer, print);
    }

    template <class Isa>
    static constexpr void run(const Packed<Isa>& packed, const std::int8_t* x, std::int8_t* y, std::byte*) {
        typename ByteStep<Isa>::State state{};
        for (std::size_t t = 0; t < Steps; ++t) {
            const auto& hidden = ByteStep<Isa>::step(packed, x + t * Inputs, state);
            if (AllSteps || t + 1 == Steps) std::ranges::copy(hidden, AllSteps ? y + t * Units : y);
        }
    }
};

}  // namespace mote::nn
