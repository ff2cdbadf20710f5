// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/moments.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// Quadratic discriminant analysis: each class is a normal distribution with a covariance of its own.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. predict_proba(): [Classes], sums to one.
/// Units   x: standardised features, since shrinkage moves every covariance towards the identity: 0 .. 1, the
///         share of it.
/// Errors  fit() refuses values that are not finite or whose squares are not, labels out of range, a class
///         without a row, a shrinkage out of range (bad_parameter), and a covariance that is singular after
///         shrinking (not_converged: shrinkage 0 and a constant feature or fewer rows than features).
///         An x that is not finite belongs to class 0.
/// Memory  Classes * (Features * (Features + 3) / 2 + 1) + 1 scalars; fit() takes as much again on the stack,
///         and Features^2 / 2. predict() takes Classes * Features * (Features + 3) / 2
///         multiply-accumulates, fit() Features^2 / 2 a row and Features^3 / 2 a class.
/// Source  Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, section 4.3: (4.12); with
///         S = L L', (1) (x - m)' S^-1 (x - m) = |L^-1 (x - m)|^2. Shrinkage: Friedman 1989, Journal of the
///         American Statistical Association 84(405):165-175; scikit-learn's reg_param.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, class LabelType = std::uint8_t,
          class Isa = isa::Native>
requires can_label<LabelType, Classes>
class QuadraticDiscriminant {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    constexpr explicit QuadraticDiscriminant(T shrinkage = T(0.1)) : shrinkage_(shrinkage) {}

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        if (!(shrinkage_ >= 0 && shrinkage_ <= 1)) return Status::bad_parameter;
        QuadraticDiscriminant next(shrinkage_);
        for (std::size_t k = 0; k < Classes; ++k) {
            RunningCovariance<T, Features> moments;
            for (std::size_t row = 0; row < data.size(); ++row) {
                if (data.labels[row] != k) continue;
                if (const Status status = moments.update(data.rows[row]); status != Status::ok) return status;
            }
            if (moments.count() == 0) return Status::missing_class;
            const Status status = next.take(k, moments, data.size());
            if (status != Status::ok) return status;
        }
        *this = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        return static_cast<Label>(kernels::argmax<Isa>(decision_function(x)));
    }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        return softmax(decision_function(x));
    }

    /// The log of each class's probability up to a constant; the lowest number where it is not finite.
    [[nodiscard]] constexpr std::array<T, Classes> decision_function(Sample x) const {
        std::array<T, Classes> result{};
        for (std::size_t k = 0; k < Classes; ++k) {
            const T exponent = constants_[k] - squared_distance(k, x) / 2;
            result[k] = exponent > lowest ? exponent : lowest;  // also for NaN
        }
        return result;
    }

    constexpr void reset() { *this = QuadraticDiscriminant(shrinkage_); }

    using Triangle = std::array<T, Features*(Features + 1) / 2>;

    [[nodiscard]] constexpr Sample mean(Label label) const { return means_[label]; }
    /// L^-1, the lower triangle, row after row: 0 before any fit.
    [[nodiscard]] constexpr const Triangle& whitening(Label label) const { return whitening_[label]; }
    /// What decision_function() is at the mean.
    [[nodiscard]] constexpr T constant(Label label) const { return constants_[label]; }

private:
    static constexpr T lowest = std::numeric_limits<T>::lowest();

    /// Where the lower triangle, row after row, keeps row i, column j <= i.
    [[nodiscard]] static constexpr std::size_t place(std::size_t i, std::size_t j) {
        return i * (i + 1) / 2 + j;
    }

    /// (1)
    [[nodiscard]] constexpr T squared_distance(std::size_t k, Sample x) const {
        std::array<T, Features> gap{};
        for (std::size_t i = 0; i < Features; ++i) gap[i] = x[i] - means_[k][i];
        T sum = 0;
        for (std::size_t i = 0; i < Features; ++i) {
            T white = 0;
            for (std::size_t j = 0; j <= i; ++j) white += whitening_[k][place(i, j)] * gap[j];
            sum += white * white;
        }
        return sum;
    }

    constexpr Status take(std::size_t k, const RunningCovariance<T, Features>& moments, std::size_t rows) {
        Triangle& triangle = whitening_[k];
        for (std::size_t i = 0; i < Features; ++i) {
            means_[k][i] = moments.mean(i);
            for (std::size_t j = 0; j <= i; ++j) {
                triangle[place(i, j)] =
                    (1 - shrinkage_) * moments.covariance(i, j) + (i == j ? shrinkage_ : T(0));
            }
        }
        if (!all_finite(triangle)) return Status::not_finite;
        if (!decompose(triangle)) return Status::not_converged;
        invert(triangle);
        if (!all_finite(triangle)) return Status::not_converged;
        constants_[k] = log(static_cast<T>(moments.count()) / static_cast<T>(rows));
        for (std::size_t i = 0; i < Features; ++i) {
            constants_[k] += log(triangle[place(i, i)]);  // half the log of the determinant of S^-1
        }
        return Status::ok;
    }

    /// S becomes L, row after row; false where S has no square root.
    [[nodiscard]] static constexpr bool decompose(Triangle& s) {
        for (std::size_t i = 0; i < Features; ++i) {
            for (std::size_t j = 0; j <= i; ++j) {
                T left = s[place(i, j)];
                for (std::size_t m = 0; m < j; ++m) left -= s[place(i, m)] * s[place(j, m)];
                if (i == j && !(left > 0)) return false;
                s[place(i, j)] = i == j ? sqrt(left) : left / s[place(j, j)];
            }
        }
        return true;
    }

    /// L becomes its inverse: a row needs only the inverse of those above it.
    static constexpr void invert(Triangle& l) {
        for (std::size_t i = 0; i < Features; ++i) {
            const T pivot = 1 / l[place(i, i)];
            for (std::size_t j = 0; j < i; ++j) {
                T sum = 0;
                for (std::size_t m = j; m < i; ++m) sum += l[place(i, m)] * l[place(m, j)];
                l[place(i, j)] = -sum * pivot;
            }
            l[place(i, i)] = pivot;
        }
    }

    std::array<Triangle, Classes> whitening_{};
    std::array<std::array<T, Features>, Classes> means_{};
    std::array<T, Classes> constants_{};
    T shrinkage_;
};

}  // namespace mote
