// SPDX-License-Identifier: MIT
#include "mote/rl/bandit.hpp"

#include <limits>

#include "mote/rl/exp3.hpp"
#include "mote/rl/thompson_sampling.hpp"
#include "mote/rl/ucb.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using mote::Random;
using mote::Status;

namespace {

/// Arms that pay 1 with these probabilities. Returns the pseudo-regret after so many pulls.
template <class B, std::size_t Arms>
double regret(B& bandit, const std::array<double, Arms>& rates, int pulls, Random& random) {
    double best = 0;
    for (const double rate : rates) best = std::max(best, rate);
    double lost = 0;
    for (int i = 0; i < pulls; ++i) {
        const Action arm = bandit.choose(random);
        const bool paid = random.uniform<double>() < rates[arm];
        REQUIRE(bandit.update(arm, paid ? 1.0f : 0.0f) == Status::ok);
        lost += best - rates[arm];
    }
    return lost;
}

template <class B>
double mean_regret(const std::array<double, 4>& rates, int pulls) {
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        B bandit;
        Random random(seed);
        sum += regret(bandit, rates, pulls, random);
    }
    return sum / 20;
}

/// After 2,000 pulls the best arm changes; what share of the last 1,000 of 2,000 more goes to the new one?
template <class B>
double share_after_change() {
    double share = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        B bandit;
        Random random(seed);
        regret(bandit, std::array{0.9, 0.2}, 2000, random);
        regret(bandit, std::array{0.1, 0.5}, 1000, random);
        int second = 0;
        for (int i = 0; i < 1000; ++i) {
            const Action arm = bandit.choose(random);
            second += arm == 1;
            const double rate = arm == 1 ? 0.5 : 0.1;
            bandit.update(arm, random.uniform<double>() < rate ? 1.0f : 0.0f);
        }
        share += second / 1000.0 / 20;
    }
    return share;
}

template <class B>
void check_bandit() {
    STATIC_REQUIRE(Bandit<B>);
    B bandit;
    Random random(5);
    {
        mote::testing::Findings findings;
        for (int i = 0; i < 200; ++i) {
            Action arm{};
            findings.expect_no_allocation("choose", [&] { arm = bandit.choose(random); });
            findings.expect(arm < B::arms, "choose gives an arm out of range");
            findings.expect_no_allocation("update", [&] { bandit.update(arm, 0.5f); });
        }
        const auto refuses = [&](Action arm, float reward) {
            return findings.expect_refusal("bad input", bandit, [&] { return bandit.update(arm, reward); });
        };
        refuses(B::arms, 0.5f);
        refuses(0, std::numeric_limits<float>::quiet_NaN());
        refuses(0, std::numeric_limits<float>::infinity());
        CHECK(findings.all() == mote::testing::Violations{});
    }
    // By what it does from then on: padding may hold anything.
    bandit.reset();
    B fresh;
    Random left(6), right(6);
    for (int i = 0; i < 50; ++i) {
        const Action arm = bandit.choose(left);
        REQUIRE(arm == fresh.choose(right));
        bandit.update(arm, i % 2 == 0 ? 1.0f : 0.25f);
        fresh.update(arm, i % 2 == 0 ? 1.0f : 0.25f);
    }
}

}  // namespace

// By hand: arm 0 pays 1, 0, 1 (mean 2/3, variance 2/9), arm 1 pays 0.5.
TEST_CASE("ArmStatistics: worked example") {
    ArmStatistics<double, 3> seen;
    for (const double reward : {1.0, 0.0, 1.0}) seen.update(0, reward);
    seen.update(1, 0.5);
    REQUIRE(seen.pulls() == 4);
    REQUIRE(seen.mean(0) == Approx(2.0 / 3));
    REQUIRE(seen.variance(0) == Approx(2.0 / 9));
    REQUIRE(seen.variance(1) == 0.0);
    REQUIRE(seen.mean(2) == 0.0);
    REQUIRE(seen.first_untried() == 2);
}

TEST_CASE("ArmStatistics: a window forgets, and is right after any number of pulls") {
    ArmStatistics<float, 2, 5> seen;
    Random random(9);
    std::array<float, 5> rewards{};
    std::array<Action, 5> arms{};
    for (std::size_t i = 0; i < 1000; ++i) {
        const auto arm = static_cast<Action>(random.below(2));
        const float reward = 100 * random.uniform<float>();
        seen.update(arm, reward);
        rewards[i % 5] = reward;
        arms[i % 5] = arm;
        double sum = 0;
        std::uint32_t pulls = 0;
        for (std::size_t k = 0; k < std::min<std::size_t>(i + 1, 5); ++k) {
            if (arms[k] != 0) continue;
            sum += static_cast<double>(rewards[k]);
            ++pulls;
        }
        REQUIRE(seen.pulls(0) == pulls);
        if (pulls > 0) REQUIRE(seen.mean(0) == Approx(sum / pulls).epsilon(1e-5));
    }
}

// By hand, after arm 0: 1, 0 and arm 1: 1 with n = 3. Ucb1: 0.5 + sqrt(2 ln 3 / 2) = 1.548 and
// 1 + sqrt(2 ln 3 / 1) = 2.482. Four failures of arm 1 later (n = 7): 0.5 + sqrt(2 ln 7 / 2) = 1.895 against
// 0.2 + sqrt(2 ln 7 / 5) = 1.082.
TEST_CASE("Ucb1: worked example") {
    Ucb1<float, 2> bandit;
    Random random;
    REQUIRE(bandit.choose(random) == 0);  // untried arms first
    bandit.update(0, 1);
    REQUIRE(bandit.choose(random) == 1);
    bandit.update(0, 0);
    bandit.update(1, 1);
    REQUIRE(bandit.choose(random) == 1);
    for (int i = 0; i < 4; ++i) bandit.update(1, 0);
    REQUIRE(bandit.choose(random) == 0);
}

// By hand: with gamma 0.5 and two arms, p = 1/2 each; after a reward of 1 of arm 0 its weight is
// e^(0.25 / 0.5) = 1.6487, its share 0.62246, its probability 0.5 * 0.62246 + 0.25 = 0.56123.
TEST_CASE("Exp3: worked example") {
    Exp3<double, 2, Exp3Config{.gamma = 0.5}> bandit;
    REQUIRE(bandit.probability(0) == 0.5);
    bandit.update(0, 1);
    REQUIRE(bandit.probability(0) == Approx(0.561230).margin(1e-6));
    REQUIRE(bandit.probability(0) + bandit.probability(1) == Approx(1.0));
    REQUIRE(bandit.update(0, 1.5) == Status::bad_parameter);
    REQUIRE(bandit.update(0, -0.5) == Status::bad_parameter);
}

TEST_CASE("draw_gamma: mean and variance equal the shape") {
    Random random(4);
    for (const double shape : {1.0, 2.5, 30.0}) {
        constexpr int draws = 40'000;
        double sum = 0, squares = 0;
        for (int i = 0; i < draws; ++i) {
            const double x = draw_gamma(shape, random);
            sum += x;
            squares += x * x;
        }
        const double mean = sum / draws;
        // Standard errors: sqrt(shape / draws) and, with kurtosis 3 + 6 / shape, shape sqrt((2 + 6 / shape) /
        // draws).
        CHECK(mean == Approx(shape).margin(4 * std::sqrt(shape / draws)));
        CHECK(squares / draws - mean * mean ==
              Approx(shape).margin(4 * shape * std::sqrt((2 + 6 / shape) / draws)));
    }
}

// Auer et al. 2002, theorem 1: the regret of Ucb1 is at most 8 sum(ln n / gap) + (1 + pi^2 / 3) sum(gap).
TEST_CASE("bandits: regret grows like the logarithm, within the published bound") {
    const std::array<double, 4> rates{0.9, 0.6, 0.5, 0.4};
    const double gaps = 1 / 0.3 + 1 / 0.4 + 1 / 0.5;
    const double bound = 8 * std::log(4000) * gaps + (1 + 3.2899) * (0.3 + 0.4 + 0.5);
    const double ucb = mean_regret<Ucb1<float, 4>>(rates, 4000);
    CHECK(ucb < bound);
    CHECK(mean_regret<UcbTuned<float, 4>>(rates, 4000) < ucb);  // as in the paper's figures 6 to 11
    CHECK(mean_regret<ThompsonBernoulli<float, 4>>(rates, 4000) < ucb / 2);
    constexpr ThompsonGaussianConfig config{.noise = 0.5, .prior_mean = 0.5, .prior = 0.5};
    CHECK(mean_regret<ThompsonGaussian<float, 4, 0, config>>(rates, 4000) < ucb);
    // A tenth of all pulls goes to any arm: 0.1 * 4000 * (0.3 + 0.4 + 0.5) / 4 = 120, and little more.
    CHECK(mean_regret<EpsilonGreedyBandit<float, 4>>(rates, 4000) == Approx(120).margin(40));
    // Auer et al. 2002 (SIAM), theorem 3.1: at most (e - 1) gamma g_max + K ln K / gamma.
    CHECK(mean_regret<Exp3<float, 4>>(rates, 4000) < 1.71828 * 0.1 * 0.9 * 4000 + 4 * std::log(4) / 0.1);
}

TEST_CASE("bandits: a window follows a world that changes") {
    CHECK(share_after_change<Ucb1<float, 2>>() < 0.5);  // still trusts what it saw long ago
    CHECK(share_after_change<UcbTuned<float, 2, 300>>() > 0.8);
    CHECK(share_after_change<ThompsonBernoulli<float, 2, 300>>() > 0.8);
    CHECK(share_after_change<EpsilonGreedyBandit<float, 2, 300>>() > 0.8);
    CHECK(share_after_change<Exp3<float, 2, Exp3Config{.gamma = 0.1, .forget = 0.001}>>() > 0.8);
}

TEST_CASE("bandits: keep the promises of every model") {
    check_bandit<EpsilonGreedyBandit<float, 3>>();
    check_bandit<Ucb1<float, 3>>();
    check_bandit<UcbTuned<float, 3, 16>>();
    check_bandit<ThompsonBernoulli<float, 3>>();
    check_bandit<ThompsonGaussian<float, 3>>();
    check_bandit<Exp3<float, 3>>();
    ThompsonBernoulli<float, 3> bandit;
    REQUIRE(bandit.update(0, 2.0f) == Status::bad_parameter);
}
