// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/math_label.h"

#include <QPaintEngine>
#include <QPainter>
#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "ui/painting/math_layout.h"

namespace kappascope::painting {

namespace {

// Above and below the baseline, in fractions of a run's size: capitals and brackets, descenders.
constexpr double ascentOfSize = 0.78;
constexpr double descentOfSize = 0.24;

/// Laid out lately on this thread: shaping text takes longer than drawing it, and the same few labels and numbers come
/// again with every picture of a drag.
struct Layouts {
    static constexpr std::size_t most = 512;
    using Key = std::tuple<QString, double, bool>;
    std::map<Key, std::pair<std::vector<TextRun>, double>> known;

    const std::pair<std::vector<TextRun>, double>& of(const QString& source, double sizePt, bool semiBold) {
        const Key key(source, sizePt, semiBold);
        const auto found = known.find(key);
        if (found != known.end()) return found->second;
        if (known.size() >= most) known.clear();
        double width = 0;
        auto runs = layOut(source, sizePt, semiBold, width);
        return known.emplace(key, std::pair(std::move(runs), width)).first->second;
    }
};

}  // namespace

MathLabel::MathLabel(QString source, double sizePt, bool semiBold) : source_(std::move(source)), sizePt_(sizePt) {
    thread_local Layouts layouts;
    ascent_ = ascentOfSize * sizePt;
    descent_ = descentOfSize * sizePt;
    std::tie(runs_, width_) = layouts.of(source_, sizePt, semiBold);
    for (const TextRun& run : runs_) {
        // Mathematics is set a little larger than its nominal size without needing more room on its line.
        const double size = std::min(run.sizePt, sizePt);
        ascent_ = std::max(ascent_, ascentOfSize * size - run.at.y());
        descent_ = std::max(descent_, descentOfSize * size + run.at.y());
    }
}

void MathLabel::draw(QPainter& painter, const QPointF& origin, const QColor& color, double scale) const {
    if (runs_.empty()) return;
    painter.save();
    if (painter.paintEngine()->type() == QPaintEngine::SVG) {
        QTransform place;
        place.translate(origin.x(), origin.y());
        place.scale(scale, scale);
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawPath(place.map(outline()));
    } else {
        painter.setPen(color);
        const double pointsPerUnit = 72.0 / painter.device()->logicalDpiY();
        for (const TextRun& run : runs_) {
            painter.setFont(fontOf(run.face, run.sizePt * scale * pointsPerUnit));
            painter.drawText(origin + run.at * scale, run.text);
        }
    }
    painter.restore();
}

QPainterPath MathLabel::outline() const {
    constexpr int reference = 200;  // pixels; outlines scale exactly, font sizes in pixels are whole
    QPainterPath path;
    for (const TextRun& run : runs_) {
        QFont font = fontOf(run.face, 10);
        font.setPixelSize(reference);
        QPainterPath glyphs;
        glyphs.addText(0, 0, font, run.text);
        QTransform place;
        place.translate(run.at.x(), run.at.y());
        place.scale(run.sizePt / reference, run.sizePt / reference);
        path.addPath(place.map(glyphs));
    }
    path.setFillRule(Qt::WindingFill);
    return path;
}

QString MathLabel::plainText() const {
    return readAloud(source_);
}

}  // namespace kappascope::painting
