// SPDX-License-Identifier: MIT
#include "tests/support/catch.hpp"

#if __has_include(<Eigen/Core>)

#define EIGEN_NO_MALLOC
#include "mote/core/eigen.hpp"

TEST_CASE("eigen: a view of a vector is the vector's own memory") {
    const Eigen::Vector3f column(1, 2, 3);
    const auto sample = mote::view(column);
    STATIC_REQUIRE(std::same_as<decltype(sample), const std::span<const float, 3>>);
    REQUIRE(sample.data() == column.data());
    REQUIRE(sample[2] == 3);
    const Eigen::RowVector2d row(4, 5);
    REQUIRE(mote::view(row)[1] == 5);
}

TEST_CASE("eigen: what has no fixed length, is no vector or is not contiguous has no view") {
    STATIC_REQUIRE(mote::FixedSizeVector<Eigen::Vector4f>);
    STATIC_REQUIRE_FALSE(mote::FixedSizeVector<Eigen::VectorXf>);
    STATIC_REQUIRE_FALSE(mote::FixedSizeVector<Eigen::Matrix2f>);
    STATIC_REQUIRE_FALSE(mote::FixedSizeVector<decltype(Eigen::Matrix2f{}.row(0))>);
    constexpr auto takes_temporary = []<class V>(V*) {
        return requires {
            mote::view(V{});
        };
    };
    STATIC_REQUIRE_FALSE(takes_temporary(static_cast<Eigen::Vector3f*>(nullptr)));
}

TEST_CASE("eigen: arithmetic on our arrays, in place") {
    std::array<float, 3> values = {1, 2, 2};
    const std::array<float, 3> ones = {1, 1, 1};
    REQUIRE(mote::as_vector(values).norm() == 3);
    mote::as_vector(values) += mote::as_vector(ones);
    REQUIRE(values == std::array<float, 3>{2, 3, 3});
    REQUIRE(mote::as_vector(values).dot(mote::as_vector(ones)) == 8);
}

TEST_CASE("eigen: matrices are row after row") {
    std::array<double, 6> values = {1, 2, 3, 4, 5, 6};
    auto matrix = mote::as_matrix<2, 3>(std::span(values));
    REQUIRE(matrix(0, 2) == 3);
    REQUIRE(matrix(1, 0) == 4);
    matrix(1, 2) = 60;
    REQUIRE(values[5] == 60);
    const auto product = (matrix * Eigen::Vector3d(1, 0, 0)).eval();
    REQUIRE(product == Eigen::Vector2d(1, 4));
    REQUIRE(mote::as_matrix<6, 1>(std::span<const double, 6>(values))(1, 0) == 2);
}

#else

TEST_CASE("eigen: skipped, Eigen is not installed") {
    SUCCEED();
}

#endif
