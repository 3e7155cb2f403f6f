// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/behaviour_setup.h"

#include <QCoreApplication>

#include "core/training/recipe.h"
#include "ui/session/comparison.h"
#include "ui/session/trial_choices.h"

namespace kappascope::session {

namespace {

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Behaviour)
};

/// A truncated view often fails where the network itself does not: that is the one to ask.
std::shared_ptr<const network::Network> askedNetwork(const State& state) {
    if (!state.network || !state.isTruncated()) return state.network;
    if (state.file->populationCount() == state.network->populationCount()) return state.file;
    auto labelled = *state.file;
    labelled.labels = state.network->labels;
    return std::make_shared<const network::Network>(std::move(labelled));
}

qint64 outputsOf(const State& state) {
    return state.network ? state.network->outputs() : state.circuit->outputs;
}

}  // namespace

bool hasChoice(const QString& task) {
    return !tasks::task(task.toStdString()).choicePlot().panels.empty();
}

BehaviourOffer behaviourOffer(const State& state) {
    BehaviourOffer offer;
    const bool speaks = outputsOf(state) == 1;
    if (speaks)
        for (const QString& id : tasksFor(state))
            if (hasChoice(id)) offer.tasks.push_back(id);
    const auto refuse = [&offer](Obstacle obstacle, const QString& sentence) {
        offer.obstacle = obstacle;
        offer.sentence = sentence;
        return offer;
    };
    const bool named = !state.trial.task.isEmpty() || !ownTask(state).id.empty();
    if (speaks && !named && !offer.tasks.empty())
        return refuse(Obstacle::noTask, Texts::tr("Choose the task whose choices this network is asked for."));
    TrialChoice choice;
    try {
        choice = completed(state, state.trial);
    } catch (const Error& error) {
        if (error.code() != ErrorCode::needsTask) return refuse(Obstacle::doesNotFit, sentence(error));
        const int inputs = state.inputs();
        return refuse(Obstacle::doesNotFit,
                      inputs == 1 ? Texts::tr("No task with a choice has 1 input, as this network has.")
                                  : Texts::tr("No task with a choice has %1 inputs, as this network has.").arg(inputs));
    }
    if (!hasChoice(choice.task))
        return refuse(Obstacle::noChoice,
                      Texts::tr("A trial of the task “%1” asks for many answers, not for one choice: there is no "
                                "psychometric curve to plot.")
                          .arg(taskTitle(choice.task)));
    if (!speaks)
        return refuse(Obstacle::doesNotFit,
                      Texts::tr("A choice is the sign of one output; this network has %1.").arg(outputsOf(state)));
    BehaviourSetup& setup = offer.setup;
    setup.network = askedNetwork(state);
    setup.circuit = state.circuit;
    setup.alpha = state.network ? state.network->alpha : 0.2;
    setup.task = choice.task;
    setup.options = taskOptions(choice);
    setup.noise = state.file ? state.file->noise : 0;
    try {
        tasks::task(setup.task.toStdString()).choicePlot(setup.options);
        if (!(setup.noise > 0))
            setup.noise = training::makeSettings(setup.task.toStdString(), setup.options, {}, 1).value("noise");
    } catch (const Error& error) {  // options that a session or a hand made impossible
        return refuse(Obstacle::doesNotFit, sentence(error));
    }
    return offer;
}

}  // namespace kappascope::session
