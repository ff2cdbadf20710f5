// SPDX-License-Identifier: MIT
#pragma once

#include "tests/kernels/conformance_layers.hpp"
#include "tests/kernels/geometry.hpp"

/// The layers that every instruction set is run on: those small enough for a board with 16 KB, and those
/// whose sizes reach the blocked inner loops.
namespace mote::testing {

/// Each check below needs less than 4 KB of stack.
template <class Isa>
void check_small_conv(Conformance& report) {
    check_conv<Isa, dense(1, 1)>(report);
    check_conv<Isa, dense(7, 5)>(report);
    check_conv<Isa, dense(16, 3)>(report);
    check_conv<Isa, dense(64, 10)>(report);
    check_conv<Isa, valid({3, 5, 8}, 8, {1, 1})>(report);
    check_conv<Isa, valid({5, 3, 10}, 4, {1, 1})>(report);
    check_conv<Isa, valid({3, 3, 7}, 5, {1, 1})>(report);
    check_conv<Isa, valid({5, 3, 8}, 18, {1, 1})>(report);  // inputs that need not be copied
    check_conv<Isa, valid({3, 3, 40}, 42, {1, 1})>(report);
    check_conv<Isa, valid({5, 6, 3}, 2, {1, 1, 2, 2})>(report);
    check_conv<Isa, valid({5, 6, 1}, 4, {3, 3})>(report);
    check_conv<Isa, same({5, 6, 3}, 4, {3, 3})>(report);
    check_conv<Isa, same({6, 5, 2}, 5, {3, 3, 2, 2})>(report);
    check_conv<Isa, same({4, 4, 8}, 7, {3, 3})>(report);
    check_conv<Isa, same({12, 5, 1}, 8, {10, 4, 2, 2})>(report);
    check_conv<Isa, same({1, 20, 4}, 3, {1, 5})>(report);
    check_conv<Isa, valid({1, 17, 5}, 2, {1, 4, 1, 3})>(report);
    check_conv<Isa, same({7, 7, 4}, 3, {3, 3, 1, 1, 2})>(report);
    check_conv<Isa, valid({1, 15, 3}, 4, {1, 3, 1, 1, 4})>(report);
    check_conv<Isa, same({2, 2, 4}, 4, {5, 5})>(report);
}

template <class Isa>
void check_small_depthwise(Conformance& report) {
    check_depthwise<Isa, valid({3, 3, 1}, 1, {3, 3})>(report);
    check_depthwise<Isa, same({5, 4, 2}, 2, {3, 3})>(report);
    check_depthwise<Isa, same({5, 5, 3}, 3, {3, 3, 2, 2})>(report);
    check_depthwise<Isa, same({6, 5, 4}, 4, {3, 3})>(report);
    check_depthwise<Isa, same({5, 5, 8}, 8, {3, 3})>(report);
    check_depthwise<Isa, valid({5, 6, 8}, 8, {3, 3, 2, 2})>(report);
    check_depthwise<Isa, same({4, 5, 10}, 10, {3, 3})>(report);
    check_depthwise<Isa, same({3, 3, 16}, 16, {3, 3})>(report);
    check_depthwise<Isa, same({5, 5, 4}, 8, {3, 3})>(report);
    check_depthwise<Isa, same({5, 6, 3}, 6, {3, 3, 2, 2})>(report);
    check_depthwise<Isa, same({5, 4, 2}, 8, {3, 3})>(report);
    check_depthwise<Isa, valid({4, 5, 3}, 9, {2, 3})>(report);
    check_depthwise<Isa, same({1, 16, 5}, 5, {1, 5})>(report);
    check_depthwise<Isa, same({1, 19, 6}, 6, {1, 3, 1, 2})>(report);
    check_depthwise<Isa, same({7, 8, 3}, 3, {5, 3})>(report);
    check_depthwise<Isa, same({7, 7, 4}, 4, {3, 3, 1, 1, 2})>(report);
    check_depthwise<Isa, valid({10, 4, 4}, 4, {10, 4})>(report);
    check_depthwise<Isa, valid({3, 4, 8}, 8, {1, 1})>(report);
    check_depthwise<Isa, valid({12, 1, 20}, 20, {5, 1})>(report);  // along time
    check_depthwise<Isa, same({5, 4, 24}, 24, {3, 3, 2, 2})>(report);
    check_depthwise<Isa, same({2, 2, 4}, 4, {5, 5})>(report);
}

/// Weights of four bits: filters and taps that fill no block, windows over edges and in place.
template <class Isa>
void check_four_bits(Conformance& report) {
    check_four_bits<Isa, dense(1, 1)>(report);
    check_four_bits<Isa, dense(7, 5)>(report);
    check_four_bits<Isa, dense(64, 10)>(report);
    check_four_bits<Isa, dense(250, 3)>(report);
    check_four_bits<Isa, valid({3, 5, 8}, 8, {1, 1})>(report);
    check_four_bits<Isa, valid({3, 3, 32}, 5, {1, 1})>(report);
    check_four_bits<Isa, valid({5, 6, 3}, 2, {1, 1, 2, 2})>(report);
    check_four_bits<Isa, same({6, 5, 2}, 5, {3, 3, 2, 2})>(report);
    check_four_bits<Isa, same({4, 4, 8}, 7, {3, 3})>(report);
    check_four_bits<Isa, same({7, 7, 4}, 3, {3, 3, 1, 1, 2})>(report);
    check_four_bits_depthwise<Isa, same({5, 5, 3}, 3, {3, 3, 2, 2})>(report);
    check_four_bits_depthwise<Isa, same({5, 5, 8}, 8, {3, 3})>(report);
    check_four_bits_depthwise<Isa, same({5, 4, 2}, 8, {3, 3})>(report);
}

template <class Isa>
void check_large_conv(Conformance& report) {
    check_conv<Isa, dense(128, 128)>(report);
    check_conv<Isa, dense(65, 33)>(report);
    check_conv<Isa, dense(250, 17)>(report);
    check_conv<Isa, valid({5, 5, 64}, 64, {1, 1})>(report);
    check_conv<Isa, valid({7, 5, 16}, 32, {1, 1, 2, 2})>(report);
    check_conv<Isa, same({9, 8, 16}, 16, {3, 3})>(report);
    check_conv<Isa, same({8, 8, 32}, 33, {3, 3, 2, 2})>(report);
    check_conv<Isa, same({4, 4, 64}, 64, {3, 3})>(report);
    check_conv<Isa, same({10, 10, 3}, 16, {3, 3})>(report);
    check_conv<Isa, same({49, 10, 1}, 64, {10, 4, 2, 2})>(report);
    check_conv<Isa, same({1, 40, 40}, 24, {1, 9})>(report);
}

template <class Isa>
void check_large_depthwise(Conformance& report) {
    check_depthwise<Isa, same({25, 5, 64}, 64, {3, 3})>(report);
    check_depthwise<Isa, same({12, 12, 16}, 16, {3, 3, 2, 2})>(report);
    check_depthwise<Isa, same({12, 12, 8}, 8, {3, 3})>(report);
    check_depthwise<Isa, same({16, 24, 8}, 8, {3, 3, 2, 2})>(report);  // two strips on the M55
    check_depthwise<Isa, same({6, 5, 33}, 33, {3, 3})>(report);
    check_depthwise<Isa, same({6, 6, 20}, 40, {3, 3})>(report);
    check_depthwise<Isa, valid({25, 5, 64}, 64, {25, 5})>(report);
}

/// The 16x8 layers; each check needs less than 6 KB of stack.
template <class Isa>
void check_int16(Conformance& report) {
    check_int16_conv<Isa, dense(1, 1)>(report);
    check_int16_conv<Isa, dense(7, 5)>(report);
    check_int16_conv<Isa, dense(64, 10)>(report);
    check_int16_conv<Isa, dense(523, 3)>(report);  // more products than 32 bits hold
    check_int16_conv<Isa, valid({3, 5, 8}, 8, {1, 1})>(report);
    check_int16_conv<Isa, valid({5, 3, 10}, 4, {1, 1})>(report);
    check_int16_conv<Isa, valid({5, 6, 3}, 2, {1, 1, 2, 2})>(report);
    check_int16_conv<Isa, same({5, 6, 3}, 4, {3, 3})>(report);
    check_int16_conv<Isa, same({6, 5, 2}, 5, {3, 3, 2, 2})>(report);
    check_int16_conv<Isa, same({12, 5, 1}, 8, {10, 4, 2, 2})>(report);
    check_int16_conv<Isa, same({7, 7, 4}, 3, {3, 3, 1, 1, 2})>(report);
    check_int16_conv<Isa, same({2, 2, 4}, 4, {5, 5})>(report);
    check_int16_depthwise<Isa, valid({3, 3, 1}, 1, {3, 3})>(report);
    check_int16_depthwise<Isa, same({5, 5, 3}, 3, {3, 3, 2, 2})>(report);
    check_int16_depthwise<Isa, same({5, 5, 8}, 8, {3, 3})>(report);
    check_int16_depthwise<Isa, same({4, 5, 21}, 21, {3, 3})>(report);
    check_int16_depthwise<Isa, same({5, 6, 3}, 6, {3, 3, 2, 2})>(report);
    check_int16_depthwise<Isa, same({1, 16, 5}, 5, {1, 5})>(report);
    check_int16_depthwise<Isa, same({7, 7, 4}, 4, {3, 3, 1, 1, 2})>(report);
    check_int16_depthwise<Isa, valid({523, 1, 1}, 1, {520, 1})>(report);
    check_int16_add<Isa>(report);
}

}  // namespace mote::testing
