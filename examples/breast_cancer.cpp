// SPDX-License-Identifier: MIT
// Two classifiers that learn on the device, on two classic tables.
//
// Problem  Is a tumour malignant (breast_cancer), which iris is it (iris)? Read: is this weld bad, which of
//          three products is on the belt?
// Data     569 rows of 30 measurements in 2 classes; 150 rows of 4 in 3. Every fifth row is held out; the
//          reference is scikit-learn's score on the same split (tests/supervised/reference.py).
// Yours    Change the two numbers of Task, fill `train` from your sensor, and call update() row by row
//          instead of fit() where rows cannot be kept.
#include <array>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "mote/supervised/gaussian_naive_bayes.hpp"
#include "mote/supervised/logistic_regression.hpp"

using namespace mote;

/// A table and what scikit-learn gets right of the rows held out.
template <std::size_t Features, std::size_t Classes>
struct Task {
    const char* name;
    int naive_bayes_reference, logistic_regression_reference;
};

template <std::size_t Features>
struct Part {
    std::vector<std::array<float, Features>> rows;
    std::vector<std::uint8_t> labels;

    [[nodiscard]] Dataset<float, Features> dataset() const { return {rows, labels}; }
};

template <std::size_t Features>
void read(const std::string& name, Part<Features>& train, Part<Features>& test) {
    std::ifstream file(MOTE_DATA "/" + name + ".csv");
    std::string line;
    std::getline(file, line);  // column names
    for (int number = 0; std::getline(file, line); ++number) {
        auto& part = number % 5 == 0 ? test : train;
        const char* text = line.c_str();
        char* end = nullptr;
        for (float& value : part.rows.emplace_back()) {
            value = std::strtof(text, &end);
            text = end + 1;  // past the comma
        }
        part.labels.push_back(static_cast<std::uint8_t>(std::atoi(text)));
    }
}

/// Gives every feature mean 0 and deviation 1 over the rows that are learnt from.
template <std::size_t Features>
void standardise(Part<Features>& train, Part<Features>& test) {
    for (std::size_t i = 0; i < Features; ++i) {
        double sum = 0, squares = 0;
        const auto count = static_cast<double>(train.rows.size());
        for (const auto& row : train.rows) sum += static_cast<double>(row[i]);
        const double mean = sum / count;
        for (const auto& row : train.rows) squares += std::pow(static_cast<double>(row[i]) - mean, 2);
        const double deviation = std::sqrt(squares / count);
        for (auto* part : {&train, &test}) {
            for (auto& row : part->rows) {
                row[i] = static_cast<float>((static_cast<double>(row[i]) - mean) / deviation);
            }
        }
    }
}

/// Learns, answers what was held out, and prints the line that the demo's table is made from.
template <class Model, std::size_t Features>
bool judge(Model model, const char* algorithm, const char* row, const char* data, const Part<Features>& train,
           const Part<Features>& test, int reference) {
    if (const Status status = model.fit(train.dataset()); status != Status::ok) {
        std::printf("%s on %s: %s\n", algorithm, data, message(status).data());
        return false;
    }
    int right = 0;
    for (std::size_t i = 0; i < test.rows.size(); ++i) right += model.predict(test.rows[i]) == test.labels[i];
    const auto percent = [&](int answers) { return 100.0 * answers / static_cast<double>(test.rows.size()); };
    std::printf("%s on %s: %d of %zu right\n", algorithm, data, right, test.rows.size());
    std::printf(
        "demo: family=supervised; algorithm=%s; data=%s; score=%.1f %%; reference=%.1f %%; row=%s; "
        "constant=%zu; ram=0; macs=%zu\n",
        algorithm, data, percent(right), percent(reference), row, sizeof(Model), Features * Model::classes);
    return true;
}

template <std::size_t Features, std::size_t Classes>
bool solve(const Task<Features, Classes>& task) {
    Part<Features> train, test;
    read(task.name, train, test);
    const bool bayes = judge(GaussianNaiveBayes<float, Features, Classes>{}, "GaussianNaiveBayes",
                             "gaussian_naive_bayes", task.name, train, test, task.naive_bayes_reference);
    standardise(train, test);
    return judge(LogisticRegression<float, Features, Classes>{}, "LogisticRegression", "logistic_regression",
                 task.name, train, test, task.logistic_regression_reference) &&
           bayes;
}

int main() {
    const bool cancer = solve(Task<30, 2>{"breast_cancer", 105, 110});
    const bool iris = solve(Task<4, 3>{"iris", 29, 29});
    return cancer && iris ? 0 : 1;
}
