// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/forest_answers.hpp"
#include "mote/supervised/threshold_ranks.hpp"
#include "mote/supervised/tree.hpp"

namespace mote {

/// All thresholds of a forest, feature by feature in ascending order, each once, as numbers that compare as
/// the floats do.
///
/// Memory  4 bytes (T = float) a threshold and a feature.
template <FloatingScalar T, std::size_t Features, std::size_t Capacity>
class ForestThresholds {
public:
    using Key = OrderedBits<T>;

    /// Once, from empty.
    template <class Forest>
    constexpr Status collect(const Forest& forest) {
        for (std::size_t feature = 0; feature < Features; ++feature) {
            bool fits = true;
            for_each_split(forest, [&](const Split<T>& split) {
                if (split.feature == feature) fits = fits && add(threshold_key(split.threshold), feature);
            });
            if (!fits) return Status::capacity_full;
            starts_[feature + 1] = used_;
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr std::span<const Key> of(std::size_t feature) const {
        return std::span(thresholds_).subspan(first(feature), starts_[feature + 1] - starts_[feature]);
    }

    /// The number of the feature's first threshold.
    [[nodiscard]] constexpr std::size_t first(std::size_t feature) const { return starts_[feature]; }

    /// The number of a split's threshold, which was collected.
    [[nodiscard]] constexpr std::size_t find(const Split<T>& split) const {
        return place(threshold_key(split.threshold), split.feature, starts_[split.feature + 1u]);
    }

    [[nodiscard]] constexpr std::size_t size() const { return used_; }

private:
    [[nodiscard]] constexpr std::size_t place(Key key, std::size_t feature, std::size_t end) const {
        const Key* all = thresholds_.data();
        return static_cast<std::size_t>(std::lower_bound(all + first(feature), all + end, key) - all);
    }

    constexpr bool add(Key key, std::size_t feature) {
        const std::size_t at = place(key, feature, used_);
        if (at < used_ && thresholds_[at] == key) return true;
        if (used_ == Capacity) return false;
        for (std::size_t i = used_++; i > at; --i) thresholds_[i] = thresholds_[i - 1];
        thresholds_[at] = key;
        return true;
    }

    std::array<Key, Capacity> thresholds_{};
    std::array<std::uint32_t, Features + 1> starts_{};
    std::uint32_t used_ = 0;
};

}  // namespace mote
