// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <utility>

/// What a microphone's samples sound like in 20 ms: their power in 16 bands that are as wide as the ear's, in
/// steps of 1.5 dB from 0 (nothing) to 63.
class MelLevels {
public:
    static constexpr std::size_t bands = 16, samples = 512, hop = 441;
    static constexpr double rate = 22050;  // samples a second, as the synthesiser delivers them
    using Frame = std::array<std::uint8_t, bands>;

    MelLevels() {
        for (std::size_t i = 0; i < edges_.size(); ++i) {  // from 100 Hz to 8 kHz, evenly in mel
            const double mel = 150 + (2840 - 150) * static_cast<double>(i) / (bands + 1);
            edges_[i] = 700 * (std::pow(10, mel / 2595) - 1) * samples / rate;
        }
    }

    Frame operator()(std::span<const double, samples> x) const {
        std::array<std::complex<double>, samples> spectrum{};
        for (std::size_t i = 0; i < samples; ++i) {
            spectrum[i] =
                x[i] * (0.5 - 0.5 * std::cos(2 * std::numbers::pi * static_cast<double>(i) / samples));
        }
        transform(spectrum);
        Frame levels{};
        for (std::size_t band = 0; band < bands; ++band) {
            const double low = edges_[band], middle = edges_[band + 1], high = edges_[band + 2];
            double power = 1e-6;
            for (auto k = static_cast<std::size_t>(low) + 1; static_cast<double>(k) < high; ++k) {
                const double at = static_cast<double>(k);
                const double share =
                    at < middle ? (at - low) / (middle - low) : (high - at) / (high - middle);
                power += share * std::norm(spectrum[k]);
            }
            const double steps = (10 * std::log10(power) + 40) / 1.5;
            levels[band] = static_cast<std::uint8_t>(std::clamp(std::lround(steps), 0L, 63L));
        }
        return levels;
    }

private:
    /// Cooley and Tukey's fast Fourier transform, in place.
    static void transform(std::span<std::complex<double>> x) {
        for (std::size_t i = 1, j = 0; i < x.size(); ++i) {  // to bit-reversed order
            std::size_t bit = x.size() / 2;
            for (; j & bit; bit /= 2) j ^= bit;
            j ^= bit;
            if (i < j) std::swap(x[i], x[j]);
        }
        for (std::size_t size = 2; size <= x.size(); size *= 2) {
            for (std::size_t k = 0; k < size / 2; ++k) {
                const auto turn = std::polar(
                    1.0, -2 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(size));
                for (std::size_t i = k; i < x.size(); i += size) {
                    const auto odd = turn * x[i + size / 2];
                    x[i + size / 2] = x[i] - odd;
                    x[i] += odd;
                }
            }
        }
    }

    std::array<double, bands + 2> edges_{};  // in multiples of rate / samples
};
