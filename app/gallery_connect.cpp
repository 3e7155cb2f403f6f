// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gallery_connect.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QTimer>
#include <QToolButton>
#include <cmath>
#include <functional>
#include <memory>

#include "core/random.h"
#include "ui/session/session_file.h"
#include "ui/session/state.h"
#include "ui/widgets/connectivity_form.h"
#include "ui/widgets/connectivity_page.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/reductions_dialog.h"
#include "ui/widgets/refine_card.h"

namespace kappascope::app {

namespace {

using session::ConnectivityDesk;
using widgets::ConnectivityPage;
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

ConnectivityPage& pageOf(MainWindow& window) {
    window.showWorkspace(MainWindow::Workspace::connectivity);
    auto& page = *window.connectivityPage();
    wait([&page] { return page.isSettled(); });
    return page;
}

/// Finds populations automatically, with few starts.
void find(ConnectivityPage& page) {
    session::FindOptions options;
    options.starts = 8;
    page.desk().setOptions(options);
    page.desk().find();
    wait([&page] { return !page.desk().isFinding() && page.desk().isUsed() && page.isSettled(); });
}

/// Parts the units by a loading, and refines the circuit of these populations.
void refine(MainWindow& window) {
    window.explorer().usePartition(*reduction::partitionFromText("size:m1"));
    wait([&window] { return window.explorer().state()->circuit != nullptr; });
    auto& page = pageOf(window);
    auto& run = page.form()->refineCard()->run();
    run.start();
    wait([&run] { return !run.isRunning(); });
    wait([&page] { return page.isSettled(); });
}

/// Measures the reductions of a network that is parted by a loading, with few trials.
widgets::ReductionsDialog& reductions(MainWindow& window) {
    window.explorer().usePartition(*reduction::partitionFromText("size:m1"));
    wait([&window] { return window.explorer().state()->populations() == 2; });
    auto& dialog = pageOf(window).form()->refineCard()->openReductions();
    auto& run = dialog.run();
    run.plan.trials = 1;
    run.plan.fresh = 60;
    run.plan.draws = 3;
    run.start();
    wait([&run] { return !run.isRunning(); });
    return dialog;
}

/// A full-rank network: independent entries, and one mode above them.
session::OpenedFile fullRank() {
    constexpr Eigen::Index units = 200;
    network::Network network;
    network.name = "full rank";
    network.networkClass = network::NetworkClass::fullRank;
    network.scaling = network::Scaling::none;
    Random random(3, Stream::loadings);
    const auto normals = [&random](Eigen::Index rows, Eigen::Index columns, double deviation) {
        Eigen::MatrixXd matrix(rows, columns);
        for (double& each : matrix.reshaped()) each = deviation * random.normal();
        return matrix;
    };
    const Eigen::MatrixXd mode = normals(units, 1, 1);
    network.connectivity = normals(units, units, 0.8 / std::sqrt(units)) + 1.4 / units * mode * mode.transpose();
    network.inputWeights = normals(units, 1, 1);
    network.outputWeights = normals(units, 1, 1);
    auto state = std::make_shared<session::State>();
    state->title = QStringLiteral("full rank");
    state->file = std::make_shared<const network::Network>(network);
    state->network = std::make_shared<const network::Network>(network::truncated(network, 2));
    state->exact = std::make_shared<const reduction::ExactReduction>(state->network);
    state->input = Eigen::VectorXd::Zero(1);
    state->gains = Eigen::VectorXd::Ones(1);
    state->on = {true};
    return {state, {}, {}};
}

/// A circuit without units.
session::OpenedFile circuitAlone(const std::shared_ptr<const session::State>& from) {
    auto state = std::make_shared<session::State>(*from);
    state->network = state->file = nullptr;
    state->exact = nullptr;
    return {state, {}, {}};
}

}  // namespace

std::vector<GalleryScene> connectivityScenes() {
    const QString two = QStringLiteral("context-dependent-decision");
    const auto scene = [&two](const char* id, std::function<QWidget*(MainWindow&)> prepare) {
        return GalleryScene{QLatin1String(id), two, std::move(prepare)};
    };
    return {
        scene("connectivity",
              [](MainWindow& window) -> QWidget* {
                  pageOf(window);
                  return nullptr;
              }),
        scene("connectivity-fitting",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageOf(window);
                  session::FindOptions options;
                  options.starts = 10000;
                  page.desk().setOptions(options);
                  page.desk().find();
                  wait([&page] { return page.desk().progress() > 0; });
                  return nullptr;
              }),
        scene("connectivity-found",
              [](MainWindow& window) -> QWidget* {
                  window.explorer().useOneGaussian();
                  find(pageOf(window));
                  return nullptr;
              }),
        scene("connectivity-lasso",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageOf(window);
                  const double far = 1e6;
                  page.desk().select(0, 1, QPolygonF({{0, 0.4}, {far, 0.4}, {far, far}, {0, far}}),
                                     ConnectivityDesk::Mode::replace);
                  wait([&page] { return page.isSettled(); });
                  return nullptr;
              }),
        scene("connectivity-overlap",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageOf(window);
                  if (page.overlapButtonCount() > 1) page.overlapButton(0)->click();
                  return nullptr;
              }),
        GalleryScene{QStringLiteral("connectivity-trained"), QStringLiteral("trained-dms"),
                     [](MainWindow& window) -> QWidget* {
                         find(pageOf(window));
                         return nullptr;
                     }},
        GalleryScene{QStringLiteral("connectivity-refined"), QStringLiteral("trained-dms"),
                     [](MainWindow& window) -> QWidget* {
                         refine(window);
                         return nullptr;
                     }},
        GalleryScene{QStringLiteral("connectivity-reductions"), QStringLiteral("trained-dms"),
                     [](MainWindow& window) -> QWidget* { return &reductions(window); }},
        GalleryScene{QStringLiteral("explore-refined"), QStringLiteral("trained-dms"),
                     [](MainWindow& window) -> QWidget* {
                         refine(window);
                         window.showWorkspace(MainWindow::Workspace::explore);
                         wait([&window] { return window.explorer().isSettled(); });
                         return nullptr;
                     }},
        scene("connectivity-full-rank",
              [](MainWindow& window) -> QWidget* {
                  window.explorer().adopt(fullRank);
                  wait([&window] { return window.explorer().state()->isTruncated(); });
                  pageOf(window);
                  return nullptr;
              }),
        scene("connectivity-empty",
              [](MainWindow& window) -> QWidget* {
                  const auto from = window.explorer().state();
                  window.explorer().adopt([from] { return circuitAlone(from); });
                  wait([&window] { return !window.explorer().state()->network; });
                  pageOf(window);
                  return nullptr;
              }),
        scene("connectivity-export",
              [](MainWindow& window) -> QWidget* {
                  auto& page = pageOf(window);
                  page.exportButton(0)->click();
                  for (QWidget* each : window.findChildren<QWidget*>())
                      if (each->inherits("kappascope::widgets::PlotExportDialog")) return each;
                  return nullptr;
              }),
    };
}

}  // namespace kappascope::app
