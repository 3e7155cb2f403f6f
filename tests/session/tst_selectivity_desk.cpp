// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>

#include "core/executor.h"
#include "core/statistics/loadings.h"
#include "ui/session/selectivity_desk.h"

using namespace kappascope;
using namespace kappascope::session;

namespace {

constexpr int patience = 600000;

/// The example of two populations that decides by context, at its task.
std::shared_ptr<const State> mante() {
    OpenOptions options;
    options.units = 150;
    auto state = std::make_shared<State>(*open(QStringLiteral("context-dependent-decision"), options));
    state->trial.task = QStringLiteral("mante");
    return state;
}

}  // namespace

/// What the Behaviour workspace shows of single units.
class SelectivityDeskTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        document_ = std::make_unique<Document>();
        behaviour_ = std::make_unique<BehaviourDesk>(*document_);
        desk_ = std::make_unique<SelectivityDesk>(*behaviour_);
    }
    void cleanup() {
        desk_.reset();
        behaviour_.reset();
        document_.reset();
    }

    void nothingIsOpen() {
        desk_->setVisible(true);
        QVERIFY(!desk_->isPossible() && desk_->isSettled() && !desk_->result());
        QVERIFY(desk_->windows().isEmpty() && desk_->points().empty() && desk_->changePoints().empty());
        QVERIFY(!desk_->canTest());
        desk_->runTest();
        QVERIFY(!desk_->isTesting());
    }

    void itIsTheRegressionOfCore() {
        document_->start(mante());
        QVERIFY(!desk_->result());  // nobody looks
        show();
        const auto setup = behaviour_->setup();
        statistics::ObservationOptions options;
        options.task = setup.options;
        options.noise = setup.noise;
        options.seed = setup.seed;
        const auto gains = statistics::unitGains(*setup.network, behaviour_->modulation());
        const auto& task = tasks::task("mante");
        const auto expected =
            statistics::regress(statistics::observe(*setup.network, gains, task, options, inThisThread()));
        const auto& found = *desk_->result()->selectivity;
        QCOMPARE(found.variables, expected.variables);
        QCOMPARE(found.coefficients, expected.coefficients);
        desk_->setAxis(1, 2);
        const auto points = desk_->points();
        QCOMPARE(points.size(), std::size_t{150});
        QCOMPARE(points[7], QPointF(expected.coefficients(7, 0), expected.coefficients(7, 2)));
        QCOMPARE(desk_->populations(), setup.network->labels);
        const auto change = statistics::contextChange(*setup.network, gains, task, options, inThisThread());
        QVERIFY(desk_->result()->change);
        QCOMPARE(desk_->result()->change->correlation, change.correlation);
        desk_->setChangeVariable(1);
        QCOMPARE(desk_->changePoints()[3], QPointF(change.preference[3], change.change(3, 1)));
        // Two variables in each of two contexts.
        QVERIFY(desk_->result()->tuning);
        QCOMPARE(desk_->result()->tuning->size(), std::size_t{4});
    }

    void modulationAndWindowAreFollowed() {
        document_->start(mante());
        show();
        const auto before = desk_->result();
        QCOMPARE(desk_->window(), QStringLiteral("stimulus"));
        QVERIFY(desk_->windows().contains(QStringLiteral("stimulus")));
        for (const QString& window : desk_->windows()) {
            desk_->setWindow(window);
            wait();
            QVERIFY2(desk_->failure().isEmpty(), qPrintable(window));
            // The usual one needs no name until another was chosen.
            if (desk_->result() != before) QCOMPARE(desk_->result()->request.window, window);
        }
        behaviour_->setInactivated(0, 1);
        QVERIFY(!desk_->isSettled());
        wait();
        // Who is silent is selective for nothing.
        const auto& coefficients = desk_->result()->selectivity->coefficients;
        const auto labels = desk_->populations();
        for (Eigen::Index i = 0; i < coefficients.rows(); ++i)
            QCOMPARE(coefficients.row(i).isZero(1e-12), labels[static_cast<std::size_t>(i)] == 0);
    }

    void anotherNetworkClearsWhatWas() {
        document_->start(mante());
        show();
        desk_->setUnit(12);
        document_->start(open(QStringLiteral("trained-rdm")));
        QVERIFY(!desk_->result() || desk_->result()->request.setup.task == QStringLiteral("rdm"));
        QCOMPARE(desk_->unit(), -1);
        wait();
        QCOMPARE(desk_->result()->request.setup.network, document_->state()->network);
        QVERIFY(!desk_->result()->change);
        QCOMPARE(desk_->result()->selectivity->variables.size(), std::size_t{2});  // coherence and choice
        desk_->setVisible(false);
        QVERIFY(desk_->isSettled());
    }

    void itIsClearedBehindTheScenesToo() {
        document_->start(mante());
        show();
        desk_->setUnit(12);
        desk_->runTest();
        QTRY_VERIFY_WITH_TIMEOUT(desk_->test(), patience);
        behaviour_->setGain(0, 0.5, true);
        desk_->setVisible(false);
        document_->start(open(QStringLiteral("trained-rdm")));
        desk_->setVisible(true);
        QCOMPARE(desk_->unit(), -1);
        QVERIFY(!desk_->test());
        QVERIFY(!desk_->result() || desk_->result()->request.setup.task == QStringLiteral("rdm"));
        wait();
        QVERIFY(desk_->result());
    }

    /// Who is silenced always chooses the same: the rest can still be told.
    void silencedNetworksHaveSelectivity() {
        document_->start(open(QStringLiteral("trained-rdm")));
        behaviour_->setInactivated(0, 1);
        show();
        QVERIFY2(desk_->failure().isEmpty(), qPrintable(desk_->failure()));
        QVERIFY(desk_->result());
        QCOMPARE(desk_->result()->selectivity->leftOut, std::vector<std::string>{"choice"});
        QVERIFY(desk_->result()->selectivity->coefficients.isZero());
    }

    void theTestIsAskedFor() {
        document_->start(mante());
        show();
        QVERIFY(!desk_->test() && desk_->canTest());
        desk_->runTest();
        QVERIFY(desk_->isTesting());
        QTRY_VERIFY_WITH_TIMEOUT(!desk_->isTesting(), patience);
        statistics::EpairsOptions options;
        options.seed = behaviour_->seed();
        const auto expected = statistics::epairs(statistics::loadingsOf(*behaviour_->setup().network), options);
        QVERIFY(desk_->test());
        QCOMPARE(desk_->test()->p, expected.p);
        QCOMPARE(desk_->test()->nullMedians, expected.nullMedians);
        QVERIFY(desk_->testText().contains(QStringLiteral("anti-conservative")));
        desk_->setTestOf(EpairsOf::selectivity);
        QVERIFY(!desk_->test());
        desk_->runTest();
        desk_->cancelTest();
        QVERIFY(!desk_->isTesting());
        desk_->runTest();
        QTRY_VERIFY_WITH_TIMEOUT(desk_->test(), patience);
        QCOMPARE(desk_->test()->rows, Eigen::Index{150});
        // A test of what was is not shown beside what is.
        behaviour_->setGain(0, 0.5, true);
        QVERIFY(!desk_->test());
    }

private:
    void wait() { QTRY_VERIFY_WITH_TIMEOUT(desk_->isSettled(), patience); }
    void show() {
        desk_->setVisible(true);
        wait();
    }

    std::unique_ptr<Document> document_;
    std::unique_ptr<BehaviourDesk> behaviour_;
    std::unique_ptr<SelectivityDesk> desk_;
};

QTEST_GUILESS_MAIN(SelectivityDeskTest)
#include "tst_selectivity_desk.moc"
