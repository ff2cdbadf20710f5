// SPDX-License-Identifier: MIT
// How near KMeans comes to the best of ten starts of scikit-learn on handwritten figures: 4,000 images of 28
// x 28 as their first 16 principal components, 10 clusters. Takes the folder that holds
// train4000_images_u8.bin, the first 4,000 rows of MNIST's test file, which are not in this repository:
//
//     inertia <folder>
//
// Prints both inertias and their ratio; fails above 1.01.
#include <Eigen/Eigenvalues>
#include <array>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "mote/cluster/k_means.hpp"
#include "mote/cluster/mini_batch_k_means.hpp"

namespace {

constexpr int images = 4000, pixels = 784;
constexpr std::size_t components = 16, clusters = 10;
using Row = std::array<float, components>;

/// inertia.py
constexpr double reference = 4390196290.0;

std::vector<Row> principal_components(const std::vector<std::uint8_t>& bytes) {
    using Bytes = Eigen::Matrix<std::uint8_t, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    Eigen::MatrixXd x = Eigen::Map<const Bytes>(bytes.data(), images, pixels).cast<double>();
    const Eigen::RowVectorXd mean = x.colwise().mean();
    x.rowwise() -= mean;
    const Eigen::MatrixXd covariance = x.transpose() * x / (images - 1);
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance);
    const Eigen::MatrixXd y = x * solver.eigenvectors().rightCols(components);
    std::vector<Row> rows(images);
    for (int n = 0; n < images; ++n) {
        for (std::size_t k = 0; k < components; ++k) {
            rows[static_cast<std::size_t>(n)][k] = static_cast<float>(y(n, static_cast<int>(k)));
        }
    }
    return rows;
}

template <class Model>
double inertia(const char* name, const std::vector<Row>& rows) {
    const auto model = std::make_unique<Model>();
    if (model->fit(rows) != mote::Status::ok) return 0;
    double sum = 0;
    for (const Row& row : rows) {
        const auto distance = static_cast<double>(model->transform(row)[model->predict(row)]);
        sum += distance * distance;
    }
    std::printf("%s,%.0f,%.0f,%.5f\n", name, sum, reference, sum / reference);
    return sum;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::uint8_t> bytes(images * pixels);
    std::ifstream file(argc == 2 ? argv[1] + std::string("/train4000_images_u8.bin") : "", std::ios::binary);
    if (!file.read(reinterpret_cast<char*>(bytes.data()), images * pixels)) {
        std::fputs("usage: inertia <folder with train4000_images_u8.bin>\n", stderr);
        return 2;
    }
    const auto rows = principal_components(bytes);
    std::puts("model,inertia,scikit-learn,ratio");
    inertia<mote::MiniBatchKMeans<float, components, clusters>>("MiniBatchKMeans", rows);
    return inertia<mote::KMeans<float, components, clusters>>("KMeans", rows) < 1.01 * reference ? 0 : 1;
}
