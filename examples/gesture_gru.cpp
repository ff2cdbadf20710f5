// SPDX-License-Identifier: MIT
// A GRU that tells gestures of a wrist from 48 samples of a three-axis accelerometer, one step after another.
//
// Problem  Was it a circle, a circle the other way round, a shake, or none of them? How fast and how
//          strongly people do it differs, and so does the way they wear the sensor.
// Data     Simulated at 24 Hz: two seconds in which a gesture begins early or late, gravity, a hand that is
//          never still. The people of the test are not those of the training.
// Yours    Fill `Gestures` with recordings of your own (one label each); more units for more gestures.
// Writes   gesture_gru.svg: the losses over the epochs. A line on the terminal tells how long it still takes.
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <vector>

#include "mote/deploy/host/learning_curve.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/recurrent.hpp"
#include "mote/nn/trainer.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"

using namespace mote;

constexpr std::size_t steps = 48, axes = 3, classes = 4;
using Recording = std::array<float, steps * axes>;

using Architecture =
    nn::Sequential<nn::Shape{steps, 1, axes}, nn::Recurrent<nn::GruCell<>, nn::RecurrentConfig{.units = 12}>,
                   nn::Dense<nn::DenseConfig{.units = classes}>, nn::Softmax>;
using Network = nn::Network<float, Architecture, isa::Portable>;

struct Gestures {
    std::vector<Recording> rows;
    std::vector<std::uint8_t> labels;

    Dataset<float, steps * axes> data() const { return {rows, labels}; }
};

/// How somebody moves.
struct Person {
    float speed, strength, tilt;
};

/// Label 0: nothing but an unsteady hand; 1: a circle; 2: the other way round; 3: a shake.
Recording record(std::uint8_t label, const Person& person, Random& random) {
    const float begin = 4 + 12 * random.uniform<float>(), length = 22 / person.speed;
    const float sway = 0.4f * random.uniform<float>(), sway_speed = 0.1f + 0.5f * random.uniform<float>();
    Recording recording{};
    for (std::size_t step = 0; step < steps; ++step) {
        const float t = (static_cast<float>(step) - begin) / length;  // 0 to 1 during the gesture
        float x = sway * sin(sway_speed * static_cast<float>(step)), y = 0;
        if (t > 0 && t < 1) {
            const float turn = 6.2831853f * t;
            if (label == 1 || label == 2) x += person.strength * cos(turn);
            if (label == 1) y += person.strength * sin(turn);
            if (label == 2) y -= person.strength * sin(turn);
            if (label == 3) x += person.strength * sin(4 * turn);
        }
        const std::array<float, axes> real{x, y * cos(person.tilt) - sin(person.tilt),
                                           y * sin(person.tilt) + cos(person.tilt)};
        for (std::size_t axis = 0; axis < axes; ++axis) {
            recording[axes * step + axis] = real[axis] + 0.15f * random.normal<float>();
        }
    }
    return recording;
}

Gestures record_people(std::size_t people, std::size_t each, std::uint64_t seed) {
    Random random(seed);
    Gestures gestures;
    for (std::size_t i = 0; i < people; ++i) {
        const Person person{0.8f + 0.6f * random.uniform<float>(), 0.6f + random.uniform<float>(),
                            random.uniform<float>() - 0.5f};
        for (std::size_t k = 0; k < each; ++k) {
            gestures.labels.push_back(static_cast<std::uint8_t>(k % classes));
            gestures.rows.push_back(record(gestures.labels.back(), person, random));
        }
    }
    return gestures;
}

template <class Predict>
double percent_right(const Gestures& gestures, Predict predict) {
    std::size_t right = 0;
    for (std::size_t i = 0; i < gestures.rows.size(); ++i) {
        right += predict(gestures.rows[i]) == gestures.labels[i] ? 1 : 0;
    }
    return 100.0 * static_cast<double>(right) / static_cast<double>(gestures.rows.size());
}

/// What one would compute by hand: the spread of each axis, and of its changes.
std::array<float, 2 * axes> statistics(const Recording& recording) {
    std::array<float, 2 * axes> result{};
    for (std::size_t axis = 0; axis < axes; ++axis) {
        float sum = 0, squares = 0, changes = 0;
        for (std::size_t i = axis; i < recording.size(); i += axes) {
            sum += recording[i], squares += recording[i] * recording[i];
            if (i >= axes)
                changes += (recording[i] - recording[i - axes]) * (recording[i] - recording[i - axes]);
        }
        result[axis] = log(squares - sum * sum / steps);
        result[axes + axis] = log(changes);
    }
    return result;
}

double naive_bayes(const Gestures& train, const Gestures& test) {
    std::vector<std::array<float, 2 * axes>> rows;
    for (const Recording& recording : train.rows) rows.push_back(statistics(recording));
    GaussianNaiveBayes<float, 2 * axes, classes> model;
    if (model.fit({rows, train.labels}) != Status::ok) return 0;
    return percent_right(test, [&](const Recording& x) { return model.predict(statistics(x)); });
}

int main() {
    const Gestures train = record_people(24, 20, 1), held_out = record_people(6, 20, 2),
                   test = record_people(30, 20, 3);
    static Network model;
    static nn::Trainer<Network> trainer;
    model.initialise(/*seed=*/1);
    trainer.optimizer.learning_rate = 0.02f;
    deploy::LearningCurve curve;
    const nn::Training settings{
        .epochs = 20, .batch = 16, .schedule = nn::Schedule::cosine(), .clip_norm = 1, .patience = 10};
    const Status status = trainer.fit(model, train.data(), held_out.data(), settings, curve);
    std::printf("Trained on %zu gestures: %s\n", train.rows.size(), message(status).data());
    std::ofstream svg("gesture_gru.svg");
    curve.draw(svg);

    static Network::Workspace scratch;
    const double right = percent_right(test, [&](const Recording& x) { return model.predict(x, scratch); });
    const double by_hand = naive_bayes(train, test);
    std::printf("Right on %zu gestures of others: GRU %.1f %%, GaussianNaiveBayes on statistics %.1f %%\n",
                test.rows.size(), right, by_hand);
    static const auto small =
        nn::quantize<std::int8_t>(model, Rows<float, steps * axes>(train.rows).first(100));
    static decltype(small)::Workspace bytes;
    std::printf("As bytes, calibrated on 100 of them: %.1f %%\n",
                percent_right(test, [&](const Recording& x) { return small.predict(x, bytes); }));
    std::printf(
        "demo: family=deep; algorithm=Gru, 12 units; data=simulated gestures; score=%.1f %%; "
        "reference=%.1f %% (GaussianNaiveBayes on statistics); row=; constant=%zu; ram=%zu; macs=%zu\n",
        right, by_hand, sizeof model, sizeof scratch, Architecture::macs);
    return svg.good() && right > by_hand ? 0 : 1;
}
