// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"

namespace mote {

/// A few features with random weights in whole numbers of 16 bits: what slanted trees cut and integer
/// histograms count along.
///
/// Shapes  sum(): one value from those of the direction's own features.
/// Units   weights add up to 2^15 - 1 at most, without their signs, so that no sum of 16-bit values leaves 32
///         bits.
/// Errors  none. With fewer features to choose from than Terms the rest weighs nothing.
/// Memory  a 16-bit weight and an index for each term. Time Terms multiply-accumulates.
/// Source  normals as sums of four uniform numbers, the same on every target.
template <std::size_t Features, std::size_t Terms>
class SparseDirection {
public:
    using Index = std::conditional_t<(Features <= 256), std::uint8_t, std::uint16_t>;

    /// Of the `candidates`, features with their spreads, each spread > 0; a feature weighs as if divided by
    /// it.
    constexpr void draw(Random& random, std::span<const Index> candidates,
                        std::span<const std::uint32_t> spreads) {
        const std::size_t used = min(Terms, candidates.size());
        std::array<std::uint32_t, Terms> chosen{};
        static_cast<void>(random.sample_without_replacement(static_cast<std::uint32_t>(candidates.size()),
                                                            std::span(chosen).first(used)));
        *this = {};
        std::array<std::int64_t, Terms> slopes{};
        std::int64_t total = 1;
        for (std::size_t j = 0; j < used; ++j) {
            features_[j] = candidates[chosen[j]];
            slopes[j] = nearly_normal(random) * 0x10000 / spreads[chosen[j]];
            total += slopes[j] < 0 ? -slopes[j] : slopes[j];
        }
        for (std::size_t j = 0; j < used; ++j) {
            weights_[j] = static_cast<std::int16_t>(slopes[j] * 0x7fff / total);
        }
    }

    /// `value(j)` is that of term j, in 16 bits.
    template <class ValueOf>
    [[nodiscard]] constexpr std::int32_t sum(const ValueOf& value) const {
        std::int32_t result = 0;
        for (std::size_t j = 0; j < Terms; ++j) result += weights_[j] * std::int32_t{value(j)};
        return result;
    }

    [[nodiscard]] constexpr std::size_t feature(std::size_t j) const { return features_[j]; }
    [[nodiscard]] constexpr std::int32_t weight(std::size_t j) const { return weights_[j]; }
    [[nodiscard]] constexpr bool uses(std::size_t feature) const {
        for (std::size_t j = 0; j < Terms; ++j) {
            if (weights_[j] != 0 && features_[j] == feature) return true;
        }
        return false;
    }

private:
    [[nodiscard]] static constexpr std::int64_t nearly_normal(Random& random) {
        std::int64_t sum = 0;
        for (int i = 0; i < 4; ++i) sum += static_cast<std::int64_t>(random.next() >> 16) - 0x8000;
        return sum;
    }

    std::array<std::int16_t, Terms> weights_{};
    std::array<Index, Terms> features_{};
};

}  // namespace mote
