// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/scatter_matrix_view.h"

#include <QHelpEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QToolTip>
#include <algorithm>
#include <cmath>

#include "ui/widgets/math_widget.h"

namespace kappascope::widgets {

namespace {

constexpr double nearby = 9;   // pixels from the pointer to the unit that it means
constexpr double aLasso = 12;  // pixels across: less is a click

/// The moments of some columns.
statistics::Moments partOf(const statistics::Moments& whole, const std::vector<int>& columns) {
    statistics::Moments part;
    part.rows = whole.rows;
    part.mean = whole.mean(columns);
    part.covariance = whole.covariance(columns, columns);
    part.correlation = whole.correlation(columns, columns);
    return part;
}

}  // namespace

ScatterMatrixView::ScatterMatrixView(session::ConnectivityDesk& desk, QWidget* parent) : QWidget(parent), desk_(desk) {
    setAccessibleName(tr("Scatter matrix of the units' loadings, by population"));
    setMinimumSize(300, 260);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    setMouseTracking(true);
    setFocusPolicy(Qt::StrongFocus);
    setAttribute(Qt::WA_OpaquePaintEvent);
    painter_ = std::make_unique<session::LatestWorker<Request, QImage>>(
        [](const Request& request, const auto&) {
            QImage image(request.size, QImage::Format_RGB32);
            const auto& theme = painting::Theme::of(request.dark);
            image.fill(theme.card);
            QPainter painter(&image);
            const QRectF area(QPointF(0, 0), QSizeF(request.size) / request.ratio);
            painting::paintScatterMatrix(painter, *request.matrix, area, theme, request.fontPt, request.ratio);
            painter.end();
            image.setDevicePixelRatio(request.ratio);
            return std::make_shared<const QImage>(std::move(image));
        },
        [this](const session::Delivery<QImage>& delivery) {
            if (!delivery.result || !matrix_) return;
            image_ = *delivery.result;
            paintedSerial_ = delivery.serial;
            update();
        });
    connect(&desk_, &session::ConnectivityDesk::shownChanged, this, &ScatterMatrixView::rebuild);
    connect(&desk_, &session::ConnectivityDesk::columnsChanged, this, &ScatterMatrixView::rebuild);
    connect(&desk_, &session::ConnectivityDesk::selectionChanged, this, &ScatterMatrixView::rebuild);
    rebuild();
}

ScatterMatrixView::~ScatterMatrixView() = default;

void ScatterMatrixView::setTheme(const painting::Theme& theme) {
    theme_ = &theme;
    request();
}

double ScatterMatrixView::textSize() const {
    return std::clamp(std::min(width(), height()) / 58.0, 10.5, 15.0);
}

void ScatterMatrixView::rebuild() {
    const auto shown = desk_.shown();
    lasso_.clear();
    if (!shown) {
        matrix_ = nullptr;
        image_ = {};
        setHovered(-1);
        update();
        return;
    }
    auto next = std::make_shared<painting::ScatterMatrix>();
    columns_ = desk_.columns();
    for (const int column : columns_) {
        painting::ScatterMatrix::Column each;
        each.label = shown->labels[static_cast<std::size_t>(column)];
        const auto copy = [&](const Eigen::MatrixXd& from, std::vector<float>& to) {
            to.resize(static_cast<std::size_t>(from.rows()));
            Eigen::Map<Eigen::VectorXf>(to.data(), from.rows()) = from.col(column).cast<float>();
        };
        copy(shown->rows, each.values);
        copy(shown->redrawn, each.redrawn);
        painting::setRange(each);
        next->columns.push_back(std::move(each));
    }
    next->populations = shown->populations;
    for (const auto& group : shown->groups) next->groups.push_back(partOf(group, columns_));
    next->selected = desk_.selected();
    matrix_ = std::move(next);
    if (hovered_ >= shown->units()) setHovered(-1);
    request();
}

void ScatterMatrixView::request() {
    if (!matrix_ || width() < 10 || height() < 10) {
        update();
        return;
    }
    const double ratio = devicePixelRatioF();
    serial_ = painter_->submit({matrix_, size() * ratio, ratio, theme_->dark, textSize()});
}

QRectF ScatterMatrixView::cell(int row, int column) const {
    return matrix_ ? painting::layOutScatter(*matrix_, rect(), textSize()).cell(row, column) : QRectF();
}

QPointF ScatterMatrixView::positionOf(int unit, int row, int column) const {
    const auto value = [&](int k) {
        return matrix_->columns[static_cast<std::size_t>(k)].values[static_cast<std::size_t>(unit)];
    };
    return painting::toCell(*matrix_, cell(row, column), column, row, {value(column), value(row)});
}

void ScatterMatrixView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), theme_->card);
    if (!image_.isNull()) painter.drawImage(rect(), image_);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    if (matrix_ && hovered_ >= 0) {
        const auto count = static_cast<int>(matrix_->columns.size());
        for (int row = 1; row < count; ++row)
            for (int column = 0; column < row; ++column) {
                const QPointF at = positionOf(hovered_, row, column);
                painter.setPen(QPen(theme_->plotBackground, 4));
                painter.drawEllipse(at, 5, 5);
                painter.setPen(QPen(theme_->text, 2));
                painter.drawEllipse(at, 5, 5);
            }
    }
    if (lasso_.size() > 1) {
        QColor fill = theme_->accent;
        fill.setAlphaF(0.14F);
        painter.setPen(QPen(theme_->accent, 1.6));
        painter.setBrush(fill);
        painter.drawPolygon(lasso_);
    }
    if (hasFocus()) {
        painter.setRenderHint(QPainter::Antialiasing, false);
        painter.setPen(QPen(theme_->accent, 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(rect().adjusted(0, 0, -1, -1));
    }
}

void ScatterMatrixView::resizeEvent(QResizeEvent* event) {
    QWidget::resizeEvent(event);
    request();
}

void ScatterMatrixView::mousePressEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || !matrix_) return;
    const auto at = painting::layOutScatter(*matrix_, rect(), textSize()).cellAt(event->position());
    if (!at || at->second >= at->first) return;
    lassoRow_ = at->first;
    lassoColumn_ = at->second;
    lasso_ = QPolygonF({event->position()});
}

void ScatterMatrixView::mouseMoveEvent(QMouseEvent* event) {
    if (!lasso_.isEmpty()) {
        const QRectF inside = cell(lassoRow_, lassoColumn_);
        const QPointF at(std::clamp(event->position().x(), inside.left(), inside.right()),
                         std::clamp(event->position().y(), inside.top(), inside.bottom()));
        if (lasso_.last() != at) lasso_ << at;
        update();
        return;
    }
    setHovered(unitAt(event->position()));
}

void ScatterMatrixView::mouseReleaseEvent(QMouseEvent* event) {
    if (event->button() != Qt::LeftButton || lasso_.isEmpty() || !matrix_) return;
    QPolygonF drawn;
    drawn.swap(lasso_);
    const QRectF bounds = drawn.boundingRect();
    const auto keys = event->modifiers();
    using Mode = session::ConnectivityDesk::Mode;
    const Mode mode = keys.testFlag(Qt::ShiftModifier) ? Mode::add
                      : keys.testFlag(Qt::AltModifier) ? Mode::remove
                                                       : Mode::replace;
    if (std::max(bounds.width(), bounds.height()) < aLasso) {
        if (mode == Mode::replace && unitAt(event->position()) < 0) desk_.clearSelection();  // a click beside all units
        update();
        return;
    }
    const QRectF inside = cell(lassoRow_, lassoColumn_);
    const auto& across = matrix_->columns[static_cast<std::size_t>(lassoColumn_)];
    const auto& up = matrix_->columns[static_cast<std::size_t>(lassoRow_)];
    QPolygonF lasso;
    for (const QPointF& each : drawn) lasso << painting::fromCell(*matrix_, inside, lassoColumn_, lassoRow_, each);
    desk_.select(columns_[static_cast<std::size_t>(lassoColumn_)], columns_[static_cast<std::size_t>(lassoRow_)], lasso,
                 mode, QRectF(QPointF(across.low, up.low), QPointF(across.high, up.high)));
    update();
}

void ScatterMatrixView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Escape && (!lasso_.isEmpty() || !desk_.selected().empty())) {
        lasso_.clear();
        desk_.clearSelection();
        update();
        return;
    }
    QWidget::keyPressEvent(event);
}

void ScatterMatrixView::leaveEvent(QEvent* event) {
    QWidget::leaveEvent(event);
    setHovered(-1);
}

void ScatterMatrixView::setHovered(int unit) {
    if (unit == hovered_) return;
    hovered_ = unit;
    emit hoverChanged();
    update();
}

int ScatterMatrixView::unitAt(const QPointF& at) const {
    if (!matrix_) return -1;
    const auto found = painting::layOutScatter(*matrix_, rect(), textSize()).cellAt(at);
    if (!found || found->second >= found->first) return -1;
    const auto [row, column] = *found;
    const QRectF place = cell(row, column);
    const auto& x = matrix_->columns[static_cast<std::size_t>(column)].values;
    const auto& y = matrix_->columns[static_cast<std::size_t>(row)].values;
    int best = -1;
    double least = nearby;
    for (std::size_t unit = 0; unit < x.size(); ++unit) {
        const QPointF off = painting::toCell(*matrix_, place, column, row, {x[unit], y[unit]}) - at;
        const double distance = std::hypot(off.x(), off.y());
        if (distance < least) {
            least = distance;
            best = static_cast<int>(unit);
        }
    }
    return best;
}

QString ScatterMatrixView::helpAt(const QPointF& at) const {
    if (!matrix_) return {};
    const auto found = painting::layOutScatter(*matrix_, rect(), textSize()).cellAt(at);
    if (!found) return {};
    const auto [row, column] = *found;
    const auto plain = [&](int k) {
        return painting::MathLabel(matrix_->columns[static_cast<std::size_t>(k)].label).plainText();
    };
    QStringList lines;
    if (row == column)
        return tr("%1 of the units, no unit: as it is (filled, by population), and drawn from the populations' "
                  "Gaussians (line)")
            .arg(plain(row));
    const bool below = column < row;
    lines << (below ? tr("%1 against %2, no unit; slopes of %1 on %2:").arg(plain(row), plain(column))
                    : tr("Correlation of %1 and %2:").arg(plain(row), plain(column)));
    for (std::size_t p = 0; p < matrix_->groups.size(); ++p)
        lines << tr("population %1: %2")
                     .arg(p + 1)
                     .arg(shownNumber(below ? matrix_->groups[p].slope(row, column)
                                            : matrix_->groups[p].correlation(row, column)));
    if (below) lines << tr("Drag around units to choose them (Shift adds, Alt takes away)");
    return lines.join(u'\n');
}

bool ScatterMatrixView::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    QToolTip::showText(help->globalPos(), helpAt(help->pos()), this);
    return true;
}

}  // namespace kappascope::widgets
