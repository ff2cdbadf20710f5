// SPDX-License-Identifier: MIT
// Recurrent layers of whole sequences and what wraps layers of sequences; single steps are in
// recurrent.test.cpp.
#include <array>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "mote/nn/bidirectional.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/recurrent.hpp"
#include "mote/nn/streaming.hpp"
#include "mote/nn/time_distributed.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/nn/layer_check.hpp"
#include "tests/nn/recurrent_layer_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Shape;

namespace {

constexpr Shape five{5, 3};

template <class Cell, nn::Returns Which = nn::Returns::sequence, std::size_t Truncate = 0>
using Layer = nn::Recurrent<Cell, nn::RecurrentConfig{.units = 2, .returns = Which, .truncate = Truncate}>;
using Both = nn::Bidirectional<Layer<nn::GruCell<>>>;
using Frames = nn::TimeDistributed<nn::Dense<nn::DenseConfig{.units = 2}>>;

std::vector<double> bidirectional_weights() {
    using Gru = nn::Gru<double, 3, 2>;
    using namespace reference;
    const auto forth = Gru::from_pytorch(gru_weight_ih, gru_weight_hh, gru_bias_ih, gru_bias_hh).weights();
    const auto back = Gru::from_pytorch(gru_weight_ih_reverse, gru_weight_hh_reverse, gru_bias_ih_reverse,
                                        gru_bias_hh_reverse)
                          .weights();
    std::vector<double> weights(forth.begin(), forth.end());
    weights.insert(weights.end(), back.begin(), back.end());
    return weights;
}

template <class Cell>
void check_cell() {
    const std::uint64_t seed = GENERATE(1u, 2u);
    CHECK(testing::gradient_gap<Layer<Cell>, five>(seed) < 1e-6);
    CHECK(testing::gradient_gap<Layer<Cell, nn::Returns::last>, five>(seed) < 1e-6);
}

/// A whole network, and its frames one by one.
template <class Architecture>
void check_stream() {
    using Network = nn::Network<float, Architecture>;
    Network model;
    model.initialise(3);
    Random random(4);
    std::array<float, Architecture::inputs> x{};
    for (float& value : x) value = 2 * random.uniform<float>() - 1;
    typename Network::Workspace scratch;
    const auto whole = model.forward(x, scratch);
    const nn::Streaming stream(model);
    typename decltype(stream)::State state;
    std::vector<float> rows;
    for (std::size_t at = 0; at < x.size(); at += stream.features) {
        const auto y = stream.push(std::span<const float, stream.features>(&x[at], stream.features), state);
        if (y) rows.insert(rows.end(), y->begin(), y->end());
    }
    REQUIRE(rows == std::vector<float>(whole.begin(), whole.end()));
}

}  // namespace

TEST_CASE("Recurrent: a bidirectional GRU and its gradient are PyTorch's") {
    testing::OneLayer<Both, five> layer;
    layer.weights = bidirectional_weights();
    const std::vector<double> x(reference::gru_sequence.begin(), reference::gru_sequence.end());
    const auto y = layer.run(x);
    std::vector<double> dy(reference::gru_share.begin(), reference::gru_share.end()), dx(15),
        gradient(2 * 44);
    REQUIRE(gradient.size() >= layer.weights.size());
    Both::At<five>::backward<isa::Portable>(layer.weights.data(), x.data(), y.data(), dy.data(), dx.data(),
                                            gradient.data(), layer.scratch.data());
    for (std::size_t i = 0; i < 20; ++i) CHECK(std::fabs(y[i] - reference::gru_output[i]) < 1e-14);
    for (std::size_t i = 0; i < 15; ++i) CHECK(std::fabs(dx[i] - reference::gru_dx[i]) < 1e-14);
}

TEST_CASE("Recurrent: backward through time agrees with central differences") {
    SECTION("SimpleRnn") {
        check_cell<nn::SimpleRnnCell>();
    }
    SECTION("Gru, reset after") {
        check_cell<nn::GruCell<nn::GruReset::after>>();
    }
    SECTION("Gru, reset before") {
        check_cell<nn::GruCell<nn::GruReset::before>>();
    }
    SECTION("Lstm") {
        check_cell<nn::LstmCell>();
    }
    SECTION("FastGrnn") {
        check_cell<nn::FastGrnnCell>();
    }
    SECTION("Bidirectional") {
        CHECK(testing::gradient_gap<Both, five>(1) < 1e-6);
        CHECK(testing::gradient_gap<nn::Bidirectional<Layer<nn::LstmCell, nn::Returns::last>>, five>(1) <
              1e-6);
    }
    SECTION("TimeDistributed") {
        CHECK(testing::gradient_gap<Frames, five>(1) < 1e-6);
    }
}

TEST_CASE("Recurrent: truncated, slopes stop at every multiple of the length") {
    // The first step's input reaches the last output only through the steps between, so its slope is cut off.
    const auto slopes = []<class One>(One) {
        testing::OneLayer<One, five> layer;
        Random random(1);
        layer.draw(random);
        const auto x = testing::noise<double>(15, random);
        const auto y = layer.run(x);
        std::vector<double> dy(y.size(), 1), dx(15), gradient(layer.weights.size());
        One::template At<five>::template backward<isa::Portable>(layer.weights.data(), x.data(), y.data(),
                                                                 dy.data(), dx.data(), gradient.data(),
                                                                 layer.scratch.data());
        return dx;
    };
    const auto whole = slopes(Layer<nn::GruCell<>, nn::Returns::last>{});
    const auto cut = slopes(Layer<nn::GruCell<>, nn::Returns::last, 2>{});
    for (std::size_t i = 0; i < 15; ++i) CHECK(cut[i] == (i < 12 ? 0 : whole[i]));  // steps 0 to 3, and 4
    CHECK(std::fabs(whole[0]) > 1e-6);
}

TEST_CASE("Recurrent: NaN reaches its step and the later ones, the earlier ones from behind") {
    CHECK(testing::spoilt_by<Layer<nn::LstmCell>, five>(3 * 3) == std::vector<std::size_t>{6, 7, 8, 9});
    CHECK(testing::spoilt_by<Both, five>(3 * 3) ==
          std::vector<std::size_t>{2, 3, 6, 7, 10, 11, 12, 13, 14, 15, 16, 17});
    CHECK(testing::spoilt_by<Frames, five>(3 * 3) == std::vector<std::size_t>{6, 7});
}

TEST_CASE("Recurrent: frame by frame the same as the whole sequence") {
    check_stream<nn::Sequential<Shape{12, 4},
                                nn::Conv1D<nn::Conv1DConfig{.filters = 3, .padding = nn::Padding::causal}>,
                                Layer<nn::GruCell<>>, Frames>>();
    check_stream<nn::Sequential<Shape{12, 4}, nn::LayerNormalization<>, Layer<nn::LstmCell>>>();
}

TEST_CASE("Recurrent: learns what only the past can tell") {
    // Did the one pulse of sixteen steps come in the first half? The last state has to remember.
    using Architecture =
        nn::Sequential<Shape{16, 1}, nn::Recurrent<nn::GruCell<>, nn::RecurrentConfig{.units = 6}>,
                       nn::Dense<nn::DenseConfig{.units = 2}>, nn::Softmax>;
    std::vector<std::array<float, 16>> rows(16);
    std::vector<std::uint8_t> labels(16);
    for (std::size_t i = 0; i < 16; ++i) {
        rows[i][i] = 1;
        labels[i] = i < 8;
    }
    nn::Network<float, Architecture> model;
    model.initialise(1);
    nn::Trainer<nn::Network<float, Architecture>> trainer;
    trainer.optimizer.learning_rate = 0.02f;
    REQUIRE(trainer.fit(model, Dataset<float, 16>{rows, labels}, {.epochs = 200, .batch = 8}) == Status::ok);
    nn::Network<float, Architecture>::Workspace scratch;
    for (std::size_t i = 0; i < 16; ++i) CHECK(model.predict(rows[i], scratch) == labels[i]);
}

TEST_CASE("Recurrent: truncated, it still learns what lies within the length") {
    // Did the one pulse of sixteen steps come in the last four? Slopes reach eight steps back.
    std::vector<std::array<float, 16>> rows(16);
    std::vector<std::uint8_t> labels(16);
    for (std::size_t i = 0; i < 16; ++i) {
        rows[i][i] = 1;
        labels[i] = i >= 12;
    }
    const auto trained = [&]<std::size_t Truncate>(std::integral_constant<std::size_t, Truncate>) {
        using Gru = nn::Recurrent<nn::GruCell<>, nn::RecurrentConfig{.units = 6, .truncate = Truncate}>;
        using Network = nn::Network<
            float, nn::Sequential<Shape{16, 1}, Gru, nn::Dense<nn::DenseConfig{.units = 2}>, nn::Softmax>>;
        Network model;
        model.initialise(1);
        nn::Trainer<Network> trainer;
        trainer.optimizer.learning_rate = 0.02f;
        REQUIRE(trainer.fit(model, Dataset<float, 16>{rows, labels}, {.epochs = 200, .batch = 8}) ==
                Status::ok);
        typename Network::Workspace scratch;
        for (std::size_t i = 0; i < 16; ++i) CHECK(model.predict(rows[i], scratch) == labels[i]);
        return model.weights();
    };
    const auto cut = trained(std::integral_constant<std::size_t, 8>{});
    CHECK(cut != trained(std::integral_constant<std::size_t, 0>{}));
}

TEST_CASE("TimeDistributed: bytes are those of the layer at each step") {
    using Network = nn::Sequential<Shape{6, 4}, Frames>;
    CHECK(testing::quantized_gap<Network>(2) < 3);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Frames, Shape{6, 2, 4}>);
    STATIC_REQUIRE_FALSE(nn::accepts_output_of<Layer<nn::LstmCell>, Shape{6, 2, 4}>);
    STATIC_REQUIRE(Both::shape<five> == Shape{5, 4});
    STATIC_REQUIRE(nn::Bidirectional<Layer<nn::LstmCell, nn::Returns::last>>::shape<five> == Shape(4));
}
