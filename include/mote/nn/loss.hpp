// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/math.hpp"

/// Losses: evaluate(y, target, slope) gives the loss of one sample and d loss / d y.
namespace mote::nn {

/// -log of the probability that Softmax gives to the right class. Takes the scores before Softmax, so that
/// neither the loss nor its slope loses digits where a probability is near 0 or 1.
/// Source  Bishop 2006, Pattern Recognition and Machine Learning, equations (4.108) and (4.109).
struct CrossEntropy {
    static constexpr bool before_softmax = true;
    template <std::size_t Outputs>
    using Target = std::size_t;

    template <std::size_t Classes>
    [[nodiscard]] static constexpr bool allows(std::size_t label) {
        return label < Classes;
    }

    template <FloatingScalar T, std::size_t Classes>
    static constexpr T evaluate(std::span<const T, Classes> scores, std::size_t label, T* slope) {
        T largest = scores[0];
        for (const T score : scores) largest = max(largest, score);
        T total = 0;
        for (std::size_t i = 0; i < Classes; ++i) total += slope[i] = exp(scores[i] - largest);
        for (std::size_t i = 0; i < Classes; ++i) slope[i] /= total;
        slope[label] -= 1;                              // (4.109)
        return log(total) - (scores[label] - largest);  // (4.108)
    }
};

/// Mean of the squared differences from a target vector.
struct SquaredError {
    static constexpr bool before_softmax = false;

    template <std::size_t Outputs, class T>
    [[nodiscard]] static constexpr bool allows(const std::array<T, Outputs>& target) {
        return all_finite(target);
    }

    template <FloatingScalar T, std::size_t Outputs>
    static constexpr T evaluate(std::span<const T, Outputs> y, const std::array<T, Outputs>& target,
                                T* slope) {
        T total = 0;
        for (std::size_t i = 0; i < Outputs; ++i) {
            const T gap = y[i] - target[i];
            total += gap * gap;
            slope[i] = 2 * gap / static_cast<T>(Outputs);
        }
        return total / static_cast<T>(Outputs);
    }
};

}  // namespace mote::nn
