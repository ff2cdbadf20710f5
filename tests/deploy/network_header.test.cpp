// SPDX-License-Identifier: MIT
#include "mote/deploy/host/network_header.hpp"

#include <fstream>
#include <iterator>

#include "tests/firmware/models/digits_cnn.hpp"
#include "tests/firmware/models/int16_network.hpp"
#include "tests/supervised/split.hpp"
#include "tests/support/catch.hpp"

using namespace mote;

namespace {

std::string file_text(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("write_header: a network that was read back is written the same again") {
    std::ostringstream out;
    deploy::write_header(out, "digits_cnn", digits_cnn::model, std::span(digits_cnn::golden_input));
    REQUIRE(out.str() == file_text(MOTE_TEST_DATA "/../firmware/models/digits_cnn.hpp"));
}

TEST_CASE("write_header: the committed network gives its golden output") {
    decltype(digits_cnn::model)::Workspace scratch;
    REQUIRE(std::ranges::equal(digits_cnn::model.forward(digits_cnn::golden_input, scratch),
                               digits_cnn::golden_output));
    using Portable = nn::Network<std::int8_t, digits_cnn::Architecture, isa::Portable>;
    constexpr Portable portable(digits_cnn::weights);
    Portable::Workspace portable_scratch;
    REQUIRE(std::ranges::equal(portable.forward(digits_cnn::golden_input, portable_scratch),
                               digits_cnn::golden_output));
}

TEST_CASE(
    "write_header: a network with activations of 16 bits is written the same again, and gives its output") {
    std::ostringstream out;
    deploy::write_header(out, "int16_network", int16_network::model, std::span(int16_network::golden_input));
    REQUIRE(out.str() == file_text(MOTE_TEST_DATA "/../firmware/models/int16_network.hpp"));
    decltype(int16_network::model)::Workspace scratch;
    REQUIRE(std::ranges::equal(int16_network::model.forward(int16_network::golden_input, scratch),
                               int16_network::golden_output));
}

TEST_CASE("write_header: the committed network reads 98.9 % of the digits it has not seen") {
    const testing::Split<float, 64> digits("digits");
    decltype(digits_cnn::model)::Workspace scratch;
    std::size_t right = 0;
    for (std::size_t i = 0; i < digits.held_out_rows.size(); ++i) {
        auto pixels = digits.held_out_rows[i];
        for (float& pixel : pixels) pixel /= 16;
        right += digits_cnn::model.predict(pixels, scratch) == digits.held_out_labels[i] ? 1u : 0u;
    }
    REQUIRE(digits.held_out_rows.size() == 360);
    REQUIRE(right == 356);
}

TEST_CASE("write_header: every kind of layer and number survives") {
    using Architecture =
        nn::Sequential<nn::Shape{1, 3, 2}, nn::ReLU, nn::Flatten, nn::Dense<nn::DenseConfig{}>>;
    nn::QuantizedWeights<Architecture> weights;
    weights.input = {0.1f, -128};
    nn::get<0>(weights.layers) = {{{1 << 30}, {-3}, 5, 5, 127}, -7};
    nn::get<2>(weights.layers).weights = {-127, 127, 0, 1, -1, 2};
    nn::get<2>(weights.layers).bias = {-1000000000};
    const nn::Network<std::int8_t, Architecture, isa::Portable> model(weights);
    std::ostringstream out;
    const std::array<std::int8_t, 6> golden{-128, 127, 0, 1, 2, 3};
    deploy::write_header(out, "tiny", model, std::span(golden));
    const std::string text = out.str();
    REQUIRE(text.find("mote::nn::Shape{1, 3, 2}") != std::string::npos);
    REQUIRE(text.find("mote::nn::ReLU,\n    mote::nn::Flatten,\n") != std::string::npos);
    REQUIRE(text.find("{{1.000000015e-01f, -128}, {1.000000000e+00f, 0}, {{{{\n    1073741824}, {\n    -3}, "
                      "5, 5, 127}, "
                      "-7}, {{{{\n    -127, 127, 0, 1, -1, 2}, {\n    -1000000000}, ") != std::string::npos);
    REQUIRE(text.find("golden_input = {\n    -128, 127, 0, 1, 2, 3};") != std::string::npos);
}
