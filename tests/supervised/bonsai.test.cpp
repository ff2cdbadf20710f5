// SPDX-License-Identifier: MIT
#include "mote/supervised/bonsai.hpp"

#include <limits>
#include <memory>

#include "mote/supervised/bonsai_trainer.hpp"
#include "mote/supervised/fixed_bonsai.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/supervised/tiny.hpp"
#include "tests/supervised/tiny_reference.hpp"
#include "tests/support/catch.hpp"

using mote::Bonsai, mote::BonsaiConfig, mote::FixedBonsai, mote::q15, mote::Status;
using namespace mote::testing;

namespace {

constexpr BonsaiConfig line{.projected = 1, .depth = 1, .kept = 1};
using Line = Bonsai<double, 2, 2, line>;

/// z = 2 x[1] + 1; the root adds 3 z tanh(0), the left leaf -2 z tanh(z / 2), the right one z tanh(z / 4).
constexpr Line by_hand() {
    Line model;
    model.take({0, 2, 1, /*branch*/ 1, /*values*/ 3, -2, 1, /*gates*/ 0, 0.5, 0.25});
    return model;
}

constexpr BonsaiConfig two_levels{.projected = 3, .depth = 2, .kept = 15};
constexpr BonsaiConfig one_level{.projected = 3, .depth = 1, .kept = 15};
constexpr BonsaiConfig tiny{.projected = 8, .depth = 2, .kept = 128};

}  // namespace

TEST_CASE("Bonsai: worked by hand") {
    constexpr Line model = by_hand();
    STATIC_REQUIRE(model.projection().count() == 1);
    STATIC_REQUIRE(model.scores(std::array{9.0, 0.5})[0] == 2 * mote::tanh(0.5));    // z = 2, to the right
    STATIC_REQUIRE(model.scores(std::array{9.0, -1.5})[0] == 4 * mote::tanh(-1.0));  // z = -2, to the left
    STATIC_REQUIRE(model.predict(std::array{0.0, 0.5}) == 1);
    STATIC_REQUIRE(model.predict(std::array{0.0, -1.5}) == 0);
    const double share = 1 / (1 + std::exp(-2 * std::tanh(0.5)));
    CHECK(model.predict_proba(std::array{0.0, 0.5})[1] == Approx(share).epsilon(1e-14));
    // In integers: 0.5 and -1.5 in units of 4; the score is in steps of no unit, so only its sign and ratio
    // count.
    FixedBonsai<2, 2, line> fixed;
    REQUIRE(fixed.assign(model, 4.0) == Status::ok);
    const auto right = fixed.scores(std::array{q15(0.0), q15(0.125)});
    const auto left = fixed.scores(std::array{q15(0.0), q15(-0.375)});
    const double ratio = static_cast<double>(left[0]) / static_cast<double>(right[0]);
    CHECK(ratio == Approx(4 * std::tanh(-1.0) / (2 * std::tanh(0.5))).epsilon(0.024));
}

TEST_CASE("Bonsai: losses, gradients and scores of PyTorch") {
    const auto check = [](auto model, std::size_t label, double loss, const auto& gradient,
                          const auto& scores) {
        const auto trainer = std::make_unique<typename decltype(model)::Trainer>();
        trainer->weights() = waves<decltype(model)::Shape::parameters>();
        CHECK(trainer->accumulate(wave_row(), label, 2) == Approx(loss).epsilon(1e-14));
        REQUIRE(trainer->gradient().size() == gradient.size());
        CHECK(largest_gap(trainer->gradient(), gradient) < 1e-14);
        model.take(trainer->weights());
        CHECK(largest_gap(mote::detail::logits_of<decltype(model)::classes>(model.scores(wave_row())),
                          scores) < 1e-14);
    };
    check(Bonsai<double, 5, 3, two_levels>{}, 1, reference::bonsai_of_three_loss,
          reference::bonsai_of_three_gradient, reference::bonsai_of_three_scores);
    check(Bonsai<double, 5, 2, one_level>{}, 0, reference::bonsai_of_two_loss,
          reference::bonsai_of_two_gradient, reference::bonsai_of_two_scores);
}

TEST_CASE("Bonsai: even or odd digits in less than 2 KB") {
    STATIC_REQUIRE(sizeof(Bonsai<float, 64, 2, tiny>) == 1232);
    STATIC_REQUIRE(sizeof(FixedBonsai<64, 2, tiny>) == 448);
    const auto digits = even_or_odd<float>();
    const auto model = std::make_unique<Bonsai<float, 64, 2, tiny>>();
    const auto trainer = std::make_unique<Bonsai<float, 64, 2, tiny>::Trainer>();
    trainer->settings.epochs = 30;
    REQUIRE(model->fit(digits.train(), *trainer) == Status::ok);
    const int right = right_answers(*model, digits.test());
    CHECK(right >= 342);  // of 360: 95 %
    CHECK(model->projection().count() == 128);
    CHECK(trainer->loss() < 0.1f);
    FixedBonsai<64, 2, tiny> fixed;
    REQUIRE(fixed.assign(*model, 4.0f) == Status::ok);
    CHECK(std::abs(right_in_integers(fixed, digits) - right) <= 3);  // within a point
}

TEST_CASE("Bonsai: the same seed learns the same, the leaf is known before") {
    using Model = Bonsai<float, 4, 3, BonsaiConfig{.projected = 2, .depth = 1, .kept = 6}>;
    const auto iris = standardised<float, 4>("iris");
    Model first, second;
    Model::Trainer trainer;
    REQUIRE(first.fit(iris.train(), trainer) == Status::ok);
    REQUIRE(second.fit(iris.train(), trainer) == Status::ok);
    CHECK(bytes_of(first) == bytes_of(second));
    CHECK(right_answers(first, iris.test()) >= 28);  // of 30
    CHECK(first.projection().count() == 6);
    trainer.settings.seed = 2;
    REQUIRE(second.fit(iris.train(), trainer) == Status::ok);
    CHECK(bytes_of(first) != bytes_of(second));
}

TEST_CASE("Bonsai: neither the unit nor the zero of all features matters") {
    using Model = Bonsai<float, 4, 3, BonsaiConfig{.projected = 2, .depth = 1, .kept = 6}>;
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

TEST_CASE("Bonsai: refuses bad input and stays as it was") {
    Line model = by_hand();
    Line::Trainer trainer;
    const std::array rows{std::array{0.0, 1.0}, std::array{1.0, -1.0}};
    const std::array<std::uint8_t, 2> labels{0, 1}, wrong{0, 2};
    const auto before = bytes_of(model);
    CHECK(model.fit({rows, wrong}, trainer) == Status::bad_label);
    CHECK(model.fit({}, trainer) == Status::too_few_rows);
    const std::array bad{rows[0], std::array{0.0, std::numeric_limits<double>::quiet_NaN()}};
    CHECK(model.fit({bad, labels}, trainer) == Status::not_finite);
    for (const double rate : {0.0, -1.0, std::numeric_limits<double>::infinity()}) {
        trainer.settings.learning_rate = rate;
        CHECK(model.fit({rows, labels}, trainer) == Status::bad_parameter);
    }
    trainer.settings = {.batch = 0};
    CHECK(model.fit({rows, labels}, trainer) == Status::bad_parameter);
    trainer.settings = {.learning_rate = 1e308};
    CHECK(model.fit({rows, labels}, trainer) == Status::diverged);
    CHECK(bytes_of(model) == before);
    trainer.settings = {};
    REQUIRE(model.fit({rows, labels}, trainer) == Status::ok);

    FixedBonsai<2, 2, line> fixed;
    REQUIRE(fixed.assign(by_hand()) == Status::ok);
    const auto kept = bytes_of(fixed);
    CHECK(fixed.assign(by_hand(), 0.0) == Status::bad_parameter);
    CHECK(fixed.assign(by_hand(), std::numeric_limits<double>::infinity()) == Status::not_finite);
    Line steep;
    steep.take({0, 1, 0, 1, 1, 1, 1, 1e7, 1, 1});  // a gate that 8 bits cannot hold beside this projection
    CHECK(fixed.assign(steep) == Status::bad_parameter);
    steep.take({0, 1, 1e9, 1, 1, 1, 1, 1, 1, 1});  // nor an offset so far beyond the features
    CHECK(fixed.assign(steep) == Status::bad_parameter);
    steep.take({0, std::numeric_limits<double>::infinity(), 0, 1, 1, 1, 1, 1, 1, 1});
    CHECK(fixed.assign(steep) == Status::not_finite);
    CHECK(bytes_of(fixed) == kept);
}

TEST_CASE("Bonsai: keeps the promises of a classifier") {
    check_classifier<Bonsai<float, 3, 4, BonsaiConfig{.projected = 2, .depth = 1, .kept = 4}>>();
    check_classifier<Bonsai<double, 3, 2, BonsaiConfig{.projected = 2, .depth = 0, .kept = 6}>>();
    check_classifier<FixedBonsai<3, 4, BonsaiConfig{.projected = 2, .depth = 1, .kept = 4}>>();
}
