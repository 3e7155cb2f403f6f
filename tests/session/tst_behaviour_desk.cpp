// SPDX-License-Identifier: GPL-3.0-or-later
#include <QRegularExpression>
#include <QSignalSpy>
#include <QTest>

#include "core/executor.h"
#include "ui/session/behaviour_desk.h"
#include "ui/session/choices_csv.h"

using namespace kappascope;
using namespace kappascope::session;

namespace {

constexpr int patience = 600000;

std::shared_ptr<const State> opened(const char* id, qint64 units = 200) {
    OpenOptions options;
    options.units = units;
    return open(QLatin1String(id), options);
}

/// The example of two populations that decides by context, at its task.
std::shared_ptr<const State> mante(qint64 units = 200) {
    auto state = std::make_shared<State>(*opened("context-dependent-decision", units));
    state->trial.task = QStringLiteral("mante");
    return state;
}

std::vector<double> choicesOf(const statistics::Behaviour& behaviour) {
    std::vector<double> all;
    for (const auto& panel : behaviour.panels)
        for (const auto& cell : panel.cells) all.push_back(cell.choice);
    return all;
}

statistics::BehaviourOptions optionsOf(const BehaviourDesk& desk) {
    statistics::BehaviourOptions options;
    options.task = desk.setup().options;
    options.trials = desk.trials();
    options.noise = desk.noise();
    options.seed = desk.seed();
    return options;
}

/// What core says of the network, asked here and at once.
std::vector<double> expected(const BehaviourDesk& desk, const statistics::Modulation& modulation) {
    const auto setup = desk.setup();
    return choicesOf(statistics::behaviour(*setup.network, statistics::unitGains(*setup.network, modulation),
                                           tasks::task(setup.task.toStdString()), optionsOf(desk), inThisThread()));
}

}  // namespace

/// The Behaviour workspace without its widgets.
class BehaviourDeskTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        document_ = std::make_unique<Document>();
        desk_ = std::make_unique<BehaviourDesk>(*document_);
        desk_->setTrials(12);
    }
    void cleanup() {
        desk_.reset();
        document_.reset();
    }

    void nothingIsOpen() {
        QVERIFY(!desk_->isPossible());
        QVERIFY(desk_->isUntouched());
        desk_->setVisible(true);
        desk_->reset();
        QVERIFY(!desk_->choices() && desk_->isSettled());
    }

    void nothingIsComputedUnseen() {
        document_->start(mante());
        QVERIFY(desk_->isPossible());
        QVERIFY(desk_->isSettled() && !desk_->choices());
        desk_->setVisible(true);
        QVERIFY(!desk_->isSettled());
        QTRY_VERIFY_WITH_TIMEOUT(desk_->isSettled(), patience);
        QVERIFY(desk_->choices());
        const auto before = desk_->choices();
        desk_->setVisible(false);
        desk_->setInactivated(0, 0.5);
        QVERIFY(desk_->isSettled());
        QCOMPARE(desk_->choices(), before);
        desk_->setVisible(true);
        QTRY_VERIFY_WITH_TIMEOUT(desk_->isSettled(), patience);
        QVERIFY(desk_->choices() != before);
    }

    void choicesAreThoseOfTheNetwork() {
        show(mante());
        QCOMPARE(desk_->choices()->trials, 12);
        QCOMPARE(desk_->choices()->trained, desk_->choices()->modulated);
        statistics::Modulation untouched;
        untouched.gains = Eigen::Vector2d(1, 1);
        const auto trained = expected(*desk_, untouched);
        QCOMPARE(choicesOf(*desk_->choices()->trained), trained);
        desk_->setGain(0, 0.5, true);
        desk_->setInactivated(1, 0.6);
        wait();
        QCOMPARE(choicesOf(*desk_->choices()->trained), trained);
        statistics::Modulation touched;
        touched.gains = Eigen::Vector2d(0.5, 1);
        touched.inactivated = Eigen::Vector2d(0, 0.6);
        touched.seed = desk_->seed();
        const auto modulated = expected(*desk_, touched);
        QVERIFY(modulated != trained);
        QCOMPARE(choicesOf(*desk_->choices()->modulated), modulated);
    }

    void aFewTrialsComeFirst() {
        document_->start(mante(1000));
        std::vector<int> trials;
        connect(desk_.get(), &BehaviourDesk::choicesChanged, this, [&] {
            if (desk_->choices()) trials.push_back(desk_->choices()->trials);
        });
        desk_->setVisible(true);
        wait();
        QVERIFY(trials.size() >= 2);
        QVERIFY(trials.front() < 12);
        QCOMPARE(trials.back(), 12);
        ChoicesRequest request{desk_->setup(), false, {}, 1, {}};
        QCOMPARE(coarseTrials(request), 1);  // never more than was asked for
    }

    void gainsAreTheDocuments() {
        show(mante());
        desk_->setGain(0, 0.7, true);
        desk_->setGain(0, 0.4, false);
        QCOMPARE(document_->state()->gains[0], 0.4);
        QCOMPARE(document_->undoStack().count(), 1);
        wait();
        QCOMPARE(desk_->choices()->request.modulation.gains[0], 0.4);
        document_->undoStack().undo();
        wait();
        QCOMPARE(desk_->choices()->request.modulation.gains[0], 1.0);
        QVERIFY(desk_->isUntouched());
        // A population that Explore switches off has gain 0.
        document_->setOn(1, false);
        wait();
        QCOMPARE(desk_->choices()->request.modulation.gains[1], 0.0);
    }

    void silencedUnitsAreThisPagesOwn() {
        show(mante());
        desk_->setInactivated(0, 0.3);
        desk_->setInactivated(1, 7);
        desk_->setInactivated(5, 0.3);
        QCOMPARE(desk_->inactivated(0), 0.3);
        QCOMPARE(desk_->inactivated(1), 1.0);
        QCOMPARE(document_->undoStack().count(), 0);
        QVERIFY(desk_->modulationText().contains(QStringLiteral("30 %")));
        document_->setGain(0, 0.5);
        document_->setOn(1, false);
        desk_->reset();
        QVERIFY(desk_->isUntouched());
        wait();
        QCOMPARE(desk_->choices()->trained, desk_->choices()->modulated);
        document_->undoStack().undo();  // one step
        QCOMPARE(document_->state()->gains[0], 0.5);
        QVERIFY(!document_->state()->on[1]);
    }

    void theCircuitIsAskedToo() {
        show(mante());
        QVERIFY(!desk_->asksCircuit());
        desk_->setAsksCircuit(true);
        QVERIFY(!desk_->choices());  // the network's are not the circuit's
        desk_->setGain(1, 0.2, true);
        wait();
        const auto setup = desk_->setup();
        const auto circuit = statistics::meanFieldBehaviour(*setup.circuit, Eigen::Vector2d(1, 0.2), setup.alpha,
                                                            tasks::task("mante"), optionsOf(*desk_), inThisThread());
        QCOMPARE(choicesOf(*desk_->choices()->modulated), choicesOf(circuit));
    }

    void bothAreAskedAtOnce() {
        show(mante());
        desk_->setAsksBoth();
        QVERIFY(desk_->asksBoth() && !desk_->asksCircuit() && !desk_->choices());
        desk_->setGain(1, 0.2, true);
        wait();
        const auto setup = desk_->setup();
        const auto circuitAt = [&](const Eigen::Vector2d& gains) {
            return choicesOf(statistics::meanFieldBehaviour(*setup.circuit, gains, setup.alpha, tasks::task("mante"),
                                                            optionsOf(*desk_), inThisThread()));
        };
        const auto both = desk_->choices();
        QVERIFY(both->circuitTrained && both->circuitModulated);
        QCOMPARE(choicesOf(*both->circuitTrained), circuitAt({1, 1}));
        QCOMPARE(choicesOf(*both->circuitModulated), circuitAt({1, 0.2}));
        // The network's are those that it makes when it is asked alone.
        const auto network = choicesOf(*both->modulated);
        QVERIFY(network != choicesOf(*both->circuitModulated));
        desk_->setAsksCircuit(false);
        QVERIFY(!desk_->asksBoth());
        wait();
        QCOMPARE(choicesOf(*desk_->choices()->modulated), network);
        QVERIFY(!desk_->choices()->circuitModulated);
    }

    void itsCsvHoldsEveryCell() {
        show(mante());
        desk_->setAsksBoth();
        desk_->setGain(1, 0.2, true);
        wait();
        const auto& choices = *desk_->choices();
        const QStringList lines = QString::fromStdString(choicesToCsv(choices)).split(u'\n');
        QCOMPARE(
            lines.front(),
            QStringLiteral("asked,populations,context,coherence 1,coherence 2,choice,standard_error,trials,right"));
        const auto cells = static_cast<qsizetype>(choicesOf(*choices.trained).size());
        QCOMPARE(lines.size(), 4 * cells + 2);  // the header, and the end of the last line
        const auto count = [&](const char* beginning) {
            return lines.filter(QRegularExpression(QStringLiteral("^%1,").arg(QLatin1String(beginning)))).size();
        };
        for (const char* part : {"network,trained", "network,modulated", "circuit,trained", "circuit,modulated"})
            QCOMPARE(count(part), cells);
        // Numbers read back as they were.
        const auto& last = choices.circuitModulated->panels.back().cells.back();
        const QStringList fields = lines[lines.size() - 2].split(u',');
        QCOMPARE(fields.size(), 9);
        QCOMPARE(fields[5].toDouble(), last.choice);
        QCOMPARE(fields[7].toInt(), last.trials);
        // Of a cell in the middle, with its place on the axes: the second axis runs fastest.
        const auto& panel = choices.trained->panels.front();
        const QStringList second = lines[2].split(u',');
        QCOMPARE(second[3].toDouble(), panel.axes[0].values[0]);
        QCOMPARE(second[4].toDouble(), panel.axes[1].values[1]);
        QCOMPARE(second[5].toDouble(), panel.at(0, 1).choice);
    }

    void aCircuitWithoutUnitsIsAskedAlone() {
        auto state = std::make_shared<State>(*mante());
        state->network.reset();
        state->file.reset();
        state->exact.reset();
        show(state);
        QVERIFY(desk_->asksCircuit() && !desk_->canAskNetwork());
        desk_->setAsksCircuit(false);
        QVERIFY(desk_->asksCircuit());
        desk_->setAsksBoth();
        QVERIFY(desk_->asksCircuit() && !desk_->asksBoth());
        QVERIFY(desk_->choices()->request.circuit);
    }

    void whatStandsInTheWayIsSaid() {
        document_->start(opened("effective-connectivity"));
        QCOMPARE(desk_->offer().obstacle, Obstacle::noTask);
        QVERIFY(!desk_->offer().sentence.isEmpty());
        QCOMPARE(desk_->offer().tasks, std::vector<QString>{QStringLiteral("dms")});
        desk_->setVisible(true);
        QVERIFY(desk_->isSettled());
        desk_->setTask(QStringLiteral("dms"));
        QVERIFY(desk_->isPossible());
        wait();
        QVERIFY(desk_->choices());
        document_->undoStack().undo();
        QVERIFY(!desk_->isPossible() && !desk_->choices());
        document_->start(open(QStringLiteral("trained-flipflop")));
        QCOMPARE(desk_->offer().obstacle, Obstacle::noChoice);
        QVERIFY(desk_->offer().tasks.empty());
        // A task of other inputs, as a session may name one.
        auto state = std::make_shared<State>(*opened("effective-connectivity"));
        state->trial.task = QStringLiteral("mante");
        document_->start(state);
        QCOMPARE(desk_->offer().obstacle, Obstacle::doesNotFit);
        QVERIFY(desk_->offer().sentence.contains(QStringLiteral("mante")));
        state = std::make_shared<State>(*state);
        state->trial.task = QStringLiteral("no-such-task");
        document_->start(state);
        QCOMPARE(desk_->offer().obstacle, Obstacle::doesNotFit);
    }

    void cancelLeavesWhatIsThere() {
        desk_->setTrials(BehaviourDesk::mostTrials);
        document_->start(mante(1000));
        desk_->setVisible(true);
        QTRY_VERIFY_WITH_TIMEOUT(desk_->choices(), patience);
        QVERIFY(!desk_->isSettled());
        // Long enough that it says so.
        const auto isUnderWay = [this] {
            const auto progress = desk_->progress();
            return progress && *progress > 0 && *progress < 1;
        };
        QTRY_VERIFY_WITH_TIMEOUT(isUnderWay(), patience);
        desk_->cancel();
        QVERIFY(!desk_->progress());
        wait();
        QVERIFY(desk_->isCancelled());
        QVERIFY(desk_->choices() && desk_->choices()->trials < BehaviourDesk::mostTrials);
        desk_->setTrials(9);
        QVERIFY(!desk_->isCancelled());
        wait();
        QCOMPARE(desk_->choices()->trials, 9);
    }

    void anotherNetworkTakesItsPlace() {
        desk_->setTrials(BehaviourDesk::mostTrials);
        document_->start(mante(1000));
        desk_->setVisible(true);
        QTRY_VERIFY_WITH_TIMEOUT(desk_->choices(), patience);
        desk_->setInactivated(0, 0.5);
        desk_->setTrials(6);
        document_->start(open(QStringLiteral("trained-rdm")));
        QVERIFY(!desk_->choices());
        QCOMPARE(desk_->inactivated(0), 0.0);
        wait();
        QCOMPARE(desk_->choices()->request.setup.task, QStringLiteral("rdm"));
        QCOMPARE(desk_->choices()->request.setup.network, document_->state()->network);
        QCOMPARE(desk_->choices()->trained->panels.size(), std::size_t{1});
        // A trained network knows what is right.
        QVERIFY(desk_->choices()->trained->accuracy() > 0.9);
        QVERIFY(desk_->noise() > 0);
    }

    void optionsOfTheTaskAreFollowed() {
        show(mante());
        auto trial = document_->state()->trial;
        trial.options[QStringLiteral("cue")] = 0;
        document_->setTrial(trial);
        QVERIFY(!desk_->isSettled());
        wait();
        QCOMPARE(desk_->choices()->request.setup.options.at("cue"), 0.0);
        const auto shown = desk_->choices();
        document_->setInput(0, 0.3);  // of Explore alone
        QVERIFY(desk_->isSettled());
        QCOMPARE(desk_->choices(), shown);
        desk_->setNoise(0.2);
        desk_->setNoise(-1);
        desk_->setSeed(8);
        wait();
        QCOMPARE(desk_->choices()->request.setup.noise, 0.2);
        QCOMPARE(desk_->choices()->request.setup.seed, std::uint64_t{8});
    }

private:
    void wait() { QTRY_VERIFY_WITH_TIMEOUT(desk_->isSettled(), patience); }

    void show(std::shared_ptr<const State> state) {
        document_->start(std::move(state));
        desk_->setVisible(true);
        wait();
    }

    std::unique_ptr<Document> document_;
    std::unique_ptr<BehaviourDesk> desk_;
};

QTEST_GUILESS_MAIN(BehaviourDeskTest)
#include "tst_behaviour_desk.moc"
