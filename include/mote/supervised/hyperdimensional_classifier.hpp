// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

struct HyperdimensionalConfig {
    std::uint32_t seed = 1;
    std::uint32_t passes = 0;  // of fit() over the rows, to correct what it still gets wrong
    std::uint32_t range = 1;   // in floating point: values of -range .. range are told apart
};

/// Compares long random bit vectors: a sample becomes one, a class the majority of its samples.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. encode(): [Dimensions / 32] words. distances(): [Classes],
///         bits that differ.
/// Units   x: one range for all features, -config.range .. config.range, in fixed point all that the type
///         holds; what lies beyond counts as its end.
/// Errors  update() and fit() refuse values that are not finite and labels out of range, fit() also an empty
///         dataset and a class without a row; a class takes 32,767 additions, after which update() and fit()
///         refuse its rows, merge() what would exceed that. A class never seen is never predicted; before any
///         sample predict() is 0.
/// Memory  2.125 * Dimensions + 2 bytes a class, of which predict() reads Dimensions / 8 and 2. Random
///         vectors are computed as they are needed. predict() takes some 50 instructions for each feature and
///         32 dimensions, and 2 * Features + Dimensions / 8 bytes of stack.
/// Source  Kanerva 2009, Cognitive Computation 1:139-159; encoding by records after Rahimi, Kanerva and
///         Rabaey 2016, ISLPED, 64-69: (1) binds a feature's position to its level, (2) bundles the features,
///         (3) the samples. Passes after Imani, Kong, Rahimi and Rosing 2017, ICRC (VoiceHD), (4). Random
///         words by the finaliser of MurmurHash3 (Appleby 2011), (5). Deviation: the two ends of the levels
///         are opposite, not orthogonal, so that every bit depends on the values; the lowest is zero, since
///         positions are random already.
template <Scalar T, std::size_t Features, std::size_t Classes, std::size_t Dimensions = 1024,
          HyperdimensionalConfig config = HyperdimensionalConfig{}, class LabelType = std::uint8_t>
requires(can_label<LabelType, Classes>&& Dimensions % 32 == 0 && Dimensions > 0 && Dimensions <= 32768 &&
         config.range > 0) class HyperdimensionalClassifier {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr std::size_t dimensions = Dimensions;
    static constexpr bool exactly_mergeable = true;  // to the bit, but for the passes of fit()
    using Hypervector = std::array<std::uint32_t, Dimensions / 32>;

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data) {
        if (const Status status = check(data); status != Status::ok) return status;
        reset();
        for (std::size_t row = 0; row < data.size(); ++row) add(data.labels[row], encode(data.rows[row]), 1);
        for (std::uint32_t pass = 0; pass < config.passes; ++pass) {
            for (std::size_t row = 0; row < data.size(); ++row) correct(data.rows[row], data.labels[row]);
        }
        return Status::ok;
    }

    constexpr Status update(Sample x, Label y) {
        if (y >= Classes) return Status::bad_label;
        if (!usable(x)) return Status::not_finite;
        if (additions_[y] == most) return Status::capacity_full;
        add(y, encode(x), 1);
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return nearest(encode(x)); }

    /// From the majority of each class, in bits; Dimensions + 1 for a class never seen.
    [[nodiscard]] constexpr std::array<std::uint32_t, Classes> distances(Sample x) const {
        return distances_of(encode(x));
    }

    /// As if this model had also seen every sample of the other, in any order.
    constexpr Status merge(const HyperdimensionalClassifier& other) {
        for (std::size_t k = 0; k < Classes; ++k) {
            if (other.additions_[k] > most - additions_[k]) return Status::capacity_full;
        }
        for (std::size_t k = 0; k < Classes; ++k) {
            additions_[k] = static_cast<std::uint16_t>(additions_[k] + other.additions_[k]);
            for (std::size_t bit = 0; bit < Dimensions; ++bit) {
                sums_[k][bit] = static_cast<std::int16_t>(sums_[k][bit] + other.sums_[k][bit]);
            }
            for (std::size_t word = 0; word < words; ++word) majorities_[k][word] = majority(k, word);
        }
        return Status::ok;
    }

    constexpr void reset() { *this = HyperdimensionalClassifier{}; }

    /// The sample as a hypervector: the majority of its features', each bound to its position.
    [[nodiscard]] static constexpr Hypervector encode(Sample x) {
        std::array<std::uint16_t, Features> levels{};
        for (std::size_t i = 0; i < Features; ++i) levels[i] = level(x[i]);
        Hypervector code{};
        for (std::size_t word = 0; word < words; ++word) {
            Tally tally;
            for (std::size_t i = 0; i < Features; ++i) {
                tally.add(random_word(i, word) ^ level_word(levels[i], word));  // (1)
            }
            if (Features % 2 == 0) tally.add(tie_word(word));
            code[word] = tally.planes.back();  // (2)
        }
        return code;
    }

    /// How often a class was added to or taken from.
    [[nodiscard]] constexpr std::uint32_t count(Label label) const { return additions_[label]; }
    [[nodiscard]] constexpr const Hypervector& majority(Label label) const { return majorities_[label]; }

private:
    static constexpr std::size_t words = Dimensions / 32;
    static constexpr std::uint16_t most = 32767;  // keeps every sum within its type

    /// 32 counters side by side: plane p holds bit p of each. They start so high that the last plane tells
    /// which have counted more than half of the votes, of which there is an odd number.
    struct Tally {
        static constexpr std::size_t half = Features / 2;
        static constexpr std::size_t last = std::bit_width(half);
        std::array<std::uint32_t, last + 1> planes{};

        constexpr Tally() {
            constexpr std::size_t start = (std::size_t{1} << last) - (half + 1);
            for (std::size_t p = 0; p <= last; ++p) planes[p] = (start >> p & 1) != 0 ? ~std::uint32_t{0} : 0;
        }
        constexpr void add(std::uint32_t votes) { carry<0>(votes); }
        /// By recursion, which keeps the planes in registers where a loop would index them.
        template <std::size_t p>
        constexpr void carry(std::uint32_t votes) {
            const std::uint32_t next = planes[p] & votes;
            planes[p] ^= votes;
            if constexpr (p < last) carry<p + 1>(next);
        }
    };

    [[nodiscard]] static constexpr std::uint32_t random_word(std::size_t vector, std::size_t word) {
        auto z = static_cast<std::uint32_t>(vector * words + word + 1) * 0x9E3779B9u + config.seed;
        z = (z ^ z >> 16) * 0x85EBCA6Bu;  // (5)
        z = (z ^ z >> 13) * 0xC2B2AE35u;
        return z ^ z >> 16;
    }
    /// Decides where as many bits are set as not.
    [[nodiscard]] static constexpr std::uint32_t tie_word(std::size_t word) {
        return random_word(Features, word);
    }

    /// How many bits, the first ones, a value sets: 0 .. Dimensions.
    [[nodiscard]] static constexpr std::uint16_t level(T x) {
        constexpr auto half = static_cast<std::int32_t>(Dimensions / 2);
        if constexpr (FixedScalar<T>) {
            using Rep = decltype(x.raw);
            constexpr int bits = 8 * static_cast<int>(sizeof(Rep));
            constexpr std::int64_t rounding = std::int64_t{1} << (bits - 1);
            const std::int64_t place = (std::int64_t{x.raw} * half * 2 + rounding) >> bits;
            return static_cast<std::uint16_t>(place + half);
        } else {
            // One product, cut off: it cannot be contracted, which would differ between processors.
            constexpr T scale = static_cast<T>(half) / static_cast<T>(config.range);
            const T place = x * scale;
            if (!(place > -half)) return 0;  // or not a number
            return static_cast<std::uint16_t>(half + static_cast<std::int32_t>(min(place, T(half))));
        }
    }

    [[nodiscard]] static constexpr std::uint32_t level_word(std::uint32_t level, std::size_t word) {
        const auto first = static_cast<std::uint32_t>(32 * word);
        if (level <= first) return 0;
        return level - first >= 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << (level - first)) - 1;
    }

    [[nodiscard]] static constexpr bool usable(Sample x) {
        if constexpr (FloatingScalar<T>) return all_finite(x);
        return true;
    }

    [[nodiscard]] static constexpr Status check(const Dataset<T, Features, Label>& data) {
        if (const Status status = data.check(); status != Status::ok) return status;
        if (data.empty()) return Status::too_few_rows;
        std::array<std::size_t, Classes> rows{};
        for (std::size_t row = 0; row < data.size(); ++row) {
            if (data.labels[row] >= Classes) return Status::bad_label;
            if (!usable(data.rows[row])) return Status::not_finite;
            ++rows[data.labels[row]];
        }
        for (const std::size_t count : rows) {
            if (count == 0) return Status::missing_class;
            if (count > most) return Status::capacity_full;
        }
        return Status::ok;
    }

    constexpr void add(std::size_t k, const Hypervector& code, int sign) {
        ++additions_[k];
        for (std::size_t word = 0; word < words; ++word) {
            std::int16_t* const sums = &sums_[k][32 * word];
            for (std::size_t bit = 0; bit < 32; ++bit) {
                const int vote = (code[word] >> bit & 1) != 0 ? sign : -sign;
                sums[bit] = static_cast<std::int16_t>(sums[bit] + vote);
            }
            majorities_[k][word] = majority(k, word);
        }
    }

    /// Moves a row that is mistaken to its class from the other (4), where both still count.
    constexpr void correct(Sample x, Label y) {
        const Hypervector code = encode(x);
        const Label guess = nearest(code);
        if (guess == y || additions_[y] == most || additions_[guess] == most) return;
        add(y, code, 1);
        add(guess, code, -1);
    }

    [[nodiscard]] constexpr std::uint32_t majority(std::size_t k, std::size_t word) const {
        const std::int16_t* const sums = &sums_[k][32 * word];
        const std::uint32_t tie = tie_word(word);
        std::uint32_t result = 0;
        for (std::size_t bit = 0; bit < 32; ++bit) {
            const std::uint32_t set = sums[bit] == 0 ? tie >> bit & 1 : sums[bit] > 0 ? 1 : 0;
            result |= set << bit;  // (3)
        }
        return result;
    }

    [[nodiscard]] constexpr std::array<std::uint32_t, Classes> distances_of(const Hypervector& code) const {
        std::array<std::uint32_t, Classes> result{};
        for (std::size_t k = 0; k < Classes; ++k) {
            for (std::size_t word = 0; word < words; ++word) {
                result[k] += static_cast<std::uint32_t>(std::popcount(code[word] ^ majorities_[k][word]));
            }
            if (additions_[k] == 0) result[k] = Dimensions + 1;
        }
        return result;
    }

    [[nodiscard]] constexpr Label nearest(const Hypervector& code) const {
        const auto distances = distances_of(code);
        std::size_t best = 0;
        for (std::size_t k = 1; k < Classes; ++k) best = distances[k] < distances[best] ? k : best;
        return static_cast<Label>(best);
    }

    std::array<Hypervector, Classes> majorities_{};
    std::array<std::array<std::int16_t, Dimensions>, Classes>
        sums_{};  // of 1 for a bit set and -1 for one not
    std::array<std::uint16_t, Classes> additions_{};
};

}  // namespace mote
