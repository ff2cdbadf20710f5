// SPDX-License-Identifier: MIT
#include "mote/supervised/hyperdimensional_classifier.hpp"

#include <limits>
#include <memory>

#include "mote/core/fixed.hpp"
#include "tests/contracts/mergeable.hpp"
#include "tests/contracts/online_classifier.hpp"
#include "tests/supervised/hyperdimensional_reference.hpp"
#include "tests/supervised/q15_split.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/support/catch.hpp"

using mote::HyperdimensionalClassifier, mote::HyperdimensionalConfig, mote::q15, mote::Status;
using mote::testing::as_good_as;
using mote::testing::right_answers;

namespace {

template <class Model>
constexpr int bits_between(const Model& model, float a, float b) {
    const auto one = model.encode(std::array{a}), other = model.encode(std::array{b});
    int differ = 0;
    for (std::size_t i = 0; i < one.size(); ++i) differ += std::popcount(one[i] ^ other[i]);
    return differ;
}

}  // namespace

TEST_CASE("HyperdimensionalClassifier: worked by hand") {
    // One feature of 64 levels: -1 sets none of the 64 bits, 0 the first 32, 1 all; binding it to its
    // position turns the same bits over for each value, so that distances are those of the levels.
    constexpr HyperdimensionalClassifier<float, 1, 2, 64> one;
    STATIC_REQUIRE(bits_between(one, -1, 1) == 64);
    STATIC_REQUIRE(bits_between(one, -1, 0) == 32);
    STATIC_REQUIRE(bits_between(one, 0.25f, 0.5f) == 8);
    STATIC_REQUIRE(bits_between(one, 7, 1) == 0);
    HyperdimensionalClassifier<float, 1, 2, 64> model;
    REQUIRE(model.distances(std::array{0.0f}) == std::array{65u, 65u});  // nothing seen
    model.update(std::array{-0.5f}, 0);                                  // 16 bits
    model.update(std::array{0.5f}, 1);                                   // 48 bits
    REQUIRE(model.distances(std::array{-0.25f}) == std::array{8u, 24u});
    REQUIRE(model.predict(std::array{-0.25f}) == 0);
    REQUIRE(model.predict(std::array{0.25f}) == 1);
    // Of the levels 16, 20 and 40 of one class two set the bits below 20: that is their majority.
    model.update(std::array{-0.375f}, 0);
    model.update(std::array{0.25f}, 0);
    REQUIRE(model.distances(std::array{-0.375f})[0] == 0);
    // The finaliser of MurmurHash3 leaves 0 as it is, by which the seed before the first word gives 0.
    using Zero =
        HyperdimensionalClassifier<float, 1, 2, 32, HyperdimensionalConfig{.seed = 0u - 0x9E3779B9u}>;
    REQUIRE(Zero::encode(std::array{0.0f})[0] == 0x0000FFFF);
    REQUIRE(Zero::encode(std::array{-0.5f})[0] == 0x000000FF);
}

namespace {

template <class T, std::size_t Features, std::size_t Classes, std::uint32_t passes>
auto fitted(const mote::testing::Split<T, Features>& split) {
    constexpr HyperdimensionalConfig config{.passes = passes, .range = 3};
    auto model = std::make_unique<HyperdimensionalClassifier<T, Features, Classes, 1024, config>>();
    REQUIRE(model->fit(split.train()) == Status::ok);
    return model;
}

template <std::uint32_t passes, std::size_t Features, std::size_t Classes, class Expected>
void check_against_reference(const char* name, int right, const Expected& expected) {
    const auto split = mote::testing::standardised<double, Features>(name);
    const auto model = fitted<double, Features, Classes, passes>(split);
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(model->distances(split.held_out_rows[i / Classes])[i % Classes] == expected[i]);
    }
    CHECK(right_answers(*model, split.test()) == right);
}

}  // namespace

TEST_CASE("HyperdimensionalClassifier: the distances and answers of the same written out bit by bit") {
    check_against_reference<0, 4, 3>("iris", reference::iris_hypervectors_0_right,
                                     reference::iris_hypervectors_0_distances);
    check_against_reference<10, 4, 3>("iris", reference::iris_hypervectors_10_right,
                                      reference::iris_hypervectors_10_distances);
    check_against_reference<0, 13, 3>("wine", reference::wine_hypervectors_0_right,
                                      reference::wine_hypervectors_0_distances);
    check_against_reference<10, 13, 3>("wine", reference::wine_hypervectors_10_right,
                                       reference::wine_hypervectors_10_distances);
    check_against_reference<10, 64, 10>("digits", reference::digits_hypervectors_10_right,
                                        reference::digits_hypervectors_10_distances);
}

TEST_CASE("HyperdimensionalClassifier: q15 answers as well") {
    const auto wine = mote::testing::scaled_to_q15<13>("wine");
    CHECK(as_good_as(right_answers(*fitted<q15, 13, 3, 0>(wine), wine.test()),
                     reference::wine_hypervectors_0_right, 36));
    const auto digits = mote::testing::scaled_to_q15<64>("digits");
    CHECK(as_good_as(right_answers(*fitted<q15, 64, 10, 10>(digits), digits.test()),
                     reference::digits_hypervectors_10_right, 360));
    // The ends and the middle of q15 are those of -1 .. 1.
    using Fixed = HyperdimensionalClassifier<q15, 1, 2, 64>;
    using Floating = HyperdimensionalClassifier<float, 1, 2, 64>;
    for (const float x : {-1.0f, -0.5f, 0.0f, 0.25f, 0.99999f}) {
        CHECK(Fixed::encode(std::array{q15(x)}) == Floating::encode(std::array{x < 0.99f ? x : 1.0f}));
    }
}

TEST_CASE("HyperdimensionalClassifier: a merge is to the bit what one model would have learnt") {
    const auto wine = mote::testing::scaled_to_q15<13>("wine");
    const auto data = wine.train();
    auto left = fitted<q15, 13, 3, 0>(wine), both = fitted<q15, 13, 3, 0>(wine);
    left->reset(), both->reset();
    auto right = *left;
    for (std::size_t i = 0; i < data.size(); ++i) {
        REQUIRE((i % 3 == 0 ? *left : right).update(data.rows[i], data.labels[i]) == Status::ok);
    }
    for (std::size_t i = data.size(); i-- > 0;) both->update(data.rows[i], data.labels[i]);
    REQUIRE(left->merge(right) == Status::ok);
    REQUIRE(mote::testing::bytes_of(*left) == mote::testing::bytes_of(*both));
}

TEST_CASE("HyperdimensionalClassifier: edges") {
    using Model = HyperdimensionalClassifier<float, 2, 3, 32>;
    using Row = std::array<float, 2>;
    const std::array<Row, 3> rows{Row{-0.5f, 0.5f}, Row{0.5f, 0.5f}, Row{0.5f, -0.5f}};
    const std::array<std::uint8_t, 3> labels{0, 1, 2}, two{0, 2, 2};
    Model model;
    REQUIRE(model.predict(rows[2]) == 0);
    REQUIRE(model.fit({rows, labels}) == Status::ok);
    for (std::size_t i = 0; i < 3; ++i) CHECK(model.predict(rows[i]) == labels[i]);
    const auto before = mote::testing::bytes_of(model);
    REQUIRE(model.fit({rows, two}) == Status::missing_class);
    REQUIRE(mote::testing::bytes_of(model) == before);
    model.reset();
    model.update(rows[2], 2);
    REQUIRE(model.predict(rows[0]) == 2);  // the others are not known
    constexpr float inf = std::numeric_limits<float>::infinity(),
                    nan = std::numeric_limits<float>::quiet_NaN();
    REQUIRE(model.predict(Row{inf, nan}) == 2);
    REQUIRE(model.predict(Row{-inf, 3e38f}) == 2);
    for (int i = 1; i < 32767; ++i) REQUIRE(model.update(rows[2], 2) == Status::ok);
    REQUIRE(model.count(2) == 32767);
    REQUIRE(model.update(rows[2], 2) == Status::capacity_full);
    REQUIRE(model.distances(rows[2])[2] == 0);
    Model other;
    other.update(rows[2], 2);
    REQUIRE(other.merge(model) == Status::capacity_full);
    REQUIRE(other.count(2) == 1);
}

TEST_CASE("HyperdimensionalClassifier: keeps the promises of a classifier") {
    mote::testing::check_online_classifier<HyperdimensionalClassifier<float, 3, 4, 32>>();
    mote::testing::check_online_classifier<HyperdimensionalClassifier<q15, 3, 4, 32>>();
    mote::testing::check_mergeable<HyperdimensionalClassifier<q15, 3, 4, 64>>();
    STATIC_REQUIRE(sizeof(HyperdimensionalClassifier<q15, 64, 10>) == 10 * (2176 + 2));
}
