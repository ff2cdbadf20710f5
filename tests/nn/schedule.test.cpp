// SPDX-License-Identifier: MIT
#include "mote/nn/schedule.hpp"

#include "tests/nn/training_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Schedule;

namespace {

constexpr Schedule warm(Schedule schedule, std::size_t epochs) {
    schedule.warm_up = epochs;
    return schedule;
}

}  // namespace

TEST_CASE("Schedule: factors are PyTorch's") {
    const auto agrees = [](const Schedule& schedule, const std::array<double, 12>& expected) {
        for (std::size_t epoch = 0; epoch < 12; ++epoch) {
            CHECK(schedule.factor(epoch, 12) == Approx(expected[epoch]).epsilon(1e-12));
        }
    };
    agrees(Schedule::step(5, 0.3), reference::step_schedule);
    agrees(Schedule::exponential(0.85), reference::exponential_schedule);
    agrees(Schedule::cosine(0.1), reference::cosine_schedule);
    agrees(warm(Schedule::cosine(), 3), reference::warm_cosine_schedule);
}

TEST_CASE("Schedule: constant, and warm-up that is longer than the training") {
    STATIC_REQUIRE(Schedule::constant().factor(7, 12) == 1);
    STATIC_REQUIRE(warm(Schedule{}, 3).factor(0, 2) == 0.25);
    STATIC_REQUIRE(warm(Schedule{}, 3).factor(1, 2) == 0.5);
    STATIC_REQUIRE(warm(Schedule::cosine(), 3).factor(3, 2) == 1);
}

TEST_CASE("Schedule: what makes no sense is not valid") {
    CHECK(Schedule::cosine().valid());
    CHECK_FALSE(Schedule::step(0, 0.5).valid());
    CHECK_FALSE(Schedule::exponential(0).valid());
    CHECK_FALSE(Schedule::exponential(-1).valid());
    CHECK_FALSE(Schedule::cosine(-0.5).valid());
    CHECK_FALSE(Schedule::exponential(1.0 / 0.0).valid());
}
