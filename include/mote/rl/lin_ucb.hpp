// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Cholesky>
#include <array>
#include <cstddef>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/eigen.hpp"
#include "mote/core/math.hpp"
#include "mote/core/status.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

struct LinUcbConfig {
    double exploration = 1;  // alpha: standard deviations of doubt that count as hope
    double ridge = 1;        // of the regression; the source has 1
};

/// A bandit whose arms pay by the situation: each arm's reward is a linear function of x, learnt by ridge
/// regression, and the arm of the highest estimate plus doubt is pulled.
///
/// Shapes  x: [Features], arms 0 .. Arms - 1. A constant feature of 1 gives the arms an intercept.
/// Units   reward: any. Scale x to about -1 .. 1, since the ridge is 1.
/// Errors  update() refuses an arm out of range (bad_state), and an x or reward that is not finite or too
/// large
///         to be added up (not_finite); nothing changes. choose() gives arm 0 for an x that is not finite.
/// Memory  Arms * Features * (Features + 1) scalars; never allocates. Time update() O(Features^2), choose()
///         O(Arms * Features^3).
/// Source  Li, Chu, Langford, Schapire 2010, WWW, algorithm 1, disjoint models; its lines are (8) to (13).
template <FloatingScalar T, std::size_t Features, std::size_t Arms, LinUcbConfig Config = LinUcbConfig{}>
requires(Features >= 1 && Arms >= 1 && Arms <= 256 && Config.exploration >= 0 &&
         Config.ridge > 0) class LinUcb {
public:
    using Scalar = T;
    using Sample = std::span<const T, Features>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t arms = Arms;

    /// What an arm is expected to pay at x, and the standard deviation of that guess where the noise has 1.
    struct Guess {
        T mean = 0;
        T doubt = 0;
    };

    LinUcb() { reset(); }

    [[nodiscard]] Action choose(Sample x) const {
        Action best = 0;
        T highest = hope(0, x);
        for (std::size_t arm = 1; arm < Arms; ++arm) {
            if (const T other = hope(arm, x); other > highest) {
                best = static_cast<Action>(arm);
                highest = other;
            }
        }
        return best;
    }

    Status update(Sample x, Action arm, T reward) {
        if (arm >= Arms) return Status::bad_state;
        Gram gram = gram_[arm];
        std::array<T, Features> sum = sums_[arm];
        square(gram) += as_vector(x) * as_vector(x).transpose();  // (12)
        as_vector(sum) += reward * as_vector(x);                  // (13)
        if (!all_finite(gram) || !all_finite(sum)) return Status::not_finite;
        gram_[arm] = gram;
        sums_[arm] = sum;
        return Status::ok;
    }

    /// Requires a valid arm.
    [[nodiscard]] Guess guess(std::size_t arm, Sample x) const {
        const Eigen::LLT<Matrix> factor(square(gram_[arm]));
        const Vector solved = factor.solve(as_vector(x));  // A^-1 x; A is symmetric
        return {solved.dot(as_vector(sums_[arm])), mote::sqrt(max(T(0), solved.dot(as_vector(x))))};
    }

    void reset() {
        for (Gram& gram : gram_) square(gram) = Matrix::Identity() * static_cast<T>(Config.ridge);
        sums_ = {};
    }

private:
    static constexpr int size = static_cast<int>(Features);
    using Matrix = Eigen::Matrix<T, size, size>;
    using Vector = Eigen::Matrix<T, size, 1>;
    using Gram = std::array<T, Features * Features>;

    [[nodiscard]] static Eigen::Map<Matrix> square(Gram& gram) { return Eigen::Map<Matrix>(gram.data()); }
    [[nodiscard]] static Eigen::Map<const Matrix> square(const Gram& gram) {
        return Eigen::Map<const Matrix>(gram.data());
    }

    [[nodiscard]] T hope(std::size_t arm, Sample x) const {
        const Guess now = guess(arm, x);
        return now.mean + static_cast<T>(Config.exploration) * now.doubt;  // (9)
    }

    std::array<Gram, Arms> gram_;                       // A
    std::array<std::array<T, Features>, Arms> sums_{};  // b
};

}  // namespace mote::rl
