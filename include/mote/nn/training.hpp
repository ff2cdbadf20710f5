// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/core/math.hpp"
#include "mote/nn/schedule.hpp"

namespace mote::nn {

/// How to train. The learning rate is the optimiser's, times the schedule's factor.
struct Training {
    std::size_t epochs = 20;
    std::size_t batch = 32;
    Schedule schedule{};
    double clip_value = 0;     // each slope of a batch within +-clip_value; 0: as it is
    double clip_norm = 0;      // and the gradient no longer than this; 0: as it is
    std::size_t patience = 0;  // stop after so many epochs without a lower loss; 0: never
    double least_gain = 0;     // by how much a loss must be lower to count
    double divergence = 10;    // give up where an epoch's loss exceeds that of guessing so many times
    std::uint64_t seed = 0;

    [[nodiscard]] constexpr bool valid() const {
        return batch > 0 && schedule.valid() && clip_value >= 0 && clip_norm >= 0 && least_gain >= 0 &&
               divergence > 0;
    }
};

/// How far training has come: what an observer is shown after each epoch, and what is known at the end.
struct Progress {
    std::size_t epoch = 0, epochs = 0;  // done, and planned
    std::size_t steps = 0;       // of the optimiser; where training failed, those before the one that did
    std::size_t row = 0;         // the first that was refused
    std::size_t best_epoch = 0;  // whose weights are kept where there is patience
    float loss = 0;              // mean over the epoch's batches, as they came
    float held_out_loss = 0;     // after the epoch; without such rows, loss
    float metric = 0;            // the loss's, on the held-out rows where there are any
    float learning_rate = 0;     // the epoch's

    /// From the seconds that the epochs so far have taken, by whatever clock there is.
    [[nodiscard]] constexpr double seconds_left(double elapsed) const {
        return epoch > 0 ? elapsed * static_cast<double>(epochs - epoch) / static_cast<double>(epoch) : 0;
    }
};

/// The observer that firmware leaves out.
struct Unobserved {
    constexpr void operator()(const Progress&) const {}
};

namespace detail {

/// Shows the observer how far training is; whether to go on, as it sees it.
template <class Observer>
constexpr bool goes_on(Observer& observer, const Progress& progress) {
    if constexpr (std::is_void_v<decltype(observer(progress))>) {
        observer(progress);
        return true;
    } else {
        return observer(progress);
    }
}

}  // namespace detail

}  // namespace mote::nn
