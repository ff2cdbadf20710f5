// SPDX-License-Identifier: MIT
#include "mote/cluster/k_means.hpp"

#include <algorithm>
#include <memory>

#include "tests/contracts/transformer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::KMeans, mote::KMeansConfig, mote::Status;
using Row = std::array<float, 2>;

// Two pairs: the centroids are their middles, (0, 1) and (10, 1), whichever comes first.
constexpr std::array<Row, 4> by_hand = {{{0, 0}, {0, 2}, {10, 0}, {10, 2}}};

constexpr auto fitted() {
    KMeans<float, 2, 2, KMeansConfig{.starts = 8}> model(4);
    (void)model.fit(by_hand);
    return model;
}

TEST_CASE("KMeans: worked by hand") {
    constexpr auto model = fitted();
    constexpr auto left = model.predict(Row{1, 1});
    STATIC_REQUIRE(model.predict(Row{9, 5}) == 1 - left);
    STATIC_REQUIRE(model.centroid(left)[0] == 0);
    STATIC_REQUIRE(model.centroid(left)[1] == 1);
    STATIC_REQUIRE(model.centroid(1 - left)[0] == 10);
    STATIC_REQUIRE(model.count(left) == 2);
    STATIC_REQUIRE(model.transform(Row{3, 5})[left] == 5);  // 3, 4, 5
}

TEST_CASE("KMeans: updates keep each centroid the mean of what it was given") {
    constexpr auto model = [] {
        KMeans<float, 1, 2> online;
        for (float x : {0.0f, 10.0f, 1.0f, 8.0f, 12.0f, -4.0f}) online.update(std::array{x});
        return online;
    }();
    STATIC_REQUIRE(model.centroid(0)[0] == -1);  // 0, 1, -4
    STATIC_REQUIRE(model.centroid(1)[0] == 10);  // 10, 8, 12
    STATIC_REQUIRE(model.count(0) == 3);
    constexpr auto one_sample = [] {
        KMeans<float, 1, 3> online;
        online.update(std::array{5.0f});
        return online;
    }();
    STATIC_REQUIRE(one_sample.predict(std::array{-9.0f}) == 0);  // no centroid that has not come yet answers
}

namespace {

template <class T, std::size_t Features>
auto rows_of(const std::string& name) {
    std::vector<std::array<T, Features>> rows;
    for (const auto& line : mote::testing::read_csv<T, Features + 1>(name)) {
        std::copy_n(line.begin(), Features, rows.emplace_back().begin());
    }
    return rows;
}

template <class Model, class Data>
double inertia(const Model& model, const Data& rows) {
    double sum = 0;
    for (const auto& row : rows) {
        const auto distances = model.transform(row);
        const auto least = static_cast<double>(*std::min_element(distances.begin(), distances.end()));
        sum += least * least;
    }
    return sum;
}

}  // namespace

// The best of scikit-learn's ten starts by k_means_reference.py.
TEST_CASE("KMeans: scikit-learn's inertia") {
    const auto iris = rows_of<float, 4>("iris");
    KMeans<float, 4, 3> flowers;
    REQUIRE(flowers.fit(iris) == Status::ok);
    REQUIRE(inertia(flowers, iris) == Approx(78.851441).epsilon(1e-5));
    std::array<std::uint32_t, 3> sizes = {flowers.count(0), flowers.count(1), flowers.count(2)};
    std::sort(sizes.begin(), sizes.end());
    REQUIRE(sizes == std::array<std::uint32_t, 3>{38, 50, 62});

    const auto digits = rows_of<float, 64>("digits");
    auto figures = std::make_unique<KMeans<float, 64, 10, KMeansConfig{.starts = 4}>>();
    REQUIRE(figures->fit(digits) == Status::ok);
    REQUIRE(inertia(*figures, digits) < 1.01 * 1165177.713706);
}

TEST_CASE("KMeans: tallies of equal centroids merge to a round over all rows") {
    const auto iris = rows_of<double, 4>("iris");
    using Model = KMeans<double, 4, 3>;
    Model shared;
    for (std::size_t i : {0u, 60u, 120u}) shared.update(iris[i]);
    Model::Tally left, right, both;
    for (std::size_t i = 0; i < iris.size(); ++i) {
        REQUIRE((i % 3 == 0 ? left : right).add(shared, iris[i]) == Status::ok);
        REQUIRE(both.add(shared, iris[i]) == Status::ok);
    }
    Model merged = shared, joint = shared;
    REQUIRE(left.merge(right) == Status::ok);
    merged.advance(left);
    joint.advance(both);
    REQUIRE(left.inertia() == Approx(both.inertia()).epsilon(1e-13));
    for (std::size_t k = 0; k < 3; ++k) {
        REQUIRE(merged.count(k) == joint.count(k));
        for (std::size_t i = 0; i < 4; ++i) {
            REQUIRE(merged.centroid(k)[i] == Approx(joint.centroid(k)[i]).epsilon(1e-13));
        }
    }
}

TEST_CASE("KMeans: duplicates, too few rows, numbers too large") {
    KMeans<float, 2, 3> model;
    REQUIRE(model.fit(std::span(by_hand).first(2)) == Status::too_few_rows);
    REQUIRE(model.fit(std::array<Row, 3>{{{0, 0}, {1e30f, 0}, {0, 3}}}) == Status::not_finite);
    REQUIRE(model.update(Row{3e38f, 0}) == Status::not_finite);
    REQUIRE(mote::testing::bytes_of(model) == mote::testing::bytes_of(KMeans<float, 2, 3>{}));
    const std::array<Row, 5> same = {{{2, 2}, {2, 2}, {2, 2}, {2, 2}, {5, 5}}};
    REQUIRE(model.fit(same) == Status::ok);
    REQUIRE(model.centroid(model.predict(Row{2, 2}))[0] == 2);
    REQUIRE(model.centroid(model.predict(Row{5, 5}))[0] == 5);
    REQUIRE(model.count(0) + model.count(1) + model.count(2) == 5);
}

TEST_CASE("KMeans: keeps the promises of a transformer") {
    mote::testing::check_transformer<KMeans<float, 3, 4, KMeansConfig{.starts = 2, .iterations = 20}>>();
    STATIC_REQUIRE(sizeof(KMeans<float, 16, 8>) == 560);
}
