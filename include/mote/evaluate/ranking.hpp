// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/floating.hpp"

/// How well a score ranks what is positive above what is not, whatever the threshold: for detectors and
/// classifiers of two classes.
namespace mote {

/// One sample's score, higher for more likely positive, and what it was.
template <FloatingScalar T>
struct ScoredLabel {
    T score;
    bool positive;
};

namespace detail {

template <FloatingScalar T>
[[nodiscard]] constexpr bool all_scores_finite(std::span<const ScoredLabel<T>> rows) {
    for (const ScoredLabel<T>& row : rows) {
        if (!isfinite(row.score)) return false;
    }
    return true;
}

struct TieCounts {
    std::size_t rows = 0;
    std::size_t positives = 0;
};

/// Those at the front that share one score.
template <FloatingScalar T>
[[nodiscard]] constexpr TieCounts count_ties(std::span<const ScoredLabel<T>> sorted) {
    TieCounts tie;
    while (tie.rows < sorted.size() && sorted[tie.rows].score == sorted[0].score) {
        tie.positives += sorted[tie.rows++].positive;
    }
    return tie;
}

template <FloatingScalar T>
constexpr void sort_by_falling_score(std::span<ScoredLabel<T>> rows) {
    std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
}

}  // namespace detail

/// Area under the receiver operating characteristic: the chance that a positive sample scores higher than a
/// negative one, ties counting half.
///
/// Shapes  rows: [n], sorted by falling score on return.
/// Errors  NaN where a score is not finite (rows are then left as they were), and without both kinds.
/// Memory  none beyond the rows. Time O(n log n). Pairs are counted exactly; only the result rounds.
/// Source  Hanley and McNeil 1982, Radiology 143(1):29-36; equals scikit-learn's roc_auc_score.
template <FloatingScalar T>
[[nodiscard]] constexpr T roc_auc(std::span<ScoredLabel<T>> rows) {
    if (!detail::all_scores_finite<T>(rows)) return detail::not_a_number<T>;
    detail::sort_by_falling_score(rows);
    std::uint64_t positives = 0, negatives = 0, twice_won = 0;  // pairs in which the positive scores higher
    for (std::size_t i = 0; i < rows.size();) {
        const detail::TieCounts tie = detail::count_ties<T>(rows.subspan(i));
        const std::uint64_t negative_ties = tie.rows - tie.positives;
        twice_won += negative_ties * (2 * positives + tie.positives);
        positives += tie.positives;
        negatives += negative_ties;
        i += tie.rows;
    }
    if (positives == 0 || negatives == 0) return detail::not_a_number<T>;
    return static_cast<T>(twice_won) / static_cast<T>(2 * positives * negatives);
}

/// Average precision: the precision at each threshold, weighted by the recall gained there.
///
/// Shapes  rows: [n], sorted by falling score on return.
/// Errors  NaN where a score is not finite (rows are then left as they were), and without a positive row.
/// Memory  none beyond the rows. Time O(n log n).
/// Source  scikit-learn's average_precision_score: a sum, not a trapezoid, after Davis and Goadrich 2006,
///         ICML, 233-240; rows of equal score pass the threshold together.
template <FloatingScalar T>
[[nodiscard]] constexpr T average_precision(std::span<ScoredLabel<T>> rows) {
    if (!detail::all_scores_finite<T>(rows)) return detail::not_a_number<T>;
    detail::sort_by_falling_score(rows);
    std::size_t positives = 0;
    T sum = 0;
    for (std::size_t i = 0; i < rows.size();) {
        const detail::TieCounts tie = detail::count_ties<T>(rows.subspan(i));
        positives += tie.positives;
        i += tie.rows;
        const T precision = static_cast<T>(positives) / static_cast<T>(i);
        sum += precision * static_cast<T>(tie.positives);
    }
    return positives == 0 ? detail::not_a_number<T> : sum / static_cast<T>(positives);
}

}  // namespace mote
