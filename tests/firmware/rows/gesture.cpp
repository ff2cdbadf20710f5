// SPDX-License-Identifier: MIT
// board: no soft float
// A bracelet that learns gestures on the board, as examples/gesture.cpp does, from four people: one
// prediction of a naive Bayes in integers for a fifth is measured.
#include "examples/forearm.hpp"
#include "mote/supervised/gaussian_naive_bayes_q15.hpp"
#include "tests/firmware/row.hpp"

constinit mote::GaussianNaiveBayes<mote::q15, 9, Forearm::gestures> model;
constinit Forearm::Features input{};
constinit std::array<std::uint8_t, 100> answers{};

int main() {
    for (std::uint64_t person = 1; person <= 4; ++person) {
        Forearm arm(person);
        for (std::size_t i = 0; i < 10 * Forearm::gestures; ++i) {
            const auto gesture = static_cast<Forearm::Gesture>(i % Forearm::gestures);
            model.update(arm.perform(gesture), gesture);
        }
    }
    Forearm arm(5);
    input = arm.perform(Forearm::knock);
    return mote::firmware::report(
        "gesture", /*macs=*/2 * 9 * Forearm::gestures,
        [] { answers[0] = model.predict(mote::firmware::opaque(input)); },
        [] {
            Forearm other(6);
            for (std::size_t i = 1; i < answers.size(); ++i) {
                answers[i] =
                    model.predict(other.perform(static_cast<Forearm::Gesture>(i % Forearm::gestures)));
            }
            return mote::firmware::checksum(answers);
        });
}
