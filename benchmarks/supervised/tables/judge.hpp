// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "benchmarks/supervised/tables/table.hpp"
#include "mote/core/dataset.hpp"
#include "mote/core/random.hpp"
#include "mote/core/status.hpp"
#include "mote/evaluate/assigned_folds.hpp"
#include "mote/evaluate/confusion_matrix.hpp"
#include "mote/evaluate/regression_errors.hpp"
#include "mote/signal/standard_scaler.hpp"

namespace mote::tables {

/// What a method gets to see. Means and deviations are those of the rows that it learns from.
enum class Features {
    with_gaps,  // as in the file; NaN where a value is missing
    filled,     // the mean where a value is missing
    scaled,     // filled, then moved to mean 0 and scaled to deviation 1
};

inline constexpr std::size_t folds = 5;
inline constexpr std::uint64_t seed = 2026;

/// The rows of one split, prepared once for all methods.
template <std::size_t N, class Label>
struct Split {
    using Row = std::array<float, N>;
    struct Part {
        std::array<std::vector<Row>, 3> rows;  // by Features
        std::vector<Label> labels;
    };
    Part train, test;
};

/// Judges methods on one table by the folds of its file, or else by stratified 5-fold (a regression: shuffled
/// 5-fold). Classes is 0 for a regression. Prints table,method,metric,value; the value is the mean over the
/// folds.
template <std::size_t N, std::size_t Classes, std::size_t Rows>
class Judge {
public:
    using Label = std::conditional_t<Classes == 0, float,
                                     std::conditional_t<Classes <= 256, std::uint8_t, std::uint16_t>>;

    explicit Judge(const Table& table) : name_(table.name) {
        std::vector<std::size_t> order(table.rows.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        Random random(seed);
        random.shuffle(std::span(order));
        const auto fold_of = table.folds.empty() ? assign(table, order) : given(table, order);
        if (!fold_of.empty()) splits_.resize(static_cast<std::size_t>(1 + std::ranges::max(fold_of)));
        for (std::size_t i = 0; i < order.size() && !fold_of.empty(); ++i) {
            for (std::size_t split = 0; split < splits_.size(); ++split) {
                auto& part =
                    fold_of[i] == static_cast<int>(split) ? splits_[split].test : splits_[split].train;
                auto& row = part.rows[0].emplace_back();
                for (std::size_t k = 0; k < N; ++k) row[k] = static_cast<float>(table.rows[order[i]][k]);
                part.labels.push_back(static_cast<Label>(table.targets[order[i]]));
            }
        }
        for (Split<N, Label>& split : splits_) prepare(split);
    }

    /// Fits and asks a fresh M{arguments...} on each split.
    template <class M, class... Arguments>
    void operator()(const char* method, Features features, std::type_identity<M>, Arguments... arguments) {
        std::array<double, 2> sum{};
        for (const Split<N, Label>& split : splits_) {
            const auto model = std::make_unique<M>(arguments...);
            const auto& rows = split.train.rows[static_cast<std::size_t>(features)];
            const Status status = learn(*model, method, {rows, split.train.labels});
            const auto figures =
                score(*model, split.test.rows[static_cast<std::size_t>(features)], split.test.labels);
            if (status != Status::ok || !std::isfinite(figures[0])) {
                const auto why = status == Status::ok ? "an answer is not finite" : message(status);
                std::fprintf(stderr, "%s, %s: %s\n", name_.c_str(), method, why.data());
                return;
            }
            for (std::size_t k = 0; k < 2; ++k) sum[k] += figures[k] / static_cast<double>(splits_.size());
        }
        constexpr const char* metrics[2][2] = {{"accuracy", "macro_f1"}, {"rmse", "r2"}};
        for (std::size_t k = 0; k < 2; ++k) {
            std::printf("%s,%s,%s,%.6g\n", name_.c_str(), method, metrics[Classes == 0][k], sum[k]);
        }
        std::fflush(stdout);
    }

private:
    using Row = typename Split<N, Label>::Row;
    using Data = Dataset<float, N, Label>;

    static std::vector<int> given(const Table& table, const std::vector<std::size_t>& order) {
        std::vector<int> result;
        for (const std::size_t row : order) result.push_back(table.folds[row]);
        return result;
    }

    /// The fold of each row of the order; none where there are too few rows.
    static std::vector<int> assign(const Table& table, const std::vector<std::size_t>& order) {
        Random random(seed);
        std::vector<int> result;
        const auto copy = [&](const auto& assigned) {
            for (std::size_t i = 0; i < order.size(); ++i) {
                result.push_back(static_cast<int>(assigned.fold_of(i)));
            }
        };
        if constexpr (Classes > 0) {
            std::vector<Label> labels;
            for (const std::size_t row : order) labels.push_back(static_cast<Label>(table.targets[row]));
            const auto stratified = std::make_unique<StratifiedKFold<folds, Classes, Rows, Label>>();
            if (stratified->assign(labels, random) == Status::ok) {
                copy(*stratified);
                return result;
            }
        }
        const auto shuffled =
            std::make_unique<ShuffledKFold<folds, Rows>>();  // no class has as many rows as folds
        if (shuffled->assign(order.size(), random) == Status::ok) copy(*shuffled);
        return result;
    }

    static void prepare(Split<N, Label>& split) {
        Row mean{};
        std::array<std::size_t, N> known{};
        for (const Row& row : split.train.rows[0]) {
            for (std::size_t k = 0; k < N; ++k) {
                if (!std::isnan(row[k])) mean[k] += (row[k] - mean[k]) / static_cast<float>(++known[k]);
            }
        }
        for (auto* part : {&split.train, &split.test}) {
            part->rows[1] = part->rows[0];
            for (Row& row : part->rows[1]) {
                for (std::size_t k = 0; k < N; ++k) row[k] = std::isnan(row[k]) ? mean[k] : row[k];
            }
        }
        StandardScaler<float, N> scaler;
        static_cast<void>(scaler.fit(split.train.rows[1]));  // what it refuses, every method will refuse
        for (auto* part : {&split.train, &split.test}) {
            for (const Row& row : part->rows[1]) part->rows[2].push_back(scaler.transform(row));
        }
    }

    /// Where the model's memory is too small for all rows, it learns from half of them, and so on. They are
    /// in random order.
    template <class M>
    Status learn(M& model, const char* method, Data data) {
        Status status = fit(model, data);
        while (status == Status::capacity_full && data.size() > 1) {
            data = data.subset(0, data.size() / 2);
            status = fit(model, data);
            if (status == Status::ok) {
                std::fprintf(stderr, "%s, %s: learns from %zu rows\n", name_.c_str(), method, data.size());
            }
        }
        return status;
    }

    template <class M>
    static Status fit(M& model, const Data& data) {
        Status status = Status::missing_class;
        if constexpr (requires { typename M::template Trainer<Rows>; }) {
            const auto trainer = std::make_unique<typename M::template Trainer<Rows>>();
            return model.fit(data, *trainer);
        } else if constexpr (requires { typename M::Trainer; }) {
            const auto trainer = std::make_unique<typename M::Trainer>();
            trainer->settings.epochs = std::clamp<std::size_t>(200'000 / data.size(), 4, 150);
            return model.fit(data, *trainer);
        } else if constexpr (requires { model.fit(data); }) {
            status = model.fit(data);
        }
        // A class so rare that all its rows are held out: what learns row by row can do without.
        if constexpr (requires { model.update(data.rows[0], data.labels[0]); }) {
            for (std::size_t i = 0; status == Status::missing_class && i < data.size(); ++i) {
                if (const Status one = model.update(data.rows[i], data.labels[i]); one != Status::ok)
                    return one;
            }
            if (status == Status::missing_class) status = Status::ok;
        }
        return status;
    }

    template <class M>
    static std::array<double, 2> score(const M& model, const std::vector<Row>& rows,
                                       const std::vector<Label>& labels) {
        if constexpr (Classes > 0) {
            const auto answers = std::make_unique<ConfusionMatrix<double, Classes, Label>>();
            for (std::size_t i = 0; i < rows.size(); ++i) answers->update(labels[i], model.predict(rows[i]));
            return {answers->accuracy(), answers->macro().f1};
        } else {
            RegressionErrors<double> errors;
            for (std::size_t i = 0; i < rows.size(); ++i) {
                const Status status = errors.update(labels[i], static_cast<double>(model.predict(rows[i])));
                if (status != Status::ok) return {mote::detail::not_a_number<double>, 0};
            }
            return {errors.root_mean_square(), errors.r2()};
        }
    }

    std::string name_;
    std::vector<Split<N, Label>> splits_;
};

}  // namespace mote::tables
