// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/sort.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Scores in deviations from their mean over the rows: how far out a score is counts in full.
/// Memory  2 scalars.
template <FloatingScalar T>
class ZScores {
public:
    /// `score(n)` is that of row n, finite; rows > 0.
    template <class ScoreOfRow>
    constexpr void fit(std::size_t rows, const ScoreOfRow& score) {
        RunningMoments<T> moments;
        for (std::size_t n = 0; n < rows; ++n) static_cast<void>(moments.update(score(n)));
        const T deviation = sqrt(moments.variance(0, 0));
        mean_ = moments.mean();
        factor_ = deviation > 0 && isfinite(1 / deviation) ? 1 / deviation : T{0};  // none where none varies
    }

    [[nodiscard]] constexpr T operator()(T score) const { return (score - mean_) * factor_; }

private:
    T mean_{}, factor_{};
};

/// Scores as ranks among those of up to Knots rows, evenly taken: 0 .. 1, ties in the middle, interpolated
/// between. Beyond the highest, ranks still grow, by less than one step. No score can outweigh the others.
/// Memory  Knots scalars and a count.
template <FloatingScalar T, std::size_t Knots = 64>
requires(Knots > 1) class RankedScores {
public:
    /// `score(n)` is that of row n, finite; rows > 0.
    template <class ScoreOfRow>
    constexpr void fit(std::size_t rows, const ScoreOfRow& score) {
        count_ = min(rows, Knots);
        for (std::size_t k = 0; k < count_; ++k) scores_[k] = score(k * rows / count_);
        sort_by(std::span(scores_).first(count_), [](T value) { return value; });
    }

    [[nodiscard]] constexpr T operator()(T score) const {
        std::size_t below = 0, not_above = 0;
        while (below < count_ && scores_[below] < score) ++below;
        for (not_above = below; not_above < count_ && scores_[not_above] == score;) ++not_above;
        const T step = 1 / static_cast<T>(max(count_, std::size_t{1}));
        if (not_above > below) return static_cast<T>(below + not_above) * step / 2;
        if (below == 0) return 0;
        const T gap = score - scores_[below - 1];
        const T scale =
            below == count_ ? gap + (scores_[below - 1] - scores_[0]) : scores_[below] - scores_[below - 1];
        const T share = scale > 0 && isfinite(scale) ? gap / scale : T{1};
        return (static_cast<T>(below) - T(0.5) + share) * step;
    }

private:
    std::array<T, Knots> scores_{};  // rising
    std::size_t count_ = 0;
};

template <class Detector, class T, std::size_t Features>
concept detector_of_the_same_samples = AnomalyDetector<Detector> &&
    std::same_as<typename Detector::Sample, Sample<T, Features>> &&
    requires(Detector& detector, Rows<T, Features> rows) {
    { detector.fit(rows) } -> std::same_as<Status>;
};

/// Several detectors as one: the mean of their scores, each brought to one scale by the rows it was fitted
/// to.
///
/// Shapes  x: [Features], the same for all. score(): scalar.
/// Units   score: deviations with ZScores, ranks with RankedScores.
/// Errors  fit() refuses no rows and what any of the detectors refuses. score() is 0 for an x that is not
///         finite and before fit(), and finite for any other. A detector whose scores do not vary over the
///         rows has no say with ZScores.
/// Memory  the detectors and their scales; fit() as much again on the stack. Time that of all detectors;
///         fit() also a score of each for every row (for up to Knots rows with RankedScores).
/// Source  Aggarwal, Sathe 2015, Theoretical foundations and algorithms for outlier ensembles, SIGKDD
///         Explorations 17(1):24-47: averaging of standardised scores, which lowers the variance.
template <class Scale, AnomalyDetector FirstDetector, class... Detectors>
requires(detector_of_the_same_samples<Detectors, typename FirstDetector::Scalar,
                                      FirstDetector::features>&&...) class BasicEnsemble {
public:
    using Scalar = typename FirstDetector::Scalar;
    using Sample = typename FirstDetector::Sample;
    using Score = Scalar;
    static constexpr std::size_t features = FirstDetector::features;
    using Row = std::array<Scalar, features>;
    static constexpr std::size_t detectors = 1 + sizeof...(Detectors);

    constexpr BasicEnsemble() = default;
    constexpr explicit BasicEnsemble(const FirstDetector& first, const Detectors&... others)
        : members_(first, others...) {}

    [[nodiscard]] constexpr Status fit(Rows<Scalar, features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        BasicEnsemble next = *this;
        if (const Status status = next.members_.fit(rows); status != Status::ok) return status;
        next.trained_ = true;
        *this = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Scalar score(Sample x) const {
        if (!trained_ || !all_finite(x)) return 0;
        const Scalar mean = members_.sum(x) / static_cast<Scalar>(detectors);
        constexpr Scalar largest = std::numeric_limits<Scalar>::max();
        return clamp(mean, -largest, largest);
    }

    constexpr void reset() {
        members_.reset();
        trained_ = false;
    }

    /// Detector I as it is, in the order of the template's arguments.
    template <std::size_t I>
    [[nodiscard]] constexpr const auto& detector() const {
        return members_.template at<I>();
    }

private:
    /// What std::tuple would hold, but as a plain value.
    template <class... None>
    struct Members {
        [[nodiscard]] constexpr Status fit(Rows<Scalar, features>) { return Status::ok; }
        [[nodiscard]] constexpr Scalar sum(Sample) const { return 0; }
        constexpr void reset() {}
    };

    template <class Detector, class... Others>
    struct Members<Detector, Others...> {
        Detector detector{};
        Scale scale{};
        Members<Others...> others{};

        constexpr Members() = default;
        constexpr explicit Members(const Detector& one, const Others&... more)
            : detector(one), others(more...) {}

        [[nodiscard]] constexpr Status fit(Rows<Scalar, features> rows) {
            if (const Status status = detector.fit(rows); status != Status::ok) return status;
            scale.fit(rows.size(),
                      [&](std::size_t n) { return static_cast<Scalar>(detector.score(rows[n])); });
            return others.fit(rows);
        }

        [[nodiscard]] constexpr Scalar sum(Sample x) const {
            return scale(static_cast<Scalar>(detector.score(x))) + others.sum(x);
        }

        constexpr void reset() {
            detector.reset();
            scale = {};
            others.reset();
        }

        template <std::size_t I>
        [[nodiscard]] constexpr const auto& at() const {
            if constexpr (I == 0) {
                return detector;
            } else {
                return others.template at<I - 1>();
            }
        }
    };

    Members<FirstDetector, Detectors...> members_{};
    bool trained_ = false;
};

/// The mean of standardised scores.
template <class FirstDetector, class... Detectors>
using Ensemble = BasicEnsemble<ZScores<typename FirstDetector::Scalar>, FirstDetector, Detectors...>;

/// The mean of ranks.
template <class FirstDetector, class... Detectors>
using RankEnsemble = BasicEnsemble<RankedScores<typename FirstDetector::Scalar>, FirstDetector, Detectors...>;

}  // namespace mote
