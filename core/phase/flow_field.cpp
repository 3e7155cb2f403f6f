// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/flow_field.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>

#include "core/error.h"

namespace kappascope::phase {

namespace {

// Rows that one call of the flow gets: long enough to amortise the call, short enough to stop within milliseconds.
constexpr int rowsAtOnce = 8;

std::string text(double value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

void requireSize(const char* what, int found, int smallest, int largest) {
    if (found < smallest || found > largest)
        throw Error(ErrorCode::badOption, what,
                    {std::to_string(found), std::to_string(smallest) + ".." + std::to_string(largest)});
}

void requireRange(const char* what, double from, double to) {
    if (!(std::isfinite(from) && std::isfinite(to) && from < to))
        throw Error(ErrorCode::badOption, what, {text(from) + ".." + text(to), "minimum < maximum"});
}

void requireGains(const Eigen::VectorXd& gains, int populations) {
    if (gains.size() != populations)
        throw Error(ErrorCode::wrongShape, "gains", {std::to_string(gains.size()), std::to_string(populations)});
}

void addScaled(float gain, const float* from, float* to, std::size_t count) {
    for (std::size_t k = 0; k < count; ++k) to[k] += gain * from[k];
}

}  // namespace

double FlowField::maximumSpeed() const {
    float largest = 0;
    for (std::size_t k = 0; k < x.size(); ++k) largest = std::max(largest, x[k] * x[k] + y[k] * y[k]);
    return std::sqrt(static_cast<double>(largest));
}

FlowField computeFlowField(const reduction::Flow& flow, const View& view, int columns, int rows, std::stop_token stop) {
    const int rank = flow.rank();
    if (rank < 2) throw Error(ErrorCode::wrongShape, "rank", {std::to_string(rank), ">= 2"});
    for (int axis : view.axes)
        if (axis < 0 || axis >= rank)
            throw Error(ErrorCode::wrongShape, "axes", {std::to_string(axis), "0.." + std::to_string(rank - 1)});
    if (view.axes[0] == view.axes[1])
        throw Error(ErrorCode::wrongShape, "axes", {std::to_string(view.axes[1]), "two different modes"});
    if (view.held.size() != 0 && view.held.size() != rank)
        throw Error(ErrorCode::wrongShape, "held", {std::to_string(view.held.size()), std::to_string(rank)});
    requireSize("columns", columns, 4, 2048);
    requireSize("rows", rows, 4, 2048);
    requireRange("x", view.xMin, view.xMax);
    requireRange("y", view.yMin, view.yMax);

    FlowField field;
    field.view = view;
    field.columns = columns;
    field.rows = rows;
    field.populations = flow.populations();
    const Eigen::VectorXd drive = flow.drive();
    field.drive = {drive[view.axes[0]], drive[view.axes[1]]};
    const auto planes = 2 * static_cast<std::size_t>(field.populations);
    const auto count = static_cast<std::size_t>(field.count());
    field.contributions.resize(planes * count);

    std::vector<float> chunk(planes * static_cast<std::size_t>(rowsAtOnce * columns));
    Eigen::MatrixXd kappas;
    for (int first = 0; first < rows; first += rowsAtOnce) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        const int some = std::min(rowsAtOnce, rows - first);
        const auto points = static_cast<std::size_t>(some * columns);
        kappas = view.kappa(0, 0, rank).replicate(1, some * columns);
        for (int j = 0; j < some; ++j)
            for (int i = 0; i < columns; ++i) {
                kappas(view.axes[0], j * columns + i) = field.nodeX(i);
                kappas(view.axes[1], j * columns + i) = field.nodeY(first + j);
            }
        flow.contributionsSingle(kappas, view.axes, chunk.data());
        const auto offset = static_cast<std::size_t>(first * columns);
        for (std::size_t plane = 0; plane < planes; ++plane)
            std::copy_n(chunk.data() + plane * points, points, field.contributions.data() + plane * count + offset);
    }
    recombine(field, flow.gains());
    return field;
}

void recombine(FlowField& field, const Eigen::VectorXd& gains) {
    requireGains(gains, field.populations);
    const auto columns = static_cast<std::size_t>(field.columns);
    const auto count = static_cast<std::size_t>(field.count());
    field.x.resize(count);
    field.y.resize(count);
    for (int j = 0; j < field.rows; ++j) {
        float* rowX = field.x.data() + static_cast<std::size_t>(j) * columns;
        if (j == 0) {
            for (int i = 0; i < field.columns; ++i) rowX[i] = static_cast<float>(field.drive.x - field.nodeX(i));
        } else {
            std::copy_n(field.x.data(), columns, rowX);
        }
        std::fill_n(field.y.data() + static_cast<std::size_t>(j) * columns, columns,
                    static_cast<float>(field.drive.y - field.nodeY(j)));
    }
    // The first row is a template for the others until the populations are added below.
    const float* plane = field.contributions.data();
    for (std::vector<float>* component : {&field.x, &field.y})
        for (int p = 0; p < field.populations; ++p, plane += count)
            addScaled(static_cast<float>(gains[p]), plane, component->data(), count);
}

FlowLine computeFlowLine(const reduction::Flow& flow, double xMin, double xMax, int points) {
    if (flow.rank() != 1) throw Error(ErrorCode::wrongShape, "rank", {std::to_string(flow.rank()), "1"});
    requireSize("points", points, 2, 1000000);
    requireRange("x", xMin, xMax);
    FlowLine line;
    line.xMin = xMin;
    line.xMax = xMax;
    line.populations = flow.populations();
    const auto count = static_cast<std::size_t>(points);
    line.speed.resize(count);
    line.contributions.resize(static_cast<std::size_t>(line.populations) * count);
    Eigen::MatrixXd kappas(1, points);
    for (int k = 0; k < points; ++k) kappas(0, k) = line.node(k);
    const int axis = 0;
    flow.contributionsSingle(kappas, {&axis, 1}, line.contributions.data());
    recombine(line, flow.gains());
    return line;
}

void recombine(FlowLine& line, const Eigen::VectorXd& gains) {
    requireGains(gains, line.populations);
    const auto count = line.speed.size();
    for (std::size_t k = 0; k < count; ++k) line.speed[k] = static_cast<float>(-line.node(static_cast<int>(k)));
    for (int p = 0; p < line.populations; ++p)
        addScaled(static_cast<float>(gains[p]), line.contributions.data() + static_cast<std::size_t>(p) * count,
                  line.speed.data(), count);
}

}  // namespace kappascope::phase
