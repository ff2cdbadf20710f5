// SPDX-License-Identifier: MIT
#include "mote/nn/prune.hpp"

#include <algorithm>
#include <limits>

#include "mote/nn/trainer.hpp"
#include "tests/nn/small_network.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using testing::SmallNetwork;

namespace {

using Two = nn::Sequential<nn::Shape(3), nn::Dense<nn::DenseConfig{.units = 2}>,
                           nn::Dense<nn::DenseConfig{.units = 1}>>;

}  // namespace

TEST_CASE("prune: by hand, layer by layer, the first of equals, biases never") {
    nn::Network<double, Two> model(
        {3, -1, 2, 0.5, -4, 1, /*biases*/ 0.1, 0.2, /*second layer*/ 100, -200, 0.3});
    REQUIRE(nn::prune(model, 0.5) == Status::ok);
    const std::array<double, 11> expected{3, 0, 2, 0, -4, 0, 0.1, 0.2, 0, -200, 0.3};
    REQUIRE(model.weights() == expected);
    REQUIRE(nn::sparsity(model) == 0.5);
    nn::Network<double, Two> ties({1, -1, 1, 1, -1, 1, 0, 0, 1, 1, 0});
    REQUIRE(nn::prune(ties, 0.34) == Status::ok);  // two of six, none of two
    REQUIRE(ties.weights() == std::array<double, 11>{0, 0, 1, 1, -1, 1, 0, 0, 1, 1, 0});
}

TEST_CASE("prune: within layers of layers") {
    using Dense = nn::Dense<nn::DenseConfig{.units = 2}>;
    using Block = nn::Sequential<nn::Shape(2), nn::Residual<nn::Path<Dense>, nn::Path<Dense>>>;
    nn::Network<double, Block> model({3, -1, 2, 0.5, 7, 8, /*shortcut*/ 1, 4, -5, 2, 9, 6});
    REQUIRE(nn::prune(model, 0.5) == Status::ok);
    REQUIRE(model.weights() == std::array<double, 12>{3, 0, 2, 0, 7, 8, 0, 4, -5, 0, 9, 6});
    REQUIRE(nn::sparsity(model) == 0.5);
    STATIC_REQUIRE(
        std::is_same_v<nn::Pruned<Block>::Description<0>,
                       nn::Residual<nn::Path<nn::PrunedWeights<Dense>>, nn::Path<nn::PrunedWeights<Dense>>>>);
}

TEST_CASE("prune: none and all; again changes nothing") {
    nn::Network<double, SmallNetwork> model;
    std::ranges::copy(reference::weights, model.weights().begin());
    const auto before = model.weights();
    REQUIRE(nn::prune(model, 0) == Status::ok);
    REQUIRE(model.weights() == before);
    REQUIRE(nn::prune(model, 0.6) == Status::ok);
    const auto once = model.weights();
    REQUIRE(nn::sparsity(model) == Approx(0.6).margin(0.02));
    REQUIRE(nn::prune(model, 0.6) == Status::ok);
    REQUIRE(model.weights() == once);
    REQUIRE(nn::prune(model, 1) == Status::ok);
    REQUIRE(nn::sparsity(model) == 1);
}

TEST_CASE("prune: refuses shares that are none and weights that are no numbers") {
    nn::Network<double, Two> model({3, -1, 2, 0.5, -4, 1, 0.1, 0.2, 100, -200, 0.3});
    const auto before = model.weights();
    REQUIRE(nn::prune(model, 1.01) == Status::bad_parameter);
    REQUIRE(nn::prune(model, -0.1) == Status::bad_parameter);
    REQUIRE(nn::prune(model, std::numeric_limits<double>::quiet_NaN()) == Status::bad_parameter);
    REQUIRE(model.weights() == before);
    model.weights()[2] = std::numeric_limits<double>::infinity();
    REQUIRE(nn::prune(model, 0.5) == Status::not_finite);
    REQUIRE(model.weights()[1] == -1);
}

TEST_CASE("Pruned: zeros have no slope, all else has the slope it had; biases of zero are free") {
    using Net = nn::Network<double, SmallNetwork>;
    using PrunedNet = nn::Network<double, nn::Pruned<SmallNetwork>>;
    Net model;
    std::ranges::copy(reference::weights, model.weights().begin());
    REQUIRE(nn::prune(model, 0.5) == Status::ok);
    const std::size_t bias = SmallNetwork::parameters - 1;
    model.weights()[bias] = 0;
    static nn::Trainer<Net> trainer;
    static nn::Trainer<PrunedNet> pruned_trainer;
    Net::Weights slopes{}, pruned_slopes{};
    std::array<double, 108> x{};
    std::ranges::copy(reference::input, x.begin());
    trainer.accumulate(model, x, std::size_t{1}, slopes);
    pruned_trainer.accumulate(PrunedNet(model.weights()), x, std::size_t{1}, pruned_slopes);
    std::size_t stopped = 0;
    for (std::size_t i = 0; i < slopes.size(); ++i) {
        const bool zero = model.weights()[i] == 0 && i != bias;
        REQUIRE(pruned_slopes[i] == (zero ? 0 : slopes[i]));
        stopped += zero && slopes[i] != 0 ? 1 : 0;
    }
    REQUIRE(stopped > 20);
    REQUIRE(pruned_slopes[bias] != 0);
}
