// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <cmath>
#include <functional>
#include <set>
#include <stdexcept>

#include "core/error.h"
#include "core/tasks/task.h"
#include "tests/core/errors.h"

using namespace kappascope;
using test::codeOf;

namespace {

constexpr std::uint64_t seed = 20240117;

}  // namespace

class TasksTest : public QObject {
    Q_OBJECT

private slots:
    void initTestCase() { qInfo("seed %llu", static_cast<unsigned long long>(seed)); }

    void theRegistryHoldsTheSixTasks() {
        std::vector<std::string> ids;
        for (const auto& task : tasks::registry()) ids.emplace_back(task->id());
        const std::vector<std::string> expected{"rdm", "romo", "mante", "raposo", "dms", "flipflop"};
        QCOMPARE(ids, expected);
        QCOMPARE(codeOf([] { tasks::task("nothing"); }), ErrorCode::unknownTask);
    }

    void everyOfferedConditionIsUnderstoodAndConsistent() {
        for (const auto& task : tasks::registry()) {
            std::set<std::string> seen;
            QCOMPARE(static_cast<int>(task->inputNames().size()), task->inputs());
            for (const auto& name : task->conditions()) {
                QVERIFY2(seen.insert(name).second, name.c_str());
                const auto trial = task->trial(name);
                QCOMPARE(trial.trial.condition, name);
                QCOMPARE(static_cast<int>(trial.trial.inputs.rows()), task->inputs());
                QCOMPARE(trial.target.rows(), trial.mask.rows());
                QCOMPARE(static_cast<int>(trial.target.cols()), trial.trial.steps());
                QCOMPARE(static_cast<int>(trial.mask.cols()), trial.trial.steps());
                QVERIFY(trial.mask.sum() > 0);
                QVERIFY(((trial.mask.array() == 0) || (trial.mask.array() == 1)).all());
                QVERIFY(((trial.mask.array() == 1) || (trial.target.array() == 0)).all());
                // Epochs tile the trial.
                int next = 0;
                for (const auto& epoch : trial.trial.epochs) {
                    QCOMPARE(epoch.first, next);
                    QVERIFY(epoch.end > epoch.first);
                    next = epoch.end;
                }
                QCOMPARE(next, trial.trial.steps());
                // Case and the task's id in front do not matter.
                std::string shouted = std::string(task->id()) + "  " + name;
                for (char& c : shouted) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
                QVERIFY(task->trial(shouted).trial.inputs == trial.trial.inputs);
            }
        }
    }

    void epochsAndLevelsAreThoseOfThePapers() {
        const auto rdm = tasks::task("rdm").trial("coh -2");
        QCOMPARE(rdm.trial.steps(), 51);
        QCOMPARE(rdm.trial.inputs(0, 4), 0.0);
        QCOMPARE(rdm.trial.inputs(0, 5), -0.2);
        QCOMPARE(rdm.trial.inputs(0, 44), -0.2);
        QCOMPARE(rdm.trial.inputs(0, 45), 0.0);
        QCOMPARE(rdm.target(0, 50), -1.0);
        QCOMPARE(rdm.mask.sum(), 1.0);

        const auto romo = tasks::task("romo").trial("34-10 delay 30");
        QCOMPARE(romo.trial.steps(), 70);
        QCOMPARE(romo.trial.inputs(0, 5), 0.5);
        QCOMPARE(romo.trial.inputs(0, 10), 0.0);
        QCOMPARE(romo.trial.inputs(0, 40), -0.5);
        QCOMPARE(romo.target(0, 45), 1.0);
        QCOMPARE(romo.mask.sum(), 5.0);

        const auto raposo = tasks::task("raposo").trial("both 4,1");
        QCOMPARE(raposo.trial.steps(), 68);
        QCOMPARE(raposo.trial.inputs(0, 22), 0.4);
        QCOMPARE(raposo.trial.inputs(1, 61), 0.1);
        QCOMPARE(raposo.trial.inputs(2, 5), 0.1);
        QCOMPARE(raposo.trial.inputs(3, 61), 0.1);
        QCOMPARE(raposo.trial.inputs(3, 62), 0.0);
        QCOMPARE(raposo.target(0, 67), 1.0);
        const auto heard = tasks::task("raposo").trial("auditory -2", {{"cue", 0.3}});
        QCOMPARE(heard.trial.inputs.row(0).cwiseAbs().sum(), 0.0);
        QCOMPARE(heard.trial.inputs.row(2).cwiseAbs().sum(), 0.0);
        QCOMPARE(heard.trial.inputs(1, 30), -0.2);
        QCOMPARE(heard.trial.inputs(3, 30), 0.3);
        QCOMPARE(heard.target(0, 67), -1.0);

        const auto mante = tasks::task("mante").trial("ctx2 coh 4,-1");
        QCOMPARE(mante.trial.inputs(3, 66), 0.1);
        QCOMPARE(mante.trial.inputs(3, 67), 0.0);
        QCOMPARE(mante.target(0, 67), -1.0);

        const auto match = tasks::task("dms").trial("A-B delay 150");
        QCOMPARE(match.trial.steps(), 255);
        QCOMPARE(match.trial.inputs(1, 180), 1.0);
        QCOMPARE(match.target(0, 205), -1.0);
        QCOMPARE(match.mask.sum(), 50.0);
        QVERIFY(tasks::task("dms").trial("B-B").trial.inputs == tasks::task("dms").trial("B-B delay 50").trial.inputs);
    }

    void flipFlopRemembersEachBit() {
        const auto trial = tasks::task("flipflop").trial("1+ 2- 1-");
        QCOMPARE(trial.trial.steps(), 10 + 3 * 40);
        QCOMPARE(trial.trial.inputs(0, 10), 1.0);
        QCOMPARE(trial.trial.inputs(0, 15), 0.0);
        QCOMPARE(trial.trial.inputs(1, 50), -1.0);
        QCOMPARE(trial.trial.inputs(0, 90), -1.0);
        QCOMPARE(trial.target(0, 89), 1.0);
        QCOMPARE(trial.mask(0, 19), 0.0);
        QCOMPARE(trial.mask(0, 20), 1.0);
        QCOMPARE(trial.mask(0, 90), 0.0);
        QCOMPARE(trial.target(0, 100), -1.0);
        QCOMPARE(trial.target(1, 129), -1.0);
        QCOMPARE(trial.mask.row(2).sum(), 0.0);
    }

    void whatIsNotAConditionIsRefused_data() {
        QTest::addColumn<QString>("task");
        QTest::addColumn<QString>("condition");
        const std::pair<const char*, const char*> refused[] = {{"rdm", ""},
                                                               {"rdm", "coh"},
                                                               {"rdm", "coh x"},
                                                               {"rdm", "coh 1,5"},
                                                               {"rdm", "coh nan"},
                                                               {"romo", "10"},
                                                               {"romo", "10-34 25"},
                                                               {"romo", "10-34 delay 2.5"},
                                                               {"romo", "10--34"},
                                                               {"mante", "ctx3 coh 1,1"},
                                                               {"mante", "ctx1 coh 1"},
                                                               {"mante", "cue ctx1 coh 1,1"},
                                                               {"raposo", "both 4"},
                                                               {"raposo", "both 4,-1"},
                                                               {"raposo", "smell 4"},
                                                               {"dms", "A-C"},
                                                               {"dms", "AA"},
                                                               {"dms", "A-A delay"},
                                                               {"dms", "A-A delay -1"},
                                                               {"flipflop", "4+"},
                                                               {"flipflop", "1"},
                                                               {"flipflop", ""},
                                                               {"dms", "A-A delay 99999999999"}};
        for (const auto& [task, condition] : refused)
            QTest::addRow("%s: '%s'", task, condition) << QString(task) << QString(condition);
    }
    void whatIsNotAConditionIsRefused() {
        QFETCH(QString, task);
        QFETCH(QString, condition);
        const auto& chosen = tasks::task(task.toStdString());
        QCOMPARE(codeOf([&] { chosen.trial(condition.toStdString()); }), ErrorCode::unknownCondition);
    }

    void optionsAreChecked() {
        const auto& mante = tasks::task("mante");
        QCOMPARE(codeOf([&] { mante.trial("ctx1 coh 1,1", {{"cue", -1.0}}); }), ErrorCode::badOption);
        QCOMPARE(codeOf([&] { mante.trial("ctx1 coh 1,1", {{"cue", std::nan("")}}); }), ErrorCode::badOption);
        QCOMPARE(codeOf([&] { mante.trial("ctx1 coh 1,1", {{"colour", 1.0}}); }), ErrorCode::badOption);
        QCOMPARE(codeOf([&] { tasks::task("dms").randomTrial({{"delay-min", 30.5}}, seed, 0); }), ErrorCode::badOption);
        QCOMPARE(codeOf([&] { tasks::task("dms").randomTrial({{"delay-min", 200}}, seed, 0); }), ErrorCode::badOption);
        QCOMPARE(codeOf([&] { tasks::task("romo").randomTrial({{"delay-max", 3}}, seed, 0); }), ErrorCode::badOption);
    }

    void randomTrialsRepeatWithTheirSeedAndDifferOtherwise() {
        for (const auto& task : tasks::registry()) {
            const auto once = task->randomTrial({}, seed, 7);
            const auto again = task->randomTrial({}, seed, 7);
            QVERIFY(once.trial.inputs == again.trial.inputs);
            QVERIFY(once.target == again.target);
            QVERIFY(task->randomTrial({}, seed, 8).trial.inputs != once.trial.inputs);
            QVERIFY(task->randomTrial({}, seed + 1, 7).trial.inputs != once.trial.inputs);
        }
    }

    void inputNoiseHasTheStatedSpreadOnSensoryChannelsOnly() {
        struct Case {
            const char* task;
            const char* condition;
            int sensory;
            double sigma;
        };
        for (const Case& c :
             {Case{"rdm", "coh 4", 1, 0.1}, Case{"romo", "10-34", 1, 0.01}, Case{"mante", "ctx1 coh 4,-4", 2, 0.1},
              Case{"raposo", "visual 4", 2, 0.1}, Case{"dms", "A-B", 2, 0.03}}) {
            const auto& task = tasks::task(c.task);
            const auto clean = task.trial(c.condition).trial.inputs;
            double sum = 0, squares = 0;
            Eigen::Index count = 0;
            constexpr int trials = 200;
            for (int k = 0; k < trials; ++k) {
                const Eigen::MatrixXd noise =
                    task.trial(c.condition, {}, true, seed, static_cast<std::uint64_t>(k)).trial.inputs - clean;
                sum += noise.topRows(c.sensory).sum();
                squares += noise.topRows(c.sensory).squaredNorm();
                count += noise.topRows(c.sensory).size();
                QCOMPARE(noise.bottomRows(noise.rows() - c.sensory).cwiseAbs().sum(), 0.0);
            }
            // Five standard errors of mean and standard deviation.
            const auto n = static_cast<double>(count);
            QVERIFY(std::abs(sum / n) < 5 * c.sigma / std::sqrt(n));
            QVERIFY(std::abs(std::sqrt(squares / n) / c.sigma - 1) < 5 / std::sqrt(2 * n));
        }
    }

    void randomTrialsDrawWhatTheyShould() {
        constexpr int trials = 600;
        // mante: contexts and the two coherences, each equally often and independently.
        const auto& mante = tasks::task("mante");
        int firstContext = 0, positive = 0, agree = 0;
        for (int k = 0; k < trials; ++k) {
            const auto trial = mante.randomTrial({{"input-noise", 0}}, seed, static_cast<std::uint64_t>(k));
            firstContext += trial.trial.inputs(2, 30) > 0;
            positive += trial.trial.inputs(0, 30) > 0;
            agree += trial.trial.inputs(0, 30) * trial.trial.inputs(1, 30) > 0;
            const double cued = trial.trial.inputs(trial.trial.inputs(2, 30) > 0 ? 0 : 1, 30);
            QCOMPARE(trial.target(0, 67), cued > 0 ? 1.0 : -1.0);
        }
        for (const int count : {firstContext, positive, agree})
            QVERIFY(std::abs(count - trials / 2) < 5 * std::sqrt(trials) / 2);

        // dms: delays in their range, targets by match.
        const auto& match = tasks::task("dms");
        int shortest = 1000, longest = 0;
        for (int k = 0; k < trials; ++k) {
            const auto trial = match.randomTrial({{"delay-min", 25}, {"delay-max", 35}, {"input-noise", 0}}, seed,
                                                 static_cast<std::uint64_t>(k));
            QCOMPARE(trial.trial.steps(), 140);
            const auto& delay = trial.trial.epochs[2];
            shortest = std::min(shortest, delay.end - delay.first);
            longest = std::max(longest, delay.end - delay.first);
            const bool same = trial.trial.inputs.col(10) == trial.trial.inputs.col(delay.end + 5);
            QCOMPARE(trial.target(0, delay.end + 30), same ? 1.0 : -1.0);
        }
        QCOMPARE(shortest, 25);
        QCOMPARE(longest, 35);

        // romo: pairs 8, 16 or 24 apart.
        const auto& romo = tasks::task("romo");
        std::set<int> differences;
        for (int k = 0; k < trials; ++k) {
            const auto trial = romo.randomTrial({{"input-noise", 0}}, seed, static_cast<std::uint64_t>(k));
            const auto decision = trial.trial.epochs[4].first;
            differences.insert(static_cast<int>(std::lround(24 * trial.target(0, decision))));
        }
        const std::set<int> expected{-24, -16, -8, 8, 16, 24};
        QVERIFY(differences == expected);
    }

    void flipFlopPulsesComeAtTheirRate() {
        const auto& task = tasks::task("flipflop");
        constexpr int trials = 300;
        int pulses = 0;
        for (int k = 0; k < trials; ++k) {
            const auto trial = task.randomTrial({}, seed, static_cast<std::uint64_t>(k));
            QCOMPARE(trial.trial.steps(), 300);
            for (int channel = 0; channel < 3; ++channel) {
                double last = 0;
                int since = 0;
                for (int step = 0; step < 300; ++step) {
                    const double u = trial.trial.inputs(channel, step);
                    const double before = step > 0 ? trial.trial.inputs(channel, step - 1) : 0;
                    const bool begins = u != 0 && (u != before || since == 5);
                    if (begins) {
                        ++pulses;
                        last = u;
                        since = 0;
                    }
                    ++since;
                    QCOMPARE(trial.mask(channel, step), last != 0 && since > 10 ? 1.0 : 0.0);
                    if (trial.mask(channel, step) == 1) QCOMPARE(trial.target(channel, step), last);
                }
            }
        }
        // A renewal process: one pulse every 5 steps + a geometric wait of mean 1/p - 1.
        const double expected = trials * 3 * 300 / (5 + 1 / 0.02 - 1);
        QVERIFY2(std::abs(pulses - expected) < 0.06 * expected, qPrintable(QString::number(pulses)));
    }
};

QTEST_GUILESS_MAIN(TasksTest)
#include "tst_tasks.moc"
