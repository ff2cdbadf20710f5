// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <limits>
#include <type_traits>

namespace mote {

inline namespace literals {

constexpr std::size_t operator""_KiB(unsigned long long n) {
    return static_cast<std::size_t>(n) * 1024;
}
constexpr std::size_t operator""_MiB(unsigned long long n) {
    return static_cast<std::size_t>(n) * 1024 * 1024;
}

}  // namespace literals

/// What one inference takes, known when the program is compiled. Not the code's size, which C++ cannot know:
/// the firmware builds measure that.
struct Cost {
    std::size_t constant = 0;    // bytes of the model itself: flash where it is const
    std::size_t state = 0;       // bytes it carries from call to call (Model::State)
    std::size_t scratch = 0;     // bytes it needs during a call (Model::Workspace)
    std::size_t macs = 0;        // multiply-accumulates, 0 where the model does not say
    std::size_t parameters = 0;  // learnt numbers, 0 where the model does not say

    /// Stages that run one after another share their scratch memory and nothing else.
    constexpr Cost operator+(const Cost& next) const {
        return {constant + next.constant, state + next.state, scratch > next.scratch ? scratch : next.scratch,
                macs + next.macs, parameters + next.parameters};
    }
    constexpr bool operator==(const Cost&) const = default;
};

namespace detail {

/// Sizes of memory that a model may ask for beside itself. A State that is a number names a situation, as
/// those of agents do, and is no memory.
template <class Model>
constexpr std::size_t state_bytes() {
    if constexpr (requires { requires std::is_class_v<typename Model::State>; }) {
        return sizeof(typename Model::State);
    } else {
        return 0;
    }
}
template <class Model>
constexpr std::size_t scratch_bytes() {
    if constexpr (requires { typename Model::Workspace; }) {
        return sizeof(typename Model::Workspace);
    } else {
        return 0;
    }
}

/// Numbers that a model states itself or, where it is a network, its architecture does.
template <class Model>
constexpr std::size_t macs() {
    if constexpr (requires { Model::macs; }) {
        return Model::macs;
    } else if constexpr (requires { Model::Architecture::macs; }) {
        return Model::Architecture::macs;
    } else {
        return 0;
    }
}
template <class Model>
constexpr std::size_t parameters() {
    if constexpr (requires { Model::parameters; }) {
        return Model::parameters;
    } else if constexpr (requires { Model::Architecture::parameters; }) {
        return Model::Architecture::parameters;
    } else {
        return 0;
    }
}

template <class Model>
constexpr Cost cost_of() {
    return {sizeof(Model), state_bytes<Model>(), scratch_bytes<Model>(), macs<Model>(), parameters<Model>()};
}

}  // namespace detail

/// The cost of one model, or of several stages in a row.
template <class... Stages>
inline constexpr Cost cost = (Cost{} + ... + detail::cost_of<Stages>());

/// What a device can spare. A field that is left out is without limit.
struct Budget {
    std::size_t flash = std::numeric_limits<std::size_t>::max();  // bytes
    std::size_t ram = std::numeric_limits<std::size_t>::max();    // bytes
    std::size_t macs = std::numeric_limits<std::size_t>::max();   // for each inference
    bool learns = false;  // the model changes on the device, so it is in RAM and not in flash
};

constexpr std::size_t flash_of(const Cost& cost, const Budget& budget) {
    return budget.learns ? 0 : cost.constant;
}
constexpr std::size_t ram_of(const Cost& cost, const Budget& budget) {
    return cost.state + cost.scratch + (budget.learns ? cost.constant : 0);
}

/// The three parts of fits_in, apart so that the compiler names the one that fails.
template <std::size_t Needed, std::size_t Limit>
concept flash_suffices = Needed <= Limit;
template <std::size_t Needed, std::size_t Limit>
concept ram_suffices = Needed <= Limit;
template <std::size_t Needed, std::size_t Limit>
concept macs_suffice = Needed <= Limit;

/// A model that the device can hold and run: static_assert on it or require it. The message names what is
/// over, what is needed and what there is.
template <class Model, Budget Limits>
concept fits_in = flash_suffices<flash_of(cost<Model>, Limits), Limits.flash> &&
                  ram_suffices<ram_of(cost<Model>, Limits), Limits.ram> && macs_suffice < cost<Model>
.macs, Limits.macs > ;

/// The same as a value, for one model or for several stages in a row.
template <class... Stages>
[[nodiscard]] constexpr bool fits(const Budget& budget) {
    constexpr Cost total = cost<Stages...>;
    return flash_of(total, budget) <= budget.flash && ram_of(total, budget) <= budget.ram &&
           total.macs <= budget.macs;
}

}  // namespace mote
