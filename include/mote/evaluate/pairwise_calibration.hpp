// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/status.hpp"
#include "mote/evaluate/platt_scaling.hpp"

namespace mote {

/// Turns the decisions of a model between pairs of classes, as KernelSvm's, into a probability of each class.
///
/// Shapes  scores: [Classes * (Classes - 1) / 2], for the pairs (0, 1), (0, 2) .. (1, 2) .., higher for the
///         second. predict_proba(): [Classes].
/// Units   scores: any, of rows that the model has not learnt from.
/// Errors  fit() refuses what check_labelled() does, capacity_full where the memory holds fewer rows, and
///         what PlattScaling refuses, a class without a row among it; all leave it as it was. Before any fit
///         all classes are alike. The most probable class may differ from the one that wins most pairs.
/// Memory  2 scalars a pair. fit() asks Classes - 1 decisions a row. predict_proba() takes an exponential a
///         pair and, for three classes or more, Classes^2 multiply-accumulates an iteration, mostly a dozen.
/// Source  Wu, Lin and Weng 2004, Probability estimates for multi-class classification by pairwise coupling,
///         Journal of Machine Learning Research 5:975-1005, the second approach: (1) the matrix, (2) the
///         step, (3) the optimum.
template <FloatingScalar T, std::size_t Classes>
requires(Classes >= 2) class PairwiseCalibration {
public:
    static constexpr std::size_t pairs = Classes * (Classes - 1) / 2;
    using Scores = std::array<T, pairs>;
    using Shares = std::array<T, Classes>;

    /// The memory of fit().
    template <std::size_t Capacity>
    struct Memory {
        std::array<T, Capacity> scores{};
        std::array<std::uint8_t, Capacity> second{};
    };

    /// The model's decision_function() gives the scores.
    template <class Model, std::size_t Capacity>
    [[nodiscard]] constexpr Status fit(const Model& model,
                                       Dataset<T, Model::features, typename Model::Label> data,
                                       Memory<Capacity>& memory) {
        if (const Status status = check_labelled(data, Classes); status != Status::ok) return status;
        if (data.size() > Capacity) return Status::capacity_full;
        std::array<PlattScaling<T>, pairs> next{};
        std::size_t pair = 0;
        for (std::size_t i = 0; i < Classes; ++i) {
            for (std::size_t j = i + 1; j < Classes; ++j, ++pair) {
                std::size_t count = 0;
                for (std::size_t row = 0; row < data.size(); ++row) {
                    if (data.labels[row] != i && data.labels[row] != j) continue;
                    memory.scores[count] = model.decision_function(data.rows[row])[pair];
                    memory.second[count++] = data.labels[row] == j ? 1 : 0;
                }
                const Status status =
                    next[pair].fit(std::span<const T>(memory.scores).first(count),
                                   std::span<const std::uint8_t>(memory.second).first(count));
                if (status != Status::ok) return status;
            }
        }
        scalings_ = next;
        return Status::ok;
    }

    [[nodiscard]] constexpr Shares predict_proba(const Scores& scores) const {
        Wins wins{};
        constexpr T least = T(1e-7);
        std::size_t pair = 0;
        for (std::size_t i = 0; i < Classes; ++i) {
            for (std::size_t j = i + 1; j < Classes; ++j, ++pair) {
                wins[j][i] = clamp(scalings_[pair].predict(scores[pair]), least, 1 - least);
                wins[i][j] = 1 - wins[j][i];
            }
        }
        if constexpr (Classes == 2) return {wins[0][1], wins[1][0]};
        return couple(wins);
    }

    [[nodiscard]] constexpr const PlattScaling<T>& scaling(std::size_t pair) const { return scalings_[pair]; }
    /// A scaling fitted elsewhere.
    constexpr void set(std::size_t pair, const PlattScaling<T>& scaling) { scalings_[pair] = scaling; }
    constexpr void reset() { scalings_ = {}; }

private:
    /// wins[i][j]: the probability of class i where it is i or j.
    using Wins = std::array<std::array<T, Classes>, Classes>;

    /// The shares that agree best with all pairs. One moves at a time, and all are scaled to sum to one.
    [[nodiscard]] static constexpr Shares couple(const Wins& wins) {
        constexpr T tolerance = 8 * std::numeric_limits<T>::epsilon();
        Wins matrix{};
        Shares shares{}, slopes{};  // slopes: matrix * shares
        T whole = 0;                // shares * matrix * shares
        for (std::size_t i = 0; i < Classes; ++i) {
            shares[i] = 1 / static_cast<T>(Classes);
            for (std::size_t j = 0; j < Classes; ++j) {
                if (j == i) continue;
                matrix[i][i] += wins[j][i] * wins[j][i];  // (1)
                matrix[i][j] = -wins[j][i] * wins[i][j];
            }
        }
        for (std::size_t i = 0; i < Classes; ++i) {
            for (std::size_t j = 0; j < Classes; ++j) slopes[i] += matrix[i][j] * shares[j];
            whole += shares[i] * slopes[i];
        }
        for (int iteration = 0; iteration < 100; ++iteration) {
            T worst = 0;
            for (std::size_t t = 0; t < Classes; ++t) {
                worst = max(worst, abs(slopes[t] - whole));         // (3)
                const T step = (whole - slopes[t]) / matrix[t][t];  // (2)
                const T total = 1 + step;
                whole = (whole + step * (step * matrix[t][t] + 2 * slopes[t])) / (total * total);
                shares[t] += step;
                for (std::size_t j = 0; j < Classes; ++j) {
                    slopes[j] = (slopes[j] + step * matrix[t][j]) / total;
                    shares[j] /= total;
                }
            }
            if (worst <= tolerance) break;
        }
        return shares;
    }

    std::array<PlattScaling<T>, pairs> scalings_{};
};

}  // namespace mote
