// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/anomaly/adwin.hpp"
#include "mote/core/change.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/poisson.hpp"
#include "mote/core/random.hpp"
#include "mote/core/running_mean.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/hoeffding_tree.hpp"

namespace mote {

struct AdaptiveForestConfig {
    std::size_t trees = 10;
    std::size_t backgrounds = (trees + 1) / 2;  // trees that may grow in reserve at one time
    std::size_t leaves = 16;                    // of a tree, at most
    std::size_t learners = leaves;              // leaves of a tree that observe features at one time
    std::size_t tried_features = 0;  // of a leaf, drawn at random; 0: one more than the square root
    std::size_t mean_weight = 6;     // of a sample in a tree: Poisson
};

template <AdaptiveForestConfig Config, std::size_t Features>
concept valid_adaptive_forest_config = (Config.trees > 0) && (Config.trees + Config.backgrounds < 0xffff) &&
                                       (Config.tried_features <= Features) && (Config.mean_weight > 0) &&
                                       (Config.mean_weight <= 20);

/// What watches the errors of a tree where nothing else is asked for. ADWIN warns at 0.01, is sure at 0.001,
/// and lets error rates fall.
template <ChangeDetector Detector>
[[nodiscard]] constexpr Detector usual_error_detector() {
    using T = typename Detector::Scalar;
    if constexpr (std::is_constructible_v<Detector, AdwinOptions<T>>) {
        return Detector(
            AdwinOptions<T>{.detected = T(0.001), .warning = T(0.01), .direction = Direction::up});
    } else {
        return Detector{};
    }
}

template <FloatingScalar T, ChangeDetector Detector>
struct AdaptiveForestOptions {
    HoeffdingOptions<T> tree{.confidence = constant<T>(0.01), .grace = 50};
    Detector detector = usual_error_detector<Detector>();  // is told 1 for an error, 0 for a right answer
    std::uint64_t seed = 1;
};

/// A forest of Hoeffding trees that follows its stream: each tree learns every sample with a weight of its
/// own, and has a detector that watches its errors. At a warning a tree begins to grow in the background;
/// when the change is certain, it takes the place of the old one.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. predict_proba(): [Classes], sums to one.
/// Units   x: any.
/// Errors  As HoeffdingTree. Where more trees are warned than `backgrounds`, the others begin with nothing
///         when their change is certain.
/// Memory  trees + backgrounds Hoeffding trees, and a detector for each tree; never allocates. Time that of
///         as many trees, and of a detector each.
/// Source  Gomes et al. 2017, Adaptive random forests for evolving data stream classification, Machine
///         Learning 106:1469-1495, algorithms 1 and 2: Poisson(6) weights, sqrt(M) + 1 features a leaf, votes
///         weighted by accuracy since the tree began. Deviation: one detector gives both warning and
///         detection, where the paper has two of the same kind; falls of the error rate are no change;
///         reserves are bounded.
template <FloatingScalar T, std::size_t Features, std::size_t Classes,
          AdaptiveForestConfig Config = AdaptiveForestConfig{}, ChangeDetector Detector = Adwin<T, 12>,
          class LabelType = std::uint8_t>
requires can_label<LabelType, Classes> && valid_adaptive_forest_config<Config, Features>
class AdaptiveRandomForest {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Options = AdaptiveForestOptions<T, Detector>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr std::size_t trees = Config.trees;

    constexpr explicit AdaptiveRandomForest(const Options& options = Options{})
        : seed_(options.seed), random_(options.seed) {
        for (std::size_t i = 0; i < pool_.size(); ++i) {
            auto of_tree = options.tree;
            of_tree.seed = options.seed + 1 + i;
            pool_[i] = Tree(of_tree);
        }
        for (std::size_t i = 0; i < trees; ++i) {
            members_[i].detector = options.detector;
            members_[i].tree = static_cast<std::uint16_t>(i);
        }
        for (std::size_t i = 0; i < Config.backgrounds; ++i) {
            spare_[i] = static_cast<std::uint16_t>(trees + i);
        }
    }

    constexpr Status update(Sample x, Label y) {
        for (const T value : x) {
            const T scaled = value * T(0x1p12);  // what a tree refuses, before any of them has learnt it
            if (!isfinite(scaled * scaled)) return Status::not_finite;
        }
        if (y >= Classes) return Status::bad_label;
        for (Member& member : members_) learn(member, x, y);
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        const Shares sum = votes(x);
        std::size_t best = 0;
        for (std::size_t k = 1; k < Classes; ++k) best = sum[k] > sum[best] ? k : best;
        return static_cast<Label>(best);
    }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        Shares shares = votes(x);
        const T sum = GaussianObservers<T, 1, Classes>::total(shares);
        for (T& share : shares) share /= sum;
        return shares;
    }

    constexpr void reset() {
        random_ = Random(seed_);
        for (Tree& tree : pool_) tree.reset();
        for (std::size_t i = 0; i < trees; ++i) {
            Member& member = members_[i];
            member.detector.reset();
            member = Member{member.detector, {}, static_cast<std::uint16_t>(i), none, false};
        }
        for (std::size_t i = 0; i < Config.backgrounds; ++i) {
            spare_[i] = static_cast<std::uint16_t>(trees + i);
        }
        spare_count_ = Config.backgrounds;
        replaced_ = 0;
    }

    /// How often a tree was replaced, and how many grow in the background.
    [[nodiscard]] constexpr std::uint32_t replaced() const { return replaced_; }
    [[nodiscard]] constexpr std::size_t growing() const { return Config.backgrounds - spare_count_; }

private:
    static constexpr std::uint16_t none = 0xffff;
    static constexpr std::size_t tried = [] {
        std::size_t root = 1;
        while ((root + 1) * (root + 1) <= Features) ++root;
        return Config.tried_features > 0 ? Config.tried_features : root < Features ? root + 1 : Features;
    }();

    using Tree =
        HoeffdingTree<T, Features, Classes,
                      HoeffdingConfig{
                          .leaves = Config.leaves, .learners = Config.learners, .tried_features = tried},
                      Label>;
    using Shares = std::array<T, Classes>;

    struct Member {
        Detector detector{};
        RunningMean<T> right{};  // the share of right answers since the tree began
        std::uint16_t tree = 0, background = none;
        bool warned = false;
    };

    [[nodiscard]] constexpr Shares votes(Sample x) const {
        Shares sum{};
        for (const Member& member : members_) {
            const Shares shares = pool_[member.tree].predict_proba(x);
            // A tree that has just begun is not known to be wrong.
            const T weight = member.right.count == 0 ? T(1) : max(member.right.mean, T(0.001));
            for (std::size_t k = 0; k < Classes; ++k) sum[k] += weight * shares[k];
        }
        return sum;
    }

    constexpr void learn(Member& member, Sample x, Label y) {
        const bool wrong = pool_[member.tree].predict(x) != y;
        member.right.update(wrong ? T(0) : T(1));
        if (const T weight = static_cast<T>(Poisson<Config.mean_weight>::draw(random_)); weight > 0) {
            pool_[member.tree].update(x, y, weight);
            if (member.background != none) pool_[member.background].update(x, y, weight);
        }
        const Change change = member.detector.observe(wrong ? T(1) : T(0));
        if (change == Change::detected) replace(member);
        if (change == Change::warning && !member.warned) prepare(member);
        member.warned = change == Change::warning;
    }

    /// A warning after a quiet time makes a background tree begin, or begin again.
    constexpr void prepare(Member& member) {
        if (member.background == none) {
            if (spare_count_ == 0) return;
            member.background = spare_[--spare_count_];
        }
        pool_[member.background].reset();
    }

    constexpr void replace(Member& member) {
        if (member.background == none) {
            pool_[member.tree].reset();
        } else {
            spare_[spare_count_++] = member.tree;
            member.tree = member.background;
            member.background = none;
        }
        member.detector.reset();
        member.right = {};
        if (replaced_ < ~std::uint32_t{0}) ++replaced_;
    }

    std::uint64_t seed_;
    Random random_;
    std::array<Tree, Config.trees + Config.backgrounds> pool_{};
    std::array<Member, Config.trees> members_{};
    std::array<std::uint16_t, (Config.backgrounds > 0 ? Config.backgrounds : 1)> spare_{};
    std::size_t spare_count_ = Config.backgrounds;
    std::uint32_t replaced_ = 0;
};

}  // namespace mote
