// SPDX-License-Identifier: MIT
// 1x1 convolution, 25x5x64 to 64 filters, int8, ReLU.
#include "tests/firmware/row.hpp"
#include "tests/firmware/seeded_layer.hpp"

namespace {

constexpr mote::kernels::ConvGeometry geometry{
    .height = 25, .width = 5, .channels = 64, .output_height = 25, .output_width = 5, .filters = 64};
using Layer = mote::kernels::QuantizedConv<geometry>;
constexpr auto packed =
    mote::kernels::pack(mote::firmware::seeded_layer<Layer>(/*seed=*/7, /*taps=*/geometry.taps()));
constinit mote::firmware::LayerMemory<Layer> memory;

}  // namespace

int main() {
    memory.fill(/*seed=*/8);
    return mote::firmware::report(
        "conv1x1_25x5x64_64", /*macs=*/geometry.macs(),
        [] { mote::kernels::run(packed, memory.input(), memory.output(), memory.scratch()); },
        [] { return mote::firmware::checksum(memory.outputs()); });
}
