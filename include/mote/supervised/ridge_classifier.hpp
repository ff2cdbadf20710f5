// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/eigen.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/hyperplanes.hpp"
#include "mote/supervised/normal_equations.hpp"

namespace mote {

/// Ridge regression on 1 for a class and -1 for the rest: a linear classifier whose training is one solve.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1, one class against the rest where there are more than two.
/// Units   x: standardised features learn best; the penalty depends on their scale.
/// Errors  fit() refuses no rows, values that are not finite (diverged where only their products are not),
///         labels out of range and an alpha below 0. A feature that adds nothing has weight 0.
/// Memory  planes * (Features + 1) + 1 words, planes being Classes, or 1 for two; fit() takes Features *
///         (Features + planes + 8) on the stack. predict() takes planes * Features multiply-accumulates;
///         fit() Features * (Features + planes) a row.
/// Source  Hoerl and Kennard 1970, Technometrics 12(1):55-67; as in scikit-learn, without a penalty on
///         intercepts.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, class LabelType = std::uint8_t,
          class Isa = isa::Native>
requires can_label<LabelType, Classes>
class RidgeClassifier {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Planes = Hyperplanes<T, Features, Classes, Isa>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    constexpr explicit RidgeClassifier(T alpha = 1) : alpha_(alpha) {}

    [[nodiscard]] Status fit(Dataset<T, Features, Label> data) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        if (!(alpha_ >= 0) || !isfinite(alpha_)) return Status::bad_parameter;
        const Means means(data);
        Matrix products = Matrix::Zero(size, size);
        Sides moments = Sides::Zero(size, plane_count);
        for (std::size_t row = 0; row < data.size(); ++row) {
            const Vector x = as_vector(data.rows[row]) - means.x;
            products.template selfadjointView<Eigen::Lower>().rankUpdate(x);
            for (int k = 0; k < plane_count; ++k)
                moments.col(k) += x * (side(k, data.labels[row]) - means.y[k]);
        }
        products.diagonal().array() += alpha_;
        if (!products.diagonal().allFinite() || !moments.allFinite()) return Status::diverged;
        solve_normal_equations(products, moments);
        Planes next;
        for (int k = 0; k < plane_count; ++k) {
            const Vector weights = moments.col(k);
            next.set(static_cast<std::size_t>(k), view(weights), means.y[k] - weights.dot(means.x));
        }
        if (!next.finite()) return Status::diverged;
        planes_ = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return static_cast<Label>(planes_.predict(x)); }

    /// The regression's answer for each class; one number where there are two classes.
    [[nodiscard]] constexpr auto decision_function(Sample x) const { return planes_.scores(x); }

    [[nodiscard]] constexpr const Planes& planes() const { return planes_; }
    constexpr void set(const Planes& trained_elsewhere) { planes_ = trained_elsewhere; }

    constexpr void reset() { planes_ = Planes{}; }

private:
    static constexpr int size = static_cast<int>(Features);
    static constexpr int plane_count = static_cast<int>(Planes::planes);
    using Matrix = BoundedMatrix<T, Features, Features>;
    using Sides = BoundedMatrix<T, Features, Planes::planes>;
    using Vector = Eigen::Matrix<T, size, 1>;

    [[nodiscard]] static T side(int plane, Label label) {
        return Planes::side(static_cast<std::size_t>(plane), label);
    }

    struct Means {
        Vector x = Vector::Zero();
        Eigen::Matrix<T, plane_count, 1> y = Eigen::Matrix<T, plane_count, 1>::Zero();

        explicit Means(const Dataset<T, Features, Label>& data) {
            for (std::size_t row = 0; row < data.size(); ++row) {
                const T share = 1 / static_cast<T>(row + 1);
                x += (as_vector(data.rows[row]) - x) * share;
                for (int k = 0; k < plane_count; ++k) y[k] += (side(k, data.labels[row]) - y[k]) * share;
            }
        }
    };

    Planes planes_;
    T alpha_;
};

}  // namespace mote
