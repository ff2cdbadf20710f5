// SPDX-License-Identifier: MIT
#pragma once

#include "tests/deploy/tflite_builder.hpp"

namespace mote::testing {

/// A temporal convolutional network as Keras's layers leave it, in bytes: causal convolutions, one of them
/// dilated, a dense layer at every step, and of two ways over time the last step and the maximum.
inline ModelBuilder sequence_model() {
    ModelBuilder m;
    using Numbers = std::vector<std::int32_t>;
    const Fields valid{
        {0, scalar(std::uint8_t{1})}, {1, scalar(1)}, {2, scalar(1)}, {3, scalar(std::uint8_t{1})}};
    const auto list = [&](Numbers values) {
        return m.integers("list", {static_cast<std::int32_t>(values.size())}, values);
    };
    const auto bytes = [&](const std::string& name, Numbers shape, float scale, std::int64_t zero) {
        return m.activation(name, std::move(shape), scale, zero);
    };
    m.input = bytes("steps", {1, 10, 3}, 0.02f, -7);
    const auto padded = bytes("padded", {1, 12, 3}, 0.02f, -7),
               lying = bytes("lying", {1, 1, 12, 3}, 0.02f, -7);
    m.add(34, {m.input, m.integers("margins", {3, 2}, {0, 0, 2, 0, 0, 0})}, padded);
    m.add(70, {padded, list({1})}, lying);
    const auto first = bytes("first", {1, 1, 10, 4}, 0.03f, -128),
               flat = bytes("flat", {1, 10, 4}, 0.03f, -128);
    m.add(3, {lying, m.weights("first/w", {4, 1, 3, 3}, 0, 1), m.biases("first/b", 4, 2)}, first, valid);
    m.add(43, {first}, flat);

    const auto apart = bytes("apart", {2, 7, 4}, 0.03f, -128),
               aside = bytes("aside", {2, 1, 7, 4}, 0.03f, -128);
    m.add(38, {flat, list({2}), m.integers("pads", {1, 2}, {4, 0})}, apart);
    m.add(70, {apart, list({1})}, aside);
    const auto sums = bytes("sums", {2, 1, 5, 4}, 0.04f, 3), beside = bytes("beside", {2, 5, 4}, 0.04f, 3);
    m.add(3, {aside, m.weights("wide/w", {4, 1, 3, 4}, 0, 3), m.biases("wide/b", 4, 4)}, sums,
          {{0, scalar(std::uint8_t{1})}, {1, scalar(1)}, {2, scalar(1)}});
    m.add(43, {sums}, beside);
    const auto wide = bytes("wide", {1, 10, 4}, 0.04f, 3), met = bytes("met", {1, 10, 4}, 0.05f, 0);
    m.add(37, {beside, list({2}), m.integers("crops", {1, 2}, {0, 0})}, wide);
    m.add(0, {wide, flat}, met, {{0, scalar(std::uint8_t{0})}});

    const auto gelu = bytes("gelu", {1, 10, 4}, 0.05f, -120), rows = bytes("rows", {10, 4}, 0.05f, -120);
    m.add(150, {met}, gelu, {{0, scalar(std::uint8_t{1})}});
    m.add(22, {gelu, list({-1, 4})}, rows);
    const auto dense = bytes("dense", {10, 3}, 0.04f, -5),
               steps = bytes("dense/steps", {1, 10, 3}, 0.04f, -5);
    m.add(9,
          {rows,
           m.tensor("dense/w", {3, 4}, 9, {90, 200, 30, 5, 240, 17, 100, 66, 1, 127, 180, 222}, {0.005f}, {0},
                    0),
           m.biases("dense/b", 3, 5)},
          dense);
    m.add(22, {dense, list({1, 10, 3})}, steps);
    const auto square = bytes("square", {1, 10, 3}, 0.06f, -128),
               twice = bytes("twice", {1, 10, 3}, 0.12f, -128);
    m.add(18, {steps, steps}, square, {{0, scalar(std::uint8_t{0})}});
    m.add(0, {square, square}, twice, {{0, scalar(std::uint8_t{0})}});

    const auto last = bytes("last", {1, 3}, 0.12f, -128), most = bytes("most", {1, 3}, 0.12f, -128);
    m.add(45, {twice, list({0, -1, 0}), list({0, 0, 0}), list({1, 1, 1})}, last,
          {{0, scalar(5)}, {1, scalar(5)}, {4, scalar(2)}});
    m.add(82, {twice, list({1})}, most);
    const auto both = bytes("both", {1, 6}, 0.12f, -128), y = bytes("y", {1, 2}, 0.05f, 1);
    m.add(2, {last, most}, both, {{0, scalar(-1)}});
    m.add(9, {both, m.weights("y/w", {2, 6}, 0, 6), m.biases("y/b", 2, 7)}, y);
    return m;
}

}  // namespace mote::testing
