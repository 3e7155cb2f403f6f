// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/train_frames.h"

#include <QCoreApplication>
#include <QDir>
#include <algorithm>

#include "ui/figures/order.h"
#include "ui/session/train_portrait.h"

namespace kappascope::figures {

namespace {

struct FrameTexts {
    Q_DECLARE_TR_FUNCTIONS(TrainFrames)
};

QString endingOf(painting::FigureFormat format) {
    switch (format) {
        case painting::FigureFormat::pdf: return QStringLiteral("pdf");
        case painting::FigureFormat::svg: return QStringLiteral("svg");
        case painting::FigureFormat::png: break;
    }
    return QStringLiteral("png");
}

std::shared_ptr<const session::State> stateFor(const FramesOrder& order, const session::RunSnapshot& snapshot) {
    auto state = std::make_shared<session::State>(*session::stateOf(snapshot));
    if (order.input.size() == state->input.size()) state->input = order.input;
    return state;
}

/// The largest speed of a frame, from its field alone.
double speedOf(const FramesOrder& order, const session::RunSnapshot& snapshot, std::stop_token stop) {
    const auto state = stateFor(order, snapshot);
    const auto flow = session::flowOf(*state, session::Level::exact, state->input, order.range.input);
    phase::Portrait portrait;
    portrait.rank = flow->rank();
    portrait.view = order.range;
    constexpr int nodes = 48, lineNodes = 257;
    if (portrait.rank == 1)
        portrait.line = phase::computeFlowLine(*flow, order.range.xMin, order.range.xMax, lineNodes);
    else
        portrait.field = phase::computeFlowField(*flow, order.range, nodes, nodes, std::move(stop));
    return painting::maximumSpeed(portrait);
}

}  // namespace

painting::Figure frameOf(const FramesOrder& order, const session::SnapshotPtr& snapshot, std::stop_token stop) {
    FigureOrder one;
    one.state = stateFor(order, *snapshot);
    one.view = QStringLiteral("exact");
    one.range = order.range;
    one.layers = order.layers;
    painting::Figure figure = computeFigure(one, std::move(stop)).figure;
    figure.panels.front().title = order.inputTitle.isEmpty()
                                      ? FrameTexts::tr("epoch %1").arg(snapshot->epoch)
                                      : FrameTexts::tr("epoch %1, %2").arg(snapshot->epoch).arg(order.inputTitle);
    if (order.curves) {
        painting::TrainingCurves curves;
        curves.history = order.history;
        curves.marker = snapshot->epoch;
        curves.gradient = false;
        figure.curves = std::move(curves);
    }
    return figure;
}

QStringList writeFrames(const FramesOrder& order, const FrameProgress& progress, std::stop_token stop) {
    // Two rounds, so that only one portrait at a time is in memory: the speed of all frames, then each of them.
    const int count = static_cast<int>(order.snapshots.size()), all = 2 * count;
    double fastest = 0;
    for (int k = 0; k < count; ++k) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        fastest = std::max(fastest, speedOf(order, *order.snapshots[static_cast<std::size_t>(k)], stop));
        progress(k + 1, all);
    }
    if (!QDir().mkpath(order.folder))
        throw Error(ErrorCode::cannotWrite, {}, {FrameTexts::tr("the folder cannot be made").toStdString()},
                    order.folder.toStdString());
    QStringList names;
    const int digits =
        std::max(3, static_cast<int>(QString::number(count == 0 ? 0 : order.snapshots.back()->epoch).size()));
    for (const auto& snapshot : order.snapshots) {
        painting::Figure frame = frameOf(order, snapshot, stop);
        for (painting::Panel& panel : frame.panels) panel.scene.speedScale = fastest;
        const QString name = QStringLiteral("%1-epoch-%2.%3")
                                 .arg(order.name)
                                 .arg(snapshot->epoch, digits, 10, QLatin1Char('0'))
                                 .arg(endingOf(order.format));
        painting::writeFigure(QDir(order.folder).filePath(name), frame, order.spec);
        names += name;
        progress(count + static_cast<int>(names.size()), all);
    }
    return names;
}

}  // namespace kappascope::figures
