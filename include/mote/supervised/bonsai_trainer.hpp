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

struct BonsaiConfig {
    std::size_t projected = 8;  // numbers that the features become
    std::size_t depth = 2;      // branches on the way to a leaf
    std::size_t kept = 128;     // entries of the projection that are not zero
};

namespace detail {

/// Where the parts of a tree lie in one run of parameters: projection [projected][Features], offsets
/// [projected], branches [inner][projected], then values and gates [nodes][outputs][projected] each.
template <std::size_t Features, std::size_t Classes, BonsaiConfig config>
struct BonsaiShape {
    static constexpr std::size_t projected = config.projected;
    static constexpr std::size_t outputs = Classes == 2 ? 1 : Classes;
    static constexpr std::size_t nodes = (std::size_t{2} << config.depth) - 1;
    static constexpr std::size_t inner = nodes / 2;
    static constexpr std::size_t matrix = projected * Features;
    static constexpr std::size_t branches = matrix + projected;
    static constexpr std::size_t values = branches + inner * projected;
    static constexpr std::size_t gates = values + nodes * outputs * projected;
    static constexpr std::size_t parameters = gates + nodes * outputs * projected;

    static constexpr std::size_t branch(std::size_t node) { return branches + node * projected; }
    static constexpr std::size_t value(std::size_t node, std::size_t output) {
        return values + (node * outputs + output) * projected;
    }
    static constexpr std::size_t gate(std::size_t node, std::size_t output) {
        return gates + (node * outputs + output) * projected;
    }
};

/// Logits of all classes: where there are two, the one score belongs to class 1.
template <std::size_t Classes, class T, std::size_t Outputs>
constexpr std::array<T, Classes> logits_of(const std::array<T, Outputs>& scores) {
    std::array<T, Classes> logits{};
    for (std::size_t k = 0; k < Outputs; ++k) logits[Classes - Outputs + k] = scores[k];
    return logits;
}

}  // namespace detail

/// What Bonsai::fit() works in. The tree is soft here: a sample goes both ways at a branch, in shares that
/// become all or nothing as the training goes on.
///
/// Memory  some 4.25 scalars for each parameter of the tree with a full projection, and one for each feature:
///         make it static.
/// Source  As Bonsai; (3) the shares, with tanh for the step, (4) the gradient by the chain rule. Loss: cross
///         entropy.
template <FloatingScalar T, std::size_t Features, std::size_t Classes, BonsaiConfig config>
class BonsaiTrainer {
public:
    using Shape = detail::BonsaiShape<Features, Classes, config>;
    using Sample = mote::Sample<T, Features>;
    SparseTraining settings{};

    template <class Label>
    [[nodiscard]] constexpr Status run(Dataset<T, Features, Label> data) {
        if (const Status status = descent_.check(settings); status != Status::ok) return status;
        Random random(settings.seed);
        initialise(random);
        frame_ = detail::FeatureFrame<T, Features>(data.rows);
        const Status status = descent_.run(data.size(), settings, random, [&](std::size_t row, T progress) {
            return accumulate(data.rows[row], data.labels[row], exp(progress * log(steepest)));
        });
        put_frame_into_weights();
        return status;
    }

    /// The loss of one sample at branches this steep; adds its slope in every parameter to the gradient.
    constexpr T accumulate(Sample x, std::size_t label, T steepness) {
        forward(x, steepness);
        const auto logits = detail::logits_of<Classes>(scores_);
        std::array<T, Classes> slopes{};
        const T loss = nn::CrossEntropy::evaluate(std::span<const T, Classes>(logits), label, slopes.data());
        backward(x, std::span<const T>(slopes).last(Shape::outputs), steepness);
        return loss;
    }

    [[nodiscard]] constexpr auto& weights() { return descent_.weights; }
    [[nodiscard]] constexpr auto& gradient() { return descent_.gradient; }
    [[nodiscard]] constexpr T loss() const { return descent_.loss(); }

private:
    static constexpr std::size_t P = Shape::projected;
    static constexpr T steepest = 256;
    using Projected = std::array<T, P>;

    constexpr void put_frame_into_weights() {
        const auto growth = frame_.template put_into<P>(std::span(weights()).template first<Shape::matrix>());
        for (std::size_t i = 0; i < P; ++i) weights()[Shape::matrix + i] -= growth[i];
        frame_ = {};
    }

    constexpr void initialise(Random& random) {
        const T of_matrix = 1 / sqrt(static_cast<T>(Features)), of_rest = 1 / sqrt(static_cast<T>(P));
        for (std::size_t i = 0; i < Shape::parameters; ++i) {
            weights()[i] = random.template normal<T>() * (i < Shape::matrix ? of_matrix : of_rest);
        }
    }

    [[nodiscard]] constexpr T along(std::size_t first) const {
        T sum = 0;
        for (std::size_t i = 0; i < P; ++i) sum += descent_.weights[first + i] * projected_[i];
        return sum;
    }

    constexpr void forward(Sample x, T steepness) {
        for (std::size_t i = 0; i < P; ++i) {
            T sum = weights()[Shape::matrix + i];
            for (std::size_t f = 0; f < Features; ++f) sum += weights()[i * Features + f] * frame_(x, f);
            projected_[i] = sum;
        }
        shares_[0] = 1;
        for (std::size_t node = 0; node < Shape::inner; ++node) {
            turns_[node] = tanh(steepness * along(Shape::branch(node)));
            shares_[2 * node + 1] = shares_[node] * (1 - turns_[node]) / 2;  // (3)
            shares_[2 * node + 2] = shares_[node] * (1 + turns_[node]) / 2;
        }
        scores_ = {};
        for (std::size_t node = 0; node < Shape::nodes; ++node) {
            for (std::size_t k = 0; k < Shape::outputs; ++k) {
                values_[node][k] = along(Shape::value(node, k));
                gates_[node][k] = tanh(along(Shape::gate(node, k)));
                scores_[k] += shares_[node] * values_[node][k] * gates_[node][k];
            }
        }
    }

    /// (4), from the leaves to the root, then through the projection.
    constexpr void backward(Sample x, std::span<const T> slopes, T steepness) {
        Projected slope{};
        std::array<T, Shape::nodes> of_shares{};
        for (std::size_t node = Shape::nodes; node-- > 0;) {
            for (std::size_t k = 0; k < Shape::outputs; ++k) {
                const T value = values_[node][k], gate = gates_[node][k];
                of_shares[node] += slopes[k] * value * gate;
                const T step = slopes[k] * shares_[node];
                add_along(Shape::value(node, k), step * gate, slope);
                add_along(Shape::gate(node, k), step * value * (1 - gate * gate), slope);
            }
            if (node >= Shape::inner) continue;
            const T left = of_shares[2 * node + 1], right = of_shares[2 * node + 2], turn = turns_[node];
            of_shares[node] += left * (1 - turn) / 2 + right * (1 + turn) / 2;
            const T of_turn = shares_[node] * (right - left) / 2;
            add_along(Shape::branch(node), of_turn * (1 - turn * turn) * steepness, slope);
        }
        for (std::size_t i = 0; i < P; ++i) {
            gradient()[Shape::matrix + i] += slope[i];
            for (std::size_t f = 0; f < Features; ++f) {
                gradient()[i * Features + f] += slope[i] * frame_(x, f);
            }
        }
    }

    /// The slope `step` of a product of P parameters with what was projected goes to both.
    constexpr void add_along(std::size_t first, T step, Projected& slope) {
        for (std::size_t i = 0; i < P; ++i) {
            gradient()[first + i] += step * projected_[i];
            slope[i] += step * weights()[first + i];
        }
    }

    SparseDescent<T, Shape::parameters, Shape::matrix, config.kept> descent_{};
    detail::FeatureFrame<T, Features> frame_{};
    Projected projected_{};
    std::array<T, Shape::nodes> shares_{};
    std::array<T, Shape::inner> turns_{};
    std::array<std::array<T, Shape::outputs>, Shape::nodes> values_{}, gates_{};
    std::array<T, Shape::outputs> scores_{};
};

}  // namespace mote
