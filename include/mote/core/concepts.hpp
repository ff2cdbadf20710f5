// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/core/change.hpp"
#include "mote/core/status.hpp"

/// The verbs of the house as concepts: what a type must offer to be called a classifier, a detector, an
/// agent. Models name their types by nested aliases (`Scalar`, `Sample`, `Label`) and their sizes by
/// static constants (`features`, `classes`).
namespace mote {

/// Specialised to true by core/fixed.hpp for every Fixed<Rep, FractionBits>.
template <class T>
inline constexpr bool is_fixed = false;

template <class T>
concept FloatingScalar = std::floating_point<T>;
template <class T>
concept FixedScalar = is_fixed<T>;
template <class T>
concept Scalar = FloatingScalar<T> || FixedScalar<T>;

/// The label type can count that many classes: std::uint8_t up to 256.
template <class Label, std::size_t Classes>
concept can_label = std::unsigned_integral<Label> && Classes - 1 <= std::numeric_limits<Label>::max();

/// A plain value (rule 1): it can be copied byte by byte, so sizeof is all its memory.
template <class M>
concept PlainValue = std::is_trivially_copyable_v<M> && std::is_standard_layout_v<M>;

template <class M>
concept Classifier = PlainValue<M> && requires(const M& model, typename M::Sample x) {
    { M::features } -> std::convertible_to<std::size_t>;
    { M::classes } -> std::convertible_to<std::size_t>;
    { model.predict(x) } -> std::same_as<typename M::Label>;
};

template <class M>
concept ProbabilisticClassifier = Classifier<M> && requires(const M& model, typename M::Sample x) {
    { model.predict_proba(x) } -> std::same_as<std::array<typename M::Scalar, M::classes>>;
};

template <class M>
concept OnlineClassifier = Classifier<M> && requires(M& model, typename M::Sample x, typename M::Label y) {
    { model.update(x, y) } -> std::same_as<Status>;
    model.reset();
};

template <class M>
concept Regressor = PlainValue<M> && requires(const M& model, typename M::Sample x) {
    { M::features } -> std::convertible_to<std::size_t>;
    { model.predict(x) } -> std::convertible_to<typename M::Target>;
};

template <class M>
concept AnomalyDetector = PlainValue<M> && requires(const M& model, typename M::Sample x) {
    { M::features } -> std::convertible_to<std::size_t>;
    { model.score(x) } -> std::same_as<typename M::Score>;
};

template <class M>
concept StreamingDetector = AnomalyDetector<M> && requires(M& model, typename M::Sample x) {
    { model.update(x) } -> std::same_as<Status>;
    { model.observe(x) } -> std::same_as<typename M::Score>;
    model.reset();
};

/// Says of each value of a stream whether the stream has changed: observe(x) is update(x), then change().
template <class M>
concept ChangeDetector = PlainValue<M> && requires(M& model, const M& frozen, typename M::Scalar x) {
    { model.update(x) } -> std::same_as<Status>;
    { model.observe(x) } -> std::same_as<Change>;
    { frozen.change() } -> std::same_as<Change>;
    model.reset();
};

template <class M>
concept Transformer = PlainValue<M> && requires(const M& model, typename M::Sample x) {
    { M::outputs } -> std::convertible_to<std::size_t>;
    { model.transform(x) } -> std::same_as<std::array<typename M::Scalar, M::outputs>>;
};

class Random;

template <class M>
concept Agent = PlainValue<M> && requires(M& agent, const M& frozen, typename M::State s,
                                          typename M::Action a, typename M::Scalar r, Random& random) {
    { M::states } -> std::convertible_to<std::size_t>;
    { M::actions } -> std::convertible_to<std::size_t>;
    { frozen.act(s, random) } -> std::same_as<typename M::Action>;
    { agent.learn(s, a, r, s) } -> std::same_as<Status>;
    agent.reset();
};

template <class M>
concept Mergeable = PlainValue<M> && requires(M& model, const M& other) {
    { model.merge(other) } -> std::same_as<Status>;
    { M::exactly_mergeable } -> std::convertible_to<bool>;
};

}  // namespace mote
