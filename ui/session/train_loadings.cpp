// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/train_loadings.h"

#include <algorithm>

namespace kappascope::session {

namespace {

using training::Part;
using training::Shape;

void addColumns(std::vector<LoadingColumn>& columns, Part part, const char* letter, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) {
        QString plain = QLatin1String(letter);
        for (const QChar digit : QString::number(k + 1)) plain += QChar(0x2080 + digit.digitValue());
        columns.push_back(
            {part, static_cast<int>(k), QStringLiteral("$%1_{%2}$").arg(QLatin1String(letter)).arg(k + 1), plain});
    }
}

/// What the network multiplies a column by.
float scaleOf(const std::vector<float>& weights, const Shape& shape, const LoadingColumn& column) {
    const auto at = static_cast<std::size_t>(column.column);
    if (column.part == Part::inputWeights) return weights[shape.offset(Part::inputScales) + at];
    if (column.part == Part::outputWeights) return weights[shape.offset(Part::outputScales) + at];
    return 1;
}

}  // namespace

std::vector<LoadingColumn> loadingColumns(const Shape& shape) {
    std::vector<LoadingColumn> columns;
    addColumns(columns, Part::m, "m", shape.rank);
    addColumns(columns, Part::n, "n", shape.rank);
    addColumns(columns, Part::inputWeights, "I", shape.inputs);
    addColumns(columns, Part::outputWeights, "w", shape.outputs);
    return columns;
}

std::vector<QPointF> loadingPoints(const std::vector<float>& weights, const Shape& shape, const LoadingColumn& x,
                                   const LoadingColumn& y, std::size_t most) {
    std::vector<QPointF> points;
    if (weights.size() != shape.total() || shape.units == 0) return points;
    const std::size_t stride = (shape.units + most - 1) / std::max<std::size_t>(1, most);
    const auto first = [&](const LoadingColumn& column) {
        return shape.offset(column.part) + static_cast<std::size_t>(column.column) * shape.units;
    };
    const std::size_t atX = first(x), atY = first(y);
    const float scaleX = scaleOf(weights, shape, x), scaleY = scaleOf(weights, shape, y);
    points.reserve(shape.units / stride + 1);
    for (std::size_t unit = 0; unit < shape.units; unit += stride)
        points.emplace_back(scaleX * weights[atX + unit], scaleY * weights[atY + unit]);
    return points;
}

std::vector<QPointF> loadingPoints(const network::Network& network, const LoadingColumn& x, const LoadingColumn& y,
                                   std::size_t most) {
    const auto matrixOf = [&network](const LoadingColumn& column) -> const Eigen::MatrixXd& {
        switch (column.part) {
            case Part::m: return network.m;
            case Part::n: return network.n;
            case Part::inputWeights: return network.inputWeights;
            default: return network.outputWeights;
        }
    };
    const Eigen::MatrixXd &a = matrixOf(x), &b = matrixOf(y);
    std::vector<QPointF> points;
    if (x.column >= a.cols() || y.column >= b.cols() || a.rows() != b.rows()) return points;
    const auto stride =
        static_cast<Eigen::Index>((static_cast<std::size_t>(a.rows()) + most - 1) / std::max<std::size_t>(1, most));
    for (Eigen::Index unit = 0; unit < a.rows(); unit += std::max<Eigen::Index>(1, stride))
        points.emplace_back(a(unit, x.column), b(unit, y.column));
    return points;
}

}  // namespace kappascope::session
