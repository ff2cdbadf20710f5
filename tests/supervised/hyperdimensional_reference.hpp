// SPDX-License-Identifier: MIT
// Written by hyperdimensional_reference.py with numpy.
#pragma once

#include <array>

namespace reference {

inline constexpr int iris_hypervectors_0_right = 26;
inline constexpr std::array<unsigned, 24> iris_hypervectors_0_distances{
    {29, 171, 211, 121, 213, 251, 85, 189, 227, 197, 279, 311,
     49, 151, 199, 60,  138, 220, 56, 152, 234, 35,  147, 219}};
inline constexpr int iris_hypervectors_10_right = 29;
inline constexpr std::array<unsigned, 24> iris_hypervectors_10_distances{
    {29, 173, 204, 121, 215, 246, 85, 191, 222, 197, 275, 312,
     49, 153, 190, 60,  158, 203, 56, 172, 217, 35,  159, 202}};
inline constexpr int wine_hypervectors_0_right = 36;
inline constexpr std::array<unsigned, 24> wine_hypervectors_0_distances{
    {114, 235, 284, 137, 258, 289, 123, 240, 287, 119, 224, 255,
     140, 217, 280, 226, 229, 294, 137, 224, 251, 79,  144, 213}};
inline constexpr int wine_hypervectors_10_right = 36;
inline constexpr std::array<unsigned, 24> wine_hypervectors_10_distances{
    {112, 228, 287, 145, 253, 292, 131, 229, 288, 117, 219, 256,
     144, 210, 287, 218, 218, 295, 135, 215, 252, 89,  135, 218}};
inline constexpr int digits_hypervectors_0_right = 303;
inline constexpr std::array<unsigned, 80> digits_hypervectors_0_distances{
    {83,  189, 178, 169, 150, 146, 166, 167, 158, 126, 176, 150, 175, 148, 185, 177, 161, 194, 169, 131,
     100, 174, 201, 188, 125, 153, 151, 164, 161, 159, 225, 199, 178, 213, 216, 150, 220, 201, 200, 222,
     86,  154, 171, 166, 139, 141, 149, 148, 143, 129, 143, 153, 160, 171, 140, 102, 162, 149, 136, 158,
     120, 216, 201, 184, 165, 153, 171, 202, 175, 157, 195, 177, 174, 185, 190, 136, 198, 179, 174, 188}};
inline constexpr int digits_hypervectors_10_right = 329;
inline constexpr std::array<unsigned, 80> digits_hypervectors_10_distances{
    {78,  189, 169, 175, 152, 147, 163, 173, 150, 145, 175, 146, 180, 156, 179, 168, 174, 198, 167, 132,
     103, 184, 182, 180, 137, 148, 146, 172, 155, 160, 236, 203, 189, 201, 214, 155, 223, 207, 196, 215,
     87,  164, 162, 168, 147, 130, 144, 154, 137, 132, 148, 161, 155, 161, 142, 105, 159, 151, 146, 153,
     115, 202, 188, 190, 177, 152, 182, 212, 169, 164, 202, 189, 183, 175, 198, 147, 201, 187, 172, 183}};

}  // namespace reference
