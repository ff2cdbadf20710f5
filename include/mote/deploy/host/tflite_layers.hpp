// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mote/deploy/host/tflite.hpp"
#include "mote/nn/network.hpp"

/// The graph of a TensorFlow Lite file as layers of mote, with every number they need. For the host only.
namespace mote::deploy::tflite {

enum class Kind { convolution, depthwise, dense, average_pool, max_pool, reshape, softmax, residual };

/// One layer. What a kind does not need stays as it is.
struct Layer {
    Kind kind = Kind::reshape;
    nn::Shape in{1}, out{1};
    nn::ConvConfig config{};     // of convolution and depthwise; of dense the filters and the activation
    std::size_t multiplier = 1;  // of depthwise
    nn::PoolConfig pool{};
    kernels::ConvGeometry geometry{};
    std::vector<std::int8_t> weights;  // in the order of the kernels' layers
    std::vector<std::int32_t> bias, multipliers;
    std::vector<std::int8_t> shifts;
    std::int8_t input_zero_point = 0, zero_point = 0;
    nn::ByteRange range{};
    nn::Softmax::At<nn::Shape(1)>::Quantized softmax{};
    std::vector<Layer> main, side;  // the ways of residual, and their sum
    kernels::QuantizedAdd add{};
};

struct Network {
    nn::Shape in{1}, out{1};
    nn::Affine input{}, output{};
    std::vector<Layer> layers;
};

/// Understands a graph. Whatever is not supported is an error that names the operator and the tensor.
class Importer {
public:
    explicit Importer(const Graph& graph) : graph_(graph) {}

    std::optional<Network> import() {
        find_producers();
        if (failed()) return std::nullopt;
        Network network;
        network.in = shape(graph_.input);
        network.out = shape(graph_.output);
        network.input = affine(graph_.input);
        network.output = affine(graph_.output);
        network.layers = path(graph_.input, graph_.output);
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

    /// Every operator has one output, and reads what is constant, the input, or computed before it.
    void find_producers() {
        producers_.assign(graph_.tensors.size(), absent);
        used_.assign(graph_.operators.size(), false);
        for (operator_ = 0; operator_ < graph_.operators.size(); ++operator_) {
            const Operator& op = graph_.operators[operator_];
            if (!is_supported(op.code)) fail("is not supported");
            if (op.inputs.empty() || op.inputs[0] == absent) fail("has no input");
            if (op.outputs.size() != 1 || op.outputs[0] == absent) fail("has not one output");
            if (failed()) return;
            for (const std::size_t input : op.inputs) {
                if (input == absent || input == graph_.input || graph_.tensors[input].constant()) continue;
                if (producers_[input] == absent) fail("is read before it is computed", input);
            }
            const std::size_t output = op.outputs[0];
            if (output == graph_.input || producers_[output] != absent || graph_.tensors[output].constant()) {
                fail("is written, but is no result of one operator", output);
            }
            producers_[output] = operator_;
        }
        operator_ = absent;
    }

    /// The layers that make one tensor out of another.
    std::vector<Layer> path(std::size_t from, std::size_t to) {
        std::vector<Layer> layers;
        std::size_t tensor = to;
        while (tensor != from && !failed()) {
            const std::size_t producer = producers_[tensor];
            if (producer == absent) {
                fail("is not computed from where its way begins", tensor);
                break;
            }
            operator_ = producer;
            if (used_[producer]) fail("is used on two ways that do not meet in an ADD");
            used_[producer] = true;
            if (graph_.operators[producer].code == Code::add) {
                tensor = residual(producer, layers);
            } else {
                tensor = graph_.operators[producer].inputs[0];
                lower(graph_.operators[producer], layers);
            }
        }
        operator_ = absent;
        std::ranges::reverse(layers);
        return layers;
    }

    /// Appends the two ways that meet in an ADD as one layer; returns where they part.
    std::size_t residual(std::size_t producer, std::vector<Layer>& layers) {
        const Operator& op = graph_.operators[producer];
        if (op.inputs.size() != 2 || op.inputs[1] == absent) fail("has not two inputs");
        if (failed()) return op.inputs[0];
        std::size_t side = op.inputs[0], main = op.inputs[1];
        for (const std::size_t input : op.inputs) {
            if (graph_.tensors[input].constant()) fail("adds a constant", input);
            if (shape(input) != shape(op.outputs[0])) fail("has not the output's shape", input);
        }
        Layer layer;
        layer.kind = Kind::residual;
        layer.config.activation = activation(op.options.number<std::uint8_t>(0));
        const std::size_t fork = nearest_common(side, main);
        if (failed()) return side;
        // The shortcut is what has no layers, or those that come later in the file.
        if (main == fork || (side != fork && first_after(fork, side) < first_after(fork, main))) {
            std::swap(main, side);
        }
        if (main == fork) fail("adds a tensor to itself", fork);
        const nn::Affine out = affine(op.outputs[0]);
        layer.add = nn::quantized_add(affine(side), affine(main), out, layer.config.activation);
        if (layer.add.output.shift[0] > 0) fail("its output's scale is too small", op.outputs[0]);
        layer.in = shape(fork);
        layer.out = shape(op.outputs[0]);
        if (failed()) return fork;
        layer.main = path(fork, main);
        layer.side = path(fork, side);
        layers.push_back(std::move(layer));
        return fork;
    }

    /// All that a tensor is computed from, itself included.
    std::vector<bool> ancestors(std::size_t tensor) const {
        std::vector<bool> seen(graph_.tensors.size());
        std::vector<std::size_t> open{tensor};
        while (!open.empty()) {
            const std::size_t next = open.back();
            open.pop_back();
            if (seen[next]) continue;
            seen[next] = true;
            if (producers_[next] == absent) continue;
            for (const std::size_t input : graph_.operators[producers_[next]].inputs) {
                if (input != absent && !graph_.tensors[input].constant()) open.push_back(input);
            }
        }
        return seen;
    }

    /// When a tensor is there: 0 for the input, i + 1 for the output of operator i.
    [[nodiscard]] std::size_t time(std::size_t tensor) const { return producers_[tensor] + 1; }

    std::size_t nearest_common(std::size_t a, std::size_t b) {
        const std::vector<bool> of_a = ancestors(a), of_b = ancestors(b);
        std::size_t latest = absent;
        for (std::size_t tensor = 0; tensor < of_a.size(); ++tensor) {
            if (!of_a[tensor] || !of_b[tensor]) continue;
            if (latest == absent || time(tensor) > time(latest)) latest = tensor;
        }
        if (latest == absent) fail("its inputs have nothing in common");
        return latest;
    }

    /// The first operator on the way from a fork to a tensor.
    std::size_t first_after(std::size_t fork, std::size_t tensor) const {
        const std::vector<bool> on_the_way = ancestors(tensor);
        std::size_t first = absent;
        for (std::size_t i = 0; i < on_the_way.size(); ++i) {
            if (on_the_way[i] && time(i) > time(fork)) first = std::min(first, producers_[i]);
        }
        return first;
    }

    // What follows reads single operators: tflite_operators.hpp.
    void lower(const Operator& op, std::vector<Layer>& layers);
    void convolution(const Operator& op, Layer& layer);
    void fully_connected(const Operator& op, Layer& layer);
    void pool(const Operator& op, Layer& layer);
    void softmax(const Operator& op, Layer& layer);
    void numbers(const Operator& op, Layer& layer, std::int32_t axis);
    void scales(const Operator& op, Layer& layer, std::int32_t axis);
    nn::Shape shape(std::size_t tensor);
    nn::Affine affine(std::size_t tensor);
    nn::Activation activation(std::uint8_t code);
    nn::Padding padding(std::uint8_t code);
    nn::Extent extent(std::int32_t height, std::int32_t width, const char* what);
    void same_scale(const Operator& op);

    const Graph& graph_;
    std::vector<std::size_t> producers_;  // of each tensor
    std::vector<bool> used_;              // each operator
    std::size_t operator_ = absent;       // that is being read
    std::string error_;
};

}  // namespace mote::deploy::tflite

#include "mote/deploy/host/tflite_operators.hpp"
