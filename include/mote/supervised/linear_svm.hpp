// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/core/visit_order.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/hyperplanes.hpp"

namespace mote {

/// What LinearSvm learns by; scikit-learn's names where it has them.
template <FloatingScalar T>
struct LinearSvmConfig {
    T C = 1;                         // the weight of the loss against that of the margin
    bool squared = false;            // fit: the square of the hinge loss, scikit-learn's default
    T tolerance = T(1e-3);           // fit: largest violation of optimality
    std::uint32_t iterations = 300;  // fit: passes over the rows for each plane, at most
    T learning_rate = T(0.01);       // update
    T alpha = T(1e-4);               // update: penalty
    std::uint32_t seed = 1;
};

/// Linear support vector machine: the hyperplane that leaves the widest margin between a class and the rest.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1, one class against the rest where there are more than two.
/// Units   x: standardised features learn best; the penalty depends on their scale.
/// Errors  fit() and update() refuse values that are not finite and labels out of range, fit() also an empty
///         dataset, more rows than the trainer holds and a C that is not above 0; diverged leaves the model
///         as it was. fit() is ok, too, where the passes were used up: they bound its time.
/// Memory  planes * (Features + 1) + 7 words, planes being Classes, or 1 for two. fit() works in a trainer of
///         one scalar a row. predict() takes planes * Features multiply-accumulates, update() three times as
///         many, fit() twice as many a row and pass.
/// Source  Hsieh, Chang, Lin, Keerthi, Sundararajan 2008, A dual coordinate descent method for large-scale
///         linear SVM, ICML, algorithm 1: (1) the gradient, (2) its projection, (3) the step; the intercept
///         is the weight of a constant feature, and penalised as such. Deviation: rows are visited with
///         a random stride, not in a shuffled order. update(): Shalev-Shwartz, Singer, Srebro 2007, Pegasos,
///         ICML, with a constant rate.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, class LabelType = std::uint8_t,
          class Isa = isa::Native>
requires can_label<LabelType, Classes>
class LinearSvm {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Config = LinearSvmConfig<T>;
    using Planes = Hyperplanes<T, Features, Classes, Isa>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    /// The memory of fit(): how far each row pushes the plane.
    template <std::size_t Rows>
    struct Trainer {
        std::array<T, Rows> pushes{};
    };

    constexpr explicit LinearSvm(Config config = Config{}) : config_(config) {}

    template <std::size_t Rows>
    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data, Trainer<Rows>& trainer) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        if (data.size() > Rows) return Status::capacity_full;
        if (!(config_.C > 0) || !isfinite(config_.C)) return Status::bad_parameter;
        Planes next;
        Random random(config_.seed);
        for (std::size_t plane = 0; plane < Planes::planes; ++plane) {
            trainer.pushes = {};
            for (std::uint32_t pass = 0; pass < config_.iterations; ++pass) {
                T worst = 0;
                VisitOrder order(data.size(), random);
                for (std::size_t i = 0; i < data.size(); ++i) {
                    const std::size_t row = order.next();
                    const T y = Planes::side(plane, data.labels[row]);
                    worst = max(worst, descend(next, plane, data.rows[row], y, trainer.pushes[row]));
                }
                if (worst <= config_.tolerance) break;
            }
        }
        if (!next.finite()) return Status::diverged;
        planes_ = next;
        return Status::ok;
    }

    /// One step of stochastic gradient descent on the hinge loss.
    constexpr Status update(Sample x, Label y) {
        if (y >= Classes) return Status::bad_label;
        if (!all_finite(x)) return Status::not_finite;
        Planes next = planes_;
        next.scale_weights(1 - config_.learning_rate * config_.alpha);
        for (std::size_t plane = 0; plane < Planes::planes; ++plane) {
            const T side = Planes::side(plane, y);
            if (side * planes_.score(plane, x) < 1) next.add(plane, side * config_.learning_rate, x);
        }
        if (!next.finite()) return Status::diverged;
        planes_ = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return static_cast<Label>(planes_.predict(x)); }

    /// The distance from each class's plane in margins; one number where there are two classes.
    [[nodiscard]] constexpr auto decision_function(Sample x) const { return planes_.scores(x); }

    [[nodiscard]] constexpr const Planes& planes() const { return planes_; }
    /// A model trained elsewhere.
    constexpr void set(const Planes& planes) { planes_ = planes; }

    constexpr void reset() { planes_ = Planes{}; }

private:
    /// Moves the plane to where this row's share of the dual is best; returns by how much it was not.
    constexpr T descend(Planes& planes, std::size_t plane, Sample x, T y, T& push) const {
        const T slack = config_.squared ? 1 / (2 * config_.C) : T(0);
        const T most = config_.squared ? detail::infinity<T> : config_.C;
        const T gradient = y * planes.score(plane, x) - 1 + slack * push;  // (1)
        const bool held = (push <= 0 && gradient > 0) || (push >= most && gradient < 0);
        if (held || gradient == 0) return 0;  // (2)
        const T curvature = kernels::dot<Isa>(x, x) + 1 + slack;
        const T moved = clamp(push - gradient / curvature, T(0), most);  // (3)
        planes.add(plane, (moved - push) * y, x);
        push = moved;
        return abs(gradient);
    }

    Planes planes_;
    Config config_;
};

}  // namespace mote
