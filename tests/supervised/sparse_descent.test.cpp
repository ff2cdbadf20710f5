// SPDX-License-Identifier: MIT
#include "mote/supervised/sparse_descent.hpp"

#include "mote/supervised/int8_weights.hpp"
#include "mote/supervised/sparse_projection.hpp"
#include "tests/support/catch.hpp"

using mote::Random, mote::SparseDescent, mote::SparseProjection, mote::SparseTraining, mote::Status;

TEST_CASE("SparseProjection: keeps what is not zero") {
    constexpr auto itself = [](int value) { return value; };
    constexpr auto matrix = [] {
        SparseProjection<int, 3, 4, 4> result;
        result.assign(std::array{0, 2, 0, -1, 0, 0, 0, 0, 5, 0, 0, 7});
        return result;
    }();
    STATIC_REQUIRE(matrix.count() == 4);
    STATIC_REQUIRE(matrix.ends() == std::array<std::uint16_t, 3>{2, 2, 4});
    STATIC_REQUIRE(matrix.apply(std::array{1, 10, 100, 1000}, std::array{0, 3, 0}, itself) ==
                   std::array{20 - 1000, 3, 5 + 7000});
    // What does not fit is left out; a change keeps the places.
    constexpr auto halved = [matrix] {
        SparseProjection<int, 3, 4, 4> result;
        result.assign(matrix, [](int value) { return value / 2; });
        return result;
    }();
    STATIC_REQUIRE(halved.apply(std::array{1, 10, 100, 1000}, std::array{0, 0, 0}, itself) ==
                   std::array{10, 0, 2 + 3000});
    constexpr auto cut = [] {
        SparseProjection<int, 2, 2, 1> result;
        result.assign(std::array{0, 2, 3, 4});
        return result;
    }();
    STATIC_REQUIRE(cut.apply(std::array{1, 1}, std::array{0, 0}, itself) == std::array{2, 0});
    STATIC_REQUIRE(sizeof(SparseProjection<float, 8, 64, 128>) == 128 * 5 + 16);
    STATIC_REQUIRE(sizeof(SparseProjection<std::int8_t, 8, 257, 128>) == 128 * 3 + 16);
}

namespace {

/// The sum of squared distances from a target: Adam's steps end there, where entries may.
template <std::size_t N, std::size_t Matrix, std::size_t Kept>
constexpr auto minimise(const std::array<double, N>& target, const SparseTraining& settings) {
    SparseDescent<double, N, Matrix, Kept> descent;
    Random random(1);
    const Status status = descent.run(4, settings, random, [&](std::size_t, double) {
        double loss = 0;
        for (std::size_t i = 0; i < N; ++i) {
            const double gap = descent.weights[i] - target[i];
            descent.gradient[i] += 2 * gap;
            loss += gap * gap;
        }
        return loss;
    });
    return std::pair(status, descent.weights);
}

}  // namespace

TEST_CASE("SparseDescent: only the largest entries of the matrix stay, all others find their best value") {
    constexpr std::array target{0.5, -2.0, 0.3, 1.0, 0.1, 0.2};  // the last two do not belong to the matrix
    constexpr SparseTraining settings{.epochs = 3000, .learning_rate = 0.05, .l2 = 0};
    const auto [status, weights] = minimise<6, 4, 2>(target, settings);
    REQUIRE(status == Status::ok);
    CHECK(weights[0] == 0);
    CHECK(weights[1] == Approx(-2).margin(1e-3));
    CHECK(weights[2] == 0);
    CHECK(weights[3] == Approx(1).margin(1e-3));
    CHECK(weights[4] == Approx(0.1).margin(1e-3));
    CHECK(weights[5] == Approx(0.2).margin(1e-3));
    // Of entries that are alike the first stay.
    const auto alike = minimise<4, 4, 2>({1.0, 1.0, 1.0, 1.0}, {.l2 = 0});
    CHECK((alike.second[0] == alike.second[1] && alike.second[0] > 0));
    CHECK((alike.second[2] == 0 && alike.second[3] == 0));
    // Nothing to leave out.
    CHECK(minimise<2, 2, 2>({1.0, 1.0}, settings).second[1] == Approx(1).margin(1e-3));
    STATIC_REQUIRE(minimise<2, 2, 1>({0.1, 1.0}, {.epochs = 9}).second[0] == 0);
    CHECK(minimise<2, 2, 1>({1e200, 1.0}, {}).first == Status::diverged);
}

TEST_CASE("SparseDescent: settings") {
    using Descent = SparseDescent<float, 2, 1, 1>;
    STATIC_REQUIRE(Descent::check({}) == Status::ok);
    STATIC_REQUIRE(Descent::check({.epochs = 0}) == Status::bad_parameter);
    STATIC_REQUIRE(Descent::check({.batch = 0}) == Status::bad_parameter);
    STATIC_REQUIRE(Descent::check({.learning_rate = 0}) == Status::bad_parameter);
    STATIC_REQUIRE(Descent::check({.l2 = -0.1}) == Status::bad_parameter);
}

TEST_CASE("int8 weights") {
    using namespace mote::detail;
    STATIC_REQUIRE(to_int8(std::array{0.5f, -0.25f, 3.0f, -9.0f}, 127.0f) ==
                   std::array<std::int8_t, 4>{64, -32, 127, -127});
    STATIC_REQUIRE(nearest_of<std::int16_t>(-1.25, 2.0) == -3);
    STATIC_REQUIRE(largest_of(std::array{0.5, -2.0}, 1.0) == 2);
    STATIC_REQUIRE(largest_of(std::array{0.5, -0.5}, 1.0) == 1);
    STATIC_REQUIRE(doublings_within(1.0, 127.0) == 6);
    STATIC_REQUIRE(doublings_within(128.0, 127.0) == -1);
    STATIC_REQUIRE(doublings_within(0.0, 127.0) == 30);
    STATIC_REQUIRE(dot_int8(std::array<std::int8_t, 2>{-127, 2}, std::array<std::int16_t, 2>{-32768, 5}) ==
                   127 * 32768 + 10);
}
