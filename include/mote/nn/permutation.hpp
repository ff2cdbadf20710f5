// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>

#include "mote/core/random.hpp"

namespace mote::nn {

/// 0, 1, ... n - 1 in a random order that needs no memory: a Feistel cipher on the next power of four,
/// walked until it lands below n.
/// Source  Black and Rogaway 2002, CT-RSA, section 5 (cycle walking).
class Permutation {
public:
    constexpr Permutation(std::uint32_t n, Random& random) : n_(n) {
        while ((std::uint64_t{1} << 2 * half_bits_) < n) ++half_bits_;
        for (std::uint32_t& key : keys_) key = random.next();
    }

    [[nodiscard]] constexpr std::uint32_t operator()(std::uint32_t i) const {
        do i = encrypt(i);
        while (i >= n_);
        return i;
    }

private:
    [[nodiscard]] constexpr std::uint32_t encrypt(std::uint32_t i) const {
        const std::uint32_t mask = (std::uint32_t{1} << half_bits_) - 1;
        std::uint32_t left = i >> half_bits_, right = i & mask;
        for (const std::uint32_t key : keys_) {
            const std::uint32_t mixed = (right ^ key) * 0x9e3779b1u;
            const std::uint32_t next = left ^ (mixed >> 16 & mask);
            left = right;
            right = next;
        }
        return left << half_bits_ | right;
    }

    std::uint32_t n_;
    unsigned half_bits_ = 1;
    std::array<std::uint32_t, 4> keys_{};
};

}  // namespace mote::nn
