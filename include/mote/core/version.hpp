// SPDX-License-Identifier: MIT
#pragma once

#if !(__cplusplus >= 202002L || (defined(_MSVC_LANG) && _MSVC_LANG >= 202002L))
#error "mote needs C++20: compile with -std=c++20 or newer (MSVC: /std:c++20)"
#endif

namespace mote {

/// Which mote this is. Before 1.0 a new minor version may change interfaces.
struct Version {
    int major;
    int minor;
    int patch;
};

inline constexpr Version version{0, 1, 0};

}  // namespace mote
