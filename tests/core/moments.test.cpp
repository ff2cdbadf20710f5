// SPDX-License-Identifier: MIT
#include "mote/core/moments.hpp"

#include <cmath>
#include <cstring>

#include "mote/core/concepts.hpp"
#include "mote/core/random.hpp"
#include "mote/core/statistics.hpp"
#include "tests/support/catch.hpp"

using mote::RunningCovariance, mote::RunningMoments, mote::Status;
using Row = std::array<double, 3>;

constexpr std::array<Row, 5> rows = {{{2.5, -1.0, 1e6 + 1},
                                      {0.5, 3.0, 1e6 + 2},
                                      {-1.5, 4.5, 1e6},
                                      {4.0, -2.5, 1e6 + 4},
                                      {3.5, 0.25, 1e6 - 3}}};

template <class Model>
constexpr Model after_rows() {
    Model model;
    for (const Row& row : rows) (void)model.update(row);
    return model;
}

TEST_CASE("RunningMoments: worked by hand") {
    // 2, 4, 6: the mean is 4, the squared deviations add up to 8.
    constexpr auto moments = [] {
        RunningMoments<float> result;
        for (float x : {2.0f, 4.0f, 6.0f}) (void)result.update(x);
        return result;
    }();
    STATIC_REQUIRE(moments.mean() == 4);
    STATIC_REQUIRE(moments.variance() == 4);
    STATIC_REQUIRE(moments.variance(0, 0) == 8.0f / 3);
    STATIC_REQUIRE(RunningMoments<float>{}.mean() == 0);
    STATIC_REQUIRE(RunningMoments<float>{}.variance() == 0);
}

// numpy's mean, var and cov of the same rows: statistics_reference.py. The third feature has a mean of a
// million deviations, where sums of squares would lose everything in float and six digits in double.
TEST_CASE("RunningMoments and RunningCovariance: reference values") {
    const auto moments = after_rows<RunningMoments<double, 3>>();
    const auto covariance = after_rows<RunningCovariance<double, 3>>();
    const Row mean = {1.8, 0.85, 1000000.8};
    const std::array<Row, 3> expected = {
        {{5.2, -6.13125, 0.45}, {-6.13125, 8.2375, -2.2875}, {0.45, -2.2875, 6.7}}};
    for (std::size_t i = 0; i < 3; ++i) {
        REQUIRE(moments.mean(i) == Approx(mean[i]).epsilon(1e-15));
        REQUIRE(covariance.mean(i) == Approx(mean[i]).epsilon(1e-15));
        REQUIRE(moments.variance(i) == Approx(expected[i][i]).epsilon(1e-9));
        REQUIRE(moments.variance(i, 0) == Approx(expected[i][i] * 0.8).epsilon(1e-9));
        for (std::size_t j = 0; j < 3; ++j) {
            REQUIRE(covariance.covariance(i, j) == Approx(expected[i][j]).epsilon(1e-8));
        }
    }
}

TEMPLATE_TEST_CASE("RunningMoments and RunningCovariance: merging equals seeing everything", "",
                   (RunningMoments<double, 3>), (RunningCovariance<double, 3>)) {
    mote::Random random(1);
    TestType left, right, both;
    for (int i = 0; i < 1000; ++i) {
        const Row row = {random.normal<double>(), 50 + random.uniform<double>(), i < 300 ? 5.0 : -5.0};
        REQUIRE((i < 300 ? left : right).update(row) == Status::ok);
        REQUIRE(both.update(row) == Status::ok);
    }
    TestType other_way = right;
    REQUIRE(other_way.merge(left) == Status::ok);
    REQUIRE(left.merge(right) == Status::ok);
    for (const TestType& merged : {left, other_way}) {
        REQUIRE(merged.count() == 1000);
        for (std::size_t i = 0; i < 3; ++i) {
            REQUIRE(std::abs(merged.mean(i) - both.mean(i)) < 1e-13);
            if constexpr (std::same_as<TestType, RunningMoments<double, 3>>) {
                REQUIRE(merged.variance(i) == Approx(both.variance(i)).epsilon(1e-12));
            } else {
                for (std::size_t j = 0; j <= i; ++j) {
                    REQUIRE(std::abs(merged.covariance(i, j) - both.covariance(i, j)) < 1e-12);
                }
            }
        }
    }
    STATIC_REQUIRE(mote::Mergeable<TestType>);
}

TEMPLATE_TEST_CASE("RunningMoments and RunningCovariance: merging with nothing changes nothing", "",
                   (RunningMoments<double, 3>), (RunningCovariance<double, 3>)) {
    const auto full = after_rows<TestType>();
    TestType merged = full, empty;
    REQUIRE(merged.merge(TestType{}) == Status::ok);
    REQUIRE(std::memcmp(&merged, &full, sizeof full) == 0);
    REQUIRE(empty.merge(full) == Status::ok);
    REQUIRE(empty.count() == full.count());
    REQUIRE(empty.mean(1) == full.mean(1));
}

TEMPLATE_TEST_CASE("RunningMoments and RunningCovariance: bad input changes nothing", "",
                   (RunningMoments<double, 3>), (RunningCovariance<double, 3>)) {
    const auto before = after_rows<TestType>();
    auto model = before;
    for (std::size_t i = 0; i < 3; ++i) {
        Row row = rows[0];
        row[i] = i == 1 ? std::numeric_limits<double>::infinity() : std::numeric_limits<double>::quiet_NaN();
        REQUIRE(model.update(row) == Status::not_finite);
    }
    REQUIRE(std::memcmp(&model, &before, sizeof model) == 0);
    model.reset();
    REQUIRE(model.count() == 0);
    REQUIRE(model.mean(0) == 0);
}
