// SPDX-License-Identifier: GPL-3.0-or-later
#include <QSignalSpy>
#include <QTest>

#include "core/simulation/trial.h"
#include "ui/session/adopt.h"
#include "ui/session/train_desk.h"
#include "ui/session/train_loadings.h"
#include "ui/session/train_portrait.h"
#include "ui/session/train_preview.h"

using namespace kappascope;
using namespace kappascope::session;

namespace {

constexpr int patience = 600000;

SettingsPtr settingsOf(const char* task, training::TrainingOptions options, tasks::TaskOptions taskOptions = {}) {
    return std::make_shared<const training::Settings>(training::makeSettings(task, taskOptions, options, 3));
}

}  // namespace

/// What the Train workspace shows of a network and its task.
class TrainPreviewTest : public QObject {
    Q_OBJECT

private slots:
    void heldInputsAreTheTasksOwn() {
        const auto held = heldInputs(*settingsOf("dms", {}));
        QCOMPARE(held.size(), std::size_t{3});
        QCOMPARE(held[0].u, Eigen::VectorXd(Eigen::Vector2d(0, 0)));
        QCOMPARE(held[1].u, Eigen::VectorXd(Eigen::Vector2d(1, 0)));
        QCOMPARE(held[1].title, QStringLiteral("A = 1"));
        QCOMPARE(held[2].u, Eigen::VectorXd(Eigen::Vector2d(0, 1)));
        for (const auto& task : tasks::registry()) {
            const auto all = heldInputs(*settingsOf(std::string(task->id()).c_str(), {}), 5);
            QVERIFY(all.size() > 1 && all.size() <= 5);
            for (const auto& each : all) QCOMPARE(each.u.size(), static_cast<Eigen::Index>(task->inputs()));
        }
    }

    void loadingsAreTheNetworksColumns() {
        const auto settings = settingsOf("mante", {{"units", 40}, {"rank", 2}});
        auto weights = *startOf(settings)->weights;
        const auto shape = settings->shape();
        weights[shape.offset(training::Part::inputScales) + 1] = 3;  // a scale belongs to what is shown
        RunSnapshot snapshot;
        snapshot.settings = settings;
        snapshot.weights = std::make_shared<const std::vector<float>>(weights);
        const auto network = snapshot.network();
        const auto columns = loadingColumns(shape);
        QCOMPARE(columns.size(), std::size_t{2 + 2 + 4 + 1});
        const auto points = loadingPoints(weights, shape, columns[1], columns[2 + 2 + 1]);
        QCOMPARE(points.size(), std::size_t{40});
        for (int unit = 0; unit < 40; ++unit) {
            QVERIFY(std::abs(points[static_cast<std::size_t>(unit)].x() - network.m(unit, 1)) < 1e-6);
            QVERIFY(std::abs(points[static_cast<std::size_t>(unit)].y() - network.inputWeights(unit, 1)) < 1e-5);
        }
        QCOMPARE(columns[1].plain, QStringLiteral("m₂"));
        QCOMPARE(loadingPoints(weights, shape, columns[0], columns[1], 10).size(), std::size_t{10});
        QVERIFY(loadingPoints({1, 2, 3}, shape, columns[0], columns[1]).empty());
        // A full-rank network has no m and n.
        QCOMPARE(loadingColumns(settingsOf("rdm", {{"units", 8}, {"rank", 0}})->shape()).size(), std::size_t{2});
    }

    void aPreviewIsATrialOfTheTask() {
        const auto settings = settingsOf("dms", {{"units", 32}, {"noise", 0}});
        const auto& task = tasks::task("dms");
        const Preview random = makePreview({settings, nullptr, {}, 4});
        QCOMPARE(random.trial.trial.inputs, task.randomTrial(settings->taskOptions, settings->seed, 4).trial.inputs);
        QVERIFY(random.snapshot && random.snapshot->epoch == 0);
        const Preview named = makePreview({settings, random.snapshot, QStringLiteral("A-B delay 50"), 0});
        QCOMPARE(named.trial.trial.condition, std::string("A-B delay 50"));
        // z is the network's own: all units stepped, without noise.
        const auto network = random.snapshot->network();
        const auto whole = simulation::simulateNetwork(network, network.defaultGains(), named.trial.trial);
        QVERIFY((whole.z - named.z).cwiseAbs().maxCoeff() < 1e-9);
    }

    void aPortraitSettles() {
        TrainPortrait portrait({});
        QSignalSpy changed(&portrait, &TrainPortrait::changed);
        const auto settings = settingsOf("dms", {{"units", 64}});
        const auto start = startOf(settings);
        portrait.show(start, Eigen::Vector2d(0, 0));
        QTRY_VERIFY_WITH_TIMEOUT(portrait.result() && portrait.isSettled(), patience);
        const auto view = portrait.view();
        for (const auto& point : portrait.result()->portrait->census.points)
            QVERIFY(view.contains(point.kappa[0], point.kappa[1]));
        // Loadings twice as large: points move outward, and the axes hold the old ones and the new ones.
        auto weights = *start->weights;
        const auto shape = settings->shape();
        for (std::size_t k = 0; k < shape.size(training::Part::n); ++k)
            weights[shape.offset(training::Part::n) + k] *= 3;
        auto later = std::make_shared<RunSnapshot>(*start);
        later->weights = std::make_shared<const std::vector<float>>(weights);
        portrait.show(later, Eigen::Vector2d(0, 0));
        QTRY_VERIFY_WITH_TIMEOUT(
            portrait.isSettled() && portrait.result()->view == portrait.view() && portrait.view().xMax > view.xMax,
            patience);
        QVERIFY(portrait.view().xMin <= view.xMin && portrait.view().yMax >= view.yMax);
        for (const auto& point : portrait.result()->portrait->census.points)
            QVERIFY(portrait.view().contains(point.kappa[0], point.kappa[1]));
        portrait.show(start, Eigen::Vector2d(1, 0));
        QTRY_VERIFY_WITH_TIMEOUT(portrait.isSettled() && portrait.result()->v[0] == 1, patience);
        portrait.clear();
        QVERIFY(!portrait.result());
        // Another run, of rank 1: another plane.
        portrait.show(startOf(settingsOf("rdm", {{"units", 64}})), Eigen::VectorXd::Zero(1));
        QTRY_VERIFY_WITH_TIMEOUT(portrait.result() && portrait.isSettled() && portrait.rank() == 1, patience);
        double speed = 0;
        for (const float each : portrait.result()->portrait->line.speed)
            speed = std::max<double>(speed, std::abs(each));
        QVERIFY(portrait.view().yMax >= 0.95 * speed && portrait.view().yMax <= 5 * speed);
    }

    void largeFullRankNetworksAreRefused() {
        const auto settings = settingsOf("rdm", {{"units", 1500}, {"rank", 0}});
        auto snapshot = std::make_shared<RunSnapshot>();
        snapshot->settings = settings;
        snapshot->weights = std::make_shared<const std::vector<float>>(settings->shape().total());
        TrainPortrait portrait({});
        portrait.show(snapshot, Eigen::VectorXd::Zero(1));
        QTRY_VERIFY_WITH_TIMEOUT(!portrait.whyNot().isEmpty(), patience);
        QVERIFY(!portrait.result());
    }

    void aTrainedNetworkOpensWithItsTask() {
        const auto settings = settingsOf("mante", {{"units", 30}}, {{"cue", 0.25}});
        const auto opened = openTrained(*startOf(settings));
        QCOMPARE(opened.state->title, QStringLiteral("Context-dependent decision, seed 3"));
        QCOMPARE(opened.state->network->units(), Eigen::Index{30});
        QCOMPARE(opened.state->network->task.id, std::string("mante"));
        QCOMPARE(opened.state->network->task.options.at("cue"), std::string("0.25"));
        QVERIFY(opened.session.isEmpty());
    }

    void theDeskKeepsWhatWasTyped() {
        TrainDesk desk;
        desk.setTask(QStringLiteral("romo"));
        desk.setOption(QStringLiteral("units"), 77);
        QCOMPARE(desk.draft()->value("units"), 77.0);
        QVERIFY(!desk.isDefault());
        desk.setTask(QStringLiteral("rdm"));
        QCOMPARE(desk.draft()->value("units"), 512.0);
        desk.setTask(QStringLiteral("romo"));
        QCOMPARE(desk.draft()->value("units"), 77.0);
        desk.setTaskOption(QStringLiteral("delay-min"), 60);
        QVERIFY(!desk.draft() && !desk.problem().isEmpty() && !desk.canToggle());
        desk.toggle();
        QCOMPARE(desk.run().phase(), RunPhase::idle);
        desk.useDefaults();
        QVERIFY(desk.isDefault() && desk.canToggle());
        // Of full rank, the learning rate that nobody typed is another.
        desk.setOption(QStringLiteral("rank"), 0);
        QCOMPARE(desk.option(QStringLiteral("lr")), 1e-3);
        desk.setOption(QStringLiteral("lr"), 0.02);
        desk.setOption(QStringLiteral("rank"), 1);
        QCOMPARE(desk.option(QStringLiteral("lr")), 0.02);
    }
};

QTEST_GUILESS_MAIN(TrainPreviewTest)
#include "tst_train_preview.moc"
