// SPDX-License-Identifier: MIT
// message: Classifier
// message: model.predict(x)
// A type that lacks a verb is turned away at the door, by the name of what it should have been.
#include "mote/core/concepts.hpp"

struct Forgetful {
    using Sample = std::span<const float, 2>;
    using Label = std::uint8_t;
    static constexpr std::size_t features = 2;
    static constexpr std::size_t classes = 3;
#ifndef WRONG
    Label predict(Sample) const {
        return 0;
    }
#endif
};

template <mote::Classifier Model>
void deploy(const Model&) {}

int main() {
    deploy(Forgetful{});
}
