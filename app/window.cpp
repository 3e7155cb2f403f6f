// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QMessageBox>
#include <QSettings>
#include <QStandardPaths>
#include <QTimer>
#include <cstdio>
#include <cstring>
#include <memory>

#include "app/commands.h"
#include "app/gallery.h"
#include "app/windows.h"
#include "resources/resources.h"
#include "ui/session/training_store.h"
#include "ui/widgets/equation_panel.h"
#include "ui/widgets/file_actions.h"
#include "ui/widgets/help_dialog.h"
#include "ui/widgets/layer_bar.h"
#include "ui/widgets/main_window.h"

namespace kappascope::app {

namespace {

constexpr int settleMs = 60000;    // a portrait that takes longer than this is painted as it is
constexpr int particlesMs = 2500;  // so that the tails are there

bool wantsScreenshot(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (std::strncmp(argv[i], "--screenshot", 12) == 0 || std::strncmp(argv[i], "--gallery", 9) == 0) return true;
    return false;
}

QSize sizeOf(const QString& text) {
    const QStringList parts = text.split(u'x');
    const QSize size = parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
    return size.isEmpty() ? QSize(1280, 800) : size.boundedTo(QSize(8000, 8000));
}

/// Brings up what --show names; returns what is to be pictured.
QWidget* bringUp(widgets::MainWindow& window, const QString& what) {
    if (what == QStringLiteral("equations")) {
        window.showEquations();
        return window.equations();
    }
    if (what == QStringLiteral("help")) {
        auto* help = new widgets::HelpDialog(&window);
        help->show();
        return help;
    }
    if (what == QStringLiteral("question")) {
        window.explorer().document().setInput(0, 1);
        window.close();
        return window.files()->question();
    }
    if (what == QStringLiteral("restore")) window.files()->offer({session::Orphan()});
    for (const GalleryScene& scene : galleryScenes())
        if (scene.id == what && scene.prepare)
            if (QWidget* shown = scene.prepare(window)) return shown;
    return &window;
}

/// Waits until the portraits are complete, lets the particles drift, and writes the window's picture.
/// card: the number of the fixed point whose card is open, from 1; 0 for none.
/// vertical: the input whose v the vertical axis shows, from 1; 0 for the speed, -1 for what is there.
int takeScreenshot(widgets::MainWindow& window, const QString& path, const QString& show, int card, int vertical) {
    QTimer poll;
    bool drifting = false;
    int waited = 0;
    QObject::connect(&poll, &QTimer::timeout, [&] {
        constexpr int interval = 50;
        waited += interval;
        if (drifting || (!window.explorer().isSettled() && waited < settleMs)) return;
        if (vertical >= 0 && window.explorer().view().input != vertical - 1 && waited < settleMs) {
            window.explorer().setVerticalInput(vertical - 1);
            return;
        }
        drifting = true;
        QWidget* shown = bringUp(window, show);
        for (int k = 0; k < card; ++k) window.explorer().selection().step(0);
        QTimer::singleShot(particlesMs, &window,
                           [shown, path] { QApplication::exit(shown->grab().save(path) ? 0 : 1); });
    });
    poll.start(50);
    const int code = QApplication::exec();
    if (code != 0) std::fprintf(stderr, "kappascope: %s\n", qPrintable(window.tr("%1 cannot be written.").arg(path)));
    return code;
}

}  // namespace

int runWindow(int argc, char** argv) {
    const bool screenshot = wantsScreenshot(argc, argv);
    if (screenshot) qputenv("QT_QPA_PLATFORM", "offscreen");
    QApplication application(argc, argv);
    QApplication::setApplicationName(QStringLiteral("Kappascope"));
    QApplication::setOrganizationName(QStringLiteral("Kappascope"));
    QApplication::setApplicationVersion(QString::fromLatin1(version));
    initResources();
    QApplication::setWindowIcon(QIcon(QStringLiteral(":/icons/kappascope.svg")));

    QCommandLineParser parser;
    parser.addPositionalArgument(QStringLiteral("files"), QCoreApplication::translate("Window", "Networks to open"));
    parser.addOptions({{QStringLiteral("screenshot"), QString(), QStringLiteral("file")},
                       {QStringLiteral("size"), QString(), QStringLiteral("WxH"), QStringLiteral("1280x800")},
                       {QStringLiteral("example"), QString(), QStringLiteral("id")},
                       {QStringLiteral("gallery"), QString(), QStringLiteral("folder")},
                       {QStringLiteral("part"), QString()},
                       {QStringLiteral("show"), QString(), QStringLiteral("equations|help|question|restore|SCENE")},
                       {QStringLiteral("layers"), QString(), QStringLiteral("ids")},
                       {QStringLiteral("card"), QString(), QStringLiteral("number")},
                       {QStringLiteral("vertical"), QString(), QStringLiteral("input")},
                       {QStringLiteral("dark"), QString()}});
    parser.process(application);

    if (parser.isSet(QStringLiteral("gallery"))) {
        const QString folder = parser.value(QStringLiteral("gallery"));
        if (!parser.isSet(QStringLiteral("part"))) return runGallery(folder);
        return runGalleryPart(folder, sizeOf(parser.value(QStringLiteral("size"))),
                              parser.isSet(QStringLiteral("dark")));
    }
    QStringList files = parser.positionalArguments();
    if (parser.isSet(QStringLiteral("example"))) files.prepend(parser.value(QStringLiteral("example")));
    if (files.isEmpty()) files += QStringLiteral("effective-connectivity");

    // A picture shows what was asked for, whatever the user prefers, and leaves no trace.
    Windows windows(parser.isSet(QStringLiteral("dark")), screenshot ? nullptr : std::make_unique<QSettings>(),
                    screenshot ? QString()
                               : QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation) +
                                     QStringLiteral("/autosave"),
                    screenshot ? QString() : session::trainingFolder());
    if (screenshot) {
        widgets::MainWindow* window = windows.open(files.front());
        if (parser.isSet(QStringLiteral("layers"))) {
            const QStringList ids = parser.value(QStringLiteral("layers")).split(u',');
            window->layerBar()->setLayers({ids.begin(), ids.end()});
        }
        window->resize(sizeOf(parser.value(QStringLiteral("size"))));
        window->show();
        return takeScreenshot(
            *window, parser.value(QStringLiteral("screenshot")), parser.value(QStringLiteral("show")),
            parser.value(QStringLiteral("card")).toInt(),
            parser.isSet(QStringLiteral("vertical")) ? parser.value(QStringLiteral("vertical")).toInt() : -1);
    }
    for (const QString& file : files) windows.open(file)->show();
    windows.offerRestore(*windows.all().front());
    return QApplication::exec();
}

}  // namespace kappascope::app
