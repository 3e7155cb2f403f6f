// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <vector>

#include "core/phase/flow_field.h"

namespace kappascope::phase::detail {

/// A point or vector in units of the view's diagonal as it is drawn: the view is [0, width] x [0, height].
struct Spot {
    float x = 0;
    float y = 0;
};

/// The direction field of a FlowField in units of the view's diagonal: single precision, padded by one node on every
/// side so that interpolation needs no branches.
class DirectionField {
public:
    /// aspect: width over height of the view as it is drawn.
    DirectionField(const FlowField& field, double aspect);

    float width() const { return width_; }
    float height() const { return height_; }
    bool contains(Spot p) const { return p.x >= 0 && p.x <= width_ && p.y >= 0 && p.y <= height_; }

    /// Unit vector along the flow; zero where the speed is below 1e-5 of the largest.
    Spot direction(Spot p) const;

    Spot fromView(Point point) const;
    Point toView(Spot spot) const;

private:
    View view_;
    int columns_ = 0;
    int rows_ = 0;
    int stride_ = 0;  // floats per padded row
    float width_ = 1;
    float height_ = 1;
    float nodesPerX_ = 1;
    float nodesPerY_ = 1;
    float slowSquared_ = 0;
    std::vector<float> nodes_;  // (u, v) interleaved, (columns + 2) x (rows + 2)
};

/// Points of the lines placed so far, in buckets of a uniform grid.
class Occupancy {
public:
    Occupancy(float width, float height, float cell);

    /// position: arc length along the line, for telling a line's own neighbourhood from its other turns.
    void insert(Spot p, int line, float position);
    std::size_t size() const { return points_.size(); }
    /// Takes back every insertion after the first `size`.
    void truncate(std::size_t size);

    /// Whether a point of any line lies nearer than distance (at most a cell).
    bool near(Spot p, float distance) const;
    /// Lines 0..count-1 are cycles, which others may come nearer to.
    void setCycles(int count) { cycles_ = count; }

    /// What a line is watched for: points of another line nearer than beside (than besideCycle for cycles), or its own
    /// points nearer than besideSelf and further along than window. All at most a cell.
    struct Clearance {
        float beside = 0;
        float besideCycle = 0;
        float besideSelf = 0;
        float window = 0;
    };
    enum class Neighbour { none, other, self };
    Neighbour neighbour(Spot p, int line, float position, const Clearance& clearance) const;

private:
    struct Entry {
        Spot at;
        float position;
        int line;
        int next;
        int cell;
    };
    int cellOf(Spot p) const;
    int column(float x) const;
    int row(float y) const;
    float perCell_;
    int columns_;
    int rows_;
    int cycles_ = 0;
    std::vector<int> heads_;
    std::vector<Entry> points_;
};

/// How lines are followed; lengths in units of the view's diagonal.
struct TraceRules {
    float step = 0.006F;  ///< of Runge-Kutta 4: small against the separation, so that no line slips between the points
                          ///< of another
    Occupancy::Clearance clearance;  ///< where a line ends
    float endRadius = 0.006F;        ///< a line ends so near to a fixed point
    float closeWithin = 0;           ///< a line that passes its seed this close is closed
    float longest = 6;               ///< each way
};

/// One line as it was followed, in the direction of the flow.
struct Trace {
    std::vector<Spot> points;
    std::vector<float> positions;  ///< arc length from the seed, negative upstream
    bool closed = false;
    float length() const { return positions.empty() ? 0 : positions.back() - positions.front(); }
};

/// Follows the flow through a seed both ways by Runge-Kutta 4 in arc length, until the border, a fixed point, or
/// another line. The line's own points stay in the occupancy under number `line`; the caller truncates where it does
/// not want them.
class Tracer {
public:
    Tracer(const DirectionField& field, Occupancy& occupancy, const std::vector<Spot>& fixedPoints,
           const TraceRules& rules)
        : field_(field), occupancy_(occupancy), fixedPoints_(fixedPoints), rules_(rules) {}

    void follow(Spot seed, int line, Trace& trace);

private:
    enum class End { border, rest, other, self, closed, tooLong };
    End followOneWay(Spot seed, int line, float sign, std::vector<Spot>& points, std::vector<float>& positions);
    bool closesAhead(Spot seed, Spot seedDirection, Spot p, std::vector<Spot>& points,
                     std::vector<float>& positions) const;
    bool advance(Spot& p, Spot& direction, float step) const;
    float fixedPointDistance(Spot p) const;

    const DirectionField& field_;
    Occupancy& occupancy_;
    const std::vector<Spot>& fixedPoints_;
    TraceRules rules_;
    std::vector<Spot> upstream_;
    std::vector<float> upstreamPositions_;
};

}  // namespace kappascope::phase::detail
