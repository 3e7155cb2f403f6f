// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <atomic>
#include <chrono>
#include <optional>
#include <thread>
#include <vector>

#include "ui/session/precedence.h"

using namespace kappascope::session;

class PrecedenceTest : public QObject {
    Q_OBJECT

private slots:
    void nobodyIsWaitedFor() {
        Precedence precedence;
        precedence.giveWay({});
        precedence.giveWay({}, std::chrono::hours(1));  // never held: quiet for ever
    }

    /// What waits goes on when the hold ends; whether it did wait cannot be seen from a clock, only that it may.
    void waitsUntilTheHoldEnds() {
        Precedence precedence;
        std::optional<Precedence::Hold> hold(std::in_place, precedence);
        std::atomic<bool> through = false;
        std::jthread waiting([&](std::stop_token stop) {
            precedence.giveWay(stop, std::chrono::milliseconds(1));
            through = true;
        });
        hold.reset();
        QTRY_VERIFY(through);
    }

    void aStopEndsTheWait() {
        Precedence precedence;
        const Precedence::Hold hold(precedence);
        std::stop_source source;
        source.request_stop();
        precedence.giveWay(source.get_token(), std::chrono::hours(1));
    }

    /// A hold that never ends starves nobody.
    void patienceEnds() {
        Precedence precedence;
        const Precedence::Hold hold(precedence);
        precedence.giveWay({});
    }

    /// Many holders and waiters at once, for the sanitizers.
    void manyThreads() {
        Precedence precedence;
        std::atomic<int> done = 0;
        {
            std::vector<std::jthread> threads;
            for (int k = 0; k < 4; ++k)
                threads.emplace_back([&, k](std::stop_token stop) {
                    for (int i = 0; i < 50; ++i) {
                        if (k % 2 == 0)
                            const Precedence::Hold hold(precedence);
                        else
                            precedence.giveWay(stop);
                        ++done;
                    }
                });
        }
        QCOMPARE(done.load(), 200);
    }
};

QTEST_GUILESS_MAIN(PrecedenceTest)
#include "tst_precedence.moc"
