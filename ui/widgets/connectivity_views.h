// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/painting/connectivity_plots.h"
#include "ui/widgets/train_plots.h"

namespace kappascope::widgets {

/// Correlations between loadings.
class OverlapView : public TrainPlot {
    Q_OBJECT

public:
    explicit OverlapView(QWidget* parent = nullptr);
    void setPlot(painting::OverlapPlot plot);
    const painting::OverlapPlot& plot() const { return plot_; }

protected:
    void paint(QPainter& painter) const override;
    bool event(QEvent* event) override;

private:
    painting::OverlapPlot plot_;
};

/// Eigenvalues and singular values of the connectivity.
class SpectrumView : public TrainPlot {
    Q_OBJECT

public:
    explicit SpectrumView(QWidget* parent = nullptr);
    void setPlot(painting::SpectrumPlot plot);
    const painting::SpectrumPlot& plot() const { return plot_; }

protected:
    void paint(QPainter& painter) const override;
    bool event(QEvent* event) override;

private:
    painting::SpectrumPlot plot_;
};

/// What speaks for each number of populations.
class CountView : public TrainPlot {
    Q_OBJECT

public:
    explicit CountView(QWidget* parent = nullptr);
    void setPlot(painting::CountPlot plot);
    const painting::CountPlot& plot() const { return plot_; }

protected:
    void paint(QPainter& painter) const override;

private:
    painting::CountPlot plot_;
};

}  // namespace kappascope::widgets
