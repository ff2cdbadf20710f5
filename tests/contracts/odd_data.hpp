// SPDX-License-Identifier: MIT
#pragma once

#include <limits>
#include <memory>

#include "tests/contracts/battery.hpp"
#include "tests/support/catch.hpp"

/// One battery for every supervised model: data that are wrong are refused and leave the model as it was;
/// data that are odd have a defined answer.
namespace mote::testing {

/// What fit() answers where models may differ.
struct OddAnswers {
    Status nan = Status::not_finite;        // trees take NaN for a gap
    Status no_rows = Status::too_few_rows;  // of an empty dataset
    Status empty_class = Status::ok;        // a class without a row
    Status one_row = Status::ok;            //
    Status equal_rows = Status::ok;         // all rows the same, labels not
    Status too_many_rows = Status::ok;      // more than the capacity of the model or its trainer
};

inline constexpr std::size_t odd_rows = 60;

template <class M, class Target>
using OddData = Dataset<ElementOf<M>, M::Sample::extent, Target>;

/// fit(data), fit(data, trainer), or update row by row until one is refused.
template <class M, class Target>
Status learn(M& model, const OddData<M, Target>& data) {
    if constexpr (requires { typename M::template Trainer<odd_rows>; }) {
        return model.fit(data, *std::make_unique<typename M::template Trainer<odd_rows>>());
    } else if constexpr (requires { typename M::Trainer; }) {
        return model.fit(data, *std::make_unique<typename M::Trainer>());
    } else if constexpr (requires { model.fit(data); }) {
        return model.fit(data);
    } else {
        for (std::size_t i = 0; i < data.size(); ++i) {
            const Status status = model.update(data.rows[i], data.labels[i]);
            if (status != Status::ok) return status;
        }
        return data.empty() ? Status::too_few_rows : Status::ok;
    }
}

/// From -1 .. 1 to what the model looks at.
template <class T>
T odd_value(double value) {
    if constexpr (std::integral<T>) {
        return static_cast<T>(5 * (value + 1));
    } else {
        return static_cast<T>(value);
    }
}

/// Three classes that any model can tell apart: by the signs of two features. The third feature is constant.
template <class M, class Target>
struct OddRows {
    std::vector<RowOf<M>> rows;
    std::vector<Target> targets;

    explicit OddRows(std::size_t count = odd_rows) {
        Random random(7);
        for (std::size_t i = 0; i < count; ++i) {
            const std::size_t k = i % 3;
            RowOf<M> row{};
            row[0] = odd_value<ElementOf<M>>((k > 0 ? 0.6 : -0.6) + 0.1 * random.uniform<double>());
            row[1] = odd_value<ElementOf<M>>((k > 1 ? 0.6 : -0.6) + 0.1 * random.uniform<double>());
            row[2] = odd_value<ElementOf<M>>(0.5);
            rows.push_back(row);
            if constexpr (std::integral<Target>) {
                targets.push_back(static_cast<Target>(k));
            } else {
                targets.push_back(static_cast<Target>(0.2 * static_cast<double>(k)));
            }
        }
    }
    [[nodiscard]] OddData<M, Target> data() const { return {rows, targets}; }
    [[nodiscard]] OddData<M, Target> first(std::size_t count) const { return data().subset(0, count); }
};

template <class M, class Target>
void expect_odd(const char* what, M& model, const OddData<M, Target>& data, Status expected) {
    INFO(what);
    const auto before = bytes_of(model);
    CHECK(message(learn<M, Target>(model, data)) == message(expected));
    if (expected != Status::ok) CHECK(bytes_of(model) == before);
}

/// Asks for labels, and probabilities where there are any: both within their range.
template <class M>
void expect_sound(const M& model, const std::vector<RowOf<M>>& rows) {
    for (const auto& row : rows) {
        CHECK(model.predict(row) < M::classes);
        if constexpr (requires { model.predict_proba(row); }) {
            double sum = 0;
            for (const auto share : model.predict_proba(row)) sum += static_cast<double>(share);
            CHECK(sum == Approx(1).epsilon(0.03));  // q15 rounds each share
        }
    }
}

/// What is wrong in itself: refused, whatever the model.
template <class M, class Target>
void expect_wrong_data_refused(M& model, Status nan, Status no_rows) {
    OddRows<M, Target> wrong;
    if constexpr (std::integral<Target>) {
        wrong.targets[0] = M::classes;
        expect_odd<M, Target>("a label out of range", model, wrong.data(), Status::bad_label);
    } else if constexpr (std::floating_point<Target>) {
        wrong.targets[0] = std::numeric_limits<Target>::infinity();
        expect_odd<M, Target>("an infinite target", model, wrong.data(), Status::not_finite);
    }
    wrong = OddRows<M, Target>();
    if constexpr (std::floating_point<ElementOf<M>>) {
        wrong.rows[0][1] = std::numeric_limits<ElementOf<M>>::infinity();
        expect_odd<M, Target>("an infinite feature", model, wrong.data(), Status::not_finite);
        wrong.rows[0][1] = std::numeric_limits<ElementOf<M>>::quiet_NaN();
        expect_odd<M, Target>("NaN", model, wrong.data(), nan);
        wrong = OddRows<M, Target>();
    }
    expect_odd<M, Target>("no rows", model, wrong.first(0), no_rows);
}

template <class M>
void check_odd_data(const OddAnswers& answers = {}, M model = M{}) {
    using Label = typename M::Label;
    using Rows = OddRows<M, Label>;
    const Rows rows;
    const auto fresh = model;
    CHECK(learn<M, Label>(model, rows.data()) == Status::ok);
    expect_wrong_data_refused<M, Label>(model, answers.nan, answers.no_rows);

    Rows odd;
    for (auto& label : odd.targets) label = label == 1 ? 2 : label;
    model = fresh;
    expect_odd<M, Label>("a class without a row", model, odd.data(), answers.empty_class);
    for (const auto& row : odd.rows) {
        if (answers.empty_class == Status::ok) CHECK(model.predict(row) != 1);
    }
    model = fresh;
    expect_odd<M, Label>("one row", model, Dataset(rows.data()).subset(1, 1), answers.one_row);
    if (answers.one_row == Status::ok) CHECK(model.predict(rows.rows[1]) == 1);
    odd = Rows();
    for (auto& row : odd.rows) row = odd.rows[0];
    model = fresh;
    expect_odd<M, Label>("rows that are all the same", model, odd.data(), answers.equal_rows);
    expect_sound(model, rows.rows);
    model = fresh;
    expect_odd<M, Label>("more rows than fit", model, Rows(odd_rows + 9).data(), answers.too_many_rows);
    expect_sound(model, rows.rows);

    model = fresh;
    expect_odd<M, Label>("a constant feature", model, rows.data(), Status::ok);
    for (std::size_t i = 0; i < rows.rows.size(); ++i) CHECK(model.predict(rows.rows[i]) == rows.targets[i]);
    expect_sound(model, rows.rows);
}

template <class M>
void check_odd_regression(const OddAnswers& answers = {}, M model = M{}) {
    using Target = typename M::Target;
    using Rows = OddRows<M, Target>;
    const Rows rows;
    const auto fresh = model;
    const auto finite_everywhere = [&] {
        for (const auto& row : rows.rows) CHECK(finite(model.predict(row)));
    };
    CHECK(learn<M, Target>(model, rows.data()) == Status::ok);
    expect_wrong_data_refused<M, Target>(model, answers.nan, answers.no_rows);

    model = fresh;
    expect_odd<M, Target>("one row", model, Dataset(rows.data()).subset(1, 1), answers.one_row);
    finite_everywhere();
    Rows odd;
    for (auto& row : odd.rows) row = odd.rows[0];
    model = fresh;
    expect_odd<M, Target>("rows that are all the same", model, odd.data(), answers.equal_rows);
    finite_everywhere();
    model = fresh;
    expect_odd<M, Target>("more rows than fit", model, Rows(odd_rows + 9).data(), answers.too_many_rows);
    finite_everywhere();

    model = fresh;
    expect_odd<M, Target>("a constant feature", model, rows.data(), Status::ok);
    double worst = 0;  // a step between the classes is 0.2, so that the mean of all is wrong by as much
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
        const double gap =
            static_cast<double>(model.predict(rows.rows[i])) - static_cast<double>(rows.targets[i]);
        worst = std::max(worst, gap < 0 ? -gap : gap);
    }
    CHECK(worst < 0.13);
}

}  // namespace mote::testing
