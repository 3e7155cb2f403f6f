// SPDX-License-Identifier: GPL-3.0-or-later
#include <QDropEvent>
#include <QMenu>
#include <QMessageBox>
#include <QMimeData>
#include <QPushButton>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include "app/windows.h"
#include "tests/session/session_fixtures.h"
#include "tests/ui/window_fixtures.h"
#include "ui/widgets/equation_panel.h"
#include "ui/widgets/layer_bar.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/matrix_widget.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/portrait_view.h"

using namespace kappascope;
using session::Explorer;
using session::Level;
using test::patience;
using test::press;
using namespace widgets;

class TestSessions : public QObject {
    Q_OBJECT

private slots:
    void init() {
        folder_ = std::make_unique<QTemporaryDir>();
        start();
        open(QStringLiteral("effective-connectivity"));
    }
    void cleanup() {
        windows_.reset();
        folder_.reset();
    }

    void everythingIsFoundAsItWas() {
        explorer().document().setInput(1, 0.7);
        explorer().document().setGain(0, 1.0 / 3);
        explorer().document().setOn(1, false);
        session::TrialChoice trial;
        trial.task = QStringLiteral("dms");
        trial.condition = QStringLiteral("A-B delay 50");
        trial.noise = 0.05;
        explorer().document().setTrial(trial);
        explorer().setLevel(0, Level::exact);
        window_->layerBar()->button(QStringLiteral("nullclines"))->click();
        window_->layerBar()->particles()->click();
        explorer().addTrajectory(0.25, -0.5);
        explorer().addTrajectory(-0.1, 0.3, true);
        auto view = explorer().view();
        view.xMin -= 0.125;
        explorer().setView(view);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
        QVERIFY(window_->isWindowModified());
        saveAs(path());
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isWindowModified() && QFile::exists(path()), patience);
        QCOMPARE(explorer().document().path(), path());
        QVERIFY(window_->windowTitle().contains(QStringLiteral("mine")));
        const auto before = explorer().state();
        const auto seen = explorer().viewState();
        const QImage picture = explorer().result(0)->image;
        QVERIFY(window_->close());

        start();
        open(path());
        const auto after = explorer().state();
        QVERIFY(tests::identical(after->network, before->network) && tests::identical(after->circuit, before->circuit));
        QVERIFY(tests::identical(after->input, before->input) && tests::identical(after->gains, before->gains));
        QVERIFY(after->on == before->on && after->trial == before->trial && after->notes == before->notes);
        QCOMPARE(after->title, before->title);
        QVERIFY(tests::identical(explorer().viewState(), seen));
        QVERIFY(!window_->layerBar()->button(QStringLiteral("nullclines"))->isChecked());
        QVERIFY(!window_->layerBar()->particles()->isChecked() && !window_->view(0)->plot()->particlesOn());
        QCOMPARE(explorer().document().path(), path());
        QVERIFY(!window_->isWindowModified());
        QCOMPARE(explorer().result(0)->image.size(), picture.size());
        QVERIFY(explorer().result(0)->portrait->census.points.size() > 0);
        QVERIFY(!explorer().trajectories(0)->empty());
    }

    void anAutomaticViewIsFoundAgain() {
        const auto seen = explorer().viewState();
        QVERIFY(seen.automatic && seen.fitted);
        saveAs(path());
        QTRY_VERIFY_WITH_TIMEOUT(explorer().document().path() == path(), patience);
        start();
        open(path());
        QVERIFY(tests::identical(explorer().viewState(), seen));
    }

    void cancelKeepsEverything() {
        change();
        window_->close();
        answer(QMessageBox::Cancel);
        QVERIFY(window_ && window_->isVisible() && window_->isWindowModified());
        window_->files()->open(QStringLiteral("rotation"));
        answer(QMessageBox::Cancel);
        QTest::qWait(50);
        QCOMPARE(explorer().state()->source, QStringLiteral("effective-connectivity"));
        windows_->quit();
        answer(QMessageBox::Cancel);
        QVERIFY(window_ && window_->isVisible());
        // Undone, there is nothing to lose any more.
        press(window_, Qt::Key_Z, Qt::ControlModifier);
        QVERIFY(!window_->isWindowModified());
        QVERIFY(window_->close());
    }

    void discardAndSaveGoOn() {
        change();
        window_->files()->open(QStringLiteral("rotation"));
        answer(QMessageBox::Discard);
        QTRY_COMPARE_WITH_TIMEOUT(explorer().state()->source, QStringLiteral("rotation"), patience);
        QVERIFY(!window_->isWindowModified());
        saveAs(path());
        QTRY_COMPARE_WITH_TIMEOUT(explorer().document().path(), path(), patience);
        change();
        window_->close();
        answer(QMessageBox::Save);
        QTRY_VERIFY_WITH_TIMEOUT(!window_, patience);
        QCOMPARE(session::open(path())->input[0], 0.375);
    }

    void undoingAnOpenBringsBackItsFile() {
        saveAs(path());
        QTRY_COMPARE_WITH_TIMEOUT(explorer().document().path(), path(), patience);
        window_->files()->open(QStringLiteral("rotation"));
        QTRY_COMPARE_WITH_TIMEOUT(explorer().state()->source, QStringLiteral("rotation"), patience);
        QVERIFY(explorer().document().path().isEmpty());
        press(window_, Qt::Key_Z, Qt::ControlModifier);
        QCOMPARE(explorer().document().path(), path());
        QVERIFY(!window_->isWindowModified());
    }

    void aFailedSaveLosesNothing() {
        change();
        window_->files()->saver().save(QStringLiteral("/proc/no/such.kappa"));
        QTRY_VERIFY_WITH_TIMEOUT(window_->messageBar()->message().contains(QStringLiteral("such.kappa")), patience);
        QVERIFY(window_->isWindowModified() && explorer().document().path().isEmpty());
        window_->close();
        answer(QMessageBox::Cancel);
        QVERIFY(window_->isVisible());
    }

    void recentFilesAreOfferedAndPruned() {
        saveAs(path());
        QTRY_COMPARE_WITH_TIMEOUT(explorer().document().path(), path(), patience);
        std::unique_ptr<QMenu> menu(window_->files()->makeOpenMenu(nullptr));
        QVERIFY(offered(*menu));
        QVERIFY(QFile::remove(path()));
        QVERIFY(!offered(*menu));
        QSettings settings(ini(), QSettings::IniFormat);
        session::Recent recent(settings);
        for (int k = 0; k < 14; ++k) {
            QFile file(folder_->filePath(QStringLiteral("%1.pt").arg(k)));
            QVERIFY(file.open(QIODevice::WriteOnly));
            recent.add(file.fileName());
        }
        recent.add(folder_->filePath(QStringLiteral("9.pt")));
        QCOMPARE(recent.files().size(), 10);
        QVERIFY(recent.files().front().endsWith(QStringLiteral("/9.pt")));
        QCOMPARE(recent.files().count(recent.files().front()), 1);
    }

    void filesAndWindows() {
        press(window_, Qt::Key_N, Qt::ControlModifier);
        QCOMPARE(windows_->all().size(), std::size_t(2));
        QMimeData data;
        const QString first = folder_->filePath(QStringLiteral("a.json"));
        const QString second = folder_->filePath(QStringLiteral("b.json"));
        QVERIFY(QFile::copy(QStringLiteral(":/examples/two-memories.json"), first));
        QVERIFY(QFile::copy(QStringLiteral(":/examples/rotation.json"), second));
        data.setUrls({QUrl::fromLocalFile(first), QUrl::fromLocalFile(second)});
        QDragEnterEvent enter(QPoint(400, 300), Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(window_.data(), &enter);
        QVERIFY(enter.isAccepted());
        QDropEvent event(QPointF(400, 300), Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(window_.data(), &event);
        QCOMPARE(windows_->all().size(), std::size_t(3));
        QTRY_COMPARE_WITH_TIMEOUT(explorer().state()->source, first, patience);
        MainWindow* third = windows_->all().back();
        QTRY_VERIFY_WITH_TIMEOUT(third->explorer().state() && third->explorer().state()->source == second, patience);
        // The theme is one for all, and remembered.
        press(third, Qt::Key_D, Qt::ControlModifier);
        QVERIFY(window_->isDark());
        QSettings settings(ini(), QSettings::IniFormat);
        QVERIFY(settings.value(QStringLiteral("dark")).toBool());
        // One dirty window holds all back.
        third->explorer().document().setInput(0, 0.5);
        windows_->quit();
        QVERIFY(third->files()->question());
        third->files()->question()->button(QMessageBox::Cancel)->click();
        QVERIFY(window_->isVisible() && third->isVisible());
        windows_->quit();
        third->files()->question()->button(QMessageBox::Discard)->click();
        QTRY_VERIFY(!window_);
    }

    void whatACrashLeftIsOffered() {
        // An autosave whose program is gone: a session without a lock.
        const auto left = tests::unusualState();
        QVERIFY(QDir().mkpath(autosaves()));
        const QString orphan = autosaves() + QStringLiteral("/left.kappa");
        QFile file(orphan);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(session::sessionBytes(left, {})));
        file.close();
        windows_->offerRestore(*window_);
        MessageBar* offer = nullptr;
        for (MessageBar* bar : window_->findChildren<MessageBar*>())
            if (!bar->answers().empty()) offer = bar;
        QVERIFY(offer && offer->message().contains(QStringLiteral("unexpectedly")));
        QCOMPARE(offer->answers().size(), std::size_t(2));
        // Copies every moment: the one that is being restored is not taken for one of the present document.
        window_->files()->setAutosave(autosaves(), 1);
        QTest::mouseClick(offer->answers()[0], Qt::LeftButton);
        QTRY_COMPARE_WITH_TIMEOUT(explorer().state()->title, left->title, patience);
        QVERIFY(explorer().document().path().isEmpty());
        QVERIFY(window_->isWindowModified());  // it was never saved
        QVERIFY(offer->message().isEmpty());
        QVERIFY(QFile::exists(orphan));  // until it is safe elsewhere
        saveAs(path());
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isWindowModified(), patience);
        QVERIFY(window_->close());
        QTRY_VERIFY(!QFile::exists(orphan));
        QVERIFY(session::orphans(autosaves()).empty());
    }

    void aCleanCloseLeavesNoAutosave() {
        window_->files()->setAutosave(autosaves(), 20);
        change();
        const auto copies = [this] { return QDir(autosaves()).entryList({QStringLiteral("*.kappa")}).size(); };
        QTRY_COMPARE_WITH_TIMEOUT(copies(), 1, patience);
        QVERIFY(session::orphans(autosaves()).empty());  // it has an owner
        window_->close();
        answer(QMessageBox::Discard);
        QTRY_VERIFY(!window_);
        QCOMPARE(copies(), 0);
    }

    /// Closing asks about the document alone; a crash is nobody's decision, and loses no more of the view either.
    void theViewOfACleanDocumentSurvivesACrash() {
        saveAs(path());
        QTRY_COMPARE_WITH_TIMEOUT(explorer().document().path(), path(), patience);
        window_->files()->setAutosave(autosaves(), 20);
        const auto copies = [this] { return QDir(autosaves()).entryList({QStringLiteral("*.kappa")}); };
        QTest::qWait(100);
        QVERIFY(copies().isEmpty());  // nothing would be lost
        explorer().addTrajectory(0.25, -0.5);
        QVERIFY(!window_->isWindowModified());
        QTRY_COMPARE_WITH_TIMEOUT(copies().size(), 1, patience);
        const auto held = session::openFile(QDir(autosaves()).filePath(copies().front()));
        QVERIFY(held.view && tests::identical(*held.view, explorer().viewState()));
        // Saved, it is in the session.
        press(window_, Qt::Key_S, Qt::ControlModifier);
        QTRY_VERIFY_WITH_TIMEOUT(copies().isEmpty(), patience);
        QCOMPARE(session::openFile(path()).view->starts.size(), explorer().starts().size());
        explorer().clearTrajectories();
        QTRY_COMPARE_WITH_TIMEOUT(copies().size(), 1, patience);
        QVERIFY(window_->close());
        QTRY_VERIFY(!window_ && copies().isEmpty());
    }

    void theEquationsFollowTheSliders() {
        press(window_, Qt::Key_Q);
        EquationPanel* panel = window_->equations();
        QVERIFY(panel && panel->isVisible());
        QVERIFY(panel->equation(0)->source().contains(QStringLiteral("r")));
        QVERIFY(panel->equation(1)->source().contains(QStringLiteral("sigma")));
        QTRY_COMPARE_WITH_TIMEOUT(panel->couplings(1)->matrix().rows(), 2, patience);
        const Eigen::MatrixXd before = panel->couplings(1)->matrix();
        for (int p = 0; p < explorer().state()->populations(); ++p) explorer().document().setOn(p, false);
        QTRY_VERIFY_WITH_TIMEOUT(panel->couplings(1)->matrix().isZero(0), patience);
        QVERIFY(!before.isZero(1e-3));
        QTest::keyClick(panel, Qt::Key_Q);
        QVERIFY(!panel->isVisible());
        for (int p = 0; p < explorer().state()->populations(); ++p) explorer().document().undoStack().undo();
    }

private:
    Explorer& explorer() { return window_->explorer(); }
    QString path() const { return folder_->filePath(QStringLiteral("mine.kappa")); }
    QString ini() const { return folder_->filePath(QStringLiteral("settings.ini")); }
    QString autosaves() const { return folder_->filePath(QStringLiteral("autosave")); }

    void start() {
        windows_ = std::make_unique<app::Windows>(false, std::make_unique<QSettings>(ini(), QSettings::IniFormat),
                                                  autosaves());
    }
    void open(const QString& pathOrId) {
        window_ = windows_->open(pathOrId);
        window_->show();
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
    }
    void change() {
        explorer().document().setInput(0, 0.375);
        QVERIFY(window_->isWindowModified());
    }
    void answer(QMessageBox::StandardButton button) {
        QMessageBox* question = window_->files()->question();
        QVERIFY(question);
        QTest::mouseClick(question->button(button), Qt::LeftButton);
    }
    void saveAs(const QString& path) { test::saveAs(window_, path); }
    bool offered(QMenu& menu) {
        emit menu.aboutToShow();
        for (const QAction* action : menu.actions())
            if (action->toolTip() == path()) return true;
        return false;
    }

    std::unique_ptr<QTemporaryDir> folder_;
    std::unique_ptr<app::Windows> windows_;
    QPointer<MainWindow> window_;
};

QTEST_MAIN(TestSessions)
#include "tst_sessions.moc"
