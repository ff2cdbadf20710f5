// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/sample.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

/// A network of float or double: what is trained, and what quantize() makes bytes of.
///
/// Shapes  x: [inputs], an image row by row; forward(): [outputs].
/// Errors  NaN in x comes out as NaN, and predict() then says class 0.
/// Memory  Architecture::parameters scalars; a Workspace beside it. Time Architecture::macs.
template <FloatingScalar T, class ArchitectureType, class Isa>
class Network<T, ArchitectureType, Isa> {
public:
    using Scalar = T;
    using Architecture = ArchitectureType;
    using Sample = mote::Sample<T, Architecture::inputs>;
    using Output = std::span<const T, Architecture::outputs>;
    using Label = LabelFor<Architecture::outputs>;
    using Weights = std::array<T, Architecture::parameters>;
    using Workspace = nn::Workspace<T, Architecture, Isa>;
    static constexpr std::size_t features = Architecture::inputs, classes = Architecture::outputs;

    constexpr Network() = default;
    constexpr explicit Network(const Weights& trained) : weights_(trained) {}

    /// Random weights to start training from; the same seed gives the same ones.
    constexpr void initialise(std::uint64_t seed) {
        Random random(seed);
        Architecture::for_each_layer([&](auto i) {
            Architecture::template Layer<i>::initialise(weights_.data() + Architecture::first_weight[i],
                                                        random);
        });
    }

    /// The last layer's output, in the scratch memory until that is used again. watch(i, y) is shown each
    /// layer's output in passing.
    template <class Watch = Unwatched>
    constexpr Output forward(Sample x, Workspace& scratch, Watch watch = {}) const {
        return Output(run<Architecture::depth>(x, scratch, watch), classes);
    }

    /// The most probable class.
    [[nodiscard]] constexpr Label predict(Sample x, Workspace& scratch) const
        requires(Architecture::classifies) {
        const T* scores = run<Architecture::depth - 1>(x, scratch, Unwatched{});  // Softmax keeps their order
        return static_cast<Label>(kernels::reference::argmax(scores, classes));
    }

    [[nodiscard]] constexpr std::array<T, classes> predict_proba(Sample x, Workspace& scratch) const
        requires(Architecture::classifies) {
        return values(x, scratch);
    }

    /// The outputs of a network that does not end in Softmax.
    [[nodiscard]] constexpr std::array<T, classes> predict(Sample x, Workspace& scratch) const
        requires(!Architecture::classifies) {
        return values(x, scratch);
    }

    [[nodiscard]] constexpr const Weights& weights() const { return weights_; }
    [[nodiscard]] constexpr Weights& weights() { return weights_; }

private:
    template <std::size_t Depth, class Watch>
    constexpr const T* run(Sample x, Workspace& scratch, Watch watch) const {
        const auto call = [&](auto i, const T* from, T* to, T* space) {
            using Layer = typename Architecture::template Layer<i>;
            forward_layer<Layer, Isa>(weights_.data() + Architecture::first_weight[i], from, to, space,
                                      watch);
        };
        return run_layers<Depth>(x.data(), scratch, call, watch);
    }

    [[nodiscard]] constexpr std::array<T, classes> values(Sample x, Workspace& scratch) const {
        std::array<T, classes> result{};
        std::ranges::copy(forward(x, scratch), result.begin());
        return result;
    }

    Weights weights_{};
};

}  // namespace mote::nn
