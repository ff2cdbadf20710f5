// SPDX-License-Identifier: MIT
// The layers with activations of 16 bits against TensorFlow Lite Micro's own golden outputs: the single-layer
// models of its SEANet integration tests, in the folder that MOTE_TFLM_DIR names.
#include <algorithm>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "mote/deploy/host/tflite.hpp"
#include "mote/deploy/host/tflite_reference.hpp"
#include "mote/nn/conv2d.hpp"
#include "mote/nn/curves.hpp"
#include "mote/nn/residual.hpp"
#include "tests/nn/keyword_reference.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
namespace tflite = mote::deploy::tflite;

namespace {

std::string path(const std::string& name) {
    const std::string layer = name.substr(0, name.find_last_not_of("0123456789") + 1);
    return std::string(MOTE_TFLM_DIR) + "/integration_tests__seanet__" + layer + "__" + name;
}

template <class T>
std::vector<T> numbers(const std::string& file) {
    std::ifstream in(file);
    std::vector<T> values;
    for (std::string number; std::getline(in, number, ',');)
        values.push_back(static_cast<T>(std::stoll(number)));
    return values;
}

/// A model's only operator. The tensors that it computes with are named by their places among its inputs.
class Model {
public:
    explicit Model(const std::string& name)
        : name_(name), bytes_(read(path(name) + ".tflite")), file_(bytes_) {
        tflite::GraphReader reader(file_);
        auto graph = reader.read();
        INFO(name << ": " << reader.error());
        REQUIRE(graph);
        REQUIRE(graph->operators.size() == 1);
        graph_ = std::move(*graph);
    }

    const tflite::Graph& graph() const { return graph_; }
    const tflite::Operator& op() const { return graph_.operators[0]; }
    const tflite::Tensor& input(std::size_t i) const { return graph_.tensors[op().inputs[i]]; }
    const tflite::Tensor& output() const { return graph_.tensors[op().outputs[0]]; }

    template <class T = std::int16_t>
    std::vector<T> given(std::size_t i, const char* type = "int16") const {
        const auto values = numbers<T>(path(name_) + "_input" + std::to_string(i) + "_" + type + ".csv");
        CHECK_FALSE(values.empty());
        return values;
    }
    template <class T = std::int16_t>
    std::vector<T> golden(const char* type = "int16") const {
        const auto values = numbers<T>(path(name_) + "_golden_" + type + ".csv");
        CHECK(values.size() == output().size());
        return values;
    }

private:
    static std::vector<std::uint8_t> read(const std::string& file) {
        std::ifstream in(file, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    }

    std::string name_;
    std::vector<std::uint8_t> bytes_;
    deploy::flatbuffer::File file_;
    tflite::Graph graph_;
};

nn::Symmetric scale_of(const tflite::Tensor& tensor) {
    REQUIRE(tensor.scales.size() == 1);
    REQUIRE(tensor.zero_points[0] == 0);
    return {tensor.scales[0]};
}

/// A convolution's numbers out of its tensors.
struct Convolution {
    std::vector<std::int8_t> weights, shift;
    std::vector<std::int64_t> bias;
    std::vector<std::int32_t> multiplier;
    nn::Int16Range range;
    bool bias32;

    Convolution(const tflite::Tensor& in, const tflite::Tensor& w, const tflite::Tensor& b,
                const tflite::Tensor& out, nn::Activation activation)
        : range(nn::int16_range(activation, scale_of(out))), bias32(b.is(tflite::Type::int32)) {
        for (const std::uint8_t byte : w.data) weights.push_back(static_cast<std::int8_t>(byte));
        const std::size_t bytes = bias32 ? 4 : 8;
        for (std::size_t filter = 0; filter < w.shape[0]; ++filter) {
            std::uint64_t bits = 0;
            for (std::size_t i = 0; i < bytes; ++i)
                bits |= std::uint64_t{b.data[filter * bytes + i]} << (8 * i);
            bias.push_back(bias32 ? static_cast<std::int32_t>(bits) : static_cast<std::int64_t>(bits));
            const double weight = static_cast<double>(w.scales[w.scales.size() > 1 ? filter : 0]);
            const nn::Multiplier factor = nn::multiplier_of(static_cast<double>(scale_of(in).scale) * weight /
                                                            static_cast<double>(scale_of(out).scale));
            multiplier.push_back(factor.multiplier);
            shift.push_back(factor.shift);
        }
    }
    kernels::Int16View view() const {
        return {weights.data(), bias.data(), multiplier.data(), shift.data(), range.lowest,
                range.highest,  bias32};
    }
};

nn::Padding padding(const tflite::Operator& op) {
    return op.options.number<std::uint8_t>(0) == 0 ? nn::Padding::same : nn::Padding::valid;
}
nn::Extent stride(const tflite::Operator& op) {
    return {static_cast<std::size_t>(op.options.number<std::int32_t>(2)),
            static_cast<std::size_t>(op.options.number<std::int32_t>(1))};
}

}  // namespace

TEST_CASE("int16: convolutions give TensorFlow Lite Micro's golden outputs") {
    for (int number = 0; number <= 21; ++number) {
        const Model model("conv" + std::to_string(number));
        CAPTURE(number);
        const tflite::Tensor &in = model.input(0), &w = model.input(1);
        const nn::ConvConfig config{
            .filters = w.shape[0],
            .kernel = {w.shape[1], w.shape[2]},
            .stride = stride(model.op()),
            .dilation = {static_cast<std::size_t>(model.op().options.number<std::int32_t>(5, 1)),
                         static_cast<std::size_t>(model.op().options.number<std::int32_t>(4, 1))},
            .padding = padding(model.op())};
        REQUIRE(model.op().options.number<std::uint8_t>(3) == 0);  // no activation
        const auto geometry = nn::conv_geometry({in.shape[1], in.shape[2], in.shape[3]}, config);
        const Convolution layer(in, w, model.input(2), model.output(), nn::Activation::none);
        std::vector<std::int16_t> y(geometry.outputs());
        kernels::reference::convolve(geometry, layer.view(), model.given(0).data(), y.data());
        REQUIRE(y == model.golden());
    }
}

TEST_CASE("int16: transposed convolutions give TensorFlow Lite Micro's golden outputs") {
    for (int number = 0; number <= 4; ++number) {
        const Model model("transpose_conv" + std::to_string(number));
        CAPTURE(number);
        const tflite::Tensor &w = model.input(1), &in = model.input(2), &out = model.output();
        REQUIRE(padding(model.op()) == nn::Padding::valid);  // nothing is cut off
        const nn::Extent step = stride(model.op());
        const kernels::ConvGeometry geometry{.height = in.shape[1],
                                             .width = in.shape[2],
                                             .channels = in.shape[3],
                                             .output_height = out.shape[1],
                                             .output_width = out.shape[2],
                                             .filters = out.shape[3],
                                             .kernel_height = w.shape[1],
                                             .kernel_width = w.shape[2],
                                             .stride_height = step.height,
                                             .stride_width = step.width};
        const Convolution layer(in, w, model.input(3), out, nn::Activation::none);
        std::vector<std::int16_t> y(geometry.outputs());
        kernels::reference::convolve_transposed(geometry, layer.view(), model.given(1).data(), y.data());
        REQUIRE(y == model.golden());
    }
}

TEST_CASE("int16: sums and differences give TensorFlow Lite Micro's golden outputs") {
    for (int number = 0; number <= 16 + 5; ++number) {
        const bool subtracts = number > 16;
        const Model model(subtracts ? "sub" + std::to_string(number - 17) : "add" + std::to_string(number));
        CAPTURE(number);
        REQUIRE(model.op().options.number<std::uint8_t>(0) == 0);  // no activation
        const auto layer = nn::quantized_add(scale_of(model.input(0)), scale_of(model.input(1)),
                                             scale_of(model.output()), nn::Activation::none);
        const auto a = model.given(0);
        auto b = model.given(1);
        const std::size_t once = b.size();  // which may stand for every pixel
        REQUIRE(a.size() % once == 0);
        while (b.size() < a.size()) b.push_back(b[b.size() - once]);
        std::vector<std::int16_t> y(a.size());
        if (subtracts) {
            kernels::subtract(layer, a.data(), b.data(), y.data(), y.size());
        } else {
            kernels::add(layer, a.data(), b.data(), y.data(), y.size());
        }
        REQUIRE(y == model.golden());
    }
}

TEST_CASE("int16: leaky ReLUs give TensorFlow Lite Micro's golden outputs") {
    for (int number = 0; number <= 22; ++number) {
        const Model model("leaky_relu" + std::to_string(number));
        CAPTURE(number);
        const float alpha = model.op().options.number<float>(0);
        const auto layer = nn::Int16LeakyRelu::of(scale_of(model.input(0)), scale_of(model.output()), alpha);
        auto y = model.given(0);
        std::ranges::transform(y, y.begin(), layer);
        REQUIRE(y == model.golden());
    }
}

TEST_CASE("int16: imported models give TensorFlow Lite Micro's golden outputs") {
    for (const auto& [layer, count] :
         {std::pair{"conv", 22}, {"leaky_relu", 23}, {"pad", 19}, {"strided_slice", 34}}) {
        for (int number = 0; number < count; ++number) {
            const Model model(layer + std::to_string(number));
            tflite::Importer importer(model.graph());
            const auto network = importer.import();
            CAPTURE(layer, number, importer.error());
            REQUIRE(network);
            REQUIRE(tflite::run(*network, model.given(0)) == model.golden());
        }
    }
}

TEST_CASE("svdf: TensorFlow Lite Micro's keyword model, frame by frame") {
    std::ifstream in(std::string(MOTE_TFLM_DIR) + "/models__keyword_scrambled_8bit.tflite", std::ios::binary);
    std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(in), {}};
    deploy::flatbuffer::File file(bytes);
    auto graph = tflite::GraphReader(file).read();
    REQUIRE(graph);
    // From the first bytes to the scores: both ends are of 16 bits. Its numbers are scrambled, to weights of
    // -128 and to biases that may overflow, which are refused: svdf_reference.py changes them in the same
    // way.
    graph->operators.erase(graph->operators.begin());
    graph->operators.resize(graph->operators.size() - 2);
    for (const tflite::Operator& op : graph->operators) {
        const auto at = [&](std::size_t place) {
            const auto data = graph->tensors[op.inputs[place]].data;
            return std::span(bytes).subspan(static_cast<std::size_t>(data.data() - bytes.data()),
                                            data.size());
        };
        std::ranges::replace(at(1), std::uint8_t{128}, std::uint8_t{129});
        const auto bias = at(op.code == tflite::Code::svdf ? 3 : 2);
        for (std::size_t i = 0; i < bias.size(); i += 4) {
            const bool negative = bias[i + 3] > 127;
            bias[i] = bias[i + 2];
            bias[i + 1] = bias[i + 3];
            bias[i + 2] = bias[i + 3] = negative ? 255 : 0;
        }
    }
    graph->input = graph->operators.front().inputs[0];
    graph->output = graph->operators.back().outputs[0];
    tflite::Importer importer(*graph);
    auto network = importer.import();
    INFO(importer.error());
    REQUIRE(network);
    REQUIRE(network->layers.size() == reference::keyword_hashes.size());
    tflite::Bytes y(reference::keyword_x.begin(), reference::keyword_x.end());
    for (std::size_t i = 0; i < network->layers.size(); ++i) {
        tflite::Layer& layer = network->layers[i];
        layer.in.height = layer.out.height = 10;  // all frames at once
        if (layer.kind == tflite::Kind::convolution)
            layer.geometry = nn::conv_geometry(layer.in, layer.config);
        y = tflite::run(layer, y);
        std::uint32_t hash = 2166136261;
        for (const std::int8_t byte : y) hash = (hash ^ static_cast<std::uint8_t>(byte)) * 16777619;
        CAPTURE(i);
        REQUIRE(hash == reference::keyword_hashes[i]);
    }
}

TEST_CASE("int16: changes of scale give TensorFlow Lite Micro's golden outputs") {
    const auto factor = [](const Model& model) {
        return nn::multiplier_of(static_cast<double>(model.input(0).scales[0]) /
                                 static_cast<double>(model.output().scales[0]));
    };
    const Model down("quantize0");
    const auto x = down.given<std::int32_t>(0, "int32");
    std::vector<std::int16_t> y(x.size());
    std::ranges::transform(x, y.begin(),
                           [by = factor(down)](std::int32_t value) { return nn::rescaled_int16(value, by); });
    REQUIRE(y == down.golden());

    const Model up("quantize1");
    std::vector<std::int32_t> wide;
    for (const std::int16_t value : up.given(0)) {
        wide.push_back(kernels::reference::rescale(value, factor(up).multiplier, factor(up).shift));
    }
    REQUIRE(wide == up.golden<std::int32_t>("int32"));
}
