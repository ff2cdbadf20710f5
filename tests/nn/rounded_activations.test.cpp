// SPDX-License-Identifier: MIT
#include "mote/nn/rounded_activations.hpp"

#include <cmath>
#include <limits>

#include "mote/nn/error_report.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/nn/digit_images.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using testing::Digits, testing::Images, testing::load, testing::percent_right, testing::trained;

using Network = nn::Network<float, Digits>;

TEST_CASE("RoundedActivations: by hand, two bits from -1 to 2, forward and back") {
    using Layer = nn::RoundedActivations<2>::At<nn::Shape(6)>;
    const double nan = std::numeric_limits<double>::quiet_NaN();
    const std::array<double, 2> range{-1, 2};  // steps of 1
    const std::array<double, 6> x{-3, -0.6, 0.4, 0.6, 5, nan};
    std::array<double, 6> y{}, dy{1, 2, 3, 4, 5, 6}, dx{};
    std::array<double, 2> slopes{};
    double* const no_scratch = nullptr;
    Layer::forward<isa::Portable>(range.data(), x.data(), y.data(), no_scratch);
    for (std::size_t i = 0; i < 5; ++i) REQUIRE(y[i] == std::array{-1.0, -1.0, 0.0, 1.0, 2.0}[i]);
    REQUIRE(std::isnan(y[5]));
    Layer::backward<isa::Portable>(range.data(), x.data(), y.data(), dy.data(), dx.data(), slopes.data(),
                                   no_scratch);
    REQUIRE(dx == std::array<double, 6>{0, 2, 3, 4, 0, 6});
    REQUIRE(slopes == std::array<double, 2>{1, 5});
    const std::array<double, 2> none{};  // as initialise() leaves it
    Layer::forward<isa::Portable>(none.data(), x.data(), y.data(), no_scratch);
    for (std::size_t i = 0; i < 5; ++i) REQUIRE(y[i] == x[i]);
}

TEST_CASE("AwareOfActivations: the weights go in and come out; what it computes is what bytes compute") {
    Images train, held_out;
    load(train, held_out);
    using Narrow = nn::Aware<Digits, 4>;
    const nn::Network<float, Narrow> model(trained(train).weights());
    const auto rows = Rows<float, 64>(train.rows).first(100);
    const auto aware = nn::tunable<8>(model, rows);
    STATIC_REQUIRE(decltype(aware)::Architecture::classifies);
    STATIC_REQUIRE(decltype(aware)::Architecture::parameters == Digits::parameters + 6);
    REQUIRE(nn::tuned<Narrow>(aware).weights() == model.weights());
    const auto small = nn::quantize_tuned<Narrow>(aware, rows);
    decltype(aware)::Workspace scratch;
    decltype(small)::Workspace bytes;
    std::array<float, 10> logits{};
    const auto scales = nn::activation_scales(model, rows);
    float gap = 0;
    for (const auto& row : held_out.rows) {
        aware.forward(row, scratch, [&](std::size_t i, const auto& y) {
            if (i == 4) std::copy_n(y.begin(), 10, logits.begin());
        });
        small.forward(small.quantize_input(row), bytes, [&](std::size_t i, const auto& y) {
            for (std::size_t k = 0; i == 1 && k < 10; ++k) {
                const float value = scales[2].dequantize(static_cast<std::int8_t>(y[k]));
                gap = max(gap, abs(value - logits[k]) / scales[2].scale);
            }
        });
    }
    REQUIRE(gap < 2.01f);  // in steps of a byte
}

TEST_CASE("AwareOfActivations: fine-tuning brings digits back that activations of three bits lose") {
    Images train, held_out;
    load(train, held_out);
    const Network model = trained(train);
    const auto rows = Rows<float, 64>(train.rows).first(100);
    static auto aware = nn::tunable<3>(model, rows);
    const double exact = percent_right(model, held_out), rounded = percent_right(aware, held_out);
    static nn::Trainer<nn::Network<float, nn::AwareOfActivations<Digits, 3>>> tuner;
    tuner.optimizer.learning_rate = 0.02f;
    REQUIRE(tuner.fit(aware, train.data(), {.epochs = 30, .schedule = nn::Schedule::cosine()}) == Status::ok);
    const double tuned = percent_right(aware, held_out);
    CAPTURE(exact, rounded, tuned);
    REQUIRE(tuned > rounded + 4);
    REQUIRE(tuned > exact - 2);
}
