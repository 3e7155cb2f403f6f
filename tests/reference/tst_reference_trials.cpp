// SPDX-License-Identifier: GPL-3.0-or-later
#include <cmath>

#include "core/simulation/trial.h"
#include "tests/reference/circuits.h"

using namespace kappascope;

/// Simulated trials against those of the published networks.
class ReferenceTrialsTest : public QObject {
    Q_OBJECT

private slots:
    void publishedNetworks_data() {
        QTest::addColumn<QString>("file");
        for (const auto& [file, network] : reference::networks().at("networks").items())
            QTest::newRow(file.c_str()) << QString::fromStdString(file);
    }
    void publishedNetworks() {
        QFETCH(QString, file);
        const auto& known = reference::networks().at("networks").at(file.toStdString());
        for (const bool phi : {false, true}) {
            io::LoadOptions options;
            options.readout = phi ? network::Readout::phi : network::Readout::rate;
            const auto network = io::load(reference::networkFile(file.toStdString()), options).network;
            for (const auto& [name, expected] : known.at("trials").items()) {
                const char* key = phi ? "z_phi" : "z";
                if (!expected.contains(key)) continue;
                const auto trial = trialOf(name);
                const auto result = simulation::simulateNetwork(*network, network->defaultGains(), trial);
                const auto& steps = expected.at("steps");
                QVERIFY(steps.size() > 5);
                for (std::size_t k = 0; k < steps.size(); ++k) {
                    const int step = steps[k];
                    const auto& z = expected.at(key)[k];
                    QVERIFY(std::abs(result.z(0, step) - (z.is_array() ? z[0] : z).get<double>()) < 1e-6);
                    if (expected.contains("kappa"))
                        for (Eigen::Index r = 0; r < result.kappa.rows(); ++r)
                            QVERIFY(std::abs(result.kappa(r, step) -
                                             expected.at("kappa")[k][static_cast<std::size_t>(r)].get<double>()) <
                                    1e-6);
                }
                if (!network->isLowRank()) continue;
                const auto exact = simulation::simulateExact(*network, network->defaultGains(), trial);
                QVERIFY((exact.kappa - result.kappa).cwiseAbs().maxCoeff() < 1e-12);
                QVERIFY((exact.z - result.z).cwiseAbs().maxCoeff() < 1e-12);
            }
        }
    }

private:
    static simulation::Trial trialOf(const std::string& name) {
        const auto& channels = reference::networks().at("inputs").at(name);
        simulation::Trial trial;
        const int steps = channels[0].back()[1];
        trial.inputs = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(channels.size()), steps);
        for (std::size_t s = 0; s < channels.size(); ++s)
            for (const auto& piece : channels[s])
                for (int k = piece[0]; k < piece[1].get<int>(); ++k)
                    trial.inputs(static_cast<Eigen::Index>(s), k) = piece[2].get<double>();
        return trial;
    }
};

KAPPASCOPE_REFERENCE_MAIN(ReferenceTrialsTest)
#include "tst_reference_trials.moc"
