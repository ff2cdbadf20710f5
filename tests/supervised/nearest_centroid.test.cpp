// SPDX-License-Identifier: MIT
#include "mote/supervised/nearest_centroid.hpp"

#include <limits>

#include "tests/contracts/mergeable.hpp"
#include "tests/contracts/online_classifier.hpp"
#include "tests/supervised/simple_reference.hpp"
#include "tests/supervised/split.hpp"
#include "tests/support/catch.hpp"

using mote::NearestCentroid;
using mote::Status;
using mote::testing::right_answers;
using mote::testing::Split;

// Worked by hand: the mean of (0, 0) and (2, 0) is (1, 0), that of (5, 0) and (5, 4) is (5, 2).
constexpr NearestCentroid<double, 2, 2> worked() {
    NearestCentroid<double, 2, 2> model;
    model.update(std::array{0.0, 0.0}, 0);
    model.update(std::array{5.0, 0.0}, 1);
    model.update(std::array{2.0, 0.0}, 0);
    model.update(std::array{5.0, 4.0}, 1);
    return model;
}

TEST_CASE("NearestCentroid: worked example") {
    static constexpr auto model = worked();
    STATIC_REQUIRE(model.centroid(0)[0] == 1);
    STATIC_REQUIRE(model.centroid(1)[1] == 2);
    STATIC_REQUIRE(model.count(1) == 2);
    STATIC_REQUIRE(model.predict(std::array{3.0, 0.0}) == 0);  // squared distances 4 and 8
    STATIC_REQUIRE(model.predict(std::array{3.5, 2.0}) == 1);  // 10.25 and 2.25
    STATIC_REQUIRE(model.predict(std::array{3.0, 1.0}) == 0);  // 5 and 5: the first
}

template <class T, std::size_t Features, std::size_t Classes>
int right_on(const char* name) {
    const Split<T, Features> split(name);
    NearestCentroid<T, Features, Classes> model;
    REQUIRE(model.fit(split.train()) == Status::ok);
    return right_answers(model, split.test());
}

TEST_CASE("NearestCentroid: scikit-learn's right answers") {
    REQUIRE(right_on<double, 4, 3>("iris") == reference::iris_nearest_centroid_right);
    REQUIRE(right_on<double, 13, 3>("wine") == reference::wine_nearest_centroid_right);
    REQUIRE(right_on<double, 30, 2>("breast_cancer") == reference::breast_cancer_nearest_centroid_right);
    REQUIRE(right_on<double, 64, 10>("digits") == reference::digits_nearest_centroid_right);
    REQUIRE(right_on<float, 64, 10>("digits") == reference::digits_nearest_centroid_right);
}

TEST_CASE("NearestCentroid: classes that were never seen are never predicted") {
    NearestCentroid<float, 1, 3> model;
    REQUIRE(model.predict(std::array{5.0f}) == 0);
    model.update(std::array{1.0f}, 1);
    REQUIRE(model.predict(std::array{-100.0f}) == 1);
    REQUIRE(model.predict(std::array{std::numeric_limits<float>::infinity()}) == 1);
    REQUIRE(model.predict(std::array{std::numeric_limits<float>::quiet_NaN()}) == 1);
}

TEST_CASE("NearestCentroid: bad input is refused") {
    using Row = std::array<float, 1>;
    const std::array<Row, 3> rows{Row{0}, Row{1}, Row{2}};
    const std::array<std::uint8_t, 3> labels{0, 0, 0};
    NearestCentroid<float, 1, 2> model;
    REQUIRE(model.fit({rows, labels}) == Status::missing_class);
    REQUIRE(model.update(Row{3e38f}, 0) == Status::not_finite);  // cannot be squared
    REQUIRE(model.count(0) == 0);

    // Doubling one sample 31 times leaves room for no more than as many again.
    model.update(Row{7}, 1);
    for (int i = 0; i < 31; ++i) REQUIRE(model.merge(NearestCentroid(model)) == Status::ok);
    REQUIRE(model.count(1) == 1u << 31);
    REQUIRE(model.merge(NearestCentroid(model)) == Status::capacity_full);
    REQUIRE(model.centroid(1)[0] == 7);
}

TEST_CASE("NearestCentroid: keeps the promises of its concepts") {
    mote::testing::check_online_classifier<NearestCentroid<float, 3, 4>>();
    mote::testing::check_mergeable<NearestCentroid<double, 4, 3>>();
    STATIC_REQUIRE(sizeof(NearestCentroid<float, 30, 2>) == 4 * 2 * 31);
}
