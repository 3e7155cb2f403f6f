// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/plot_export_button.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/widgets/plot_export_dialog.h"

namespace kappascope::widgets {

PlotExportButton::PlotExportButton(const QString& title, const QString& name, double widthMm, QWidget* view,
                                   std::function<Paint()> now, QWidget* parent)
    : QToolButton(parent), title_(title), name_(name), widthMm_(widthMm), view_(view), now_(std::move(now)) {
    setObjectName(QStringLiteral("regroup"));
    setText(tr("Export…"));
    setAccessibleName(tr("Export %1").arg(title));
    setToolTip(tr("Write or copy this plot: pdf, svg, png"));
    setFocusPolicy(Qt::StrongFocus);
    connect(this, &QToolButton::clicked, this, &PlotExportButton::openDialog);
}

PlotExportDialog* PlotExportButton::dialog() const {
    return dialog_;
}

void PlotExportButton::setData(std::function<std::string()> numbers) {
    data_ = std::move(numbers);
    setToolTip(tr("Write or copy this plot: pdf, svg, png, or its numbers as csv"));
}

void PlotExportButton::openDialog() {
    painting::PlotFigure plot;
    plot.title = title_;
    plot.paint = now_();
    plot.heightMm = std::clamp(std::round(widthMm_ * view_->height() / std::max(1, view_->width())), 20.0, 1000.0);
    dialog_ = new PlotExportDialog(std::move(plot), name_, widthMm_, dark_, window());
    if (data_) dialog_->setData(data_());
    dialog_->setAttribute(Qt::WA_DeleteOnClose);
    dialog_->show();
}

}  // namespace kappascope::widgets
