// SPDX-License-Identifier: MIT
#include "mote/rl/tally.hpp"

#include <cmath>
#include <limits>

#include "mote/core/fixed.hpp"
#include "mote/core/random.hpp"
#include "mote/rl/action_set.hpp"
#include "mote/rl/action_values.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using mote::q15;
using mote::Random;

namespace {

using Values = ActionValues<float, 4, 1>;
using Small = Tally<float, AllActions, 2>;

/// Action 0 of state 0, three times: twice to 1 for 4 and 2, once to the end for 9.
constexpr Small tried() {
    Small tally;
    tally.take({4, 0, 1, 0, false, true, {}});
    tally.take({9, 0, 2, 0, true, true, {}});
    tally.take({2, 0, 1, 0, false, true, {}});
    return tally;
}

}  // namespace

// By hand, where state 1 is worth 6 and all else nothing: 2/3 (3 + 1/2 6) + 1/3 9 = 7.
TEST_CASE("Tally: worked example") {
    constexpr auto target = [] {
        Values values;
        values.fill(0);
        values.at(1, 0) = 6;
        values.at(2, 0) = 100;  // it ended there
        return tried().target<Rate{0.5}>(values);
    }();
    CHECK(target == Approx(7));
    STATIC_REQUIRE(tried().leads_to(1));
    STATIC_REQUIRE_FALSE(tried().leads_to(2));
    STATIC_REQUIRE_FALSE(tried().leads_to(0));  // an empty place leads nowhere
}

TEST_CASE("Tally: the rarest answer gives way, and another action begins anew") {
    Small tally = tried();
    tally.take({0, 0, 3, 0, false, true, {}});
    CHECK(tally.leads_to(3));
    CHECK(tally.answers[0].count == 2);
    CHECK(tally.answers[1].count == 1);
    tally.take({0, 1, 3, 0, false, true, {}});
    CHECK(tally.s == 1);
    CHECK_FALSE(tally.leads_to(1));
}

// Half and half of rewards 1/2 and 0, in integers: 1/4 within the roundings of a running mean.
TEST_CASE("Tally: full counts are halved, and integers keep the mean") {
    Tally<q15, AllActions, 2> tally;
    ActionValues<q15, 4, 1> values;
    values.fill(q15{});
    Random random(1);
    for (int i = 0; i < 200'000; ++i) {
        const bool first = random.below(2) == 0;
        tally.take({first ? q15(0.5) : q15(), 0, static_cast<State>(first ? 1 : 2), 0, false, true, {}});
    }
    CHECK(std::abs(static_cast<double>(tally.target<Rate{1}>(values)) - 0.25) < 0.005);
    CHECK(tally.answers[0].reward == (tally.answers[0].s2 == 1 ? q15(0.5) : q15()));
    constexpr float most = std::numeric_limits<float>::max();
    Tally<float, AllActions, 1> wild;
    Values zero;
    zero.fill(0);
    for (int i = 0; i < 9; ++i) wild.take({i % 2 == 0 ? -most : most, 0, 1, 0, false, true, {}});
    CHECK(std::isfinite(wild.target<Rate{1}>(zero)));
}

// One answer that pays 0.99 in 2 of 5 tries and -0.99 in the others: -0.198 is what a mean must stay at
// however long it runs. Steps to the nearest unit of 2^-15 would lead it astray.
TEST_CASE("Tally: an integer's mean of scattered rewards stays right for ever") {
    Tally<q15, AllActions, 1> tally;
    Random random(2);
    double sum = 0;
    int looks = 0;
    for (int i = 0; i < 400'000; ++i) {
        tally.take({q15(random.below(5) < 2 ? 0.99 : -0.99), 0, 0, 0, true, true, {}});
        if (i < 65'536 || i % 1000 != 0) continue;
        const auto mean = static_cast<double>(tally.answers[0].reward);
        CHECK(std::abs(mean + 0.198) < 0.02);  // 0.97 / sqrt(33,000) = 0.0053 is one standard error
        sum += mean;
        ++looks;
    }
    CHECK(std::abs(sum / looks + 0.198) < 0.005);
}
