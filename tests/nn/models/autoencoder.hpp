// SPDX-License-Identifier: MIT
#pragma once

#include "mote/nn/network.hpp"

namespace mote::testing {

/// The anomaly detection network of MLPerf Tiny: five frames of 128 mel bands, through 8 numbers, to
/// themselves.
/// Source  Koizumi et al. 2020, DCASE challenge task 2; Banbury et al. 2021, NeurIPS Datasets and Benchmarks.
namespace autoencoder {

template <std::size_t Units>
using Layer = nn::Dense<nn::DenseConfig{.units = Units, .activation = nn::Activation::relu}>;

using Architecture =
    nn::Sequential<nn::Shape{640}, Layer<128>, Layer<128>, Layer<128>, Layer<128>, Layer<8>, Layer<128>,
                   Layer<128>, Layer<128>, Layer<128>, nn::Dense<nn::DenseConfig{.units = 640}>>;

}  // namespace autoencoder
}  // namespace mote::testing
