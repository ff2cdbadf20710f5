// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <type_traits>

namespace mote {

/// R holds exactly N values of T side by side: an array, a std::array, a span of that extent. (A variable and
/// no concept: compilers explain a concept in six more lines.)
template <class R, class T, std::size_t N>
inline constexpr bool has_as_many_values_as_the_model =
    std::is_convertible_v<const R&, std::span<const T, N>>;

/// What a model looks at: a view of N values of T. A std::span of fixed extent, with one constructor instead
/// of its many, so that a sample of the wrong length is one short compile error.
template <class T, std::size_t N>
class Sample : public std::span<const T, N> {
public:
    template <class R>
    requires has_as_many_values_as_the_model<R, T, N>
    constexpr Sample(const R& values) : std::span<const T, N>(values) {}
};

}  // namespace mote
