// SPDX-License-Identifier: MIT
#include "mote/nn/trainer.hpp"

#include <cstring>
#include <limits>
#include <vector>

#include "mote/nn/layer.hpp"
#include "mote/nn/loss.hpp"
#include "mote/nn/optimizer.hpp"
#include "tests/nn/small_network.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using testing::SmallNetwork;

namespace {

/// Worst gap between the gradient and central differences, relative to the gradient's largest element.
template <class Architecture, class Loss, class Target>
double gradient_error(const std::array<double, Architecture::inputs>& x, const Target& target,
                      std::uint64_t seed) {
    using Net = nn::Network<double, Architecture>;
    nn::Trainer<Net, nn::Adam, Loss> trainer;
    Net model;
    model.initialise(seed);
    Random random(seed + 1);
    for (double& weight : model.weights()) weight += 0.1 * (random.uniform<double>() - 0.5);  // biases too
    typename Net::Weights gradient{}, ignored{};
    trainer.accumulate(model, x, target, gradient);
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        const double step = 1e-5, centre = model.weights()[i];
        model.weights()[i] = centre + step;
        const double above = trainer.accumulate(model, x, target, ignored);
        model.weights()[i] = centre - step;
        const double below = trainer.accumulate(model, x, target, ignored);
        model.weights()[i] = centre;
        worst = max(worst, abs((above - below) / (2 * step) - gradient[i]));
        largest = max(largest, abs(gradient[i]));
    }
    REQUIRE(largest > 1e-3);
    return worst / largest;
}

template <std::size_t N>
std::array<double, N> noise(std::uint64_t seed) {
    Random random(seed);
    std::array<double, N> x{};
    for (double& value : x) value = 2 * random.uniform<double>() - 1;
    return x;
}

// A layer under test sits between two dense or convolution layers, so that its dx matters.
template <nn::ConvConfig Config>
using AroundConv = nn::Sequential<nn::Shape{6, 5, 2}, nn::Conv2D<nn::ConvConfig{.filters = 3, .kernel = 2}>,
                                  nn::Conv2D<Config>, nn::Flatten, nn::Dense<nn::DenseConfig{.units = 2}>>;
template <class... Layers>
using AfterDense = nn::Sequential<nn::Shape{4}, nn::Dense<nn::DenseConfig{.units = 6}>, Layers...,
                                  nn::Dense<nn::DenseConfig{.units = 2}>>;
template <nn::PoolConfig Config>
using AroundPool = nn::Sequential<nn::Shape{7, 6, 1}, nn::Conv2D<nn::ConvConfig{.filters = 2, .kernel = 2}>,
                                  nn::MaxPool2D<Config>, nn::Flatten, nn::Dense<nn::DenseConfig{.units = 2}>>;

template <class Architecture>
double squared_gradient_error(std::uint64_t seed) {
    return gradient_error<Architecture, nn::SquaredError>(noise<Architecture::inputs>(seed),
                                                          std::array<double, 2>{0.3, -0.7}, seed);
}

// Two Gaussian clouds, two units apart in each of two directions.
struct Clouds {
    std::vector<std::array<float, 2>> rows;
    std::vector<std::uint8_t> labels;

    Clouds() {
        Random random(5);
        for (std::size_t i = 0; i < 200; ++i) {
            const auto label = static_cast<std::uint8_t>(i % 2);
            const float centre = label != 0 ? 1.0f : -1.0f;
            rows.push_back(
                {centre + random.uniform<float>() - 0.5f, centre + random.uniform<float>() - 0.5f});
            labels.push_back(label);
        }
    }
    Dataset<float, 2> data() const { return {rows, labels}; }
};
using Cloud = nn::Sequential<nn::Shape{2}, nn::Dense<nn::DenseConfig{.units = 2}>, nn::Softmax>;
using CloudNetwork = nn::Network<float, Cloud>;

}  // namespace

TEST_CASE("Trainer: loss and gradient are PyTorch's") {
    const nn::Network<double, SmallNetwork> model(reference::weights);
    nn::Trainer<nn::Network<double, SmallNetwork>> trainer;
    std::array<double, SmallNetwork::parameters> gradient{};
    const double loss = trainer.accumulate(model, reference::input, std::uint8_t{1}, gradient);
    REQUIRE(abs(loss - reference::loss[0]) < 1e-12 * abs(reference::loss[0]));
    double worst = 0, largest = 0;
    for (std::size_t i = 0; i < gradient.size(); ++i) {
        worst = max(worst, abs(gradient[i] - reference::gradient[i]));
        largest = max(largest, abs(reference::gradient[i]));
    }
    REQUIRE(worst < 1e-12 * largest);
}

TEST_CASE("Trainer: every layer's gradient agrees with central differences") {
    using nn::Activation, nn::Padding;
    const std::uint64_t seed = GENERATE(1u, 2u, 3u);
    CAPTURE(seed);
    CHECK(squared_gradient_error<AfterDense<>>(seed) < 1e-6);
    CHECK(squared_gradient_error<AfterDense<nn::ReLU>>(seed) < 1e-6);
    CHECK(squared_gradient_error<AfterDense<nn::Softmax>>(seed) < 1e-6);
    CHECK(squared_gradient_error<
              AfterDense<nn::Dense<nn::DenseConfig{.units = 5, .activation = Activation::relu}>>>(seed) <
          1e-6);
    CHECK(squared_gradient_error<AroundConv<nn::ConvConfig{.filters = 2}>>(seed) < 1e-6);
    CHECK(squared_gradient_error<AroundConv<nn::ConvConfig{
              .filters = 4, .stride = 2, .padding = Padding::same, .activation = Activation::relu}>>(seed) <
          1e-6);
    CHECK(squared_gradient_error<AroundConv<nn::ConvConfig{
              .filters = 2, .kernel = {2, 1}, .dilation = {3, 1}, .padding = Padding::same}>>(seed) < 1e-6);
    CHECK(squared_gradient_error<AroundPool<nn::PoolConfig{}>>(seed) < 1e-6);
    CHECK(
        squared_gradient_error<AroundPool<nn::PoolConfig{.size = 3, .stride = 2, .padding = Padding::same}>>(
            seed) < 1e-6);
    CHECK(gradient_error<SmallNetwork, nn::CrossEntropy>(noise<108>(seed), std::uint8_t{2}, seed) < 1e-6);
}

TEST_CASE("Optimisers: three steps are PyTorch's") {
    const std::array<double, 3> target{1, -2, 0.5}, curvature{1, 10, 0.1};
    const auto three_steps = [&](auto optimizer, const std::array<double, 3>& expected) {
        std::array<double, 3> w{}, slope{};
        for (int step = 0; step < 3; ++step) {
            for (std::size_t i = 0; i < 3; ++i) slope[i] = curvature[i] * (w[i] - target[i]);
            optimizer.step(w, slope);
        }
        for (std::size_t i = 0; i < 3; ++i) REQUIRE(w[i] == Approx(expected[i]).epsilon(1e-12));
    };
    nn::Adam<double, 3> adam;
    adam.learning_rate = 0.05;
    adam.beta1 = 0.8;
    adam.beta2 = 0.95;
    adam.epsilon = 1e-6;
    adam.weight_decay = 0.1;
    three_steps(adam, reference::after_adam);
    nn::Sgd<double, 3> sgd;
    sgd.learning_rate = 0.05;
    sgd.momentum = 0.7;
    sgd.weight_decay = 0.01;
    three_steps(sgd, reference::after_sgd);
}

TEST_CASE("Permutation: visits each row once, in an order that the seed decides") {
    for (const std::uint32_t n : {1u, 2u, 3u, 16u, 17u, 1000u}) {
        Random random(n);
        const nn::Permutation first(n, random), second(n, random);
        std::vector<int> visits(n, 0);
        std::uint32_t agreements = 0;
        for (std::uint32_t i = 0; i < n; ++i) {
            ++visits[first(i)];
            agreements += first(i) == second(i) ? 1u : 0u;
        }
        for (const int count : visits) REQUIRE(count == 1);
        // Two random orders agree in one place on average (standard deviation one).
        if (n >= 16) REQUIRE(agreements <= 6);
    }
}

TEMPLATE_TEST_CASE("Trainer: separates two clouds and repeats itself", "",
                   (nn::Trainer<CloudNetwork, nn::Adam>), (nn::Trainer<CloudNetwork, nn::Sgd>)) {
    const Clouds clouds;
    TestType trainer;
    trainer.optimizer.learning_rate = 0.1f;
    CloudNetwork model, again;
    model.initialise(1);
    again.initialise(1);
    REQUIRE(trainer.fit(model, clouds.data(), {.epochs = 10, .seed = 3}) == Status::ok);
    CloudNetwork::Workspace scratch;
    for (std::size_t i = 0; i < clouds.rows.size(); ++i) {
        REQUIRE(model.predict(clouds.rows[i], scratch) == clouds.labels[i]);
    }
    REQUIRE(trainer.loss() < 0.05f);
    REQUIRE(trainer.fit(again, clouds.data(), {.epochs = 10, .seed = 3}) == Status::ok);
    REQUIRE(again.weights() == model.weights());
}

TEST_CASE("Trainer: learns a line by squared error") {
    // y = 2 x - 1 has one weight and one bias; least squares has its minimum exactly there.
    using Line = nn::Network<double, nn::Sequential<nn::Shape{1}, nn::Dense<nn::DenseConfig{}>>>;
    std::vector<std::array<double, 1>> rows, targets;
    for (int i = -10; i <= 10; ++i) {
        rows.push_back({0.1 * i});
        targets.push_back({0.2 * i - 1});
    }
    nn::Trainer<Line, nn::Sgd, nn::SquaredError> trainer;
    Line model;
    const Dataset<double, 1, std::array<double, 1>> data{rows, targets};
    REQUIRE(trainer.fit(model, data, {.epochs = 300, .batch = 21}) == Status::ok);
    REQUIRE(abs(model.weights()[0] - 2) < 1e-5);
    REQUIRE(abs(model.weights()[1] + 1) < 1e-5);
}

TEST_CASE("Trainer: bad input changes nothing") {
    Clouds clouds;
    nn::Trainer<CloudNetwork> trainer;
    CloudNetwork model;
    model.initialise(1);
    const auto before = model.weights();
    REQUIRE(trainer.fit(model, clouds.data(), {.batch = 0}) == Status::bad_parameter);
    REQUIRE(trainer.fit(model, clouds.data().subset(0, 0)) == Status::too_few_rows);
    const Dataset<float, 2> uneven{clouds.rows, std::span(clouds.labels).first(5)};
    REQUIRE(trainer.fit(model, uneven) == Status::size_mismatch);
    clouds.labels[7] = 2;
    REQUIRE(trainer.fit(model, clouds.data()) == Status::bad_label);
    clouds.labels[7] = 1;
    clouds.rows[9][1] = std::numeric_limits<float>::quiet_NaN();
    REQUIRE(trainer.fit(model, clouds.data()) == Status::not_finite);
    clouds.rows[9][1] = 3e38f;
    trainer.optimizer.learning_rate = 3e38f;
    REQUIRE(trainer.fit(model, clouds.data()) == Status::diverged);
    REQUIRE(model.weights() == before);
    REQUIRE(trainer.optimizer.learning_rate == 3e38f);
}
