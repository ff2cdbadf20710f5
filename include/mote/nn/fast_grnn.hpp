// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote::nn {

/// FastGRNN, a gated recurrent layer a frame at a time, whose gate and candidate share one matrix: a third of
/// a GRU's weights.
///
/// Shapes  x: [Inputs], one frame; State and step(): [Units].
///         Weights: a column for each input, [Inputs][Units]; recurrent [Units][Units]; the biases of the
///         gate z and of the candidate [Units] each; zeta and nu, both in [0, 1] (after the sigmoid they are
///         trained by).
/// Errors  NaN in x comes out as NaN, and stays until the caller makes a new State.
/// Memory  Units (Inputs + Units + 2) + 2 scalars; a State beside it. Time Units (Inputs + Units)
///         multiply-accumulates a step.
/// Source  Kusupati et al. 2018, NeurIPS, arXiv:1901.02358, with matrices of full rank; (1) to (3)
///         mark its gate, candidate and state. The curves are those of kernels/gates.hpp.
template <FloatingScalar T, std::size_t Inputs, std::size_t Units, class Isa = isa::Native>
class FastGrnn {
    static constexpr std::size_t recurrent = Inputs * Units, gate_bias = recurrent + Units * Units,
                                 candidate_bias = gate_bias + Units, scales = candidate_bias + Units;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Inputs>;
    using State = std::array<T, Units>;
    static constexpr std::size_t features = Inputs, outputs = Units;
    static constexpr std::size_t parameters = scales + 2;
    static constexpr std::size_t macs = Units * (Inputs + Units);
    using Weights = std::array<T, parameters>;

    constexpr FastGrnn() = default;
    constexpr explicit FastGrnn(const Weights& trained) : weights_(trained) {}

    /// Takes one frame in and returns the state, which is the layer's output.
    constexpr const State& step(Sample x, State& state) const {
        State z{};
        kernels::gemv_by_columns<Isa>(part<0, Inputs * Units>(), x, z);
        kernels::gemv_by_columns<Isa>(part<recurrent, Units * Units>(), state, z);
        State candidate = z;
        for (std::size_t i = 0; i < Units; ++i) {
            z[i] += weights_[gate_bias + i];
            candidate[i] += weights_[candidate_bias + i];
        }
        kernels::sigmoids<Isa>(z);       // (1)
        kernels::tanhs<Isa>(candidate);  // (2)

        const T zeta = weights_[scales], nu = weights_[scales + 1];
        for (std::size_t i = 0; i < Units; ++i) {
            state[i] = (zeta * (1 - z[i]) + nu) * candidate[i] + z[i] * state[i];  // (3)
        }
        return state;
    }

    [[nodiscard]] constexpr const Weights& weights() const { return weights_; }
    [[nodiscard]] constexpr Weights& weights() { return weights_; }

private:
    template <std::size_t First, std::size_t Count>
    [[nodiscard]] constexpr std::span<const T, Count> part() const {
        return std::span<const T, Count>(weights_.data() + First, Count);
    }

    Weights weights_{};
};

}  // namespace mote::nn
