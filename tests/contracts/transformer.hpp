// SPDX-License-Identifier: MIT
#pragma once

#include "tests/contracts/battery.hpp"
#include "tests/support/catch.hpp"

namespace mote::testing {

template <class M>
using UnlabelledOf = Rows<ElementOf<M>, M::Sample::extent>;
template <class M>
concept FitsUnlabelled = requires(M& model, UnlabelledOf<M> rows) {
    model.fit(rows);
};
template <class M>
concept UpdatesUnlabelled = requires(M& model, RowOf<M> x) {
    model.update(x);
};

template <class M>
constexpr auto transformer_rows() {
    std::array<RowOf<M>, Recipe<M>::rows> rows{};
    Random random(41);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = draw_row<M>(random, i);
    return rows;
}

template <class M>
constexpr M trained_transformer() {
    M model = Recipe<M>::fresh();
    const auto rows = transformer_rows<M>();
    if constexpr (FitsUnlabelled<M> && Recipe<M>::fit_is_constexpr) {
        static_cast<void>(model.fit(rows));
    } else if constexpr (UpdatesUnlabelled<M>) {
        for (const auto& row : rows) static_cast<void>(model.update(row));
    }
    return model;
}

template <class M>
struct TrainedOutputs {
    constexpr auto operator()() const {
        Random random(42);
        return trained_transformer<M>().transform(draw_row<M>(random));
    }
};

template <class M>
Violations transformer_violations() {
    Findings findings;
    findings.expect_plain_value<M>();
    if constexpr (std::is_trivially_copyable_v<M>) {
        M model = trained_transformer<M>();
        for (const auto& x : transformer_rows<M>()) {
            auto y = model.transform(x);
            findings.expect_const("transform", model, [&] { y = model.transform(x); });
            findings.expect(finite(y), "transform is not finite");
        }
        findings.expect_constexpr<TrainedOutputs<M>>("transform");
        if constexpr (FitsUnlabelled<M>) {
            findings.expect_no_allocation("fit",
                                          [&] { static_cast<void>(model.fit(transformer_rows<M>())); });
            for_each_bad_row<M>([&](const RowOf<M>& row) {
                auto bad = transformer_rows<M>();
                bad.back() = row;
                findings.expect_refusal("a non-finite row in fit", model, [&] { return model.fit(bad); });
            });
        }
        if constexpr (UpdatesUnlabelled<M>) {
            for_each_bad_row<M>([&](const RowOf<M>& row) {
                findings.expect_refusal("a non-finite sample", model, [&] { return model.update(row); });
            });
        }
    }
    return findings.all();
}

template <Transformer M>
void check_transformer() {
    CHECK(transformer_violations<M>() == Violations{});
}

}  // namespace mote::testing
