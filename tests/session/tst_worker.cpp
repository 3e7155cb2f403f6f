// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <condition_variable>
#include <map>
#include <mutex>
#include <semaphore>
#include <thread>
#include <vector>

#include "core/error.h"
#include "ui/session/mailbox.h"
#include "ui/session/worker.h"

using namespace kappascope;
using session::Delivery;
using session::LatestWorker;
using session::Mailbox;
using session::Outcome;

namespace {

using Worker = LatestWorker<int, int>;

/// A gate that jobs wait at, until the test or a token opens it.
class Gate {
public:
    void open() {
        {
            const std::scoped_lock lock(mutex_);
            open_ = true;
        }
        changed_.notify_all();
    }
    /// False where the token fired first.
    bool wait(std::stop_token stop) {
        std::unique_lock lock(mutex_);
        return changed_.wait(lock, stop, [this] { return open_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    bool open_ = false;
};

struct Log {
    std::vector<int> early;
    std::map<std::uint64_t, std::vector<Outcome>> outcomes;
    std::vector<int> finished;
    std::optional<Error> error;

    Worker::Receive receiver() {
        return [this](const Delivery<int>& delivery) {
            if (!delivery.outcome) {
                early.push_back(*delivery.result);
                return;
            }
            outcomes[delivery.serial].push_back(*delivery.outcome);
            if (delivery.outcome == Outcome::finished) finished.push_back(*delivery.result);
            if (delivery.error) error = delivery.error;
        };
    }
};

}  // namespace

class TestWorker : public QObject {
    Q_OBJECT

private slots:
    void mailboxKeepsOrderOfEachThread() {
        constexpr int senders = 4, each = 500;
        std::vector<std::pair<int, int>> received;
        Mailbox<std::pair<int, int>> mailbox([&](std::pair<int, int> item) { received.push_back(item); });
        std::vector<std::jthread> threads;
        for (int sender = 0; sender < senders; ++sender)
            threads.emplace_back([&mailbox, sender] {
                for (int i = 0; i < each; ++i) mailbox.put({sender, i});
            });
        QTRY_COMPARE(received.size(), std::size_t(senders * each));
        std::vector<int> next(senders, 0);
        for (const auto& [sender, i] : received) QCOMPARE(i, next[static_cast<std::size_t>(sender)]++);
    }

    void mailboxHandsOverInItsOwnThread() {
        std::thread::id handled;
        Mailbox<int> mailbox([&](int) { handled = std::this_thread::get_id(); });
        std::jthread([&] { mailbox.put(1); }).join();
        QVERIFY(handled == std::thread::id());
        QTRY_VERIFY(handled == std::this_thread::get_id());
    }

    void theNewestPendingRequestReplacesOlderOnes() {
        Log log;
        Gate gate;
        std::binary_semaphore started(0);
        Worker worker(
            [&](int request, const Worker::Run& run) {
                if (request == 1) {
                    started.release();
                    gate.wait(run.stop);
                }
                return std::make_shared<const int>(10 * request);
            },
            log.receiver());
        QCOMPARE(worker.submit(1), 1u);
        started.acquire();
        QCOMPARE(worker.submit(2), 2u);
        QCOMPARE(worker.submit(3), 3u);
        QCOMPARE(worker.submit(4), 4u);
        gate.open();
        QTRY_COMPARE(log.outcomes.size(), std::size_t(4));
        // The one in flight is shown although three newer ones came; of those, the newest.
        QCOMPARE(log.finished, (std::vector<int>{10, 40}));
        for (const auto& [serial, outcomes] : log.outcomes) {
            QCOMPARE(outcomes.size(), std::size_t(1));
            QCOMPARE(outcomes.front(), serial == 1 || serial == 4 ? Outcome::finished : Outcome::stopped);
        }
    }

    void aNewerRequestAsksTheFineStageToGiveWay() {
        Log log;
        Gate never;
        std::binary_semaphore coarseDone(0);
        Worker worker(
            [&](int request, const Worker::Run& run) {
                run.deliver(std::make_shared<const int>(request));
                if (request == 1) {
                    coarseDone.release();
                    never.wait(run.giveWay);
                    if (!run.stop.stop_requested()) throw Error(ErrorCode::stopped);
                }
                return std::make_shared<const int>(100 + request);
            },
            log.receiver());
        worker.submit(1);
        coarseDone.acquire();
        worker.submit(2);
        QTRY_COMPARE(log.outcomes.size(), std::size_t(2));
        QCOMPARE(log.early, (std::vector<int>{1, 2}));
        QCOMPARE(log.outcomes[1], std::vector<Outcome>{Outcome::stopped});
        QCOMPARE(log.finished, std::vector<int>{102});
    }

    void anErrorEndsTheRequestAndNotTheWorker() {
        Log log;
        Worker worker(
            [](int request, const Worker::Run&) {
                if (request == 1) throw Error(ErrorCode::needsUnits, "here");
                if (request == 2) throw std::bad_alloc();
                return std::make_shared<const int>(request);
            },
            log.receiver());
        worker.submit(1);
        QTRY_COMPARE(log.outcomes[1], std::vector<Outcome>{Outcome::failed});
        QVERIFY(log.error && log.error->code() == ErrorCode::needsUnits && log.error->field() == "here");
        worker.submit(2);
        QTRY_COMPARE(log.outcomes[2], std::vector<Outcome>{Outcome::failed});
        QVERIFY(log.error->code() == ErrorCode::tooLarge);
        worker.submit(3);
        QTRY_COMPARE(log.finished, std::vector<int>{3});
    }

    void theOwnerStopsAndJoins() {
        Log log;
        Gate never;
        std::binary_semaphore started(0);
        bool sawStop = false;
        {
            Worker worker(
                [&](int, const Worker::Run& run) -> std::shared_ptr<const int> {
                    started.release();
                    never.wait(run.stop);
                    sawStop = run.stop.stop_requested() && run.giveWay.stop_possible();
                    throw Error(ErrorCode::stopped);
                },
                log.receiver());
            worker.submit(1);
            worker.submit(2);
            started.acquire();
        }
        QVERIFY(sawStop);
    }
};

QTEST_GUILESS_MAIN(TestWorker)
#include "tst_worker.moc"
