// SPDX-License-Identifier: MIT
// A small convolutional network that hears what is wrong with a motor, trained here and made bytes of.
//
// Problem  Is the motor sound, out of balance, or is a bearing pitted? Only 128 samples of raw vibration
//          tell, a window of 32 ms; no features are computed by hand.
// Data     Simulated: a turn every 13 to 18 samples, noise; imbalance adds to the turn, a pit rings a few
//          times a turn. How strong all this is differs from window to window, so that loudness alone says
//          little.
// Yours    Fill `Windows` from your own recordings (one label each), change the classes, then try more or
//          fewer filters.
// Writes   vibration_cnn.svg: the losses over the epochs. A line on the terminal tells how long it still
//          takes.
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <vector>

#include "mote/deploy/host/learning_curve.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/trainer.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"

using namespace mote;

constexpr std::size_t samples = 128, classes = 3;
using Window = std::array<float, samples>;

// Windows are images of one column: a kernel of 9 x 1 slides along the time.
constexpr auto relu = nn::Activation::relu;
using Architecture = nn::Sequential<
    nn::Shape{samples, 1, 1},
    nn::Conv2D<nn::ConvConfig{.filters = 8, .kernel = {9, 1}, .stride = {2, 1}, .activation = relu}>,
    nn::MaxPool2D<nn::PoolConfig{.size = {2, 1}}>,
    nn::Conv2D<nn::ConvConfig{.filters = 12, .kernel = {5, 1}, .activation = relu}>, nn::GlobalAveragePool,
    nn::Dense<nn::DenseConfig{.units = classes}>, nn::Softmax>;
using Network = nn::Network<float, Architecture, isa::Portable>;
using SmallNetwork = nn::Network<std::int8_t, Architecture, isa::Portable>;

struct Windows {
    std::vector<Window> rows;
    std::vector<std::uint8_t> labels;

    Dataset<float, samples> data() const { return {rows, labels}; }
};

/// What the sensor would deliver; label 0 is sound, 1 out of balance, 2 a pitted bearing.
Window record(std::uint8_t label, Random& random) {
    const auto between = [&random](float low, float high) {
        return low + (high - low) * random.uniform<float>();
    };
    const float turn = 6.2831853f / between(13, 18), phase = between(0, 6.28f), loudness = between(0.5f, 2);
    const float swing = label == 1 ? between(0.9f, 1.5f) : between(0.2f, 0.7f);
    const float noise = label == 2 ? between(0.1f, 0.25f) : between(0.1f, 0.5f);
    const float between_hits = between(20, 30);
    float next_hit = between(0, between_hits), ringing = 0;
    Window window{};
    for (std::size_t i = 0; i < samples; ++i) {
        const auto t = static_cast<float>(i);
        if (label == 2 && t >= next_hit) ringing = between(0.7f, 1.3f), next_hit += between_hits;
        window[i] = loudness * (swing * sin(turn * t + phase) + ringing * sin(1.9f * t) +
                                noise * random.normal<float>());
        ringing *= 0.8f;
    }
    return window;
}

Windows record_many(std::size_t count, std::uint64_t seed) {
    Random random(seed);
    Windows windows;
    for (std::size_t i = 0; i < count; ++i) {
        windows.labels.push_back(static_cast<std::uint8_t>(i % classes));
        windows.rows.push_back(record(windows.labels.back(), random));
    }
    return windows;
}

/// What one would compute by hand: strength, peak and peakedness.
std::array<float, 3> statistics(const Window& window) {
    float square = 0, fourth = 0, peak = 0;
    for (const float x : window) square += x * x, fourth += x * x * x * x, peak = std::max(peak, abs(x));
    return {log(square), log(peak * peak / square), log(fourth / (square * square))};
}

template <class Predict>
double percent_right(const Windows& windows, Predict predict) {
    std::size_t right = 0;
    for (std::size_t i = 0; i < windows.rows.size(); ++i)
        right += predict(windows.rows[i]) == windows.labels[i] ? 1 : 0;
    return 100.0 * static_cast<double>(right) / static_cast<double>(windows.rows.size());
}

double naive_bayes(const Windows& train, const Windows& test) {
    std::vector<std::array<float, 3>> rows;
    for (const Window& window : train.rows) rows.push_back(statistics(window));
    GaussianNaiveBayes<float, 3, classes> model;
    if (model.fit({rows, train.labels}) != Status::ok) return 0;
    return percent_right(test, [&](const Window& window) { return model.predict(statistics(window)); });
}

int main() {
    const Windows train = record_many(600, 1), held_out = record_many(300, 2), test = record_many(900, 3);
    static Network model;
    static nn::Trainer<Network> trainer;
    model.initialise(/*seed=*/1);
    trainer.optimizer.learning_rate = 0.01f;
    deploy::LearningCurve curve;
    const Status status =
        trainer.fit(model, train.data(), held_out.data(),
                    {.epochs = 24, .batch = 16, .schedule = nn::Schedule::cosine(), .patience = 8}, curve);
    std::printf("Trained on %zu windows: %s after %zu epochs, the best was %zu\n", train.rows.size(),
                message(status).data(), trainer.progress().epoch, trainer.progress().best_epoch);
    std::ofstream svg("vibration_cnn.svg");
    curve.draw(svg);

    static SmallNetwork small;
    if (nn::quantize(model, Rows<float, samples>(train.rows).first(100), small) != Status::ok) return 1;
    static Network::Workspace scratch;
    static SmallNetwork::Workspace small_scratch;
    const double right = percent_right(test, [&](const Window& x) { return model.predict(x, scratch); });
    const double small_right =
        percent_right(test, [&](const Window& x) { return small.predict(x, small_scratch); });
    const double by_hand = naive_bayes(train, test);
    std::printf(
        "Right on %zu others: float %.1f %%, int8 %.1f %%, GaussianNaiveBayes on statistics %.1f %%\n",
        test.rows.size(), right, small_right, by_hand);
    std::printf("Training takes %zu bytes, the int8 network %zu and %zu to run\n",
                sizeof model + sizeof trainer, sizeof small, sizeof small_scratch);
    std::printf(
        "demo: family=deep; algorithm=CNN int8 on raw vibration; data=simulated motor; score=%.1f %%; "
        "reference=%.1f %% (GaussianNaiveBayes on statistics); row=; constant=%zu; ram=%zu; macs=%zu\n",
        small_right, by_hand, sizeof small, sizeof small_scratch, Architecture::macs);
    return svg.good() && small_right > by_hand ? 0 : 1;
}
