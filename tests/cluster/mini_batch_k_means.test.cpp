// SPDX-License-Identifier: MIT
#include "mote/cluster/mini_batch_k_means.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "tests/contracts/transformer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::KMeans, mote::MiniBatchKMeans, mote::MiniBatchKMeansConfig, mote::Status;
using mote::testing::bytes_of;

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

using Small = MiniBatchKMeans<double, 1, 2, MiniBatchKMeansConfig{.batch = 8, .batches = 2}>;
constexpr std::array<std::array<double, 1>, 4> two_places = {{{0}, {10}, {0}, {10}}};

constexpr Small fitted() {
    Small model;
    static_cast<void>(model.fit(two_places));
    return model;
}

}  // namespace

// Whichever rows are drawn, the centroids are 0 and 10, and 24 rows were. Two rows at 1 then move the first
// by their two gaps of 1 over all that it is the mean of.
TEST_CASE("MiniBatchKMeans: worked by hand") {
    constexpr Small before = fitted();
    constexpr std::size_t left = before.predict(std::array{1.0});
    STATIC_REQUIRE(before.centroid(left)[0] == 0);
    STATIC_REQUIRE(before.centroid(1 - left)[0] == 10);
    STATIC_REQUIRE(before.count(0) + before.count(1) == 3 * 8);
    constexpr Small after = [] {
        Small model = fitted();
        model.update(std::array<std::array<double, 1>, 2>{{{1}, {1}}});
        return model;
    }();
    STATIC_REQUIRE(after.count(left) == before.count(left) + 2);
    STATIC_REQUIRE(mote::abs(after.centroid(left)[0] - 2.0 / after.count(left)) < 1e-15);
    STATIC_REQUIRE(after.centroid(1 - left)[0] == 10);
}

// By mini_batch_k_means_reference.py scikit-learn's comes to 1199586 +- 3126 after as many batches, and the
// best of ten starts of k-means to 1165178.
TEST_CASE("MiniBatchKMeans: no worse on digits than scikit-learn's") {
    const auto digits = rows_of<float, 64>("digits");
    constexpr int seeds = 5;
    double mean = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        const auto model = std::make_unique<MiniBatchKMeans<float, 64, 10>>(seed);
        REQUIRE(model->fit(digits) == Status::ok);
        mean += inertia(*model, digits) / seeds;
    }
    REQUIRE(mean < 1199586);
    REQUIRE(mean > 1165177);
}

TEST_CASE("MiniBatchKMeans: a batch is as many updates where no row changes sides on the way") {
    std::vector<std::array<double, 4>> rows;
    for (const auto& row : rows_of<double, 4>("iris")) {
        if (rows.size() < 50 || row[2] > 5) rows.push_back(row);  // the small flowers, and large ones
    }
    KMeans<double, 4, 2> one_by_one;
    one_by_one.update(rows.front());
    one_by_one.update(rows.back());
    KMeans<double, 4, 2> at_once = one_by_one;
    KMeans<double, 4, 2>::Tally tally;
    for (const auto& row : rows) {
        REQUIRE(tally.add(at_once, row) == Status::ok);
        REQUIRE(one_by_one.update(row) == Status::ok);
    }
    REQUIRE(at_once.learn(tally) == Status::ok);
    for (std::size_t k = 0; k < 2; ++k) {
        REQUIRE(at_once.count(k) == one_by_one.count(k));
        for (std::size_t i = 0; i < 4; ++i)
            REQUIRE(at_once.centroid(k)[i] == Approx(one_by_one.centroid(k)[i]).epsilon(1e-13));
    }
}

TEST_CASE("MiniBatchKMeans: refuses what it cannot learn from and stays as it was") {
    Small model;
    REQUIRE(model.update(two_places) == Status::not_trained);
    REQUIRE(model.fit(std::span(two_places).first(1)) == Status::too_few_rows);
    REQUIRE(model.fit(two_places) == Status::ok);
    const auto before = bytes_of(model);
    std::vector<std::array<double, 1>> many(1000, std::array{1.0});  // of which few are drawn
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        many[777][0] = bad;
        REQUIRE(model.fit(many) == Status::not_finite);
        REQUIRE(model.update(many) == Status::not_finite);
    }
    REQUIRE(model.update(std::array<std::array<double, 1>, 2>{{{1}, {1e300}}}) == Status::not_finite);
    REQUIRE(bytes_of(model) == before);
    REQUIRE(model.update({}) == Status::ok);
    REQUIRE(bytes_of(model) == before);
    model.reset();
    REQUIRE(model.update(two_places) == Status::not_trained);
}

TEST_CASE("MiniBatchKMeans: keeps the promises of a transformer") {
    constexpr MiniBatchKMeansConfig few{.batch = 8, .batches = 3, .starts = 1};
    mote::testing::check_transformer<MiniBatchKMeans<float, 3, 4, few>>();
    STATIC_REQUIRE(sizeof(MiniBatchKMeans<float, 16, 8>) == sizeof(KMeans<float, 16, 8>) + 16);
}
