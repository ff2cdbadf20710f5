// SPDX-License-Identifier: MIT
#include "mote/anomaly/reconstruction_detector.hpp"

#include "mote/nn/network.hpp"
#include "mote/signal/pca.hpp"
#include "tests/contracts/anomaly_detector.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using mote::ReconstructionDetector, mote::Status;
namespace nn = mote::nn;

using Architecture = nn::Sequential<nn::Shape{2}, nn::Dense<nn::DenseConfig{.units = 1}>,
                                    nn::Dense<nn::DenseConfig{.units = 2}>>;
using Network = nn::Network<float, Architecture>;

/// The mean of both inputs, given back twice: a weight of 1/2 each, two of 1, no bias.
constexpr Network mean_of_two() {
    Network::Weights weights{};
    weights = {0.5f, 0.5f, 0, 1, 1, 0, 0};
    return Network(weights);
}

namespace mote::testing {
template <>
struct Recipe<ReconstructionDetector<Network>> {
    static constexpr std::size_t rows = 0;
    static constexpr bool fit_is_constexpr = false;
    static constexpr auto fresh() { return ReconstructionDetector<Network>(mean_of_two()); }
};
}  // namespace mote::testing

// (4, 2) comes back as (3, 3).
TEST_CASE("ReconstructionDetector: a network worked by hand") {
    constexpr ReconstructionDetector<Network> detector(mean_of_two());
    using Row = ReconstructionDetector<Network>::Row;
    REQUIRE(detector.score(Row{4, 2}) == 1);
    REQUIRE(detector.score(Row{3, 3}) == 0);
    REQUIRE(detector.contributions(Row{4, 1}) == Row{2.25f, 2.25f});
    Network::Workspace scratch;
    REQUIRE(detector.score(Row{4, 2}, scratch) == 1);
    REQUIRE(std::isfinite(detector.score(Row{3e38f, -3e38f})));
    STATIC_REQUIRE(!mote::testing::FitsRows<ReconstructionDetector<Network>>);  // it is trained elsewhere
}

// Components are at right angles, so by Pythagoras what is lost is what the coordinates do not hold.
TEST_CASE("ReconstructionDetector: a projection") {
    std::vector<std::array<double, 13>> wine;
    for (const auto& line : mote::testing::read_csv<double, 14>("wine")) {
        std::copy_n(line.begin(), 13, wine.emplace_back().begin());
    }
    ReconstructionDetector<mote::Pca<double, 13, 4>> detector;
    REQUIRE(detector.fit(wine) == Status::ok);
    const auto& pca = detector.model();
    std::array<double, 13> mean{};
    for (const auto& row : wine) {
        for (std::size_t i = 0; i < 13; ++i) mean[i] += row[i] / static_cast<double>(wine.size());
    }
    for (std::size_t n = 0; n < wine.size(); n += 25) {
        double rest = 0;
        for (std::size_t i = 0; i < 13; ++i) rest += (wine[n][i] - mean[i]) * (wine[n][i] - mean[i]);
        for (const double coordinate : pca.transform(wine[n])) rest -= coordinate * coordinate;
        REQUIRE(detector.score(wine[n]) == Approx(rest / 13).epsilon(1e-7));
    }
    REQUIRE(detector.fit(std::span(wine).first(1)) == Status::too_few_rows);
}

TEST_CASE("ReconstructionDetector: keeps the promises of an anomaly detector") {
    mote::testing::check_anomaly_detector<ReconstructionDetector<Network>>();
}
