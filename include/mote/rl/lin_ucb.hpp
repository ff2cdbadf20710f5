// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Cholesky>
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/concepts.hpp"
#include "mote/core/eigen.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/rl/environment.hpp"

namespace mote::rl {

struct LinUcbConfig {
    double exploration = 1;  // alpha: standard deviations of doubt that count as hope
    double ridge = 1;        // of the regression; the source has 1
};

/// A bandit whose arms pay by the situation: each arm's reward is a linear function of x, learnt by ridge
/// regression, and the arm of the highest estimate plus doubt is pulled. Window = 0 remembers everything;
/// otherwise the last Window pulls only, for worlds that change.
///
/// Shapes  x: [Features], arms 0 .. Arms - 1. A constant feature of 1 gives the arms an intercept.
/// Units   reward: any. Scale x to about -1 .. 1, since the ridge is 1.
/// Errors  update() refuses an arm out of range (bad_state), and an x or reward that is not finite or too
///         large to be added up (not_finite); nothing changes. choose() gives arm 0 for an x that is not
///         finite.
/// Memory  Arms * Features * (Features + 1) scalars, with a window Window * (Features + 2) more; never
///         allocates. Time update() O(Features^2), with a full window Window times that, so that rounding
///         does not creep in; choose() O(Arms * Features^3).
/// Source  Li, Chu, Langford, Schapire 2010, WWW, algorithm 1, disjoint models, with its lines (9), (12),
///         (13). The window is that of Garivier and Moulines 2011, ALT.
template <FloatingScalar T, std::size_t Features, std::size_t Arms, std::size_t Window = 0,
          LinUcbConfig Config = LinUcbConfig{}>
requires(Features >= 1 && Arms >= 1 && Arms <= 256 && Window <= 65'535 && Config.exploration >= 0 &&
         Config.ridge > 0) class LinUcb {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t arms = Arms;

    /// What an arm is expected to pay at x, and the standard deviation of that guess where the noise has 1.
    struct Guess {
        T mean = 0;
        T doubt = 0;
    };

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
        Regression next = arms_[arm];
        next.add(x, reward);
        if (!all_finite(next.gram) || !all_finite(next.sum)) return Status::not_finite;
        arms_[arm] = next;
        if constexpr (Window > 0) remember(x, arm, reward);
        return Status::ok;
    }

    /// Requires a valid arm.
    [[nodiscard]] Guess guess(std::size_t arm, Sample x) const {
        const Eigen::LLT<Matrix> factor(Eigen::Map<const Matrix>(arms_[arm].gram.data()));
        const Vector solved = factor.solve(as_vector(x));  // A^-1 x; A is symmetric
        return {solved.dot(as_vector(arms_[arm].sum)), mote::sqrt(max(T(0), solved.dot(as_vector(x))))};
    }

    void reset() {
        arms_.fill(Regression{});
        size_ = 0;
        next_ = 0;
    }

private:
    static constexpr int size = static_cast<int>(Features);
    using Matrix = Eigen::Matrix<T, size, size>;
    using Vector = Eigen::Matrix<T, size, 1>;

    struct Regression {
        std::array<T, Features * Features> gram{};  // A
        std::array<T, Features> sum{};              // b

        Regression() {
            for (std::size_t f = 0; f < Features; ++f)
                gram[f * (Features + 1)] = static_cast<T>(Config.ridge);
        }
        void add(Sample x, T reward) {
            Eigen::Map<Matrix>(gram.data()) += as_vector(x) * as_vector(x).transpose();  // (12)
            as_vector(sum) += reward * as_vector(x);                                     // (13)
        }
    };
    struct Pull {
        std::array<T, Features> x;
        T reward;
        Action arm;
    };

    [[nodiscard]] T hope(std::size_t arm, Sample x) const {
        const Guess now = guess(arm, x);
        return now.mean + static_cast<T>(Config.exploration) * now.doubt;  // (9)
    }

    /// Puts a pull into the ring; the arm that loses one for it is added up anew.
    void remember(Sample x, Action arm, T reward) {
        Pull& place = pulls_[next_];
        const bool full = size_ == Window;
        const Action loser = place.arm;
        std::copy(x.begin(), x.end(), place.x.begin());
        place.reward = reward;
        place.arm = arm;
        if (++next_ == Window) next_ = 0;
        if (!full) {
            ++size_;
            return;
        }
        arms_[loser] = Regression{};
        for (const Pull& pull : pulls_) {
            if (pull.arm == loser) arms_[loser].add(pull.x, pull.reward);
        }
    }

    std::array<Regression, Arms> arms_{};
    std::array<Pull, Window> pulls_{};  // the last ones, in a ring
    std::uint16_t size_ = 0;
    std::uint16_t next_ = 0;
};

}  // namespace mote::rl
