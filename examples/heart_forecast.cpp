// SPDX-License-Identifier: MIT
// A heart monitor that says what the next sample will be, one frame at a time, with a network of bytes.
//
// Problem  A wearable sends only what it could not have foreseen. How well can a small causal network foresee
//          the next sample of an electrocardiogram, and what does a sample cost when nothing is computed
//          twice?
// Data     Five minutes of real ECG, averaged down to 90 samples a second. The network learns from windows of
//          the first two minutes and is judged on the last three, which it sees as a stream.
// Yours    Replace `read_signal`; the window has to be longer than what the layers look back on (22 samples
//          here).
// Writes   heart_forecast.svg: the losses over the epochs. A line on the terminal tells how long it still
//          takes.
#include <array>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "mote/deploy/host/learning_curve.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/streaming.hpp"
#include "mote/nn/trainer.hpp"

using namespace mote;

constexpr std::size_t window = 64, fitted = 90 * 120;

template <std::size_t Dilation>
using Causal = nn::Conv1D<nn::Conv1DConfig{.filters = 8,
                                           .kernel = 4,
                                           .dilation = Dilation,
                                           .padding = nn::Padding::causal,
                                           .activation = nn::Activation::relu}>;
using Architecture = nn::Sequential<nn::Shape{window, 1}, Causal<1>, Causal<2>, Causal<4>,
                                    nn::Conv1D<nn::Conv1DConfig{.filters = 1, .kernel = 1}>>;
// Sizes that are the same on every machine; leave isa::Portable out, and the network is packed for yours.
using Network = nn::Network<float, Architecture, isa::Portable>;
using Row = std::array<float, window>;

/// Millivolts, the mean of four samples each.
std::vector<float> read_signal() {
    std::ifstream file(MOTE_DATA "/electrocardiogram.csv");
    std::string name;
    std::getline(file, name);
    std::vector<float> signal;
    for (float a = 0, b = 0, c = 0, d = 0; file >> a >> b >> c >> d;) signal.push_back((a + b + c + d) / 800);
    return signal;
}

Network train(const std::vector<float>& signal) {
    std::vector<Row> rows, next;
    for (std::size_t at = 0; at + window < fitted; at += window / 2) {
        Row row{}, target{};
        for (std::size_t i = 0; i < window; ++i) {
            row[i] = signal[at + i];
            target[i] = signal[at + i + 1];
        }
        rows.push_back(row);
        next.push_back(target);
    }
    Network model;
    model.initialise(1);
    static nn::Trainer<Network, nn::Adam, nn::SquaredError> trainer;
    trainer.optimizer.learning_rate = 0.01f;
    deploy::LearningCurve curve;
    const Status status =
        trainer.fit(model, Dataset<float, window, Row>{rows, next}, {.epochs = 15, .batch = 4}, curve);
    std::printf("trained on %zu windows: %s\n", rows.size(), status == Status::ok ? "ok" : "failed");
    std::ofstream svg("heart_forecast.svg");
    curve.draw(svg);
    return model;
}

/// The share of the next samples' variance that a stream of frames leaves unexplained.
template <class Forecast>
double unexplained(const std::vector<float>& signal, Forecast forecast) {
    double squares = 0, sum = 0, total = 0, count = 0;
    for (std::size_t i = fitted; i + 1 < signal.size(); ++i) {
        const double gap = static_cast<double>(forecast(signal[i]) - signal[i + 1]);
        const double value = static_cast<double>(signal[i + 1]);
        squares += gap * gap;
        sum += value;
        total += value * value;
        ++count;
    }
    return squares / (total - sum * sum / count);
}

int main() {
    const std::vector<float> signal = read_signal();
    const Network model = train(signal);
    std::vector<Row> calibration;
    for (std::size_t at = 0; at + window < fitted; at += window) {
        Row row{};
        std::copy_n(signal.begin() + static_cast<std::ptrdiff_t>(at), window, row.begin());
        calibration.push_back(row);
    }
    const auto bytes = nn::quantize<std::int8_t>(model, Rows<float, window>(calibration));

    const nn::Streaming real(model);
    const nn::Streaming small(bytes);  // on a device: constexpr, in flash
    decltype(real)::State real_state;
    decltype(small)::State state;
    const double float_error =
        unexplained(signal, [&](float x) { return (*real.push(std::array{x}, real_state))[0]; });
    const double byte_error = unexplained(
        signal, [&](float x) { return small.output().dequantize((*small.push(std::array{x}, state))[0]); });
    const double last_value = unexplained(signal, [](float x) { return x; });
    std::printf("unexplained variance: %.2f float, %.2f bytes, %.2f if the last sample is repeated\n",
                float_error, byte_error, last_value);
    std::printf("a frame: %zu products; the window of %zu anew: %zu\n", Architecture::macs / window, window,
                Architecture::macs);
    std::printf(
        "demo: family=deep; algorithm=Streaming causal Conv1D, int8; data=ECG, next sample; score=%.2f of "
        "the "
        "variance explained; reference=%.2f (last sample repeated); row=; constant=%zu; ram=%zu; macs=%zu\n",
        1 - byte_error, 1 - last_value, sizeof(small), sizeof(state), Architecture::macs / window);
}
