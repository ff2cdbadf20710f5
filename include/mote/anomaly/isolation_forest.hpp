// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>
#include <utility>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/ranges.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// The paper's values; for 16 KB of RAM take 20 trees of 64 samples.
struct IsolationForestConfig {
    std::size_t trees = 100;
    std::size_t samples = 256;  // rows that a tree sees, 2 .. 4,096; its depth is the logarithm of that
};

template <IsolationForestConfig Config>
concept valid_isolation_forest_config =
    Config.trees > 0 && Config.trees <= 10'000 && Config.samples >= 2 && Config.samples <= 4096;

/// Isolation forest: random trees cut space until every row of a small sample is alone. A row that few cuts
/// isolate is anomalous.
///
/// Shapes  x: [Features]. score(): 0 .. 1; about 0.5 is usual. path_length(): the integer behind it.
/// Units   x: any, one unit per feature.
/// Errors  fit() refuses fewer than two rows, values that are not finite and ranges that are not. score() is
///         0 for an x that is not finite and before fit(). A constant feature is never cut.
/// Memory  per tree 5 * 2^depth bytes (6 for more than 256 features), 3 * Features scalars; fit() 4 * samples
///         bytes of stack. score() takes trees * depth comparisons and one exponential; fit() O(trees *
///         (n + samples * depth)).
/// Source  Liu, Ting, Zhou 2008, Isolation forest, ICDM: 413-422, (1) is its equation 1, (2) its equation 2,
///         grow() its algorithm 2. Deviations: features have 16 bits over the range they were seen in and
///         path lengths 8 bits behind the point, so that path_length() is equal on every target; harmonic
///         numbers are summed up, not approximated; a feature that is constant in a node is passed over.
template <FloatingScalar T, std::size_t Features, IsolationForestConfig Config = IsolationForestConfig{}>
requires valid_isolation_forest_config<Config>
class IsolationForest {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Score = T;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t depth = std::bit_width(Config.samples - 1);
    static constexpr std::uint32_t unit = 256;  // path_length() of one step in one tree

    constexpr explicit IsolationForest(std::uint64_t seed = 1) : seed_(seed) {}

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.size() < 2) return Status::too_few_rows;
        if (rows.size() > std::numeric_limits<std::uint32_t>::max()) return Status::bad_parameter;
        if (const Status status = check_ranges(rows); status != Status::ok) return status;
        for (std::size_t i = 0; i < Features; ++i) {
            const Range<T> range = range_of(rows, i);
            low_[i] = range.low;
            factors_[i] = factor_to(T(highest_place), range);
        }
        const std::size_t drawn = min(rows.size(), Config.samples);
        Grower grower{*this, rows, Random(seed_)};
        for (Tree& tree : trees_) grower.grow(tree, drawn);
        usual_ = static_cast<std::uint32_t>(Config.trees * expected_lengths[drawn]);
        return Status::ok;
    }

    /// (2) 2^(-mean path length / its expectation)
    [[nodiscard]] constexpr T score(Sample x) const {
        if (usual_ == 0 || !all_finite(x)) return 0;
        constexpr T ln2 = static_cast<T>(0.693147180559945309417L);
        return exp(-ln2 * static_cast<T>(path_length(x)) / static_cast<T>(usual_));
    }

    /// Cuts until x is alone, summed over the trees, times `unit`: lower is more anomalous. x is finite.
    [[nodiscard]] constexpr std::uint32_t path_length(Sample x) const {
        std::array<Place, Features> places{};
        for (std::size_t i = 0; i < Features; ++i) places[i] = locate(x[i], i);
        std::array<std::uint16_t, Config.trees> nodes{};
        nodes.fill(1);
        // All trees go down level by level, since the steps of one wait for each other.
        for (std::size_t level = 0; level < depth; ++level) {
            for (std::size_t t = 0; t < Config.trees; ++t) {
                const std::size_t node = nodes[t];
                const bool right = places[trees_[t].features[node]] > trees_[t].thresholds[node];
                nodes[t] = static_cast<std::uint16_t>(2 * node + (right ? 1 : 0));
            }
        }
        std::uint32_t sum = 0;
        for (std::size_t t = 0; t < Config.trees; ++t) sum += trees_[t].lengths[nodes[t] - leaves];
        return sum;
    }

    constexpr void reset() { *this = IsolationForest(seed_); }

private:
    static constexpr std::size_t leaves = std::size_t{1} << depth;
    using Place = std::uint16_t;   // within the range of a feature
    using Length = std::uint16_t;  // of a path, times unit
    using Feature = std::conditional_t<(Features <= 256), std::uint8_t, std::uint16_t>;
    static constexpr Place highest_place = 0xffff;

    /// A heap: the root is node 1, the children of n are 2 n and 2 n + 1. Below a leaf above the last level
    /// no place exceeds the thresholds, so that every way ends on the last level, in its leftmost leaf.
    struct Tree {
        std::array<Place, leaves> thresholds{};
        std::array<Length, leaves> lengths{};
        std::array<Feature, leaves> features{};
    };

    /// (1) c(n) * unit: the mean length of an unsuccessful search among n, 2 H(n - 1) - 2 (n - 1) / n.
    static constexpr auto expected_lengths = [] {
        std::array<Length, Config.samples + 1> result{};
        double harmonic = 0;
        for (std::size_t n = 2; n <= Config.samples; ++n) {
            harmonic += 1.0 / static_cast<double>(n - 1);
            const double expected = 2 * harmonic - 2 * static_cast<double>(n - 1) / static_cast<double>(n);
            result[n] = static_cast<Length>(expected * unit + 0.5);
        }
        return result;
    }();

    [[nodiscard]] constexpr Place locate(T value, std::size_t i) const {
        return static_cast<Place>(clamp((value - low_[i]) * factors_[i], T{0}, T(highest_place)));
    }

    struct Grower {
        using Member = std::uint32_t;
        using Members = std::span<Member>;

        const IsolationForest& forest;
        Rows<T, Features> rows;
        Random random;
        std::array<Member, Config.samples> drawn{};
        std::array<Feature, Features> order{};  // of trying features

        constexpr void grow(Tree& tree, std::size_t samples) {
            for (std::size_t i = 0; i < Features; ++i) order[i] = static_cast<Feature>(i);
            const Members members = std::span(drawn).first(samples);
            static_cast<void>(
                random.sample_without_replacement(static_cast<std::uint32_t>(rows.size()), members));
            tree.thresholds.fill(highest_place);
            divide(tree, 1, members);
        }

        [[nodiscard]] constexpr Place place(Member member, std::size_t feature) const {
            return forest.locate(rows[member][feature], feature);
        }

        /// Recursive, `depth` deep.
        constexpr void divide(Tree& tree, std::size_t node, Members members) {
            const std::size_t level = static_cast<std::size_t>(std::bit_width(node)) - 1;
            if (level == depth || members.size() < 2 || !choose_cut(tree, node, members)) {
                const std::size_t leaf = (node << (depth - level)) - leaves;
                tree.lengths[leaf] = static_cast<Length>(level * unit + expected_lengths[members.size()]);
                return;
            }
            std::size_t left = 0;
            for (Member& member : members) {
                if (place(member, tree.features[node]) <= tree.thresholds[node]) {
                    std::swap(member, members[left++]);
                }
            }
            divide(tree, 2 * node, members.first(left));
            divide(tree, 2 * node + 1, members.subspan(left));
        }

        /// A random feature that varies among the members, and a random place between its ends.
        constexpr bool choose_cut(Tree& tree, std::size_t node, Members members) {
            for (std::size_t left = Features; left > 0; --left) {
                std::swap(order[left - 1], order[random.below(static_cast<std::uint32_t>(left))]);
                const std::size_t feature = order[left - 1];
                Place low = highest_place, high = 0;
                for (const Member member : members) {
                    low = min(low, place(member, feature));
                    high = max(high, place(member, feature));
                }
                if (low >= high) continue;
                tree.features[node] = static_cast<Feature>(feature);
                tree.thresholds[node] = static_cast<Place>(low + random.below(std::uint32_t{high} - low));
                return true;
            }
            return false;
        }
    };

    std::array<Tree, Config.trees> trees_{};
    Row low_{}, factors_{};
    std::uint32_t usual_ = 0;  // the expected sum of path lengths; 0 before fit()
    std::uint64_t seed_;
};

}  // namespace mote
