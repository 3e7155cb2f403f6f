// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <functional>
#include <limits>

#include "core/error.h"
#include "core/network/network.h"
#include "tests/core/fixtures.h"

using namespace kappascope;

class NetworkTest : public QObject {
    Q_OBJECT

private slots:
    void wrongShapesAreNamed() {
        struct Case {
            const char* field;
            ErrorCode code;
            std::function<void(network::Network&)> spoil;
        };
        const double nan = std::numeric_limits<double>::quiet_NaN();
        const Case cases[] = {
            {"m", ErrorCode::wrongShape, [](auto& n) { n.m.conservativeResize(3, Eigen::NoChange); }},
            {"n", ErrorCode::wrongShape, [](auto& n) { n.n.conservativeResize(Eigen::NoChange, 1); }},
            {"w", ErrorCode::wrongShape, [](auto& n) { n.outputWeights.conservativeResize(2, Eigen::NoChange); }},
            {"bias", ErrorCode::wrongShape, [](auto& n) { n.bias.conservativeResize(5); }},
            {"x0", ErrorCode::wrongShape, [](auto& n) { n.initialState.conservativeResize(5); }},
            {"labels", ErrorCode::wrongShape, [](auto& n) { n.labels.pop_back(); }},
            {"labels", ErrorCode::badOption, [](auto& n) { n.labels[2] = -1; }},
            {"gain", ErrorCode::wrongShape, [](auto& n) { n.storedGains = Eigen::VectorXd::Ones(7); }},
            {"n", ErrorCode::notFinite, [&](auto& n) { n.n(3, 1) = nan; }},
            {"I", ErrorCode::notFinite, [&](auto& n) { n.inputWeights(3, 1) = nan; }},
            {"alpha", ErrorCode::badOption, [](auto& n) { n.alpha = 1.5; }},
            {"noise", ErrorCode::badOption, [&](auto& n) { n.noise = nan; }},
        };
        for (const auto& test : cases) {
            auto network = *tests::randomNetwork(20, 2);
            test.spoil(network);
            try {
                network.validate();
                QFAIL(test.field);
            } catch (const Error& error) {
                QCOMPARE(error.code(), test.code);
                QCOMPARE(error.field(), std::string(test.field));
            }
        }
    }

    void gainsGoToTheirUnits() {
        const auto network = tests::randomNetwork(50, 1, 3);
        const Eigen::Vector3d gains(0.5, 1, 2);
        const auto perUnit = network::unitGains(*network, gains);
        for (std::size_t i = 0; i < 50; ++i) QCOMPARE(perUnit[static_cast<Eigen::Index>(i)], gains[network->labels[i]]);
        QVERIFY_THROWS_EXCEPTION(Error, network::unitGains(*network, Eigen::Vector2d(1, 1)));
    }

    void scalesFollowTheConvention() {
        auto network = *tests::randomNetwork(40, 2);
        QCOMPARE(network.couplingScale(), 1.0 / 40);
        QCOMPARE(network.readoutScale(), 1.0 / 40);
        network.scaling = network::Scaling::none;
        QCOMPARE(network.couplingScale(), 1.0);
        network.networkClass = network::NetworkClass::fullRank;
        network.scaling = network::Scaling::overN;
        QCOMPARE(network.readoutScale(), 1.0);
    }

    void truncationKeepsTheLeadingModes() {
        auto full = *tests::randomNetwork(60, 2, 1);
        full.networkClass = network::NetworkClass::fullRank;
        full.connectivity = full.m * full.n.transpose() / 60;
        full.m.resize(0, 0);
        full.n.resize(0, 0);
        full.validate();
        const auto low = network::truncated(full, 2);
        low.validate();
        QVERIFY(low.isLowRank());
        QVERIFY((low.m * low.n.transpose() - full.connectivity).norm() < 1e-9 * full.connectivity.norm());
        QVERIFY_THROWS_EXCEPTION(Error, network::truncated(full, 61));
    }
};

QTEST_GUILESS_MAIN(NetworkTest)
#include "tst_network.moc"
