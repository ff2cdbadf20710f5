// SPDX-License-Identifier: MIT
#include "mote/core/dataset.hpp"

#include "tests/support/catch.hpp"

using Data = mote::Dataset<float, 2>;

constexpr std::array<Data::Row, 3> rows = {{{1, 2}, {3, 4}, {5, 6}}};
constexpr std::array<std::uint8_t, 3> labels = {0, 1, 0};

TEST_CASE("Dataset: as many rows as labels") {
    STATIC_REQUIRE(Data{rows, labels}.check() == mote::Status::ok);
    STATIC_REQUIRE(Data{rows, std::span(labels).first(2)}.check() == mote::Status::size_mismatch);
    STATIC_REQUIRE(Data{std::span(rows).first(1), labels}.check() == mote::Status::size_mismatch);
    STATIC_REQUIRE(Data{}.check() == mote::Status::ok);
    STATIC_REQUIRE(Data{}.empty());
    STATIC_REQUIRE(Data{rows, labels}.size() == 3);
}

TEST_CASE("Dataset: a subset looks at the same memory") {
    constexpr Data data{rows, labels};
    constexpr Data tail = data.subset(1, 2);
    STATIC_REQUIRE(tail.size() == 2);
    STATIC_REQUIRE(&tail.rows[0] == &rows[1]);
    STATIC_REQUIRE(tail.rows[1][1] == 6);
    STATIC_REQUIRE(tail.labels[0] == 1);
    STATIC_REQUIRE(data.subset(3, 0).empty());
}

TEST_CASE("Dataset: what counts by class learns every row and wants every class") {
    constexpr auto learn = [](Data data, std::uint8_t classes) {
        std::array<int, 3> seen{};
        return mote::learn_every_class(data, std::span(seen).first(classes),
                                       [&](Data::Row x, std::uint8_t y) {
                                           if (!(x[0] < 5)) return mote::Status::not_finite;
                                           ++seen[y];
                                           return mote::Status::ok;
                                       });
    };
    constexpr Data data{rows, labels};
    STATIC_REQUIRE(learn(data.subset(0, 2), 2) == mote::Status::ok);
    STATIC_REQUIRE(learn(data.subset(0, 2), 3) == mote::Status::missing_class);
    STATIC_REQUIRE(learn(data, 2) == mote::Status::not_finite);
    STATIC_REQUIRE(learn(data.subset(0, 0), 1) == mote::Status::too_few_rows);
    STATIC_REQUIRE(learn({rows, std::span(labels).first(2)}, 2) == mote::Status::size_mismatch);
}

TEST_CASE("Dataset: regression has targets for labels") {
    using Regression = mote::Dataset<double, 1, double>;
    constexpr std::array<Regression::Row, 1> row = {{{2.0}}};
    constexpr std::array<double, 1> target = {4.5};
    STATIC_REQUIRE(Regression{row, target}.labels[0] == 4.5);
    STATIC_REQUIRE(std::same_as<Regression::Label, double>);
    STATIC_REQUIRE(Regression::features == 1);
}
