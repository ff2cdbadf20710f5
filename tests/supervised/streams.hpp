// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/random.hpp"

/// The standard streams on which learners from streams are compared, as hoeffding_reference.py makes them
/// too.
namespace mote::testing {

template <std::size_t Features>
struct LabelledRow {
    std::array<double, Features> x{};
    std::uint8_t y = 0;
};

/// SEA concepts: three features in 0 .. 10, of which the first two count: is their sum at most a threshold?
/// Source  Street and Kim 2001, A streaming ensemble algorithm for large-scale classification, KDD: four
///         concepts, one label in ten is wrong.
class Sea {
public:
    Sea(std::uint64_t seed, std::size_t rows_of_a_concept) : random_(seed), length_(rows_of_a_concept) {}

    LabelledRow<3> next() {
        constexpr std::array<double, 4> thresholds{8, 9, 7, 9.5};
        LabelledRow<3> row;
        for (double& value : row.x) value = 10 * random_.uniform<double>();
        const bool flipped = random_.uniform<double>() < 0.1;
        const double threshold = thresholds[count_++ / length_ % 4];
        row.y = (row.x[0] + row.x[1] > threshold) != flipped ? 1 : 0;
        return row;
    }

private:
    Random random_;
    std::size_t length_, count_ = 0;
};

/// SEA's first concept and its contrary in turns: what was right becomes wrong at once.
class Contrary {
public:
    Contrary(std::uint64_t seed, std::size_t rows_of_a_concept)
        : rows_(seed, ~std::size_t{0}), length_(rows_of_a_concept) {}

    LabelledRow<3> next() {
        LabelledRow<3> row = rows_.next();
        if (count_++ / length_ % 2 == 1) row.y = 1 - row.y;
        return row;
    }

private:
    Sea rows_;
    std::size_t length_, count_ = 0;
};

/// Rotating hyperplane: ten features in 0 .. 1, on which side of a plane through the middle? The plane's
/// weights move by 0.001 with every row, and one in ten rows turns a weight's direction round. Source Hulten,
/// Spencer and Domingos 2001, Mining time-changing data streams, KDD; as in MOA with ten
///         drifting features, a magnitude of 0.001, noise of 5 %, sigma of 10 %.
class Hyperplane {
public:
    explicit Hyperplane(std::uint64_t seed) : random_(seed) {
        for (double& weight : weights_) weight = random_.uniform<double>();
        directions_.fill(1);
    }

    LabelledRow<10> next() {
        LabelledRow<10> row;
        double sum = 0, half = 0;
        for (std::size_t i = 0; i < 10; ++i) {
            row.x[i] = random_.uniform<double>();
            sum += weights_[i] * row.x[i];
            half += weights_[i] / 2;
        }
        const bool flipped = random_.uniform<double>() < 0.05;
        row.y = (sum >= half) != flipped ? 1 : 0;
        for (std::size_t i = 0; i < 10; ++i) {
            weights_[i] += directions_[i] * 0.001;
            if (random_.uniform<double>() < 0.1) directions_[i] = -directions_[i];
        }
        return row;
    }

private:
    Random random_;
    std::array<double, 10> weights_{}, directions_{};
};

/// The share of rows predicted right, each before it is learnt.
template <class Model, class Stream>
double prequential_accuracy(Model& model, Stream stream, std::size_t rows) {
    std::size_t right = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const auto row = stream.next();
        std::array<typename Model::Scalar, Model::features> x{};
        for (std::size_t k = 0; k < x.size(); ++k) x[k] = static_cast<typename Model::Scalar>(row.x[k]);
        right += model.predict(x) == row.y ? 1u : 0u;
        static_cast<void>(model.update(x, row.y));
    }
    return static_cast<double>(right) / static_cast<double>(rows);
}

}  // namespace mote::testing
