// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QWidget>

#include "ui/painting/loadings_plot.h"
#include "ui/painting/theme.h"
#include "ui/painting/training_curves.h"
#include "ui/painting/trial_picture.h"

namespace kappascope::widgets {

/// What the plots of the Train workspace have in common: a theme, and a size of text.
class TrainPlot : public QWidget {
    Q_OBJECT

public:
    explicit TrainPlot(const QString& name, const QString& help, QWidget* parent = nullptr);
    void setTheme(const painting::Theme& theme);

protected:
    void paintEvent(QPaintEvent* event) override;
    virtual void paint(QPainter& painter) const = 0;
    const painting::Theme& theme() const { return *theme_; }
    double textSize() const;

private:
    const painting::Theme* theme_ = &painting::Theme::light();
};

/// Loss, accuracy and gradient over the epochs; a click or the arrow keys choose one of the past.
class CurvesView : public TrainPlot {
    Q_OBJECT

public:
    explicit CurvesView(QWidget* parent = nullptr);
    void setCurves(painting::TrainingCurves curves);
    const painting::TrainingCurves& curves() const { return curves_; }
    /// Where an epoch is, in the widget.
    QPoint positionOf(int epoch) const;

signals:
    void picked(int epoch);
    void stepped(int epochs);  ///< by the arrow keys

protected:
    void paint(QPainter& painter) const override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    bool event(QEvent* event) override;

private:
    void pick(const QPointF& at);

    painting::TrainingCurves curves_;
};

/// One trial of the task and the network's answer.
class TrialView : public TrainPlot {
    Q_OBJECT

public:
    explicit TrialView(QWidget* parent = nullptr);
    void setPicture(painting::TrialPicture picture);
    const painting::TrialPicture& picture() const { return picture_; }

protected:
    void paint(QPainter& painter) const override;

private:
    painting::TrialPicture picture_;
};

/// Two loadings of every unit.
class LoadingsView : public TrainPlot {
    Q_OBJECT

public:
    explicit LoadingsView(QWidget* parent = nullptr);
    void setPlot(painting::LoadingsPlot plot);
    const painting::LoadingsPlot& plot() const { return plot_; }

protected:
    void paint(QPainter& painter) const override;

private:
    painting::LoadingsPlot plot_;
};

}  // namespace kappascope::widgets
