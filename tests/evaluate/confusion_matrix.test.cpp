// SPDX-License-Identifier: MIT
#include "mote/evaluate/confusion_matrix.hpp"

#include "tests/contracts/battery.hpp"
#include "tests/evaluate/reference.hpp"
#include "tests/support/catch.hpp"

using mote::ConfusionMatrix;
using mote::Status;

namespace {

// Worked by hand: of 13 rows of class 0 one is taken for 1; of 8 rows of class 1 two are taken for 0.
constexpr ConfusionMatrix<double, 2> worked() {
    ConfusionMatrix<double, 2> matrix;
    const auto count = [&](int times, std::uint8_t truth, std::uint8_t answer) {
        for (int i = 0; i < times; ++i) matrix.update(truth, answer);
    };
    count(12, 0, 0);
    count(1, 0, 1);
    count(2, 1, 0);
    count(6, 1, 1);
    return matrix;
}

template <class T>
ConfusionMatrix<T, 5> of_reference() {
    ConfusionMatrix<T, 5> matrix;
    for (std::size_t i = 0; i < reference::truth.size(); ++i) {
        REQUIRE(matrix.update(reference::truth[i], reference::predicted[i]) == Status::ok);
    }
    return matrix;
}

}  // namespace

TEST_CASE("ConfusionMatrix: worked example") {
    static constexpr auto matrix = worked();
    STATIC_REQUIRE(matrix.total() == 21);
    STATIC_REQUIRE(matrix.count(1, 0) == 2);
    STATIC_REQUIRE(matrix.support(0) == 13);
    STATIC_REQUIRE(matrix.answered(0) == 14);
    STATIC_REQUIRE(matrix.accuracy() == 18.0 / 21.0);
    STATIC_REQUIRE(matrix.precision(0) == 12.0 / 14.0);
    STATIC_REQUIRE(matrix.recall(1) == 0.75);
    STATIC_REQUIRE(matrix.f1(1) == 12.0 / 15.0);
    STATIC_REQUIRE(matrix.balanced_accuracy() == (12.0 / 13.0 + 0.75) / 2);
}

TEST_CASE("ConfusionMatrix: the table as text") {
    std::array<char, ConfusionMatrix<double, 2>::text_size> text{};
    REQUIRE(worked().write(text) ==
            "     0  1\n"
            "  0 12  1\n"
            "  1  2  6\n");
    REQUIRE(ConfusionMatrix<float, 1>{}.write(text) == "   0\n 0 0\n");
    REQUIRE(worked().write(std::span(text).first(30)).size() == 30);
    REQUIRE(worked().write(std::span(text).first(29)).empty());
}

TEST_CASE("ConfusionMatrix: scikit-learn's figures, with a class that never occurs and one never true") {
    const auto matrix = of_reference<double>();
    REQUIRE(matrix.accuracy() == Approx(reference::accuracy).epsilon(1e-14));
    REQUIRE(matrix.balanced_accuracy() == Approx(reference::balanced_accuracy).epsilon(1e-14));
    for (std::size_t k = 0; k < 5; ++k) {
        REQUIRE(matrix.precision(k) == Approx(reference::precision[k]).epsilon(1e-14));
        REQUIRE(matrix.recall(k) == Approx(reference::recall[k]).epsilon(1e-14));
        REQUIRE(matrix.f1(k) == Approx(reference::f1[k]).epsilon(1e-14));
    }
    const auto macro = matrix.macro(), micro = matrix.micro();
    REQUIRE(macro.precision == Approx(reference::macro[0]).epsilon(1e-14));
    REQUIRE(macro.recall == Approx(reference::macro[1]).epsilon(1e-14));
    REQUIRE(macro.f1 == Approx(reference::macro[2]).epsilon(1e-14));
    REQUIRE(micro.precision == Approx(reference::micro[0]).epsilon(1e-14));
    REQUIRE(micro.recall == Approx(reference::micro[1]).epsilon(1e-14));
    REQUIRE(micro.f1 == Approx(reference::micro[2]).epsilon(1e-14));
}

TEST_CASE("ConfusionMatrix: merging equals counting everything") {
    ConfusionMatrix<float, 5> left, right;
    for (std::size_t i = 0; i < reference::truth.size(); ++i) {
        (i % 3 == 0 ? left : right).update(reference::truth[i], reference::predicted[i]);
    }
    REQUIRE(left.merge(right) == Status::ok);
    REQUIRE(mote::testing::bytes_of(left) == mote::testing::bytes_of(of_reference<float>()));
}

TEST_CASE("ConfusionMatrix: bad input and edges") {
    auto matrix = worked();
    const auto before = mote::testing::bytes_of(matrix);
    REQUIRE(matrix.update(2, 0) == Status::bad_label);
    REQUIRE(matrix.update(0, 2) == Status::bad_label);
    REQUIRE(mote::testing::bytes_of(matrix) == before);

    // Doubling 21 answers 27 times gives 2.8e9; once more would not fit into 32 bits.
    for (int i = 0; i < 27; ++i) REQUIRE(matrix.merge(ConfusionMatrix(matrix)) == Status::ok);
    REQUIRE(matrix.total() == 21u << 27);
    REQUIRE(matrix.merge(ConfusionMatrix(matrix)) == Status::capacity_full);
    REQUIRE(matrix.f1(1) == 12.0 / 15.0);  // twice a count would not fit either

    const ConfusionMatrix<double, 3> empty;
    REQUIRE(empty.accuracy() == 0);
    REQUIRE(empty.balanced_accuracy() == 0);
    REQUIRE(empty.macro().f1 == 0);
    matrix.reset();
    REQUIRE(matrix.total() == 0);
}
