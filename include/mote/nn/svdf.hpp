// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>

#include "mote/nn/layer.hpp"
#include "mote/nn/svdf_bytes.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

/// A layer of sequences whose filters over features and time are products of one over the features and one
/// over the last steps, or sums of `rank` such: much of what a recurrent layer does for a fraction of its
/// weights.
///
/// Shapes  x: [steps][features], y: [steps][units]. Weights as TensorFlow Lite's tensors, with filter = unit
///         * rank + r: over the features [filter][feature], over time [filter][memory] with the step itself
///         last, biases [unit].
/// Errors  NaN in a step reaches the outputs of the `memory` steps from it on, and no other.
/// Memory  rank * units * (features + memory) + units weights; State: rank * units * memory numbers, which
///         Streaming keeps, of 16 bits beside bytes. Training: two numbers for each filter and step.
/// Time    steps * rank * units * (features + memory). What was before the first step counts as zeros.
/// Source  Nakkiran et al. 2015, Interspeech, pages 1473-1477. int8: TensorFlow Lite's integer SVDF, bit by
///         bit: bytes over the features, a state and taps of 16 bits, sums of 32.
template <SvdfConfig Config>
struct Svdf {
    template <Shape In>
    static constexpr bool accepts = In.width == 1 && In.size() > 0 && Config.taps() > 0;
    template <Shape In>
    static constexpr Shape shape = Shape(In.height, Config.units);
    template <Shape In>
    static constexpr TimeWindow time{};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Svdf<mote::nn::SvdfConfig{.units = ", Config.units, ", .memory = ", Config.memory);
        print(", .rank = ", Config.rank, ", .activation = ", name(Config.activation), "}>");
    }

    template <Shape In>
    struct At;
};

template <SvdfConfig Config>
template <Shape In>
struct Svdf<Config>::At : SvdfBytes<Config, In.channels, In.height> {
    using Bytes = SvdfBytes<Config, In.channels, In.height>;
    static constexpr std::size_t features = In.channels, steps = In.height, units = Config.units,
                                 memory = Config.memory, filters = Config.filters();
    static constexpr std::size_t parameters = filters * (features + memory) + units;
    static constexpr std::size_t macs = steps * filters * (features + memory);
    static constexpr std::size_t backward_scratch = 2 * steps * filters;
    template <class T, class Isa>
    static constexpr bool in_place = units <= features;
    template <class T, class Isa>
    static constexpr std::size_t scratch = 0;
    /// What each filter over the features gave in the last steps, the newest last.
    template <class T, class Isa>
    using State =
        std::array<std::conditional_t<std::is_same_v<T, std::int8_t>, std::int16_t, T>, Config.taps()>;

    /// Glorot for both filters; biases zero.
    template <class T>
    static constexpr void initialise(T* weights, Random& random) {
        glorot_uniform(weights, filters * features, features, filters, random);
        glorot_uniform(weights + filters * features, filters * memory, memory, 1, random);
        for (std::size_t i = parameters - units; i < parameters; ++i) weights[i] = 0;
    }

    using Bytes::step;
    template <class Isa, FloatingScalar T>
    static constexpr void step(const T* weights, const T* x, T* y, State<T, Isa>& past) {
        std::array<T, filters> newest{};
        look_at<Isa>(weights, x, newest.data());
        const T *const taps = weights + filters * features, *const bias = taps + filters * memory;
        for (std::size_t unit = 0; unit < units; ++unit) y[unit] = bias[unit];
        for (std::size_t filter = 0; filter < filters; ++filter) {
            y[filter / Config.rank] += detail::look_back<T>(
                taps + filter * memory, past.data() + filter * memory, memory, newest[filter]);
        }
        activate<Config.activation>(y, units);
    }

    /// A watcher that asks for what is within is shown what the filters over the features give.
    template <class Isa, FloatingScalar T, class Watch = Unwatched>
    static constexpr void forward(const T* weights, const T* x, T* y, T*, Watch watch = {}) {
        if constexpr (requires { watch.inner(std::array<T, 1>{}); }) {
            std::array<T, steps * filters> seen{};
            look_at_all<Isa>(weights, x, seen.data());
            watch.inner(seen);
        }
        State<T, Isa> past{};
        for (std::size_t t = 0; t < steps; ++t) {
            step<Isa>(weights, x + t * features, y + t * units, past);
        }
    }

    template <class Isa, FloatingScalar T>
    static constexpr void backward(const T* weights, const T* x, const T* y, T* dy, T* dx, T* gradient,
                                   T* space) {
        T *const seen = space, *const slopes = seen + steps * filters;
        look_at_all<Isa>(weights, x, seen);
        deactivate<Config.activation>(y, dy, steps * units);
        for (std::size_t i = 0; i < steps * filters; ++i) slopes[i] = 0;
        for (std::size_t i = 0; i < steps * units; ++i) gradient[parameters - units + i % units] += dy[i];
        back_in_time(weights, seen, dy, slopes, gradient);
        for (std::size_t i = 0; dx != nullptr && i < In.size(); ++i) dx[i] = 0;
        for (std::size_t i = 0; i < steps * filters; ++i) {
            const std::size_t row = i % filters * features, from = i / filters * features;
            for (std::size_t feature = 0; feature < features; ++feature) {
                gradient[row + feature] += slopes[i] * x[from + feature];
                if (dx != nullptr) dx[from + feature] += slopes[i] * weights[row + feature];
            }
        }
    }

private:
    template <class Isa, class T>
    static constexpr void look_at(const T* weights, const T* x, T* newest) {
        using Row = std::span<const T, features>;
        for (std::size_t filter = 0; filter < filters; ++filter) {
            newest[filter] = kernels::dot<Isa>(Row(weights + filter * features, features), Row(x, features));
        }
    }
    template <class Isa, class T>
    static constexpr void look_at_all(const T* weights, const T* x, T* seen) {
        for (std::size_t t = 0; t < steps; ++t) look_at<Isa>(weights, x + t * features, seen + t * filters);
    }

    /// The slopes of the taps, and of what they look back on.
    template <class T>
    static constexpr void back_in_time(const T* weights, const T* seen, const T* dy, T* slopes, T* gradient) {
        constexpr std::size_t first_tap = filters * features;
        for (std::size_t t = 0; t < steps; ++t) {
            for (std::size_t back = 0; back < memory && back <= t; ++back) {
                for (std::size_t filter = 0; filter < filters; ++filter) {
                    const std::size_t tap = first_tap + filter * memory + memory - 1 - back;
                    const std::size_t place = (t - back) * filters + filter;
                    const T slope = dy[t * units + filter / Config.rank];
                    gradient[tap] += slope * seen[place];
                    slopes[place] += slope * weights[tap];
                }
            }
        }
    }
};

}  // namespace mote::nn
