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
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/smo.hpp"
#include "mote/supervised/svm_kernel.hpp"

namespace mote {

/// What SupportVectorRegression learns by; scikit-learn's names.
template <FloatingScalar T>
struct SupportVectorRegressionConfig {
    T C = 1;                            // the most that one row may weigh, in units of the target
    T epsilon = T(0.1);                 // errors up to here cost nothing
    T gamma = 0;                        // 0: 1 / (Features * variance of all values), scikit-learn's "scale"
    T coef0 = 0;                        // polynomial
    std::uint8_t degree = 3;            // polynomial
    T tolerance = T(1e-3);              // largest violation of optimality, in units of the target
    std::uint32_t iterations = 100000;  // steps, at most
};

/// Support vector regression: the flattest function that leaves most targets within epsilon. Of the rows it
/// keeps those that lie at that distance or farther.
///
/// Shapes  x: [Features]. predict(): scalar.
/// Units   x: one scale for all features. Target: any; C, epsilon and tolerance are in its unit.
/// Errors  fit() refuses values and targets that are not finite, an empty dataset, a C that is not above 0
///         and an epsilon or gamma below 0; capacity_full where the trainer holds fewer rows or the model
///         fewer support vectors, diverged where a kernel overflows; all leave the model as it was. fit() is
///         ok, too, where the iterations were used up: they bound its time. predict() is 0 before any fit();
///         of an x that is not finite it means nothing.
/// Memory  Capacity * (Features + 1) scalars and 10 words. fit() works in a Trainer. predict() takes count()
///         * (Features + 1) multiply-accumulates, count() exponentials and 64 scalars of stack.
/// Source  Drucker, Burges, Kaufman, Smola and Vapnik 1997, Support vector regression machines, Advances in
///         Neural Information Processing Systems 9:155-161. Trained by sequential_minimal_optimisation with
///         two weights for each row, (1): one below 0, whose row pulls the function down where it runs more
///         than epsilon above the target, and one above 0.
template <FloatingScalar T, std::size_t Features, std::size_t Capacity, SvmKernel kernel = SvmKernel::rbf,
          class Isa = isa::Native>
requires(Capacity > 0) class SupportVectorRegression {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Target = T;
    using Config = SupportVectorRegressionConfig<T>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t capacity = Capacity;

    /// The memory of fit(): 2 * Rows * (Cached + 3) words. More rows of kernels that are kept make it faster,
    /// not better.
    template <std::size_t Rows, std::size_t Cached = 32>
    requires(Cached >= 2) struct Trainer {
        std::array<T, 2 * Rows> weights, gradient, diagonal;  // first those below 0 of all rows
        KernelRows<T, 2 * Rows, Cached> kernels;
    };

    constexpr explicit SupportVectorRegression(Config config = Config{})
        : config_(config), gamma_(config.gamma) {}

    template <std::size_t Rows, std::size_t Cached>
    [[nodiscard]] constexpr Status fit(Dataset<T, Features, T> data, Trainer<Rows, Cached>& trainer) {
        if (const Status status = check_targets(data); status != Status::ok) return status;
        if (!usable()) return Status::bad_parameter;
        if (data.size() > Rows) return Status::capacity_full;
        const T gamma = config_.gamma > 0 ? config_.gamma : Likeness::gamma_of(data.rows);
        const T intercept = optimise(data, likeness_at(gamma), trainer);
        if (!isfinite(intercept)) return Status::diverged;
        const auto weight = [&](std::size_t row) {
            return trainer.weights[row] + trainer.weights[data.size() + row];
        };
        std::size_t vectors = 0;
        for (std::size_t row = 0; row < data.size(); ++row) vectors += weight(row) != 0 ? 1 : 0;
        if (vectors > Capacity) return Status::capacity_full;
        count_ = 0;
        for (std::size_t row = 0; row < data.size(); ++row) {
            if (weight(row) == 0) continue;
            vectors_[count_] = data.rows[row];
            weights_[count_++] = weight(row);
        }
        intercept_ = intercept;
        gamma_ = gamma;
        return Status::ok;
    }

    [[nodiscard]] constexpr T predict(Sample x) const {
        const Likeness likeness = likeness_at(gamma_);
        T sum = intercept_;
        std::array<T, 64> block{};
        const std::size_t last = count_;
        for (std::size_t first = 0; first < last; first += block.size()) {
            const std::size_t count = min(block.size(), last - first);
            const auto values = std::span(block).first(count);
            likeness(x, std::span(vectors_).subspan(first, count), values);
            sum += kernels::dot<Isa>(values, std::span(weights_).subspan(first, count));
        }
        return sum;
    }

    constexpr void reset() {
        count_ = 0;
        intercept_ = 0;
    }

    /// How many support vectors are kept.
    [[nodiscard]] constexpr std::size_t count() const { return count_; }
    [[nodiscard]] constexpr T gamma() const { return gamma_; }
    [[nodiscard]] constexpr Sample vector(std::size_t i) const { return vectors_[i]; }
    [[nodiscard]] constexpr T weight(std::size_t i) const { return weights_[i]; }
    [[nodiscard]] constexpr T intercept() const { return intercept_; }

private:
    using Likeness = SvmLikeness<T, Features, kernel, Isa>;

    [[nodiscard]] constexpr Likeness likeness_at(T gamma) const {
        return {gamma, config_.coef0, config_.degree};
    }

    [[nodiscard]] constexpr bool usable() const {
        return config_.C > 0 && isfinite(config_.C) && config_.epsilon >= 0 && isfinite(config_.epsilon) &&
               config_.gamma >= 0 && isfinite(config_.gamma);
    }

    /// Leaves the weights in the trainer; returns the intercept.
    template <class Memory>
    constexpr T optimise(const Dataset<T, Features, T>& data, const Likeness& likeness,
                         Memory& memory) const {
        const std::size_t n = data.size();
        for (std::size_t t = 0; t < n; ++t) {
            memory.weights[t] = memory.weights[n + t] = 0;
            memory.gradient[t] = data.labels[t] + config_.epsilon;  // (1)
            memory.gradient[n + t] = data.labels[t] - config_.epsilon;
            likeness(data.rows[t], data.rows.subspan(t, 1), std::span(&memory.diagonal[t], 1));
            memory.diagonal[n + t] = memory.diagonal[t];
        }
        memory.kernels.forget();
        const auto kernel_row = [&](std::size_t t) {
            const std::size_t row = t < n ? t : t - n;  // of either weight
            return memory.kernels.row(row, 2 * n, [&](std::span<T> values) {
                likeness(data.rows[row], data.rows, values.first(n));
                for (std::size_t k = 0; k < n; ++k) values[n + k] = values[k];
            });
        };
        const SmoState<T> state{std::span(memory.weights).first(2 * n),
                                std::span(memory.gradient).first(2 * n),
                                std::span<const T>(memory.diagonal).first(2 * n), n};
        return sequential_minimal_optimisation<T>(state, {config_.C, config_.tolerance, config_.iterations},
                                                  kernel_row);
    }

    std::array<std::array<T, Features>, Capacity> vectors_{};
    std::array<T, Capacity> weights_{};
    std::uint32_t count_ = 0;
    T intercept_ = 0;
    Config config_;
    T gamma_;
};

}  // namespace mote
