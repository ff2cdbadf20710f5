// SPDX-License-Identifier: MIT
// Ten steps of a FastGRNN of 32 inputs and 32 units, float, with random weights. Its decision: the largest
// unit.
#include "mote/nn/fast_grnn.hpp"

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

using Model = mote::nn::FastGrnn<float, 32, 32>;
using Frame = std::array<float, 32>;

template <std::size_t N>
constexpr std::array<float, N> draw(std::uint64_t seed, float largest) {
    std::array<float, N> values{};
    mote::Random random(seed);
    for (float& value : values) value = largest * (2 * random.uniform<float>() - 1);
    return values;
}

constexpr Model model(draw<Model::parameters>(/*seed=*/1, /*largest=*/0.25f));
constinit std::array<Frame, 10> frames = [] {
    std::array<Frame, 10> result{};
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = draw<32>(/*seed=*/2 + i, /*largest=*/2);
    return result;
}();
constinit Model::State state{};
constinit std::array<std::uint8_t, 10> largest_units{};

constexpr std::uint8_t largest_unit() {
    return static_cast<std::uint8_t>(mote::kernels::argmax(state));
}

int main() {
    return mote::firmware::report(
        "fast_grnn", /*macs=*/10 * Model::macs,
        [] {
            state = {};
            for (const Frame& frame : mote::firmware::opaque(frames)) model.step(frame, state);
        },
        [] {
            state = {};
            for (std::size_t i = 0; i < frames.size(); ++i) {
                model.step(frames[i], state);
                largest_units[i] = largest_unit();
            }
            return mote::firmware::checksum(largest_units);
        });
}
