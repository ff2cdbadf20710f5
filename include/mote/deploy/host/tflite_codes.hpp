// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <string>

/// The names of TensorFlow Lite's operators and the types of its tensors. For the host only.
/// Source  TensorFlow Lite's schema, version 3, whose numbers are those below.
namespace mote::deploy::tflite {

enum class Type : std::uint8_t { float32 = 0, int32 = 2, uint8 = 3, int64 = 4, int16 = 7, int8 = 9 };

/// The operators that are read.
enum class Code : std::int32_t {
    add = 0,
    average_pool_2d = 1,
    concatenation = 2,
    conv_2d = 3,
    depthwise_conv_2d = 4,
    dequantize = 6,
    fully_connected = 9,
    logistic = 14,
    max_pool_2d = 17,
    mul = 18,
    relu = 19,
    relu6 = 21,
    reshape = 22,
    softmax = 25,
    svdf = 27,
    tanh = 28,
    pad = 34,
    batch_to_space = 37,
    space_to_batch = 38,
    transpose = 39,
    mean = 40,
    sub = 41,
    squeeze = 43,
    lstm = 44,
    strided_slice = 45,
    padv2 = 60,
    slice = 65,
    transpose_conv = 67,
    expand_dims = 70,
    reduce_max = 82,
    leaky_relu = 98,
    elu = 111,
    quantize = 114,
    hard_swish = 117,
    gelu = 150
};

struct Named {
    Code code;
    const char* name;
};

/// What is read, and what else a model may well have, for its error.
inline constexpr Named supported[] = {{Code::add, "ADD"},
                                      {Code::average_pool_2d, "AVERAGE_POOL_2D"},
                                      {Code::batch_to_space, "BATCH_TO_SPACE_ND"},
                                      {Code::concatenation, "CONCATENATION"},
                                      {Code::conv_2d, "CONV_2D"},
                                      {Code::depthwise_conv_2d, "DEPTHWISE_CONV_2D"},
                                      {Code::dequantize, "DEQUANTIZE"},
                                      {Code::elu, "ELU"},
                                      {Code::expand_dims, "EXPAND_DIMS"},
                                      {Code::fully_connected, "FULLY_CONNECTED"},
                                      {Code::gelu, "GELU"},
                                      {Code::hard_swish, "HARD_SWISH"},
                                      {Code::leaky_relu, "LEAKY_RELU"},
                                      {Code::logistic, "LOGISTIC"},
                                      {Code::max_pool_2d, "MAX_POOL_2D"},
                                      {Code::mean, "MEAN"},
                                      {Code::mul, "MUL"},
                                      {Code::pad, "PAD"},
                                      {Code::padv2, "PADV2"},
                                      {Code::quantize, "QUANTIZE"},
                                      {Code::reduce_max, "REDUCE_MAX"},
                                      {Code::relu, "RELU"},
                                      {Code::relu6, "RELU6"},
                                      {Code::reshape, "RESHAPE"},
                                      {Code::slice, "SLICE"},
                                      {Code::softmax, "SOFTMAX"},
                                      {Code::space_to_batch, "SPACE_TO_BATCH_ND"},
                                      {Code::squeeze, "SQUEEZE"},
                                      {Code::strided_slice, "STRIDED_SLICE"},
                                      {Code::sub, "SUB"},
                                      {Code::svdf, "SVDF"},
                                      {Code::tanh, "TANH"},
                                      {Code::transpose, "TRANSPOSE"},
                                      {Code::transpose_conv, "TRANSPOSE_CONV"},
                                      {Code::lstm, "UNIDIRECTIONAL_SEQUENCE_LSTM"}};
inline constexpr Named unsupported[] = {{Code{32}, "CUSTOM"},
                                        {Code{35}, "RNN"},
                                        {Code{36}, "GATHER"},
                                        {Code{42}, "DIV"},
                                        {Code{47}, "EXP"},
                                        {Code{49}, "SPLIT"},
                                        {Code{53}, "CAST"},
                                        {Code{54}, "PRELU"},
                                        {Code{55}, "MAXIMUM"},
                                        {Code{57}, "MINIMUM"},
                                        {Code{74}, "SUM"},
                                        {Code{75}, "SQRT"},
                                        {Code{76}, "RSQRT"},
                                        {Code{83}, "PACK"},
                                        {Code{88}, "UNPACK"},
                                        {Code{92}, "SQUARE"},
                                        {Code{99}, "SQUARED_DIFFERENCE"},
                                        {Code{101}, "ABS"},
                                        {Code{119}, "WHILE"},
                                        {Code{126}, "BATCH_MATMUL"},
                                        {Code{129}, "CALL_ONCE"},
                                        {Code{142}, "VAR_HANDLE"}};

constexpr bool is_supported(Code code) {
    return std::ranges::find(supported, code, &Named::code) != std::end(supported);
}

inline std::string name(Code code) {
    for (const Named& entry : supported) {
        if (entry.code == code) return entry.name;
    }
    for (const Named& entry : unsupported) {
        if (entry.code == code) return entry.name;
    }
    return "builtin operator " + std::to_string(static_cast<std::int32_t>(code));
}

}  // namespace mote::deploy::tflite
