// SPDX-License-Identifier: MIT
#pragma once

#include "tests/contracts/battery.hpp"
#include "tests/support/catch.hpp"

namespace mote::testing {

template <class M>
concept FitsRows = requires(M& model, Rows<ElementOf<M>, M::Sample::extent> rows) {
    model.fit(rows);
};
template <class M>
concept UpdatesWithRow = requires(M& model, RowOf<M> x) {
    model.update(x);
};

/// Trained on random rows, by update where the type has it, else by fit.
template <class M>
constexpr M trained_detector(std::size_t rows = Recipe<M>::rows, std::uint64_t seed = 21) {
    M model = Recipe<M>::fresh();
    Random random(seed);
    if constexpr (UpdatesWithRow<M>) {
        for (std::size_t i = 0; i < rows; ++i) static_cast<void>(model.update(draw_row<M>(random, i)));
    } else if constexpr (FitsRows<M>) {
        std::array<RowOf<M>, Recipe<M>::rows> data{};
        for (auto& row : data) row = draw_row<M>(random);
        static_cast<void>(model.fit(data));
    }
    return model;
}

template <class M>
constexpr auto scores(const M& model) {
    std::array<typename M::Score, 8> result{};
    Random random(22);
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = model.score(draw_row<M>(random, i));
    return result;
}

template <class M>
struct TrainedScores {
    constexpr auto operator()() const { return scores(trained_detector<M>()); }
};

/// Where fit() needs Eigen, a constant expression can still ask an untrained model.
template <class M>
struct FreshScores {
    constexpr auto operator()() const { return scores(Recipe<M>::fresh()); }
};

/// The largest difference in score between two models over random rows.
template <class M>
double score_gap(const M& a, const M& b) {
    double gap = 0;
    Random random(23);
    for (std::size_t i = 0; i < 100; ++i) {
        const RowOf<M> x = draw_row<M>(random, i);
        const double apart = static_cast<double>(a.score(x)) - static_cast<double>(b.score(x));
        gap = apart > gap ? apart : -apart > gap ? -apart : gap;
    }
    return gap;
}

template <class M>
Violations anomaly_detector_violations() {
    Findings findings;
    findings.expect_plain_value<M>();
    if constexpr (std::is_trivially_copyable_v<M>) {
        M model = trained_detector<M>();
        Random random(24);
        for (std::size_t i = 0; i < 8; ++i) {
            const RowOf<M> x = draw_row<M>(random, i);
            typename M::Score score{};
            findings.expect_const("score", model, [&] { score = model.score(x); });
            findings.expect(finite(score), "score is not finite");
        }
        for_each_bad_row<M>([&](const RowOf<M>& row) {
            findings.expect(finite(model.score(row)), "score is not finite for a bad sample");
        });
        findings.expect(finite(Recipe<M>::fresh().score(RowOf<M>{})), "score is not finite before training");
        if constexpr (Recipe<M>::fit_is_constexpr) {
            findings.expect_constexpr<TrainedScores<M>>("score");
        } else {
            findings.expect_constexpr<FreshScores<M>>("score");
        }
        if constexpr (FitsRows<M>) {
            for_each_bad_row<M>([&](const RowOf<M>& row) {
                std::array<RowOf<M>, Recipe<M>::rows> data{};
                for (auto& good : data) good = draw_row<M>(random);
                data.back() = row;
                findings.expect_refusal("a non-finite row in fit", model, [&] { return model.fit(data); });
            });
        }
    }
    return findings.all();
}

/// What observing adds: score first, then update, and nothing else.
template <class M>
Violations streaming_detector_violations() {
    Violations violations = anomaly_detector_violations<M>();
    Findings findings;
    if constexpr (std::is_trivially_copyable_v<M>) {
        M model = trained_detector<M>();
        M twin = model;
        Random random(25);
        for (std::size_t i = 0; i < 300; ++i) {
            const RowOf<M> x = draw_row<M>(random, i);
            const auto expected = twin.score(x);
            Status status{};
            findings.expect_no_allocation("update", [&] { status = twin.update(x); });
            findings.expect(status == Status::ok, "update refuses a good sample");
            typename M::Score observed{};
            findings.expect_no_allocation("observe", [&] { observed = model.observe(x); });
            findings.expect(agree(observed, expected), "observe is not the score before the update");
        }
        findings.expect(agree(scores(model), scores(twin)), "observe does not learn what update learns");
        for_each_bad_row<M>([&](const RowOf<M>& row) {
            findings.expect_refusal("a non-finite sample", model, [&] { return model.update(row); });
            findings.expect_refusal("observing a non-finite sample", model, [&] {
                findings.expect(finite(model.observe(row)), "observe is not finite for a bad sample");
                return Status::not_finite;
            });
        });
        findings.expect_no_allocation("reset", [&] { model.reset(); });
        findings.expect(agree(scores(model), scores(Recipe<M>::fresh())), "reset does not forget");
    }
    violations.insert(violations.end(), findings.all().begin(), findings.all().end());
    return violations;
}

template <AnomalyDetector M>
void check_anomaly_detector() {
    CHECK(anomaly_detector_violations<M>() == Violations{});
}

template <StreamingDetector M>
void check_streaming_detector() {
    CHECK(streaming_detector_violations<M>() == Violations{});
}

}  // namespace mote::testing
