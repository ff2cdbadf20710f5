// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include "mote/core/status.hpp"
#include "mote/kernels/isa.hpp"
#include "mote/supervised/compact_forest.hpp"
#include "mote/supervised/fast_forest.hpp"
#include "mote/supervised/forest_answers.hpp"

namespace mote {

/// How a forest that the compiler knows is laid out to be asked. All answer exactly as the forest does.
enum class ForestLayout : std::uint8_t {
    compact,      // two bytes a node: CompactForest
    inlined,      // compares with constants in the code: InlineForest
    interleaved,  // several trees gone down together: FastForest
};

/// The questions of a forest that make little enough code.
inline constexpr std::size_t most_inlined = 256;

/// Measured, see docs/algorithms/forest_layout.md: flash is what microcontrollers lack, and gateways caches
/// for code.
template <class Isa>
[[nodiscard]] constexpr ForestLayout best_layout(std::size_t questions) {
    if (!std::is_base_of_v<isa::Avx2, Isa>) return ForestLayout::compact;
    return questions <= most_inlined ? ForestLayout::inlined : ForestLayout::interleaved;
}

namespace detail {

template <class Forest>
[[nodiscard]] constexpr std::size_t questions_of(const Forest& forest) {
    std::size_t count = 0;
    for (std::size_t t = 0; t < Forest::trees; ++t) count += forest.tree(t).leaf_count() - 1;
    return count;
}

}  // namespace detail

/// A forest as code: each question is a compare with a constant and a branch, each leaf adds constants. For
/// small forests; nothing is stored.
///
/// Shapes  As the forest.
/// Memory  no object; 42 bytes of code a question on Cortex-M4 (row `inline_forest`). Time at most trees *
///         depth compares.
/// Source  Asadi, Lin, de Vries 2014, IEEE Transactions on Knowledge and Data Engineering 26(9):2281-2292,
///         "codegen".
template <const auto& Source>
class InlineForest : public ForestAnswers<std::remove_cvref_t<decltype(Source)>> {
    using Forest = std::remove_cvref_t<decltype(Source)>;
    using Tree = std::remove_cvref_t<decltype(Source.tree(0))>;

public:
    using Scalar = typename Forest::Scalar;
    using Sample = typename Forest::Sample;
    using Votes = typename Forest::Votes;
    static constexpr std::size_t features = Forest::features;

    [[nodiscard]] constexpr auto predict(Sample x) const { return Forest::answer(votes(x)); }

    [[nodiscard]] constexpr auto predict_proba(Sample x) const requires AnswersWithClasses<Forest> {
        return Forest::shares_of(votes(x));
    }

    /// The forest's votes.
    [[nodiscard]] constexpr Votes votes(Sample x) const {
        Votes sum{};
        ask_all(x, sum, std::make_index_sequence<Forest::trees>{});
        return sum;
    }

private:
    template <std::size_t... T>
    static constexpr void ask_all(Sample x, Votes& sum, std::index_sequence<T...>) {
        (ask<T, Source.tree(T).root()>(x, sum), ...);
    }

    template <std::size_t T, typename Tree::Link At>
    static constexpr void ask(Sample x, Votes& sum) {
        constexpr const Tree& tree = Source.tree(T);
        if constexpr (Tree::is_leaf(At)) {
            Forest::add(sum, tree.leaf(Tree::leaf_index(At)), T);
        } else {
            constexpr auto split = tree.split(At);
            if (split.goes_left(x[split.feature])) {
                ask<T, tree.left(At)>(x, sum);
            } else {
                ask<T, tree.right(At)>(x, sum);
            }
        }
    }
};

namespace detail {

/// The smallest FastForest of a forest that the compiler knows.
template <const auto& Source>
[[nodiscard]] consteval auto interleave() {
    using Forest = std::remove_cvref_t<decltype(Source)>;
    constexpr FastSize size = [] {
        FastForest<Forest> roomy;
        static_cast<void>(roomy.assign(Source));
        return roomy.used();
    }();
    FastForest<Forest, size> result;
    static_cast<void>(result.assign(Source));
    return result;
}

}  // namespace detail

/// A forest that the compiler knows, in the layout that is best here or the one asked for:
/// `constexpr auto model = lay_out<forest>();`
template <const auto& Source, ForestLayout Layout = best_layout<isa::Native>(detail::questions_of(Source))>
[[nodiscard]] consteval auto lay_out() {
    if constexpr (Layout == ForestLayout::inlined) {
        return InlineForest<Source>{};
    } else if constexpr (Layout == ForestLayout::interleaved) {
        return detail::interleave<Source>();
    } else {
        return compact<Source>();
    }
}

}  // namespace mote
