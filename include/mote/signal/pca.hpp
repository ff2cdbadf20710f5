// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Core>
#include <Eigen/Eigenvalues>
#include <Eigen/Jacobi>
#include <array>
#include <cstddef>
#include <limits>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

struct PcaConfig {
    bool standardize = false;  // bring every feature to deviation 1 first
};

/// Principal components: the directions in which the rows vary most, at right angles to each other.
///
/// Shapes  x: [Features]. transform(): [Components], the coordinate along each, the most varying first.
///         inverse_transform() takes coordinates back; residual(): [Features], what is lost on the way.
/// Units   x: one unit for all features, or any with `standardize`, when coordinates and residuals are in
///         standard deviations.
/// Errors  fit() refuses fewer than two rows, values that are not finite or whose squares are not, and
///         not_converged where the eigenvectors do not come out. Before fit() transform() gives zeros.
/// Memory  Components * (Features + 1) + 2 * Features scalars. transform() takes Components * Features
///         multiply-accumulates; fit() O(n * Features^2 + Features^3), with 3.5 * Features^2 scalars of
///         stack.
/// Source  Pearson 1901, Philosophical Magazine 2(11):559-572; eigenvectors of the covariance by Eigen's
///         symmetric QR, of fewer than 32 features by the rotations of Jacobi 1846, which need no memory
///         beside the matrices. The largest weight of each component is positive.
template <FloatingScalar T, std::size_t Features, std::size_t Components, PcaConfig Config = PcaConfig{},
          class Isa = isa::Native>
requires(Components > 0 && Components <= Features) class Pca {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Coordinates = std::array<T, Components>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t outputs = Components;

    constexpr Pca() { factors_.fill(1); }

    [[nodiscard]] Status fit(Rows<T, Features> rows) {
        if (rows.size() < 2) return Status::too_few_rows;
        RunningCovariance<T, Features> moments;
        for (const Row& row : rows) {
            if (const Status status = moments.update(row); status != Status::ok) return status;
        }
        Pca next;
        if constexpr (Config.standardize) next.standardize(moments);
        Matrix covariance = next.scaled(moments), directions(size, size);
        if (!covariance.allFinite()) return Status::not_finite;
        Vector variances(size);
        if (!find_axes(covariance, directions, variances)) return Status::not_converged;
        for (std::size_t i = 0; i < Features; ++i) next.mean_[i] = moments.mean(i);
        for (std::size_t k = 0; k < Components; ++k) {
            int most = 0;
            next.variances_[k] = max(T{0}, variances.maxCoeff(&most));
            variances[most] = std::numeric_limits<T>::lowest();
            next.keep(k, directions.col(most));
        }
        *this = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Coordinates transform(Sample x) const { return project(centre(x)); }

    [[nodiscard]] constexpr Row inverse_transform(std::span<const T, Components> coordinates) const {
        Row result = compose(coordinates);
        for (std::size_t i = 0; i < Features; ++i) result[i] = result[i] / factors_[i] + mean_[i];
        return result;
    }

    [[nodiscard]] constexpr Row residual(Sample x) const {
        Row rest = centre(x);
        const Row kept = compose(project(rest));
        for (std::size_t i = 0; i < Features; ++i) rest[i] -= kept[i];
        return rest;
    }

    constexpr void reset() { *this = Pca{}; }

    [[nodiscard]] constexpr Sample component(std::size_t k) const { return components_[k]; }
    /// Of the rows along component k.
    [[nodiscard]] constexpr T variance(std::size_t k) const { return variances_[k]; }
    [[nodiscard]] constexpr T mean(std::size_t i) const { return mean_[i]; }
    /// What centred feature i is multiplied by: 1 where it is not standardised.
    [[nodiscard]] constexpr T factor(std::size_t i) const { return factors_[i]; }

private:
    static constexpr int size = static_cast<int>(Features);
    // What is long is of a size that the compiler does not know: it would unroll it.
    static constexpr bool few = Features < 32;
    static constexpr int known_size = few ? size : Eigen::Dynamic;
    using Matrix = Eigen::Matrix<T, known_size, known_size, Eigen::ColMajor, size, size>;
    using Vector = Eigen::Matrix<T, known_size, 1, Eigen::ColMajor, size, 1>;

    /// Eigenvectors and eigenvalues, in any order. Eigen's solver would take memory; of few features
    /// rotations in place do as well.
    [[nodiscard]] static bool find_axes(Matrix& covariance, Matrix& directions, Vector& variances) {
        if constexpr (few) {
            directions.setIdentity();
            bool turned = true;
            for (int sweep = 0; turned && sweep < 30; ++sweep) turned = turn_all(covariance, directions);
            variances = covariance.diagonal();
            return !turned;
        } else {
            const Eigen::SelfAdjointEigenSolver<Matrix> solver(covariance);
            directions = solver.eigenvectors();
            variances = solver.eigenvalues();
            return solver.info() == Eigen::Success;
        }
    }

    /// One rotation for each pair of features that still go together; whether there was one.
    static bool turn_all(Matrix& covariance, Matrix& directions) {
        bool turned = false;
        for (int q = 1; q < size; ++q) {
            for (int p = 0; p < q; ++p) {
                const T most = sqrt(abs(covariance(p, p))) * sqrt(abs(covariance(q, q)));
                if (abs(covariance(p, q)) <= std::numeric_limits<T>::epsilon() * most) continue;
                Eigen::JacobiRotation<T> rotation;
                if (!rotation.makeJacobi(covariance, p, q)) continue;
                covariance.applyOnTheLeft(p, q, rotation.adjoint());
                covariance.applyOnTheRight(p, q, rotation);
                directions.applyOnTheRight(p, q, rotation);
                turned = true;
            }
        }
        return turned;
    }

    constexpr void standardize(const RunningCovariance<T, Features>& moments) {
        for (std::size_t i = 0; i < Features; ++i) {
            const T variance = moments.covariance(i, i, 0);
            factors_[i] = variance > 0 ? 1 / sqrt(variance) : T{1};
        }
    }

    [[nodiscard]] Matrix scaled(const RunningCovariance<T, Features>& moments) const {
        Matrix result(size, size);
        for (std::size_t i = 0; i < Features; ++i) {
            for (std::size_t j = 0; j < Features; ++j) {
                result(static_cast<int>(i), static_cast<int>(j)) =
                    moments.covariance(i, j) * factors_[i] * factors_[j];
            }
        }
        return result;
    }

    void keep(std::size_t k, const Vector& vector) {
        int largest = 0;
        vector.cwiseAbs().maxCoeff(&largest);
        const T sign = vector[largest] < 0 ? T{-1} : T{1};
        for (std::size_t i = 0; i < Features; ++i) components_[k][i] = sign * vector[static_cast<int>(i)];
    }

    [[nodiscard]] constexpr Row centre(Sample x) const {
        Row result{};
        for (std::size_t i = 0; i < Features; ++i) result[i] = (x[i] - mean_[i]) * factors_[i];
        return result;
    }

    [[nodiscard]] constexpr Coordinates project(const Row& centred) const {
        Coordinates result{};
        for (std::size_t k = 0; k < Components; ++k) result[k] = kernels::dot<Isa>(centred, components_[k]);
        return result;
    }

    [[nodiscard]] constexpr Row compose(std::span<const T, Components> coordinates) const {
        Row result{};
        for (std::size_t k = 0; k < Components; ++k)
            kernels::axpy<Isa>(coordinates[k], components_[k], result);
        return result;
    }

    std::array<Row, Components> components_{};
    Coordinates variances_{};
    Row mean_{};
    Row factors_{};  // 1 / deviation where standardised
};

}  // namespace mote
