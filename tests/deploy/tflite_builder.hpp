// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "mote/core/random.hpp"

/// Just enough of a FlatBuffer writer to make TensorFlow Lite files in a test, right ones and wrong ones.
namespace mote::testing {

/// A field's value: bytes that stand in the table itself, or something that an offset leads to.
struct Value {
    enum class Kind { scalar, vector, tables, table } kind = Kind::scalar;
    std::vector<std::uint8_t> bytes{};                   // of a scalar, or of a vector's elements
    std::size_t count = 0;                               // elements of a vector
    std::vector<std::map<std::size_t, Value>> tables{};  // by field number
};
using Fields = std::map<std::size_t, Value>;

template <class T>
Value scalar(T value) {
    Value result{.bytes = std::vector<std::uint8_t>(sizeof(T))};
    std::memcpy(result.bytes.data(), &value, sizeof(T));
    return result;
}
template <class T>
Value vector(const std::vector<T>& values) {
    Value result{.kind = Value::Kind::vector, .bytes = std::vector<std::uint8_t>(sizeof(T) * values.size())};
    result.count = values.size();
    if (!values.empty()) std::memcpy(result.bytes.data(), values.data(), result.bytes.size());
    return result;
}
inline Value text(const std::string& value) {
    return vector(std::vector<char>(value.begin(), value.end()));
}
inline Value tables(std::vector<Fields> values) {
    return {.kind = Value::Kind::tables, .tables = std::move(values)};
}
inline Value table(Fields fields) {
    return {.kind = Value::Kind::table, .tables = {std::move(fields)}};
}

/// Writes parents before children, so that all offsets point forward.
class FlatBufferWriter {
public:
    static std::vector<std::uint8_t> write(const Fields& root) {
        FlatBufferWriter writer;
        writer.bytes_ = {0, 0, 0, 0, 'T', 'F', 'L', '3'};
        writer.patch(0, writer.write_table(root));
        return std::move(writer.bytes_);
    }

private:
    template <class T>
    void put(T value) {
        const std::size_t at = bytes_.size();
        bytes_.resize(at + sizeof(T));
        std::memcpy(bytes_.data() + at, &value, sizeof(T));
    }
    /// Writes the offset from a place to a target there.
    void patch(std::size_t at, std::size_t to) {
        const auto offset = static_cast<std::uint32_t>(to - at);
        std::memcpy(bytes_.data() + at, &offset, sizeof(offset));
    }

    std::size_t write_table(const Fields& fields) {
        const std::size_t vtable = bytes_.size(), entries = fields.empty() ? 0 : fields.rbegin()->first + 1;
        std::size_t size = 4;
        std::vector<std::size_t> places(entries);
        for (const auto& [field, value] : fields) {
            places[field] = size;
            size += value.kind == Value::Kind::scalar ? value.bytes.size() : 4;
        }
        put(static_cast<std::uint16_t>(4 + 2 * entries));
        put(static_cast<std::uint16_t>(size));
        for (const std::size_t place : places) put(static_cast<std::uint16_t>(place));
        const std::size_t at = bytes_.size();
        put(static_cast<std::int32_t>(at - vtable));
        for (const auto& [field, value] : fields) {
            if (value.kind == Value::Kind::scalar) {
                bytes_.insert(bytes_.end(), value.bytes.begin(), value.bytes.end());
            } else {
                put(std::uint32_t{0});
            }
        }
        for (const auto& [field, value] : fields) {
            if (value.kind != Value::Kind::scalar) patch(at + places[field], write_value(value));
        }
        return at;
    }

    std::size_t write_value(const Value& value) {
        if (value.kind == Value::Kind::table) return write_table(value.tables[0]);
        const std::size_t at = bytes_.size();
        if (value.kind == Value::Kind::vector) {
            put(static_cast<std::uint32_t>(value.count));
            bytes_.insert(bytes_.end(), value.bytes.begin(), value.bytes.end());
            return at;
        }
        put(static_cast<std::uint32_t>(value.tables.size()));
        for (std::size_t i = 0; i < value.tables.size(); ++i) put(std::uint32_t{0});
        for (std::size_t i = 0; i < value.tables.size(); ++i)
            patch(at + 4 + 4 * i, write_table(value.tables[i]));
        return at;
    }

    std::vector<std::uint8_t> bytes_;
};

/// A model in the making. Field numbers are those of TensorFlow Lite's schema.
class ModelBuilder {
public:
    std::vector<Fields> tensors, operators, codes, buffers{Fields{}};
    std::int32_t input = 0, output = 0;

    /// An int8 activation of one scale. All return the tensor's index.
    std::int32_t activation(const std::string& name, std::vector<std::int32_t> shape, float scale,
                            std::int64_t zero_point) {
        return tensor(name, std::move(shape), 9, {}, {scale}, {zero_point}, 0);
    }
    /// Weights drawn from a seed, with a scale for each index along the axis.
    std::int32_t weights(const std::string& name, std::vector<std::int32_t> shape, std::int32_t axis,
                         std::uint64_t seed) {
        Random random(seed);
        std::size_t size = 1;
        for (const std::int32_t length : shape) size *= static_cast<std::size_t>(length);
        std::vector<std::uint8_t> data(size);
        for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(random.below(255) - 127);
        const auto filters = static_cast<std::size_t>(shape[static_cast<std::size_t>(axis)]);
        std::vector<float> scales(filters);
        for (float& scale : scales) scale = 0.002f + 0.004f * random.uniform<float>();
        return tensor(name, std::move(shape), 9, data, scales, std::vector<std::int64_t>(filters), axis);
    }
    std::int32_t biases(const std::string& name, std::int32_t filters, std::uint64_t seed) {
        Random random(seed);
        std::vector<std::uint8_t> data;
        for (std::int32_t i = 0; i < filters; ++i) {
            const std::uint32_t bias = random.below(2000) - 1000;
            for (int byte = 0; byte < 4; ++byte)
                data.push_back(static_cast<std::uint8_t>(bias >> (8 * byte)));
        }
        return tensor(name, {filters}, 2, data, {}, {}, 0);
    }

    /// The same of 16 bits, and 64-bit biases for it.
    std::int32_t words(const std::string& name, std::vector<std::int32_t> shape, float scale) {
        return tensor(name, std::move(shape), 7, {}, {scale}, {0}, 0);
    }
    std::int32_t long_biases(const std::string& name, std::int32_t filters, std::uint64_t seed) {
        Random random(seed);
        std::vector<std::int64_t> values(static_cast<std::size_t>(filters));
        for (std::int64_t& value : values) value = static_cast<std::int64_t>(random.below(200000)) - 100000;
        return tensor(name, {filters}, 4, vector(values).bytes, {}, {}, 0);
    }

    /// Real numbers: computed, given, or drawn from a seed.
    std::int32_t real(const std::string& name, std::vector<std::int32_t> shape) {
        return tensor(name, std::move(shape), 0, {}, {}, {}, 0);
    }
    std::int32_t reals(const std::string& name, std::vector<std::int32_t> shape,
                       const std::vector<float>& values) {
        return tensor(name, std::move(shape), 0, vector(values).bytes, {}, {}, 0);
    }
    std::int32_t reals(const std::string& name, std::vector<std::int32_t> shape, std::uint64_t seed) {
        Random random(seed);
        std::size_t size = 1;
        for (const std::int32_t length : shape) size *= static_cast<std::size_t>(length);
        std::vector<float> values(size);
        for (float& value : values) value = random.uniform<float>() - 0.5f;
        return reals(name, std::move(shape), values);
    }

    /// What operators are told as tensors, such as margins.
    std::int32_t integers(const std::string& name, std::vector<std::int32_t> shape,
                          const std::vector<std::int32_t>& values) {
        return tensor(name, std::move(shape), 2, vector(values).bytes, {}, {}, 0);
    }

    void add(std::int32_t code, std::vector<std::int32_t> inputs, std::int32_t result, Fields options = {}) {
        codes.push_back({{0, scalar(static_cast<std::int8_t>(code))}, {3, scalar(code)}});
        operators.push_back({{0, scalar(static_cast<std::uint32_t>(codes.size() - 1))},
                             {1, vector(inputs)},
                             {2, vector(std::vector<std::int32_t>{result})},
                             {4, table(std::move(options))}});
        output = result;
    }

    [[nodiscard]] std::vector<std::uint8_t> file() const {
        const Fields graph{{0, tables(tensors)},
                           {1, vector(std::vector<std::int32_t>{input})},
                           {2, vector(std::vector<std::int32_t>{output})},
                           {3, tables(operators)}};
        return FlatBufferWriter::write(
            {{0, scalar(std::uint32_t{3})}, {1, tables(codes)}, {2, tables({graph})}, {4, tables(buffers)}});
    }

    std::int32_t tensor(const std::string& name, std::vector<std::int32_t> shape, std::uint8_t type,
                        const std::vector<std::uint8_t>& data, const std::vector<float>& scales,
                        const std::vector<std::int64_t>& zero_points, std::int32_t axis) {
        std::uint32_t buffer = 0;
        if (!data.empty()) {
            buffer = static_cast<std::uint32_t>(buffers.size());
            buffers.push_back({{0, vector(data)}});
        }
        tensors.push_back({{0, vector(shape)},
                           {1, scalar(type)},
                           {2, scalar(buffer)},
                           {3, text(name)},
                           {4, table({{2, vector(scales)}, {3, vector(zero_points)}, {6, scalar(axis)}})}});
        return static_cast<std::int32_t>(tensors.size() - 1);
    }
};

/// A network with one of each operator: an image of 8 x 8 x 2 goes through a convolution, a residual block
/// whose shortcut has a layer, one whose shortcut has none, pooling, and a dense layer with softmax.
inline ModelBuilder small_model() {
    ModelBuilder m;
    const auto stride = [](std::int32_t x) { return scalar(x); };
    const Fields same{{0, scalar(std::uint8_t{0})}, {1, stride(1)}, {2, stride(1)}};
    const auto with = [](Fields fields, std::size_t field, Value value) {
        fields[field] = std::move(value);
        return fields;
    };
    const Fields halving{{0, scalar(std::uint8_t{0})}, {1, stride(2)}, {2, stride(2)}};
    const Value relu = scalar(std::uint8_t{1}), relu6 = scalar(std::uint8_t{3});
    m.input = m.activation("image", {1, 8, 8, 2}, 0.02f, -3);
    const auto first = m.activation("first", {1, 8, 8, 4}, 0.03f, -128);
    m.add(3, {m.input, m.weights("first/w", {4, 3, 3, 2}, 0, 1), m.biases("first/b", 4, 2)}, first,
          with(same, 3, relu));
    const auto wide = m.activation("wide", {1, 4, 4, 8}, 0.05f, -7);
    m.add(4, {first, m.weights("wide/w", {1, 3, 3, 8}, 3, 3), m.biases("wide/b", 8, 4)}, wide,
          with(with(halving, 3, stride(2)), 4, relu6));
    const auto deep = m.activation("deep", {1, 4, 4, 8}, 0.1f, 5);
    m.add(3, {wide, m.weights("deep/w", {8, 1, 1, 8}, 0, 5), m.biases("deep/b", 8, 6)}, deep, same);
    const auto shortcut = m.activation("shortcut", {1, 4, 4, 8}, 0.06f, 1);
    m.add(3, {first, m.weights("shortcut/w", {8, 1, 1, 4}, 0, 7), m.biases("shortcut/b", 8, 8)}, shortcut,
          halving);
    const auto met = m.activation("met", {1, 4, 4, 8}, 0.09f, -128);
    m.add(0, {shortcut, deep}, met, {{0, relu}});
    const auto round = m.activation("round", {1, 4, 4, 8}, 0.08f, 0);
    m.add(3, {met, m.weights("round/w", {8, 3, 3, 8}, 0, 9), m.biases("round/b", 8, 10)}, round, same);
    const auto sum = m.activation("sum", {1, 4, 4, 8}, 0.11f, 9);
    m.add(0, {round, met}, sum);
    const auto pooled = m.activation("pooled", {1, 2, 2, 8}, 0.11f, 9);
    m.add(17, {sum}, pooled, with(with(halving, 3, stride(2)), 4, stride(2)));
    const auto mean = m.activation("mean", {1, 1, 1, 8}, 0.11f, 9);
    m.add(1, {pooled}, mean, with(with(halving, 3, stride(2)), 4, stride(2)));
    const auto flat = m.activation("flat", {1, 8}, 0.11f, 9);
    m.add(22, {mean}, flat);
    const auto scores = m.activation("scores", {1, 5}, 0.05f, 4);
    m.add(9, {flat, m.weights("scores/w", {5, 8}, 0, 11), m.biases("scores/b", 5, 12)}, scores);
    m.add(25, {scores}, m.activation("classes", {1, 5}, 1.0f / 256, -128), {{0, scalar(1.0f)}});
    return m;
}

/// A network with the other operators: 6 x 6 x 3 go through curves, margins, ways whose channels meet side by
/// side, a mean, and a transposed convolution along a width.
inline ModelBuilder operators_model() {
    ModelBuilder m;
    const auto byte = [](std::uint8_t value) { return scalar(value); };
    const auto number = [](std::int32_t value) { return scalar(value); };
    constexpr float unit = 1.0f / 256;
    m.input = m.activation("image", {1, 6, 6, 3}, 0.05f, 3);
    const auto moved = m.activation("moved", {1, 6, 6, 3}, 0.04f, -5);
    m.add(114, {m.input}, moved);
    const auto margins = m.integers("margins", {4, 2}, {0, 0, 1, 1, 0, 1, 0, 0});
    const auto padded = m.activation("padded", {1, 8, 7, 3}, 0.04f, -5);
    m.add(34, {moved, margins}, padded);
    const Fields valid{{0, byte(1)}, {1, number(1)}, {2, number(1)}};
    const auto first = m.activation("first", {1, 6, 5, 4}, 0.05f, -10);
    m.add(3, {padded, m.weights("first/w", {4, 3, 3, 3}, 0, 1), m.biases("first/b", 4, 2)}, first, valid);
    const auto leaky = m.activation("leaky", {1, 6, 5, 4}, 0.04f, -100);
    m.add(98, {first}, leaky, {{0, scalar(0.2f)}});

    const auto deep = m.activation("deep", {1, 6, 5, 3}, 0.06f, 20);
    m.add(3, {leaky, m.weights("deep/w", {3, 1, 1, 4}, 0, 3), m.biases("deep/b", 3, 4)}, deep, valid);
    const auto left = m.activation("left", {1, 6, 5, 3}, unit, -128);
    m.add(14, {deep}, left);
    const auto right = m.activation("right", {1, 6, 5, 4}, unit, -128);
    m.add(14, {leaky}, right);
    const auto both = m.activation("both", {1, 6, 5, 7}, unit, -128);
    m.add(2, {left, right}, both, {{0, number(3)}});
    const auto swish = m.activation("swish", {1, 6, 5, 7}, unit, -128);
    m.add(117, {both}, swish);
    const auto all = m.activation("all", {1, 6, 5, 14}, unit, -128);
    m.add(2, {both, swish}, all, {{0, number(-1)}});

    const auto begin = m.integers("begin", {4}, {0, 1, 0, 0}), end = m.integers("end", {4}, {0, 5, -1, 0});
    const auto steps = m.integers("steps", {4}, {1, 1, 1, 1});
    const auto part = m.activation("part", {1, 4, 4, 14}, unit, -128);
    m.add(45, {all, begin, end, steps}, part, {{0, number(9)}, {1, number(9)}});
    const auto clipped = m.activation("clipped", {1, 4, 4, 14}, 0.005f, -128);
    m.add(21, {part}, clipped);
    const auto elu = m.activation("elu", {1, 4, 4, 14}, 0.006f, -90);
    m.add(111, {clipped}, elu);
    const auto relu = m.activation("relu", {1, 4, 4, 14}, 0.006f, -100);
    m.add(19, {elu}, relu);
    const auto mean = m.activation("mean", {1, 14}, 0.004f, -128);
    m.add(40, {relu, m.integers("axes", {2}, {1, 2})}, mean);

    const auto flat = m.activation("flat", {1, 1, 14}, 0.004f, -128);
    m.add(70, {mean, m.integers("axis", {1}, {1})}, flat);
    const auto lying = m.activation("lying", {1, 1, 7, 2}, 0.004f, -128);
    m.add(22, {flat}, lying);
    const auto shape = m.integers("shape", {4}, {1, 1, 14, 3});
    const auto longer = m.activation("longer", {1, 1, 14, 3}, 0.008f, 7);
    m.add(67, {shape, m.weights("longer/w", {3, 1, 4, 2}, 0, 5), lying, m.biases("longer/b", 3, 6)}, longer,
          {{0, byte(0)}, {1, number(2)}, {2, number(1)}});
    const auto sequence = m.activation("sequence", {1, 14, 3}, 0.008f, 7);
    m.add(43, {longer}, sequence);
    const auto scores = m.activation("scores", {1, 5}, 0.02f, 4);
    m.add(9, {sequence, m.weights("scores/w", {5, 42}, 0, 7), m.biases("scores/b", 5, 8)}, scores);
    m.add(28, {scores}, m.activation("answer", {1, 5}, 1.0f / 128, 0));
    return m;
}

/// Real numbers through a block with a shortcut, ways that meet side by side, curves, and classes.
inline ModelBuilder real_model() {
    ModelBuilder m;
    const auto byte = [](std::uint8_t value) { return scalar(value); };
    const auto number = [](std::int32_t value) { return scalar(value); };
    const Fields same{{0, byte(0)}, {1, number(1)}, {2, number(1)}, {3, byte(1)}};
    m.input = m.real("image", {1, 4, 5, 2});
    const auto first = m.real("first", {1, 4, 5, 3});
    m.add(3, {m.input, m.reals("first/w", {3, 3, 3, 2}, 1), m.reals("first/b", {3}, 2)}, first, same);
    const auto deep = m.real("deep", {1, 4, 5, 3});
    m.add(4, {first, m.reals("deep/w", {1, 3, 3, 3}, 3), m.reals("deep/b", {3}, 4)}, deep,
          {{0, byte(0)}, {1, number(1)}, {2, number(1)}, {3, number(1)}});
    const auto sum = m.real("sum", {1, 4, 5, 3});
    m.add(0, {deep, first}, sum, {{0, byte(3)}});
    const auto open = m.real("open", {1, 4, 5, 3}), bent = m.real("bent", {1, 4, 5, 3});
    m.add(14, {sum}, open);
    m.add(98, {sum}, bent, {{0, scalar(0.3f)}});
    const auto both = m.real("both", {1, 4, 5, 6});
    m.add(2, {open, bent}, both, {{0, number(3)}});
    const auto pooled = m.real("pooled", {1, 2, 2, 6});
    m.add(1, {both}, pooled, {{0, byte(1)}, {1, number(2)}, {2, number(2)}, {3, number(2)}, {4, number(2)}});
    const auto mean = m.real("mean", {1, 6});
    m.add(40, {pooled, m.integers("axes", {2}, {1, 2})}, mean);
    const auto scores = m.real("scores", {1, 3});
    m.add(9, {mean, m.reals("scores/w", {3, 6}, 5)}, scores);
    m.add(25, {scores}, m.real("classes", {1, 3}), {{0, scalar(1.0f)}});
    return m;
}

/// Activations of 16 bits through every layer that has a form for them.
inline ModelBuilder words_model() {
    ModelBuilder m;
    const auto byte = [](std::uint8_t value) { return scalar(value); };
    const auto number = [](std::int32_t value) { return scalar(value); };
    const Fields same{{0, byte(0)}, {1, number(1)}, {2, number(1)}};
    m.input = m.words("sound", {1, 6, 4, 2}, 0.001f);
    const auto margins = m.integers("margins", {4, 2}, {0, 0, 1, 0, 1, 1, 0, 0});
    const auto padded = m.words("padded", {1, 7, 6, 2}, 0.001f);
    m.add(34, {m.input, margins}, padded);
    const auto first = m.words("first", {1, 7, 6, 4}, 0.002f);
    m.add(3, {padded, m.weights("first/w", {4, 3, 3, 2}, 0, 1), m.long_biases("first/b", 4, 2)}, first, same);
    const auto leaky = m.words("leaky", {1, 7, 6, 4}, 0.0015f);
    m.add(98, {first}, leaky, {{0, scalar(0.3f)}});
    const auto deep = m.words("deep", {1, 7, 6, 4}, 0.003f);
    m.add(4, {leaky, m.weights("deep/w", {1, 3, 3, 4}, 3, 3), m.long_biases("deep/b", 4, 4)}, deep,
          {{0, byte(0)}, {1, number(1)}, {2, number(1)}, {3, number(1)}, {4, byte(1)}});
    const auto sum = m.words("sum", {1, 7, 6, 4}, 0.004f);
    m.add(0, {deep, leaky}, sum);
    const auto begin = m.integers("begin", {4}, {0, 1, 0, 0}), end = m.integers("end", {4}, {1, 7, 6, 4});
    const auto part = m.words("part", {1, 6, 6, 4}, 0.004f);
    m.add(45, {sum, begin, end, m.integers("steps", {4}, {1, 1, 1, 1})}, part);
    const Fields halving{{0, byte(1)}, {1, number(2)}, {2, number(2)}, {3, number(2)}, {4, number(2)}};
    const auto pooled = m.words("pooled", {1, 3, 3, 4}, 0.004f);
    m.add(1, {part}, pooled, halving);
    const auto moved = m.words("moved", {1, 3, 3, 4}, 0.003f);
    m.add(114, {pooled}, moved);
    const auto clipped = m.words("clipped", {1, 3, 3, 4}, 0.0003f);
    m.add(21, {moved}, clipped);
    const auto open = m.words("open", {1, 3, 3, 4}, 1.0f / 32768);
    m.add(14, {clipped}, open);
    const auto mean = m.words("mean", {1, 4}, 0.00004f);
    m.add(40, {open, m.integers("axes", {2}, {1, 2})}, mean);
    const auto lying = m.words("lying", {1, 1, 2, 2}, 0.00004f);
    m.add(22, {mean}, lying);
    const auto longer = m.words("longer", {1, 1, 6, 3}, 0.0001f);
    m.add(67,
          {m.integers("shape", {4}, {1, 1, 6, 3}), m.weights("longer/w", {3, 1, 4, 2}, 0, 5), lying,
           m.long_biases("longer/b", 3, 6)},
          longer, {{0, byte(1)}, {1, number(2)}, {2, number(1)}});
    const auto bent = m.words("bent", {1, 1, 6, 3}, 1.0f / 32768);
    m.add(28, {longer}, bent);
    const auto scores = m.words("scores", {1, 5}, 0.0005f);
    m.add(9, {bent, m.weights("scores/w", {5, 18}, 0, 7), m.biases("scores/b", 5, 8)}, scores);
    m.add(25, {scores}, m.words("classes", {1, 5}, 1.0f / 32768), {{0, scalar(1.0f)}});
    return m;
}

/// Constants that a normalisation left, a gate of squeeze and excitation, and curves, in bytes or in 16 bits.
inline ModelBuilder gates_model(bool wide) {
    ModelBuilder m;
    const auto number = [](std::int32_t value) { return scalar(value); };
    const auto image = [&](const std::string& name, std::vector<std::int32_t> shape, float scale,
                           std::int64_t zero) {
        return wide ? m.words(name, shape, scale / 256) : m.activation(name, shape, scale, zero);
    };
    const auto constants = [&](const std::string& name, std::vector<std::int32_t> values, float scale) {
        std::vector<std::uint8_t> bytes;
        for (const std::int32_t value : values) {
            bytes.push_back(static_cast<std::uint8_t>(value));
            if (wide) bytes.push_back(static_cast<std::uint8_t>(value >> 8));
        }
        const auto n = static_cast<std::int32_t>(values.size());
        return m.tensor(name, {n}, wide ? 7 : 9, bytes, {scale}, {wide ? 0 : -3}, 0);
    };
    const auto biases = [&](const std::string& name, std::int32_t n, std::uint64_t seed) {
        return wide ? m.long_biases(name, n, seed) : m.biases(name, n, seed);
    };
    const Fields relu{{0, scalar(std::uint8_t{1})}};
    const Fields none{{0, scalar(std::uint8_t{0})}};
    m.input = image("image", {1, 4, 4, 3}, 0.02f, -3);
    const auto scaled = image("scaled", {1, 4, 4, 3}, 0.03f, 5);
    m.add(18, {m.input, constants("factors", {100, -70, 127}, 0.01f)}, scaled, none);
    const auto moved = image("moved", {1, 4, 4, 3}, 0.025f, -128);
    m.add(0, {constants("offsets", {20, 90, -50}, 0.02f), scaled}, moved, relu);
    const auto mean = image("mean", {1, 3}, 0.02f, -128);
    m.add(40, {moved, m.integers("axes", {2}, {1, 2})}, mean);
    const auto squeezed = image("squeezed", {1, 2}, 0.03f, -128);
    m.add(9, {mean, m.weights("squeezed/w", {2, 3}, 0, 1), biases("squeezed/b", 2, 2)}, squeezed, relu);
    const auto excited = image("excited", {1, 3}, 0.04f, 0);
    m.add(9, {squeezed, m.weights("excited/w", {3, 2}, 0, 3), biases("excited/b", 3, 4)}, excited, none);
    const auto gate =
        wide ? m.words("gate", {1, 3}, 1.0f / 32768) : m.activation("gate", {1, 3}, 1.0f / 256, -128);
    m.add(14, {excited}, gate);
    const auto gated = image("gated", {1, 4, 4, 3}, 0.02f, -128);
    m.add(18, {moved, gate}, gated, none);
    const auto less = image("less", {1, 4, 4, 3}, 0.02f, 7);
    m.add(41, {gated, constants("mean/w", {60}, 0.02f)}, less, none);
    const auto swish = image("swish", {1, 4, 4, 3}, 0.02f, -50), elu = image("elu", {1, 4, 4, 3}, 0.02f, -50);
    m.add(117, {less}, swish);
    m.add(111, {less}, elu);
    const auto both = image("both", {1, 4, 4, 6}, 0.02f, -50);
    m.add(2, {swish, elu}, both, {{0, number(3)}});
    const auto gelu = image("gelu", {1, 4, 4, 6}, 0.02f, -80);
    m.add(150, {both}, gelu);
    const auto bent = wide ? m.words("bent", {1, 4, 4, 6}, 1.0f / 32768)
                           : m.activation("bent", {1, 4, 4, 6}, 1.0f / 128, 0);
    m.add(28, {gelu}, bent);
    m.add(18, {gelu, bent}, image("product", {1, 4, 4, 6}, 0.02f, -128), relu);
    return m;
}
inline ModelBuilder gates_of_bytes() {
    return gates_model(false);
}
inline ModelBuilder gates_of_words() {
    return gates_model(true);
}

/// A long short-term memory of four units over five steps of three numbers, and a dense layer.
inline ModelBuilder lstm_model(bool words) {
    ModelBuilder m;
    const auto activation = [&](const char* name, std::vector<std::int32_t> shape, float scale,
                                std::int64_t zero_point) {
        return words ? m.words(name, std::move(shape), scale / 256)
                     : m.activation(name, std::move(shape), scale, zero_point);
    };
    const auto biases = [&](const std::string& name, std::int32_t filters, std::uint64_t seed) {
        return words ? m.long_biases(name, filters, seed) : m.biases(name, filters, seed);
    };
    m.input = activation("steps", {1, 5, 3}, 0.02f, -7);
    std::vector<std::int32_t> inputs{m.input};
    const auto matrices = [&](const std::string& name, std::int32_t columns, std::uint64_t seed) {
        for (std::uint64_t gate = 0; gate < 4; ++gate) {
            Random random(seed + gate);
            std::vector<std::uint8_t> data(static_cast<std::size_t>(4 * columns));
            for (std::uint8_t& byte : data) byte = static_cast<std::uint8_t>(random.below(255) - 127);
            const float scale = 0.004f + 0.001f * static_cast<float>(gate);
            inputs.push_back(m.tensor(name + std::to_string(gate), {4, columns}, 9, data, {scale}, {0}, 0));
        }
    };
    matrices("w", 3, 1);
    matrices("u", 4, 11);
    inputs.insert(inputs.end(), 3, -1);  // no peepholes
    for (std::uint64_t gate = 0; gate < 4; ++gate) {
        inputs.push_back(biases("b" + std::to_string(gate), 4, 21 + gate));
    }
    inputs.insert(inputs.end(), 2, -1);  // no projection
    inputs.push_back(activation("hidden", {1, 4}, 0.007f, 5));
    inputs.push_back(m.tensor("cell", {1, 4}, 7, {}, {1.0f / 2048}, {0}, 0));
    inputs.insert(inputs.end(), 4, -1);  // no normalization
    const auto sequence = activation("sequence", {1, 5, 4}, 0.007f, 5);
    m.add(44, inputs, sequence, {{0, scalar(std::uint8_t{4})}, {1, scalar(10.0f)}});
    const auto y = activation("y", {1, 2}, 0.02f, 0);  // before its weights, whatever the compiler
    m.add(9, {sequence, m.weights("y/w", {2, 20}, 0, 31), biases("y/b", 2, 32)}, y);
    return m;
}
inline ModelBuilder lstm_of_bytes() {
    return lstm_model(false);
}
inline ModelBuilder lstm_of_words() {
    return lstm_model(true);
}

/// Two layers that look back, one with a state of 16 bits and one of bytes, and dense layers behind them.
inline ModelBuilder svdf_model() {
    ModelBuilder m;
    m.input = m.activation("frame", {1, 6}, 0.02f, -7);
    const auto values = [](std::size_t n, std::uint32_t most, std::uint64_t seed) {
        Random random(seed);
        std::vector<std::int16_t> drawn(n);
        for (std::int16_t& value : drawn) {
            value = static_cast<std::int16_t>(static_cast<int>(random.below(2 * most + 1)) -
                                              static_cast<int>(most));
        }
        return drawn;
    };
    const auto bytes = [](const std::vector<std::int16_t>& numbers) {
        return std::vector<std::uint8_t>(numbers.begin(), numbers.end());
    };
    const Fields of_rank_two{{0, scalar(2)}, {1, scalar(std::uint8_t{1})}};
    const auto past = m.activation("past", {1, 4}, 0.03f, -128),
               inner = m.activation("inner", {1, 3}, 0.02f, 4);
    const auto w = m.tensor("past/w", {8, 6}, 9, bytes(values(48, 127, 1)), {0.01f}, {0}, 0);
    const auto taps = m.tensor("past/t", {8, 5}, 7, vector(values(40, 511, 2)).bytes, {0.002f}, {0}, 0);
    const auto state = m.words("past/state", {1, 40}, 0.0003f);
    m.add(27, {m.input, w, taps, m.biases("past/b", 4, 3), state}, past, of_rank_two);
    m.add(9, {past, m.weights("inner/w", {3, 4}, 0, 4), m.biases("inner/b", 3, 5)}, inner);
    const auto v = m.tensor("late/w", {2, 3}, 9, bytes(values(6, 127, 6)), {0.01f}, {0}, 0);
    const auto late_taps = m.tensor("late/t", {2, 4}, 9, bytes(values(8, 127, 7)), {0.008f}, {0}, 0);
    const auto late_state = m.activation("late/state", {1, 8}, 0.02f, -50);
    const auto late = m.activation("late", {1, 2}, 0.03f, -128);
    m.add(27, {inner, v, late_taps, m.biases("late/b", 2, 8), late_state}, late,
          {{0, scalar(1)}, {1, scalar(std::uint8_t{1})}});
    const auto y = m.activation("y", {1, 2}, 0.02f, 0);
    m.add(9, {late, m.weights("y/w", {2, 2}, 0, 9), m.biases("y/b", 2, 10)}, y);
    return m;
}

}  // namespace mote::testing
