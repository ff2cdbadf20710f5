// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/nn/fast_grnn.hpp"
#include "mote/nn/gru.hpp"
#include "mote/nn/integer_fast_grnn.hpp"
#include "mote/nn/integer_gru.hpp"
#include "mote/nn/integer_lstm.hpp"
#include "mote/nn/integer_simple_rnn.hpp"
#include "mote/nn/layer.hpp"
#include "mote/nn/lstm.hpp"
#include "mote/nn/recurrent_integers.hpp"
#include "mote/nn/simple_rnn.hpp"
#include "mote/nn/workspace.hpp"

namespace mote::nn {

/// The kinds of recurrent layers: which model of a single step goes with a scalar, inputs and units.
struct SimpleRnnCell {
    template <class T, std::size_t Inputs, std::size_t Units, class Isa>
    using Step = SimpleRnn<T, Inputs, Units, Isa>;
    static constexpr const char* name = "mote::nn::SimpleRnnCell";
};
template <GruReset Reset = GruReset::after>
struct GruCell {
    template <class T, std::size_t Inputs, std::size_t Units, class Isa>
    using Step = Gru<T, Inputs, Units, Reset, Isa>;
    static constexpr const char* name = Reset == GruReset::after
                                            ? "mote::nn::GruCell<mote::nn::GruReset::after>"
                                            : "mote::nn::GruCell<mote::nn::GruReset::before>";
};
struct LstmCell {
    template <class T, std::size_t Inputs, std::size_t Units, class Isa>
    using Step = Lstm<T, Inputs, Units, Isa>;
    static constexpr const char* name = "mote::nn::LstmCell";
};
struct FastGrnnCell {
    template <class T, std::size_t Inputs, std::size_t Units, class Isa>
    using Step = FastGrnn<T, Inputs, Units, Isa>;
    static constexpr const char* name = "mote::nn::FastGrnnCell";
};

/// sequence: the state after every step, Keras's return_sequences; last: that after the last one.
enum class Returns { last, sequence };

struct RecurrentConfig {
    std::size_t units = 1;
    Returns returns = Returns::last;
    std::size_t truncate = 0;  // training looks back to the last multiple of so many steps; 0: to the first
};

/// A recurrent layer over a whole sequence, from a state of zeros: what runs step by step in Gru, Lstm and
/// the others, as a layer of a Sequential, which can be trained.
///
/// Shapes  x: [steps][features], y: [steps][units], or [units] after the last step. Weights as the Cell's
///         step keeps them.
/// Errors  NaN in a step reaches its own output and all later ones.
/// Memory  the step's; its State on the stack. Training: a State for each step.
/// Source  the steps'; training by back-propagation through time, Werbos 1990, Proceedings of the IEEE
///         78(10):1550-1560, truncated after Williams and Peng 1990, Neural Computation 2(4):490-501.
template <class Cell, RecurrentConfig Config>
struct Recurrent {
    static constexpr bool all_steps = Config.returns == Returns::sequence;

    template <Shape In>
    static constexpr bool accepts = In.width == 1 && In.size() > 0 && Config.units > 0;
    template <Shape In>
    static constexpr Shape shape = all_steps ? Shape(In.height, Config.units) : Shape(Config.units);
    template <Shape In>
    requires(all_steps) static constexpr TimeWindow time{};

    template <class Print>
    static constexpr void describe(Print print) {
        print("mote::nn::Recurrent<", Cell::name, ", mote::nn::RecurrentConfig{.units = ", Config.units);
        print(", .returns = mote::nn::Returns::", all_steps ? "sequence" : "last");
        print(", .truncate = ", Config.truncate, "}>");
    }

    template <Shape In>
    struct At : RecurrentIntegers<std::int8_t, Cell, In.channels, Config.units, In.height, all_steps> {
        static constexpr std::size_t features = In.channels, units = Config.units, steps = In.height;
        template <class T, class Isa>
        using Step = typename Cell::template Step<T, features, units, Isa>;
        template <class T, class Isa>
        using State = typename Step<T, Isa>::State;

        static constexpr std::size_t parameters = Step<double, isa::Portable>::parameters;
        static constexpr std::size_t macs = steps * Step<double, isa::Portable>::macs;
        static constexpr std::size_t numbers_of_state = sizeof(State<double, isa::Portable>) / sizeof(double);
        static constexpr std::size_t backward_scratch = steps * numbers_of_state;
        template <class T, class Isa>
        static constexpr bool in_place = units <= features;
        template <class T, class Isa>
        static constexpr std::size_t scratch = 0;

        struct Int16
            : RecurrentIntegers<std::int16_t, Cell, In.channels, Config.units, In.height, all_steps> {
            template <class T, class Isa>
            static constexpr bool in_place = units <= features;
            template <class T, class Isa>
            static constexpr std::size_t scratch = 0;
        };

        /// Glorot for what the inputs meet, the same for the recurrent weights; biases zero. FastGRNN's two
        /// scales, the last weights of all, begin at 1 and 0.
        template <class T>
        static constexpr void initialise(T* weights, Random& random) {
            constexpr std::size_t columns = Step<double, isa::Portable>::macs / (features + units);
            constexpr std::size_t matrices = columns * (features + units);
            glorot_uniform(weights, features * columns, features, units, random);
            glorot_uniform(weights + features * columns, units * columns, units, units, random);
            for (std::size_t i = matrices; i < parameters; ++i) weights[i] = 0;
            if constexpr (requires { Step<T, isa::Portable>::first_scale; }) weights[parameters - 2] = 1;
        }

        /// One step, for Streaming; of floats, then of integers.
        template <class Isa, FloatingScalar T>
        static constexpr void step(const T* weights, const T* x, T* y, State<T, Isa>& state) {
            const auto& h = Step<T, Isa>::step(weights, std::span<const T, features>(x, features), state);
            for (std::size_t i = 0; i < units; ++i) y[i] = h[i];
        }

        template <class Isa, ActivationInteger T>
        static constexpr void step(const auto& packed, const T* x, T* y, auto& state) {
            std::ranges::copy(Step<T, Isa>::step(packed, x, state), y);
        }

        /// A watcher that asks for what is within is shown the hidden state after every step, and the cell.
        template <class Isa, FloatingScalar T, class Watch = Unwatched>
        static constexpr void forward(const T* weights, const T* x, T* y, T*, Watch watch = {}) {
            if constexpr (requires { watch.inner(std::array<T, 1>{}); }) show<Isa>(weights, x, watch);
            State<T, Isa> state{};
            std::array<T, units> h{};
            for (std::size_t t = 0; t < steps; ++t) {
                step<Isa>(weights, x + t * features, h.data(), state);
                for (std::size_t i = 0; all_steps && i < units; ++i) y[t * units + i] = h[i];
            }
            for (std::size_t i = 0; !all_steps && i < units; ++i) y[i] = h[i];
        }

        template <class Isa, FloatingScalar T>
        static constexpr void backward(const T* weights, const T* x, const T*, T* dy, T* dx, T* gradient,
                                       T* space) {
            remember<Isa>(weights, x, space);
            for (std::size_t i = 0; dx != nullptr && i < In.size(); ++i) dx[i] = 0;
            State<T, Isa> slope{};
            for (std::size_t t = steps; t-- > 0;) {
                auto& hidden = hidden_of<T>(slope);
                if (all_steps || t + 1 == steps) {
                    const T* const dh = all_steps ? dy + t * units : dy;
                    for (std::size_t i = 0; i < units; ++i) hidden[i] += dh[i];
                }
                const auto before = recall<Isa>(space + t * numbers_of_state);
                Step<T, Isa>::back(weights, std::span<const T, features>(x + t * features, features), before,
                                   slope, dx != nullptr ? dx + t * features : nullptr, gradient);
                if (Config.truncate > 0 && t % Config.truncate == 0) slope = {};
            }
        }

    private:
        template <class Isa, class T, class Watch>
        static constexpr void show(const T* weights, const T* x, Watch watch) {
            State<T, Isa> state{};
            std::array<T, steps * units> hidden{}, cell{};
            for (std::size_t t = 0; t < steps; ++t) {
                Step<T, Isa>::step(weights, std::span<const T, features>(x + t * features, features), state);
                for (std::size_t i = 0; i < units; ++i) {
                    hidden[t * units + i] = hidden_of<T>(state)[i];
                    if constexpr (requires { state.cell; }) cell[t * units + i] = state.cell[i];
                }
            }
            watch.inner(hidden);
            if constexpr (requires { state.cell; }) watch.inner(cell);
        }

        template <class T>
        static constexpr auto& hidden_of(auto& state) {
            if constexpr (requires { state.hidden; }) {
                return state.hidden;
            } else {
                return state;
            }
        }

        /// The states before all steps, one behind the other.
        template <class Isa, class T>
        static constexpr void remember(const T* weights, const T* x, T* to) {
            State<T, Isa> state{};
            for (std::size_t t = 0; t < steps; ++t, to += numbers_of_state) {
                for (std::size_t i = 0; i < units; ++i) {
                    to[i] = hidden_of<T>(state)[i];
                    if constexpr (requires { state.cell; }) to[units + i] = state.cell[i];
                }
                Step<T, Isa>::step(weights, std::span<const T, features>(x + t * features, features), state);
            }
        }
        template <class Isa, class T>
        static constexpr State<T, Isa> recall(const T* from) {
            State<T, Isa> state{};
            for (std::size_t i = 0; i < units; ++i) {
                hidden_of<T>(state)[i] = from[i];
                if constexpr (requires { state.cell; }) state.cell[i] = from[units + i];
            }
            return state;
        }
    };
};

}  // namespace mote::nn
