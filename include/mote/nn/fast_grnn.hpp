// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/recurrent_weights.hpp"

namespace mote::nn {

/// A FastGRNN of floats, below, or of bytes: integer_fast_grnn.hpp.
template <class T, std::size_t Inputs, std::size_t Units, class Isa = isa::Native>
class FastGrnn;

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
template <FloatingScalar T, std::size_t Inputs, std::size_t Units, class Isa>
class FastGrnn<T, Inputs, Units, Isa> {
    static constexpr std::size_t recurrent = Inputs * Units, gate_bias = recurrent + Units * Units,
                                 candidate_bias = gate_bias + Units, scales = candidate_bias + Units;

public:
    using Scalar = T;
    using Sample = mote::Sample<T, Inputs>;
    using State = std::array<T, Units>;
    static constexpr std::size_t features = Inputs, outputs = Units;
    static constexpr std::size_t parameters = scales + 2, first_scale = scales;
    static constexpr std::size_t macs = Units * (Inputs + Units);
    using Weights = std::array<T, parameters>;

    constexpr FastGrnn() = default;
    constexpr explicit FastGrnn(const Weights& trained) : weights_(trained) {}

    /// Takes one frame in and returns the state, which is the layer's output.
    constexpr const State& step(Sample x, State& state) const { return step(weights_.data(), x, state); }

    /// The same with weights that lie elsewhere.
    static constexpr const State& step(const T* weights, Sample x, State& state) {
        const auto [z, candidate] = gates(weights, x, state);
        const T zeta = weights[scales], nu = weights[scales + 1];
        for (std::size_t i = 0; i < Units; ++i) {
            state[i] = (zeta * (1 - z[i]) + nu) * candidate[i] + z[i] * state[i];  // (3)
        }
        return state;
    }

    struct Gates {
        State z{}, candidate{};
    };
    static constexpr Gates gates(const T* weights, Sample x, const State& state) {
        Gates values;
        auto& [z, candidate] = values;
        kernels::gemv_by_columns<Isa>(part<0, Inputs * Units>(weights), x, z);
        kernels::gemv_by_columns<Isa>(part<recurrent, Units * Units>(weights), state, z);
        candidate = z;
        for (std::size_t i = 0; i < Units; ++i) {
            z[i] += weights[gate_bias + i];
            candidate[i] += weights[candidate_bias + i];
        }
        kernels::sigmoids<Isa>(z);       // (1)
        kernels::tanhs<Isa>(candidate);  // (2)
        return values;
    }

    /// Back through one step: slope is that of the loss in the state after it, and becomes that in the state
    /// before; adds to dx, unless it is null, and to the gradient.
    static constexpr void back(const T* weights, Sample x, const State& before, State& slope, T* dx,
                               T* gradient) {
        const auto [z, candidate] = gates(weights, x, before);
        const T zeta = weights[scales], nu = weights[scales + 1];
        State sums{}, onward{};  // slopes in what both curves were given
        for (std::size_t i = 0; i < Units; ++i) {
            const T dz = slope[i] * (before[i] - zeta * candidate[i]) * z[i] * (1 - z[i]);
            const T dc = slope[i] * (zeta * (1 - z[i]) + nu) * (1 - candidate[i] * candidate[i]);
            gradient[gate_bias + i] += dz;
            gradient[candidate_bias + i] += dc;
            gradient[scales] += slope[i] * (1 - z[i]) * candidate[i];
            gradient[scales + 1] += slope[i] * candidate[i];
            sums[i] = dz + dc;
            onward[i] = slope[i] * z[i];
        }
        back_by_columns<Isa, Units>(weights, x.data(), Inputs, sums.data(), gradient, dx);
        back_by_columns<Isa, Units>(weights + recurrent, before.data(), Units, sums.data(),
                                    gradient + recurrent, onward.data());
        slope = onward;
    }

    [[nodiscard]] constexpr const Weights& weights() const { return weights_; }
    [[nodiscard]] constexpr Weights& weights() { return weights_; }

private:
    template <std::size_t First, std::size_t Count>
    static constexpr std::span<const T, Count> part(const T* weights) {
        return std::span<const T, Count>(weights + First, Count);
    }

    Weights weights_{};
};

}  // namespace mote::nn
