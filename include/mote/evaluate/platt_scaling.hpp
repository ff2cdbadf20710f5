// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/core/math.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Turns the score of a two-class model into the probability of class 1 by a fitted sigmoid.
///
/// Shapes  scores: [n], labels: [n] of 0 and 1. predict(): scalar in [0, 1].
/// Units   scores: any, of rows that the scoring model has not learnt from.
/// Errors  fit() refuses scores that are not finite, labels above 1, spans that differ in length and a class
///         without a row; not_converged leaves the scaling as it was. Before any fit predict() is 1 / 2.
/// Memory  2 scalars. Time one exponential; fit() one exponential and one logarithm a row and iteration,
///         usually fewer than ten.
/// Source  Platt 1999, Advances in Large Margin Classifiers, 61-74: (1) the probability, (2) the targets;
///         minimised by the Newton method of Lin, Lin and Weng 2007, Machine Learning 68(3):267-276: (3) the
///         loss without overflow, (4) its gradient, (5) its Hessian. Here it works on standardised scores and
///         mean losses, so that its tolerances hold for scores of any size.
template <FloatingScalar T>
class PlattScaling {
public:
    using Scalar = T;

    [[nodiscard]] constexpr Status fit(std::span<const T> scores, std::span<const std::uint8_t> labels) {
        const Rows rows{scores, labels};
        std::size_t positives = 0;
        if (const Status status = check(rows, positives); status != Status::ok) return status;
        const T above = static_cast<T>(positives), below = static_cast<T>(scores.size() - positives);
        const Targets targets{(above + 1) / (above + 2), 1 / (below + 2)};  // (2)
        const Units units = units_of(scores);
        if (!isfinite(units.deviation)) return Status::not_finite;
        Line line{0, log((below + 1) / (above + 1))};
        if (const Status status = minimise(rows, targets, units, line); status != Status::ok) return status;
        line_ = {line.slope / units.deviation, line.intercept - line.slope * (units.mean / units.deviation)};
        return Status::ok;
    }

    /// The probability of class 1; 1 / 2 for a score that is not a number.
    [[nodiscard]] constexpr T predict(T score) const {
        if (isnan(score)) return T(0.5);
        return sigmoid(-(line_.slope * score + line_.intercept));  // (1)
    }

    /// The sigmoid is 1 / (1 + exp(slope * score + intercept)): slope < 0 where higher is more likely.
    [[nodiscard]] constexpr T slope() const { return line_.slope; }
    [[nodiscard]] constexpr T intercept() const { return line_.intercept; }

    /// A scaling fitted elsewhere.
    constexpr void set(T slope, T intercept) { line_ = {slope, intercept}; }
    constexpr void reset() { line_ = {}; }

private:
    struct Line {
        T slope = 0;
        T intercept = 0;
    };
    struct Rows {
        std::span<const T> scores;
        std::span<const std::uint8_t> labels;
    };
    struct Targets {
        T positive;
        T negative;
    };
    struct Units {
        T mean = 0;
        T deviation = 0;
    };
    /// The loss at a line, with its derivatives by slope and intercept.
    struct Local {
        T loss = 0;
        T by_slope = 0, by_intercept = 0;
        T slope_twice = 0, both = 0, intercept_twice = 0;
    };

    [[nodiscard]] static constexpr Status check(const Rows& rows, std::size_t& positives) {
        if (rows.scores.size() != rows.labels.size()) return Status::size_mismatch;
        if (rows.scores.empty()) return Status::too_few_rows;
        if (!all_finite(rows.scores)) return Status::not_finite;
        for (const std::uint8_t label : rows.labels) {
            if (label > 1) return Status::bad_label;
            positives += label;
        }
        return positives == 0 || positives == rows.labels.size() ? Status::missing_class : Status::ok;
    }

    /// Scores that are all alike keep a deviation of 1.
    [[nodiscard]] static constexpr Units units_of(std::span<const T> scores) {
        Units units;
        T squares = 0, count = 0;
        for (const T score : scores) {
            const T before = score - units.mean;
            units.mean += before / ++count;
            squares += before * (score - units.mean);
        }
        units.deviation = squares > 0 ? sqrt(squares / count) : T(1);
        return units;
    }

    [[nodiscard]] static constexpr Local look(const Rows& rows, const Targets& targets, const Units& units,
                                              const Line& line) {
        Local at;
        const T share = 1 / static_cast<T>(rows.scores.size());
        for (std::size_t i = 0; i < rows.scores.size(); ++i) {
            const T score = (rows.scores[i] - units.mean) / units.deviation;
            const T target = rows.labels[i] == 1 ? targets.positive : targets.negative;
            const T odds = line.slope * score + line.intercept;
            const T small = exp(-abs(odds));
            const T p = (odds >= 0 ? small : 1) / (1 + small);
            at.loss += share * ((odds >= 0 ? target : target - 1) * odds + log(1 + small));  // (3)
            at.by_slope += share * score * (target - p);                                     // (4)
            at.by_intercept += share * (target - p);
            const T curvature = share * p * (1 - p);  // (5)
            at.slope_twice += curvature * score * score;
            at.both += curvature * score;
            at.intercept_twice += curvature;
        }
        return at;
    }

    [[nodiscard]] static constexpr Status minimise(const Rows& rows, const Targets& targets,
                                                   const Units& units, Line& line) {
        constexpr T tolerance = std::is_same_v<T, float> ? T(3e-6) : T(1e-10);
        Local at = look(rows, targets, units, line);
        for (int iteration = 0; iteration < 100; ++iteration) {
            if (max(abs(at.by_slope), abs(at.by_intercept)) <= tolerance) return Status::ok;
            if (!step(rows, targets, units, line, at)) return Status::not_converged;
        }
        return Status::not_converged;
    }

    /// One step of Newton's method, halved until the loss has fallen enough, rounding allowed for.
    [[nodiscard]] static constexpr bool step(const Rows& rows, const Targets& targets, const Units& units,
                                             Line& line, Local& at) {
        constexpr T ridge = 4 * std::numeric_limits<T>::epsilon();  // keeps the Hessian positive definite
        const T a = at.slope_twice + ridge, b = at.both, c = at.intercept_twice + ridge;
        const T determinant = a * c - b * b;
        const Line direction{-(c * at.by_slope - b * at.by_intercept) / determinant,
                             -(a * at.by_intercept - b * at.by_slope) / determinant};
        const T gain = at.by_slope * direction.slope + at.by_intercept * direction.intercept;
        const T slack = 4 * std::numeric_limits<T>::epsilon() * at.loss;
        T length = 1;
        for (int halvings = 0; halvings < 34; ++halvings, length /= 2) {
            const Line next{line.slope + length * direction.slope,
                            line.intercept + length * direction.intercept};
            const Local there = look(rows, targets, units, next);
            if (there.loss <= at.loss + T(1e-4) * length * gain + slack) {
                line = next;
                at = there;
                return true;
            }
        }
        return false;
    }

    Line line_;
};

}  // namespace mote
