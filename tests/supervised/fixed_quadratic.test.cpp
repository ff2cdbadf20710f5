// SPDX-License-Identifier: MIT
#include "mote/supervised/fixed_quadratic.hpp"

#include <cmath>
#include <limits>
#include <memory>

#include "tests/contracts/classifier.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/support/catch.hpp"

using mote::FixedQuadraticDiscriminant, mote::q15, mote::QuadraticDiscriminant, mote::Status;
using mote::testing::right_answers;

namespace {

// Worked by hand: class 0 is narrow, with variance 1 around 0, class 1 wide, with variance 16 around 0. The
// likelihoods are alike where x^2 / 2 - x^2 / 32 = log 4, at x = sqrt(32 log(4) / 15) = 1.7197.
constexpr auto worked() {
    constexpr std::array<std::array<double, 1>, 4> rows{
        {{-0.70710678118654757}, {0.70710678118654757}, {-2.8284271247461903}, {2.8284271247461903}}};
    constexpr std::array<std::uint8_t, 4> labels{0, 0, 1, 1};
    QuadraticDiscriminant<double, 1, 2> model(0);
    FixedQuadraticDiscriminant<1, 2> fixed;
    if (model.fit({rows, labels}) == Status::ok) static_cast<void>(fixed.assign(model, 8.0));
    return fixed;
}

constexpr std::array<q15, 1> at(double x) {
    return {static_cast<q15>(x / 8)};
}

}  // namespace

TEST_CASE("FixedQuadraticDiscriminant: worked by hand") {
    static constexpr auto model = worked();
    STATIC_REQUIRE(model.predict(at(1.715)) == 0);
    STATIC_REQUIRE(model.predict(at(1.725)) == 1);
    STATIC_REQUIRE(model.predict(at(-1.715)) == 0);
    STATIC_REQUIRE(model.predict(at(-1.725)) == 1);
    STATIC_REQUIRE(model.predict(std::array{q15::lowest()}) == 1);
}

namespace {

template <std::size_t Features, std::size_t Classes>
double points_lost(const char* name) {
    const auto split = mote::testing::standardised<float, Features>(name);
    const auto model = std::make_unique<QuadraticDiscriminant<float, Features, Classes>>();
    REQUIRE(model->fit(split.train()) == Status::ok);
    const auto fixed = std::make_unique<FixedQuadraticDiscriminant<Features, Classes>>();
    REQUIRE(fixed->assign(*model, 8.0f) == Status::ok);
    int right = 0;
    for (std::size_t n = 0; n < split.held_out_rows.size(); ++n) {
        std::array<q15, Features> x{};
        for (std::size_t i = 0; i < Features; ++i) x[i] = static_cast<q15>(split.held_out_rows[n][i] / 8);
        right += fixed->predict(x) == split.held_out_labels[n];
    }
    return 100.0 * (right_answers(*model, split.test()) - right) /
           static_cast<double>(split.held_out_rows.size());
}

}  // namespace

TEST_CASE("FixedQuadraticDiscriminant: loses less than a point to float") {
    CHECK(std::abs(points_lost<4, 3>("iris")) <= 1);
    CHECK(std::abs(points_lost<13, 3>("wine")) <= 1);
    CHECK(std::abs(points_lost<30, 2>("breast_cancer")) <= 1);
    CHECK(std::abs(points_lost<64, 10>("digits")) <= 1);
}

TEST_CASE("FixedQuadraticDiscriminant: bad input is refused") {
    FixedQuadraticDiscriminant<1, 2> fixed = worked();
    const auto before = mote::testing::bytes_of(fixed);
    QuadraticDiscriminant<float, 1, 2> fresh, narrow(0);
    REQUIRE(fixed.assign(fresh) == Status::not_trained);
    REQUIRE(fixed.assign(fresh, 0.0f) == Status::bad_parameter);
    REQUIRE(fixed.assign(fresh, std::numeric_limits<float>::infinity()) == Status::not_finite);
    const std::array<std::array<float, 1>, 4> rows{{{1}, {1.0001f}, {2}, {2.0001f}}};
    REQUIRE(narrow.fit({rows, std::array<std::uint8_t, 4>{0, 0, 1, 1}}) == Status::ok);
    REQUIRE(fixed.assign(narrow, 1000.0f) == Status::bad_parameter);  // a deviation below the last place
    REQUIRE(mote::testing::bytes_of(fixed) == before);
    fixed.reset();
    REQUIRE(fixed.predict(at(1)) == 0);
}

TEST_CASE("FixedQuadraticDiscriminant: keeps the promises of a classifier") {
    mote::testing::check_classifier<FixedQuadraticDiscriminant<3, 4>>();
    STATIC_REQUIRE(sizeof(FixedQuadraticDiscriminant<30, 2>) == 2 * (30 * 33 + 8) + 4);
}
