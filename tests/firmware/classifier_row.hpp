// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "mote/core/random.hpp"
#include "tests/firmware/row.hpp"

namespace mote::firmware {

/// 30 features and 2 classes: the size at which linear models are compared.
using ClassifierRow = std::array<float, 30>;

constexpr ClassifierRow draw_row(Random& random, std::size_t label) {
    ClassifierRow row{};
    for (float& value : row) value = random.uniform<float>() - 0.5f + 0.2f * static_cast<float>(label);
    return row;
}

/// A model that has seen 64 rows, one by one.
template <class Model>
constexpr Model trained_on_rows() {
    Model model;
    Random random(1);
    for (std::size_t i = 0; i < 64; ++i) model.update(draw_row(random, i % 2), i % 2);
    return model;
}

constexpr std::array<ClassifierRow, 32> unseen_rows() {
    std::array<ClassifierRow, 32> rows{};
    Random random(2);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = draw_row(random, i % 2);
    return rows;
}

/// Measures one prediction; the checksum is over those of 32 rows.
template <const auto& model>
int report_classifier(const char* name, std::uint32_t macs) {
    static constexpr auto rows = unseen_rows();
    static ClassifierRow input = rows[0];
    static std::array<std::uint8_t, 32> labels{};
    return report(
        name, macs, [] { labels[0] = model.predict(opaque(input)); },
        [] {
            for (std::size_t i = 1; i < rows.size(); ++i) labels[i] = model.predict(rows[i]);
            return checksum(labels);
        });
}

/// Measures one update with the 65th row; the checksum is over predictions for 32 others.
template <auto& model, class Row, std::size_t Classes, class Draw>
int report_update(const char* name, std::uint32_t macs, Draw draw) {
    static Row input{};
    static std::array<std::uint8_t, 32> labels{};
    Random random(1);
    for (std::size_t i = 0; i < 64; ++i) {
        model.update(draw(random, i % Classes), static_cast<std::uint8_t>(i % Classes));
    }
    input = draw(random, 0);
    return report(
        name, macs, [] { model.update(opaque(input), 0); },
        [draw] {
            Random unseen(2);
            for (std::size_t i = 0; i < labels.size(); ++i) {
                labels[i] = model.predict(draw(unseen, i % Classes));
            }
            return checksum(labels);
        });
}

/// The same for 30 features and 2 classes.
template <auto& model>
int report_classifier_update(const char* name, std::uint32_t macs) {
    return report_update<model, ClassifierRow, 2>(name, macs, draw_row);
}

}  // namespace mote::firmware
