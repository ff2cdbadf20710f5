// SPDX-License-Identifier: MIT
#include "mote/nn/rounded_weights.hpp"

#include <algorithm>
#include <type_traits>
#include <vector>

#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/nn/digit_images.hpp"
#include "tests/nn/small_network.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using testing::Digits, testing::Images, testing::load, testing::percent_right, testing::SmallNetwork;

namespace {

using Network = nn::Network<float, Digits>;

/// What a network gets right with packed weights of Bits bits that it was fine-tuned for, calibrated on 100
/// rows.
template <int Bits>
double tuned(const Network& model, const Images& train, const Images& held_out) {
    using AwareNetwork = nn::Network<float, nn::Aware<Digits, Bits>>;
    static nn::Trainer<AwareNetwork> tuner;
    AwareNetwork aware(model.weights());
    tuner.optimizer.learning_rate = 0.005f;
    const nn::Training settings{.epochs = 10, .schedule = nn::Schedule::cosine()};
    REQUIRE(tuner.fit(aware, train.data(), settings) == Status::ok);
    const Network exact(aware.weights());
    REQUIRE(percent_right(aware, held_out) ==
            percent_right(nn::round_weights(exact, (1 << (Bits - 1)) - 1), held_out));
    return percent_right(nn::quantize<std::int8_t>(aware, Rows<float, 64>(train.rows).first(100)), held_out);
}

}  // namespace

TEST_CASE("Aware: the same weights in the same places, Softmax still at the end") {
    using Aware = nn::Aware<SmallNetwork, 4>;
    STATIC_REQUIRE(Aware::parameters == SmallNetwork::parameters);
    STATIC_REQUIRE(Aware::first_weight == SmallNetwork::first_weight);
    STATIC_REQUIRE(Aware::classifies);
    STATIC_REQUIRE(std::is_same_v<Aware::Description<1>, SmallNetwork::Description<1>>);
}

TEST_CASE("RoundedWeights: by hand, four bits of two weights") {
    using Two = nn::Sequential<nn::Shape(2), nn::Dense<nn::DenseConfig{.units = 1}>>;
    const nn::Network<double, nn::Aware<Two, 4>> model({0.7, 0.26, 0.5});  // steps of 0.1: 7 and 3
    nn::Network<double, nn::Aware<Two, 4>>::Workspace scratch;
    const std::array<double, 2> x{1, 10};
    REQUIRE(model.predict(x, scratch)[0] == Approx(0.7 + 3 + 0.5).epsilon(1e-6));
}

TEST_CASE("RoundedWeights: loss and slopes are those of the rounded network, and no other") {
    nn::Network<double, SmallNetwork> model;
    std::ranges::copy(reference::weights, model.weights().begin());
    const nn::Network<double, nn::Aware<SmallNetwork, 4>> aware(model.weights());
    const auto rounded = nn::round_weights(model, 7);
    static nn::Trainer<nn::Network<double, SmallNetwork>> trainer;
    static nn::Trainer<nn::Network<double, nn::Aware<SmallNetwork, 4>>> aware_trainer;
    std::array<double, SmallNetwork::parameters> slopes{}, aware_slopes{}, exact_slopes{};
    std::array<double, 108> x{};
    std::ranges::copy(reference::input, x.begin());
    const double loss = trainer.accumulate(rounded, x, std::size_t{1}, slopes);
    REQUIRE(aware_trainer.accumulate(aware, x, std::size_t{1}, aware_slopes) == Approx(loss).epsilon(1e-12));
    for (std::size_t i = 0; i < slopes.size(); ++i)
        REQUIRE(aware_slopes[i] == Approx(slopes[i]).margin(1e-12));
    REQUIRE(trainer.accumulate(model, x, std::size_t{1}, exact_slopes) != Approx(loss).epsilon(1e-3));
}

namespace {

/// The inputs of `aware`, run packed and as bytes with the same numbers: equal to the bit?
template <class Isa, class Plain, class Aware>
bool same_as_bytes(const nn::Network<float, Aware>& aware, Rows<float, Aware::inputs> rows) {
    const auto narrow = nn::quantize<std::int8_t>(aware, rows).weights();
    const nn::Network<std::int8_t, Aware, Isa> packed(narrow);
    const nn::Network<std::int8_t, Plain, Isa> bytes({narrow.input, narrow.output, narrow.layers});
    typename nn::Network<std::int8_t, Aware, Isa>::Workspace scratch;
    typename nn::Network<std::int8_t, Plain, Isa>::Workspace bytes_scratch;
    bool same = true;
    for (const auto& row : rows) {
        const auto x = packed.quantize_input(row);
        same = same && std::ranges::equal(packed.forward(x, scratch), bytes.forward(x, bytes_scratch));
    }
    return same;
}

}  // namespace

TEST_CASE("RoundedWeights: four bits two to a byte compute what bytes of the same numbers do") {
    using Separable = nn::Sequential<
        nn::Shape{9, 7, 2}, nn::Conv2D<nn::ConvConfig{.filters = 6, .padding = nn::Padding::same}>,
        nn::DepthwiseConv2D<nn::DepthwiseConfig{.multiplier = 2, .activation = nn::Activation::relu}>,
        nn::Conv2D<nn::ConvConfig{.filters = 8, .kernel = 1}>, nn::Reshape<nn::Shape{35, 1, 8}>,
        nn::TimeDistributed<nn::Dense<nn::DenseConfig{.units = 4}>>, nn::Flatten,
        nn::Dense<nn::DenseConfig{.units = 3}>, nn::Softmax>;
    using Narrow = nn::Aware<Separable, 4>;
    nn::Network<float, Narrow> model;
    model.initialise(1);
    Random random(2);
    std::vector<std::array<float, Separable::inputs>> rows(20);
    for (auto& row : rows) {
        for (float& value : row) value = random.normal<float>();
    }
    REQUIRE(same_as_bytes<isa::Native, Separable>(model, rows));
    REQUIRE(same_as_bytes<isa::Portable, Separable>(model, rows));
    const auto words = nn::quantize<std::int16_t>(model, Rows<float, Separable::inputs>(rows)).weights();
    for (const std::int8_t weight : nn::get<0>(words.layers).weights) REQUIRE(abs(int{weight}) <= 7);
    const auto narrow = nn::quantize<std::int8_t>(model, Rows<float, Separable::inputs>(rows));
    const nn::Network<std::int8_t, Narrow> again(narrow.weights());
    const auto layers = again.weights().layers;
    for (const std::int8_t weight : nn::get<0>(layers).weights) REQUIRE(abs(int{weight}) <= 7);
    for (const std::int8_t weight : nn::get<4>(layers).weights) REQUIRE(abs(int{weight}) <= 7);
}

TEST_CASE("Aware: rounds within layers of layers") {
    using Same = nn::Conv2D<nn::ConvConfig{.filters = 4, .padding = nn::Padding::same}>;
    using Other = nn::Conv2D<nn::ConvConfig{.filters = 2, .kernel = 1}>;
    using Branched = nn::Sequential<nn::Shape{4, 4, 4}, nn::Residual<nn::Path<Same, nn::ReLU, Same>>,
                                    nn::Residual<nn::Path<Same>, nn::Path<Same>, nn::Activation::relu>,
                                    nn::Parallel<nn::Concatenate, nn::Path<Other>, nn::Path<Same, Other>>>;
    using Narrow = nn::Aware<Branched, 4>;
    STATIC_REQUIRE(Narrow::parameters == Branched::parameters);
    nn::Network<float, Narrow> model;
    model.initialise(1);
    Random random(2);
    std::vector<std::array<float, 64>> rows(10);
    for (auto& row : rows) {
        for (float& value : row) value = random.normal<float>();
    }
    const nn::Network<float, Branched> rounded(nn::round_weights(model).weights());
    nn::Network<float, Narrow>::Workspace scratch;
    nn::Network<float, Branched>::Workspace rounded_scratch;
    const auto y = model.predict(rows[0], scratch), expected = rounded.predict(rows[0], rounded_scratch);
    for (std::size_t i = 0; i < y.size(); ++i) REQUIRE(y[i] == Approx(expected[i]).margin(1e-5));
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 64>(rows));
    const auto weights = small.weights();
    const auto& second = nn::get<1>(weights.layers);
    const auto largest = [](const auto& layer) {
        int size = 0;
        for (const std::int8_t weight : layer.weights) size = max(size, abs(int{weight}));
        return size;
    };
    REQUIRE(largest(nn::get<0>(second.main)) == 7);
    REQUIRE(largest(nn::get<0>(second.side)) == 7);
    nn::Network<std::int8_t, Narrow>::Workspace small_scratch;
    const auto bytes = small.predict(rows[0], small_scratch);
    const float step = small.output().scale;
    for (std::size_t i = 0; i < y.size(); ++i) REQUIRE(bytes[i] == Approx(y[i]).margin(8 * step));
}

TEST_CASE("RoundedWeights: half the bytes, packed in a constant expression") {
    using Wide = nn::Sequential<nn::Shape(64), nn::Dense<nn::DenseConfig{.units = 32}>>;
    using Bytes = nn::Network<std::int8_t, Wide, isa::Portable>;
    using Narrow = nn::Network<std::int8_t, nn::Aware<Wide, 4>, isa::Portable>;
    STATIC_REQUIRE(sizeof(Bytes) - sizeof(Narrow) == 64 * 32 / 2);
    constexpr auto product = [] {
        using Two = nn::Sequential<nn::Shape(2), nn::Dense<nn::DenseConfig{.units = 1}>>;
        const nn::Network<float, nn::Aware<Two, 4>> model({0.7f, 0.26f, 0.5f});  // steps of 0.1: 7 and 3
        const std::array<std::array<float, 2>, 1> rows{{{1, 2}}};
        const auto small = nn::quantize<std::int8_t>(model, Rows<float, 2>(rows));
        typename nn::Network<std::int8_t, nn::Aware<Two, 4>>::Workspace scratch;
        return small.predict(rows[0], scratch)[0];
    }();
    STATIC_REQUIRE(abs(product - (0.7f + 2 * 0.3f + 0.5f)) < 0.02f);
}

TEST_CASE("Aware: fine-tuning brings digits back that weights of three and four bits lose") {
    Images train, held_out;
    load(train, held_out);
    const Network model = testing::trained(train);
    const double exact = percent_right(model, held_out);
    REQUIRE(exact > 90);
    const double of_three = percent_right(nn::round_weights(model, 3), held_out);
    const double tuned_three = tuned<3>(model, train, held_out),
                 tuned_four = tuned<4>(model, train, held_out);
    CAPTURE(exact, of_three, tuned_three, tuned_four);
    REQUIRE(tuned_three > of_three + 2);
    REQUIRE(tuned_three > exact - 2);
    REQUIRE(tuned_four > exact - 1.5);
}
