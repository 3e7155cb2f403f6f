// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/legend.h"

#include <QPainter>
#include <cmath>

#include "ui/painting/layer_drawing.h"
#include "ui/painting/renderer.h"

namespace kappascope::widgets {

namespace {

constexpr double textPixels = 12, rowHeight = 19, signWidth = 24, gap = 16;

/// Paints one primitive around a point of the widget.
void paintSign(QPainter& painter, const QPointF& middle, painting::Primitive primitive, const painting::Theme& theme) {
    painting::Canvas canvas;
    canvas.view.xMin = -signWidth / 2;
    canvas.view.xMax = signWidth / 2;
    canvas.view.yMin = -rowHeight / 2;
    canvas.view.yMax = rowHeight / 2;
    canvas.area = QRectF(middle.x() - signWidth / 2, middle.y() - rowHeight / 2, signWidth, rowHeight);
    painting::paint(painter, {std::move(primitive)}, canvas, theme);
}

}  // namespace

Legend::Legend(QWidget* parent) : QWidget(parent), theme_(&painting::Theme::light()) {
    QSizePolicy policy(QSizePolicy::Preferred, QSizePolicy::Minimum);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Legend"));
    rebuild();
}

void Legend::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    rebuild();
}

void Legend::setRank(int rank) {
    if (rank == rank_) return;
    rank_ = rank;
    rebuild();
}

void Legend::rebuild() {
    entries_.clear();
    const painting::Theme& theme = *theme_;
    const auto marker = [&](phase::FixedPointKind kind, const QString& text) {
        painting::Marker sign = painting::markerOf(kind, theme);
        sign.at = {0, 0};
        entries_.push_back(
            {[sign, &theme](QPainter& painter, const QPointF& at) { paintSign(painter, at, sign, theme); },
             painting::MathLabel(text, textPixels)});
    };
    const auto line = [&](const QColor& color, double width, painting::Dash dash, const QString& text) {
        painting::Line sign;
        sign.points = QPolygonF{QPointF(-10, 0), QPointF(10, 0)};
        sign.color = color;
        sign.width = width;
        sign.dash = dash;
        entries_.push_back(
            {[sign, &theme](QPainter& painter, const QPointF& at) { paintSign(painter, at, sign, theme); },
             painting::MathLabel(text, textPixels)});
    };
    using Kind = phase::FixedPointKind;
    marker(Kind::stableNode, tr("stable"));
    if (rank_ > 1) marker(Kind::saddle, tr("saddle"));
    marker(Kind::unstableNode, tr("unstable"));
    if (rank_ > 1) marker(Kind::stableFocus, tr("focus"));
    marker(Kind::degenerate, tr("degenerate"));
    if (rank_ == 1) {
        line(theme.nullcline[0], theme.nullclineWidth, painting::Dash::solid, tr("$\\tau d\\kappa/dt$"));
    } else {
        const QString first = rank_ == 2 ? tr("$d\\kappa_1/dt = 0$") : tr("no motion along the horizontal axis");
        const QString second = rank_ == 2 ? tr("$d\\kappa_2/dt = 0$") : tr("along the vertical axis");
        line(theme.nullcline[0], theme.nullclineWidth, painting::Dash::solid, first);
        line(theme.nullcline[1], theme.nullclineWidth, painting::Dash::dashed, second);
        line(theme.cycle, theme.cycleWidth, painting::Dash::solid, tr("limit cycle"));
    }
    line(theme.trajectory(0), theme.trajectoryWidth, painting::Dash::solid, tr("trajectory"));
    line(theme.orbit, theme.orbitWidth, painting::Dash::solid, tr("orbit"));
    updateGeometry();
    update();
}

int Legend::lay(int width, QPainter* painter) const {
    double x = 0, y = 0;
    for (const Entry& entry : entries_) {
        const double needed = signWidth + 5 + entry.text.size().width();
        if (x > 0 && x + needed > width) {
            x = 0;
            y += rowHeight;
        }
        if (painter) {
            const double middle = y + rowHeight / 2;
            entry.sign(*painter, {x + signWidth / 2, middle});
            const double top = middle - entry.text.size().height() / 2;
            entry.text.draw(*painter, {x + signWidth + 5, top + entry.text.ascent()}, theme_->mutedText);
        }
        x += needed + gap;
    }
    return static_cast<int>(std::ceil(y + rowHeight));
}

void Legend::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    lay(width(), &painter);
}

}  // namespace kappascope::widgets
