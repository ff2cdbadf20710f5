// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <utility>

#include "mote/deploy/host/tflite_layers.hpp"

/// The ways through a graph: one after another from the input to the output, and where some part and meet
/// again, layers of layers.
namespace mote::deploy::tflite {

/// Where real numbers come in and go out, the network is what lies between: it turns them into bytes itself.
inline void Importer::strip_real_ends() {
    for (operator_ = 0; operator_ < graph_.operators.size(); ++operator_) {
        const Operator& op = graph_.operators[operator_];
        const std::size_t from = data_input(op), to = op.outputs[0];
        if (op.code == Code::quantize && from == graph_.input && graph_.tensors[from].is(Type::float32)) {
            if (input_ != graph_.input) fail("is quantized twice", from);
            input_ = to;
            used_[operator_] = true;
        }
        if (op.code == Code::dequantize && to == graph_.output) {
            output_ = from;
            used_[operator_] = true;
        }
    }
    operator_ = absent;
}

/// The operator that makes a tensor; each is taken once.
inline std::size_t Importer::take(std::size_t tensor) {
    const std::size_t producer = producers_[tensor];
    if (producer == absent) {
        fail("is not computed from where its way begins", tensor);
        return producer;
    }
    operator_ = producer;
    if (used_[producer]) fail("is used on two ways that do not meet again");
    used_[producer] = true;
    return producer;
}

/// The layers that make one tensor out of another.
inline std::vector<Layer> Importer::path(std::size_t from, std::size_t to) {
    std::vector<Layer> layers;
    std::size_t tensor = to;
    while (tensor != from && !failed()) {
        const std::size_t producer = take(tensor);
        if (producer == absent) break;
        const Operator& op = graph_.operators[producer];
        if (op.code == Code::add || op.code == Code::sub || op.code == Code::mul) {
            const auto constant = std::ranges::find_if(op.inputs, [&](std::size_t input) {
                return input != absent && graph_.tensors[input].constant();
            });
            tensor = constant != op.inputs.end() ? channelwise(op, *constant, layers) : residual(op, layers);
        } else if (op.code == Code::concatenation) {
            tensor = concatenation(op, layers);
        } else if (op.code == Code::batch_to_space) {
            tensor = dilated(op, layers);
        } else {
            tensor = data_input(op);
            lower(op, layers);
        }
    }
    operator_ = absent;
    std::ranges::reverse(layers);
    fold_margins(layers);
    return layers;
}

/// The arithmetic of an ADD, SUB or MUL; of a SUB `side` is what is taken away.
inline void Importer::merge(const Operator& op, std::size_t main, std::size_t side, Layer& layer) {
    const nn::Activation fused = layer.config.activation = activation(op.options.number<std::uint8_t>(0));
    const std::size_t out = op.outputs[0];
    layer.merge = op.code == Code::mul   ? Merge::multiply
                  : op.code == Code::sub ? Merge::subtract
                                         : Merge::add;
    if (layer.merge == Merge::multiply) {
        layer.product = nn::quantized_product(affine(main), affine(side), affine(out), fused);
        layer.words.product = nn::quantized_product(symmetric(main), symmetric(side), symmetric(out), fused);
        const double product =
            static_cast<double>(affine(main).scale) * static_cast<double>(affine(side).scale);
        const double most = (wide() ? 1 : 0x1p13) * static_cast<double>(affine(out).scale);
        if (!real() && product >= most) fail("its output's scale is too small", out);
        return;
    }
    const std::size_t first = layer.merge == Merge::add ? side : main, second = first == side ? main : side;
    layer.add = nn::quantized_add(affine(first), affine(second), affine(out), fused);
    layer.words.add = nn::quantized_add(symmetric(first), symmetric(second), symmetric(out), fused);
    if (type_ == Type::int8 && layer.add.output.shift[0] > 0) fail("its output's scale is too small", out);
}

/// Appends an ADD, SUB or MUL of a constant as a layer of its own; returns what it works on.
inline std::size_t Importer::channelwise(const Operator& op, std::size_t constant,
                                         std::vector<Layer>& layers) {
    if (op.inputs.size() != 2 || op.inputs[0] == absent || op.inputs[1] == absent) fail("has not two inputs");
    if (failed()) return constant;
    const std::size_t input = op.inputs[constant == op.inputs[0] ? 1 : 0];
    if (graph_.tensors[input].constant()) fail("has no input that is not constant", input);
    if (op.code == Code::sub && constant == op.inputs[0]) fail("takes from a constant", constant);
    Layer layer;
    layer.kind = Kind::channelwise;
    layer.type = type_;
    layer.in = layer.out = shape(input);
    if (layer.out != shape(op.outputs[0])) fail("has not the input's shape", op.outputs[0]);
    constants(constant, layer);
    if (failed()) return input;
    merge(op, input, constant, layer);
    layers.push_back(std::move(layer));
    return input;
}

/// One number for each channel, or one for all.
inline void Importer::constants(std::size_t index, Layer& layer) {
    const Tensor& tensor = graph_.tensors[index];
    const std::size_t channels = layer.in.channels, width = real() ? 4 : wide() ? 2 : 1;
    if (!tensor.is(type_)) return fail("is not of the input's type", index);
    const bool fits = tensor.size() == 1 || (tensor.size() == channels && tensor.shape.back() == channels);
    if (!fits) return fail("is not one number, or one for each channel", index);
    for (std::size_t i = 0; i < channels; ++i) {
        const auto from = tensor.data.subspan(tensor.size() == 1 ? 0 : i * width);
        if (real()) {
            layer.real.push_back(std::bit_cast<float>(little_endian<std::uint32_t>(from)));
            if (!std::isfinite(layer.real.back())) return fail("a number is not finite", index);
        } else {
            layer.constants.push_back(wide() ? little_endian<std::int16_t>(from)
                                             : little_endian<std::int8_t>(from));
        }
    }
}

/// Appends the two ways that meet in an ADD, SUB or MUL as one layer; returns where they part.
inline std::size_t Importer::residual(const Operator& op, std::vector<Layer>& layers) {
    if (op.inputs.size() != 2 || op.inputs[1] == absent) fail("has not two inputs");
    if (failed()) return op.inputs[0];
    Layer layer;
    layer.kind = Kind::residual;
    layer.type = type_;
    layer.out = shape(op.outputs[0]);
    const bool subtracts = op.code == Code::sub;
    std::size_t main = op.inputs[subtracts ? 0 : 1], side = op.inputs[subtracts ? 1 : 0];
    const auto is_gate = [&](std::size_t input) {  // one pixel, which goes with all of the other way
        return op.code == Code::mul && shape(input) == nn::Shape(layer.out.channels);
    };
    for (const std::size_t input : op.inputs) {
        if (shape(input) != layer.out && !is_gate(input)) fail("has not the output's shape", input);
    }
    if (shape(main) != layer.out && shape(side) != layer.out) fail("is no product of its inputs' shape");
    const std::size_t fork = nearest_common(op.inputs);
    if (failed()) return side;
    // Of two ways alike the shortcut is what has no layers, or those that come later in the file.
    const bool alike = shape(main) == shape(side);
    const bool later = main == fork || (side != fork && first_after(fork, side) < first_after(fork, main));
    if ((alike && later && !subtracts) || (!alike && is_gate(side))) std::swap(main, side);
    merge(op, main, side, layer);
    layer.in = shape(fork);
    if (failed()) return fork;
    layer.ways.push_back(path(fork, main));
    layer.ways.push_back(path(fork, side));
    if (main == fork) layer.ways[0].push_back(detail::reshaped(layer.in, layer.in));  // with itself
    layers.push_back(std::move(layer));
    return fork;
}

/// Appends the ways whose channels meet next to each other as one layer; returns where they part.
inline std::size_t Importer::concatenation(const Operator& op, std::vector<Layer>& layers) {
    Layer layer;
    layer.kind = Kind::concatenation;
    layer.type = type_;
    layer.out = shape(op.outputs[0]);
    const auto dimensions = static_cast<std::int32_t>(graph_.tensors[op.outputs[0]].shape.size());
    const std::int32_t axis = op.options.number<std::int32_t>(0);
    if (axis != -1 && axis != dimensions - 1) fail("does not concatenate channels", op.outputs[0]);
    if (op.options.number<std::uint8_t>(1) != 0) fail("its activation is not supported", op.outputs[0]);
    std::size_t channels = 0;
    for (const std::size_t input : op.inputs) {
        if (input == absent || graph_.tensors[input].constant()) fail("has a constant input", input);
        if (failed()) return op.inputs[0];
        const nn::Shape part = shape(input);
        if (part.height != layer.out.height || part.width != layer.out.width) {
            fail("has not the output's height and width", input);
        }
        if (affine(input) != affine(op.outputs[0])) fail("has not the output's scale", input);
        channels += part.channels;
    }
    if (channels != layer.out.channels) fail("has not all channels of its inputs", op.outputs[0]);
    const std::size_t fork = nearest_common(op.inputs);
    if (failed()) return op.inputs[0];
    layer.in = shape(fork);
    layer.zero_point = affine(op.outputs[0]).zero_point;
    for (const std::size_t input : op.inputs) {
        layer.ways.push_back(path(fork, input));
        if (!layer.ways.back().empty()) continue;
        layer.ways.back().push_back(detail::reshaped(layer.in, layer.in));  // Parallel wants a layer
    }
    layers.push_back(std::move(layer));
    return fork;
}

/// All that a tensor is computed from, itself included.
inline std::vector<bool> Importer::ancestors(std::size_t tensor) const {
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

/// The latest tensor that all of these are computed from.
inline std::size_t Importer::nearest_common(const std::vector<std::size_t>& tensors) {
    std::vector<bool> common(graph_.tensors.size(), true);
    for (const std::size_t tensor : tensors) {
        const std::vector<bool> of_one = ancestors(tensor);
        for (std::size_t i = 0; i < common.size(); ++i) common[i] = common[i] && of_one[i];
    }
    std::size_t latest = absent;
    for (std::size_t tensor = 0; tensor < common.size(); ++tensor) {
        if (common[tensor] && (latest == absent || time(tensor) > time(latest))) latest = tensor;
    }
    if (latest == absent) fail("its inputs have nothing in common");
    return latest;
}

/// The first operator on the way from a fork to a tensor.
inline std::size_t Importer::first_after(std::size_t fork, std::size_t tensor) const {
    const std::vector<bool> on_the_way = ancestors(tensor);
    std::size_t first = absent;
    for (std::size_t i = 0; i < on_the_way.size(); ++i) {
        if (on_the_way[i] && time(i) > time(fork)) first = std::min(first, producers_[i]);
    }
    return first;
}

}  // namespace mote::deploy::tflite
