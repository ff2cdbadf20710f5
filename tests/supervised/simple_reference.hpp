// SPDX-License-Identifier: MIT
// Written by simple_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

inline constexpr int iris_nearest_centroid_right = 29;
inline constexpr int wine_nearest_centroid_right = 23;
inline constexpr int breast_cancer_nearest_centroid_right = 100;
inline constexpr int digits_nearest_centroid_right = 317;
inline constexpr std::array<double, 10> ordinary_coefficients{
    {-0.18697599638276163, -19.49264311215234, 5.543009359033514, 1.1016024994225715, -1.1459463046723464,
     0.8460792513248165, 0.22117305041327273, 2.7949726117845244, 73.6847226447994, 0.3418998527471624}};
inline constexpr double ordinary_intercept = -337.2139153884282;
inline constexpr double ordinary_r2 = 0.5190389298798233;
inline constexpr std::array<double, 10> ridge_coefficients{
    {-0.1352567670283838, -17.06411505561206, 5.845589865294286, 1.1119068720559735, 0.050804917004943384,
     -0.2644957041802014, -1.035752332113922, 1.3199039353304176, 36.02203250673715, 0.4062277242682213}};
inline constexpr double ridge_intercept = -213.04207577335896;
inline constexpr double ridge_r2 = 0.5194916858166252;
inline constexpr std::array<double, 5> ordinary_cross_validated_r2{
    {0.429556153825837, 0.5225993866099365, 0.4826805413452817, 0.42649776111040183, 0.5502483366517519}};

}  // namespace reference
