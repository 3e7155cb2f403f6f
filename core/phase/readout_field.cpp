// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/readout_field.h"

#include <algorithm>
#include <string>

#include "core/error.h"

namespace kappascope::phase {

double ReadoutField::minimum() const {
    return z.empty() ? 0 : static_cast<double>(*std::min_element(z.begin(), z.end()));
}

double ReadoutField::maximum() const {
    return z.empty() ? 0 : static_cast<double>(*std::max_element(z.begin(), z.end()));
}

ReadoutField computeReadoutField(const reduction::Flow& flow, const View& view, int nodes, std::stop_token stop,
                                 int output) {
    if (nodes < 4 || nodes > 2048) throw Error(ErrorCode::badOption, "nodes", {std::to_string(nodes), "4..2048"});
    ReadoutField field;
    field.view = view;
    field.columns = nodes;
    field.rows = flow.rank() > 1 ? nodes : 1;
    if (output < 0 || output >= flow.outputs()) return field;
    field.z.resize(static_cast<std::size_t>(field.columns * field.rows));
    Eigen::MatrixXd row(flow.rank(), nodes);
    for (int j = 0; j < field.rows; ++j) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        const double y = view.yMin + view.height() * j / std::max(1, field.rows - 1);
        for (int i = 0; i < nodes; ++i)
            row.col(i) = view.kappa(view.xMin + view.width() * i / (nodes - 1), y, flow.rank());
        flow.readoutSingle(row, output, field.z.data() + static_cast<std::ptrdiff_t>(j) * nodes);
    }
    return field;
}

std::vector<Polyline> contour(const ReadoutField& field, double level) {
    if (field.isEmpty() || field.rows < 4) return {};
    // A nullcline of z - level.
    FlowField shifted;
    shifted.view = field.view;
    shifted.columns = field.columns;
    shifted.rows = field.rows;
    shifted.x = field.z;
    for (float& value : shifted.x) value -= static_cast<float>(level);
    shifted.y.resize(shifted.x.size());
    return nullcline(shifted, 0, 2);
}

}  // namespace kappascope::phase
