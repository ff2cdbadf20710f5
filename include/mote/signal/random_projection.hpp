// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"

namespace mote {

/// What a random projection takes: numbers with a fraction, or samples as a converter gives them.
template <class T>
concept projectable = FloatingScalar<T> || std::is_same_v<T, std::int16_t> || std::is_same_v<T, std::int8_t>;

/// Random projection: many features as few sums with random signs, which keep distances nearly as they were.
/// Nothing is learnt, and nothing multiplied.
///
/// Shapes  x: [Features]. transform(): [Outputs].
/// Units   x: one unit for all features. Squared lengths and distances come out right on average, with a
///         deviation of at most sqrt(2 / Outputs) of themselves. Integer samples give plain sums, which are
///         sqrt(Outputs) times as long, the same on every board.
/// Errors  outputs are not finite where x, or a sum, is not. Equal seeds give equal signs everywhere.
/// Memory  a bit for each of Outputs * Features signs, in whole words for every output. transform() takes
///         Outputs * Features additions.
/// Source  Achlioptas 2003, Database-friendly random projections, Journal of Computer and System Sciences
///         66(4):671-687, theorem 1.1, the first of its two distributions.
template <projectable T, std::size_t Features, std::size_t Outputs>
requires(Outputs > 0 && Features > 0 && Features < 65536) class RandomProjection {
public:
    using Scalar = std::conditional_t<FloatingScalar<T>, T, std::int32_t>;
    using Sample = mote::Sample<T, Features>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t outputs = Outputs;

    constexpr explicit RandomProjection(std::uint64_t seed = 1) {
        Random random(seed);
        for (auto& output : negative_) {
            for (std::uint32_t& signs : output) signs = random.next();
        }
    }

    [[nodiscard]] constexpr std::array<Scalar, Outputs> transform(Sample x) const {
        std::array<Scalar, Outputs> result{};
        for (std::size_t k = 0; k < Outputs; ++k) result[k] = sum(x, negative_[k]);
        if constexpr (FloatingScalar<T>) {
            const T scale = 1 / sqrt(static_cast<T>(Outputs));
            for (T& value : result) value *= scale;
        }
        return result;
    }

    /// The sign of feature i in output k.
    [[nodiscard]] constexpr int sign(std::size_t k, std::size_t i) const {
        return (negative_[k][i / 32] >> (i % 32) & 1) != 0 ? -1 : 1;
    }

private:
    using Signs = std::array<std::uint32_t, (Features + 31) / 32>;

    [[nodiscard]] static constexpr Scalar sum(Sample x, const Signs& negative) {
        Scalar total = 0;
        for (std::size_t word = 0; word < negative.size(); ++word) {
            std::uint32_t signs = negative[word];
            const std::size_t end = min(Features, 32 * word + 32);
            for (std::size_t i = 32 * word; i < end; ++i, signs >>= 1) {
                const Scalar value = x[i];
                total += (signs & 1) != 0 ? -value : value;
            }
        }
        return total;
    }

    std::array<Signs, Outputs> negative_{};
};

}  // namespace mote
