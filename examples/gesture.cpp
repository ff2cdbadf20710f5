// SPDX-License-Identifier: MIT
// What is the hand doing? A bracelet tells five gestures apart.
//
// Problem  Switch the light with a wave, answer the door to a knock: a bracelet without buttons. People move
//          differently, so what it learnt from some must hold for others, and it learns on from its wearer.
// Data     three axes of an accelerometer, 50 samples a second, simulated from the movement of a forearm in
//          forearm.hpp. A window of 64 samples becomes 9 features: mean, spread and change of each axis.
//          All of it is in integers; the row `gesture` of docs/boards.md learns on every emulated board.
// Yours    Replace Forearm::perform by windows of your sensor; scale each feature so that it fills -1 .. 1.
#include <cstdio>
#include <memory>
#include <vector>

#include "examples/forearm.hpp"
#include "mote/evaluate/confusion_matrix.hpp"
#include "mote/supervised/bonsai.hpp"
#include "mote/supervised/fixed_bonsai.hpp"
#include "mote/supervised/gaussian_naive_bayes_q15.hpp"

using mote::q15;
using Answers = mote::ConfusionMatrix<double, Forearm::gestures>;
constexpr mote::BonsaiConfig tree{.projected = 5, .depth = 1, .kept = 30};
using Bayes = mote::GaussianNaiveBayes<q15, 9, Forearm::gestures>;
using Tree = mote::Bonsai<float, 9, Forearm::gestures, tree>;

constexpr std::uint64_t wearers = 20;
constexpr int repetitions = 10;

/// Calls back with features and gesture, for people first .. first + wearers - 1.
template <class Callback>
void for_each_window(std::uint64_t first, Callback callback) {
    for (std::uint64_t person = first; person < first + wearers; ++person) {
        Forearm arm(person);
        for (int i = 0; i < repetitions * static_cast<int>(Forearm::gestures); ++i) {
            const auto gesture = static_cast<Forearm::Gesture>(i % static_cast<int>(Forearm::gestures));
            callback(arm.perform(gesture), gesture);
        }
    }
}

template <class Model>
Answers ask(const Model& model) {
    Answers answers;
    for_each_window(1000, [&](const auto& x, auto gesture) { answers.update(gesture, model.predict(x)); });
    return answers;
}

/// The same features for the host's training: multiples of the whole range as numbers, doubled.
std::array<float, 9> widened(const Forearm::Features& x) {
    std::array<float, 9> row;
    for (std::size_t i = 0; i < row.size(); ++i) row[i] = 2 * static_cast<float>(x[i]);
    return row;
}

int main() {
    // On the bracelet: counts and sums in integers, gesture by gesture.
    Bayes bayes;
    std::vector<std::array<float, 9>> rows;
    std::vector<std::uint8_t> labels;
    std::size_t samples = 0;
    std::printf("Gestures of 20 other people understood:\nexamples learnt   naive Bayes\n");
    for_each_window(1, [&](const auto& x, auto gesture) {
        bayes.update(x, gesture);
        rows.push_back(widened(x));
        labels.push_back(gesture);
        if (++samples == 10 || samples == 50 || samples == 200 || samples == 1000) {
            std::printf("%15zu   %9.1f %%\n", samples, 100 * ask(bayes).accuracy());
        }
    });

    // On the host, for the bracelet's flash: a tree of a few hundred bytes.
    const auto model = std::make_unique<Tree>();
    const auto trainer = std::make_unique<Tree::Trainer>();
    mote::FixedBonsai<9, Forearm::gestures, tree> fixed;
    if (model->fit({rows, labels}, *trainer) != mote::Status::ok) return 1;
    if (fixed.assign(*model, 2.0f) != mote::Status::ok) return 1;
    const Answers answers = ask(fixed);
    std::array<char, Answers::text_size> text;
    const auto table = answers.write(text);
    std::printf("\nBonsai, trained on the host, in %zu bytes of integers: %.1f %%\n", sizeof(fixed),
                100 * answers.accuracy());
    std::printf("0 still, 1 wave, 2 knock, 3 turn a key, 4 drink; lines: truth, columns: answer\n%.*s",
                static_cast<int>(table.size()), table.data());
    std::printf(
        "demo: family=supervised; algorithm=GaussianNaiveBayes q15; data=simulated gestures; score=%.1f %%; "
        "reference=%.1f %% (Bonsai); row=gesture; constant=0; ram=%zu; macs=90\n",
        100 * ask(bayes).accuracy(), 100 * answers.accuracy(), sizeof(bayes));
    return answers.accuracy() > 0.9 ? 0 : 1;
}
