// SPDX-License-Identifier: MIT
#include "mote/signal/min_max_scaler.hpp"
#include "mote/signal/robust_scaler.hpp"
#include "mote/signal/standard_scaler.hpp"
#include "tests/contracts/mergeable.hpp"
#include "tests/contracts/transformer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::MinMaxScaler, mote::RobustScaler, mote::StandardScaler, mote::Status;
using Row = std::array<float, 2>;

constexpr std::array<Row, 4> by_hand = {{{1, 7}, {5, 7}, {1, 7}, {5, 7}}};

template <class Scaler>
constexpr Scaler fitted() {
    Scaler scaler;
    (void)scaler.fit(by_hand);
    return scaler;
}

// 1, 5, 1, 5 has mean 3, deviation 2 and range 4; sorted 1, 1, 5, 5, so quartiles 1, 3 and 5. The second
// feature never varies.
TEST_CASE("Scalers: worked by hand") {
    STATIC_REQUIRE(fitted<StandardScaler<float, 2>>().transform(Row{7, 8}) == Row{2, 1});
    STATIC_REQUIRE(fitted<StandardScaler<float, 2>>().inverse_transform(Row{2, 1}) == Row{7, 8});
    STATIC_REQUIRE(fitted<MinMaxScaler<float, 2>>().transform(Row{2, 9}) == Row{0.25f, 2});
    STATIC_REQUIRE(fitted<MinMaxScaler<float, 2>>().inverse_transform(Row{0.25f, 2}) == Row{2, 9});
    STATIC_REQUIRE(fitted<RobustScaler<float, 2>>().transform(Row{5, 6}) == Row{0.5f, -1});
    STATIC_REQUIRE(fitted<RobustScaler<float, 2>>().inverse_transform(Row{0.5f, -1}) == Row{5, 6});
    STATIC_REQUIRE(StandardScaler<float, 2>{}.transform(Row{5, 6}) == Row{5, 6});
    STATIC_REQUIRE(MinMaxScaler<float, 2>{}.transform(Row{5, 6}) == Row{5, 6});
    STATIC_REQUIRE(RobustScaler<float, 2>{}.transform(Row{5, 6}) == Row{5, 6});
}

namespace {

constexpr std::size_t features = 13;
using Wine = std::array<double, features>;

std::vector<Wine> wine() {
    std::vector<Wine> rows;
    for (const auto& line : mote::testing::read_csv<double, features + 1>("wine")) {
        std::copy_n(line.begin(), features, rows.emplace_back().begin());
    }
    return rows;
}

/// The reference has twelve digits.
void require_same(const Wine& y, const Wine& expected) {
    for (std::size_t i = 0; i < features; ++i) {
        CAPTURE(i);
        REQUIRE(y[i] == Approx(expected[i]).epsilon(1e-11).margin(1e-12));
    }
}

template <class Scaler>
void require_reference(const Wine& first, const Wine& last) {
    const auto rows = wine();
    REQUIRE(rows.size() == 178);
    Scaler scaler;
    REQUIRE(scaler.fit(rows) == Status::ok);
    require_same(scaler.transform(rows.front()), first);
    require_same(scaler.transform(rows.back()), last);
    require_same(scaler.inverse_transform(last), rows.back());
}

}  // namespace

// Values by scalers_reference.py.
TEST_CASE("Scalers: scikit-learn's values on wine") {
    require_reference<StandardScaler<double, features>>(
        {1.51861254099, -0.562249798329, 0.232052540995, -1.16959317502, 1.91390521757, 0.808997394632,
         1.03481895813, -0.659563114305, 1.22488398406, 0.251716849819, 0.362177275779, 1.84791956651,
         1.01300892675},
        {1.39508604449, 1.58316511965, 1.36520822348, 1.50294325635, -0.262708341901, -0.392751266583,
         -1.27430450325, 1.5966225835, -0.422075098333, 1.79166598916, -1.52437837198, -1.4289477651,
         -0.595160411248});
    require_reference<MinMaxScaler<double, features>>(
        {0.842105263158, 0.191699604743, 0.572192513369, 0.257731958763, 0.619565217391, 0.627586206897,
         0.573839662447, 0.283018867925, 0.593059936909, 0.372013651877, 0.455284552846, 0.970695970696,
         0.561340941512},
        {0.815789473684, 0.664031620553, 0.737967914439, 0.716494845361, 0.282608695652, 0.368965517241,
         0.0886075949367, 0.811320754717, 0.296529968454, 0.675767918089, 0.105691056911, 0.120879120879,
         0.201141226819});
    require_reference<RobustScaler<double, features>>(
        {0.897338403042, -0.10472972973, 0.201438848921, -0.906976744186, 1.52631578947, 0.420803782506,
         0.553892215569, -0.358208955224, 1.05, 0.318791946309, 0.222222222222, 0.924949290061,
         0.808049535604},
        {0.821292775665, 1.51013513514, 1.09352517986, 1.16279069767, -0.105263157895, -0.28841607565,
         -0.823353293413, 1.31343283582, -0.292857142857, 1.51342281879, -1.05185185185, -0.957403651116,
         -0.234262125903});
}

template <class Scaler>
void require_updates_are_a_fit() {
    const auto rows = wine();
    Scaler fitted, updated;
    REQUIRE(fitted.fit(rows) == Status::ok);
    for (const Wine& row : rows) REQUIRE(updated.update(row) == Status::ok);
    for (const Wine& row : rows) REQUIRE(fitted.transform(row) == updated.transform(row));
}

TEST_CASE("Scalers: updates are a fit, and exactly mergeable ones merge to it") {
    require_updates_are_a_fit<StandardScaler<double, features>>();
    require_updates_are_a_fit<MinMaxScaler<double, features>>();

    const auto rows = wine();
    const auto all = mote::Rows<double, features>(rows);
    StandardScaler<double, features> one, other, both;
    MinMaxScaler<double, features> low, high, range;
    REQUIRE((one.fit(all.first(50)) == Status::ok && other.fit(all.subspan(50)) == Status::ok));
    REQUIRE((low.fit(all.first(50)) == Status::ok && high.fit(all.subspan(50)) == Status::ok));
    REQUIRE((both.fit(all) == Status::ok && range.fit(all) == Status::ok));
    REQUIRE(one.merge(StandardScaler<double, features>{}) == Status::ok);
    REQUIRE(one.merge(other) == Status::ok);
    REQUIRE(low.merge(MinMaxScaler<double, features>{}) == Status::ok);
    REQUIRE(low.merge(high) == Status::ok);
    require_same(one.transform(rows[20]), both.transform(rows[20]));
    REQUIRE(one.count() == 178);
    REQUIRE(low.transform(rows[20]) == range.transform(rows[20]));
}

// The estimate of a quantile of 20,000 normal values has a standard error of 0.010 at a quartile; P2 adds
// less.
TEST_CASE("RobustScaler: the stream's quartiles are near the exact ones") {
    RobustScaler<float, 1> scaler;
    mote::Random random(3);
    for (int i = 0; i < 20'000; ++i) {
        float x = 5 + 2 * random.normal<float>();
        if (i % 20 == 0) x += 1000;  // one in twenty is far out: the mean would be 55
        REQUIRE(scaler.update(std::array{x}) == Status::ok);
    }
    // With a twentieth above: the median is the 10/19 quantile of the rest, 0.066; quartiles the 5/19 and
    // 15/19 quantiles, -0.634 and 0.805.
    REQUIRE(std::abs(scaler.centre(0) - (5 + 2 * 0.066f)) < 0.08f);
    REQUIRE(std::abs(scaler.range(0) - 2 * (0.805f + 0.634f)) < 0.12f);
}

template <class Scaler>
void require_refusals() {
    Scaler scaler = fitted<Scaler>();
    const auto before = mote::testing::bytes_of(scaler);
    REQUIRE(scaler.fit({}) == Status::too_few_rows);
    REQUIRE(mote::testing::bytes_of(scaler) == before);
    scaler.reset();
    constexpr std::array<float, 2> row{3, -7};
    REQUIRE(scaler.transform(row) == Scaler{}.transform(row));
}

TEST_CASE("Scalers: refuse no rows, and what leaves the range of numbers") {
    require_refusals<StandardScaler<float, 2>>();
    require_refusals<MinMaxScaler<float, 2>>();
    require_refusals<RobustScaler<float, 2>>();
    const std::array<Row, 2> wide = {{{-3e38f, 0}, {3e38f, 0}}};
    REQUIRE(StandardScaler<float, 2>{}.fit(wide) == Status::not_finite);
    REQUIRE(MinMaxScaler<float, 2>{}.fit(wide) == Status::not_finite);
    RobustScaler<float, 2> robust;
    REQUIRE(robust.fit(std::array<Row, 4>{{{-3e38f, 0}, {-3e38f, 0}, {3e38f, 0}, {3e38f, 0}}}) == Status::ok);
    REQUIRE(robust.range(0) == 1);
}

TEST_CASE("Scalers: keep the promises of transformers") {
    mote::testing::check_transformer<StandardScaler<float, 3>>();
    mote::testing::check_transformer<MinMaxScaler<float, 3>>();
    mote::testing::check_transformer<RobustScaler<float, 3>>();
    STATIC_REQUIRE(mote::Mergeable<StandardScaler<float, 3>>);
    STATIC_REQUIRE(mote::Mergeable<MinMaxScaler<double, 3>>);
    STATIC_REQUIRE_FALSE(mote::Mergeable<RobustScaler<float, 3>>);
}
