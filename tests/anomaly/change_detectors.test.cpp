// SPDX-License-Identifier: MIT
// All change detectors: those whose rule is a line of arithmetic first, then the windows and the Bayesian.
#include <algorithm>
#include <cmath>
#include <deque>
#include <vector>

#include "mote/anomaly/adwin.hpp"
#include "mote/anomaly/bayesian_online_change_point.hpp"
#include "mote/anomaly/cusum.hpp"
#include "mote/anomaly/ddm.hpp"
#include "mote/anomaly/eddm.hpp"
#include "mote/anomaly/hddm_a.hpp"
#include "mote/anomaly/kswin.hpp"
#include "mote/anomaly/page_hinkley.hpp"
#include "tests/anomaly/change_reference.hpp"
#include "tests/anomaly/detections.hpp"
#include "tests/contracts/change_detector.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using mote::testing::detections;
using Indices = std::vector<int>;

namespace {

template <std::size_t N>
Indices indices(const std::array<int, N>& values) {
    return {values.begin(), values.end()};
}

}  // namespace

// Slack 0.5, threshold 2, level 10 +- 1: values 11, 12, 11.5 give sums 0.5, 2, 3.
TEST_CASE("Cusum: worked example") {
    constexpr auto sums = [] {
        Cusum<double> detector(10, 1, CusumOptions<double>{.threshold = 2});
        std::array<double, 3> high{};
        std::array<double, 3> values{11, 12, 11.5};
        for (std::size_t i = 0; i < 3; ++i) {
            detector.update(values[i]);
            high[i] = detector.high();
        }
        return high;
    }();
    STATIC_REQUIRE(sums == std::array<double, 3>{0.5, 2, 3});
    Cusum<double> detector(10, 1, CusumOptions<double>{.threshold = 2});
    REQUIRE(detector.observe(11) == Change::none);
    REQUIRE(detector.observe(12) == Change::none);  // 2 does not exceed 2
    REQUIRE(detector.observe(11.5) == Change::detected);
    REQUIRE(detector.observe(8) == Change::none);  // begins anew: 1.5 down
    REQUIRE(detector.high() == 0);
    REQUIRE(detector.low() == 1.5);
}

TEST_CASE("Cusum: alarms where the tabular form does") {
    auto found = detections(Cusum<double>(0.5, 0.5), reference::levels);
    found.resize(reference::cusum_on_levels.size());
    REQUIRE(found == indices(reference::cusum_on_levels));
}

TEST_CASE("Cusum: learns a level, and learns the next after a change") {
    Cusum<float> detector({.threshold = 8});
    Random random(3);
    Indices found;
    for (int i = 0; i < 900; ++i) {
        const float level = i < 300 ? 20.0f : i < 600 ? 23.0f : 20.0f;
        if (detector.observe(level + random.normal<float>()) == Change::detected) found.push_back(i);
    }
    CAPTURE(found);
    REQUIRE(found.size() == 2);
    REQUIRE((found[0] >= 300 && found[0] < 310 && found[1] >= 600 && found[1] < 610));
    // A level that has never varied has changed with the first value that differs.
    Cusum<float> constant;
    for (int i = 0; i < 100; ++i) REQUIRE(constant.observe(5) == Change::none);
    REQUIRE(constant.observe(5) == Change::none);
    REQUIRE(constant.observe(5.001f) == Change::detected);
}

// The window that keeps every value knows all cuts, buckets only some of them: until the first detection they
// hold the same values, so buckets can be later and never earlier. River's is at 1055.
TEST_CASE("Adwin: the first detection is no earlier than with every value kept, and at River's") {
    const int earliest = reference::adwin_on_levels[0];
    const int first = detections(Adwin<double>(), reference::levels).front();
    REQUIRE((first >= earliest && first <= 1055));
    REQUIRE(detections(Adwin<float>(), reference::levels).front() == first);
    const int error = detections(Adwin<float>(), reference::errors).front();
    REQUIRE((error >= reference::adwin_on_errors[0] && error <= reference::adwin_on_errors[0] + 32));
    const int step = detections(Adwin<float>(), reference::steps).front();
    REQUIRE((step >= reference::adwin_on_steps[0] && step <= reference::adwin_on_steps[0] + 32));
}

TEST_CASE("Adwin: the window is the latest values, whatever happened to it") {
    Adwin<double, 5, 3> detector;  // at most 3 * 31 values
    std::deque<double> values;
    Random random(6);
    std::size_t widest = 0;
    for (int i = 0; i < 3000; ++i) {
        values.push_back(100 + random.uniform<double>() + (i / 400 % 2 == 0 ? 0.0 : 0.8));
        detector.update(values.back());
        while (values.size() > detector.width()) values.pop_front();
        REQUIRE(values.size() == detector.width());
        widest = std::max(widest, values.size());
        double mean = 0, squares = 0;
        const auto n = static_cast<double>(values.size());
        for (const double value : values) mean += value / n;
        for (const double value : values) squares += (value - mean) * (value - mean) / n;
        REQUIRE(detector.mean() == Approx(mean).epsilon(1e-13));
        REQUIRE(detector.variance() == Approx(squares).epsilon(1e-9));
    }
    REQUIRE(widest == 3 * 31);
}

// Theorem 3.1 of the paper: at each test the window of an unchanged stream shrinks with a probability of at
// most delta. With 0.1 and 60 tests of 500 streams there may be 3,000 of 30,000.
TEMPLATE_TEST_CASE("Adwin: false alarms are no more than its bound allows", "", float, double) {
    for (const TestType rate : {TestType(0.05), TestType(0.5)}) {
        int alarms = 0, tests = 0;
        for (std::uint64_t seed = 0; seed < 500; ++seed) {
            Adwin<TestType, 10> detector(
                AdwinOptions<TestType>{.detected = TestType(0.1), .warning = TestType(0.1)});
            Random random(seed);
            for (int i = 0; i < 32 * 60; ++i) {
                const TestType x = random.uniform<TestType>() < rate ? TestType(1) : TestType(0);
                alarms += detector.observe(x) == Change::detected;
            }
            tests += 60;
        }
        CAPTURE(alarms, tests);
        REQUIRE(alarms <= tests / 10);
    }
}

TEST_CASE("Adwin: tells up from down, and warns before it is sure") {
    const AdwinOptions<float> rising{.warning = 0.05f, .direction = Direction::up};
    Adwin<float> up(rising);
    int warned = -1, detected = -1;
    Random random(8);
    for (int i = 0; i < 4000; ++i) {
        const float rate = i < 1000 ? 0.5f : i < 2000 ? 0.2f : 0.4f;
        const Change change = up.observe(random.uniform<float>() < rate ? 1.0f : 0.0f);
        if (change == Change::warning && warned < 0) warned = i;
        if (change == Change::detected && detected < 0) detected = i;
    }
    CAPTURE(warned, detected);
    REQUIRE(warned > 2000);
    REQUIRE((detected > warned && detected < 2300));
}

// Far from zero a difference of sums would have nothing left of a change by 0.5 among 60,000 values.
TEST_CASE("Adwin: float holds on to small changes of large values") {
    Adwin<float> detector;
    Random random(9);
    int detected = -1;
    for (int i = 0; i < 61000 && detected < 0; ++i) {
        const float x = (i < 60000 ? 1000.0f : 1000.5f) + random.uniform<float>();
        if (detector.observe(x) == Change::detected) detected = i;
    }
    REQUIRE((detected >= 60000 && detected < 60128));
}

// Equal levels, another spread: nothing that watches an average can see it.
TEST_CASE("Kswin: sees a change of spread alone") {
    Kswin<float, 300, 100> detector(1e-5f);
    Random random(12);
    int first = -1;
    for (int i = 0; i < 2000 && first < 0; ++i) {
        const float x = random.normal<float>() * (i < 1000 ? 1.0f : 8.0f);
        if (detector.observe(x) == Change::detected) first = i;
    }
    REQUIRE((first > 1000 && first < 1100));
}

// The paper's rule in NumPy on 800 streams of its own. Means must agree within three standard errors; a count
// of n false alarms is known to sqrt(n).
TEST_CASE("Kswin: delay and false alarms around a change of spread are those of a plain implementation") {
    constexpr int streams = 40;
    const auto [rate_there, delay_there, error_there] = reference::kswin_on_spread;
    int false_alarms = 0;
    double delays = 0, squares = 0;
    for (std::uint64_t seed = 1; seed <= streams; ++seed) {
        Kswin<float> detector(0.005f, seed);
        Random random(seed);
        for (int i = 0;; ++i) {
            const float x = (i < 2000 ? 1.0f : 3.0f) * random.normal<float>();
            if (detector.observe(x) != Change::detected) continue;
            if (i >= 2000) {
                delays += i - 1999;
                squares += (i - 1999) * (i - 1999);
                break;
            }
            ++false_alarms;
        }
    }
    const double expected = rate_there * streams * 2000 / 1e4, delay = delays / streams;
    const double error = std::sqrt((squares / streams - delay * delay) / streams);
    CAPTURE(false_alarms, expected, delay, error);
    REQUIRE(std::abs(false_alarms - expected) < 3 * std::sqrt(expected * (1 + streams / 800.0)));
    REQUIRE(std::abs(delay - delay_there) < 3 * std::hypot(error, error_there));
}

// Of two samples of r values the distance exceeds sqrt(-ln(alpha) / r) with a probability of at most 2 alpha:
// Smirnov's limit 2 exp(-r d^2).
TEST_CASE("Kswin: false alarms are no more than the test allows") {
    int alarms = 0, tests = 0;
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Kswin<float, 60, 30> detector(0.01f, seed);
        Random random(seed);
        for (int i = 0; i < 560; ++i) {
            alarms += detector.observe(random.normal<float>()) == Change::detected;
            tests += i >= 59;
        }
    }
    CAPTURE(alarms, tests);
    REQUIRE(alarms > 0);
    REQUIRE(alarms < tests * 2 / 100);
}

TEST_CASE("BayesianOnlineChangePoint: probabilities are the paper's") {
    const BayesianChangePointOptions<double> options{.hazard = 1.0 / 250, .mean = 0.5, .deviation = 0.5};
    BayesianOnlineChangePoint<double, 256> every(options);  // nothing is left out
    BayesianOnlineChangePoint<float, 24> few({.hazard = 1.0f / 250, .mean = 0.5f, .deviation = 0.5f});
    std::size_t next = 0;
    for (std::size_t i = 0; i < 200; ++i) {
        const int digit = reference::levels[900 + i] - '0';
        every.update(digit);
        few.update(static_cast<float>(digit));
        if (static_cast<int>(i) != reference::run_lengths_at[next]) continue;
        CAPTURE(i);
        REQUIRE(static_cast<int>(every.run_length()) == reference::run_lengths[next]);
        REQUIRE(static_cast<int>(few.run_length()) == reference::run_lengths[next]);
        // Stirling's series is off by 1e-6 at worst in each value of a run.
        REQUIRE(every.shorter_than(20) == Approx(reference::short_run_shares[next]).epsilon(1e-4));
        REQUIRE(static_cast<double>(few.shorter_than(20)) ==
                Approx(reference::short_run_shares[next]).margin(0.02));
        ++next;
    }
    REQUIRE(next == reference::run_lengths_at.size());
}

TEST_CASE("BayesianOnlineChangePoint: probabilities sum to one, and spread is seen as well as level") {
    BayesianOnlineChangePoint<float> detector;
    Random random(12);
    Indices found;
    for (int i = 0; i < 1500; ++i) {
        const float x = random.normal<float>() * (i < 500 ? 1.0f : 5.0f) + (i < 1000 ? 0.0f : 20.0f);
        if (detector.observe(x) == Change::detected) found.push_back(i);
        const float all = detector.shorter_than(~0u);
        REQUIRE((all > 0.99f && all < 1.00001f));  // what the least probable had is missing until the next
    }
    CAPTURE(found);
    REQUIRE(found.size() >= 2);
    const auto near = [&](int low) {
        return std::any_of(found.begin(), found.end(), [&](int i) { return i >= low && i < low + 30; });
    };
    REQUIRE((near(500) && near(1000)));
}

// Options of which only some are named, in a constant expression: g++ 12 is easily confused there.
TEST_CASE("Change detectors take some options at compile time") {
    constexpr auto usual = [](auto detector) {
        for (int i = 0; i < 100; ++i) detector.update(static_cast<float>(i % 2));
        return detector.change();
    };
    STATIC_REQUIRE(usual(Adwin<float, 6>({.clock = 16})) == Change::none);
    STATIC_REQUIRE(usual(Cusum<float>(0.5f, 0.5f, {.threshold = 4})) == Change::none);
    STATIC_REQUIRE(usual(HddmA<float>({.direction = Direction::both})) == Change::none);
    STATIC_REQUIRE(usual(PageHinkley<float>({.threshold = 9})) == Change::none);
    STATIC_REQUIRE(usual(Eddm<float>({.warm_up = 20})) == Change::none);
    STATIC_REQUIRE(usual(Ddm<float>({.warm_up = 20})) == Change::none);
}

TEST_CASE("Change detectors refuse what they do not take") {
    REQUIRE(Ddm<float>().update(0.5f) == Status::bad_parameter);
    REQUIRE(Eddm<float>().update(2) == Status::bad_parameter);
    REQUIRE(HddmA<float>().update(1.5f) == Status::bad_parameter);
    REQUIRE(HddmA<float>({.detected = 0.1f, .warning = 0.05f}).update(1) == Status::bad_parameter);
    REQUIRE(Cusum<float>(0, 0).update(1) == Status::bad_parameter);
    REQUIRE(Cusum<float>({.warm_up = 1}).update(1) == Status::bad_parameter);
    REQUIRE(PageHinkley<float>({.threshold = 0}).update(1) == Status::bad_parameter);
    REQUIRE(Adwin<float>({.detected = 0}).update(1) == Status::bad_parameter);
    REQUIRE(Adwin<float>().update(1e17f) == Status::not_finite);  // sums of its squares would not be
    REQUIRE(PageHinkley<float>().update(-3e38f) == Status::not_finite);
    REQUIRE(Cusum<float>().update(3e38f) == Status::not_finite);
    REQUIRE(Kswin<float>(1.5f).update(1) == Status::bad_parameter);
    REQUIRE(BayesianOnlineChangePoint<float>({.hazard = 1}).update(1) == Status::bad_parameter);
    REQUIRE(BayesianOnlineChangePoint<float>().update(1e19f) == Status::not_finite);
}

// Where float counts no further than 2^24, sums and rates must still follow the stream.
TEST_CASE("Change detectors do not tire") {
    Random random(13);
    Ddm<float> ddm;
    HddmA<float> hddm({.detected = 1e-6f, .warning = 1e-6f});
    PageHinkley<float> hinkley({.threshold = 1e6f});
    const auto feed = [&](int values, unsigned percent) {
        for (int i = 0; i < values; ++i) {
            const float x = random.below(100) < percent ? 1.0f : 0.0f;
            ddm.update(x);
            hddm.update(x);
            hinkley.update(x);
        }
    };
    feed(3'000'000, 30);
    REQUIRE(hinkley.mean() == Approx(0.3).margin(0.003));
    REQUIRE(hddm.mean() == Approx(0.3).margin(0.003));
    int delay = 0;
    while (hddm.observe(random.below(100) < 60 ? 1.0f : 0.0f) != Change::detected) ++delay;
    REQUIRE(delay < 60'000);
    REQUIRE(hinkley.update(1) == Status::ok);
}

// The battery's stream is 200 times 0 or 1 with a level of 0.2, then of 0.8: short, and no normal
// distribution.
template <>
struct mote::testing::Recipe<Cusum<float>> {
    static constexpr Cusum<float> fresh() { return Cusum<float>({.threshold = 15}); }
};
template <>
struct mote::testing::Recipe<Kswin<float, 60, 30>> {
    static constexpr Kswin<float, 60, 30> fresh() { return Kswin<float, 60, 30>(1e-2f); }
};
template <>
struct mote::testing::Recipe<PageHinkley<float>> {
    static constexpr PageHinkley<float> fresh() { return PageHinkley<float>({.threshold = 12}); }
};
template <>
struct mote::testing::Recipe<Eddm<double>> {
    static constexpr Eddm<double> fresh() { return Eddm<double>({.warm_up = 50}); }
};
template <>
struct mote::testing::Recipe<BayesianOnlineChangePoint<float, 8>> {
    static constexpr BayesianOnlineChangePoint<float, 8> fresh() {
        return BayesianOnlineChangePoint<float, 8>({.hazard = 1e-4f, .mean = 0.5f, .deviation = 0.5f});
    }
};
template <>
struct mote::testing::Recipe<Ddm<float>> {
    static constexpr Ddm<float> fresh() { return Ddm<float>({.warm_up = 100}); }
};

TEST_CASE("Change detectors keep the promises of a change detector") {
    using namespace mote::testing;
    check_change_detector<Cusum<float>>();
    check_change_detector<Ddm<float>>();
    check_change_detector<HddmA<float>>();
    check_change_detector<HddmA<double>>();
    check_change_detector<Adwin<float, 8>>();
    check_change_detector<Kswin<float, 60, 30>>();
    check_change_detector<PageHinkley<float>>();
    check_change_detector<Eddm<double>>();
    check_change_detector<BayesianOnlineChangePoint<float, 8>>();
}
