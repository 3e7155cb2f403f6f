// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/phase/streamlines.h"

namespace kappascope::phase {

namespace {

/// The zero set of one component of a field by marching squares on a refined grid. Grid coordinates count refined
/// cells.
class ZeroContour {
public:
    ZeroContour(const FlowField& field, int component, int refine)
        : field_(field),
          values_(component == 0 ? field.x : field.y),
          parts_(1 << refine),
          columns_((field.columns - 1) * parts_ + 1),
          rows_((field.rows - 1) * parts_ + 1) {
        refineGrid();
    }

    std::vector<Polyline> run() {
        edges_.assign(2 * fine_.size(), -1);
        for (int j = 0; j + 1 < rows_; ++j)
            for (int i = 0; i + 1 < columns_; ++i) visitCell(i, j);
        return join();
    }

private:
    static constexpr int horizontal = 0;
    static constexpr int vertical = 1;

    /// A crossing of the contour with an edge, and the one or two crossings that it is joined to.
    struct Vertex {
        Point at;
        std::array<int, 2> next{-1, -1};
    };

    std::size_t index(int i, int j) const {
        return static_cast<std::size_t>(j) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(i);
    }

    /// All refined nodes by separable interpolation: along the rows of the field first, then between them.
    void refineGrid() {
        const auto width = static_cast<std::size_t>(columns_);
        std::vector<float> wide(static_cast<std::size_t>(field_.rows) * width);
        for (int i = 0; i < columns_; ++i) {
            const CubicTaps taps = cubicTaps(static_cast<double>(i) / parts_, field_.columns);
            const auto w = weights(taps);
            for (int j = 0; j < field_.rows; ++j) {
                const float* from = values_.data() + j * field_.columns + taps.first;
                wide[static_cast<std::size_t>(j) * width + static_cast<std::size_t>(i)] =
                    i % parts_ == 0 ? values_[static_cast<std::size_t>(j * field_.columns + i / parts_)]
                                    : w[0] * from[0] + w[1] * from[1] + w[2] * from[2] + w[3] * from[3];
            }
        }
        fine_.resize(width * static_cast<std::size_t>(rows_));
        for (int j = 0; j < rows_; ++j) {
            float* to = fine_.data() + static_cast<std::size_t>(j) * width;
            if (j % parts_ == 0) {
                std::copy_n(wide.data() + static_cast<std::size_t>(j / parts_) * width, width, to);
                continue;
            }
            const CubicTaps taps = cubicTaps(static_cast<double>(j) / parts_, field_.rows);
            const auto w = weights(taps);
            const float* from = wide.data() + static_cast<std::size_t>(taps.first) * width;
            for (std::size_t i = 0; i < width; ++i)
                to[i] =
                    w[0] * from[i] + w[1] * from[width + i] + w[2] * from[2 * width + i] + w[3] * from[3 * width + i];
        }
    }

    static std::array<float, 4> weights(const CubicTaps& taps) {
        return {static_cast<float>(taps.weight[0]), static_cast<float>(taps.weight[1]),
                static_cast<float>(taps.weight[2]), static_cast<float>(taps.weight[3])};
    }

    /// The interpolant at a place in refined grid coordinates.
    double valueAt(double i, double j) const {
        const CubicTaps across = cubicTaps(i / parts_, field_.columns);
        const CubicTaps up = cubicTaps(j / parts_, field_.rows);
        double sum = 0;
        for (int b = 0; b < 4; ++b) {
            const float* from = values_.data() + (up.first + b) * field_.columns + across.first;
            double row = 0;
            for (int a = 0; a < 4; ++a) row += across.weight[a] * static_cast<double>(from[a]);
            sum += up.weight[b] * row;
        }
        return sum;
    }

    /// The crossing on the edge from node (i, j) to its right or upper neighbour, made where it is first asked for.
    int crossing(int i, int j, int direction) {
        int& vertex = edges_[2 * index(i, j) + static_cast<std::size_t>(direction)];
        if (vertex >= 0) return vertex;
        const int di = direction == horizontal ? 1 : 0;
        const int dj = 1 - di;
        // Regula falsi (Illinois) on the interpolant; a node that is exactly zero is the crossing itself.
        double low = 0;
        double high = 1;
        double atLow = static_cast<double>(fine_[index(i, j)]);
        double atHigh = static_cast<double>(fine_[index(i + di, j + dj)]);
        double root = atLow == 0 ? 0 : atHigh == 0 ? 1 : atLow / (atLow - atHigh);
        int side = 0;
        for (int step = 0; step < 12 && atLow != 0 && atHigh != 0; ++step) {
            root = (low * atHigh - high * atLow) / (atHigh - atLow);
            const double value = valueAt(i + di * root, j + dj * root);
            if (value == 0) break;
            double& bound = (value > 0) == (atLow > 0) ? low : high;
            const double moved = std::abs(bound - root);
            if (&bound == &low) {
                atLow = value;
                if (side == -1) atHigh /= 2;
                side = -1;
            } else {
                atHigh = value;
                if (side == 1) atLow /= 2;
                side = 1;
            }
            bound = root;
            if (moved < 1e-4 || high - low < 1e-4) break;
        }
        vertex = static_cast<int>(vertices_.size());
        const View& view = field_.view;
        vertices_.push_back({{view.xMin + view.width() * (i + di * root) / (columns_ - 1),
                              view.yMin + view.height() * (j + dj * root) / (rows_ - 1)}});
        return vertex;
    }

    void connect(int a, int b) {
        for (const auto& [from, to] : {std::pair{a, b}, std::pair{b, a}}) {
            auto& next = vertices_[static_cast<std::size_t>(from)].next;
            (next[0] < 0 ? next[0] : next[1]) = to;
        }
    }

    void visitCell(int i, int j) {
        const float* low = fine_.data() + index(i, j);
        const float* high = low + columns_;
        // Zero counts as positive, everywhere alike, so that a contour through nodes has neither gaps nor doubles.
        const int pattern =
            (low[0] >= 0 ? 1 : 0) | (low[1] >= 0 ? 2 : 0) | (high[1] >= 0 ? 4 : 0) | (high[0] >= 0 ? 8 : 0);
        if (pattern == 0 || pattern == 15) return;
        if (!std::isfinite(low[0] + low[1] + high[0] + high[1])) return;
        const auto bottom = [&] { return crossing(i, j, horizontal); };
        const auto top = [&] { return crossing(i, j + 1, horizontal); };
        const auto left = [&] { return crossing(i, j, vertical); };
        const auto right = [&] { return crossing(i + 1, j, vertical); };
        switch (pattern) {
            case 1:
            case 14: connect(left(), bottom()); break;
            case 2:
            case 13: connect(bottom(), right()); break;
            case 4:
            case 11: connect(right(), top()); break;
            case 8:
            case 7: connect(top(), left()); break;
            case 3:
            case 12: connect(left(), right()); break;
            case 6:
            case 9: connect(bottom(), top()); break;
            default: {
                // Opposite corners agree: the centre says which of them hang together.
                const bool centre = valueAt(i + 0.5, j + 0.5) >= 0;
                if (centre == (pattern == 5)) {
                    connect(left(), top());
                    connect(bottom(), right());
                } else {
                    connect(left(), bottom());
                    connect(right(), top());
                }
            }
        }
    }

    std::vector<Polyline> join() {
        std::vector<Polyline> lines;
        std::vector<bool> used(vertices_.size(), false);
        const auto follow = [&](std::size_t start) {
            Polyline line;
            std::size_t at = start;
            while (true) {
                used[at] = true;
                append(line, vertices_[at].at);
                const auto& next = vertices_[at].next;
                if (next[0] >= 0 && !used[static_cast<std::size_t>(next[0])]) {
                    at = static_cast<std::size_t>(next[0]);
                } else if (next[1] >= 0 && !used[static_cast<std::size_t>(next[1])]) {
                    at = static_cast<std::size_t>(next[1]);
                } else {
                    break;
                }
            }
            // All of a loop's vertices have two neighbours; the last is joined to the first.
            if (vertices_[start].next[1] >= 0 && line.size() > 1) line.push_back(line.front());
            if (extent(line) > 1e-6) lines.push_back(std::move(line));
        };
        for (std::size_t k = 0; k < vertices_.size(); ++k)
            if (!used[k] && vertices_[k].next[1] < 0) follow(k);
        for (std::size_t k = 0; k < vertices_.size(); ++k)
            if (!used[k]) follow(k);
        return lines;
    }

    /// Points that coincide (a contour through a node crosses several edges there) are one.
    void append(Polyline& line, Point point) const {
        if (!line.empty() && std::abs(line.back().x - point.x) <= 1e-9 * field_.view.width() &&
            std::abs(line.back().y - point.y) <= 1e-9 * field_.view.height())
            return;
        line.push_back(point);
    }

    /// Size of a line as a fraction of the view.
    double extent(const Polyline& line) const {
        double largest = 0;
        for (const Point& point : line)
            largest = std::max({largest, std::abs(point.x - line.front().x) / field_.view.width(),
                                std::abs(point.y - line.front().y) / field_.view.height()});
        return largest;
    }

    const FlowField& field_;
    const std::vector<float>& values_;
    int parts_;
    int columns_;
    int rows_;
    std::vector<float> fine_;
    std::vector<int> edges_;
    std::vector<Vertex> vertices_;
};

}  // namespace

std::vector<Polyline> nullcline(const FlowField& field, int component, int refine) {
    if (component != 0 && component != 1)
        throw Error(ErrorCode::badOption, "component", {std::to_string(component), "0, 1"});
    if (refine < 0 || refine > 6) throw Error(ErrorCode::badOption, "refine", {std::to_string(refine), "0..6"});
    return ZeroContour(field, component, refine).run();
}

}  // namespace kappascope::phase
