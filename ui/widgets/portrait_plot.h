// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QElapsedTimer>
#include <QTimer>
#include <memory>
#include <optional>
#include <qcustomplot.h>

#include "ui/painting/math_label.h"
#include "ui/painting/theme.h"
#include "ui/session/portrait_worker.h"
#include "ui/widgets/particles.h"

namespace kappascope::widgets {

/// One portrait: axes and ticks of QCustomPlot around a worker's picture, particles above it, a cross-hair on top. Says
/// what the hand did; computes nothing.
class PortraitPlot : public QCustomPlot {
    Q_OBJECT

public:
    explicit PortraitPlot(QWidget* parent = nullptr);

    void setTheme(const painting::Theme& theme);
    /// Null: no picture.
    void setResult(std::shared_ptr<const session::PortraitResult> result);
    std::shared_ptr<const session::PortraitResult> result() const { return result_; }
    /// The rectangle that the axes show, and what their labels say. rank: of the network. vertical: the label of the
    /// vertical axis, where it is more than its symbol.
    void setView(const phase::View& view, int rank, const QString& vertical = {});
    void setCross(std::optional<QPointF> point);
    /// A trial's way through the plane, one point a step; empty: none.
    void setTrialPath(QPolygonF path);
    /// How far along it the marker is, in steps with fractions; -1: no marker, all of the way.
    void setTrialPosition(double position);
    void setParticlesOn(bool on);
    bool particlesOn() const { return particlesOn_; }

    /// Size of the picture inside the axes, logical pixels.
    QSize pictureSize() const;
    QPointF toData(const QPointF& position) const;
    QPointF toPosition(double x, double y) const;

signals:
    void clicked(QPointF point, bool backward);
    void doubleClicked(bool afterClick);
    void viewEdited(const kappascope::phase::View& view);
    void hovered(QPointF point);
    void left();
    void pictureSizeChanged();
    /// A picture of this revision of the document has reached the screen.
    void painted(quint64 revision);

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void mouseDoubleClickEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void drawPicture(QPainter& painter) const;
    void drawCross(QPainter& painter) const;
    void drawTrial(QPainter& painter) const;
    void drawLabels(QPainter& painter) const;
    void placeParticles();
    void step();
    void wake();
    void pan(const QPointF& delta);
    void zoom(const QPointF& at, double factor);

    const painting::Theme* theme_;
    std::shared_ptr<const session::PortraitResult> result_;
    quint64 unpaintedRevision_ = 0;
    phase::View view_;
    painting::MathLabel horizontalLabel_, verticalLabel_;
    std::optional<QPointF> cross_;
    QPolygonF trialPath_;
    double trialPosition_ = -1;

    Particles particles_;
    bool particlesOn_ = true;
    QTimer timer_;
    QElapsedTimer sinceStep_;
    QElapsedTimer sinceActive_;
    QElapsedTimer sinceResult_;
    bool skipped_ = false;
    bool coarse_ = false;  ///< particles have the pixels of an ordinary screen
    QImage enlarged_;      ///< a coarse picture with its particles

    std::optional<QPointF> pressed_;
    QPointF last_;
    bool panning_ = false;
    bool swallowRelease_ = false;
    bool clickedLast_ = false;
};

}  // namespace kappascope::widgets
