// SPDX-License-Identifier: MIT
// TensorFlow Lite Micro's own golden outputs are in int16_golden.test.cpp.
#include "mote/nn/int16.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <vector>

#include "mote/nn/int16_curves.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/quantized_concatenation.hpp"
#include "mote/nn/quantized_residual.hpp"
#include "mote/nn/time_distributed.hpp"
#include "tests/nn/int16_reference.hpp"
#include "tests/nn/layer_check.hpp"
#include "tests/support/catch.hpp"

using namespace mote;

namespace {

using Padded = nn::DepthwiseConfig;
using Mixed = nn::Sequential<
    nn::Shape{8, 6, 2},
    nn::Conv2D<nn::ConvConfig{
        .filters = 4, .padding = nn::Padding::same, .activation = nn::Activation::relu6}>,
    nn::ZeroPadding2D<nn::Margins{1, 1, 1, 1}>,
    nn::Residual<nn::Path<nn::DepthwiseConv2D<Padded{.padding = nn::Padding::same}>, nn::LeakyReLU<>>>,
    nn::Residual<nn::Path<nn::Conv2D<nn::ConvConfig{.filters = 6, .kernel = 1}>, nn::ReLU>,
                 nn::Path<nn::Conv2D<nn::ConvConfig{.filters = 6, .kernel = 1}>>, nn::Activation::relu>,
    nn::MaxPool2D<>, nn::AveragePool2D<nn::PoolConfig{.size = 2, .stride = 1}>,
    nn::Reshape<nn::Shape{12, 1, 6}>, nn::TransposedConv1D<nn::TransposedConfig{.filters = 3, .kernel = 4}>,
    nn::Tanh, nn::Flatten, nn::Dense<nn::DenseConfig{.units = 6}>, nn::Sigmoid,
    nn::Dense<nn::DenseConfig{.units = 5}>, nn::Softmax>;

template <class Architecture>
std::vector<std::array<float, Architecture::inputs>> noise(std::size_t rows) {
    Random random(5);
    std::vector<std::array<float, Architecture::inputs>> result(rows);
    for (auto& row : result) {
        for (float& x : row) x = 4 * random.uniform<float>() - 2;
    }
    return result;
}

template <class Architecture>
nn::Network<float, Architecture> random_model() {
    nn::Network<float, Architecture> model;
    model.initialise(3);
    Random random(4);
    for (float& weight : model.weights()) weight += 0.2f * random.uniform<float>() - 0.1f;
    return model;
}

template <std::size_t N, class Curve>
std::array<std::int16_t, N> through(Curve curve, const std::array<std::int16_t, N>& x) {
    std::array<std::int16_t, N> y{};
    std::ranges::transform(x, y.begin(), curve);
    return y;
}

std::array<std::int16_t, 60> softmax(float scale) {
    auto y = reference::int16_inputs;
    for (std::size_t at = 0; at < 60; at += 12) {
        nn::int16::softmax(nn::int16::softmax_multiplier({scale}), y.data() + at, y.data() + at, 12);
    }
    return y;
}

}  // namespace

TEST_CASE("Symmetric: 32767 steps on either side of zero") {
    constexpr auto scale = nn::Symmetric::covering({-0.5f, 3.2767f});
    STATIC_REQUIRE(scale.scale == 3.2767f / 32767);
    STATIC_REQUIRE(scale.quantize(3.2767f) == 32767);
    STATIC_REQUIRE(scale.quantize(-0.00014f) == -1);
    STATIC_REQUIRE(scale.quantize(9) == 32767);
    STATIC_REQUIRE(scale.quantize(-9) == -32768);
    REQUIRE(scale.quantize(std::numeric_limits<float>::quiet_NaN()) == -32768);
    STATIC_REQUIRE(nn::Symmetric::covering({-4, 1}).scale == static_cast<float>(4.0 / 32767));
    STATIC_REQUIRE(nn::Symmetric::covering({}) == nn::Symmetric{1});
}

TEST_CASE("int16: sums are rounded once, by a multiplier of 15 bits") {
    using kernels::reference::rescale_sum;
    constexpr std::int32_t half = 1 << 30;
    STATIC_REQUIRE(rescale_sum(7, half, 1) == 7);
    STATIC_REQUIRE(rescale_sum(7, half, 0) == 4);                      // 3.5, ties up
    STATIC_REQUIRE(rescale_sum(-7, half, 0) == -3);                    // also below zero
    STATIC_REQUIRE(rescale_sum(65536, half + (1 << 14), 1) == 65536);  // rounds down to 2^14 ...
    STATIC_REQUIRE(rescale_sum(65536, half + (1 << 15), 1) == 65540);  // ... and up to 2^14 + 1
    STATIC_REQUIRE(rescale_sum(32768, 0x7fffffff, 0) == 32767);        // never up to 2^15
    STATIC_REQUIRE(rescale_sum((std::int64_t{1} << 46) + 5, half, -30) == 32768);
    STATIC_REQUIRE(rescale_sum(std::int64_t{1} << 46, half, 7) == 0x7fffffff);
    STATIC_REQUIRE(rescale_sum(-(std::int64_t{1} << 46), half, 7) == -0x7fffffff - 1);
}

TEST_CASE("int16: a dense layer worked by hand") {
    // y = 2 x0 - x1 + 3 and y = x1, all in steps of 0.5: the sum's scale is 0.5, and so is the output's.
    kernels::Int16Conv<kernels::ConvGeometry{.channels = 2, .filters = 2}> layer;
    layer.weights = {2, -1, 0, 1};
    layer.bias = {6, 0};
    layer.output.multiplier = {1 << 30, 1 << 30};
    layer.output.shift = {1, 1};
    const auto y_of = [&](std::int16_t x0, std::int16_t x1) {
        const std::array x{x0, x1};
        std::array<std::int16_t, 2> y{};
        kernels::run(kernels::pack(layer), x.data(), y.data(), nullptr);
        return y;
    };
    REQUIRE(y_of(8, -2) == std::array<std::int16_t, 2>{24, -2});
    REQUIRE(y_of(32767, -32768) == std::array<std::int16_t, 2>{32767, -32768});  // saturates
    layer.output.lowest = 0;
    REQUIRE(y_of(-5, -2) == std::array<std::int16_t, 2>{0, 0});
    layer.output.bias32 = true;
    layer.output.shift = {0, 0};
    REQUIRE(y_of(2, 1) == std::array<std::int16_t, 2>{5, 1});  // 4.5 and 0.5, twice rounded: away from zero
}

TEST_CASE("int16: the sigmoid's table is TensorFlow Lite's") {
    std::uint32_t hash = 2166136261u;
    for (const std::uint16_t entry : kernels::reference::sigmoid_table) {
        for (const std::uint32_t byte : {entry & 0xffu, static_cast<std::uint32_t>(entry >> 8)})
            hash = (hash ^ byte) * 16777619u;
    }
    REQUIRE(hash == 0x4fb821ecu);
}

TEST_CASE("int16: sigmoid, tanh and softmax are those of the specification") {
    using Sigmoid = nn::SigmoidCurve;
    using Tanh = nn::TanhCurve;
    using namespace reference;
    constexpr nn::Symmetric narrow{0x1p-12f}, odd{0.000123f}, wide{0.0071f};
    REQUIRE(through(Sigmoid::words(narrow, {}), int16_inputs) == int16_sigmoid_narrow);
    REQUIRE(through(Sigmoid::words(odd, {}), int16_inputs) == int16_sigmoid_odd);
    REQUIRE(through(Sigmoid::words(wide, {}), int16_inputs) == int16_sigmoid_wide);
    REQUIRE(through(Tanh::words(narrow, {}), int16_inputs) == int16_tanh_narrow);
    REQUIRE(through(Tanh::words(odd, {}), int16_inputs) == int16_tanh_odd);
    REQUIRE(through(Tanh::words(wide, {}), int16_inputs) == int16_tanh_wide);
    REQUIRE(softmax(0x1p-12f) == int16_softmax_narrow);
    REQUIRE(softmax(0.000123f) == int16_softmax_odd);
    REQUIRE(softmax(0.0071f) == int16_softmax_wide);
    // Scales beyond those of any trained network saturate.
    REQUIRE(Sigmoid::words({1e6f}, {})(1) == 32767);
    REQUIRE(Sigmoid::words({1e6f}, {})(-1) == 1);  // as the kernel has it
    REQUIRE(Tanh::words({1e6f}, {})(-32768) == -32767);
    REQUIRE(softmax(1e6f)[1] == 32767 - 22);  // no score is less than e^-10 of the largest
}

TEST_CASE("int16: ELU and GELU by TensorFlow Lite's table, the hard curves within a rounding") {
    using namespace reference;
    using Elu = nn::EluCurve<nn::Slope{.value = 1}>;
    using Gelu = nn::GeluCurve;
    constexpr nn::Symmetric narrow{0x1p-12f}, odd{0.000123f}, odd_out{0.000125f}, wide{0.0071f},
        wide_out{0.0069f}, unit{0x1p-15f};
    CHECK(through(Elu::words(narrow, narrow), int16_inputs) == int16_elu_narrow);
    CHECK(through(Elu::words(odd, odd_out), int16_inputs) == int16_elu_odd);
    CHECK(through(Elu::words(wide, wide_out), int16_inputs) == int16_elu_wide);
    CHECK(through(Gelu::words(narrow, narrow), int16_inputs) == int16_gelu_narrow);
    CHECK(through(Gelu::words(odd, odd_out), int16_inputs) == int16_gelu_odd);
    CHECK(through(Gelu::words(wide, wide_out), int16_inputs) == int16_gelu_wide);
    // The multiplier has 15 bits: half a step for the rounding, and 2^-15 of the value for the multiplier.
    const auto gap = [](const auto& curve, const std::array<float, 60>& exact) {
        float worst = 0;
        for (std::size_t i = 0; i < exact.size(); ++i) {
            const float limited = std::clamp(exact[i], -32768.0f, 32767.0f);
            const auto y = static_cast<float>(curve(int16_inputs[i]));
            worst = std::max(worst, abs(y - limited) - abs(limited) / 32768);
        }
        return worst;
    };
    using Swish = nn::HardSwishCurve;
    using Sigmoid = nn::HardSigmoidCurve;
    CHECK(gap(Swish::words(narrow, narrow), int16_hard_swish_narrow) < 0.502f);
    CHECK(gap(Swish::words(odd, odd_out), int16_hard_swish_odd) < 0.502f);
    CHECK(gap(Swish::words(wide, wide_out), int16_hard_swish_wide) < 0.502f);
    CHECK(gap(Sigmoid::words(narrow, unit), int16_hard_sigmoid_narrow) < 0.502f);
    CHECK(gap(Sigmoid::words(odd, unit), int16_hard_sigmoid_odd) < 0.502f);
    CHECK(gap(Sigmoid::words(wide, unit), int16_hard_sigmoid_wide) < 0.502f);
    // Scales beyond those of any trained network.
    CHECK(Sigmoid::words({1e-30f}, unit)(0) == 16384);
    CHECK(Sigmoid::words({1e30f}, unit)(1) == 32767);
    CHECK(Sigmoid::words({1e30f}, unit)(-1) == 0);
    CHECK(Swish::words({1e30f}, {1e-30f})(-32768) == 0);
    CHECK(Swish::words({1e30f}, {1e-30f})(32767) == 32767);
    CHECK(Swish::words({1e-30f}, {1e-30f})(32766) == Approx(16383).epsilon(0.01));
    CHECK(Swish::words({1e-6f}, {1e-6f})(-32766) == Approx(-16383 + 179).margin(1));  // -0.033^2 / 6
}

TEST_CASE("int16: the curves and ways side by side stay close to the float ones, and pack without loss") {
    using Conv = nn::Conv1D<nn::Conv1DConfig{.filters = 3, .kernel = 3, .padding = nn::Padding::same}>;
    using Pool = nn::MaxPool1D<nn::Pool1DConfig{.size = 3, .stride = 1, .padding = nn::Padding::same}>;
    using Curves = nn::Sequential<nn::Shape{6, 3}, Conv, nn::ELU<>, Conv, nn::GELU, Conv, nn::HardSwish, Conv,
                                  nn::HardSigmoid>;
    using Wide = nn::Sequential<nn::Shape{6, 3},
                                nn::Parallel<nn::Concatenate, nn::Path<Conv, nn::HardSwish>, nn::Path<Pool>,
                                             nn::Path<nn::Parallel<nn::Concatenate, nn::Path<Conv>>>>>;
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        CHECK(testing::quantized_gap<Curves, std::int16_t>(seed, 3) <
              200);  // what the weights' rounding does
        CHECK(testing::quantized_gap<Wide, std::int16_t>(seed) < 200);
    }
    // Ways without weights are moved only: no error but a rounding each.
    using Moved = nn::Sequential<nn::Shape{6, 3},
                                 nn::Parallel<nn::Concatenate, nn::Path<Pool>, nn::Path<nn::LeakyReLU<>>>>;
    CHECK(testing::quantized_gap<Moved, std::int16_t>(4) < 1.6);
}

namespace {

template <class T, class... Layers>
constexpr bool runs = (nn::has_integer_layers_for<nn::Sequential<nn::Shape{6, 4}, Layers>, T> && ...);
using Three = nn::Dense<nn::DenseConfig{.units = 3}>;
constexpr nn::RecurrentConfig three{.units = 3};

}  // namespace

TEST_CASE("int16: layers have the forms that the table in network.md tells") {
    STATIC_REQUIRE(runs<std::int16_t, nn::SeparableConv1D<nn::Separable1DConfig{.filters = 3}>,
                        nn::BatchNormalization<>, nn::TimeDistributed<Three>, nn::ReLU6, nn::HardSigmoid,
                        nn::ELU<>, nn::GELU, nn::GlobalAveragePool, nn::GlobalMaxPool, nn::Softmax,
                        nn::Parallel<nn::Concatenate, nn::Path<nn::ReLU>, nn::Path<nn::HardSwish>>>);
    using Layers = nn::Path<nn::LayerNormalization<>, nn::Recurrent<nn::SimpleRnnCell, three>,
                            nn::Recurrent<nn::GruCell<>, three>, nn::Recurrent<nn::FastGrnnCell, three>,
                            nn::Svdf<nn::SvdfConfig{.units = 2, .memory = 3}>>;
    const auto only_bytes = []<class... Layer>(nn::Path<Layer...>) {
        return (runs<std::int8_t, Layer> && ...) && !(runs<std::int16_t, Layer> || ...);
    };
    STATIC_REQUIRE(only_bytes(Layers{}));
}

TEST_CASE("int16: a network of every layer stays close to the float one") {
    const auto model = random_model<Mixed>();
    const auto rows = noise<Mixed>(60);
    const auto bytes = nn::quantize<std::int8_t>(model, Rows<float, Mixed::inputs>(rows));
    const auto words = nn::quantize<std::int16_t>(model, Rows<float, Mixed::inputs>(rows));
    static nn::Network<float, Mixed>::Workspace scratch;
    static nn::Network<std::int8_t, Mixed>::Workspace byte_scratch;
    static nn::Network<std::int16_t, Mixed>::Workspace word_scratch;
    double of_bytes = 0, of_words = 0;
    for (const auto& row : rows) {
        const auto p = model.predict_proba(row, scratch), q = bytes.predict_proba(row, byte_scratch);
        const auto r = words.predict_proba(row, word_scratch);
        for (std::size_t k = 0; k < 5; ++k) {
            of_bytes += static_cast<double>(abs(p[k] - q[k]));
            of_words += static_cast<double>(abs(p[k] - r[k]));
        }
        REQUIRE(std::accumulate(r.begin(), r.end(), 0.0f) == Approx(1).margin(5.0 / 32768));
    }
    CAPTURE(of_bytes / 300, of_words / 300);
    REQUIRE(of_words < of_bytes / 3);  // what is left is the weights' rounding
}

TEST_CASE("int16: the portable form comes back, and every address of the input gives the same") {
    using Network = nn::Network<std::int16_t, Mixed>;
    const auto model = random_model<Mixed>();
    const auto rows = noise<Mixed>(10);
    const auto words = nn::quantize<std::int16_t>(model, Rows<float, Mixed::inputs>(rows));
    const Network again(words.weights());
    static Network::Workspace scratch;
    const auto outputs = [&](const Network& network, Network::Sample x) {
        const auto y = network.forward(x, scratch);
        return std::vector<std::int16_t>(y.begin(), y.end());
    };
    alignas(4) std::array<std::int16_t, Mixed::inputs + 1> odd{};
    for (const auto& row : rows) {
        const auto x = words.quantize_input(row);
        std::ranges::copy(x, odd.begin() + 1);
        const auto expected = outputs(words, x);
        REQUIRE(outputs(again, x) == expected);
        scratch.arena.fill(-12345);  // nothing is carried from run to run
        REQUIRE(outputs(words, std::span(odd).subspan<1>()) == expected);
    }
}

TEST_CASE("int16: constant evaluation gives the bits of the kernels") {
    using Small =
        nn::Sequential<nn::Shape{4, 3, 2},
                       nn::Conv2D<nn::ConvConfig{.filters = 2, .padding = nn::Padding::same}>,
                       nn::Residual<nn::Path<nn::DepthwiseConv2D<Padded{.padding = nn::Padding::same}>>>,
                       nn::Flatten, nn::Dense<nn::DenseConfig{.units = 3}>, nn::Softmax>;
    using Network = nn::Network<std::int16_t, Small>;
    static constexpr auto network = [] {
        nn::Network<float, Small> model;
        model.initialise(7);
        std::array<std::array<float, 24>, 2> rows{};
        Random random(8);
        for (auto& row : rows) {
            for (float& x : row) x = random.uniform<float>();
        }
        return nn::quantize<std::int16_t>(model, Rows<float, 24>(rows));
    }();
    static constexpr std::array<float, 24> x{0.5f, 0.25f, 1, 0.75f};
    constexpr auto compiled = [] {
        Network::Workspace scratch;
        return network.predict_proba(x, scratch);
    }();
    Network::Workspace scratch;
    REQUIRE(network.predict_proba(x, scratch) == compiled);
}

TEST_CASE("int16: weights of zero, of one, and far from the calibrated outputs") {
    using Two = nn::Sequential<nn::Shape(2), nn::Dense<nn::DenseConfig{.units = 2}>>;
    const std::array<std::array<float, 2>, 2> rows{{{1, -1}, {0.5f, 1}}};
    const auto outputs = [&](const nn::Network<float, Two>::Weights& weights, std::array<float, 2> x) {
        const auto words = nn::quantize<std::int16_t>(nn::Network<float, Two>(weights), Rows<float, 2>(rows));
        nn::Network<std::int16_t, Two>::Workspace scratch;
        return words.predict(x, scratch);
    };
    const auto ones = outputs({1, 0, 0, 1, 0, 0}, {1, -1});
    REQUIRE(ones[0] == Approx(1).margin(1e-4));
    REQUIRE(ones[1] == Approx(-1).margin(1e-4));
    const auto biases =
        outputs({0, 0, 0, 0, 0.001f, -30}, {1, 1});  // no weights: biases to the output's step
    REQUIRE(biases[0] == Approx(0.001).margin(0.51 * 30 / 32767));
    REQUIRE(biases[1] == Approx(-30).margin(1e-3));
    const auto denormal = outputs({1e-45f, 0, 0, 1e-45f, 1, 2}, {1, 1});
    REQUIRE(denormal[1] == Approx(2).margin(1e-3));
    // The outputs that were seen cancel to almost nothing: what was not seen saturates with its sign.
    const std::array<std::array<float, 2>, 1> cancelling{{{1, 1}}};
    const nn::Network<float, Two> model({1e4f, -1e4f, 1, 0, 1e-6f, 1e-6f});
    auto fine = nn::quantize<std::int16_t>(model, Rows<float, 2>(cancelling));
    nn::Network<std::int16_t, Two>::Workspace scratch;
    const auto most = fine.output().dequantize(32767);
    REQUIRE(fine.predict(std::array{1.0f, -1.0f}, scratch)[0] == most);
    REQUIRE(fine.predict(std::array{-1.0f, 1.0f}, scratch)[0] == fine.output().dequantize(-32768));
    const auto nan = std::numeric_limits<float>::quiet_NaN();
    REQUIRE(fine.predict(std::array{nan, 0.0f}, scratch)[0] == fine.output().dequantize(-32768));
}

TEST_CASE("int16: refuses no rows and numbers that are none; constant activations are no division by zero") {
    auto model = random_model<Mixed>();
    auto rows = noise<Mixed>(3);
    const auto before = nn::quantize<std::int16_t>(model, Rows<float, Mixed::inputs>(rows));
    auto words = before;
    const auto stays = [&] { return words.weights().input == before.weights().input; };
    REQUIRE(nn::quantize(model, Rows<float, Mixed::inputs>{}, words) == Status::too_few_rows);
    rows[2][7] = std::numeric_limits<float>::infinity();
    REQUIRE(nn::quantize(model, Rows<float, Mixed::inputs>(rows), words) == Status::not_finite);
    REQUIRE(stays());
    const std::vector<std::array<float, Mixed::inputs>> zeros(2);
    REQUIRE(nn::quantize(model, Rows<float, Mixed::inputs>(zeros), words) == Status::ok);
    static nn::Network<float, Mixed>::Workspace scratch;
    static nn::Network<std::int16_t, Mixed>::Workspace word_scratch;
    const auto p = model.predict_proba(zeros[0], scratch), q = words.predict_proba(zeros[0], word_scratch);
    for (std::size_t k = 0; k < 5; ++k) REQUIRE(abs(p[k] - q[k]) < 0.01f);
}

TEST_CASE("int16: TimeDistributed gives each step what its layer gives") {
    using Dense = nn::Dense<nn::DenseConfig{.units = 2}>;
    using Steps = nn::Sequential<nn::Shape{3, 2}, nn::TimeDistributed<Dense>>;
    using Network = nn::Network<std::int16_t, Steps>;
    Network::Weights weights{};
    auto& layer = nn::get<0>(weights.layers);
    layer.weights = {1, 2, 3, 4};
    layer.bias = {100, -100};
    layer.output.multiplier = {1 << 30, 1 << 30};
    layer.output.shift = {1, 1};  // by one
    const Network network(weights);
    Network::Workspace scratch;
    alignas(4) const std::array<std::int16_t, 6> x{1, 0, 0, 10, 100, 1000};
    const std::array<std::int16_t, 6> y{101, -97, 120, -60, 2200, 4200};
    CHECK(std::ranges::equal(network.forward(x, scratch), y));
}
