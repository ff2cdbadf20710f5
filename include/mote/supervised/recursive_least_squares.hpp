// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// Least squares that follows a stream: after each sample the coefficients are those of a fit to all so far,
/// in which older samples may count less.
///
/// Shapes  x: [Features]; target and predict(): scalar.
/// Units   x and target: any; without forgetting, coefficients do not depend on the units.
/// Errors  update() refuses values that are not finite or lead to such; a forgetting factor that is not above
///         0 and at most 1 is refused as bad_parameter. A feature that adds nothing to the others and a
///         constant, as every feature while there are too few samples, has coefficient 0.
/// Memory  (Features + 1) * (Features + 4) / 2 + Features + 2 scalars, n^2 / 2 for large n. update() takes 3
///         (Features + 1)^2 multiply-accumulates and Features + 1 square roots, predict() Features.
/// Source  Bierman 1977, Factorization Methods for Discrete Sequential Estimation, chapter IV: the
///         square-root information filter. R'R is the information matrix of (1, x), kept as a triangle R that
///         (1) Givens rotations fold each sample into; (2) R w = z. Merging folds in the other's triangle:
///         exact.
template <FloatingScalar T, std::size_t Features, class Isa = isa::Native>
class RecursiveLeastSquares {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Target = T;
    static constexpr std::size_t features = Features;
    static constexpr bool exactly_mergeable = true;  // up to the rounding of T

    /// Each update multiplies the weight of all before by `forgetting`: 1 never forgets, 0.99 has the
    /// memory of 100 samples.
    constexpr explicit RecursiveLeastSquares(T forgetting = 1) : forgetting_(forgetting) {}

    constexpr Status update(Sample x, T y) {
        if (!(forgetting_ > 0) || forgetting_ > 1) return Status::bad_parameter;
        if (!all_finite(x) || !isfinite(y)) return Status::not_finite;
        Row row{};
        row[0] = 1;
        for (std::size_t i = 0; i < Features; ++i) row[i + 1] = x[i];
        row[Features + 1] = y;
        RecursiveLeastSquares next = *this;
        const T kept = sqrt(forgetting_);
        for (T& value : next.triangle_) value *= kept;
        next.fold(row, 0);
        return next.solve() ? (*this = next, Status::ok) : Status::not_finite;
    }

    [[nodiscard]] constexpr T predict(Sample x) const {
        return intercept_ + kernels::dot<Isa>(x, coefficients_);
    }

    /// As if this model had also seen every sample of the other; neither ages the other's samples.
    constexpr Status merge(const RecursiveLeastSquares& other) {
        RecursiveLeastSquares next = *this;
        for (std::size_t i = 0; i <= Features; ++i) {
            Row row{};
            for (std::size_t j = i; j < row.size(); ++j) row[j] = other.triangle_[place(i, j)];
            next.fold(row, i);
        }
        return next.solve() ? (*this = next, Status::ok) : Status::not_finite;
    }

    constexpr void reset() { *this = RecursiveLeastSquares(forgetting_); }

    [[nodiscard]] constexpr Sample coefficients() const { return coefficients_; }
    [[nodiscard]] constexpr T intercept() const { return intercept_; }

private:
    static constexpr std::size_t columns = Features + 2;  // of the constant, the features and the target
    using Row = std::array<T, columns>;

    /// Where the triangle, row after row, keeps row i, column j >= i.
    [[nodiscard]] static constexpr std::size_t place(std::size_t i, std::size_t j) {
        return i * columns - i * (i + 1) / 2 + j;
    }

    /// (1) Turns the row into the triangle; its columns before `first` are 0.
    constexpr void fold(Row& row, std::size_t first) {
        for (std::size_t i = first; i <= Features; ++i) {
            T& pivot = triangle_[place(i, i)];
            if (row[i] == 0) continue;
            const T length = hypotenuse(pivot, row[i]);
            const T cosine = pivot / length, sine = row[i] / length;
            for (std::size_t j = i; j < columns; ++j) {
                T& above = triangle_[place(i, j)];
                const T turned = cosine * above + sine * row[j];
                row[j] = cosine * row[j] - sine * above;
                above = turned;
            }
        }
    }

    [[nodiscard]] static constexpr T hypotenuse(T a, T b) {
        const T larger = max(abs(a), abs(b)), ratio = min(abs(a), abs(b)) / larger;
        return larger * sqrt(1 + ratio * ratio);
    }

    /// (2) From the last coefficient to the first; pivots that are lost in rounding count as 0.
    constexpr bool solve() {
        std::array<T, Features + 1> weights{};
        for (std::size_t i = Features + 1; i-- > 0;) {
            T largest = 0;
            for (std::size_t above = 0; above <= i; ++above)
                largest = max(largest, abs(triangle_[place(above, i)]));
            constexpr T lost = static_cast<T>(16 * (Features + 1)) * std::numeric_limits<T>::epsilon();
            if (!(abs(triangle_[place(i, i)]) > lost * largest)) continue;
            T rest = triangle_[place(i, Features + 1)];
            for (std::size_t j = i + 1; j <= Features; ++j) rest -= triangle_[place(i, j)] * weights[j];
            weights[i] = rest / triangle_[place(i, i)];
        }
        intercept_ = weights[0];
        for (std::size_t i = 0; i < Features; ++i) coefficients_[i] = weights[i + 1];
        return all_finite(triangle_) && all_finite(weights);
    }

    std::array<T, (Features + 1) * (Features + 4) / 2> triangle_{};
    std::array<T, Features> coefficients_{};
    T intercept_ = 0;
    T forgetting_;
};

}  // namespace mote
