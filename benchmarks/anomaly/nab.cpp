// SPDX-License-Identifier: MIT
// Scores every series of a folder in the format of the Numenta Anomaly Benchmark:
//     nab --data FOLDER --detector NAME --output FOLDER
// FOLDER/<category>/<series>.csv holds lines `timestamp,value` under a header. For each the output gets
// <category>/NAME_<series>.csv in the benchmark's results layout: timestamp,value,anomaly_score, the score
// in 0 .. 1. Strictly causal: a score is written before the next line is looked at, and every series begins
// with a fresh detector. Called without a detector's name it lists those there are.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <fstream>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "mote/anomaly/contextual_detector.hpp"
#include "mote/anomaly/half_space_trees.hpp"
#include "mote/anomaly/left_matrix_profile.hpp"
#include "mote/anomaly/random_cut_forest.hpp"
#include "mote/anomaly/spectral_residual.hpp"
#include "mote/anomaly/stream_detector.hpp"
#include "mote/anomaly/streaming_knn.hpp"

namespace {

namespace fs = std::filesystem;

struct Line {
    mote::LocalTime time;
    float value;
};

/// Days since 1970-01-01 in the Gregorian calendar.
/// Source  Fliegel and Van Flandern 1968, Communications of the ACM 11(10):657, less the Julian day of 1970.
int days(int year, int month, int day) {
    const int before_march = (month - 14) / 12;
    return (1461 * (year + 4800 + before_march)) / 4 + (367 * (month - 2 - 12 * before_march)) / 12 -
           (3 * ((year + 4900 + before_march) / 100)) / 4 + day - 32'075 - 2'440'588;
}

/// The time that the line begins with, as the benchmark writes it or with a T between day and hour; false
/// where there is none, or none that 32 bits of seconds hold.
bool parse_time(const std::string& text, mote::LocalTime& time) {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    const int read = std::sscanf(text.c_str(), "%4d-%2d-%2d%*1[T ]%2d:%2d:%2d", &year, &month, &day, &hour,
                                 &minute, &second);
    const auto in = [](int number, int low, int high) { return number >= low && number <= high; };
    if (read < 5 || !in(year, 1970, 2105) || !in(month, 1, 12) || !in(day, 1, 31) || !in(hour, 0, 23) ||
        !in(minute, 0, 59) || !in(second, 0, 60)) {
        return false;
    }
    time.seconds = static_cast<std::uint32_t>(days(year, month, day)) * 86'400u +
                   static_cast<std::uint32_t>(hour * 3600 + minute * 60 + second);
    return true;
}

/// A value that is not a number is missing.
bool parse(const std::string& text, Line& line) {
    const std::size_t comma = text.find(',');
    if (comma == std::string::npos || !parse_time(text, line.time)) return false;
    const char* const number = text.c_str() + comma + 1;
    char* end = nullptr;
    line.value = std::strtof(number, &end);
    while (*end == ' ') ++end;
    const bool whole = end != number && (*end == '\0' || *end == ',');
    if (!whole) line.value = std::numeric_limits<float>::quiet_NaN();
    return true;
}

/// The recommended detector decides for itself: its score is written as it is.
template <bool Timed>
class Recommended {
public:
    double operator()(const Line& line) {
        const std::array x{line.value};
        const auto score = Timed ? detector_.observe(x, line.time) : detector_.observe(x);
        return static_cast<double>(score) / detector_.highest;
    }

private:
    mote::StreamDetector<float> detector_;
};

/// Any other's score is compared with its own past, and an alarm is followed by quiet, as in StreamDetector.
/// What looks at several features gets the latest samples side by side; scores that are real numbers get 8
/// bits behind the point.
template <class Detector>
class Gated {
public:
    double operator()(const Line& line) {
        for (std::size_t i = latest_.size() - 1; i > 0; --i) latest_[i] = latest_[i - 1];
        latest_[0] = line.value;
        const double unit = std::is_integral_v<typename Detector::Score> ? 1 : 256;
        const double raw = unit * static_cast<double>(detector_->observe(latest_));
        const auto look = surprise_.look(static_cast<std::uint32_t>(std::clamp(raw, 0.0, (1 << 21) - 1.0)));
        surprise_.learn(look);
        const std::uint32_t passed = gate_.pass(mote::integer_sqrt(look.squared << 8));
        gate_.learn(passed);
        return passed / (30.0 * 256);
    }

private:
    std::unique_ptr<Detector> detector_ = std::make_unique<Detector>();
    std::array<float, Detector::features> latest_{};
    mote::Surprise surprise_;
    mote::AlarmGate gate_{3 * 256};  // one opinion alone: three standard deviations
};

/// False at the end; line breaks of Unix or of Windows.
bool next_line(std::ifstream& input, std::string& text) {
    if (!std::getline(input, text)) return false;
    if (!text.empty() && text.back() == '\r') text.pop_back();
    return true;
}

template <class Judge>
bool judge(const fs::path& from, const fs::path& to) {
    std::ifstream input(from);
    std::string text;
    if (next_line(input, text) && text.rfind("\xEF\xBB\xBF", 0) == 0) text.erase(0, 3);  // an editor's mark
    if (text.rfind("timestamp,value", 0) != 0) {
        std::fprintf(stderr, "%s: the first line is \"%s\" in place of \"timestamp,value\"\n", from.c_str(),
                     text.c_str());
        return false;
    }
    std::ofstream output(to);
    output.precision(9);
    output << "timestamp,value,anomaly_score\n";
    Judge score;
    while (next_line(input, text)) {
        Line line{};
        if (text.empty()) continue;
        if (!parse(text, line)) {
            std::fprintf(stderr, "%s: cannot read \"%s\"\n", from.c_str(), text.c_str());
            output.close();
            fs::remove(to);  // or half a series would be judged as if it were all
            return false;
        }
        output << text << ',' << score(line) << '\n';
    }
    if (!output.flush()) std::fprintf(stderr, "%s: cannot be written\n", to.c_str());
    return static_cast<bool>(output);
}

struct Entry {
    const char* name;
    bool (*judge)(const fs::path&, const fs::path&);
};

constexpr Entry entries[] = {
    {"StreamDetector", judge<Recommended<true>>},
    {"StreamDetectorUntimed", judge<Recommended<false>>},
    {"ContextualDetector", judge<Gated<mote::ContextualDetector<float, 1>>>},
    {"HalfSpaceTrees", judge<Gated<mote::HalfSpaceTrees<float, 4>>>},
    {"LeftMatrixProfile", judge<Gated<mote::LeftMatrixProfile<float>>>},
    {"RandomCutForest", judge<Gated<mote::RandomCutForest<float, 1>>>},
    {"SpectralResidual", judge<Gated<mote::SpectralResidual<float>>>},
    {"StreamingKnn", judge<Gated<mote::StreamingKnn<float, 1>>>},
};

std::vector<fs::path> series_in(const fs::path& data) {
    std::vector<fs::path> found;
    for (const fs::directory_entry& file : fs::recursive_directory_iterator(data)) {
        if (file.is_regular_file() && file.path().extension() == ".csv") found.push_back(file.path());
    }
    std::sort(found.begin(), found.end());
    return found;
}

/// All that can be read is judged; false where something cannot.
bool judge_folder(const fs::path& data, const Entry& entry, const fs::path& output) {
    const auto found = series_in(data);
    std::size_t judged = 0;
    for (const fs::path& file : found) {
        const fs::path folder = output / fs::relative(file, data).parent_path();
        fs::create_directories(folder);
        const std::string name = std::string(entry.name) + "_" + file.filename().string();
        judged += entry.judge(file, folder / name) ? 1 : 0;
    }
    if (found.empty()) std::fprintf(stderr, "%s: no .csv file in it\n", data.c_str());
    std::printf("%s: %zu series\n", entry.name, judged);
    return !found.empty() && judged == found.size();
}

int usage() {
    std::fputs("usage: nab --data FOLDER --detector NAME --output FOLDER\ndetectors:", stderr);
    for (const Entry& entry : entries) std::fprintf(stderr, " %s", entry.name);
    std::fputs("\n", stderr);
    return 2;
}

}  // namespace

int main(int count, char** arguments) {
    std::string data, detector, output;
    for (int i = 1; i + 1 < count; i += 2) {
        if (!std::strcmp(arguments[i], "--data")) data = arguments[i + 1];
        if (!std::strcmp(arguments[i], "--detector")) detector = arguments[i + 1];
        if (!std::strcmp(arguments[i], "--output")) output = arguments[i + 1];
    }
    if (data.empty() || output.empty()) return usage();
    if (!fs::is_directory(data)) {
        std::fprintf(stderr, "%s: no such folder\n", data.c_str());
        return 1;
    }
    for (const Entry& entry : entries) {
        if (detector != entry.name) continue;
        try {
            return judge_folder(data, entry, output) ? 0 : 1;
        } catch (const std::exception& error) {  // a folder that cannot be made or read
            std::fprintf(stderr, "%s\n", error.what());
            return 1;
        }
    }
    return usage();
}
