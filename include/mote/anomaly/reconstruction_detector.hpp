// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// A projection that can go back: Pca, for one.
template <class M>
concept InvertibleTransformer = Transformer<M> && requires(const M& model, typename M::Sample x) {
    {
        model.inverse_transform(model.transform(x))
        } -> std::same_as<std::array<typename M::Scalar, M::features>>;
};

/// A network with as many outputs as inputs, of real numbers or quantised.
template <class M>
concept Autoencoder = PlainValue<M> &&
    requires(const M& model, Sample<float, M::features> x, typename M::Workspace& scratch) {
    { model.predict(x, scratch) } -> std::same_as<std::array<float, M::features>>;
};

/// What a sample loses on its way through a model that has learnt to give usual samples back: an autoencoder
/// or a projection.
///
/// Shapes  x: [Features]. score(): scalar >= 0. contributions(): [Features], whose mean is the score.
/// Units   x: as the model takes it; score: mean squared difference.
/// Errors  fit(), where the model has one, refuses what the model refuses. score() is 0 for an x that is not
///         finite, and finite for any other.
/// Memory  the model; score() takes a network's workspace on the stack unless it is given one. Time that of
///         the model.
/// Source  Japkowicz, Myers, Gluck 1995, A novelty detection approach to classification, IJCAI: 518-523.
template <class Model>
requires InvertibleTransformer<Model> || Autoencoder<Model>
class ReconstructionDetector {
    template <class M>
    struct ScalarOf {
        using Type = float;
    };
    template <InvertibleTransformer M>
    struct ScalarOf<M> {
        using Type = typename M::Scalar;
    };

public:
    using Scalar = typename ScalarOf<Model>::Type;
    static constexpr std::size_t features = Model::features;
    using Sample = mote::Sample<Scalar, features>;
    using Row = std::array<Scalar, features>;
    using Score = Scalar;

    constexpr ReconstructionDetector() = default;
    constexpr explicit ReconstructionDetector(const Model& trained) : model_(trained) {}

    [[nodiscard]] constexpr Status fit(Rows<Scalar, features> rows) requires requires(Model& model) {
        model.fit(rows);
    }
    { return model_.fit(rows); }

    [[nodiscard]] constexpr Score score(Sample x) const { return mean(contributions(x)); }
    template <class Workspace>
    [[nodiscard]] constexpr Score score(Sample x, Workspace& scratch) const {
        return mean(contributions(x, scratch));
    }

    /// What each feature lost, squared.
    [[nodiscard]] constexpr Row contributions(Sample x) const {
        if constexpr (InvertibleTransformer<Model>) {
            return squares(x, model_.inverse_transform(model_.transform(x)));
        } else {
            typename Model::Workspace scratch;
            return contributions(x, scratch);
        }
    }
    template <class Workspace>
    [[nodiscard]] constexpr Row contributions(Sample x, Workspace& scratch) const {
        return squares(x, model_.predict(x, scratch));
    }

    [[nodiscard]] constexpr const Model& model() const { return model_; }

private:
    [[nodiscard]] static constexpr Row squares(Sample x, const Row& back) {
        Row result{};
        if (!all_finite(x)) return result;
        for (std::size_t i = 0; i < features; ++i) {
            const Scalar square = (x[i] - back[i]) * (x[i] - back[i]);
            result[i] = isfinite(square) ? square : std::numeric_limits<Scalar>::max();
        }
        return result;
    }

    [[nodiscard]] static constexpr Score mean(const Row& parts) {
        Score sum = 0;
        for (const Score part : parts) sum += part / static_cast<Score>(features);
        return min(sum, std::numeric_limits<Score>::max());
    }

    Model model_{};
};

}  // namespace mote
