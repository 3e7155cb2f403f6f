// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/painting/math_label.h"

#include <QPaintEngine>
#include <QPainter>
#include <algorithm>

#include "ui/painting/math_layout.h"

namespace kappascope::painting {

namespace {

// Above and below the baseline, in fractions of a run's size: capitals and brackets, descenders.
constexpr double ascentOfSize = 0.78;
constexpr double descentOfSize = 0.24;

}  // namespace

MathLabel::MathLabel(QString source, double sizePt, bool semiBold) : source_(std::move(source)), sizePt_(sizePt) {
    ascent_ = ascentOfSize * sizePt;
    descent_ = descentOfSize * sizePt;
    runs_ = layOut(source_, sizePt, semiBold, width_);
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
