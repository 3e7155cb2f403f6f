// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/io/load.h"
#include "core/io/save.h"
#include "core/io/text.h"
#include "tests/reference/reference.h"

using namespace kappascope;
using network::NetworkClass;
using network::Scaling;

namespace {

bool warns(const io::Loaded& loaded, io::WarningCode code) {
    return std::any_of(loaded.warnings.begin(), loaded.warnings.end(), [&](const auto& w) { return w.code == code; });
}

bool sameWeights(const network::Network& a, const network::Network& b) {
    return a.m == b.m && a.n == b.n && a.connectivity == b.connectivity && a.inputWeights == b.inputWeights &&
           a.outputWeights == b.outputWeights && a.bias == b.bias && a.initialState == b.initialState;
}

}  // namespace

class LoadersTest : public QObject {
    Q_OBJECT

private slots:
    void everyPublishedNetworkOpensAsDescribed() {
        for (const auto& [file, facts] : reference::networks().at("networks").items()) {
            const auto loaded = io::load(reference::networkFile(file));
            QVERIFY2(loaded.network, file.c_str());
            const auto& network = *loaded.network;
            QCOMPARE(network.units(), facts.at("units").get<Eigen::Index>());
            if (facts.contains("rank") && facts.at("rank").is_number())
                QCOMPARE(network.rank(), facts.at("rank").get<Eigen::Index>());
            QCOMPARE(network.inputs(), facts.at("inputs").get<Eigen::Index>());
            QCOMPARE(network.outputs(), Eigen::Index{1});
            if (network.isLowRank()) QCOMPARE(network.scaling == Scaling::overN, facts.at("scaling") == "1/N");
            QCOMPARE(network.hasBias(), file.starts_with("bias"));
            QVERIFY(warns(loaded, io::WarningCode::convertedFromSingle));
            QVERIFY(!warns(loaded, io::WarningCode::unknownKeys));
        }
    }

    void formatsAreToldApartByContent() {
        for (const auto& entry : std::filesystem::directory_iterator(reference::folder() / "networks")) {
            const std::string file = entry.path().filename().string();
            const auto loaded = io::load(entry.path());
            const bool legacy =
                std::any_of(legacyFiles.begin(), legacyFiles.end(), [&](const char* name) { return file == name; });
            QVERIFY2(loaded.format == (legacy ? io::Format::torchLegacy : io::Format::torchZip), file.c_str());
            QCOMPARE(loaded.network->networkClass,
                     file == "mante_fr_fig1.pt" ? NetworkClass::fullRank : NetworkClass::lowRank);
        }
    }

    void bothFormatsOfOneNetworkAreEqual() {
        const auto zip = io::load(reference::networkFile("bias_rank2_96.pt"));
        const auto legacy = io::load(reference::networkFile("bias_rank2_96_legacy.pt"));
        QVERIFY(sameWeights(*zip.network, *legacy.network));
        QVERIFY(zip.network->hasBias());
        QVERIFY(zip.network->initialState.size() == 96);
        QVERIFY(warns(zip, io::WarningCode::biasReadOutWithoutIt));
        QCOMPARE(zip.network->readout, network::Readout::phi);
        // Its key b is zero, and tells the readout all the same.
        const auto zero = io::load(reference::networkFile("dms_rank2_512.pt"));
        QVERIFY(!zero.network->hasBias());
        QCOMPARE(zero.network->readout, network::Readout::phi);
    }

    void theSlopeAtRestIsTheEigenvalueOfTheOrigin() {
        // Without a bias the origin is a fixed point at rest, with its eigenvalues in the reference.
        int compared = 0;
        for (const auto& [file, facts] : reference::networks().at("networks").items()) {
            if (file.starts_with("bias") || !facts.contains("fixed_points")) continue;
            const auto loaded = io::load(reference::networkFile(file));
            if (!loaded.network->isLowRank()) continue;
            QCOMPARE(loaded.scaling.reason, io::Reason::memoryNeedsIt);
            for (const auto& condition : facts.at("fixed_points")) {
                for (const auto& u : condition.at("u"))
                    if (u.get<double>() != 0) goto next;
                for (const auto& point : condition.at("points")) {
                    double size = 0;
                    double slope = -HUGE_VAL;
                    for (const auto& kappa : point.at("kappa")) size += std::abs(kappa.get<double>());
                    for (const auto& eigenvalue : point.at("eig"))
                        slope = std::max(slope, eigenvalue.at(0).get<double>());
                    if (size > 1e-6) continue;
                    const auto stated = io::toNumber(loaded.scaling.values.at(0));
                    QVERIFY(stated);
                    QVERIFY2(std::abs(*stated - slope) < 1e-3 * std::max(1.0, std::abs(slope)), file.c_str());
                    ++compared;
                }
            next:;
            }
        }
        QVERIFY(compared >= 5);
    }

    void savedNetworksAreEqual() {
        for (const auto& entry : std::filesystem::directory_iterator(reference::folder() / "networks")) {
            const auto loaded = io::load(entry.path());
            const auto again = io::loadBytes(io::networkBytes(*loaded.network), "again.npz");
            QCOMPARE(again.format, io::Format::npz);
            QVERIFY(sameWeights(*loaded.network, *again.network));
            QCOMPARE(again.network->scaling, loaded.network->scaling);
            QCOMPARE(again.network->readout, loaded.network->readout);
            QCOMPARE(again.network->name, loaded.network->name);
        }
    }

    void circuitsOpenOneByOne() {
        for (const auto& [name, circuit] : reference::circuits().at("circuits").items()) {
            const auto loaded = io::loadBytes(circuit.dump(), name + ".json");
            QCOMPARE(loaded.circuit->rank, circuit.at("rank").get<int>());
            QCOMPARE(loaded.circuit->populationCount(), static_cast<int>(circuit.at("populations").size()));
        }
        try {
            io::load(reference::folder() / "circuits.json");
            QFAIL("opened");
        } catch (const Error& error) {
            QCOMPARE(error.code(), ErrorCode::notANetwork);
            QCOMPARE(error.field(), std::string("circuits"));
            QCOMPARE(error.values().size(), 1 + reference::circuits().at("circuits").size());
        }
    }

    void otherFilesAreRefused() {
        for (const char* file : {"reference.json", "README.md"}) {
            try {
                io::load(reference::folder() / file);
                QFAIL("opened");
            } catch (const Error& error) {
                QCOMPARE(error.file(), (reference::folder() / file).string());
                QVERIFY(error.code() == ErrorCode::notANetwork || error.code() == ErrorCode::unsupportedFormat);
            }
        }
    }

private:
    static constexpr std::array legacyFiles{"rdm_lr_fig2.pt",   "romo_rank2_500.pt", "mante_lr_fig1.pt",
                                            "mante_fr_fig1.pt", "dms_rank2_4096.pt", "bias_rank2_96_legacy.pt"};
};

KAPPASCOPE_REFERENCE_MAIN(LoadersTest)
#include "tst_loaders.moc"
