// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/status.hpp"
#include "mote/evaluate/splits.hpp"

namespace mote {

/// A classifier or regressor that learns from a dataset.
template <class M, class Data>
concept LearnsFrom = (Classifier<M> || Regressor<M>)&&requires(M& model, Data data) {
    { model.fit(data) } -> std::same_as<Status>;
};

/// Judges a model by a dataset: score(model, data) is a number.
template <class S, class M, class Data>
concept ScoresModel = requires(const S& score, const M& model, Data data) {
    { score(model, data) } -> FloatingScalar;
};

/// Where cross_validate() lays out the rows of one split: those learnt from in front, those tested behind.
template <class T, std::size_t Features, std::size_t Capacity, class Label = std::uint8_t>
struct SplitBuffer {
    static constexpr std::size_t capacity = Capacity;

    std::array<std::array<T, Features>, Capacity> rows;
    std::array<Label, Capacity> labels;
};

template <FloatingScalar T, std::size_t Splits>
struct CrossValidation {
    Status status = Status::ok;
    std::array<T, Splits> scores{};

    [[nodiscard]] constexpr T mean() const {
        T sum = 0;
        for (const T score : scores) sum += score;
        return sum / static_cast<T>(Splits);
    }
    /// The standard deviation of the scores (divided by their number, as numpy does).
    [[nodiscard]] constexpr T deviation() const {
        const T centre = mean();
        T sum = 0;
        for (const T score : scores) sum += (score - centre) * (score - centre);
        return sqrt(sum / static_cast<T>(Splits));
    }
};

namespace detail {

template <class M, class Data, class Score>
using ScoreOf = decltype(std::declval<const Score&>()(std::declval<const M&>(), std::declval<Data>()));

/// Copies the rows for which `wanted` holds into the buffer from `first` on; returns them.
template <class T, std::size_t Features, class Label, std::size_t Capacity, class Wanted>
constexpr Dataset<T, Features, Label> gather(const Dataset<T, Features, Label>& data,
                                             SplitBuffer<T, Features, Capacity, Label>& buffer,
                                             std::size_t first, Wanted wanted) {
    std::size_t next = first;
    for (std::size_t row = 0; row < data.size(); ++row) {
        if (!wanted(row)) continue;
        buffer.rows[next] = data.rows[row];
        buffer.labels[next++] = data.labels[row];
    }
    return Dataset<T, Features, Label>{buffer.rows, buffer.labels}.subset(first, next - first);
}

}  // namespace detail

/// Scores a fresh copy of the model on each split: it learns from some rows and is judged by others.
///
/// Shapes  splitter: of as many rows as data; scores: one for each split.
/// Units   scores: those of `score`, such as Accuracy{} or R2{} of evaluate/scorers.hpp.
/// Errors  size_mismatch where rows, labels and splitter differ in number, capacity_full for more rows than
///         the buffer holds, whatever the splitter's check() or a fit() refuses; scores from there on are 0.
/// Memory  the buffer, which the caller owns, and one model on the stack. Time: Splits fits, and a copy of
///         the dataset for each.
/// Source  Stone 1974, Journal of the Royal Statistical Society B 36(2):111-147.
template <class M, class T, std::size_t Features, class Label, Splitter S, class Score, std::size_t Capacity>
requires LearnsFrom<M, Dataset<T, Features, Label>> && ScoresModel<Score, M, Dataset<T, Features, Label>>
[[nodiscard]] constexpr auto cross_validate(const M& model, const Dataset<T, Features, Label>& data,
                                            const S& splitter, const Score& score,
                                            SplitBuffer<T, Features, Capacity, Label>& buffer) {
    CrossValidation<detail::ScoreOf<M, Dataset<T, Features, Label>, Score>, S::splits> result;
    result.status = data.check() != Status::ok ? data.check() : splitter.check();
    if (splitter.rows() != data.size()) result.status = Status::size_mismatch;
    if (data.size() > Capacity) result.status = Status::capacity_full;
    for (std::size_t split = 0; split < S::splits && result.status == Status::ok; ++split) {
        const auto train =
            detail::gather(data, buffer, 0, [&](std::size_t row) { return splitter.trains(split, row); });
        const auto test = detail::gather(data, buffer, train.size(),
                                         [&](std::size_t row) { return splitter.tests(split, row); });
        M learner = model;
        result.status = learner.fit(train);
        if (result.status == Status::ok) result.scores[split] = score(learner, test);
    }
    return result;
}

}  // namespace mote
