// SPDX-License-Identifier: MIT
// Trees, forests and boosting on public sets that are too large for this repository, in the folder
// MOTE_SETS_DIR: public_sets_reference.py tells which, and how they are split.
#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "mote/supervised/compact_forest.hpp"
#include "mote/supervised/decision_tree.hpp"
#include "mote/supervised/gradient_boosting.hpp"
#include "mote/supervised/random_forest.hpp"
#include "tests/supervised/public_sets_reference.hpp"
#include "tests/supervised/split.hpp"
#include "tests/support/catch.hpp"

using mote::ForestConfig;
using mote::Status;
using mote::testing::right_answers;

namespace {

constexpr float gap = std::numeric_limits<float>::quiet_NaN();

/// The lines of a file of the folder, without the header and without quotes, split at commas.
std::vector<std::vector<std::string>> read(const std::string& name) {
    std::ifstream file(std::string(MOTE_SETS_DIR "/") + name + ".csv");
    std::vector<std::vector<std::string>> lines;
    std::string line;
    std::getline(file, line);
    while (std::getline(file, line)) {
        auto& fields = lines.emplace_back(1);
        for (const char c : line) {
            if (c == ',') {
                fields.emplace_back();
            } else if (c != '"' && c != '\r') {
                fields.back() += c;
            }
        }
    }
    REQUIRE(!lines.empty());
    return lines;
}

template <std::size_t Features>
struct Set : mote::testing::Split<float, Features> {
    void add(bool held_out, const std::vector<std::string>& line, std::size_t first, std::size_t label) {
        auto& row = (held_out ? this->held_out_rows : this->rows).emplace_back();
        for (std::size_t i = 0; i < Features; ++i) {
            const std::string& field = line[first + i];
            row[i] = field == "?" ? gap : std::stof(field);
        }
        (held_out ? this->held_out_labels : this->labels).push_back(static_cast<std::uint8_t>(label));
    }

    [[nodiscard]] Set filled() const {
        Set result = *this;
        for (auto* table : {&result.rows, &result.held_out_rows}) {
            for (auto& row : *table) {
                for (float& value : row) value = std::isnan(value) ? 0 : value;
            }
        }
        return result;
    }
};

Set<5> occupancy(const std::string& test) {
    Set<5> set;
    for (const bool held_out : {false, true}) {
        for (const auto& line : read("occupancy/" + (held_out ? test : "datatraining"))) {
            set.add(held_out, line, 2, std::stoul(line[7]));
        }
    }
    return set;
}

Set<43> wisdm() {
    const std::map<std::string, std::size_t> names{{"Downstairs", 0}, {"Jogging", 1},  {"Sitting", 2},
                                                   {"Standing", 3},   {"Upstairs", 4}, {"Walking", 5}};
    Set<43> set;
    for (const auto& line : read("wisdm_v1/wisdm_v1.1_transformed")) {
        set.add(std::stoul(line[1]) % 5 == 0, line, 2, names.at(line[45]));
    }
    return set;
}

Set<6> ai4i() {
    Set<6> set;
    std::size_t number = 0;
    for (auto line : read("ai4i2020/ai4i2020")) {
        line[2] = std::to_string(std::string("LMH").find(line[2]));
        set.add(number++ % 5 == 0, line, 2, std::stoul(line[8]));
    }
    return set;
}

/// Means over seeds differ by half a point at most.
void compare(double right, std::size_t rows, const std::array<double, 2>& expected) {
    CAPTURE(right, expected[0], rows);
    CHECK(std::abs(right - expected[0]) <= 0.005 * static_cast<double>(rows));
}

template <std::size_t Features, std::size_t Classes>
void check_tree(const Set<Features>& set, const std::array<double, 2>& expected) {
    using Model = mote::DecisionTree<float, Features, Classes, mote::TreeConfig{.depth = 60, .leaves = 1500}>;
    static typename Model::template Trainer<8200> trainer;
    static Model model;
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        typename Model::Options options;
        options.seed = seed;
        REQUIRE(model.fit(set.train(), trainer, options) == Status::ok);
        sum += right_answers(model, set.test());
    }
    compare(sum / 20, set.test().size(), expected);
}

template <std::size_t Features, std::size_t Classes, bool Extra>
void check_forest(const Set<Features>& set, const std::array<double, 2>& expected) {
    constexpr ForestConfig config{
        .trees = 30, .depth = 10, .leaves = 256, .bootstrap = !Extra, .random_thresholds = Extra};
    using Model = mote::RandomForest<float, Features, Classes, config>;
    static typename Model::template Trainer<8200> trainer;
    static Model model;
    static mote::CompactForest<Model> compact;
    double sum = 0;
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        REQUIRE(model.fit(set.train(), trainer, {{}, seed}) == Status::ok);
        sum += right_answers(model, set.test());
    }
    compare(sum / 20, set.test().size(), expected);
    REQUIRE(compact.assign(model) == Status::ok);
    for (const auto& x : set.held_out_rows) REQUIRE(compact.votes(x) == model.votes(x));
}

template <std::size_t Features, std::size_t Classes>
void check_boosting(const Set<Features>& set, const std::array<double, 2>& expected) {
    constexpr mote::BoostingConfig config{.rounds = 100, .leaves = 31, .depth = 30, .bins = 255};
    using Model = mote::GradientBoosting<float, Features, Classes, config>;
    static typename Model::template Trainer<8200> trainer;
    static Model model;
    REQUIRE(model.fit(set.train(), trainer) == Status::ok);
    compare(right_answers(model, set.test()), set.test().size(), expected);
}

template <std::size_t Features, std::size_t Classes>
void check_all(const Set<Features>& set, const std::array<std::array<double, 2>, 4>& expected) {
    const Set<Features> filled = set.filled();
    check_tree<Features, Classes>(filled, expected[0]);
    check_forest<Features, Classes, false>(filled, expected[1]);
    check_forest<Features, Classes, true>(filled, expected[2]);
    check_boosting<Features, Classes>(set, expected[3]);
}

}  // namespace

TEST_CASE("Trees, forests, boosting: as good as scikit-learn's on occupancy") {
    using namespace reference;
    check_all<5, 2>(occupancy("datatest"),
                    {occupancy_1_tree, occupancy_1_forest, occupancy_1_extra, occupancy_1_boosting});
    check_all<5, 2>(occupancy("datatest2"),
                    {occupancy_2_tree, occupancy_2_forest, occupancy_2_extra, occupancy_2_boosting});
}

TEST_CASE("Trees, forests, boosting: as good as scikit-learn's on wisdm_v1") {
    using namespace reference;
    check_all<43, 6>(wisdm(), {wisdm_tree, wisdm_forest, wisdm_extra, wisdm_boosting});
}

TEST_CASE("Trees, forests, boosting: as good as scikit-learn's on ai4i2020") {
    using namespace reference;
    check_all<6, 2>(ai4i(), {ai4i_tree, ai4i_forest, ai4i_extra, ai4i_boosting});
}
