// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sort.hpp"
#include "mote/supervised/tree.hpp"

namespace mote {

struct TreeShape {
    std::size_t features = 1;
    std::size_t leaves = 1;
    std::size_t depth = 1;
    std::size_t tried_features = 1;  // drawn anew for every node; all of them: none is drawn
    bool random_thresholds = false;  // one per feature, uniform over its range in the node
};

/// When a node is not split, and how much a leaf must gain to stay.
template <FloatingScalar T>
struct TreeLimits {
    std::size_t min_samples_split = 2;
    std::size_t min_samples_leaf = 1;
    T ccp_alpha = 0;
};

/// A split and what it gains in all; no split gains less than nothing.
template <FloatingScalar T>
struct GainingSplit : Split<T> {
    T gain = -1;
};

/// Finds the best split of a node. A node's rows are a stretch, begin to end, of one array that is parted in
/// place.
///
/// Memory  8 bytes a row (T = float, up to 65,535 rows), 2 bytes a feature. Time O(features * n log n).
/// Source  Breiman, Friedman, Olshen, Stone 1984, Classification and Regression Trees, section 2.4. A
///         missing value goes to the side where it gains more; where none was seen, to the heavier one.
template <class Tally, class Answer, TreeShape Shape, std::size_t Rows>
class TreeSplitter {
public:
    using T = typename Tally::Scalar;
    using Data = Dataset<T, Shape.features, Answer>;
    static constexpr TreeShape shape = Shape;
    using Index = std::conditional_t<Rows <= 0xffff, std::uint16_t, std::uint32_t>;

    /// What to learn from: `data`, tallies that start as `empty`, and chance where the shape asks for it or
    /// where it shall decide which of the features comes first, whose split is taken of equally good ones.
    struct Task {
        Data data;
        Tally empty;
        TreeLimits<T> limits;
        Random& random;
        bool any_order = false;
    };

    /// Takes each row once.
    constexpr void take_all(const Data& data) {
        for (std::size_t i = 0; i < Shape.features; ++i) order_[i] = static_cast<std::uint16_t>(i);
        used_ = data.size();
        for (std::size_t i = 0; i < used_; ++i) entries_[i] = {0, static_cast<Index>(i), 1};
    }

    /// Takes as many rows as there are, drawn with replacement.
    constexpr void take_bootstrap(const Data& data, Random& random) {
        take_all(data);
        for (std::size_t i = 0; i < used_; ++i) entries_[i].times = 0;
        const auto count = static_cast<std::uint32_t>(used_);
        for (std::size_t i = 0; i < used_; ++i) ++entries_[random.below(count)].times;
        std::size_t kept = 0;
        for (std::size_t i = 0; i < used_; ++i) {
            if (entries_[i].times > 0) entries_[kept++] = entries_[i];
        }
        used_ = kept;
    }

    /// The numbers of the rows taken, in no order.
    template <class Callback>
    constexpr void for_each_row(Callback callback) const {
        for (std::size_t i = 0; i < used_; ++i) callback(std::size_t{entries_[i].row});
    }

    [[nodiscard]] constexpr std::size_t size() const { return used_; }

    [[nodiscard]] constexpr Tally tally(const Task& task, std::size_t begin, std::size_t end) const {
        Tally result = task.empty;
        for (std::size_t i = begin; i < end; ++i) count(task, i, result);
        return result;
    }

    /// The split that gains most of the rows from begin to end, whose tally is `all`.
    [[nodiscard]] constexpr GainingSplit<T> find(const Task& task, const Tally& all, std::size_t begin,
                                                 std::size_t end) {
        Node node{begin, end, {}};
        bool varied = false;
        for (std::size_t i = 0; i < Shape.features && (i < Shape.tried_features || !varied); ++i) {
            if (Shape.tried_features < Shape.features || task.any_order) {
                const std::uint32_t left = static_cast<std::uint32_t>(Shape.features - i);
                std::swap(order_[i], order_[i + task.random.below(left)]);
            }
            varied |= try_feature(task, node, all, order_[i]);
        }
        return node.best;
    }

    /// Puts the rows that go left first; returns where the others begin.
    constexpr std::size_t part(const Task& task, const Split<T>& split, std::size_t begin, std::size_t end) {
        std::size_t middle = begin;
        for (std::size_t i = begin; i < end; ++i) {
            const T value = task.data.rows[entries_[i].row][split.feature];
            if (split.goes_left(value)) std::swap(entries_[i], entries_[middle++]);
        }
        return middle;
    }

private:
    struct Entry {
        T value;  // of the feature that is looked at
        Index row;
        std::uint16_t times;
    };

    struct Node {
        std::size_t begin, end;
        GainingSplit<T> best;
    };

    constexpr void count(const Task& task, std::size_t i, Tally& tally) const {
        tally.add(task.data.labels[entries_[i].row], static_cast<T>(entries_[i].times));
    }

    /// Looks for a better split by this feature; false where all its values are the same.
    constexpr bool try_feature(const Task& task, Node& node, const Tally& all, std::uint16_t feature) {
        const std::size_t present = load(task, node, feature);
        if (present == node.begin) return false;
        const auto values = std::span(entries_).subspan(node.begin, present - node.begin);
        if constexpr (Shape.random_thresholds) {
            if (!place_at_random(task, values)) return false;
        } else {
            sort_by(values, [](const Entry& entry) { return entry.value; });
            if (values.front().value == values.back().value && present == node.end) return false;
        }
        const Tally missing = tally(task, present, node.end);
        for (const bool missing_left : {false, true}) {
            if (missing_left && present == node.end) break;
            sweep(task, node, all, missing_left ? missing : task.empty, present,
                  Split<T>{0, feature, missing_left});
        }
        return true;
    }

    /// Fetches the feature of the node's rows and puts the missing ones last; returns where those begin.
    constexpr std::size_t load(const Task& task, const Node& node, std::size_t feature) {
        std::size_t present = node.end;
        for (std::size_t i = node.begin; i < present;) {
            entries_[i].value = task.data.rows[entries_[i].row][feature];
            if (is_missing(entries_[i].value)) {
                std::swap(entries_[i], entries_[--present]);
            } else {
                ++i;
            }
        }
        return present;
    }

    /// Leaves two values: what is not above a random threshold takes the threshold's, the rest the highest.
    constexpr bool place_at_random(const Task& task, std::span<Entry> values) {
        T low = values[0].value, high = low;
        for (const Entry& entry : values) {
            low = min(low, entry.value);
            high = max(high, entry.value);
        }
        const T drawn = low + task.random.template uniform<T>() * (high - low);
        const T threshold = drawn < high ? drawn : low;
        std::size_t below = 0;
        for (std::size_t i = 0; i < values.size(); ++i) {
            const bool left = values[i].value <= threshold;
            values[i].value = left ? threshold : high;
            if (left) std::swap(values[i], values[below++]);
        }
        return low < high;
    }

    /// Moves the sorted rows to the left one by one and keeps the split that gains most.
    constexpr void sweep(const Task& task, Node& node, const Tally& all, Tally left, std::size_t present,
                         Split<T> split) {
        const T before = all.score();
        const std::size_t missing_left = split.missing_left ? node.end - present : 0;
        const std::size_t stop = present == node.end || split.missing_left ? present - 1 : present;
        for (std::size_t i = node.begin; i < stop; ++i) {
            count(task, i, left);
            const T value = entries_[i].value;
            if (i + 1 < present && entries_[i + 1].value == value) continue;
            const std::size_t on_the_left = i + 1 - node.begin + missing_left;
            const std::size_t on_the_right = node.end - node.begin - on_the_left;
            if (min(on_the_left, on_the_right) < task.limits.min_samples_leaf) continue;
            const Tally right = all.without(left);
            const T gain = max(left.score() + right.score() - before, T(0));
            if (!(gain > node.best.gain)) continue;
            split.threshold = i + 1 < present && !Shape.random_thresholds
                                  ? detail::between(value, entries_[i + 1].value)
                                  : value;
            if (present == node.end) split.missing_left = left.weight() >= right.weight();
            node.best = {split, gain};
        }
    }

    std::array<Entry, Rows> entries_{};
    std::array<std::uint16_t, Shape.features> order_{};
    std::size_t used_ = 0;
};

}  // namespace mote
