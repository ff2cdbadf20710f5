// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>

#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/status.hpp"
#include "mote/evaluate/cross_validate.hpp"

namespace mote {

template <FloatingScalar T, std::size_t Features>
struct PermutationImportance {
    Status status = Status::ok;
    T baseline = 0;                       // the score with every feature in its place
    std::array<T, Features> mean{};       // by how much the score falls
    std::array<T, Features> deviation{};  // over the repeats, divided by their number
};

namespace detail {

/// Puts the values of one column into random order.
template <class T, std::size_t Features>
constexpr void shuffle_column(std::span<std::array<T, Features>> rows, std::size_t feature, Random& random) {
    for (std::size_t left = rows.size(); left > 1; --left) {
        const std::size_t other = random.below(static_cast<std::uint32_t>(left));
        std::swap(rows[left - 1][feature], rows[other][feature]);
    }
}

}  // namespace detail

/// How much a trained model depends on each feature: how far its score falls when that column is shuffled.
///
/// Shapes  mean, deviation: [Features].
/// Units   those of `score`, such as Accuracy{} of evaluate/scorers.hpp. About 0: not needed, or replaceable
///         by another feature that says the same.
/// Errors  size_mismatch where rows and labels differ in number, too_few_rows without rows, bad_parameter for
///         no repeats, capacity_full for more rows than the buffer holds; the rest is then 0.
/// Memory  the buffer, which the caller owns. Time: Features * repeats + 1 scores.
/// Source  Breiman 2001, Machine Learning 45(1):5-32, section 10, as scikit-learn's permutation_importance.
template <class M, class T, std::size_t Features, class Label, class Score, std::size_t Capacity>
requires ScoresModel<Score, M, Dataset<T, Features, Label>>
[[nodiscard]] constexpr auto permutation_importance(const M& model, const Dataset<T, Features, Label>& data,
                                                    const Score& score, std::size_t repeats, Random& random,
                                                    SplitBuffer<T, Features, Capacity, Label>& buffer) {
    using Result = detail::ScoreOf<M, Dataset<T, Features, Label>, Score>;
    PermutationImportance<Result, Features> importance;
    importance.status = data.check();
    if (repeats == 0) importance.status = Status::bad_parameter;
    if (data.empty()) importance.status = Status::too_few_rows;
    if (data.size() > Capacity) importance.status = Status::capacity_full;
    if (importance.status != Status::ok) return importance;

    importance.baseline = score(model, data);
    const auto copy = detail::gather(data, buffer, 0, [](std::size_t) { return true; });
    const std::span rows(buffer.rows.data(), data.size());
    for (std::size_t feature = 0; feature < Features; ++feature) {
        Result mean = 0, variance = 0;
        for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
            detail::shuffle_column(rows, feature, random);
            const Result fall = importance.baseline - score(model, copy);
            const Result before = fall - mean;
            const Result count = static_cast<Result>(repeat + 1);
            mean += before / count;
            variance += (before * (fall - mean) - variance) / count;
        }
        importance.mean[feature] = mean;
        importance.deviation[feature] = sqrt(variance);
        for (std::size_t row = 0; row < rows.size(); ++row) rows[row][feature] = data.rows[row][feature];
    }
    return importance;
}

}  // namespace mote
