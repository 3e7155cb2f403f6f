// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/from_window.h"

namespace kappascope::figures {

std::optional<FigureOrder> orderOf(session::Explorer& explorer) {
    if (!explorer.state()) return {};
    FigureOrder order;
    order.state = explorer.state();
    order.levels = {explorer.level(0), explorer.level(1)};
    order.range = explorer.view();
    order.axes = order.range->axes;
    order.input = order.range->input;
    order.layers = explorer.layers();
    order.starts = explorer.starts();
    order.step = explorer.scrubber();
    order.session = explorer.document().networkPath();
    order.spec.widthMm = usualWidthMm(order);
    order.spec.dark = explorer.dark();
    return order;
}

}  // namespace kappascope::figures
