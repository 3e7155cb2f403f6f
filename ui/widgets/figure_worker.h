// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>
#include <QString>
#include <memory>
#include <vector>

#include "ui/painting/figure.h"
#include "ui/session/worker.h"

namespace kappascope::widgets {

struct FigureRequest {
    QString path;  ///< empty: a picture for the clipboard
    std::vector<painting::Panel> panels;
    painting::FigureSpec spec;
};

struct FigureResult {
    QString path;
    QImage image;  ///< for the clipboard
};

/// Writes figures beside the window.
using FigureWorker = session::LatestWorker<FigureRequest, FigureResult>;
std::unique_ptr<FigureWorker> makeFigureWorker(FigureWorker::Receive receive);

}  // namespace kappascope::widgets
