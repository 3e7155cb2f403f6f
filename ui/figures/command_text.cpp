// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/command_text.h"

#include <QFileInfo>
#include <algorithm>
#include <optional>

#include "core/error.h"
#include "core/reduction/partition.h"
#include "core/text.h"
#include "ui/session/level_run.h"

namespace kappascope::figures {

namespace {

using session::State;

QString number(double value) {
    return QString::fromStdString(toText(value));
}

template <class Values>
QString numbers(const Values& values) {
    QStringList texts;
    for (const double value : values) texts += number(value);
    return texts.join(u',');
}

QString scalingId(network::Scaling scaling) {
    return scaling == network::Scaling::overN ? QStringLiteral("over-n") : QStringLiteral("none");
}

QString readoutId(network::Readout readout) {
    switch (readout) {
        case network::Readout::rate: return QStringLiteral("rate");
        case network::Readout::phi: return QStringLiteral("phi");
        case network::Readout::state: break;
    }
    return QStringLiteral("state");
}

/// The way that a network was parted into its populations, as far as it can be told from their labels.
std::optional<reduction::Partition> partitionOf(const network::Network& network) {
    using Rule = reduction::Partition::Rule;
    for (const reduction::Loading& loading : reduction::loadingsOf(network))
        for (const Rule rule : {Rule::sign, Rule::size}) {
            const reduction::Partition partition{rule, loading, {}};
            try {
                if (reduction::labelsOf(network, partition) == network.labels) return partition;
            } catch (const Error&) {
                continue;  // this column does not part the network
            }
        }
    return {};
}

/// The file, and what was done to it after it was opened.
void addSource(QStringList& arguments, const State& state, const QString& session) {
    if (!session.isEmpty()) {
        arguments += QFileInfo(session).absoluteFilePath();
        return;
    }
    const auto& examples = session::examples();
    const auto example = std::find_if(examples.begin(), examples.end(),
                                      [&state](const session::Example& each) { return each.id == state.source; });
    const QFileInfo file(state.source);
    arguments += example == examples.end() && file.exists() ? file.absoluteFilePath() : state.source;
    if (!state.network) return;
    if (state.scalingProposal.reason == io::Reason::chosenByUser)
        arguments += {QStringLiteral("--scaling"), scalingId(state.network->scaling)};
    if (state.readoutProposal.reason == io::Reason::chosenByUser)
        arguments += {QStringLiteral("--readout"), readoutId(state.network->readout)};
    if (state.isTruncated() && state.rank() != 2)
        arguments += {QStringLiteral("--rank"), QString::number(state.rank())};
    if (state.circuitIsMoments && state.network->hasPopulations())
        if (const auto partition = partitionOf(*state.network))
            arguments += {QStringLiteral("--populations"), QString::fromStdString(reduction::toText(*partition))};
    if (state.circuitIsOneGaussian) arguments += {QStringLiteral("--populations"), QStringLiteral("1")};
    const qint64 usual = example == examples.end() ? 2000 : example->units;
    if (state.sampled && state.network->units() != usual)
        arguments += {QStringLiteral("--units"), QString::number(state.network->units())};
}

void addPortraits(QStringList& arguments, const FigureOrder& order) {
    const State& state = *order.state;
    if (order.range) {
        const phase::View& range = *order.range;
        arguments += {QStringLiteral("--range"), numbers(std::array{range.xMin, range.xMax, range.yMin, range.yMax})};
        if (range.held.size() > 0 && state.rank() > 2) arguments += {QStringLiteral("--held"), numbers(range.held)};
    }
    const std::array<int, 2> axes = order.range ? order.range->axes : order.axes;
    const int input = order.range ? order.range->input : order.input;
    if (input >= 0) arguments += {QStringLiteral("--axes"), QStringLiteral("1,v%1").arg(input + 1)};
    if (state.rank() > 1 && axes != std::array{0, 1})
        arguments += {QStringLiteral("--axes"), QStringLiteral("%1,%2").arg(axes[0] + 1).arg(axes[1] + 1)};
    if (order.layers != painting::defaultLayers()) {
        QStringList layers;
        for (const QString& id : order.layers) layers += id;
        arguments += {QStringLiteral("--layers"), layers.isEmpty() ? QStringLiteral("none") : layers.join(u',')};
    }
    for (const session::TrajectoryStart& start : order.starts) {
        QString from = numbers(start.kappa);
        if (start.input >= 0) from += QStringLiteral(",v%1=%2").arg(start.input + 1).arg(number(start.level));
        if (start.backward) from += QStringLiteral(",back");
        arguments += {QStringLiteral("--from"), from};
    }
}

void addTaskOptions(QStringList& arguments, const session::TrialChoice& trial) {
    for (const auto& [id, value] : trial.options)
        arguments += {QStringLiteral("--task-option"), id + u'=' + number(value)};
}

void addTrial(QStringList& arguments, const FigureOrder& order) {
    const session::TrialChoice& trial = order.state->trial;
    if (!trial.task.isEmpty()) arguments += {QStringLiteral("--task"), trial.task};
    if (!trial.condition.isEmpty()) arguments += {QStringLiteral("--condition"), trial.condition};
    addTaskOptions(arguments, trial);
    if (trial.noise > 0) arguments += {QStringLiteral("--noise"), number(trial.noise)};
    if (trial.noise > 0 && trial.trials > 1) arguments += {QStringLiteral("--trials"), QString::number(trial.trials)};
    if (trial.seed != session::TrialChoice().seed) arguments += {QStringLiteral("--seed"), QString::number(trial.seed)};
    if (order.step >= 0) arguments += {QStringLiteral("--step"), QString::number(order.step)};
}

}  // namespace

QStringList commandArguments(const FigureOrder& order, const QString& path, const QString& csv) {
    const State& state = *order.state;
    const FigureView* view = findView(order.view);
    QStringList arguments{QStringLiteral("figure")};
    addSource(arguments, state, order.session);
    arguments += {QStringLiteral("--view"), order.view};
    if (!order.session.isEmpty() || order.levels != FigureOrder().levels)
        arguments += {QStringLiteral("--levels"), session::id(order.levels[0]) + u',' + session::id(order.levels[1])};
    if (state.inputs() > 0) arguments += {QStringLiteral("--input"), numbers(state.input)};
    const Eigen::VectorXd gains = state.effectiveGains();
    arguments += {QStringLiteral("--gain"), numbers(gains)};
    if (!view || view->portraits) addPortraits(arguments, order);
    // The trial's noise is in the mean field of a portrait too.
    if (!view || view->trial || order.step >= 0 || session::noiseVariance(state) > 0)
        addTrial(arguments, order);
    else if (!order.session.isEmpty())
        arguments += {QStringLiteral("--noise"), QStringLiteral("0")};  // that file may have had some

    const painting::FigureSpec& spec = order.spec;
    arguments += {QStringLiteral("--width-mm"), number(spec.widthMm),
                  QStringLiteral("--font-pt"),  number(spec.fontPt),
                  QStringLiteral("--theme"),    spec.dark ? QStringLiteral("dark") : QStringLiteral("light")};
    if (spec.transparent) arguments += QStringLiteral("--transparent");
    if (!spec.legend) arguments += QStringLiteral("--no-legend");
    if (spec.columns > 0) arguments += {QStringLiteral("--columns"), QString::number(spec.columns)};
    if (path.endsWith(QStringLiteral(".png"), Qt::CaseInsensitive) || spec.dpi != painting::FigureSpec().dpi)
        arguments += {QStringLiteral("--dpi"), QString::number(spec.dpi)};
    if (!csv.isEmpty()) arguments += {QStringLiteral("--csv"), csv};
    arguments += {QStringLiteral("-o"), path};
    return arguments;
}

QStringList compareArguments(const State& state, const session::TrialChoice& compared, const QString& session) {
    QStringList arguments{QStringLiteral("compare")};
    addSource(arguments, state, session);
    arguments += {QStringLiteral("--gain"), numbers(state.effectiveGains()), QStringLiteral("--task"), compared.task};
    addTaskOptions(arguments, compared);
    arguments += {QStringLiteral("--noise"),        number(compared.noise),   QStringLiteral("--trials"),
                  QString::number(compared.trials), QStringLiteral("--seed"), QString::number(compared.seed)};
    return arguments;
}

QString shellQuoted(const QString& argument) {
    const auto plain = [](QChar c) {
        return (c.unicode() < 128 && c.isLetterOrNumber()) || QStringLiteral("-_./,=:+@%").contains(c);
    };
    if (!argument.isEmpty() && std::all_of(argument.begin(), argument.end(), plain)) return argument;
    QString quoted = argument;
    quoted.replace(u'\'', QStringLiteral("'\\''"));
    return u'\'' + quoted + u'\'';
}

QString commandLine(const QStringList& arguments) {
    QString line = QStringLiteral("kappascope");
    for (const QString& argument : arguments) line += u' ' + shellQuoted(argument);
    return line;
}

}  // namespace kappascope::figures
