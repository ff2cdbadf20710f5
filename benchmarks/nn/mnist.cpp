// SPDX-License-Identifier: MIT
// Not a measurement of time: how well 784-32-10 learns handwritten digits in integers, on data that is not in
// this repository. The argument is a folder with train4000_images_u8.bin (28 x 28 bytes each) and
// train4000_labels_u8.bin; the first 3,500 are learnt from, the last 500 are judged. mnist_reference.py
// measures scikit-learn on the same rows.
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

#include "mote/deploy/host/learning_curve.hpp"
#include "mote/nn/integer_trainer.hpp"

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
    return total / 5 >= reference - 1 ? 0 : 1;
}
