// SPDX-License-Identifier: MIT
// Written by neighbours_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

inline constexpr int iris_uniform_l2_right = 29;
inline constexpr int wine_uniform_l2_right = 36;
inline constexpr std::array<double, 36> wine_uniform_l2_share_of_class_1{
    {0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.8, 0.6, 0.8, 1.0, 1.0, 1.0,
     1.0, 0.8, 1.0, 1.0, 0.8, 1.0, 1.0, 1.0, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0}};
inline constexpr int breast_cancer_uniform_l2_right = 109;
inline constexpr int digits_uniform_l2_right = 349;
inline constexpr std::array<double, 20> diabetes_uniform_l2_estimates{
    {186.8, 141.2, 129.6, 160.4, 112.2, 106.2, 158.2, 116.0, 174.4, 96.4,
     95.6,  83.2,  117.2, 163.0, 74.8,  100.6, 127.6, 92.2,  115.8, 110.0}};
inline constexpr int iris_distance_l2_right = 29;
inline constexpr int wine_distance_l2_right = 36;
inline constexpr std::array<double, 36> wine_distance_l2_share_of_class_1{{0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.8340060915573696,
                                                                           0.5811462547729407,
                                                                           0.8047804573502237,
                                                                           1.0,
                                                                           1.0,
                                                                           1.0,
                                                                           1.0,
                                                                           0.8421437159275634,
                                                                           1.0,
                                                                           1.0,
                                                                           0.8106326191921187,
                                                                           1.0,
                                                                           1.0,
                                                                           1.0,
                                                                           0.16322294672706283,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0}};
inline constexpr int breast_cancer_distance_l2_right = 109;
inline constexpr int digits_distance_l2_right = 351;
inline constexpr std::array<double, 20> diabetes_distance_l2_estimates{
    {187.56934864662648, 140.23295397164537, 130.3005287941679,  160.812051150631,   109.96159649509518,
     104.84842828595995, 157.81929058382067, 116.40765066061337, 169.75926329232368, 94.28520462293294,
     96.73426492086573,  86.06848435438441,  117.67621201566993, 163.02892102046144, 75.72718197882939,
     100.28153407004906, 124.15348474266523, 92.13357068974844,  110.30737522271883, 110.37353673173581}};
inline constexpr int iris_distance_l1_right = 29;
inline constexpr int wine_distance_l1_right = 35;
inline constexpr std::array<double, 36> wine_distance_l1_share_of_class_1{{0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.1696489491647053,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.8103113914059111,
                                                                           0.3704259816848932,
                                                                           0.617250953269965,
                                                                           1.0,
                                                                           1.0,
                                                                           1.0,
                                                                           1.0,
                                                                           0.6360194350623615,
                                                                           0.8047744250879244,
                                                                           1.0,
                                                                           0.8042390839764394,
                                                                           1.0,
                                                                           0.8311663762760733,
                                                                           1.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0,
                                                                           0.0}};
inline constexpr int breast_cancer_distance_l1_right = 110;
inline constexpr int digits_distance_l1_right = 351;
inline constexpr std::array<double, 20> diabetes_distance_l1_estimates{
    {183.87807251288837, 134.79365629542468, 128.7084657669297,  189.04797605435812, 89.55434692429021,
     126.62412468838602, 113.90408754548824, 127.41794246655145, 202.17311091352678, 75.457323929405,
     102.94678771407716, 101.80806480518127, 108.23442567645023, 162.41048699508534, 72.56861563021806,
     100.13865820544225, 158.5676438084891,  118.87050459701014, 111.85919758779328, 116.77268233751191}};

}  // namespace reference
