// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>

#include "core/phase/fixed_points.h"
#include "core/phase/orbit.h"
#include "tests/reference/circuits.h"

using namespace kappascope;

/// The census against the known fixed points of published networks and circuits.
class ReferenceFixedPointsTest : public QObject {
    Q_OBJECT

private slots:
    void publishedNetworks_data() {
        QTest::addColumn<QString>("file");
        for (const auto& [file, network] : reference::networks().at("networks").items())
            if (network.contains("fixed_points")) QTest::newRow(file.c_str()) << QString::fromStdString(file);
    }
    void publishedNetworks() {
        QFETCH(QString, file);
        const auto& known = reference::networks().at("networks").at(file.toStdString());
        const auto network = io::load(reference::networkFile(file.toStdString())).network;
        const reduction::ExactReduction reduction(network);
        for (const auto& entry : known.at("fixed_points")) {
            const auto flow = reduction.at(reference::vector(entry.at("u")), network->defaultGains());
            const auto census = phase::findFixedPoints(*flow);
            const auto& points = entry.at("points");
            QVERIFY(census.proven);
            QCOMPARE(census.indexSum, 1);
            QCOMPARE(census.points.size(), points.size());
            std::vector<Eigen::VectorXd> list;
            for (const auto& point : points) {
                const Eigen::VectorXd kappa = reference::vector(point.at("kappa"));
                list.push_back(kappa);
                const auto found = std::find_if(census.points.begin(), census.points.end(), [&](const auto& p) {
                    return (p.kappa - kappa).cwiseAbs().maxCoeff() < 1e-8;
                });
                QVERIFY(found != census.points.end());
                QVERIFY(found->residual < 1e-10);
                QCOMPARE(std::string(phase::name(found->kind)), point.at("kind").get<std::string>());
                for (const auto& value : point.at("eig")) {
                    const std::complex<double> expected(value[0], value[1]);
                    QVERIFY(std::any_of(found->eigenvalues.begin(), found->eigenvalues.end(),
                                        [&](const auto& v) { return std::abs(v - expected) < 1e-6; }));
                }
            }
            // The proof holds for the published list, and for no list that lacks a point.
            QVERIFY(phase::proveComplete(*flow, list).proven);
            for (std::size_t removed = 0; removed < list.size(); ++removed) {
                auto shorter = list;
                shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(removed));
                QVERIFY(!phase::proveComplete(*flow, shorter).proven);
            }
        }
    }

    void circuits() {
        for (const auto& entry : reference::circuits().at("cases")) {
            const auto circuit = reference::circuit(entry.at("circuit"));
            const auto flow =
                reduction::meanFieldFlow(circuit, reference::vector(entry.at("input")),
                                         reference::vector(entry.at("gains")), entry.at("noise_variance"));
            const auto census = phase::findFixedPoints(*flow);
            const auto& points = entry.at("fixed_points");
            QCOMPARE(census.points.size(), points.size());
            bool critical = false;
            for (const auto& point : points) {
                const bool degenerate = std::abs(point.at("eig")[0][0].get<double>()) < 1e-6;
                critical = critical || degenerate;
                const Eigen::VectorXd kappa = reference::vector(point.at("kappa"));
                const auto found = std::find_if(census.points.begin(), census.points.end(), [&](const auto& p) {
                    return (p.kappa - kappa).cwiseAbs().maxCoeff() < (degenerate ? 1e-3 : 1e-6);
                });
                QVERIFY(found != census.points.end());
                QCOMPARE(found->unstableDirections, point.at("unstable_directions").get<int>());
                QCOMPARE(found->kind == phase::FixedPointKind::degenerate, degenerate);
                for (std::size_t k = 0; k < point.at("eig").size(); ++k)
                    QVERIFY(std::any_of(found->eigenvalues.begin(), found->eigenvalues.end(), [&](const auto& v) {
                        return std::abs(v.real() - point["eig"][k][0].template get<double>()) < 1e-5 &&
                               std::abs(std::abs(v.imag()) - point["eig"][k][1].template get<double>()) < 1e-5;
                    }));
            }
            QCOMPARE(census.proven, !critical);
        }
    }

    void rotationHasItsCycle() {
        const auto& known = reference::circuits().at("limit_cycle");
        const auto circuit = reference::circuit(known.at("circuit"));
        const auto flow = reduction::meanFieldFlow(circuit, Eigen::VectorXd::Zero(1), Eigen::VectorXd::Ones(1));
        const auto cycles = phase::findLimitCycles(*flow, phase::findFixedPoints(*flow));
        QCOMPARE(cycles.size(), std::size_t{1});
        const double period = known.at("period_in_tau");
        const double radius = known.at("radius");
        QVERIFY(std::abs(cycles[0].period / period - 1) < 1e-4);
        for (int r = 0; r < 2; ++r) {
            QVERIFY(std::abs(cycles[0].maximum[r] - radius) < 1e-4);
            QVERIFY(std::abs(cycles[0].minimum[r] + radius) < 1e-4);
        }
        QVERIFY(cycles[0].stable);
    }
};

KAPPASCOPE_REFERENCE_MAIN(ReferenceFixedPointsTest)
#include "tst_reference_fixed_points.moc"
