// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory>
#include <qcustomplot.h>

#include "ui/painting/theme.h"
#include "ui/session/trial_worker.h"

namespace kappascope::widgets {

/// u(t), kappa(t) and z(t) of a trial over one time axis: the network solid, the reduced level dashed, noisy runs as a
/// thin bundle with their mean and spread; epochs shaded and named, the scrubber as a line that can be dragged
/// anywhere.
class TimePlot : public QCustomPlot {
    Q_OBJECT

public:
    explicit TimePlot(QWidget* parent = nullptr);

    void setTheme(const painting::Theme& theme);
    /// Null: nothing to show.
    void setTrial(std::shared_ptr<const session::TrialResult> trial);
    /// Steps with fractions; -1: no scrubber.
    void setPosition(double position);
    /// What is drawn from now on has an ordinary screen's pixels on a fine one: while portraits follow a hand, the time
    /// that a fine picture takes is theirs. false: draws again what was drawn so.
    void setQuick(bool quick);

    /// Where a step is, in pixels.
    double positionOf(double step) const;

signals:
    void scrubbed(int step);
    void spacePressed();

protected:
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;

private:
    enum Row { input, modes, output, rows };

    QCPAxisRect* axes(int row) const { return rects_[static_cast<std::size_t>(row)]; }
    QColor color(int component) const;
    void addCurves();
    void addBundle(Row row, const session::TrialBundle& bundle, bool reduced);
    QCPGraph* addCurve(Row row, const Eigen::VectorXd& values, const QPen& pen);
    void fitValues();
    void scrub(const QMouseEvent* event);

    void redraw();
    void compose();
    void drawEpochs(QPainter& painter) const;
    void drawNames(QPainter& painter) const;
    void drawKeys(QPainter& painter) const;
    void drawParting(QPainter& painter) const;
    void drawScrubber(QPainter& painter) const;

    const painting::Theme* theme_;
    std::shared_ptr<const session::TrialResult> trial_;
    std::array<QCPAxisRect*, rows> rects_{};
    QVector<double> times_;
    double position_ = -1;
    QImage picture_;  ///< all but the scrubber, in the screen's pixels
    QImage small_;    ///< the same before it is enlarged
    bool stale_ = true;
    bool quick_ = false;
    bool isCoarse_ = false;  ///< the picture is
};

}  // namespace kappascope::widgets
