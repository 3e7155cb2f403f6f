// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <atomic>
#include <stdexcept>
#include <vector>

#include "ui/session/thread_pool.h"

using kappascope::session::ThreadPool;

class TestThreadPool : public QObject {
    Q_OBJECT

private slots:
    void everyPieceIsDoneOnce_data() {
        QTest::addColumn<int>("threads");
        for (const int threads : {0, 1, 2, 7}) QTest::addRow("%d", threads) << threads;
    }
    void everyPieceIsDoneOnce() {
        QFETCH(int, threads);
        ThreadPool pool(threads);
        const auto executor = pool.executor();
        for (std::size_t count = 0; count < 300; ++count) {
            std::vector<int> done(count, 0);  // each piece writes its own
            executor(count, [&](std::size_t k) { ++done[k]; });
            QCOMPARE(done, std::vector<int>(count, 1));
        }
    }

    void exceptionsComeBack() {
        ThreadPool pool(4);
        for (int round = 0; round < 50; ++round) {
            std::atomic<int> done{0};
            QVERIFY_EXCEPTION_THROWN(pool.forEach(40,
                                                  [&](std::size_t k) {
                                                      if (k == 3) throw std::runtime_error("three");
                                                      ++done;
                                                  }),
                                     std::runtime_error);
            QVERIFY(done < 40);
            pool.forEach(8, [&](std::size_t) { ++done; });
            QVERIFY(done >= 8);
        }
    }

    void mayBeIdle() {
        for (int k = 0; k < 20; ++k) ThreadPool pool(3);
    }
};

QTEST_APPLESS_MAIN(TestThreadPool)
#include "tst_thread_pool.moc"
