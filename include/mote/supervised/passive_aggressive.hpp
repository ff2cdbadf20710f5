// SPDX-License-Identifier: MIT
#pragma once

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

/// What PassiveAggressive learns by.
template <FloatingScalar T>
struct PassiveAggressiveConfig {
    T C = 1;                    // how much one sample may change at most: noisier labels want less
    bool squared = false;       // PA-II, whose steps shrink by C; otherwise PA-I, whose steps are cut at C
    std::uint32_t epochs = 10;  // fit: passes over the rows
    std::uint32_t seed = 1;
};

/// Passive-aggressive classifier: a sample that is on the right side by a margin of one changes nothing, any
/// other moves the plane just as far as it takes.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1, one class against the rest where there are more than two.
/// Units   x: standardised features learn best.
/// Errors  update() and fit() refuse values that are not finite and labels out of range, fit() also an empty
///         dataset; diverged leaves the model as it was.
/// Memory  planes * (Features + 1) + 4 words, planes being Classes, or 1 for two. predict() takes planes *
///         Features multiply-accumulates, update() at most twice as many and a division for each plane.
/// Source  Crammer, Dekel, Keshet, Shalev-Shwartz, Singer 2006, Online passive-aggressive algorithms, Journal
///         of Machine Learning Research 7:551-585: (1) PA-I, (2) PA-II. As in scikit-learn, the intercept
///         moves along but is not counted in |x|, and a sample of zeros moves nothing.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, class LabelType = std::uint8_t,
          class Isa = isa::Native>
requires can_label<LabelType, Classes>
class PassiveAggressive {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Config = PassiveAggressiveConfig<T>;
    using Planes = Hyperplanes<T, Features, Classes, Isa>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    constexpr explicit PassiveAggressive(Config config = Config{}) : config_(config) {}

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        Planes next;
        Random random(config_.seed);
        for (std::uint32_t epoch = 0; epoch < config_.epochs; ++epoch) {
            VisitOrder order(data.size(), random);
            for (std::size_t i = 0; i < data.size(); ++i) {
                const std::size_t row = order.next();
                learn(next, data.rows[row], data.labels[row]);
            }
        }
        if (!next.finite()) return Status::diverged;
        planes_ = next;
        return Status::ok;
    }

    constexpr Status update(Sample x, Label y) {
        if (y >= Classes) return Status::bad_label;
        if (!all_finite(x)) return Status::not_finite;
        Planes next = planes_;
        learn(next, x, y);
        if (!next.finite()) return Status::diverged;
        planes_ = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return static_cast<Label>(planes_.predict(x)); }

    /// Each class's score; one number where there are two classes.
    [[nodiscard]] constexpr auto decision_function(Sample x) const { return planes_.scores(x); }

    [[nodiscard]] constexpr const Planes& planes() const { return planes_; }
    /// A model trained elsewhere.
    constexpr void set(const Planes& planes) { planes_ = planes; }

    constexpr void reset() { planes_ = Planes{}; }

private:
    constexpr void learn(Planes& planes, Sample x, Label y) const {
        const T square = kernels::dot<Isa>(x, x);
        if (square == 0) return;
        for (std::size_t plane = 0; plane < Planes::planes; ++plane) {
            const T side = Planes::side(plane, y);
            const T loss = 1 - side * planes.score(plane, x);
            if (!(loss > 0)) continue;
            const T step = config_.squared ? loss / (square + 1 / (2 * config_.C))  // (2)
                                           : min(config_.C, loss / square);         // (1)
            planes.add(plane, side * step, x);
        }
    }

    Planes planes_;
    Config config_;
};

}  // namespace mote
