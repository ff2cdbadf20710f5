// SPDX-License-Identifier: MIT
#include "mote/supervised/gaussian_naive_bayes_q15.hpp"

#include <cmath>

#include "tests/contracts/mergeable.hpp"
#include "tests/contracts/online_classifier.hpp"
#include "tests/supervised/q15_split.hpp"
#include "tests/support/catch.hpp"

using mote::GaussianNaiveBayes;
using mote::q15;
using mote::Status;
using mote::testing::as_floating;
using mote::testing::right_answers;
using mote::testing::scaled_to_q15;

template <std::size_t N>
using Row = std::array<q15, N>;

constexpr Row<1> at(double x) {
    return {static_cast<q15>(x)};
}

// Worked by hand: class 0 is -0.5, -0.25 (mean -0.375, deviation 0.125), class 1 is 0.25, 0.5. By symmetry
// the boundary is 0 and there both are equally likely; at 0.125 the log odds are (0.5^2 - 0.25^2) / (2 *
// 0.125^2) = 6.
constexpr GaussianNaiveBayes<q15, 1, 2> worked() {
    GaussianNaiveBayes<q15, 1, 2> model;
    for (double value : {-0.5, -0.25}) model.update(at(value), 0);
    for (double value : {0.25, 0.5}) model.update(at(value), 1);
    return model;
}

TEST_CASE("GaussianNaiveBayes in q15: worked example") {
    static constexpr auto model = worked();
    STATIC_REQUIRE(model.predict(at(-0.001)) == 0);
    STATIC_REQUIRE(model.predict(at(0.001)) == 1);
    STATIC_REQUIRE(model.mean(1)[0] == q15(0.375));
    REQUIRE(static_cast<double>(model.predict_proba(at(0))[1]) == Approx(0.5).margin(1e-4));
    const auto joint = model.predict_joint_log_proba(at(0.125));
    REQUIRE(static_cast<double>(joint[1]) - static_cast<double>(joint[0]) == Approx(6).margin(0.01));
    const double density = std::log(0.5) - 2 - std::log(0.125) - 0.5 * std::log(2 * 3.14159265358979);
    REQUIRE(static_cast<double>(joint[1]) == Approx(density).margin(0.01));
    REQUIRE(static_cast<double>(model.predict_proba(at(0.125))[0]) ==
            Approx(1 / (1 + std::exp(6.0))).margin(1e-4));
}

namespace {

template <std::size_t Features, std::size_t Classes>
void compare_with_double(const char* name) {
    const auto fixed = scaled_to_q15<Features>(name);
    const auto floating = as_floating<double, Features>(fixed);
    GaussianNaiveBayes<q15, Features, Classes> integer;
    // One unit in the last place, squared, is what the integers add to each variance.
    double largest = 0;
    for (std::size_t i = 0; i < Features; ++i) {
        double mean = 0, square = 0;
        for (const auto& row : floating.rows) mean += row[i] / static_cast<double>(floating.rows.size());
        for (const auto& row : floating.rows) square += (row[i] - mean) * (row[i] - mean);
        largest = std::max(largest, square / static_cast<double>(floating.rows.size()));
    }
    GaussianNaiveBayes<double, Features, Classes> reference(0x1p-30 / largest);
    REQUIRE(integer.fit(fixed.train()) == Status::ok);
    REQUIRE(reference.fit(floating.train()) == Status::ok);
    const double points = 100.0 *
                          (right_answers(integer, fixed.test()) - right_answers(reference, floating.test())) /
                          static_cast<double>(fixed.held_out_rows.size());
    CHECK(points >= -1);  // at most a point is lost
}

}  // namespace

TEST_CASE("GaussianNaiveBayes in q15: as accurate as in double") {
    compare_with_double<4, 3>("iris");
    compare_with_double<13, 3>("wine");
    compare_with_double<30, 2>("breast_cancer");
    compare_with_double<64, 10>("digits");
}

TEST_CASE("GaussianNaiveBayes in q15: the log probabilities are those of double") {
    const auto fixed = scaled_to_q15<13>("wine");
    const auto floating = as_floating<double, 13>(fixed);
    GaussianNaiveBayes<q15, 13, 3> integer;
    GaussianNaiveBayes<double, 13, 3> reference;
    REQUIRE(integer.fit(fixed.train()) == Status::ok);
    REQUIRE(reference.fit(floating.train()) == Status::ok);
    for (std::size_t n = 0; n < fixed.held_out_rows.size(); ++n) {
        const auto a = integer.predict_joint_log_proba(fixed.held_out_rows[n]);
        const auto b = reference.predict_joint_log_proba(floating.held_out_rows[n]);
        // z is cut to 2^-10, so z^2 loses up to z * 2^-9, and a sum of 13 up to 2^-9 sqrt(13 sum z^2).
        for (std::size_t k = 0; k < 3; ++k) {
            const double slack =
                0.02 + 0x1p-9 * std::sqrt(13 * std::max(0.0, 20 - b[k])) + 1e-3 * std::abs(b[k]);
            CHECK(static_cast<double>(a[k]) == Approx(b[k]).margin(slack));
        }
    }
}

TEST_CASE("GaussianNaiveBayes in q15: merging is exact, to the bit") {
    const auto data = scaled_to_q15<30>("breast_cancer");
    using Model = GaussianNaiveBayes<q15, 30, 2>;
    Model batch, left, right;
    REQUIRE(batch.fit(data.train()) == Status::ok);
    for (std::size_t i = 0; i < data.rows.size(); ++i) {
        REQUIRE((i % 3 == 0 ? left : right).update(data.rows[i], data.labels[i]) == Status::ok);
    }
    REQUIRE(left.merge(right) == Status::ok);
    for (const auto& x : data.held_out_rows) {
        REQUIRE(left.predict_joint_log_proba(x) == batch.predict_joint_log_proba(x));
    }
}

TEST_CASE("GaussianNaiveBayes in q15: the ends of the range") {
    using Model = GaussianNaiveBayes<q15, 1, 2>;
    Model model;
    REQUIRE(model.predict(at(0.3)) == 0);
    REQUIRE(model.predict_proba(at(0.3))[1] == q15(0.5));
    const Row<1> lowest{q15::lowest()}, highest{q15::highest()};
    for (int i = 0; i < 65535; ++i) REQUIRE(model.update(lowest, 1) == Status::ok);
    REQUIRE(model.update(lowest, 1) == Status::capacity_full);
    REQUIRE(model.mean(1)[0] == q15::lowest());
    REQUIRE(model.predict(highest) == 1);  // the only class seen
    REQUIRE(model.update(highest, 0) == Status::ok);
    REQUIRE(model.predict(highest) == 0);
    REQUIRE(model.predict(lowest) == 1);
    Model other;
    REQUIRE(other.update(lowest, 1) == Status::ok);
    REQUIRE(other.merge(model) == Status::capacity_full);
    REQUIRE(other.count(1) == 1);
    const std::array<Row<1>, 2> rows{lowest, highest};
    const std::array<std::uint8_t, 2> zeros{0, 0};
    REQUIRE(other.fit({rows, zeros}) == Status::missing_class);
    REQUIRE(other.fit({}) == Status::too_few_rows);
}

TEST_CASE("GaussianNaiveBayes in q15: 500 features far out do not overflow") {
    GaussianNaiveBayes<q15, 500, 2> model;
    Row<500> low{}, high{};
    low.fill(q15::lowest());
    high.fill(q15::highest());
    REQUIRE(model.update(low, 0) == Status::ok);
    REQUIRE(model.update(Row<500>{}, 1) == Status::ok);
    REQUIRE(model.predict(low) == 0);
    low[0] = q15(-0.9);
    REQUIRE(model.predict(low) == 0);
    const auto joint = model.predict_joint_log_proba(high);
    REQUIRE(static_cast<double>(joint[0]) < -1.9e6);  // 500 * 64^2, nearly the largest number
}

TEST_CASE("GaussianNaiveBayes in q15: keeps the promises of its concepts") {
    mote::testing::check_online_classifier<GaussianNaiveBayes<q15, 3, 4>>();
    mote::testing::check_mergeable<GaussianNaiveBayes<q15, 4, 3>>();
    STATIC_REQUIRE(sizeof(GaussianNaiveBayes<q15, 30, 2>) == 17 * 60 + 8 * 2 + 4);
}
