// SPDX-License-Identifier: MIT
#include "mote/cluster/gaussian_mixture.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "mote/cluster/normal_component.hpp"
#include "tests/contracts/battery.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::Covariance, mote::GaussianMixture, mote::GaussianMixtureConfig, mote::Status;
using mote::testing::bytes_of;
using Pair = std::array<double, 2>;

namespace {

template <class Model>
constexpr Model fitted(mote::Rows<typename Model::Scalar, Model::features> rows) {
    Model model(2, typename Model::Scalar(1e-9));
    static_cast<void>(model.fit(rows));
    return model;
}

constexpr bool near(double a, double b, double bound) {
    return mote::abs(a - b) < bound;
}

// Mean (1, 1), variances 1/2 and 1, covariance 1/2: determinant 1/4, the inverse ((4, -2), (-2, 2)).
constexpr std::array<Pair, 4> leaning = {{{0, 0}, {2, 2}, {1, 0}, {1, 2}}};
constexpr double log_two_pi = 1.8378770664093453;
constexpr double log_two = 0.6931471805599453;

template <class T, std::size_t Features>
auto rows_of(const std::string& name, bool scaled) {
    const auto lines = mote::testing::read_csv<double, Features + 1>(name);
    std::vector<std::array<T, Features>> rows(lines.size());
    for (std::size_t i = 0; i < Features; ++i) {
        const auto count = static_cast<double>(lines.size());
        double mean = 0, variance = 0;
        for (const auto& line : lines) mean += line[i] / count;
        for (const auto& line : lines) variance += (line[i] - mean) * (line[i] - mean) / count;
        for (std::size_t n = 0; n < lines.size(); ++n) {
            const double value = lines[n][i];
            rows[n][i] = static_cast<T>(scaled ? (value - mean) / std::sqrt(variance) : value);
        }
    }
    return rows;
}

template <class Model, class Data>
double mean_log_density(const Data& rows) {
    Model model;
    REQUIRE(model.fit(rows) == Status::ok);
    double sum = 0;
    for (const auto& row : rows) sum += static_cast<double>(model.log_density(row));
    return sum / static_cast<double>(rows.size());
}

}  // namespace

TEST_CASE("GaussianMixture: worked by hand") {
    using Two = GaussianMixture<double, 1, 2, Covariance::diagonal, GaussianMixtureConfig{.starts = 2}>;
    constexpr auto model = fitted<Two>(std::array<std::array<double, 1>, 5>{{{0}, {2}, {100}, {100}, {106}}});
    constexpr std::size_t left = model.predict(std::array{1.0});
    STATIC_REQUIRE(model.predict(std::array{99.0}) == 1 - left);
    STATIC_REQUIRE(near(model.mean(left)[0], 1, 1e-12));
    STATIC_REQUIRE(near(model.mean(1 - left)[0], 102, 1e-12));
    STATIC_REQUIRE(near(model.weight(left), 0.4, 1e-12));
    STATIC_REQUIRE(near(model.log_density(std::array{3.0}), -0.916290731874155 - log_two_pi / 2 - 2, 1e-8));
    // Here (100 - 102)^2 / 8 = 0.5, and the deviation is the root of 8.
    STATIC_REQUIRE(near(model.log_density(std::array{100.0}),
                        -0.5108256237659907 - log_two_pi / 2 - 1.5 * log_two - 0.25, 1e-8));
}

TEST_CASE("GaussianMixture: one component is the normal distribution of the rows") {
    constexpr GaussianMixtureConfig once{.starts = 1};
    constexpr auto full = fitted<GaussianMixture<double, 2, 1, Covariance::full, once>>(leaning);
    STATIC_REQUIRE(near(full.log_density(Pair{2, 2}), -log_two_pi + log_two - 1, 1e-7));
    STATIC_REQUIRE(near(full.log_density(Pair{2, 0}), -log_two_pi + log_two - 5, 1e-7));
    constexpr auto diagonal = fitted<GaussianMixture<double, 2, 1, Covariance::diagonal, once>>(leaning);
    STATIC_REQUIRE(near(diagonal.log_density(Pair{2, 0}), -log_two_pi + log_two / 2 - 1.5, 1e-7));
    STATIC_REQUIRE(near(diagonal.log_density(Pair{2, 2}), -log_two_pi + log_two / 2 - 1.5, 1e-7));
}

// The likeliest of ten starts from k-means by gaussian_mixture_reference.py, which stops at a change of 1e-6.
TEMPLATE_TEST_CASE("GaussianMixture: scikit-learn's likelihood", "", double, float) {
    using T = TestType;
    const auto iris = rows_of<T, 4>("iris", false);
    REQUIRE(mean_log_density<GaussianMixture<T, 4, 3>>(iris) == Approx(-2.047850857).epsilon(1e-5));
    REQUIRE(mean_log_density<GaussianMixture<T, 4, 3, Covariance::full>>(iris) ==
            Approx(-1.201236596).epsilon(1e-5));
    REQUIRE(mean_log_density<GaussianMixture<T, 4, 2, Covariance::full>>(iris) ==
            Approx(-1.429031364).epsilon(1e-5));
    const auto wine = rows_of<T, 13>("wine", true);
    REQUIRE(mean_log_density<GaussianMixture<T, 13, 3>>(wine) == Approx(-14.406799948).epsilon(1e-5));
    REQUIRE(mean_log_density<GaussianMixture<T, 13, 3, Covariance::full>>(wine) ==
            Approx(-11.618135494).epsilon(1e-5));
}

TEST_CASE("GaussianMixture: weights sum to one and means to the mean of the rows") {
    const auto iris = rows_of<double, 4>("iris", false);
    GaussianMixture<double, 4, 3, Covariance::full> model;
    REQUIRE(model.fit(iris) == Status::ok);
    double weights = 0;
    for (std::size_t k = 0; k < 3; ++k) weights += model.weight(k);
    REQUIRE(weights == Approx(1).epsilon(1e-13));
    for (std::size_t i = 0; i < 4; ++i) {
        double of_rows = 0, of_parts = 0;
        for (const auto& row : iris) of_rows += row[i] / static_cast<double>(iris.size());
        for (std::size_t k = 0; k < 3; ++k) of_parts += model.weight(k) * model.mean(k)[i];
        REQUIRE(of_parts == Approx(of_rows).epsilon(1e-13));
    }
    for (const auto& row : iris) {
        const auto shares = model.predict_proba(row);
        REQUIRE(shares[0] + shares[1] + shares[2] == Approx(1).epsilon(1e-14));
        REQUIRE(*std::max_element(shares.begin(), shares.end()) == shares[model.predict(row)]);
    }
}

TEST_CASE("GaussianMixture: refuses what it cannot learn from and stays as it was") {
    using Row = std::array<float, 2>;
    const std::array<Row, 4> good = {{{0, 0}, {0, 1}, {5, 5}, {6, 5}}};
    GaussianMixture<float, 2, 2, Covariance::full> model;
    REQUIRE(model.log_density(Row{1, 2}) == Approx(0).margin(1e-6));
    REQUIRE(model.fit(good) == Status::ok);
    const auto before = bytes_of(model);
    REQUIRE(model.fit(std::span(good).first(1)) == Status::too_few_rows);
    REQUIRE(model.fit({}) == Status::too_few_rows);
    using Limits = std::numeric_limits<float>;
    for (const float bad : {Limits::quiet_NaN(), Limits::infinity(), 3e38f}) {
        auto rows = good;
        rows[2][1] = bad;
        REQUIRE(model.fit(rows) == Status::not_finite);
    }
    REQUIRE(bytes_of(model) == before);
    for (const float floor : {0.0f, -1.0f, Limits::quiet_NaN(), Limits::infinity()}) {
        GaussianMixture<float, 2, 2> other(1, floor);
        REQUIRE(other.fit(good) == Status::bad_parameter);
    }
    for (const Row& x : {Row{3e38f, -3e38f}, Row{1e25f, 1e25f}, Row{Limits::quiet_NaN(), 0}}) {
        REQUIRE(model.log_density(x) == Approx(model.impossible));
        REQUIRE(model.predict_proba(x)[0] == 0.5f);
    }
    model.reset();
    REQUIRE(model.log_density(Row{5, 5}) == Approx(0).margin(1e-6));
    REQUIRE(model.mean(0)[0] == 0);
}

// A feature without variance, or a copy of another, has the floor for what the others leave of its variance.
TEMPLATE_TEST_CASE("GaussianMixture: constant, copied and too few different values", "", float, double) {
    using T = TestType;
    std::vector<std::array<T, 3>> rows;
    for (int n = 0; n < 20; ++n) {
        const T value = static_cast<T>(n % 2 == 0 ? n : 1000 + n);
        rows.push_back({value, T(7), value});
    }
    GaussianMixture<T, 3, 2, Covariance::full> full;
    GaussianMixture<T, 3, 2> diagonal;
    REQUIRE(full.fit(rows) == Status::ok);
    REQUIRE(diagonal.fit(rows) == Status::ok);
    REQUIRE(full.predict(rows[0]) != full.predict(rows[1]));
    REQUIRE(static_cast<double>(full.weight(0)) == Approx(0.5));
    const std::array<T, 3> usual{T(8), T(7), T(8)}, varied{T(8), T(7.1), T(8)}, apart{T(8), T(7), T(8.1)};
    REQUIRE(full.log_density(usual) > full.log_density(varied) + 1000);
    REQUIRE(full.log_density(usual) > full.log_density(apart) + 1000);
    REQUIRE(diagonal.log_density(usual) > diagonal.log_density(varied) + 1000);

    const std::array<std::array<T, 1>, 4> same{{{T(2)}, {T(2)}, {T(2)}, {T(2)}}};
    GaussianMixture<T, 1, 3> one_place;
    REQUIRE(one_place.fit(same) == Status::ok);
    REQUIRE(static_cast<double>(one_place.weight(one_place.predict(same[0]))) == 1);
    REQUIRE(static_cast<double>(one_place.log_density(same[0])) ==
            Approx(-log_two_pi / 2 + 0.5 * std::log(1e6)).epsilon(1e-6));
}

TEST_CASE("GaussianMixture: size") {
    STATIC_REQUIRE(mote::PlainValue<GaussianMixture<float, 4, 3, Covariance::full>>);
    STATIC_REQUIRE(sizeof(GaussianMixture<float, 16, 4>) == 4 * 4 * (2 * 16 + 2) + 16);
    STATIC_REQUIRE(sizeof(GaussianMixture<float, 16, 4, Covariance::full>) == 4 * 4 * (16 * 19 / 2 + 2) + 16);
}
