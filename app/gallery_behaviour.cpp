// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gallery_behaviour.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>
#include <functional>

#include "ui/widgets/behaviour_page.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/selectivity_view.h"

namespace kappascope::app {

namespace {

using widgets::BehaviourPage;
using widgets::MainWindow;

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

BehaviourPage& pageFor(MainWindow& window) {
    window.showWorkspace(MainWindow::Workspace::behaviour);
    return *window.behaviourPage();
}

void settle(BehaviourPage& page) {
    wait([&page] { return page.desk().isSettled(); });
}

}  // namespace

std::vector<GalleryScene> behaviourScenes() {
    const auto scene = [](const char* id, const char* example, std::function<void(BehaviourPage&)> act) {
        return GalleryScene{QLatin1String(id), QLatin1String(example), [act](MainWindow& window) -> QWidget* {
                                auto& page = pageFor(window);
                                act(page);
                                settle(page);
                                return nullptr;
                            }};
    };
    return {
        scene("behaviour-curve", "trained-rdm", [](BehaviourPage& page) { page.desk().setInactivated(0, 0.7); }),
        scene("behaviour-curves", "trained-raposo", [](BehaviourPage& page) { page.desk().setGain(0, 0.6, true); }),
        scene("behaviour-matrices", "context-dependent-decision",
              [](BehaviourPage& page) {
                  page.desk().setTask(QStringLiteral("mante"));
                  page.desk().setInactivated(0, 1);
              }),
        scene("behaviour-circuit", "context-dependent-decision",
              [](BehaviourPage& page) {
                  page.desk().setTask(QStringLiteral("mante"));
                  page.desk().setAsksBoth();
                  page.desk().setGain(1, 0.3, true);
              }),
        scene("behaviour-matrix", "trained-romo", [](BehaviourPage&) {}),
        scene("behaviour-letters", "trained-dms", [](BehaviourPage&) {}),
        scene("behaviour-selectivity", "context-dependent-decision",
              [](BehaviourPage& page) {
                  page.desk().setTask(QStringLiteral("mante"));
                  page.showView(BehaviourPage::View::selectivity);
                  auto& desk = page.selectivity()->desk();
                  wait([&desk] { return desk.isSettled(); });
                  desk.setUnit(20);
                  const auto points = desk.points();
                  std::vector<char> hit;
                  for (const QPointF& each : points) hit.push_back(each.x() > 0 && each.y() > 0);
                  emit page.selectivity()->space()->lassoed(hit, {});
                  desk.runTest();
                  wait([&desk] { return !desk.isTesting(); });
              }),
        scene("behaviour-selectivity-before", "trained-dms",
              [](BehaviourPage& page) {
                  page.showView(BehaviourPage::View::selectivity);
                  auto& desk = page.selectivity()->desk();
                  wait([&desk] { return desk.isSettled(); });
              }),
        scene("behaviour-no-task", "effective-connectivity", [](BehaviourPage&) {}),
        scene("behaviour-empty", "trained-flipflop", [](BehaviourPage&) {}),
    };
}

}  // namespace kappascope::app
