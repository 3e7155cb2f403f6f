// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/figure_worker.h"

#include <utility>

namespace kappascope::widgets {

std::unique_ptr<FigureWorker> makeFigureWorker(FigureWorker::Receive receive) {
    return std::make_unique<FigureWorker>(
        [](const FigureRequest& request, const FigureWorker::Run&) {
            auto result = std::make_shared<FigureResult>();
            result->path = request.path;
            if (request.path.isEmpty())
                result->image = painting::figureImage(request.panels, request.spec);
            else
                painting::writeFigure(request.path, request.panels, request.spec);
            return std::shared_ptr<const FigureResult>(std::move(result));
        },
        std::move(receive));
}

}  // namespace kappascope::widgets
