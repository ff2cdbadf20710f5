// SPDX-License-Identifier: MIT
// A stream through the int8 network of examples/spoken_words.cpp: two frames of sound, 40 ms, give one
// output. The checksum covers the probabilities along a word that begins again and again.
#include "tests/firmware/models/spoken_words.hpp"

#include <span>

#include "mote/nn/streaming.hpp"
#include "tests/firmware/row.hpp"

using Stream = mote::nn::Streaming<mote::nn::Network<std::int8_t, spoken_words::Architecture>>;

constexpr std::size_t bands = Stream::features, frames = spoken_words::golden_input.size() / bands;
constexpr Stream stream(spoken_words::model);
constinit Stream::State state{};
constinit Stream::Output output{};

void push(std::size_t frame) {
    const auto x = std::span(spoken_words::golden_input).subspan(frame % frames * bands).first<bands>();
    if (const auto y = stream.push(x, state)) output = *y;
}

int main() {
    for (std::size_t frame = 0; frame < frames; ++frame) push(frame);
    return mote::firmware::report(
        "spoken_words", 2064,
        [] {
            push(0);
            push(1);
        },
        [] {
            std::uint32_t hash = mote::firmware::checksum(output);
            for (std::size_t frame = 2; frame < 3 * frames; ++frame) {
                push(frame);
                hash = mote::firmware::checksum(output, hash);
            }
            return hash;
        });
}
