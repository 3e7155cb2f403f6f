// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>
#include <mutex>

#include "core/phase/fixed_points.h"
#include "ui/session/explorer.h"

using namespace kappascope;
using session::Explorer;
using session::Level;

namespace {

constexpr int patience = 60000;

/// The points of a result equal a census of its own state, computed here.
bool holdsCensus(const session::PortraitResult& result) {
    const auto census = phase::findFixedPoints(*session::flowOf(*result.state, result.level));
    const auto& found = result.portrait->census.points;
    if (census.points.size() != found.size()) return false;
    for (std::size_t k = 0; k < found.size(); ++k)
        if ((census.points[k].kappa - found[k].kappa).norm() > 1e-8) return false;
    return true;
}

}  // namespace

class TestExplorer : public QObject {
    Q_OBJECT

private slots:
    void init() {
        // No painter: numbers only.
        explorer_ = std::make_unique<Explorer>(session::PaintPortrait());
        session::OpenOptions options;
        options.units = 300;
        explorer_->open(QStringLiteral("effective-connectivity"), options);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
    }

    void cleanup() { explorer_.reset(); }

    void anExampleComesWithBothPortraitsAndADemonstration() {
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto result = explorer_->result(side);
            QVERIFY(result && result->complete && holdsCensus(*result));
            QVERIFY(result->view == explorer_->view());
            for (const auto& point : result->portrait->census.points)
                QVERIFY(explorer_->view().contains(point.kappa[0], point.kappa[1]));
            QVERIFY(explorer_->trajectories(side));
            QCOMPARE(explorer_->trajectories(side)->size(), explorer_->starts().size());
        }
        QVERIFY(!explorer_->starts().empty());
    }

    void aGainIsFollowedAndUndone() {
        auto& document = explorer_->document();
        const auto before = explorer_->state();
        const int drag = document.beginDrag();
        for (int k = 1; k <= 16; ++k) document.setGain(1, 1 - 0.05 * k, drag);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(holdsCensus(*explorer_->result(0)) && holdsCensus(*explorer_->result(1)));
        document.undoStack().undo();
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(explorer_->result(0)->state, before);
        QVERIFY(holdsCensus(*explorer_->result(0)));
    }

    void passingPicturesOfAFineScreenArePaintedCoarsely() {
        // The painter runs in two workers: each writes what it was asked for under a lock.
        std::mutex mutex;
        std::vector<std::pair<QSize, double>> asked;
        Explorer fine([&](const auto&, const auto&, const session::PortraitRequest& request) {
            const std::scoped_lock lock(mutex);
            asked.emplace_back(request.pixels, request.pixelRatio);
            QImage image(request.pixels, QImage::Format_RGB32);
            image.fill(Qt::red);
            image.setPixelColor(request.pixels.width() - 1, 0, Qt::blue);
            return image;
        });
        const QSize pixels(302, 200);
        for (int side = 0; side < Explorer::sides; ++side) fine.setPixels(side, pixels, 2);
        connect(&fine, &Explorer::portraitChanged, this, [&](int side) {
            if (const auto result = fine.result(side)) {
                const QSize size = result->image.size();
                QVERIFY(size == pixels || (!result->complete && size == pixels / 2));
                QCOMPARE(result->image.pixelColor(size.width() - 1, 0), QColor(Qt::blue));
                QCOMPARE(result->image.pixelColor(0, size.height() - 1), QColor(Qt::red));
            }
        });
        session::OpenOptions options;
        options.units = 300;
        fine.open(QStringLiteral("effective-connectivity"), options);
        QTRY_VERIFY_WITH_TIMEOUT(fine.isSettled(), patience);
        fine.document().setGain(1, 0.9);
        QTRY_VERIFY_WITH_TIMEOUT(fine.isSettled(), patience);
        const std::scoped_lock lock(mutex);
        QVERIFY(std::count(asked.begin(), asked.end(), std::pair(QSize(151, 100), 1.0)) > 0);
        QCOMPARE(asked.back(), std::pair(pixels, 2.0));
        for (int side = 0; side < Explorer::sides; ++side) QCOMPARE(fine.result(side)->image.size(), pixels);
    }

    void everyPictureOfADragIsOfSomeStateOnTheWay() {
        // The rule: what is shown may be late, but it is shown, and it moves forward only.
        std::vector<quint64> shown;
        connect(explorer_.get(), &Explorer::portraitChanged, this, [&](int side) {
            if (side == 1 && explorer_->result(1)) shown.push_back(explorer_->result(1)->state->revision);
        });
        auto& document = explorer_->document();
        const int drag = document.beginDrag();
        for (int k = 1; k <= 60; ++k) {
            document.setInput(1, 0.01 * k, drag);
            QCoreApplication::processEvents();
        }
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(!shown.empty() && std::is_sorted(shown.begin(), shown.end()));
        QCOMPARE(shown.back(), explorer_->state()->revision);
    }

    void aClickStartsATrajectoryInBothPortraits() {
        explorer_->clearTrajectories();
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        explorer_->addTrajectory(0.7, -0.4);
        explorer_->addTrajectory(0.7, -0.4, true);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto& trajectories = *explorer_->trajectories(side);
            QCOMPARE(trajectories.size(), std::size_t(2));
            QCOMPARE(trajectories[0].steps.col(0), Eigen::Vector2d(0.7, -0.4));
            QVERIFY(trajectories[1].backward && trajectories[1].steps.size() == 0 && trajectories[1].orbit.cols() > 1);
            // One Euler step: kappa + alpha F(kappa), at v = u.
            const auto flow = session::flowOf(*explorer_->state(), explorer_->level(side));
            const Eigen::VectorXd start = trajectories[0].steps.col(0);
            const Eigen::VectorXd step = start + explorer_->state()->network->alpha * flow->velocity(start);
            QVERIFY((trajectories[0].steps.col(1) - step).norm() < 1e-12);
            if (side == 0) continue;  // a sample this small may have a cycle where its circuit has none
            // It came to rest on a stable point.
            const auto& end = trajectories[0].steps.rightCols(1);
            double nearest = 1e9;
            for (const auto& point : explorer_->result(side)->portrait->census.points)
                if (point.unstableDirections == 0) nearest = std::min(nearest, (point.kappa - end).norm());
            QVERIFY2(nearest < 1e-2, qPrintable(QString::number(nearest)));
        }
    }

    void levelsSwitchAndKeepTheView() {
        const auto view = explorer_->view();
        explorer_->setLevel(1, Level::exact);
        QVERIFY(!explorer_->result(1));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(explorer_->result(1)->level == Level::exact);
        QVERIFY(explorer_->view() == view);
        QVERIFY(holdsCensus(*explorer_->result(1)));
    }

    void theViewMovesByHandUntilItIsFittedAgain() {
        const auto fitted = explorer_->view();
        auto moved = fitted;
        moved.xMin += 0.5;
        moved.xMax += 0.5;
        explorer_->setView(moved);
        QVERIFY(!explorer_->viewIsAutomatic());
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(explorer_->result(0)->portrait->field.view == moved);
        explorer_->fit();
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled() && explorer_->view() == fitted, patience);
    }

    void theProbeIsTheFlowsOwn() {
        explorer_->setCross(1, QPointF(0.5, -0.25));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->probe() && explorer_->probe()->kappa == Eigen::Vector2d(0.5, -0.25),
                                 patience);
        const auto flow = session::flowOf(*explorer_->state(), Level::meanField);
        QCOMPARE(explorer_->probe()->velocity, flow->velocity(explorer_->probe()->kappa));
        QCOMPARE(explorer_->probe()->slopes, flow->meanSlopes(explorer_->probe()->kappa));
        explorer_->setCross(1, {});
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->probe()->kappa != Eigen::Vector2d(0.5, -0.25), patience);
    }

    void anotherReadoutKeepsPlaneAndTrajectories() {
        const auto view = explorer_->view();
        const auto starts = explorer_->starts().size();
        explorer_->setReadout(network::Readout::state);
        QTRY_VERIFY_WITH_TIMEOUT(
            explorer_->state()->network->readout == network::Readout::state && explorer_->isSettled(), patience);
        QVERIFY(explorer_->view() == view);
        QCOMPARE(explorer_->starts().size(), starts);
        QCOMPARE(explorer_->result(0)->state, explorer_->state());
    }

    void anotherShapeOfTheWindowShowsTheSamePart() {
        const auto before = explorer_->view();
        for (int side = 0; side < Explorer::sides; ++side) explorer_->setPixels(side, {800, 400}, 1);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(std::abs(explorer_->view().width() / explorer_->view().height() - 2) < 1e-9);
        for (int side = 0; side < Explorer::sides; ++side) explorer_->setPixels(side, {400, 400}, 1);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(std::abs(explorer_->view().xMin - before.xMin) + std::abs(explorer_->view().yMax - before.yMax) < 1e-9);
    }

    void aWrongFileChangesNothing() {
        QSignalSpy failed(explorer_.get(), &Explorer::failed);
        const auto before = explorer_->state();
        explorer_->open(QStringLiteral("/no/such/network.pt"));
        QTRY_COMPARE_WITH_TIMEOUT(failed.count(), 1, patience);
        QVERIFY(failed[0][0].toString().contains(QStringLiteral("network.pt")));
        QCOMPARE(explorer_->state(), before);
        QVERIFY(explorer_->result(0));
    }

    void openingIsUndoable() {
        const auto before = explorer_->state();
        explorer_->open(QStringLiteral("two-memories"));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->state() != before && explorer_->isSettled(), patience);
        QCOMPARE(explorer_->result(0)->portrait->rank, 1);
        QCOMPARE(explorer_->result(0)->portrait->census.points.size(), std::size_t(3));
        explorer_->document().undoStack().undo();
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(explorer_->result(0)->portrait->rank, 2);
    }

    void aboveRankTwoTheHandPicksTheAxes() {
        // Three independent pitchforks: 27 fixed points.
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("three.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            R"({"format": "kappascope-circuit", "version": 1, "rank": 3, "inputs": 0, "outputs": 0, "populations": [
            {"name": "a", "fraction": 1, "gain": 1, "mean": [0,0,0,0,0,0], "covariance": [[1,0,0,1.5,0,0],[0,1,0,0,1.6,0],
            [0,0,1,0,0,1.7],[1.5,0,0,9,0,0],[0,1.6,0,0,9,0],[0,0,1.7,0,0,9]]}]})");
        file.close();
        session::OpenOptions options;
        options.sampleCircuits = false;
        explorer_->open(path, options);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->state()->rank() == 3 && explorer_->isSettled(), patience);
        QVERIFY(!explorer_->result(0) && explorer_->result(1));
        QCOMPARE(explorer_->result(1)->portrait->census.points.size(), std::size_t(7));
        explorer_->setAxes(2, 0);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(explorer_->result(1)->portrait->field.view.axes, (std::array{2, 0}));
        explorer_->addTrajectory(0.4, 0.1);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        const auto& steps = explorer_->trajectories(1)->front().steps;
        QCOMPARE(steps.col(0), Eigen::Vector3d(0.1, 0, 0.4));
        // The slice follows the trajectory to where it ends.
        QCOMPARE(explorer_->view().held, steps.rightCols(1));
        QVERIFY(explorer_->result(1)->portrait->field.view == explorer_->view());
        const auto circuit = explorer_->state()->circuit;
        // A wheel turned on a picture of an earlier moment zooms, and leaves the slice where it is.
        phase::View stale = explorer_->view();
        stale.xMax += 0.5;
        stale.held = {};
        explorer_->setView(stale);
        QCOMPARE(explorer_->view().xMax, stale.xMax);
        QCOMPARE(explorer_->view().held, steps.rightCols(1));
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);

        // Held, the plane goes through 0 again; what is saved says which.
        explorer_->setFollowing(false);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(explorer_->view().held.size(), Eigen::Index(0));
        QCOMPARE(explorer_->result(1)->portrait->field.view.held.size(), Eigen::Index(0));
        explorer_->addTrajectory(-0.3, 0.2);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(explorer_->view().held.size(), Eigen::Index(0));
        const auto held = explorer_->viewState();
        QVERIFY(!held.following);
        explorer_->setFollowing(true);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(explorer_->view().held, explorer_->trajectories(1)->back().steps.rightCols(1));
        QVERIFY(explorer_->viewState().following);
        explorer_->restore(held);
        QVERIFY(!explorer_->isFollowing());
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(explorer_->view().held.size(), Eigen::Index(0));
    }

    void whatTheHandLooksAtIsCounted() {
        QVERIFY(explorer_->viewIsSaved());       // the demonstration is nobody's
        explorer_->document().setInput(0, 0.3);  // which takes over from the trial, if there is one
        explorer_->document().undoStack().undo();
        QVERIFY(explorer_->viewIsSaved());
        explorer_->document().setGain(0, 0.9);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(explorer_->viewIsSaved());
        explorer_->setParticles(false);
        QVERIFY(!explorer_->viewIsSaved());
        const auto changes = explorer_->viewChanges();
        explorer_->setViewSaved(changes);
        explorer_->setParticles(false);
        QVERIFY(explorer_->viewIsSaved());
        explorer_->clearTrajectories();
        QVERIFY(!explorer_->viewIsSaved());
    }

    /// Above rank 2 nothing follows cycles and manifolds while a slider moves: the last ones stay, marked as such.
    void aboveRankTwoTheLastCyclesStayWhileASliderMoves() {
        // A rotation in two modes, and a pitchfork in the third: cycles and saddles.
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("turning.json"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(
            R"({"format": "kappascope-circuit", "version": 1, "rank": 3, "inputs": 0, "outputs": 0, "populations": [
            {"name": "a", "fraction": 1, "gain": 1, "mean": [0,0,0,0,0,0], "covariance": [[1,0,0,1.6,0.8,0],[0,1,0,-0.8,1.6,0],
            [0,0,1,0,0,1.3],[1.6,-0.8,0,9,0,0],[0.8,1.6,0,0,9,0],[0,0,1.3,0,0,9]]}]})");
        file.close();
        session::OpenOptions options;
        options.sampleCircuits = false;
        explorer_->setLayers({QStringLiteral("manifolds"), QStringLiteral("cycles")});
        explorer_->open(path, options);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->state()->rank() == 3 && explorer_->isSettled(), patience);
        const auto first = explorer_->result(1)->portrait;
        QVERIFY(!first->cycles.empty() && !first->manifolds.empty() && !first->behind);
        int passing = 0;
        connect(explorer_.get(), &Explorer::portraitChanged, this, [&](int side) {
            const auto result = explorer_->result(1);
            if (side != 1 || !result || result->state->gains[0] == 1) return;
            QVERIFY(!result->portrait->cycles.empty() && !result->portrait->manifolds.empty());
            if (result->complete) return;
            ++passing;
            if (result->portrait->behind) QCOMPARE(result->portrait->cycles[0].period, first->cycles[0].period);
        });
        explorer_->document().setGain(0, 0.97);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(passing > 0);
        const auto last = explorer_->result(1)->portrait;
        QVERIFY(!last->behind && last->manifoldDetail == phase::Manifolds::exact);
        QVERIFY(last->cycles[0].period != first->cycles[0].period);
        // Where they are gone, they go.
        explorer_->disconnect(this);
        explorer_->document().setGain(0, 0.3);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(explorer_->result(1)->portrait->cycles.empty() && explorer_->result(1)->portrait->manifolds.empty());
    }

    void aCycleIsBornWhileTheHandMoves() {
        explorer_->open(QStringLiteral("rotation"));
        QTRY_VERIFY_WITH_TIMEOUT(
            explorer_->state()->title != QString() && explorer_->state()->populations() == 1 && explorer_->isSettled(),
            patience);
        QCOMPARE(explorer_->result(1)->portrait->cycles.size(), std::size_t(1));
        const double period = explorer_->result(1)->portrait->cycles[0].period;
        explorer_->document().setGain(0, 0.3);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QVERIFY(explorer_->result(1)->portrait->cycles.empty());
        explorer_->document().undoStack().undo();
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience);
        QCOMPARE(explorer_->result(1)->portrait->cycles.size(), std::size_t(1));
        QVERIFY(std::abs(explorer_->result(1)->portrait->cycles[0].period / period - 1) < 1e-6);
    }

private:
    std::unique_ptr<Explorer> explorer_;
};

QTEST_GUILESS_MAIN(TestExplorer)
#include "tst_explorer.moc"
