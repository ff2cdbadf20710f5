// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <type_traits>

#include "mote/core/floating.hpp"
#include "mote/core/random.hpp"
#include "mote/core/status.hpp"

namespace mote {

/// A fair sample of a stream of unknown length: after n values each of them is kept with the same
/// probability, Capacity / n.
///
/// Shapes  x: any plain value; a floating scalar is checked.
/// Errors  update() refuses a non-finite x, and any x after 2^32 - 1.
/// Memory  Capacity values and a count. Time O(1), one draw from the random source once full.
/// Source  Vitter 1985, ACM Transactions on Mathematical Software 11(1):37-57, algorithm R.
template <class Value, std::size_t Capacity>
requires(std::is_trivially_copyable_v<Value>&& Capacity > 0) class Reservoir {
public:
    static constexpr std::size_t capacity = Capacity;

    constexpr Status update(const Value& x, Random& random) {
        if (!all_finite(std::span<const Value, 1>(&x, 1))) return Status::not_finite;
        if (seen_ == std::numeric_limits<std::uint32_t>::max()) return Status::capacity_full;
        const std::uint32_t place = seen_ < Capacity ? seen_ : random.below(seen_ + 1);
        if (place < Capacity) values_[place] = x;
        ++seen_;
        return Status::ok;
    }

    constexpr void reset() { *this = Reservoir{}; }

    [[nodiscard]] constexpr std::uint32_t seen() const { return seen_; }
    [[nodiscard]] constexpr std::span<const Value> values() const {
        return std::span(values_).first(seen_ < Capacity ? seen_ : Capacity);
    }

private:
    std::array<Value, Capacity> values_{};
    std::uint32_t seen_ = 0;
};

}  // namespace mote
