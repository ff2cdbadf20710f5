// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>

#include "mote/core/random.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/trainer.hpp"

// One epoch of Adam over 1,437 digits in batches of 32; training_reference.py times PyTorch's.
namespace {

using namespace mote;

using Perceptron =
    nn::Sequential<nn::Shape{64},
                   nn::Dense<nn::DenseConfig{.units = 128, .activation = nn::Activation::relu}>,
                   nn::Dense<nn::DenseConfig{.units = 10}>, nn::Softmax>;
using Cnn = nn::Sequential<
    nn::Shape{8, 8, 1},
    nn::Conv2D<nn::ConvConfig{
        .filters = 16, .kernel = {3, 3}, .padding = nn::Padding::same, .activation = nn::Activation::relu}>,
    nn::MaxPool2D<>,
    nn::Conv2D<nn::ConvConfig{
        .filters = 16, .kernel = {3, 3}, .padding = nn::Padding::same, .activation = nn::Activation::relu}>,
    nn::MaxPool2D<>, nn::Flatten, nn::Dense<nn::DenseConfig{.units = 10}>, nn::Softmax>;

template <class Architecture>
void epoch(benchmark::State& state) {
    using Network = nn::Network<float, Architecture>;
    static Network model;
    static nn::Trainer<Network> trainer;
    static std::array<std::array<float, 64>, 1437> rows{};
    static std::array<std::uint8_t, 1437> labels{};
    Random random(1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (float& pixel : rows[i]) pixel = random.uniform<float>();
        labels[i] = static_cast<std::uint8_t>(random.below(10));
    }
    model.initialise(1);
    for (auto _ : state) {
        const Dataset<float, 64> data{rows, labels};
        if (trainer.fit(model, data, {.epochs = 1, .batch = 32}) != Status::ok)
            state.SkipWithError("refused");
    }
    state.counters["row"] =
        benchmark::Counter(1437, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}
BENCHMARK(epoch<Perceptron>)->Name("epoch_64_128_10")->Unit(benchmark::kMillisecond);
BENCHMARK(epoch<Cnn>)->Name("epoch_digits_cnn")->Unit(benchmark::kMillisecond);

}  // namespace
