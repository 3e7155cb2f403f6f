// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointer>
#include <QToolButton>
#include <functional>
#include <string>

#include "ui/painting/plot_figure.h"

namespace kappascope::widgets {

class PlotExportDialog;

/// "Export…" beside a plot: opens the dialog that writes or copies it.
class PlotExportButton : public QToolButton {
    Q_OBJECT

public:
    using Paint = decltype(painting::PlotFigure::paint);

    /// name: of the file, without an ending. view: whose shape the figure has to begin with. now: what paints the plot
    /// as it is at this moment, from values of its own.
    PlotExportButton(const QString& title, const QString& name, double widthMm, QWidget* view,
                     std::function<Paint()> now, QWidget* parent = nullptr);

    /// The numbers behind the plot as csv, at this moment; the dialog then offers them, too.
    void setData(std::function<std::string()> numbers);
    void setDark(bool dark) { dark_ = dark; }
    /// While it is open.
    PlotExportDialog* dialog() const;

private:
    void openDialog();

    QString title_;
    QString name_;
    double widthMm_;
    QWidget* view_;
    std::function<Paint()> now_;
    std::function<std::string()> data_;
    bool dark_ = false;
    QPointer<PlotExportDialog> dialog_;
};

}  // namespace kappascope::widgets
