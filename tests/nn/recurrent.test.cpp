// SPDX-License-Identifier: MIT
// Recurrent layers frame by frame, against worked steps and PyTorch.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <span>

#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/fast_grnn.hpp"
#include "mote/nn/gru.hpp"
#include "mote/nn/lstm.hpp"
#include "mote/nn/recurrent_weights.hpp"
#include "mote/nn/simple_rnn.hpp"
#include "tests/nn/recurrent_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::FastGrnn, nn::Gru, nn::GruReset, nn::Lstm, nn::SimpleRnn;

namespace {

constexpr float infinity = std::numeric_limits<float>::infinity();

template <class T, std::size_t N>
std::array<T, N> as(const std::array<double, N>& values) {
    std::array<T, N> result{};
    std::transform(values.begin(), values.end(), result.begin(), [](double v) { return static_cast<T>(v); });
    return result;
}

/// The largest gap between the outputs frame by frame and the reference's [frames][units].
template <class Layer, std::size_t Frames, std::size_t Outputs>
double largest_gap(const Layer& layer, const std::array<double, Frames>& frames,
                   const std::array<double, Outputs>& expected) {
    using T = typename Layer::Scalar;
    const auto x = as<T>(frames);
    typename Layer::State state{};
    double largest = 0;
    for (std::size_t t = 0; t < Frames / Layer::features; ++t) {
        const auto& y = layer.step(
            std::span<const T, Layer::features>(x.data() + t * Layer::features, Layer::features), state);
        for (std::size_t i = 0; i < Layer::outputs; ++i) {
            largest =
                std::max(largest, std::abs(static_cast<double>(y[i]) - expected[t * Layer::outputs + i]));
        }
    }
    return largest;
}

template <class T, class Isa = isa::Native>
auto pytorch_gru() {
    return Gru<T, 3, 5, GruReset::after, Isa>::from_pytorch(
        as<T>(reference::gru_weight_ih), as<T>(reference::gru_weight_hh), as<T>(reference::gru_bias_ih),
        as<T>(reference::gru_bias_hh));
}

template <class T, class Isa = isa::Native>
auto pytorch_lstm() {
    return Lstm<T, 3, 5, Isa>::from_pytorch(as<T>(reference::lstm_weight_ih),
                                            as<T>(reference::lstm_weight_hh), as<T>(reference::lstm_bias_ih),
                                            as<T>(reference::lstm_bias_hh));
}

template <class T>
auto pytorch_rnn() {
    return SimpleRnn<T, 3, 5>::from_pytorch(as<T>(reference::rnn_weight_ih), as<T>(reference::rnn_weight_hh),
                                            as<T>(reference::rnn_bias_ih), as<T>(reference::rnn_bias_hh));
}

}  // namespace

TEST_CASE("gates see bias + kernel x + recurrent kernel h, whichever library the weights come from") {
    using Weights = nn::RecurrentWeights<double, 2, 1, 2>;
    constexpr auto keras =
        Weights::from_keras(std::array{2.0, 3.0, 0.5, 0.25}, std::array{5.0, 7.0}, std::array{11.0, 13.0});
    constexpr auto pytorch = Weights::from_pytorch(std::array{2.0, 0.5, 3.0, 0.25}, std::array{5.0, 7.0},
                                                   std::array{10.0, 10.0}, std::array{1.0, 3.0});
    STATIC_REQUIRE(keras == pytorch);
    constexpr auto sums = Weights::sums<isa::Native>(keras.data(), std::array{1.0, 4.0}, {10.0});
    STATIC_REQUIRE(sums == std::array{11 + 2 + 2 + 50.0, 13 + 3 + 1 + 70.0});
}

TEST_CASE("Gates: their curves within the stated absolute error") {
    double sigmoid_gap = 0, tanh_gap = 0, fine_gap = 0;
    for (int i = -400'000; i <= 400'000; ++i) {
        const float x = static_cast<float>(i) / 4000;
        std::array<float, 2> y{x, x};
        kernels::sigmoids(std::span(y).first<1>());
        kernels::tanhs(std::span(y).last<1>());
        const auto exact = static_cast<double>(x);
        sigmoid_gap = std::max(sigmoid_gap, std::abs(static_cast<double>(y[0]) - 1 / (1 + std::exp(-exact))));
        tanh_gap = std::max(tanh_gap, std::abs(static_cast<double>(y[1]) - std::tanh(exact)));
        std::array fine{exact};
        kernels::tanhs(fine);
        fine_gap = std::max(fine_gap, std::abs(fine[0] - std::tanh(exact)));
    }
    CAPTURE(sigmoid_gap, tanh_gap, fine_gap);
    CHECK(sigmoid_gap < 1.2e-7);
    CHECK(tanh_gap < 2.4e-7);
    CHECK(fine_gap < 4.5e-16);

    std::array<float, 4> edges{infinity, -infinity, 3e38f, -3e38f};
    kernels::tanhs(edges);
    CHECK(edges == std::array{1.0f, -1.0f, 1.0f, -1.0f});
    edges = {infinity, 3e38f, std::numeric_limits<float>::quiet_NaN(), -infinity};
    kernels::sigmoids(edges);
    CHECK(edges[0] == 1);
    CHECK(edges[1] == 1);
    CHECK(std::isnan(edges[2]));
    CHECK(edges[3] < 1e-37f);
    std::array unknown{std::numeric_limits<float>::quiet_NaN()};
    kernels::tanhs(unknown);
    CHECK(std::isnan(unknown[0]));
}

TEST_CASE("Gru: a step worked by hand, for both conventions") {
    // One input, one unit, x = 0.5, h = 0.8. All sums: z = sigmoid(2 x - 1 h + 0.3) = sigmoid(0.5),
    // r = sigmoid(x + 2 h - 1) = sigmoid(1.1), c = tanh(-1 x + r (0.5 h + 0.25) + 0.1) after and
    // tanh(-1 x + 0.5 (r h) + 0.1) before; h' = z h + (1 - z) c.
    const double z = 1 / (1 + std::exp(-0.5)), r = 1 / (1 + std::exp(-1.1));
    constexpr std::array<double, 3> kernel{2, 1, -1}, recurrent{-1, 2, 0.5};

    const auto after =
        Gru<double, 1, 1>::from_keras(kernel, recurrent, std::array{0.3, -1.0, 0.1, 0.0, 0.0, 0.25});
    std::array state{0.8};
    after.step(std::array{0.5}, state);
    CHECK(std::abs(state[0] - (z * 0.8 + (1 - z) * std::tanh(-0.4 + r * (0.4 + 0.25)))) < 1e-15);

    const auto before =
        Gru<double, 1, 1, GruReset::before>::from_keras(kernel, recurrent, std::array{0.3, -1.0, 0.1});
    state = {0.8};
    before.step(std::array{0.5}, state);
    CHECK(std::abs(state[0] - (z * 0.8 + (1 - z) * std::tanh(-0.4 + 0.5 * (r * 0.8)))) < 1e-15);
}

TEST_CASE("Gru: agrees with PyTorch, frame after frame") {
    CHECK(largest_gap(pytorch_gru<double>(), reference::recurrent_frames, reference::gru_outputs) < 5e-15);
    // Each step adds some 20 roundings of sums of up to 10, whose error the curves' slopes carry on.
    CHECK(largest_gap(pytorch_gru<float>(), reference::recurrent_frames, reference::gru_outputs) < 2e-6);
    const auto plain = pytorch_gru<float, isa::Portable>();
    CHECK(largest_gap(plain, reference::recurrent_frames, reference::gru_outputs) < 2e-6);
}

TEST_CASE("Gru: before and after agree where nothing is reset") {
    // A large bias opens the reset gate: then both are the same recurrence.
    Random random(3);
    std::array<double, 12> kernel{};
    std::array<double, 48> recurrent{};
    for (double& w : kernel) w = random.normal<double>();
    for (double& w : recurrent) w = random.normal<double>();
    std::array<double, 12> bias{};
    std::array<double, 24> biases{};
    for (std::size_t i = 4; i < 8; ++i) bias[i] = biases[i] = 100;
    const auto before = Gru<double, 1, 4, GruReset::before>::from_keras(kernel, recurrent, bias);
    const auto after = Gru<double, 1, 4>::from_keras(kernel, recurrent, biases);
    std::array<double, 4> h{}, k{};
    for (int t = 0; t < 10; ++t) {
        const std::array x{random.normal<double>()};
        before.step(x, h);
        after.step(x, k);
        for (std::size_t i = 0; i < h.size(); ++i) CHECK(std::abs(h[i] - k[i]) < 1e-13);
    }
    CHECK(std::abs(h[0]) > 0.01);
}

TEST_CASE("Gru: at compile time, with state as a value, and NaN") {
    using Model = Gru<float, 1, 2>;
    constexpr auto run = [] {
        Model model;
        model.weights().fill(0.5f);
        Model::State state{};
        for (const float x : {1.0f, -1.0f, 2.0f}) model.step(std::array{x}, state);
        return state;
    };
    constexpr Model::State compiled = run();
    const Model::State now = run();
    CHECK(std::abs(compiled[0] - now[0]) < 2e-7f);
    CHECK(compiled[0] > 0.2f);
    STATIC_REQUIRE(compiled[0] == compiled[1]);
    STATIC_REQUIRE(sizeof(Model) == sizeof(float) * Model::parameters);
    STATIC_REQUIRE(Model::parameters == 3 * 2 * (1 + 2 + 1) + 2);

    Model model;
    model.weights().fill(0.5f);
    Model::State one{}, other{};
    model.step(std::array{1.0f}, one);
    const Model::State kept = one;
    model.step(std::array{std::numeric_limits<float>::quiet_NaN()}, one);
    CHECK(std::isnan(one[0]));
    model.step(std::array{1.0f}, other);  // another stream of the same model
    CHECK(other == kept);
}

TEST_CASE("Lstm: a step worked by hand") {
    // One input, one unit, x = 0.5, h = 0.8, cell 2: i = sigmoid(2 x - h + 0.3) = sigmoid(0.5),
    // f = sigmoid(x + 2 h - 1) = sigmoid(1.1), c = tanh(-x + h / 2 + 0.25) = tanh(0.15), o = sigmoid(4 x + h
    // - 0.8).
    const auto lstm = Lstm<double, 1, 1>::from_keras(
        std::array{2.0, 1.0, -1.0, 4.0}, std::array{-1.0, 2.0, 0.5, 1.0}, std::array{0.3, -1.0, 0.25, -0.8});
    const auto sigmoid_of = [](double v) { return 1 / (1 + std::exp(-v)); };
    Lstm<double, 1, 1>::State state{{0.8}, {2}};
    const double y = lstm.step(std::array{0.5}, state)[0];
    const double cell = sigmoid_of(1.1) * 2 + sigmoid_of(0.5) * std::tanh(0.15);
    CHECK(std::abs(state.cell[0] - cell) < 1e-15);
    CHECK(std::abs(y - sigmoid_of(2.0) * std::tanh(cell)) < 1e-15);
    CHECK(state.hidden[0] == y);
}

TEST_CASE("Lstm: agrees with PyTorch, frame after frame") {
    CHECK(largest_gap(pytorch_lstm<double>(), reference::recurrent_frames, reference::lstm_outputs) < 5e-15);
    CHECK(largest_gap(pytorch_lstm<float>(), reference::recurrent_frames, reference::lstm_outputs) < 2e-6);
    const auto plain = pytorch_lstm<float, isa::Portable>();
    CHECK(largest_gap(plain, reference::recurrent_frames, reference::lstm_outputs) < 2e-6);

    Lstm<double, 3, 5>::State state;
    const auto lstm = pytorch_lstm<double>();
    for (std::size_t t = 0; t < 4; ++t) {
        lstm.step(std::span<const double, 3>(reference::recurrent_frames.data() + 3 * t, 3), state);
    }
    for (std::size_t i = 0; i < 5; ++i) CHECK(std::abs(state.cell[i] - reference::lstm_last_cell[i]) < 1e-14);
}

TEST_CASE("Lstm: at compile time, with state as a value, and NaN") {
    using Model = Lstm<float, 1, 2>;
    constexpr auto run = [](float x) {
        Model model;
        model.weights().fill(0.5f);
        Model::State state;
        for (const float value : {1.0f, x, 2.0f}) model.step(std::array{value}, state);
        return state;
    };
    constexpr Model::State compiled = run(-1);
    const Model::State now = run(-1);
    CHECK(std::abs(compiled.hidden[0] - now.hidden[0]) < 2e-7f);
    CHECK(compiled.hidden[0] > 0.2f);
    STATIC_REQUIRE(compiled.hidden[0] == compiled.hidden[1]);
    STATIC_REQUIRE(sizeof(Model) == sizeof(float) * 4 * 2 * (1 + 2 + 1));
    CHECK(std::isnan(run(std::numeric_limits<float>::quiet_NaN()).hidden[1]));
}

TEST_CASE("SimpleRnn: worked by hand, against PyTorch, at compile time, and NaN") {
    // h1 = tanh(2 * 0.5 + 0.25), h2 = tanh(2 * -1 + 3 h1 + 0.25).
    const auto rnn = SimpleRnn<double, 1, 1>::from_keras(std::array{2.0}, std::array{3.0}, std::array{0.25});
    std::array<double, 1> h{};
    rnn.step(std::array{0.5}, h);
    CHECK(std::abs(h[0] - std::tanh(1.25)) < 1e-15);
    rnn.step(std::array{-1.0}, h);
    CHECK(std::abs(h[0] - std::tanh(3 * std::tanh(1.25) - 1.75)) < 2e-15);

    CHECK(largest_gap(pytorch_rnn<double>(), reference::recurrent_frames, reference::rnn_outputs) < 5e-15);
    CHECK(largest_gap(pytorch_rnn<float>(), reference::recurrent_frames, reference::rnn_outputs) < 2e-6);

    using Model = SimpleRnn<float, 1, 2>;
    constexpr auto run = [](float x) {
        Model model;
        model.weights().fill(0.5f);
        Model::State state{};
        for (const float value : {1.0f, x, 2.0f}) model.step(std::array{value}, state);
        return state;
    };
    constexpr Model::State compiled = run(-1);
    CHECK(std::abs(compiled[0] - run(-1)[0]) < 2e-7f);
    STATIC_REQUIRE(compiled[0] == compiled[1]);
    STATIC_REQUIRE(sizeof(Model) == sizeof(float) * 2 * (1 + 2 + 1));
    CHECK(std::isnan(run(std::numeric_limits<float>::quiet_NaN())[1]));
}

TEST_CASE("FastGrnn: worked by hand, against its equations in PyTorch, at compile time, and NaN") {
    // x = 0.5, h = 0.8: W x + U h = 1 + 0.4; z = sigmoid(1.4 - 0.9), c = tanh(1.4 - 1.2), zeta 0.75, nu
    // 0.125.
    const FastGrnn<double, 1, 1> grnn({2, 0.5, -0.9, -1.2, 0.75, 0.125});
    std::array h{0.8};
    grnn.step(std::array{0.5}, h);
    const double z = 1 / (1 + std::exp(-0.5));
    CHECK(std::abs(h[0] - ((0.75 * (1 - z) + 0.125) * std::tanh(0.2) + z * 0.8)) < 1e-15);

    const FastGrnn<double, 3, 5> fine(reference::fast_grnn_weights);
    CHECK(largest_gap(fine, reference::recurrent_frames, reference::fast_grnn_outputs) < 5e-15);
    const FastGrnn<float, 3, 5> model(as<float>(reference::fast_grnn_weights));
    CHECK(largest_gap(model, reference::recurrent_frames, reference::fast_grnn_outputs) < 2e-6);

    using Small = FastGrnn<float, 1, 2>;
    constexpr auto run = [](float x) {
        Small small;
        small.weights().fill(0.5f);
        Small::State state{};
        for (const float value : {1.0f, x, 2.0f}) small.step(std::array{value}, state);
        return state;
    };
    constexpr Small::State compiled = run(-1);
    CHECK(std::abs(compiled[0] - run(-1)[0]) < 2e-7f);
    STATIC_REQUIRE(compiled[0] == compiled[1]);
    STATIC_REQUIRE(sizeof(Small) == sizeof(float) * (2 * (1 + 2 + 2) + 2));
    CHECK(std::isnan(run(std::numeric_limits<float>::quiet_NaN())[1]));
}
