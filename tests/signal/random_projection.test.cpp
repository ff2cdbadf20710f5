// SPDX-License-Identifier: MIT
#include "mote/signal/random_projection.hpp"

#include <cmath>
#include <limits>

#include "tests/contracts/transformer.hpp"
#include "tests/support/catch.hpp"

using mote::RandomProjection;

namespace {

template <class T, std::size_t N>
constexpr T squared_length(const std::array<T, N>& values) {
    T sum = 0;
    for (const T value : values) sum += value * value;
    return sum;
}

constexpr std::array<double, 4> unit = {0, 0, 1, 0};

}  // namespace

// Four outputs: each is half the sum with its signs.
TEST_CASE("RandomProjection: worked by hand") {
    constexpr RandomProjection<double, 4, 4> projection;
    constexpr auto outputs = projection.transform(unit);
    STATIC_REQUIRE(squared_length(outputs) == 1);
    constexpr auto sums = projection.transform(std::array<double, 4>{1, 2, 4, 8});
    for (std::size_t k = 0; k < 4; ++k) {
        REQUIRE(outputs[k] == projection.sign(k, 2) * 0.5);
        const int sum = projection.sign(k, 0) + 2 * projection.sign(k, 1) + 4 * projection.sign(k, 2) +
                        8 * projection.sign(k, 3);
        REQUIRE(sums[k] == sum / 2.0);
    }
}

// An output's square is |x|^2 and twice a sum over pairs of +-x_i x_j: their mean has the variance
// 2 / Outputs (|x|^4 - sum of x^4).
TEST_CASE("RandomProjection: squared lengths are right on average, with the variance of theory") {
    std::array<double, 40> x{};
    double fourth_powers = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = 0.1 * static_cast<double>(i) - 1;
        fourth_powers += x[i] * x[i] * x[i] * x[i];
    }
    const double length = squared_length(x);
    const double variance = (length * length - fourth_powers) * 2 / 8;
    constexpr int seeds = 4000;
    double mean = 0, squares = 0;
    for (std::uint64_t seed = 0; seed < seeds; ++seed) {
        const RandomProjection<double, 40, 8> projection(seed);
        const double gap = squared_length(projection.transform(x)) - length;
        mean += gap / seeds;
        squares += gap * gap / seeds;
    }
    REQUIRE(std::abs(mean) < 3 * std::sqrt(variance / seeds));
    REQUIRE(squares == Approx(variance).epsilon(0.1));  // the standard error is 3 %
}

TEST_CASE("RandomProjection: integers give the same sums without the scale") {
    constexpr RandomProjection<std::int16_t, 70, 5> integer(9);
    constexpr RandomProjection<std::int8_t, 70, 5> narrow(9);
    constexpr RandomProjection<double, 70, 5> floating(9);
    std::array<std::int16_t, 70> x{};
    std::array<std::int8_t, 70> small{};
    std::array<double, 70> real{}, small_real{};
    mote::Random random(3);
    for (std::size_t i = 0; i < x.size(); ++i) {
        x[i] = static_cast<std::int16_t>(random.next());
        small[i] = static_cast<std::int8_t>(random.next());
        real[i] = x[i];
        small_real[i] = small[i];
    }
    x[69] = std::numeric_limits<std::int16_t>::min();  // whose negative is no std::int16_t
    real[69] = -32768;
    for (std::size_t k = 0; k < 5; ++k) {
        REQUIRE(integer.transform(x)[k] == Approx(std::sqrt(5) * floating.transform(real)[k]).epsilon(1e-13));
        REQUIRE(narrow.transform(small)[k] ==
                Approx(std::sqrt(5) * floating.transform(small_real)[k]).epsilon(1e-13));
    }
}

TEST_CASE("RandomProjection: seeds differ, and what is not finite stays so") {
    const RandomProjection<float, 64, 8> first(1), again(1), other(2);
    int differences = 0;
    for (std::size_t k = 0; k < 8; ++k) {
        for (std::size_t i = 0; i < 64; ++i) {
            REQUIRE(first.sign(k, i) == again.sign(k, i));
            differences += first.sign(k, i) != other.sign(k, i) ? 1 : 0;
        }
    }
    REQUIRE(std::abs(differences - 256) < 45);  // four deviations of 512 throws of a coin
    std::array<float, 64> x{};
    x[63] = std::numeric_limits<float>::quiet_NaN();
    for (const float value : first.transform(x)) REQUIRE(std::isnan(value));
}

TEST_CASE("RandomProjection: keeps the promises of a transformer") {
    mote::testing::check_transformer<RandomProjection<float, 33, 4>>();
    mote::testing::check_transformer<RandomProjection<std::int16_t, 33, 4>>();
    STATIC_REQUIRE(sizeof(RandomProjection<float, 64, 8>) == 64);
}
