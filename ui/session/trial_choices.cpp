// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trial_choices.h"

#include <QCoreApplication>
#include <algorithm>

#include "ui/session/comparison.h"

namespace kappascope::session {

namespace {

struct TaskTexts {
    Q_DECLARE_TR_FUNCTIONS(Tasks)
};

bool fits(const State& state, const tasks::Task& task) {
    return task.inputs() == state.inputs();
}

}  // namespace

QString taskTitle(const QString& taskId) {
    if (taskId == QLatin1String("rdm")) return TaskTexts::tr("Perceptual decision");
    if (taskId == QLatin1String("romo")) return TaskTexts::tr("Parametric working memory");
    if (taskId == QLatin1String("mante")) return TaskTexts::tr("Context-dependent decision");
    if (taskId == QLatin1String("raposo")) return TaskTexts::tr("Multi-sensory decision");
    if (taskId == QLatin1String("dms")) return TaskTexts::tr("Delayed match to sample");
    if (taskId == QLatin1String("flipflop")) return TaskTexts::tr("3-bit flip-flop");
    return taskId;
}

std::vector<QString> tasksFor(const State& state) {
    std::vector<QString> ids;
    const auto own = QString::fromStdString(ownTask(state).id);
    for (const auto& task : tasks::registry())
        if (fits(state, *task)) ids.push_back(QString::fromUtf8(task->id().data(), std::ssize(task->id())));
    std::stable_partition(ids.begin(), ids.end(), [&own](const QString& id) { return id == own; });
    return ids;
}

std::vector<QString> conditionsOf(const QString& taskId) {
    std::vector<QString> names;
    for (const auto& name : tasks::task(taskId.toStdString()).conditions())
        names.push_back(QString::fromStdString(name));
    return names;
}

TrialChoice firstTrial(const State& state, const QString& taskId) {
    TrialChoice choice;
    choice.task = taskId;
    choice = completed(state, choice);
    const auto conditions = conditionsOf(taskId);
    if (!conditions.empty()) choice.condition = conditions.front();
    return choice;
}

TrialChoice proposedTrial(const State& state) {
    const auto own = ownTask(state);
    const auto& all = tasks::registry();
    const auto found = std::find_if(all.begin(), all.end(), [&own](const auto& task) { return task->id() == own.id; });
    if (found == all.end() || !fits(state, **found)) return {};
    try {
        return firstTrial(state, QString::fromStdString(own.id));
    } catch (const Error&) {  // stored options that the task does not take
        return {};
    }
}

tasks::TaskTrial makeTrial(const State& state, const TrialChoice& choice, int index) {
    const TrialChoice chosen = completed(state, choice);
    const tasks::Task& task = tasks::task(chosen.task.toStdString());
    const auto options = taskOptions(chosen);
    auto trial = chosen.condition.isEmpty() ? task.randomTrial(options, chosen.seed, 0)
                                            : task.trial(chosen.condition.toStdString(), options, chosen.noise > 0,
                                                         chosen.seed, static_cast<std::uint64_t>(index));
    if (state.network) trial.trial.alpha = state.network->alpha;
    return trial;
}

}  // namespace kappascope::session
