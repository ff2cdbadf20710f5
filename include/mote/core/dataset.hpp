// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/floating.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// Rows without labels, as unsupervised learners take them. Never owns.
template <class T, std::size_t Features>
using Rows = std::span<const std::array<T, Features>>;

/// Rows and one label (or target value) for each. Never owns; both spans must outlive it.
///
/// Shapes  rows: [n][Features], labels: [n].
/// Errors  check() is `size_mismatch` where the two differ in number; every fit() asks it first.
template <class T, std::size_t Features, class LabelType = std::uint8_t>
struct Dataset {
    using Scalar = T;
    using Label = LabelType;
    using Row = std::array<T, Features>;
    static constexpr std::size_t features = Features;

    Rows<T, Features> rows;
    std::span<const Label> labels;

    [[nodiscard]] constexpr std::size_t size() const { return rows.size(); }
    [[nodiscard]] constexpr bool empty() const { return rows.empty(); }
    [[nodiscard]] constexpr Status check() const {
        return rows.size() == labels.size() ? Status::ok : Status::size_mismatch;
    }
    [[nodiscard]] constexpr Dataset subset(std::size_t first, std::size_t count) const {
        return {rows.subspan(first, count), labels.subspan(first, count)};
    }
};

/// What every batch classifier asks of the rows: at least one, finite values, labels below `classes`.
template <Scalar T, std::size_t Features, class Label>
[[nodiscard]] constexpr Status check_labelled(const Dataset<T, Features, Label>& data, std::size_t classes) {
    if (data.check() != Status::ok) return data.check();
    if (data.empty()) return Status::too_few_rows;
    for (std::size_t row = 0; row < data.size(); ++row) {
        if (data.labels[row] >= classes) return Status::bad_label;
        if (!all_finite(data.rows[row])) return Status::not_finite;
    }
    return Status::ok;
}

/// How what counts by class learns from all rows: learn(x, y) for each, after which every class must have had
/// one. What it says other than ok, learn() may have said.
template <class T, std::size_t Features, class Label, class Counts, class Learn>
[[nodiscard]] constexpr Status learn_every_class(const Dataset<T, Features, Label>& data,
                                                 const Counts& counts, Learn learn) {
    if (data.check() != Status::ok) return data.check();
    if (data.empty()) return Status::too_few_rows;
    for (std::size_t row = 0; row < data.size(); ++row) {
        const Status status = learn(data.rows[row], data.labels[row]);
        if (status != Status::ok) return status;
    }
    for (const auto count : counts) {
        if (count == 0) return Status::missing_class;
    }
    return Status::ok;
}

/// What every batch regressor asks of the rows: at least one, finite values and targets.
template <Scalar T, std::size_t Features>
[[nodiscard]] constexpr Status check_targets(const Dataset<T, Features, T>& data) {
    if (data.check() != Status::ok) return data.check();
    if (data.empty()) return Status::too_few_rows;
    for (const auto& row : data.rows) {
        if (!all_finite(row)) return Status::not_finite;
    }
    return all_finite(data.labels) ? Status::ok : Status::not_finite;
}

}  // namespace mote
