// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <QDir>
#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>

#include "app/commands_common.h"
#include "app/commands_output.h"
#include "core/error.h"
#include "core/io/scene.h"
#include "core/phase/portrait.h"
#include "core/simulation/agreement.h"
#include "ui/painting/figure.h"
#include "ui/session/csv.h"

namespace kappascope::app {

namespace {

using session::Level;

constexpr std::array levels{Level::network, Level::meanField};
constexpr double loweredGain = 0.2;

struct TourOptions {
    std::string folder;
    std::int64_t units = 4096;
    std::uint64_t seed = 1;
    int threads = 0;
    bool json = false;
};

/// A moment of the trial: the flow at its input and gains, and the stretch of the trajectory that it governs.
struct Situation {
    const char* id = "";
    QString title;
    std::shared_ptr<const session::State> state;
    const char* epoch = "";
    std::array<std::shared_ptr<const phase::Portrait>, 2> portraits;
    std::array<Eigen::MatrixXd, 2> stretch;  ///< R x T
};

/// The same trial at both levels, for one choice of gains.
struct Pair {
    Eigen::VectorXd gains;
    std::array<simulation::Trajectory, 2> trajectories;
    double rmsKappa = 0;
    double rmsZ = 0;
};

/// How well fixed points of the network and of the circuit agree.
struct Match {
    std::size_t matched = 0;
    double largestDistance = 0;
};

/// Input A, a delay, input B: long enough to see where each leads.
simulation::Trial tourTrial() {
    struct Stretch {
        const char* name;
        int steps;
        double a, b;
    };
    constexpr std::array<Stretch, 4> stretches{
        {{"rest", 40, 0, 0}, {"input A", 40, 1, 0}, {"delay", 40, 0, 0}, {"input B", 80, 0, 1}}};
    simulation::Trial trial;
    trial.condition = "input A, delay, input B";
    int first = 0;
    for (const auto& stretch : stretches) {
        trial.epochs.push_back({stretch.name, first, first + stretch.steps});
        first += stretch.steps;
    }
    trial.inputs = Eigen::MatrixXd::Zero(2, first);
    for (std::size_t k = 0; k < stretches.size(); ++k) {
        auto block = trial.inputs.middleCols(trial.epochs[k].first, stretches[k].steps);
        block.row(0).setConstant(stretches[k].a);
        block.row(1).setConstant(stretches[k].b);
    }
    return trial;
}

/// The stable state of the circuit without input that lies furthest to the right. Every trial starts there: from the
/// origin, which is unstable, chance alone would say where network and circuit go.
Eigen::VectorXd memory(const session::State& state) {
    const auto census = phase::findFixedPoints(*session::flowOf(state, Level::meanField));
    Eigen::VectorXd result = Eigen::VectorXd::Zero(state.rank());
    for (const auto& point : census.points)
        if (point.unstableDirections == 0 && point.kappa[0] > result[0]) result = point.kappa;
    return result;
}

Pair runTrial(const session::State& state, const Eigen::VectorXd& gains, const Eigen::VectorXd& start,
              const simulation::Trial& trial) {
    simulation::SimulationOptions options;
    options.startKappa = start;
    simulation::TrialPair both;
    both.network = simulation::simulateNetwork(*state.network, gains, trial, options);
    both.reduced = simulation::simulateMeanField(*state.circuit, gains, trial, options);
    const auto agreement = simulation::agreementOf({&both, 1});
    return {gains, {std::move(both.network), std::move(both.reduced)}, agreement.rmsKappa, agreement.rmsZ};
}

Situation situation(const session::State& base, const char* id, const QString& title, const char* epoch,
                    const Eigen::VectorXd& input, const simulation::Trial& trial, const Pair& pair) {
    session::State state = base;
    state.input = input;
    state.gains = pair.gains;
    Situation result{id, title, std::make_shared<const session::State>(std::move(state)), epoch, {}, {}};
    for (const auto& stretch : trial.epochs) {
        if (stretch.name != epoch) continue;
        const int before = std::max(0, stretch.first - 1);
        for (std::size_t l = 0; l < levels.size(); ++l)
            result.stretch[l] = pair.trajectories[l].kappa.middleCols(before, stretch.end - before);
    }
    return result;
}

phase::View united(const phase::View& a, const phase::View& b) {
    phase::View view = a;
    view.xMin = std::min(a.xMin, b.xMin);
    view.xMax = std::max(a.xMax, b.xMax);
    view.yMin = std::min(a.yMin, b.yMin);
    view.yMax = std::max(a.yMax, b.yMax);
    return view;
}

/// All portraits over one view, so that they can be compared.
void computePortraits(std::vector<Situation>& situations, int threads) {
    const int count = static_cast<int>(situations.size() * levels.size());
    std::vector<phase::View> views(static_cast<std::size_t>(count));
    Progress progress(Texts::tr("Computing portraits"), 2 * count);
    const auto flow = [&](int index) {
        return session::flowOf(*situations[static_cast<std::size_t>(index / 2)].state,
                               levels[static_cast<std::size_t>(index % 2)]);
    };
    forEach(count, threads, [&](int index) {
        const auto theFlow = flow(index);
        const auto census = phase::findFixedPoints(*theFlow);
        views[static_cast<std::size_t>(index)] =
            phase::chooseView(*theFlow, census, phase::findLimitCycles(*theFlow, census));
        progress.step();
    });
    phase::View view = views.front();
    for (const auto& other : views) view = united(view, other);
    forEach(count, threads, [&](int index) {
        situations[static_cast<std::size_t>(index / 2)].portraits[static_cast<std::size_t>(index % 2)] =
            std::make_shared<const phase::Portrait>(phase::computePortrait(*flow(index), view));
        progress.step();
    });
}

/// Pairs of points that are each other's nearest and unstable in as many directions.
Match match(const Situation& situation) {
    const auto& network = situation.portraits[0]->census.points;
    const auto& circuit = situation.portraits[1]->census.points;
    const auto nearest = [](const phase::FixedPoint& point, const std::vector<phase::FixedPoint>& among) {
        return std::min_element(among.begin(), among.end(), [&](const auto& a, const auto& b) {
            return (a.kappa - point.kappa).norm() < (b.kappa - point.kappa).norm();
        });
    };
    Match result;
    if (circuit.empty()) return result;
    for (const auto& point : network) {
        const auto partner = nearest(point, circuit);
        if (partner->unstableDirections != point.unstableDirections || &*nearest(*partner, network) != &point) continue;
        ++result.matched;
        result.largestDistance = std::max(result.largestDistance, (partner->kappa - point.kappa).norm());
    }
    return result;
}

painting::Panel panel(const Situation& situation, std::size_t level) {
    painting::Panel result;
    result.scene.portrait = situation.portraits[level];
    if (situation.stretch[level].cols() > 1) {
        painting::DrawnTrajectory trajectory;
        trajectory.steps = situation.stretch[level];
        result.scene.trajectories.push_back(std::move(trajectory));
    }
    result.title =
        QStringLiteral("%1 · %2").arg(level == 0 ? Texts::tr("Network") : Texts::tr("Circuit"), situation.title);
    for (const auto& layer : painting::layerRegistry())
        if (layer.onByDefault) result.layers.push_back(layer.id);
    return result;
}

/// The folder's files, written one by one, each whole or not at all.
class Folder {
public:
    explicit Folder(const std::string& path) : directory_(QString::fromStdString(path)) {
        if (!QDir().mkpath(directory_.path()))
            throw Error(ErrorCode::cannotWrite, {}, {Texts::tr("the folder cannot be made").toStdString()}, path);
    }
    QString take(const QString& name) {
        names_ << name;
        return directory_.filePath(name);
    }
    void figure(const QString& name, const std::vector<painting::Panel>& panels, const painting::FigureSpec& spec) {
        for (const char* ending : {".pdf", ".svg", ".png"}) painting::writeFigure(take(name + ending), panels, spec);
    }
    const QStringList& names() const { return names_; }
    QString path() const { return directory_.absolutePath(); }

private:
    QDir directory_;
    QStringList names_;
};

void writeFigures(Folder& folder, const std::vector<Situation>& situations) {
    std::vector<painting::Panel> epochs;
    for (std::size_t level = 0; level < levels.size(); ++level)
        for (std::size_t k = 0; k < 3; ++k) epochs.push_back(panel(situations[k], level));
    painting::FigureSpec spec;
    spec.columns = 3;
    folder.figure(QStringLiteral("epochs"), epochs, spec);
    spec.dark = true;
    folder.figure(QStringLiteral("epochs-dark"), epochs, spec);

    painting::FigureSpec pairSpec;
    pairSpec.widthMm = 140;
    pairSpec.columns = 2;
    for (const auto& situation : situations)
        folder.figure(QString::fromUtf8(situation.id), {panel(situation, 0), panel(situation, 1)}, pairSpec);
}

std::string fixedPointsCsv(const std::vector<Situation>& situations) {
    std::vector<session::CsvPortrait> portraits;
    for (const auto& situation : situations)
        for (std::size_t l = 0; l < levels.size(); ++l)
            portraits.push_back({situation.id, levels[l], situation.portraits[l].get()});
    return session::fixedPointsToCsv(portraits);
}

void writeData(Folder& folder, const session::State& base, const std::vector<Situation>& situations,
               const std::vector<Pair>& pairs) {
    const double tau = base.network->tauMs;
    for (std::size_t k = 0; k < pairs.size(); ++k)
        for (std::size_t l = 0; l < levels.size(); ++l)
            writeWhole(folder.take(QStringLiteral("trial-%1%2.csv")
                                       .arg(l == 0 ? QStringLiteral("network") : QStringLiteral("circuit"),
                                            k == 0 ? QString() : QStringLiteral("-gain"))),
                       session::trajectoriesToCsv(std::array{&pairs[k].trajectories[l]}, tau));
    writeWhole(folder.take(QStringLiteral("fixed-points.csv")), fixedPointsCsv(situations));
    io::Scene scene;
    scene.network = base.network;
    scene.circuit = base.circuit;
    scene.input = base.input;
    scene.gains = base.gains;
    scene.notes = base.notes.toStdString();
    io::saveScene(scene, std::filesystem::path(folder.take(QStringLiteral("tour.kappa")).toStdU16String()));
}

Json levelToJson(const phase::Portrait& portrait) {
    Json json;
    json["fixed_points"] = Json::array();
    for (const auto& point : portrait.census.points)
        json["fixed_points"].push_back({{"kappa", toJson(point.kappa)},
                                        {"eigenvalues", toJson(point.eigenvalues)},
                                        {"kind", std::string(phase::name(point.kind))}});
    json["complete"] = portrait.census.proven ? "proven" : "not proven";
    json["limit_cycles"] = Json::array();
    for (const auto& cycle : portrait.cycles)
        json["limit_cycles"].push_back({{"period_tau", cycle.period}, {"stable", cycle.stable}});
    return json;
}

Json tourToJson(const Folder& folder, const session::State& base, const simulation::Trial& trial,
                const std::vector<Situation>& situations, const std::vector<Pair>& pairs) {
    Json json;
    json["name"] = base.title.toStdString();
    json["units"] = base.network->units();
    json["trial"] = trial.condition;
    json["situations"] = Json::array();
    for (const auto& situation : situations) {
        const auto matched = match(situation);
        Json one;
        one["id"] = situation.id;
        one["input"] = toJson(situation.state->input);
        one["gain"] = toJson(situation.state->gains);
        for (std::size_t l = 0; l < levels.size(); ++l)
            one[session::id(levels[l]).toStdString()] = levelToJson(*situation.portraits[l]);
        one["matched_points"] = matched.matched;
        one["largest_distance"] = matched.largestDistance;
        json["situations"].push_back(std::move(one));
    }
    json["agreement"] = Json::array();
    for (const auto& pair : pairs)
        json["agreement"].push_back({{"gain", toJson(pair.gains)}, {"rms_kappa", pair.rmsKappa}, {"rms_z", pair.rmsZ}});
    json["folder"] = folder.path().toStdString();
    json["files"] = toJson(folder.names());
    return json;
}

QString countText(const phase::Portrait& portrait) {
    QString text = QString::number(portrait.census.points.size());
    if (!portrait.cycles.empty()) text += Texts::tr(" and %1 cycle(s)").arg(portrait.cycles.size());
    return text + (portrait.census.proven ? Texts::tr(", proven") : Texts::tr(", not proven"));
}

QString tourText(const Folder& folder, const session::State& base, const simulation::Trial& trial,
                 const std::vector<Situation>& situations, const std::vector<Pair>& pairs) {
    QString text = Texts::tr("%1: a network of %2 units beside its circuit of %3 populations\n\n")
                       .arg(base.title)
                       .arg(base.network->units())
                       .arg(base.populations());
    text += Texts::tr("Fixed points\n");
    Table points({Texts::tr("situation"), Texts::tr("input"), Texts::tr("gain"), Texts::tr("network"),
                  Texts::tr("circuit"), Texts::tr("matched"), Texts::tr("largest distance")});
    for (const auto& situation : situations) {
        const auto matched = match(situation);
        points.add({QString::fromUtf8(situation.id), shown(situation.state->input), shown(situation.state->gains),
                    countText(*situation.portraits[0]), countText(*situation.portraits[1]),
                    QString::number(matched.matched), shown(matched.largestDistance, 3)});
    }
    text += points.text() + u'\n';
    text += Texts::tr("Agreement of network and circuit along a trial (%1), in parts of the network's own rms\n")
                .arg(QString::fromStdString(trial.condition));
    Table agreement({Texts::tr("gain"), Texts::tr("rms kappa"), Texts::tr("rms z")});
    for (const auto& pair : pairs) agreement.add({shown(pair.gains), shown(pair.rmsKappa, 3), shown(pair.rmsZ, 3)});
    text += agreement.text() + u'\n';
    text += Texts::tr("Written to %1\n").arg(folder.path());
    for (const auto& name : folder.names()) text += QStringLiteral("  %1\n").arg(name);
    return text;
}

void tour(const TourOptions& options) {
    session::OpenOptions open;
    open.units = options.units;
    open.seed = options.seed;
    const auto opened = session::open(QStringLiteral("effective-connectivity"), open);
    session::State base = *opened;
    base.input = Eigen::VectorXd::Zero(base.inputs());
    Folder folder(options.folder);

    const auto trial = tourTrial();
    const Eigen::VectorXd start = memory(base);
    Eigen::VectorXd lowered = base.gains;
    lowered[1] = loweredGain;
    const std::vector<Pair> pairs{runTrial(base, base.gains, start, trial), runTrial(base, lowered, start, trial)};
    const Eigen::Vector2d none(0, 0), inputA(1, 0), inputB(0, 1);
    std::vector<Situation> situations{
        situation(base, "rest", Texts::tr("no input"), "delay", none, trial, pairs[0]),
        situation(base, "input-a", Texts::tr("input A"), "input A", inputA, trial, pairs[0]),
        situation(base, "input-b", Texts::tr("input B"), "input B", inputB, trial, pairs[0]),
        situation(base, "gain", Texts::tr("$g_2 = %1$").arg(shown(loweredGain)), "rest", none, trial, pairs[1])};
    computePortraits(situations, options.threads);
    writeFigures(folder, situations);
    writeData(folder, base, situations, pairs);
    if (options.json)
        print(tourToJson(folder, base, trial, situations, pairs));
    else
        print(tourText(folder, base, trial, situations, pairs));
}

}  // namespace

Command makeTour(CLI::App& root) {
    auto options = std::make_shared<TourOptions>();
    auto* parser = root.add_subcommand("tour", Texts::tr("the main job without a display").toStdString());
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    parser->add_option("-o,--output", options->folder, help(QT_TR_NOOP("folder for figures, data and session")))
        ->required();
    parser->add_option("--units", options->units, help(QT_TR_NOOP("units of the network (4096)")))
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000}));
    parser->add_option("--seed", options->seed, help(QT_TR_NOOP("of the network (1)")));
    parser->add_option("--threads", options->threads, help(QT_TR_NOOP("at most so many; results do not depend on it")))
        ->check(CLI::Range(1, 1024));
    parser->add_flag("--json", options->json, help(QT_TR_NOOP("print JSON, numbers in full precision")));
    return {parser, true, [options] { tour(*options); }};
}

}  // namespace kappascope::app
