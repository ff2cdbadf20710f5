// SPDX-License-Identifier: MIT
// Scores a multivariate CSV file with a streaming detector, a score a row on standard output:
//
//     stream_csv DETECTOR [FILE]
//
// reads FILE or standard input. Cells are separated by tabs or semicolons, where the comma is a decimal
// point, or by commas; what is quoted is one cell. A first line without numbers is passed over, and so is an
// empty one. Of the columns that hold a number, or nothing, in the first row of data, the first
// MOTE_STREAM_FEATURES are the sample (set when CMake configures); others, such as times and labels further
// right, are passed over. A cell that is not a number is a missing value: the row scores 0 and is not learnt
// from.
#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mote/anomaly/contextual_detector.hpp"
#include "mote/anomaly/ewma.hpp"
#include "mote/anomaly/half_space_trees.hpp"
#include "mote/anomaly/random_cut_forest.hpp"
#include "mote/anomaly/robust_z_score.hpp"
#include "mote/anomaly/rs_hash.hpp"
#include "mote/anomaly/sensor_health.hpp"
#include "mote/anomaly/stream_detector.hpp"
#include "mote/anomaly/streaming_knn.hpp"
#include "mote/anomaly/streaming_loda.hpp"
#include "mote/anomaly/subspace_tracker.hpp"
#include "mote/anomaly/z_score.hpp"

namespace {

constexpr std::size_t features = MOTE_STREAM_FEATURES;
static_assert(features > 0 && features <= 256, "mote: MOTE_STREAM_FEATURES is 1 .. 256");
// Few columns are looked at over time, of many only what they are now.
constexpr mote::RandomCutConfig cuts{.shingle = std::clamp<std::size_t>(64 / features, 1, 8)};
constexpr mote::SubspaceConfig subspace{.lags = features < 4 ? 8 : 1};
using Row = std::array<float, features>;

/// NaN unless all of the cell is one number; blanks and quotes around it do not matter.
float number(std::string cell, char separator) {
    if (separator != ',') std::replace(cell.begin(), cell.end(), ',', '.');
    const auto first = cell.find_first_not_of(" \"+");
    const auto last = cell.find_last_not_of(" \"\r");
    double value = 0;
    if (first != cell.npos && last != cell.npos && first <= last) {
        const char* const end = cell.data() + last + 1;
        const auto [rest, error] = std::from_chars(cell.data() + first, end, value);
        if (error == std::errc{} && rest == end) return static_cast<float>(value);
    }
    return std::numeric_limits<float>::quiet_NaN();
}

/// What stands for a number that is not there.
bool blank(std::string_view cell) {
    const auto first = cell.find_first_not_of(" \"\r");
    if (first == cell.npos) return true;
    std::string word(cell.substr(first, cell.find_last_not_of(" \"\r") + 1 - first));
    for (char& letter : word) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
    return word == "nan" || word == "na" || word == "n/a" || word == "null" || word == "?";
}

struct Cell {
    float number;
    bool blank;
};

/// Where the cell that begins there ends: at a separator that is not within quotes.
std::size_t end_of_cell(std::string_view line, std::size_t begin, char separator) {
    bool quoted = false;
    for (std::size_t i = begin; i < line.size(); ++i) {
        if (line[i] == '"') quoted = !quoted;
        if (line[i] == separator && !quoted) return i;
    }
    return line.size();
}

std::vector<Cell> cells_of(std::string_view line, char separator) {
    std::vector<Cell> cells;
    for (std::size_t begin = 0; begin <= line.size();) {
        const std::size_t end = end_of_cell(line, begin, separator);
        const std::string cell(line.substr(begin, end - begin));
        cells.push_back({number(cell, separator), blank(cell)});
        begin = end + 1;
    }
    return cells;
}

class Table {
public:
    explicit Table(std::istream& input) : input_(input) {}

    /// False at the end, or where there are too few columns of numbers.
    bool next(Row& row) {
        std::string line;
        while (std::getline(input_, line)) {
            if (columns_.empty()) learn_separator(line);
            const auto cells = cells_of(line, separator_);
            if (columns_.empty() && !choose_columns(cells)) continue;
            if (cells.size() == 1 && cells[0].blank && wide_) continue;
            for (std::size_t i = 0; i < features; ++i) {
                row[i] = columns_[i] < cells.size() ? cells[columns_[i]].number
                                                    : std::numeric_limits<float>::quiet_NaN();
            }
            return true;
        }
        return false;
    }

    /// Columns of numbers in the row that had most of them, up to the first one with enough.
    [[nodiscard]] std::size_t found() const { return found_; }

private:
    /// Of a line before the data or its first; editors of some systems begin a file with a mark of its code.
    void learn_separator(std::string& line) {
        if (line.rfind("\xEF\xBB\xBF", 0) == 0) line.erase(0, 3);
        const auto has = [&](char separator) { return end_of_cell(line, 0, separator) < line.size(); };
        separator_ = has('\t') ? '\t' : has(';') ? ';' : ',';
    }

    bool choose_columns(const std::vector<Cell>& cells) {
        std::vector<std::size_t> candidates;
        std::size_t numbers = 0;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const bool is_number = !std::isnan(cells[i].number);
            numbers += is_number ? 1 : 0;
            if (is_number || cells[i].blank) candidates.push_back(i);
        }
        found_ = std::max(found_, candidates.size());
        if (numbers == 0 || candidates.size() < features) return false;
        columns_ = std::move(candidates);
        wide_ = cells.size() > 1;  // of one column an empty line is a missing value
        return true;
    }

    std::istream& input_;
    std::vector<std::size_t> columns_;
    std::size_t found_ = 0;
    char separator_ = ',';
    bool wide_ = false;
};

template <class Detector>
int score_all(Table& table) {
    const auto detector = std::make_unique<Detector>();
    mote::SensorHealth<float, features> health({.stuck_after = 0});
    std::uint32_t missing = 0;
    for (Row row; table.next(row);) {
        missing += health.observe(row).missing ? 1 : 0;
        std::printf("%.9g\n", static_cast<double>(detector->observe(row)));
    }
    if (health.samples() == 0) {
        std::fprintf(stderr, "No row has %zu columns of numbers; the most is %zu. Set MOTE_STREAM_FEATURES\n",
                     features, table.found());
        return 1;
    }
    std::fprintf(stderr, "%u rows, %u with missing values; %zu features, %zu bytes of state\n",
                 health.samples(), missing, features, sizeof(Detector));
    return 0;
}

struct Named {
    std::string_view name;
    int (*score_all)(Table&);
};
constexpr Named detectors[] = {
    {"ContextualDetector", score_all<mote::ContextualDetector<float, features>>},
    {"Ewma", score_all<mote::Ewma<float, features>>},
    {"HalfSpaceTrees", score_all<mote::HalfSpaceTrees<float, features>>},
    {"RandomCutForest", score_all<mote::RandomCutForest<float, features, cuts>>},
    {"RobustZScore", score_all<mote::RobustZScore<float, features>>},
    {"RsHash", score_all<mote::RsHash<float, features>>},
    {"StreamDetector", score_all<mote::StreamDetector<float, features>>},
    {"StreamingKnn", score_all<mote::StreamingKnn<float, features>>},
    {"StreamingLoda", score_all<mote::StreamingLoda<float, features>>},
    {"SubspaceTracker", score_all<mote::SubspaceTracker<float, features, subspace>>},
    {"ZScore", score_all<mote::ZScore<float, features>>},
};

}  // namespace

int main(int argc, char** argv) {
    const std::string_view wanted = argc > 1 ? argv[1] : "";
    for (const auto& [name, run] : detectors) {
        if (name != wanted) continue;
        std::ifstream file;
        if (argc > 2) file.open(argv[2]);
        if (argc > 2 && (!file || std::filesystem::is_directory(argv[2]))) {
            std::fprintf(stderr, "%s cannot be read\n", argv[2]);
            return 1;
        }
        Table table(argc > 2 ? static_cast<std::istream&>(file) : std::cin);
        return run(table);
    }
    std::fprintf(stderr, "usage: stream_csv DETECTOR [FILE]; detectors:");
    for (const auto& detector : detectors) std::fprintf(stderr, " %s", detector.name.data());
    std::fprintf(stderr, "\n");
    return 2;
}
