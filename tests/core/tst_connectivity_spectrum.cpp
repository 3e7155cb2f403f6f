// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>

#include "core/error.h"
#include "core/linalg/decompositions.h"
#include "core/linalg/eigenvalues.h"
#include "core/reduction/spectrum.h"
#include "core/statistics/moments.h"
#include "tests/core/fixtures.h"

using namespace kappascope;
using Complex = std::complex<double>;

namespace {

/// The largest distance from any of `wanted` to what is nearest to it among `found`.
double farthest(const Eigen::VectorXcd& found, const std::vector<Complex>& wanted) {
    double worst = 0;
    for (const Complex& each : wanted) worst = std::max(worst, (found.array() - each).abs().minCoeff());
    return worst;
}

network::Network fullRank(const Eigen::MatrixXd& j) {
    network::Network network;
    network.networkClass = network::NetworkClass::fullRank;
    network.scaling = network::Scaling::none;
    network.connectivity = j;
    network.inputWeights = Eigen::MatrixXd::Ones(j.rows(), 1);
    network.outputWeights = Eigen::MatrixXd::Ones(j.rows(), 1);
    return network;
}

}  // namespace

/// Eigenvalues and singular values of a connectivity, and moments of loadings, against closed forms.
class ConnectivitySpectrumTest : public QObject {
    Q_OBJECT

private slots:
    void eigenvaluesOfACirculant() {
        // A ring of N units, each driving the next with a and itself with d: d + a exp(2 pi i k / N).
        for (const int size : {1, 2, 3, 4, 7, 64, 201}) {
            Eigen::MatrixXd ring = Eigen::MatrixXd::Zero(size, size);
            std::vector<Complex> wanted;
            for (int k = 0; k < size; ++k) {
                ring(k, k) += 0.25;
                ring((k + 1) % size, k) += 0.8;
                wanted.push_back(0.25 + 0.8 * std::exp(Complex(0, 2 * std::numbers::pi * k / size)));
            }
            const auto found = linalg::eigenvalues(ring);
            QCOMPARE(found.size(), size);
            QVERIFY2(farthest(found, wanted) < 1e-12, qPrintable(QString::number(size)));
            for (int k = 1; k < size; ++k) QVERIFY(found[k - 1].real() >= found[k].real());
        }
    }

    void eigenvaluesOfASimilarMatrix() {
        // Known ones, real and in pairs, hidden by a random change of coordinates.
        Random random(8, Stream::loadings);
        constexpr int size = 60;
        Eigen::MatrixXd blocks = Eigen::MatrixXd::Zero(size, size);
        std::vector<Complex> wanted;
        for (int k = 0; k < size; k += 2) {
            const double a = random.normal(), b = k % 4 == 0 ? random.normal() : 0;
            blocks(k, k) = a;
            blocks(k + 1, k + 1) = b == 0 ? -a / 2 : a;
            blocks(k, k + 1) = b;
            blocks(k + 1, k) = -b;
            wanted.emplace_back(a, b);
            wanted.emplace_back(b == 0 ? -a / 2 : a, -b);
        }
        const Eigen::MatrixXd change =
            Eigen::MatrixXd::Identity(size, size) + 0.05 * tests::normals(random, size, size);
        Eigen::MatrixXd inverse;
        QVERIFY(linalg::invert(change, inverse));
        const auto found = linalg::eigenvalues(change * blocks * inverse);
        QVERIFY(farthest(found, wanted) < 1e-9);
        QVERIFY(std::abs(found.sum() - blocks.trace()) < 1e-9);
    }

    void leadingOnesAreThoseOfTheWhole() {
        Random random(3, Stream::loadings);
        constexpr int size = 300;
        Eigen::MatrixXd matrix = 0.3 / std::sqrt(size) * tests::normals(random, size, size);
        for (int k = 0; k < 4; ++k) {
            const Eigen::MatrixXd mode = tests::normals(random, size, 1);
            matrix += (k % 2 ? -1.0 : 1.0) * (1.0 + 0.4 * k) / mode.squaredNorm() * mode * mode.transpose();
        }
        const auto whole = linalg::eigenvalues(matrix);
        const auto leading = linalg::leadingEigenvalues(matrix, 4);
        QCOMPARE(leading.size(), 4);
        for (const Complex& each : leading) QVERIFY((whole.array() - each).abs().minCoeff() < 1e-7);
        QVERIFY(leading.cwiseAbs().minCoeff() > 0.5);  // outside of the bulk
    }

    void wrongMatricesAreRefused() {
        const auto code = [](const auto& act) {
            try {
                act();
            } catch (const Error& error) {
                return error.code();
            }
            return ErrorCode::outOfMemory;
        };
        std::stop_source stop;
        stop.request_stop();
        const Eigen::MatrixXd square = Eigen::MatrixXd::Identity(9, 9);
        Eigen::MatrixXd broken = square;
        broken(2, 3) = std::nan("");
        QCOMPARE(code([] { linalg::eigenvalues(Eigen::MatrixXd::Zero(3, 4)); }), ErrorCode::wrongShape);
        QCOMPARE(code([&] { linalg::eigenvalues(broken); }), ErrorCode::notFinite);
        QCOMPARE(code([&] { linalg::eigenvalues(square, stop.get_token()); }), ErrorCode::stopped);
        QCOMPARE(code([&] { linalg::leadingEigenvalues(square, 8); }), ErrorCode::badOption);
        QCOMPARE(code([&] { linalg::leadingEigenvalues(square, 2, stop.get_token()); }), ErrorCode::stopped);
    }

    void lowRankSpectrumIsThatOfTheWholeMatrix() {
        for (const auto scaling : {network::Scaling::overN, network::Scaling::none}) {
            auto network = *tests::randomNetwork(90, 3);
            network.scaling = scaling;
            const auto spectrum = reduction::spectrumOf(network);
            QCOMPARE(spectrum.eigenvalues.size(), 3);
            QVERIFY(!spectrum.bulkRadius);
            const Eigen::MatrixXd j = network.couplingScale() * network.m * network.n.transpose();
            const double size = j.norm();
            const auto whole = linalg::eigenvalues(j);
            for (const Complex& each : spectrum.eigenvalues)
                QVERIFY((whole.array() - each).abs().minCoeff() < 1e-9 * size);
            // Of J, without the decomposition: their squares add up to |J|^2, and each solves det(J^T J - s^2) = 0.
            QCOMPARE(spectrum.singularValues.size(), 3);
            QVERIFY(std::abs(spectrum.singularValues.norm() - size) < 1e-9 * size);
            const auto squares = linalg::symmetricEigenvalues(j.transpose() * j);
            for (int k = 0; k < 3; ++k)
                QVERIFY(std::abs(std::sqrt(squares[89 - k]) - spectrum.singularValues[k]) < 1e-7 * size);
        }
    }

    void theBulkFillsItsCircle() {
        // Independent entries of variance g^2 / N fill a disc of radius g (circular law).
        Random random(5, Stream::loadings);
        constexpr int units = 400;
        constexpr double g = 0.7;
        const auto spectrum =
            reduction::spectrumOf(fullRank(g / std::sqrt(units) * tests::normals(random, units, units)));
        QVERIFY(spectrum.whole && spectrum.eigenvalues.size() == units);
        QVERIFY(std::abs(*spectrum.bulkRadius - g) < 0.02);
        QVERIFY(spectrum.eigenvalues.cwiseAbs().maxCoeff() < 1.15 * g);
        // Uniform on the disc: half of them within g / sqrt(2).
        const auto inner = (spectrum.eigenvalues.cwiseAbs().array() < g / std::numbers::sqrt2).count();
        QVERIFY(std::abs(static_cast<double>(inner) / units - 0.5) < 0.06);
        // The largest singular value of such a matrix is 2 g.
        QCOMPARE(spectrum.singularValues.size(), reduction::shownSingularValues);
        QVERIFY(std::abs(spectrum.singularValues[0] - 2 * g) < 0.1);
    }

    void momentsAreThoseOfTheGroups() {
        Eigen::MatrixXd rows(6, 2);
        rows << 1, 2, 2, 4, 3, 6, -1, 3, 1, 1, 0, 5;
        const auto groups = statistics::momentsBy(rows, {0, 0, 0, 1, 1, 2}, 3);
        QCOMPARE(groups[0].rows, 3);
        QVERIFY((groups[0].mean - Eigen::Vector2d(2, 4)).norm() < 1e-14);
        QVERIFY(std::abs(groups[0].covariance(0, 1) - 4.0 / 3) < 1e-14);
        QVERIFY(std::abs(groups[0].correlation(0, 1) - 1) < 1e-14 && std::abs(groups[0].slope(1, 0) - 2) < 1e-14);
        QVERIFY(std::abs(groups[1].correlation(1, 0) + 1) < 1e-14 && std::abs(groups[1].slope(1, 0) + 1) < 1e-14);
        QCOMPARE(groups[2].slope(1, 0), 0.0);
        QCOMPARE(groups[2].correlation(0, 1), 0.0);
        QVERIFY((statistics::momentsOf(rows).mean - rows.colwise().mean().transpose()).norm() < 1e-14);
        QVERIFY_THROWS_EXCEPTION(Error, statistics::momentsBy(rows, {0, 0}, 1));
    }

    void redrawnRowsHaveTheMoments() {
        Random random(2, Stream::loadings);
        constexpr int units = 20000;
        Eigen::MatrixXd rows = tests::normals(random, units, 3);
        std::vector<int> labels;
        for (int k = 0; k < units; ++k) {
            labels.push_back(k % 3 == 0 ? 1 : 0);
            rows(k, 1) += (labels.back() ? 1.5 : -0.8) * rows(k, 0);
            rows(k, 2) += labels.back();
        }
        const auto groups = statistics::momentsBy(rows, labels, 2);
        const auto redrawn = statistics::redraw(groups, labels, 7);
        const auto again = statistics::momentsBy(redrawn, labels, 2);
        for (std::size_t p = 0; p < 2; ++p) {
            // Five standard errors of a mean and of a covariance.
            const double error = 5 / std::sqrt(static_cast<double>(groups[p].rows));
            QVERIFY((again[p].mean - groups[p].mean).cwiseAbs().maxCoeff() < error * 2);
            QVERIFY((again[p].covariance - groups[p].covariance).cwiseAbs().maxCoeff() < error * 6);
        }
        QVERIFY(redrawn == statistics::redraw(groups, labels, 7) && redrawn != statistics::redraw(groups, labels, 8));
    }
};

QTEST_GUILESS_MAIN(ConnectivitySpectrumTest)
#include "tst_connectivity_spectrum.moc"
