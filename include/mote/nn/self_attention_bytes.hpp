// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/nn/quantized_conv.hpp"
#include "mote/nn/quantized_gates.hpp"
#include "mote/nn/softmax.hpp"

namespace mote::nn {

struct AttentionConfig {
    std::size_t units = 1;
};

/// The numbers of an int8 SelfAttention.
template <class Projection, class Exponential>
struct AttentionNumbers {
    Projection query{}, key{}, value{};  // to bytes whose zero point is 0
    kernels::OutputStage<1> score{};     // from sums of q k to bytes
    Exponential softmax{};
    kernels::OutputStage<1> output{};  // from sums of 256ths of v
};

/// The int8 half of SelfAttention: a chain of TensorFlow Lite's int8 operators, each with its own rounding.
///
///     q, k, v = FullyConnected of each step, one scale for each row of weights, zero points 0
///     score   = byte(sum over u of q[i][u] k[j][u]), whose factor holds 1 / sqrt(units)     (BatchMatMul)
///     share   = Softmax of the scores of step i, in 256ths: the bytes of quantized_softmax()
///     y       = byte(sum over j of (share[i][j] + 128) v[j][u])                             (BatchMatMul)
///
/// Sums are exact in 32 bits; byte() is kernels::reference::requantize(), which rounds twice.
template <AttentionConfig Config, std::size_t Features, std::size_t Steps>
struct SelfAttentionBytes {
    static constexpr std::size_t units = Config.units;
    using Projection = kernels::QuantizedConv<kernels::ConvGeometry{
        .height = Steps, .channels = Features, .output_height = Steps, .filters = Config.units}>;
    using Quantized = AttentionNumbers<Projection, QuantizedSoftmax>;
    template <class Isa>
    using Packed = AttentionNumbers<kernels::Packed<Projection, Isa>, TabledSoftmax>;

    /// Shown when calibrated: q, k, v and the scores.
    static constexpr std::size_t observed = 4;

    static constexpr Affine quantized_output(Affine, Range own, const Range* within) {
        return no_finer(Affine::covering(own), static_cast<double>(around_zero(within[2]).scale) / 256);
    }

    template <class T>
    static constexpr Quantized quantize(const T* weights, Affine in, Affine out, const Range* within) {
        const Affine q = around_zero(within[0]), k = around_zero(within[1]), v = around_zero(within[2]);
        Quantized layer{projection(weights, 0, in, q), projection(weights, 1, in, k),
                        projection(weights, 2, in, v)};
        const double product =
            static_cast<double>(q.scale) * static_cast<double>(k.scale) / sqrt(static_cast<double>(units));
        const Affine score = no_finer(Affine::covering(within[3]), product);
        layer.score = stage(product, score);
        layer.softmax = quantized_softmax(score.scale);
        layer.output = stage(static_cast<double>(v.scale) / 256, out);
        return layer;
    }

    template <class Isa>
    static constexpr Packed<Isa> pack(const Quantized& layer) {
        return {kernels::pack<Isa>(layer.query), kernels::pack<Isa>(layer.key),
                kernels::pack<Isa>(layer.value), layer.score,
                TabledSoftmax(layer.softmax),    layer.output};
    }
    static constexpr Quantized unpack(const auto& packed) {
        return {kernels::unpack(packed.query), kernels::unpack(packed.key),
                kernels::unpack(packed.value), packed.score,
                packed.softmax.numbers,        packed.output};
    }
    template <class Print>
    static constexpr void describe(const Quantized& layer, Print print) {
        print("{");
        for (const Projection* part : {&layer.query, &layer.key, &layer.value}) {
            describe_conv(*part, print);
            print(", ");
        }
        describe_stage(layer.score, print);
        const QuantizedSoftmax& softmax = layer.softmax;
        print(", {", softmax.multiplier, ", ", softmax.shift, ", ", softmax.lowest_difference, "}, ");
        describe_stage(layer.output, print);
        print("}");
    }

    /// Where run() works: v is turned over, so that both products are of rows.
    template <class Isa>
    struct Room {
        alignas(16) std::array<std::int8_t, Steps * Config.units> query;
        alignas(16) std::array<std::int8_t, Steps * Config.units> key;
        alignas(16) std::array<std::int8_t, Steps * Config.units> value;
        alignas(16) std::array<std::int8_t, Steps> shares;
        std::array<std::int32_t, Config.units> offset;  // what the shares' zero point adds to each sum
        std::array<std::int32_t, std::max(Steps, Config.units)> sums;
        alignas(16) std::array<std::byte, kernels::scratch_bytes<Projection, Isa> + 1> projections;
    };

    template <class Isa>
    static constexpr void run(const Packed<Isa>& packed, const std::int8_t* x, std::int8_t* y,
                              std::byte* bytes) {
        if (std::is_constant_evaluated()) {
            Room<Isa> room{};
            run_in<Isa>(packed, x, y, room);
        } else {
            run_in<Isa>(packed, x, y, *reinterpret_cast<Room<Isa>*>(bytes));
        }
    }

private:
    /// The finest bytes that hold the range and whose zero point is 0.
    static constexpr Affine around_zero(Range range) {
        const std::array ends{range.low, range.high};
        return {static_cast<float>(symmetric_scale(ends.data(), ends.size())), 0};
    }
    /// No steps finer than those of the sums that are brought there: such factors could overflow 32 bits.
    static constexpr Affine no_finer(Affine scale, double step) {
        return {max(scale.scale, static_cast<float>(step)), scale.zero_point};
    }
    static constexpr kernels::OutputStage<1> stage(double step, Affine out) {
        const Multiplier factor = multiplier_of(step / static_cast<double>(out.scale));
        return {{factor.multiplier}, {factor.shift}, out.zero_point};
    }

    /// Part 0, 1 or 2 of PyTorch's matrix, to q, k or v.
    template <class T>
    static constexpr Projection projection(const T* weights, std::size_t part, Affine in, Affine out) {
        constexpr std::size_t matrix = Config.units * Features;
        std::array<T, matrix + Config.units> own{};
        std::copy_n(weights + part * matrix, matrix, own.begin());
        std::copy_n(weights + 3 * matrix + part * units, units, own.begin() + matrix);
        return quantize_conv<Projection>(own.data(), in, out, Activation::none);
    }

    template <class Isa>
    static constexpr void run_in(const Packed<Isa>& packed, const std::int8_t* x, std::int8_t* y,
                                 Room<Isa>& room) {
        project_values<Isa>(packed.value, x, room);
        kernels::run<Isa>(packed.key, x, room.key.data(), room.projections.data());
        kernels::run<Isa>(packed.query, x, room.query.data(), room.projections.data());
        const auto sums = std::span(room.sums);
        for (std::size_t i = 0; i < Steps; ++i, y += units) {
            const std::span<const std::int8_t, Config.units> q(room.query.data() + i * units, units);
            const auto scores = sums.template first<Steps>();
            std::fill(scores.begin(), scores.end(), 0);
            kernels::gemv<Isa>(room.key, q, scores);
            to_bytes(scores, packed.score, room.shares.data());
            packed.softmax(room.shares.data(), room.shares.data(), Steps);
            const auto weighted = sums.template first<Config.units>();
            std::copy(room.offset.begin(), room.offset.end(), weighted.begin());
            kernels::gemv<Isa>(room.value, room.shares, weighted);
            to_bytes(weighted, packed.output, y);
        }
    }

    /// v as [unit][step], and 128 times the sum of each row. It comes by way of the room for k.
    template <class Isa>
    static constexpr void project_values(const auto& layer, const std::int8_t* x, Room<Isa>& room) {
        kernels::run<Isa>(layer, x, room.key.data(), room.projections.data());
        for (std::size_t u = 0; u < units; ++u) {
            const std::span<std::int8_t, Steps> row(room.value.data() + u * Steps, Steps);
            for (std::size_t j = 0; j < Steps; ++j) row[j] = room.key[j * units + u];
            room.offset[u] = 128 * kernels::sum<Isa>(row);
        }
    }

    static constexpr void to_bytes(auto sums, const kernels::OutputStage<1>& out, std::int8_t* y) {
        const Rescaler rescale({out.multiplier[0], out.shift[0]});
        const kernels::StageView view = kernels::view(out);
        for (std::size_t i = 0; i < sums.size(); ++i)
            y[i] = kernels::reference::clamped(rescale(sums[i]), view);
    }
};

}  // namespace mote::nn
