# SPDX-License-Identifier: MIT
"""How TensorFlow Lite's integer kernels multiply by a real number, for the scripts in this folder that read them."""
import math


def half_up(numerator, shift):
    """numerator / 2^shift, ties away from zero."""
    half = 1 << (shift - 1) if shift else 0
    return (abs(numerator) + half >> shift) * (1 if numerator >= 0 else -1)


def multiplier(real):
    fraction, exponent = math.frexp(real)
    whole = int(math.floor(fraction * 2**31 + 0.5))
    return (whole // 2, exponent + 1) if whole == 2**31 else (whole, exponent)


def rescale(x, factor):
    """By a multiplier(): doubling high multiply, ties up, then a rounding shift, ties away from zero."""
    m, shift = factor
    high = ((int(x) << max(shift, 0)) * m + (1 << 30)) >> 31
    return half_up(high, max(-shift, 0))
