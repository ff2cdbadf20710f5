// SPDX-License-Identifier: MIT
// A small convolutional network that reads handwritten digits, from training to a header for firmware.
//
// Problem  Which digit is on an 8 x 8 image? Train in float on the host, turn the network into bytes, write
//          them as a C++ header that a microcontroller compiles: tests/firmware/rows/digits_cnn.cpp does.
// Data     1,797 digits of the UCI test set, 64 pixels from 0 to 16 and the digit; every fifth is held out.
// Yours    Replace the file, the shape and the number of classes; then try more or fewer filters. Arguments:
//          where the header goes.
// Writes   the header, and digits_cnn.svg: the loss over the epochs.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "mote/deploy/host/learning_curve.hpp"
#include "mote/deploy/host/network_header.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/trainer.hpp"

using namespace mote;

using Architecture = nn::Sequential<
    nn::Shape{8, 8, 1},
    nn::Conv2D<nn::ConvConfig{
        .filters = 16, .kernel = {3, 3}, .padding = nn::Padding::same, .activation = nn::Activation::relu}>,
    nn::MaxPool2D<>,
    nn::Conv2D<nn::ConvConfig{
        .filters = 16, .kernel = {3, 3}, .padding = nn::Padding::same, .activation = nn::Activation::relu}>,
    nn::MaxPool2D<>, nn::Flatten, nn::Dense<nn::DenseConfig{.units = 10}>, nn::Softmax>;

// Plain C++ instead of the host's own instruction set: so the sums are the same on every x86 and so is what
// is printed.
using Network = nn::Network<float, Architecture, isa::Portable>;
using SmallNetwork = nn::Network<std::int8_t, Architecture, isa::Portable>;

struct Digits {
    std::vector<std::array<float, 64>> rows;
    std::vector<std::uint8_t> labels;

    Dataset<float, 64> data() const { return {rows, labels}; }
};

/// Puts every fifth line of the file into `held_out`, the others into `train`.
bool load(Digits& train, Digits& held_out) {
    std::ifstream file(MOTE_DATA "/digits.csv");
    std::string line;
    std::getline(file, line);  // column names
    for (std::size_t number = 0; std::getline(file, line); ++number) {
        Digits& target = number % 5 == 0 ? held_out : train;
        char* at = line.data();
        std::array<float, 64> pixels{};
        for (float& pixel : pixels) pixel = std::strtof(at, &at) / 16, ++at;
        target.rows.push_back(pixels);
        target.labels.push_back(static_cast<std::uint8_t>(std::strtol(at, nullptr, 10)));
    }
    return !train.rows.empty();
}

template <class Model>
std::size_t right_answers(const Model& model, const Digits& digits) {
    static typename Model::Workspace scratch;
    std::size_t right = 0;
    for (std::size_t i = 0; i < digits.rows.size(); ++i) {
        right += model.predict(digits.rows[i], scratch) == digits.labels[i] ? 1 : 0;
    }
    return right;
}

double percent(std::size_t part, const Digits& whole) {
    return 100.0 * static_cast<double>(part) / static_cast<double>(whole.rows.size());
}

int main(int argc, char** argv) {
    Digits train, held_out;
    if (!load(train, held_out)) return 1;

    static Network model;
    static nn::Trainer<Network> trainer;
    model.initialise(/*seed=*/1);
    trainer.optimizer.learning_rate = 0.012f;
    deploy::LearningCurve curve;  // a line on the terminal, and a picture afterwards
    const Status status = trainer.fit(
        model, train.data(),
        {.epochs = 10, .batch = 16, .schedule = nn::Schedule::exponential(0.85), .seed = 1}, curve);
    std::ofstream svg("digits_cnn.svg");
    curve.draw(svg);
    std::printf("Trained on %zu digits: %s, loss %.3f\n", train.rows.size(), message(status).data(),
                static_cast<double>(trainer.loss()));

    const auto calibration = Rows<float, 64>(train.rows).first(200);
    static const SmallNetwork small = nn::quantize<std::int8_t>(model, calibration);
    const std::size_t right = right_answers(model, held_out), small_right = right_answers(small, held_out);
    std::printf("Right on %zu others: float %zu (%.1f %%), int8 %zu (%.1f %%)\n", held_out.rows.size(), right,
                percent(right, held_out), small_right, percent(small_right, held_out));
    std::printf("Weights: float %zu bytes, int8 %zu bytes; scratch %zu bytes\n", sizeof(model), sizeof(small),
                sizeof(SmallNetwork::Workspace));

    const char* path = argc > 1 && argv[1][0] != '-' ? argv[1] : "digits_cnn.hpp";
    std::ofstream header(path);
    deploy::write_header(header, "digits_cnn", small,
                         std::span<const std::int8_t, 64>(small.quantize_input(held_out.rows[0])));
    std::printf("Written: %s\n", path);
    std::printf(
        "demo: family=deep; algorithm=CNN int8, two convolutions; data=digits; score=%.1f %%; "
        "reference=98.3 %% (SVC); row=digits_cnn; constant=%zu; ram=%zu; macs=%zu\n",
        percent(small_right, held_out), sizeof(small), sizeof(SmallNetwork::Workspace), Architecture::macs);
    return header.good() ? 0 : 1;
}
