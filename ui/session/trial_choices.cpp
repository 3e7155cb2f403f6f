// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/trial_choices.h"

#include <QCoreApplication>
#include <algorithm>

#include "core/text.h"

namespace kappascope::session {

namespace {

struct TaskTexts {
    Q_DECLARE_TR_FUNCTIONS(Tasks)
};

network::TaskReference ownTask(const State& state) {
    if (state.file && !state.file->task.id.empty()) return state.file->task;
    return state.circuit ? state.circuit->task : network::TaskReference();
}

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
    const tasks::Task& task = tasks::task(taskId.toStdString());
    TrialChoice choice;
    choice.task = taskId;
    const auto conditions = task.conditions();
    if (!conditions.empty()) choice.condition = QString::fromStdString(conditions.front());
    const auto own = ownTask(state);
    if (own.id != task.id()) return choice;
    for (const auto& schema : task.options()) {
        const auto stored = own.options.find(schema.id);
        const auto value = stored == own.options.end() ? std::nullopt : toNumber(stored->second);
        if (value && *value >= schema.minimum && *value <= schema.maximum)
            choice.options[QString::fromStdString(schema.id)] = *value;
    }
    return choice;
}

TrialChoice proposedTrial(const State& state) {
    const auto own = ownTask(state);
    const auto& all = tasks::registry();
    const auto found = std::find_if(all.begin(), all.end(), [&own](const auto& task) { return task->id() == own.id; });
    if (found == all.end() || !fits(state, **found)) return {};
    return firstTrial(state, QString::fromStdString(own.id));
}

tasks::TaskOptions taskOptions(const TrialChoice& choice) {
    tasks::TaskOptions options;
    for (const auto& [id, value] : choice.options) options[id.toStdString()] = value;
    return options;
}

tasks::TaskTrial makeTrial(const State& state, const TrialChoice& choice, int index) {
    const tasks::Task& task = tasks::task(choice.task.toStdString());
    if (!fits(state, task))
        throw Error(ErrorCode::inputsDoNotMatch, TaskTexts::tr("The task %1").arg(choice.task).toStdString(),
                    {std::to_string(task.inputs()), std::to_string(state.inputs())});
    const auto options = taskOptions(choice);
    if (choice.condition.isEmpty()) return task.randomTrial(options, choice.seed, 0);
    return task.trial(choice.condition.toStdString(), options, choice.noise > 0, choice.seed,
                      static_cast<std::uint64_t>(index));
}

}  // namespace kappascope::session
