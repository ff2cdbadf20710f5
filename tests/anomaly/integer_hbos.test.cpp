// SPDX-License-Identifier: MIT
#include "mote/anomaly/integer_hbos.hpp"

#include "mote/anomaly/explain.hpp"
#include "mote/anomaly/hbos.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"

using mote::IntegerHbos, mote::Status;
using Row = std::array<std::int16_t, 1>;

// Two bins, three rows in the lower and one in the upper: densities 1.5 and 0.5, and 0.1 added: log2(1.6) =
// 0.678 and log2(0.6) = -0.737, times 256: 173.6 and -188.7, each within two steps.
TEST_CASE("IntegerHbos: worked by hand") {
    constexpr auto detector = [] {
        IntegerHbos<1, 2> result;
        static_cast<void>(result.fit(std::array<Row, 4>{{{0}, {10}, {20}, {100}}}));
        return result;
    }();
    STATIC_REQUIRE(std::abs(detector.score(Row{49}) + 173.6) < 2);
    STATIC_REQUIRE(std::abs(detector.score(Row{50}) - 188.7) < 2);
    STATIC_REQUIRE(detector.score(Row{-25}) == detector.score(Row{0}));  // half a bin below: still the first
    STATIC_REQUIRE(detector.score(Row{-26}) == detector.score(Row{100}));  // beyond: the emptiest
    STATIC_REQUIRE(detector.score(Row{32767}) == detector.score(Row{100}));
}

// Within a range of 1024 eight bins have whole edges, so that both put every value into the same one. Each of
// 5 parts is off by less than two steps of 1/256.
TEST_CASE("IntegerHbos: scores as Hbos does") {
    mote::Random random(5);
    std::vector<std::array<std::int16_t, 5>> rows = {{0, -512, 100, -32768, 31743},
                                                     {1024, 512, 1124, -31744, 32767}};
    for (int n = 0; n < 500; ++n) {
        auto& row = rows.emplace_back(rows[0]);
        for (auto& value : row) {
            value =
                static_cast<std::int16_t>(value + static_cast<int>(random.below(512) + random.below(512)));
        }
    }
    std::vector<std::array<double, 5>> real;
    for (const auto& row : rows) {
        auto& other = real.emplace_back();
        std::copy(row.begin(), row.end(), other.begin());
    }
    IntegerHbos<5, 8> detector;
    mote::Hbos<double, 5, 8> reference;
    REQUIRE((detector.fit(rows) == Status::ok && reference.fit(real) == Status::ok));
    for (std::size_t n = 0; n < rows.size(); ++n) {
        REQUIRE(std::abs(detector.score(rows[n]) / 256.0 - reference.score(real[n])) < 5 * 2 / 256.0);
    }
    REQUIRE(mote::explain<1>(detector, std::array<std::int16_t, 5>{512, 0, 600, 32767, 32200})[0].feature ==
            3);
}

TEST_CASE("IntegerHbos: constant features, widest range, bad input") {
    IntegerHbos<1> detector;
    REQUIRE(detector.fit(std::array<Row, 3>{{{7}, {7}, {7}}}) == Status::ok);
    const auto usual = detector.score(Row{7});
    REQUIRE(detector.score(Row{8}) > usual);
    REQUIRE(detector.fit(std::array<Row, 2>{{{-32768}, {32767}}}) == Status::ok);
    REQUIRE(detector.score(Row{0}) > detector.score(Row{-32768}));
    REQUIRE(detector.score(Row{32767}) == detector.score(Row{-32768}));
    const auto before = mote::testing::bytes_of(detector);
    REQUIRE(detector.fit(std::array<Row, 0>{}) == Status::too_few_rows);
    REQUIRE(mote::testing::bytes_of(detector) == before);
    detector.reset();
    REQUIRE(detector.score(Row{7}) == 0);
}

TEST_CASE("IntegerHbos: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<IntegerHbos<3>>();
    STATIC_REQUIRE(sizeof(IntegerHbos<16>) == 16 * (2 * 10 + 12));
}
