// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/anomaly/random_cut_tree.hpp"
#include "mote/anomaly/stream_window.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

struct RandomCutConfig {
    std::size_t trees = 30;
    std::size_t points = 256;   // in each tree
    std::size_t shingle = 4;    // samples that make one point
    std::size_t stride = 10;    // a full tree takes one sample in so many, so it reaches points * stride back
    std::size_t warm_up = 128;  // samples that tell the range
};

template <RandomCutConfig Config>
concept valid_random_cut_config = Config.trees > 0 && Config.points >= 2 && Config.points <= 16'384 &&
                                  Config.shingle > 0 && Config.stride > 0 && Config.warm_up > 0;

/// Robust random cut forest: how much would the latest samples, as one point, disturb trees of those before?
///
/// Shapes  x: [Features]; a point is the last `shingle` of them. score(): an integer.
/// Units   x: any. Score: codisplacement in 1/256, mean over the trees: 256 for a point no stranger than
///         the others, 256 * points for one that stands alone.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is every score before the trees
///         hold an eighth of their points.
/// Memory  per tree and point 6 * Features * shingle + 18 bytes: 322 KB for the defaults, 13.4 KB for 10
///         trees of 32 points. Time O(trees * depth * Features * shingle).
/// Source  Guha, Mishra, Roy, Schrijvers 2016, ICML: 2712-2721. Samples are kept by a biased reservoir
///         (Aggarwal 2006, VLDB: 607-618, algorithm 3.1): a full tree takes a sample with probability 1 /
///         stride in place of one of its own at random. Deviations: see RandomCutTree; the range is learnt
///         from a warm-up and cut into 1,024 steps, so that scores are equal on every target.
template <FloatingScalar T, std::size_t Features, RandomCutConfig Config = RandomCutConfig{}>
requires valid_random_cut_config<Config>
class RandomCutForest {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Score = std::uint32_t;
    using Tree = RandomCutTree<Features * Config.shingle, Config.points>;
    using Point = typename Tree::Point;
    static constexpr std::size_t features = Features;

    constexpr explicit RandomCutForest(std::uint64_t seed = 1) : random_(seed), seed_(seed) {}

    [[nodiscard]] constexpr Score score(Sample x) const {
        if (!ready() || !all_finite(x)) return 0;
        return displacement(shingle_with(recent_.place(x)));
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        if (!recent_.known()) {
            recent_.learn_range(x);
            return Status::ok;
        }
        const auto places = recent_.place(x);
        shingle_ = shingle_with(places);
        recent_.push(places);
        if (filled_ < Config.shingle) ++filled_;
        if (filled_ == Config.shingle) learn();
        if (recent_.obsolete()) reset();
        return Status::ok;
    }

    constexpr Score observe(Sample x) {
        const Score result = score(x);
        update(x);
        return result;
    }

    /// Forgets the stream; keeps the seed.
    constexpr void reset() { *this = RandomCutForest(seed_); }

    [[nodiscard]] constexpr bool ready() const { return trees_[0].size() >= (Config.points + 7) / 8; }
    [[nodiscard]] constexpr const std::array<Tree, Config.trees>& trees() const { return trees_; }

private:
    [[nodiscard]] constexpr Point shingle_with(const std::array<std::int16_t, Features>& newest) const {
        Point shingle{};
        for (std::size_t i = 0; i < Features; ++i) shingle[i] = newest[i];
        for (std::size_t i = Features; i < shingle.size(); ++i) shingle[i] = shingle_[i - Features];
        return shingle;
    }

    [[nodiscard]] constexpr Score displacement(const Point& point) const {
        Random random = random_;
        std::uint64_t sum = 0;
        for (const Tree& tree : trees_) sum += tree.codisplacement(point, random);
        return static_cast<Score>(sum / Config.trees);
    }

    constexpr void learn() {
        for (Tree& tree : trees_) {
            if (tree.size() == Config.points) {
                if (random_.below(static_cast<std::uint32_t>(Config.stride)) != 0) continue;
                tree.forget(random_.below(static_cast<std::uint32_t>(Config.points)));
            }
            tree.insert(shingle_, random_);
        }
    }

    std::array<Tree, Config.trees> trees_{};
    StreamWindow<T, Features, 1> recent_{static_cast<std::uint32_t>(Config.warm_up)};
    Point shingle_{};  // the latest samples, newest first
    std::size_t filled_ = 0;
    Random random_;
    std::uint64_t seed_;
};

}  // namespace mote
