// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTemporaryDir>
#include <QTest>
#include <algorithm>
#include <cmath>

#include "core/phase/fixed_points.h"
#include "ui/session/axis_label.h"
#include "ui/session/explorer.h"

using namespace kappascope;
using session::Explorer;
using session::Level;

namespace {

constexpr int patience = 60000;

}  // namespace

/// Of rank 1: v of an input as the vertical axis.
class TestInputAxis : public QObject {
    Q_OBJECT

private slots:
    void init() {
        explorer_ = std::make_unique<Explorer>(session::PaintPortrait());
        open(QStringLiteral("context-dependent-decision"));
        QCOMPARE(explorer_->state()->rank(), 1);
    }
    void cleanup() { explorer_.reset(); }

    void thePlaneHasTheLinesPoints() {
        explorer_->document().setInput(0, 0.3);
        explorer_->fit();
        settle();
        const auto line = explorer_->result(0);
        const auto revision = explorer_->document().undoStack().count();
        explorer_->setVerticalInput(0);
        QCOMPARE(explorer_->view().input, 0);
        settle();
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto plane = explorer_->result(side);
            QVERIFY(plane && plane->complete && plane->portrait->census.proven);
            QVERIFY(plane->view == explorer_->view());
            QCOMPARE(plane->portrait->rank, 2);
            const auto census = phase::findFixedPoints(*session::flowOf(*explorer_->state(), plane->level));
            QCOMPARE(plane->portrait->census.points.size(), census.points.size());
            for (std::size_t k = 0; k < census.points.size(); ++k) {
                const Eigen::VectorXd& at = plane->portrait->census.points[k].kappa;
                QVERIFY(std::abs(at[0] - census.points[k].kappa[0]) < 1e-8);
                QVERIFY(std::abs(at[1] - 0.3) < 1e-9);
                QVERIFY(explorer_->view().contains(at[0], at[1]));
            }
            QVERIFY(!plane->portrait->nullclines[0].empty() && !plane->portrait->nullclines[1].empty());
        }
        // How one looks at it is none of undo's.
        QCOMPARE(explorer_->document().undoStack().count(), revision);
        // The gain moves the points of the plane as it moves those of the line.
        explorer_->document().setGain(0, 0.4);
        settle();
        const auto census = phase::findFixedPoints(*session::flowOf(*explorer_->state(), Level::meanField));
        QCOMPARE(explorer_->result(1)->portrait->census.points.size(), census.points.size());
        // And back: the speed, as it was.
        explorer_->document().undoStack().undo();
        explorer_->setVerticalInput(-1);
        settle();
        QCOMPARE(explorer_->result(0)->portrait->rank, 1);
        QVERIFY(explorer_->result(0)->view == line->view);
    }

    void aClickStartsThereAndEndsAtAPoint() {
        explorer_->clearTrajectories();
        explorer_->document().setInput(1, 0.2);
        explorer_->setVerticalInput(1);
        settle();
        explorer_->addTrajectory(0.4, -0.7);
        settle();
        for (int side = 0; side < Explorer::sides; ++side) {
            const auto& drawn = explorer_->trajectories(side)->front();
            QCOMPARE(drawn.steps.rows(), 2);
            QCOMPARE(Eigen::Vector2d(drawn.steps.col(0)), Eigen::Vector2d(0.4, -0.7));
            QCOMPARE(Eigen::Vector2d(drawn.orbit.col(0)), Eigen::Vector2d(0.4, -0.7));
            // v relaxes by Euler steps, kappa is driven by it.
            const double alpha = explorer_->state()->network->alpha;
            for (int k = 0; k < 20; ++k)
                QVERIFY(std::abs(drawn.steps(1, k) - (0.2 - 0.9 * std::pow(1 - alpha, k))) < 1e-12);
            Eigen::VectorXd v = explorer_->state()->input;
            v[1] = -0.7;
            const auto flow = session::flowOf(*explorer_->state(), explorer_->level(side), v);
            const double first = flow->velocity(Eigen::VectorXd::Constant(1, 0.4))[0];
            QVERIFY(std::abs(drawn.steps(0, 1) - (0.4 + alpha * first)) < 1e-9);
            // It ends at a stable point of the line.
            const auto census = phase::findFixedPoints(*session::flowOf(*explorer_->state(), explorer_->level(side)));
            const Eigen::Vector2d end = drawn.steps.rightCols(1), orbitEnd = drawn.orbit.rightCols(1);
            const auto reached = [&](const Eigen::Vector2d& at) {
                return std::any_of(census.points.begin(), census.points.end(), [&](const auto& point) {
                    return point.unstableDirections == 0 && std::abs(point.kappa[0] - at[0]) < 2e-3 &&
                           std::abs(at[1] - 0.2) < 2e-3;
                });
            };
            QVERIFY(reached(end) && reached(orbitEnd));
        }
        // Looked at from another plane, and as a speed, it is the same trajectory.
        const Eigen::RowVectorXd kappa = explorer_->trajectories(0)->front().steps.row(0);
        explorer_->setVerticalInput(0);
        settle();
        const auto& other = explorer_->trajectories(0)->front().steps;
        QVERIFY(other.row(0) == kappa && (other.row(1).array() == explorer_->state()->input[0]).all());
        explorer_->setVerticalInput(-1);
        settle();
        QCOMPARE(explorer_->trajectories(0)->front().steps.rows(), 1);
        QVERIFY(explorer_->trajectories(0)->front().steps.row(0) == kappa);
    }

    void theCrossIsReadAtItsInput() {
        explorer_->setVerticalInput(0);
        settle();
        explorer_->setCross(0, QPointF(0.5, -0.25));
        Eigen::VectorXd v = explorer_->state()->input;
        v[0] = -0.25;
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->probe() && explorer_->probe()->state->input == v, patience);
        const auto flow = session::flowOf(*explorer_->state(), Level::network, v);
        QCOMPARE(explorer_->probe()->kappa, Eigen::VectorXd(Eigen::VectorXd::Constant(1, 0.5)));
        QCOMPARE(explorer_->probe()->velocity, flow->velocity(explorer_->probe()->kappa));
        QCOMPARE(explorer_->probe()->z, flow->readout(explorer_->probe()->kappa));
    }

    void aTrialRunsThroughThePlane() {
        session::TrialChoice trial;
        trial.task = QStringLiteral("mante");
        explorer_->document().setTrial(trial);
        explorer_->setVerticalInput(0);
        settle();
        const auto result = explorer_->trial();
        QVERIFY(result);
        const auto& run = result->sides[0]->runs[0];
        const QPolygonF path = session::pathOf(run, explorer_->view());
        QCOMPARE(path.size(), run.kappa.cols());
        QCOMPARE(path[40], QPointF(run.kappa(0, 40), run.v(0, 40)));
        for (const QPointF& at : path) QVERIFY(explorer_->view().contains(at.x(), at.y()));
        // At a moment the other inputs are at v, and v of this one is drawn towards u.
        explorer_->setScrubber(40);
        settle();
        Eigen::VectorXd drive = run.v.col(40);
        drive[0] = run.u(0, 40);
        QVERIFY(std::abs(run.v(0, 40) - run.u(0, 40)) > 1e-3);
        for (int side = 0; side < Explorer::sides; ++side) {
            QCOMPARE(explorer_->result(side)->v, drive);
            for (const auto& point : explorer_->result(side)->portrait->census.points)
                QVERIFY(std::abs(point.kappa[1] - run.u(0, 40)) < 1e-9);
        }
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->probe() && explorer_->probe()->state->input == run.v.col(40), patience);
    }

    void aSessionKeepsTheAxis() {
        explorer_->setVerticalInput(3);
        settle();
        explorer_->clearTrajectories();
        explorer_->addTrajectory(0.3, 0.6, true);
        settle();
        const session::ViewState saved = explorer_->viewState();
        QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("plane.kappa"));
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(QByteArray::fromStdString(session::sessionBytes(explorer_->state(), saved)));
        file.close();
        explorer_ = std::make_unique<Explorer>(session::PaintPortrait());
        open(path);
        QVERIFY(explorer_->view().samePlane(saved.view));
        QVERIFY(explorer_->view() == saved.view);
        QCOMPARE(explorer_->starts().size(), std::size_t(1));
        const auto& start = explorer_->starts().front();
        QVERIFY(start.input == 3 && start.level == 0.6 && start.backward && start.kappa[0] == 0.3);
        QVERIFY(explorer_->state()->warnings.empty());
    }

    void aCardNamesThePlane() {
        explorer_->setVerticalInput(0);
        settle();
        explorer_->selection().step(0);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->selection().point(), patience);
        const auto facts = explorer_->selection().point();
        QCOMPARE(facts->input, 0);
        QCOMPARE(facts->point.kappa.size(), 2);
        Eigen::MatrixXd sum = -Eigen::MatrixXd::Identity(2, 2);
        for (const auto& part : facts->parts) sum += part;
        QVERIFY((sum - facts->point.jacobian).cwiseAbs().maxCoeff() < 1e-9);
        // Another axis is another plane: the card closes.
        explorer_->setVerticalInput(1);
        QVERIFY(explorer_->selection().kind() == session::Selection::Kind::none);
    }

    void whatHasNoPlaneKeepsItsView() {
        explorer_->setVerticalInput(explorer_->state()->inputs());
        QCOMPARE(explorer_->view().input, -1);
        open(QStringLiteral("effective-connectivity"));
        explorer_->setVerticalInput(0);
        QCOMPARE(explorer_->view().input, -1);
    }

    void anotherFileBeginsWithTheSpeed() {
        explorer_->setVerticalInput(1);
        settle();
        open(QStringLiteral("two-memories"));
        QCOMPARE(explorer_->view().input, -1);
    }

    void itsLabelNamesTheInput() {
        session::State state = *explorer_->state();
        auto network = std::make_shared<network::Network>(*state.network);
        network->inputNames = {"", "motion"};
        state.network = network;
        state.circuit = nullptr;
        QCOMPARE(session::inputAxisLabel(state, 0), QStringLiteral("$v_{1}$"));
        QCOMPARE(session::inputAxisLabel(state, 1), QStringLiteral("motion,  $v_{2}$"));
    }

private:
    void open(const QString& id) {
        session::OpenOptions options;
        options.units = id.endsWith(QStringLiteral(".kappa")) ? std::nullopt : std::optional<qint64>(300);
        const auto before = explorer_->state();
        explorer_->open(id, options);
        QTRY_VERIFY_WITH_TIMEOUT(explorer_->state() != before && explorer_->isSettled(), patience);
    }
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(explorer_->isSettled(), patience); }

    std::unique_ptr<Explorer> explorer_;
};

QTEST_GUILESS_MAIN(TestInputAxis)
#include "tst_input_axis.moc"
