// SPDX-License-Identifier: MIT
#include "mote/core/generalized_pareto.hpp"

#include <array>
#include <vector>

#include "tests/support/catch.hpp"

using mote::fit_generalized_pareto;
using mote::GeneralizedPareto;

// By hand: a_0 = 2, a_1 = (1 * 1 + 2 * 1/2 + 3 * 0) / 3 = 2/3, shape = 2 - 2 / (2 - 4/3) = -1 and
// scale = 2 * (1 + 1): the uniform law over 0 .. 4, which half of all exceed at 2.
TEST_CASE("GeneralizedPareto: worked example") {
    constexpr std::array excesses{1.0, 2.0, 3.0};
    constexpr auto law = fit_generalized_pareto(std::span<const double>(excesses));
    STATIC_REQUIRE(mote::abs(law.shape + 1) < 1e-15);
    STATIC_REQUIRE(mote::abs(law.scale - 4) < 1e-14);
    STATIC_REQUIRE(mote::abs(law.exceeded_by(0.5) - 2) < 1e-14);
    STATIC_REQUIRE(law.exceeded_by(1.0) == 0);
    // Three more excesses' worth of the assumption that the shape is 0 halve it; the mean stays.
    constexpr auto drawn = fit_generalized_pareto(std::span<const double>(excesses), 3.0);
    STATIC_REQUIRE(mote::abs(drawn.shape + 0.5) < 1e-15);
    STATIC_REQUIRE(mote::abs(drawn.scale / (1 - drawn.shape) - 2) < 1e-15);
}

// generalized_pareto_reference.py: scipy.stats.genpareto.isf.
TEST_CASE("GeneralizedPareto: quantiles are SciPy's") {
    struct Case {
        GeneralizedPareto<double> law;
        std::array<double, 3> quantiles;
    };
    const std::array<Case, 4> cases{{{{2, 0.25}, {1.51365692, 17.2982213, 244.982213}},
                                     {{0.5, -0.4}, {0.302677146, 1.05188835, 1.24502366}},
                                     {{3, 0}, {2.07944154, 13.8155106, 41.4465317}},
                                     {{1, 1e-5}, {0.693149583, 4.60527623, 13.8164649}}}};
    constexpr std::array shares{0.5, 0.01, 1e-6};
    for (const auto& [law, quantiles] : cases) {
        for (std::size_t i = 0; i < shares.size(); ++i) {
            REQUIRE(law.exceeded_by(shares[i]) == Approx(quantiles[i]).epsilon(1e-8));
            const GeneralizedPareto<float> rough{static_cast<float>(law.scale),
                                                 static_cast<float>(law.shape)};
            REQUIRE(static_cast<double>(rough.exceeded_by(static_cast<float>(shares[i]))) ==
                    Approx(quantiles[i]).epsilon(1e-5));
        }
    }
}

TEST_CASE("GeneralizedPareto: no digits are lost where the formula changes") {
    for (const double shape : {0.0199, 0.0201, -0.0199, -0.0201}) {
        const double share = std::exp(-1.0);
        REQUIRE(GeneralizedPareto<double>{1, shape}.exceeded_by(share) ==
                Approx(std::expm1(shape) / shape).epsilon(1e-13));
    }
}

// generalized_pareto_reference.py: twenty quantiles of a law of scale 2, fitted by their mean and half their
// mean difference.
TEST_CASE("GeneralizedPareto: fits are those of the second L-moment") {
    struct Case {
        double shape, fitted_shape, fitted_scale;
    };
    for (const auto& [shape, fitted_shape, fitted_scale] :
         {Case{0.3, 0.345088863, 1.8820388}, Case{0, 0.0821901924, 1.87843887},
          Case{-0.5, -0.399984432, 1.90314857}}) {
        std::array<double, 20> excesses{};
        for (std::size_t j = 0; j < 20; ++j) {
            excesses[j] =
                GeneralizedPareto<double>{2, shape}.exceeded_by((19.35 - static_cast<double>(j)) / 20);
        }
        const auto law = fit_generalized_pareto(std::span<const double>(excesses));
        REQUIRE(law.shape == Approx(fitted_shape).epsilon(1e-8));
        REQUIRE(law.scale == Approx(fitted_scale).epsilon(1e-8));
    }
}

TEST_CASE("GeneralizedPareto: equal excesses are fitted by the uniform law") {
    const std::array<float, 4> equal{5, 5, 5, 5};
    const auto law = fit_generalized_pareto(std::span<const float>(equal));
    REQUIRE(law.shape == -1);
    REQUIRE(law.scale == 10);
}
