// SPDX-License-Identifier: MIT
// An autoencoder that knows how a machine's eight sensors go together, and notices when one of them lies.
//
// Problem  Speed and load of a pump change all day, and pressure, flow, current and temperatures follow. A
//          sensor that drifts stays within its usual range: only the others contradict it. Learn from
//          healthy rows alone.
// Data     Simulated: two things that nobody measures drive eight sensors, not in proportion; 2 % noise. In
//          a faulty row one sensor shows what belongs to another moment.
// Yours    Fill `healthy` with rows of your own sensors, each scaled to about -1 .. 1; try other widths.
// Writes   sensor_autoencoder.svg: the losses over the epochs. A line on the terminal tells how long it
//          still takes.
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <vector>

#include "mote/anomaly/pca_reconstruction.hpp"
#include "mote/anomaly/reconstruction_detector.hpp"
#include "mote/deploy/host/learning_curve.hpp"
#include "mote/evaluate/ranking.hpp"
#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "mote/nn/trainer.hpp"

using namespace mote;

constexpr std::size_t sensors = 8, hidden = 2;
using Row = std::array<float, sensors>;

constexpr auto relu = nn::Activation::relu;
using Architecture =
    nn::Sequential<nn::Shape{sensors}, nn::Dense<nn::DenseConfig{.units = 16, .activation = relu}>,
                   nn::Dense<nn::DenseConfig{.units = hidden}>,
                   nn::Dense<nn::DenseConfig{.units = 16, .activation = relu}>,
                   nn::Dense<nn::DenseConfig{.units = sensors}>>;
using Network = nn::Network<float, Architecture, isa::Portable>;
using SmallNetwork = nn::Network<std::int8_t, Architecture, isa::Portable>;

/// What the sensors show at some moment.
Row measure(Random& random) {
    const float speed = 2 * random.uniform<float>() - 1, load = 2 * random.uniform<float>() - 1;
    const float flow = speed * (1.2f - 0.4f * load) - 0.3f, heat = speed * speed + load * load - 0.7f;
    Row row{speed,
            flow,
            load * (1 + speed) / 2,
            heat,
            0.7f * heat + 0.3f * load,
            abs(load) * 2 - 1,
            (speed + load) * (speed + load) / 2 - 0.5f,
            tanh(3 * (speed - load))};
    for (float& value : row) value += 0.02f * random.normal<float>();
    return row;
}

/// A row of which one sensor is from another moment.
Row spoilt(Random& random) {
    Row row = measure(random);
    const std::size_t liar = random.below(sensors);
    row[liar] = measure(random)[liar];
    return row;
}

template <class Detector>
double area(const Detector& detector, const std::vector<Row>& rows, const std::vector<std::uint8_t>& faulty) {
    std::vector<ScoredLabel<float>> scored;
    for (std::size_t i = 0; i < rows.size(); ++i) scored.push_back({detector.score(rows[i]), faulty[i] != 0});
    return static_cast<double>(roc_auc(std::span(scored)));
}

int main() {
    Random random(1);
    std::vector<Row> healthy, unseen, test;
    std::vector<std::uint8_t> faulty;
    for (int i = 0; i < 1500; ++i) healthy.push_back(measure(random));
    for (int i = 0; i < 300; ++i) unseen.push_back(measure(random));
    for (int i = 0; i < 2000; ++i) {
        faulty.push_back(static_cast<std::uint8_t>(i % 2));
        test.push_back(i % 2 != 0 ? spoilt(random) : measure(random));
    }

    // What goes in is what is to come out: the rows are their own targets.
    static Network model;
    static nn::Trainer<Network, nn::Adam, nn::SquaredError> trainer;
    model.initialise(/*seed=*/4);
    trainer.optimizer.learning_rate = 0.01f;
    deploy::LearningCurve curve;
    const Dataset<float, sensors, Row> data{healthy, healthy}, held_out{unseen, unseen};
    const Status status = trainer.fit(
        model, data, held_out, {.epochs = 60, .schedule = nn::Schedule::cosine(), .patience = 20}, curve);
    std::printf("Trained on %zu healthy rows: %s, mean squared error %.4f on others\n", healthy.size(),
                message(status).data(), static_cast<double>(trainer.progress().held_out_loss));
    std::ofstream svg("sensor_autoencoder.svg");
    curve.draw(svg);

    SmallNetwork small;
    if (nn::quantize(model, Rows<float, sensors>(healthy).first(100), small) != Status::ok) return 1;
    PcaReconstruction<float, sensors, hidden> pca;
    if (pca.fit(healthy) != Status::ok) return 1;
    const double by_floats = area(ReconstructionDetector(model), test, faulty);
    const double by_bytes = area(ReconstructionDetector(small), test, faulty),
                 by_pca = area(pca, test, faulty);
    std::printf(
        "ROC area on 2,000 rows, half of them faulty: float %.3f, int8 %.3f, PcaReconstruction %.3f\n",
        by_floats, by_bytes, by_pca);
    std::printf("Training takes %zu bytes, the int8 network %zu and %zu to run\n",
                sizeof model + sizeof trainer, sizeof small, sizeof(SmallNetwork::Workspace));
    std::printf(
        "demo: family=deep; algorithm=autoencoder int8; data=simulated pump, eight sensors; score=%.3f ROC "
        "area; "
        "reference=%.3f (PcaReconstruction); row=; constant=%zu; ram=%zu; macs=%zu\n",
        by_bytes, by_pca, sizeof small, sizeof(SmallNetwork::Workspace), Architecture::macs);
    return svg.good() && by_bytes > by_pca ? 0 : 1;
}
