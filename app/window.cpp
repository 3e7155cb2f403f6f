// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window.h"

#include <QApplication>
#include <QCommandLineParser>
#include <QIcon>
#include <QPointer>
#include <QSettings>
#include <QTimer>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "app/commands.h"
#include "resources/resources.h"
#include "ui/widgets/layer_bar.h"
#include "ui/widgets/main_window.h"

namespace kappascope::app {

namespace {

constexpr int settleMs = 60000;    // a portrait that takes longer than this is painted as it is
constexpr int particlesMs = 2500;  // so that the tails are there

bool wantsScreenshot(int argc, char** argv) {
    for (int i = 1; i < argc; ++i)
        if (std::strncmp(argv[i], "--screenshot", 12) == 0) return true;
    return false;
}

QSize sizeOf(const QString& text) {
    const QStringList parts = text.split(u'x');
    const QSize size = parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
    return size.isEmpty() ? QSize(1280, 800) : size.boundedTo(QSize(8000, 8000));
}

/// Waits until the portraits are complete, lets the particles drift, and writes the window's picture.
/// card: the number of the fixed point whose card is open, from 1; 0 for none.
int takeScreenshot(widgets::MainWindow& window, const QString& path, int card) {
    QTimer poll;
    bool drifting = false;
    int waited = 0;
    QObject::connect(&poll, &QTimer::timeout, [&] {
        constexpr int interval = 50;
        waited += interval;
        if (drifting || (!window.explorer().isSettled() && waited < settleMs)) return;
        drifting = true;
        for (int k = 0; k < card; ++k) window.explorer().selection().step(0);
        QTimer::singleShot(particlesMs, &window, [&] { QApplication::exit(window.grab().save(path) ? 0 : 1); });
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
                       {QStringLiteral("layers"), QString(), QStringLiteral("ids")},
                       {QStringLiteral("card"), QString(), QStringLiteral("number")},
                       {QStringLiteral("dark"), QString()}});
    parser.process(application);

    QStringList files = parser.positionalArguments();
    if (parser.isSet(QStringLiteral("example"))) files.prepend(parser.value(QStringLiteral("example")));
    if (files.isEmpty()) files += QStringLiteral("effective-connectivity");

    QSettings settings;
    const bool dark =
        parser.isSet(QStringLiteral("dark")) || (!screenshot && settings.value(QStringLiteral("dark"), false).toBool());
    std::vector<std::unique_ptr<widgets::MainWindow>> windows;
    for (const QString& file : files) {
        auto window = std::make_unique<widgets::MainWindow>(file, dark);
        QObject::connect(window.get(), &widgets::MainWindow::themeChanged, window.get(), [&](bool now) {
            settings.setValue(QStringLiteral("dark"), now);
            for (const auto& other : windows) other->setDark(now);
        });
        if (parser.isSet(QStringLiteral("layers"))) {
            const QStringList ids = parser.value(QStringLiteral("layers")).split(u',');
            window->layerBar()->setLayers({ids.begin(), ids.end()});
        }
        if (screenshot) window->resize(sizeOf(parser.value(QStringLiteral("size"))));
        window->show();
        windows.push_back(std::move(window));
        if (screenshot) break;
    }
    if (screenshot)
        return takeScreenshot(*windows.front(), parser.value(QStringLiteral("screenshot")),
                              parser.value(QStringLiteral("card")).toInt());
    return QApplication::exec();
}

}  // namespace kappascope::app
