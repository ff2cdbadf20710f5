// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>

#include "mote/kernels/isa.hpp"
#include "mote/nn/affine.hpp"

namespace mote::nn {

/// The integer half of a recurrent layer over a whole sequence; empty for a Cell that has no step of T's.
template <ActivationInteger T, class Cell, std::size_t Inputs, std::size_t Units, std::size_t Steps,
          bool AllSteps>
struct RecurrentIntegers {};

template <ActivationInteger T, class Cell, std::size_t Inputs, std::size_t Units, std::size_t Steps,
          bool AllSteps>
requires requires {
    typename Cell::template Step<T, Inputs, Units, isa::Portable>::Quantized;
}
struct RecurrentIntegers<T, Cell, Inputs, Units, Steps, AllSteps> {
    template <class Isa>
    using IntegerStep = typename Cell::template Step<T, Inputs, Units, Isa>;
    using Quantized = typename IntegerStep<isa::Portable>::Quantized;
    template <class Isa>
    using Packed = typename IntegerStep<Isa>::Packed;

    static constexpr std::size_t observed = IntegerStep<isa::Portable>::observed;

    /// The scale of the hidden state at all steps, of which the layer may return the last alone.
    static constexpr ScaleOf<T> quantized_output(ScaleOf<T>, Range, const Range* within) {
        if constexpr (requires { IntegerStep<isa::Portable>::scale_of_hidden(within[0]); }) {
            return IntegerStep<isa::Portable>::scale_of_hidden(within[0]);
        } else {
            return ScaleOf<T>::covering(within[0]);
        }
    }
    template <class Real>
    static constexpr Quantized quantize(const Real* weights, ScaleOf<T> in, ScaleOf<T> out,
                                        const Range* within) {
        return IntegerStep<isa::Portable>::quantize(weights, in, out, within);
    }
    template <class Isa>
    static constexpr Packed<Isa> pack(const Quantized& layer) {
        return IntegerStep<Isa>::pack(layer);
    }
    static constexpr Quantized unpack(const auto& packed) {
        return IntegerStep<isa::Portable>::unpack(packed);
    }
    template <class Print>
    static constexpr void describe(const Quantized& layer, Print print) {
        IntegerStep<isa::Portable>::describe(layer, print);
    }

    template <class Isa>
    static constexpr void run(const Packed<Isa>& packed, const T* x, T* y, std::byte*) {
        typename IntegerStep<Isa>::State state{};
        for (std::size_t t = 0; t < Steps; ++t) {
            const auto& hidden = step<Isa>(packed, x + t * Inputs, state);
            if (AllSteps || t + 1 == Steps) std::ranges::copy(hidden, AllSteps ? y + t * Units : y);
        }
    }

private:
    template <class Isa>
    static constexpr const auto& step(const Packed<Isa>& packed, const T* x, auto& state) {
        if constexpr (std::same_as<T, std::int16_t> && Inputs % 2 != 0) {
            // Every second frame would begin where no word may be read.
            alignas(4) std::array<T, Inputs> frame{};
            std::copy_n(x, Inputs, frame.begin());
            return IntegerStep<Isa>::step(packed, frame.data(), state);
        } else {
            return IntegerStep<Isa>::step(packed, x, state);
        }
    }
};

}  // namespace mote::nn
