// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/streamlines.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/phase/streamline_tracer.h"

namespace kappascope::phase {

namespace {

using detail::DirectionField;
using detail::Occupancy;
using detail::Spot;
using detail::Trace;
using detail::Tracer;
using detail::TraceRules;

// Fractions of the separation that were settled by looking at pictures.
constexpr float besideFraction = 0.42F;      // lines end so near to another
constexpr float besideCycleFraction = 0.2F;  // or to a cycle
constexpr float besideSelfFraction = 0.45F;  // or to their own other turn,
constexpr float ownWindowFraction = 1.5F;    // which begins so far along the line
constexpr float closeFraction = 0.03F;       // a line that misses its start by no more is closed
constexpr float keptSeedFraction = 0.62F;    // seeds of the last frame may be so near to another line
constexpr float rejectedFraction = 0.3F;     // so near to a line found too short, another is not tried
constexpr float newLineFactor = 1.3F;        // lines that were not there before are somewhat longer than the minimum

/// Lines at least so long (of the diagonal) are placed first, then shorter ones; what the neighbours of lines do not
/// reach is swept on a grid, coarse while only long lines count (in separations).
struct Round {
    float shortest;
    float sweep;
};
constexpr std::array<Round, 4> rounds = {{{0.5F, 5}, {0.25F, 2.5F}, {0.13F, 1}, {0, 0.5F}}};

std::string text(double value) {
    char buffer[32];
    return {buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr};
}

void requireWithin(const char* what, double value, double smallest, double largest) {
    if (!(value >= smallest && value <= largest))
        throw Error(ErrorCode::badOption, what, {text(value), text(smallest) + ".." + text(largest)});
}

/// A place to try a line from, with the length that the last trial gave.
struct Candidate {
    Spot at;
    float length = std::numeric_limits<float>::infinity();
};

float length(Spot a, Spot b) {
    return std::sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y));
}

class Placement {
public:
    Placement(const FlowField& field, const StreamlineOptions& options, std::stop_token stop)
        : options_(options),
          stop_(std::move(stop)),
          directions_(field, options.aspect),
          separation_(static_cast<float>(options.separation)),
          minimum_(static_cast<float>(options.minimumLength)),
          occupancy_(directions_.width(), directions_.height(), separation_),
          rejected_(directions_.width(), directions_.height(), separation_) {
        for (const Point& point : options.fixedPoints) fixedPoints_.push_back(directions_.fromView(point));
    }

    StreamlineSet run() {
        for (const Polyline& cycle : options_.cycles) placeCycle(cycle);
        occupancy_.setCycles(static_cast<int>(set_.lines.size()));
        TraceRules rules;
        rules.step = std::min(0.006F, separation_ / 5);
        rules.clearance = {besideFraction * separation_, besideCycleFraction * separation_,
                           besideSelfFraction * separation_, ownWindowFraction * separation_};
        rules.closeWithin = closeFraction * separation_;
        rules.endRadius = std::min(0.006F, separation_ / 4);
        Tracer tracer(directions_, occupancy_, fixedPoints_, rules);

        for (const Point& point : options_.seeds) {
            const Spot seed = directions_.fromView(point);
            if (directions_.contains(seed)) tryLine(tracer, seed, keptSeedFraction * separation_, minimum_);
        }
        const float shortest = newLineFactor * minimum_;
        for (const Round& round : rounds) {
            const float threshold = std::max(shortest, round.shortest);
            rejected_.truncate(0);
            tryAll(tracer, 0, threshold);
            const std::size_t swept = candidates_.size();
            addSweep(round.sweep * separation_);
            tryAll(tracer, swept, threshold);
        }
        placeArrows();
        return std::move(set_);
    }

private:
    void checkStop() {
        if (++trials_ % 64 == 0 && stop_.stop_requested()) throw Error(ErrorCode::stopped);
    }

    void tryAll(Tracer& tracer, std::size_t from, float threshold) {
        for (std::size_t k = from; k < candidates_.size(); ++k) {
            if (candidates_[k].length < threshold) continue;
            const Spot at = candidates_[k].at;
            // What was just found too short nearby would be found again.
            candidates_[k].length = rejected_.near(at, rejectedFraction * separation_)
                                        ? 0.999F * threshold
                                        : tryLine(tracer, at, separation_, threshold);
        }
    }

    /// Candidates beside a line, at the distance of neighbours.
    void addBeside(const std::vector<Spot>& points) {
        float travelled = separation_;
        for (std::size_t k = 1; k < points.size(); ++k) {
            const float step = length(points[k - 1], points[k]);
            travelled += step;
            if (travelled < separation_ || step == 0) continue;
            travelled = 0;
            const Spot along{(points[k].x - points[k - 1].x) / step, (points[k].y - points[k - 1].y) / step};
            const float aside = 1.02F * separation_;
            for (float side : {aside, -aside}) {
                const Spot at{points[k].x - side * along.y, points[k].y + side * along.x};
                if (directions_.contains(at)) candidates_.push_back({at});
            }
        }
    }

    void addSweep(float spacing) {
        const int columns = std::max(1, static_cast<int>(directions_.width() / spacing));
        const int rows = std::max(1, static_cast<int>(directions_.height() / spacing));
        // Strides that share no factor with the count visit the view in a scattered order.
        const int count = columns * rows;
        int stride = static_cast<int>(0.618 * count) | 1;
        while (std::gcd(stride, count) != 1) stride += 2;
        for (int k = 0, place = count / 2; k < count; ++k, place = (place + stride) % count)
            candidates_.push_back(
                {{(static_cast<float>(place % columns) + 0.5F) * directions_.width() / static_cast<float>(columns),
                  (static_cast<float>(place / columns) + 0.5F) * directions_.height() / static_cast<float>(rows)}});
    }

    /// Places the line through a spot if it is long enough; its length, 0 where other lines are too near.
    float tryLine(Tracer& tracer, Spot at, float distance, float shortest) {
        if (occupancy_.near(at, distance)) return 0;
        checkStop();
        const std::size_t size = occupancy_.size();
        tracer.follow(at, static_cast<int>(set_.lines.size()), trace_);
        const float found = trace_.length();
        if (found < shortest) {
            occupancy_.truncate(size);
            for (const Spot& spot : trace_.points) rejected_.insert(spot, 0, 0);
        } else {
            accept(at);
        }
        return found;
    }

    void accept(Spot seed) {
        addBeside(trace_.points);
        Streamline line;
        line.closed = trace_.closed;
        smooth(trace_.points, line.points);
        set_.lines.push_back(std::move(line));
        set_.seeds.push_back(directions_.toView(seed));
    }

    /// The line for painting: points are left out where it is nearly straight and put between where it turns, so that
    /// chords stray by less than about 2e-4 of the diagonal.
    void smooth(const std::vector<Spot>& from, Polyline& to) const {
        to.push_back(directions_.toView(from.front()));
        Spot kept = from.front();
        float turned = 0;
        for (std::size_t k = 1; k < from.size(); ++k) {
            const Spot a = from[k - 1];
            const Spot b = from[k];
            const Spot before = k > 1 ? from[k - 2] : a;
            const Spot after = k + 1 < from.size() ? from[k + 1] : b;
            const float turn = std::max(angle(before, a, b), angle(a, b, after));
            const int pieces = std::min(6, 1 + static_cast<int>(turn / 0.12F));
            for (int piece = 1; piece < pieces; ++piece)
                to.push_back(directions_.toView(
                    between(before, a, b, after, static_cast<float>(piece) / static_cast<float>(pieces))));
            turned += angle(a, b, after);
            if (k + 1 < from.size() && turned < 0.05F && length(kept, b) < 0.02F && pieces == 1) continue;
            to.push_back(directions_.toView(b));
            kept = b;
            turned = 0;
        }
    }

    /// Turn at b, small angles; 0 where points coincide.
    static float angle(Spot a, Spot b, Spot c) {
        const Spot in{b.x - a.x, b.y - a.y};
        const Spot out{c.x - b.x, c.y - b.y};
        const float size = std::sqrt((in.x * in.x + in.y * in.y) * (out.x * out.x + out.y * out.y));
        return size > 0 ? std::abs(in.x * out.y - in.y * out.x) / size : 0;
    }

    /// Catmull-Rom between b and c.
    static Spot between(Spot a, Spot b, Spot c, Spot d, float t) {
        const float wa = t * (-0.5F + t * (1 - 0.5F * t));
        const float wb = 1 + t * t * (1.5F * t - 2.5F);
        const float wc = t * (0.5F + t * (2 - 1.5F * t));
        const float wd = t * t * (0.5F * t - 0.5F);
        return {wa * a.x + wb * b.x + wc * c.x + wd * d.x, wa * a.y + wb * b.y + wc * c.y + wd * d.y};
    }

    /// The parts of a closed polyline inside the view.
    void placeCycle(const Polyline& cycle) {
        if (cycle.size() < 3) return;
        bool whole = true;
        std::vector<Spot> spots;
        for (const Point& point : cycle) {
            spots.push_back(directions_.fromView(point));
            whole = whole && directions_.contains(spots.back());
        }
        if (length(spots.front(), spots.back()) > 0) spots.push_back(spots.front());
        std::size_t start = 0;
        if (!whole) {
            // Begin outside, so that no inner part is cut at an arbitrary point.
            while (start < spots.size() && directions_.contains(spots[start])) ++start;
            spots.pop_back();
            std::rotate(spots.begin(), spots.begin() + static_cast<std::ptrdiff_t>(start % spots.size()), spots.end());
            spots.push_back(spots.front());
        }
        std::vector<Spot> part;
        const auto finish = [&] {
            if (part.size() >= 2) placeCyclePart(part, whole);
            part.clear();
        };
        for (const Spot& spot : spots) {
            if (directions_.contains(spot)) {
                part.push_back(spot);
            } else {
                finish();
            }
        }
        finish();
    }

    void placeCyclePart(const std::vector<Spot>& part, bool closed) {
        const int number = static_cast<int>(set_.lines.size());
        Streamline line;
        line.closed = closed;
        float position = 0;
        for (std::size_t k = 0; k < part.size(); ++k) {
            line.points.push_back(directions_.toView(part[k]));
            if (k == 0) continue;
            const float step = length(part[k - 1], part[k]);
            const int pieces = 1 + static_cast<int>(step / (0.2F * separation_));
            for (int piece = 0; piece < pieces; ++piece) {
                const float t = static_cast<float>(piece) / static_cast<float>(pieces);
                occupancy_.insert(
                    {part[k - 1].x + t * (part[k].x - part[k - 1].x), part[k - 1].y + t * (part[k].y - part[k - 1].y)},
                    number, position + t * step);
            }
            position += step;
        }
        addBeside(part);
        set_.seeds.push_back(line.points.front());
        set_.lines.push_back(std::move(line));
    }

    /// One head on most lines, two on long ones: near the middle (or the thirds), away from the heads of other lines.
    void placeArrows() {
        const float apart = 2.2F * separation_;
        Occupancy heads(directions_.width(), directions_.height(), apart);
        std::vector<Spot> spots;
        std::vector<float> along;
        for (Streamline& line : set_.lines) {
            spots.clear();
            along.clear();
            for (const Point& point : line.points) {
                spots.push_back(directions_.fromView(point));
                along.push_back(along.empty() ? 0 : along.back() + length(spots[spots.size() - 2], spots.back()));
            }
            const float total = along.back();
            const int wanted = total > 0.45F ? 2 : 1;
            for (int head = 0; head < wanted; ++head) {
                const float middle = (static_cast<float>(head) + 0.5F) / static_cast<float>(wanted);
                int best = -1;
                for (float shift : {0.0F, 0.08F, -0.08F, 0.16F, -0.16F, 0.24F, -0.24F}) {
                    const float where = (middle + shift / static_cast<float>(wanted)) * total;
                    const auto found = std::lower_bound(along.begin(), along.end(), where);
                    const auto k = std::clamp<std::ptrdiff_t>(found - along.begin(), 1, std::ssize(along) - 2);
                    if (k < 1) continue;
                    if (!farFromFixedPoints(spots[static_cast<std::size_t>(k)])) continue;
                    const bool clear = !heads.near(spots[static_cast<std::size_t>(k)], apart);
                    if (best < 0 && wanted == 1) best = static_cast<int>(k);
                    if (clear) {
                        best = static_cast<int>(k);
                        break;
                    }
                }
                if (best < 0 || (!line.arrows.empty() && line.arrows.back() >= best)) continue;
                line.arrows.push_back(best);
                heads.insert(spots[static_cast<std::size_t>(best)], 0, 0);
            }
        }
    }

    bool farFromFixedPoints(Spot p) const {
        return std::none_of(fixedPoints_.begin(), fixedPoints_.end(),
                            [&](Spot fixed) { return length(p, fixed) < 0.025F; });
    }

    const StreamlineOptions& options_;
    std::stop_token stop_;
    DirectionField directions_;
    float separation_;
    float minimum_;
    Occupancy occupancy_;
    Occupancy rejected_;  // points of lines that were too short for the current round
    std::vector<Spot> fixedPoints_;
    std::vector<Candidate> candidates_;
    Trace trace_;
    StreamlineSet set_;
    int trials_ = 0;
};

}  // namespace

StreamlineSet evenlySpacedStreamlines(const FlowField& field, const StreamlineOptions& options, std::stop_token stop) {
    requireWithin("separation", options.separation, 0.004, 1);
    requireWithin("minimumLength", options.minimumLength, 0, 10);
    requireWithin("aspect", options.aspect, 0.05, 20);
    if (stop.stop_requested()) throw Error(ErrorCode::stopped);
    return Placement(field, options, std::move(stop)).run();
}

}  // namespace kappascope::phase
