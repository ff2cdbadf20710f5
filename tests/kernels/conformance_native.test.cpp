// SPDX-License-Identifier: MIT
#include "tests/kernels/conformance_forests.hpp"
#include "tests/kernels/conformance_gates.hpp"
#include "tests/kernels/conformance_vectors.hpp"
#include "tests/kernels/geometries.hpp"
#include "tests/support/catch.hpp"

// Whatever the compiler was told to generate code for: Portable, unless an instruction set was asked for.
TEST_CASE("kernels: the native set keeps to the specification") {
    mote::testing::Conformance report;
    mote::testing::check_all_vectors<mote::isa::Native>(report);
    mote::testing::check_forests<mote::isa::Native>(report);
    mote::testing::check_gates<mote::isa::Native>(report);
    mote::testing::check_small_conv<mote::isa::Native>(report);
    mote::testing::check_small_depthwise<mote::isa::Native>(report);
    mote::testing::check_four_bits<mote::isa::Native>(report);
    mote::testing::check_large_conv<mote::isa::Native>(report);
    mote::testing::check_large_depthwise<mote::isa::Native>(report);
    mote::testing::check_int16<mote::isa::Native>(report);
    CAPTURE(report.first_failure, report.first_detail);
    REQUIRE(report.checks > 5000);
    REQUIRE(report.failures == 0);
}
