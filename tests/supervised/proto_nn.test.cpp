// SPDX-License-Identifier: MIT
#include "mote/supervised/proto_nn.hpp"

#include <limits>
#include <memory>

#include "mote/supervised/fixed_proto_nn.hpp"
#include "mote/supervised/proto_nn_trainer.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/supervised/tiny.hpp"
#include "tests/supervised/tiny_reference.hpp"
#include "tests/support/catch.hpp"

using mote::FixedProtoNN, mote::ProtoNN, mote::ProtoNNConfig, mote::q15, mote::Status;
using namespace mote::testing;

namespace {

constexpr ProtoNNConfig pair{.projected = 1, .prototypes = 2, .kept = 1};
using Pair = ProtoNN<double, 2, 2, pair>;

/// z = 2 x[1]; prototypes at -1 and 1, the first for class 0 with a score of 2, the second for class 1.
constexpr Pair by_hand() {
    Pair model;
    model.take({0, 2, /*prototypes*/ -1, 1, /*scores*/ 2, 0, 0, 1});
    return model;
}

constexpr ProtoNNConfig four{.projected = 3, .prototypes = 4, .kept = 15};
constexpr ProtoNNConfig tiny{.projected = 8, .prototypes = 20, .kept = 128};

}  // namespace

TEST_CASE("ProtoNN: worked by hand") {
    constexpr Pair model = by_hand();
    STATIC_REQUIRE(model.scores(std::array{9.0, 0.5}) == std::array{2 * mote::exp(-4.0), 1.0});
    STATIC_REQUIRE(model.predict(std::array{0.0, 0.5}) == 1);
    STATIC_REQUIRE(model.predict(std::array{0.0, 0.0}) == 0);
    // Between them the classes are alike where 2 e^-(z + 1)^2 = e^-(z - 1)^2: z = log(2) / 4.
    const double middle = std::log(2.0) / 8;
    CHECK(model.predict(std::array{0.0, middle - 1e-9}) == 0);
    CHECK(model.predict(std::array{0.0, middle + 1e-9}) == 1);
    CHECK(model.predict_proba(std::array{0.0, middle})[0] == Approx(0.5).epsilon(1e-12));
    CHECK(model.predict(std::array{0.0, 1e200}) == 0);  // too far away for both
    FixedProtoNN<2, 2, pair> fixed;
    REQUIRE(fixed.assign(model, 1.0) == Status::ok);
    CHECK(fixed.predict(std::array{q15(0.9), q15(middle - 0.005)}) == 0);
    CHECK(fixed.predict(std::array{q15(0.9), q15(middle + 0.005)}) == 1);
    const auto scores = fixed.scores(std::array{q15(0.0), q15(0.25)});  // z = 0.5
    CHECK(scores[0] == Approx(127 * 32768 * std::exp(-2.25)).epsilon(0.002));
    CHECK(scores[1] == Approx(64 * 32768 * std::exp(-0.25)).epsilon(0.002));
}

TEST_CASE("ProtoNN: loss, gradient and scores of PyTorch") {
    using Model = ProtoNN<double, 5, 3, four>;
    Model model;
    Model::Trainer trainer;
    trainer.weights() = waves<Model::Shape::parameters>();
    CHECK(trainer.accumulate(wave_row(), 2) == Approx(reference::proto_nn_loss).epsilon(1e-14));
    REQUIRE(trainer.gradient().size() == reference::proto_nn_gradient.size());
    CHECK(largest_gap(trainer.gradient(), reference::proto_nn_gradient) < 1e-14);
    model.take(trainer.weights());
    CHECK(largest_gap(model.scores(wave_row()), reference::proto_nn_scores) < 1e-14);
}

TEST_CASE("ProtoNN: even or odd digits in less than 2 KB") {
    STATIC_REQUIRE(sizeof(ProtoNN<float, 64, 2, tiny>) == 1456);
    STATIC_REQUIRE(sizeof(FixedProtoNN<64, 2, tiny>) == 636);
    const auto digits = even_or_odd<float>();
    const auto model = std::make_unique<ProtoNN<float, 64, 2, tiny>>();
    const auto trainer = std::make_unique<ProtoNN<float, 64, 2, tiny>::Trainer>();
    trainer->settings.epochs = 30;
    REQUIRE(model->fit(digits.train(), *trainer) == Status::ok);
    const int right = right_answers(*model, digits.test());
    CHECK(right >= 342);  // of 360: 95 %
    CHECK(model->projection().count() == 128);
    FixedProtoNN<64, 2, tiny> fixed;
    REQUIRE(fixed.assign(*model, 4.0f) == Status::ok);
    CHECK(std::abs(right_in_integers(fixed, digits) - right) <= 3);  // within a point
}

TEST_CASE("ProtoNN: the same seed learns the same; prototypes start at the centres of the classes") {
    using Model = ProtoNN<float, 4, 3, ProtoNNConfig{.projected = 2, .prototypes = 3, .kept = 8}>;
    const auto iris = standardised<float, 4>("iris");
    Model first, second;
    Model::Trainer trainer;
    REQUIRE(first.fit(iris.train(), trainer) == Status::ok);
    REQUIRE(second.fit(iris.train(), trainer) == Status::ok);
    CHECK(bytes_of(first) == bytes_of(second));
    CHECK(right_answers(first, iris.test()) >= 28);  // of 30
    // With a step too small to move anything, what is left is the start: one centre a class.
    trainer.settings = {.epochs = 1, .learning_rate = 1e-9, .l2 = 0};
    REQUIRE(first.fit(iris.train(), trainer) == Status::ok);
    for (std::size_t k = 0; k < 3; ++k) {
        std::array<float, 2> mean{};
        float count = 0;
        for (std::size_t i = 0; i < iris.rows.size(); ++i) {
            if (iris.labels[i] != k) continue;
            ++count;
            const auto z =
                first.projection().apply(iris.rows[i], std::array<float, 2>{}, [](float v) { return v; });
            for (std::size_t j = 0; j < 2; ++j) mean[j] += (z[j] - mean[j]) / count;
        }
        CHECK(first.prototype(k)[0] == Approx(mean[0]).margin(1e-4));
        CHECK(first.prototype(k)[1] == Approx(mean[1]).margin(1e-4));
        CHECK(first.scores_of(k)[k] == Approx(1).margin(1e-6));
    }
}

TEST_CASE("ProtoNN: neither the unit nor the zero of all features matters") {
    using Model = ProtoNN<float, 4, 3, ProtoNNConfig{.projected = 2, .prototypes = 3, .kept = 8}>;
    auto iris = standardised<float, 4>("iris");
    for (auto* rows : {&iris.rows, &iris.held_out_rows}) {
        for (auto& row : *rows) {
            for (float& value : row) value = 1000 * value + 5000;
        }
    }
    Model model;
    Model::Trainer trainer;
    REQUIRE(model.fit(iris.train(), trainer) == Status::ok);
    CHECK(right_answers(model, iris.test()) >= 28);  // of 30
}

TEST_CASE("ProtoNN: refuses bad input and stays as it was") {
    Pair model = by_hand();
    Pair::Trainer trainer;
    const std::array rows{std::array{0.0, 1.0}, std::array{1.0, -1.0}};
    const std::array<std::uint8_t, 2> labels{0, 1}, wrong{0, 2};
    const auto before = bytes_of(model);
    CHECK(model.fit({rows, wrong}, trainer) == Status::bad_label);
    CHECK(model.fit({}, trainer) == Status::too_few_rows);
    const std::array bad{rows[0], std::array{0.0, std::numeric_limits<double>::quiet_NaN()}};
    CHECK(model.fit({bad, labels}, trainer) == Status::not_finite);
    trainer.settings = {.epochs = 0};
    CHECK(model.fit({rows, labels}, trainer) == Status::bad_parameter);
    trainer.settings = {.l2 = -1};
    CHECK(model.fit({rows, labels}, trainer) == Status::bad_parameter);
    trainer.settings = {.learning_rate = 1e308};
    CHECK(model.fit({rows, labels}, trainer) == Status::diverged);
    CHECK(bytes_of(model) == before);
    trainer.settings = {};
    REQUIRE(model.fit({rows, labels}, trainer) == Status::ok);

    FixedProtoNN<2, 2, pair> fixed;
    REQUIRE(fixed.assign(by_hand()) == Status::ok);
    const auto kept = bytes_of(fixed);
    CHECK(fixed.assign(by_hand(), 0.0) == Status::bad_parameter);
    CHECK(fixed.assign(by_hand(), std::numeric_limits<double>::quiet_NaN()) == Status::not_finite);
    CHECK(fixed.assign(by_hand(), 1e6) ==
          Status::bad_parameter);  // a step of a feature is beyond all prototypes
    CHECK(bytes_of(fixed) == kept);
}

TEST_CASE("ProtoNN: keeps the promises of a classifier") {
    check_classifier<ProtoNN<float, 3, 4, ProtoNNConfig{.projected = 2, .prototypes = 5, .kept = 4}>>();
    check_classifier<FixedProtoNN<3, 4, ProtoNNConfig{.projected = 2, .prototypes = 5, .kept = 4}>>();
}
