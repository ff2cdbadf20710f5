// SPDX-License-Identifier: MIT
#include "mote/evaluate/splits.hpp"

#include "mote/evaluate/assigned_folds.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/evaluate/reference.hpp"
#include "tests/support/catch.hpp"

using mote::GroupKFold;
using mote::KFold;
using mote::Random;
using mote::RowRange;
using mote::ShuffledKFold;
using mote::Status;
using mote::StratifiedKFold;
using mote::TimeSeriesSplit;
using mote::testing::bytes_of;

namespace {

constexpr std::size_t rows = reference::truth.size();
constexpr std::span<const std::uint8_t> labels = reference::truth;
constexpr std::span<const std::uint8_t> groups = reference::groups;

static_assert(mote::Splitter<KFold<2>>);
static_assert(mote::Splitter<TimeSeriesSplit<3>>);
static_assert(mote::Splitter<StratifiedKFold<5, 3, 100>>);
static_assert(!mote::Splitter<Random>);

/// Every row is tested once and learnt from in all other splits.
template <class S>
bool is_partition(const S& splitter) {
    for (std::size_t row = 0; row < splitter.rows(); ++row) {
        std::size_t tested = 0;
        for (std::size_t split = 0; split < S::splits; ++split) {
            if (splitter.tests(split, row) == splitter.trains(split, row)) return false;
            tested += splitter.tests(split, row);
        }
        if (tested != 1) return false;
    }
    return !splitter.tests(0, splitter.rows()) && !splitter.trains(0, splitter.rows());
}

template <class S, class Expected>
bool tests_as(const S& splitter, const Expected& fold_of) {
    for (std::size_t row = 0; row < fold_of.size(); ++row) {
        if (!splitter.tests(fold_of[row], row)) return false;
    }
    return splitter.rows() == fold_of.size();
}

/// How many rows of the label each fold tests.
template <class S>
std::array<int, S::splits> sizes(const S& splitter, int label = -1) {
    std::array<int, S::splits> result{};
    for (std::size_t row = 0; row < splitter.rows(); ++row) {
        for (std::size_t split = 0; split < S::splits; ++split) {
            result[split] += splitter.tests(split, row) && (label < 0 || labels[row] == label);
        }
    }
    return result;
}

}  // namespace

// Worked by hand: ten rows in three blocks are 4, 3 and 3 long; in time, three blocks of two follow four
// rows.
TEST_CASE("KFold, TimeSeriesSplit: worked example") {
    STATIC_REQUIRE(KFold<3>(10).test_rows(0) == RowRange{0, 4});
    STATIC_REQUIRE(KFold<3>(10).test_rows(1) == RowRange{4, 7});
    STATIC_REQUIRE(KFold<3>(10).test_rows(2) == RowRange{7, 10});
    STATIC_REQUIRE(KFold<3>(10).trains(1, 3));
    STATIC_REQUIRE_FALSE(KFold<3>(10).trains(1, 4));
    STATIC_REQUIRE(TimeSeriesSplit<3>(10).train_rows(0) == RowRange{0, 4});
    STATIC_REQUIRE(TimeSeriesSplit<3>(10).test_rows(0) == RowRange{4, 6});
    STATIC_REQUIRE(TimeSeriesSplit<3>(10).test_rows(2) == RowRange{8, 10});
}

// Four rows of 0 and two of 1 in two folds: 0 0 | 0 0 and 1 | 1, in order.
TEST_CASE("StratifiedKFold: worked example") {
    constexpr auto fold = [] {
        StratifiedKFold<2, 2, 6> splitter;
        const std::array<std::uint8_t, 6> y{0, 1, 0, 0, 1, 0};
        splitter.assign(y);
        return splitter;
    }();
    STATIC_REQUIRE(fold.check() == Status::ok);
    STATIC_REQUIRE(fold.tests(0, 0));
    STATIC_REQUIRE(fold.tests(0, 1));
    STATIC_REQUIRE(fold.tests(0, 2));
    STATIC_REQUIRE(fold.tests(1, 3));
    STATIC_REQUIRE(fold.tests(1, 4));
    STATIC_REQUIRE(fold.tests(1, 5));
}

TEST_CASE("Splits: scikit-learn's, row by row") {
    REQUIRE(tests_as(KFold<7>(rows), reference::k_fold_7));
    StratifiedKFold<7, 3, rows> stratified;
    REQUIRE(stratified.assign(labels) == Status::ok);
    REQUIRE(tests_as(stratified, reference::stratified_k_fold_7));
    GroupKFold<4, 9, 64> grouped;
    REQUIRE(grouped.assign(groups) == Status::ok);
    REQUIRE(tests_as(grouped, reference::group_k_fold_4));

    const TimeSeriesSplit<4> time(rows, {.gap = 2});
    for (std::size_t split = 0; split < 4; ++split) {
        const auto& [train, first, last] = reference::time_series_split_4[split];
        REQUIRE(time.train_rows(split) == RowRange{0, train});
        REQUIRE(time.test_rows(split) == RowRange{first, last});
    }
    const TimeSeriesSplit<3> limited(rows, {.gap = 1, .test_rows = 5, .train_rows = 20});
    for (std::size_t split = 0; split < 3; ++split) {
        const auto& [start, train, first, last] = reference::time_series_split_3[split];
        REQUIRE(limited.train_rows(split) == RowRange{start, start + train});
        REQUIRE(limited.test_rows(split) == RowRange{first, last});
    }
}

TEST_CASE("Splits: every row is tested once and learnt from otherwise") {
    Random random(1);
    REQUIRE(is_partition(KFold<7>(rows)));
    ShuffledKFold<7, 64> shuffled;
    REQUIRE(shuffled.assign(rows, random) == Status::ok);
    REQUIRE(is_partition(shuffled));
    REQUIRE(sizes(shuffled) == sizes(KFold<7>(rows)));
    StratifiedKFold<7, 3, rows> ordered, stratified;
    REQUIRE(ordered.assign(labels) == Status::ok);
    REQUIRE(stratified.assign(labels, random) == Status::ok);
    REQUIRE(is_partition(stratified));
    REQUIRE(bytes_of(stratified) != bytes_of(ordered));
    for (const int label : {0, 1, 2}) REQUIRE(sizes(stratified, label) == sizes(ordered, label));
}

TEST_CASE("Splits: a seed says it all, and every order is as likely") {
    ShuffledKFold<2, 4> a, b;
    Random first(9), second(9);
    REQUIRE(a.assign(4, first) == Status::ok);
    REQUIRE(b.assign(4, second) == Status::ok);
    for (std::size_t row = 0; row < 4; ++row) REQUIRE(a.fold_of(row) == b.fold_of(row));

    // Each of the six ways to choose two of four rows: 1000 of 6000, with a standard error of 29.
    std::array<int, 16> ways{};
    for (int i = 0; i < 6000; ++i) {
        REQUIRE(a.assign(4, first) == Status::ok);
        std::size_t way = 0;
        for (std::size_t row = 0; row < 4; ++row) way = 2 * way + a.fold_of(row);
        ++ways[way];
    }
    for (const std::size_t way : {3u, 5u, 6u, 9u, 10u, 12u}) {
        REQUIRE(ways[way] > 1000 - 4 * 29);
        REQUIRE(ways[way] < 1000 + 4 * 29);
    }
}

TEST_CASE("GroupKFold: a group is never parted") {
    GroupKFold<4, 9, 64> grouped;
    REQUIRE(grouped.assign(groups) == Status::ok);
    REQUIRE(is_partition(grouped));
    for (std::size_t a = 0; a < rows; ++a) {
        for (std::size_t b = 0; b < rows; ++b) {
            if (groups[a] == groups[b]) REQUIRE(grouped.fold_of(a) == grouped.fold_of(b));
        }
    }
}

TEST_CASE("Splits: bad input is refused and changes nothing") {
    Random random(2);
    REQUIRE(KFold<5>(4).check() == Status::too_few_rows);
    REQUIRE(KFold<5>(5).check() == Status::ok);
    REQUIRE(TimeSeriesSplit<5>(5).check() == Status::too_few_rows);
    REQUIRE(TimeSeriesSplit<5>(6).check() == Status::ok);
    REQUIRE(TimeSeriesSplit<5>(6, {.gap = 1}).check() == Status::too_few_rows);
    REQUIRE(TimeSeriesSplit<2>(100, {.test_rows = 50}).check() == Status::too_few_rows);
    REQUIRE(TimeSeriesSplit<2>(100, {.test_rows = ~std::size_t{0} / 2}).check() == Status::too_few_rows);

    ShuffledKFold<5, 10> shuffled;
    REQUIRE(shuffled.check() == Status::too_few_rows);
    REQUIRE(shuffled.assign(4, random) == Status::too_few_rows);
    REQUIRE(shuffled.assign(11, random) == Status::capacity_full);
    REQUIRE(shuffled.check() == Status::too_few_rows);

    StratifiedKFold<7, 2, rows> narrow;  // label 2 occurs
    REQUIRE(narrow.assign(labels) == Status::bad_label);
    REQUIRE(narrow.rows() == 0);
    StratifiedKFold<2, 3, 10> rare;
    REQUIRE(rare.assign(labels) == Status::capacity_full);
    const std::array<std::uint8_t, 3> different{0, 1, 2};
    REQUIRE(rare.assign(different) == Status::too_few_rows);

    GroupKFold<4, 9, 64> grouped;
    REQUIRE(grouped.assign(groups) == Status::ok);
    const auto before = bytes_of(grouped);
    auto bad = reference::groups;
    bad[30] = 9;
    REQUIRE(grouped.assign(bad) == Status::bad_label);
    bad.fill(3);
    REQUIRE(grouped.assign(bad) == Status::too_few_rows);
    REQUIRE(bytes_of(grouped) == before);
}
