// SPDX-License-Identifier: MIT
// board: m0 large
// 3x3 convolution, 8x8x64 to 64 filters, 'same' padding, int8, ReLU.
#include "tests/firmware/row.hpp"
#include "tests/firmware/seeded_layer.hpp"

namespace {

constexpr mote::kernels::ConvGeometry geometry{.height = 8,
                                               .width = 8,
                                               .channels = 64,
                                               .output_height = 8,
                                               .output_width = 8,
                                               .filters = 64,
                                               .kernel_height = 3,
                                               .kernel_width = 3,
                                               .padding_top = 1,
                                               .padding_left = 1};
using Layer = mote::kernels::QuantizedConv<geometry>;
constexpr auto packed =
    mote::kernels::pack(mote::firmware::seeded_layer<Layer>(/*seed=*/5, /*taps=*/geometry.taps()));
constinit mote::firmware::LayerMemory<Layer> memory;

}  // namespace

int main() {
    memory.fill(/*seed=*/6);
    return mote::firmware::report(
        "conv3x3_8x8x64_64", /*macs=*/geometry.macs(),
        [] { mote::kernels::run(packed, memory.input(), memory.output(), memory.scratch()); },
        [] { return mote::firmware::checksum(memory.outputs()); });
}
