// SPDX-License-Identifier: MIT
// Depthwise 3x3 convolution of 25x5x64, 'same' padding, int8, ReLU.
#include "tests/firmware/row.hpp"
#include "tests/firmware/seeded_layer.hpp"

namespace {

constexpr mote::kernels::ConvGeometry geometry{.height = 25,
                                               .width = 5,
                                               .channels = 64,
                                               .output_height = 25,
                                               .output_width = 5,
                                               .filters = 64,
                                               .kernel_height = 3,
                                               .kernel_width = 3,
                                               .padding_top = 1,
                                               .padding_left = 1};
using Layer = mote::kernels::QuantizedDepthwise<geometry>;
constexpr auto packed = mote::kernels::pack(mote::firmware::seeded_layer<Layer>(/*seed=*/9, /*taps=*/9));
constinit mote::firmware::LayerMemory<Layer> memory;

}  // namespace

int main() {
    memory.fill(/*seed=*/10);
    return mote::firmware::report(
        "depthwise3x3_25x5x64", /*macs=*/geometry.outputs() * 9,
        [] { mote::kernels::run(packed, memory.input(), memory.output(), memory.scratch()); },
        [] { return mote::firmware::checksum(memory.outputs()); });
}
