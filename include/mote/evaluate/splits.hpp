// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>

#include "mote/core/floating.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Which rows a model learns from and which it is judged by, for each of several splits.
template <class S>
concept Splitter = requires(const S& splitter, std::size_t split, std::size_t row) {
    { S::splits } -> std::convertible_to<std::size_t>;
    { splitter.rows() } -> std::same_as<std::size_t>;
    { splitter.check() } -> std::same_as<Status>;
    { splitter.trains(split, row) } -> std::same_as<bool>;
    { splitter.tests(split, row) } -> std::same_as<bool>;
};

/// Rows from `first` up to but without `last`.
struct RowRange {
    std::size_t first = 0;
    std::size_t last = 0;

    [[nodiscard]] constexpr std::size_t size() const { return last - first; }
    [[nodiscard]] constexpr bool contains(std::size_t row) const { return first <= row && row < last; }
    constexpr bool operator==(const RowRange&) const = default;
};

/// Cuts the rows, in their order, into blocks of nearly equal size; each split is judged by one of them.
///
/// Shapes  splits 0 .. Folds - 1. The first rows % Folds blocks are one row longer, as in scikit-learn.
/// Errors  check() is too_few_rows for fewer rows than folds.
/// Memory  one number; membership is computed. Time O(1).
/// Source  Stone 1974, Journal of the Royal Statistical Society B 36(2):111-147.
template <std::size_t Folds>
requires(Folds >= 2) class KFold {
public:
    static constexpr std::size_t splits = Folds;

    constexpr explicit KFold(std::size_t rows) : rows_(rows) {}

    [[nodiscard]] constexpr std::size_t rows() const { return rows_; }
    [[nodiscard]] constexpr Status check() const { return rows_ < Folds ? Status::too_few_rows : Status::ok; }
    [[nodiscard]] constexpr RowRange test_rows(std::size_t split) const {
        return {start(split), start(split + 1)};
    }
    [[nodiscard]] constexpr bool tests(std::size_t split, std::size_t row) const {
        return test_rows(split).contains(row);
    }
    [[nodiscard]] constexpr bool trains(std::size_t split, std::size_t row) const {
        return row < rows_ && !tests(split, row);
    }

private:
    [[nodiscard]] constexpr std::size_t start(std::size_t split) const {
        return split * (rows_ / Folds) + min(split, rows_ % Folds);
    }

    std::size_t rows_;
};

struct TimeSeriesConfig {
    std::size_t gap = 0;         // rows left out between the last learnt from and the first tested
    std::size_t test_rows = 0;   // in each split; 0: rows / (splits + 1)
    std::size_t train_rows = 0;  // at most, the latest; 0: all
};

/// Learns from the past and is judged by what follows: each split tests the next block of rows in time.
///
/// Shapes  splits 0 .. Splits - 1; the last one tests the last rows.
/// Errors  check() is too_few_rows where the first split would have nothing to learn from or to be tested by;
///         the ranges then mean nothing.
/// Memory  four numbers; membership is computed. Time O(1).
/// Source  Bergmeir and Benitez 2012, Information Sciences 191:192-213, section 2.2; scikit-learn's
///         TimeSeriesSplit.
template <std::size_t Splits>
requires(Splits >= 1) class TimeSeriesSplit {
public:
    static constexpr std::size_t splits = Splits;

    constexpr explicit TimeSeriesSplit(std::size_t rows, TimeSeriesConfig config = {})
        : rows_(rows), config_(config) {
        if (config_.test_rows == 0) config_.test_rows = rows / (Splits + 1);
    }

    [[nodiscard]] constexpr std::size_t rows() const { return rows_; }
    [[nodiscard]] constexpr Status check() const {
        const bool tested = config_.test_rows > 0 && config_.test_rows <= rows_ / Splits;
        if (!tested || rows_ - Splits * config_.test_rows <= config_.gap) return Status::too_few_rows;
        return Status::ok;
    }
    [[nodiscard]] constexpr RowRange test_rows(std::size_t split) const {
        const std::size_t last = rows_ - (Splits - 1 - split) * config_.test_rows;
        return {last - config_.test_rows, last};
    }
    [[nodiscard]] constexpr RowRange train_rows(std::size_t split) const {
        const std::size_t last = test_rows(split).first - config_.gap;
        const bool limited = config_.train_rows != 0 && config_.train_rows < last;
        return {limited ? last - config_.train_rows : 0, last};
    }
    [[nodiscard]] constexpr bool tests(std::size_t split, std::size_t row) const {
        return test_rows(split).contains(row);
    }
    [[nodiscard]] constexpr bool trains(std::size_t split, std::size_t row) const {
        return train_rows(split).contains(row);
    }

private:
    std::size_t rows_;
    TimeSeriesConfig config_;
};

}  // namespace mote
