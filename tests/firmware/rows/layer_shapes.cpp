// SPDX-License-Identifier: MIT
// board: m0 large
// Dense, depthwise and other int8 layers of the shapes for which other libraries are measured; ReLU where
// they have weights, 'same' padding.
#include <array>
#include <optional>

#include "mote/nn/streaming.hpp"
#include "mote/nn/svdf.hpp"
#include "tests/firmware/layer_row.hpp"
#include "tests/firmware/network_row.hpp"

using mote::firmware::checksum;
using mote::firmware::opaque;
using mote::firmware::report;
using mote::firmware::report_conv;
using mote::firmware::report_depthwise;
using mote::testing::dense;
using mote::testing::same;
namespace nn = mote::nn;

namespace {

int report_dense() {
    int failed = 0;
    failed |= report_conv<dense(640, 128)>("dense_640_128", /*seed=*/41);
    failed |= report_conv<dense(128, 128)>("dense_128_128", /*seed=*/43);
    failed |= report_conv<dense(128, 8)>("dense_128_8", /*seed=*/45);
    failed |= report_conv<dense(8, 128)>("dense_8_128", /*seed=*/47);
    failed |= report_conv<dense(128, 640)>("dense_128_640", /*seed=*/49);
    failed |= report_conv<dense(64, 12)>("dense_64_12", /*seed=*/51);
    return failed;
}

/// A shortcut of another scale than the branch's.
int report_add() {
    static constexpr auto layer =
        nn::quantized_add({0.04f, -128}, {0.11f, -128}, {0.12f, -128}, nn::Activation::relu);
    alignas(4) static std::array<std::int8_t, 32 * 32 * 16> a, b;
    mote::Random random(65);
    for (std::int8_t& byte : a) byte = static_cast<std::int8_t>(random.next() >> 24);
    for (std::int8_t& byte : b) byte = static_cast<std::int8_t>(random.next() >> 24);
    return report(
        "add_32x32x16", /*macs=*/0,
        [] { mote::kernels::add(layer, opaque(a).data(), b.data(), a.data(), a.size()); },
        [] { return checksum(a); });
}

/// A layer without weights as a network of its own.
template <nn::Shape In, class Layer>
int report_weightless(const char* name) {
    using Model = mote::testing::SeededNetwork<nn::Sequential<In, Layer>>;
    static constexpr Model model{mote::testing::seeded_weights<typename Model::Architecture>(/*seed=*/1)};
    static constinit mote::firmware::NetworkMemory<Model> memory{};
    return mote::firmware::report_network(name, model, memory);
}

/// One step, when all that a unit looks back on is there.
int report_svdf() {
    using Layer = nn::Svdf<nn::SvdfConfig{.units = 64, .memory = 10, .activation = nn::Activation::relu}>;
    using Model = mote::testing::SeededNetwork<nn::Sequential<nn::Shape{10, 32}, Layer>>;
    using Stream = nn::Streaming<Model>;
    static constexpr Model model{mote::testing::seeded_weights<Model::Architecture>(/*seed=*/67)};
    static constexpr Stream stream(model);
    static constinit Stream::State state{};
    alignas(4) static std::array<std::int8_t, Stream::features> frame;
    static std::optional<Stream::Output> y;
    mote::Random random(68);
    const auto push = [&] {
        for (std::int8_t& byte : frame) byte = static_cast<std::int8_t>(random.next() >> 24);
        y = stream.push(frame, state);
    };
    for (int step = 0; step < 20; ++step) push();
    return report(
        "svdf_32_64x10", /*macs=*/64 * (32 + 10), [] { y = stream.push(opaque(frame), state); },
        [] { return checksum(*y); });
}

}  // namespace

int main() {
    int failed = report_dense();
    failed |= report_depthwise<same({48, 48, 8}, 8, {3, 3})>("depthwise3x3_48x48x8", /*seed=*/61);
    failed |= report_depthwise<same({48, 48, 16}, 16, {3, 3, 2, 2})>("depthwise3x3_stride2_48x48x16", 63);
    failed |= report_add();
    failed |= report_weightless<nn::Shape{25, 5, 64}, nn::GlobalAveragePool>("average_pool_25x5x64");
    failed |= report_weightless<nn::Shape{1, 1, 12}, nn::Softmax>("softmax_12");
    failed |= report_svdf();
    return failed;
}
