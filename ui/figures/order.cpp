// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/order.h"

#include <QCoreApplication>
#include <algorithm>
#include <utility>

#include "core/error.h"
#include "core/phase/fixed_points.h"
#include "core/phase/orbit.h"
#include "ui/session/axis_label.h"
#include "ui/session/comparison.h"
#include "ui/session/planar.h"
#include "ui/session/trace_worker.h"
#include "ui/session/trial_worker.h"

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

void require(const State& state, Level level) {
    if (!state.has(level)) throw Error(level == Level::meanField ? ErrorCode::needsPopulations : ErrorCode::needsUnits);
}

/// The runs of the trial at each level: the network first.
std::vector<LevelContent> runsOf(const session::TrialResult& trial) {
    std::vector<std::shared_ptr<const session::TrialBundle>> bundles{trial.network};
    for (const auto& side : trial.sides)
        if (std::find(bundles.begin(), bundles.end(), side) == bundles.end()) bundles.push_back(side);
    std::vector<LevelContent> levels;
    for (const auto& bundle : bundles) {
        if (!bundle) continue;
        LevelContent content{bundle->level, nullptr, {}};
        for (const simulation::Trajectory& run : bundle->runs)
            content.trials.push_back(std::shared_ptr<const simulation::Trajectory>(bundle, &run));
        levels.push_back(std::move(content));
    }
    return levels;
}

painting::TimeFigure timeFigure(const State& state, const session::TrialResult& trial,
                                const std::vector<LevelContent>& levels) {
    painting::TimeFigure figure;
    figure.stepMs = trial.stepMs;
    figure.epochs = trial.trial.epochs;
    for (int s = 0; s < state.inputs(); ++s) {
        const QString name = state.inputName(s);
        figure.inputNames.push_back(name == QStringLiteral("u_%1").arg(s + 1) ? QStringLiteral("$u_{%1}$").arg(s + 1)
                                                                              : name);
    }
    for (const LevelContent& content : levels)
        figure.levels.push_back(
            {session::title(content.level, state), content.level != levels.front().level, content.trials});
    return figure;
}

void checkRange(const FigureOrder& order) {
    const int rank = order.state->rank();
    const auto refuse = [](const char* option, const std::string& given, const std::string& allowed) {
        throw Error(ErrorCode::badOption, option, {given, allowed});
    };
    const std::array<int, 2> axes = order.range ? order.range->axes : order.axes;
    const int input = order.range ? order.range->input : order.input;
    if (input >= 0 && (rank != 1 || input >= order.state->inputs()))
        refuse("axes", "v" + std::to_string(input + 1),
               rank == 1 ? "v1 to v" + std::to_string(order.state->inputs()) : "modes above rank 1");
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

phase::View rangeFor(const FigureOrder& order, const Eigen::VectorXd& v, const std::vector<Level>& levels,
                     std::stop_token stop) {
    const State& state = *order.state;
    if (order.range) return *order.range;
    std::optional<phase::View> range;
    const bool plane = order.input >= 0;
    const std::array<int, 2> axes{plane ? 0 : order.axes[0], plane ? 1 : state.rank() > 1 ? order.axes[1] : 0};
    for (const Level level : levels) {
        const auto flow = session::flowOf(state, level, v, order.input);
        const auto census = phase::findFixedPoints(*flow, {}, stop);
        const auto cycles = flow->rank() > 1 && !plane ? phase::findLimitCycles(*flow, census, {}, stop)
                                                       : std::vector<phase::LimitCycle>();
        phase::View view = phase::chooseView(*flow, census, cycles, axes);
        view.input = order.input;
        range = range ? session::unite(*range, view) : view;
    }
    return *range;
}

/// The trial's path up to the step that the portrait stands at.
painting::DrawnTrajectory pathSoFar(const simulation::Trajectory& trial, int step, int input) {
    painting::DrawnTrajectory path;
    path.colorIndex = 0;
    path.steps = trial.kappa.leftCols(step + 1);
    if (input >= 0) {
        path.steps.conservativeResize(2, Eigen::NoChange);
        path.steps.row(1) = trial.v.row(input).head(step + 1);
    }
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

double usualWidthMm(const FigureOrder& order) {
    const FigureView* view = findView(order.view);
    if (!view) return painting::FigureSpec().widthMm;
    constexpr double onePortrait = 90;
    const bool alone = view->portraits && portraitLevels(*view, *order.state, order.levels).size() == 1;
    return alone ? onePortrait : view->widthMm;
}

QString whyNot(const FigureView& view, const State& state, const std::array<Level, 2>& levels) {
    if (view.trial) {
        if (state.trial.task.isEmpty() && session::ownTask(state).id.empty())
            return Texts::tr("Choose a task for the trial first");
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
    std::optional<session::TrialResult> trial;
    Eigen::VectorXd v = order.state->input;
    if (view->trial || order.step >= 0) {
        auto state = std::make_shared<State>(*order.state);
        state->trial = session::completed(*state, state->trial);
        trial = session::computeTrial({state, {order.levels[0], order.levels[1]}}, stop);
        if (order.step >= trial->steps())
            throw Error(ErrorCode::badOption, "step",
                        {std::to_string(order.step), "0.." + std::to_string(trial->steps() - 1)});
        content.levels = runsOf(*trial);
        if (content.levels.empty()) throw Error(ErrorCode::needsPopulations);
        if (view->trial) content.figure.time = timeFigure(*order.state, *trial, content.levels);
        if (order.step >= 0) v = trial->drive(order.step, order.range ? order.range->input : order.input);
    }
    const auto trialAt = [&](Level level) {
        return std::find_if(content.levels.begin(), content.levels.end(),
                            [level](const LevelContent& each) { return each.level == level; });
    };

    const std::vector<Level> levels = portraitLevels(*view, *order.state, order.levels);
    for (const Level level : levels) require(*order.state, level);
    if (view->portraits && levels.empty()) throw Error(ErrorCode::needsUnits);
    if (levels.empty()) return content;
    const phase::View range = rangeFor(order, v, levels, stop);
    session::TrajectoryResult clicked;
    if (!order.starts.empty()) {
        auto state = std::make_shared<State>(*order.state);
        state->input = v;
        clicked = session::computeTrajectories({state, levels, order.starts, range.input}, stop);
    }
    double fastest = 0;
    for (std::size_t k = 0; k < levels.size(); ++k) {
        const auto flow = session::flowOf(*order.state, levels[k], v, range.input);
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
        if (order.step >= 0) {
            if (!found->trials.empty())
                panel.scene.trajectories.push_back(pathSoFar(*found->trials.front(), order.step, range.input));
            for (session::NullclineTrace& trace : session::computeTraces(*order.state, levels[k], range, *trial, stop))
                if (trace.end <= order.step) panel.scene.traces.push_back(std::move(trace.nullclines));
        }
        panel.title = session::title(levels[k], *order.state);
        if (range.input >= 0) panel.yLabel = session::inputAxisLabel(*order.state, range.input);
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
               x.colorIndex == y.colorIndex && x.input == y.input && x.level == y.level;
    };
    return a.state == b.state && a.view == b.view && a.levels == b.levels && a.range == b.range && a.axes == b.axes &&
           a.input == b.input && a.layers == b.layers && a.step == b.step &&
           std::equal(a.starts.begin(), a.starts.end(), b.starts.begin(), b.starts.end(), sameStarts);
}

}  // namespace kappascope::figures
