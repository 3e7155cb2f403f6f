// SPDX-License-Identifier: GPL-3.0-or-later
#include <QPainter>
#include <algorithm>

#include "ui/painting/figure_layout.h"
#include "ui/painting/renderer.h"

namespace kappascope::painting {

namespace {

/// One panel on its way to paper.
class PanelPainter {
public:
    PanelPainter(QPainter& painter, const FigureLayout::Place& place, const phase::View& view, const Theme& theme,
                 double fontPt, double scale)
        : painter_(painter),
          place_(place),
          theme_(theme),
          size_(fontPt * scale),
          scale_(scale),
          fontPt_(fontPt),
          area_(place.area.topLeft() * scale, place.area.size() * scale),
          canvas_{view, area_, scale, true},
          axis_(theme.axis, std::max(0.5, 0.08 * fontPt) * scale, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin) {}

    void paintPanel(const Panel& panel) {
        painter_.fillRect(area_, theme_.plotBackground);
        // The frame lies over the flow and under markers near the border, hence two passes.
        Picture flow, markers;
        if (panel.scene.portrait)
            for (Primitive& primitive : drawLayers(panel.scene, canvas_.view, theme_, panel.layers))
                (std::holds_alternative<Marker>(primitive) ? markers : flow).push_back(std::move(primitive));
        paint(painter_, flow, canvas_, theme_);
        painter_.setPen(axis_);
        painter_.setBrush(Qt::NoBrush);
        painter_.drawRect(area_);
        paintHorizontal();
        paintVertical();
        paint(painter_, markers, canvas_, theme_);
        for (std::size_t k = 0; k < place_.title.size(); ++k) {
            const auto below = static_cast<double>(place_.title.size() - 1 - k);
            place_.title[k].draw(painter_, area_.topLeft() - QPointF(0, (titleGap + below * titleLine) * size_),
                                 theme_.text, scale_);
        }
    }

private:
    void paintHorizontal() {
        const double top = area_.bottom() + (tickLength + numberGap) * size_;
        for (const Tick& tick : place_.x.ticks) {
            const double x = canvas_.toDevice(tick.value, canvas_.view.yMin).x();
            painter_.setPen(axis_);
            painter_.drawLine(QPointF(x, area_.bottom()), QPointF(x, area_.bottom() + tickLength * size_));
            const MathLabel number(tick.text, fontPt_);
            // A number is centred without its sign.
            const double sign = tick.value < 0 ? MathLabel(QChar(0x2212), fontPt_).size().width() : 0;
            const double left = x - (number.size().width() + sign) / 2 * scale_;
            number.draw(painter_, {left, top + digitHeight * size_}, theme_.text, scale_);
        }
        const MathLabel& label = place_.x.label;
        const double baseline = top + (digitHeight + labelGap) * size_ + label.ascent() * scale_;
        label.draw(painter_, {area_.center().x() - label.size().width() / 2 * scale_, baseline}, theme_.text, scale_);
    }

    void paintVertical() {
        const double right = area_.left() - (tickLength + numberGap) * size_;
        for (const Tick& tick : place_.y.ticks) {
            const double y = canvas_.toDevice(canvas_.view.xMin, tick.value).y();
            painter_.setPen(axis_);
            painter_.drawLine(QPointF(area_.left(), y), QPointF(area_.left() - tickLength * size_, y));
            if (!place_.y.labelled) continue;
            const MathLabel number(tick.text, fontPt_);
            number.draw(painter_, {right - number.size().width() * scale_, y + digitHeight / 2 * size_}, theme_.text,
                        scale_);
        }
        if (!place_.y.labelled) return;
        const MathLabel& label = place_.y.label;
        const double width = label.size().width() * scale_;
        const double beside = right - place_.y.numbersWidth * scale_ - labelGap * size_;
        if (!place_.y.isTall(fontPt_)) {
            label.draw(painter_, {beside - width, area_.center().y() + 0.25 * size_}, theme_.text, scale_);
            return;
        }
        painter_.save();
        painter_.translate(beside, area_.center().y() + width / 2);
        painter_.rotate(-90);
        label.draw(painter_, {0, -(label.size().height() - label.ascent()) * scale_}, theme_.text, scale_);
        painter_.restore();
    }

    QPainter& painter_;
    const FigureLayout::Place& place_;
    const Theme& theme_;
    const double size_;  ///< font size in device units
    const double scale_;
    const double fontPt_;
    const QRectF area_;
    const Canvas canvas_;
    const QPen axis_;
};

}  // namespace

void paintFigure(QPainter& painter, const Figure& figure, const FigureSpec& spec, const FigureLayout& layout,
                 double scale) {
    const std::vector<Panel>& panels = figure.panels;
    const Theme& theme = layout.theme;
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing | QPainter::SmoothPixmapTransform);
    if (!spec.transparent) {
        const QColor page = spec.dark ? theme.window : QColor(Qt::white);
        painter.fillRect(QRectF(QPointF(0, 0), layout.size * scale), page);
    }
    for (std::size_t k = 0; k < panels.size(); ++k) {
        const phase::View view = panels[k].scene.portrait ? panels[k].scene.portrait->view : phase::View{};
        PanelPainter(painter, layout.places[k], view, theme, spec.fontPt, scale).paintPanel(panels[k]);
    }
    for (const FigureLayout::LegendPlace& place : layout.legend) {
        const QRectF box(place.sample.topLeft() * scale, place.sample.size() * scale);
        drawLegendSample(painter, box, place.entry, scale, theme);
        place.text.draw(painter, place.baseline * scale, theme.text, scale);
    }
    if (figure.curves && !layout.curves.isEmpty())
        paintCurves(painter, *figure.curves, layout.curves, theme, spec.fontPt, scale);
    if (figure.time) paintTime(painter, *figure.time, layout.time, theme, spec.fontPt, scale);
}

}  // namespace kappascope::painting
