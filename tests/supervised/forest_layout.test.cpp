// SPDX-License-Identifier: MIT
#include "mote/supervised/forest_layout.hpp"

#include <type_traits>

#include "mote/supervised/gradient_boosting.hpp"
#include "tests/contracts/classifier.hpp"
#include "tests/firmware/models/breast_cancer_forest.hpp"
#include "tests/supervised/forest_probes.hpp"
#include "tests/support/catch.hpp"

using mote::ForestLayout;
using mote::lay_out;
using mote::testing::disagreements;

namespace {

namespace flashed = mote::firmware::breast_cancer;

using Row = std::array<float, 2>;
using Boosted =
    mote::GradientBoosting<float, 2, 3, mote::BoostingConfig{.rounds = 3, .leaves = 3, .bins = 8}>;

constexpr Boosted boosted = [] {
    const std::array<Row, 6> rows{Row{1, 5}, Row{2, 6}, Row{3, 4}, Row{7, 5}, Row{8, 6}, Row{9, 4}};
    const std::array<std::uint8_t, 6> labels{0, 0, 1, 1, 2, 2};
    Boosted model;
    Boosted::Trainer<6> trainer;
    static_cast<void>(model.fit({rows, labels}, trainer, {.min_samples_leaf = 1}));
    return model;
}();

constexpr auto inlined = lay_out<boosted, ForestLayout::inlined>();

}  // namespace

TEST_CASE("lay_out: every layout answers as the forest does around every threshold") {
    static constexpr auto compact = lay_out<boosted, ForestLayout::compact>();
    static constexpr auto interleaved = lay_out<boosted, ForestLayout::interleaved>();
    static constexpr auto best = lay_out<boosted>();
    REQUIRE(disagreements(boosted, inlined, 30) == 0);
    REQUIRE(disagreements(boosted, compact, 30) == 0);
    REQUIRE(disagreements(boosted, interleaved, 30) == 0);
    REQUIRE(disagreements(boosted, best, 30) == 0);
    REQUIRE(disagreements(flashed::forest, lay_out<flashed::forest, ForestLayout::inlined>(), 2) == 0);
    STATIC_REQUIRE(std::is_empty_v<decltype(lay_out<boosted, ForestLayout::inlined>())>);
    STATIC_REQUIRE(mote::best_layout<mote::isa::Avx512Vnni>(1000) == ForestLayout::interleaved);
    STATIC_REQUIRE(mote::best_layout<mote::isa::Avx2>(100) == ForestLayout::inlined);
    STATIC_REQUIRE(mote::best_layout<mote::isa::ArmMve>(100) == ForestLayout::compact);
}

/// Comes laid out: there is nothing to fit.
template <>
struct mote::testing::Recipe<std::remove_cv_t<decltype(inlined)>> {
    static constexpr auto fresh() { return inlined; }
};

TEST_CASE("InlineForest: keeps the promises of a classifier") {
    STATIC_REQUIRE(inlined.predict(Row{1, 5}) == 0);
    STATIC_REQUIRE(inlined.votes(Row{9, 4}) == boosted.votes(Row{9, 4}));
    mote::testing::check_classifier<std::remove_cv_t<decltype(inlined)>>();
}
