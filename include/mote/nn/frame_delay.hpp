// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

#include "mote/nn/parallel.hpp"
#include "mote/nn/sequential.hpp"

namespace mote::nn {

/// When frames come out: of every `period` that go in one, the first after `lag` more; never where period is
/// 0.
struct FrameDelay {
    std::size_t period = 0, lag = 0;
    constexpr bool operator==(const FrameDelay&) const = default;

    [[nodiscard]] constexpr FrameDelay then(FrameDelay next) const {
        return {period * next.period, lag + period * next.lag};
    }
};

namespace detail {

template <class Layer, Shape In>
inline constexpr FrameDelay delay_of{};
template <class Layer, Shape In>
requires requires {
    Layer::template time<In>;
}
inline constexpr FrameDelay delay_of<Layer, In> = [] {
    constexpr TimeWindow time = Layer::template time<In>;
    return FrameDelay{time.stride, time.reach() - 1 - time.before};
}();

template <class Way>
constexpr FrameDelay delay_along() {
    FrameDelay delay{1, 0};
    Way::for_each_layer(
        [&](auto i) { delay = delay.then(delay_of<typename Way::template Description<i>, Way::shapes[i]>); });
    return delay;
}
/// All ways must make their frames at the same time.
template <class Branch, class Shortcut, Activation Fused, merges_number_by_number Merge, Shape In>
inline constexpr FrameDelay delay_of<Residual<Branch, Shortcut, Fused, Merge>, In> = [] {
    const FrameDelay main = delay_along<typename Along<In, Branch>::Type>();
    if constexpr (std::is_same_v<Shortcut, Path<>>) {
        return main == FrameDelay{1, 0} ? main : FrameDelay{};
    } else {
        return main == delay_along<typename Along<In, Shortcut>::Type>() ? main : FrameDelay{};
    }
}();
template <class First, class... Rest, Shape In>
inline constexpr FrameDelay delay_of<Parallel<Concatenate, First, Rest...>, In> = [] {
    constexpr FrameDelay first = delay_along<typename Along<In, First>::Type>();
    return ((delay_along<typename Along<In, Rest>::Type>() == first) && ...) ? first : FrameDelay{};
}();
template <class Merge, class... Ways, Shape In>
requires requires {
    typename Parallel<Merge, Ways...>::AsResidual;
}
inline constexpr FrameDelay delay_of<Parallel<Merge, Ways...>, In> =
    delay_of<typename Parallel<Merge, Ways...>::AsResidual, In>;

}  // namespace detail

/// The layer needs no row later than the one that it makes.
template <class Layer, Shape In>
concept runs_frame_by_frame = (detail::delay_of<Layer, In>.period > 0);

}  // namespace mote::nn
