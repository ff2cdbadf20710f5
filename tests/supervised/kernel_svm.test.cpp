// SPDX-License-Identifier: MIT
#include "mote/supervised/kernel_svm.hpp"

#include <limits>
#include <memory>

#include "mote/supervised/smo.hpp"
#include "mote/supervised/svm_kernel.hpp"
#include "mote/supervised/svm_pair.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/supervised/kernel_reference.hpp"
#include "tests/supervised/standardised.hpp"
#include "tests/support/catch.hpp"

using mote::KernelSvm, mote::Status, mote::SvmKernel;
using mote::testing::as_good_as;
using mote::testing::right_answers;

namespace {

// Worked by hand: rows -1 and 1 with the linear kernel have the widest margin at w = 1, b = 0, which takes
// weights of 1/2; with C = 1/4 both stop there, so w = 2 / 4.
constexpr double slope_at(double C) {
    const std::array<std::array<double, 1>, 2> rows{{{-1}, {1}}};
    const std::array<std::uint8_t, 2> labels{0, 1};
    KernelSvm<double, 1, 2, 2, SvmKernel::linear> model({.C = C});
    KernelSvm<double, 1, 2, 2, SvmKernel::linear>::Trainer<2, 2> trainer{};
    if (model.fit({rows, labels}, trainer) != Status::ok) return -1;
    return model.decision_function(std::array{3.0})[0] / 3;
}

}  // namespace

TEST_CASE("SvmLikeness: worked by hand") {
    using Row = std::array<double, 2>;
    const std::array<Row, 2> rows{Row{1, 2}, Row{3, -1}};
    std::array<double, 2> values{};
    const mote::SvmLikeness<double, 2, SvmKernel::polynomial, mote::isa::Native> cubic{0.5, 1, 3};
    cubic(Row{2, 1}, rows, values);  // products 4 and 5
    REQUIRE(values == std::array{27.0, 42.875});
    const mote::SvmLikeness<double, 2, SvmKernel::rbf, mote::isa::Native> rbf{0.5, 0, 0};
    rbf(Row{2, 1}, rows, values);  // squared distances 2 and 5
    REQUIRE(values[0] == Approx(std::exp(-1.0)).epsilon(1e-14));
    REQUIRE(values[1] == Approx(std::exp(-2.5)).epsilon(1e-14));
    REQUIRE(rbf.gamma_of(rows) == Approx(1 / (2 * 2.1875)));  // variance of 1, 2, 3, -1
    const std::array<Row, 2> same{Row{2, 2}, Row{2, 2}};
    REQUIRE(rbf.gamma_of(same) == 1);
}

TEST_CASE("KernelRows: forgets what was asked for longest ago") {
    mote::KernelRows<float, 3, 2> kept;
    kept.forget();
    int computed = 0;
    const auto ask = [&](std::size_t t) {
        const auto row = kept.row(t, 3, [&](std::span<float> values) {
            ++computed;
            for (float& value : values) value = static_cast<float>(t);
        });
        return row.size() == 3 && row[2] == static_cast<float>(t);
    };
    for (const std::size_t t : {0u, 1u, 0u, 1u, 0u}) REQUIRE(ask(t));
    REQUIRE(computed == 2);
    REQUIRE(ask(2));  // in the place of 1
    REQUIRE(ask(0));
    REQUIRE(computed == 3);
    REQUIRE(ask(1));
    REQUIRE(computed == 4);
}

TEST_CASE("KernelSvm: worked by hand") {
    STATIC_REQUIRE(slope_at(0.25) == 0.5);
    STATIC_REQUIRE(slope_at(100) == 1);
    // The kernel of rows -1 and 1 with themselves is 1, with each other e^-4 for gamma = 1: the weights are
    // 1 / (1 - e^-4), and the decision at 1/2 is that times e^-0.25 - e^-2.25.
    const std::array<std::array<double, 1>, 2> rows{{{-1}, {1}}};
    const std::array<std::uint8_t, 2> labels{0, 1};
    KernelSvm<double, 1, 2, 2> model({.C = 10, .gamma = 1});
    KernelSvm<double, 1, 2, 2>::Trainer<2> trainer;
    REQUIRE(model.fit({rows, labels}, trainer) == Status::ok);
    const double expected = (std::exp(-0.25) - std::exp(-2.25)) / (1 - std::exp(-4));
    REQUIRE(model.decision_function(std::array{0.5})[0] == Approx(expected).epsilon(1e-12));
    REQUIRE(model.count() == 2);
    REQUIRE(model.predict(std::array{-0.1}) == 0);
    REQUIRE(model.predict(std::array{0.1}) == 1);
}

namespace {

template <class T, SvmKernel kernel, std::size_t Features, std::size_t Classes>
auto fitted(const mote::testing::Split<T, Features>& split, mote::KernelSvmConfig<T> config) {
    using Model = KernelSvm<T, Features, Classes, 1000, kernel>;
    const auto trainer = std::make_unique<typename Model::template Trainer<1500>>();
    auto model = std::make_unique<Model>(config);
    REQUIRE(model->fit(split.train(), *trainer) == Status::ok);
    return model;
}

template <class Model, std::size_t Features, class Expected>
void check_scores(const Model& model, const mote::testing::Split<double, Features>& split,
                  const Expected& expected) {
    for (std::size_t i = 0; i < expected.size(); ++i) {
        const auto scores = model.decision_function(split.held_out_rows[i / Model::pairs]);
        CHECK(scores[i % Model::pairs] == Approx(expected[i]).epsilon(1e-4).margin(1e-4));
    }
}

}  // namespace

TEST_CASE("KernelSvm: scikit-learn's decisions and answers") {
    const mote::KernelSvmConfig<double> tight{.coef0 = 1, .tolerance = 1e-6};
    const auto wine = mote::testing::standardised<double, 13>("wine");
    const auto rbf = fitted<double, SvmKernel::rbf, 13, 3>(wine, tight);
    check_scores(*rbf, wine, reference::wine_svc_rbf_scores);
    CHECK(right_answers(*rbf, wine.test()) == reference::wine_svc_rbf_right);
    CHECK(int(rbf->count()) == reference::wine_svc_rbf_vectors);
    const auto polynomial = fitted<double, SvmKernel::polynomial, 13, 3>(wine, tight);
    check_scores(*polynomial, wine, reference::wine_svc_poly_scores);
    CHECK(right_answers(*polynomial, wine.test()) == reference::wine_svc_poly_right);
    const auto linear = fitted<double, SvmKernel::linear, 13, 3>(wine, tight);
    check_scores(*linear, wine, reference::wine_svc_linear_scores);

    const auto cancer = mote::testing::standardised<double, 30>("breast_cancer");
    const auto large = fitted<double, SvmKernel::rbf, 30, 2>(cancer, tight);
    check_scores(*large, cancer, reference::breast_cancer_svc_rbf_scores);
    CHECK(right_answers(*large, cancer.test()) == reference::breast_cancer_svc_rbf_right);
    CHECK(int(large->count()) == reference::breast_cancer_svc_rbf_vectors);
}

TEST_CASE("KernelSvm: float and the default settings answer as well") {
    const auto iris = mote::testing::standardised<float, 4>("iris");
    const auto small = fitted<float, SvmKernel::rbf, 4, 3>(iris, {});
    CHECK(as_good_as(right_answers(*small, iris.test()), reference::iris_svc_rbf_right, 30));
    const auto cancer = mote::testing::standardised<float, 30>("breast_cancer");
    const auto large = fitted<float, SvmKernel::rbf, 30, 2>(cancer, {});
    CHECK(as_good_as(right_answers(*large, cancer.test()), reference::breast_cancer_svc_rbf_right, 114));
    const auto digits = mote::testing::standardised<float, 64>("digits");
    const auto figures = fitted<float, SvmKernel::rbf, 64, 10>(digits, {});
    CHECK(as_good_as(right_answers(*figures, digits.test()), reference::digits_svc_rbf_right, 360));
}

namespace {

template <std::size_t Features, std::size_t Classes, std::size_t Count>
void check_probabilities(const char* name, const std::array<double, Count>& expected, double loss) {
    const auto split = mote::testing::standardised<double, Features>(name);
    using Model = KernelSvm<double, Features, Classes, 1000>;
    const auto trainer = std::make_unique<typename Model::template Trainer<1500>>();
    const auto model = std::make_unique<Model>(mote::KernelSvmConfig<double>{.tolerance = 1e-6});
    REQUIRE(model->fit(split.train(), *trainer) == Status::ok);
    CHECK(model->predict_proba(split.held_out_rows[0])[0] == Approx(1.0 / Classes));
    REQUIRE(model->calibrate(split.train(), *trainer) == Status::ok);
    for (std::size_t i = 0; i < Count; ++i) {
        const auto shares = model->predict_proba(split.held_out_rows[i / Classes]);
        CHECK(shares[i % Classes] == Approx(expected[i]).epsilon(1e-4).margin(1e-5));
    }
    double sum = 0;
    for (std::size_t i = 0; i < split.held_out_rows.size(); ++i) {
        sum -= std::log(model->predict_proba(split.held_out_rows[i])[split.held_out_labels[i]]);
    }
    CHECK(sum / static_cast<double>(split.held_out_rows.size()) < loss + 0.02);
}

}  // namespace

TEST_CASE("KernelSvm: Platt's probabilities, coupled, as worked out elsewhere") {
    using namespace reference;
    check_probabilities<13, 3>("wine", wine_shares, wine_svc_log_loss);
    check_probabilities<30, 2>("breast_cancer", breast_cancer_shares, breast_cancer_svc_log_loss);
}

TEST_CASE("KernelSvm: probabilities know of classes that nobody has seen") {
    using Row = std::array<float, 1>;
    const std::array<Row, 6> rows{Row{-1}, Row{-1.5f}, Row{-2}, Row{1}, Row{1.5f}, Row{2}};
    const std::array<std::uint8_t, 6> labels{0, 0, 0, 2, 2, 2};
    KernelSvm<float, 1, 4, 6> model;
    KernelSvm<float, 1, 4, 6>::Trainer<6> trainer;
    REQUIRE(model.calibrate({rows, labels}, trainer) == Status::not_trained);
    REQUIRE(model.fit({rows, labels}, trainer) == Status::ok);
    REQUIRE(model.calibrate({rows, labels}, trainer, 1) == Status::bad_parameter);
    REQUIRE(model.calibrate({}, trainer) == Status::too_few_rows);
    REQUIRE(model.calibrate({rows, labels}, trainer, 3) == Status::ok);
    const auto shares = model.predict_proba(Row{1.4f});
    CHECK(shares[2] > shares[0]);
    CHECK(shares[0] > 100 * shares[1]);
    CHECK(shares[0] > 100 * shares[3]);
    REQUIRE(model.fit({rows, labels}, trainer) == Status::ok);  // what was calibrated is another model
    CHECK(model.predict_proba(Row{1.4f})[2] == 0.25f);
}

TEST_CASE("KernelSvm: edges") {
    using Row = std::array<float, 2>;
    using Model = KernelSvm<float, 2, 3, 3>;
    const std::array<Row, 4> rows{Row{1, 5}, Row{2, 5}, Row{1, 6}, Row{2, 6}};
    const std::array<std::uint8_t, 4> twos{2, 2, 2, 2}, mixed{0, 2, 2, 0}, beyond{0, 2, 2, 3};
    Model model;
    Model::Trainer<4> trainer;
    REQUIRE(model.predict(Row{1, 5}) == 0);
    REQUIRE(model.fit({rows, twos}, trainer) == Status::ok);  // one class: nothing to keep
    REQUIRE(model.count() == 0);
    REQUIRE(model.predict(Row{1, 5}) == 2);
    const auto before = mote::testing::bytes_of(model);
    REQUIRE(model.fit({rows, mixed}, trainer) == Status::capacity_full);  // four support vectors
    REQUIRE(model.fit({rows, beyond}, trainer) == Status::bad_label);
    REQUIRE(model.fit({}, trainer) == Status::too_few_rows);
    Model::Trainer<3> small;
    REQUIRE(model.fit({rows, mixed}, small) == Status::capacity_full);
    const std::array<Row, 4> bad{Row{1, 5}, Row{std::numeric_limits<float>::quiet_NaN(), 1}, Row{}, Row{}};
    REQUIRE(model.fit({bad, mixed}, trainer) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(model) == before);
    Model refused({.C = 0});
    REQUIRE(refused.fit({rows, mixed}, trainer) == Status::bad_parameter);
    KernelSvm<float, 2, 3, 4> four({.C = 10, .gamma = 1});
    KernelSvm<float, 2, 3, 4>::Trainer<4> room;
    REQUIRE(four.fit({rows, mixed}, room) == Status::ok);  // exclusive or; nobody is of class 1
    for (std::size_t i = 0; i < 4; ++i) CHECK(four.predict(rows[i]) == mixed[i]);
    const std::array<Row, 4> same{Row{1, 5}, Row{1, 5}, Row{1, 5}, Row{1, 5}};
    REQUIRE(four.fit({same, mixed}, room) == Status::ok);  // equal rows of two classes
    REQUIRE(std::isfinite(four.decision_function(Row{1, 5})[1]));
    REQUIRE(four.predict(Row{3e38f, -3e38f}) < 3);
    const std::array<Row, 4> far{Row{3e38f, 0}, Row{-3e38f, 0}, Row{-3e38f, 1}, Row{3e38f, 1}};
    KernelSvm<float, 2, 3, 4> scaled;  // by a variance that overflows
    REQUIRE(scaled.fit({far, mixed}, room) == Status::ok);
    for (std::size_t i = 0; i < 4; ++i) CHECK(std::isfinite(scaled.decision_function(far[i])[1]));
    KernelSvm<float, 2, 3, 4, SvmKernel::linear> line;
    KernelSvm<float, 2, 3, 4, SvmKernel::linear>::Trainer<4> memory;
    REQUIRE(line.fit({far, mixed}, memory) == Status::diverged);
    four.reset();
    REQUIRE(four.predict(Row{1, 5}) == 0);
}

TEST_CASE("KernelSvm: keeps the promises of a classifier") {
    mote::testing::check_classifier<KernelSvm<float, 3, 4, 8>>();
    STATIC_REQUIRE(sizeof(KernelSvm<float, 30, 2, 100>) == 4 * (100 * 31 + 3 + 3 + 6 + 1));
}
