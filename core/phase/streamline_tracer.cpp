// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/streamline_tracer.h"

#include <algorithm>
#include <cmath>

namespace kappascope::phase::detail {

namespace {

float dot(Spot a, Spot b) {
    return a.x * b.x + a.y * b.y;
}

float squaredDistance(Spot a, Spot b) {
    return (a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y);
}

Spot moved(Spot p, float length, Spot d) {
    return {p.x + length * d.x, p.y + length * d.y};
}

/// Quadratic continuation beyond the first of three nodes.
float beyond(float first, float second, float third) {
    return 3 * first - 3 * second + third;
}

}  // namespace

DirectionField::DirectionField(const FlowField& field, double aspect)
    : view_(field.view), columns_(field.columns), rows_(field.rows), stride_(2 * (field.columns + 2)) {
    const double diagonal = std::hypot(aspect, 1.0);
    width_ = static_cast<float>(aspect / diagonal);
    height_ = static_cast<float>(1 / diagonal);
    nodesPerX_ = static_cast<float>(columns_ - 1) / width_;
    nodesPerY_ = static_cast<float>(rows_ - 1) / height_;
    const float scaleX = width_ / static_cast<float>(view_.width());
    const float scaleY = height_ / static_cast<float>(view_.height());
    nodes_.assign(static_cast<std::size_t>(stride_) * static_cast<std::size_t>(rows_ + 2), 0);
    float largest = 0;
    for (int j = 0; j < rows_; ++j) {
        float* row = nodes_.data() + (j + 1) * stride_;
        for (int i = 0; i < columns_; ++i) {
            const auto k = static_cast<std::size_t>(j * columns_ + i);
            const float u = scaleX * field.x[k];
            const float v = scaleY * field.y[k];
            row[2 * (i + 1)] = u;
            row[2 * (i + 1) + 1] = v;
            largest = std::max(largest, u * u + v * v);
        }
        for (int c = 0; c < 2; ++c) {
            row[c] = beyond(row[2 + c], row[4 + c], row[6 + c]);
            float* last = row + 2 * columns_ + c;
            last[2] = beyond(last[0], last[-2], last[-4]);
        }
    }
    for (int k = 0; k < stride_; ++k) {
        float* first = nodes_.data() + k;
        first[0] = beyond(first[stride_], first[2 * stride_], first[3 * stride_]);
        float* last = first + rows_ * stride_;
        last[stride_] = beyond(last[0], last[-stride_], last[-2 * stride_]);
    }
    slowSquared_ = 1e-10F * largest;
}

Spot DirectionField::direction(Spot p) const {
    const float gx = p.x * nodesPerX_;
    const float gy = p.y * nodesPerY_;
    const int i = std::clamp(static_cast<int>(gx), 0, columns_ - 2);
    const int j = std::clamp(static_cast<int>(gy), 0, rows_ - 2);
    const float s = gx - static_cast<float>(i);
    const float t = gy - static_cast<float>(j);
    // Catmull-Rom weights of the four nodes, each twice (for u and v): polynomials in s, evaluated side by side.
    static constexpr float constant[8] = {0, 0, 1, 1, 0, 0, 0, 0};
    static constexpr float linear[8] = {-0.5F, -0.5F, 0, 0, 0.5F, 0.5F, 0, 0};
    static constexpr float quadratic[8] = {1, 1, -2.5F, -2.5F, 2, 2, -0.5F, -0.5F};
    static constexpr float cubic[8] = {-0.5F, -0.5F, 1.5F, 1.5F, -1.5F, -1.5F, 0.5F, 0.5F};
    const float up[4] = {t * (-0.5F + t * (1 - 0.5F * t)), 1 + t * t * (1.5F * t - 2.5F),
                         t * (0.5F + t * (2 - 1.5F * t)), t * t * (0.5F * t - 0.5F)};
    const float* row = nodes_.data() + j * stride_ + 2 * i;
    float sums[8];
    for (int k = 0; k < 8; ++k)
        sums[k] =
            up[0] * row[k] + up[1] * row[stride_ + k] + up[2] * row[2 * stride_ + k] + up[3] * row[3 * stride_ + k];
    for (int k = 0; k < 8; ++k) sums[k] *= constant[k] + s * (linear[k] + s * (quadratic[k] + s * cubic[k]));
    const float u = (sums[0] + sums[2]) + (sums[4] + sums[6]);
    const float v = (sums[1] + sums[3]) + (sums[5] + sums[7]);
    const float squared = u * u + v * v;
    // Also false where a value is not a number.
    if (!(squared > slowSquared_)) return {};
    const float inverse = 1 / std::sqrt(squared);
    return {u * inverse, v * inverse};
}

Spot DirectionField::fromView(Point point) const {
    return {static_cast<float>((point.x - view_.xMin) / view_.width() * static_cast<double>(width_)),
            static_cast<float>((point.y - view_.yMin) / view_.height() * static_cast<double>(height_))};
}

Point DirectionField::toView(Spot spot) const {
    return {view_.xMin + static_cast<double>(spot.x) / static_cast<double>(width_) * view_.width(),
            view_.yMin + static_cast<double>(spot.y) / static_cast<double>(height_) * view_.height()};
}

Occupancy::Occupancy(float width, float height, float cell)
    : perCell_(1 / cell),
      columns_(static_cast<int>(width / cell) + 1),
      rows_(static_cast<int>(height / cell) + 1),
      heads_(static_cast<std::size_t>(columns_ * rows_), -1) {
    points_.reserve(8192);
}

int Occupancy::column(float x) const {
    return std::clamp(static_cast<int>(x * perCell_), 0, columns_ - 1);
}
int Occupancy::row(float y) const {
    return std::clamp(static_cast<int>(y * perCell_), 0, rows_ - 1);
}
int Occupancy::cellOf(Spot p) const {
    return row(p.y) * columns_ + column(p.x);
}

void Occupancy::insert(Spot p, int line, float position) {
    const int cell = cellOf(p);
    int& head = heads_[static_cast<std::size_t>(cell)];
    points_.push_back({p, position, line, head, cell});
    head = static_cast<int>(points_.size()) - 1;
}

void Occupancy::truncate(std::size_t size) {
    while (points_.size() > size) {
        heads_[static_cast<std::size_t>(points_.back().cell)] = points_.back().next;
        points_.pop_back();
    }
}

bool Occupancy::near(Spot p, float distance) const {
    return neighbour(p, -1, 0, {distance, distance, 0, 0}) == Neighbour::other;
}

Occupancy::Neighbour Occupancy::neighbour(Spot p, int line, float position, const Clearance& clearance) const {
    const float reach = std::max(clearance.beside, clearance.besideSelf);
    const float squared = clearance.beside * clearance.beside;
    const float cycleSquared = clearance.besideCycle * clearance.besideCycle;
    const float ownSquared = clearance.besideSelf * clearance.besideSelf;
    const int lastColumn = column(p.x + reach);
    const int lastRow = row(p.y + reach);
    Neighbour found = Neighbour::none;
    for (int j = row(p.y - reach); j <= lastRow; ++j)
        for (int i = column(p.x - reach); i <= lastColumn; ++i)
            for (int k = heads_[static_cast<std::size_t>(j * columns_ + i)]; k >= 0;) {
                const Entry& entry = points_[static_cast<std::size_t>(k)];
                const float far = squaredDistance(entry.at, p);
                if (entry.line != line) {
                    if (far < (entry.line < cycles_ ? cycleSquared : squared)) return Neighbour::other;
                } else if (far < ownSquared && std::abs(entry.position - position) > clearance.window) {
                    found = Neighbour::self;
                }
                k = entry.next;
            }
    return found;
}

float Tracer::fixedPointDistance(Spot p) const {
    float squared = 16;
    for (const Spot& fixed : fixedPoints_) squared = std::min(squared, squaredDistance(p, fixed));
    return std::sqrt(squared);
}

bool Tracer::advance(Spot& p, Spot& direction, float h) const {
    const Spot k1 = direction;
    const Spot k2 = field_.direction(moved(p, h / 2, k1));
    const Spot k3 = field_.direction(moved(p, h / 2, k2));
    const Spot k4 = field_.direction(moved(p, h, k3));
    p.x += h / 6 * (k1.x + 2 * (k2.x + k3.x) + k4.x);
    p.y += h / 6 * (k1.y + 2 * (k2.y + k3.y) + k4.y);
    direction = field_.direction(p);
    // A direction that turns round within one step has passed a point at rest.
    return dot(k1, k4) > 0 && dot(k1, direction) > 0;
}

bool Tracer::closesAhead(Spot seed, Spot seedDirection, Spot p, std::vector<Spot>& points,
                         std::vector<float>& positions) const {
    const float reach = 1.5F * rules_.clearance.besideSelf;
    if (squaredDistance(p, seed) > reach * reach) return false;
    const std::size_t size = points.size();
    float position = positions.back();
    Spot direction = field_.direction(p);
    Spot difference{p.x - seed.x, p.y - seed.y};
    for (float travelled = 0; travelled < 2 * reach; travelled += rules_.step) {
        const float before = dot(difference, seedDirection);
        points.push_back(p);
        positions.push_back(position += rules_.step);
        if (!advance(p, direction, rules_.step) || !field_.contains(p)) break;
        difference = {p.x - seed.x, p.y - seed.y};
        const float after = dot(difference, seedDirection);
        if (before < 0 && after >= 0) {
            const float aside = difference.x * seedDirection.y - difference.y * seedDirection.x;
            if (std::abs(aside) > rules_.closeWithin || dot(direction, seedDirection) <= 0) break;
            // The last point would crowd the seed where it lies just before it.
            if (before > -rules_.step / 2) {
                points.pop_back();
                positions.pop_back();
            }
            points.push_back(seed);
            positions.push_back(positions.back() + rules_.step);
            return true;
        }
    }
    points.resize(size);
    positions.resize(size);
    return false;
}

Tracer::End Tracer::followOneWay(Spot seed, int line, float sign, std::vector<Spot>& points,
                                 std::vector<float>& positions) {
    const Spot seedDirection = field_.direction(seed);
    if (dot(seedDirection, seedDirection) < 0.5F) return End::rest;
    Spot p = seed;
    Spot direction = seedDirection;
    float position = 0;
    float rest = fixedPointDistance(p);
    while (std::abs(position) < rules_.longest) {
        const Spot before = p;
        // The direction turns fast beside a fixed point.
        const float step = sign * std::clamp(rest / 3, rules_.step / 4, rules_.step);
        if (!advance(p, direction, step)) return End::rest;
        position += step;
        if (!field_.contains(p)) {
            // Cut at the border.
            float part = 1;
            const Spot chord{p.x - before.x, p.y - before.y};
            if (p.x < 0) part = std::min(part, -before.x / chord.x);
            if (p.y < 0) part = std::min(part, -before.y / chord.y);
            if (p.x > field_.width()) part = std::min(part, (field_.width() - before.x) / chord.x);
            if (p.y > field_.height()) part = std::min(part, (field_.height() - before.y) / chord.y);
            points.push_back({std::clamp(before.x + part * chord.x, 0.0F, field_.width()),
                              std::clamp(before.y + part * chord.y, 0.0F, field_.height())});
            positions.push_back(position - step * (1 - part));
            return End::border;
        }
        const auto neighbour = occupancy_.neighbour(p, line, position, rules_.clearance);
        if (neighbour == Occupancy::Neighbour::other) return End::other;
        if (neighbour == Occupancy::Neighbour::self) {
            if (sign > 0) {
                const std::size_t size = points.size();
                if (closesAhead(seed, seedDirection, p, points, positions)) {
                    for (std::size_t k = size; k < points.size(); ++k) occupancy_.insert(points[k], line, positions[k]);
                    return End::closed;
                }
            }
            return End::self;
        }
        points.push_back(p);
        positions.push_back(position);
        occupancy_.insert(p, line, position);
        rest = fixedPointDistance(p);
        if (rest < rules_.endRadius) return End::rest;
    }
    return End::tooLong;
}

void Tracer::follow(Spot seed, int line, Trace& trace) {
    trace.points.clear();
    trace.positions.clear();
    trace.points.push_back(seed);
    trace.positions.push_back(0);
    occupancy_.insert(seed, line, 0);
    trace.closed = followOneWay(seed, line, 1, trace.points, trace.positions) == End::closed;
    if (trace.closed) return;
    upstream_.clear();
    upstreamPositions_.clear();
    followOneWay(seed, line, -1, upstream_, upstreamPositions_);
    trace.points.insert(trace.points.begin(), upstream_.rbegin(), upstream_.rend());
    trace.positions.insert(trace.positions.begin(), upstreamPositions_.rbegin(), upstreamPositions_.rend());
}

}  // namespace kappascope::phase::detail
