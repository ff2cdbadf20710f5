// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>

#include "mote/core/math.hpp"

/// First-order optimisers over one flat run of N weights. Their settings are numbers that may change at any
/// time; reset() forgets the past.
namespace mote::nn {

/// Stochastic gradient descent with momentum.
/// Memory  N scalars. Time O(N).
/// Source  Polyak 1964, in the form of Sutskever et al. 2013, ICML, equations (1) and (2), with the rate
///         applied to the velocity as in PyTorch.
template <FloatingScalar T, std::size_t N>
class Sgd {
public:
    T learning_rate = T(0.05);
    T momentum = T(0.9);
    T weight_decay = 0;

    constexpr void step(std::array<T, N>& weights, const std::array<T, N>& gradient) {
        for (std::size_t i = 0; i < N; ++i) {
            velocity_[i] = momentum * velocity_[i] + (gradient[i] + weight_decay * weights[i]);  // (1)
            weights[i] -= learning_rate * velocity_[i];                                          // (2)
        }
    }

    constexpr void reset() { velocity_ = {}; }

private:
    std::array<T, N> velocity_{};
};

/// Adaptive moments.
/// Memory  2 N + 2 scalars. Time O(N).
/// Source  Kingma and Ba 2015, ICLR, algorithm 1, with the decoupled weight decay of Loshchilov and Hutter
///         2019, ICLR, algorithm 2.
template <FloatingScalar T, std::size_t N>
class Adam {
public:
    T learning_rate = T(0.001);
    T beta1 = T(0.9), beta2 = T(0.999);
    T epsilon = T(1e-8);
    T weight_decay = 0;

    constexpr void step(std::array<T, N>& weights, const std::array<T, N>& gradient) {
        power1_ *= beta1;
        power2_ *= beta2;
        for (std::size_t i = 0; i < N; ++i) {
            mean_[i] = beta1 * mean_[i] + (1 - beta1) * gradient[i];
            square_[i] = beta2 * square_[i] + (1 - beta2) * gradient[i] * gradient[i];
            const T mean = mean_[i] / (1 - power1_);
            const T square = square_[i] / (1 - power2_);
            weights[i] -= learning_rate * (mean / (sqrt(square) + epsilon) + weight_decay * weights[i]);
        }
    }

    constexpr void reset() {
        mean_ = square_ = {};
        power1_ = power2_ = 1;
    }

private:
    std::array<T, N> mean_{}, square_{};
    T power1_ = 1, power2_ = 1;  // beta1^t, beta2^t
};

}  // namespace mote::nn
