// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>

#include "core/error.h"
#include "core/linalg/decompositions.h"
#include "tests/core/fixtures.h"

using namespace kappascope;

class LinalgTest : public QObject {
    Q_OBJECT

private slots:
    void eigenPairsSolveTheirEquation() {
        Random random(4, Stream::loadings);
        for (int size : {1, 2, 3, 6}) {
            const Eigen::MatrixXd a = tests::normals(random, size, size);
            const auto pairs = linalg::eigenPairs(a);
            for (int k = 0; k < size; ++k) {
                const Eigen::VectorXcd rest =
                    a.cast<std::complex<double>>() * pairs.vectors.col(k) - pairs.values[k] * pairs.vectors.col(k);
                QVERIFY(rest.norm() < 1e-12);
                QVERIFY(std::abs(pairs.vectors.col(k).norm() - 1) < 1e-12);
                if (k > 0) QVERIFY(pairs.values[k - 1].real() >= pairs.values[k].real());
            }
        }
    }

    void symmetricRootSquares() {
        Random random(5, Stream::loadings);
        const Eigen::MatrixXd b = tests::normals(random, 5, 3);
        const Eigen::MatrixXd s = b * b.transpose();  // singular
        const Eigen::MatrixXd root = linalg::symmetricRoot(s);
        QVERIFY((root * root.transpose() - s).norm() < 1e-12 * s.norm());
    }

    void solveAndInvertKnowSingular() {
        Eigen::MatrixXd a(2, 2);
        a << 1, 2, 2, 4;
        Eigen::VectorXd x;
        Eigen::MatrixXd inverse;
        QVERIFY(!linalg::solve(a, Eigen::Vector2d(1, 1), x));
        QVERIFY(!linalg::invert(a, inverse));
        a(1, 1) = 5;
        QVERIFY(linalg::solve(a, Eigen::Vector2d(1, 3), x));
        QVERIFY((a * x - Eigen::Vector2d(1, 3)).norm() < 1e-14);
        QVERIFY(linalg::invert(a, inverse));
        QVERIFY((a * inverse - Eigen::Matrix2d::Identity()).norm() < 1e-14);
    }

    void leadingModesOfAKnownSpectrum_data() {
        QTest::addColumn<int>("size");
        QTest::addColumn<int>("count");
        QTest::newRow("small, whole decomposition") << 20 << 3;
        QTest::newRow("large, iteration") << 240 << 4;
    }
    void leadingModesOfAKnownSpectrum() {
        QFETCH(int, size);
        QFETCH(int, count);
        // Householder reflections are orthogonal: A = H1 diag(s) H2 has singular values s.
        Random random(6, Stream::loadings);
        const Eigen::VectorXd u = tests::normals(random, size, 1).col(0).normalized();
        const Eigen::VectorXd v = tests::normals(random, size, 1).col(0).normalized();
        Eigen::VectorXd s(size);
        for (int k = 0; k < size; ++k) s[k] = k < count ? 5.0 - 0.5 * k : 1.0 / (1 + 0.01 * k);
        const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(size, size);
        const Eigen::MatrixXd a =
            (identity - 2 * u * u.transpose()) * s.asDiagonal() * (identity - 2 * v * v.transpose());
        const auto modes = linalg::leadingModes(a, count);
        for (int k = 0; k < count; ++k) {
            QVERIFY(std::abs(modes.values[k] - s[k]) < 1e-9);
            QVERIFY((a * modes.right.col(k) - s[k] * modes.left.col(k)).norm() < 1e-8);
        }
    }

    void leadingModesRefusesTooMany() {
        try {
            linalg::leadingModes(Eigen::MatrixXd::Identity(4, 4), 5);
            QFAIL("accepted");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::badOption);
        }
    }
};

QTEST_GUILESS_MAIN(LinalgTest)
#include "tst_linalg.moc"
