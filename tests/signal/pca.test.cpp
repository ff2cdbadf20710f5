// SPDX-License-Identifier: MIT
#include "mote/signal/pca.hpp"

#include <algorithm>
#include <memory>

#include "tests/contracts/transformer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::Pca, mote::Status;
using Row = std::array<float, 2>;

namespace mote::testing {
template <>
struct Recipe<Pca<float, 3, 2>> {
    static constexpr std::size_t rows = 16;
    static constexpr bool fit_is_constexpr = false;
    static constexpr auto fresh() { return Pca<float, 3, 2>{}; }
};
}  // namespace mote::testing

// Rows on the line (3, 4) * t, t = -1, 0, 1: the component is (0.6, 0.8), its variance 25.
TEST_CASE("Pca: worked by hand") {
    Pca<float, 2, 1> pca;
    REQUIRE(pca.fit(std::array<Row, 3>{{{-3, -4}, {0, 0}, {3, 4}}}) == Status::ok);
    REQUIRE(pca.component(0)[0] == Approx(0.6f).epsilon(1e-6));
    REQUIRE(pca.component(0)[1] == Approx(0.8f).epsilon(1e-6));
    REQUIRE(pca.variance(0) == Approx(25).epsilon(1e-6));
    REQUIRE(pca.transform(Row{6, 8})[0] == Approx(10).epsilon(1e-6));
    REQUIRE(pca.inverse_transform(std::array{5.0f})[1] == Approx(4).epsilon(1e-6));
    // (-4, 3) lies at right angles to the component: all of it is lost.
    REQUIRE(pca.residual(Row{-4, 3})[0] == Approx(-4).epsilon(1e-6));
    REQUIRE(pca.residual(Row{-4, 3})[1] == Approx(3).epsilon(1e-6));
}

// scikit-learn's PCA by tests/anomaly/detectors_reference.py.
TEST_CASE("Pca: reference values") {
    std::vector<std::array<double, 13>> wine;
    for (const auto& line : mote::testing::read_csv<double, 14>("wine")) {
        std::copy_n(line.begin(), 13, wine.emplace_back().begin());
    }
    Pca<double, 13, 4> pca;
    REQUIRE(pca.fit(wine) == Status::ok);
    const std::array coordinates = {-36.931614551, -2.170415928, -2.590309582, -1.011409833};
    const std::array variances = {99201.8, 172.535, 9.43811, 4.99118};
    for (std::size_t k = 0; k < 4; ++k) {
        REQUIRE(pca.transform(wine[100])[k] == Approx(coordinates[k]).margin(1e-8));
        REQUIRE(pca.variance(k) == Approx(variances[k]).epsilon(1e-5));
    }
}

/// Coordinates of the rows vary as variance() says and not together, and lengths are kept: what eigenvectors
/// of the covariance are. Components are as many as features, so that all of them are looked at.
template <std::size_t Features>
void require_eigenvectors() {
    std::vector<std::array<double, Features>> rows(150);
    mote::Random random(6);
    for (auto& row : rows) {
        const double shared = random.normal<double>();
        for (std::size_t i = 0; i < Features; ++i)
            row[i] = shared + static_cast<double>(i + 1) / 8 * random.normal<double>();
    }
    const auto pca = std::make_unique<Pca<double, Features, Features>>();
    REQUIRE(pca->fit(rows) == Status::ok);
    for (std::size_t k = 0; k < Features; ++k) {
        if (k > 0) REQUIRE(pca->variance(k) <= pca->variance(k - 1));
        for (std::size_t j = 0; j <= k; ++j) {
            double sum = 0, product = 0;
            for (const auto& row : rows) sum += pca->transform(row)[k] * pca->transform(row)[j] / 149;
            for (std::size_t i = 0; i < Features; ++i) product += pca->component(k)[i] * pca->component(j)[i];
            REQUIRE(sum == Approx(k == j ? pca->variance(k) : 0).margin(1e-10 * pca->variance(0)));
            REQUIRE(product == Approx(k == j ? 1 : 0).margin(1e-12));
        }
    }
}

TEST_CASE("Pca: eigenvectors of few features by rotations, of many by Eigen") {
    require_eigenvectors<31>();
    require_eigenvectors<32>();
}

TEST_CASE("Pca: bad input") {
    Pca<float, 2, 1> pca;
    const std::array<Row, 3> rows = {{{0, 7}, {1, 7}, {2, 7}}};
    REQUIRE(pca.fit(rows) == Status::ok);
    const auto before = mote::testing::bytes_of(pca);
    REQUIRE(pca.fit(std::span(rows).first(1)) == Status::too_few_rows);
    REQUIRE(pca.fit(std::array<Row, 2>{{{3e38f, 0}, {-3e38f, 0}}}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(pca) == before);
    REQUIRE(mote::testing::allocations_in([&] { static_cast<void>(pca.fit(rows)); }) == 0);
}

TEST_CASE("Pca: keeps the promises of a transformer") {
    mote::testing::check_transformer<Pca<float, 3, 2>>();
}
