// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

/// Views between Eigen's fixed-size types and ours. Nothing is copied; the viewed object must outlive the
/// view. Stored layouts never contain Eigen's types, whose alignment changes with compiler flags.
namespace mote {

/// An Eigen vector whose length is part of its type, and which is contiguous.
template <class V>
concept FixedSizeVector = (V::IsVectorAtCompileTime == 1) && (V::SizeAtCompileTime > 0) &&
                          (V::InnerStrideAtCompileTime == 1);

template <FixedSizeVector V>
using SampleOf = std::span<const typename V::Scalar, static_cast<std::size_t>(V::SizeAtCompileTime)>;

/// A sample that reads an Eigen vector.
template <FixedSizeVector V>
[[nodiscard]] SampleOf<V> view(const V& v) {
    return SampleOf<V>(v.data(), static_cast<std::size_t>(V::SizeAtCompileTime));
}
template <FixedSizeVector V>
SampleOf<V> view(const V&&) = delete;  // a temporary would be gone before it is read

/// A column vector that reads, and writes where T is not const, a sample of ours.
template <class T, std::size_t N>
requires(N != std::dynamic_extent) [[nodiscard]] auto as_vector(std::span<T, N> values) {
    using Vector = Eigen::Matrix<std::remove_const_t<T>, static_cast<int>(N), 1>;
    return Eigen::Map<std::conditional_t<std::is_const_v<T>, const Vector, Vector>>(values.data());
}
template <class T, std::size_t N>
[[nodiscard]] auto as_vector(std::array<T, N>& values) {
    return as_vector(std::span<T, N>(values));
}
template <class T, std::size_t N>
[[nodiscard]] auto as_vector(const std::array<T, N>& values) {
    return as_vector(std::span<const T, N>(values));
}

/// A matrix that reads, and writes where T is not const, numbers kept row after row.
template <std::size_t Rows, std::size_t Columns, class T, std::size_t N>
requires(N == Rows * Columns) [[nodiscard]] auto as_matrix(std::span<T, N> values) {
    constexpr int order = Rows > 1 && Columns == 1 ? Eigen::ColMajor : Eigen::RowMajor;  // as Eigen demands
    using Matrix =
        Eigen::Matrix<std::remove_const_t<T>, static_cast<int>(Rows), static_cast<int>(Columns), order>;
    return Eigen::Map<std::conditional_t<std::is_const_v<T>, const Matrix, Matrix>>(values.data());
}

}  // namespace mote
