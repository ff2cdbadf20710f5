// SPDX-License-Identifier: MIT
#include "mote/nn/loss.hpp"

#include <limits>

#include "tests/nn/training_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;

namespace {

using Sample = std::array<double, 4>;

Sample row(const std::array<double, 8>& values, std::size_t i) {
    Sample result{};
    for (std::size_t k = 0; k < 4; ++k) result[k] = values[4 * i + k];
    return result;
}

/// Both samples of training_reference.py, whose values and slopes PyTorch gives.
template <class Loss, class Target>
void agrees(const Loss& loss, Target target_of, const std::array<double, 2>& values,
            const std::array<double, 8>& slopes) {
    for (std::size_t i = 0; i < 2; ++i) {
        const Sample y = row(reference::loss_outputs, i);
        Sample slope{};
        const double value = loss.evaluate(std::span<const double, 4>(y), target_of(i), slope.data());
        CHECK(value == Approx(values[i]).epsilon(1e-13));
        for (std::size_t k = 0; k < 4; ++k) {
            CHECK(slope[k] == Approx(slopes[4 * i + k]).epsilon(1e-13).margin(1e-16));
        }
    }
}

}  // namespace

TEST_CASE("Losses: values and slopes are PyTorch's") {
    const auto vectors = [](std::size_t i) { return row(reference::loss_targets, i); };
    agrees(
        nn::CrossEntropy{}, [](std::size_t i) { return i == 0 ? std::size_t{2} : std::size_t{0}; },
        reference::cross_entropy, reference::cross_entropy_slopes);
    agrees(nn::SquaredError{}, vectors, reference::squared_error, reference::squared_error_slopes);
    agrees(nn::AbsoluteError{}, vectors, reference::absolute_error, reference::absolute_error_slopes);
    nn::HuberLoss huber;
    huber.delta = 0.75f;
    agrees(huber, vectors, reference::huber, reference::huber_slopes);
    agrees(
        nn::BinaryCrossEntropy{}, [](std::size_t i) { return row(reference::loss_shares, i); },
        reference::binary_cross_entropy, reference::binary_cross_entropy_slopes);
}

TEST_CASE("Losses: NaN among the outputs comes out as NaN") {
    Sample y{1, 2, 3, std::numeric_limits<double>::quiet_NaN()}, slope{};
    const std::span<const double, 4> outputs(y);
    const Sample target{};
    CHECK(isnan(nn::CrossEntropy::evaluate(outputs, 0, slope.data())));
    CHECK(isnan(nn::SquaredError::evaluate(outputs, target, slope.data())));
    CHECK(isnan(nn::AbsoluteError::evaluate(outputs, target, slope.data())));
    CHECK(isnan(nn::HuberLoss{}.evaluate(outputs, target, slope.data())));
    CHECK(isnan(nn::BinaryCrossEntropy::evaluate(outputs, target, slope.data())));
}

TEST_CASE("Losses: targets that mean nothing are not allowed") {
    CHECK(nn::CrossEntropy::allows<3>(2));
    CHECK_FALSE(nn::CrossEntropy::allows<3>(3));
    using Pair = std::array<float, 2>;
    const float infinity = std::numeric_limits<float>::infinity();
    CHECK(nn::SquaredError::allows<2>(Pair{-5, 5}));
    CHECK_FALSE(nn::HuberLoss::allows<2>(Pair{0, infinity}));
    CHECK(nn::BinaryCrossEntropy::allows<2>(Pair{0, 1}));
    CHECK_FALSE(nn::BinaryCrossEntropy::allows<2>(Pair{0, 1.5f}));
    CHECK_FALSE(nn::BinaryCrossEntropy::allows<2>(Pair{std::numeric_limits<float>::quiet_NaN(), 1}));
}

TEST_CASE("Losses: the metric is what people read") {
    const std::array<float, 3> y{0.5f, 2, -1}, target{1, 0, 0};
    const std::span<const float, 3> outputs(y);
    STATIC_REQUIRE(nn::CrossEntropy::metric(std::span<const float, 2>(std::array{1.0f, 3.0f}), 1) == 1);
    CHECK(nn::CrossEntropy::metric(outputs, 0) == 0);
    CHECK(nn::SquaredError::metric(outputs, target) == Approx(3.5 / 3));
    CHECK(nn::BinaryCrossEntropy::metric(outputs, target) == Approx(2.0 / 3));
}
