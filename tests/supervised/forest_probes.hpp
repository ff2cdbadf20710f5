// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <string>
#include <vector>

#include "mote/core/random.hpp"
#include "mote/core/status.hpp"
#include "tests/supervised/split.hpp"
#include "tests/support/catch.hpp"

/// What it takes to show that a forest in another layout answers as its source does.
namespace mote::testing {

/// The values of each feature that a forest could tell apart, and what lies at and around them.
template <class Forest>
auto neighbourhoods(const Forest& source) {
    constexpr float gap = std::numeric_limits<float>::quiet_NaN();
    constexpr float infinity = std::numeric_limits<float>::infinity();
    std::array<std::vector<float>, Forest::features> values;
    for (auto& of : values) of = {gap, -gap, infinity, -infinity, 0.0f, -0.0f, 1e-45f, -1e-45f};
    for (std::size_t t = 0; t < Forest::trees; ++t) {
        const auto& tree = source.tree(t);
        for (std::size_t i = 0; i + 1 < tree.leaf_count(); ++i) {
            const auto split = tree.split(static_cast<std::uint16_t>(i));
            auto& of = values[split.feature];
            of.push_back(split.threshold);
            of.push_back(std::nextafter(split.threshold, -infinity));
            of.push_back(std::nextafter(split.threshold, infinity));
        }
    }
    return values;
}

/// Puts every such value into samples, the other features drawn at random from theirs.
template <class Forest, class Compact>
std::size_t disagreements(const Forest& source, const Compact& packed, std::size_t repeats) {
    const auto values = neighbourhoods(source);
    Random random(3);
    std::size_t found = 0;
    for (std::size_t i = 0; i < Forest::features; ++i) {
        for (const float value : values[i]) {
            for (std::size_t repeat = 0; repeat < repeats; ++repeat) {
                std::array<float, Forest::features> x{};
                for (std::size_t j = 0; j < x.size(); ++j) {
                    x[j] = values[j][random.below(static_cast<std::uint32_t>(values[j].size()))];
                }
                x[i] = value;
                if (source.votes(x) != packed.votes(x) || source.predict(x) != packed.predict(x)) ++found;
            }
        }
    }
    return found;
}

/// Some rows lack a value, so that both directions of missing values are learnt.
template <class Forest, std::size_t Features>
Forest& fitted_on(const std::string& name) {
    Split<float, Features> split(name);
    Random random(8);
    for (auto& row : split.rows) {
        if (random.below(3) == 0) row[random.below(Features)] = std::numeric_limits<float>::quiet_NaN();
    }
    static Forest model;
    static typename Forest::template Trainer<1500> trainer;
    REQUIRE(model.fit(split.train(), trainer) == Status::ok);
    return model;
}

}  // namespace mote::testing
