// SPDX-License-Identifier: MIT
// Is anybody in the room? Learnt on the device from a climate sensor.
//
// Problem  Ventilate, heat and light a room only while somebody is in it, without a camera. For two weeks a
//          door contact or a button says whether the room is occupied; then the sensor knows by itself.
// Data     once a minute temperature, humidity, light, CO2, and how much CO2 rose in ten minutes; simulated
//          in climate_room.hpp. The models learn and answer in integers, as on a Cortex-M0 without an FPU;
//          the row `occupancy` of docs/boards.md does the same on every emulated board.
// Yours    Replace ClimateRoom by your sensor; scale each feature to -1 .. 1, best so that it fills the
// range.
#include <cstdio>

#include "examples/climate_room.hpp"
#include "mote/evaluate/confusion_matrix.hpp"
#include "mote/supervised/fixed_linear.hpp"
#include "mote/supervised/gaussian_naive_bayes_q15.hpp"

using mote::q15;
using Answers = mote::ConfusionMatrix<double, 2>;

template <class Model>
Answers ask(const Model& model, std::uint64_t seed, int days) {
    ClimateRoom room(seed);
    Answers answers;
    for (int i = 0; i < days * ClimateRoom::minutes_a_day; ++i) {
        const auto reading = room.step();
        answers.update(reading.occupied, model.predict(reading.features));
    }
    return answers;
}

/// Naive Bayes counts, so the order of samples does not matter to it. The linear model takes a step for each
/// wrong one, and remembers the last hours best: smaller and less steady.
int main() {
    mote::GaussianNaiveBayes<q15, 5, 2> bayes;
    mote::FixedLinearClassifier<5, 2> linear({.rate_shift = 9});
    ClimateRoom room(1);
    std::printf("Balanced accuracy on 30 other days:\ndays learnt   naive Bayes   linear\n");
    for (int day = 1; day <= 14; ++day) {
        for (int i = 0; i < ClimateRoom::minutes_a_day; ++i) {
            const auto reading = room.step();
            bayes.update(reading.features, reading.occupied);
            linear.update(reading.features, reading.occupied);
        }
        if (day % 7 != 0 && day > 3) continue;
        std::printf("%11d   %10.2f %%  %6.2f %%\n", day, 100 * ask(bayes, 2, 30).balanced_accuracy(),
                    100 * ask(linear, 2, 30).balanced_accuracy());
    }

    const Answers answers = ask(bayes, 2, 30);
    std::array<char, Answers::text_size> text;
    const auto table = answers.write(text);
    std::printf("\nNaive Bayes on 30 other days (lines: truth, columns: answer):\n%.*s",
                static_cast<int>(table.size()), table.data());
    std::printf("accuracy %.2f %%, precision %.2f %%, recall %.2f %%\n", 100 * answers.accuracy(),
                100 * answers.precision(1), 100 * answers.recall(1));
    std::printf("bytes: naive Bayes %zu, linear %zu\n", sizeof(bayes), sizeof(linear));
    std::printf(
        "demo: family=supervised; algorithm=GaussianNaiveBayes q15; data=simulated room climate; "
        "score=%.1f %% balanced; reference=%.1f %% (linear); row=; constant=0; ram=%zu; macs=20\n",
        100 * answers.balanced_accuracy(), 100 * ask(linear, 2, 30).balanced_accuracy(), sizeof(bayes));
    return answers.balanced_accuracy() > 0.9 ? 0 : 1;
}
