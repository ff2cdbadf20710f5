// SPDX-License-Identifier: MIT
#pragma once

namespace endurance {

/// True if every tree of a detector that shows its trees is consistent: sizes, counts and boxes.
template <class Detector>
bool sound(const Detector& detector) {
    if constexpr (requires { detector.trees()[0].consistent(); }) {
        for (const auto& tree : detector.trees()) {
            if (!tree.consistent()) return false;
        }
    }
    return true;
}

}  // namespace endurance
