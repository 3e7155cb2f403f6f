// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>

#include "ui/session/training_snapshot.h"

using namespace kappascope;
using session::WeightHistory;
using session::Weights;

namespace {

constexpr std::size_t each = 4000;  // bytes

Weights weightsOf(int epoch) {
    return std::make_shared<const std::vector<float>>(each / sizeof(float), static_cast<float>(epoch));
}

}  // namespace

class TestTrainingSnapshot : public QObject {
    Q_OBJECT

private slots:
    void everyEpochIsKeptWhileThereIsRoom() {
        WeightHistory history(100 * each);
        QVERIFY(!history.at(0).second);
        for (int epoch = 0; epoch < 100; ++epoch) history.add(epoch, weightsOf(epoch));
        QCOMPARE(history.epochs().size(), std::size_t(100));
        for (int epoch = 0; epoch < 100; ++epoch) {
            QCOMPARE(history.at(epoch).first, epoch);
            QCOMPARE(history.at(epoch).second->front(), static_cast<float>(epoch));
        }
    }

    void thinsEvenlyAndStaysWithinItsLimit() {
        constexpr int last = 2345;
        WeightHistory history(100 * each);
        for (int epoch = 0; epoch <= last; ++epoch) {
            history.add(epoch, weightsOf(epoch));
            QVERIFY(history.bytes() <= 100 * each);
            QCOMPARE(history.bytes(), history.epochs().size() * each);
            QCOMPARE(history.at(epoch).first, epoch);  // the newest is always there
        }
        const auto epochs = history.epochs();
        QCOMPARE(epochs.front(), 0);
        QCOMPARE(epochs.back(), last);
        // Between half the limit and the limit, at equal distances but for the newest.
        QVERIFY(epochs.size() >= 50);
        const int stride = epochs[1] - epochs[0];
        for (std::size_t k = 1; k + 1 < epochs.size(); ++k) QCOMPARE(epochs[k] - epochs[k - 1], stride);
        QVERIFY(epochs.back() - epochs[epochs.size() - 2] <= stride);
        QCOMPARE(history.at(stride + 1).first, stride);
        QCOMPARE(history.at(stride + 1).second->front(), static_cast<float>(stride));
    }

    void ofARunThatWentOnTheFirstIsWhereItWentOn() {
        WeightHistory history(100 * each);
        for (int epoch = 37; epoch < 40; ++epoch) history.add(epoch, weightsOf(epoch));
        QCOMPARE(history.first(), 37);
        QCOMPARE(history.at(5).first, 37);
        QCOMPARE(history.at(1000).first, 39);
        history.clear();
        QVERIFY(history.epochs().empty() && history.bytes() == 0);
    }

    void aHugeNetworkKeepsFirstAndNewest() {
        WeightHistory history(each / 2);
        for (int epoch = 0; epoch < 10; ++epoch) history.add(epoch, weightsOf(epoch));
        QCOMPARE(history.epochs(), (std::vector<int>{0, 9}));
    }
};

QTEST_GUILESS_MAIN(TestTrainingSnapshot)
#include "tst_training_snapshot.moc"
