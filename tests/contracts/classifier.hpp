// SPDX-License-Identifier: MIT
#pragma once

#include "tests/contracts/battery.hpp"
#include "tests/support/catch.hpp"

namespace mote::testing {

/// Batch learners have `fit(Dataset)`, online ones `update(x, y)`; a frozen model has neither.
template <class M>
using DatasetOf = Dataset<ElementOf<M>, M::Sample::extent, typename M::Label>;
template <class M>
concept FitsLabels = requires(M& model, DatasetOf<M> data) {
    model.fit(data);
};
template <class M>
concept UpdatesWithLabel = requires(M& model, typename M::Label y, RowOf<M> x) {
    model.update(x, y);
};

template <class M>
struct LabelledRows {
    std::array<RowOf<M>, Recipe<M>::rows + M::classes> rows{};
    std::array<typename M::Label, Recipe<M>::rows + M::classes> labels{};

    constexpr explicit LabelledRows(std::uint64_t seed = 5) {
        Random random(seed);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            labels[i] = static_cast<typename M::Label>(i % M::classes);
            rows[i] = draw_row<M>(random, labels[i]);
        }
    }
    [[nodiscard]] constexpr DatasetOf<M> dataset() const { return {rows, labels}; }
};

template <class M>
constexpr M fitted_classifier() {
    M model = Recipe<M>::fresh();
    static_cast<void>(model.fit(LabelledRows<M>().dataset()));
    return model;
}

/// Trained on random labelled rows, by update where the type has it, else by fit; untrained where that needs
/// Eigen.
template <class M>
constexpr M trained_classifier() {
    M model = Recipe<M>::fresh();
    if constexpr (UpdatesWithLabel<M>) {
        const LabelledRows<M> data;
        for (std::size_t i = 0; i < data.rows.size(); ++i) {
            static_cast<void>(model.update(data.rows[i], data.labels[i]));
        }
    } else if constexpr (FitsLabels<M>) {
        if constexpr (Recipe<M>::fit_is_constexpr) model = fitted_classifier<M>();
    }
    return model;
}

template <class M>
constexpr auto predictions(const M& model) {
    std::array<typename M::Label, 8> labels{};
    Random random(11);
    for (std::size_t i = 0; i < labels.size(); ++i) labels[i] = model.predict(draw_row<M>(random, i));
    return labels;
}

template <class M>
struct TrainedPredictions {
    constexpr auto operator()() const { return predictions(trained_classifier<M>()); }
};

template <class M>
struct FittedPredictions {
    constexpr auto operator()() const { return predictions(fitted_classifier<M>()); }
};

template <class M>
struct TrainedProbabilities {
    constexpr auto operator()() const {
        Random random(12);
        return trained_classifier<M>().predict_proba(draw_row<M>(random, 1));
    }
};

template <class M>
void examine_predict_proba(Findings& findings, const M& model) {
    Random random(13);
    for (int i = 0; i < 8; ++i) {
        const RowOf<M> x = draw_row<M>(random, static_cast<std::size_t>(i));
        std::array<typename M::Scalar, M::classes> share{};
        findings.expect_const("predict_proba", model, [&] { share = model.predict_proba(x); });
        double total = 0;
        std::size_t best = 0;
        for (std::size_t k = 0; k < share.size(); ++k) {
            const double value = static_cast<double>(share[k]);
            findings.expect(value >= 0 && value <= 1, "predict_proba leaves [0, 1]");
            total += value;
            if (share[k] > share[best]) best = k;
        }
        const double slack = FixedScalar<typename M::Scalar> ? 0.01 * static_cast<double>(M::classes) : 1e-5;
        findings.expect(total > 1 - slack && total < 1 + slack, "predict_proba does not sum to one");
        findings.expect(share[best] == share[model.predict(x)], "predict is not the most probable class");
    }
    findings.expect_constexpr<TrainedProbabilities<M>>("predict_proba");
}

template <class M>
void examine_fit(Findings& findings, M& model) {
    const LabelledRows<M> data;
    findings.expect_no_allocation("fit", [&] { static_cast<void>(model.fit(data.dataset())); });
    if constexpr (Recipe<M>::fit_is_constexpr) findings.expect_constexpr<FittedPredictions<M>>("fit");
    LabelledRows<M> bad = data;
    bad.labels[3] = static_cast<typename M::Label>(M::classes);
    if (bad.labels[3] == M::classes) {
        findings.expect_refusal("a label out of range in fit", model,
                                [&] { return model.fit(bad.dataset()); });
    }
    for_each_bad_row<M>([&](const RowOf<M>& row) {
        bad = data;
        bad.rows[data.rows.size() - 1] = row;
        findings.expect_refusal("a non-finite row in fit", model, [&] { return model.fit(bad.dataset()); });
    });
    const DatasetOf<M> uneven{data.rows, std::span(data.labels).first(2)};
    findings.expect_refusal("rows without labels", model, [&] { return model.fit(uneven); });
    findings.expect_refusal("an empty dataset", model, [&] { return model.fit(DatasetOf<M>{}); });
}

template <class M>
void examine_update(Findings& findings, M& model) {
    Random random(14);
    const RowOf<M> good = draw_row<M>(random);
    findings.expect_no_allocation("update", [&] { static_cast<void>(model.update(good, 0)); });
    findings.expect(model.update(good, 0) == Status::ok, "update refuses a good sample");
    constexpr auto too_large = static_cast<typename M::Label>(M::classes);
    if constexpr (too_large == M::classes) {
        findings.expect_refusal("a label out of range", model, [&] { return model.update(good, too_large); });
    }
    for_each_bad_row<M>([&](const RowOf<M>& row) {
        findings.expect_refusal("a non-finite sample", model, [&] { return model.update(row, 0); });
    });
}

template <class M>
void examine_reset(Findings& findings, M model) {
    findings.expect_no_allocation("reset", [&] { model.reset(); });
    findings.expect(agree(predictions(model), predictions(Recipe<M>::fresh())), "reset does not forget");
}

/// Everything that a classifier promises; what the type does not offer is not asked.
template <class M>
Violations classifier_violations() {
    Findings findings;
    findings.expect_plain_value<M>();
    if constexpr (std::is_trivially_copyable_v<M>) {
        M model = trained_classifier<M>();
        Random random(15);
        for (std::size_t i = 0; i < 8; ++i) {
            const RowOf<M> x = draw_row<M>(random, i);
            typename M::Label label{};
            findings.expect_const("predict", model, [&] { label = model.predict(x); });
            findings.expect(label < M::classes, "predict gives a label out of range");
        }
        for_each_bad_row<M>([&](const RowOf<M>& row) {
            findings.expect(model.predict(row) < M::classes,
                            "predict gives a label out of range for a bad sample");
        });
        findings.expect_constexpr<TrainedPredictions<M>>("predict");
        if constexpr (requires { model.predict_proba(RowOf<M>{}); }) examine_predict_proba(findings, model);
        if constexpr (FitsLabels<M>) examine_fit(findings, model);
        if constexpr (UpdatesWithLabel<M>) examine_update(findings, model);
        if constexpr (requires { model.reset(); }) examine_reset(findings, model);
    }
    return findings.all();
}

template <Classifier M>
void check_classifier() {
    CHECK(classifier_violations<M>() == Violations{});
}

template <OnlineClassifier M>
void check_online_classifier() {
    CHECK(classifier_violations<M>() == Violations{});
}

}  // namespace mote::testing
