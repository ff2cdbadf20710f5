// SPDX-License-Identifier: MIT
#pragma once

#include "tests/contracts/battery.hpp"
#include "tests/support/catch.hpp"

namespace mote::testing {

template <class M>
using TargetsOf = Dataset<ElementOf<M>, M::Sample::extent, typename M::Target>;
template <class M>
concept FitsTargets = requires(M& model, TargetsOf<M> data) {
    model.fit(data);
};
template <class M>
concept UpdatesWithTarget = requires(M& model, RowOf<M> x, typename M::Target y) {
    model.update(x, y);
};

/// Random rows with targets that follow the first feature. Scalar targets only; a model with vector targets
/// has its own test.
template <class M>
struct TargetRows {
    std::array<RowOf<M>, Recipe<M>::rows + M::features> rows{};
    std::array<typename M::Target, Recipe<M>::rows + M::features> targets{};

    constexpr TargetRows() {
        Random random(31);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i] = draw_row<M>(random, i);
            targets[i] = static_cast<typename M::Target>(0.5 * static_cast<double>(rows[i][0]));
        }
    }
    [[nodiscard]] constexpr TargetsOf<M> dataset() const { return {rows, targets}; }
};

template <class M>
constexpr M trained_regressor() {
    const TargetRows<M> data;
    M model = Recipe<M>::fresh();
    if constexpr (UpdatesWithTarget<M>) {
        for (std::size_t i = 0; i < data.rows.size(); ++i) {
            static_cast<void>(model.update(data.rows[i], data.targets[i]));
        }
    } else if constexpr (FitsTargets<M> && Recipe<M>::fit_is_constexpr) {
        static_cast<void>(model.fit(data.dataset()));
    }
    return model;
}

template <class M>
constexpr auto estimates(const M& model) {
    std::array<typename M::Target, 8> result{};
    Random random(32);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = model.predict(draw_row<M>(random, i));
    return result;
}

template <class M>
struct TrainedEstimates {
    constexpr auto operator()() const { return estimates(trained_regressor<M>()); }
};

template <class M>
Violations regressor_violations() {
    Findings findings;
    findings.expect_plain_value<M>();
    if constexpr (std::is_trivially_copyable_v<M>) {
        M model = trained_regressor<M>();
        Random random(33);
        const RowOf<M> good = draw_row<M>(random);
        typename M::Target y{};
        findings.expect_const("predict", model, [&] { y = model.predict(good); });
        findings.expect(finite(y), "predict is not finite");
        findings.expect_constexpr<TrainedEstimates<M>>("predict");
        if constexpr (FitsTargets<M>) {
            const TargetRows<M> data;
            findings.expect_no_allocation("fit", [&] { static_cast<void>(model.fit(data.dataset())); });
            for_each_bad_row<M>([&](const RowOf<M>& row) {
                TargetRows<M> bad = data;
                bad.rows.back() = row;
                findings.expect_refusal("a non-finite row in fit", model,
                                        [&] { return model.fit(bad.dataset()); });
            });
            for (const auto value : unusable_values<typename M::Target>()) {
                TargetRows<M> bad = data;
                bad.targets.back() = value;
                findings.expect_refusal("a non-finite target in fit", model,
                                        [&] { return model.fit(bad.dataset()); });
            }
            const TargetsOf<M> uneven{data.rows, std::span(data.targets).first(2)};
            findings.expect_refusal("rows without targets", model, [&] { return model.fit(uneven); });
            findings.expect_refusal("an empty dataset", model, [&] { return model.fit(TargetsOf<M>{}); });
        }
        if constexpr (UpdatesWithTarget<M>) {
            findings.expect_no_allocation("update", [&] { static_cast<void>(model.update(good, y)); });
            for_each_bad_row<M>([&](const RowOf<M>& row) {
                findings.expect_refusal("a non-finite sample", model, [&] { return model.update(row, y); });
            });
            for (const auto value : unusable_values<typename M::Target>()) {
                findings.expect_refusal("a non-finite target", model,
                                        [&] { return model.update(good, value); });
            }
        }
        if constexpr (requires { model.reset(); }) {
            findings.expect_no_allocation("reset", [&] { model.reset(); });
            findings.expect(agree(estimates(model), estimates(Recipe<M>::fresh())), "reset does not forget");
        }
    }
    return findings.all();
}

template <Regressor M>
void check_regressor() {
    CHECK(regressor_violations<M>() == Violations{});
}

}  // namespace mote::testing
