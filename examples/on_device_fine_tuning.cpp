// SPDX-License-Identifier: MIT
// A network in the field goes on learning: its convolutions stay in flash, its last layer learns in RAM.
//
// Problem  A reader of meter digits was trained in the factory. Where it hangs now, the camera has slipped
//          by two pixels and it reads poorly. Somebody tells it the truth 300 times; each time it takes one
//          small step.
// Data     1,797 digits of the UCI test set, 8 x 8 pixels; every fifth is held out, the others train the
//          factory's network. The slipped camera is simulated: the images are moved, as the device sees
//          them.
// Yours    Replace the file, the shape and the number of classes. On the board: the row fine_tuning and the
//          check of that name under tests/firmware.
// Writes   on_device_fine_tuning.svg: the losses in the factory. A line on the terminal tells how long it
//          still takes.
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "mote/deploy/host/learning_curve.hpp"
#include "mote/nn/fine_tuner.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"

using namespace mote;

using Architecture = nn::Sequential<
    nn::Shape{8, 8, 1},
    nn::Conv2D<nn::ConvConfig{
        .filters = 16, .kernel = {3, 3}, .padding = nn::Padding::same, .activation = nn::Activation::relu}>,
    nn::MaxPool2D<>,
    nn::Conv2D<nn::ConvConfig{
        .filters = 16, .kernel = {3, 3}, .padding = nn::Padding::same, .activation = nn::Activation::relu}>,
    nn::MaxPool2D<>, nn::Flatten, nn::Dense<nn::DenseConfig{.units = 10}>, nn::Softmax>;
using Network = nn::Network<float, Architecture, isa::Portable>;
// The last two layers are Dense and Softmax.
using Frozen = nn::Network<std::int8_t, nn::Front<Architecture, 2>, isa::Portable>;
using Learning = nn::Network<float, nn::Tail<Architecture, 2>, isa::Portable>;
using Image = std::array<float, 64>;

struct Digits {
    std::vector<Image> rows;
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
        Image pixels{};
        for (float& pixel : pixels) pixel = std::strtof(at, &at) / 16, ++at;
        target.rows.push_back(pixels);
        target.labels.push_back(static_cast<std::uint8_t>(std::strtol(at, nullptr, 10)));
    }
    return !train.rows.empty();
}

/// What the slipped camera sees.
Digits moved(Digits digits) {
    for (Image& image : digits.rows) {
        for (std::size_t i = 0; i < image.size(); ++i) image[i] = i % 8 < 6 ? image[i + 2] : 0;
    }
    return digits;
}

/// All that the device keeps in RAM for this.
static Learning tail;
static nn::FineTuner<Frozen, Learning> tuner;

double percent_right(const Frozen& frozen, const Digits& digits) {
    std::size_t right = 0;
    for (std::size_t i = 0; i < digits.rows.size(); ++i) {
        right += tuner.predict(frozen, tail, digits.rows[i]) == digits.labels[i] ? 1 : 0;
    }
    return 100.0 * static_cast<double>(right) / static_cast<double>(digits.rows.size());
}

int main() {
    Digits train, held_out;
    if (!load(train, held_out)) return 1;

    // In the factory.
    static Network model;
    static nn::Trainer<Network> trainer;
    model.initialise(/*seed=*/1);
    trainer.optimizer.learning_rate = 0.012f;
    deploy::LearningCurve curve;
    const nn::Training settings{.epochs = 5, .batch = 16, .schedule = nn::Schedule::exponential(0.85)};
    if (trainer.fit(model, train.data(), held_out.data(), settings, curve) != Status::ok) return 1;
    std::ofstream svg("on_device_fine_tuning.svg");
    curve.draw(svg);
    static const Frozen frozen =
        nn::quantize<std::int8_t>(nn::front<2>(model), Rows<float, 64>(train.rows).first(100));
    tail = nn::tail<2>(model);
    std::printf("In the factory: %.1f %% of %zu held-out digits\n", percent_right(frozen, held_out),
                held_out.rows.size());

    // In the field, with images that neither the factory nor the judge has seen in this place.
    const Digits seen = moved(train), judged = moved(held_out);
    const double before = percent_right(frozen, judged);
    std::printf("After the camera has slipped: %.1f %%\n", before);
    tuner.trainer.optimizer.learning_rate = 0.02f;
    for (std::size_t i = 0; i < 300; ++i) {
        if (tuner.update(frozen, tail, seen.rows[i], seen.labels[i]) != Status::ok) return 1;
        if ((i + 1) % 100 == 0)
            std::printf("Told the truth %zu times: %.1f %%\n", i + 1, percent_right(frozen, judged));
    }
    const double after = percent_right(frozen, judged);
    std::printf(
        "Flash for the frozen layers %zu bytes; RAM for the layer that learns %zu, for learning %zu\n",
        sizeof frozen, sizeof tail, sizeof tuner);
    std::printf(
        "demo: family=deep; algorithm=FineTuner, last layer of a CNN; data=digits moved by two pixels; "
        "score=%.1f %%; "
        "reference=%.1f %% (before); row=fine_tuning; constant=%zu; ram=%zu; macs=%zu\n",
        after, before, sizeof frozen, sizeof tail + sizeof tuner, Architecture::macs);
    return svg.good() && after > before ? 0 : 1;
}
