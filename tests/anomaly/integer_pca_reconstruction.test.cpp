// SPDX-License-Identifier: MIT
#include "mote/anomaly/integer_pca_reconstruction.hpp"

#include <algorithm>
#include <cmath>

#include "mote/anomaly/explain.hpp"
#include "mote/anomaly/pca_reconstruction.hpp"
#include "tests/anomaly/auroc.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::IntegerPcaReconstruction, mote::PcaReconstruction, mote::Status;
using Row = std::array<std::int16_t, 2>;

namespace {

/// Of two features with means 100 and -50 and deviations 4 and 2: the direction (0.6, 0.8).
struct Axes {
    static constexpr std::size_t features = 2, outputs = 1;
    std::array<double, 2> means = {100, -50}, factors = {0.25, 0.5}, weights = {0.6, 0.8};

    [[nodiscard]] constexpr double mean(std::size_t i) const { return means[i]; }
    [[nodiscard]] constexpr double factor(std::size_t i) const { return factors[i]; }
    [[nodiscard]] constexpr const std::array<double, 2>& component(std::size_t) const { return weights; }
};

/// The first of many features, all with the highest mean and the least deviation that can be held.
struct FirstOfMany {
    static constexpr std::size_t features = 300, outputs = 1;
    std::array<float, 300> first = {1};

    [[nodiscard]] constexpr float mean(std::size_t) const { return 32'768; }
    [[nodiscard]] constexpr float factor(std::size_t) const { return 64; }
    [[nodiscard]] constexpr const std::array<float, 300>& component(std::size_t) const { return first; }
};

using Detector = IntegerPcaReconstruction<2, 1>;

constexpr Detector made_from(const Axes& axes) {
    Detector result;
    static_cast<void>(result.assign(axes));
    return result;
}

constexpr Status refusal(const Axes& axes) {
    Detector untouched = made_from({});
    const Status status = untouched.assign(axes);
    return untouched.score(Row{104, -50}) == made_from({}).score(Row{104, -50}) ? status : Status::ok;
}

constexpr bool within(std::int64_t value, std::int64_t expected, std::int64_t margin) {
    return value >= expected - margin && value <= expected + margin;
}

template <std::size_t Features>
using WholeRows = std::vector<std::array<std::int16_t, Features>>;

template <std::size_t Features>
std::vector<std::array<float, Features>> as_floats(const WholeRows<Features>& rows) {
    std::vector<std::array<float, Features>> result(rows.size());
    for (std::size_t n = 0; n < rows.size(); ++n)
        std::copy(rows[n].begin(), rows[n].end(), result[n].begin());
    return result;
}

}  // namespace

// (104, -50) is (1, 0) in deviations; of it (0.36, 0.48) is kept and (0.64, -0.48) lost, whose square is
// 0.64. (103, -46) is (0.75, 2): 2.05 along the direction, so that (-0.48, 0.36) is lost, 0.36.
TEST_CASE("IntegerPcaReconstruction: worked by hand") {
    constexpr Detector detector = made_from({});
    STATIC_REQUIRE(within(detector.contributions(Row{104, -50})[0], 164, 1));  // 0.64 * 256 = 163.8
    STATIC_REQUIRE(within(detector.contributions(Row{104, -50})[1], 123, 1));  // 0.48 * 256 = 122.9
    STATIC_REQUIRE(within(detector.score(Row{104, -50}), 41'943, 600));        // 0.64 * 65536
    STATIC_REQUIRE(within(detector.score(Row{103, -46}), 23'593, 400));        // 0.36 * 65536
    STATIC_REQUIRE(detector.score(Row{100, -50}) == 0);
    STATIC_REQUIRE(detector.score(Row{124, -34}) <= 4);  // (6, 8): on the direction
}

// A feature of 128 deviations and more counts as 128: of (128, -128) the part along (0.8, -0.6) is lost,
// 179.2 deviations.
TEST_CASE("IntegerPcaReconstruction: the largest sample saturates in place of overflowing") {
    constexpr Detector detector = made_from({});
    STATIC_REQUIRE(detector.contributions(Row{32767, -32768}) == detector.contributions(Row{30000, -30000}));
    STATIC_REQUIRE(detector.contributions(Row{32767, -32768})[0] == 32'767);  // 143.4 deviations
    STATIC_REQUIRE(within(detector.contributions(Row{32767, -32768})[1], 27'525, 4));
    IntegerPcaReconstruction<300, 1> many;
    REQUIRE(many.assign(FirstOfMany{}) == Status::ok);
    std::array<std::int16_t, 300> x;
    x.fill(-32768);
    REQUIRE(many.contributions(x)[0] == 0);
    REQUIRE(many.contributions(x)[299] == 32'767);
    REQUIRE(many.score(x) == std::numeric_limits<std::int32_t>::max());
}

// The error of a lost part is at most: 1/512 of rounding and 5 * 2^-14 of the factor for each feature, for 13
// features 0.008; of the weights, 2 * sqrt(4 * 13) * 2^-15 * 8 = 0.0035; of the coordinates, 2 * 1/512; of
// the result, sqrt(13) / 512 = 0.007. The square roots of the scores differ by no more than the sum, 0.023.
TEST_CASE("IntegerPcaReconstruction: scores as the one that it was made from") {
    WholeRows<13> wine;
    for (const auto& line : mote::testing::read_csv<float, 14>("wine")) {
        auto& row = wine.emplace_back();
        for (std::size_t i = 0; i < 13; ++i) row[i] = static_cast<std::int16_t>(line[i] * 17);
    }
    PcaReconstruction<float, 13, 4> real;
    IntegerPcaReconstruction<13, 4> integer;
    const auto floats = as_floats(wine);
    REQUIRE(real.fit(floats) == Status::ok);
    REQUIRE(integer.assign(real.pca()) == Status::ok);
    double worst = 0;
    for (std::size_t n = 0; n < wine.size(); ++n) {
        const double expected = std::sqrt(static_cast<double>(real.score(floats[n])));
        worst = std::max(worst, std::abs(expected - std::sqrt(integer.score(wine[n])) / 256));
        const auto reason = mote::explain<1>(integer, wine[n])[0];
        const float part = real.contributions(floats[n])[reason.feature];
        const float most = mote::explain<1>(real, floats[n])[0].contribution;
        REQUIRE(std::sqrt(part) >= std::sqrt(most) - 2 * 0.023f);
    }
    CAPTURE(worst);
    REQUIRE((worst > 0 && worst < 0.023));
}

TEST_CASE("IntegerPcaReconstruction: detects as the one that it was made from") {
    const auto scaled = mote::testing::breast_cancer<float>();
    mote::testing::Cancer<std::int16_t> raw{{}, scaled.malignant};
    for (const auto& row : scaled.rows) {
        auto& whole = raw.rows.emplace_back();
        // As converters with different gains: of 400 to 11,000 steps.
        for (std::size_t i = 0; i < 30; ++i)
            whole[i] = static_cast<std::int16_t>(row[i] * static_cast<float>(400 + 365 * i) - 5000);
    }
    const mote::testing::Cancer<float> floats{as_floats(raw.rows), raw.malignant};
    PcaReconstruction<float, 30, 5> real;
    IntegerPcaReconstruction<30, 5> integer;
    REQUIRE(real.fit(floats.rows) == Status::ok);
    REQUIRE(integer.assign(real.pca()) == Status::ok);
    const double expected = mote::testing::auroc(real, floats), found = mote::testing::auroc(integer, raw);
    CAPTURE(expected, found);
    REQUIRE(std::abs(expected - found) < 0.001);
}

TEST_CASE("IntegerPcaReconstruction: refuses what it cannot hold") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    STATIC_REQUIRE(refusal({.means = {infinity, 0}}) == Status::not_finite);
    STATIC_REQUIRE(refusal({.factors = {1, infinity}}) == Status::not_finite);
    STATIC_REQUIRE(refusal({.weights = {0, -infinity}}) == Status::not_finite);
    STATIC_REQUIRE(refusal({.means = {-32'769, 0}}) == Status::bad_parameter);
    STATIC_REQUIRE(refusal({.factors = {1, 64.01}}) == Status::bad_parameter);
    STATIC_REQUIRE(refusal({.factors = {1, 0x0.ffp-25}}) == Status::bad_parameter);
    STATIC_REQUIRE(refusal({.factors = {0, 1}}) == Status::bad_parameter);
    STATIC_REQUIRE(refusal({.weights = {2, 0}}) == Status::bad_parameter);
    STATIC_REQUIRE(refusal({}) == Status::ok);
    // At the edges of what it holds the largest samples are still right: a deviation of 2^25 leaves no trace.
    constexpr Detector narrow =
        made_from({.means = {32'768, -32'768}, .factors = {64, 0x1p-25}, .weights = {0, 0}});
    STATIC_REQUIRE(narrow.contributions(Row{32767, 32767}) == Row{64 * 256, 0});
    STATIC_REQUIRE(narrow.contributions(Row{-32768, -32768}) == Row{32'767, 0});
}

TEST_CASE("IntegerPcaReconstruction: a plain value that is constant until it is assigned") {
    STATIC_REQUIRE(mote::ExplainingDetector<Detector>);
    STATIC_REQUIRE(std::is_standard_layout_v<Detector>);
    STATIC_REQUIRE(sizeof(IntegerPcaReconstruction<30, 5>) == 30 * (2 * 5 + 8));
    STATIC_REQUIRE(Detector{}.score(Row{30'000, -7}) == 0);
    Detector detector = made_from({});
    REQUIRE(mote::testing::allocations_in([&] {
                static_cast<void>(detector.assign(Axes{}));
                static_cast<void>(detector.score(Row{1, 2}));
            }) == 0);
    detector.reset();
    REQUIRE(detector.score(Row{30'000, -7}) == 0);
}
