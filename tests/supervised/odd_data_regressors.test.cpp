// SPDX-License-Identifier: MIT
#include "mote/supervised/elastic_net.hpp"
#include "mote/supervised/gaussian_process_regression.hpp"
#include "mote/supervised/k_nearest_neighbors_regression.hpp"
#include "mote/supervised/linear_regression.hpp"
#include "mote/supervised/recursive_least_squares.hpp"
#include "mote/supervised/support_vector_regression.hpp"
#include "tests/contracts/odd_data.hpp"

using namespace mote;
using namespace mote::testing;

TEST_CASE("Odd data: regressors") {
    check_odd_regression<LinearRegression<double, 3>>();
    check_odd_regression<Lasso<double, 3>>({}, Lasso<double, 3>(ElasticNetConfig<double>{.alpha = 0.01}));
    check_odd_regression<ElasticNet<double, 3>>(
        {}, ElasticNet<double, 3>(ElasticNetConfig<double>{.alpha = 0.01}));
    check_odd_regression<RecursiveLeastSquares<double, 3>>();
    check_odd_regression<KNearestNeighborsRegression<float, 3, odd_rows, NeighborsConfig{.k = 3}>>();
    check_odd_regression<SupportVectorRegression<float, 3, odd_rows>>(
        {.too_many_rows = Status::capacity_full});
    check_odd_regression<GaussianProcessRegression<float, 3, odd_rows>>(
        {.too_many_rows = Status::capacity_full});
}
