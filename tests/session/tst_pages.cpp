// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>

#include "ui/session/behaviour_desk.h"
#include "ui/session/explorer.h"
#include "ui/session/pages.h"
#include "ui/session/selectivity_desk.h"
#include "ui/session/unit_selection.h"

using namespace kappascope;
using namespace kappascope::session;

namespace {

constexpr int patience = 600000;
constexpr std::size_t units = 40;

/// What nobody looks at first, of the example that decides by context.
PageViews unusual() {
    PageViews views;
    views.workspace = Workspace::connectivity;
    views.diagrams = {true, false};
    std::vector<char> hit(units, 0);
    hit[3] = hit[17] = 1;
    views.units = std::make_shared<const std::vector<char>>(hit);
    views.behaviour = {Asked::both, {0.25, 0}, 3, 0.125, 9, true};
    views.selectivity = {QStringLiteral("stimulus"), {1, 0}, 1, 12, EpairsOf::selectivity};
    return views;
}

bool same(const PageViews& a, const PageViews& b) {
    return a.workspace == b.workspace && a.diagrams == b.diagrams && a.behaviour == b.behaviour &&
           a.selectivity == b.selectivity && !a.units == !b.units && (!a.units || *a.units == *b.units);
}

}  // namespace

/// What is looked at besides the portraits, with and without the workspaces that show it.
class PagesTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        explorer_ = std::make_unique<Explorer>(PaintPortrait());
        open(units);
        auto trial = explorer_->state()->trial;
        trial.task = QStringLiteral("mante");
        explorer_->document().setTrial(trial);
    }
    void cleanup() { explorer_.reset(); }

    void whatIsRestoredIsKept() {
        QVERIFY(same(pages().views(), PageViews()));
        QSignalSpy workspace(&pages(), &Pages::workspaceChanged), diagram(&pages(), &Pages::diagramChanged);
        auto view = explorer_->viewState();
        view.pages = unusual();
        explorer_->restore(view);
        QVERIFY(same(explorer_->viewState().pages, unusual()));
        QCOMPARE(workspace.size(), 1);
        QCOMPARE(diagram.size(), 1);
        QCOMPARE(diagram[0][0].toInt(), 0);
        QCOMPARE(UnitSelection::of(*explorer_).count(), 2);
    }

    void whatTheHandChangesIsUnsaved() {
        const auto unsaved = [this] {
            const bool changed = !explorer_->viewIsSaved();
            explorer_->setViewSaved(explorer_->viewChanges());
            return changed;
        };
        explorer_->setViewSaved(explorer_->viewChanges());
        pages().setWorkspace(Workspace::train);  // lost by nobody
        QVERIFY(!unsaved());
        pages().setDiagram(1, true);
        QVERIFY(unsaved());
        pages().setDiagram(1, true);
        pages().setBehaviour({});
        QVERIFY(!unsaved());
        UnitSelection::of(*explorer_).choose(std::vector<char>(units, 1), UnitSelection::Mode::replace);
        QVERIFY(unsaved());
        BehaviourDesk desk(explorer_->document());
        pages().keep(desk);
        QVERIFY(!unsaved());  // a page that is looked at first
        desk.setSeed(5);
        QVERIFY(unsaved());
        QCOMPARE(pages().behaviour().seed, std::uint64_t(5));
        SelectivityDesk looked(desk);
        pages().keep(looked);
        QVERIFY(!unsaved());
        looked.setUnit(7);
        QVERIFY(unsaved());
        QCOMPARE(pages().selectivity().unit, 7);
    }

    void desksShowWhatIsKept() {
        pages().restore(unusual());
        BehaviourDesk desk(explorer_->document());
        pages().keep(desk);
        SelectivityDesk looked(desk);
        pages().keep(looked);
        QVERIFY(desk.asksBoth());
        QCOMPARE(desk.inactivated(0), 0.25);
        QCOMPARE(desk.noise(), 0.125);
        QVERIFY(looked.look() == unusual().selectivity);
        // Another session, while they are there: each shows its own part, whoever is the first to be told.
        auto other = unusual();
        other.behaviour = {Asked::circuit, {0, 1}, 8, {}, 10, false};
        other.selectivity = {QStringLiteral("delay"), {0, 2}, 0, 39, EpairsOf::loadings};
        pages().restore(other);
        QVERIFY(same(pages().views(), other));
        QVERIFY(looked.look() == other.selectivity);
        QVERIFY(desk.asksCircuit());
        QCOMPARE(desk.inactivated(1), 1.0);
    }

    /// What does not fit is left out by the desks, also where a file never said it.
    void whatDoesNotFitIsLeftOut() {
        auto views = unusual();
        views.units = std::make_shared<const std::vector<char>>(units + 1, 1);
        views.behaviour.inactivated = {0.5, 0.5, 0.5};
        views.behaviour.trials = 1 << 30;
        views.selectivity.window = QStringLiteral("lunch");
        views.selectivity.unit = static_cast<int>(units);
        pages().restore(views);
        BehaviourDesk desk(explorer_->document());
        pages().keep(desk);
        SelectivityDesk looked(desk);
        pages().keep(looked);
        QCOMPARE(UnitSelection::of(*explorer_).count(), 0);
        QVERIFY(desk.look().inactivated.empty());
        QCOMPARE(desk.trials(), BehaviourDesk::mostTrials);
        QCOMPARE(looked.window(), QStringLiteral("stimulus"));
        QCOMPARE(looked.unit(), -1);
    }

    void anotherNetworkOrTaskEndsWhatIsItsOwn_data() {
        QTest::addColumn<bool>("seen");
        QTest::newRow("seen") << true;
        QTest::newRow("unseen") << false;
    }
    void anotherNetworkOrTaskEndsWhatIsItsOwn() {
        QFETCH(bool, seen);
        pages().restore(unusual());
        BehaviourDesk desk(explorer_->document());
        SelectivityDesk looked(desk);
        if (seen) {
            pages().keep(desk);
            pages().keep(looked);
        }
        explorer_->document().setGain(0, 0.5);
        QVERIFY(same(pages().views(), unusual()));
        auto trial = explorer_->state()->trial;
        trial.task = QStringLiteral("raposo");
        explorer_->document().setTrial(trial);
        QVERIFY(!pages().behaviour().noise && pages().selectivity().window.isEmpty());
        QCOMPARE(pages().selectivity().unit, -1);
        QCOMPARE(pages().selectivity().testOf, EpairsOf::selectivity);  // of any network
        QCOMPARE(pages().behaviour().inactivated, unusual().behaviour.inactivated);
        open(units + 2);
        QVERIFY(pages().behaviour().inactivated.empty() && !pages().views().units);
        // What is no network's stays.
        QCOMPARE(pages().behaviour().trials, 3);
        QCOMPARE(pages().behaviour().seed, std::uint64_t(9));
        QVERIFY(pages().showsDiagram(0));
        QCOMPARE(pages().workspace(), Workspace::connectivity);
    }

    void whatIsOpenedIsLookedAt() {
        pages().setWorkspace(Workspace::train);
        open(units + 2);
        QCOMPARE(pages().workspace(), Workspace::explore);
        pages().setWorkspace(Workspace::behaviour);
        open(units);
        QCOMPARE(pages().workspace(), Workspace::behaviour);
    }

private:
    Pages& pages() { return explorer_->pages(); }
    void open(std::size_t count) {
        QSignalSpy opened(explorer_.get(), &Explorer::opened);
        OpenOptions options;
        options.units = static_cast<qint64>(count);
        explorer_->open(QStringLiteral("context-dependent-decision"), options);
        QTRY_COMPARE_WITH_TIMEOUT(opened.size(), 1, patience);
    }

    std::unique_ptr<Explorer> explorer_;
};

QTEST_MAIN(PagesTest)
#include "tst_pages.moc"
