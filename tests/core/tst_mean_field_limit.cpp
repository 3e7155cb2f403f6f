// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <vector>

#include "core/reduction/flow.h"
#include "tests/core/fixtures.h"

using namespace kappascope;

/// The exact flow of networks drawn from a circuit comes to the circuit's own as 1/sqrt(N): the slope of log error over
/// log N, of the flow at several states, of its Jacobian and of z.
class MeanFieldLimitTest : public QObject {
    Q_OBJECT

private slots:
    void theErrorFallsAsOneOverTheRootOfN() {
        const auto circuit = tests::twoPopulationCircuit();
        const Eigen::Vector2d v(0.5, -1);
        const Eigen::Vector2d gains(1, 0.4);
        const auto limit = reduction::meanFieldFlow(circuit, v, gains);
        const std::vector<Eigen::Vector2d> states{{0, 0}, {1, 0.5}, {-0.7, 1.2}, {2, -2}};
        constexpr int draws = 40;
        struct Sums {
            double flow = 0, jacobian = 0, output = 0;
        };
        std::vector<double> logUnits;
        std::vector<Eigen::Vector3d> logErrors;
        for (Eigen::Index units = 256; units <= 16384; units *= 4) {
            Sums sums;
            for (std::uint64_t seed = 1; seed <= draws; ++seed) {
                const auto network = std::make_shared<network::Network>(reduction::sample(*circuit, units, seed));
                const auto flow = reduction::ExactReduction(network).at(v, gains);
                for (const auto& kappa : states) {
                    sums.flow += (flow->velocity(kappa) - limit->velocity(kappa)).squaredNorm();
                    sums.jacobian += (flow->jacobian(kappa) - limit->jacobian(kappa)).squaredNorm();
                    sums.output += (flow->readout(kappa) - limit->readout(kappa)).squaredNorm();
                }
            }
            logUnits.push_back(std::log(static_cast<double>(units)));
            logErrors.push_back(0.5 * Eigen::Vector3d(sums.flow, sums.jacobian, sums.output).array().log().matrix());
        }
        const auto count = static_cast<double>(logUnits.size());
        double meanUnits = 0;
        Eigen::Vector3d meanErrors = Eigen::Vector3d::Zero();
        for (std::size_t k = 0; k < logUnits.size(); ++k) {
            meanUnits += logUnits[k] / count;
            meanErrors += logErrors[k] / count;
        }
        double squares = 0;
        Eigen::Vector3d products = Eigen::Vector3d::Zero();
        for (std::size_t k = 0; k < logUnits.size(); ++k) {
            squares += std::pow(logUnits[k] - meanUnits, 2);
            products += (logUnits[k] - meanUnits) * (logErrors[k] - meanErrors);
        }
        const Eigen::Vector3d slopes = products / squares;
        qInfo("slopes of flow, Jacobian and z: %.3f %.3f %.3f", slopes[0], slopes[1], slopes[2]);
        // A root mean square over 40 draws scatters by about 1/sqrt(2 40) = 0.11 or less (each draw gives several
        // numbers); the slope over four sizes that span log 64 by 0.11 / sqrt(sum of squares) = 0.036. Four of these.
        for (const double slope : slopes) QVERIFY2(std::abs(slope + 0.5) < 0.15, qPrintable(QString::number(slope)));
    }
};

QTEST_APPLESS_MAIN(MeanFieldLimitTest)
#include "tst_mean_field_limit.moc"
