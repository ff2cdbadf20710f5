// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>

#include "mote/rl/rate.hpp"
#include "mote/rl/tabular_agent.hpp"

namespace mote::rl {

/// What a second visit does to the trace of an action: begins it anew, or adds to it.
enum class Traces : std::uint8_t { replacing, accumulating };

/// LearningConfig, and how traces fade: by discount * trace_decay a step.
struct TraceConfig {
    Rate learning_rate{0.125};
    Rate discount{0.95};
    Rate trace_decay{0.75};
    Traces traces = Traces::replacing;
    double initial = 0;
    Rounding rounding = Rounding::nearest;

    [[nodiscard]] constexpr LearningConfig learning() const {
        return {learning_rate, discount, initial, rounding};
    }
    [[nodiscard]] constexpr Rate fading() const { return {discount.value * trace_decay.value}; }
    [[nodiscard]] constexpr bool valid() const { return learning().valid() && trace_decay.valid(); }
};

/// The actions that led to where we are, each with the share of the next error that it will learn from.
///
/// Shapes  at most Capacity of them; a new one takes the place of the weakest.
/// Units   share: learning rate * eligibility. That of integer tables is a 15-bit fraction and at most one.
/// Memory  Capacity times a scalar (integers: 2 bytes) and 3 bytes.
template <Scalar T, std::size_t Capacity, TraceConfig Config>
requires(Capacity >= 1 && Capacity <= 65'535 && Config.valid()) class Eligibility {
public:
    using Share = std::conditional_t<FixedScalar<T>, std::uint16_t, T>;

    [[nodiscard]] constexpr std::size_t size() const { return size_; }
    constexpr void clear() { size_ = 0; }

    /// All traces fade by one step, and action a in state s has just been taken.
    constexpr void visit(State s, Action a) {
        fade();
        Trace* trace = find(s, a);
        if (trace == nullptr) {
            trace = size_ < Capacity ? &traces_[size_++] : weakest();
            *trace = {0, s, a};
        }
        if constexpr (Config.traces == Traces::replacing) trace->share = 0;
        trace->share = raised(trace->share);
    }

    /// Calls move(s, a, share) for each.
    template <class Move>
    constexpr void for_each(Move move) const {
        for (std::size_t i = 0; i < size_; ++i) move(traces_[i].s, traces_[i].a, traces_[i].share);
    }

private:
    struct Trace {
        Share share = 0;
        State s = 0;
        Action a = 0;
    };

    /// A trace of no share is dropped.
    constexpr void fade() {
        std::size_t kept = 0;
        for (std::size_t i = 0; i < size_; ++i) {
            Trace trace = traces_[i];
            if constexpr (FixedScalar<T>) {
                trace.share =
                    static_cast<Share>(detail::scale<Config.fading()>(std::int32_t{trace.share}, 0));
            } else {
                trace.share *= static_cast<T>(Config.fading().value);
            }
            if (trace.share != 0) traces_[kept++] = trace;
        }
        size_ = static_cast<std::uint16_t>(kept);
    }
    [[nodiscard]] static constexpr Share raised(Share share) {
        if constexpr (FixedScalar<T>) {
            const std::int32_t sum = share + Config.learning_rate.fraction();
            return static_cast<Share>(sum < 32768 ? sum : 32768);
        } else {
            return share + static_cast<T>(Config.learning_rate.value);
        }
    }
    [[nodiscard]] constexpr Trace* find(State s, Action a) {
        for (std::size_t i = 0; i < size_; ++i) {
            if (traces_[i].s == s && traces_[i].a == a) return &traces_[i];
        }
        return nullptr;
    }
    [[nodiscard]] constexpr Trace* weakest() {
        Trace* weakest = &traces_[0];
        for (Trace& trace : traces_) {
            if (trace.share < weakest->share) weakest = &trace;
        }
        return weakest;
    }

    std::array<Trace, Capacity> traces_{};
    std::uint16_t size_ = 0;
};

namespace detail {

/// How a value takes its share of an error; told which of Values values it is. Integer shares have 15 bits.
template <Scalar T, TraceConfig Config, std::size_t Values>
struct ShareStepper {
    [[nodiscard]] static constexpr T error(T target, T value) { return target - value; }
    [[nodiscard]] static constexpr T moved(T value, T error, T share, std::size_t) {
        return bounded(value + share * error);
    }
};
template <FixedScalar T, TraceConfig Config, std::size_t Values>
struct ShareStepper<T, Config, Values> {
    using Error = mote::detail::Wide<decltype(T::raw)>;
    static constexpr bool by_chance = Config.rounding == Rounding::stochastic;
    Noise noise;

    [[nodiscard]] static constexpr Error error(T target, T value) { return Error{target.raw} - value.raw; }
    [[nodiscard]] constexpr T moved(T value, Error error, std::uint16_t share, std::size_t) {
        const std::int32_t up = by_chance ? noise.next() : half;
        return T::saturate(value.raw + ((error * share + up) >> 15));
    }
};
template <FixedScalar T, TraceConfig Config, std::size_t Values>
requires(Config.rounding == Rounding::carried) struct ShareStepper<T, Config, Values> {
    [[no_unique_address]] Remainders<T, Values> remainders;

    [[nodiscard]] static constexpr std::int64_t error(T target, T value) {
        return Remainders<T, Values>::widened(target) - Remainders<T, Values>::widened(value);
    }
    [[nodiscard]] constexpr T moved(T value, std::int64_t error, std::uint16_t share, std::size_t i) {
        return remainders.rounded(remainders.exact(value, i) + remainders.share(error, share << 15), i);
    }
};

/// The traces of the agents that have them, and how they learn from an error.
template <Scalar T, std::size_t Capacity, TraceConfig Config, std::size_t Values>
struct TraceMemory {
    Eligibility<T, Capacity, Config> traces;
    [[no_unique_address]] ShareStepper<T, Config, Values> shares;
    State s2 = 0;
    bool open = false;  // an episode goes on in s2

    [[nodiscard]] constexpr bool lead_to(State s) const { return open && s == s2; }
    constexpr void go_on(State next, bool terminal) {
        s2 = next;
        open = !terminal;
    }

    /// Every trace learns its share of target - value: (12.7)'s sum, kept as a list.
    template <std::size_t States, std::size_t Actions>
    constexpr void settle(ActionValues<T, States, Actions>& values, T target, T value) {
        traces.for_each([&, error = shares.error(target, value)](State state, Action action, auto share) {
            T& q = values.at(state, action);
            q = shares.moved(q, error, share, values.index(state, action));
        });
    }
};

}  // namespace detail

}  // namespace mote::rl
