// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/kernels/kernels.hpp"
#include "mote/supervised/categorical_naive_bayes.hpp"

namespace mote {

/// CategoricalNaiveBayes in integers: predicts as the float model it was made from.
///
/// Shapes  x: [Features] of 0 .. Categories - 1, at most 30,000. Labels 0 .. Classes - 1.
/// Errors  assign() refuses a model that has seen no sample (not_trained) and leaves it as it was. Before
///         that predict() is 0. A class never seen is never predicted; a category out of range says nothing.
/// Memory  2 * Classes * Features * Categories + 4 * Classes bytes. predict() takes Classes * Features
///         additions: no floating point, the same bits on every target.
/// Source  As CategoricalNaiveBayes. Only differences between classes matter: of each category's logarithms
///         the largest is 0, (1), and all are scaled by one number to 15 bits.
template <std::size_t Features, std::size_t Categories, std::size_t Classes, class LabelType = std::uint8_t>
requires(can_label<LabelType, Classes>&& Categories >= 1 && Categories <= 256 &&
         Features <= 30'000) class FixedCategoricalNaiveBayes {
public:
    using Scalar = std::uint8_t;
    using Sample = mote::Sample<std::uint8_t, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t classes = Classes;

    template <FloatingScalar T, class Isa>
    constexpr Status assign(
        const CategoricalNaiveBayes<T, Features, Categories, Classes, LabelType, Isa>& from) {
        std::uint64_t seen = 0;
        for (std::size_t k = 0; k < Classes; ++k) seen += from.count(static_cast<Label>(k));
        if (seen == 0) return Status::not_trained;
        const auto prior = [&](std::size_t k) {
            return log(static_cast<T>(from.count(static_cast<Label>(k))) / static_cast<T>(seen));
        };
        T deepest = T(0.1);
        for (std::size_t k = 0; k < Classes; ++k) {
            if (from.count(static_cast<Label>(k)) == 0) continue;
            deepest = max(deepest, -prior(k));
            for_each_category([&](std::size_t i, std::size_t c) {
                deepest = max(deepest, highest(from, i, c) - from.log_share(static_cast<Label>(k), i, c));
            });
        }
        const T scale = 32767 / deepest;
        for (std::size_t k = 0; k < Classes; ++k) {
            const auto label = static_cast<Label>(k);
            constants_[k] = never;
            if (from.count(label) == 0) continue;
            constants_[k] = static_cast<std::int32_t>(prior(k) * scale - T(0.5));
            for_each_category([&](std::size_t i, std::size_t c) {
                const T gap = from.log_share(label, i, c) - highest(from, i, c);  // (1)
                logs_[k][i][c] = static_cast<std::int16_t>(gap * scale - T(0.5));
            });
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const {
        std::array<std::int32_t, Classes> scores = constants_;
        for (std::size_t k = 0; k < Classes; ++k) {
            for (std::size_t i = 0; i < Features; ++i) {
                if (x[i] < Categories) scores[k] += logs_[k][i][x[i]];
            }
        }
        return static_cast<Label>(kernels::argmax(scores));
    }

    constexpr void reset() { *this = FixedCategoricalNaiveBayes{}; }

private:
    static constexpr std::int32_t never = -(1 << 30);  // less than 30,001 times what a category can say

    template <class Visit>
    static constexpr void for_each_category(Visit visit) {
        for (std::size_t i = 0; i < Features; ++i) {
            for (std::size_t c = 0; c < Categories; ++c) visit(i, c);
        }
    }

    /// Of all classes that have been seen.
    template <class Model>
    [[nodiscard]] static constexpr auto highest(const Model& from, std::size_t i, std::size_t c) {
        auto result = -detail::infinity<typename Model::Scalar>;
        for (std::size_t k = 0; k < Classes; ++k) {
            const auto label = static_cast<Label>(k);
            if (from.count(label) > 0) result = max(result, from.log_share(label, i, c));
        }
        return result;
    }

    std::array<std::array<std::array<std::int16_t, Categories>, Features>, Classes> logs_{};
    std::array<std::int32_t, Classes> constants_{};
};

}  // namespace mote
