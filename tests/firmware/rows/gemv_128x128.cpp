// SPDX-License-Identifier: MIT
// Dense layer, 128 inputs, 128 outputs, int8, ReLU.
#include "tests/firmware/row.hpp"
#include "tests/firmware/seeded_layer.hpp"

namespace {

constexpr mote::kernels::ConvGeometry geometry{.channels = 128, .filters = 128};
using Layer = mote::kernels::QuantizedConv<geometry>;
constexpr auto packed =
    mote::kernels::pack(mote::firmware::seeded_layer<Layer>(/*seed=*/1, /*taps=*/geometry.taps()));
constinit mote::firmware::LayerMemory<Layer> memory;

}  // namespace

int main() {
    memory.fill(/*seed=*/2);
    return mote::firmware::report(
        "gemv_128x128", /*macs=*/geometry.macs(),
        [] { mote::kernels::run(packed, memory.input(), memory.output(), memory.scratch()); },
        [] { return mote::firmware::checksum(memory.outputs()); });
}
