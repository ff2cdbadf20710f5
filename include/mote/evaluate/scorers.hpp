// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/core/concepts.hpp"
#include "mote/core/floating.hpp"
#include "mote/evaluate/confusion_matrix.hpp"
#include "mote/evaluate/probability_loss.hpp"
#include "mote/evaluate/regression_errors.hpp"

/// A model and a dataset in, one number out: what cross_validate() and permutation_importance() judge by.
/// Higher is better, so losses and errors are negated, as in scikit-learn. NaN where the model's answers or
/// the truth are none that the figure is defined for (a label out of range, a value that is not finite).
namespace mote {

/// A model's scores are float or double: its own scalar where that is one, else float.
template <class M>
struct ScoreScalar {
    using type = float;
};
template <class M>
requires FloatingScalar<typename M::Scalar>
struct ScoreScalar<M> {
    using type = typename M::Scalar;
};

namespace detail {

template <class M>
using ScalarOf = typename ScoreScalar<M>::type;

/// Counts every answer, then asks the figure; NaN where an answer is refused.
template <class Figures, class M, class Data, class Ask>
constexpr typename Figures::Scalar figure_of(const M& model, const Data& data, Ask ask) {
    Figures figures;
    for (std::size_t row = 0; row < data.size(); ++row) {
        const auto answer = [&] {
            if constexpr (requires { M::classes; }) {
                return model.predict(data.rows[row]);
            } else {
                return static_cast<typename Figures::Scalar>(model.predict(data.rows[row]));
            }
        }();
        const auto truth = static_cast<decltype(answer)>(data.labels[row]);
        if (figures.update(truth, answer) != Status::ok) return not_a_number<typename Figures::Scalar>;
    }
    return ask(figures);
}

template <class M>
using AnswersOf = ConfusionMatrix<ScalarOf<M>, M::classes, typename M::Label>;
template <class M>
using ErrorsOf = RegressionErrors<ScalarOf<M>>;

}  // namespace detail

struct Accuracy {
    template <Classifier M, class Data>
    constexpr auto operator()(const M& model, const Data& data) const {
        using Answers = detail::AnswersOf<M>;
        return detail::figure_of<Answers>(model, data, [](const Answers& of) { return of.accuracy(); });
    }
};

struct BalancedAccuracy {
    template <Classifier M, class Data>
    constexpr auto operator()(const M& model, const Data& data) const {
        using Answers = detail::AnswersOf<M>;
        return detail::figure_of<Answers>(model, data,
                                          [](const Answers& of) { return of.balanced_accuracy(); });
    }
};

struct MacroF1 {
    template <Classifier M, class Data>
    constexpr auto operator()(const M& model, const Data& data) const {
        using Answers = detail::AnswersOf<M>;
        return detail::figure_of<Answers>(model, data, [](const Answers& of) { return of.macro().f1; });
    }
};

struct NegatedLogLoss {
    template <ProbabilisticClassifier M, class Data>
    requires FloatingScalar<typename M::Scalar>
    constexpr auto operator()(const M& model, const Data& data) const {
        using T = typename M::Scalar;
        ProbabilityLoss<T, M::classes, typename M::Label> loss;
        for (std::size_t row = 0; row < data.size(); ++row) {
            const Status status = loss.update(model.predict_proba(data.rows[row]), data.labels[row]);
            if (status != Status::ok) return detail::not_a_number<T>;
        }
        return -loss.log_loss();
    }
};

struct NegatedMeanAbsoluteError {
    template <Regressor M, class Data>
    constexpr auto operator()(const M& model, const Data& data) const {
        using Errors = detail::ErrorsOf<M>;
        return detail::figure_of<Errors>(model, data, [](const Errors& of) { return -of.mean_absolute(); });
    }
};

struct NegatedRootMeanSquareError {
    template <Regressor M, class Data>
    constexpr auto operator()(const M& model, const Data& data) const {
        using Errors = detail::ErrorsOf<M>;
        return detail::figure_of<Errors>(model, data,
                                         [](const Errors& of) { return -of.root_mean_square(); });
    }
};

struct R2 {
    template <Regressor M, class Data>
    constexpr auto operator()(const M& model, const Data& data) const {
        using Errors = detail::ErrorsOf<M>;
        return detail::figure_of<Errors>(model, data, [](const Errors& of) { return of.r2(); });
    }
};

}  // namespace mote
