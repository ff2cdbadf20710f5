// SPDX-License-Identifier: MIT
#include "mote/nn/trainer.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "mote/nn/activation.hpp"
#include "mote/nn/backpropagation.hpp"
#include "mote/nn/layer.hpp"
#include "mote/nn/loss.hpp"
#include "mote/nn/optimizer.hpp"
#include "mote/nn/training.hpp"
#include "tests/nn/small_network.hpp"
#include "tests/nn/training_reference.hpp"
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

TEMPLATE_TEST_CASE("Trainer: separates two clouds and repeats itself", "",
                   (nn::Trainer<CloudNetwork, nn::Adam>), (nn::Trainer<CloudNetwork, nn::Momentum>),
                   (nn::Trainer<CloudNetwork, nn::RmsProp>)) {
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
    nn::Trainer<Line, nn::Momentum, nn::SquaredError> trainer;
    Line model;
    const Dataset<double, 1, std::array<double, 1>> data{rows, targets};
    REQUIRE(trainer.fit(model, data, {.epochs = 300, .batch = 21}) == Status::ok);
    REQUIRE(abs(model.weights()[0] - 2) < 1e-5);
    REQUIRE(abs(model.weights()[1] + 1) < 1e-5);
}

TEST_CASE("Trainer: a whole training, clipped and under a schedule, is PyTorch's") {
    using Net =
        nn::Network<double,
                    nn::Sequential<nn::Shape{3},
                                   nn::Dense<nn::DenseConfig{.units = 4, .activation = nn::Activation::relu}>,
                                   nn::Dense<nn::DenseConfig{.units = 2}>, nn::Softmax>>;
    std::array<std::array<double, 3>, 11> rows{};
    for (std::size_t i = 0; i < 33; ++i) rows[i / 3][i % 3] = reference::training_rows[i];
    const auto agrees = [&](const nn::Training& settings, const auto& weights, const auto& losses) {
        nn::Trainer<Net, nn::Momentum> trainer;
        trainer.optimizer.learning_rate = 0.5;
        Net model(reference::weights_before);
        const auto compare_loss = [&](const nn::Progress& now) {
            CHECK(now.loss == Approx(losses[now.epoch - 1]).epsilon(1e-6));  // a float
            CHECK(now.steps == now.epoch);
        };
        const Dataset<double, 3> data{rows, reference::training_labels};
        REQUIRE(trainer.fit(model, data, settings, compare_loss) == Status::ok);
        CHECK(trainer.progress().epoch == 6);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            CHECK(model.weights()[i] == Approx(weights[i]).epsilon(1e-11));
        }
    };
    const nn::Training all{.epochs = 6, .batch = 11, .schedule = nn::Schedule::cosine()};
    nn::Training clipped = all;
    clipped.clip_norm = 0.4;
    agrees(clipped, reference::weights_clipped_norm, reference::losses_clipped_norm);
    clipped = all;
    clipped.clip_value = 0.05;
    agrees(clipped, reference::weights_clipped_value, reference::losses_clipped_value);
}

TEST_CASE("Trainer: patience ends with the best weights on the held-out rows") {
    // The held-out labels are the opposite: every step makes their loss worse, so the first epoch is the
    // best.
    const Clouds clouds;
    std::vector<std::uint8_t> opposite = clouds.labels;
    for (std::uint8_t& label : opposite) label ^= 1;
    const Dataset<float, 2> held_out{clouds.rows, opposite};
    nn::Trainer<CloudNetwork> trainer;
    CloudNetwork model, first;
    model.initialise(1);
    first.initialise(1);
    CloudNetwork::Weights after_first{};
    std::vector<float> losses, metrics;
    const auto watch = [&](const nn::Progress& now) {
        if (now.epoch == 1) after_first = model.weights();
        losses.push_back(now.held_out_loss);
        metrics.push_back(now.metric);
    };
    REQUIRE(trainer.fit(model, clouds.data(), held_out, {.epochs = 50, .patience = 4}, watch) == Status::ok);
    REQUIRE(trainer.progress().epoch == 5);
    REQUIRE(trainer.progress().best_epoch == 1);
    REQUIRE(model.weights() == after_first);
    for (std::size_t i = 1; i < losses.size(); ++i) REQUIRE(losses[i] > losses[i - 1]);
    CloudNetwork::Workspace scratch;
    // The metric is accuracy on the held-out rows: what predict() gets wrong on the true labels.
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < 200; ++i) {
        wrong += model.predict(clouds.rows[i], scratch) != clouds.labels[i] ? 1 : 0;
    }
    REQUIRE(metrics[0] == Approx(static_cast<double>(wrong) / 200));
}

TEST_CASE("Trainer: an observer can end the training, and tells the time left") {
    const Clouds clouds;
    nn::Trainer<CloudNetwork> trainer;
    CloudNetwork model;
    model.initialise(1);
    const auto stop_after_three = [](const nn::Progress& now) { return now.epoch < 3; };
    REQUIRE(trainer.fit(model, clouds.data(), {.epochs = 12}, stop_after_three) == Status::ok);
    REQUIRE(trainer.progress().epoch == 3);
    REQUIRE(trainer.progress().steps == 3 * 7);  // 200 rows in batches of 32
    REQUIRE(trainer.progress().seconds_left(1.5) == 4.5);
}

TEST_CASE("Trainer: updates with all rows are epochs of one batch") {
    const Clouds clouds;
    nn::Trainer<CloudNetwork> by_fit, by_updates;
    CloudNetwork fitted, updated;
    fitted.initialise(1);
    updated.initialise(1);
    // One row, so that the order of the sum is the same too.
    const auto one = clouds.data().subset(3, 1);
    REQUIRE(by_fit.fit(fitted, one, {.epochs = 5}) == Status::ok);
    for (int i = 0; i < 5; ++i) REQUIRE(by_updates.update(updated, one) == Status::ok);
    REQUIRE(updated.weights() == fitted.weights());
    REQUIRE(by_updates.progress().steps == 5);
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
    REQUIRE(trainer.progress().row == 7);
    clouds.labels[7] = 1;
    clouds.rows[9][1] = std::numeric_limits<float>::quiet_NaN();
    REQUIRE(trainer.fit(model, clouds.data()) == Status::not_finite);
    REQUIRE(trainer.progress().row == 9);
    REQUIRE(trainer.progress().steps == 0);
    REQUIRE(trainer.fit(model, clouds.data().subset(0, 9), clouds.data(), {}) == Status::not_finite);
    REQUIRE(trainer.update(model, clouds.data()) == Status::not_finite);
    clouds.rows[9][1] = 1;
    REQUIRE(trainer.fit(model, clouds.data(), {.schedule = nn::Schedule::step(0, 1)}) ==
            Status::bad_parameter);
    REQUIRE(trainer.fit(model, clouds.data(), {.clip_norm = -1}) == Status::bad_parameter);
    for (const float rate : {0.0f, -1.0f, std::numeric_limits<float>::quiet_NaN()}) {
        trainer.optimizer.learning_rate = rate;
        REQUIRE(trainer.fit(model, clouds.data()) == Status::bad_parameter);
    }
    REQUIRE(model.weights() == before);
    trainer.optimizer.learning_rate = 0.01f;
    model.weights()[0] = std::numeric_limits<float>::infinity();
    REQUIRE(trainer.fit(model, clouds.data()) == Status::not_finite);
}

TEST_CASE("Trainer: a rate that diverges is reported with its step and undone") {
    Clouds clouds;
    nn::Trainer<CloudNetwork, nn::Momentum> trainer;
    CloudNetwork model;
    model.initialise(1);
    const auto before = model.weights();

    // At once: the first step on a row that is on the wrong side makes the weights infinite.
    clouds.rows[9][1] = 3e38f;
    CloudNetwork::Workspace scratch;
    clouds.labels[9] = model.predict(clouds.rows[9], scratch) ^ 1;
    trainer.optimizer.learning_rate = 3e38f;
    REQUIRE(trainer.fit(model, clouds.data()) == Status::diverged);
    REQUIRE(trainer.progress().epoch == 0);
    REQUIRE(trainer.progress().steps <= 7);
    REQUIRE(model.weights() == before);
    REQUIRE(trainer.optimizer.learning_rate == 3e38f);
    REQUIRE(trainer.update(model, clouds.data()) == Status::diverged);
    REQUIRE(model.weights() == before);

    // Finite all the time, but much worse than guessing.
    clouds.rows[9][1] = 1;
    clouds.labels[9] = 0;  // still on the wrong side: a loss that grows with the weights
    trainer.optimizer.learning_rate = 1e6f;
    REQUIRE(trainer.fit(model, clouds.data()) == Status::diverged);
    REQUIRE(model.weights() == before);

    // After good epochs: a schedule that grows. The weights are those of the last good epoch.
    trainer.optimizer.learning_rate = 0.01f;
    CloudNetwork::Weights last_good{};
    std::size_t good = 0;
    const auto keep = [&](const nn::Progress& now) {
        last_good = model.weights();
        good = now.epoch;
    };
    const nn::Training growing{.epochs = 40, .schedule = nn::Schedule::exponential(10)};
    REQUIRE(trainer.fit(model, clouds.data(), growing, keep) == Status::diverged);
    REQUIRE(good >= 2);
    REQUIRE(good < 40);
    REQUIRE(trainer.progress().epoch == good);
    REQUIRE(trainer.progress().steps >= 7 * good);
    REQUIRE(model.weights() == last_good);
    REQUIRE(model.weights() != before);
}

TEST_CASE("Trainer: binary cross-entropy contains a sigmoid at the end") {
    using Scores = nn::Network<float, nn::Sequential<nn::Shape{2}, nn::Dense<nn::DenseConfig{}>>>;
    using Chances =
        nn::Network<float, nn::Sequential<nn::Shape{2}, nn::Dense<nn::DenseConfig{}>, nn::Sigmoid>>;
    const Clouds clouds;
    std::vector<std::array<float, 1>> targets;
    for (const std::uint8_t label : clouds.labels) targets.push_back({static_cast<float>(label)});
    const Dataset<float, 2, std::array<float, 1>> data{clouds.rows, targets};
    Scores scores;
    Chances chances;
    scores.initialise(1);
    chances.initialise(1);
    nn::Trainer<Scores, nn::Adam, nn::BinaryCrossEntropy> by_scores;
    nn::Trainer<Chances, nn::Adam, nn::BinaryCrossEntropy> by_chances;
    REQUIRE(by_scores.fit(scores, data) == Status::ok);
    REQUIRE(by_chances.fit(chances, data) == Status::ok);
    REQUIRE(scores.weights() == chances.weights());
    Scores::Workspace score_space;
    Chances::Workspace chance_space;
    const float score = scores.predict(clouds.rows[3], score_space)[0];
    const float chance = chances.predict(clouds.rows[3], chance_space)[0];
    REQUIRE(chance == Approx(1 / (1 + std::exp(-static_cast<double>(score)))).epsilon(1e-5));
}

TEST_CASE("Trainer: each loss learns") {
    // Two numbers as functions of one: y0 = x > 0 by its sigmoid, or a line.
    using Pair = std::array<float, 2>;
    using Net = nn::Network<float, nn::Sequential<nn::Shape{1}, nn::Dense<nn::DenseConfig{.units = 2}>>>;
    std::vector<std::array<float, 1>> rows;
    std::vector<Pair> lines, sides;
    for (int i = -10; i <= 10; ++i) {
        const float x = 0.1f * static_cast<float>(i);
        rows.push_back({x});
        lines.push_back({2 * x - 1, -x});
        sides.push_back({x > 0 ? 1.0f : 0.0f, x > 0.5f ? 0.0f : 1.0f});
    }
    const auto metric = [&](auto trainer, const std::vector<Pair>& targets) {
        Net model;
        model.initialise(2);
        trainer.optimizer.learning_rate = 0.05f;
        const Dataset<float, 1, Pair> data{rows, targets};
        REQUIRE(trainer.fit(model, data, {.epochs = 400, .batch = 7, .schedule = nn::Schedule::cosine()}) ==
                Status::ok);
        return trainer.progress().metric;
    };
    CHECK(metric(nn::Trainer<Net, nn::Adam, nn::SquaredError>{}, lines) < 0.001f);
    CHECK(metric(nn::Trainer<Net, nn::Adam, nn::AbsoluteError>{}, lines) < 0.01f);
    CHECK(metric(nn::Trainer<Net, nn::AdamW, nn::HuberLoss>{}, lines) < 0.01f);
    CHECK(metric(nn::Trainer<Net, nn::RmsProp, nn::BinaryCrossEntropy>{}, sides) == 1);
}
