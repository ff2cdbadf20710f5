// SPDX-License-Identifier: MIT
// Self-attention of 16 steps of 32 features in 32 units in bytes, with random weights.
// board: no soft float
#include "mote/nn/self_attention.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

namespace nn = mote::nn;
using Isa = mote::isa::Native;
using Layer = nn::SelfAttention<nn::AttentionConfig{.units = 32}>::At<nn::Shape{16, 32}>;

constexpr Layer::Packed<Isa> attention = [] {
    std::array<double, Layer::parameters> weights{};
    mote::Random random(1);
    for (double& weight : weights) weight = 0.5 * random.uniform<double>() - 0.25;
    constexpr std::array<nn::Range, 4> within{nn::Range{-3, 3}, {-3, 3}, {-3, 3}, {-4, 4}};
    return Layer::pack<Isa>(Layer::quantize(weights.data(), nn::Affine::covering({-2, 2}),
                                            nn::Affine::covering({-1, 1}), within.data()));
}();

alignas(16) constinit std::array<std::int8_t, 16 * 32> sequence = [] {
    std::array<std::int8_t, 16 * 32> result{};
    mote::Random random(2);
    for (std::int8_t& byte : result) byte = static_cast<std::int8_t>(random.next() >> 24);
    return result;
}();
alignas(16) constinit std::array<std::int8_t, 16 * 32> outputs{};
alignas(16) constinit std::array<std::byte, Layer::scratch<std::int8_t, Isa>> space{};

int main() {
    return mote::firmware::report(
        "self_attention_int8", Layer::macs,
        [] {
            Layer::run<Isa>(attention, mote::firmware::opaque(sequence).data(), outputs.data(), space.data());
        },
        [] { return mote::firmware::checksum(outputs); });
}
