// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "core/phase/fixed_points.h"
#include "tests/reference/circuits.h"

using namespace kappascope;

/// The plane of kappa and an input of published networks of rank 1: its points are the known ones of the line.
class ReferencePlanesTest : public QObject {
    Q_OBJECT

private slots:
    void publishedNetworks_data() {
        QTest::addColumn<QString>("file");
        for (const auto& [file, network] : reference::networks().at("networks").items())
            if (network.contains("fixed_points") && network.at("rank") == 1)
                QTest::newRow(file.c_str()) << QString::fromStdString(file);
    }
    void publishedNetworks() {
        QFETCH(QString, file);
        const auto& known = reference::networks().at("networks").at(file.toStdString());
        const auto network = io::load(reference::networkFile(file.toStdString())).network;
        const reduction::ExactReduction reduction(network);
        for (const auto& entry : known.at("fixed_points")) {
            const Eigen::VectorXd u = reference::vector(entry.at("u"));
            const auto& points = entry.at("points");
            for (int input = 0; input < network->inputs(); ++input) {
                const auto plane = reduction.planeAt(input, u, network->defaultGains());
                const auto census = phase::findFixedPoints(*plane);
                QVERIFY(census.proven);
                QCOMPARE(census.indexSum, 1);
                QCOMPARE(census.points.size(), points.size());
                for (const auto& point : points) {
                    const double kappa = reference::vector(point.at("kappa"))[0];
                    const auto found = std::find_if(census.points.begin(), census.points.end(),
                                                    [&](const auto& p) { return std::abs(p.kappa[0] - kappa) < 1e-8; });
                    QVERIFY(found != census.points.end());
                    QVERIFY(std::abs(found->kappa[1] - u[input]) < 1e-9);
                    // Beside the known eigenvalue there is that of v.
                    for (const double expected : {point.at("eig")[0][0].get<double>(), -1.0})
                        QVERIFY(std::min(std::abs(found->eigenvalues[0] - expected),
                                         std::abs(found->eigenvalues[1] - expected)) < 1e-6);
                }
            }
        }
    }
};

KAPPASCOPE_REFERENCE_MAIN(ReferencePlanesTest)
#include "tst_reference_planes.moc"
