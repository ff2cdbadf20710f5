// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <limits>
#include <span>

#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

/// Turns a few real numbers into one state of a table: each is cut into cells, of equal width, of equal
/// share of the rows seen, or at edges of one's own. Before any of these, all range over 0 .. 1.
///
/// Shapes  Discretizer<T, 10, 10, 6>: three numbers, 10 * 10 * 6 states, the last number's cells side by
///         side. Cell c holds edges[c - 1] <= x < edges[c]; the outermost cells reach to infinity.
/// Errors  set_uniform(), set_edges() and fit() refuse what is not finite (not_finite), edges that fall or a
///         range that is empty (bad_parameter), and no rows (too_few_rows); nothing changes. state() of NaN
///         is that of minus infinity.
/// Memory  one scalar for each edge; state() O(edges). fit() takes no memory and expects O(log n) passes over
///         the n rows for each edge.
/// Source  fit(): quantiles as in Hyndman and Fan 1996, The American Statistician 50(4):361-365, definition
///         7, found as by Hoare 1961, Communications of the ACM 4(7):321, but moving nothing.
template <FloatingScalar T, std::size_t... Cells>
requires(sizeof...(Cells) >= 1 && ((Cells >= 1) && ...) && (Cells * ...) <= 65'536) class Discretizer {
public:
    using Scalar = T;
    static constexpr std::size_t features = sizeof...(Cells);
    static constexpr std::size_t states = (Cells * ...);
    static constexpr std::array<std::size_t, features> cells{Cells...};
    using Sample = mote::Sample<T, features>;

    constexpr Discretizer() {
        std::array<T, features> highest{};
        highest.fill(1);
        static_cast<void>(set_uniform(std::array<T, features>{}, highest));
    }

    /// Cells of equal width between the lowest and the highest value of each number.
    [[nodiscard]] constexpr Status set_uniform(Sample lowest, Sample highest) {
        for (std::size_t f = 0; f < features; ++f) {
            if (!isfinite(highest[f] - lowest[f])) return Status::not_finite;
            if (!(lowest[f] < highest[f])) return Status::bad_parameter;
        }
        for (std::size_t f = 0; f < features; ++f) {
            const T width = (highest[f] - lowest[f]) / static_cast<T>(cells[f]);
            T* edge = edges_.data() + first_edge(f);
            for (std::size_t c = 1; c < cells[f]; ++c) *edge++ = lowest[f] + static_cast<T>(c) * width;
        }
        return Status::ok;
    }

    /// The edges between the cells of one number, in rising order.
    [[nodiscard]] constexpr Status set_edges(std::size_t feature, std::span<const T> edges) {
        if (feature >= features || edges.size() + 1 != cells[feature]) return Status::bad_parameter;
        if (!all_finite(edges)) return Status::not_finite;
        for (std::size_t c = 1; c < edges.size(); ++c) {
            if (edges[c] < edges[c - 1]) return Status::bad_parameter;
        }
        for (std::size_t c = 0; c < edges.size(); ++c) edges_[first_edge(feature) + c] = edges[c];
        return Status::ok;
    }

    /// Cells that hold equal shares of the rows, as far as equal values allow.
    [[nodiscard]] constexpr Status fit(Rows<T, features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        for (const auto& row : rows) {
            if (!all_finite(row)) return Status::not_finite;
        }
        for (std::size_t f = 0; f < features; ++f) {
            for (std::size_t c = 1; c < cells[f]; ++c) {
                edges_[first_edge(f) + c - 1] = quantile(rows, f, c);
            }
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr State state(Sample x) const {
        std::size_t state = 0;
        for (std::size_t f = 0; f < features; ++f) {
            std::size_t cell = 0;
            for (const T edge : edges(f)) cell += x[f] >= edge ? 1 : 0;
            state = state * cells[f] + cell;
        }
        return static_cast<State>(state);
    }

    [[nodiscard]] constexpr std::span<const T> edges(std::size_t feature) const {
        return std::span<const T>(edges_).subspan(first_edge(feature), cells[feature] - 1);
    }

private:
    [[nodiscard]] static constexpr std::size_t first_edge(std::size_t feature) {
        std::size_t first = 0;
        for (std::size_t f = 0; f < feature; ++f) first += cells[f] - 1;
        return first;
    }

    /// Of one number's values: that below which a share of part / cells lies, between two of them if need be.
    [[nodiscard]] static constexpr T quantile(Rows<T, features> rows, std::size_t f, std::size_t part) {
        const std::size_t position = (rows.size() - 1) * part;
        const std::size_t rank = position / cells[f];
        const T beyond = static_cast<T>(position % cells[f]) / static_cast<T>(cells[f]);
        const T low = ranked(rows, f, rank);
        if (beyond == 0) return low;
        return low * (1 - beyond) + ranked(rows, f, rank + 1) * beyond;
    }

    /// The value of so many predecessors in rising order: a value drawn at random among those that may still
    /// be it splits them, until it is it.
    [[nodiscard]] static constexpr T ranked(Rows<T, features> rows, std::size_t f, std::size_t rank) {
        Random random(rank);
        T low = -std::numeric_limits<T>::infinity();
        T high = std::numeric_limits<T>::infinity();
        for (;;) {
            T pivot = 0;
            std::uint32_t candidates = 0;
            for (const auto& row : rows) {
                if (low < row[f] && row[f] < high && random.below(++candidates) == 0) pivot = row[f];
            }
            std::size_t less = 0;
            std::size_t equal = 0;
            for (const auto& row : rows) {
                less += row[f] < pivot ? 1 : 0;
                equal += row[f] == pivot ? 1 : 0;
            }
            if (rank >= less && rank < less + equal) return pivot;
            (rank < less ? high : low) = pivot;
        }
    }

    std::array<T, ((Cells - 1) + ...)> edges_{};
};

}  // namespace mote::rl
