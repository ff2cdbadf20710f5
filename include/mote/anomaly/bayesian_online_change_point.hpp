// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/change.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/exponential.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/status.hpp"

namespace mote {

template <FloatingScalar T>
struct BayesianChangePointOptions {
    T hazard = constant<T>(1.0 / 250);  // probability of a change at each value
    T mean = 0;                         // where levels lie, worth one value
    T deviation = 1;                    // how far values scatter, worth two values
    T detected = constant<T>(0.9);  // probability that the run is shorter than half of what it was taken for
};

/// Bayesian online change point detection: how probable is it that the present run began r values ago? Values
/// of a run are normal, their mean and variance unknown.
///
/// Shapes  x: scalar.
/// Units   x: any; mean and deviation: those of x.
/// Errors  update() refuses an x that is not finite, or whose square is not; bad_parameter where hazard and
///         detected are not in 0 .. 1 or deviation is not positive.
/// Memory  5 * Runs words and 8 more. Time O(Runs): two logarithms and an exponential each.
/// Source  Adams and MacKay 2007, Bayesian online changepoint detection, arXiv:0710.3742, algorithm 1, steps
///         3 to 8; Student's predictive density (1) after Murphy 2007, Conjugate Bayesian analysis of the
///         Gaussian distribution. Deviation: at most Runs run lengths are kept: the least probable goes. The
///         paper gives probabilities and no alarm: here it is that the run is shorter than half of what it
///         was taken for, with a given probability.
/// Endless From 2^16 values on, a run's statistics forget as fast as they learn.
template <FloatingScalar T, std::size_t Runs = 64>
requires(Runs > 1) class BayesianOnlineChangePoint {
public:
    using Scalar = T;
    using Options = BayesianChangePointOptions<T>;

    constexpr explicit BayesianOnlineChangePoint(const Options& options = Options{}) : options_(options) {
        runs_[0] = fresh(1);
        count_ = 1;
    }

    constexpr Status update(T x) {
        const T apart = (x - options_.mean) * T(0x1p20);  // so that no sum of squares can overflow
        if (!isfinite(apart * apart)) return Status::not_finite;
        if (!valid()) return Status::bad_parameter;
        weigh(x);
        for (std::size_t i = 0; i < count_; ++i) learn(runs_[i], x);
        add(fresh(options_.hazard));
        judge();
        return Status::ok;
    }

    constexpr Change observe(T x) { return update(x) == Status::ok ? change_ : Change::none; }
    [[nodiscard]] constexpr Change change() const { return change_; }
    constexpr void reset() { *this = BayesianOnlineChangePoint(options_); }

    /// How many values the most probable run has.
    [[nodiscard]] constexpr std::uint32_t run_length() const { return most_probable().length; }
    /// The probability that the run has fewer values than that.
    [[nodiscard]] constexpr T shorter_than(std::uint32_t length) const {
        T sum = 0;
        for (std::size_t i = 0; i < count_; ++i) sum += runs_[i].length < length ? runs_[i].weight : T(0);
        return sum;
    }

private:
    static constexpr std::uint32_t longest = std::uint32_t{1} << 16;

    struct Run {
        T weight = 0, log_weight = 0;  // its probability
        T mean = 0, squares = 0;       // of the normal-gamma prior: mu and beta
        std::uint32_t length = 0;      // kappa = 1 + length, alpha = 1 + length / 2, up to `longest`
    };

    [[nodiscard]] constexpr bool valid() const {
        return options_.hazard > 0 && options_.hazard < 1 && options_.detected > 0 && options_.detected < 1 &&
               options_.deviation > 0;
    }

    [[nodiscard]] constexpr Run fresh(T weight) const {
        return {weight, log(weight), options_.mean, options_.deviation * options_.deviation, 0};
    }

    [[nodiscard]] static constexpr T counted(const Run& run) {
        return static_cast<T>(run.length < longest ? run.length : longest);
    }

    /// Steps 3 to 7: weights times densities, relative to the most probable so that not all vanish at once.
    constexpr void weigh(T x) {
        T highest = std::numeric_limits<T>::lowest();
        for (std::size_t i = 0; i < count_; ++i) {
            runs_[i].log_weight += log_density(runs_[i], x);
            highest = max(highest, runs_[i].log_weight);
        }
        T sum = 0;
        for (std::size_t i = 0; i < count_; ++i) {
            runs_[i].log_weight -= highest;
            sum += runs_[i].weight = exp(runs_[i].log_weight);
        }
        const T share = (1 - options_.hazard) / sum;
        const T log_share = log(share);
        for (std::size_t i = 0; i < count_; ++i) {
            runs_[i].weight *= share;
            runs_[i].log_weight += log_share;
        }
    }

    /// (1) Student's t with 2 alpha degrees of freedom, but for a constant.
    [[nodiscard]] static constexpr T log_density(const Run& run, T x) {
        const T kappa = 1 + counted(run), alpha = 1 + counted(run) / 2;
        const T spread = 2 * run.squares * ((kappa + 1) / kappa);
        const T gap = x - run.mean;
        return log(alpha / spread) / 2 + log_gamma_rest(run) - (alpha + T(0.5)) * log(1 + gap * gap / spread);
    }

    /// ln Gamma(alpha + 1/2) - ln Gamma(alpha) - ln(alpha) / 2: tabled, then by Stirling's series, which is
    /// exact to 1e-6 from alpha = 4 on.
    [[nodiscard]] static constexpr T log_gamma_rest(const Run& run) {
        constexpr std::array<double, 6> tabled{-0.12078223763524543, -0.08195031641883677,
                                               -0.06189071980705302, -0.04968105585005222,
                                               -0.04147972254692600, -0.03559561736670247};
        if (run.length < tabled.size()) return static_cast<T>(tabled[run.length]);
        const T inverse = 1 / (1 + counted(run) / 2);
        return inverse * (inverse * inverse / 192 - T(0.125));
    }

    /// Step 8.
    static constexpr void learn(Run& run, T x) {
        const T kappa = 1 + counted(run), alpha = 1 + counted(run) / 2;
        const T gap = x - run.mean;
        run.mean += gap / (kappa + 1);
        run.squares += gap * gap * (kappa / (2 * (kappa + 1)));
        if (run.length >= longest) run.squares *= alpha / (alpha + T(0.5));
        if (run.length < ~std::uint32_t{0}) ++run.length;
    }

    constexpr void add(const Run& run) {
        if (count_ < Runs) {
            runs_[count_++] = run;
            return;
        }
        std::size_t least = 0;
        for (std::size_t i = 1; i < Runs; ++i) least = runs_[i].weight < runs_[least].weight ? i : least;
        runs_[least] = run;
    }

    [[nodiscard]] constexpr const Run& most_probable() const {
        std::size_t most = 0;
        for (std::size_t i = 1; i < count_; ++i) most = runs_[i].weight > runs_[most].weight ? i : most;
        return runs_[most];
    }

    constexpr void judge() {
        if (segment_ < ~std::uint32_t{0}) ++segment_;
        const bool shorter = shorter_than(segment_ / 2) > options_.detected;
        change_ = shorter ? Change::detected : Change::none;
        if (shorter) segment_ = run_length();
    }

    Options options_;
    std::array<Run, Runs> runs_{};
    std::size_t count_ = 0;
    std::uint32_t segment_ = 0;  // values since the last change that was told
    Change change_ = Change::none;
};

}  // namespace mote
