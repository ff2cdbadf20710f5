// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/fixed.hpp"
#include "mote/core/random.hpp"
#include "tests/firmware/classifier_row.hpp"

namespace mote::firmware {

/// A model of the shape that is measured; what its weights are costs no instruction.
template <class Model>
constexpr Model with_random_weights() {
    std::array<float, Model::Shape::parameters> weights{};
    Random random(3);
    for (float& weight : weights) weight = random.uniform<float>() - 0.5f;
    Model model;
    model.take(weights);
    return model;
}

/// The same in integers, for features in units of 1.
template <class Fixed, class Model>
constexpr Fixed in_integers(const Model& model) {
    Fixed fixed;
    static_cast<void>(fixed.assign(model));
    return fixed;
}

/// Measures one prediction from q15 features; the checksum is over those of 32 rows.
template <const auto& model>
int report_integer_classifier(const char* name, std::uint32_t macs) {
    using Row = std::array<q15, 30>;
    static constexpr auto rows = [] {
        std::array<Row, 32> result{};
        const auto floating = unseen_rows();
        for (std::size_t i = 0; i < result.size(); ++i) {
            for (std::size_t f = 0; f < result[i].size(); ++f) result[i][f] = q15(floating[i][f]);
        }
        return result;
    }();
    static Row input = rows[0];
    static std::array<std::uint8_t, 32> labels{};
    return report(
        name, macs, [] { labels[0] = model.predict(opaque(input)); },
        [] {
            for (std::size_t i = 1; i < rows.size(); ++i) labels[i] = model.predict(rows[i]);
            return checksum(labels);
        });
}

}  // namespace mote::firmware
