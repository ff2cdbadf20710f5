// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/softmax.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/proto_nn_trainer.hpp"
#include "mote/supervised/sparse_projection.hpp"

namespace mote {

/// Nearest neighbours in one or two kilobytes: a few learnt prototypes, in a few numbers that the features
/// become.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. scores(): [Classes].
/// Units   x: one scale for all features (StandardScaler); which one does not matter.
/// Errors  fit() refuses what check_labelled() does and settings out of range, and reports `diverged`; the
///         model is then as it was. Before fit(), and for an x far from all prototypes, predict() is 0.
/// Memory  config.kept * 5 bytes (float, at most 256 features) and prototypes * (projected + Classes)
///         scalars. predict() takes kept + prototypes * (projected + Classes) multiply-accumulates and
///         prototypes exp.
/// Source  Gupta et al. 2017, ProtoNN: compressed and accurate kNN for resource-scarce devices, ICML,
///         equation (1), here (1). Gamma is a part of the projection and of the prototypes; only the
///         projection is thinned out, and the gradient is that of the cross entropy.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, ProtoNNConfig config = ProtoNNConfig{},
          class LabelType = std::uint8_t, class Isa = isa::Native>
requires(can_label<LabelType, Classes>&& config.projected > 0 && config.prototypes >= Classes) class ProtoNN {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Shape = detail::ProtoNNShape<Features, Classes, config>;
    using Trainer = ProtoNNTrainer<T, Features, Classes, config>;
    using Projected = std::array<T, config.projected>;
    using Scores = std::array<T, Classes>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data, Trainer& trainer) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        if (const Status status = trainer.run(data); status != Status::ok) return status;
        take(trainer.weights());
        return Status::ok;
    }

    [[nodiscard]] constexpr Scores scores(Sample x) const {
        const Projected z = projection_.apply(x, Projected{}, [](T value) { return value; });
        Scores result{};
        for (std::size_t i = 0; i < config.prototypes; ++i) {
            const T nearness = exp(-kernels::squared_distance<Isa>(z, prototypes_[i]));
            for (std::size_t k = 0; k < Classes; ++k) result[k] += scores_[i][k] * nearness;  // (1)
        }
        return result;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        return static_cast<Label>(kernels::argmax<Isa>(scores(x)));
    }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        return softmax(scores(x));
    }

    constexpr void reset() { *this = ProtoNN{}; }

    [[nodiscard]] constexpr const auto& projection() const { return projection_; }
    [[nodiscard]] constexpr const Projected& prototype(std::size_t i) const { return prototypes_[i]; }
    [[nodiscard]] constexpr const Scores& scores_of(std::size_t i) const { return scores_[i]; }

    /// Takes parameters in the order of detail::ProtoNNShape.
    constexpr void take(const std::array<T, Shape::parameters>& weights) {
        projection_.assign(std::span(weights).template first<Shape::matrix>());
        for (std::size_t i = 0; i < config.prototypes; ++i) {
            for (std::size_t j = 0; j < config.projected; ++j) {
                prototypes_[i][j] = weights[Shape::prototype(i) + j];
            }
            for (std::size_t k = 0; k < Classes; ++k) scores_[i][k] = weights[Shape::score(i) + k];
        }
    }

private:
    SparseProjection<T, config.projected, Features, config.kept> projection_{};
    std::array<Projected, config.prototypes> prototypes_{};
    std::array<Scores, config.prototypes> scores_{};
};

}  // namespace mote
