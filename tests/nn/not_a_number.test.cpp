// SPDX-License-Identifier: MIT
// NaN in the input of a whole network: it comes out of whatever sees it, of nothing else, and is forgotten.
#include <cmath>
#include <limits>

#include "mote/nn/batch_normalization.hpp"
#include "mote/nn/conv1d.hpp"
#include "mote/nn/layer_normalization.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/parallel.hpp"
#include "mote/nn/pool1d.hpp"
#include "mote/nn/recurrent.hpp"
#include "mote/nn/relu.hpp"
#include "mote/nn/residual.hpp"
#include "mote/nn/softmax.hpp"
#include "mote/nn/streaming.hpp"
#include "mote/nn/time_distributed.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Shape;

namespace {

template <std::size_t Kernel, nn::Padding Padding = nn::Padding::valid>
using Conv = nn::Conv1D<nn::Conv1DConfig{.filters = 4, .kernel = Kernel, .padding = Padding}>;
template <class Cell>
using Steps = nn::Recurrent<Cell, nn::RecurrentConfig{.units = 4, .returns = nn::Returns::sequence}>;
using Decision = nn::TimeDistributed<nn::Dense<nn::DenseConfig{.units = 3}>>;

/// Each output sees a window of steps: convolution, pools, sums and ways beside each other.
using Windows = nn::Sequential<Shape{14, 3}, Conv<3>, nn::BatchNormalization<>, nn::ReLU, nn::MaxPool1D<>,
                               nn::DepthwiseConv1D<nn::Depthwise1DConfig{.kernel = 2}>,
                               nn::Residual<nn::Path<Conv<1>>>, nn::LayerNormalization<>,
                               nn::Parallel<nn::Concatenate, nn::Path<Conv<1>>, nn::Path<Conv<1>>>,
                               nn::AveragePool1D<>, Decision, nn::Softmax>;
/// Each output sees all steps before.
template <class Cell>
using Memory = nn::Sequential<Shape{6, 3}, Steps<Cell>, nn::ReLU, Decision, nn::Softmax>;

/// Puts NaN into each step, in the second feature, and compares with what comes of the input without it.
template <class Architecture, class Sees>
void check(Sees sees) {
    using Model = nn::Network<float, Architecture>;
    Random random(1);
    Model model;
    model.initialise(2);
    std::array<float, Architecture::inputs> x{};
    for (float& value : x) value = random.normal<float>();
    constexpr Shape in = Architecture::shapes[0], out = Architecture::shapes[Architecture::depth];
    typename Model::Workspace scratch;
    const auto run = [&](const auto& input) {
        std::array<float, out.size()> y{};
        std::ranges::copy(model.forward(input, scratch), y.begin());
        return y;
    };
    const auto clean = run(x);
    for (const float value : clean) REQUIRE(std::isfinite(value));
    for (std::size_t step = 0; step < in.height; ++step) {
        auto spoilt = x;
        spoilt[step * in.channels + 1] = std::numeric_limits<float>::quiet_NaN();
        const auto y = run(spoilt);
        for (std::size_t i = 0; i < y.size(); ++i) {
            CAPTURE(step, i);
            if (sees(i / out.channels, step)) {
                CHECK(std::isnan(y[i]));
            } else {
                CHECK(y[i] == clean[i]);
            }
        }
        REQUIRE(run(x) == clean);  // in the same workspace
    }
}

}  // namespace

TEST_CASE("NaN: comes out of the windows that see it, and is gone with the next input") {
    // Output 0 sees the steps 0 to 7, output 1 the steps 4 to 11, and none the last two.
    check<Windows>([](std::size_t row, std::size_t step) { return step >= 4 * row && step < 4 * row + 8; });
}

TEST_CASE("NaN: comes out of its step and the later ones, and is gone with the next sequence") {
    const auto later = [](std::size_t row, std::size_t step) { return row >= step; };
    check<Memory<nn::GruCell<>>>(later);
    check<Memory<nn::GruCell<nn::GruReset::before>>>(later);
    check<Memory<nn::LstmCell>>(later);
    check<Memory<nn::SimpleRnnCell>>(later);
    check<Memory<nn::FastGrnnCell>>(later);
}

TEST_CASE("NaN: stays in the memory of a stream until it is made anew, and in no other stream's") {
    using Architecture =
        nn::Sequential<Shape{6, 2}, Conv<2, nn::Padding::causal>, Steps<nn::LstmCell>, Decision, nn::Softmax>;
    using Stream = nn::Streaming<nn::Network<float, Architecture>>;
    nn::Network<float, Architecture> model;
    model.initialise(3);
    const Stream stream(model);
    const std::array<float, 2> x{0.5f, -1}, spoilt{std::numeric_limits<float>::quiet_NaN(), 1};
    const auto three = [&](Stream::State& state) {
        stream.push(x, state);
        stream.push(x, state);
        return *stream.push(x, state);
    };
    Stream::State state, other;
    const auto clean = three(state);
    stream.push(spoilt, state);
    for (const float value : three(state)) CHECK(std::isnan(value));
    CHECK(three(other) == clean);
    state = {};
    CHECK(three(state) == clean);
}
