// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/nn/loss.hpp"
#include "mote/supervised/sparse_descent.hpp"

namespace mote {

struct ProtoNNConfig {
    std::size_t projected = 8;    // numbers that the features become
    std::size_t prototypes = 20;  // at least one a class
    std::size_t kept = 128;       // entries of the projection that are not zero
};

namespace detail {

/// Where the parts lie in one run of parameters: projection [projected][Features], prototypes
/// [prototypes][projected], their scores [prototypes][Classes].
template <std::size_t Features, std::size_t Classes, ProtoNNConfig config>
struct ProtoNNShape {
    static constexpr std::size_t projected = config.projected;
    static constexpr std::size_t prototypes = config.prototypes;
    static constexpr std::size_t matrix = projected * Features;
    static constexpr std::size_t scores = matrix + prototypes * projected;
    static constexpr std::size_t parameters = scores + prototypes * Classes;

    static constexpr std::size_t prototype(std::size_t i) { return matrix + i * projected; }
    static constexpr std::size_t score(std::size_t i) { return scores + i * Classes; }
};

}  // namespace detail

/// What ProtoNN::fit() works in: the centres of each class in a random projection are where all weights
/// together set out from.
///
/// Memory  some 4.25 scalars for each parameter with a full projection, and one for each feature: make it
///         static.
/// Source  As ProtoNN; start: Lloyd 1982, IEEE Transactions on Information Theory 28(2):129-137, for each
///         class; (2) the gradient by the chain rule. Loss: cross entropy.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, ProtoNNConfig config>
class ProtoNNTrainer {
public:
    using Shape = detail::ProtoNNShape<Features, Classes, config>;
    using Sample = mote::Sample<T, Features>;
    SparseTraining settings{};

    template <class Label>
    [[nodiscard]] constexpr Status run(Dataset<T, Features, Label> data) {
        if (const Status status = descent_.check(settings); status != Status::ok) return status;
        Random random(settings.seed);
        frame_ = detail::FeatureFrame<T, Features>(data.rows);
        initialise(data, random);
        const Status status = descent_.run(data.size(), settings, random, [&](std::size_t row, T) {
            return accumulate(data.rows[row], data.labels[row]);
        });
        put_frame_into_weights();
        return status;
    }

    /// The loss of one sample; adds its slope in every parameter to the gradient.
    constexpr T accumulate(Sample x, std::size_t label) {
        project(x);
        std::array<T, Classes> scores{}, slopes{};
        for (std::size_t i = 0; i < Shape::prototypes; ++i) {
            nearness_[i] = exp(-squared_distance(i));
            for (std::size_t k = 0; k < Classes; ++k)
                scores[k] += weights()[Shape::score(i) + k] * nearness_[i];
        }
        const T loss = nn::CrossEntropy::evaluate(std::span<const T, Classes>(scores), label, slopes.data());
        backward(x, slopes);
        return loss;
    }

    [[nodiscard]] constexpr auto& weights() { return descent_.weights; }
    [[nodiscard]] constexpr auto& gradient() { return descent_.gradient; }
    [[nodiscard]] constexpr T loss() const { return descent_.loss(); }

private:
    static constexpr std::size_t P = Shape::projected;
    static constexpr std::size_t rounds = 10;  // of k-means

    constexpr void put_frame_into_weights() {
        const auto growth = frame_.template put_into<P>(std::span(weights()).template first<Shape::matrix>());
        for (std::size_t j = 0; j < Shape::prototypes; ++j) {
            for (std::size_t i = 0; i < P; ++i) weights()[Shape::prototype(j) + i] += growth[i];
        }
        frame_ = {};
    }

    constexpr void project(Sample x) {
        for (std::size_t i = 0; i < P; ++i) {
            projected_[i] = 0;
            for (std::size_t f = 0; f < Features; ++f) {
                projected_[i] += weights()[i * Features + f] * frame_(x, f);
            }
        }
    }

    [[nodiscard]] constexpr T squared_distance(std::size_t i) const {
        T sum = 0;
        for (std::size_t j = 0; j < P; ++j) {
            const T gap = projected_[j] - descent_.weights[Shape::prototype(i) + j];
            sum += gap * gap;
        }
        return sum;
    }

    /// (2): through the scores, the distances, then the projection.
    constexpr void backward(Sample x, const std::array<T, Classes>& slopes) {
        std::array<T, P> slope{};
        for (std::size_t i = 0; i < Shape::prototypes; ++i) {
            T of_nearness = 0;
            for (std::size_t k = 0; k < Classes; ++k) {
                gradient()[Shape::score(i) + k] += slopes[k] * nearness_[i];
                of_nearness += slopes[k] * weights()[Shape::score(i) + k];
            }
            const T step = 2 * of_nearness * nearness_[i];
            for (std::size_t j = 0; j < P; ++j) {
                const T pull = step * (projected_[j] - weights()[Shape::prototype(i) + j]);
                gradient()[Shape::prototype(i) + j] += pull;
                slope[j] -= pull;
            }
        }
        for (std::size_t i = 0; i < P; ++i) {
            for (std::size_t f = 0; f < Features; ++f) {
                gradient()[i * Features + f] += slope[i] * frame_(x, f);
            }
        }
    }

    template <class Data>
    constexpr void initialise(const Data& data, Random& random) {
        weights() = {};
        for (std::size_t i = 0; i < Shape::matrix; ++i) {
            weights()[i] = random.template normal<T>() / sqrt(static_cast<T>(Features));
        }
        for (std::size_t i = 0; i < Shape::prototypes; ++i) {
            place(i, data, random);
            weights()[Shape::score(i) + i % Classes] = 1;
        }
        for (std::size_t round = 0; round < rounds; ++round) move_to_centres(data);
        scale(data);
    }

    /// Puts a prototype on a row of its class, or on any where the class has none.
    template <class Data>
    constexpr void place(std::size_t i, const Data& data, Random& random) {
        VisitOrder order(data.size(), random);
        std::size_t row = order.next();
        for (std::size_t n = 1; n < data.size() && data.labels[row] != i % Classes; ++n) row = order.next();
        project(data.rows[row]);
        for (std::size_t j = 0; j < P; ++j) weights()[Shape::prototype(i) + j] = projected_[j];
    }

    /// One round of k-means within each class; sums grow where later the gradient does.
    template <class Data>
    constexpr void move_to_centres(const Data& data) {
        gradient() = {};
        std::array<std::uint32_t, Shape::prototypes> counts{};
        for (std::size_t row = 0; row < data.size(); ++row) {
            project(data.rows[row]);
            std::size_t nearest = data.labels[row];
            for (std::size_t i = nearest; i < Shape::prototypes; i += Classes) {
                if (squared_distance(i) < squared_distance(nearest)) nearest = i;
            }
            ++counts[nearest];
            for (std::size_t j = 0; j < P; ++j) gradient()[Shape::prototype(nearest) + j] += projected_[j];
        }
        for (std::size_t i = 0; i < Shape::prototypes; ++i) {
            for (std::size_t j = 0; j < P && counts[i] > 0; ++j) {
                const std::size_t at = Shape::prototype(i) + j;
                weights()[at] = gradient()[at] / static_cast<T>(counts[i]);
            }
        }
    }

    /// Scales projection and prototypes so that the mean square distance between them is 2.5^2: gamma.
    template <class Data>
    constexpr void scale(const Data& data) {
        T mean = 0;
        for (std::size_t row = 0; row < data.size(); ++row) {
            project(data.rows[row]);
            for (std::size_t i = 0; i < Shape::prototypes; ++i) mean += squared_distance(i);
        }
        mean /= static_cast<T>(data.size() * Shape::prototypes);
        const T gamma = mean > 0 && isfinite(mean) ? T(2.5) / sqrt(mean) : T(1);
        for (std::size_t i = 0; i < Shape::scores; ++i) weights()[i] *= gamma;
    }

    SparseDescent<T, Shape::parameters, Shape::matrix, config.kept> descent_{};
    detail::FeatureFrame<T, Features> frame_{};
    std::array<T, P> projected_{};
    std::array<T, Shape::prototypes> nearness_{};
};

}  // namespace mote
