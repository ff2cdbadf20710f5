// SPDX-License-Identifier: MIT
#include <vector>

#include "mote/kernels/recurrent.hpp"
#include "mote/kernels/recurrent_shape.hpp"
#include "mote/kernels/tap_products.hpp"
#include "mote/kernels/x86_avx2_recurrent.hpp"
#include "tests/kernels/conformance_float_layers.hpp"
#include "tests/kernels/conformance_forests.hpp"
#include "tests/kernels/conformance_gates.hpp"
#include "tests/kernels/conformance_vectors.hpp"
#include "tests/kernels/geometries.hpp"
#include "tests/support/catch.hpp"

TEST_CASE("kernels: Avx2 keeps to the specification") {
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) {
        WARN("this processor lacks the set: not run");
        return;
    }
    using Isa = mote::isa::Avx2;
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

// From 256 bytes on the product is taken another way, with a second pass where its first operand holds -128.
TEST_CASE("kernels: Avx2 multiplies long vectors of bytes exactly") {
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) return;
    namespace kernels = mote::kernels;
    mote::Random random(1);
    std::vector<std::int8_t> x(400), y(400);
    for (int lowest : {-127, -128}) {
        for (std::size_t n = 250; n <= x.size(); ++n) {
            for (auto& byte : x) byte = mote::testing::conformance::draw_byte(random, lowest);
            for (auto& byte : y) byte = mote::testing::conformance::draw<std::int8_t>(random);
            const std::span<const std::int8_t> a(x.data(), n), b(y.data(), n);
            CAPTURE(lowest, n);
            REQUIRE(kernels::dot<mote::isa::Avx2>(a, b) == kernels::reference::dot(a.data(), b.data(), n));
            REQUIRE(kernels::dot<mote::isa::Avx2>(b, a) == kernels::reference::dot(a.data(), b.data(), n));
        }
    }
    const std::vector<std::int8_t> lowest(131071, -128);
    REQUIRE(kernels::dot<mote::isa::Avx2>(lowest, lowest) == 131071 * 16384);
}
