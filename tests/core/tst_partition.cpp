// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/reduction/partition.h"
#include "tests/core/fixtures.h"

using namespace kappascope;
using reduction::labelsOf;
using reduction::Loading;
using reduction::LoadingKind;
using reduction::Partition;
using reduction::partitionFromText;

namespace {

using Rule = Partition::Rule;

/// Five units of rank 2 whose columns are known.
network::Network fiveUnits() {
    network::Network network;
    network.m.resize(5, 2);
    network.m << 1, 5, -2, 4, 3, 3, -4, 2, 0, 1;
    network.n = -network.m;
    network.inputWeights = Eigen::MatrixXd::Constant(5, 1, 0.5);
    network.outputWeights = network.m.col(0);
    network.validate();
    return network;
}

ErrorCode codeOf(const network::Network& network, const Partition& partition) {
    try {
        labelsOf(network, partition);
    } catch (const Error& error) {
        return error.code();
    }
    return ErrorCode::stopped;
}

}  // namespace

class PartitionTest : public QObject {
    Q_OBJECT

private slots:
    void textsAreReadAndWritten_data() {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"1", "sign:n1", "sign:w12", "size:m2", "size:I1:0.5", "size:I1:0", "size:n3:1e-09"})
            QTest::newRow(text) << QByteArray(text);
    }
    void textsAreReadAndWritten() {
        QFETCH(QByteArray, text);
        const auto partition = partitionFromText(text.toStdString());
        QVERIFY(partition);
        QCOMPARE(QByteArray::fromStdString(toText(*partition)), text);
    }

    void whatATextMeans() {
        QVERIFY(partitionFromText("1") == Partition{});
        QVERIFY((partitionFromText("sign:n1") == Partition{Rule::sign, {LoadingKind::n, 0}, {}}));
        QVERIFY((partitionFromText("size:w2:0.5") == Partition{Rule::size, {LoadingKind::output, 1}, 0.5}));
    }

    void otherTextsAreNone_data() {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"", "2", "sign", "sign:", "sign:n", "sign:n0", "sign:n-1", "sign:x1", "sign:n1.5",
                                 "sign:n1:0.5", "size:m2:", "size:m2:-1", "size:m2:nan", "size:m2:inf", "size:m2:0.5:1",
                                 "Sign:n1", "labels.txt", "sign:i1", "sign:n99999999999999999999"})
            QTest::newRow(text) << QByteArray(text);
    }
    void otherTextsAreNone() {
        QFETCH(QByteArray, text);
        QVERIFY(!partitionFromText(text.toStdString()));
    }

    void theSignParts() {
        const auto network = fiveUnits();
        QCOMPARE(labelsOf(network, {Rule::sign, {LoadingKind::m, 0}, {}}), (std::vector{0, 1, 0, 1, 0}));
        QCOMPARE(labelsOf(network, {Rule::sign, {LoadingKind::n, 0}, {}}), (std::vector{1, 0, 1, 0, 0}));
        QCOMPARE(labelsOf(network, {Rule::sign, {LoadingKind::output, 0}, {}}), (std::vector{0, 1, 0, 1, 0}));
    }

    void theSizeParts() {
        const auto network = fiveUnits();
        // |m1| = 1 2 3 4 0: median 2, which is not above itself.
        const Partition bySize{Rule::size, {LoadingKind::m, 0}, {}};
        QCOMPARE(reduction::thresholdOf(network, bySize), 2.0);
        QCOMPARE(labelsOf(network, bySize), (std::vector{1, 1, 0, 0, 1}));
        QCOMPARE(labelsOf(network, {Rule::size, {LoadingKind::m, 0}, 0.5}), (std::vector{0, 0, 0, 0, 1}));
        QCOMPARE(labelsOf(network, {Rule::size, {LoadingKind::n, 1}, 3.5}), (std::vector{0, 0, 1, 1, 1}));
    }

    void theMedianOfAnEvenNumberHalves() {
        for (const Eigen::Index units : {2, 100, 1000}) {
            const auto network = *tests::randomNetwork(units, 2, 1);
            const auto labels = labelsOf(network, {Rule::size, {LoadingKind::n, 1}, {}});
            QCOMPARE(std::count(labels.begin(), labels.end(), 0), units / 2);
        }
    }

    void aGaussianIsHalvedBySignAndByItsQuartile() {
        // P(|x| > 0.67449) = 1/2 for N(0, 1).
        const auto network = *tests::randomNetwork(40000, 1, 1);
        const double deviation = 0.5 / std::sqrt(40000.0);
        for (const Partition& partition : {Partition{Rule::sign, {LoadingKind::m, 0}, {}},
                                           Partition{Rule::size, {LoadingKind::m, 0}, 0.6744897501960817}}) {
            const auto labels = labelsOf(network, partition);
            const double share = double(std::count(labels.begin(), labels.end(), 0)) / 40000;
            QVERIFY(std::abs(share - 0.5) < 5 * deviation);
        }
        QVERIFY(std::abs(reduction::thresholdOf(network, {Rule::size, {LoadingKind::m, 0}, {}}) - 0.67449) < 0.02);
    }

    void oneGaussianHasNoLabels() { QVERIFY(labelsOf(fiveUnits(), {}).empty()); }

    void columnsAreListed() {
        const auto all = reduction::loadingsOf(fiveUnits());
        std::string text;
        for (const auto& loading : all) text += toText(loading) + " ";
        QCOMPARE(text, std::string("m1 m2 n1 n2 I1 w1 "));
    }

    void whatDoesNotPartIsRefused() {
        auto network = fiveUnits();
        QCOMPARE(codeOf(network, {Rule::sign, {LoadingKind::input, 0}, {}}), ErrorCode::doesNotPart);
        QCOMPARE(codeOf(network, {Rule::size, {LoadingKind::input, 0}, {}}), ErrorCode::doesNotPart);
        QCOMPARE(codeOf(network, {Rule::size, {LoadingKind::m, 0}, 4.0}), ErrorCode::doesNotPart);
        QCOMPARE(codeOf(network, {Rule::sign, {LoadingKind::n, 2}, {}}), ErrorCode::badOption);
        QCOMPARE(codeOf(network, {Rule::sign, {LoadingKind::n, -1}, {}}), ErrorCode::badOption);
        network.networkClass = network::NetworkClass::fullRank;
        QCOMPARE(codeOf(network, {Rule::sign, {LoadingKind::input, 0}, {}}), ErrorCode::needsLowRank);
    }
};

QTEST_GUILESS_MAIN(PartitionTest)
#include "tst_partition.moc"
