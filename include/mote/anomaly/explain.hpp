// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>

#include "mote/core/concepts.hpp"

namespace mote {

/// A detector that can say what each feature had to do with a score: contributions(x), one for each, higher
/// for more to blame. What they add up to is said there.
template <class D>
concept ExplainingDetector = AnomalyDetector<D> && requires(const D& detector, typename D::Sample x) {
    { detector.contributions(x) } -> std::same_as<std::array<typename D::Scalar, D::features>>;
};

template <class T>
struct Reason {
    std::size_t feature;
    T contribution;

    friend constexpr bool operator==(const Reason&, const Reason&) = default;
};

/// The features that contributed most to the score of x, the most first; of equal ones the lower number.
///
/// Shapes  x: [Features]; result: [Count], Count <= Features.
/// Memory  a row. Time Count * Features comparisons beside contributions().
template <std::size_t Count, ExplainingDetector Detector>
requires(Count <= Detector::features)
    [[nodiscard]] constexpr auto explain(const Detector& detector, typename Detector::Sample x) {
    const auto contributions = detector.contributions(x);
    std::array<Reason<typename Detector::Scalar>, Count> reasons{};
    std::array<bool, Detector::features> told{};
    for (auto& reason : reasons) {
        std::size_t most = 0;
        while (told[most]) ++most;
        for (std::size_t i = most + 1; i < contributions.size(); ++i) {
            if (!told[i] && contributions[i] > contributions[most]) most = i;
        }
        reason = {most, contributions[most]};
        told[most] = true;
    }
    return reasons;
}

}  // namespace mote
