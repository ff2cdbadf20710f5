// SPDX-License-Identifier: MIT
// Written by ensembles_reference.py with scikit-learn.
#pragma once

#include <array>

namespace reference {

// R^2 on diabetes, 10 trees; rows answered rightly. Mean, standard deviation of one seed.
inline constexpr std::array<double, 2> diabetes_forest10_r2{{0.380188669, 0.0436644256}};
inline constexpr std::array<double, 2> diabetes_extra10_r2{{0.382913663, 0.0281675946}};
inline constexpr std::array<double, 2> iris_ada_boost_right{{29, 0}};
inline constexpr std::array<double, 2> wine_ada_boost_right{{31, 0}};
inline constexpr std::array<double, 2> breast_cancer_ada_boost_right{{108, 0}};
inline constexpr std::array<double, 2> digits_ada_boost_right{{338.6, 0.547722558}};

}  // namespace reference
