// SPDX-License-Identifier: GPL-3.0-or-later
#include <QApplication>
#include <QDoubleSpinBox>
#include <QMenu>

#include "tests/session/session_fixtures.h"
#include "tests/ui/window_fixtures.h"
#include "ui/figures/command_text.h"
#include "ui/figures/from_window.h"
#include "ui/session/trial_choices.h"
#include "ui/widgets/choice_box.h"
#include "ui/widgets/message_bar.h"
#include "ui/widgets/task_options.h"
#include "ui/widgets/time_panel.h"

using namespace kappascope;
using namespace widgets;
using test::choose;
using test::patience;

class TestTaskOptions : public QObject {
    Q_OBJECT

private slots:
    void init() {
        window_ = std::make_unique<MainWindow>(QStringLiteral("context-dependent-decision"));
        window_->show();
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
    }
    void cleanup() { window_.reset(); }

    /// The form is the schema, of whatever task fits.
    void everyOptionIsOffered() {
        QVERIFY(!options()->isEnabled());  // no task, no options
        for (const QString& id : session::tasksFor(*explorer().state())) {
            choose(panel()->taskBox(), session::taskTitle(id));
            QVERIFY(options()->isEnabled());
            const auto schemas = tasks::task(id.toStdString()).options();
            QVERIFY(!schemas.empty());
            for (const auto& schema : schemas) {
                const QDoubleSpinBox* box = options()->box(QString::fromStdString(schema.id));
                QVERIFY2(box, schema.id.c_str());
                QCOMPARE(box->minimum(), schema.minimum);
                QCOMPARE(box->maximum(), schema.maximum);
                QVERIFY(!box->accessibleName().isEmpty() && !box->toolTip().isEmpty());
            }
            QVERIFY(!options()->box(QStringLiteral("no such option")));
        }
    }

    /// As in a session of a newer program: a sentence, and no options.
    void anUnknownTaskHasNone() {
        session::TrialChoice choice;
        choice.task = QStringLiteral("newtask");
        explorer().document().setTrial(choice);
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
        QVERIFY(!options()->isEnabled());
        QVERIFY(!window_->messageBar()->message().isEmpty());
    }

    /// From the keyboard: opening puts the hand on the first box, Tab on the next; the menu is as large as its form.
    void theFormIsReachedByKeyboard() {
        for (const QString& id : session::tasksFor(*explorer().state())) {
            choose(panel()->taskBox(), session::taskTitle(id));
            const auto schemas = tasks::task(id.toStdString()).options();
            const auto box = [&](std::size_t k) { return options()->box(QString::fromStdString(schemas[k].id)); };
            options()->menu()->popup(options()->mapToGlobal(QPoint(0, options()->height())));
            QTRY_VERIFY(box(0)->hasFocus());
            for (std::size_t k = 1; k < schemas.size(); ++k) {
                QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
                QVERIFY(box(k)->hasFocus());
                QVERIFY(options()->menu()->rect().contains(
                    QRect(box(k)->mapTo(options()->menu(), QPoint(0, 0)), box(k)->size())));
            }
            options()->menu()->close();
        }
    }

    void theCuesAmplitudeIsSetKeptAndUndone_data() {
        QTest::addColumn<QString>("task");
        QTest::newRow("mante") << "mante";
        QTest::newRow("raposo") << "raposo";
    }
    void theCuesAmplitudeIsSetKeptAndUndone() {
        QFETCH(QString, task);
        choose(panel()->taskBox(), session::taskTitle(task));
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
        const auto strongest = [this] { return explorer().trial()->trial.inputs.bottomRows(2).maxCoeff(); };
        const double usual = strongest();
        QDoubleSpinBox* cue = options()->box(QStringLiteral("cue"));
        QCOMPARE(cue->value(), usual);
        QVERIFY(usual != 0.5);
        options()->menu()->popup(options()->mapToGlobal(QPoint(0, options()->height())));
        QVERIFY(cue->isVisible());
        cue->selectAll();
        QTest::keyClicks(cue, QStringLiteral("0.5"));
        QTest::keyClick(cue, Qt::Key_Tab);
        options()->menu()->close();
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
        QCOMPARE(strongest(), 0.5);
        QCOMPARE(explorer().state()->trial.options.at(QStringLiteral("cue")), 0.5);
        // Figures and sessions keep it.
        auto order = *figures::orderOf(explorer());
        order.view = QStringLiteral("time");
        QVERIFY(figures::commandArguments(order, QStringLiteral("x.pdf")).contains(QStringLiteral("cue=0.5")));
        const std::string bytes = session::sessionBytes(explorer().state(), explorer().viewState());
        QVERIFY(io::ZipArchive(bytes).read("session.json").find("\"cue\"") != std::string::npos);
        explorer().document().undoStack().undo();
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
        QCOMPARE(cue->value(), usual);
        QCOMPARE(strongest(), usual);
    }

    /// A network says which cue it was trained with: that is what is shown first.
    void whatTheNetworkStoresIsShown() {
        auto state = *explorer().state();
        auto network = std::make_shared<network::Network>(*state.file);
        network->task = {"mante", {{"cue", "0.3"}}};
        state.file = network;
        state.trial = session::proposedTrial(state);
        explorer().document().replace(std::make_shared<const session::State>(state), QStringLiteral("test"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer().isSettled(), patience);
        QCOMPARE(options()->box(QStringLiteral("cue"))->value(), 0.3);
        QCOMPARE(explorer().trial()->trial.inputs.bottomRows(2).maxCoeff(), 0.3);
    }

private:
    session::Explorer& explorer() { return window_->explorer(); }
    TimePanel* panel() { return window_->timePanel(); }
    TaskOptionsButton* options() { return panel()->taskOptions(); }

    std::unique_ptr<MainWindow> window_;
};

QTEST_MAIN(TestTaskOptions)
#include "tst_task_options.moc"
