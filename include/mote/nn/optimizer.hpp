// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/core/math.hpp"

/// First-order optimisers over one flat run of N weights. Their settings are numbers that may change at any
/// time, named and preset as PyTorch's, whose values they give step by step; reset() forgets the past.
namespace mote::nn {

/// Plain stochastic gradient descent. Weight decay is the penalty weight_decay / 2 * |w|^2.
/// Memory  no more than its settings. Time O(N).
/// Source  Robbins and Monro 1951, The Annals of Mathematical Statistics 22(3):400-407.
template <FloatingScalar T, std::size_t N>
class Sgd {
public:
    T learning_rate = T(0.05);
    T weight_decay = 0;

    constexpr void step(std::span<T, N> weights, std::span<const T, N> gradient) {
        for (std::size_t i = 0; i < N; ++i) {
            weights[i] -= learning_rate * (gradient[i] + weight_decay * weights[i]);
        }
    }

    constexpr void reset() {}
};

/// Gradient descent with momentum, by choice looking ahead as Nesterov's.
/// Memory  N scalars. Time O(N).
/// Source  Polyak 1964, in the form of Sutskever et al. 2013, ICML, equations (1) and (2), with the rate
///         applied to the velocity as in PyTorch.
template <FloatingScalar T, std::size_t N>
class Momentum {
public:
    T learning_rate = T(0.05);
    T momentum = T(0.9);
    T weight_decay = 0;
    bool nesterov = false;

    constexpr void step(std::span<T, N> weights, std::span<const T, N> gradient) {
        const T ahead = nesterov ? momentum : T{1}, now = nesterov ? T{1} : T{0};
        for (std::size_t i = 0; i < N; ++i) {
            const T slope = gradient[i] + weight_decay * weights[i];
            velocity_[i] = momentum * velocity_[i] + slope;                      // (1)
            weights[i] -= learning_rate * (ahead * velocity_[i] + now * slope);  // (2)
        }
    }

    constexpr void reset() { velocity_ = {}; }

private:
    std::array<T, N> velocity_{};
};

/// Slopes divided by their own recent size.
/// Memory  N scalars. Time O(N).
/// Source  Tieleman and Hinton 2012, Neural Networks for Machine Learning, lecture 6.5, with epsilon outside
///         the root as in PyTorch.
template <FloatingScalar T, std::size_t N>
class RmsProp {
public:
    T learning_rate = T(0.01);
    T alpha = T(0.99);
    T epsilon = T(1e-8);
    T weight_decay = 0;

    constexpr void step(std::span<T, N> weights, std::span<const T, N> gradient) {
        for (std::size_t i = 0; i < N; ++i) {
            const T slope = gradient[i] + weight_decay * weights[i];
            square_[i] = alpha * square_[i] + (1 - alpha) * slope * slope;
            weights[i] -= learning_rate * slope / (sqrt(square_[i]) + epsilon);
        }
    }

    constexpr void reset() { square_ = {}; }

private:
    std::array<T, N> square_{};
};

namespace detail {

/// Adaptive moments; the decay of the weights either joins the slope or goes past it.
template <FloatingScalar T, std::size_t N, bool Decoupled>
class AdaptiveMoments {
public:
    T learning_rate = T(0.001);
    T beta1 = T(0.9), beta2 = T(0.999);
    T epsilon = T(1e-8);
    T weight_decay = Decoupled ? T(0.01) : T(0);

    constexpr void step(std::span<T, N> weights, std::span<const T, N> gradient) {
        power1_ *= beta1;
        power2_ *= beta2;
        const T rate = learning_rate / (1 - power1_), unbias = 1 / sqrt(1 - power2_);
        const T coupled = Decoupled ? T(0) : weight_decay;
        const T kept = Decoupled ? 1 - learning_rate * weight_decay : T(1);
        for (std::size_t i = 0; i < N; ++i) {
            const T slope = gradient[i] + coupled * weights[i];
            mean_[i] = beta1 * mean_[i] + (1 - beta1) * slope;
            square_[i] = beta2 * square_[i] + (1 - beta2) * slope * slope;
            weights[i] = kept * weights[i] - rate * mean_[i] / (sqrt(square_[i]) * unbias + epsilon);
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

}  // namespace detail

/// Adaptive moments. Weight decay joins the slope.
/// Memory  2 N + 2 scalars. Time O(N).
/// Source  Kingma and Ba 2015, ICLR, algorithm 1.
template <FloatingScalar T, std::size_t N>
class Adam : public detail::AdaptiveMoments<T, N, /*Decoupled=*/false> {};

/// Adaptive moments whose weight decay shrinks the weights by themselves.
/// Memory  2 N + 2 scalars. Time O(N).
/// Source  Loshchilov and Hutter 2019, ICLR, algorithm 2.
template <FloatingScalar T, std::size_t N>
class AdamW : public detail::AdaptiveMoments<T, N, /*Decoupled=*/true> {};

}  // namespace mote::nn
