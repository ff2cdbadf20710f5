// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mote/deploy/host/tflite_layers.hpp"

/// The operators that only move numbers: margins, parts, other shapes. Numbers as in tflite_operators.hpp.
namespace mote::deploy::tflite {

/// What stands before and after each axis: sample, rows, columns, channels.
struct Importer::Around {
    std::array<std::size_t, 8> sizes{};

    /// Of axis i of some dimensions, the last of which are the channels.
    void set(std::size_t i, std::size_t dimensions, std::int64_t before, std::int64_t after) {
        const std::size_t axis = i + 1 == dimensions ? 3 : i;
        sizes[2 * axis] = static_cast<std::size_t>(before);
        sizes[2 * axis + 1] = static_cast<std::size_t>(after);
    }
    [[nodiscard]] bool more_than_pixels() const { return sizes[0] + sizes[1] + sizes[6] + sizes[7] > 0; }
    [[nodiscard]] nn::Margins margins() const { return {sizes[2], sizes[3], sizes[4], sizes[5]}; }
};

/// An image within margins.
inline nn::Shape Importer::framed(nn::Shape image, const nn::Margins& around) {
    return {image.height + around.top + around.bottom, image.width + around.left + around.right,
            image.channels};
}

inline void Importer::pad(const Operator& op, Layer& layer) {
    layer.kind = Kind::padding;
    const std::size_t dimensions = graph_.tensors[op.inputs[0]].shape.size();
    const std::vector<std::int64_t> given = integers(op, 1, 2 * dimensions);
    if (failed()) return;
    Around around;
    for (std::size_t i = 0; i < dimensions; ++i) {
        const std::int64_t before = given[2 * i], after = given[2 * i + 1];
        constexpr std::int64_t most = 1 << 16;
        for (const std::int64_t margin : {before, after}) {
            if (margin < 0 || margin > most) fail("a margin is " + std::to_string(margin), op.inputs[1]);
        }
        if (failed()) return;
        around.set(i, dimensions, before, after);
    }
    if (around.more_than_pixels()) return fail("pads more than height and width", op.inputs[1]);
    layer.margins = around.margins();
    if (framed(layer.in, layer.margins) != layer.out) {
        fail("has not the shape that the operator gives", op.outputs[0]);
    }
    same_scale(op);
    layer.zero_point = affine(op.inputs[0]).zero_point;
    if (op.code == Code::padv2) padding_value(op, layer);
}

/// PADV2 tells what to pad with: only the zero point is read.
inline void Importer::padding_value(const Operator& op, const Layer& layer) {
    const std::size_t index = op.inputs.size() > 2 ? op.inputs[2] : absent;
    if (index == absent) return fail("has not all inputs");
    const Tensor& tensor = graph_.tensors[index];
    if (!tensor.is(type_) || !tensor.constant() || tensor.size() != 1) {
        return fail("is not one constant of the input's type", index);
    }
    const auto zero = static_cast<std::uint8_t>(layer.zero_point);  // of other types 0
    const bool fits =
        tensor.data[0] == zero && std::ranges::all_of(tensor.data.subspan(1), std::logical_not{});
    if (!fits) fail("is not the zero point", index);
}

/// Where the part of an axis begins and ends.
inline std::optional<std::pair<std::int64_t, std::int64_t>> Importer::part(const Operator& op,
                                                                           std::size_t axis,
                                                                           std::int64_t length) {
    const std::int64_t begin = integers(op, 1, 0)[axis], second = integers(op, 2, 0)[axis];
    const std::int64_t from = begin < 0 ? begin + length : begin;
    if (op.code == Code::slice) {  // from, and how many
        if (begin < 0 || begin > length || second < -1 || second > length - begin) return std::nullopt;
        return std::pair{begin, second < 0 ? length : begin + second};
    }
    const auto set = [&](std::size_t mask) {
        return (op.options.number<std::int32_t>(mask) >> axis & 1) != 0;
    };
    if (set(4)) {  // one of them, and the axis falls away
        if (from < 0 || from >= length) return std::nullopt;
        return std::pair{from, from + 1};
    }
    const auto place = [&](std::int64_t given) {
        return std::clamp<std::int64_t>(given < 0 ? given + length : given, 0, length);
    };
    return std::pair{set(0) ? 0 : place(begin), set(1) ? length : place(second)};
}

/// A part of the image, every pixel of it: STRIDED_SLICE with steps of 1, and SLICE.
inline void Importer::slice(const Operator& op, Layer& layer) {
    layer.kind = Kind::cropping;
    const std::vector<std::size_t>& lengths = graph_.tensors[op.inputs[0]].shape;
    for (std::size_t input = 1; input <= 2; ++input) integers(op, input, lengths.size());
    if (op.code == Code::strided_slice) {
        for (const std::int64_t stride : integers(op, 3, lengths.size())) {
            if (stride != 1) fail("its stride is " + std::to_string(stride), op.inputs[3]);
        }
        for (const std::size_t option : {std::size_t{2}, std::size_t{3}}) {
            if (op.options.number<std::int32_t>(option) != 0) fail("has a mask that is not supported");
        }
    }
    if (failed()) return;
    Around around;
    for (std::size_t i = 0; i < lengths.size(); ++i) {
        const auto length = static_cast<std::int64_t>(lengths[i]);
        const auto found = part(op, i, length);
        if (!found || found->first >= found->second) return fail("is empty", op.outputs[0]);
        around.set(i, lengths.size(), found->first, length - found->second);
    }
    if (around.more_than_pixels()) return fail("cuts more than height and width", op.inputs[0]);
    layer.margins = around.margins();
    const nn::Margins& cut = layer.margins;
    const nn::Shape out{layer.in.height - cut.top - cut.bottom, layer.in.width - cut.left - cut.right,
                        layer.in.channels};
    if (out.size() != layer.out.size()) fail("has not the shape that the operator gives", op.outputs[0]);
    layer.out = out;
    same_scale(op);
}

/// Only where axes of one element change places: all numbers stay where they are.
inline void Importer::transpose(const Operator& op) {
    const std::vector<std::size_t>& lengths = graph_.tensors[op.inputs[0]].shape;
    std::vector<std::int64_t> order = integers(op, 1, lengths.size());
    if (failed()) return;
    std::int64_t last = -1;
    for (const std::int64_t axis : order) {
        if (axis < 0 || axis >= static_cast<std::int64_t>(lengths.size())) {
            return fail("is no order of the axes", op.inputs[1]);
        }
        if (lengths[static_cast<std::size_t>(axis)] == 1) continue;
        if (axis <= last) return fail("moves numbers", op.inputs[1]);
        last = axis;
    }
    reshape(op);
}

/// Also SQUEEZE and EXPAND_DIMS.
inline void Importer::reshape(const Operator& op) {
    if (shape(op.inputs[0]).size() != shape(op.outputs[0]).size()) {
        fail("changes the number of elements", op.outputs[0]);
    }
    same_scale(op);
}

}  // namespace mote::deploy::tflite
