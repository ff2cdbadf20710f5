// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <utility>

#include "mote/kernels/isa.hpp"
#include "mote/kernels/layers.hpp"
#include "mote/kernels/reference.hpp"
#include "mote/kernels/sets.hpp"

namespace mote::kernels::impl {

/// Rows by the set's own dot product, of which all are known here.
template <class Isa, class T>
[[gnu::always_inline]] inline void gemv(Isa isa, const T* matrix, const T* x, Accumulator<T>* y,
                                        std::size_t rows, std::size_t columns) {
    for (std::size_t row = 0; row < rows; ++row) y[row] += dot(isa, matrix + row * columns, x, columns);
}

template <class Isa, class T, std::size_t Columns>
[[gnu::always_inline]] inline void squared_distances(Isa isa, const T* x, const std::array<T, Columns>* rows,
                                                     Accumulator<T>* y, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) y[i] = squared_distance(isa, x, rows[i].data(), Columns);
}

template <class Isa, class T, std::size_t Columns>
[[gnu::always_inline]] inline void abs_distances(Isa isa, const T* x, const std::array<T, Columns>* rows,
                                                 Accumulator<T>* y, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) y[i] = abs_distance(isa, x, rows[i].data(), Columns);
}

template <class Isa, class T>
[[gnu::always_inline]] inline std::size_t find_below(Isa, const T* x, std::size_t n, T limit,
                                                     std::size_t from) {
    return reference::find_below(x, n, limit, from);
}

template <class Isa, class T>
inline void exponentials(Isa, T* x, std::size_t n) {
    reference::exponentials(x, n);
}

template <class Isa, class T>
inline void sigmoids(Isa, T* x, std::size_t n) {
    reference::sigmoids(x, n);
}

template <class Isa, class T>
inline void tanhs(Isa, T* x, std::size_t n) {
    reference::tanhs(x, n);
}

}  // namespace mote::kernels::impl

/// The primitives that algorithms use. Each takes the reference in constant expressions and otherwise the
/// best overload for Isa. Vectors are arrays or spans; two of one call have the same length.
namespace mote::kernels {

/// Anything std::span deduces from.
template <class V>
concept Vector = requires(V& v) {
    std::span(v);
};
template <Vector V>
using SpanOf = decltype(std::span(std::declval<V&>()));
template <Vector V>
using Element = typename SpanOf<V>::value_type;

/// Vectors that are no longer, by their type, get code for their own length where they are used; all
/// others share one function for each primitive and element type.
inline constexpr std::size_t longest_inline = 64;
template <Vector V>
inline constexpr bool inlined = SpanOf<V>::extent <= longest_inline;
/// Matrices by rows: on x86 a call and loops of unknown length cost a small layer a fifth of its time, and
/// code is cheap.
template <class Isa, Vector M>
inline constexpr bool inlined_matrix = SpanOf<M>::extent <=
                                       (std::is_base_of_v<isa::Avx2, Isa> ? 64 * longest_inline
                                                                          : longest_inline);

/// A primitive as a type: its specification and its overload set.
namespace primitive {

struct Dot {
    static constexpr auto specification(auto... a) { return reference::dot(a...); }
    [[gnu::always_inline]] static auto kernel(auto isa, auto... a) { return impl::dot(isa, a...); }
};
struct Axpy {
    static constexpr void specification(auto... a) { reference::axpy(a...); }
    [[gnu::always_inline]] static void kernel(auto isa, auto... a) { impl::axpy(isa, a...); }
};
struct Gemv {
    static constexpr void specification(auto... a) { reference::gemv(a...); }
    [[gnu::always_inline]] static void kernel(auto isa, auto... a) { impl::gemv(isa, a...); }
};
struct GemvByColumns {
    static constexpr void specification(auto... a) { reference::gemv_by_columns(a...); }
    [[gnu::always_inline]] static void kernel(auto isa, auto... a) { impl::gemv_by_columns(isa, a...); }
};
struct SquaredDistance {
    static constexpr auto specification(auto... a) { return reference::squared_distance(a...); }
    [[gnu::always_inline]] static auto kernel(auto isa, auto... a) {
        return impl::squared_distance(isa, a...);
    }
};
struct WeightedSquaredDistance {
    static constexpr auto specification(auto... a) { return reference::weighted_squared_distance(a...); }
    [[gnu::always_inline]] static auto kernel(auto isa, auto... a) {
        return impl::weighted_squared_distance(isa, a...);
    }
};
struct AbsDistance {
    static constexpr auto specification(auto... a) { return reference::abs_distance(a...); }
    [[gnu::always_inline]] static auto kernel(auto isa, auto... a) { return impl::abs_distance(isa, a...); }
};
struct SquaredDistances {
    static constexpr void specification(auto... a) { reference::squared_distances(a...); }
    [[gnu::always_inline]] static void kernel(auto isa, auto... a) { impl::squared_distances(isa, a...); }
};
struct AbsDistances {
    static constexpr void specification(auto... a) { reference::abs_distances(a...); }
    [[gnu::always_inline]] static void kernel(auto isa, auto... a) { impl::abs_distances(isa, a...); }
};
struct Exponentials {
    static constexpr void specification(auto... a) { reference::exponentials(a...); }
    [[gnu::always_inline]] static void kernel(auto isa, auto... a) { impl::exponentials(isa, a...); }
};
struct Sigmoids {
    static constexpr void specification(auto... a) { reference::sigmoids(a...); }
    [[gnu::always_inline]] static void kernel(auto isa, auto... a) { impl::sigmoids(isa, a...); }
};
struct Tanhs {
    static constexpr void specification(auto... a) { reference::tanhs(a...); }
    [[gnu::always_inline]] static void kernel(auto isa, auto... a) { impl::tanhs(isa, a...); }
};
struct FindBelow {
    static constexpr auto specification(auto... a) { return reference::find_below(a...); }
    [[gnu::always_inline]] static auto kernel(auto isa, auto... a) { return impl::find_below(isa, a...); }
};
struct Sum {
    static constexpr auto specification(auto... a) { return reference::sum(a...); }
    [[gnu::always_inline]] static auto kernel(auto isa, auto... a) { return impl::sum(isa, a...); }
};
struct Max {
    static constexpr auto specification(auto... a) { return reference::max(a...); }
    [[gnu::always_inline]] static auto kernel(auto isa, auto... a) { return impl::max(isa, a...); }
};
struct Argmax {
    static constexpr auto specification(auto... a) { return reference::argmax(a...); }
    [[gnu::always_inline]] static auto kernel(auto isa, auto... a) { return impl::argmax(isa, a...); }
};

template <class Primitive, class Isa, class... Arguments>
[[gnu::noinline]] auto shared(Arguments... arguments) {
    return Primitive::kernel(Isa{}, arguments...);
}

template <class Primitive, class Isa, bool Inlined, class... Arguments>
[[gnu::always_inline]] constexpr auto call(Arguments... arguments) {
    if (std::is_constant_evaluated()) return Primitive::specification(arguments...);
    if constexpr (Inlined) {
        return Primitive::kernel(Isa{}, arguments...);
    } else {
        return shared<Primitive, Isa>(arguments...);
    }
}

}  // namespace primitive

template <Vector V>
constexpr const Element<V>* data(const V& v) {
    return std::span(v).data();
}
template <Vector V>
constexpr std::size_t size(const V& v) {
    return std::span(v).size();
}

/// sum of x[i] * y[i]
template <class Isa = isa::Native, Vector X, Vector Y>
constexpr Accumulator<Element<X>> dot(const X& x, const Y& y) {
    return primitive::call<primitive::Dot, Isa, inlined<X>>(data(x), data(y), size(x));
}

/// y += products of int16 weights in pairs: int16_pairs.hpp.
template <class Isa = isa::Native>
constexpr void pair_products(const std::int16_t* w, const std::int16_t* x, std::int32_t* y, std::size_t pairs,
                             std::size_t units) {
    if (std::is_constant_evaluated()) return reference::pair_products(w, x, y, pairs, units);
    impl::pair_products(Isa{}, w, x, y, pairs, units);
}

/// w += inputs times slopes / 2^16, rounded stochastically and saturated to Bits bits: int16_pairs.hpp.
template <int Bits, class Isa = isa::Native>
constexpr void pair_descent(std::int16_t* w, const std::int16_t* x, const std::int16_t* d, std::size_t pairs,
                            std::size_t units, std::uint32_t& rounding) {
    constexpr std::integral_constant<int, Bits> bits;
    if (std::is_constant_evaluated()) return reference::pair_descent(w, x, d, pairs, units, rounding, bits);
    impl::pair_descent(Isa{}, w, x, d, pairs, units, rounding, bits);
}

/// y[i] += a * x[i]
template <class Isa = isa::Native, Vector X, Vector Y>
constexpr void axpy(Element<X> a, const X& x, Y&& y) {
    primitive::call<primitive::Axpy, Isa, inlined<X>>(a, data(x), std::span(y).data(), size(x));
}

/// y += matrix * x, with the matrix row by row: [y.size()][x.size()].
template <class Isa = isa::Native, Vector M, Vector X, Vector Y>
constexpr void gemv(const M& matrix, const X& x, Y&& y) {
    primitive::call<primitive::Gemv, Isa, inlined_matrix<Isa, M>>(data(matrix), data(x), std::span(y).data(),
                                                                  size(y), size(x));
}

/// y += matrix * x, with the matrix column by column: [x.size()][y.size()]; y's type knows its length.
template <class Isa = isa::Native, Vector M, Vector X, Vector Y>
constexpr void gemv_by_columns(const M& matrix, const X& x, Y&& y) {
    constexpr std::integral_constant<std::size_t, SpanOf<Y>::extent> rows;
    primitive::call<primitive::GemvByColumns, Isa, inlined<M>>(data(matrix), data(x), std::span(y).data(),
                                                               size(x), rows);
}

/// sum of (x[i] - y[i])^2
template <class Isa = isa::Native, Vector X, Vector Y>
constexpr Accumulator<Element<X>> squared_distance(const X& x, const Y& y) {
    return primitive::call<primitive::SquaredDistance, Isa, inlined<X>>(data(x), data(y), size(x));
}

/// sum of weights[i] * (x[i] - y[i])^2, for floats: the exponent of a Gaussian with independent features
template <class Isa = isa::Native, Vector X, Vector Y, Vector W>
constexpr Element<X> weighted_squared_distance(const X& x, const Y& y, const W& weights) {
    return primitive::call<primitive::WeightedSquaredDistance, Isa, inlined<X>>(data(x), data(y),
                                                                                data(weights), size(x));
}

/// sum of |x[i] - y[i]|
template <class Isa = isa::Native, Vector X, Vector Y>
constexpr Accumulator<Element<X>> abs_distance(const X& x, const Y& y) {
    return primitive::call<primitive::AbsDistance, Isa, inlined<X>>(data(x), data(y), size(x));
}

/// y[i] = sum of (x[k] - rows[i][k])^2, with rows an array or a span of std::arrays as long as x
template <class Isa = isa::Native, Vector X, Vector Rows, Vector Y>
constexpr void squared_distances(const X& x, const Rows& rows, Y&& y) {
    primitive::call<primitive::SquaredDistances, Isa, inlined<Element<Rows>>>(
        data(x), data(rows), std::span(y).data(), size(rows));
}

/// y[i] = sum of |x[k] - rows[i][k]|
template <class Isa = isa::Native, Vector X, Vector Rows, Vector Y>
constexpr void abs_distances(const X& x, const Rows& rows, Y&& y) {
    primitive::call<primitive::AbsDistances, Isa, inlined<Element<Rows>>>(data(x), data(rows),
                                                                          std::span(y).data(), size(rows));
}

/// Index of the first of the elements from `from` on that is below the limit; their number if there is none.
template <class Isa = isa::Native, Vector X>
constexpr std::size_t find_below(const X& x, Element<X> limit, std::size_t from = 0) {
    return primitive::call<primitive::FindBelow, Isa, inlined<X>>(data(x), size(x), limit, from);
}

/// x[i] = e^x[i], for floats: as mote::exp, within 2 ULP
template <class Isa = isa::Native, Vector X>
constexpr void exponentials(X&& x) {
    primitive::call<primitive::Exponentials, Isa, false>(std::span(x).data(), size(x));
}

/// x[i] = 1 / (1 + e^-x[i]), for floats: within 1.2e-7
template <class Isa = isa::Native, Vector X>
constexpr void sigmoids(X&& x) {
    primitive::call<primitive::Sigmoids, Isa, inlined<X>>(std::span(x).data(), size(x));
}

/// x[i] = tanh(x[i]), for floats: within 2.4e-7
template <class Isa = isa::Native, Vector X>
constexpr void tanhs(X&& x) {
    primitive::call<primitive::Tanhs, Isa, inlined<X>>(std::span(x).data(), size(x));
}

/// sum of x[i]
template <class Isa = isa::Native, Vector X>
constexpr Accumulator<Element<X>> sum(const X& x) {
    return primitive::call<primitive::Sum, Isa, inlined<X>>(data(x), size(x));
}

/// Largest element; x is not empty and holds no NaN.
template <class Isa = isa::Native, Vector X>
constexpr Element<X> max(const X& x) {
    return primitive::call<primitive::Max, Isa, inlined<X>>(data(x), size(x));
}

/// Index of the first largest element; x is not empty and holds no NaN.
template <class Isa = isa::Native, Vector X>
constexpr std::size_t argmax(const X& x) {
    return primitive::call<primitive::Argmax, Isa, inlined<X>>(data(x), size(x));
}

}  // namespace mote::kernels
