// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
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

// Their polynomial is not that of the specification: floats of every size, infinities and NaN among them.
TEST_CASE("kernels: Avx2 keeps the curves of recurrent layers within their bounds") {
    if (!(__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))) return;
    double sigmoid_gap = 0, tanh_gap = 0;
    std::size_t unknown = 0, lost = 0;
    for (std::uint32_t high = 0; high < 1u << 17; ++high) {  // 2,048 of each exponent
        std::array<float, 8> x, sigmoids, tanhs;
        for (std::uint32_t i = 0; i < 8; ++i) x[i] = std::bit_cast<float>((high << 15) + i * 4099u % 32768u);
        sigmoids = tanhs = x;
        mote::kernels::sigmoids<mote::isa::Avx2>(sigmoids);
        mote::kernels::tanhs<mote::isa::Avx2>(tanhs);
        for (std::size_t i = 0; i < 8; ++i) {
            if (std::isnan(x[i])) {
                ++unknown;
                lost += !(std::isnan(sigmoids[i]) && std::isnan(tanhs[i]));
                continue;
            }
            const double exact = static_cast<double>(x[i]);
            const double sigmoid = 1 / (1 + std::exp(-exact)) - static_cast<double>(sigmoids[i]);
            sigmoid_gap = std::max(sigmoid_gap, std::abs(sigmoid));
            tanh_gap = std::max(tanh_gap, std::abs(std::tanh(exact) - static_cast<double>(tanhs[i])));
        }
    }
    CAPTURE(sigmoid_gap, tanh_gap);
    CHECK(sigmoid_gap < 1.2e-7);
    CHECK(tanh_gap < 2.4e-7);
    CHECK(unknown > 4000);
    CHECK(lost == 0);
    std::array<float, 1> nothing{0};
    mote::kernels::tanhs<mote::isa::Avx2>(nothing);
    CHECK(nothing[0] == 0);
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
