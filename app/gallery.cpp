// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/gallery.h"

#include <QApplication>
#include <QComboBox>
#include <QDir>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QMenu>
#include <QMessageBox>
#include <QPixmap>
#include <QProcess>
#include <QSettings>
#include <QTemporaryDir>
#include <QTimer>
#include <QToolButton>
#include <cstdio>
#include <memory>

#include "app/gallery_behaviour.h"
#include "app/gallery_connect.h"
#include "app/gallery_train.h"
#include "ui/session/state.h"
#include "ui/widgets/diagram_view.h"
#include "ui/widgets/equation_panel.h"
#include "ui/widgets/export_dialog.h"
#include "ui/widgets/file_actions.h"
#include "ui/widgets/help_dialog.h"
#include "ui/widgets/layer_bar.h"
#include "ui/widgets/main_window.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/task_options.h"
#include "ui/widgets/time_panel.h"

namespace kappascope::app {

namespace {

using widgets::MainWindow;

constexpr int patienceMs = 60000;  // a scene that takes longer than this is painted as it is
constexpr int driftMs = 900;       // so that particles have their tails
constexpr int afterMs = 250;       // layout and repainting of what a scene has opened

void complain(const QString& sentence) {
    std::fprintf(stderr, "kappascope: %s\n", qPrintable(sentence));
}

/// Lets the window live until a condition holds.
void wait(int mostMs, const std::function<bool()>& done) {
    QEventLoop loop;
    QElapsedTimer time;
    time.start();
    QTimer poll;
    QObject::connect(&poll, &QTimer::timeout, &loop, [&] {
        if (time.elapsed() >= mostMs || done()) loop.quit();
    });
    poll.start(10);
    loop.exec();
}

QWidget* exportDialog(MainWindow& window, const QString& view) {
    auto* dialog = window.openExportDialog();
    dialog->view()->setCurrentIndex(dialog->view()->findData(view));
    wait(patienceMs, [dialog] { return !dialog->preview().isNull(); });
    return dialog;
}

/// As after choosing a task.
void setTask(MainWindow& window, const QString& task, const QString& condition) {
    session::TrialChoice trial = window.explorer().state()->trial;
    trial.task = task;
    trial.condition = condition;
    window.explorer().document().setTrial(trial);
}

bool take(QWidget& widget, const QString& path) {
    if (widget.grab().save(path)) return true;
    complain(QCoreApplication::translate("Window", "%1 cannot be written.").arg(path));
    return false;
}

}  // namespace

const std::vector<GalleryScene>& galleryScenes() {
    static const std::vector<GalleryScene> scenes = [] {
        std::vector<GalleryScene> all;
        for (const auto& example : session::examples())
            all.push_back({QStringLiteral("window-%1").arg(example.id), example.id, {}});
        for (const char* trained : {"trained-dms", "trained-flipflop"})
            all.push_back({QStringLiteral("window-%1").arg(QLatin1String(trained)), QLatin1String(trained), {}});
        const QString first = session::examples().front().id;
        all.push_back({QStringLiteral("help"), first, [](MainWindow& window) -> QWidget* {
                           auto* dialog = new widgets::HelpDialog(&window);
                           dialog->show();
                           return dialog;
                       }});
        all.push_back({QStringLiteral("export"), first,
                       [](MainWindow& window) { return exportDialog(window, QStringLiteral("portraits")); }});
        all.push_back({QStringLiteral("export-trial"), first, [](MainWindow& window) {
                           setTask(window, QStringLiteral("dms"), QStringLiteral("A-B delay 50"));
                           return exportDialog(window, QStringLiteral("summary"));
                       }});
        all.push_back({QStringLiteral("message-wrong-file"), first, [](MainWindow& window) -> QWidget* {
                           window.explorer().open(QStringLiteral("no-such-folder/network.pt"));
                           wait(patienceMs, [&window] { return !window.messageBar()->message().isEmpty(); });
                           return nullptr;
                       }});
        all.push_back({QStringLiteral("message-restore"), first, [](MainWindow& window) -> QWidget* {
                           window.files()->offer({session::Orphan()});
                           return nullptr;
                       }});
        all.push_back({QStringLiteral("equations"), first, [](MainWindow& window) -> QWidget* {
                           window.showEquations();
                           return window.equations();
                       }});
        all.push_back({QStringLiteral("diagram"), first, [](MainWindow& window) -> QWidget* {
                           window.view(1)->diagramButton()->click();
                           window.explorer().document().setGain(0, 0.6);
                           wait(patienceMs, [&window] { return window.view(1)->diagram()->values() != nullptr; });
                           return nullptr;
                       }});
        all.push_back({QStringLiteral("diagram-contexts"), QStringLiteral("context-dependent-decision"),
                       [](MainWindow& window) -> QWidget* {
                           for (int side = 0; side < 2; ++side) window.view(side)->diagramButton()->click();
                           wait(patienceMs, [&window] { return window.view(1)->diagram()->values() != nullptr; });
                           return nullptr;
                       }});
        all.push_back({QStringLiteral("question"), first, [](MainWindow& window) -> QWidget* {
                           window.explorer().document().setInput(0, 1);
                           window.close();
                           return window.files()->question();
                       }});
        all.push_back({QStringLiteral("trial"), first, [](MainWindow& window) -> QWidget* {
                           setTask(window, QStringLiteral("dms"), QStringLiteral("A-B delay 50"));
                           return nullptr;
                       }});
        all.push_back({QStringLiteral("trial-scrubber"), first, [](MainWindow& window) -> QWidget* {
                           setTask(window, QStringLiteral("dms"), QStringLiteral("A-B delay 50"));
                           wait(patienceMs, [&window] { return window.explorer().trial() != nullptr; });
                           window.explorer().setScrubber(95);
                           return nullptr;
                       }});
        const QString line = QStringLiteral("context-dependent-decision");  // of rank 1
        all.push_back({QStringLiteral("input-plane"), line, [](MainWindow& window) -> QWidget* {
                           window.explorer().setVerticalInput(0);
                           return nullptr;
                       }});
        all.push_back({QStringLiteral("input-plane-card"), line, [](MainWindow& window) -> QWidget* {
                           window.explorer().setVerticalInput(0);
                           wait(patienceMs, [&window] { return window.explorer().isSettled(); });
                           window.explorer().selection().step(0);
                           return nullptr;
                       }});
        all.push_back({QStringLiteral("input-plane-trial"), line, [](MainWindow& window) -> QWidget* {
                           setTask(window, QStringLiteral("mante"), {});
                           window.explorer().setVerticalInput(0);
                           wait(patienceMs, [&window] { return window.explorer().trial() != nullptr; });
                           window.explorer().setScrubber(50);
                           return nullptr;
                       }});
        all.push_back({QStringLiteral("task-options"), QStringLiteral("context-dependent-decision"),
                       [](MainWindow& window) -> QWidget* {
                           setTask(window, QStringLiteral("mante"), QStringLiteral("ctx1 coh 4,-4"));
                           auto* button = window.timePanel()->taskOptions();
                           button->menu()->popup(button->mapToGlobal(QPoint(0, button->height())));
                           return button->menu();
                       }});
        for (const int card : {1, 2, 3})
            all.push_back({QStringLiteral("card-%1").arg(card), first, [card](MainWindow& window) -> QWidget* {
                               for (int k = 0; k < card; ++k) window.explorer().selection().step(0);
                               return nullptr;
                           }});
        all.push_back({QStringLiteral("layers-all"), first, [](MainWindow& window) -> QWidget* {
                           for (const auto& layer : painting::layerRegistry())
                               if (auto* button = window.layerBar()->button(layer.id)) button->setChecked(true);
                           return nullptr;
                       }});
        all.push_back({QStringLiteral("layers-none"), first, [](MainWindow& window) -> QWidget* {
                           for (const auto& layer : painting::layerRegistry())
                               if (auto* button = window.layerBar()->button(layer.id)) button->setChecked(false);
                           return nullptr;
                       }});
        for (GalleryScene& scene : trainScenes()) all.push_back(std::move(scene));
        for (GalleryScene& scene : connectivityScenes()) all.push_back(std::move(scene));
        for (GalleryScene& scene : behaviourScenes()) all.push_back(std::move(scene));
        return all;
    }();
    return scenes;
}

int runGalleryPart(const QString& folder, QSize size, bool dark) {
    // Neither read nor changed: the user's own preferences.
    const QTemporaryDir settings;
    QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings.path());
    bool written = QDir().mkpath(folder);
    if (!written) complain(QCoreApplication::translate("Window", "%1 cannot be written.").arg(folder));
    for (const GalleryScene& scene : galleryScenes()) {
        if (!written) break;
        MainWindow window(scene.example, dark);
        window.resize(size);
        window.show();
        const auto settled = [&window] { return window.explorer().isSettled(); };
        wait(patienceMs, settled);
        QWidget* shown = scene.prepare ? scene.prepare(window) : nullptr;
        wait(patienceMs, settled);
        wait(shown ? afterMs : driftMs, [] { return false; });
        const double ratio = window.devicePixelRatioF();
        const QString name = QStringLiteral("%1-%2x%3%4-%5.png")
                                 .arg(scene.id)
                                 .arg(size.width())
                                 .arg(size.height())
                                 .arg(ratio == 1 ? QString() : QStringLiteral("@%1x").arg(ratio))
                                 .arg(dark ? QStringLiteral("dark") : QStringLiteral("light"));
        written = take(shown ? *shown : window, QDir(folder).filePath(name));
        window.closeForGood();
    }
    return written ? 0 : 1;
}

int runGallery(const QString& folder) {
    struct Part {
        const char* size;
        const char* ratio;
    };
    for (const Part& part : {Part{"1280x800", "1"}, Part{"1920x1080", "1"}, Part{"1280x800", "2"}}) {
        for (const bool dark : {false, true}) {
            QProcess process;
            auto environment = QProcessEnvironment::systemEnvironment();
            environment.insert(QStringLiteral("QT_SCALE_FACTOR"), QLatin1String(part.ratio));
            environment.insert(QStringLiteral("QT_QPA_PLATFORM"), QStringLiteral("offscreen"));
            process.setProcessEnvironment(environment);
            process.setProcessChannelMode(QProcess::ForwardedChannels);
            QStringList arguments{QStringLiteral("--gallery"), folder, QStringLiteral("--size"),
                                  QLatin1String(part.size), QStringLiteral("--part")};
            if (dark) arguments += QStringLiteral("--dark");
            process.start(QCoreApplication::applicationFilePath(), arguments);
            process.waitForFinished(-1);
            if (process.exitStatus() != QProcess::NormalExit || process.exitCode() != 0) return 1;
        }
    }
    return 0;
}

}  // namespace kappascope::app
