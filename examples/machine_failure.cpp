// SPDX-License-Identifier: MIT
// Which machine is about to fail? Boosted trees learn it from six numbers a minute, and are packed for flash.
//
// Problem  A milling machine fails when its tool is worn, when heat is not carried away, when its power is
// too low or
//          too high, when a worn tool is strained, and now and then for no reason. One minute in thirty.
// Data     Made by the published rules of AI4I 2020 (Matzka 2020, Explainable artificial intelligence for
// predictive
//          maintenance applications, AI4I 2020:69-74). One deviation: the speed follows from the torque as in
//          the published table, speed = 5862 rpm * (torque / Nm)^-0.368; the power that the text names gives
//          half of it. 8,000 rows to learn from, 8,000 others to judge by. Reference:
//          machine_failure_reference.py.
// Yours    Change Row, and fill `learnt` from your machine's log and its repairs.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <vector>

#include "mote/core/math.hpp"
#include "mote/core/random.hpp"
#include "mote/supervised/compact_forest.hpp"
#include "mote/supervised/gradient_boosting.hpp"

using namespace mote;

constexpr std::array names{"quality", "air K", "process K", "speed rpm", "torque Nm", "wear min"};
using Row = std::array<float, names.size()>;

constexpr std::size_t rows_to_learn = 8000;
using Model =
    GradientBoosting<float, names.size(), 2, BoostingConfig{.rounds = 60, .leaves = 8, .bins = 255}>;
using Packed =
    CompactForest<Model, CompactSize{.node_bytes = 2400, .thresholds = 300, .slots = 8, .leaves = 480}>;

/// A shop with one machine, minute by minute.
class Shop {
public:
    explicit Shop(std::uint64_t seed) : random_(seed) {}

    /// What the sensors say; then failed() tells what came of it.
    Row next() {
        air_ = walk(air_, 2.0f);
        process_ = walk(process_, 1.0f);
        const std::uint32_t draw = random_.below(10);
        const std::uint32_t quality = draw < 5 ? 0 : draw < 8 ? 1 : 2;  // low, medium, high
        const float torque = std::max(3.8f, 40 + 10 * random_.normal<float>());
        const float speed = 5862 * exp(-0.368f * log(torque)) * (1 + 0.035f * random_.normal<float>());
        const Row row{static_cast<float>(quality), 300 + air_, 310 + air_ + process_, speed, torque, wear_};
        failed_ = fails(row);
        wear_ += std::array<float, 3>{2, 3, 5}[quality];
        if (wear_ > lifetime_ || failed_) renew_tool();
        return row;
    }

    [[nodiscard]] bool failed() const { return failed_; }

private:
    /// A random walk that is drawn back, with this standard deviation.
    float walk(float from, float deviation) {
        constexpr float kept = 0.99f;
        return kept * from + deviation * sqrt(1 - kept * kept) * random_.normal<float>();
    }

    bool fails(const Row& row) {
        const auto [quality, air, process, speed, torque, wear] = row;
        const float power = torque * speed * 0.104720f;  // radians a second for each rpm
        const bool worn_out = wear > lifetime_ - 5 && random_.below(120) < 51;  // or replaced in time
        const bool hot = process - air < 8.6f && speed < 1380;
        const bool out_of_power = power < 3500 || power > 9000;
        const bool strained = wear * torque > 11'000 + 1000 * quality;
        return worn_out || hot || out_of_power || strained || random_.below(1000) == 0;
    }

    void renew_tool() {
        wear_ = 0;
        lifetime_ = 200 + 40 * random_.uniform<float>();
    }

    Random random_;
    float air_ = 0, process_ = 0, wear_ = 0, lifetime_ = 220;
    bool failed_ = false;
};

struct Log {
    std::vector<Row> rows = std::vector<Row>(rows_to_learn);
    std::vector<std::uint8_t> labels = std::vector<std::uint8_t>(rows_to_learn);

    explicit Log(std::uint64_t seed) {
        Shop shop(seed);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            rows[i] = shop.next();
            labels[i] = shop.failed() ? 1 : 0;
        }
    }

    void print() const {
        for (std::size_t i = 0; i < rows.size(); ++i) {
            for (const float value : rows[i]) std::printf("%.9g,", static_cast<double>(value));
            std::printf("%d\n", labels[i]);
        }
    }
};

double f1(double right, double wrong, double missed) {
    return 2 * right / (2 * right + wrong + missed);
}

int main(int count, char** arguments) {
    const Log learnt(1), unseen(2);
    if (count > 1 && std::strcmp(arguments[1], "--rows") == 0) {  // for the reference
        learnt.print();
        unseen.print();
        return 0;
    }

    static Model model;
    static Model::Trainer<rows_to_learn> trainer;
    if (model.fit({learnt.rows, learnt.labels}, trainer) != Status::ok) return 1;
    static Packed packed;
    if (packed.assign(model) != Status::ok) return 1;

    std::array<std::array<int, 2>, 2> seen{};  // [what happened][what was foretold]
    for (std::size_t i = 0; i < unseen.rows.size(); ++i) {
        const std::uint8_t answer = packed.predict(unseen.rows[i]);
        if (answer != model.predict(unseen.rows[i])) return 1;
        ++seen[unseen.labels[i]][answer];
    }
    std::printf("foretold %d of %d failures, %d false alarms in %zu minutes\n", seen[1][1],
                seen[1][0] + seen[1][1], seen[0][1], unseen.rows.size());
    const auto importances = trainer.feature_importances();
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::printf("  %-9s tells %2.0f %%\n", names[i], 100 * static_cast<double>(importances[i]));
    }
    const double macro =
        (f1(seen[1][1], seen[0][1], seen[1][0]) + f1(seen[0][0], seen[1][0], seen[0][1])) / 2;
    std::printf(
        "demo: family=supervised; algorithm=GradientBoosting; data=milling machine, simulated by the rules "
        "of AI4I 2020; "
        "score=%.1f %% macro F1; reference=80.7 %% (scikit-learn on the same rows); row=gradient_boosting; "
        "constant=%zu; ram=0; macs=0\n",
        100 * macro, sizeof packed);
    return 0;
}
