// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mote/deploy/host/flatbuffer.hpp"
#include "mote/deploy/host/tflite_codes.hpp"
#include "mote/nn/affine.hpp"
#include "mote/nn/shape.hpp"

/// TensorFlow Lite models as they stand in their files: tensors and operators, all indices and shapes
/// checked. What they mean is told by tflite_layers.hpp. For the host only.
/// Source  TensorFlow Lite's schema, version 3, whose field numbers are those below.
namespace mote::deploy::tflite {

struct Tensor {
    std::string name;
    std::uint8_t type = 0;
    std::vector<std::size_t> shape;
    flatbuffer::Vector<float> scales;
    flatbuffer::Vector<std::int64_t> zero_points;
    std::int32_t axis = 0;               // that the scales run along
    std::span<const std::uint8_t> data;  // empty for what is computed

    [[nodiscard]] bool is(Type wanted) const { return type == static_cast<std::uint8_t>(wanted); }
    [[nodiscard]] bool constant() const { return !data.empty(); }
    [[nodiscard]] std::size_t size() const {
        std::size_t product = 1;
        for (const std::size_t length : shape) product *= length;
        return product;
    }
};

constexpr std::size_t absent = static_cast<std::size_t>(-1);

struct Operator {
    Code code{};
    std::vector<std::size_t> inputs, outputs;  // tensors; an optional input may be absent
    flatbuffer::Table options;
};

struct Graph {
    std::vector<Tensor> tensors;
    std::vector<Operator> operators;  // each after those that it reads from
    std::vector<std::size_t> inputs, outputs;
    std::size_t input = absent, output = absent;  // where there is one
};

/// The limits of what is read: far beyond a microcontroller, and small enough that no file takes long.
constexpr std::size_t most_tensors = 4096, most_operators = 1024, most_elements = std::size_t{1} << 24;

/// Reads the graph out of a file. The file must outlive the graph.
class GraphReader {
public:
    explicit GraphReader(flatbuffer::File& file) : file_(file) {}

    /// Nothing where the file is wrong, and error() says what.
    std::optional<Graph> read() {
        const auto bytes = file_.bytes();
        if (bytes.size() < 8 ||
            std::string_view(reinterpret_cast<const char*>(bytes.data()) + 4, 4) != "TFL3") {
            fail("not a TensorFlow Lite file (no TFL3 at byte 4)");
            return std::nullopt;
        }
        model_ = flatbuffer::Table(file_, file_.target(0));
        if (model_.number<std::uint32_t>(0) != 3) fail("the schema's version is not 3");
        const auto graphs = model_.vector<std::uint32_t>(2);
        if (graphs.size() != 1) fail("not one subgraph but " + std::to_string(graphs.size()));
        if (failed()) return std::nullopt;
        const flatbuffer::Table graph = model_.table(graphs, 0);
        read_tensors(graph);
        read_operators(graph);
        graph_.inputs = indices(graph.vector<std::int32_t>(1), "the graph's input");
        graph_.outputs = indices(graph.vector<std::int32_t>(2), "the graph's output");
        if (graph_.inputs.size() == 1) graph_.input = graph_.inputs[0];
        if (graph_.outputs.size() == 1) graph_.output = graph_.outputs[0];
        if (failed()) return std::nullopt;
        return std::move(graph_);
    }

    [[nodiscard]] std::string error() const { return error_.empty() ? file_.error() : error_; }

private:
    [[nodiscard]] bool failed() const { return !error_.empty() || !file_.error().empty(); }
    void fail(const std::string& what) {
        if (!failed()) error_ = what;
    }

    void read_tensors(const flatbuffer::Table& graph) {
        const auto tensors = graph.vector<std::uint32_t>(0);
        const auto buffers = model_.vector<std::uint32_t>(4);
        if (tensors.size() > most_tensors) return fail("more than 4096 tensors");
        for (std::size_t i = 0; i < tensors.size() && !failed(); ++i) {
            const flatbuffer::Table table = graph.table(tensors, i);
            Tensor tensor;
            tensor.name = table.text(3).substr(0, 200);
            tensor.type = table.number<std::uint8_t>(1);
            read_shape(table, tensor);
            const flatbuffer::Table quantization = table.table(4);
            tensor.scales = quantization.vector<float>(2);
            tensor.zero_points = quantization.vector<std::int64_t>(3);
            tensor.axis = quantization.number<std::int32_t>(6);
            const std::size_t buffer = table.number<std::uint32_t>(2);
            if (buffer >= buffers.size()) return fail(place(tensor) + ": its buffer does not exist");
            tensor.data = model_.table(buffers, buffer).vector<std::uint8_t>(0).bytes();
            check_data(tensor);
            graph_.tensors.push_back(std::move(tensor));
        }
    }

    void read_shape(const flatbuffer::Table& table, Tensor& tensor) {
        const auto shape = table.vector<std::int32_t>(0);
        if (shape.size() > 8) return fail(place(tensor) + ": more than 8 dimensions");
        std::size_t elements = 1;
        for (std::size_t axis = 0; axis < shape.size(); ++axis) {
            const std::int32_t length = shape[axis];
            if (length < 0 || static_cast<std::size_t>(length) > most_elements / elements) {
                return fail(place(tensor) + ": dimension " + std::to_string(axis) + " is " +
                            std::to_string(length));
            }
            elements *= static_cast<std::size_t>(std::max(length, 1));  // optional results may have none
            tensor.shape.push_back(static_cast<std::size_t>(length));
        }
    }

    void check_data(const Tensor& tensor) {
        if (!tensor.constant()) return;
        const std::size_t width = tensor.is(Type::int8) || tensor.is(Type::uint8)      ? 1
                                  : tensor.is(Type::int16)                             ? 2
                                  : tensor.is(Type::int32) || tensor.is(Type::float32) ? 4
                                  : tensor.is(Type::int64)                             ? 8
                                                                                       : 0;
        if (width > 0 && tensor.data.size() != width * tensor.size()) {
            fail(place(tensor) + ": its buffer does not have the shape's size");
        }
    }

    void read_operators(const flatbuffer::Table& graph) {
        const auto operators = graph.vector<std::uint32_t>(3);
        const auto codes = model_.vector<std::uint32_t>(1);
        if (operators.size() > most_operators) return fail("more than 1024 operators");
        for (std::size_t i = 0; i < operators.size() && !failed(); ++i) {
            const flatbuffer::Table table = graph.table(operators, i);
            const std::size_t code = table.number<std::uint32_t>(0);
            const std::string where = "operator " + std::to_string(i);
            if (code >= codes.size()) return fail(where + ": its code does not exist");
            const flatbuffer::Table entry = model_.table(codes, code);
            Operator read;
            read.code =
                Code{std::max<std::int32_t>(entry.number<std::int8_t>(0), entry.number<std::int32_t>(3))};
            read.options = table.table(4);
            read.inputs = indices(table.vector<std::int32_t>(1), where);
            read.outputs = indices(table.vector<std::int32_t>(2), where);
            graph_.operators.push_back(std::move(read));
        }
    }

    std::vector<std::size_t> indices(const flatbuffer::Vector<std::int32_t>& numbers,
                                     const std::string& where) {
        std::vector<std::size_t> result;
        if (numbers.size() > 32) {
            fail(where + ": more than 32 tensors");
            return result;
        }
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            const std::int32_t index = numbers[i];
            const auto tensors = static_cast<std::int32_t>(graph_.tensors.size());
            if (index < -1 || index >= tensors)
                fail(where + ": tensor " + std::to_string(index) + " does not exist");
            result.push_back(index < 0 ? absent : static_cast<std::size_t>(index));
        }
        return result;
    }

    [[nodiscard]] std::string place(const Tensor& tensor) const {
        return "tensor " + std::to_string(graph_.tensors.size()) + " (" + tensor.name + ")";
    }

    flatbuffer::File& file_;
    flatbuffer::Table model_;
    Graph graph_;
    std::string error_;
};

}  // namespace mote::deploy::tflite
