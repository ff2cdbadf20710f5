// SPDX-License-Identifier: MIT
// A GRU that follows a heart step by step: each sample goes in once, and what it remembers is 12 numbers.
//
// Problem  As in heart_forecast.cpp: what will the next sample of an electrocardiogram be? Here a recurrent
//          layer remembers, instead of a window.
// Data     Five minutes of real ECG, averaged down to 90 samples a second; trained on windows of 48 samples
//          of the first two minutes, judged on the last three as a stream that never starts anew.
// Yours    Replace `read_signal` and the sizes. A model trained elsewhere comes in by Gru::from_pytorch or
//          Gru::from_keras.
// Writes   gru_step_by_step.svg: the losses over the epochs. A line on the terminal tells how long it still
//          takes.
#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "mote/deploy/host/learning_curve.hpp"
#include "mote/nn/gru.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/trainer.hpp"

using namespace mote;

constexpr std::size_t window = 48, units = 12, fitted = 90 * 120;

using Memory =
    nn::Recurrent<nn::GruCell<>, nn::RecurrentConfig{.units = units, .returns = nn::Returns::sequence}>;
using Architecture =
    nn::Sequential<nn::Shape{window, 1}, Memory, nn::TimeDistributed<nn::Dense<nn::DenseConfig{.units = 1}>>>;
using Network = nn::Network<float, Architecture>;
using Row = std::array<float, window>;
using Gru = nn::Gru<float, 1, units>;

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
    for (std::size_t at = 0; at + window < fitted; at += window) {
        Row row{}, target{};
        std::copy_n(signal.begin() + static_cast<std::ptrdiff_t>(at), window, row.begin());
        std::copy_n(signal.begin() + static_cast<std::ptrdiff_t>(at + 1), window, target.begin());
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
    std::ofstream svg("gru_step_by_step.svg");
    curve.draw(svg);
    return model;
}

int main() {
    const std::vector<float> signal = read_signal();
    const Network model = train(signal);

    // The layer's weights are those of the model of a single step; then come the output's.
    Gru::Weights weights{};
    std::copy_n(model.weights().begin(), Gru::parameters, weights.begin());
    const Gru gru(weights);
    const float* const output = model.weights().data() + Gru::parameters;

    Gru::State state{};
    double squares = 0, repeated = 0, sum = 0, total = 0, count = 0;
    for (std::size_t i = fitted; i + 1 < signal.size(); ++i) {
        const auto& h = gru.step(std::array{signal[i]}, state);  // one sample in
        float forecast = output[units];
        for (std::size_t k = 0; k < units; ++k) forecast += output[k] * h[k];
        const auto next = static_cast<double>(signal[i + 1]);
        const double gap = static_cast<double>(forecast) - next, last = static_cast<double>(signal[i]) - next;
        squares += gap * gap;
        repeated += last * last;
        sum += next;
        total += next * next;
        ++count;
    }
    const double variance = total - sum * sum / count;
    std::printf("%.0f steps; unexplained variance: %.2f, %.2f if the last sample is repeated\n", count,
                squares / variance, repeated / variance);
    std::printf(
        "demo: family=deep; algorithm=Gru, step by step; data=ECG, next sample; score=%.2f of the variance "
        "explained; reference=%.2f (last sample repeated); row=; constant=%zu; ram=%zu; macs=%zu\n",
        1 - squares / variance, 1 - repeated / variance, sizeof(gru), sizeof(state), Gru::macs);
}
