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
#include "ui/session/pages.h"
#include "ui/session/unit_selection.h"
#include "ui/widgets/behaviour_page.h"
#include "ui/widgets/behaviour_panel.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/diagram_view.h"
#include "ui/widgets/equation_panel.h"
#include "ui/widgets/layer_bar.h"
#include "ui/widgets/math_widget.h"
#include "ui/widgets/matrix_widget.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/number_box.h"
#include "ui/widgets/portrait_plot.h"
#include "ui/widgets/portrait_view.h"
#include "ui/widgets/selectivity_view.h"

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

    void whatOtherWorkspacesShowIsFoundAgain() {
        ask();
        press(window_, Qt::Key_1, Qt::AltModifier);
        press(window_, Qt::Key_D);
        QVERIFY(window_->view(1)->diagram()->isVisible());
        const QString explored = folder_->filePath(QStringLiteral("explored.kappa"));
        saveAs(explored);
        QTRY_VERIFY_WITH_TIMEOUT(!window_->isWindowModified() && QFile::exists(explored), patience);
        QVERIFY(explorer().viewIsSaved());
        press(window_, Qt::Key_4, Qt::AltModifier);
        window_->files()->saver().save(path());
        QTRY_COMPARE_WITH_TIMEOUT(explorer().document().path(), path(), patience);
        const auto seen = explorer().viewState();
        QVERIFY(window_->close());

        start();
        open(path());
        QCOMPARE(explorer().state()->warnings.size(), std::size_t(0));
        QVERIFY(tests::identical(explorer().viewState().pages, seen.pages));
        QVERIFY(explorer().viewIsSaved());
        isAsked();
        if (QTest::currentTestFailed()) return;
        press(window_, Qt::Key_1, Qt::AltModifier);
        QVERIFY(window_->view(1)->diagram()->isVisible() && window_->view(1)->diagramButton()->isChecked());
        QVERIFY(window_->view(0)->plot()->isVisible());
        // What is opened next has nothing to do with it, whether its page was seen or not.
        window_->files()->open(QStringLiteral("two-memories"));
        QTRY_COMPARE_WITH_TIMEOUT(explorer().state()->source, QStringLiteral("two-memories"), patience);
        QVERIFY(page().desk().look().inactivated.empty() && !page().desk().look().noise);
        QCOMPARE(page().selectivity()->desk().unit(), -1);
        QCOMPARE(session::UnitSelection::of(explorer()).count(), 0);

        QVERIFY(window_->close());

        // Nor is anything lost where the page is never looked at.
        start();
        open(folder_->filePath(QStringLiteral("explored.kappa")));
        QVERIFY(!window_->hasBehaviourPage());
        auto expected = seen.pages;
        expected.workspace = MainWindow::Workspace::explore;
        QVERIFY(tests::identical(explorer().viewState().pages, expected));
        window_->files()->open(QStringLiteral("two-memories"));
        QTRY_COMPARE_WITH_TIMEOUT(explorer().state()->source, QStringLiteral("two-memories"), patience);
        QVERIFY(!window_->hasBehaviourPage());
        const auto left = explorer().viewState().pages;
        QVERIFY(left.behaviour.inactivated.empty() && !left.behaviour.noise && !left.units);
        QVERIFY(left.selectivity.window.isEmpty() && left.selectivity.unit == -1);
    }

    /// A file that an earlier program wrote, without what came later.
    void anOlderSessionShowsExplore() {
        ask();
        window_->files()->open(QStringLiteral(KAPPASCOPE_SOURCE_DIR "/tests/data/session-v1.kappa"));
        answer(QMessageBox::Discard);
        QTRY_COMPARE_WITH_TIMEOUT(explorer().state()->title, tests::unusualState()->title, patience);
        QCOMPARE(window_->workspace(), MainWindow::Workspace::explore);
        QCOMPARE(page().desk().look().inactivated.size(), std::size_t(0));
        QVERIFY(explorer().pages().behaviour() == session::BehaviourLook());
        QCOMPARE(page().desk().trials(), 20);
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
        window_->showWorkspace(MainWindow::Workspace::connectivity);
        window_->showWorkspace(MainWindow::Workspace::explore);
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

    void otherWorkspacesSurviveACrash() {
        saveAs(path());
        QTRY_COMPARE_WITH_TIMEOUT(explorer().document().path(), path(), patience);
        ask();
        const auto seen = explorer().viewState().pages;
        window_->files()->setAutosave(autosaves(), 20);
        const auto copy = [this] {
            const auto found = QDir(autosaves()).entryList({QStringLiteral("*.kappa")});
            return found.isEmpty() ? QString() : QDir(autosaves()).filePath(found.front());
        };
        const auto held = [&] {
            const auto file = copy().isEmpty() ? session::OpenedFile() : session::openFile(copy());
            return file.view && tests::identical(file.view->pages, seen);
        };
        QTRY_VERIFY_WITH_TIMEOUT(held(), patience);
        const QString left = folder_->filePath(QStringLiteral("left.kappa"));
        QVERIFY(QFile::copy(copy(), left));
        // Another selection alone is another copy.
        session::UnitSelection::of(explorer()).clear();
        QTRY_VERIFY_WITH_TIMEOUT(!session::openFile(copy()).view->pages.units, patience);
        // A window that looks at all of it otherwise shows it as it was left.
        page().desk().setInactivated(0, 1);
        page().desk().setSeed(1);
        page().desk().setAsksCircuit(true);
        page().selectivity()->desk().setUnit(2);
        page().showView(BehaviourPage::View::choices);
        window_->showWorkspace(MainWindow::Workspace::connectivity);
        explorer().recover(left);
        QTRY_COMPARE_WITH_TIMEOUT(window_->workspace(), MainWindow::Workspace::behaviour, patience);
        QVERIFY(tests::identical(explorer().viewState().pages, seen));
        isAsked();
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
    BehaviourPage& page() { return *window_->behaviourPage(); }
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
    /// Asks in Behaviour for what nobody asks first, with few trials.
    void ask() {
        window_->showWorkspace(MainWindow::Workspace::behaviour);
        page().desk().setTrials(3);
        page().desk().setTask(QStringLiteral("dms"));
        page().desk().setAsksBoth();
        page().desk().setInactivated(1, 0.25);
        page().desk().setNoise(0.125);
        page().desk().setSeed(77);
        QTest::mouseClick(page().viewButton(BehaviourPage::View::selectivity), Qt::LeftButton);
        auto& units = page().selectivity()->desk();
        units.setWindow(QStringLiteral("delay"));
        units.setAxis(0, 1);
        units.setUnit(12);
        units.setTestOf(session::EpairsOf::selectivity);
        std::vector<char> hit(static_cast<std::size_t>(explorer().state()->network->units()), 0);
        for (const std::size_t unit : {3, 4, 5, 6, 100}) hit[unit] = 1;
        session::UnitSelection::of(explorer()).choose(hit, session::UnitSelection::Mode::replace);
    }
    /// What ask() asks is what the page shows.
    void isAsked() {
        QCOMPARE(window_->workspace(), MainWindow::Workspace::behaviour);
        QVERIFY(page().isVisible() && page().selectivity()->isVisible());
        const auto& desk = page().desk();
        QVERIFY(desk.asksBoth());
        QCOMPARE(desk.trials(), 3);
        QCOMPARE(desk.inactivated(0), 0.0);
        QCOMPARE(desk.inactivated(1), 0.25);
        QCOMPARE(desk.noise(), 0.125);
        QCOMPARE(desk.seed(), std::uint64_t(77));
        QCOMPARE(page().panel()->seed()->value(), 77.0);
        const auto& units = page().selectivity()->desk();
        QCOMPARE(units.window(), QStringLiteral("delay"));
        QCOMPARE(page().selectivity()->windowBox()->currentText(), QStringLiteral("delay"));
        QCOMPARE(units.axis(0), 1);
        QCOMPARE(units.unit(), 12);
        QCOMPARE(units.testOf(), session::EpairsOf::selectivity);
        QCOMPARE(page().selectivity()->testBox()->currentText(), QStringLiteral("selectivity"));
        QCOMPARE(session::UnitSelection::of(explorer()).count(), 5);
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
