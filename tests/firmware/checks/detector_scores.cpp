// SPDX-License-Identifier: MIT
// Detectors of floats, fitted and asked on this board: their scores are within one part in 10,000 of those of
// the same detectors of doubles. So two boards differ by two parts at most, however they round and contract.
#include <array>
#include <cstddef>
#include <new>

#include "mote/anomaly/copod.hpp"
#include "mote/anomaly/ecod.hpp"
#include "mote/anomaly/gaussian_mixture_detector.hpp"
#include "mote/anomaly/hbos.hpp"
#include "mote/anomaly/k_means_distance.hpp"
#include "mote/anomaly/k_nearest_distance.hpp"
#include "mote/anomaly/local_outlier_factor.hpp"
#include "mote/anomaly/one_class_svm.hpp"
#include "mote/core/random.hpp"
#include "tests/firmware/check.hpp"
#if __has_include(<Eigen/Core>)
#include "mote/anomaly/mahalanobis.hpp"
#include "mote/anomaly/pca_reconstruction.hpp"
#endif

namespace {

constexpr std::size_t features = 4, count = 32;
template <class T>
using RowsOf = std::array<std::array<T, features>, count>;

/// Multiples of 1/1024, which both kinds of numbers hold; two features lean on each other.
template <class T>
RowsOf<T> rows() {
    RowsOf<T> result{};
    mote::Random random(5);
    for (auto& row : result) {
        for (T& value : row) value = static_cast<T>(random.below(1024)) / 1024;
        row[1] = (row[0] + row[1]) / 2;
    }
    return result;
}

constinit RowsOf<float> single_rows{};
constinit RowsOf<double> double_rows{};

/// One after the other are all here: together they would leave no stack on the smallest board.
alignas(double) constinit std::array<std::byte, 6144> memory{};

template <class Single, class Double>
bool agree() {
    struct Pair {
        Single single;
        Double twice;
    };
    static_assert(sizeof(Pair) <= sizeof(memory) && alignof(Pair) <= alignof(double));
    auto& [single, twice] = *new (memory.data()) Pair{};
    if (single.fit(single_rows) != mote::Status::ok || twice.fit(double_rows) != mote::Status::ok)
        return false;
    double largest = 0, gap = 0;
    for (std::size_t n = 0; n < count; ++n) {
        const double expected = twice.score(double_rows[n]);
        largest = mote::max(largest, mote::abs(expected));
        gap = mote::max(gap, mote::abs(static_cast<double>(single.score(single_rows[n])) - expected));
    }
    return largest > 0 && gap <= 1e-4 * largest;
}

template <class T>
using Near = mote::KNearestDistance<T, features, count>;
template <class T>
using Sparse = mote::LocalOutlierFactor<T, features, count, 5>;
template <class T>
using Surface = mote::OneClassSvm<T, features, count, mote::OneClassSvmConfig{.nu = 0.3, .tolerance = 1e-5}>;
template <class T>
using Density = mote::GaussianMixtureDetector<T, features, 1, mote::Covariance::full,
                                              mote::GaussianMixtureConfig{.starts = 1, .iterations = 5}>;

template <class T>
using Bins = mote::Hbos<T, features, 7>;
template <class T>
using Tails = mote::Ecod<T, features, 16>;
template <class T>
using Corners = mote::Copod<T, features, 16>;
template <class T>
using Centres = mote::KMeansDistance<T, features, 3>;

}  // namespace

int main() {
    single_rows = rows<float>();
    double_rows = rows<double>();
    mote::firmware::Checks checks;
    checks.expect(agree<Near<float>, Near<double>>(), "KNearestDistance");
    checks.expect(agree<Sparse<float>, Sparse<double>>(), "LocalOutlierFactor");
    checks.expect(agree<Surface<float>, Surface<double>>(), "OneClassSvm");
    checks.expect(agree<Density<float>, Density<double>>(), "GaussianMixtureDetector");
    checks.expect(agree<Bins<float>, Bins<double>>(), "Hbos");
    checks.expect(agree<Tails<float>, Tails<double>>(), "Ecod");
    checks.expect(agree<Corners<float>, Corners<double>>(), "Copod");
    checks.expect(agree<Centres<float>, Centres<double>>(), "KMeansDistance");
#if __has_include(<Eigen/Core>)
    checks.expect(agree<mote::Mahalanobis<float, features>, mote::Mahalanobis<double, features>>(),
                  "Mahalanobis");
    checks.expect(
        agree<mote::PcaReconstruction<float, features, 2>, mote::PcaReconstruction<double, features, 2>>(),
        "PcaReconstruction");
#endif
    return checks.result();
}
