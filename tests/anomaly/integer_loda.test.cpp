// SPDX-License-Identifier: MIT
#include "mote/anomaly/integer_loda.hpp"

#include <memory>

#include "mote/anomaly/explain.hpp"
#include "mote/anomaly/integer_bins.hpp"
#include "mote/anomaly/loda.hpp"
#include "mote/anomaly/sparse_direction.hpp"
#include "tests/anomaly/auroc.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::IntegerLoda, mote::LodaConfig, mote::Status;
using Row = std::array<std::int16_t, 1>;

TEST_CASE("IntegerBins: logarithms and edges") {
    STATIC_REQUIRE(mote::binary_logarithm(1) == 0);
    STATIC_REQUIRE(mote::binary_logarithm(std::uint64_t{1} << 40) == 40 * 256);
    for (std::uint64_t x = 1; x < 100'000; x += 7) {
        const double gap = 256 * std::log2(static_cast<double>(x)) - mote::binary_logarithm(x);
        REQUIRE((gap > -1e-6 && gap < 1));
    }
    for (const std::uint32_t width : {1u, 7u, 100u, 32'767u, 65'535u}) {
        mote::IntegerBins<10> bins;
        bins.fit(width);
        for (std::uint32_t gap = 0; gap <= width; ++gap) {
            // An edge is in the upper bin, and what is less than 2^16 / 2^27 of a bin below it.
            const double place = gap * 10.0 / width;
            const auto bin = static_cast<double>(bins.bin_of(gap));
            REQUIRE(bin >= std::min(std::floor(place + 1e-9), 9.0));
            REQUIRE(bin <= std::min(std::floor(place + 1.0 / 2048), 9.0));
        }
    }
}

TEST_CASE("SparseDirection: as many features as there are, and no sum leaves 32 bits") {
    using Direction = mote::SparseDirection<5, 3>;
    mote::Random random(1);
    for (int n = 0; n < 100; ++n) {
        Direction direction;
        direction.draw(random, std::array<std::uint8_t, 2>{1, 4}, std::array<std::uint32_t, 2>{10, 65'535});
        std::int32_t total = 0;
        for (std::size_t j = 0; j < 3; ++j) total += std::abs(direction.weight(j));
        REQUIRE((total > 32'700 && total < 32'768));
        REQUIRE(!direction.uses(0));
        REQUIRE(direction.sum([](std::size_t) { return std::int16_t{-32'768}; }) <= 32'767 * 32'768);
    }
}

// With one feature every projection is a multiple of it, so that bins hold three rows and one: -log2(3/4) =
// 0.415, or 106.2 of 1/256, log2(4) = 512 of them, and log2(8) = 768 beyond.
TEST_CASE("IntegerLoda: worked by hand") {
    constexpr auto detector = [] {
        IntegerLoda<1, LodaConfig{.projections = 5, .bins = 2}> result(3);
        static_cast<void>(result.fit(std::array<Row, 4>{{{0}, {10}, {20}, {100}}}));
        return result;
    }();
    STATIC_REQUIRE(std::abs(detector.score(Row{30}) - 5 * 106.2) <= 5);
    STATIC_REQUIRE(detector.score(Row{90}) == 5 * 512);
    STATIC_REQUIRE(detector.score(Row{102}) == 5 * 768);
    STATIC_REQUIRE(detector.score(Row{-2}) == 5 * 768);
    STATIC_REQUIRE(detector.contributions(Row{90}) == Row{0});  // no projection is without it
}

// Ten seeds of each; the deviation of a seed is 0.0112 (loda.test.cpp), so that the standard error of the
// difference of two means is 0.0050.
TEST_CASE("IntegerLoda: detects as Loda does on features of one range") {
    const auto cancer = mote::testing::breast_cancer<float>();
    mote::testing::Cancer<std::int16_t> raw{{}, cancer.malignant};
    for (const auto& row : cancer.rows) {
        auto& whole = raw.rows.emplace_back();
        // As converters with different gains: of 400 to 11,000 steps.
        for (std::size_t i = 0; i < 30; ++i)
            whole[i] = static_cast<std::int16_t>(row[i] * static_cast<float>(400 + 365 * i) - 5000);
    }
    double real = 0, integer = 0;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        const auto one = std::make_unique<mote::Loda<float, 30>>(seed);
        const auto other = std::make_unique<IntegerLoda<30>>(seed);
        REQUIRE((one->fit(cancer.rows) == Status::ok && other->fit(raw.rows) == Status::ok));
        real += mote::testing::auroc(*one, cancer) / 10;
        integer += mote::testing::auroc(*other, raw) / 10;
    }
    CAPTURE(real, integer);
    REQUIRE(std::abs(real - integer) < 3 * 0.0050);
}

TEST_CASE("IntegerLoda: names the feature that was spoilt") {
    using Detector = IntegerLoda<9, LodaConfig{.projections = 100}>;
    std::vector<Detector::Row> rows(300);
    mote::Random random(7);
    for (auto& row : rows) {
        for (auto& value : row) value = static_cast<std::int16_t>(random.below(100) + random.below(100));
    }
    const auto detector = std::make_unique<Detector>();
    REQUIRE(detector->fit(rows) == Status::ok);
    int right = 0;
    for (std::size_t n = 0; n < 90; ++n) {
        auto x = rows[n];
        x[n % 9] = 400;
        right += mote::explain<1>(*detector, x)[0].feature == n % 9;
    }
    CHECK(right >= 80);
}

TEST_CASE("IntegerLoda: constant features, widest range, bad input") {
    IntegerLoda<2> detector;
    using Pair = std::array<std::int16_t, 2>;
    REQUIRE(detector.fit(std::array<Pair, 3>{{{7, 7}, {7, 7}, {7, 7}}}) == Status::ok);
    REQUIRE(detector.score(Pair{8, 900}) == 0);  // nothing varied, so nothing has a say
    REQUIRE(detector.fit(std::array<Pair, 3>{{{-32768, 7}, {32767, 7}, {32767, 7}}}) == Status::ok);
    REQUIRE(detector.score(Pair{-32768, 7}) > detector.score(Pair{32767, 9}));
    const auto before = mote::testing::bytes_of(detector);
    REQUIRE(detector.fit(std::array<Pair, 0>{}) == Status::too_few_rows);
    REQUIRE(mote::testing::bytes_of(detector) == before);
    detector.reset();
    REQUIRE(detector.score(Pair{7, 7}) == 0);
}

TEST_CASE("IntegerLoda: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<IntegerLoda<3, LodaConfig{.projections = 6}>>();
    mote::testing::check_anomaly_detector<IntegerLoda<300, LodaConfig{.projections = 2, .bins = 3}>>();
    STATIC_REQUIRE(sizeof(IntegerLoda<16>) <= 100 * (2 * 10 + 14 + 4 * 3 + 2) + 8);
}
