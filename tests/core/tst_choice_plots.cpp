// SPDX-License-Identifier: GPL-3.0-or-later
#include <QTest>
#include <algorithm>
#include <set>

#include "core/error.h"
#include "core/tasks/choice_plot.h"
#include "core/tasks/task.h"

using namespace kappascope;

namespace {

const tasks::TaskVariable* find(const tasks::TaskTrial& trial, const std::string& name) {
    const auto found = std::ranges::find(trial.variables, name, &tasks::TaskVariable::name);
    return found == trial.variables.end() ? nullptr : &*found;
}

template <class Work>
Error errorOf(const Work& work) {
    try {
        work();
    } catch (const Error& error) {
        return error;
    }
    return Error(ErrorCode::outOfMemory);
}

}  // namespace

/// How tasks say what their trials are about, and what choices are plotted over.
class ChoicePlotsTest : public QObject {
    Q_OBJECT

private slots:
    void everyCellIsATrialOfItsTask_data() {
        QTest::addColumn<QString>("id");
        for (const auto& task : tasks::registry())
            QTest::newRow(std::string(task->id()).c_str()) << QString::fromStdString(std::string(task->id()));
    }
    void everyCellIsATrialOfItsTask() {
        QFETCH(QString, id);
        const auto& task = tasks::task(id.toStdString());
        const auto plot = task.choicePlot();
        if (plot.panels.empty()) {
            QCOMPARE(id, QStringLiteral("flipflop"));
            return;
        }
        QVERIFY(!plot.positive.empty());
        std::set<std::string> names;
        for (const auto& panel : plot.panels) {
            QVERIFY(names.insert(panel.name).second);
            QVERIFY(panel.axes.size() == 1 || panel.axes.size() == 2);
            std::size_t cells = 1;
            for (const auto& axis : panel.axes) {
                QVERIFY(axis.labels.empty() || axis.labels.size() == axis.values.size());
                cells *= axis.values.size();
            }
            QCOMPARE(panel.conditions.size(), cells);
            for (std::size_t cell = 0; cell < cells; ++cell) {
                const auto trial = task.trial(panel.conditions[cell]);
                // The task's own way to write it: nothing was lost on the way.
                QCOMPARE(trial.trial.condition, panel.conditions[cell]);
                QVERIFY(trial.mask.sum() > 0);
                QVERIFY(tasks::windowOf(trial.trial, plot.window).end > 0);
                for (const auto& held : panel.holds) QCOMPARE(find(trial, held.name)->value, held.value);
                const std::size_t width = panel.axes.size() < 2 ? 1 : panel.axes[1].values.size();
                const std::size_t place[] = {cell / width, cell % width};
                for (std::size_t a = 0; a < panel.axes.size(); ++a)
                    if (const auto* variable = find(trial, panel.axes[a].name))
                        QCOMPARE(variable->value, panel.axes[a].values[place[a]]);
            }
        }
    }

    void aPositiveTargetIsWhatThePlotSaysItIs() {
        const auto target = [](const char* task, const char* condition) {
            const auto trial = tasks::task(task).trial(condition);
            return trial.target.cwiseProduct(trial.mask).sum();
        };
        QCOMPARE(tasks::task("dms").choicePlot().positive, std::string("match"));
        QVERIFY(target("dms", "A-A") > 0 && target("dms", "B-A") < 0);
        QCOMPARE(tasks::task("romo").choicePlot().positive, std::string("f1 > f2"));
        QVERIFY(target("romo", "34-10") > 0 && target("romo", "10-34") < 0);
    }

    void variablesAreThoseOfTheTrial() {
        const auto mante = tasks::task("mante").trial("ctx2 coh 4,-2");
        QCOMPARE(mante.variables,
                 (std::vector<tasks::TaskVariable>{{"coherence 1", 4}, {"coherence 2", -2}, {"context", -1}}));
        const auto dms = tasks::task("dms").trial("A-B delay 25");
        QCOMPARE(dms.variables, (std::vector<tasks::TaskVariable>{{"stimulus 1", 1}, {"stimulus 2", -1}}));
        const auto raposo = tasks::task("raposo").trial("auditory 2");
        QCOMPARE(raposo.variables, (std::vector<tasks::TaskVariable>{
                                       {"visual", 0}, {"auditory", 2}, {"visual cue", 0}, {"auditory cue", 1}}));
        const auto romo = tasks::task("romo").trial("10-34");
        QCOMPARE(romo.variables, (std::vector<tasks::TaskVariable>{{"f1", 10}, {"f2", 34}}));
    }

    void valuesOfTheAxesAreTheCallersOwn() {
        const auto plot = tasks::task("mante").choicePlot({}, {3, -0.5});
        QCOMPARE(plot.panels[1].axes[1].values, (std::vector<double>{-0.5, 3}));
        QCOMPARE(plot.panels[1].conditions, (std::vector<std::string>{"ctx2 coh -0.5,-0.5", "ctx2 coh -0.5,3",
                                                                      "ctx2 coh 3,-0.5", "ctx2 coh 3,3"}));
        const auto refused = [](const char* task, std::vector<double> values) {
            const auto error = errorOf([&] { (void)tasks::task(task).choicePlot({}, values); });
            return error.code() == ErrorCode::badOption && error.field() == "values";
        };
        QVERIFY(refused("rdm", {1, INFINITY}));
        QVERIFY(refused("rdm", {1, 1}));
        QVERIFY(refused("romo", {10, -1}));
        QVERIFY(refused("dms", {1}));
        QVERIFY(refused("rdm", std::vector<double>(102, 0.0)));
    }

    void delaysAreThoseOfTheOptions() {
        QCOMPARE(tasks::task("dms").choicePlot().panels[0].conditions[1], std::string("A-B delay 50"));
        QCOMPARE(tasks::task("dms").choicePlot({{"delay-max", 30}}).panels[0].conditions[1],
                 std::string("A-B delay 30"));
        QCOMPARE(tasks::task("dms").choicePlot({{"delay-min", 80}}).panels[0].conditions[1],
                 std::string("A-B delay 80"));
    }

    void windowsAreEpochsOrSteps() {
        const auto trial = tasks::task("dms").trial("A-B delay 30").trial;
        const auto isSpan = [&trial](const char* window, int first, int end) {
            const auto span = tasks::windowOf(trial, window);
            return span.first == first && span.end == end;
        };
        QVERIFY(isSpan("delay", 30, 60));
        QVERIFY(isSpan("stimulus", 5, 30));
        QVERIFY(isSpan("stimulus 1", 5, 30));
        QVERIFY(isSpan("stimulus 2", 60, 85));
        QVERIFY(isSpan("stimulus B", 60, 85));
        QVERIFY(isSpan("3:7", 3, 7));
        for (const char* window :
             {"", "nothing", "stimulus 3", "7:3", "3:3", "-1:4", "0:100000", "a:b", "stimulus 0"}) {
            const auto error = errorOf([&] { (void)tasks::windowOf(trial, window); });
            QVERIFY2(error.code() == ErrorCode::badOption && error.field() == "window", window);
        }
    }

    void panelsAreFoundByName() {
        const auto plot = tasks::task("mante").choicePlot();
        QCOMPARE(tasks::panelNamed(plot, "CTX2").name, std::string("ctx2"));
        QCOMPARE(errorOf([&] { (void)tasks::panelNamed(plot, "ctx3"); }).field(), std::string("context"));
        const auto rdm = tasks::task("rdm").choicePlot();
        QCOMPARE(errorOf([&] { (void)tasks::panelNamed(rdm, ""); }).field(), std::string("context"));
        QCOMPARE(errorOf([] { tasks::requireChoices(tasks::task("flipflop")); }).field(), std::string("task"));
    }
};

QTEST_APPLESS_MAIN(ChoicePlotsTest)
#include "tst_choice_plots.moc"
