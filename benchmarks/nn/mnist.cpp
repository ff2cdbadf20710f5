// SPDX-License-Identifier: MIT
// Not a measurement of time: how well 784-32-10 learns handwritten digits in integers, and what a float
// network of these sizes loses as bytes, with activations of 16 bits and with weights of four, on data that
// is not in this repository. The argument is a folder with train4000_images_u8.bin (28 x 28 bytes each) and
// train4000_labels_u8.bin; the first 3,500 are learnt from, the last 500 are judged. mnist_reference.py
// measures scikit-learn on the same rows.
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <type_traits>
#include <vector>

#include "mote/deploy/host/learning_curve.hpp"
#include "mote/nn/integer_trainer.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/rounded_weights.hpp"
#include "mote/nn/trainer.hpp"

using namespace mote;

namespace {

using Model = nn::IntegerMlp<784, 32, 10>;
constexpr std::size_t learnt = 3500, all = 4000;
constexpr double reference = 89.3;  // the mean of mnist_reference.py

struct Images {
    std::vector<std::array<std::int8_t, 784>> rows;
    std::vector<std::uint8_t> labels;
};

bool load(Images& images, const std::string& folder) {
    std::ifstream pixels(folder + "/train4000_images_u8.bin", std::ios::binary);
    std::ifstream labels(folder + "/train4000_labels_u8.bin", std::ios::binary);
    images.rows.resize(all);
    images.labels.resize(all);
    for (auto& row : images.rows) {
        for (std::int8_t& pixel : row) pixel = static_cast<std::int8_t>(pixels.get() / 2);
    }
    for (std::uint8_t& label : images.labels) label = static_cast<std::uint8_t>(labels.get());
    return pixels.good() && labels.good();
}

using Architecture =
    nn::Sequential<nn::Shape(784),
                   nn::Dense<nn::DenseConfig{.units = 32, .activation = nn::Activation::relu}>,
                   nn::Dense<nn::DenseConfig{.units = 10}>, nn::Softmax>;
using RealRows = std::vector<std::array<float, 784>>;

double percent_right(const auto& model, const RealRows& rows, const Images& images) {
    static typename std::remove_cvref_t<decltype(model)>::Workspace space;
    std::size_t right = 0;
    for (std::size_t i = learnt; i < all; ++i)
        right += model.predict(rows[i], space) == images.labels[i] ? 1 : 0;
    return 100.0 * static_cast<double>(right) / static_cast<double>(all - learnt);
}

template <class Network>
void train(Network& model, const Dataset<float, 784>& data, float rate, std::size_t epochs) {
    static nn::Trainer<Network> trainer;
    trainer.optimizer.learning_rate = rate;
    const Status status =
        trainer.fit(model, data, {.epochs = epochs, .schedule = nn::Schedule::cosine(), .seed = 1});
    if (status != Status::ok) std::printf("%s\n", message(status).data());
}

/// Whether bytes, calibrated on 100 rows, are within 0.3 points of float, activations of 16 bits within 0.1,
/// and weights of four bits, fine-tuned and packed, within 1.5.
bool keeps_what_floats_know(const Images& images) {
    RealRows rows(all);
    for (std::size_t i = 0; i < all; ++i) {
        for (std::size_t k = 0; k < 784; ++k) rows[i][k] = static_cast<float>(images.rows[i][k]) / 127;
    }
    const Dataset<float, 784> data{rows, images.labels};
    static nn::Network<float, Architecture> model;
    model.initialise(1);
    train(model, data.subset(0, learnt), 0.003f, 12);
    const auto calibration = Rows<float, 784>(rows).first(100);
    const auto small = nn::quantize<std::int8_t>(model, calibration);
    const auto fine = nn::quantize<std::int16_t>(model, calibration);
    static nn::Network<float, nn::Aware<Architecture, 4>> four(model.weights());
    train(four, data.subset(0, learnt), 0.001f, 4);
    const auto packed = nn::quantize<std::int8_t>(four, calibration);
    const double exact = percent_right(model, rows, images), bytes = percent_right(small, rows, images);
    const double words = percent_right(fine, rows, images), four_bits = percent_right(packed, rows, images);
    std::printf("float: %.1f %%, int8: %.1f %% in %zu bytes, int16 x int8: %.1f %%\n", exact, bytes,
                sizeof small, words);
    std::printf("weights of four bits, fine-tuned: %.1f %% in %zu bytes\n", four_bits, sizeof packed);
    return bytes > exact - 0.3 && words > exact - 0.1 && four_bits > exact - 1.5;
}

}  // namespace

int main(int argc, char** argv) {
    Images images;
    if (argc < 2 || !load(images, argv[1])) {
        std::puts("skipped: give the folder with train4000_images_u8.bin and train4000_labels_u8.bin");
        return 0;
    }
    static Model model;
    static nn::IntegerTrainer<Model> trainer;
    const Dataset<std::int8_t, 784> data{images.rows, images.labels};
    double total = 0;
    for (std::uint64_t seed = 0; seed < 5; ++seed) {
        deploy::LearningCurve curve;
        model.initialise(seed);
        const Status status = trainer.fit(model, data.subset(0, learnt), {.seed = seed}, curve);
        Model::Workspace space;
        std::size_t right = 0;
        for (std::size_t i = learnt; i < all; ++i) {
            right += model.predict(images.rows[i], space) == images.labels[i] ? 1 : 0;
        }
        const double percent = 100.0 * static_cast<double>(right) / static_cast<double>(all - learnt);
        std::printf("seed %d: %s, %.1f %% right\n", static_cast<int>(seed), message(status).data(), percent);
        total += percent;
    }
    std::printf("integers only: %.1f %%, scikit-learn in floats: %.1f %%; weights and state: %zu bytes\n",
                total / 5, reference, sizeof model + sizeof trainer);
    const bool kept = keeps_what_floats_know(images);
    return kept && total / 5 >= reference - 1 ? 0 : 1;
}
