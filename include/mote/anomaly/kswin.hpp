// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "mote/core/change.hpp"
#include "mote/core/concepts.hpp"
#include "mote/core/exponential.hpp"
#include "mote/core/floating.hpp"
#include "mote/core/random.hpp"
#include "mote/core/roots.hpp"
#include "mote/core/sort.hpp"
#include "mote/core/status.hpp"

namespace mote {

template <std::size_t Window, std::size_t Recent>
concept recent_values_fit_the_window = (Recent > 0) && (2 * Recent <= Window) && (Window <= 0xffff);

/// Kolmogorov-Smirnov windowing: compares the latest values with as many drawn from those before. Sees
/// changes of any kind: of level, of spread, of shape.
///
/// Shapes  x: scalar.
/// Units   x: any; only the order of values matters.
/// Errors  update() refuses a non-finite x; bad_parameter where alpha is not in 0 .. 1. Nothing is detected
///         before the window is full; after a change only the latest values stay in it.
/// Memory  Window scalars and 14 words; update() takes 4.5 * Recent words of stack. Time O(Window), most of
///         it random numbers, and O(Recent log Recent).
/// Source  Raab, Heusinger and Schleif 2020, Reactive soft prototype computing for concept drift streams,
///         Neurocomputing 416:340-351: changed where the distance exceeds sqrt(-ln(alpha) / Recent), (1).
template <FloatingScalar T, std::size_t Window = 100, std::size_t Recent = 30>
requires recent_values_fit_the_window<Window, Recent>
class Kswin {
public:
    using Scalar = T;

    constexpr explicit Kswin(T alpha = T(0.005), std::uint64_t seed = 1)
        : alpha_(alpha), seed_(seed), random_(seed) {}

    constexpr Status update(T x) {
        if (!isfinite(x)) return Status::not_finite;
        if (!(alpha_ > 0 && alpha_ < 1)) return Status::bad_parameter;
        if (change_ == Change::detected) count_ = Recent;  // the rest is of the past
        change_ = Change::none;
        values_[next_] = x;
        next_ = (next_ + 1) % Window;
        if (count_ < Window) ++count_;
        if (count_ == Window && differs()) change_ = Change::detected;
        return Status::ok;
    }

    constexpr Change observe(T x) { return update(x) == Status::ok ? change_ : Change::none; }
    [[nodiscard]] constexpr Change change() const { return change_; }
    constexpr void reset() { *this = Kswin(alpha_, seed_); }

private:
    using Values = std::array<T, Recent>;

    constexpr bool differs() {
        std::array<std::uint16_t, Recent> drawn{};
        static_cast<void>(random_.sample_without_replacement(Window - Recent, std::span(drawn)));
        Values before{}, recent{};
        for (std::size_t i = 0; i < Recent; ++i) {
            before[i] = at(drawn[i]);
            recent[i] = at(Window - Recent + i);
        }
        const T limit = sqrt(-log(alpha_) / static_cast<T>(Recent));  // (1)
        return static_cast<T>(distance(before, recent)) > limit * static_cast<T>(Recent);
    }

    /// The i-th oldest of a full window.
    [[nodiscard]] constexpr T at(std::size_t i) const { return values_[(next_ + i) % Window]; }

    /// The largest difference of the two empirical distributions, in values.
    [[nodiscard]] static constexpr std::size_t distance(Values a, Values b) {
        const auto itself = [](T value) { return value; };
        sort_by(std::span<T>(a), itself);
        sort_by(std::span<T>(b), itself);
        std::size_t i = 0, k = 0, largest = 0;
        while (i < Recent && k < Recent) {
            const T value = min(a[i], b[k]);
            while (i < Recent && a[i] == value) ++i;
            while (k < Recent && b[k] == value) ++k;
            largest = max(largest, i > k ? i - k : k - i);
        }
        return largest;
    }

    T alpha_;
    std::uint64_t seed_;
    Random random_;
    std::array<T, Window> values_{};  // a ring
    std::size_t next_ = 0, count_ = 0;
    Change change_ = Change::none;
};

}  // namespace mote
