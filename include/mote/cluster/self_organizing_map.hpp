// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"
#include "mote/core/visit_order.hpp"
#include "mote/kernels/kernels.hpp"

namespace mote {

struct SelfOrganizingMapConfig {
    std::size_t passes = 20;  // over all rows
};

template <std::size_t Height, std::size_t Width, SelfOrganizingMapConfig Config>
concept valid_self_organizing_map = Height >
0 && Width > 0 && Height* Width > 1 && Config.passes > 0;

/// Self-organizing map: units on a grid, each like some of the rows, neighbours like each other. Draws many
/// features on a plane that one can look at.
///
/// Shapes  x: [Features]. predict(): the unit most like x, row of the grid * Width + column. transform(): the
///         distance to each unit.
/// Units   x: any, one unit for all features; scale them first.
/// Errors  fit() refuses no rows at all, and values that are not finite or whose squares are not. The errors
///         of no rows are 0.
/// Memory  Height * Width * Features scalars and the seed. predict() takes Height * Width * Features
///         multiply-accumulates; fit() trains in place, 2 * passes * n times as many.
/// Source  Kohonen 1990, The self-organizing map, Proceedings of the IEEE 78(9):1464-1480: (1) the best
///         match, (2) the step, (3) its Gaussian neighbourhood. Rate and width shrink linearly with every
///         step, from 1/2 to 0 and from half the longer side to 1/2. Units start at rows drawn with
///         replacement. topographic_error() after Kiviluoto 1996, IEEE ICNN 1:294-299.
template <FloatingScalar T, std::size_t Features, std::size_t Height, std::size_t Width,
          SelfOrganizingMapConfig Config = SelfOrganizingMapConfig{}, class LabelType = std::uint8_t,
          class Isa = isa::Native>
requires can_label<LabelType, Height * Width> && valid_self_organizing_map<Height, Width, Config>
class SelfOrganizingMap {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, Features>;
    using Row = std::array<T, Features>;
    using Label = LabelType;
    static constexpr std::size_t features = Features;
    static constexpr std::size_t units = Height * Width;
    static constexpr std::size_t outputs = units;

    constexpr explicit SelfOrganizingMap(std::uint64_t seed = 1) : seed_(seed) {}

    [[nodiscard]] constexpr Status fit(Rows<T, Features> rows) {
        if (rows.empty()) return Status::too_few_rows;
        for (const Row& row : rows) {
            // No unit leaves the rows' hull, so no distance will be longer than twice the longest row.
            if (!all_finite(row) || !isfinite(4 * kernels::dot<Isa>(row, row))) return Status::not_finite;
        }
        Random random(seed_);
        for (Row& unit : units_) unit = rows[random.below(static_cast<std::uint32_t>(rows.size()))];
        const T steps = static_cast<T>(Config.passes) * static_cast<T>(rows.size());
        T step = 0;
        for (std::size_t pass = 0; pass < Config.passes; ++pass) {
            VisitOrder order(rows.size(), random);
            for (std::size_t i = 0; i < rows.size(); ++i, ++step) learn(rows[order.next()], step / steps);
        }
        return Status::ok;
    }

    [[nodiscard]] constexpr Label predict(Sample x) const { return static_cast<Label>(match(x).best); }

    [[nodiscard]] constexpr std::array<T, units> transform(Sample x) const {
        std::array<T, units> distances{};
        for (std::size_t k = 0; k < units; ++k)
            distances[k] = sqrt(kernels::squared_distance<Isa>(x, units_[k]));
        return distances;
    }

    /// The mean distance of rows from the units most like them: how finely the map shows them.
    [[nodiscard]] constexpr T quantization_error(Rows<T, Features> rows) const {
        T sum = 0;
        for (const Row& row : rows) sum += sqrt(match(row).distance);
        return rows.empty() ? 0 : sum / static_cast<T>(rows.size());
    }

    /// The share of rows whose two best units do not touch on the grid, not even at a corner: where the map
    /// is torn.
    [[nodiscard]] constexpr T topographic_error(Rows<T, Features> rows) const {
        std::size_t torn = 0;
        for (const Row& row : rows) {
            const Match found = match(row);
            torn += apart(found.best / Width, found.second / Width) > 1 ||
                    apart(found.best % Width, found.second % Width) > 1;
        }
        return rows.empty() ? 0 : static_cast<T>(torn) / static_cast<T>(rows.size());
    }

    constexpr void reset() { *this = SelfOrganizingMap(seed_); }

    [[nodiscard]] constexpr Sample unit(std::size_t row, std::size_t column) const {
        return units_[row * Width + column];
    }

private:
    static constexpr std::size_t side = max(Height, Width);

    struct Match {
        std::size_t best, second;
        T distance;  // squared, of the best
    };

    [[nodiscard]] constexpr Match match(Sample x) const {
        Match result{0, 1, std::numeric_limits<T>::infinity()};
        T second = result.distance;
        for (std::size_t k = 0; k < units; ++k) {
            const T distance = kernels::squared_distance<Isa>(x, units_[k]);
            if (distance < result.distance) {  // (1)
                if (k > 0) result.second = result.best;
                second = result.distance;
                result.best = k;
                result.distance = distance;
            } else if (distance < second) {
                result.second = k;
                second = distance;
            }
        }
        return result;
    }

    /// One step when that share of all steps has been made.
    constexpr void learn(Sample x, T done) {
        const T rate = (1 - done) / 2;
        const std::array<T, side> near = neighbourhood(done);
        const std::size_t best = match(x).best;
        for (std::size_t k = 0; k < units; ++k) {
            const T share =
                rate * near[apart(k / Width, best / Width)] * near[apart(k % Width, best % Width)];
            for (std::size_t i = 0; i < Features; ++i) units_[k][i] += share * (x[i] - units_[k][i]);  // (2)
        }
    }

    /// By distance along one side; those of both sides multiply to a Gaussian of the distance.
    static constexpr std::array<T, side> neighbourhood(T done) {
        constexpr T widest = static_cast<T>(side) / 2;
        const T width = widest + (T{1} / 2 - widest) * done;
        std::array<T, side> near{};
        for (std::size_t d = 0; d < side; ++d) {
            const T distance = static_cast<T>(d) / width;
            near[d] = exp(-distance * distance / 2);  // (3)
        }
        return near;
    }

    static constexpr std::size_t apart(std::size_t a, std::size_t b) { return a < b ? b - a : a - b; }

    std::array<Row, units> units_{};
    std::uint64_t seed_;
};

}  // namespace mote
