// SPDX-License-Identifier: MIT
#pragma once

#include "mote/core/version.hpp"  // first: its #error is the one to read below C++20

#include <cstdint>
#include <string_view>

namespace mote {

/// What came of an operation that can be refused. Anything but `ok` left the object as it was.
enum class Status : std::uint8_t {
    ok,
    not_finite,     // an input is NaN or infinite
    bad_label,      // a label is not below the number of classes
    bad_state,      // a state or action is not below its number
    bad_parameter,  // a setting is outside its documented range
    size_mismatch,  // rows and labels differ in number
    too_few_rows,   // the method needs more rows than there are
    missing_class,  // a class has no row to learn from
    capacity_full,  // the fixed memory holds no more
    not_trained,    // the model has learnt nothing yet
    not_converged,  // the solver stopped before its tolerance
    diverged,       // the loss or the weights left the finite range
    corrupt,        // a blob fails its check
};

/// One plain sentence, for logs.
[[nodiscard]] constexpr std::string_view message(Status status) {
    switch (status) {
        case Status::ok:
            return "ok";
        case Status::not_finite:
            return "an input is NaN or infinite";
        case Status::bad_label:
            return "a label is not below the number of classes";
        case Status::bad_state:
            return "a state or action is not below its number";
        case Status::bad_parameter:
            return "a setting is outside its documented range";
        case Status::size_mismatch:
            return "rows and labels differ in number";
        case Status::too_few_rows:
            return "too few rows for this method";
        case Status::missing_class:
            return "a class has no row to learn from";
        case Status::capacity_full:
            return "the fixed memory is full";
        case Status::not_trained:
            return "the model has learnt nothing yet";
        case Status::not_converged:
            return "the solver stopped before its tolerance";
        case Status::diverged:
            return "the loss or the weights left the finite range";
        case Status::corrupt:
            return "the blob fails its check";
    }
    return "not a mote::Status";
}

}  // namespace mote
