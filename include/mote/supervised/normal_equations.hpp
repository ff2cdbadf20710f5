// SPDX-License-Identifier: MIT
#pragma once

#include <Eigen/Cholesky>
#include <cstddef>
#include <limits>

#include "mote/core/concepts.hpp"
#include "mote/core/math.hpp"

namespace mote {

/// The order in which Eigen demands that a matrix is kept.
template <std::size_t Rows, std::size_t Columns>
inline constexpr int storage_order = Rows == 1 && (Columns > 1) ? Eigen::RowMajor : Eigen::ColMajor;

/// Eigen's matrices of at most so many rows and columns, on the stack, of a size the compiler does not know:
/// it would unroll what is long.
template <FloatingScalar T, std::size_t Rows, std::size_t Columns>
using BoundedMatrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, storage_order<Rows, Columns>,
                                    static_cast<int>(Rows), static_cast<int>(Columns)>;

/// Replaces B by the solution W of A W = B, where A is symmetric and has no negative eigenvalue; only its
/// lower half is read, and it is overwritten. Where rows of A depend on each other, what adds nothing has
/// weight 0.
///
/// Source  LDL^T with pivoting of A scaled to a unit diagonal; pivots that are lost in rounding count as 0.
template <class A, class B>
void solve_normal_equations(A& a, B& b) {
    using T = typename A::Scalar;
    using Vector = Eigen::Matrix<T, A::RowsAtCompileTime, 1, Eigen::ColMajor, A::MaxRowsAtCompileTime, 1>;
    Vector scale(a.rows());
    for (Eigen::Index i = 0; i < a.rows(); ++i) scale[i] = a(i, i) > 0 ? 1 / mote::sqrt(a(i, i)) : T(0);
    for (Eigen::Index i = 0; i < a.rows(); ++i) {
        for (Eigen::Index j = 0; j <= i; ++j) a(i, j) *= scale[i] * scale[j];
    }
    const Eigen::LDLT<Eigen::Ref<A>> ldlt(a);
    const Vector pivots = ldlt.vectorD();
    const T lost = static_cast<T>(16 * a.rows()) * std::numeric_limits<T>::epsilon();
    for (Eigen::Index k = 0; k < b.cols(); ++k) {
        Vector x = b.col(k).cwiseProduct(scale);
        x = (ldlt.transpositionsP() * x).eval();
        ldlt.matrixL().solveInPlace(x);
        for (Eigen::Index i = 0; i < x.size(); ++i) x[i] = pivots[i] > lost ? x[i] / pivots[i] : T(0);
        ldlt.matrixU().solveInPlace(x);
        x = (ldlt.transpositionsP().transpose() * x).eval();
        b.col(k) = x.cwiseProduct(scale);
    }
}

}  // namespace mote
