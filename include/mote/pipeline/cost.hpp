// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <type_traits>

#include "mote/nn/network.hpp"

/// What a model costs, known when it is compiled. Code size is not: the firmware builds measure that.
namespace mote {

inline namespace literals {

constexpr std::size_t operator""_KiB(unsigned long long n) {
    return static_cast<std::size_t>(n) * 1024;
}
constexpr std::size_t operator""_MiB(unsigned long long n) {
    return static_cast<std::size_t>(n) * 1024 * 1024;
}

}  // namespace literals

/// Bytes and operations of one inference.
struct Cost {
    std::size_t constant = 0;    // bytes of the model: flash when it is const, RAM when it learns
    std::size_t state = 0;       // bytes it carries from call to call (Model::State)
    std::size_t scratch = 0;     // bytes it needs during a call (Model::Workspace)
    std::size_t macs = 0;        // multiply-accumulates
    std::size_t parameters = 0;  // numbers that were learnt

    /// Stages one after another: all constants and states, but they can share their scratch memory.
    constexpr Cost operator+(const Cost& next) const {
        return {constant + next.constant, state + next.state, scratch > next.scratch ? scratch : next.scratch,
                macs + next.macs, parameters + next.parameters};
    }
    constexpr bool operator==(const Cost&) const = default;
};

/// Costs of the parts of a model, which a model with parts specialises: `type` lists them.
namespace detail {

template <class Model>
constexpr std::size_t state_bytes() {
    if constexpr (requires { typename Model::State; }) {
        return std::is_class_v<typename Model::State> ? sizeof(typename Model::State) : 0;
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
template <class Model>
constexpr std::size_t macs() {
    if constexpr (requires { Model::Architecture::macs; }) {
        return Model::Architecture::macs;
    } else if constexpr (requires { Model::macs; }) {
        return Model::macs;
    } else {
        return 0;
    }
}
template <class Model>
constexpr std::size_t parameters() {
    if constexpr (requires { Model::Architecture::parameters; }) {
        return Model::Architecture::parameters;
    } else if constexpr (requires { Model::parameters; }) {
        return Model::parameters;
    } else {
        return 0;
    }
}

}  // namespace detail
