// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

#include "mote/core/dataset.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

/// scikit-learn's digits, a network trained on them, and how many a network gets right.
namespace mote::testing {

/// A network that is small enough to feel a few bits less.
using Digits =
    nn::Sequential<nn::Shape(64), nn::Dense<nn::DenseConfig{.units = 10, .activation = nn::Activation::relu}>,
                   nn::Dense<nn::DenseConfig{.units = 10}>, nn::Softmax>;

struct Images {
    std::vector<std::array<float, 64>> rows;
    std::vector<std::uint8_t> labels;
    Dataset<float, 64> data() const { return {rows, labels}; }
};

/// Every third digit for training, and every third for judging.
inline void load(Images& train, Images& held_out) {
    const auto lines = read_csv<float, 65>("digits");
    for (std::size_t number = 0; number < lines.size(); ++number) {
        if (number % 3 == 2) continue;
        Images& target = number % 3 == 0 ? train : held_out;
        auto& pixels = target.rows.emplace_back();
        for (std::size_t i = 0; i < 64; ++i) pixels[i] = lines[number][i] / 16;
        target.labels.push_back(static_cast<std::uint8_t>(lines[number][64]));
    }
}

double percent_right(const auto& model, const Images& images) {
    static typename std::remove_cvref_t<decltype(model)>::Workspace scratch;
    double right = 0;
    for (std::size_t i = 0; i < images.rows.size(); ++i) {
        right += model.predict(images.rows[i], scratch) == images.labels[i] ? 1 : 0;
    }
    return 100 * right / static_cast<double>(images.rows.size());
}

inline nn::Network<float, Digits> trained(const Images& train) {
    static nn::Trainer<nn::Network<float, Digits>> trainer;
    nn::Network<float, Digits> model;
    model.initialise(1);
    trainer.optimizer.learning_rate = 0.01f;
    REQUIRE(trainer.fit(model, train.data(), {.epochs = 20}) == Status::ok);
    return model;
}

}  // namespace mote::testing
