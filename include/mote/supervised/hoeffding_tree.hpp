// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/exponential.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/random.hpp"
#include "mote/core/roots.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/gaussian_observers.hpp"

namespace mote {

struct HoeffdingConfig {
    std::size_t leaves = 32;         // at most; a full tree learns on, but grows no further
    std::size_t learners = leaves;   // leaves that observe features at one time: the most promising ones
    std::size_t tried_features = 0;  // each leaf observes so many, drawn at random; 0: all
    std::size_t thresholds = 10;     // tried for each feature
};

template <HoeffdingConfig Config, std::size_t Features>
concept valid_hoeffding_config = (Config.leaves > 0) && (Config.leaves <= 0x7fff) && (Config.learners > 0) &&
                                 (Config.learners <= Config.leaves) && (Config.tried_features <= Features) &&
                                 (Config.thresholds > 0);

template <FloatingScalar T>
struct HoeffdingOptions {
    T confidence = constant<T>(1e-7);  // probability that a split is not the best
    T tie = constant<T>(0.05);         // splits as good as each other to so many bits need not be told apart
    T grace = 200;                     // weight of samples in a leaf from one attempt to split to the next
    std::uint64_t seed = 1;            // of the features that leaves observe
};

/// A decision tree that grows from a stream, one sample at a time, and keeps none: a leaf splits when the
/// best question is better than the second best by more than chance. Leaves answer by naive Bayes where that
/// has been right more often than their majority.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. predict_proba(): [Classes], sums to one.
/// Units   x: any.
/// Errors  update() refuses an x that is not finite or whose squares are not, a label out of range, and a
///         weight that is not positive and at most 1,024 (bad_parameter). Before any sample predict() is 0.
///         In predict() a value that is no number goes to the right and says nothing to naive Bayes.
/// Memory  4 * Classes * tried_features + Classes scalars for each learner, Classes + 4 for each leaf, three
///         words for each question. Time O(depth + Classes * tried_features), and at every `grace` samples of
///         a leaf thresholds * Classes * tried_features more.
/// Source  Domingos and Hulten 2000, Mining high-speed data streams, KDD: VFDT, its bound (1), ties, and
///         the promise by which leaves are chosen to learn when memory is full; Gama, Rocha and Medas 2003,
///         KDD, and Holmes, Kirkby and Pfahringer 2005: naive Bayes in leaves, chosen by its record.
/// Endless At a weight of 2^20 a leaf halves all it has counted.
template <FloatingScalar T, std::size_t Features, std::size_t Classes,
          HoeffdingConfig Config = HoeffdingConfig{}, class LabelType = std::uint8_t>
requires can_label<LabelType, Classes> && valid_hoeffding_config<Config, Features>
class HoeffdingTree {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Options = HoeffdingOptions<T>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    constexpr HoeffdingTree() : HoeffdingTree(Options{}) {}
    constexpr explicit HoeffdingTree(const Options& options) : options_(options), random_(options.seed) {
        for (std::uint16_t& owner : owners_) owner = none;
        employ(0, 0);
    }

    constexpr Status update(Sample x, Label y, T weight = 1) {
        for (const T value : x) {
            const T scaled = value * T(0x1p12);  // so that no sum of squares can overflow
            if (!isfinite(scaled * scaled)) return Status::not_finite;
        }
        if (y >= Classes) return Status::bad_label;
        if (!(weight > 0 && weight <= 1024)) return Status::bad_parameter;
        const Place place = find(x);
        Leaf& leaf = leaves_[place.leaf];
        if (leaf.learner != none) {
            const Learner& learner = learners_[leaf.learner];
            if (first_largest(leaf.counts) == y) leaf.majority_right += weight;
            if (first_largest(log_votes(leaf, learner, x)) == y) leaf.bayes_right += weight;
            learners_[leaf.learner].observers.update(seen_by(learner, x), y, weight);
        }
        leaf.counts[y] += weight;
        const T seen = Observers::total(leaf.counts);
        if (seen - leaf.attempted >= options_.grace) {
            leaf.attempted = seen;
            attempt(place);
        }
        if (seen > longest) fade(leaf);
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        const Leaf& leaf = leaves_[find(x).leaf];
        return static_cast<Label>(trusts_bayes(leaf)
                                      ? first_largest(log_votes(leaf, learners_[leaf.learner], x))
                                      : first_largest(leaf.counts));
    }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        const Leaf& leaf = leaves_[find(x).leaf];
        const T seen = Observers::total(leaf.counts);
        Shares shares{};
        if (seen > 0 && trusts_bayes(leaf)) return softmax(log_votes(leaf, learners_[leaf.learner], x));
        for (std::size_t k = 0; k < Classes; ++k)
            shares[k] = seen > 0 ? leaf.counts[k] / seen : T(1) / Classes;
        return shares;
    }

    constexpr void reset() { *this = HoeffdingTree(options_); }

    [[nodiscard]] constexpr std::size_t leaf_count() const { return leaf_count_; }
    /// How many leaves observe features now, and may split.
    [[nodiscard]] constexpr std::size_t learner_count() const {
        std::size_t count = 0;
        for (std::size_t i = 0; i < leaf_count_; ++i) count += leaves_[i].learner != none ? 1u : 0u;
        return count;
    }

private:
    static constexpr std::size_t observed = Config.tried_features > 0 ? Config.tried_features : Features;
    static constexpr bool draws = observed < Features;
    static constexpr T longest = T(0x1p20);
    static constexpr std::uint16_t none = 0xffff;
    static constexpr std::uint16_t leaf_flag = 0x8000;

    using Observers = GaussianObservers<T, observed, Classes>;
    using Row = std::array<T, observed>;
    using Shares = typename Observers::Shares;
    using Split = typename Observers::Split;

    struct Question {
        T threshold = 0;
        std::uint16_t feature = 0;
        std::array<std::uint16_t, 2> children{};  // at most the threshold, above; leaf_flag marks a leaf
    };
    struct Leaf {
        Shares counts{};
        T attempted = 0;  // the weight seen at the last attempt to split
        T majority_right = 0, bayes_right = 0;
        std::uint16_t learner = none;
    };
    struct Learner {
        Observers observers{};
        std::array<std::uint16_t, draws ? observed : 1> chosen{};  // features, where they are drawn
    };
    struct Place {
        std::uint16_t leaf = 0, parent = none, side = 0;
    };

    [[nodiscard]] constexpr Place find(Sample x) const {
        Place place;
        std::uint16_t node = root_;
        while ((node & leaf_flag) == 0) {
            const Question& question = questions_[node];
            place.parent = node;
            place.side = x[question.feature] <= question.threshold ? 0 : 1;
            node = question.children[place.side];
        }
        place.leaf = static_cast<std::uint16_t>(node & ~leaf_flag);
        return place;
    }

    /// The values of x that this learner observes.
    [[nodiscard]] static constexpr Row seen_by([[maybe_unused]] const Learner& learner, Sample x) {
        Row values{};
        for (std::size_t i = 0; i < observed; ++i) values[i] = x[feature_of(learner, i)];
        return values;
    }

    [[nodiscard]] static constexpr std::uint16_t feature_of([[maybe_unused]] const Learner& learner,
                                                            std::size_t i) {
        if constexpr (draws) return learner.chosen[i];
        return static_cast<std::uint16_t>(i);
    }

    [[nodiscard]] static constexpr bool trusts_bayes(const Leaf& leaf) {
        return leaf.learner != none && leaf.bayes_right >= leaf.majority_right;
    }

    /// ln(P(class) p(x | class)) but for a constant; a class never seen is as good as impossible.
    [[nodiscard]] static constexpr Shares log_votes(const Leaf& leaf, const Learner& learner, Sample x) {
        const Row values = seen_by(learner, x);
        Shares votes{};
        for (std::size_t k = 0; k < Classes; ++k) {
            votes[k] = leaf.counts[k] > 0 ? log(leaf.counts[k]) + learner.observers.log_likelihood(values, k)
                                          : std::numeric_limits<T>::lowest() / 2;
        }
        return votes;
    }

    [[nodiscard]] static constexpr std::size_t first_largest(const Shares& values) {
        std::size_t best = 0;
        for (std::size_t k = 1; k < Classes; ++k) best = values[k] > values[best] ? k : best;
        return best;
    }

    /// How many samples the majority of a leaf gets wrong: what splitting it can mend at most.
    [[nodiscard]] static constexpr T promise(const Leaf& leaf) {
        return Observers::total(leaf.counts) - leaf.counts[first_largest(leaf.counts)];
    }

    constexpr void attempt(const Place& place) {
        Leaf& leaf = leaves_[place.leaf];
        if (leaf.learner == none) return engage(place.leaf);
        if (leaf_count_ == Config.leaves || promise(leaf) == 0) return;
        const Learner& learner = learners_[leaf.learner];
        Split best;
        T second = 0;  // not to split at all gains nothing
        std::uint16_t feature = 0;
        for (std::size_t i = 0; i < observed; ++i) {
            const Split split = learner.observers.best_split(i, leaf.counts, Config.thresholds);
            second = max(second, min(best.merit, split.merit));
            if (split.merit <= best.merit) continue;
            best = split;
            feature = feature_of(learner, i);
        }
        const T bound = hoeffding_bound(leaf);
        if (best.merit > 0 && (best.merit - second > bound || bound < options_.tie))
            divide(place, feature, best);
    }

    /// (1) sqrt(R^2 ln(1 / delta) / 2 n), where the gain's range R is the logarithm of the number of classes.
    [[nodiscard]] constexpr T hoeffding_bound(const Leaf& leaf) const {
        std::size_t present = 0;
        for (const T count : leaf.counts) present += count > 0 ? 1u : 0u;
        const T range = log2(static_cast<T>(max<std::size_t>(present, 2)));
        return range * sqrt(-log(options_.confidence) / (2 * Observers::total(leaf.counts)));
    }

    /// The leaf becomes a question, and one of its two leaves.
    constexpr void divide(const Place& place, std::uint16_t feature, const Split& split) {
        const std::uint16_t question = static_cast<std::uint16_t>(leaf_count_ - 1);
        const std::uint16_t added = static_cast<std::uint16_t>(leaf_count_++);
        questions_[question] = {split.threshold,
                                feature,
                                {static_cast<std::uint16_t>(place.leaf | leaf_flag),
                                 static_cast<std::uint16_t>(added | leaf_flag)}};
        (place.parent == none ? root_ : questions_[place.parent].children[place.side]) = question;
        const std::uint16_t learner = leaves_[place.leaf].learner;
        plant(place.leaf, split.left);
        plant(added, split.right);
        employ(learner, place.leaf);
        engage(added);
    }

    constexpr void plant(std::uint16_t place, const Shares& counts) {
        leaves_[place] = Leaf{};
        leaves_[place].counts = counts;
        leaves_[place].attempted = Observers::total(counts);
    }

    /// Gives the leaf a learner: one that is free, or that of the least promising leaf if this one promises
    /// more.
    constexpr void engage(std::uint16_t place) {
        std::size_t least = 0;
        for (std::size_t i = 0; i < Config.learners; ++i) {
            if (owners_[i] == none) return employ(static_cast<std::uint16_t>(i), place);
            if (promise(leaves_[owners_[i]]) < promise(leaves_[owners_[least]])) least = i;
        }
        Leaf& poorest = leaves_[owners_[least]];
        if (promise(poorest) >= promise(leaves_[place])) return;
        poorest.learner = none;
        employ(static_cast<std::uint16_t>(least), place);
    }

    constexpr void employ(std::uint16_t learner, std::uint16_t place) {
        learners_[learner] = Learner{};
        if constexpr (draws) {
            static_cast<void>(
                random_.sample_without_replacement(Features, std::span(learners_[learner].chosen)));
        }
        owners_[learner] = place;
        leaves_[place].learner = learner;
        leaves_[place].majority_right = leaves_[place].bayes_right = 0;
    }

    constexpr void fade(Leaf& leaf) {
        for (T& count : leaf.counts) count /= 2;
        leaf.attempted /= 2;
        leaf.majority_right /= 2;
        leaf.bayes_right /= 2;
        if (leaf.learner != none) learners_[leaf.learner].observers.fade();
    }

    Options options_;
    Random random_;
    std::array<Question, (Config.leaves > 1 ? Config.leaves - 1 : 1)> questions_{};
    std::array<Leaf, Config.leaves> leaves_{};
    std::array<Learner, Config.learners> learners_{};
    std::array<std::uint16_t, Config.learners> owners_{};  // the leaf of each learner
    std::size_t leaf_count_ = 1;
    std::uint16_t root_ = leaf_flag;
};

}  // namespace mote
