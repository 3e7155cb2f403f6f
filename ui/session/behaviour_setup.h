// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <cstdint>
#include <memory>

#include "core/statistics/psychometric.h"
#include "ui/session/state.h"

namespace kappascope::session {

/// Who is asked for what: a network and its circuit, a task with a choice, and the noise of its trials.
struct BehaviourSetup {
    std::shared_ptr<const network::Network> network;    ///< its units are asked; of a truncated view the file's own
    std::shared_ptr<const reduction::Circuit> circuit;  ///< null: no populations known
    double alpha = 0.2;                                 ///< dt / tau
    QString task;
    tasks::TaskOptions options;
    double noise = 0;  ///< sigma of the state noise, per unit and step
    std::uint64_t seed = 1;

    bool operator==(const BehaviourSetup&) const = default;

    /// The same network, circuit and task: results of the one may stand for the other until its own are there.
    bool resembles(const BehaviourSetup& other) const {
        return network == other.network && circuit == other.circuit && task == other.task;
    }
};

/// Why a document's behaviour cannot be asked for, or nothing.
enum class Obstacle {
    none,
    noTask,      ///< neither document nor file names one
    noChoice,    ///< trials of its task have no single choice
    doesNotFit,  ///< the task has other inputs, or the network has not one output
};

/// How a document stands to the Behaviour workspace.
struct BehaviourOffer {
    Obstacle obstacle = Obstacle::none;
    QString sentence;            ///< what is wrong, and what helps; empty where nothing is
    std::vector<QString> tasks;  ///< that fit this network and have a choice
    BehaviourSetup setup;        ///< where there is no obstacle; with the document's task and the usual noise
};

/// Takes task and options from the state's trial, or from its file; the noise from the network, or where its file has
/// none from the task's usual training. Throws nothing.
BehaviourOffer behaviourOffer(const State& state);

/// Whether the trials of a task end in a choice.
bool hasChoice(const QString& task);

}  // namespace kappascope::session
