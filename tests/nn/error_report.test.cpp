// SPDX-License-Identifier: MIT
#include "mote/nn/error_report.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include "mote/nn/quantize.hpp"
#include "tests/nn/small_network.hpp"
#include "tests/support/catch.hpp"

using namespace mote;
using testing::SmallNetwork;

namespace {

using Small = nn::Network<std::int8_t, SmallNetwork>;
using Image = std::array<float, 108>;

nn::Network<float, SmallNetwork> small_model() {
    nn::Network<float, SmallNetwork> model;
    std::ranges::transform(reference::weights, model.weights().begin(),
                           [](double w) { return static_cast<float>(w); });
    return model;
}

std::vector<Image> noise(std::size_t rows, std::uint64_t seed) {
    Random random(seed);
    std::vector<Image> result(rows);
    for (auto& row : result) {
        for (float& x : row) x = 4 * random.uniform<float>() - 2;
    }
    return result;
}

nn::ErrorReport<SmallNetwork> report_of(const nn::Network<float, SmallNetwork>& model, const Small& small,
                                        const std::vector<Image>& calibration,
                                        const std::vector<Image>& rows) {
    nn::ErrorReport<SmallNetwork> report;
    const auto scales = nn::activation_scales(model, Rows<float, 108>(calibration));
    REQUIRE(nn::report_errors(model, small, scales, Rows<float, 108>(rows), report) == Status::ok);
    return report;
}

/// Layer I's weights with every third sign turned.
template <std::size_t I>
Small spoilt(const Small& small) {
    auto weights = small.weights();
    auto& bytes = nn::get<I>(weights.layers).weights;
    for (std::size_t k = 0; k < bytes.size(); k += 3) bytes[k] = static_cast<std::int8_t>(-bytes[k]);
    return Small(weights);
}

}  // namespace

TEST_CASE("report_errors: a uniform signal over all bytes has 20 log 255 decibels") {
    using One = nn::Sequential<nn::Shape(1), nn::Dense<nn::DenseConfig{.units = 1}>>;
    const nn::Network<float, One> model({1, 0});
    std::vector<std::array<float, 1>> rows(20'001);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i][0] = static_cast<float>(i) / 10'000 - 1;
    const Rows<float, 1> data(rows);
    const auto scales = nn::activation_scales(model, data);
    nn::ErrorReport<One> report;
    REQUIRE(nn::report_errors(model, nn::quantize<std::int8_t>(model, data), scales, data, report) ==
            Status::ok);
    REQUIRE(report[0].alone == Approx(20 * std::log10(255.0)).margin(0.1));  // 48.13
    REQUIRE(report[0].accumulated == report[0].alone);
}

TEST_CASE("report_errors: an output that is lost altogether has no decibels") {
    using One = nn::Sequential<nn::Shape(1), nn::Dense<nn::DenseConfig{.units = 1}>>;
    const nn::Network<float, One> model({1, 0});
    const std::array<std::array<float, 1>, 3> rows{{{-1}, {0.5f}, {1}}};
    const Rows<float, 1> data(rows);
    auto weights = nn::quantize<std::int8_t>(model, data).weights();
    nn::get<0>(weights.layers).weights[0] = 0;
    nn::ErrorReport<One> report;
    const auto scales = nn::activation_scales(model, data);
    REQUIRE(nn::report_errors(model, nn::Network<std::int8_t, One>(weights), scales, data, report) ==
            Status::ok);
    REQUIRE(report[0].alone == Approx(0).margin(1e-5));  // noise and signal are the same
}

TEST_CASE("report_errors: the accumulated error is that of the network of bytes itself") {
    const auto model = small_model();
    const auto rows = noise(50, 9);
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 108>(rows));
    const auto report = report_of(model, small, rows, rows);
    nn::Network<float, SmallNetwork>::Workspace scratch;
    Small::Workspace small_scratch;
    double signal = 0, lost = 0;
    for (const auto& row : rows) {
        const auto p = model.predict_proba(row, scratch), q = small.predict_proba(row, small_scratch);
        for (std::size_t k = 0; k < 3; ++k) {
            signal += std::pow(p[k], 2);
            lost += std::pow(p[k] - q[k], 2);
        }
    }
    REQUIRE(report.back().accumulated == Approx(10 * std::log10(signal / lost)).margin(1e-3));
    for (std::size_t i = 1; i < report.size(); ++i) REQUIRE(report[i].alone >= report[i].accumulated);
    REQUIRE(report[0].alone == report[0].accumulated);
}

TEST_CASE("report_errors: finds the layer that was spoilt on purpose, whichever it is, on other rows too") {
    const auto model = small_model();
    const auto rows = noise(50, 9), others = noise(50, 10);
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 108>(rows));
    const auto sound = report_of(model, small, rows, others);
    for (const auto& layer : sound) REQUIRE(layer.alone > 25);
    const auto find = [&](const Small& damaged, std::size_t layer) {
        const auto report = report_of(model, damaged, rows, others);
        REQUIRE(nn::weakest(report) == layer);
        REQUIRE(report[layer].alone < 15);
        REQUIRE(report[layer].accumulated < sound[layer].accumulated - 10);
        for (std::size_t i = 0; i < report.size(); ++i) {
            if (i != layer) REQUIRE(report[i].alone == sound[i].alone);
            if (i < layer) REQUIRE(report[i].accumulated == sound[i].accumulated);
        }
    };
    find(spoilt<0>(small), 0);
    find(spoilt<2>(small), 2);
    find(spoilt<4>(small), 4);
    find(spoilt<5>(small), 5);
}

TEST_CASE("report_errors: finds a layer whose steps one huge weight has made coarse") {
    auto model = small_model();
    auto rows = noise(50, 9);
    // The first hidden layer never sees its first unit's input 0 at work: the channel before it is dead.
    const std::size_t dilated = SmallNetwork::first_weight[2], hidden = SmallNetwork::first_weight[4];
    const std::size_t taps = SmallNetwork::Layer<2>::taps;
    for (std::size_t tap = 0; tap < taps; ++tap) model.weights()[dilated + tap] = 0;
    model.weights()[dilated + 3 * taps] = 0;
    const std::size_t inputs = SmallNetwork::shapes[4].size();
    for (std::size_t unit = 0; unit < 5; ++unit) model.weights()[hidden + unit * inputs] = 200;
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 108>(rows));
    const auto report = report_of(model, small, rows, rows);
    REQUIRE(nn::weakest(report) == 4);
    REQUIRE(report[4].alone < 15);
}

TEST_CASE("report_errors: refuses no rows, rows that are no numbers, and another calibration's scales") {
    const auto model = small_model();
    auto rows = noise(5, 9);
    const auto small = nn::quantize<std::int8_t>(model, Rows<float, 108>(rows));
    nn::ErrorReport<SmallNetwork> report{};
    auto scales = nn::activation_scales(model, Rows<float, 108>(rows));
    REQUIRE(nn::report_errors(model, small, scales, Rows<float, 108>{}, report) == Status::too_few_rows);
    scales[0].scale *= 2;
    REQUIRE(nn::report_errors(model, small, scales, Rows<float, 108>(rows), report) == Status::bad_parameter);
    scales[0].scale /= 2;
    rows[1][7] = std::numeric_limits<float>::quiet_NaN();
    REQUIRE(nn::report_errors(model, small, scales, Rows<float, 108>(rows), report) == Status::not_finite);
    REQUIRE(report[0].alone == 0);
}
