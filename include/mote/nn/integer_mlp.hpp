// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

/// x * 2^exponent, rounded to the nearest where the exponent is negative; the result must fit.
constexpr std::int32_t scaled(std::int32_t x, int exponent) {
    if (exponent >= 0) return x * (std::int32_t{1} << exponent);
    if (exponent < -30) return 0;
    const int shift = -exponent;
    return (x >> shift) + ((x >> (shift - 1)) & 1);
}

constexpr int bits_in(std::uint32_t x) {
    return static_cast<int>(std::bit_width(x));
}

/// A classifier of dense layers with relu between them, in integers from training to answer: the same bits on
/// every processor. IntegerTrainer trains it.
///
/// Shapes  x: [Inputs] bytes, of which 2^-7 is the unit; Units: the widths of the layers, the last the number
///         of classes.
/// Errors  none in predict(): every byte is a number.
/// Memory  2 bytes for each weight, 4 for each bias; a Workspace of 2 bytes for each activation and 4 for
///         each unit of the widest layer. Time one multiply-accumulate for each weight; pairs of inputs that
///         are both zero cost nothing.
/// Source  Wang et al. 2022, IEEE TPDS 33(11):3249-3261 (NITI): bytes with one exponent for each layer and
///         sample. Weights here have 16 bits, of which the highest are kept free so that no sum overflows.
template <std::size_t Inputs, std::size_t... Units>
requires(Inputs > 0 && sizeof...(Units) > 0 && ((Units > 0) && ...)) class IntegerMlp {
public:
    using Scalar = std::int8_t;
    using Sample = mote::Sample<std::int8_t, Inputs>;
    static constexpr std::size_t depth = sizeof...(Units);
    /// sizes[l] is what layer l reads.
    static constexpr std::array<std::size_t, depth + 1> sizes{Inputs, Units...};
    static constexpr std::size_t features = Inputs, classes = sizes[depth];
    /// How many pairs of inputs layer l reads; the second of the last may be missing, which makes it zero.
    static constexpr std::size_t pairs(std::size_t l) { return (sizes[l] + 1) / 2; }
    using Label = LabelFor<classes>;
    static constexpr std::size_t macs = [] {
        std::size_t total = 0;
        for (std::size_t l = 0; l < depth; ++l) total += sizes[l] * sizes[l + 1];
        return total;
    }();
    static constexpr std::size_t widest = [] {
        std::size_t most = 0;
        for (std::size_t l = 1; l <= depth; ++l) most = max(most, sizes[l]);
        return most;
    }();

    /// A weight of 1 is 2^fraction_bits; a bias of 1 is 2^(fraction_bits + 7).
    static constexpr int fraction_bits = 12;
    /// As many bits in a weight that 127 times all of a unit's and its bias stay below 2^31.
    static constexpr int weight_bits = [] {
        std::size_t most = 0;
        for (std::size_t l = 0; l < depth; ++l) most = max(most, sizes[l]);
        const std::size_t limit = ((std::size_t{1} << 31) - (std::size_t{1} << 28)) / (128 * most);
        return min(15, static_cast<int>(std::bit_width(limit)));
    }();
    static constexpr std::int32_t largest_bias = 1 << 27;

    /// Weights of two inputs side by side, [layer][pair][unit][2], and biases, [layer][unit].
    static constexpr std::array<std::size_t, depth + 1> first_weight = [] {
        std::array<std::size_t, depth + 1> first{};
        for (std::size_t l = 0; l < depth; ++l) first[l + 1] = first[l] + pairs(l) * 2 * sizes[l + 1];
        return first;
    }();
    static constexpr std::array<std::size_t, depth + 1> first_bias = [] {
        std::array<std::size_t, depth + 1> first{};
        for (std::size_t l = 0; l < depth; ++l) first[l + 1] = first[l] + sizes[l + 1];
        return first;
    }();
    static constexpr std::size_t parameters = macs + first_bias[depth];

    /// What the layers read, as mantissas in pairs and an exponent each, and the sums of the last one.
    struct Workspace {
        alignas(4) std::array<std::int16_t, [] {
            std::size_t total = 0;
            for (std::size_t l = 0; l < depth; ++l) total += 2 * pairs(l);
            return total;
        }()> activations{};
        std::array<std::int8_t, depth> exponents{};
        std::array<std::int32_t, widest> sums{};
    };
    /// Where layer l reads.
    static constexpr std::size_t first_activation(std::size_t l) {
        std::size_t first = 0;
        for (std::size_t i = 0; i < l; ++i) first += 2 * pairs(i);
        return first;
    }

    /// Random weights to start training from; the same seed gives the same ones everywhere.
    /// Source  Glorot and Bengio 2010, AISTATS, equation (16).
    constexpr void initialise(std::uint64_t seed) {
        Random random(seed);
        weights_ = {};
        biases_ = {};
        for (std::size_t l = 0; l < depth; ++l) {
            for (std::size_t input = 0; input < sizes[l]; ++input) {
                for (std::size_t unit = 0; unit < sizes[l + 1]; ++unit) {
                    const auto draw = random.below(static_cast<std::uint32_t>(2 * spread[l] + 1));
                    weight(l, unit, input) =
                        static_cast<std::int16_t>(static_cast<std::int32_t>(draw) - spread[l]);
                }
            }
        }
    }

    /// The last layer's sums of x, in units of 2^(exponents[depth - 1] - fraction_bits).
    constexpr const std::array<std::int32_t, widest>& forward(Sample x, Workspace& space) const {
        for (std::size_t i = 0; i < Inputs; ++i) space.activations[i] = x[i];
        if constexpr (Inputs % 2 != 0) space.activations[Inputs] = 0;
        space.exponents[0] = -7;
        for (std::size_t l = 0; l < depth; ++l) {
            const int exponent = space.exponents[l];
            for (std::size_t unit = 0; unit < sizes[l + 1]; ++unit) {
                space.sums[unit] = aligned_bias(biases_[first_bias[l] + unit], exponent);
            }
            kernels::pair_products(weights_.data() + first_weight[l],
                                   space.activations.data() + first_activation(l), space.sums.data(),
                                   pairs(l), sizes[l + 1]);
            if (l + 1 < depth) rectify(l + 1, exponent, space);
        }
        return space.sums;
    }

    /// The most probable class.
    [[nodiscard]] constexpr Label predict(Sample x, Workspace& space) const {
        return static_cast<Label>(kernels::reference::argmax(forward(x, space).data(), classes));
    }

    [[nodiscard]] constexpr std::int16_t& weight(std::size_t layer, std::size_t unit, std::size_t input) {
        return weights_[first_weight[layer] + 2 * (input / 2 * sizes[layer + 1] + unit) + input % 2];
    }
    [[nodiscard]] constexpr std::int16_t weight(std::size_t layer, std::size_t unit,
                                                std::size_t input) const {
        return weights_[first_weight[layer] + 2 * (input / 2 * sizes[layer + 1] + unit) + input % 2];
    }
    using Weights = std::array<std::int16_t, first_weight[depth]>;
    using Biases = std::array<std::int32_t, first_bias[depth]>;
    [[nodiscard]] constexpr const Weights& weights() const { return weights_; }
    [[nodiscard]] constexpr Weights& weights() { return weights_; }
    [[nodiscard]] constexpr const Biases& biases() const { return biases_; }
    [[nodiscard]] constexpr Biases& biases() { return biases_; }

private:
    static constexpr std::array<std::int32_t, depth> spread = [] {
        std::array<std::int32_t, depth> result{};
        for (std::size_t l = 0; l < depth; ++l) {
            const double limit = sqrt(6.0 / static_cast<double>(sizes[l] + sizes[l + 1]));
            result[l] = static_cast<std::int32_t>(limit * (1 << fraction_bits));
        }
        return result;
    }();

    /// A bias in units of the sum of products.
    static constexpr std::int32_t aligned_bias(std::int32_t bias, int exponent) {
        const int shift = -7 - exponent;
        if (shift <= 0) return scaled(bias, shift);
        return clamp<std::int32_t>(bias, -(largest_bias >> shift), largest_bias >> shift) * (1 << shift);
    }

    /// The sums as what layer l reads: bytes from 0 to 127 and the exponent that lets the largest just fit.
    static constexpr void rectify(std::size_t l, int exponent, Workspace& space) {
        std::int32_t largest = 0;
        for (std::size_t unit = 0; unit < sizes[l]; ++unit) largest = max(largest, space.sums[unit]);
        const int shift = max(bits_in(static_cast<std::uint32_t>(largest)) - 7, 0);
        std::int16_t* const to = space.activations.data() + first_activation(l);
        for (std::size_t unit = 0; unit < sizes[l]; ++unit) {
            const std::int32_t positive = max<std::int32_t>(space.sums[unit], 0);
            to[unit] = static_cast<std::int16_t>(min<std::int32_t>(scaled(positive, -shift), 127));
        }
        if (sizes[l] % 2 != 0) to[sizes[l]] = 0;
        space.exponents[l] = static_cast<std::int8_t>(exponent - fraction_bits + shift);
    }

    alignas(4) Weights weights_{};
    Biases biases_{};
};

}  // namespace mote::nn
