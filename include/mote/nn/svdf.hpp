// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/nn/conv1d.hpp"
#include "mote/nn/residual.hpp"

namespace mote::nn {

struct SvdfConfig {
    std::size_t units = 1;
    std::size_t memory = 8;  // steps that each unit looks back on, its own included
    std::size_t rank = 1;
    Activation activation = Activation::none;
};

namespace detail {

template <std::size_t Units, std::size_t Memory, std::size_t Rank, Activation Last>
struct SvdfOf {
    using One = typename SvdfOf<Units, Memory, 1, Activation::none>::Type;
    using Others = typename SvdfOf<Units, Memory, Rank - 1, Activation::none>::Type;
    using Type = Path<Residual<One, Others, Last>>;
};
template <std::size_t Units, std::size_t Memory, Activation Last>
struct SvdfOf<Units, Memory, 1, Last> {
    using Type = Path<
        Conv1D<Conv1DConfig{.filters = Units, .kernel = 1}>,
        DepthwiseConv1D<Depthwise1DConfig{.kernel = Memory, .padding = Padding::causal, .activation = Last}>>;
};

}  // namespace detail

/// A layer of sequences whose filters over features and time are products of one over the features and one
/// over the last steps, or sums of `rank` such: much of what a recurrent layer does for a fraction of its
/// weights. In a Sequential it stands for a pointwise Conv1D and a causal DepthwiseConv1D, rank times.
///
/// Shapes  x: [steps][features], y: [steps][units]. Weights: for each rank those of the two layers.
/// Memory  rank * units * (features + memory + 2) weights. Streaming keeps `memory` steps of each unit.
/// Source  Nakkiran et al. 2015, Interspeech, pages 1473-1477. int8: that of the two layers, with bytes in
///         between, where TensorFlow Lite's Svdf has 16 bits.
template <SvdfConfig Config>
requires(Config.rank > 0 && Config.memory > 0) using Svdf =
    typename detail::SvdfOf<Config.units, Config.memory, Config.rank, Config.activation>::Type;

}  // namespace mote::nn
