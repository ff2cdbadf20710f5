// SPDX-License-Identifier: MIT
#pragma once

#include "tests/contracts/classifier.hpp"
#include "tests/contracts/streaming_detector.hpp"

namespace mote::testing {

template <class M>
struct Halves {
    M left, right, both;
};

template <class M>
constexpr void teach(M& model, Random& random, std::size_t i) {
    const RowOf<M> x = draw_row<M>(random, i);
    if constexpr (requires { M::classes; }) {
        static_cast<void>(model.update(x, static_cast<typename M::Label>(i % M::classes)));
    } else {
        static_cast<void>(model.update(x));
    }
}

/// One model per half of a random stream, and one that saw all of it.
template <class M>
constexpr Halves<M> split_and_joint(std::size_t rows, std::uint64_t seed) {
    Halves<M> halves{Recipe<M>::fresh(), Recipe<M>::fresh(), Recipe<M>::fresh()};
    Random random(seed);
    for (std::size_t i = 0; i < rows; ++i) {
        Random again = random;
        teach(i < rows / 3 ? halves.left : halves.right, again, i);
        teach(halves.both, random, i);
    }
    return halves;
}

/// What two models answer, side by side: probabilities or scores rather than labels, where there are any.
template <class M>
constexpr auto answers(const M& model) {
    if constexpr (requires { model.predict_proba(RowOf<M>{}); }) {
        Random random(61);
        std::array<std::array<typename M::Scalar, M::classes>, 8> shares{};
        for (std::size_t i = 0; i < shares.size(); ++i)
            shares[i] = model.predict_proba(draw_row<M>(random, i));
        return shares;
    } else if constexpr (requires { M::classes; }) {
        return predictions(model);
    } else {
        return scores(model);
    }
}

template <class M>
Violations mergeable_violations() {
    Findings findings;
    const Halves<M> halves = split_and_joint<M>(400, 62);
    const M& left = halves.left;
    const M& right = halves.right;
    if constexpr (M::exactly_mergeable) {
        M merged = left;
        findings.expect_no_allocation(
            "merge", [&] { findings.expect(merged.merge(right) == Status::ok, "merge fails"); });
        findings.expect(agree(answers(merged), answers(halves.both)), "merge differs from training on both");
        M swapped = right;
        static_cast<void>(swapped.merge(left));
        findings.expect(agree(answers(swapped), answers(merged)), "merge depends on the order");
    }
    M same = left;
    static_cast<void>(same.merge(Recipe<M>::fresh()));
    findings.expect(agree(answers(same), answers(left)), "merging an untrained model changes the answers");
    M other = Recipe<M>::fresh();
    static_cast<void>(other.merge(right));
    findings.expect(agree(answers(other), answers(right)),
                    "an untrained model does not take over what it merges");
    return findings.all();
}

template <Mergeable M>
void check_mergeable() {
    CHECK(mergeable_violations<M>() == Violations{});
}

}  // namespace mote::testing
