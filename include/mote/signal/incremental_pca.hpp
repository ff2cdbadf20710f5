// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

struct IncrementalPcaConfig {
    std::uint32_t memory = 65'536;  // samples; of more, older ones fade
};

template <IncrementalPcaConfig Config>
concept valid_incremental_pca_config = Config.memory > 1 && Config.memory <= 1u << 20;

/// Principal components of a stream, brought up to date with every sample, without its covariance and without
/// Eigen. Those of Pca where Components == Features or the rows have no more directions than that; else what
/// the components left out is forgotten, and they are nearly those.
///
/// Shapes  x: [Features]. transform(): [Components], the coordinate along each, the most varying first.
///         inverse_transform() takes coordinates back; residual(): [Features], what is lost on the way.
/// Units   x: one unit for all features; scale them first.
/// Errors  update() and fit() refuse an x that is not finite or longer than 2^60, fit() also fewer than two
///         rows. A component that no sample has shown yet is 0, and so are its coordinates.
/// Memory  Components * (Features + 1) + Features scalars and a count; update() as much again on the stack,
///         and (Components + 1)^2 scalars. transform() takes Components * Features multiply-accumulates,
///         update() O(Components^2 * Features + Components^3).
/// Source  Hall, Marshall, Martin 1998, Incremental eigenanalysis for classification, BMVC: 286-295: (1) the
///         part of x beside the components, (2) the covariance in the basis widened by it, (3) its
///         eigenvectors, by the rotations of Jacobi 1846, Journal fuer die reine und angewandte Mathematik
///         30:51-94. The covariance is a mean, not a sum, so that endless streams lose no precision.
///         The largest weight of each component is positive.
template <FloatingScalar T, std::size_t Features, std::size_t Components,
          IncrementalPcaConfig Config = IncrementalPcaConfig{}, class Isa = isa::Native>
requires(Components > 0 && Components <= Features) &&
    valid_incremental_pca_config<Config> class IncrementalPca {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Coordinates = std::array<T, Components>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t outputs = Components;

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.size() < 2) return Status::too_few_rows;
        IncrementalPca next;
        for (const Row& row : rows) {
            if (const Status status = next.update(row); status != Status::ok) return status;
        }
        *this = next;
        return Status::ok;
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x) || !(kernels::dot<Isa>(x, x) <= T(0x1p120))) return Status::not_finite;
        if (count_ < Config.memory) ++count_;
        const T share = 1 / static_cast<T>(count_);
        const Row gap = centre(x);
        for (std::size_t i = 0; i < Features; ++i) mean_[i] += share * gap[i];
        if (count_ == 1) return Status::ok;
        Basis basis = widened(gap);
        diagonalise(basis);
        for (std::size_t k = 0; k < Components; ++k) keep(k, basis);
        return Status::ok;
    }

    [[nodiscard]] constexpr Coordinates transform(Sample x) const { return project(centre(x)); }

    [[nodiscard]] constexpr Row inverse_transform(std::span<const T, Components> coordinates) const {
        Row result = mean_;
        for (std::size_t k = 0; k < Components; ++k)
            kernels::axpy<Isa>(coordinates[k], components_[k], result);
        return result;
    }

    [[nodiscard]] constexpr Row residual(Sample x) const {
        Row rest = centre(x);
        deflate(rest, Components);
        return rest;
    }

    constexpr void reset() { *this = IncrementalPca{}; }

    /// Samples so far, at most `memory`.
    [[nodiscard]] constexpr std::uint32_t count() const { return count_; }
    [[nodiscard]] constexpr Sample mean() const { return mean_; }
    [[nodiscard]] constexpr Sample component(std::size_t k) const { return components_[k]; }
    /// Of the samples along component k; unbiased.
    [[nodiscard]] constexpr T variance(std::size_t k) const {
        return count_ < 2 ? 0 : variances_[k] * (1 + 1 / static_cast<T>(count_ - 1));
    }

private:
    static constexpr std::size_t wide = Components + 1;

    struct Basis {
        std::array<Row, wide> rows{};
        std::array<std::array<T, wide>, wide> covariance{};  // in coordinates of the rows
    };

    [[nodiscard]] constexpr Row centre(Sample x) const {
        Row result{};
        for (std::size_t i = 0; i < Features; ++i) result[i] = x[i] - mean_[i];
        return result;
    }

    [[nodiscard]] constexpr Coordinates project(const Row& centred) const {
        Coordinates result{};
        for (std::size_t k = 0; k < Components; ++k) result[k] = kernels::dot<Isa>(centred, components_[k]);
        return result;
    }

    /// Takes the first components out of a row.
    constexpr void deflate(Row& row, std::size_t count) const {
        for (std::size_t k = 0; k < count; ++k)
            kernels::axpy<Isa>(-kernels::dot<Isa>(row, components_[k]), components_[k], row);
    }

    /// To length 1; to 0 where the row is no more than the rounding of something `whole` long.
    static constexpr T normalise(Row& row, T whole) {
        const T length = sqrt(kernels::dot<Isa>(row, row));
        const bool is_rounding = !(length > 16 * std::numeric_limits<T>::epsilon() * whole);
        for (T& value : row) value = is_rounding ? 0 : value / length;
        return is_rounding ? 0 : length;
    }

    [[nodiscard]] constexpr Basis widened(const Row& gap) const {
        Basis basis;
        Row beside = gap;
        deflate(beside, Components);  // (1)
        deflate(beside, Components);  // again: the first time leaves rounding, which may be most of it
        const T length = normalise(beside, sqrt(kernels::dot<Isa>(gap, gap)));
        const T share = 1 / static_cast<T>(count_);
        const Coordinates along = project(gap);
        for (std::size_t k = 0; k < wide; ++k) {
            basis.rows[k] = k < Components ? components_[k] : beside;
            const T left = k < Components ? along[k] : length;
            for (std::size_t j = 0; j < wide; ++j) {
                const T before = k == j && k < Components ? variances_[k] : 0;
                const T right = j < Components ? along[j] : length;
                basis.covariance[k][j] = (1 - share) * (before + share * left * right);  // (2)
            }
        }
        return basis;
    }

    /// (3) Rotates pairs of rows until none of them varies with another, then sorts them.
    static constexpr void diagonalise(Basis& basis) {
        bool turned = true;
        for (int sweep = 0; turned && sweep < 10; ++sweep) {
            turned = false;
            for (std::size_t q = 1; q < wide; ++q) {
                for (std::size_t p = 0; p < q; ++p) turned = rotate(basis, p, q) || turned;
            }
        }
        for (std::size_t k = 0; k + 1 < wide; ++k) {
            std::size_t most = k;
            for (std::size_t j = k + 1; j < wide; ++j) {
                if (basis.covariance[j][j] > basis.covariance[most][most]) most = j;
            }
            std::swap(basis.rows[k], basis.rows[most]);
            std::swap(basis.covariance[k][k], basis.covariance[most][most]);  // nothing is left beside these
        }
    }

    /// So that rows p and q no longer vary together. False where they do not, up to rounding.
    static constexpr bool rotate(Basis& basis, std::size_t p, std::size_t q) {
        auto& c = basis.covariance;
        const T most = sqrt(abs(c[p][p])) * sqrt(abs(c[q][q]));
        if (abs(c[p][q]) <= std::numeric_limits<T>::epsilon() * most) return false;
        const T ratio = (c[q][q] - c[p][p]) / (2 * c[p][q]);
        const T size = min(abs(ratio), T(0x1p60));
        const T tangent = copysign(1 / (size + sqrt(size * size + 1)), ratio);
        const T cosine = 1 / sqrt(tangent * tangent + 1), sine = tangent * cosine;
        const auto turn = [=](T& a, T& b) {
            const T old = a;
            a = cosine * old - sine * b;
            b = sine * old + cosine * b;
        };
        for (std::size_t i = 0; i < Features; ++i) turn(basis.rows[p][i], basis.rows[q][i]);
        for (std::size_t i = 0; i < wide; ++i) turn(c[p][i], c[q][i]);
        for (std::size_t i = 0; i < wide; ++i) turn(c[i][p], c[i][q]);
        c[p][q] = c[q][p] = 0;
        return true;
    }

    /// At right angles to those before it: without that, rounding would bend the basis in the long run.
    constexpr void keep(std::size_t k, const Basis& basis) {
        Row row = basis.rows[k];
        deflate(row, k);
        normalise(row, 1);
        T largest = 0;
        for (const T value : row) largest = abs(value) > abs(largest) ? value : largest;
        for (std::size_t i = 0; i < Features; ++i) components_[k][i] = largest < 0 ? -row[i] : row[i];
        variances_[k] = max(T{0}, basis.covariance[k][k]);
    }

    std::array<Row, Components> components_{};
    Coordinates variances_{};  // of all samples, by their number
    Row mean_{};
    std::uint32_t count_ = 0;
};

}  // namespace mote
