// SPDX-License-Identifier: MIT
#include "mote/signal/incremental_pca.hpp"

#include <algorithm>
#include <cmath>

#include "mote/core/random.hpp"
#include "tests/contracts/transformer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::IncrementalPca, mote::IncrementalPcaConfig, mote::Random, mote::Status;

// Samples on the line (3, 4) * t, t = -1, 0, 1: the component is (0.6, 0.8), its variance 25.
constexpr auto along_a_line() {
    IncrementalPca<double, 2, 1> pca;
    for (double t : {-1.0, 0.0, 1.0}) pca.update(std::array{3 * t, 4 * t});
    return pca;
}

TEST_CASE("IncrementalPca: worked by hand") {
    constexpr auto pca = along_a_line();
    REQUIRE(pca.component(0)[0] == Approx(0.6).epsilon(1e-14));
    REQUIRE(pca.component(0)[1] == Approx(0.8).epsilon(1e-14));
    REQUIRE(pca.variance(0) == Approx(25).epsilon(1e-14));
    REQUIRE(pca.mean()[0] == Approx(0).margin(1e-15));
    REQUIRE(pca.transform(std::array{6.0, 8.0})[0] == Approx(10).epsilon(1e-14));
    REQUIRE(pca.inverse_transform(std::array{5.0})[1] == Approx(4).epsilon(1e-14));
    // (-4, 3) lies at right angles to the component: all of it is lost.
    REQUIRE(pca.residual(std::array{-4.0, 3.0})[0] == Approx(-4).epsilon(1e-14));
    REQUIRE(pca.residual(std::array{-4.0, 3.0})[1] == Approx(3).epsilon(1e-14));
}

namespace {

/// In the order of the reference: 67 and 150 have no common divisor.
template <class T>
auto irises() {
    const auto lines = mote::testing::read_csv<T, 5>("iris");
    std::vector<std::array<T, 4>> rows(lines.size());
    for (std::size_t i = 0; i < rows.size(); ++i)
        std::copy_n(lines[i * 67 % 150].begin(), 4, rows[i].begin());
    return rows;
}

template <class A, class B>
double cosine(const A& a, const B& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * static_cast<double>(b[i]);
    return sum;
}

// incremental_pca_reference.py: scikit-learn's PCA of all rows at once.
constexpr std::array<std::array<double, 4>, 4> components = {
    {{0.361386591785, -0.084522514065, 0.856670605950, 0.358289197152},
     {0.656588771287, 0.730161434785, -0.173372662796, -0.075481019917},
     {-0.582029851306, 0.597910830100, 0.076236075821, 0.545831432020},
     {0.315487192904, -0.319723103666, -0.479838986995, 0.753657425264}}};
constexpr std::array variances = {4.228241706035, 0.242670747929, 0.078209500043, 0.023835092973};

}  // namespace

TEST_CASE("IncrementalPca: with all components, scikit-learn's PCA") {
    IncrementalPca<double, 4, 4> pca;
    REQUIRE(pca.fit(irises<double>()) == Status::ok);
    IncrementalPca<float, 4, 4> small;
    REQUIRE(small.fit(irises<float>()) == Status::ok);
    for (std::size_t k = 0; k < 4; ++k) {
        CAPTURE(k);
        REQUIRE(pca.variance(k) == Approx(variances[k]).epsilon(1e-10));
        REQUIRE(small.variance(k) == Approx(variances[k]).epsilon(1e-4));
        for (std::size_t i = 0; i < 4; ++i) {
            REQUIRE(pca.component(k)[i] == Approx(components[k][i]).margin(1e-11));
            REQUIRE(small.component(k)[i] == Approx(components[k][i]).margin(1e-4));
        }
    }
}

// What two components forget turns them by 0.010 and 0.040 degrees, here as in the reference.
TEST_CASE("IncrementalPca: with two components, the reference and nearly scikit-learn's PCA") {
    IncrementalPca<double, 4, 2> pca;
    REQUIRE(pca.fit(irises<double>()) == Status::ok);
    const std::array kept = {0.361470023265, -0.084617453152, 0.856675790898,  0.358170208410,
                             0.656735358657, 0.730015396368,  -0.173690168058, -0.074886015219};
    for (std::size_t i = 0; i < 8; ++i) {
        CAPTURE(i);
        REQUIRE(pca.component(i / 4)[i % 4] == Approx(kept[i]).margin(1e-11));
    }
    REQUIRE(pca.variance(0) == Approx(4.228219796776).epsilon(1e-10));
    REQUIRE(pca.variance(1) == Approx(0.242305460853).epsilon(1e-10));
    const double tenth_of_a_degree = std::cos(std::acos(-1.0) / 1800);
    for (std::size_t k = 0; k < 2; ++k) {
        REQUIRE(cosine(pca.component(k), components[k]) > tenth_of_a_degree);
    }
}

// Two causes move six features far from 0. The variances of the sources are 9 and 1; each estimate of a
// memory of 4,000 has a standard error of sqrt(2 / 8000) = 1.6 %, and the angle one of about 0.3 / 84.
TEST_CASE("IncrementalPca: endless streams lose no precision, and what is old fades") {
    IncrementalPca<float, 6, 2, IncrementalPcaConfig{.memory = 4000}> pca;
    Random random(3);
    const auto learn = [&](int samples, std::size_t strong, std::size_t weak) {
        for (int i = 0; i < samples; ++i) {
            std::array<float, 6> x{100, 200, 300, 400, 500, 600};
            x[strong] += 3 * random.normal<float>();
            x[weak] += random.normal<float>();
            pca.update(x);
        }
    };
    for (const auto& [strong, weak] : {std::pair{0u, 1u}, std::pair{4u, 3u}}) {
        learn(100'000, strong, weak);
        REQUIRE(std::abs(pca.component(0)[strong]) > 0.999f);
        REQUIRE(std::abs(pca.component(1)[weak]) > 0.999f);
        REQUIRE(pca.variance(0) == Approx(9).epsilon(0.08));
        REQUIRE(pca.variance(1) == Approx(1).epsilon(0.08));
        REQUIRE(cosine(pca.component(0), pca.component(0)) == Approx(1).epsilon(1e-6));
        REQUIRE(cosine(pca.component(1), pca.component(1)) == Approx(1).epsilon(1e-6));
        REQUIRE(cosine(pca.component(0), pca.component(1)) == Approx(0).margin(1e-6));
        for (std::size_t i = 0; i < 6; ++i) {
            REQUIRE(pca.mean()[i] == Approx(100.0 * static_cast<double>(i + 1)).margin(0.2));
        }
    }
    REQUIRE(pca.count() == 4000);
}

TEST_CASE("IncrementalPca: bad input, constant features, values of every size") {
    using Row = std::array<float, 3>;
    IncrementalPca<float, 3, 2> pca;
    const std::array<Row, 3> rows = {{{0, 7, 7}, {1, 7, 7}, {2, 7, 7}}};
    REQUIRE(pca.fit(rows) == Status::ok);
    REQUIRE(pca.component(0)[0] == Approx(1));
    REQUIRE(pca.variance(0) == Approx(1));
    REQUIRE(pca.variance(1) == 0);  // no sample has shown a second
    REQUIRE(pca.transform(Row{3, 8, 9})[1] == 0);
    const auto before = mote::testing::bytes_of(pca);
    REQUIRE(pca.fit(std::span(rows).first(1)) == Status::too_few_rows);
    REQUIRE(pca.fit(std::array<Row, 2>{{{0, 0, 0}, {2e18f, 0, 0}}}) == Status::not_finite);
    REQUIRE(pca.update(Row{3e38f, 0, 0}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(pca) == before);
    Random random(5);
    for (int i = 0; i < 20'000; ++i) {
        const float size = i % 100 == 0 ? 1e18f : i % 7 == 0 ? 1e-30f : 1.0f;
        const Row x{size * random.normal<float>() / 6, size * random.uniform<float>() / 2,
                    random.normal<float>()};
        REQUIRE(pca.update(x) == Status::ok);
        REQUIRE(mote::all_finite(pca.transform(x)));
        REQUIRE(mote::all_finite(pca.residual(x)));
    }
}

TEST_CASE("IncrementalPca: keeps the promises of a transformer") {
    mote::testing::check_transformer<IncrementalPca<float, 3, 2>>();
    STATIC_REQUIRE(sizeof(IncrementalPca<float, 8, 3>) == 144);
}
