// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <functional>
#include <stop_token>
#include <vector>

#include "ui/painting/figure.h"
#include "ui/session/training_snapshot.h"

namespace kappascope::figures {

/// The portraits of a network in training, one figure an epoch, for a talk.
struct FramesOrder {
    std::vector<session::SnapshotPtr> snapshots;  ///< in the order of the frames
    Eigen::VectorXd input;                        ///< u, held on
    QString inputTitle;                           ///< "A = 1"
    phase::View range;                            ///< the same in every frame
    std::vector<QString> layers;
    std::vector<training::EpochReport> history;
    bool curves = true;  ///< loss and accuracy beneath each portrait, with a line at its epoch
    painting::FigureSpec spec;
    painting::FigureFormat format = painting::FigureFormat::png;
    QString folder;
    QString name;  ///< of the files: NAME-epoch-0012.png
};

/// Says how many of all steps are done.
using FrameProgress = std::function<void(int done, int all)>;

/// One frame as a figure, its speed colours by its own maximum. Throws what a portrait throws, and stopped.
painting::Figure frameOf(const FramesOrder& order, const session::SnapshotPtr& snapshot, std::stop_token stop = {});

/// Computes and writes the frames into the folder one after the other; it is made where it is missing, each file is
/// written whole or not at all, and the same colour is the same speed in all of them. Returns the names of the files.
/// Throws cannotWrite, badOption, stopped (what is written stays).
QStringList writeFrames(const FramesOrder& order, const FrameProgress& progress, std::stop_token stop = {});

}  // namespace kappascope::figures
