// Written by mote::deploy::write_header from a trained network.
#pragma once

#include <array>
#include <cstdint>

#include "mote/nn/network.hpp"

namespace int16_network {

// clang-format off
using Architecture = mote::nn::Sequential<
    mote::nn::Shape{6, 1, 2},
    mote::nn::ZeroPadding1D<1, 0>,
    mote::nn::Conv1D<mote::nn::Conv1DConfig{.filters = 3, .kernel = 2, .stride = 1, .dilation = 1, .padding = mote::nn::Padding::valid, .activation = mote::nn::Activation::none}>,
    mote::nn::Elementwise<mote::nn::LeakyReluCurve<mote::nn::Slope{1.0000000000000000e-02}>>,
    mote::nn::Residual<mote::nn::Path<mote::nn::DepthwiseConv1D<mote::nn::Depthwise1DConfig{.multiplier = 1, .kernel = 3, .stride = 1, .dilation = 1, .padding = mote::nn::Padding::causal, .activation = mote::nn::Activation::none}>>, mote::nn::Path<>, mote::nn::Activation::none>,
    mote::nn::TransposedConv1D<mote::nn::TransposedConfig{.filters = 2, .kernel = 2, .stride = 2, .padding = mote::nn::Padding::valid, .activation = mote::nn::Activation::none}>,
    mote::nn::ReLU,
    mote::nn::MaxPool1D<mote::nn::Pool1DConfig{.size = 2, .stride = 0, .padding = mote::nn::Padding::valid}>,
    mote::nn::Flatten,
    mote::nn::Dense<mote::nn::DenseConfig{.units = 4, .activation = mote::nn::Activation::none}>,
    mote::nn::Elementwise<mote::nn::TanhCurve>,
    mote::nn::Dense<mote::nn::DenseConfig{.units = 3, .activation = mote::nn::Activation::none}>,
    mote::nn::Softmax>;

inline constexpr mote::nn::QuantizedWeights<Architecture, std::int16_t> weights = {{3.041984019e-05f}, {3.051757812e-05f}, {{{{
    127, -21, 116, 90, 78, -57, 127, -46, -82, 71, 87, 127}, {
    0, 0, 0}, {{
    1834924544, 1282236088, 1890357817}, {
    -8, -7, -8}, -32768, 32767, 0}}, {{{1144682752, 1}, {1465193984, -6}}, {{{{{
    -3, -75, 102, 127, -127, 44, -90, -120, 127}, {
    0, 0, 0}, {{
    1574613438, 1304539665, 1375091834}, {
    -7, -7, -7}, -32768, 32767, 0}}, {}}, {{}}, {{{{1593533857, -1}, {1073741824, 0}, }}, {{
    2116698433}, {
    -14}, -32768, 32767}}}, {{{
    -127, 94, 91, -1, 45, 16, -127, -86, 43, -65, 69, 52}, {
    0, 0}, {{
    1968021908, 1951374743}, {
    -7, -7}, -32768, 32767, 0}}, {{{1766716366, 1}}, {{{{{
    85, 125, 85, -7, -46, -89, 99, 30, 127, -1, 43, -84, 82, 22, -115, 127, -106, 71, -14, 98, -70,
    -39, 35, 54, 113, -45, -69, 111, 99, 20, -32, -69, 1, -127, -69, -38, -95, -126, -58, -86, -127,
    -41, -127, -50, -60, 109, -81, -124}, {
    0, 0, 0, 0}, {{
    1180057314, 1145549753, 1143566774, 2065093793}, {
    -7, -7, -7, -8}, -32768, 32767, 0}}, {{{18240, 16}}, {{{
    127, -44, -114, 97, -91, 34, 127, -105, 20, -127, -5, -115}, {
    0, 0, 0}, {{
    1885693664, 1211710246, 1107321610}, {
    -7, -6, -6}, -32768, 32767, 0}}, {{{1350868040, -2}}, {}}}}}}}}}}}}}};

/// In flash, packed for the target that this is compiled for.
inline constexpr mote::nn::Network<std::int16_t, Architecture> model{weights};

/// model.forward(golden_input) is golden_output on every target.
inline constexpr std::array<std::int16_t, 12> golden_input = {
    -28927, 21184, -543, -7602, -5821, -15686, -31141, -14362, -18631, 30634, -14054, 15603};
inline constexpr std::array<std::int16_t, 3> golden_output = {
    10743, 7547, 14478};
// clang-format on

}  // namespace int16_network
