// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <array>
#include <memory>
#include <optional>
#include <stop_token>
#include <vector>

#include "core/phase/portrait.h"
#include "core/simulation/trial.h"
#include "ui/painting/figure.h"
#include "ui/session/state.h"
#include "ui/session/trajectory_worker.h"

namespace kappascope::figures {

/// What a figure can show.
struct FigureView {
    QString id;             ///< "portraits", as on the command line
    QString title;          ///< tr()
    QString help;           ///< tr(): one sentence
    bool portraits = true;  ///< shows one or two portraits
    bool trial = false;     ///< shows a trial over time: the state must have a task
    double widthMm = 180;   ///< that suits it, of two portraits where it may have both
};

/// portraits, left, right, network, exact, mean-field, time, summary.
const std::vector<FigureView>& figureViews();

/// Null where there is no such view.
const FigureView* findView(const QString& id);

/// Everything that a figure is made from: an immutable value. The same order gives the same bytes, in the window's
/// export and on the command line.
struct FigureOrder {
    std::shared_ptr<const session::State> state;
    QString view = QStringLiteral("portraits");
    std::array<session::Level, 2> levels{session::Level::network, session::Level::meanField};  ///< left, right
    std::optional<phase::View> range;  ///< none: chosen so that it holds every fixed point and cycle
    std::array<int, 2> axes{0, 1};     ///< where no range is given
    int input = -1;                    ///< the same: of rank 1 the vertical axis shows v of this input, as in View
    std::vector<QString> layers;       ///< ids; painting::defaultLayers() is what the window starts with
    std::vector<session::TrajectoryStart> starts;
    int step = -1;    ///< portraits at v after this step of the trial, with its path so far; -1: at the state's input
    QString session;  ///< the session file that holds the state's network, if any: where the command finds it again
    painting::FigureSpec spec;
};

/// One level of a figure: what its portrait found, and its runs of the trial.
struct LevelContent {
    session::Level level = session::Level::network;
    std::shared_ptr<const phase::Portrait> portrait;                    ///< null where the view has none
    std::vector<std::shared_ptr<const simulation::Trajectory>> trials;  ///< empty where the view has none
};

/// A figure computed, whatever its size and colours will be.
struct FigureContent {
    painting::Figure figure;
    std::vector<LevelContent> levels;
    double tauMs = 100;
};

/// The width that suits what an order shows: 90 mm where one of two portraits is missing.
double usualWidthMm(const FigureOrder& order);

/// Why a view cannot be shown, for people; empty where the state has its levels and task.
QString whyNot(const FigureView& view, const session::State& state, const std::array<session::Level, 2>& levels);

/// Computes all that the order's view shows; spec is not looked at. Trajectories are the levels' own Euler steps, as
/// in the window. Throws badOption (view, layers, axes, range, step), needsTask, needsPopulations, needsUnits, what a
/// task throws about its condition, and stopped.
FigureContent computeFigure(const FigureOrder& order, std::stop_token stop = {});

/// True where only size or colours differ, so that the same content serves both.
bool sameContent(const FigureOrder& a, const FigureOrder& b);

}  // namespace kappascope::figures
