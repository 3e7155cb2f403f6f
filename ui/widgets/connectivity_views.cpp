// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/connectivity_views.h"

#include <QHelpEvent>
#include <QToolTip>
#include <cmath>
#include <utility>

#include "ui/widgets/math_widget.h"

namespace kappascope::widgets {

namespace {

constexpr double countLetters = 11;

QString complexText(const std::complex<double>& value) {
    if (value.imag() == 0) return shownNumber(value.real());
    return QStringLiteral("%1 %2 %3i")
        .arg(shownNumber(value.real()), value.imag() < 0 ? QString(QChar(0x2212)) : QStringLiteral("+"),
             shownNumber(std::abs(value.imag())));
}

}  // namespace

OverlapView::OverlapView(QWidget* parent)
    : TrainPlot(tr("Correlations between the loadings"), tr("Correlation of each pair of loadings over units"),
                parent) {}

void OverlapView::setPlot(painting::OverlapPlot plot) {
    plot_ = std::move(plot);
    update();
}

void OverlapView::paint(QPainter& painter) const {
    painting::paintOverlap(painter, plot_, rect(), theme(), textSize());
}

bool OverlapView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return TrainPlot::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QString text = tr("Correlation of each pair of loadings over units, −1 (blue) to 1 (orange)");
    const QRectF square = painting::layOutOverlap(plot_, rect(), textSize());
    if (const auto count = static_cast<int>(plot_.labels.size()); count > 0 && square.contains(help->pos())) {
        const auto at = [&](double along, double length) {
            return std::min(count - 1, static_cast<int>(along / length * count));
        };
        const int column = at(help->pos().x() - square.left(), square.width());
        const int row = at(help->pos().y() - square.top(), square.height());
        const auto name = [&](int k) {
            return painting::MathLabel(plot_.labels[static_cast<std::size_t>(k)]).plainText();
        };
        text = tr("Correlation of %1 and %2: %3")
                   .arg(name(row), name(column), shownNumber(plot_.correlation(row, column)));
    }
    QToolTip::showText(help->globalPos(), text, this);
    return true;
}

SpectrumView::SpectrumView(QWidget* parent)
    : TrainPlot(tr("Eigenvalues and singular values of the connectivity"), {}, parent) {}

void SpectrumView::setPlot(painting::SpectrumPlot plot) {
    plot_ = std::move(plot);
    update();
}

void SpectrumView::paint(QPainter& painter) const {
    painting::paintSpectrum(painter, plot_, rect(), theme(), textSize());
}

bool SpectrumView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return TrainPlot::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QStringList lines{
        tr("Eigenvalues λ of the connectivity J at unit gains, no unit. Right of the dashed line, Re λ = "
           "1, rest is unstable.")};
    if (!plot_.empty && plot_.spectrum.bulkRadius)
        lines << tr("Circle: radius %1 = √N times the standard deviation of the entries of J, what independent entries "
                    "would fill; what J has learned is in it, too.")
                     .arg(shownNumber(*plot_.spectrum.bulkRadius));
    const auto layout = painting::layOutSpectrum(plot_, rect(), textSize());
    constexpr double nearby = 8;
    double least = nearby;
    QString found;
    for (const auto& value : plot_.spectrum.eigenvalues) {
        const double x =
            layout.plane.left() + (value.real() - layout.left) / (layout.right - layout.left) * layout.plane.width();
        const double y = layout.plane.center().y() - value.imag() / layout.top * layout.plane.height() / 2;
        const double distance = std::hypot(x - help->pos().x(), y - help->pos().y());
        if (distance < least) {
            least = distance;
            found = tr("λ = %1").arg(complexText(value));
        }
    }
    if (!found.isEmpty()) lines.prepend(found);
    if (layout.bars.contains(help->pos()) && plot_.spectrum.singularValues.size() > 0) {
        const auto& values = plot_.spectrum.singularValues;
        const double along = (help->pos().x() - layout.bars.left()) / layout.bars.width();
        const auto k = std::clamp<Eigen::Index>(
            std::lround(0.4 + along * (static_cast<double>(values.size()) + 0.2)) - 1, 0, values.size() - 1);
        lines = {tr("Singular value %1 of J: %2, no unit").arg(k + 1).arg(shownNumber(values[k]))};
    }
    QToolTip::showText(help->globalPos(), lines.join(u'\n'), this);
    return true;
}

CountView::CountView(QWidget* parent)
    : TrainPlot(
          tr("Stability and evidence of each number of populations"),
          tr("Above: adjusted Rand index of refits of 80 % of the units: median (dot), quartiles (broad) and range "
             "(thin); stable from 0.9 (dashed). Below: log evidence less the best, with its standard error. Open: "
             "not all populations are occupied."),
          parent) {}

void CountView::setPlot(painting::CountPlot plot) {
    plot_ = std::move(plot);
    update();
}

void CountView::paint(QPainter& painter) const {
    painting::paintCounts(painter, plot_, rect(), theme(), countLetters);
}

}  // namespace kappascope::widgets
