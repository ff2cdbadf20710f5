// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>

namespace mote {

/// A forest offers its layouts: trees, leaves, depth; tree(t) with its leaves; Votes, to which add(votes,
/// leaf, t) adds what tree t says; answer(votes), and where there are classes shares_of(votes).
template <class Forest>
concept AnswersWithClasses = requires {
    Forest::classes;
};

/// What a layout of a forest answers with: a label where the forest has classes, else a number.
template <class Forest>
struct ForestAnswers {
    using Target = typename Forest::Target;
};

template <AnswersWithClasses Forest>
struct ForestAnswers<Forest> {
    using Label = typename Forest::Label;
    static constexpr std::size_t classes = Forest::classes;
};

/// Calls back with the split of every question, tree by tree.
template <class Forest, class Callback>
constexpr void for_each_split(const Forest& forest, Callback callback) {
    for (std::size_t t = 0; t < Forest::trees; ++t) {
        const auto& tree = forest.tree(t);
        for (std::size_t i = 0; i + 1 < tree.leaf_count(); ++i) {
            callback(tree.split(static_cast<std::uint16_t>(i)));
        }
    }
}

}  // namespace mote
