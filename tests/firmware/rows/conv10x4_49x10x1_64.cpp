// SPDX-License-Identifier: MIT
// board: m0 large
// 10x4 convolution at stride 2, 49x10x1 to 64 filters, int8, ReLU: the first layer of a keyword spotter.
#include "tests/firmware/row.hpp"
#include "tests/firmware/seeded_layer.hpp"

namespace {

constexpr mote::kernels::ConvGeometry geometry{.height = 49,
                                               .width = 10,
                                               .channels = 1,
                                               .output_height = 25,
                                               .output_width = 5,
                                               .filters = 64,
                                               .kernel_height = 10,
                                               .kernel_width = 4,
                                               .stride_height = 2,
                                               .stride_width = 2,
                                               .padding_top = 4,
                                               .padding_left = 1};
using Layer = mote::kernels::QuantizedConv<geometry>;
constexpr auto packed =
    mote::kernels::pack(mote::firmware::seeded_layer<Layer>(/*seed=*/7, /*taps=*/geometry.taps()));
constinit mote::firmware::LayerMemory<Layer> memory;

}  // namespace

int main() {
    memory.fill(/*seed=*/8);
    return mote::firmware::report(
        "conv10x4_49x10x1_64", /*macs=*/geometry.macs(),
        [] { mote::kernels::run(packed, memory.input(), memory.output(), memory.scratch()); },
        [] { return mote::firmware::checksum(memory.outputs()); });
}
