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
#include "mote/supervised/bonsai_trainer.hpp"
#include "mote/supervised/sparse_projection.hpp"

namespace mote {

/// One shallow tree with curved boundaries, in a few numbers that the features become: made to fit into one
/// or two kilobytes.
///
/// Shapes  x: [Features]. Labels 0 .. Classes - 1. scores(): [Classes], or [1] for two classes, positive for
///         class 1.
/// Units   x: one scale for all features (StandardScaler); which one does not matter.
/// Errors  fit() refuses what check_labelled() does and settings out of range, and reports `diverged`; the
///         model is then as it was. Before fit() predict() is 0.
/// Memory  config.kept * 5 bytes (float, at most 256 features) and projected * (1 + inner + 2 * nodes *
///         outputs) scalars, where nodes = 2^(depth + 1) - 1, inner of them branches. predict() takes kept +
///         projected * (depth + 2 * (depth + 1) * outputs) multiply-accumulates and (depth + 1) * outputs
///         tanh.
/// Source  Kumar, Goyal and Varma 2017, Resource-efficient machine learning in 2 KB RAM for the Internet of
///         Things, ICML, equation (1), here (1), (2). Theta, W and V are not thinned out, sigma is a part of
///         V, the projection has an offset, and the gradient is that of the cross entropy.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, BonsaiConfig config = BonsaiConfig{},
          class LabelType = std::uint8_t, class Isa = isa::Native>
requires(can_label<LabelType, Classes>&& Classes >= 2 && config.projected > 0 &&
         config.depth < 8) class Bonsai {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Label = LabelType;
    using Shape = detail::BonsaiShape<Features, Classes, config>;
    using Trainer = BonsaiTrainer<T, Features, Classes, config>;
    using Projected = std::array<T, config.projected>;
    using Scores = std::array<T, Shape::outputs>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    /// What each node on the way adds to the scores: values times the tanh of gates.
    struct Node {
        std::array<Projected, Shape::outputs> values{}, gates{};
    };

    [[nodiscard]] constexpr Status fit(Dataset<T, Features, Label> data, Trainer& trainer) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        if (const Status status = trainer.run(data); status != Status::ok) return status;
        take(trainer.weights());
        return Status::ok;
    }

    [[nodiscard]] constexpr Scores scores(Sample x) const {
        const Projected z = projection_.apply(x, offsets_, [](T value) { return value; });
        Scores result{};
        for (std::size_t node = 0;; node = 2 * node + (kernels::dot<Isa>(branches_[node], z) > 0 ? 2 : 1)) {
            for (std::size_t k = 0; k < Shape::outputs; ++k) {
                result[k] += kernels::dot<Isa>(nodes_[node].values[k], z) *
                             tanh(kernels::dot<Isa>(nodes_[node].gates[k], z));  // (1)
            }
            if (node >= Shape::inner) return result;  // (2): only nodes on the way
        }
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        return static_cast<Label>(kernels::argmax<Isa>(detail::logits_of<Classes>(scores(x))));
    }

    [[nodiscard]] constexpr std::array<T, Classes> predict_proba(Sample x) const {
        return softmax(detail::logits_of<Classes>(scores(x)));
    }

    constexpr void reset() { *this = Bonsai{}; }

    [[nodiscard]] constexpr const auto& projection() const { return projection_; }
    [[nodiscard]] constexpr const Projected& offsets() const { return offsets_; }
    [[nodiscard]] constexpr const Projected& branch(std::size_t node) const { return branches_[node]; }
    [[nodiscard]] constexpr const Node& node(std::size_t i) const { return nodes_[i]; }

    /// Takes parameters in the order of detail::BonsaiShape.
    constexpr void take(const std::array<T, Shape::parameters>& weights) {
        const auto copy = [&](Projected& to, std::size_t first) {
            for (std::size_t i = 0; i < to.size(); ++i) to[i] = weights[first + i];
        };
        projection_.assign(std::span(weights).template first<Shape::matrix>());
        copy(offsets_, Shape::matrix);
        for (std::size_t node = 0; node < Shape::inner; ++node) copy(branches_[node], Shape::branch(node));
        for (std::size_t node = 0; node < Shape::nodes; ++node) {
            for (std::size_t k = 0; k < Shape::outputs; ++k) {
                copy(nodes_[node].values[k], Shape::value(node, k));
                copy(nodes_[node].gates[k], Shape::gate(node, k));
            }
        }
    }

private:
    SparseProjection<T, config.projected, Features, config.kept> projection_{};
    Projected offsets_{};
    std::array<Projected, max(Shape::inner, std::size_t{1})> branches_{};
    std::array<Node, Shape::nodes> nodes_{};
};

}  // namespace mote
