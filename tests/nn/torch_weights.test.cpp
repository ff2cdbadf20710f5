// SPDX-License-Identifier: MIT
// Weights laid out as docs/from_keras_or_pytorch.md says give what PyTorch gives.
#include <algorithm>

#include "mote/nn/activation.hpp"
#include "mote/nn/batch_normalization.hpp"
#include "mote/nn/conv1d.hpp"
#include "mote/nn/embedding.hpp"
#include "mote/nn/layer_normalization.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/recurrent.hpp"
#include "mote/nn/relu.hpp"
#include "mote/nn/time_distributed.hpp"
#include "mote/nn/transposed_conv1d.hpp"
#include "tests/nn/torch_weights_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using nn::Shape;

namespace {

/// Float sums of up to 73 products of the order of 1, in another order: 1e-5 of the largest.
template <class Model, class Values, class Expected>
void check(const Model& model, const Values& x, const Expected& expected) {
    typename Model::Workspace scratch;
    const auto y = model.forward(x, scratch);
    REQUIRE(y.size() == expected.size());
    for (std::size_t i = 0; i < y.size(); ++i) CHECK(y[i] == Approx(expected[i]).margin(2e-5));
}

}  // namespace

TEST_CASE("From PyTorch: images") {
    using Images = nn::Sequential<
        Shape{6, 5, 2}, nn::Conv2D<nn::ConvConfig{.filters = 4, .kernel = {3, 2}}>,
        nn::BatchNormalization<nn::BatchNormConfig{.epsilon = 1e-5, .activation = nn::Activation::relu}>,
        nn::DepthwiseConv2D<nn::DepthwiseConfig{.multiplier = 2, .kernel = 2}>, nn::HardSwish, nn::Flatten,
        nn::Dense<nn::DenseConfig{.units = 3}>, nn::Softmax>;
    check(nn::Network<float, Images>(reference::image_weights), reference::image, reference::image_output);
}

TEST_CASE("From PyTorch: sequences") {
    using Sequences = nn::Sequential<
        Shape{9, 3},
        nn::Conv1D<nn::Conv1DConfig{
            .filters = 4, .dilation = 2, .padding = nn::Padding::causal, .activation = nn::Activation::relu}>,
        nn::DepthwiseConv1D<nn::Depthwise1DConfig{.kernel = 2}>, nn::LayerNormalization<>,
        nn::TransposedConv1D<nn::TransposedConfig{.filters = 2, .kernel = 3, .stride = 2}>,
        nn::TimeDistributed<nn::Dense<nn::DenseConfig{.units = 3}>>>;
    check(nn::Network<float, Sequences>(reference::sequence_weights), reference::sequence,
          reference::sequence_output);
}

TEST_CASE("From PyTorch: tokens through a GRU and an LSTM") {
    using Tokens = nn::Sequential<
        Shape{5}, nn::Embedding<nn::EmbeddingConfig{.tokens = 7, .units = 3}>,
        nn::Recurrent<nn::GruCell<>, nn::RecurrentConfig{.units = 4, .returns = nn::Returns::sequence}>,
        nn::Recurrent<nn::LstmCell, nn::RecurrentConfig{.units = 2}>, nn::Dense<nn::DenseConfig{.units = 2}>>;
    using nn::Gru, nn::Lstm;
    const auto gru = Gru<float, 3, 4>::from_pytorch(reference::gru_weight_ih, reference::gru_weight_hh,
                                                    reference::gru_bias_ih, reference::gru_bias_hh);
    const auto lstm = Lstm<float, 4, 2>::from_pytorch(reference::lstm_weight_ih, reference::lstm_weight_hh,
                                                      reference::lstm_bias_ih, reference::lstm_bias_hh);
    nn::Network<float, Tokens> model;
    float* to = model.weights().data();
    to = std::ranges::copy(reference::embedding, to).out;
    to = std::ranges::copy(gru.weights(), to).out;
    to = std::ranges::copy(lstm.weights(), to).out;
    to = std::ranges::copy(reference::token_dense, to).out;
    REQUIRE(to == model.weights().data() + model.weights().size());
    check(model, reference::tokens, reference::token_output);
}
