// SPDX-License-Identifier: MIT
#include "mote/nn/optimizer.hpp"

#include "tests/nn/training_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;

namespace {

/// Steps down the bowl of training_reference.py beside PyTorch; once more after reset() to show that nothing
/// of the past is left.
template <class Optimizer>
void follows(Optimizer optimizer, const std::array<double, 15>& path) {
    const std::array<double, 3> target{1, -2, 0.5}, curvature{1, 10, 0.1};
    optimizer.learning_rate = 0.05;
    for (int run = 0; run < 2; ++run) {
        std::array<double, 3> w{0.3, 0.1, -0.2}, slope{};
        for (std::size_t step = 0; step < 5; ++step) {
            for (std::size_t i = 0; i < 3; ++i) slope[i] = curvature[i] * (w[i] - target[i]);
            optimizer.step(w, slope);
            for (std::size_t i = 0; i < 3; ++i) REQUIRE(w[i] == Approx(path[3 * step + i]).epsilon(1e-12));
        }
        optimizer.reset();
    }
}

template <class Optimizer>
Optimizer adaptive() {
    Optimizer optimizer;
    optimizer.beta1 = 0.8;
    optimizer.beta2 = 0.95;
    optimizer.epsilon = 1e-6;
    optimizer.weight_decay = 0.1;
    return optimizer;
}

}  // namespace

TEST_CASE("Optimisers: every step is PyTorch's") {
    nn::Sgd<double, 3> sgd;
    sgd.weight_decay = 0.01;
    follows(sgd, reference::path_of_sgd);
    nn::Momentum<double, 3> momentum;
    momentum.momentum = 0.7;
    momentum.weight_decay = 0.01;
    follows(momentum, reference::path_of_momentum);
    momentum.nesterov = true;
    follows(momentum, reference::path_of_nesterov);
    nn::RmsProp<double, 3> rms_prop;
    rms_prop.alpha = 0.8;
    rms_prop.epsilon = 1e-6;
    rms_prop.weight_decay = 0.01;
    follows(rms_prop, reference::path_of_rms_prop);
    follows(adaptive<nn::Adam<double, 3>>(), reference::path_of_adam);
    follows(adaptive<nn::AdamW<double, 3>>(), reference::path_of_adam_w);
}

TEST_CASE("Optimisers: their memory is what they say") {
    STATIC_REQUIRE(sizeof(nn::Sgd<float, 1000>) == 2 * sizeof(float));
    STATIC_REQUIRE(sizeof(nn::Momentum<float, 1000>) == 1004 * sizeof(float));
    STATIC_REQUIRE(sizeof(nn::RmsProp<float, 1000>) == 1004 * sizeof(float));
    STATIC_REQUIRE(sizeof(nn::Adam<float, 1000>) == 2007 * sizeof(float));
}

TEST_CASE("Optimisers: work in constant expressions") {
    // Worked by hand: 1 - 0.5 * (4 + 0.25 * 1) = -1.125.
    STATIC_REQUIRE([] {
        nn::Sgd<float, 1> sgd;
        sgd.learning_rate = 0.5f;
        sgd.weight_decay = 0.25f;
        std::array<float, 1> w{1}, slope{4};
        sgd.step(w, slope);
        return w[0];
    }() == -1.125f);
}
