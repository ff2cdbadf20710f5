// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"
#include "mote/core/sample.hpp"
#include "mote/core/status.hpp"

namespace mote {

struct SpectralResidualConfig {
    std::size_t window = 64;    // points transformed, a power of two, the extrapolated ones among them
    std::size_t compared = 21;  // points before the newest that its saliency is compared with
    std::size_t ahead = 5;      // extrapolated points, and the slopes they are extrapolated by
};

template <SpectralResidualConfig Config>
concept valid_spectral_residual_config = Config.window >= 8 && Config.window <= 4096 &&
                                         (Config.window & (Config.window - 1)) == 0 && Config.ahead > 0 &&
                                         Config.compared > 0 && Config.compared + Config.ahead < Config.window
                                         && 2 * Config.ahead + 2 <= Config.window;

/// Does the newest sample catch the eye? What the spectrum of a window has in common with its own
/// neighbourhood is taken out of it; turned back, what is left shows where the window is salient.
///
/// Shapes  x: [1]. score(): scalar, at least -1.
/// Units   x: any. Score: how many times its neighbours' mean the saliency of x is, less one; at most 2^20.
/// Errors  update() refuses a non-finite x. The score of such an x is 0, as is that of a flat window and
///         every score before window - ahead samples. Samples count as at most 2^60 in size.
/// Memory  window scalars; score() takes 2 * window more of the stack. Time O(window log window).
/// Source  Ren et al. 2019, Time-series anomaly detection service at Microsoft, KDD: 3009-3017, equations
///         (1) to (9). Deviations: the average of the log spectrum is over three frequencies around each,
///         in a ring; the extrapolation leaves the newest sample out (as its authors' program does), or a
///         spike would hide behind its own; a window is scaled to its largest value first, and 2^-20 keeps
///         logarithms finite.
template <FloatingScalar T, SpectralResidualConfig Config = SpectralResidualConfig{}>
requires valid_spectral_residual_config<Config>
class SpectralResidual {
public:
    using Scalar = T;
    using Sample = mote::Sample<T, 1>;
    using Score = T;
    static constexpr std::size_t features = 1;

    [[nodiscard]] constexpr T score(Sample x) const {
        if (!ready() || !all_finite(x)) return 0;
        Signal signal = window_with(limited(x[0]));
        if (!scale(signal.real)) return 0;
        transform(signal);
        take_average_out(signal);
        transform(signal);  // of the conjugate: turned back in time, with the same magnitudes
        const T saliency = magnitude(signal, at_newest);
        T usual = 0;
        for (std::size_t k = 1; k <= Config.compared; ++k) usual += magnitude(signal, at_newest - k);
        usual /= static_cast<T>(Config.compared);
        return usual > 0 ? min((saliency - usual) / usual, T(0x1p20)) : 0;  // (9)
    }

    constexpr Status update(Sample x) {
        if (!all_finite(x)) return Status::not_finite;
        past_[next_] = limited(x[0]);
        next_ = next_ + 1 == past ? 0 : next_ + 1;
        if (seen_ < past) ++seen_;
        return Status::ok;
    }

    constexpr T observe(Sample x) {
        const T result = score(x);
        update(x);
        return result;
    }

    constexpr void reset() { *this = SpectralResidual(); }

    [[nodiscard]] constexpr bool ready() const { return seen_ == past; }

private:
    static constexpr std::size_t window = Config.window;
    static constexpr std::size_t at_newest = window - Config.ahead - 1;
    static constexpr std::size_t past = at_newest;  // samples before the newest
    static constexpr T pi = static_cast<T>(3.14159265358979323846);

    struct Signal {
        std::array<T, window> real{}, imaginary{};
    };

    [[nodiscard]] static constexpr T limited(T x) { return clamp(x, T(-0x1p60), T(0x1p60)); }

    /// The past, x, and where the mean slope of the last points before x would take the series, again and
    /// again: (6) to (8).
    [[nodiscard]] constexpr Signal window_with(T x) const {
        Signal signal{};
        for (std::size_t k = 0; k < past; ++k) signal.real[k] = past_[(next_ + k) % past];
        signal.real[at_newest] = x;
        const std::size_t last = at_newest - 1;
        T slope = 0;
        for (std::size_t k = 1; k <= Config.ahead; ++k) {
            slope += (signal.real[last] - signal.real[last - k]) / static_cast<T>(k * Config.ahead);
        }
        const T next = signal.real[last - Config.ahead + 1] + slope * static_cast<T>(Config.ahead);
        for (std::size_t k = at_newest + 1; k < window; ++k) signal.real[k] = next;
        return signal;
    }

    [[nodiscard]] static constexpr bool scale(std::array<T, window>& values) {
        T largest = 0;
        for (T value : values) largest = max(largest, abs(value));
        bool flat = true;
        for (T value : values) flat = flat && value == values[0];
        if (flat) return false;
        for (T& value : values) value /= largest;
        return true;
    }

    /// (1) to (4): the phase stays, the logarithm of the amplitude loses its average. Conjugates on the way.
    static constexpr void take_average_out(Signal& signal) {
        std::array<T, window> logs{};
        for (std::size_t k = 0; k < window; ++k) logs[k] = log(magnitude(signal, k) + T(0x1p-20));
        for (std::size_t k = 0; k < window; ++k) {
            const T average = (logs[(k + window - 1) % window] + logs[k] + logs[(k + 1) % window]) / 3;
            const T factor = exp(-average);
            signal.real[k] *= factor;
            signal.imaginary[k] *= -factor;
        }
    }

    [[nodiscard]] static constexpr T magnitude(const Signal& signal, std::size_t k) {
        return sqrt(signal.real[k] * signal.real[k] + signal.imaginary[k] * signal.imaginary[k]);
    }

    /// The Fourier transform, in place.
    /// Source  Cooley and Tukey 1965, Mathematics of Computation 19(90):297-301, radix 2.
    static constexpr void transform(Signal& signal) {
        for (std::size_t i = 1, j = 0; i < window; ++i) {  // into the order of reversed bits
            std::size_t bit = window / 2;
            for (; j & bit; bit /= 2) j ^= bit;
            j ^= bit;
            if (i >= j) continue;
            std::swap(signal.real[i], signal.real[j]);
            std::swap(signal.imaginary[i], signal.imaginary[j]);
        }
        for (std::size_t half = 1; half < window; half *= 2) {
            for (std::size_t start = 0; start < window; start += 2 * half) combine(signal, start, half);
        }
    }

    static constexpr void combine(Signal& signal, std::size_t start, std::size_t half) {
        for (std::size_t k = 0; k < half; ++k) {
            const std::size_t turn = k * (window / 2 / half);
            const std::size_t a = start + k, b = a + half;
            const T real = signal.real[b] * cosines[turn] + signal.imaginary[b] * sines[turn];
            const T imaginary = signal.imaginary[b] * cosines[turn] - signal.real[b] * sines[turn];
            signal.real[b] = signal.real[a] - real;
            signal.imaginary[b] = signal.imaginary[a] - imaginary;
            signal.real[a] += real;
            signal.imaginary[a] += imaginary;
        }
    }

    template <class Function>
    static constexpr std::array<T, window / 2> half_turn(Function function) {
        std::array<T, window / 2> table{};
        for (std::size_t k = 0; k < window / 2; ++k) {
            table[k] = function(2 * pi * static_cast<T>(k) / static_cast<T>(window));
        }
        return table;
    }
    static constexpr auto cosines = half_turn([](T angle) { return cos(angle); });
    static constexpr auto sines = half_turn([](T angle) { return sin(angle); });

    std::array<T, past> past_{};
    std::uint32_t next_ = 0;  // where the next sample goes, over the oldest
    std::uint32_t seen_ = 0;
};

}  // namespace mote
