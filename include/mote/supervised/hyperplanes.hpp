// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/sample.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

/// What linear classifiers know: a score for each class that is linear in the features, or, where there are
/// two classes, one score that is positive for class 1.
///
/// Shapes  x: [Features]. scores(): [planes], where planes is Classes, or 1 for two classes.
/// Memory  planes * (Features + 1) scalars. Time: planes * Features multiply-accumulates.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, class Isa = isa::Native>
requires(Classes >= 2) class Hyperplanes {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t planes = Classes == 2 ? 1 : Classes;

    /// Which way the plane should see a sample of the class: 1 or -1.
    [[nodiscard]] static constexpr T side(std::size_t plane, std::size_t label) {
        return label == (planes == 1 ? 1 : plane) ? T(1) : T(-1);
    }

    [[nodiscard]] constexpr T score(std::size_t plane, Sample x) const {
        return intercepts_[plane] + kernels::dot<Isa>(x, weights_[plane]);
    }

    [[nodiscard]] constexpr std::array<T, planes> scores(Sample x) const {
        std::array<T, planes> result{};
        for (std::size_t k = 0; k < planes; ++k) result[k] = score(k, x);
        return result;
    }

    [[nodiscard]] constexpr std::size_t predict(Sample x) const {
        if constexpr (planes == 1) return score(0, x) > 0 ? 1 : 0;
        return kernels::argmax<Isa>(scores(x));
    }

    /// Moves the plane by step * (x, 1).
    constexpr void add(std::size_t plane, T step, Sample x) {
        kernels::axpy<Isa>(step, x, weights_[plane]);
        intercepts_[plane] += step;
    }

    constexpr void scale_weights(T factor) {
        for (auto& plane : weights_) {
            for (T& weight : plane) weight *= factor;
        }
    }

    [[nodiscard]] constexpr Sample weights(std::size_t plane) const { return weights_[plane]; }
    [[nodiscard]] constexpr T intercept(std::size_t plane) const { return intercepts_[plane]; }
    constexpr void set(std::size_t plane, Sample weights, T intercept) {
        for (std::size_t i = 0; i < Features; ++i) weights_[plane][i] = weights[i];
        intercepts_[plane] = intercept;
    }

    [[nodiscard]] constexpr bool finite() const {
        for (const auto& plane : weights_) {
            if (!all_finite(plane)) return false;
        }
        return all_finite(intercepts_);
    }

private:
    std::array<std::array<T, Features>, planes> weights_{};
    std::array<T, planes> intercepts_{};
};

}  // namespace mote
