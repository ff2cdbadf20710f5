// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/core/concepts.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/forest_answers.hpp"
#include "mote/supervised/tree.hpp"

namespace mote {

/// A number for each float that rises with it, so that integers are compared where there may be no FPU. The
/// two zeros are one apart, -0 below: a threshold of zero must be +0.
template <FloatingScalar T>
using OrderedBits = std::make_signed_t<detail::BitsOf<T>>;

template <FloatingScalar T>
constexpr OrderedBits<T> ordered_bits(T value) {
    const auto bits = std::bit_cast<OrderedBits<T>>(value);
    const auto all_if_negative = static_cast<detail::BitsOf<T>>(bits >> (8 * sizeof(T) - 1));
    return bits ^ static_cast<OrderedBits<T>>(all_if_negative >> 1);
}

template <FloatingScalar T>
constexpr OrderedBits<T> threshold_key(T threshold) {
    return ordered_bits(threshold == 0 ? T(0) : threshold);  // never -0
}

/// Turns each feature into its rank among the thresholds it is compared with, once per sample. From then on
///     x[feature] > threshold number k   is   rank > k,
/// a compare of bytes, for every x. A feature with more than 255 thresholds takes several slots, each a
/// stretch of 255 of them. Every slot gives two ranks, which differ for a missing value only: it is below or
/// above all thresholds.
///
/// Shapes  x: [Features]; ranks: [2 * Slots].
/// Memory  4 bytes (T = float) a threshold, 2 or 3 a slot. Time O(Slots * log2(255)).
template <FloatingScalar T, std::size_t Features, std::size_t Thresholds, std::size_t Slots>
requires(Slots <= 128) class ThresholdRanks {
public:
    using Sample = mote::Sample<T, Features>;
    using Ranks = std::array<std::uint8_t, 2 * Slots>;

    /// Where a split finds its answer: left unless ranks[place] > rank.
    struct Question {
        std::uint8_t place, rank;
    };

    /// All thresholds that will be asked for, feature by feature: add() each, then finish() the feature.
    constexpr Status add(T threshold) {
        const Key key = threshold_key(threshold);
        const std::size_t at = finished_ + rank_of(key, finished_, used_ - finished_);
        if (at < used_ && thresholds_[at] == key) return Status::ok;
        if (used_ == Thresholds) return Status::capacity_full;
        for (std::size_t i = used_++; i > at; --i) thresholds_[i] = thresholds_[i - 1];
        thresholds_[at] = key;
        return Status::ok;
    }

    constexpr Status finish(std::size_t feature) {
        while (finished_ < used_) {
            if (slot_count_ == Slots) return Status::capacity_full;
            const std::uint32_t size = used_ - finished_ < 255 ? used_ - finished_ : 255;
            slot_features_[slot_count_] = static_cast<Feature>(feature);
            slot_sizes_[slot_count_++] = static_cast<std::uint8_t>(size);
            finished_ += size;
        }
        return Status::ok;
    }

    /// All thresholds of a forest.
    template <class Forest>
    constexpr Status collect(const Forest& forest) {
        for (std::size_t feature = 0; feature < Features; ++feature) {
            Status status = Status::ok;
            for_each_split(forest, [&](const Split<T>& split) {
                if (split.feature == feature && status == Status::ok) status = add(split.threshold);
            });
            if (status == Status::ok) status = finish(feature);
            if (status != Status::ok) return status;
        }
        return Status::ok;
    }

    /// For a split that was added.
    [[nodiscard]] constexpr Question find(const Split<T>& split) const {
        const Key key = threshold_key(split.threshold);
        std::size_t first = 0;
        for (std::size_t slot = 0; slot < slot_count_; first += slot_sizes_[slot++]) {
            if (slot_features_[slot] != split.feature) continue;
            const std::size_t rank = rank_of(key, first, slot_sizes_[slot]);
            if (rank == slot_sizes_[slot]) continue;  // it is in the next slot of the feature
            return {static_cast<std::uint8_t>(2 * slot + (split.missing_left ? 0 : 1)),
                    static_cast<std::uint8_t>(rank)};
        }
        return {};
    }

    [[nodiscard]] constexpr Ranks operator()(Sample x) const {
        Ranks ranks{};
        std::size_t first = 0;
        for (std::size_t slot = 0; slot < slot_count_; ++slot) {
            const T value = x[slot_features_[slot]];
            const std::size_t size = slot_sizes_[slot];
            const auto rank = static_cast<std::uint8_t>(rank_of(ordered_bits(value), first, size));
            first += size;
            ranks[2 * slot] = ranks[2 * slot + 1] = rank;
            if (!is_missing(value)) continue;
            ranks[2 * slot] = 0;
            ranks[2 * slot + 1] = 255;
        }
        return ranks;
    }

    [[nodiscard]] constexpr std::size_t threshold_count() const { return used_; }
    [[nodiscard]] constexpr std::size_t slot_count() const { return slot_count_; }

private:
    using Key = OrderedBits<T>;
    using Feature = std::conditional_t<Features <= 256, std::uint8_t, std::uint16_t>;

    /// How many of `size` thresholds are below the key. Halves without a branch that depends on them.
    [[nodiscard]] constexpr std::size_t rank_of(Key key, std::size_t first, std::size_t size) const {
        std::size_t low = first;
        while (size > 0) {
            const std::size_t middle = low + (size + 1) / 2;
            low = thresholds_[middle - 1] < key ? middle : low;
            size /= 2;
        }
        return low - first;
    }

    std::array<Key, Thresholds> thresholds_{};
    std::array<Feature, Slots> slot_features_{};
    std::array<std::uint8_t, Slots> slot_sizes_{};
    std::uint32_t used_ = 0;
    std::uint32_t finished_ = 0;  // thresholds of finished features
    std::uint32_t slot_count_ = 0;
};

}  // namespace mote
