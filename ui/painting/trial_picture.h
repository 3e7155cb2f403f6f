// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QRectF>
#include <QString>
#include <vector>

#include "core/phase/view.h"
#include "core/tasks/task.h"
#include "ui/painting/theme.h"

class QPainter;

namespace kappascope::painting {

/// One trial of a task: its inputs, what is asked for and where it counts, and what a network answers.
struct TrialPicture {
    tasks::TaskTrial trial;
    double stepMs = 20;               ///< dt
    std::vector<QString> inputNames;  ///< S; may be empty
    Eigen::MatrixXd output;           ///< z, O x T; empty: no network yet
};

/// Where its two plots lie: inputs above, targets and outputs beneath.
struct TrialLayout {
    QRectF inputs, outputs;  ///< of the axes, in points
};
TrialLayout layOutTrial(const TrialPicture& picture, const QRectF& area, double fontPt);

/// Values of the lower plot's axis: targets and outputs, at least -1 to 1. Outputs that run far away, as those of a run
/// that diverged, widen it to no more than 8 times what targets need.
phase::View outputRange(const TrialPicture& picture);

/// Paints inputs above targets and outputs, over one time axis with shaded, named epochs. Targets are broad and pale,
/// and drawn where the mask counts them; so is the shade of that stretch. scale: device units per point.
void paintTrial(QPainter& painter, const TrialPicture& picture, const QRectF& area, const Theme& theme, double fontPt,
                double scale = 1);

}  // namespace kappascope::painting
