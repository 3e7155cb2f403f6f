// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gallery_train.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>
#include <filesystem>
#include <functional>
#include <memory>

#include "core/training/checkpoint.h"
#include "ui/session/state.h"
#include "ui/session/train_portrait.h"
#include "ui/widgets/frames_dialog.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/train_offers.h"
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
        return !busy && estimated && desk.preview() && desk.shown() && page.portrait().isSettled();
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
                  page.desk().run().resume(found.runs.front(), false);
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
        scene("train-offer",
              [](MainWindow& window) -> QWidget* {
                  session::StoredRun run;
                  run.settings = training::makeSettings("dms", {}, {}, 1);
                  run.epoch = 11;
                  window.trainOffers()->offer({{run}, {}});
                  return nullptr;
              }),
    };
}

}  // namespace kappascope::app
