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

}  // namespace

painting::Figure frameOf(const FramesOrder& order, const session::SnapshotPtr& snapshot, std::stop_token stop) {
    FigureOrder one;
    auto state = std::make_shared<session::State>(*session::stateOf(*snapshot));
    if (order.input.size() == state->input.size()) state->input = order.input;
    one.state = state;
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
    const int count = static_cast<int>(order.snapshots.size()), all = 2 * count;
    std::vector<painting::Figure> frames;
    double fastest = 0;
    for (const auto& snapshot : order.snapshots) {
        frames.push_back(frameOf(order, snapshot, stop));
        for (const painting::Panel& panel : frames.back().panels) fastest = std::max(fastest, panel.scene.speedScale);
        progress(static_cast<int>(frames.size()), all);
    }
    if (!QDir().mkpath(order.folder))
        throw Error(ErrorCode::cannotWrite, {}, {FrameTexts::tr("the folder cannot be made").toStdString()},
                    order.folder.toStdString());
    QStringList names;
    const int digits =
        std::max(3, static_cast<int>(QString::number(count == 0 ? 0 : order.snapshots.back()->epoch).size()));
    for (std::size_t k = 0; k < frames.size(); ++k) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        for (painting::Panel& panel : frames[k].panels) panel.scene.speedScale = fastest;
        const QString name = QStringLiteral("%1-epoch-%2.%3")
                                 .arg(order.name)
                                 .arg(order.snapshots[k]->epoch, digits, 10, QLatin1Char('0'))
                                 .arg(endingOf(order.format));
        painting::writeFigure(QDir(order.folder).filePath(name), frames[k], order.spec);
        names += name;
        progress(count + static_cast<int>(k) + 1, all);
    }
    return names;
}

}  // namespace kappascope::figures
