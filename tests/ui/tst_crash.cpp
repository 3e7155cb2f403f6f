// SPDX-License-Identifier: GPL-3.0-or-later
// A driven session is killed without warning, many times: what it leaves must open, and hold all but what was changed
// since the last copy. The same program is the driver when it is started with --drive.
#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QThread>
#include <cstdio>

#include "core/error.h"
#include "core/random.h"
#include "ui/session/autosave.h"

using namespace kappascope;
using session::Autosave;
using session::Explorer;

namespace {

constexpr int interval = 60;  // ms between copies, in place of the usual 5000
constexpr int kills = 30;
constexpr std::uint64_t seed = 20261122;

/// The k-th change, told by its value.
double valueOf(int k) {
    return k / 1024.0;
}

/// Changes the input without end, and says so on standard output: "change K" before each change, "written K" when a
/// copy that holds change K is complete.
int drive(const QString& folder) {
    Explorer explorer([](const auto&, const auto&, const session::PortraitRequest& request) {
        return QImage(request.pixels, QImage::Format_RGB32);
    });
    Autosave autosave(explorer, folder, interval);
    int changes = 0;
    QObject::connect(&autosave, &Autosave::written, [](const session::StatePtr& state) {
        std::printf("written %d\n", static_cast<int>(state->input[0] * 1024));
        std::fflush(stdout);
    });
    QTimer timer;
    QObject::connect(&timer, &QTimer::timeout, [&] {
        if (!explorer.state()) return;
        std::printf("change %d\n", ++changes);
        std::fflush(stdout);
        explorer.document().setInput(0, valueOf(changes), 1);
    });
    explorer.open(QStringLiteral("rotation"));
    timer.start(7);
    return QCoreApplication::exec();
}

}  // namespace

class TestCrash : public QObject {
    Q_OBJECT

private slots:
    void theUsualIntervalKeepsThePromise() {
        // A change waits at most one interval before it is written; the promise is ten seconds.
        QVERIFY(Autosave::usualInterval * 2 <= 10000);
    }

    void nothingButTheLastMomentIsLost() {
        qInfo("seed %llu", static_cast<unsigned long long>(seed));
        QTemporaryDir folder;
        int lost = 0;
        for (int k = 0; k < kills; ++k) {
            Random random(seed, Stream::trialChoice, static_cast<std::uint64_t>(k));
            QProcess driver;
            driver.setProcessChannelMode(QProcess::ForwardedErrorChannel);
            driver.start(QCoreApplication::applicationFilePath(), {QStringLiteral("--drive"), folder.path()});
            // Killed at a random moment after the first copy is complete.
            QByteArray log;
            while (!log.contains("written")) {
                QVERIFY2(driver.waitForReadyRead(60000), "the driver makes no copies");
                log += driver.readAllStandardOutput();
            }
            QThread::msleep(static_cast<unsigned long>(random.integer(0, 4 * interval)));
            driver.kill();
            QVERIFY(driver.waitForFinished(60000));
            log += driver.readAllStandardOutput();

            const int written = lastNumber(log, "written ");
            const int changed = lastNumber(log, "change ");
            auto left = session::orphans(folder.path());
            QCOMPARE(left.size(), std::size_t(1));
            try {
                const auto file = session::openFile(left[0].path);
                const int held = static_cast<int>(file.state->input[0] * 1024);
                QVERIFY2(
                    held >= written && held <= changed,
                    qPrintable(
                        QStringLiteral("copy %1, last complete %2, changes %3").arg(held).arg(written).arg(changed)));
                QVERIFY(file.view && file.state->network && file.state->circuit);
                lost = std::max(lost, changed - held);
            } catch (const Error& error) {
                QFAIL(qPrintable(session::sentence(error)));
            }
            left[0].discard();
            QVERIFY(session::orphans(folder.path()).empty());
        }
        qInfo("at most %d changes were lost, one every 7 ms, with a copy every %d ms", lost, interval);
        const QStringList files = QDir(folder.path()).entryList(QDir::Files | QDir::Hidden);
        QVERIFY2(files.isEmpty(), qPrintable(files.join(u' ')));
    }

private:
    static int lastNumber(const QByteArray& log, const char* word) {
        const qsizetype at = log.lastIndexOf(word);
        if (at < 0) return -1;
        const qsizetype from = at + qstrlen(word);
        return log.mid(from, log.indexOf('\n', from) - from).toInt();
    }
};

int main(int argc, char** argv) {
    QCoreApplication application(argc, argv);
    const QStringList arguments = QCoreApplication::arguments();
    if (arguments.size() == 3 && arguments[1] == QStringLiteral("--drive")) return drive(arguments[2]);
    TestCrash test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_crash.moc"
