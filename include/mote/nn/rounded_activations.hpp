// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "mote/core/dataset.hpp"
#include "mote/nn/calibration.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/rounded_weights.hpp"

namespace mote::nn {

/// Rounds what passes as integers of Bits bits keep it that are spread over a range, while training sees a
/// slope of 1 within the range and 0 outside (straight through). The range learns: what saturates at an end
/// moves it.
///
/// Shapes  x: any, y: the same. Weights: the ends of the range, [low, high]; one without width rounds
///         nothing.
/// Errors  NaN stays NaN. There is no integer form: a network is trained with it and quantised without, see
///         tuned() and quantize_tuned().
/// Source  Jacob et al. 2018, CVPR, section 3.1; the ends' slopes after Choi et al. 2018, arXiv:1805.06085,
///         equation (3).
template <int Bits = 8>
requires(Bits >= 2 && Bits <= 8) struct RoundedActivations : KeepsShape {
    static constexpr int levels = (1 << Bits) - 1;

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::RoundedActivations<", Bits, ">");
    }

    template <Shape In>
    struct At {
        static constexpr std::size_t parameters = 2, macs = 0, backward_scratch = 0;
        template <class T, class Isa>
        static constexpr bool in_place = true;
        template <class T, class Isa>
        static constexpr std::size_t scratch = 0;

        template <class T>
        static constexpr void initialise(T* weights, Random&) {
            weights[0] = weights[1] = 0;
        }

        template <class Isa, FloatingScalar T>
        static constexpr void forward(const T* weights, const T* x, T* y, T*) {
            const Ends<T> ends(weights);
            const T scale = (ends.high - ends.low) / levels;
            if (!(scale > 0)) {
                for (std::size_t i = 0; i < In.size(); ++i) y[i] = x[i];
                return;
            }
            const std::int32_t zero = round_to(static_cast<double>(-ends.low / scale), 0, levels);
            for (std::size_t i = 0; i < In.size(); ++i) {
                const double steps = static_cast<double>(x[i] / scale);
                const T rounded = scale * static_cast<T>(round_to(steps, -zero, levels - zero));
                y[i] = x[i] == x[i] ? rounded : x[i];
            }
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T*, T* dy, T* dx, T* gradient,
                                       T*) {
            const Ends<T> ends(weights);
            const bool rounds = ends.high > ends.low;
            for (std::size_t i = 0; i < In.size(); ++i) {
                const bool below = rounds && x[i] < ends.low, above = rounds && x[i] > ends.high;
                if (below) gradient[0] += dy[i];
                if (above) gradient[1] += dy[i];
                if (dx != nullptr) dx[i] = below || above ? T{0} : dy[i];
            }
        }

    private:
        /// Zero is always within.
        template <class T>
        struct Ends {
            T low, high;
            constexpr explicit Ends(const T* weights)
                : low(weights[0] < 0 ? weights[0] : T{0}), high(weights[1] > 0 ? weights[1] : T{0}) {}
        };
    };
};

namespace detail {

template <class Description>
inline constexpr bool rounds_activations = false;
template <int Bits>
inline constexpr bool rounds_activations<RoundedActivations<Bits>> = true;

/// A layer, and behind one with filters the rounding of its outputs.
template <class Layer, class Description, int Bits>
using WithRoundedOutputs =
    std::conditional_t<has_filters<Layer>, Path<Description, RoundedActivations<Bits>>, Description>;

template <class Architecture, int Bits, class Indices = std::make_index_sequence<Architecture::depth>>
struct WithRoundedActivations;
template <class Architecture, int Bits, std::size_t... I>
struct WithRoundedActivations<Architecture, Bits, std::index_sequence<I...>> {
    using Type = Sequential<Architecture::shapes[0], RoundedActivations<Bits>,
                            WithRoundedOutputs<typename Architecture::template Layer<I>,
                                               typename Architecture::template Description<I>, Bits>...>;
};

/// Calls layer(number in the plain architecture, weights in it, weights in the tuned one) for each layer of
/// the former, and range(place where calibrate() has its range, weights in the tuned one) for each rounding.
template <class Architecture, class Tuned, class T, class U, class OnLayer, class OnRange>
constexpr void for_each_tuned(T* plain, U* tuned, OnLayer layer, OnRange range) {
    std::size_t number = 0, place = 0;
    Tuned::for_each_layer([&](auto i) {
        using Layer = typename Tuned::template Layer<i>;
        U* const own = tuned + Tuned::first_weight[i];
        if constexpr (rounds_activations<typename Tuned::template Description<i>>) {
            range(place, own);
        } else {
            layer(plain + Architecture::first_weight[number], own, Layer::parameters);
            ++number;
            place += 1 + observed_within<Layer>;
        }
    });
}

}  // namespace detail

/// An architecture with rounding of the input and of what each layer with filters makes, those within layers
/// apart: around Aware<Architecture, n> to train with rounded weights as well.
template <class Architecture, int Bits = 8>
using AwareOfActivations = typename detail::WithRoundedActivations<Architecture, Bits>::Type;

/// A network to be tuned, with the weights of the model, and the ranges that its activations have on the
/// rows.
///
///     auto aware = nn::tunable<8>(nn::Network<float, nn::Aware<Architecture, 4>>(model.weights()), rows);
///     trainer.fit(aware, data, settings);
///     const auto small = nn::quantize_tuned<nn::Aware<Architecture, 4>>(aware, rows);
template <int Bits, FloatingScalar T, class Architecture, class Isa, std::size_t Features>
[[nodiscard]] constexpr Network<T, AwareOfActivations<Architecture, Bits>, Isa> tunable(
    const Network<T, Architecture, Isa>& model, Rows<T, Features> rows, const Calibration& how = {}) {
    const auto ranges = calibrate(model, rows, how);
    Network<T, AwareOfActivations<Architecture, Bits>, Isa> aware;
    detail::for_each_tuned<Architecture, AwareOfActivations<Architecture, Bits>>(
        model.weights().data(), aware.weights().data(),
        [](const T* from, T* to, std::size_t n) { std::copy_n(from, n, to); },
        [&ranges](std::size_t place, T* ends) {
            ends[0] = static_cast<T>(ranges[place].low);
            ends[1] = static_cast<T>(ranges[place].high);
        });
    return aware;
}

/// The tuned weights without the rounding of activations.
template <class Architecture, FloatingScalar T, class TunedArchitecture, class Isa>
[[nodiscard]] constexpr Network<T, Architecture, Isa> tuned(const Network<T, TunedArchitecture, Isa>& aware) {
    Network<T, Architecture, Isa> model;
    detail::for_each_tuned<Architecture, TunedArchitecture>(
        model.weights().data(), aware.weights().data(),
        [](T* to, const T* from, std::size_t n) { std::copy_n(from, n, to); }, [](std::size_t, const T*) {});
    return model;
}

/// The tuned network as bytes, over the ranges that it learnt; those of other layers are what they have on
/// the rows.
template <class Architecture, FloatingScalar T, class TunedArchitecture, class Isa, std::size_t Features>
[[nodiscard]] constexpr Network<std::int8_t, Architecture, Isa> quantize_tuned(
    const Network<T, TunedArchitecture, Isa>& aware, Rows<T, Features> rows) {
    auto model = tuned<Architecture>(aware);
    auto ranges = calibrate(model, rows);
    detail::for_each_tuned<Architecture, TunedArchitecture>(
        model.weights().data(), aware.weights().data(), [](T*, const T*, std::size_t) {},
        [&ranges](std::size_t place, const T* ends) {
            Range range;
            range.include(static_cast<float>(ends[0]));
            range.include(static_cast<float>(ends[1]));
            ranges[place] = range;
        });
    return detail::quantize_over<std::int8_t>(ranges, model);
}

}  // namespace mote::nn
