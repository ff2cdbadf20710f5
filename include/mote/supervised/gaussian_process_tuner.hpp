// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Cholesky>
#include <array>
#include <cstddef>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/eigen.hpp"
#include "mote/core/lbfgs.hpp"
#include "mote/core/math.hpp"
#include "mote/core/status.hpp"
#include "mote/supervised/gaussian_process_kernel.hpp"

namespace mote {

/// How GaussianProcessTuner searches.
template <FloatingScalar T>
struct GaussianProcessTunerConfig {
    bool one_length = true;  // the same length scale for all features, or each its own
    T range = 1000;          // no setting moves farther than by this factor, up or down
    T tolerance = T(1e-3);   // stop where no setting would gain more likelihood for each factor of e
    std::size_t iterations = 100;
};

/// Finds the amplitude, the noise and the length scales that make the rows most likely.
///
/// Shapes  Rows: the most rows it can look at.
/// Errors  maximise() refuses values that are not finite, an empty dataset, settings out of range, more than
///         Rows rows (capacity_full), and a start at which the likelihood is not finite (diverged); all leave
///         the config as it was. It is ok, too, where the iterations were used up: they bound its time.
/// Memory  Rows * (Rows + 3) scalars in place, 40 * (Features + 2) of stack. Each of some 20 to 50 steps
///         takes 7 n^3 / 6 multiply-accumulates: work for a host, whose result is a config for the device.
/// Source  Rasmussen and Williams 2006, Gaussian Processes for Machine Learning: (1) = (5.8), (2) = (5.9),
///         of the logarithms of the settings. They are kept within the range by a hyperbolic tangent, (3).
///         Factorised by Eigen's LDL'. The mean is not searched for.
template <FloatingScalar T, std::size_t Features, std::size_t Rows,
          GaussianProcessKernel kernel = GaussianProcessKernel::rbf>
requires(Rows > 0) class GaussianProcessTuner {
public:
    using Config = GaussianProcessConfig<T, Features>;
    using Options = GaussianProcessTunerConfig<T>;
    using Gradient = std::array<T, Features + 2>;  // by the log of amplitude, noise and each length scale

    explicit GaussianProcessTuner(Options options = Options{}) : options_(options) {}

    [[nodiscard]] Status maximise(const Dataset<T, Features, T>& data, Config& config) {
        if (const Status status = check_targets(data); status != Status::ok) return status;
        if (data.size() > Rows) return Status::capacity_full;
        if (!config.usable() || !(options_.range > 1) || !isfinite(options_.range)) {
            return Status::bad_parameter;
        }
        Gradient moved{};
        const T reach = log(options_.range);
        const auto cost = [&](const Gradient& at, Gradient& gradient) {
            const T value = -log_marginal_likelihood(data, moved_by(config, at, reach), gradient);
            if (options_.one_length) share(gradient);
            for (std::size_t i = 0; i < at.size(); ++i) {
                const T bend = tanh(at[i] / reach);
                gradient[i] *= bend * bend - 1;  // (3)
            }
            return value;
        };
        const Status status =
            minimise_lbfgs(moved, cost, MinimiseConfig<T>{options_.tolerance, options_.iterations});
        if (status == Status::diverged) return status;
        config = moved_by(config, moved, reach);
        return Status::ok;
    }

    /// (1), and its gradient. Of at most Rows rows.
    T log_marginal_likelihood(const Dataset<T, Features, T>& data, const Config& config, Gradient& gradient) {
        const auto n = static_cast<Eigen::Index>(data.size());
        View covariance(matrix_.data(), n, n);
        for (Eigen::Index i = 0; i < n; ++i) {
            for (Eigen::Index j = 0; j < i; ++j)
                covariance(i, j) = config.amplitude * pair(data, config, i, j).correlation;
            covariance(i, i) = config.amplitude + config.noise;
        }
        const Eigen::LDLT<Eigen::Ref<Matrix>> factors(covariance);
        Column gaps(n);
        for (Eigen::Index i = 0; i < n; ++i) gaps[i] = data.labels[static_cast<std::size_t>(i)] - config.mean;
        const Column weights = factors.solve(gaps);
        constexpr T log_two_pi = T(1.8378770664093454836);
        T value = -(gaps.dot(weights) + static_cast<T>(n) * log_two_pi) / 2;
        for (Eigen::Index i = 0; i < n; ++i) value -= log(factors.vectorD()[i]) / 2;
        gradient = {};
        for (Eigen::Index j = 0; j < n; ++j) {
            const Column inverse = factors.solve(Column::Unit(n, j));
            add_column(data, config, weights, inverse, j, gradient);
        }
        return value;
    }

private:
    using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, static_cast<int>(Rows),
                                 static_cast<int>(Rows)>;
    using Column = Eigen::Matrix<T, Eigen::Dynamic, 1, Eigen::ColMajor, static_cast<int>(Rows), 1>;
    using View = Eigen::Map<Matrix>;

    /// Of two rows: their correlation, and how fast it grows by the log of a length scale, for each squared
    /// length scale between them.
    struct Pair {
        T correlation, growth;
    };

    [[nodiscard]] static Config moved_by(Config config, const Gradient& by, T reach) {
        const auto move = [&](T& setting, T distance) { setting *= exp(reach * tanh(distance / reach)); };
        move(config.amplitude, by[0]);
        move(config.noise, by[1]);
        for (std::size_t i = 0; i < Features; ++i) move(config.length_scales[i], by[i + 2]);
        return config;
    }

    /// One length scale: what all of them would gain together, shared alike so that they stay in step.
    static void share(Gradient& gradient) {
        T sum = 0;
        for (std::size_t i = 2; i < gradient.size(); ++i) sum += gradient[i];
        for (std::size_t i = 2; i < gradient.size(); ++i) gradient[i] = sum / static_cast<T>(Features);
    }

    [[nodiscard]] static T squared_gap(const Dataset<T, Features, T>& data, const Config& config,
                                       Eigen::Index i, Eigen::Index j, std::size_t feature) {
        const T gap = (data.rows[static_cast<std::size_t>(i)][feature] -
                       data.rows[static_cast<std::size_t>(j)][feature]) /
                      config.length_scales[feature];
        return gap * gap;
    }

    [[nodiscard]] static Pair pair(const Dataset<T, Features, T>& data, const Config& config, Eigen::Index i,
                                   Eigen::Index j) {
        T square = 0;
        for (std::size_t k = 0; k < Features; ++k) square += squared_gap(data, config, i, j, k);
        if constexpr (kernel == GaussianProcessKernel::rbf) {
            const T fall = exp(-square / 2);
            return {fall, fall};
        } else if constexpr (kernel == GaussianProcessKernel::matern32) {
            const T distance = sqrt(3 * square), fall = exp(-distance);
            return {(1 + distance) * fall, 3 * fall};
        } else {
            const T distance = sqrt(5 * square), fall = exp(-distance);
            return {(1 + distance * (1 + distance / 3)) * fall, (1 + distance) * fall * 5 / 3};
        }
    }

    /// What column j of (2) adds: the trace of (weights weights' - inverse) times the covariance's slope,
    /// halved.
    static void add_column(const Dataset<T, Features, T>& data, const Config& config, const Column& weights,
                           const Column& inverse, Eigen::Index j, Gradient& gradient) {
        const T own = weights[j] * weights[j] - inverse[j];
        gradient[0] += own * config.amplitude / 2;
        gradient[1] += own * config.noise / 2;
        for (Eigen::Index i = 0; i < j; ++i) {  // twice, for the column on the other side of the diagonal
            const Pair both = pair(data, config, i, j);
            const T share = (weights[i] * weights[j] - inverse[i]) * config.amplitude;
            gradient[0] += share * both.correlation;
            for (std::size_t k = 0; k < Features; ++k) {
                gradient[k + 2] += share * both.growth * squared_gap(data, config, i, j, k);
            }
        }
    }

    std::array<T, Rows * Rows> matrix_{};
    Options options_;
};

}  // namespace mote
