// SPDX-License-Identifier: MIT
// board: m0 large
// One step of training 784-32-10 in integers, on an image without a black pixel: the most that a step costs.
// The checksum covers every weight and bias after 1,000 steps, which are the same on every processor.
#include "mote/nn/integer_trainer.hpp"

#include "tests/firmware/row.hpp"

using Model = mote::nn::IntegerMlp<784, 32, 10>;
using Trainer = mote::nn::IntegerTrainer<Model>;
static_assert(sizeof(Model) + sizeof(Trainer) <= 64 * 1024);

constinit Model model{};
constinit Trainer trainer{};
constinit std::array<std::int8_t, 784> image{};

int main() {
    model.initialise(1);
    for (std::size_t i = 0; i < image.size(); ++i) image[i] = static_cast<std::int8_t>(1 + i % 127);
    return mote::firmware::report(
        "integer_training", 3 * Model::macs, [] { trainer.update(model, mote::firmware::opaque(image), 3); },
        [] {
            mote::Random random(2);
            for (int step = 1; step < 1000; ++step) {
                const std::uint32_t label = random.below(10);
                for (std::size_t i = 0; i < image.size(); ++i) {
                    const bool lit = random.below(10) < (i % 10 == label ? 5u : 1u);
                    image[i] = static_cast<std::int8_t>(lit ? random.below(128) : 0);
                }
                trainer.update(model, image, label);
            }
            return mote::firmware::checksum(model.biases(), mote::firmware::checksum(model.weights()));
        });
}
