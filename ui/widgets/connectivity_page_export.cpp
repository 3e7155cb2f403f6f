// SPDX-License-Identifier: GPL-3.0-or-later
// What the Connectivity workspace gives to files and clipboard.
#include <algorithm>
#include <cmath>
#include <utility>

#include "ui/widgets/connectivity_page.h"
#include "ui/widgets/connectivity_views.h"
#include "ui/widgets/plot_export_dialog.h"
#include "ui/widgets/scatter_matrix_view.h"

namespace kappascope::widgets {

void ConnectivityPage::exportPlot(int which) {
    painting::PlotFigure plot;
    QString name;
    QWidget* view = scatter_;
    if (which == 0) {
        auto matrix = scatter_->matrix();
        if (!matrix) return;
        auto own = std::make_shared<painting::ScatterMatrix>(*matrix);
        own->selected.clear();  // what is chosen now is of no concern to a reader
        own->legend = true;
        plot.title = tr("loadings");
        name = QStringLiteral("loadings");
        plot.paint = [own](QPainter& painter, const QRectF& area, const painting::Theme& theme, double font,
                           double scale) { painting::paintScatterMatrix(painter, *own, area, theme, font, scale); };
    } else if (which == 1) {
        view = overlap_;
        plot.title = tr("overlaps");
        name = QStringLiteral("overlaps");
        plot.paint = [own = overlap_->plot()](QPainter& painter, const QRectF& area, const painting::Theme& theme,
                                              double font, double scale) {
            painting::paintOverlap(painter, own, area, theme, font, scale);
        };
    } else {
        view = spectrum_;
        plot.title = tr("spectrum");
        name = QStringLiteral("spectrum");
        plot.paint = [own = spectrum_->plot()](QPainter& painter, const QRectF& area, const painting::Theme& theme,
                                               double font, double scale) {
            painting::paintSpectrum(painter, own, area, theme, font, scale);
        };
    }
    const double width = which == 0 ? 180 : 90;
    plot.heightMm = std::clamp(std::round(width * view->height() / std::max(1, view->width())), 20.0, 1000.0);
    auto* dialog = new PlotExportDialog(std::move(plot), name, width, theme_->dark, window());
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->show();
}

}  // namespace kappascope::widgets
