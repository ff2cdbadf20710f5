// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/proximal.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// What ElasticNet learns by; scikit-learn's names and values.
template <FloatingScalar T>
struct ElasticNetConfig {
    T alpha = 1;                      // strength of the penalty
    T l1_ratio = T(0.5);              // 1 penalises magnitudes only (Lasso), 0 squares only
    T tolerance = T(1e-5);            // largest step of a pass, as a share of the target's deviation
    std::uint32_t iterations = 1000;  // passes over the features, at most
};

/// Least squares with a penalty on the magnitudes of the coefficients, which sets those of little use to 0.
///
/// Shapes  x: [Features]. predict(): scalar.
/// Units   x: standardised features learn best; the penalty depends on their scale.
/// Errors  fit() refuses no rows, values that are not finite (diverged where only their products are not) and
///         settings out of range (bad_parameter); not_converged where the passes ran out. A constant feature
///         has coefficient 0.
/// Memory  Features + 5 words; fit() takes Features * (Features + 7) / 2 scalars on the stack, whatever the
///         number of rows. predict() takes Features multiply-accumulates; fit() Features^2 / 2 a row and
///         Features^2 a pass.
/// Source  Friedman, Hastie, Tibshirani 2010, Journal of Statistical Software 33(1), section 2: minimise
///         |y - Xw|^2 / (2 rows) + alpha (l1_ratio |w|_1 + (1 - l1_ratio) |w|^2 / 2), without a penalty on
///         the intercept, (1) by coordinate descent on covariances.
template <FloatingScalar T, std::size_t Features, class Isa = isa::Native>
class ElasticNet {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Target = T;
    using Config = ElasticNetConfig<T>;
    static constexpr std::size_t features = Features;

    constexpr explicit ElasticNet(Config config = Config{}) : config_(config) {}

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, T> data) {
        if (const Status status = check_targets(data); status != Status::ok) return status;
        if (!valid_settings()) return Status::bad_parameter;
        Moments moments;
        for (std::size_t row = 0; row < data.size(); ++row) {
            std::array<T, Features + 1> joint{};
            for (std::size_t i = 0; i < Features; ++i) joint[i] = data.rows[row][i];
            joint[Features] = data.labels[row];
            if (const Status status = moments.update(joint); status != Status::ok) return status;
        }
        std::array<T, Features> weights{};
        if (const Status status = descend(moments, weights); status != Status::ok) return status;
        T intercept = moments.mean(Features);
        for (std::size_t i = 0; i < Features; ++i) intercept -= weights[i] * moments.mean(i);
        if (!all_finite(weights) || !isfinite(intercept)) return Status::diverged;
        set(weights, intercept);
        return Status::ok;
    }

    [[nodiscard]] constexpr T predict(Sample x) const {
        return intercept_ + kernels::dot<Isa>(x, coefficients_);
    }

    [[nodiscard]] constexpr Sample coefficients() const { return coefficients_; }
    [[nodiscard]] constexpr T intercept() const { return intercept_; }

    /// A model trained elsewhere.
    constexpr void set(Sample coefficients, T intercept) {
        for (std::size_t i = 0; i < Features; ++i) coefficients_[i] = coefficients[i];
        intercept_ = intercept;
    }

    constexpr void reset() { set(std::array<T, Features>{}, 0); }

private:
    using Moments = RunningCovariance<T, Features + 1>;  // the target comes last

    [[nodiscard]] constexpr bool valid_settings() const {
        return config_.alpha >= 0 && isfinite(config_.alpha) && config_.l1_ratio >= 0 &&
               config_.l1_ratio <= 1;
    }

    constexpr Status descend(const Moments& moments, std::array<T, Features>& weights) const {
        const T variance = moments.covariance(Features, Features, 0);
        const T magnitudes = config_.alpha * config_.l1_ratio;
        const T squares = config_.alpha - magnitudes;
        std::array<T, Features> gradients{};  // covariances of the features with what is not explained yet
        for (std::size_t i = 0; i < Features; ++i) gradients[i] = moments.covariance(i, Features, 0);
        if (!all_finite(gradients) || !isfinite(variance)) return Status::diverged;
        for (std::uint32_t pass = 0; pass < config_.iterations; ++pass) {
            T largest = 0;
            for (std::size_t i = 0; i < Features; ++i) {
                const T spread = moments.covariance(i, i, 0);
                if (!isfinite(spread)) return Status::diverged;
                if (spread <= 0) continue;
                const T aim = gradients[i] + spread * weights[i];
                const T step = detail::shrink(aim, magnitudes) / (spread + squares) - weights[i];  // (1)
                weights[i] += step;
                for (std::size_t j = 0; j < Features; ++j) {
                    gradients[j] -= step * moments.covariance(i, j, 0);
                }
                largest = max(largest, step * step * spread);
            }
            if (largest <= config_.tolerance * config_.tolerance * variance) return Status::ok;
        }
        return Status::not_converged;
    }

    std::array<T, Features> coefficients_{};
    T intercept_ = 0;
    Config config_;
};

/// ElasticNet that penalises magnitudes only.
template <FloatingScalar T, std::size_t Features, class Isa = isa::Native>
class Lasso : public ElasticNet<T, Features, Isa> {
public:
    constexpr explicit Lasso(T alpha = 1) : ElasticNet<T, Features, Isa>({.alpha = alpha, .l1_ratio = 1}) {}
    constexpr explicit Lasso(ElasticNetConfig<T> config)
        : ElasticNet<T, Features, Isa>({config.alpha, 1, config.tolerance, config.iterations}) {}
};

}  // namespace mote
