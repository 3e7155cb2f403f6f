// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/io/scaling.h"
#include "tests/core/fixtures.h"
#include "tests/core/io_fixtures.h"

using namespace kappascope;
using namespace kappascope::tests;
using io::Reason;
using io::WarningCode;
using network::NetworkClass;
using network::Readout;
using network::Scaling;

namespace {

ZipEntry array(const std::string& key, const Eigen::MatrixXd& matrix, bool single = false) {
    std::vector<double> values;
    std::vector<float> floats;
    for (Eigen::Index i = 0; i < matrix.rows(); ++i)
        for (Eigen::Index j = 0; j < matrix.cols(); ++j) {
            values.push_back(matrix(i, j));
            floats.push_back(static_cast<float>(matrix(i, j)));
        }
    const std::string shape = std::to_string(matrix.rows()) + ", " + std::to_string(matrix.cols());
    return {key + ".npy", single ? npyArray("<f4", shape, raw(floats)) : npyArray("<f8", shape, raw(values))};
}

/// An array of three dimensions, the last one running fastest.
ZipEntry cube(const std::string& key, int a, int b, int c, const std::vector<double>& values) {
    return {key + ".npy",
            npyArray("<f8", std::to_string(a) + ", " + std::to_string(b) + ", " + std::to_string(c), raw(values))};
}

bool warns(const io::Loaded& loaded, WarningCode code) {
    return std::any_of(loaded.warnings.begin(), loaded.warnings.end(), [&](const auto& w) { return w.code == code; });
}

struct Parts {
    Eigen::MatrixXd wi, si, m, n, wo, so, b, h0, wrec;
};
Parts parts(Eigen::Index units, std::uint64_t seed = 5) {
    Random random(seed, Stream::loadings);
    Parts p;
    p.wi = normals(random, 2, units);
    p.si = Eigen::Vector2d(2, -0.5);
    p.m = normals(random, units, 2);
    p.n = 1.5 * p.m + normals(random, units, 2);
    p.wo = normals(random, units, 3);
    p.so = Eigen::Vector3d(1, 2, -3);
    p.b = normals(random, units, 1);
    p.h0 = normals(random, units, 1);
    p.wrec = normals(random, units, units);
    return p;
}

}  // namespace

class NetworkIoTest : public QObject {
    Q_OBJECT

private slots:
    void publishedLowRankKeys() {
        const Parts p = parts(30);
        const auto loaded =
            io::loadBytes(zipFile({array("wi", p.wi), array("si", p.si), array("m", p.m), array("n", p.n),
                                   array("wo", p.wo), array("so", p.so), array("b", p.b), array("h0", p.h0)}),
                          "x");
        const auto& network = *loaded.network;
        QCOMPARE(network.networkClass, NetworkClass::lowRank);
        QCOMPARE(network.inputWeights, Eigen::MatrixXd(p.wi.transpose() * Eigen::Vector2d(2, -0.5).asDiagonal()));
        QCOMPARE(network.outputWeights, Eigen::MatrixXd(p.wo * Eigen::Vector3d(1, 2, -3).asDiagonal()));
        QCOMPARE(network.m, p.m);
        QCOMPARE(network.n, p.n);
        QCOMPARE(network.bias, Eigen::VectorXd(p.b));
        QCOMPARE(network.initialState, Eigen::VectorXd(p.h0));
        // Such files were read out without their b.
        QCOMPARE(network.readout, Readout::phi);
        QVERIFY(warns(loaded, WarningCode::biasReadOutWithoutIt));
        QVERIFY(!warns(loaded, WarningCode::convertedFromSingle));
        QVERIFY(!warns(loaded, WarningCode::unknownKeys));
    }

    void aZeroBiasStillTellsTheReadout() {
        const Parts p = parts(30);
        const auto loaded = io::loadBytes(zipFile({array("wi", p.wi), array("m", p.m), array("n", p.n),
                                                   array("wo", p.wo), array("b", 0 * p.b), array("h0", 0 * p.h0)}),
                                          "x");
        QVERIFY(!loaded.network->hasBias());
        QCOMPARE(loaded.network->initialState.size(), 0);
        QCOMPARE(loaded.network->readout, Readout::phi);
        QCOMPARE(loaded.readout.reason, Reason::convention);
        QVERIFY(warns(loaded, WarningCode::biasReadOutWithoutIt));
        const auto without =
            io::loadBytes(zipFile({array("wi", p.wi), array("m", p.m), array("n", p.n), array("wo", p.wo)}), "x");
        QCOMPARE(without.network->readout, Readout::rate);
        QVERIFY(!warns(without, WarningCode::biasReadOutWithoutIt));
    }

    void fullRankKeys() {
        const Parts p = parts(12);
        const auto loaded = io::loadBytes(zipFile({array("wi", p.wi), array("si", p.si), array("wrec", p.wrec, true),
                                                   array("wo", p.wo), array("so", p.so), array("extra", p.b)}),
                                          "x");
        QCOMPARE(loaded.network->networkClass, NetworkClass::fullRank);
        QVERIFY((loaded.network->connectivity - p.wrec).cwiseAbs().maxCoeff() < 1e-6);
        QCOMPARE(loaded.network->readoutScale(), 1.0);
        QCOMPARE(loaded.scaling.reason, Reason::fullRankStored);
        QVERIFY(warns(loaded, WarningCode::fullRankTruncation));
        QVERIFY(warns(loaded, WarningCode::convertedFromSingle));
        const auto unknown = std::find_if(loaded.warnings.begin(), loaded.warnings.end(),
                                          [](const auto& w) { return w.code == WarningCode::unknownKeys; });
        QVERIFY(unknown != loaded.warnings.end());
        QCOMPARE(unknown->values, std::vector<std::string>{"extra"});
    }

    void otherPeoplesKeysInBothOrientations() {
        const Parts p = parts(12);
        const Eigen::MatrixXd in = p.wi.transpose();
        for (const bool transposed : {false, true}) {
            const auto loaded =
                io::loadBytes(zipFile({array("W_in", transposed ? p.wi : in), array("W_rec", p.wrec),
                                       array("W_out", transposed ? p.wo : Eigen::MatrixXd(p.wo.transpose()))}),
                              "x");
            QCOMPARE(loaded.network->inputWeights, in);
            QCOMPARE(loaded.network->connectivity, p.wrec);
            QCOMPARE(loaded.network->outputWeights, p.wo);
        }
        // Square: the usual order (N x S, O x N) is meant.
        const auto square =
            io::loadBytes(zipFile({array("W_in", p.wrec), array("W_rec", p.wrec), array("W_out", p.wrec)}), "x");
        QCOMPARE(square.network->inputWeights, p.wrec);
        QCOMPARE(square.network->outputWeights, Eigen::MatrixXd(p.wrec.transpose()));
        COMPARE_ERROR(loadError(zipFile({array("W_in", p.m.topRows(5)), array("W_rec", p.wrec), array("W_out", p.wo)})),
                      ErrorCode::wrongShape, "W_in");
    }

    void ratesAsOutputsAreNoticed() {
        const Parts p = parts(30);
        const Eigen::MatrixXd identity = Eigen::MatrixXd::Identity(30, 30);
        const auto file = [&](const Eigen::MatrixXd& wo) {
            return io::loadBytes(zipFile({array("wi", p.wi), array("m", p.m), array("n", p.n), array("wo", wo)}), "x");
        };
        QVERIFY(warns(file(30 * identity), WarningCode::outputsAreRates));
        QCOMPARE(file(30 * identity).network->outputs(), 30);
        QVERIFY(!warns(file(p.wrec), WarningCode::outputsAreRates));
    }

    void mixturesAreExpanded() {
        // Two populations (units 0..1 and 2..3; unit 4 has none), basis of two directions.
        Eigen::MatrixXd basis(2, 5);
        basis << 1, 2, 3, 4, 5, -1, 1, -1, 1, -1;
        Eigen::MatrixXd supports(2, 5);
        supports << 1, 1, 0, 0, 0, 0, 0, 1, 1, 0;
        const std::vector<double> one{1, 10, 100, 1000};  // [p][b]
        Eigen::MatrixXd offsets(1, 2);
        offsets << 0.5, -0.5;
        const auto expected = [&](int i, double scale, bool offset) {
            if (i == 4) return 0.0;
            const int p = i / 2;
            return scale * (one[static_cast<std::size_t>(2 * p)] * basis(0, i) +
                            one[static_cast<std::size_t>(2 * p + 1)] * basis(1, i)) +
                   (offset ? offsets(0, p) : 0);
        };
        const auto times = [&](double c) {
            auto values = one;
            for (auto& v : values) v *= c;
            return values;
        };
        const std::string published =
            zipFile({array("gaussian_basis", basis), array("supports", supports), array("weights", offsets),
                     cube("m_weights", 1, 2, 2, one), cube("n_weights", 1, 2, 2, times(2)),
                     cube("wi_weights", 1, 2, 2, times(3)), cube("wo_weights", 1, 2, 2, times(4)),
                     array("m_biases", offsets), array("n_biases", offsets), array("wi_biases", offsets),
                     array("h0_weights", Eigen::MatrixXd::Zero(2, 2))});
        const auto loaded = io::loadBytes(published, "x");
        QCOMPARE(loaded.network->networkClass, NetworkClass::mixture);
        QCOMPARE(loaded.network->scaling, Scaling::none);
        QCOMPARE(loaded.scaling.reason, Reason::mixtureConvention);
        QCOMPARE(loaded.network->labels, (std::vector<int>{0, 0, 1, 1, 2}));
        QCOMPARE(loaded.network->initialState.size(), 0);
        QVERIFY(!warns(loaded, WarningCode::unknownKeys));
        for (int i = 0; i < 5; ++i) {
            QCOMPARE(loaded.network->m(i, 0), expected(i, 1, true));
            QCOMPARE(loaded.network->n(i, 0), expected(i, 2, true));
            QCOMPARE(loaded.network->inputWeights(i, 0), expected(i, 3, true));
            QCOMPARE(loaded.network->outputWeights(i, 0), expected(i, 4, false));
        }

        // The masked variant: offsets as P x 1, and a constant drive d per step that is a bias of d / alpha.
        const Eigen::MatrixXd drive = Eigen::Vector2d(0.1, -0.3);
        const std::string masked = zipFile(
            {array("gaussian_basis", basis), array("supports", supports),
             array("unit_vector", Eigen::MatrixXd::Ones(1, 5)), cube("m", 1, 2, 2, one),
             cube("unitm", 1, 2, 1, {0.5, -0.5}), cube("n", 1, 2, 2, times(2)), cube("unitn", 1, 2, 1, {0.5, -0.5}),
             cube("wi", 1, 2, 2, times(3)), cube("unitwi", 1, 2, 1, {0.5, -0.5}), cube("wo", 1, 2, 2, times(4)),
             array("h0", Eigen::MatrixXd::Zero(2, 2)), array("unith0", Eigen::MatrixXd::Zero(2, 1)),
             array("bias", drive), cube("m_mask", 1, 2, 2, one)});
        const auto variant = io::loadBytes(masked, "x");
        QCOMPARE(variant.network->m, loaded.network->m);
        QCOMPARE(variant.network->inputWeights, loaded.network->inputWeights);
        QVERIFY(!warns(variant, WarningCode::unknownKeys));
        QVERIFY(variant.network->bias.isApprox((Eigen::VectorXd(5) << 0.5, 0.5, -1.5, -1.5, 0).finished(), 1e-15));
        QCOMPARE(variant.network->initialState, Eigen::VectorXd(-variant.network->bias));
        // One step of the class's own rule, h + d + alpha (-h + J tanh h), against ours, x = h - d / alpha.
        const auto& net = *variant.network;
        Eigen::VectorXd h = Eigen::VectorXd::Zero(5);
        Eigen::VectorXd x = net.initialState;
        for (int step = 0; step < 20; ++step) {
            const Eigen::MatrixXd j = 1e-6 * net.m * net.n.transpose();
            h += 0.2 * net.bias + 0.2 * (-h + j * h.array().tanh().matrix());
            x += 0.2 * (-x + j * (x + net.bias).array().tanh().matrix());
            QVERIFY((h - x - net.bias).cwiseAbs().maxCoeff() < 1e-12);
        }
        COMPARE_ERROR(loadError(zipFile({array("gaussian_basis", basis), array("supports", supports)})),
                      ErrorCode::missingField, "m");
        COMPARE_ERROR(loadError(zipFile({array("gaussian_basis", basis), array("supports", supports),
                                         cube("m_weights", 1, 2, 1, {1, 2})})),
                      ErrorCode::wrongShape, "m_weights");
    }

    void scalingIsJudgedByTheSlopeAtRest() {
        // m and n of length sqrt(N): n.m / N = 1.5 exactly.
        const Eigen::Index units = 400;
        Eigen::MatrixXd m = Eigen::MatrixXd::Ones(units, 1);
        const auto overN = io::judgeScaling(m, 1.5 * m, {});
        QCOMPARE(overN.scaling, Scaling::overN);
        QVERIFY(overN.decisive);
        QVERIFY(std::abs(overN.slopeOverN - 0.5) < 1e-12);
        QVERIFY(std::abs(overN.slopeNone - 599) < 1e-9);
        // The same overlap without 1/N.
        const auto none = io::judgeScaling(m / 20, 1.5 * m / 20, {});
        QCOMPARE(none.scaling, Scaling::none);
        QVERIFY(none.decisive);
        QVERIFY(std::abs(none.slopeNone - 0.5) < 1e-12);
        // A bias b scales the slope by 1 - tanh(b)^2.
        const auto biased = io::judgeScaling(m, 1.5 * m, Eigen::VectorXd::Constant(units, 0.7));
        QVERIFY(std::abs(biased.slopeOverN - (1.5 * (1 - std::tanh(0.7) * std::tanh(0.7)) - 1)) < 1e-12);
        // A rotation: the slope is the real part.
        Eigen::MatrixXd m2(units, 2);
        Eigen::MatrixXd n2(units, 2);
        for (Eigen::Index i = 0; i < units; ++i) {
            const double sign = i % 2 ? 1 : -1;
            m2.row(i) << 1, sign;
            n2.row(i) << 1.2 + 0.5 * sign, 1.2 * sign - 0.5;
        }
        const auto rotation = io::judgeScaling(m2, n2, {});
        QVERIFY(std::abs(rotation.slopeOverN - 0.2) < 1e-12);
        QVERIFY(rotation.decisive);
    }

    void untrainedNetworksKeepTheUsualScaling() {
        // Independent loadings of order one overlap by chance only, like 1/sqrt(N).
        for (std::uint64_t seed = 1; seed <= 20; ++seed) {
            Random random(seed, Stream::loadings);
            const Eigen::MatrixXd m = normals(random, 512, 1);
            const Eigen::MatrixXd n = normals(random, 512, 1);
            QCOMPARE(io::judgeScaling(m, n, {}).scaling, Scaling::overN);
        }
        QCOMPARE(io::judgeScaling(Eigen::MatrixXd::Zero(10, 1), Eigen::MatrixXd::Ones(10, 1), {}).scaling,
                 Scaling::overN);
        QVERIFY(!io::judgeScaling(Eigen::MatrixXd::Zero(10, 1), Eigen::MatrixXd::Ones(10, 1), {}).decisive);
    }

    void choicesAgainstTheEvidenceAreWarnedOf() {
        const Parts p = parts(400);
        const std::string file = zipFile({array("wi", p.wi), array("m", p.m), array("n", p.n), array("wo", p.wo)});
        const auto proposed = io::loadBytes(file, "x");
        QCOMPARE(proposed.network->scaling, Scaling::overN);
        QCOMPARE(proposed.scaling.reason, Reason::memoryNeedsIt);
        QCOMPARE(proposed.scaling.values.size(), std::size_t{2});
        QVERIFY(!warns(proposed, WarningCode::slopeSuggestsOtherScaling));
        const auto chosen = io::loadBytes(file, "x", {Scaling::none, {}});
        QCOMPARE(chosen.network->scaling, Scaling::none);
        QCOMPARE(chosen.scaling.reason, Reason::chosenByUser);
        QVERIFY(warns(chosen, WarningCode::slopeSuggestsOtherScaling));
    }
};

QTEST_GUILESS_MAIN(NetworkIoTest)
#include "tst_network_io.moc"
