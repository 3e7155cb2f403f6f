// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/order.h"

#include <QCoreApplication>
#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/phase/fixed_points.h"
#include "core/phase/orbit.h"
#include "core/tasks/task.h"
#include "ui/session/comparison.h"
#include "ui/session/planar.h"

namespace kappascope::figures {

namespace {

using session::Level;
using session::State;

struct Texts {
    Q_DECLARE_TR_FUNCTIONS(Figures)
};

std::string knownViews() {
    std::string known;
    for (const FigureView& view : figureViews()) known += (known.empty() ? "" : ", ") + view.id.toStdString();
    return known;
}

/// The levels whose portraits a view shows, left to right.
std::vector<Level> portraitLevels(const FigureView& view, const State& state, const std::array<Level, 2>& levels) {
    if (!view.portraits) return {};
    if (view.id == u"left") return {levels[0]};
    if (view.id == u"right") return {levels[1]};
    if (const auto level = session::levelFromId(view.id)) return {*level};
    std::vector<Level> result;
    for (const Level level : levels)
        if (state.has(level)) result.push_back(level);
    return result;
}

/// The levels that a trial is shown at: the network first, each once.
std::vector<Level> trialLevels(const State& state, const std::array<Level, 2>& levels) {
    std::vector<Level> result;
    for (const Level level : {Level::network, Level::exact, Level::meanField})
        if (state.has(level) &&
            (level == Level::network || std::find(levels.begin(), levels.end(), level) != levels.end()))
            result.push_back(level);
    return result;
}

void require(const State& state, Level level) {
    if (!state.has(level)) throw Error(level == Level::meanField ? ErrorCode::needsPopulations : ErrorCode::needsUnits);
}

/// The runs of the state's trial at some levels: the same inputs and noise for all.
struct Trials {
    simulation::Trial trial;
    std::vector<LevelContent> levels;
};

Trials simulate(const State& state, const std::vector<Level>& levels, std::stop_token stop) {
    const session::TrialChoice choice = session::completed(state, state.trial);
    const auto& task = tasks::task(choice.task.toStdString());
    const auto options = session::taskOptions(choice);
    const Eigen::VectorXd gains = state.effectiveGains();
    Trials result;
    for (const Level level : levels) result.levels.push_back({level, nullptr, {}});
    // Without noise all runs would be the same.
    const int count = choice.noise > 0 ? choice.trials : 1;
    for (int k = 0; k < count; ++k) {
        const auto index = static_cast<std::uint64_t>(k);
        const simulation::Trial trial =
            choice.condition.isEmpty()
                ? task.randomTrial(options, choice.seed, 0).trial
                : task.trial(choice.condition.toStdString(), options, choice.noise > 0, choice.seed, index).trial;
        if (k == 0) result.trial = trial;
        simulation::SimulationOptions how;
        how.noise = choice.noise;
        how.seed = choice.seed;
        how.trialIndex = index;
        for (LevelContent& content : result.levels) {
            const auto run = [&] {
                switch (content.level) {
                    case Level::network: return simulation::simulateNetwork(*state.network, gains, trial, how, stop);
                    case Level::exact: return simulation::simulateExact(*state.network, gains, trial, how, stop);
                    case Level::meanField: break;
                }
                return simulation::simulateMeanField(*state.circuit, gains, trial, how, stop);
            };
            content.trials.push_back(std::make_shared<const simulation::Trajectory>(run()));
        }
    }
    return result;
}

painting::TimeFigure timeFigure(const State& state, const Trials& trials, double tauMs) {
    painting::TimeFigure figure;
    figure.stepMs = trials.trial.alpha * tauMs;
    figure.epochs = trials.trial.epochs;
    for (int s = 0; s < state.inputs(); ++s) {
        const QString name = state.inputName(s);
        figure.inputNames.push_back(name == QStringLiteral("u_%1").arg(s + 1) ? QStringLiteral("$u_{%1}$").arg(s + 1)
                                                                              : name);
    }
    for (const LevelContent& content : trials.levels)
        figure.levels.push_back(
            {session::title(content.level, state), content.level != trials.levels.front().level, content.trials});
    return figure;
}

void checkRange(const FigureOrder& order) {
    const int rank = order.state->rank();
    const auto refuse = [](const char* option, const std::string& given, const std::string& allowed) {
        throw Error(ErrorCode::badOption, option, {given, allowed});
    };
    const std::array<int, 2> axes = order.range ? order.range->axes : order.axes;
    if (rank > 1 && (axes[0] == axes[1] || std::min(axes[0], axes[1]) < 0 || std::max(axes[0], axes[1]) >= rank))
        refuse("axes", std::to_string(axes[0] + 1) + "," + std::to_string(axes[1] + 1),
               "two different modes from 1 to " + std::to_string(rank));
    if (order.range && (!(order.range->width() > 0) || !(order.range->height() > 0)))
        refuse("range", "empty", "x0,x1,y0,y1 with x0 < x1 and y0 < y1");
    if (order.range && order.range->held.size() > 0 && order.range->held.size() != rank)
        refuse("held", std::to_string(order.range->held.size()) + " values", std::to_string(rank) + " values");
    for (const QString& id : order.layers) {
        const auto& all = painting::layerRegistry();
        if (std::any_of(all.begin(), all.end(), [&id](const painting::Layer& layer) { return layer.id == id; }))
            continue;
        std::string known;
        for (const auto& layer : all) known += (known.empty() ? "" : ", ") + layer.id.toStdString();
        refuse("layers", id.toStdString(), known);
    }
}

phase::View rangeFor(const FigureOrder& order, const State& state, const std::vector<Level>& levels,
                     std::stop_token stop) {
    if (order.range) return *order.range;
    std::optional<phase::View> range;
    const std::array<int, 2> axes{order.axes[0], state.rank() > 1 ? order.axes[1] : 0};
    for (const Level level : levels) {
        const auto flow = session::flowOf(state, level);
        const auto census = phase::findFixedPoints(*flow, {}, stop);
        const auto cycles =
            flow->rank() > 1 ? phase::findLimitCycles(*flow, census, {}, stop) : std::vector<phase::LimitCycle>();
        const phase::View view = phase::chooseView(*flow, census, cycles, axes);
        range = range ? session::unite(*range, view) : view;
    }
    return *range;
}

/// The trial's path up to the step that the portrait stands at.
painting::DrawnTrajectory pathSoFar(const simulation::Trajectory& trial, int step) {
    painting::DrawnTrajectory path;
    path.colorIndex = 0;
    path.steps = trial.kappa.leftCols(step + 1);
    return path;
}

}  // namespace

const std::vector<FigureView>& figureViews() {
    static const std::vector<FigureView> views{
        {QStringLiteral("portraits"), Texts::tr("Both portraits"),
         Texts::tr("The two portraits of the window side by side"), true, false, 180},
        {QStringLiteral("left"), Texts::tr("Left portrait"), Texts::tr("The left portrait alone"), true, false, 90},
        {QStringLiteral("right"), Texts::tr("Right portrait"), Texts::tr("The right portrait alone"), true, false, 90},
        {QStringLiteral("network"), Texts::tr("Network"), Texts::tr("The network's portrait, whichever side it is on"),
         true, false, 90},
        {QStringLiteral("exact"), Texts::tr("Exact flow"), Texts::tr("The portrait of the exact flow"), true, false,
         90},
        {QStringLiteral("mean-field"), Texts::tr("Mean-field circuit"), Texts::tr("The portrait of the circuit"), true,
         false, 90},
        {QStringLiteral("time"), Texts::tr("Trial over time"),
         Texts::tr(
             "Inputs, collective variables and outputs over the trial; the network solid, reduced systems dashed"),
         false, true, 120},
        {QStringLiteral("summary"), Texts::tr("Portraits and trial"),
         Texts::tr("Both portraits with the trial over time beneath them"), true, true, 180},
    };
    return views;
}

const FigureView* findView(const QString& id) {
    const auto& views = figureViews();
    const auto found =
        std::find_if(views.begin(), views.end(), [&id](const FigureView& view) { return view.id == id; });
    return found == views.end() ? nullptr : &*found;
}

QString whyNot(const FigureView& view, const State& state, const std::array<Level, 2>& levels) {
    if (view.trial) {
        if (state.trial.task.isEmpty() && session::ownTask(state).id.empty())
            return Texts::tr("Choose a task for the trial first");
        if (trialLevels(state, levels).empty()) return Texts::tr("There is nothing that a trial could run through");
    }
    const auto shown = portraitLevels(view, state, levels);
    if (view.portraits && shown.empty()) return Texts::tr("There is no portrait to show");
    for (const Level level : shown)
        if (!state.has(level))
            return level == Level::meanField ? Texts::tr("Needs a circuit: fit or choose populations first")
                                             : Texts::tr("Needs a network: sample one from the circuit first");
    return {};
}

FigureContent computeFigure(const FigureOrder& order, std::stop_token stop) {
    const FigureView* view = findView(order.view);
    if (!view) throw Error(ErrorCode::badOption, "view", {order.view.toStdString(), knownViews()});
    if (view->portraits) checkRange(order);

    FigureContent content;
    content.tauMs = order.state->network ? order.state->network->tauMs : 100;
    Trials trials;
    if (view->trial || order.step >= 0) {
        const auto levels = trialLevels(*order.state, order.levels);
        if (levels.empty()) throw Error(ErrorCode::needsPopulations);
        trials = simulate(*order.state, levels, stop);
        if (order.step >= trials.trial.steps())
            throw Error(ErrorCode::badOption, "step",
                        {std::to_string(order.step), "0.." + std::to_string(trials.trial.steps() - 1)});
        content.levels = trials.levels;
        if (view->trial) content.figure.time = timeFigure(*order.state, trials, content.tauMs);
    }
    const auto trialAt = [&](Level level) {
        return std::find_if(content.levels.begin(), content.levels.end(),
                            [level](const LevelContent& each) { return each.level == level; });
    };

    const std::vector<Level> levels = portraitLevels(*view, *order.state, order.levels);
    for (const Level level : levels) require(*order.state, level);
    if (view->portraits && levels.empty()) throw Error(ErrorCode::needsUnits);
    if (levels.empty()) return content;
    auto shown = std::make_shared<State>(*order.state);
    if (order.step >= 0) shown->input = trials.levels.front().trials.front()->v.col(order.step);

    const phase::View range = rangeFor(order, *shown, levels, stop);
    session::TrajectoryResult clicked;
    if (!order.starts.empty()) clicked = session::computeTrajectories({shown, levels, order.starts}, stop);
    double fastest = 0;
    for (std::size_t k = 0; k < levels.size(); ++k) {
        const auto flow = session::flowOf(*shown, levels[k]);
        painting::Panel panel;
        panel.scene.portrait =
            std::make_shared<const phase::Portrait>(phase::computePortrait(*flow, range, 48, 48, stop));
        fastest = std::max(fastest, painting::maximumSpeed(*panel.scene.portrait));
        if (!order.starts.empty())
            for (const session::Trajectory& each : *clicked.trajectories[k])
                panel.scene.trajectories.push_back({each.colorIndex, each.backward, each.steps, each.orbit});
        auto found = trialAt(levels[k]);
        if (found == content.levels.end()) found = content.levels.insert(found, LevelContent{levels[k], nullptr, {}});
        found->portrait = panel.scene.portrait;
        if (order.step >= 0 && !found->trials.empty())
            panel.scene.trajectories.push_back(pathSoFar(*found->trials.front(), order.step));
        panel.title = session::title(levels[k], *order.state);
        panel.layers = order.layers;
        content.figure.panels.push_back(std::move(panel));
    }
    // The same colour is the same speed in both.
    for (painting::Panel& panel : content.figure.panels) panel.scene.speedScale = fastest;
    return content;
}

bool sameContent(const FigureOrder& a, const FigureOrder& b) {
    const auto sameStarts = [](const session::TrajectoryStart& x, const session::TrajectoryStart& y) {
        return x.kappa.size() == y.kappa.size() && x.kappa == y.kappa && x.backward == y.backward &&
               x.colorIndex == y.colorIndex;
    };
    return a.state == b.state && a.view == b.view && a.levels == b.levels && a.range == b.range && a.axes == b.axes &&
           a.layers == b.layers && a.step == b.step &&
           std::equal(a.starts.begin(), a.starts.end(), b.starts.begin(), b.starts.end(), sameStarts);
}

}  // namespace kappascope::figures
