// SPDX-License-Identifier: MIT
// board: m0 large
// The short output stage where it could go wrong: accumulators whose first rounding lands on a tie of the
// second, beside one and around it, for every shift that has a short form and the first that have none, on
// both sides of zero, with and without a ReLU. Weights of zero make the bias the accumulator.
#include "mote/core/random.hpp"
#include "mote/kernels/kernels.hpp"
#include "tests/firmware/check.hpp"

namespace {

using namespace mote::kernels;

/// One filter for each of the accumulators around one tie.
constexpr std::size_t filters = 16;

/// Six pixels reach tiles of pixels and the rest.
using Convolution = QuantizedConv<ConvGeometry{
    .height = 2, .width = 3, .channels = 4, .output_height = 2, .output_width = 3, .filters = filters}>;

using Depthwise = QuantizedDepthwise<ConvGeometry{.height = 3,
                                                  .width = 7,
                                                  .channels = filters,
                                                  .output_height = 1,
                                                  .output_width = 5,
                                                  .filters = filters,
                                                  .kernel_height = 3,
                                                  .kernel_width = 3}>;

/// One pixel, and a window of one column.
using Dense = QuantizedConv<ConvGeometry{.channels = 4, .filters = filters}>;
using AlongTime = QuantizedDepthwise<ConvGeometry{
    .height = 3, .channels = filters, .filters = filters, .kernel_height = 3}>;

/// Smallest accumulator whose doubling high product with the multiplier is at least `high`.
std::int32_t preimage(std::int32_t high, std::int32_t multiplier) {
    const std::int64_t product = (std::int64_t{high} << 31) - (std::int64_t{1} << 30);
    const std::int64_t quotient = product / multiplier;
    return static_cast<std::int32_t>(quotient + (product > quotient * multiplier ? 1 : 0));
}

/// With extremes, some filters have no short form; without, all have, and pixels take their own short way.
template <class Layer>
void draw_accumulators(mote::Random& random, Layer& layer, int right_shift, bool extremes) {
    for (std::size_t f = 0; f < filters; ++f) {
        constexpr std::int32_t half = std::int32_t{1} << 30;
        const std::int32_t multiplier = f == 0   ? half
                                        : f == 1 ? 0x7fffffff
                                                 : half | static_cast<std::int32_t>(random.next() >> 2);
        const std::int32_t steps = static_cast<std::int32_t>(random.below(301)) - 150;
        const std::int32_t tie = steps * (1 << right_shift) + (1 << right_shift >> 1);
        const std::int32_t around = static_cast<std::int32_t>(random.below(5)) - 2;
        layer.bias[f] = preimage(tie, multiplier) + around;
        if (f == 2) layer.bias[f] = around;                     // rounds to zero, whatever its sign
        if (extremes && f == 3) layer.bias[f] = (1 << 23) - 1;  // as large as the short form takes
        if (extremes && f == 4) layer.bias[f] = -(1 << 23);
        if (extremes && f == 6) layer.bias[f] = 1 << 23;  // one larger
        if (extremes && f == 7) layer.bias[f] = -(1 << 23) - 1;
        if (extremes && f == 5) layer.bias[f] = static_cast<std::int32_t>(random.next());
        if (extremes && f == 8) layer.bias[f] = (1 << (23 + random.below(7))) - 1;  // as large, scaled
        if (extremes && f == 12) layer.bias[f] = 1 - (1 << (23 + random.below(7)));
        layer.output.multiplier[f] = multiplier;
        layer.output.shift[f] = static_cast<std::int8_t>(-right_shift);
    }
}

template <class Layer>
bool outputs_agree(const Layer& layer) {
    constexpr ConvGeometry geometry = Layer::geometry;
    alignas(16) std::array<std::byte, scratch_bytes<Layer>> scratch;
    static constexpr std::array<std::int8_t, geometry.inputs()> x{};
    std::array<std::int8_t, geometry.outputs()> y, expected;
    reference::run(layer, x.data(), expected.data());
    run(pack(layer), x.data(), y.data(), scratch.data());
    return y == expected;
}

template <class Layer>
void check(mote::firmware::Checks& checks) {
    mote::Random random(1);
    for (int right_shift = 0; right_shift <= 18; ++right_shift) {
        for (int trial = 0; trial < 100; ++trial) {
            Layer layer;
            draw_accumulators(random, layer, right_shift, /*extremes=*/trial % 2 == 1);
            layer.output.zero_point = static_cast<std::int8_t>(random.next() >> 24);
            checks.expect(outputs_agree(layer), "any range");
            layer.output.zero_point = -128;
            checks.expect(outputs_agree(layer), "ReLU");
            layer.output.lowest = layer.output.zero_point = static_cast<std::int8_t>(random.next() >> 25);
            checks.expect(outputs_agree(layer), "ReLU above the lowest byte");
        }
    }
}

}  // namespace

int main() {
    mote::firmware::Checks checks;
    check<Convolution>(checks);
    check<Depthwise>(checks);
    check<Dense>(checks);
    check<AlongTime>(checks);
    return checks.result();
}
