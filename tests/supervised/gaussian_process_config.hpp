// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include "mote/supervised/gaussian_process_kernel.hpp"
#include "tests/supervised/gaussian_process_reference.hpp"

namespace mote::testing {

/// The settings of gaussian_process_reference.py: lengths from 3 to 12.
template <class T>
constexpr auto config_of_reference() {
    GaussianProcessConfig<T, 10> config{
        .mean = static_cast<T>(reference::diabetes_mean_target), .amplitude = 5000, .noise = 3000};
    for (std::size_t i = 0; i < 10; ++i) config.length_scales[i] = static_cast<T>(3 + i);
    return config;
}

}  // namespace mote::testing
