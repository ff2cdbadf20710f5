// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/evaluate/pairwise_calibration.hpp"
#include "mote/evaluate/platt_scaling.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/svm_kernel.hpp"
#include "mote/supervised/svm_pair.hpp"

namespace mote {

/// What KernelSvm learns by; scikit-learn's names.
template <FloatingScalar T>
struct KernelSvmConfig {
    T C = 1;                            // the weight of errors against that of the margin
    T gamma = 0;                        // 0: 1 / (Features * variance of all values), scikit-learn's "scale"
    T coef0 = 0;                        // polynomial
    std::uint8_t degree = 3;            // polynomial
    T tolerance = T(1e-3);              // largest violation of optimality
    std::uint32_t iterations = 100000;  // steps for each pair of classes, at most
};

/// Support vector machine with a kernel: of the rows it keeps those that lie along the boundary.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. decision_function(): one number for each pair of classes
///         (0, 1), (0, 2) .. (1, 2) .., positive for the second; the class that wins most pairs is predicted.
///         predict_proba(): [Classes], sums to one; all alike until calibrate(). The most probable class may
///         differ from the one that wins most pairs.
/// Units   x: one scale for all features.
/// Errors  fit() and calibrate() refuse values that are not finite, labels out of range, an empty dataset
///         and settings out of range; capacity_full where the trainer holds fewer rows or the model fewer
///         support vectors, diverged where a kernel overflows; all leave the model as it was. fit() is ok,
///         too, where the iterations were used up: they bound its time. A class without a row is never
///         predicted.
/// Memory  Capacity * (Features + Classes - 1) scalars, 3 a pair and Classes + 8 words. fit() works in a
///         Trainer. predict() takes count() * (Features + Classes - 1) multiply-accumulates, count()
///         exponentials and 64 scalars of stack.
/// Source  Cortes and Vapnik 1995, Machine Learning 20:273-297; trained by sequential_minimal_optimisation;
///         pairs of classes after Knerr, Personnaz and Dreyfus 1990, which share their vectors. Probabilities
///         by PairwiseCalibration.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, std::size_t Capacity,
          SvmKernel kernel = SvmKernel::rbf, class LabelType = std::uint8_t, class Isa = isa::Native>
requires(can_label<LabelType, Classes>&& Classes >= 2 && Capacity > 0) class KernelSvm {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Config = KernelSvmConfig<T>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;
    static constexpr std::size_t capacity = Capacity;
    static constexpr std::size_t pairs = Classes * (Classes - 1) / 2;
    using Scores = std::array<T, pairs>;

    /// The memory of fit(): Rows * (Classes + 5 + Cached) words and Rows bytes. More rows of kernels that are
    /// kept make it faster, not better.
    template <std::size_t Rows, std::size_t Cached = 32>
    requires(Cached >= 2) struct Trainer {
        std::array<std::array<T, Rows>, Classes - 1> coefficients;  // by row of the dataset
        std::array<std::uint32_t, Rows> order;                      // rows by class
        SvmPairMemory<T, Rows, Cached> pair;
    };

    constexpr explicit KernelSvm(Config config = Config{}) : config_(config), gamma_(config.gamma) {}

    template <std::size_t Rows, std::size_t Cached>
    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data, Trainer<Rows, Cached>& trainer) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        if (data.size() > Rows) return Status::capacity_full;
        if (!(config_.C > 0) || !isfinite(config_.C) || !(config_.gamma >= 0)) return Status::bad_parameter;
        const T gamma = config_.gamma > 0 ? config_.gamma : Likeness::gamma_of(data.rows);
        const Starts first = sort_by_class(data, trainer.order);
        for (auto& line : trainer.coefficients) line = {};
        Scores intercepts{};
        for (std::size_t i = 0; i < Classes; ++i) {
            for (std::size_t j = i + 1; j < Classes; ++j) {
                const T intercept = learn(i, j, pair(i, j, data.rows, first, gamma, trainer.order), trainer);
                if (!isfinite(intercept)) return Status::diverged;
                intercepts[pair_of(i, j)] = intercept;
            }
        }
        std::size_t vectors = 0;
        for (std::size_t row = 0; row < data.size(); ++row) vectors += supports(trainer, row) ? 1 : 0;
        if (vectors > Capacity) return Status::capacity_full;
        keep(data, first, trainer);
        intercepts_ = intercepts;
        calibration_.reset();
        gamma_ = gamma;
        return Status::ok;
    }

    /// Makes probabilities of the decisions of a model that has learnt from these rows: each pair of classes
    /// is parted once more for each fold, without its rows, whose decisions are then known to be new to it.
    template <std::size_t Rows, std::size_t Cached>
    [[nodiscard]] constexpr Status calibrate(Dataset<T, Features, Label> data, Trainer<Rows, Cached>& trainer,
                                             std::uint32_t folds = 5) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        if (data.size() > Rows) return Status::capacity_full;
        if (folds < 2) return Status::bad_parameter;
        if (!(gamma_ > 0)) return Status::not_trained;
        const Starts first = sort_by_class(data, trainer.order);
        Calibration next;
        for (std::size_t i = 0; i < Classes; ++i) {
            for (std::size_t j = i + 1; j < Classes; ++j) {
                PlattScaling<T> scaling;
                const Status status = pair(i, j, data.rows, first, gamma_, trainer.order)
                                          .calibrate(folds, trainer.pair, scaling);
                if (status != Status::ok) return status;
                next.set(pair_of(i, j), scaling);
            }
        }
        calibration_ = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Scores decision_function(Sample x) const {
        Scores scores = intercepts_;
        const Likeness likeness = likeness_at(gamma_);
        std::array<T, 64> block{};
        for (std::size_t label = 0; label < Classes; ++label) {
            const std::size_t last = starts_[label + 1];
            for (std::size_t first = starts_[label]; first < last; first += block.size()) {
                const std::size_t count = min(block.size(), last - first);
                const auto values = std::span(block).first(count);
                likeness(x, std::span(vectors_).subspan(first, count), values);
                for (std::size_t other = 0; other < Classes; ++other) {
                    if (other == label) continue;
                    const auto& line = coefficients_[slot(label, other)];
                    scores[pair_of(min(label, other), max(label, other))] +=
                        kernels::dot<Isa>(values, std::span(line).subspan(first, count));
                }
            }
        }
        return scores;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        const Scores scores = decision_function(x);
        std::array<std::uint32_t, Classes> votes{};
        for (std::size_t i = 0; i < Classes; ++i) {
            for (std::size_t j = i + 1; j < Classes; ++j) ++votes[scores[pair_of(i, j)] > 0 ? j : i];
        }
        return static_cast<Label>(kernels::argmax<Isa>(votes));
    }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        return calibration_.predict_proba(decision_function(x));
    }

    constexpr void reset() {
        starts_ = {};
        intercepts_ = {};
        calibration_.reset();
    }

    /// How many support vectors are kept.
    [[nodiscard]] constexpr std::size_t count() const { return starts_[Classes]; }
    [[nodiscard]] constexpr T gamma() const { return gamma_; }

    /// The support vectors lie class after class; first(Classes) is count().
    [[nodiscard]] constexpr std::size_t first(std::size_t label) const { return starts_[label]; }
    [[nodiscard]] constexpr Sample vector(std::size_t i) const { return vectors_[i]; }
    /// What vector i, of class `label`, weighs against another class.
    [[nodiscard]] constexpr T coefficient(std::size_t i, std::size_t label, std::size_t other) const {
        return coefficients_[slot(label, other)][i];
    }
    /// Of the pair i < j.
    [[nodiscard]] constexpr T intercept(std::size_t i, std::size_t j) const {
        return intercepts_[pair_of(i, j)];
    }

private:
    using Starts = std::array<std::uint32_t, Classes + 1>;
    using Likeness = SvmLikeness<T, Features, kernel, Isa>;
    using Pair = SvmPair<T, Features, kernel, Isa>;
    using Calibration = PairwiseCalibration<T, Classes>;

    [[nodiscard]] constexpr Likeness likeness_at(T gamma) const {
        return {gamma, config_.coef0, config_.degree};
    }

    [[nodiscard]] static constexpr std::size_t pair_of(std::size_t i, std::size_t j) {
        return i * (2 * Classes - i - 1) / 2 + j - i - 1;
    }
    /// Where a class keeps its coefficients against another.
    [[nodiscard]] static constexpr std::size_t slot(std::size_t label, std::size_t other) {
        return other < label ? other : other - 1;
    }

    template <std::size_t Rows>
    [[nodiscard]] static constexpr Starts sort_by_class(const Dataset<T, Features, Label>& data,
                                                        std::array<std::uint32_t, Rows>& order) {
        Starts first{};
        std::uint32_t place = 0;
        for (std::size_t label = 0; label < Classes; ++label) {
            for (std::size_t row = 0; row < data.size(); ++row) {
                if (data.labels[row] == label) order[place++] = static_cast<std::uint32_t>(row);
            }
            first[label + 1] = place;
        }
        return first;
    }

    template <class Order>
    [[nodiscard]] constexpr Pair pair(std::size_t i, std::size_t j, Rows<T, Features> rows,
                                      const Starts& first, T gamma, const Order& order) const {
        const auto rows_of = [&](std::size_t label) {
            return std::span(order).subspan(first[label], first[label + 1] - first[label]);
        };
        return {rows,
                rows_of(i),
                rows_of(j),
                likeness_at(gamma),
                {config_.C, config_.tolerance, config_.iterations}};
    }

    /// Parts classes i and j, and leaves the coefficients of their rows; returns the intercept.
    template <class Memory>
    static constexpr T learn(std::size_t i, std::size_t j, const Pair& pair, Memory& memory) {
        const T intercept = pair.part(memory.pair);
        const std::size_t negatives = pair.negatives.size(), n = negatives + pair.positives.size();
        for (std::size_t t = 0; t < n; ++t) {
            const std::size_t place = t < negatives ? slot(i, j) : slot(j, i);
            memory.coefficients[place][memory.pair.pair[t]] = memory.pair.weights[t];
        }
        return intercept;
    }

    template <class Memory>
    [[nodiscard]] static constexpr bool supports(const Memory& memory, std::size_t row) {
        for (const auto& line : memory.coefficients) {
            if (line[row] != 0) return true;
        }
        return false;
    }

    template <class Memory>
    constexpr void keep(const Dataset<T, Features, Label>& data, const Starts& first, const Memory& memory) {
        std::uint32_t count = 0;
        for (std::size_t label = 0; label < Classes; ++label) {
            starts_[label] = count;
            for (std::size_t place = first[label]; place < first[label + 1]; ++place) {
                const std::size_t row = memory.order[place];
                if (!supports(memory, row)) continue;
                vectors_[count] = data.rows[row];
                for (std::size_t k = 0; k + 1 < Classes; ++k) {
                    coefficients_[k][count] = memory.coefficients[k][row];
                }
                ++count;
            }
        }
        starts_[Classes] = count;
    }

    std::array<std::array<T, Features>, Capacity> vectors_{};  // by class
    std::array<std::array<T, Capacity>, Classes - 1> coefficients_{};
    Starts starts_{};
    Scores intercepts_{};
    Calibration calibration_{};
    Config config_;
    T gamma_;
};

}  // namespace mote
