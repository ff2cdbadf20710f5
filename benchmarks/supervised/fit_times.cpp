// SPDX-License-Identifier: MIT
// How long fit() takes on 10,000 rows: prints method,milliseconds on the processor, the least of several
// runs.
//
//     fit_times_program ai4i2020.csv rows.csv  (AI4I 2020 as published: Matzka 2020, AI4I 2020:69-74)
//     fit_times_program "" rows.csv            (rows of the same shape, drawn with a fixed seed)
//
// Writes rows.csv, which fit_times.py learns from as well: six standardised features, whether the machine
// failed, and its speed, which regressions learn from the other five.
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "mote/core/random.hpp"
#include "mote/signal/standard_scaler.hpp"
#include "mote/supervised/bernoulli_naive_bayes.hpp"
#include "mote/supervised/elastic_net.hpp"
#include "mote/supervised/gaussian_naive_bayes.hpp"
#include "mote/supervised/kernel_svm.hpp"
#include "mote/supervised/linear_svm.hpp"
#include "mote/supervised/logistic_regression.hpp"
#include "mote/supervised/nearest_centroid.hpp"
#include "mote/supervised/passive_aggressive.hpp"
#include "mote/supervised/support_vector_regression.hpp"

#if __has_include(<Eigen/Core>)
#include "mote/supervised/linear_discriminant.hpp"
#include "mote/supervised/linear_regression.hpp"
#include "mote/supervised/quadratic_discriminant.hpp"
#include "mote/supervised/ridge_classifier.hpp"
#endif

namespace {

constexpr std::size_t capacity = 10'000;
constexpr std::size_t speed = 3;  // its column

struct Table {
    std::vector<std::array<float, 6>> rows;  // kind, air, process, speed, torque, wear
    std::vector<std::uint8_t> failed;
    std::vector<std::array<float, 5>> others;  // all but the speed
    std::vector<float> speeds;
};

/// UID,Product ID,Type,Air temperature [K],Process temperature [K],Rotational speed [rpm],Torque [Nm],Tool
/// wear [min],Machine failure,...
Table read(const char* name) {
    Table table;
    std::ifstream file(name);
    std::string line, cell;
    std::getline(file, line);
    while (std::getline(file, line) && table.rows.size() < capacity) {
        std::istringstream cells(line);
        std::array<float, 9> values{};
        for (std::size_t i = 0; i < values.size() && std::getline(cells, cell, ','); ++i) {
            if (i == 2) values[i] = cell == "L" ? 0.0f : cell == "M" ? 1.0f : 2.0f;
            if (i > 2) values[i] = std::stof(cell);
        }
        table.rows.push_back({values[2], values[3], values[4], values[5], values[6], values[7]});
        table.failed.push_back(values[8] > 0 ? 1 : 0);
    }
    return table;
}

/// Like it: one row in thirty fails where the tool is worn and strained, or where heat is not carried away.
Table draw() {
    Table table;
    mote::Random random(1);
    for (std::size_t i = 0; i < capacity; ++i) {
        const float air = 300 + 2 * random.normal<float>(), process = air + 10 + random.normal<float>();
        const float torque = std::max(4.0f, 40 + 10 * random.normal<float>());
        const float rpm = 5862 * std::pow(torque, -0.368f) * (1 + 0.035f * random.normal<float>());
        const float wear = 250 * random.uniform<float>();
        const auto kind = static_cast<float>(random.below(3));
        const bool fails = wear * torque > 11'500 + 1000 * kind || (process - air < 8.6f && rpm < 1400) ||
                           random.below(1000) < 5;
        table.rows.push_back({kind, air, process, rpm, torque, wear});
        table.failed.push_back(fails ? 1 : 0);
    }
    return table;
}

void prepare(Table& table) {
    mote::StandardScaler<float, 6> scaler;
    static_cast<void>(scaler.fit(table.rows));
    for (auto& row : table.rows) {
        row = scaler.transform(row);
        table.others.push_back({row[0], row[1], row[2], row[4], row[5]});
        table.speeds.push_back(row[speed]);
    }
}

bool write(const Table& table, const char* name) {
    std::FILE* file = std::fopen(name, "w");
    if (file == nullptr) return false;
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
        for (const float value : table.rows[i]) std::fprintf(file, "%.9g,", static_cast<double>(value));
        std::fprintf(file, "%d\n", table.failed[i]);
    }
    return std::fclose(file) == 0;
}

/// The least time on the processor of at least three runs and half a second, of a fresh model each.
template <class Model, class Data>
void measure(const char* name, const Data& data, Model fresh = Model{}) {
    const auto model = std::make_unique<Model>(fresh);
    double least = 1e9, total = 0;
    mote::Status status = mote::Status::ok;
    const auto time = [&](auto fit) {
        for (int run = 0; run < 3 || total < 0.5; ++run) {
            *model = fresh;
            const std::clock_t begin = std::clock();
            status = fit();
            const double taken = static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
            least = std::min(least, taken);
            total += taken;
        }
    };
    if constexpr (requires { typename Model::template Trainer<capacity>; }) {
        const auto trainer = std::make_unique<typename Model::template Trainer<capacity>>();
        time([&] { return model->fit(data, *trainer); });
    } else {
        time([&] { return model->fit(data); });
    }
    if (status == mote::Status::ok) {
        std::printf("%s,%.4f\n", name, 1e3 * least);
    } else {
        std::printf("%s,refused: %s\n", name, mote::message(status).data());
    }
    std::fflush(stdout);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) return 2;
    const std::string source = arguments[1];
    Table table = source.empty() ? draw() : read(source.c_str());
    if (table.rows.empty()) return 1;
    prepare(table);
    if (!write(table, arguments[2])) return 1;
    using namespace mote;
    const Dataset<float, 6, std::uint8_t> classes{table.rows, table.failed};
    const Dataset<float, 5, float> targets{table.others, table.speeds};
    measure<GaussianNaiveBayes<float, 6, 2>>("GaussianNaiveBayes", classes);
    measure<BernoulliNaiveBayes<float, 6, 2>>("BernoulliNaiveBayes", classes);
    measure<NearestCentroid<float, 6, 2>>("NearestCentroid", classes);
    measure<LogisticRegression<float, 6, 2>>("LogisticRegression", classes);
    measure<LinearSvm<float, 6, 2>>("LinearSvm", classes);
    measure<PassiveAggressive<float, 6, 2>>("PassiveAggressive", classes);
    measure<KernelSvm<float, 6, 2, capacity>>("KernelSvm", classes);
#if __has_include(<Eigen/Core>)
    measure<LinearDiscriminant<float, 6, 2>>("LinearDiscriminant", classes);
    measure<QuadraticDiscriminant<float, 6, 2>>("QuadraticDiscriminant", classes);
    measure<RidgeClassifier<float, 6, 2>>("RidgeClassifier", classes);
    measure<LinearRegression<float, 5>>("LinearRegression", targets);
    measure<LinearRegression<float, 5>>("Ridge", targets, LinearRegression<float, 5>(1));
#endif
    measure<Lasso<float, 5>>("Lasso", targets, Lasso<float, 5>(0.01f));
    measure<ElasticNet<float, 5>>("ElasticNet", targets, ElasticNet<float, 5>({.alpha = 0.01f}));
    measure<SupportVectorRegression<float, 5, capacity>>("SupportVectorRegression", targets);
    return 0;
}
