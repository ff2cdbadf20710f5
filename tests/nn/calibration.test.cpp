// SPDX-License-Identifier: MIT
#include "mote/nn/calibration.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>
#include <vector>

#include "mote/nn/quantize.hpp"
#include "mote/nn/trainer.hpp"
#include "tests/nn/small_network.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/csv.hpp"

using namespace mote;
using nn::Affine;
using nn::Range;
using testing::SmallNetwork;

namespace {

/// n values spread as the Laplace distribution of scale 1 spreads them: its quantiles at (i + 1/2) / n.
std::vector<float> laplace(std::size_t n) {
    std::vector<float> values(n);
    for (std::size_t i = 0; i < n; ++i) {
        const double p = (static_cast<double>(i) + 0.5) / static_cast<double>(n);
        values[i] = static_cast<float>(p < 0.5 ? std::log(2 * p) : -std::log(2 - 2 * p));
    }
    return values;
}

nn::RangeHistogram histogram_of(const std::vector<float>& values) {
    Range all;
    for (const float x : values) all.include(x);
    nn::RangeHistogram histogram(all);
    for (const float x : values) histogram.include(x);
    return histogram;
}

/// The mean square that bytes over the range lose of the values themselves.
double lost(const std::vector<float>& values, Range range) {
    const Affine bytes = Affine::covering(range);
    double sum = 0;
    for (const float x : values) {
        const double error = static_cast<double>(x - bytes.dequantize(bytes.quantize(x)));
        sum += error * error;
    }
    return sum / static_cast<double>(values.size());
}

nn::Network<float, SmallNetwork> small_model() {
    nn::Network<float, SmallNetwork> model;
    std::ranges::transform(reference::weights, model.weights().begin(),
                           [](double w) { return static_cast<float>(w); });
    return model;
}

/// Rows of noise in +-2, the first with a spike.
std::vector<std::array<float, 108>> rows_with_spike(float spike) {
    Random random(9);
    std::vector<std::array<float, 108>> rows(100);
    for (auto& row : rows) {
        for (float& x : row) x = 4 * random.uniform<float>() - 2;
    }
    rows[0][50] = spike;
    return rows;
}

}  // namespace

TEST_CASE("RangeHistogram: percentiles by hand") {
    std::vector<float> values;
    for (int i = 1; i <= 100; ++i) values.push_back(static_cast<float>(i));
    const auto histogram = histogram_of(values);  // steps of 100 / 2048
    REQUIRE(histogram.percentile(90).high == Approx(90).margin(0.05));
    REQUIRE(histogram.percentile(90).low == 0);
    REQUIRE(histogram.percentile(100).high == 100);
    for (float& x : values) x -= 51;  // -50 .. 49
    const auto around_zero = histogram_of(values).percentile(95);
    REQUIRE(around_zero.low == Approx(-45).margin(0.05));  // 95 of them are not below it
    REQUIRE(around_zero.high == Approx(44).margin(0.05));
}

TEST_CASE("RangeHistogram: percentiles of the Laplace distribution are its quantiles") {
    const auto histogram = histogram_of(laplace(100'000));
    const float step = 2 * 12.2f / 2048;
    const Range range = histogram.percentile(99.9);
    REQUIRE(range.high == Approx(-std::log(2 * 0.001)).margin(step));
    REQUIRE(range.low == Approx(std::log(2 * 0.001)).margin(step));
}

TEST_CASE("RangeHistogram: the least squared error is where the literature has it") {
    // Banner, Nahshan, Soudry 2019: eight bits of a Laplace distribution are best clipped at 9.89 scales.
    const auto values = laplace(200'000);  // reach to 12.9
    const auto histogram = histogram_of(values);
    const Range best = histogram.least_squares();
    REQUIRE(best.high == Approx(9.89).epsilon(0.05));  // candidates are 5 % apart
    REQUIRE(best.low == Approx(-9.89).epsilon(0.05));
    double least = 1e9;  // by the values themselves, in finer steps
    for (float end = 7; end < 12.9f; end += 0.1f) least = std::min(least, lost(values, {-end, end}));
    REQUIRE(lost(values, best) < 1.01 * least);
    REQUIRE(lost(values, best) < 0.8 * lost(values, {values.front(), values.back()}));
    REQUIRE(histogram.error(best) == Approx(lost(values, best)).epsilon(0.03));
}

TEST_CASE("RangeHistogram: clips one end alone, and nothing that bytes hold exactly") {
    std::vector<float> values;
    for (int i = 0; i < 2550; ++i) values.push_back(static_cast<float>(i % 256));
    REQUIRE(lost(values, histogram_of(values).least_squares()) < 0.01);
    for (std::size_t i = 0; i < 2550; ++i) values.push_back(static_cast<float>(i % 100) / 100 - 0.5f);
    values.push_back(-20);
    const Range best = histogram_of(values).least_squares();
    REQUIRE(best.high > 240);
    for (float& x : values) x = x > 1 ? x / 256 : x;  // all small now but for the -20
    const Range clipped = histogram_of(values).least_squares();
    REQUIRE(clipped.high > 0.9f);
    REQUIRE(lost(values, clipped) <= lost(values, {-20, 1}));
}

TEST_CASE("quantize: clipping saves the others from one row's spike") {
    const auto model = small_model();
    const auto rows = rows_with_spike(60);
    nn::Network<float, SmallNetwork>::Workspace scratch;
    nn::Network<std::int8_t, SmallNetwork>::Workspace small_scratch;
    const auto error = [&](const nn::Calibration& how) {
        const auto small = nn::quantize<std::int8_t>(model, Rows<float, 108>(rows), how);
        float total = 0;
        for (std::size_t i = 1; i < rows.size(); ++i) {
            const auto p = model.predict_proba(rows[i], scratch);
            const auto q = small.predict_proba(rows[i], small_scratch);
            for (std::size_t k = 0; k < 3; ++k) total += abs(p[k] - q[k]);
        }
        return total;
    };
    REQUIRE(error({nn::Clipping::percentile, 99.9}) < 0.5f * error({}));
}

TEST_CASE("calibrate: the least squared error of every activation of a network") {
    const auto model = small_model();
    std::vector<float> inputs = laplace(2000 * 108);
    Random(5).shuffle(std::span(inputs));
    std::vector<std::array<float, 108>> data(2000);
    for (std::size_t i = 0; i < inputs.size(); ++i) data[i / 108][i % 108] = inputs[i];
    const Rows<float, 108> rows(data);
    std::array<std::vector<float>, 8> values;
    nn::detail::for_each_activation(model, rows, [&](std::size_t place, const auto& shown) {
        values[place].insert(values[place].end(), shown.begin(), shown.end());
    });
    const auto seen = nn::calibrate(model, rows),
               best = nn::calibrate(model, rows, {nn::Clipping::squared_error});
    for (std::size_t i = 0; i < seen.size(); ++i) {
        const double least = lost(values[i], best[i]), all = lost(values[i], seen[i]);
        CAPTURE(i, least, all);
        REQUIRE(least < (i == 0 ? 0.8 : 1.01) * all);
    }
}

TEST_CASE("calibrate: clipped ranges lie within those seen, and all of it is percentile 100") {
    const auto model = small_model();
    const auto data = rows_with_spike(5);
    const Rows<float, 108> rows(data);
    const auto seen = nn::calibrate(model, rows),
               whole = nn::calibrate(model, rows, {nn::Clipping::percentile, 100});
    const auto best = nn::calibrate(model, rows, {nn::Clipping::squared_error});
    for (std::size_t i = 0; i < seen.size(); ++i) {
        REQUIRE(whole[i].high == Approx(seen[i].high).epsilon(1e-6));
        REQUIRE(whole[i].low == Approx(seen[i].low).epsilon(1e-6));
        REQUIRE(best[i].high <= seen[i].high);
        REQUIRE(best[i].low >= seen[i].low);
    }
}

TEST_CASE("quantize: refuses percentiles that are none; constant activations clip to nothing strange") {
    const auto model = small_model();
    const std::array<std::array<float, 108>, 2> zeros{};
    nn::Network<std::int8_t, SmallNetwork> small;
    const auto with = [&](nn::Calibration how) {
        return nn::quantize(model, Rows<float, 108>(zeros), small, how);
    };
    REQUIRE(with({nn::Clipping::percentile, 100.1}) == Status::bad_parameter);
    REQUIRE(with({nn::Clipping::percentile, 49}) == Status::bad_parameter);
    REQUIRE(with({nn::Clipping::percentile, std::numeric_limits<double>::quiet_NaN()}) ==
            Status::bad_parameter);
    nn::Network<float, SmallNetwork>::Workspace scratch;
    nn::Network<std::int8_t, SmallNetwork>::Workspace small_scratch;
    for (const auto clipping : {nn::Clipping::percentile, nn::Clipping::squared_error}) {
        REQUIRE(with({clipping}) == Status::ok);
        const auto p = model.predict_proba(zeros[0], scratch),
                   q = small.predict_proba(zeros[0], small_scratch);
        for (std::size_t k = 0; k < 3; ++k) REQUIRE(abs(p[k] - q[k]) < 0.03f);
    }
}

TEST_CASE("quantize: digits, bytes within 0.3 points of float by 100 calibration rows, 16 bits within 0.1") {
    using Digits = nn::Sequential<nn::Shape(64),
                                  nn::Dense<nn::DenseConfig{.units = 32, .activation = nn::Activation::relu}>,
                                  nn::Dense<nn::DenseConfig{.units = 10}>, nn::Softmax>;
    const auto lines = testing::read_csv<float, 65>("digits");
    std::vector<std::array<float, 64>> data;
    std::vector<std::uint8_t> labels;
    for (const auto& line : lines) {
        auto& pixels = data.emplace_back();
        for (std::size_t i = 0; i < 64; ++i) pixels[i] = line[i] / 16;
        labels.push_back(static_cast<std::uint8_t>(line[64]));
    }
    const Rows<float, 64> rows(data);
    static nn::Network<float, Digits> model;
    static nn::Trainer<nn::Network<float, Digits>> trainer;
    model.initialise(1);
    trainer.optimizer.learning_rate = 0.01f;
    const Dataset<float, 64> train{rows.first(600), std::span<const std::uint8_t>(labels).first(600)};
    REQUIRE(trainer.fit(model, train, {.epochs = 15}) == Status::ok);
    const auto percent_right = [&](const auto& network) {
        typename std::remove_cvref_t<decltype(network)>::Workspace scratch;
        double right = 0;
        for (std::size_t i = 600; i < data.size(); ++i)
            right += network.predict(data[i], scratch) == labels[i] ? 1 : 0;
        return 100 * right / static_cast<double>(data.size() - 600);
    };
    const double exact = percent_right(model);
    REQUIRE(exact > 90);
    for (const auto clipping : {nn::Clipping::none, nn::Clipping::percentile, nn::Clipping::squared_error}) {
        for (const bool correct_biases : {false, true}) {
            const auto small = nn::quantize<std::int8_t>(
                model, rows.first(100), {.clipping = clipping, .correct_biases = correct_biases});
            CAPTURE(exact, percent_right(small), static_cast<int>(clipping), correct_biases);
            REQUIRE(percent_right(small) > exact - 0.3);
        }
        const auto fine = nn::quantize<std::int16_t>(model, rows.first(100), {.clipping = clipping});
        CAPTURE(exact, percent_right(fine), static_cast<int>(clipping));
        REQUIRE(percent_right(fine) > exact - 0.1);
    }
}
