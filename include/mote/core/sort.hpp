// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <utility>

namespace mote {

namespace detail {

template <class T, class Key>
constexpr void insertion_sort(std::span<T> values, const Key& key) {
    for (std::size_t i = 1; i < values.size(); ++i) {
        const T moving = values[i];
        std::size_t hole = i;
        for (; hole > 0 && key(moving) < key(values[hole - 1]); --hole) values[hole] = values[hole - 1];
        values[hole] = moving;
    }
}

/// Puts what is not above the pivot before what is not below it; both parts hold something. Equal keys are
/// swapped, so that they part evenly.
template <class T, class Key>
constexpr std::size_t partition_around_pivot(std::span<T> values, const Key& key) {
    const std::size_t last = values.size() - 1;
    const std::size_t middle = last / 2;
    if (key(values[middle]) < key(values[0])) std::swap(values[0], values[middle]);
    if (key(values[last]) < key(values[0])) std::swap(values[0], values[last]);
    if (key(values[last]) < key(values[middle])) std::swap(values[middle], values[last]);
    const auto pivot = key(values[middle]);
    std::size_t low = 0, high = last;
    for (;;) {
        while (key(values[low]) < pivot) ++low;
        while (pivot < key(values[high])) --high;
        if (low >= high) return high + 1;
        std::swap(values[low++], values[high--]);
    }
}

}  // namespace detail

/// Sorts by rising key, in place and without recursion: std::sort would bring its own stack and more code.
/// Equal keys end in any order. Keys must be ordered: no NaN.
/// Time    O(n log n) on average; the median of three keeps sorted input from being the worst.
/// Source  Hoare 1962, The Computer Journal 5(1):10-16; Sedgewick 1978, Communications of the ACM
///         21(10):847-857 for the order of the parts, which bounds the stack by log2(n).
template <class T, class Key>
constexpr void sort_by(std::span<T> values, const Key& key) {
    constexpr std::size_t short_enough = 16;
    std::array<std::span<T>, 8 * sizeof(std::size_t)> waiting{};
    std::size_t depth = 0;
    for (;;) {
        while (values.size() > short_enough) {
            const std::size_t middle = detail::partition_around_pivot(values, key);
            auto smaller = values.first(middle), larger = values.subspan(middle);
            if (smaller.size() > larger.size()) std::swap(smaller, larger);
            waiting[depth++] = larger;
            values = smaller;
        }
        detail::insertion_sort(values, key);
        if (depth == 0) return;
        values = waiting[--depth];
    }
}

}  // namespace mote
