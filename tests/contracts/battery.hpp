// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "mote/core/concepts.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/core/status.hpp"
#include "tests/support/allocations.hpp"

/// What the batteries share. Each battery is a function `<concept>_violations<Model>()` that returns one
/// sentence per broken promise, and a `check_<concept><Model>()` that hands them to Catch2.
namespace mote::testing {

using Violations = std::vector<std::string>;

template <class M>
using ElementOf = std::remove_cv_t<typename M::Sample::element_type>;
template <class M>
using RowOf = std::array<ElementOf<M>, M::Sample::extent>;

/// A value that any scalar of the house can hold: floats and fixed point in (-0.9, 0.9), integers anything.
template <class T>
constexpr T draw(Random& random) {
    if constexpr (std::integral<T>) {
        return static_cast<T>(random.next());
    } else {
        return static_cast<T>(1.8 * random.uniform<double>() - 0.9);
    }
}

/// A random row, moved by the label so that there is something to learn; of one value it is random alone.
template <class M>
constexpr RowOf<M> draw_row(Random& random, std::size_t label = 0) {
    RowOf<M> row{};
    for (std::size_t i = 0; i < row.size(); ++i) {
        row[i] = draw<ElementOf<M>>(random);
        if constexpr (!std::integral<ElementOf<M>>) {
            if (row.size() > 1 && label % row.size() == i) row[i] = static_cast<ElementOf<M>>(0.9);
        }
    }
    return row;
}

/// How a battery gets hold of a model. Specialise it for a type that needs arguments to be made, that is too
/// large for `rows` training steps in a constant expression, or whose fit needs Eigen.
template <class M>
struct Recipe {
    static constexpr std::size_t rows = 16;
    static constexpr bool fit_is_constexpr = true;
    static constexpr M fresh() { return M{}; }
};

/// The bytes that must not move when an operation refuses its input.
template <class M>
std::array<std::byte, sizeof(M)> bytes_of(const M& model) {
    std::array<std::byte, sizeof(M)> bytes{};
    if constexpr (!std::is_empty_v<M>) std::memcpy(bytes.data(), static_cast<const void*>(&model), sizeof(M));
    return bytes;
}

/// Close enough for the same computation made by two compilers or in two orders: integers, labels and fixed
/// point to the bit, floats within 64 units in the last place of the larger magnitude or of one.
template <class T>
constexpr bool agree(const T& a, const T& b) {
    if constexpr (std::floating_point<T>) {
        const T gap = a < b ? b - a : a - b;
        const T scale = (a < 0 ? -a : a) + (b < 0 ? -b : b) + 1;
        return gap <= scale * 32 * std::numeric_limits<T>::epsilon();  // false for NaN
    } else if constexpr (requires {
                             a.size();
                             a[0];
                         }) {
        for (std::size_t i = 0; i < a.size(); ++i) {
            if (!agree(a[i], b[i])) return false;
        }
        return a.size() == b.size();
    } else {
        return a == b;
    }
}

template <class T>
constexpr bool finite(const T& value) {
    if constexpr (std::floating_point<T>) {
        return value - value == 0;
    } else if constexpr (requires {
                             value.size();
                             value[0];
                         }) {
        for (const auto& part : value) {
            if (!finite(part)) return false;
        }
        return true;
    } else {
        return true;
    }
}

/// The values that a floating-point input must refuse; none for integers and fixed point.
template <class T>
constexpr auto unusable_values() {
    if constexpr (std::floating_point<T>) {
        using Limits = std::numeric_limits<T>;
        return std::array<T, 3>{Limits::quiet_NaN(), Limits::infinity(), -Limits::infinity()};
    } else {
        return std::array<T, 0>{};
    }
}

/// Calls back with rows that are good but for one value, at the first, a middle and the last place.
template <class M, class Callback>
void for_each_bad_row(Callback callback) {
    Random random(99);
    constexpr std::size_t features = M::Sample::extent;
    for (const auto value : unusable_values<ElementOf<M>>()) {
        for (const std::size_t place : {std::size_t{0}, features / 2, features - 1}) {
            RowOf<M> row = draw_row<M>(random);
            row[place] = value;
            callback(row);
        }
    }
}

/// True where `Function{}()` can be evaluated at compile time.
template <class Function, int = (static_cast<void>(Function{}()), 0)>
constexpr bool works_at_compile_time(int) {
    return true;
}
template <class Function>
constexpr bool works_at_compile_time(...) {
    return false;
}

/// The result as the optimiser cannot foresee it: at run time.
template <class Function>
auto at_run_time() {
    Function function{};
    auto* volatile pointer = &function;
    return (*pointer)();
}

/// Collects broken promises in the order they were found, each sentence once.
class Findings {
public:
    void expect(bool kept, const char* otherwise) {
        if (!kept) add(otherwise);
    }

    template <class Operation>
    void expect_no_allocation(const char* name, Operation&& operation) {
        if (allocations_in(operation) != 0) add(std::string(name) + " allocates");
    }

    /// The operation must return a Status other than ok and leave the model as it was, to the byte.
    template <class M, class Operation>
    void expect_refusal(const char* what, M& model, Operation&& operation) {
        const auto before = bytes_of(model);
        if (operation() == Status::ok) add(std::string("accepts ") + what);
        if (bytes_of(model) != before) add(std::string("is changed by ") + what);
    }

    /// The function object gives the same at compile time and at run time.
    template <class Function>
    void expect_constexpr(const char* name) {
        if constexpr (works_at_compile_time<Function>(0)) {
            constexpr auto compiled = Function{}();
            if (!agree(compiled, at_run_time<Function>())) {
                add(std::string(name) + " differs between compile time and run time");
            }
        } else {
            add(std::string(name) + " does not work in a constant expression");
        }
    }

    /// The query must leave the model's bytes alone, as it would have to in flash.
    template <class M, class Query>
    void expect_const(const char* name, const M& model, Query&& query) {
        const auto before = bytes_of(model);
        expect_no_allocation(name, query);
        if (bytes_of(model) != before) add(std::string(name) + " changes a const model");
    }

    template <class M>
    void expect_plain_value() {
        expect(std::is_trivially_copyable_v<M>, "is not trivially copyable");
        expect(std::is_standard_layout_v<M>, "is not standard layout");
    }

    [[nodiscard]] const Violations& all() const { return violations_; }

private:
    void add(std::string sentence) {
        for (const std::string& known : violations_) {
            if (known == sentence) return;
        }
        violations_.push_back(std::move(sentence));
    }

    Violations violations_;
};

}  // namespace mote::testing
