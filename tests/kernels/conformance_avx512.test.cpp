// SPDX-License-Identifier: MIT
#include "tests/kernels/conformance_float_layers.hpp"
#include "tests/kernels/conformance_forests.hpp"
#include "tests/kernels/conformance_gates.hpp"
#include "tests/kernels/conformance_vectors.hpp"
#include "tests/kernels/geometries.hpp"
#include "tests/support/catch.hpp"

TEST_CASE("kernels: Avx512Vnni keeps to the specification") {
    if (!(__builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
          __builtin_cpu_supports("avx512vnni"))) {
        WARN("this processor lacks the set: not run");
        return;
    }
    using Isa = mote::isa::Avx512Vnni;
    STATIC_REQUIRE(std::is_same_v<Isa, mote::isa::Native>);
    mote::testing::Conformance report;
    mote::testing::check_all_vectors<Isa>(report);
    mote::testing::check_forests<Isa>(report);
    mote::testing::check_gates<Isa>(report);
    mote::testing::check_float_layers<Isa>(report);
    mote::testing::check_small_conv<Isa>(report);
    mote::testing::check_small_depthwise<Isa>(report);
    mote::testing::check_four_bits<Isa>(report);
    mote::testing::check_large_conv<Isa>(report);
    mote::testing::check_large_depthwise<Isa>(report);
    mote::testing::check_int16<Isa>(report);
    CAPTURE(report.first_failure, report.first_detail);
    REQUIRE(report.checks > 5000);
    REQUIRE(report.failures == 0);
}
