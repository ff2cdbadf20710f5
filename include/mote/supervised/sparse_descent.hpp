// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/core/visit_order.hpp"
#include "mote/nn/optimizer.hpp"

namespace mote {

/// How Bonsai and ProtoNN are trained.
struct SparseTraining {
    std::size_t epochs = 150;
    std::size_t batch = 32;
    double learning_rate = 0.02;  // falls evenly to a hundredth
    double l2 = 0.001;            // half of it times the sum of squared parameters is added to the loss
    std::uint64_t seed = 1;
};

namespace detail {

/// How training sees features, so that its steps fit them whatever their unit and zero are: moved to mean 0,
/// and all scaled by one number to a root mean square of 1. In the end both go into the model.
template <FloatingScalar T, std::size_t Features>
struct FeatureFrame {
    std::array<T, Features> mean{};
    T unit = 1;

    constexpr FeatureFrame() = default;
    constexpr explicit FeatureFrame(Rows<T, Features> rows) {
        T square = 0;
        const T share = 1 / static_cast<T>(rows.size());
        for (const auto& row : rows) {
            for (std::size_t i = 0; i < Features; ++i) mean[i] += row[i] * share;
        }
        for (const auto& row : rows) {
            for (std::size_t i = 0; i < Features; ++i)
                square += (row[i] - mean[i]) * (row[i] - mean[i]) * share;
        }
        square /= static_cast<T>(Features);
        if (square > 0 && isfinite(square)) unit = 1 / sqrt(square);
    }

    [[nodiscard]] constexpr T operator()(Sample<T, Features> x, std::size_t i) const {
        return (x[i] - mean[i]) * unit;
    }

    /// Makes the matrix, P rows for features in the frame, one for features as they are; returns what the
    /// products of the rows have grown by.
    template <std::size_t P>
    constexpr std::array<T, P> put_into(std::span<T, P * Features> matrix) const {
        std::array<T, P> growth{};
        for (std::size_t i = 0; i < P; ++i) {
            for (std::size_t f = 0; f < Features; ++f) {
                T& weight = matrix[i * Features + f];
                weight *= unit;
                growth[i] += weight * mean[f];
            }
        }
        return growth;
    }
};

}  // namespace detail

/// Trains a model whose first parameters are a matrix that shall have few entries: all weights for a third of
/// the epochs, then for a third only the Kept largest entries after each batch, then those that are kept.
///
/// Shapes  weights, gradient: [Parameters], of which the first Matrix are thinned out to Kept.
/// Errors  bad_parameter where a setting is out of range, diverged where the loss leaves the finite range.
/// Memory  4 * Parameters + 1.25 * Matrix scalars: for a host, or a device with room to spare.
/// Source  Iterative hard thresholding as in Kumar, Goyal and Varma 2017, ICML, section 3 (the three phases);
///         steps by Adam, where the paper has plain gradient descent.
template <FloatingScalar T, std::size_t Parameters, std::size_t Matrix, std::size_t Kept>
requires(Matrix <= Parameters) class SparseDescent {
public:
    std::array<T, Parameters> weights{};
    std::array<T, Parameters> gradient{};

    [[nodiscard]] static constexpr Status check(const SparseTraining& settings) {
        const bool good = settings.epochs > 0 && settings.batch > 0 && isfinite(settings.learning_rate) &&
                          settings.learning_rate > 0 && settings.l2 >= 0 && isfinite(settings.l2);
        return good ? Status::ok : Status::bad_parameter;
    }

    /// accumulate(row, progress) gives the loss of a row and adds its slope to the gradient; progress goes
    /// from 0 to 1.
    template <class Accumulate>
    constexpr Status run(std::size_t rows, const SparseTraining& settings, Random& random,
                         Accumulate accumulate) {
        optimizer_.reset();
        const auto l2 = static_cast<T>(settings.l2);
        kept_.fill(true);
        for (std::size_t epoch = 0; epoch < settings.epochs; ++epoch) {
            const T progress = static_cast<T>(epoch) / static_cast<T>(settings.epochs);
            optimizer_.learning_rate = static_cast<T>(settings.learning_rate) * (1 - T(0.99) * progress);
            VisitOrder order(rows, random);
            loss_ = 0;
            for (std::size_t start = 0; start < rows; start += settings.batch) {
                const std::size_t count = min(settings.batch, rows - start);
                gradient = {};
                for (std::size_t i = 0; i < count; ++i) loss_ += accumulate(order.next(), progress);
                for (std::size_t i = 0; i < Parameters; ++i) {
                    gradient[i] = gradient[i] / static_cast<T>(count) + l2 * weights[i];
                }
                optimizer_.step(weights, gradient);
                if (progress >= T(1) / 3 && progress < T(2) / 3) choose();
                clear();
            }
            loss_ /= static_cast<T>(rows);
            if (!isfinite(loss_) || !all_finite(weights)) return Status::diverged;
        }
        choose();
        clear();
        return Status::ok;
    }

    /// The mean loss over the last epoch.
    [[nodiscard]] constexpr T loss() const { return loss_; }

private:
    /// The largest stay; of those that are alike the first.
    constexpr void choose() {
        if constexpr (Kept < Matrix) {
            for (std::size_t i = 0; i < Matrix; ++i) sizes_[i] = abs(weights[i]);
            const auto last = sizes_.begin() + static_cast<std::ptrdiff_t>(Kept);
            std::nth_element(sizes_.begin(), last, sizes_.end(), [](T a, T b) { return a > b; });
            const T limit = *last;
            std::size_t room = Kept;
            for (std::size_t i = 0; i < Matrix; ++i) room -= abs(weights[i]) > limit ? 1 : 0;
            for (std::size_t i = 0; i < Matrix; ++i) {
                const bool alike = abs(weights[i]) == limit && room > 0;
                kept_[i] = abs(weights[i]) > limit || alike;
                room -= alike ? 1 : 0;
            }
        }
    }

    constexpr void clear() {
        for (std::size_t i = 0; i < Matrix; ++i) {
            if (!kept_[i]) weights[i] = 0;
        }
    }

    nn::Adam<T, Parameters> optimizer_{};
    std::array<T, Matrix> sizes_{};
    std::array<bool, Matrix> kept_{};
    T loss_ = 0;
};

}  // namespace mote
