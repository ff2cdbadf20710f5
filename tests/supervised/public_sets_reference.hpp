// SPDX-License-Identifier: MIT
// Written by public_sets_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

// Rows answered rightly: mean, standard deviation of one seed.
inline constexpr std::array<double, 2> occupancy_1_tree{{2423.85, 22.7648737}};
inline constexpr std::array<double, 2> occupancy_1_forest{{2529.2, 12.2456341}};
inline constexpr std::array<double, 2> occupancy_1_extra{{2547.4, 18.4101421}};
inline constexpr std::array<double, 2> occupancy_1_boosting{{2493, 0}};
inline constexpr std::array<double, 2> occupancy_2_tree{{9271.65, 95.5798233}};
inline constexpr std::array<double, 2> occupancy_2_forest{{9430.7, 90.2614105}};
inline constexpr std::array<double, 2> occupancy_2_extra{{9416, 43.1251409}};
inline constexpr std::array<double, 2> occupancy_2_boosting{{9202, 0}};
inline constexpr std::array<double, 2> wisdm_tree{{645.5, 11.771956}};
inline constexpr std::array<double, 2> wisdm_forest{{769.5, 9.26462807}};
inline constexpr std::array<double, 2> wisdm_extra{{752.9, 4.97661197}};
inline constexpr std::array<double, 2> wisdm_boosting{{754, 0}};
inline constexpr std::array<double, 2> ai4i_tree{{1964.8, 2.35304953}};
inline constexpr std::array<double, 2> ai4i_forest{{1971.4, 2.54732976}};
inline constexpr std::array<double, 2> ai4i_extra{{1947.5, 1.71593836}};
inline constexpr std::array<double, 2> ai4i_boosting{{1976, 0}};

}  // namespace reference
