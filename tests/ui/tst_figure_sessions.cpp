// SPDX-License-Identifier: GPL-3.0-or-later
// A session's figure: what the window exports, and what the command makes of the file, are the same bytes.
#include <QApplication>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QFile>
#include <QSettings>
#include <QTemporaryDir>
#include <QToolButton>

#include "tests/ui/command_runner.h"
#include "tests/ui/window_fixtures.h"
#include "ui/figures/command_text.h"
#include "ui/figures/from_window.h"
#include "ui/widgets/export_dialog.h"
#include "ui/widgets/layer_bar.h"

using namespace kappascope;
using namespace kappascope::widgets;
using test::patience;
using test::run;

namespace {

QByteArray contents(const QString& path) {
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

}  // namespace

class TestFigureSessions : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() {
        QVERIFY(folder_.isValid());
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, folder_.filePath(QStringLiteral("settings")));
        QCoreApplication::setOrganizationName(QStringLiteral("KappascopeTest"));
    }
    void init() {
        window_ = std::make_unique<MainWindow>(QStringLiteral("rotation"));
        window_->show();
        session::OpenOptions options;
        options.units = 400;
        explorer().open(QStringLiteral("effective-connectivity"), options);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state() && explorer().state()->populations() == 2 && explorer().isSettled(),
                                 patience);
    }
    void cleanup() { window_.reset(); }

    void theCommandMakesTheWindowsFigure_data() {
        QTest::addColumn<bool>("scrubbed");
        QTest::addColumn<QString>("ending");
        QTest::newRow("at the sliders' input, pdf") << false << "pdf";
        QTest::newRow("at a moment of a noisy trial, svg") << true << "svg";
    }
    void theCommandMakesTheWindowsFigure() {
        QFETCH(bool, scrubbed);
        QFETCH(QString, ending);
        change(scrubbed);
        save();
        const QString fromWindow = folder_.filePath(QStringLiteral("window.") + ending);
        const QString fromCommand = folder_.filePath(QStringLiteral("command.") + ending);
        window_->exportFigure(fromWindow);
        QTRY_VERIFY_WITH_TIMEOUT(!window_->figureExporter().isBusy(), patience);
        const auto made = run({"figure", path(), "-o", fromCommand});
        QVERIFY2(made.exitCode == 0, made.err.constData());
        QVERIFY(contents(fromWindow).size() > 1000);
        QVERIFY(contents(fromWindow) == contents(fromCommand));
    }

    void theCopiedCommandNamesTheSession() {
        change(true);
        save();
        // What is changed after the save is in the command, too.
        explorer().document().setGain(0, 0.9);
        explorer().document().setOn(1, false);
        explorer().clearTrajectories();
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
        for (const char* view : {"portraits", "time", "summary"}) {
            ExportDialog* dialog = window_->openExportDialog();
            dialog->view()->setCurrentIndex(dialog->view()->findData(QString::fromLatin1(view)));
            QVERIFY2(dialog->command().contains(path()), qPrintable(dialog->command()));
            const QString fromWindow = folder_.filePath(QStringLiteral("dialog.svg"));
            dialog->saveFigure(fromWindow);
            QTRY_VERIFY_WITH_TIMEOUT(!window_->figureExporter().isBusy(), patience);
            const QString fromCommand = folder_.filePath(QStringLiteral("again.svg"));
            const auto made = run(figures::commandArguments(*dialog->order(), fromCommand));
            QVERIFY2(made.exitCode == 0, made.err.constData());
            QVERIFY2(contents(fromWindow).size() > 1000 && contents(fromWindow) == contents(fromCommand), view);
        }
    }

    /// Another circuit than the saved one: the session no longer makes this figure, its source does.
    void aSessionThatIsBehindIsNotNamed() {
        save();
        const auto named = [this] { return figures::commandArguments(*figures::orderOf(explorer()), "x.pdf"); };
        QVERIFY(named().contains(path()));
        explorer().useOneGaussian();
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state()->circuitIsOneGaussian && explorer().isSettled(), patience);
        QVERIFY(!named().contains(path()));
        QVERIFY(named().contains(QStringLiteral("effective-connectivity")) && named().contains("--populations"));
        explorer().document().undoStack().undo();
        QVERIFY(named().contains(path()));
    }

    /// Where one portrait is missing, a figure of both is one portrait, of its usual width.
    void aPairWithOnePortraitIsOne() {
        const QString file = folder_.filePath(QStringLiteral("alone.json"));
        QVERIFY(QFile::exists(file) || QFile::copy(QStringLiteral(":/examples/effective-connectivity.json"), file));
        session::OpenOptions options;
        options.sampleCircuits = false;
        explorer().open(file, options);
        QTRY_VERIFY_WITH_TIMEOUT(!explorer().state()->network && explorer().isSettled(), patience);
        ExportDialog* dialog = window_->openExportDialog();
        dialog->view()->setCurrentIndex(dialog->view()->findData(QStringLiteral("left")));
        dialog->view()->setCurrentIndex(dialog->view()->findData(QStringLiteral("portraits")));
        QCOMPARE(dialog->width()->value(), 90.0);
        QCOMPARE(figures::orderOf(explorer())->spec.widthMm, 90.0);
        QVERIFY(dialog->command().contains(QStringLiteral("--width-mm 90 ")));
        const auto order = *dialog->order();
        QCOMPARE(figures::computeFigure(order).figure.panels.size(), std::size_t(1));
        // With both it is 180 again, whatever was usual before.
        delete dialog;
        explorer().open(QStringLiteral("rotation"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer().state()->network && explorer().isSettled(), patience);
        dialog = window_->openExportDialog();
        QCOMPARE(dialog->view()->currentData().toString(), QStringLiteral("portraits"));
        QCOMPARE(dialog->width()->value(), 180.0);
    }

private:
    session::Explorer& explorer() { return window_->explorer(); }
    QString path() const { return folder_.filePath(QStringLiteral("a session.kappa")); }

    void change(bool scrubbed) {
        session::TrialChoice trial;
        trial.task = QStringLiteral("dms");
        trial.condition = QStringLiteral("A-B delay 50");
        trial.noise = scrubbed ? 0.1 : 0;
        trial.seed = 5;
        explorer().document().setTrial(trial);
        explorer().document().setInput(1, 0.35);
        explorer().document().setGain(1, 1.0 / 3);
        window_->layerBar()->button(QStringLiteral("readout"))->click();
        explorer().addTrajectory(-0.5, 0.4);
        auto view = explorer().view();
        view.xMin -= 0.125;
        explorer().setView(view);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
        if (scrubbed) explorer().setScrubber(60);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
    }

    void save() {
        window_->files()->saver().save(path());
        QTRY_COMPARE_WITH_TIMEOUT(explorer().document().path(), path(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(!window_->files()->saver().isBusy(), patience);
    }

    QTemporaryDir folder_;
    std::unique_ptr<MainWindow> window_;
};

int main(int argc, char** argv) {
    if (test::runsAsProgram()) return app::runCommand(argc, argv);
    QApplication application(argc, argv);
    TestFigureSessions test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_figure_sessions.moc"
