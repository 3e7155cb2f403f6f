// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QImage>
#include <QMimeData>
#include <QPainter>
#include <QProcess>
#include <QPushButton>
#include <QRegularExpression>
#include <QSettings>
#include <QSpinBox>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>
#include <cmath>
#include <memory>

#include "tests/ui/command_runner.h"
#include "ui/figures/command_text.h"
#include "ui/figures/from_window.h"
#include "ui/widgets/export_dialog.h"
#include "ui/widgets/main_window.h"

using namespace kappascope;
using namespace kappascope::widgets;
using test::run;

namespace {

constexpr int patience = 60000;
constexpr double alike = 2.5;  // grey levels; what lacks its streamlines is more than 3 away

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// What another program says; an empty answer where it fails.
QByteArray output(const QString& program, const QStringList& arguments) {
    QProcess process;
    process.start(program, arguments);
    if (!process.waitForFinished(patience) || process.exitCode() != 0) return {};
    return process.readAllStandardOutput();
}

bool installed(const char* program) {
    return !QStandardPaths::findExecutable(QLatin1String(program)).isEmpty();
}

/// Mean absolute difference of two pictures' grey values, 0..255.
double difference(const QImage& first, const QImage& second) {
    // Coarse enough that how edges are smoothed does not count.
    const QImage a = first.scaledToWidth(250, Qt::SmoothTransformation).convertToFormat(QImage::Format_Grayscale8);
    const QImage b = second.scaled(a.size(), Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
                         .convertToFormat(QImage::Format_Grayscale8);
    double sum = 0;
    for (int y = 0; y < a.height(); ++y)
        for (int x = 0; x < a.width(); ++x) sum += std::abs(int(a.constScanLine(y)[x]) - int(b.constScanLine(y)[x]));
    return sum / (double(a.width()) * a.height());
}

}  // namespace

class FiguresTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder_.filePath(QStringLiteral("settings")));
        QCoreApplication::setOrganizationName(QStringLiteral("KappascopeTest"));
        window_ = std::make_unique<MainWindow>(QStringLiteral("effective-connectivity"));
        window_->show();
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
        auto trial = explorer().state()->trial;
        trial.task = QStringLiteral("dms");
        trial.condition = QStringLiteral("A-B delay 50");
        trial.noise = 0.1;
        trial.trials = 2;
        explorer().document().setTrial(trial);
        explorer().document().setInput(1, 0.35);
        explorer().document().setGain(1, 0.7);
        explorer().addTrajectory(-1.25, 0.5);
        explorer().addTrajectory(0.5, -1, true);
        // The range follows the portraits; the comparison of all conditions may still go on.
        const auto drawn = [this] {
            for (const int side : {0, 1}) {
                const auto result = explorer().result(side);
                if (!result || !result->complete || result->state != explorer().state() ||
                    !(result->view == explorer().view()))
                    return false;
            }
            return true;
        };
        QTRY_VERIFY_WITH_TIMEOUT(drawn(), patience);
    }
    void cleanupTestCase() { window_.reset(); }

    /// The window's file, and that of the command which its dialog offers.
    void windowAndCommandGiveTheSameBytes_data() {
        QTest::addColumn<QString>("view");
        QTest::addColumn<QString>("name");
        QTest::newRow("pdf") << "portraits"
                             << "pair.pdf";
        QTest::newRow("svg, one portrait") << "right"
                                           << "right.svg";
        QTest::newRow("png, with its trial") << "summary"
                                             << "summary.png";
        QTest::newRow("trial alone") << "time"
                                     << "it's a trial.pdf";
    }
    void windowAndCommandGiveTheSameBytes() {
        QFETCH(QString, view);
        QFETCH(QString, name);
        ExportDialog* dialog = openDialog(view);
        dialog->width()->setValue(123.4);
        dialog->font()->setValue(7.5);
        dialog->theme()->setCurrentIndex(1);
        dialog->transparent()->setChecked(true);
        dialog->dpi()->setValue(150);
        const QString fromWindow = folder_.filePath(name);
        dialog->saveFigure(fromWindow);
        QTRY_VERIFY_WITH_TIMEOUT(!window_->figureExporter().isBusy(), patience);
        const QByteArray bytes = contents(fromWindow);
        QVERIFY(bytes.size() > 1000);

        const QString fromCommand = folder_.filePath(QStringLiteral("command ") + name);
        const auto order = dialog->order();
        QVERIFY(order);
        QStringList arguments = test::wordsOf(figures::commandLine(figures::commandArguments(*order, fromCommand)) +
                                              QStringLiteral(" --json"));
        const auto made = run(arguments);
        QVERIFY2(made.exitCode == 0, made.err.constData());
        QCOMPARE(made.json().at("width_mm").get<double>(), 123.4);
        const QByteArray different = firstDifference(bytes, contents(fromCommand));
        QVERIFY2(different.isEmpty(), different.constData());
        // Once more: two runs are alike too.
        arguments.replaceInStrings(fromCommand, folder_.filePath(QStringLiteral("again ") + name));
        QCOMPARE(run(arguments).exitCode, 0);
        QVERIFY(contents(folder_.filePath(QStringLiteral("again ") + name)) == bytes);
    }

    void theDialogNamesTheCommand() {
        ExportDialog* dialog = openDialog(QStringLiteral("summary"));
        for (const char* part : {"kappascope figure effective-connectivity", "--view summary", "--input 0,0.35",
                                 "--gain 1,0.7", "--range ", "--from ", ",back", "--task dms",
                                 "--condition 'A-B delay 50'", "--noise 0.1", "-o figure.pdf"})
            QVERIFY2(dialog->command().contains(QLatin1String(part)), qPrintable(dialog->command()));
        QTest::mouseClick(dialog->copyCommandButton(), Qt::LeftButton);
        QCOMPARE(QGuiApplication::clipboard()->text(), dialog->command());
        // The command follows the window.
        explorer().document().setInput(1, 0.5);
        QVERIFY(dialog->command().contains(QStringLiteral("--input 0,0.5 ")));
        explorer().document().undoStack().undo();
    }

    void argumentsAreQuotedForAShell() {
        for (const QString& word : {QStringLiteral("it's"), QStringLiteral("a b"), QStringLiteral("$HOME `x` \"y\" \\"),
                                    QString(), QStringLiteral("naïve κ.pt"), QStringLiteral("*?[a]!~#&;|<>(){}")})
            QCOMPARE(test::wordsOf(QStringLiteral("x ") + figures::shellQuoted(word)), QStringList{word});
    }

    void thePreviewIsTheFigure() {
        ExportDialog* dialog = openDialog(QStringLiteral("portraits"));
        dialog->theme()->setCurrentIndex(1);
        dialog->transparent()->setChecked(false);
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->preview().isNull(), patience);
        const QImage dark = dialog->preview();
        dialog->theme()->setCurrentIndex(0);
        QTRY_VERIFY_WITH_TIMEOUT(!dialog->preview().isNull(), patience);
        QVERIFY(qGray(dark.pixel(1, 1)) < 60 && qGray(dialog->preview().pixel(1, 1)) > 200);
        const QString path = folder_.filePath(QStringLiteral("previewed.png"));
        dialog->saveFigure(path);
        QTRY_VERIFY_WITH_TIMEOUT(!window_->figureExporter().isBusy(), patience);
        QVERIFY(difference(dialog->preview(), QImage(path)) < alike);
    }

    void settingsAreRemembered() {
        ExportDialog* dialog = openDialog(QStringLiteral("left"));
        dialog->width()->setValue(61);
        dialog->legend()->setChecked(false);
        delete dialog;
        dialog = window_->openExportDialog();
        QCOMPARE(dialog->view()->currentData().toString(), QStringLiteral("left"));
        QCOMPARE(dialog->width()->value(), 61.0);
        QVERIFY(!dialog->legend()->isChecked());
        dialog->legend()->setChecked(true);
    }

    void copyingOffersThreeFormatsAtOnce() {
        delete window_->openExportDialog();
        window_->activateWindow();
        QVERIFY(QTest::qWaitForWindowActive(window_.get()));
        QGuiApplication::clipboard()->clear();
        QTest::keyClick(window_.get(), Qt::Key_C, Qt::ControlModifier);
        const auto copied = [] {
            const QMimeData* held = QGuiApplication::clipboard()->mimeData();
            return held && held->hasImage();
        };
        QTRY_VERIFY_WITH_TIMEOUT(copied(), patience);
        const QMimeData* data = QGuiApplication::clipboard()->mimeData();
        QVERIFY(data->data(QStringLiteral("image/svg+xml")).contains("<svg "));
        QVERIFY(data->data(QStringLiteral("application/pdf")).startsWith("%PDF"));
        const QImage image = qvariant_cast<QImage>(data->imageData());
        QCOMPARE(image.width(), qRound(180 / 25.4 * 300));
    }

    void theDataAreThoseOfTheCommandLine() {
        ExportDialog* dialog = openDialog(QStringLiteral("summary"));
        const QString fromWindow = folder_.filePath(QStringLiteral("data")), fromCommand = folder_.filePath("data2");
        dialog->saveData(fromWindow);
        QTRY_VERIFY_WITH_TIMEOUT(!window_->figureExporter().isBusy(), patience);
        const auto order = dialog->order();
        const auto made =
            run(figures::commandArguments(*order, folder_.filePath(QStringLiteral("with-data.svg")), fromCommand));
        QVERIFY2(made.exitCode == 0, made.err.constData());
        for (const char* name : {"trial-network.csv", "trial-mean-field.csv", "fixed-points.csv", "cycles.csv"}) {
            const QByteArray bytes = contents(fromWindow + u'/' + QLatin1String(name));
            QVERIFY2(bytes.count('\n') > 1 || qstrcmp(name, "cycles.csv") == 0, name);
            QVERIFY2(contents(fromCommand + u'/' + QLatin1String(name)) == bytes, name);
        }
        // The trial is the one that "simulate" runs.
        const QString csv = folder_.filePath(QStringLiteral("simulated.csv"));
        QCOMPARE(run({"simulate", "effective-connectivity", "--level", "mean-field", "--gain", "1,0.7", "--task", "dms",
                      "--condition", "A-B delay 50", "--noise", "0.1", "--trials", "2", "--input-noise", "--csv", csv})
                     .exitCode,
                 0);
        QCOMPARE(contents(csv), contents(fromWindow + QStringLiteral("/trial-mean-field.csv")));
    }

    void widthsAreExactAndTextIsText() {
        if (!installed("pdftotext") || !installed("pdfinfo")) QSKIP("Needs poppler-utils.");
        const QString path = folder_.filePath(QStringLiteral("text.pdf"));
        const auto made = run({"figure", "effective-connectivity", "--view", "summary", "--task", "dms", "--condition",
                               "A-A delay 50", "--width-mm", "90", "--input", "0,1", "-o", path, "--json"});
        QVERIFY2(made.exitCode == 0, made.err.constData());
        const QString info = QString::fromUtf8(output(QStringLiteral("pdfinfo"), {path}));
        const auto page = QRegularExpression(QStringLiteral("Page size: +([0-9.]+) x ([0-9.]+) pts")).match(info);
        QVERIFY2(page.hasMatch(), qPrintable(info));
        QVERIFY(std::abs(page.captured(1).toDouble() - 90 / 25.4 * 72) < 1e-3);
        QVERIFY(std::abs(page.captured(2).toDouble() - made.json().at("height_mm").get<double>() / 25.4 * 72) < 1e-3);
        QString text = QString::fromUtf8(output(QStringLiteral("pdftotext"), {"-layout", path, "-"}));
        const QString loose = text;
        text.remove(QRegularExpression(QStringLiteral("\\s")));
        for (const char* label :
             {"κ1", "κ2", "κ1nullcline", "κ2nullcline", "Network,N=4,096", "Mean-fieldcircuit,2populations",
              "limitcycle", "time(ms)", "stimulusA", "delay", "decision", "−1", "0.5", "u", "z"})
            QVERIFY2(text.contains(QString::fromUtf8(label)), qPrintable(QString::fromUtf8(label) + u'\n' + loose));
        const QByteArray images = output(QStringLiteral("pdfimages"), {"-list", path});
        QVERIFY(images.count("image") >= 2);
        QVERIFY2(!images.contains("jpeg"), images.constData());
    }

    /// Other programs draw the svg as we draw the png.
    void svgLooksAlikeElsewhere() {
        const QString svg = folder_.filePath(QStringLiteral("elsewhere.svg"));
        const QString png = folder_.filePath(QStringLiteral("elsewhere.png"));
        for (const QString& path : {svg, png})
            QCOMPARE(run({"figure", "effective-connectivity", "--input", "0,1", "--range", "-1.5,1,-1,1.2",
                          "--width-mm", "100", "--dpi", "254", "-o", path})
                         .exitCode,
                     0);
        const QImage ours(png);
        QCOMPARE(ours.width(), 1000);
        const QString theirs = folder_.filePath(QStringLiteral("theirs.png"));
        if (!installed("rsvg-convert")) QSKIP("Needs rsvg-convert.");
        QProcess::execute(QStringLiteral("rsvg-convert"),
                          {"-w", "1000", "--background-color", "white", "-o", theirs, svg});
        const QImage rsvg(theirs);
        QCOMPARE(rsvg.width(), 1000);
        QVERIFY(std::abs(rsvg.height() - ours.height()) <= 2);
        QVERIFY2(difference(ours, rsvg) < alike, qPrintable(QString::number(difference(ours, rsvg))));
        // The measure sees what is missing: the same figure without its lines.
        const QString bare = folder_.filePath(QStringLiteral("bare.png"));
        QCOMPARE(run({"figure", "effective-connectivity", "--input", "0,1", "--range", "-1.5,1,-1,1.2", "--width-mm",
                      "100", "--dpi", "254", "--layers", "speed,cycles,nullclines,fixed-points", "-o", bare})
                     .exitCode,
                 0);
        QVERIFY2(difference(ours, QImage(bare)) > 1.2 * alike,
                 qPrintable(QString::number(difference(ours, QImage(bare)))));
        if (!installed("chromium")) QSKIP("rsvg-convert agrees; needs chromium for the rest.");
        const QString browser = folder_.filePath(QStringLiteral("browser.png"));
        // 100 mm are 378 pixels of 1/96 inch.
        QProcess chromium;
        chromium.start(
            QStringLiteral("chromium"),
            {"--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-device-scale-factor=2",
             "--user-data-dir=" + folder_.filePath(QStringLiteral("profile")),
             QStringLiteral("--window-size=378,%1").arg(qRound(ours.height() * 0.378)), "--screenshot=" + browser,
             "file://" + svg});
        QVERIFY(chromium.waitForFinished(patience));
        const QImage page(browser);
        if (page.isNull()) QSKIP("Chromium does not start here.");
        QCOMPARE(page.width(), 756);
        const QImage whole = ours.scaledToWidth(756, Qt::SmoothTransformation);
        const QImage seen = page.copy(0, 0, 756, std::min(page.height(), whole.height()));
        QVERIFY2(difference(whole.copy(seen.rect()), seen) < alike,
                 qPrintable(QString::number(difference(whole.copy(seen.rect()), seen))));
    }

    void wrongRequestsAreRefusedBeforeAnythingIsWritten() {
        QTemporaryDir empty;
        const QString path = empty.filePath(QStringLiteral("figure.pdf"));
        const auto refused = [&](QStringList arguments, int code) {
            arguments = QStringList{"figure", "effective-connectivity", "-o", path} + arguments;
            const auto made = run(arguments);
            const bool one = made.err.trimmed().count('\n') == 0 && made.err.startsWith("kappascope: ");
            if (made.exitCode != code || !one) qWarning() << arguments << made.exitCode << made.err;
            return made.exitCode == code && one && QDir(empty.path()).isEmpty();
        };
        QVERIFY(refused({"--view", "portrait"}, 2));
        QVERIFY(refused({"--view", "time"}, 2));
        QVERIFY(refused({"--view", "time", "--task", "none"}, 2));
        QVERIFY(refused({"--view", "time", "--task", "dms", "--condition", "Z-Z"}, 2));
        QVERIFY(refused({"--range", "1,0,0,1"}, 2));
        QVERIFY(refused({"--range", "1,0,0"}, 2));
        QVERIFY(refused({"--layers", "speed,flowers"}, 2));
        QVERIFY(refused({"--axes", "1,3"}, 2));
        QVERIFY(refused({"--levels", "network"}, 2));
        QVERIFY(refused({"--from", "1"}, 2));
        QVERIFY(refused({"--width-mm", "5"}, 2));
        QVERIFY(refused({"--theme", "blue"}, 2));
        QCOMPARE(run({"figure", "effective-connectivity", "-o", empty.filePath(QStringLiteral("figure.gif"))}).exitCode,
                 2);
        QCOMPARE(
            run({"figure", "effective-connectivity", "-o", empty.filePath(QStringLiteral("no/figure.pdf"))}).exitCode,
            1);
        QVERIFY(QDir(empty.path()).isEmpty());
    }

private:
    session::Explorer& explorer() { return window_->explorer(); }

    ExportDialog* openDialog(const QString& view) {
        ExportDialog* dialog = window_->openExportDialog();
        dialog->view()->setCurrentIndex(dialog->view()->findData(view));
        return dialog;
    }

    /// Where two files begin to differ; empty where they do not.
    static QByteArray firstDifference(const QByteArray& a, const QByteArray& b) {
        if (a == b) return {};
        const auto at = std::mismatch(a.begin(), a.end(), b.begin(), b.end()).first - a.begin();
        const auto from = std::max<qsizetype>(0, at - 60);
        return "at " + QByteArray::number(at) + ": ..." + a.mid(from, 160) + "... and ..." + b.mid(from, 160);
    }

    QTemporaryDir folder_;
    std::unique_ptr<MainWindow> window_;
};

int main(int argc, char** argv) {
    if (test::runsAsProgram()) return app::runCommand(argc, argv);
    QApplication application(argc, argv);
    FiguresTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_figures.moc"
