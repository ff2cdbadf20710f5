// SPDX-License-Identifier: MIT
#include "mote/deploy/host/choose_widths.hpp"

#include <limits>
#include <sstream>
#include <vector>

#include "mote/nn/network.hpp"
#include "mote/nn/quantize.hpp"
#include "tests/support/catch.hpp"

using namespace mote;

namespace {

constexpr nn::Activation relu = nn::Activation::relu;
using Architecture =
    nn::Sequential<nn::Shape{6, 6, 1}, nn::Conv2D<nn::ConvConfig{.filters = 4, .activation = relu}>,
                   nn::DepthwiseConv2D<nn::DepthwiseConfig{.activation = relu}>, nn::Flatten,
                   nn::Dense<nn::DenseConfig{.units = 12, .activation = relu}>,
                   nn::Dense<nn::DenseConfig{.units = 8, .activation = relu}>,
                   nn::Dense<nn::DenseConfig{.units = 3}>, nn::Softmax>;
using Network = nn::Network<double, Architecture>;
using Widths = nn::Widths<Architecture>;
using Choice = deploy::WidthChoice<Architecture>;
using Search = deploy::detail::WidthSearch<Network>;
constexpr std::array<std::size_t, 5> layers{0, 1, 3, 4, 5};

struct Case {
    Network model;
    std::vector<std::array<double, 36>> rows{40};
    std::vector<std::uint8_t> labels;

    explicit Case(std::uint64_t seed) {
        model.initialise(seed);
        Random random(seed);
        Network::Workspace scratch;
        for (auto& row : rows) {
            for (double& value : row) value = random.normal<double>();
            labels.push_back(model.predict(row, scratch));  // so that float is always right
        }
    }
    [[nodiscard]] Rows<double, 36> all() const { return rows; }
    [[nodiscard]] Dataset<double, 36> data() const { return {rows, labels}; }
};

/// By hand: rows of half or whole bytes, and nine bytes for each filter.
std::size_t bytes_of(const Widths& widths) {
    constexpr std::array<std::size_t, 5> filters{4, 4, 12, 8, 3}, taps{9, 9, 16, 12, 8};
    std::size_t bytes = 0;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const std::size_t row = widths[layers[i]] == 4 ? (taps[i] + 1) / 2 : taps[i];
        bytes += filters[i] * (row + 9);
    }
    return bytes;
}

std::vector<Widths> assignments() {
    std::vector<Widths> all;
    for (unsigned mask = 0; mask < 32; ++mask) {
        Widths widths{};
        for (std::size_t i = 0; i < layers.size(); ++i) widths[layers[i]] = (mask >> i & 1) != 0 ? 8 : 4;
        all.push_back(widths);
    }
    return all;
}

}  // namespace

TEST_CASE("choose_widths: for a size, within 1.5 decibels of the best of all assignments") {
    for (const std::uint64_t seed : {1u, 2u, 3u}) {
        const Case one(seed);
        const Search search(one.model, one.all());
        for (const std::size_t budget : {500u, 540u, 570u, 620u, 1000u}) {
            Choice choice;
            REQUIRE(deploy::choose_widths(one.model, one.all(), deploy::SizeTarget{budget}, choice) ==
                    Status::ok);
            REQUIRE(choice.bytes == bytes_of(choice.widths));
            REQUIRE(choice.bytes <= budget);
            double best = 0;
            for (const Widths& widths : assignments()) {
                if (bytes_of(widths) > budget) continue;
                best = max(best, search.decibels(search.noise(widths)));
            }
            CAPTURE(seed, budget, best);
            REQUIRE(choice.decibels > best - 1.5);
        }
    }
}

TEST_CASE("choose_widths: for a noise, within a tenth of the smallest of all assignments") {
    const Case one(1);
    const Search search(one.model, one.all());
    for (const double target : {14.0, 18.0, 22.0, 30.0}) {
        Choice choice;
        REQUIRE(deploy::choose_widths(one.model, one.all(), deploy::NoiseTarget{target}, choice) ==
                Status::ok);
        REQUIRE(choice.decibels >= target);
        std::size_t least = 10000;
        for (const Widths& widths : assignments()) {
            if (search.decibels(search.noise(widths)) >= target) least = min(least, bytes_of(widths));
        }
        CAPTURE(target, least);
        REQUIRE(choice.bytes * 10 <= least * 11);
    }
}

TEST_CASE("choose_widths: for an accuracy, judged by labels") {
    const Case one(2);
    Choice none, some;
    REQUIRE(deploy::choose_widths(one.model, one.data(), deploy::AccuracyTarget{0}, none) == Status::ok);
    REQUIRE(deploy::choose_widths(one.model, one.data(), deploy::AccuracyTarget{100}, some) == Status::ok);
    const Search search(one.model, one.all());
    REQUIRE(deploy::detail::right_answers(search.rounded(none.widths), one.data()) == one.rows.size());
    REQUIRE(some.bytes == bytes_of(Widths{4, 4, 0, 4, 4, 4, 0}));
    REQUIRE(none.bytes > some.bytes);
}

TEST_CASE("choose_widths: the layer that four bits would spoil keeps eight") {
    Case one(3);
    double* const dense = one.model.weights().data() + Architecture::first_weight[4];
    for (std::size_t unit = 0; unit < 8; ++unit)
        dense[12 * unit] = 30;  // beside it the others round to nothing
    Choice choice;
    REQUIRE(deploy::choose_widths(one.model, one.all(), deploy::SizeTarget{560}, choice) == Status::ok);
    REQUIRE(choice.widths[4] == 8);
}

TEST_CASE("choose_widths: layers within a layer share its width, and count") {
    using Block = nn::Residual<nn::Path<nn::Dense<nn::DenseConfig{.units = 6}>>>;
    using Blocks = nn::Sequential<nn::Shape(6), Block, nn::Dense<nn::DenseConfig{.units = 2}>>;
    nn::Network<double, Blocks> model;
    model.initialise(1);
    const std::vector<std::array<double, 6>> rows{{1, 2, 3, 4, 5, 6}, {-1, 0, 1, 0, -1, 0}};
    deploy::WidthChoice<Blocks> choice;
    REQUIRE(deploy::choose_widths(model, Rows<double, 6>(rows), deploy::SizeTarget{200}, choice) ==
            Status::ok);
    REQUIRE(choice.widths == nn::Widths<Blocks>{8, 8});
    REQUIRE(choice.bytes == 6 * 15 + 2 * 15);
    REQUIRE(deploy::choose_widths(model, Rows<double, 6>(rows), deploy::SizeTarget{101}, choice) ==
            Status::ok);
    REQUIRE(choice.widths == nn::Widths<Blocks>{4, 4});
    REQUIRE(choice.bytes == 6 * 12 + 2 * 12);
    using Narrow = nn::WithWidths<Blocks, nn::Widths<Blocks>{4, 8}>;
    STATIC_REQUIRE(std::is_same_v<
                   Narrow::Description<0>,
                   nn::Residual<nn::Path<nn::RoundedWeights<nn::Dense<nn::DenseConfig{.units = 6}>, 4>>>>);
}

TEST_CASE("choose_widths: what it returns is an architecture, and prints as one") {
    constexpr Widths widths{4, 8, 0, 4, 8, 8, 0};
    using Mixed = nn::WithWidths<Architecture, widths>;
    STATIC_REQUIRE(
        std::is_same_v<Mixed::Description<0>, nn::RoundedWeights<Architecture::Description<0>, 4>>);
    STATIC_REQUIRE(std::is_same_v<Mixed::Description<1>, Architecture::Description<1>>);
    STATIC_REQUIRE(Mixed::classifies);
    STATIC_REQUIRE(sizeof(nn::Network<std::int8_t, Mixed, isa::Portable>) <
                   sizeof(nn::Network<std::int8_t, Architecture, isa::Portable>));
    std::ostringstream text;
    deploy::write_architecture<
        nn::Sequential<nn::Shape(4), nn::Dense<nn::DenseConfig{.units = 2}>, nn::Softmax>>(text, {4, 0});
    REQUIRE(text.str() ==
            "mote::nn::WithWidths<mote::nn::Sequential<\n    mote::nn::Shape{1, 1, 4},\n    mote::nn::Dense<"
            "mote::nn::DenseConfig{.units = 2, .activation = mote::nn::Activation::none}>,\n    "
            "mote::nn::Softmax>, std::array{4, 0}>");
}

TEST_CASE("choose_widths: refuses what cannot be, and changes nothing") {
    Case one(1);
    Choice choice;
    choice.bytes = 7;
    const auto refused = [&](Rows<double, 36> rows, auto target, Status status) {
        return deploy::choose_widths(one.model, rows, target, choice) == status && choice.bytes == 7;
    };
    REQUIRE(refused(one.all(), deploy::SizeTarget{100}, Status::capacity_full));
    REQUIRE(refused(one.all(), deploy::NoiseTarget{200}, Status::capacity_full));
    REQUIRE(refused({}, deploy::SizeTarget{1000}, Status::too_few_rows));
    const double nan = std::numeric_limits<double>::quiet_NaN();
    REQUIRE(refused(one.all(), deploy::NoiseTarget{nan}, Status::bad_parameter));
    REQUIRE(deploy::choose_widths(one.model, one.data(), deploy::AccuracyTarget{-1}, choice) ==
            Status::bad_parameter);
    one.rows[3][2] = nan;
    REQUIRE(refused(one.all(), deploy::SizeTarget{1000}, Status::not_finite));
    REQUIRE(choice.bytes == 7);
}
