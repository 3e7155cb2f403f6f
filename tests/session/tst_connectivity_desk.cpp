// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <limits>

#include "core/statistics/labels.h"
#include "core/statistics/loadings.h"
#include "ui/session/connectivity_desk.h"
#include "ui/session/populations_text.h"

using namespace kappascope;
using session::ConnectivityDesk;
using session::Explorer;

namespace {

constexpr int patience = 600000;
constexpr double far = 1e9;

QPolygonF halfPlane(double from) {
    return QPolygonF({{from, -far}, {far, -far}, {far, far}, {from, far}});
}

}  // namespace

/// What the Connectivity workspace does with the open document, without a window.
class ConnectivityDeskTest : public QObject {
    Q_OBJECT

private slots:
    void init() {
        explorer_ = std::make_unique<Explorer>(session::PaintPortrait());
        session::OpenOptions options;
        options.units = 400;
        explorer_->open(QStringLiteral("context-dependent-decision"), options);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        desk_ = std::make_unique<ConnectivityDesk>(*explorer_);
    }

    void cleanup() {
        desk_.reset();
        explorer_.reset();
    }

    void nothingIsComputedUnseen() {
        QSignalSpy shown(desk_.get(), &ConnectivityDesk::shownChanged);
        explorer_->useOneGaussian();
        QTRY_VERIFY_WITH_TIMEOUT(!explorer_->state()->network->hasPopulations(), patience);
        QTest::qWait(50);
        QVERIFY(shown.isEmpty() && !desk_->shown() && !desk_->spectrum());
        show();
    }

    void whatIsShownAreTheNetworksLoadings() {
        show();
        const auto& network = *explorer_->state()->network;
        const auto shown = desk_->shown();
        QVERIFY(shown->rows == statistics::loadingsOf(network));
        QCOMPARE(shown->labels.front(), QStringLiteral("$m_{1}$"));
        QCOMPARE(shown->plain.front(), QStringLiteral("m₁"));
        QCOMPARE(std::ssize(shown->labels), shown->rows.cols());
        QCOMPARE(shown->count(), network.populationCount());
        QVERIFY(shown->populations == network.labels);
        QCOMPARE(std::ssize(desk_->columns()), std::min<qsizetype>(8, shown->rows.cols()));
        QCOMPARE(desk_->spectrum()->spectrum.eigenvalues.size(), network.rank());
        // A column goes and comes back; two stay at least.
        const auto all = desk_->columns();
        desk_->setColumn(all[1], false);
        QVERIFY(!std::count(desk_->columns().begin(), desk_->columns().end(), all[1]));
        desk_->setColumn(all[1], true);
        QVERIFY(desk_->columns() == all);
        for (const int column : all) desk_->setColumn(column, false);
        QCOMPARE(desk_->columns().size(), std::size_t{2});
    }

    void aLassoChoosesWhatIsInside() {
        show();
        const auto& rows = desk_->shown()->rows;
        const auto count = [&](double from) { return static_cast<int>((rows.col(0).array() > from).count()); };
        desk_->select(0, 1, halfPlane(0.5), ConnectivityDesk::Mode::replace);
        QCOMPARE(desk_->selectedCount(), count(0.5));
        desk_->select(0, 1, halfPlane(0.2), ConnectivityDesk::Mode::add);
        QCOMPARE(desk_->selectedCount(), count(0.2));
        desk_->select(0, 1, halfPlane(0.8), ConnectivityDesk::Mode::remove);
        QCOMPARE(desk_->selectedCount(), count(0.2) - count(0.8));
        for (Eigen::Index unit = 0; unit < rows.rows(); ++unit)
            QCOMPARE(desk_->selected()[static_cast<std::size_t>(unit)] != 0,
                     rows(unit, 0) > 0.2 && rows(unit, 0) <= 0.8);
        desk_->select(0, 1, halfPlane(far / 2), ConnectivityDesk::Mode::replace);
        QVERIFY(desk_->selected().empty() && !desk_->canMakePopulation());
        desk_->select(0, 99, halfPlane(0), ConnectivityDesk::Mode::replace);  // no such column
        QVERIFY(desk_->selected().empty());
    }

    void aPopulationByHandIsUndone() {
        show();
        const auto before = explorer_->state();
        const int count = before->network->populationCount();
        desk_->select(0, 1, halfPlane(0.4), ConnectivityDesk::Mode::replace);
        const auto chosen = desk_->selected();
        desk_->makePopulation();
        QTRY_COMPARE_WITH_TIMEOUT(explorer_->state()->network->populationCount(), count + 1, patience);
        const auto& labels = explorer_->state()->network->labels;
        for (std::size_t unit = 0; unit < labels.size(); ++unit)
            QCOMPARE(labels[unit], chosen[unit] ? count : before->network->labels[unit]);
        QCOMPARE(explorer_->state()->gains.size(), count + 1);
        QVERIFY(explorer_->state()->circuitIsMoments);
        QTRY_VERIFY_WITH_TIMEOUT(desk_->isSettled() && desk_->shown()->count() == count + 1, patience);
        QVERIFY(desk_->selected() == chosen);  // the units are the same
        // All of it into another: the population that is left empty vanishes.
        desk_->addToPopulation(0);
        QTRY_COMPARE_WITH_TIMEOUT(explorer_->state()->network->populationCount(), count, patience);
        explorer_->document().undoStack().undo();
        QCOMPARE(explorer_->state()->network->populationCount(), count + 1);
        explorer_->document().undoStack().undo();
        QCOMPARE(explorer_->state(), before);
        QTRY_VERIFY_WITH_TIMEOUT(desk_->isSettled() && desk_->shown()->count() == count, patience);
    }

    void populationsAreFoundAndUsed() {
        const auto truth = explorer_->state()->network->labels;
        explorer_->useOneGaussian();
        QTRY_VERIFY_WITH_TIMEOUT(!explorer_->state()->network->hasPopulations(), patience);
        show();
        find(2);
        QTRY_VERIFY_WITH_TIMEOUT(desk_->isUsed(), patience);
        const auto& fit = desk_->found()->found->fit;
        QVERIFY(explorer_->state()->network->labels == fit.labels);
        QVERIFY(statistics::adjustedRandIndex(fit.labels, truth) > 0.7);
        QVERIFY(!session::reasonSentence(*desk_->found()->found).isEmpty());
        QCOMPARE(explorer_->state()->gains.size(), 2);
        explorer_->document().undoStack().undo();
        QVERIFY(!explorer_->state()->network->hasPopulations() && !desk_->isUsed());
        QVERIFY(desk_->found());  // the loadings are the same
        desk_->use();
        QTRY_VERIFY_WITH_TIMEOUT(desk_->isUsed(), patience);
        // The same populations from another seed have the same numbers.
        const auto first = explorer_->state()->network->labels;
        find(2, 9);
        QVERIFY(statistics::adjustedRandIndex(desk_->found()->found->fit.labels, first) > 0.9);
        int same = 0;
        for (std::size_t unit = 0; unit < first.size(); ++unit)
            same += first[unit] == desk_->found()->found->fit.labels[unit];
        QVERIFY(same > 0.9 * static_cast<double>(first.size()));
    }

    void aFitIsCancelled() {
        show();
        const auto before = explorer_->state();
        session::FindOptions options;
        options.starts = 10000;  // minutes
        desk_->setOptions(options);
        desk_->find();
        QVERIFY(desk_->isFinding());
        QTRY_VERIFY_WITH_TIMEOUT(desk_->progress() > 0, patience);
        desk_->cancel();
        QVERIFY(!desk_->isFinding());
        // The worker is free for the next one.
        find(1);
        QCOMPARE(desk_->found()->found->fit.count(), 1);
        explorer_->document().undoStack().undo();
        QCOMPARE(explorer_->state()->network, before->network);
    }

    void anotherNetworkEndsTheFit() {
        show();
        desk_->select(0, 1, halfPlane(0), ConnectivityDesk::Mode::replace);
        session::FindOptions options;
        options.starts = 10000;
        desk_->setOptions(options);
        desk_->find();
        explorer_->open(QStringLiteral("rotation"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->state()->source == QStringLiteral("rotation"), patience);
        QVERIFY(!desk_->isFinding() && desk_->selected().empty() && !desk_->found());
        QTRY_VERIFY_WITH_TIMEOUT(desk_->isSettled(), patience);
        QCOMPARE(desk_->shown()->state->source, QStringLiteral("rotation"));
        // Gains change nothing here.
        QSignalSpy shown(desk_.get(), &ConnectivityDesk::shownChanged);
        explorer_->document().setGain(0, 0.5);
        QTest::qWait(50);
        QVERIFY(shown.isEmpty());
    }

    void aDeskMayGoWhileItWorks() {
        show();
        session::FindOptions options;
        options.starts = 10000;
        desk_->setOptions(options);
        desk_->find();
        desk_.reset();  // joins
        QVERIFY(explorer_->state());
    }

private:
    void show() {
        desk_->setVisible(true);
        QTRY_VERIFY_WITH_TIMEOUT(desk_->isSettled(), patience);
    }

    void find(int count, std::uint64_t seed = 1) {
        session::FindOptions options;
        options.count = count;
        options.starts = 4;
        options.seed = seed;
        desk_->setOptions(options);
        QSignalSpy found(desk_.get(), &ConnectivityDesk::foundChanged);
        desk_->find();
        QTRY_VERIFY_WITH_TIMEOUT(!desk_->isFinding() && desk_->found(), patience);
        QTRY_VERIFY_WITH_TIMEOUT(desk_->isUsed(), patience);
    }

    std::unique_ptr<Explorer> explorer_;
    std::unique_ptr<ConnectivityDesk> desk_;
};

QTEST_GUILESS_MAIN(ConnectivityDeskTest)
#include "tst_connectivity_desk.moc"
