// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gallery_train.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QTemporaryDir>
#include <QTimer>
#include <filesystem>
#include <functional>
#include <memory>

#include "core/training/checkpoint.h"
#include "ui/session/state.h"
#include "ui/session/train_portrait.h"
#include "ui/widgets/frames_dialog.h"
#include "ui/widgets/kept_runs.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/number_box.h"
#include "ui/widgets/train_cards.h"
#include "ui/widgets/train_form.h"
#include "ui/widgets/train_page.h"

namespace kappascope::app {

namespace {

using session::RunPhase;
using widgets::MainWindow;
using widgets::TrainPage;

constexpr int patienceMs = 60000;

/// Lets the window live until a condition holds.
void wait(const std::function<bool()>& done) {
    QEventLoop loop;
    QElapsedTimer time;
    time.start();
    QTimer poll;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (time.elapsed() >= patienceMs || done()) loop.quit();
    });
    poll.start(5);
    loop.exec();
}

/// Everything that the page shows is there.
void settle(TrainPage& page) {
    wait([&page] {
        const auto& desk = page.desk();
        const bool busy = desk.run().phase() == RunPhase::running || desk.run().phase() == RunPhase::stopping;
        const bool estimated = desk.run().isActive() || desk.run().estimate() || desk.run().settings();
        return !busy && estimated && desk.preview() && desk.shown() && page.portraitCard()->portrait().isSettled();
    });
}

TrainPage& pageFor(MainWindow& window, const QString& task) {
    window.showWorkspace(MainWindow::Workspace::train);
    window.trainPage()->desk().setTask(task);
    return *window.trainPage();
}

/// Trains some epochs, one after the other, and pauses: the same picture every time.
void train(TrainPage& page, int epochs) {
    auto& desk = page.desk();
    for (int k = 0; k < epochs && (k == 0 || desk.run().canStep()); ++k) {
        desk.step();
        wait([&desk, k] {
            const auto phase = desk.run().phase();
            return desk.run().epochCount() > k && phase != RunPhase::running;
        });
    }
    settle(page);
}

/// A run whose next epoch cannot go well.
session::StoredRuns brokenRun(const QString& folder) {
    training::Trainer trainer(training::makeSettings("rdm", {}, {{"units", 128}}, 1));
    for (int k = 0; k < 4; ++k) trainer.runEpoch(inThisThread());
    auto state = trainer.state();
    state.parameters[trainer.settings().shape().offset(training::Part::outputScales)] = 1e30F;
    const training::Trainer broken(trainer.settings(), state);
    training::saveCheckpoint(broken,
                             std::filesystem::path((folder + QStringLiteral("/run.checkpoint")).toStdU16String()));
    return session::storedRuns(folder);
}

/// One that an earlier start left.
session::StoredRun storedRun(const char* task, int epoch, bool finished) {
    session::StoredRun run;
    run.path = QLatin1String(task);
    run.settings = training::makeSettings(task, {}, {}, 1);
    run.epoch = epoch;
    run.finished = finished;
    training::EpochReport newest;
    newest.epoch = epoch;
    newest.accuracy = finished ? 0.993 : 0.71;
    run.newest = newest;
    run.written = QDateTime(QDate(2026, 3, 14), QTime(15, 9).addSecs(-3600 * epoch / 20));
    return run;
}

}  // namespace

std::vector<GalleryScene> trainScenes() {
    const QString first = session::examples().front().id;
    const auto scene = [&first](const char* id, std::function<QWidget*(MainWindow&)> prepare) {
        return GalleryScene{QLatin1String(id), first, std::move(prepare)};
    };
    return {
        scene("train-before",
              [](MainWindow& window) -> QWidget* {
                  settle(pageFor(window, QStringLiteral("dms")));
                  return nullptr;
              }),
        scene("train-full-rank",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("mante"));
                  page.desk().setOption(QStringLiteral("rank"), 0);
                  page.desk().setOption(QStringLiteral("units"), 128);
                  settle(page);
                  return nullptr;
              }),
        scene("train-wrong",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("romo"));
                  settle(page);
                  page.desk().setTaskOption(QStringLiteral("delay-min"), 80);
                  return nullptr;
              }),
        scene("train-during",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("dms"));
                  page.desk().setSeed(2);  // learns within a few epochs, through all stages of the curriculum
                  train(page, 7);
                  return nullptr;
              }),
        scene("train-past",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("rdm"));
                  train(page, 12);
                  page.desk().setHeld(6);
                  page.desk().showEpoch(3);
                  settle(page);
                  return nullptr;
              }),
        scene("train-finished",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("rdm"));
                  page.desk().setOption(QStringLiteral("epochs"), 10);
                  page.desk().toggle();
                  wait([&page] { return page.desk().run().phase() == RunPhase::finished; });
                  settle(page);
                  return nullptr;
              }),
        scene("train-failed",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("rdm"));
                  const auto folder = std::make_shared<QTemporaryDir>();
                  // The folder lives as long as the run that writes into it.
                  QObject::connect(&window, &QObject::destroyed, [folder] { folder->remove(); });
                  const auto found = brokenRun(folder->path());
                  if (found.runs.empty()) return nullptr;
                  page.desk().goOnWith(found.runs.front());
                  wait([&page] { return page.desk().run().phase() == RunPhase::failed; });
                  settle(page);
                  return nullptr;
              }),
        scene("train-frames",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("dms"));
                  train(page, 6);
                  auto* dialog = page.openFramesDialog();
                  wait([dialog] { return !dialog->preview().isNull(); });
                  return dialog;
              }),
        scene("train-elsewhere",
              [](MainWindow& window) -> QWidget* {
                  train(pageFor(window, QStringLiteral("dms")), 3);
                  window.showWorkspace(MainWindow::Workspace::explore);
                  return nullptr;
              }),
        scene("train-rank-1",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("rdm"));
                  train(page, 8);
                  page.portraitCard()->portrait().setVerticalInput(0);
                  settle(page);
                  return nullptr;
              }),
        scene("train-rank-3",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("flipflop"));
                  page.desk().setOption(QStringLiteral("units"), 128);
                  train(page, 6);
                  page.portraitCard()->portrait().setAxes(0, 2);
                  settle(page);
                  return nullptr;
              }),
        scene("train-rejected",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("rdm"));
                  settle(page);
                  auto* box = page.form()->box(QStringLiteral("rank"));
                  box->findChild<QLineEdit*>()->setText(QStringLiteral("99"));
                  QKeyEvent enter(QEvent::KeyPress, Qt::Key_Return, {});
                  QCoreApplication::sendEvent(box, &enter);
                  return nullptr;
              }),
        scene("train-question",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("rdm"));  // no folder: nothing keeps its checkpoint
                  page.desk().setOption(QStringLiteral("epochs"), 3);
                  page.desk().toggle();
                  wait([&page] { return page.desk().run().phase() == RunPhase::finished; });
                  settle(page);
                  page.desk().toggle();
                  return page.question();
              }),
        scene("train-discard",
              [](MainWindow& window) -> QWidget* {
                  window.keptRuns()->add({{storedRun("dms", 11, false)}, {}}, true);
                  window.keptRuns()->discardButton(0)->click();
                  return window.keptRuns()->question();
              }),
        scene("train-offer",
              [](MainWindow& window) -> QWidget* {
                  window.keptRuns()->add({{storedRun("dms", 11, false)}, {}}, true);
                  return nullptr;
              }),
        scene("train-offers",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageFor(window, QStringLiteral("rdm"));
                  window.keptRuns()->add(
                      {{storedRun("dms", 11, false), storedRun("mante", 17, true), storedRun("flipflop", 1, false),
                        storedRun("romo", 40, false), storedRun("rdm", 20, true)},
                       {}},
                      true);
                  settle(page);
                  return nullptr;
              }),
    };
}

}  // namespace kappascope::app
