// SPDX-License-Identifier: MIT
#include "mote/supervised/categorical_naive_bayes.hpp"

#include <cmath>

#include "tests/contracts/mergeable.hpp"
#include "tests/contracts/online_classifier.hpp"
#include "tests/supervised/linear_reference.hpp"
#include "tests/supervised/split.hpp"
#include "tests/support/catch.hpp"

using mote::CategoricalNaiveBayes;
using mote::Status;
using mote::testing::right_answers;
using Row = std::array<std::uint8_t, 1>;

// Worked by hand: class 0 shows categories 0, 0, 2, class 1 shows 1. Smoothed by one, P(0 | 0) = 3 / 6 and
// P(0 | 1) = 1 / 4, so at category 0 the odds are 3/4 * 1/2 to 1/4 * 1/4, 6 to 1.
constexpr CategoricalNaiveBayes<double, 1, 3, 2> worked() {
    CategoricalNaiveBayes<double, 1, 3, 2> model;
    for (const Row& x : {Row{0}, Row{0}, Row{2}}) model.update(x, 0);
    model.update(Row{1}, 1);
    return model;
}

TEST_CASE("CategoricalNaiveBayes: worked example") {
    static constexpr auto model = worked();
    STATIC_REQUIRE(model.predict(Row{0}) == 0);
    CHECK(model.predict_proba(Row{0})[0] == Approx(6.0 / 7).epsilon(1e-12));
    CHECK(model.predict_joint_log_proba(Row{1})[1] == Approx(std::log(1.0 / 8)).epsilon(1e-12));
    CHECK(model.predict_proba(Row{9})[0] == Approx(0.75).epsilon(1e-12));  // out of range: the priors
}

namespace {

/// The 17 shades of the digits' pixels, every fifth row held out.
struct Shades {
    std::vector<std::array<std::uint8_t, 64>> rows, held_out_rows;
    std::vector<std::uint8_t> labels, held_out_labels;
    Shades() {
        const mote::testing::Split<double, 64> digits("digits");
        const auto convert = [](const auto& from, auto& to) {
            for (const auto& row : from) {
                auto& other = to.emplace_back();
                for (std::size_t i = 0; i < 64; ++i) other[i] = static_cast<std::uint8_t>(row[i]);
            }
        };
        convert(digits.rows, rows);
        convert(digits.held_out_rows, held_out_rows);
        labels = digits.labels;
        held_out_labels = digits.held_out_labels;
    }
};

}  // namespace

TEST_CASE("CategoricalNaiveBayes: scikit-learn's log probabilities and score, and an exact merge") {
    const Shades digits;
    using Model = CategoricalNaiveBayes<double, 64, 17, 10>;
    static Model model, left, right;  // 174 KB each
    REQUIRE(model.fit({digits.rows, digits.labels}) == Status::ok);
    for (std::size_t n = 0; n < 3; ++n) {
        const auto joint = model.predict_joint_log_proba(digits.held_out_rows[n]);
        for (std::size_t k = 0; k < 10; ++k) {
            CHECK(joint[k] == Approx(reference::digits_categorical_joint[n][k]).epsilon(1e-12));
        }
    }
    const mote::Dataset<std::uint8_t, 64> held_out{digits.held_out_rows, digits.held_out_labels};
    CHECK(right_answers(model, held_out) == reference::digits_categorical_right);
    for (std::size_t n = 0; n < digits.rows.size(); ++n) {
        (n % 3 == 0 ? left : right).update(digits.rows[n], digits.labels[n]);
    }
    REQUIRE(left.merge(right) == Status::ok);
    for (const auto& x : digits.held_out_rows) {
        REQUIRE(left.predict_joint_log_proba(x) == model.predict_joint_log_proba(x));
    }
}

TEST_CASE("CategoricalNaiveBayes: bad input is refused") {
    auto model = worked();
    const auto before = mote::testing::bytes_of(model);
    CHECK(model.update(Row{3}, 0) == Status::bad_state);
    CHECK(model.update(Row{0}, 2) == Status::bad_label);
    const std::array<Row, 2> rows{Row{0}, Row{1}}, beyond{Row{0}, Row{7}};
    const std::array<std::uint8_t, 2> labels{0, 1}, zeros{0, 0};
    CHECK(model.fit({beyond, labels}) == Status::bad_state);
    CHECK(model.fit({rows, zeros}) == Status::missing_class);
    CHECK(mote::testing::bytes_of(model) == before);
    CategoricalNaiveBayes<float, 1, 3, 2> fresh;
    CHECK(fresh.predict(Row{1}) == 0);
    CHECK(fresh.predict_proba(Row{1})[1] == 0.5f);
}

TEST_CASE("CategoricalNaiveBayes: keeps the promises of its concepts") {
    mote::testing::check_online_classifier<CategoricalNaiveBayes<float, 2, 256, 2>>();
    mote::testing::check_mergeable<CategoricalNaiveBayes<double, 2, 256, 2>>();
    STATIC_REQUIRE(sizeof(CategoricalNaiveBayes<float, 4, 5, 2>) == 4 * (2 * 40 + 4 + 1));
}
