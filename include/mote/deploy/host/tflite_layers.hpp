// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "mote/deploy/host/tflite.hpp"
#include "mote/nn/network.hpp"

/// The graph of a TensorFlow Lite file as layers of mote, with every number they need. For the host only.
namespace mote::deploy::tflite {

enum class Kind {
    convolution,
    depthwise,
    dense,
    transposed,
    lstm,
    svdf,
    average_pool,
    max_pool,
    mean,
    curve,
    padding,
    cropping,
    reshape,
    softmax,
    channelwise,
    residual,
    concatenation
};

/// How two ways come together, or a way and constants.
enum class Merge { add, subtract, multiply };

/// What a layer of 16 bits has instead of a layer of bytes.
struct Int16Numbers {
    bool bias32 = false;
    nn::Int16Range range{};
    nn::Int16Mean average{};
    nn::Multiplier softmax{};
    kernels::Int16Add add{};
    nn::QuantizedProduct<std::int16_t> product{};
    std::function<std::int16_t(std::int16_t)> curve;
    std::string curve_numbers;  // as a C++ initialiser
};

/// Matrices of the gates i, f, c and o of a recurrent layer of integers, one behind the other.
struct Gates {
    std::vector<std::int8_t> weights;
    std::vector<std::int64_t> bias;  // of 32 bits in a layer of bytes
    std::array<std::int32_t, 4> multiplier{};
    std::array<std::int8_t, 4> shift{};
    std::int8_t zero_point = 0;
};
using Lstm = nn::LstmNumbers<Gates, Gates>;

/// What an SVDF has beside its filters over the features, which are its layer's weights.
struct Svdf {
    std::size_t rank = 1, memory = 1;
    std::vector<std::int16_t> time;
    nn::Multiplier to_state{};
    std::int16_t lowest = -32768, highest = 32767;  // of the state
};

/// One layer. What a kind does not need stays as it is.
struct Layer {
    Kind kind = Kind::reshape;
    Type type = Type::int8;
    nn::Shape in{1}, out{1};
    nn::ConvConfig config{};     // of convolution and depthwise; of others what they have of it
    std::size_t multiplier = 1;  // of depthwise
    nn::PoolConfig pool{};
    nn::Margins margins{};                 // of padding and cropping
    std::string curve;                     // its type
    std::array<std::int8_t, 256> table{};  // of curve, and the same for real numbers
    std::function<float(float)> value;
    kernels::ConvGeometry geometry{};
    std::vector<std::int8_t> weights;  // in the order of the kernels' layers
    std::vector<float> real;           // in a network of real numbers: weights, then biases
    std::vector<std::int64_t> bias;
    std::vector<std::int32_t> multipliers;
    std::vector<std::int8_t> shifts;
    std::int8_t input_zero_point = 0, zero_point = 0;
    nn::ByteRange range{};
    nn::QuantizedMean average{};
    nn::QuantizedSoftmax softmax{};
    Lstm lstm{};
    Svdf svdf{};
    Int16Numbers words{};                  // of 16 bits
    std::vector<std::vector<Layer>> ways;  // of concatenation; of residual the branch and the shortcut
    Merge merge = Merge::add;              // of residual and channelwise
    kernels::QuantizedAdd add{};
    nn::QuantizedProduct<std::int8_t> product{};
    std::vector<std::int16_t> constants;  // of channelwise, as many as channels
};

namespace detail {

inline Layer reshaped(nn::Shape in, nn::Shape out) {
    Layer layer;
    layer.in = in;
    layer.out = out;
    return layer;
}

}  // namespace detail

/// The number at the beginning of some bytes, the lowest first.
template <class Word>
Word little_endian(std::span<const std::uint8_t> bytes) {
    std::uint64_t word = 0;
    for (std::size_t i = 0; i < sizeof(Word); ++i) word |= std::uint64_t{bytes[i]} << (8 * i);
    return static_cast<Word>(word);
}

/// TransposedConv1D's settings.
constexpr nn::TransposedConfig transposed_config(const nn::ConvConfig& config) {
    return {config.filters, config.kernel.height, config.stride.height, config.padding, config.activation};
}

struct Network {
    Type type = Type::int8;  // of activations: int8, int16 or float32
    nn::Shape in{1}, out{1};
    nn::Affine input{}, output{};  // of integers
    std::vector<Layer> layers;
};

/// Understands a graph. Whatever is not supported is an error that names the operator and the tensor.
class Importer {
public:
    explicit Importer(const Graph& graph) : graph_(graph) {}

    std::optional<Network> import() {
        if (graph_.input == absent) fail("the graph has not one input");
        if (graph_.output == absent) fail("the graph has not one output");
        if (failed()) return std::nullopt;
        find_producers();
        if (failed()) return std::nullopt;
        strip_real_ends();
        Network network;
        for (const Type type : {Type::float32, Type::int16}) {
            if (graph_.tensors[input_].is(type)) type_ = type;
        }
        network.type = type_;
        network.in = shape(input_);
        network.out = shape(output_);
        network.input = affine(input_);
        network.output = affine(output_);
        network.layers = path(input_, output_);
        const auto unused = std::ranges::find(used_, false);
        if (unused != used_.end()) {
            operator_ = static_cast<std::size_t>(unused - used_.begin());
            fail("does not lie on the way from the input to the output");
        }
        if (network.layers.empty()) fail("the graph has no layers");
        if (failed()) return std::nullopt;
        return network;
    }

    [[nodiscard]] const std::string& error() const { return error_; }

private:
    [[nodiscard]] bool failed() const { return !error_.empty(); }

    void fail(const std::string& what, std::size_t tensor = absent) {
        if (failed()) return;
        if (operator_ != absent) {
            error_ =
                "operator " + std::to_string(operator_) + " (" + name(graph_.operators[operator_].code) + ")";
        }
        if (tensor != absent) {
            error_ += (failed() ? ", tensor " : "tensor ") + std::to_string(tensor) + " (" +
                      graph_.tensors[tensor].name + ")";
        }
        error_ += (failed() ? ": " : "") + what;
    }

    /// What an operator works on, as against weights and shapes.
    static std::size_t data_input(const Operator& op) {
        const std::size_t place = op.code == Code::transpose_conv ? 2 : 0;
        return place < op.inputs.size() ? op.inputs[place] : absent;
    }

    static std::size_t bias_input(const Operator& op) { return op.code == Code::transpose_conv ? 3 : 2; }

    /// Every operator has one output, and reads what is constant, the input, or computed before it.
    void find_producers() {
        producers_.assign(graph_.tensors.size(), absent);
        used_.assign(graph_.operators.size(), false);
        for (operator_ = 0; operator_ < graph_.operators.size(); ++operator_) {
            const Operator& op = graph_.operators[operator_];
            if (!is_supported(op.code)) fail("is not supported");
            if (data_input(op) == absent) fail("has no input");
            if (op.outputs.size() != 1 || op.outputs[0] == absent) fail("has not one output");
            if (failed()) return;
            for (const std::size_t input : op.inputs) {
                if (input == absent || input == graph_.input || graph_.tensors[input].constant()) continue;
                const bool keeps = op.code == Code::lstm || op.code == Code::svdf;
                const bool state = keeps && input != data_input(op);
                if (producers_[input] == absent && !state) fail("is read before it is computed", input);
            }
            const std::size_t output = op.outputs[0];
            if (output == graph_.input || producers_[output] != absent || graph_.tensors[output].constant()) {
                fail("is written, but is no result of one operator", output);
            }
            producers_[output] = operator_;
        }
        operator_ = absent;
    }

    // What follows finds ways: tflite_ways.hpp.
    void strip_real_ends();
    std::vector<Layer> path(std::size_t from, std::size_t to);
    std::size_t channelwise(const Operator& op, std::size_t constant, std::vector<Layer>& layers);
    void constants(std::size_t tensor, Layer& layer);
    void merge(const Operator& op, std::size_t main, std::size_t side, Layer& layer);
    std::size_t residual(const Operator& op, std::vector<Layer>& layers);
    std::size_t take(std::size_t tensor);
    // tflite_dilated.hpp
    std::size_t take_behind_reshapes(std::size_t tensor);
    struct Blocks;
    Blocks blocks(const Operator& apart, const Operator& together, nn::Shape in);
    void sampled_windows(const Operator& op, Layer& layer, Blocks blocks, bool sequence);
    std::size_t dilated(const Operator& together, std::vector<Layer>& layers);
    static void fold_margins(std::vector<Layer>& layers);
    std::size_t concatenation(const Operator& op, std::vector<Layer>& layers);
    std::vector<bool> ancestors(std::size_t tensor) const;
    std::size_t nearest_common(const std::vector<std::size_t>& tensors);
    std::size_t first_after(std::size_t fork, std::size_t tensor) const;
    /// When a tensor is there: 0 for the input, i + 1 for the output of operator i.
    [[nodiscard]] std::size_t time(std::size_t tensor) const { return producers_[tensor] + 1; }

    // What follows reads single operators: tflite_operators.hpp.
    void lower(const Operator& op, std::vector<Layer>& layers);
    void windows(const Operator& op, Layer& layer);
    void place_windows(const Operator& op, Layer& layer);
    void fully_connected(const Operator& op, Layer& layer);
    void pool(const Operator& op, Layer& layer);
    void softmax(const Operator& op, Layer& layer);
    void transposed(const Operator& op, Layer& layer);
    void lstm(const Operator& op, Layer& layer);
    void check_lstm(const Operator& op, const Layer& layer);
    void lstm_state(const Operator& op, Layer& layer);
    Gates gates(const Operator& op, std::size_t first, std::size_t inputs, nn::Affine in);
    void gate_biases(const Operator& op, Gates& gates);
    [[nodiscard]] std::size_t gates_units(const Operator& op) const {
        return graph_.tensors[op.outputs[0]].shape.back();
    }
    void svdf(const Operator& op, Layer& layer);
    void check_svdf(const Operator& op, Layer& layer);
    void check_svdf_sums(const Operator& op, const Layer& layer);
    void svdf_scales(const Operator& op, Layer& layer);
    [[nodiscard]] bool has_steps() const;
    [[nodiscard]] bool is_state(std::size_t tensor) const;
    void mean(const Operator& op, Layer& layer);
    void maximum(const Operator& op, Layer& layer);
    std::size_t reduce(const Operator& op, Layer& layer);
    // tflite_moves.hpp
    struct Around;
    static nn::Shape framed(nn::Shape image, const nn::Margins& around);
    void pad(const Operator& op, Layer& layer);
    void padding_value(const Operator& op, const Layer& layer);
    std::optional<std::pair<std::int64_t, std::int64_t>> part(const Operator& op, std::size_t axis,
                                                              std::int64_t length);
    void slice(const Operator& op, Layer& layer);
    void transpose(const Operator& op);
    void reshape(const Operator& op);
    bool weighted(const Operator& op, Layer& layer);
    bool weightless(const Operator& op, Layer& layer);
    bool elementwise(const Operator& op, Layer& layer);
    template <class Curve>
    void curve(const Operator& op, Layer& layer);
    void leaky_relu(const Operator& op, Layer& layer);
    bool fits_in_curves(const Operator& op);
    std::vector<std::int64_t> integers(const Operator& op, std::size_t place, std::size_t count);
    void numbers(const Operator& op, Layer& layer, std::int32_t axis);
    void real_numbers(const Operator& op, Layer& layer);
    void biases(const Operator& op, Layer& layer);
    nn::Symmetric symmetric(std::size_t tensor) { return {affine(tensor).scale}; }
    [[nodiscard]] bool real() const { return type_ == Type::float32; }
    [[nodiscard]] bool wide() const { return type_ == Type::int16; }
    void scales(const Operator& op, Layer& layer, std::int32_t axis);
    bool only_quantized(std::size_t tensor) const;
    void check_type(std::size_t tensor);
    nn::Shape shape(std::size_t tensor);
    nn::Affine affine(std::size_t tensor);
    nn::Activation activation(std::uint8_t code);
    nn::Padding padding(std::uint8_t code);
    nn::Extent extent(std::int32_t height, std::int32_t width, const char* what);
    void same_scale(const Operator& op);

    const Graph& graph_;
    std::size_t input_ = graph_.input, output_ = graph_.output;  // without what turns real numbers into bytes
    Type type_ = Type::int8;                                     // of what is left
    std::vector<std::size_t> producers_;                         // of each tensor
    std::vector<bool> used_;                                     // each operator
    std::size_t operator_ = absent;                              // that is being read
    std::string error_;
};

}  // namespace mote::deploy::tflite

#include "mote/deploy/host/tflite_dilated.hpp"
#include "mote/deploy/host/tflite_lstm.hpp"
#include "mote/deploy/host/tflite_moves.hpp"
#include "mote/deploy/host/tflite_operators.hpp"
#include "mote/deploy/host/tflite_svdf.hpp"
#include "mote/deploy/host/tflite_ways.hpp"
#include "mote/deploy/host/tflite_weightless.hpp"
#include "mote/deploy/host/tflite_weights.hpp"
