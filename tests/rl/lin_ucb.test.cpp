// SPDX-License-Identifier: MIT
#define EIGEN_NO_MALLOC
#include "mote/rl/lin_ucb.hpp"

#include <string>

#include "mote/core/random.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/support/allocations.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using mote::Status;

namespace {

constexpr LinUcbConfig half{.exploration = 0.5};
using Three = LinUcb<double, 3, 3, 0, half>;

/// What each arm pays at x, in the worlds below.
double pays(Action arm, const std::array<double, 3>& x) {
    constexpr std::array<std::array<double, 3>, 3> theta{{{1, 0, 0}, {0, 1, 0}, {-0.5, -0.5, 0.1}}};
    return theta[arm][0] * x[0] + theta[arm][1] * x[1] + theta[arm][2] * x[2];
}

}  // namespace

// By hand with one feature that is always 1: A = 1 + n and b is the sum. After rewards 1 and 2 the estimate
// is 3 / 3, the doubt sqrt(1 / 3); an arm never pulled has 0 and 1, and is worth trying.
TEST_CASE("LinUcb: worked example") {
    LinUcb<double, 1, 2> bandit;
    const std::array one{1.0};
    REQUIRE(bandit.update(one, 0, 1) == Status::ok);
    REQUIRE(bandit.update(one, 0, 2) == Status::ok);
    CHECK(bandit.guess(0, one).mean == Approx(1));
    CHECK(bandit.guess(0, one).doubt == Approx(0.5773502692));
    CHECK(bandit.guess(1, one).mean == 0.0);
    CHECK(bandit.guess(1, one).doubt == 1.0);
    CHECK(bandit.choose(one) == 0);  // 1.577 against 1
    REQUIRE(bandit.update(one, 0, -2) == Status::ok);
    CHECK(bandit.choose(one) == 1);  // 0.75 against 1
}

// tests/data/lin_ucb_reference.py: the same situations give the same choices and the same guesses.
TEST_CASE("LinUcb: agrees with NumPy") {
    Three bandit;
    std::string chosen;
    for (int t = 0; t < 60; ++t) {
        const std::array x{7 * t % 11 / 10.0 - 0.5, 5 * t % 13 / 12.0 - 0.5, 1.0};
        const Action arm = bandit.choose(x);
        chosen += static_cast<char>('0' + arm);
        REQUIRE(bandit.update(x, arm, pays(arm, x)) == Status::ok);
    }
    CHECK(chosen == "012211111212120020120220202202202222022021021010010120120101");
    const std::array x{0.3, -0.2, 1.0};
    const std::array means{0.281415468896, -0.032396233470, 0.133349345426};
    const std::array doubts{0.255706409784, 0.432899868012, 0.344319172750};
    for (std::size_t arm = 0; arm < 3; ++arm) {
        CHECK(bandit.guess(arm, x).mean == Approx(means[arm]).margin(1e-11));
        CHECK(bandit.guess(arm, x).doubt == Approx(doubts[arm]).margin(1e-11));
    }
}

// Noise of 0.1; where two arms pay nearly the same any will do, so what counts is the reward that was missed.
TEST_CASE("LinUcb: float finds the best arm of each situation") {
    LinUcb<float, 3, 3> bandit;
    mote::Random random(1);
    double early = 0;
    double late = 0;
    for (int t = 0; t < 4000; ++t) {
        const std::array x{random.uniform<double>() - 0.5, random.uniform<double>() - 0.5, 1.0};
        const std::array<float, 3> seen{static_cast<float>(x[0]), static_cast<float>(x[1]), 1};
        const Action arm = bandit.choose(seen);
        const double missed = std::max({pays(0, x), pays(1, x), pays(2, x)}) - pays(arm, x);
        (t < 200 ? early : late) += missed;
        const double reward = pays(arm, x) + 0.1 * random.normal<double>();
        REQUIRE(bandit.update(seen, arm, static_cast<float>(reward)) == Status::ok);
    }
    CHECK(late / 3800 < 0.01);
    CHECK(early / 200 > late / 3800);
}

// A window is as if nothing had been pulled before it, but for the order in which sums round.
TEST_CASE("LinUcb: a window forgets what is older") {
    LinUcb<double, 3, 3, 20> windowed;
    LinUcb<double, 3, 3> recent;
    mote::Random random(2);
    for (int t = 0; t < 75; ++t) {
        const std::array x{random.uniform<double>() - 0.5, random.uniform<double>() - 0.5, 1.0};
        const auto arm = static_cast<Action>(random.below(3));
        REQUIRE(windowed.update(x, arm, pays(arm, x)) == Status::ok);
        if (t >= 55) REQUIRE(recent.update(x, arm, pays(arm, x)) == Status::ok);
    }
    const std::array x{0.3, -0.2, 1.0};
    for (std::size_t arm = 0; arm < 3; ++arm) {
        CHECK(windowed.guess(arm, x).mean == Approx(recent.guess(arm, x).mean).margin(1e-12));
        CHECK(windowed.guess(arm, x).doubt == Approx(recent.guess(arm, x).doubt).margin(1e-12));
    }
}

// After 1,000 pulls the arms change places: what counts is how much is missed in the next 1,000.
TEST_CASE("LinUcb: a window follows a world that changes") {
    const auto missed_after_change = [](auto bandit) {
        mote::Random random(3);
        double missed = 0;
        for (int t = 0; t < 2000; ++t) {
            const std::array<double, 2> x{random.uniform<double>() - 0.5, 1.0};
            const Action arm = bandit.choose(x);
            const double reward = (arm == 0) == (t < 1000) ? x[0] + 0.6 : 0.0;
            REQUIRE(bandit.update(x, arm, reward) == Status::ok);
            if (t >= 1000) missed += x[0] + 0.6 - reward;
        }
        return missed;
    };
    const double forever = missed_after_change(LinUcb<double, 2, 2>{});
    const double windowed = missed_after_change(LinUcb<double, 2, 2, 100>{});
    CHECK(windowed < forever / 4);
    CHECK(windowed < 60);
}

TEST_CASE("LinUcb: what it refuses changes nothing") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
    Three bandit;
    const std::array x{0.1, 0.2, 1.0};
    REQUIRE(bandit.update(x, 1, 1) == Status::ok);
    const auto before = mote::testing::bytes_of(bandit);
    CHECK(bandit.update(x, 3, 1) == Status::bad_state);
    CHECK(bandit.update(x, 1, infinity) == Status::not_finite);
    CHECK(bandit.update(std::array{0.0, 0.0, 0.0}, 1, not_a_number) == Status::not_finite);
    CHECK(bandit.update(std::array{0.1, not_a_number, 1.0}, 1, 1) == Status::not_finite);
    CHECK(bandit.update(std::array{1e200, 0.0, 0.0}, 1, 1) == Status::not_finite);
    CHECK(mote::testing::bytes_of(bandit) == before);
    CHECK(bandit.choose(std::array{0.1, not_a_number, 1.0}) == 0);
    bandit.reset();
    CHECK(bandit.guess(1, x).mean == 0.0);
}

TEST_CASE("LinUcb: a plain value that never allocates") {
    STATIC_REQUIRE(mote::PlainValue<Three>);
    STATIC_REQUIRE(sizeof(Three) <= 3 * 12 * sizeof(double) + 16);
    Three bandit;
    const std::array x{0.1, 0.2, 1.0};
    Action arm = 0;
    CHECK(mote::testing::allocations_in([&] { arm = bandit.choose(x); }) == 0);
    CHECK(mote::testing::allocations_in([&] { static_cast<void>(bandit.update(x, arm, 1)); }) == 0);
}
