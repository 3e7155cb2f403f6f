// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>

#include "ui/session/document.h"

using namespace kappascope;
using session::Change;
using session::Changes;
using session::Document;
using session::State;

namespace {

std::shared_ptr<const State> firstState() {
    auto state = std::make_shared<State>();
    auto circuit = std::make_shared<reduction::Circuit>();
    circuit->rank = 1;
    circuit->inputs = 2;
    circuit->populations.resize(2);
    state->circuit = circuit;
    state->input = Eigen::VectorXd::Zero(2);
    state->gains = Eigen::VectorXd::Ones(2);
    state->on = {true, true};
    return state;
}

}  // namespace

class TestDocument : public QObject {
    Q_OBJECT

private slots:
    void init() {
        document_ = std::make_unique<Document>();
        last_ = {};
        changes_ = 0;
        connect(document_.get(), &Document::changed, this, [this](Changes what) {
            last_ = what;
            ++changes_;
        });
        document_->start(firstState());
    }

    void aChangeIsUndone() {
        const auto before = document_->state();
        document_->setInput(1, 0.5);
        QCOMPARE(document_->state()->input[1], 0.5);
        QCOMPARE(last_, Changes(Change::input));
        QCOMPARE(before->input[1], 0.0);
        document_->undoStack().undo();
        QCOMPARE(document_->state().get(), before.get());
        QCOMPARE(last_, Changes(Change::input));
        document_->undoStack().redo();
        QCOMPARE(document_->state()->input[1], 0.5);
    }

    void oneDragIsOneCommand() {
        const auto before = document_->state();
        const int drag = document_->beginDrag();
        for (int k = 1; k <= 40; ++k) document_->setGain(0, 1 - 0.01 * k, drag);
        QCOMPARE(document_->undoStack().count(), 1);
        QCOMPARE(document_->state()->gains[0], 1 - 0.01 * 40);
        document_->undoStack().undo();
        QCOMPARE(document_->state().get(), before.get());
    }

    void aNewDragIsANewCommand() {
        document_->setGain(0, 0.8, document_->beginDrag());
        document_->setGain(0, 0.6, document_->beginDrag());
        QCOMPARE(document_->undoStack().count(), 2);
        document_->undoStack().undo();
        QCOMPARE(document_->state()->gains[0], 0.8);
    }

    void anotherSliderIsANewCommandEvenInTheSameDrag() {
        const int drag = document_->beginDrag();
        document_->setGain(0, 0.8, drag);
        document_->setGain(1, 0.8, drag);
        document_->setInput(0, 0.8, drag);
        QCOMPARE(document_->undoStack().count(), 3);
    }

    void changesWithoutDragNeverMerge() {
        document_->setInput(0, 0.1);
        document_->setInput(0, 0.2);
        QCOMPARE(document_->undoStack().count(), 2);
    }

    void whatIsNoChangeMakesNoCommand() {
        document_->setInput(0, 0.0);
        document_->setInput(7, 1.0);
        document_->setInput(0, std::numeric_limits<double>::quiet_NaN());
        document_->setGain(-1, 1.0);
        document_->setOn(0, true);
        QCOMPARE(document_->undoStack().count(), 0);
        QCOMPARE(changes_, 1);
    }

    void gainsStayBetweenZeroAndTwo() {
        document_->setGain(0, 5);
        QCOMPARE(document_->state()->gains[0], 2.0);
        document_->setGain(0, -1);
        QCOMPARE(document_->state()->gains[0], 0.0);
    }

    void aSwitchedOffPopulationHasNoEffectiveGain() {
        document_->setGain(1, 1.5);
        document_->setOn(1, false);
        QCOMPARE(last_, Changes(Change::gains));
        QCOMPARE(document_->state()->gains[1], 1.5);
        QCOMPARE(document_->state()->effectiveGains()[1], 0.0);
        document_->undoStack().undo();
        QCOMPARE(document_->state()->effectiveGains()[1], 1.5);
    }

    void aTrialIsAChangeOfItsOwn() {
        session::TrialChoice trial;
        trial.task = QStringLiteral("dms");
        trial.noise = 7;
        trial.trials = 0;
        document_->setTrial(trial);
        QCOMPARE(last_, Changes(Change::trial));
        QCOMPARE(document_->state()->trial.task, QStringLiteral("dms"));
        QCOMPARE(document_->state()->trial.noise, 1.0);
        QCOMPARE(document_->state()->trial.trials, 1);
        document_->setTrial(document_->state()->trial);
        QCOMPARE(changes_, 2);
        document_->undoStack().undo();
        QCOMPARE(document_->state()->trial.task, QString());
    }

    void replacingIsUndoable() {
        const auto before = document_->state();
        document_->replace(firstState(), QStringLiteral("open"));
        QVERIFY(last_.testFlag(Change::circuit));
        QCOMPARE(document_->undoStack().undoText(), QStringLiteral("open"));
        document_->undoStack().undo();
        QCOMPARE(document_->state()->circuit.get(), before->circuit.get());
    }

    void everyChangeHasANewRevision() {
        quint64 last = document_->state()->revision;
        for (int k = 1; k < 5; ++k) {
            document_->setInput(0, k);
            QVERIFY(document_->state()->revision > last);
            last = document_->state()->revision;
        }
    }

private:
    std::unique_ptr<Document> document_;
    Changes last_;
    int changes_ = 0;
};

QTEST_GUILESS_MAIN(TestDocument)
#include "tst_document.moc"
