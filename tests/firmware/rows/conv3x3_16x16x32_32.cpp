// SPDX-License-Identifier: MIT
// board: m0 large
// 3x3 convolution, 16x16x32 to 32 filters, 'same' padding, int8, ReLU.
#include "tests/firmware/row.hpp"
#include "tests/firmware/seeded_layer.hpp"

namespace {

constexpr mote::kernels::ConvGeometry geometry{.height = 16,
                                               .width = 16,
                                               .channels = 32,
                                               .output_height = 16,
                                               .output_width = 16,
                                               .filters = 32,
                                               .kernel_height = 3,
                                               .kernel_width = 3,
                                               .padding_top = 1,
                                               .padding_left = 1};
using Layer = mote::kernels::QuantizedConv<geometry>;
constexpr auto packed =
    mote::kernels::pack(mote::firmware::seeded_layer<Layer>(/*seed=*/3, /*taps=*/geometry.taps()));
constinit mote::firmware::LayerMemory<Layer> memory;

}  // namespace

int main() {
    memory.fill(/*seed=*/4);
    return mote::firmware::report(
        "conv3x3_16x16x32_32", /*macs=*/geometry.macs(),
        [] { mote::kernels::run(packed, memory.input(), memory.output(), memory.scratch()); },
        [] { return mote::firmware::checksum(memory.outputs()); });
}
