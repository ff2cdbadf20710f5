// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/eigen.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/normal_equations.hpp"

namespace mote {

/// The weighted sum of the features that comes nearest to the target: ordinary least squares or, with a
/// penalty, ridge regression.
///
/// Shapes  x: [Features]. predict(): scalar.
/// Units   x: any, one unit per feature. The penalty alpha depends on them, ordinary least squares does not.
/// Errors  fit() refuses no rows, values that are not finite (diverged where only their products are not) and
///         an alpha below 0. Where features are constant or depend on each other, as they must when there
///         are fewer rows than features, and alpha is 0, a feature that adds nothing has coefficient 0.
/// Memory  Features + 2 scalars; fit() takes Features * (Features + 9) on the stack. predict() takes Features
///         multiply-accumulates; fit() Features^2 a row and Features^3 / 6 at the end.
/// Source  Hoerl and Kennard 1970, Technometrics 12(1):55-67: (1) minimise |y - Xw|^2 + alpha |w|^2, without
///         a penalty on the intercept. Solved by LDL^T of the normal equations of centred features.
template <FloatingScalar T, std::size_t Features, class Isa = isa::Native>
class LinearRegression {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Target = T;
    static constexpr std::size_t features = Features;

    /// alpha is the penalty: 0 for ordinary least squares.
    constexpr explicit LinearRegression(T alpha = 0) : alpha_(alpha) {}

    [[nodiscard]] Status fit(Dataset<T, Features, T> data) {
        if (const Status status = check_targets(data); status != Status::ok) return status;
        if (!(alpha_ >= 0) || !isfinite(alpha_)) return Status::bad_parameter;
        const Means means = means_of(data);
        Matrix products = Matrix::Zero();
        Vector moments = Vector::Zero();
        for (std::size_t row = 0; row < data.size(); ++row) {
            const Vector x = as_vector(data.rows[row]) - means.x;
            products.template selfadjointView<Eigen::Lower>().rankUpdate(x);
            moments += x * (data.labels[row] - means.y);
        }
        products.diagonal().array() += alpha_;        // (1)
        const Vector diagonal = products.diagonal();  // no other product is larger than its largest
        if (!all_finite(view(diagonal)) || !all_finite(view(moments))) return Status::diverged;
        solve_normal_equations(products, moments);
        const T intercept = means.y - moments.dot(means.x);
        if (!all_finite(view(moments)) || !isfinite(intercept)) return Status::diverged;
        as_vector(coefficients_) = moments;
        intercept_ = intercept;
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

    constexpr void reset() { *this = LinearRegression(alpha_); }

private:
    using Matrix = Eigen::Matrix<T, static_cast<int>(Features), static_cast<int>(Features)>;
    using Vector = Eigen::Matrix<T, static_cast<int>(Features), 1>;

    struct Means {
        Vector x;
        T y;
    };

    [[nodiscard]] static Means means_of(const Dataset<T, Features, T>& data) {
        Means means{Vector::Zero(), 0};
        for (std::size_t row = 0; row < data.size(); ++row) {
            const T share = 1 / static_cast<T>(row + 1);
            means.x += (as_vector(data.rows[row]) - means.x) * share;
            means.y += (data.labels[row] - means.y) * share;
        }
        return means;
    }

    std::array<T, Features> coefficients_{};
    T intercept_ = 0;
    T alpha_;
};

}  // namespace mote
