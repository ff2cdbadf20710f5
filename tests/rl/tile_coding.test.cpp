// SPDX-License-Identifier: MIT
#include "mote/rl/tile_coding.hpp"

#include <set>

#include "mote/core/random.hpp"
#include "tests/support/catch.hpp"

using namespace mote::rl;
using mote::Status;

namespace {

constexpr TileCodingConfig pair{.tilings = 2, .tiles = 2, .table = 16};
constexpr TileCodingConfig eight{.tilings = 8, .tiles = 4, .table = 1024};
constexpr TileCodingConfig hashed{.tilings = 8, .tiles = 4, .table = 64};
using Exact = TileCoding<double, 2, eight>;
using Hashed = TileCoding<double, 2, hashed>;

template <class Active>
int shared(const Active& a, const Active& b) {
    int same = 0;
    for (std::size_t t = 0; t < a.size(); ++t) same += a[t] == b[t] ? 1 : 0;
    return same;
}

/// Tiles that two samples share by the definition: tiling t is displaced by (1, 3) * t eighths of a tile.
int shared_by_definition(const std::array<double, 2>& x, const std::array<double, 2>& y) {
    const auto tile = [](double place, int displaced) {
        return static_cast<int>((place * 32 + displaced) / 8);  // places are positive
    };
    int same = 0;
    for (int t = 0; t < 8; ++t) {
        same += tile(x[0], t) == tile(y[0], t) && tile(x[1], 3 * t) == tile(y[1], 3 * t) ? 1 : 0;
    }
    return same;
}

}  // namespace

// By hand: two tilings of two tiles over 0 .. 1, the second displaced by a quarter. 0.3 is in tile 0 of the
// first and, as 0.55 is beyond 0.5, in tile 1 of the second, whose features begin at 3.
TEST_CASE("TileCoding: worked example") {
    using Line = TileCoding<double, 1, pair>;
    STATIC_REQUIRE((Line::exact && Line::size == 6));
    STATIC_REQUIRE(Line{}.transform(std::array{0.3}) == Line::Active{0, 4});
    STATIC_REQUIRE(Line{}.transform(std::array{0.0}) == Line::Active{0, 3});
    STATIC_REQUIRE(Line{}.transform(std::array{0.99}) == Line::Active{1, 5});
    STATIC_REQUIRE(mote::PlainValue<Line>);
}

TEST_CASE("TileCoding: samples share the tiles that the definition says") {
    STATIC_REQUIRE(Exact::exact);
    mote::Random random(1);
    const Exact tiles;
    for (int i = 0; i < 2000; ++i) {
        const std::array x{random.uniform<double>(), random.uniform<double>()};
        const std::array y{x[0] + (random.uniform<double>() - 0.5) / 4, x[1]};
        if (y[0] < 0 || y[0] >= 1) continue;
        REQUIRE(shared(tiles.transform(x), tiles.transform(y)) == shared_by_definition(x, y));
    }
}

TEST_CASE("TileCoding: one fine step leaves one tile") {
    const Exact tiles;
    for (int step = 0; step < 31; ++step) {
        const double x = (step + 0.5) / 32;
        for (const auto& next : {std::array{x + 1.0 / 32, 0.4}, std::array{x, 0.4 + 1.0 / 32}}) {
            REQUIRE(shared(tiles.transform(std::array{x, 0.4}), tiles.transform(next)) == 7);
        }
    }
}

// 8 tilings of 5 x 5 tiles, each its own feature below 200. Thrown at random into a table of 64 they would
// fill 64 (1 - exp(-200 / 64)) = 61.2 places of it, with a standard deviation of 1.6.
TEST_CASE("TileCoding: features are exact where they fit and hashed otherwise") {
    STATIC_REQUIRE(Exact::size == 200);
    STATIC_REQUIRE((!Hashed::exact && Hashed::size == 64));
    std::set<int> exact;
    std::set<int> folded;
    for (int i = 0; i <= 64; ++i) {
        for (int j = 0; j <= 64; ++j) {
            const std::array x{i / 64.0, j / 64.0};
            for (const auto index : Exact{}.transform(x)) exact.insert(index);
            for (const auto index : Hashed{}.transform(x)) folded.insert(index);
        }
    }
    CHECK(exact.size() == 200);
    CHECK(*exact.rbegin() == 199);
    CHECK(folded.size() >= 58);
    CHECK(*folded.rbegin() <= 63);
}

TEST_CASE("TileCoding: what leaves the range is at its end") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    constexpr double infinity = std::numeric_limits<double>::infinity();
    Exact tiles;
    REQUIRE(tiles.set_range(std::array{-1.0, 10.0}, std::array{1.0, 20.0}) == Status::ok);
    const auto corner = tiles.transform(std::array{-1.0, 20.0});
    CHECK(tiles.transform(std::array{-5.0, 1e30}) == corner);
    CHECK(tiles.transform(std::array{nan, infinity}) == corner);
    CHECK(tiles.transform(std::array{0.0, 15.0}) == Exact{}.transform(std::array{0.5, 0.5}));
}

TEST_CASE("TileCoding: what it refuses changes nothing") {
    Exact tiles;
    const auto before = tiles.transform(std::array{0.3, 0.7});
    CHECK(tiles.set_range(std::array{0.0, 1.0}, std::array{1.0, 1.0}) == Status::bad_parameter);
    CHECK(tiles.set_range(std::array{0.0, -1e308}, std::array{1.0, 1e308}) == Status::not_finite);
    CHECK(tiles.transform(std::array{0.3, 0.7}) == before);
}
