// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <tuple>
#include <utility>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sort.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/boosting_loss.hpp"
#include "mote/supervised/histogram_splitter.hpp"
#include "mote/supervised/tree_trainer.hpp"

namespace mote {

/// How to learn, by scikit-learn's names.
template <FloatingScalar T>
struct BoostingOptions {
    T learning_rate = T(0.1);
    T l2_regularization = 0;
    std::size_t min_samples_leaf = 20;
    T subsample = 1;                    // the share of rows that each round learns from, drawn anew
    T validation_fraction = 0;          // rows kept apart to tell when to stop; 0: all rounds are made
    std::size_t n_iter_no_change = 10;  // rounds without a better loss on those rows, after which to stop
    T tol = T(1e-7);                    // what counts as better
    std::uint64_t seed = 1;

    [[nodiscard]] constexpr Status check(std::size_t rows) const {
        const bool good = learning_rate > 0 && isfinite(learning_rate) && l2_regularization >= 0 &&
                          isfinite(l2_regularization) && min_samples_leaf > 0 && subsample > 0 &&
                          subsample <= 1 && validation_fraction >= 0 && validation_fraction < 1 &&
                          n_iter_no_change > 0 && tol >= 0;
        if (!good) return Status::bad_parameter;
        return validation_rows(rows) < rows ? Status::ok : Status::too_few_rows;
    }

    [[nodiscard]] constexpr std::size_t validation_rows(std::size_t rows) const {
        const T share = validation_fraction * static_cast<T>(rows);
        const auto whole = static_cast<std::size_t>(share);
        return whole + (static_cast<T>(whole) < share ? 1 : 0);
    }
};

/// The memory in which ensembles are boosted, for at most `Rows` rows: one tree's trainer, and the scores so
/// far.
///
/// Memory  that of HistogramSplitter; 4 * (outputs + 1) + 2 bytes a row (T = float), 24 for each of 2 *
///         leaves - 1 nodes.
template <class LossType, FloatingScalar T, TreeShape Shape, std::size_t Bins, std::size_t Rows>
class BoostingTrainer : public TreeTrainer<HistogramSplitter<T, Shape, Bins, Rows>> {
public:
    using Loss = LossType;
    using Scores = typename Loss::Scores;
    using Options = BoostingOptions<T>;

    /// Writes one tree after the other, each for one output; returns the number of rounds worth keeping.
    template <class Data, class Trees>
    constexpr std::size_t boost(const Data& data, const Loss& loss, const Options& options, Scores& start,
                                Trees& trees) {
        prepare(data, loss, options, start);
        Random random(options.seed);
        if (learnt_ < data.size()) random.shuffle(std::span(order_).first(data.size()));
        constexpr std::size_t rounds = std::tuple_size_v<Trees> / Loss::outputs;
        std::size_t best = 0;
        T least = validation_loss(data, loss);
        for (std::size_t round = 0; round < rounds; ++round) {
            draw_rows(options.subsample, random);
            for (std::size_t i = 0; i < data.size(); ++i) norms_[i] = loss.norm(scores_[i]);
            for (std::size_t k = 0; k < Loss::outputs; ++k) {
                grow_for(k, data, loss, options, trees[round * Loss::outputs + k]);
            }
            if (learnt_ == data.size()) continue;
            const T now = validation_loss(data, loss);
            if (now < least - options.tol) {
                least = now;
                best = round + 1;
            } else if (round - best + 1 == options.n_iter_no_change) {
                break;
            }
        }
        return learnt_ == data.size() ? rounds : best;
    }

private:
    using Base = TreeTrainer<HistogramSplitter<T, Shape, Bins, Rows>>;
    using Index = typename Base::Splitter::Index;

    template <class Data>
    constexpr void prepare(const Data& data, const Loss& loss, const Options& options, Scores& start) {
        this->begin();
        this->splitter().take_bins(data.rows, norms_);
        for (std::size_t i = 0; i < data.size(); ++i) order_[i] = static_cast<Index>(i);
        learnt_ = data.size() - options.validation_rows(data.size());
        start = loss.start(data.labels);
        if constexpr (Loss::by_quantile) {
            for (std::size_t i = 0; i < data.size(); ++i)
                this->splitter().gradients()[i] = {0, data.labels[i]};
            start[0] = quantile(this->splitter().gradients().first(data.size()), loss.quantile);
        }
        for (std::size_t i = 0; i < data.size(); ++i) scores_[i] = start;
    }

    /// Moves the chosen ones of the learnt rows to the front.
    constexpr void draw_rows(T share, Random& random) {
        const std::size_t chosen =
            max(static_cast<std::size_t>(share * static_cast<T>(learnt_)), std::size_t{1});
        for (std::size_t i = 0; i < chosen && chosen < learnt_; ++i) {
            std::swap(order_[i], order_[i + random.below(static_cast<std::uint32_t>(learnt_ - i))]);
        }
        this->splitter().take(std::span<const Index>(order_).first(chosen));
    }

    template <class Data, class SomeTree>
    constexpr void grow_for(std::size_t output, const Data& data, const Loss& loss, const Options& options,
                            SomeTree& tree) {
        auto& splitter = this->splitter();
        for (std::size_t i = 0; i < data.size(); ++i) {
            splitter.gradients()[i] = loss.gradient(scores_[i][output], norms_[i], data.labels[i], output);
        }
        const TreeLimits<T> limits{.min_samples_leaf = options.min_samples_leaf};
        this->grow({data.rows, {options.learning_rate, options.l2_regularization}, limits}, tree);
        if constexpr (Loss::by_quantile) write_quantiles(data, loss, options.learning_rate, tree);
        for (std::size_t i = 0; i < data.size(); ++i) scores_[i][output] += tree.find(data.rows[i]);
    }

    /// Each leaf becomes a quantile of what its rows' targets are above their scores. The gradients are not
    /// needed any more: their memory takes the number of the leaf, and that gap.
    template <class Data, class SomeTree>
    constexpr void write_quantiles(const Data& data, const Loss& loss, T rate, SomeTree& tree) {
        const auto gaps = this->splitter().gradients();
        std::size_t count = 0;
        this->splitter().for_each_row([&](std::size_t row) {
            const auto leaf = static_cast<T>(tree.find_index(data.rows[row]));
            gaps[count++] = {leaf, data.labels[row] - scores_[row][0]};
        });
        sort_by(gaps.first(count), [](const Gradient<T>& gap) { return gap.slope; });
        for (std::size_t begin = 0, end = 0; begin < count; begin = end) {
            while (end < count && gaps[end].slope == gaps[begin].slope) ++end;
            const T value = quantile(gaps.subspan(begin, end - begin), loss.quantile);
            tree.set_leaf(static_cast<std::size_t>(gaps[begin].slope), rate * value);
        }
    }

    /// Interpolated between the two nearest ranks as in numpy. Sorts.
    [[nodiscard]] static constexpr T quantile(std::span<Gradient<T>> gaps, T probability) {
        sort_by(gaps, [](const Gradient<T>& gap) { return gap.curvature; });
        const T place = probability * static_cast<T>(gaps.size() - 1);
        const auto rank = static_cast<std::size_t>(place);
        const T low = gaps[rank].curvature, high = gaps[min(rank + 1, gaps.size() - 1)].curvature;
        return low + (high - low) * (place - static_cast<T>(rank));
    }

    template <class Data>
    [[nodiscard]] constexpr T validation_loss(const Data& data, const Loss& loss) const {
        T sum = 0;
        for (std::size_t i = learnt_; i < data.size(); ++i)
            sum += loss(scores_[order_[i]], data.labels[order_[i]]);
        return sum / static_cast<T>(max(data.size() - learnt_, std::size_t{1}));
    }

    std::array<Scores, Rows> scores_{};
    std::array<T, Rows> norms_{};
    std::array<Index, Rows> order_{};  // rows to learn from, then those kept apart
    std::size_t learnt_ = 0;
};

}  // namespace mote
