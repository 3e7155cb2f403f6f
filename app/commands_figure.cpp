// SPDX-License-Identifier: GPL-3.0-or-later
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <QFileInfo>
#include <algorithm>
#include <cmath>

#include "app/axes_option.h"
#include "app/commands_common.h"
#include "app/commands_output.h"
#include "core/io/text.h"
#include "ui/figures/data_files.h"
#include "ui/figures/order.h"
#include "ui/session/session_file.h"

namespace kappascope::app {

namespace {

using session::Level;

struct FigureOptions {
    CommonOptions common;
    std::string view;
    std::string levels;
    std::string output;
    std::string range;
    std::string held;
    std::string axes;
    std::string layers;
    std::vector<std::string> from;
    std::string task;
    std::string condition;
    std::vector<std::string> taskOptions;
    std::optional<double> noise;
    int trials = 1;
    int step = -1;
    std::optional<double> widthMm;
    double fontPt = painting::FigureSpec().fontPt;
    std::string theme = "light";
    bool transparent = false;
    bool noLegend = false;
    int dpi = painting::FigureSpec().dpi;
    int columns = 0;
    std::string csv;
};

std::vector<std::string> parts(const std::string& text) {
    std::vector<std::string> result;
    std::size_t from = 0;
    while (from <= text.size()) {
        const auto comma = std::min(text.find(',', from), text.size());
        result.push_back(text.substr(from, comma - from));
        from = comma + 1;
    }
    return result;
}

/// A whole file of so many numbers.
Eigen::VectorXd numbers(const std::string& text, const char* option, Eigen::Index count) {
    const Eigen::VectorXd values = parseNumbers(text, QString::fromLatin1(option));
    if (values.size() != count)
        throw UsageError(
            Texts::tr("%1 takes %2 numbers, not %3.").arg(QLatin1String(option)).arg(count).arg(values.size()));
    return values;
}

std::array<Level, 2> levelsOf(const std::string& text) {
    std::array<Level, 2> levels{};
    const auto ids = parts(text);
    if (ids.size() != 2)
        throw UsageError(Texts::tr("--levels takes two of network, exact and mean-field: LEFT,RIGHT."));
    for (std::size_t k = 0; k < 2; ++k) {
        const auto level = session::levelFromId(QString::fromStdString(ids[k]));
        if (!level) throw UsageError(Texts::tr("--levels takes two of network, exact and mean-field: LEFT,RIGHT."));
        levels[k] = *level;
    }
    return levels;
}

void takeView(figures::FigureOrder& order, const session::ViewState& view) {
    order.levels = view.levels;
    order.range = view.view;
    order.axes = view.view.axes;
    order.input = view.view.input;
    order.layers = view.layers;
    order.starts = view.starts;
    order.step = view.scrubber;
}

void setRange(figures::FigureOrder& order, const FigureOptions& options) {
    if (!options.axes.empty()) {
        const AxesOption axes = parseAxes(options.axes, *order.state);
        order.axes = axes.modes;
        order.input = axes.input;
        order.range.reset();
    }
    if (options.range.empty()) {
        if (!options.held.empty()) throw UsageError(Texts::tr("--held needs --range."));
        return;
    }
    const Eigen::VectorXd range = numbers(options.range, "--range", 4);
    phase::View view;
    view.input = order.input;
    view.axes = {order.axes[0], view.dimensions(order.state->rank()) > 1 ? order.axes[1] : 0};
    view.xMin = range[0];
    view.xMax = range[1];
    view.yMin = range[2];
    view.yMax = range[3];
    if (!options.held.empty()) view.held = numbers(options.held, "--held", order.state->rank());
    order.range = view;
}

void addStarts(figures::FigureOrder& order, const FigureOptions& options) {
    if (!options.from.empty()) order.starts.clear();
    for (const std::string& text : options.from) {
        session::TrajectoryStart start = parseStart(text, order.state->rank());
        start.colorIndex = static_cast<int>(order.starts.size());
        order.starts.push_back(std::move(start));
    }
}

session::TrialChoice trialOf(const FigureOptions& options, const session::State& state) {
    // A session has a trial of its own, which single options change; another task begins anew.
    session::TrialChoice trial = options.task.empty() ? state.trial : session::TrialChoice();
    if (!options.task.empty()) trial.task = QString::fromStdString(options.task);
    if (!options.condition.empty()) trial.condition = QString::fromStdString(options.condition);
    for (const auto& text : options.taskOptions) {
        const auto equals = text.find('=');
        const auto value = equals == std::string::npos ? std::nullopt : io::toNumber(text.substr(equals + 1));
        if (!value)
            throw UsageError(Texts::tr("--task-option takes KEY=NUMBER, not “%1”.").arg(QString::fromStdString(text)));
        trial.options[QString::fromStdString(text.substr(0, equals))] = *value;
    }
    if (options.noise) trial.noise = *options.noise;
    if (options.trials > 1) trial.trials = options.trials;
    if (options.common.seed != CommonOptions().seed) trial.seed = options.common.seed;
    return trial;
}

figures::FigureOrder orderOf(const FigureOptions& options, const Opened& opened) {
    figures::FigureOrder order;
    session::State state = *opened.state;
    state.trial = trialOf(options, state);
    order.state = std::make_shared<const session::State>(std::move(state));
    order.view = QString::fromStdString(!options.view.empty()           ? options.view
                                        : !options.common.level.empty() ? options.common.level
                                                                        : "portraits");
    order.layers = painting::defaultLayers();
    // A session is drawn as it was looked at, unless the call says what to look at.
    if (opened.state->format == io::Format::session && options.range.empty())
        if (const auto view = session::openFile(QString::fromStdString(options.common.net)).view)
            takeView(order, *view);
    if (!options.levels.empty()) order.levels = levelsOf(options.levels);
    if (!options.layers.empty()) {
        order.layers.clear();
        if (options.layers != "none")
            for (const auto& id : parts(options.layers)) order.layers.push_back(QString::fromStdString(id));
    }
    setRange(order, options);
    addStarts(order, options);
    if (options.step >= 0) order.step = options.step;
    order.spec.widthMm = options.widthMm.value_or(figures::usualWidthMm(order));
    order.spec.fontPt = options.fontPt;
    order.spec.dark = options.theme == "dark";
    order.spec.transparent = options.transparent;
    order.spec.legend = !options.noLegend;
    order.spec.dpi = options.dpi;
    order.spec.columns = options.columns;
    return order;
}

void makeTheFigure(const FigureOptions& options) {
    if (!options.view.empty() && !options.common.level.empty())
        throw UsageError(Texts::tr("figure takes its level from --view or --levels, or from --level alone."));
    const QString path = QString::fromStdString(options.output);
    painting::figureFormat(path);  // a wrong ending is refused before anything is computed
    CommonOptions common = options.common;
    // As in the window, a circuit has a network drawn from it beside it. The seed is the trial's.
    common.level = "network";
    common.seed = CommonOptions().seed;
    const auto opened = openNet(common);
    const auto order = orderOf(options, opened);
    figures::FigureContent content;
    {
        const Progress progress(Texts::tr("Computing the figure"), 0);
        content = figures::computeFigure(order);
    }
    const double heightMm = painting::writeFigure(path, content.figure, order.spec);
    QStringList data;
    if (!options.csv.empty()) data = figures::writeDataFiles(content, QString::fromStdString(options.csv));
    if (options.common.json) {
        Json json;
        json["file"] = QFileInfo(path).absoluteFilePath().toStdString();
        json["view"] = order.view.toStdString();
        json["width_mm"] = order.spec.widthMm;
        json["height_mm"] = heightMm;
        json["data"] = toJson(data);
        json["warnings"] = toJson(opened.warnings);
        print(json);
        return;
    }
    QString text = Texts::tr("%1: %2 x %3 mm\n").arg(path, shown(order.spec.widthMm), shown(heightMm, 4));
    for (const auto& name : data) text += QStringLiteral("%1/%2\n").arg(QString::fromStdString(options.csv), name);
    for (const auto& warning : opened.warnings) text += QStringLiteral("! %1\n").arg(warning);
    print(text);
}

void addContentOptions(CLI::App& parser, FigureOptions& options) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    std::string views;
    for (const auto& view : figures::figureViews()) views += (views.empty() ? "" : ", ") + view.id.toStdString();
    parser.add_option("--view", options.view, Texts::tr("one of %1").arg(QString::fromStdString(views)).toStdString());
    parser.add_option("--levels", options.levels,
                      help(QT_TR_NOOP("of the two portraits: LEFT,RIGHT (network,mean-field)")));
    parser.add_option("--range", options.range,
                      help(QT_TR_NOOP("x0,x1,y0,y1 of the portraits; else all that is found")));
    parser.add_option("--axes", options.axes,
                      help(QT_TR_NOOP("which modes the axes show (1,2); of rank 1 the mode and v of an input (1,v1)")));
    parser.add_option("--held", options.held,
                      help(QT_TR_NOOP("kappa of the modes that are no axes, all R of them (0)")));
    parser.add_option("--layers", options.layers,
                      help(QT_TR_NOOP("ids of the layers, or none: speed,streamlines,...")));
    parser
        .add_option("--from", options.from,
                    help(QT_TR_NOOP("a trajectory from kappa1,kappa2,...; with ,v1=V beside an input; with ,back at "
                                    "its end: backward in time")))
        ->allow_extra_args(false);
    parser.add_option("--task", options.task,
                      help(QT_TR_NOOP("of the trial: rdm, romo, mante, raposo, dms, flipflop")));
    parser.add_option("--condition", options.condition, help(QT_TR_NOOP("of the trial, such as \"A-A delay 50\"")));
    parser.add_option("--task-option", options.taskOptions, help(QT_TR_NOOP("KEY=VALUE, such as cue=0.5")))
        ->allow_extra_args(false);
    parser.add_option("--noise", options.noise, help(QT_TR_NOOP("sigma per unit and step, 0..1 (0)")))
        ->check(CLI::Range(0.0, 1.0));
    parser.add_option("--trials", options.trials, help(QT_TR_NOOP("noisy trials to draw, 1..100 (1)")))
        ->check(CLI::Range(1, 100));
    parser
        .add_option("--step", options.step,
                    help(QT_TR_NOOP("portraits at the input after this step of the trial, with the path so far")))
        ->check(CLI::Range(0, 1'000'000));
}

void addSpecOptions(CLI::App& parser, FigureOptions& options) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    parser.add_option("-o,--output", options.output, help(QT_TR_NOOP("FILE.pdf, .svg or .png")))->required();
    parser.add_option("--width-mm", options.widthMm, help(QT_TR_NOOP("20..1000; height follows (90 a portrait)")));
    parser.add_option("--font-pt", options.fontPt, help(QT_TR_NOOP("of every text, 4..40 (8)")));
    parser.add_option("--theme", options.theme, help(QT_TR_NOOP("light or dark")))
        ->check(CLI::IsMember({"light", "dark"}));
    parser.add_flag("--transparent", options.transparent, help(QT_TR_NOOP("without a page colour")));
    parser.add_option("--dpi", options.dpi, help(QT_TR_NOOP("of a png, 36..2400 (300)")));
    parser.add_flag("--no-legend", options.noLegend, help(QT_TR_NOOP("without the row beneath the portraits")));
    parser.add_option("--columns", options.columns, help(QT_TR_NOOP("portraits in a row")));
    parser.add_option("--csv", options.csv, help(QT_TR_NOOP("write the numbers behind it to this folder too")));
}

}  // namespace

Command makeFigure(CLI::App& root) {
    auto options = std::make_shared<FigureOptions>();
    auto* parser = root.add_subcommand("figure", Texts::tr("a figure as pdf, svg or png").toStdString());
    addCommonOptions(*parser, options->common);
    addContentOptions(*parser, *options);
    addSpecOptions(*parser, *options);
    return {parser, true, [options] { makeTheFigure(*options); }};
}

}  // namespace kappascope::app
