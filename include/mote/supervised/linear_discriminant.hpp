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
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/hyperplanes.hpp"
#include "mote/supervised/normal_equations.hpp"

namespace mote {

/// Linear discriminant analysis: each class is a normal distribution, and all have the same covariance.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. predict_proba(): [Classes], sums to one.
/// Units   x: any, one unit per feature; without shrinkage units do not matter. shrinkage: 0 .. 1, the share
///         of the covariance that is replaced by that of independent features of the mean variance.
/// Errors  fit() refuses values that are not finite (diverged where only their products are not), labels out
///         of range, a class without a row and a shrinkage out of range. A feature that adds nothing has
///         weight 0.
/// Memory  planes * (Features + 1) + 1 words, planes being Classes, or 1 for two; fit() takes Features *
///         (Features + 2 * Classes + 8) on the stack. predict() takes planes * Features
///         multiply-accumulates; fit() Features^2 / 2 a row.
/// Source  Hastie, Tibshirani, Friedman 2009, The Elements of Statistical Learning, section 4.3: (1) the
///         pooled covariance, (2) the discriminants (4.10). Shrinkage: Friedman 1989, Journal of the American
///         Statistical Association 84(405):165-175. scikit-learn's solver lsqr.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, class LabelType = std::uint8_t,
          class Isa = isa::Native>
requires can_label<LabelType, Classes>
class LinearDiscriminant {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Planes = Hyperplanes<T, Features, Classes, Isa>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    constexpr explicit LinearDiscriminant(T shrinkage = 0) : shrinkage_(shrinkage) {}

    [[nodiscard]] Status fit(Dataset<T, Features, Label> data) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        if (!(shrinkage_ >= 0 && shrinkage_ <= 1)) return Status::bad_parameter;
        std::array<std::uint32_t, Classes> counts{};
        Means means = Means::Zero(size, number_of_classes);
        for (std::size_t row = 0; row < data.size(); ++row) {
            auto mean = means.col(data.labels[row]);
            mean += (as_vector(data.rows[row]) - mean) / static_cast<T>(++counts[data.labels[row]]);
        }
        for (const std::uint32_t count : counts) {
            if (count == 0) return Status::missing_class;
        }
        Matrix covariance = Matrix::Zero(size, size);  // (1)
        for (std::size_t row = 0; row < data.size(); ++row) {
            const Vector gap = as_vector(data.rows[row]) - means.col(data.labels[row]);
            covariance.template selfadjointView<Eigen::Lower>().rankUpdate(gap);
        }
        const T count = static_cast<T>(data.size());
        const T independent = shrinkage_ * covariance.trace() / (count * static_cast<T>(Features));
        covariance *= (1 - shrinkage_) / count;
        covariance.diagonal().array() += independent;
        if (!covariance.diagonal().allFinite()) return Status::diverged;
        Means weights = means;
        solve_normal_equations(covariance, weights);
        return take(means, weights, counts, data.size());
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return static_cast<Label>(planes_.predict(x)); }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        if constexpr (Classes == 2) {
            return softmax(std::array<T, 2>{0, planes_.score(0, x)});
        } else {
            return softmax(planes_.scores(x));
        }
    }

    /// The log of each class's probability up to a constant; of two classes, the log odds.
    [[nodiscard]] constexpr auto decision_function(Sample x) const { return planes_.scores(x); }

    [[nodiscard]] constexpr const Planes& planes() const { return planes_; }
    /// A model trained elsewhere.
    constexpr void set(const Planes& planes) { planes_ = planes; }

    constexpr void reset() { planes_ = Planes{}; }

private:
    static constexpr int size = static_cast<int>(Features);
    static constexpr int number_of_classes = static_cast<int>(Classes);
    using Matrix = BoundedMatrix<T, Features, Features>;
    using Means = BoundedMatrix<T, Features, Classes>;
    using Vector = Eigen::Matrix<T, size, 1>;

    /// (2)
    Status take(const Means& means, const Means& weights, const std::array<std::uint32_t, Classes>& counts,
                std::size_t rows) {
        std::array<T, Classes> intercepts{};
        for (std::size_t k = 0; k < Classes; ++k) {
            const auto column = static_cast<int>(k);
            intercepts[k] = log(static_cast<T>(counts[k]) / static_cast<T>(rows)) -
                            means.col(column).dot(weights.col(column)) / 2;
        }
        Planes next;
        for (std::size_t k = 0; k < Planes::planes; ++k) {
            const auto column = static_cast<int>(k);
            Vector plane = weights.col(column);
            if constexpr (Classes == 2) plane = weights.col(1) - weights.col(0);
            next.set(k, view(plane), Classes == 2 ? intercepts[1] - intercepts[0] : intercepts[k]);
        }
        if (!next.finite()) return Status::diverged;
        planes_ = next;
        return Status::ok;
    }

    Planes planes_;
    T shrinkage_;
};

}  // namespace mote
