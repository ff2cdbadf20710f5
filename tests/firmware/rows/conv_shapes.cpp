// SPDX-License-Identifier: MIT
// board: m0 large
// Convolutions of the shapes for which other libraries are measured, int8, ReLU; 3x3 with 'same' padding.
#include "tests/firmware/layer_row.hpp"

using mote::firmware::report_conv;
using mote::testing::same;

int main() {
    int failed = 0;
    failed |= report_conv<same({32, 32, 3}, 16, {3, 3})>("conv3x3_32x32x3_16", /*seed=*/21);
    failed |= report_conv<same({32, 32, 16}, 16, {3, 3})>("conv3x3_32x32x16_16", /*seed=*/23);
    failed |= report_conv<same({32, 32, 16}, 32, {3, 3, 2, 2})>("conv3x3_stride2_32x32x16_32", /*seed=*/25);
    failed |= report_conv<same({16, 16, 32}, 64, {3, 3, 2, 2})>("conv3x3_stride2_16x16x32_64", /*seed=*/27);
    failed |= report_conv<same({32, 32, 16}, 32, {1, 1, 2, 2})>("conv1x1_stride2_32x32x16_32", /*seed=*/29);
    failed |= report_conv<same({16, 16, 32}, 64, {1, 1, 2, 2})>("conv1x1_stride2_16x16x32_64", /*seed=*/31);
    failed |= report_conv<same({48, 48, 8}, 16, {1, 1})>("conv1x1_48x48x8_16", /*seed=*/33);
    failed |= report_conv<same({6, 6, 128}, 128, {1, 1})>("conv1x1_6x6x128_128", /*seed=*/35);
    failed |= report_conv<same({3, 3, 256}, 256, {1, 1})>("conv1x1_3x3x256_256", /*seed=*/37);
    return failed;
}
