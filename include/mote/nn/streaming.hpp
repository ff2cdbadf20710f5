// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "mote/core/sample.hpp"
#include "mote/nn/float_network.hpp"
#include "mote/nn/frame_chain.hpp"
#include "mote/nn/quantized_network.hpp"

namespace mote::nn {

namespace detail {

/// The first layer that needs later frames than its own, or the last.
template <class Architecture, std::size_t I = 0>
struct LooksAhead {
    using Layer = typename Architecture::template Description<I>;
    static constexpr Shape input = Architecture::shapes[I];
};
template <class Architecture, std::size_t I>
requires(I + 1 < Architecture::depth &&
         runs_frame_by_frame<typename Architecture::template Description<I>,
                             Architecture::shapes[I]>) struct LooksAhead<Architecture, I>
    : LooksAhead<Architecture, I + 1> {
};

template <class NetworkType>
struct IsaOf;
template <class T, class Architecture, class Isa>
struct IsaOf<Network<T, Architecture, Isa>> {
    using Type = Isa;
};

}  // namespace detail

/// A network of sequences that runs a frame at a time: frame by frame the rows of what the network makes of
/// the whole sequence, to the bit where the compiler rounds both alike, each computed once. The sequence may
/// go on for ever: the first size of the network's input does not matter.
///
/// Shapes  push(): x: one row of the input, [width * channels]; y: one row of the output, when one is due:
///         after `lag` more frames than the first, then every `period` frames.
/// Errors  A layer that needs later frames does not compile: runs_frame_by_frame names it. NaN in x comes out
///         of all rows that see it, and of no other; a recurrent layer keeps it in its State.
/// Memory  the numbers of the network; State: for each layer the frames it still needs, and room to work in.
///         Time  that of the network divided by its frames.
/// Source  causal layers after van den Oord et al. 2016, arXiv:1609.03499; frame by frame after Paine et al.
///         2016, arXiv:1611.09482, algorithm 1.
template <class NetworkType>
requires runs_frame_by_frame<typename detail::LooksAhead<typename NetworkType::Architecture>::Layer,
                             detail::LooksAhead<typename NetworkType::Architecture>::input>
class Streaming {
    using T = typename NetworkType::Scalar;
    using Architecture = typename NetworkType::Architecture;
    using Chain = FrameChain<Architecture, T, typename detail::IsaOf<NetworkType>::Type>;
    static constexpr bool integer = ActivationInteger<T>;

public:
    using Network = NetworkType;
    using Scalar = T;
    using Sample = mote::Sample<T, Chain::inputs>;
    using RealSample = mote::Sample<float, Chain::inputs>;
    using Output = std::array<T, Chain::outputs>;
    static constexpr std::size_t features = Chain::inputs, outputs = Chain::outputs;
    static constexpr std::size_t period = Chain::delay.period, lag = Chain::delay.lag;

    /// What the stream still has to know of its past, and room to work in.
    class State {
        friend Streaming;
        typename Chain::State chain{};
        alignas(16) std::array<T, round_up(Chain::inputs, 16)> frame{};
        alignas(16) std::array<T, Chain::window> window{};
        alignas(16) std::array<T, Chain::scratch> scratch{};
    };

    constexpr explicit Streaming(const NetworkType& network) : numbers_(numbers_of(network)) {
        if constexpr (integer) {
            input_ = network.input();
            output_ = network.output();
        }
    }

    /// Takes one frame in; one frame of the output, if one is due.
    constexpr std::optional<Output> push(Sample x, State& state) const {
        const T* from = x.data();
        if constexpr (integer) {  // to an address that kernels may read words from
            std::ranges::copy(x, state.frame.begin());
            from = state.frame.data();
        }
        return run(from, state);
    }

    /// Takes real numbers in, which it brings to the input's scale.
    constexpr std::optional<Output> push(RealSample x, State& state) const requires(integer) {
        std::ranges::transform(x, state.frame.begin(),
                               [this](float value) { return input_.quantize(value); });
        return run(state.frame.data(), state);
    }

    [[nodiscard]] constexpr auto input() const requires(integer) { return input_; }
    [[nodiscard]] constexpr auto output() const requires(integer) { return output_; }

private:
    using Numbers =
        std::conditional_t<integer, typename Chain::Numbers, std::array<T, Architecture::parameters>>;

    static constexpr Numbers numbers_of(const NetworkType& network) {
        if constexpr (integer) {
            return Chain::pack(network.weights().layers);
        } else {
            return network.weights();
        }
    }

    constexpr std::optional<Output> run(const T* x, State& state) const {
        const auto numbers = [this](auto i) -> decltype(auto) {
            if constexpr (integer) {
                return get<i>(numbers_);
            } else {
                return numbers_.data() + Architecture::first_weight[i];
            }
        };
        const T* y = Chain::push(numbers, x, state.chain, state.window.data(), state.scratch.data());
        if (y == nullptr) return std::nullopt;
        Output result{};
        std::copy_n(y, outputs, result.begin());
        return result;
    }

    Numbers numbers_;
    template <class Scale>
    using Itself = Scale;
    [[no_unique_address]] typename detail::ForIntegers<T, Itself>::Type input_{}, output_{};
};

}  // namespace mote::nn
