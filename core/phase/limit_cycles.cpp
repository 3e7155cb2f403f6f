// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/phase/cycle_refinement.h"
#include "core/phase/cycle_search.h"
#include "core/phase/flow_field.h"
#include "core/phase/orbit.h"
#include "core/random.h"

namespace kappascope::phase {

namespace {

using detail::CaptureRegion;
using detail::Dynamics;
using detail::FieldDynamics;
using detail::FlowDynamics;
using detail::Following;
using detail::KnownLoop;
using detail::NearReturn;
using detail::Watch;

constexpr double smallestCycle = 1e-5;  // of the box: smaller ones are rounding around a focus
constexpr int coarseNodes = 32;
constexpr int fineNodes = 80;
constexpr int maximumGridStarts = 64;  // above rank 2, where every start costs evaluations of the flow

class CycleSearch {
public:
    CycleSearch(const reduction::Flow& flow, const Census& census, const CycleOptions& options, std::stop_token stop)
        : flow_(flow), census_(census), options_(options), stop_(std::move(stop)), box_(flow.box()) {
        scale_ = box_.maxCoeff();
        for (const FixedPoint& point : census.points) {
            if (auto region = detail::captureRegion(flow, point)) captures_.push_back(std::move(*region));
            if (point.unstableDirections == 0) sinks_.push_back(point.kappa);
        }
    }

    std::vector<LimitCycle> run() {
        if (!(scale_ > 0)) return {};
        if (flow_.rank() == 2) {
            searchPlane();
        } else {
            searchSpace();
        }
        std::sort(cycles_.begin(), cycles_.end(),
                  [](const LimitCycle& a, const LimitCycle& b) { return a.minimum[0] < b.minimum[0]; });
        return std::move(cycles_);
    }

private:
    // ---- Rank 2: a field over the region that holds every attractor makes starts nearly free.

    void searchPlane() {
        View view;
        view.xMin = -box_[0];
        view.xMax = box_[0];
        view.yMin = -box_[1];
        view.yMax = box_[1];
        if (!(box_[0] > 0 && box_[1] > 0)) return;
        shrink(computeFlowField(flow_, view, coarseNodes, coarseNodes, stop_), view);
        const FlowField field = computeFlowField(flow_, view, fineNodes, fineNodes, stop_);
        // Bendixson: where the divergence has one sign there is no cycle.
        if (largestDivergence(field) < -0.1) return;

        const FieldDynamics dynamics(field);
        std::vector<Eigen::VectorXd> starts;
        const Eigen::Vector2d middle((view.xMin + view.xMax) / 2, (view.yMin + view.yMax) / 2);
        const Eigen::Vector2d half(view.width() / 2, view.height() / 2);
        for (const FixedPoint& point : census_.points) {
            addBesideUnstable(point, starts);
            if (point.kind != FixedPointKind::saddle) addRays(point.kappa, half.maxCoeff(), starts);
        }
        for (int k = 0; k < 16; ++k) {
            const double angle = 2 * std::numbers::pi * (k + 0.5) / 16;
            const Eigen::Vector2d ray(std::cos(angle), std::sin(angle));
            starts.push_back(middle + 0.98 * half.cwiseProduct(ray / ray.cwiseAbs().maxCoeff()));
        }
        const int perAxis = std::max(1, options_.startsPerAxis);
        for (int j = 0; j < perAxis; ++j)
            for (int i = 0; i < perAxis; ++i)
                starts.push_back(middle + half.cwiseProduct(Eigen::Vector2d(2 * (i + 0.5) / perAxis - 1,
                                                                            2 * (j + 0.5) / perAxis - 1)));

        for (const FixedPoint& point : census_.points) scanWeakFocus(point);
        for (const Eigen::VectorXd& start : starts)
            if (view.contains(start[0], start[1])) explore(dynamics, start, 1e-3, true);
    }

    /// Cuts the view to a rectangle that every orbit enters and none leaves, as the nodes of a coarse field show it.
    static void shrink(const FlowField& field, View& view) {
        int left = 0;
        int right = field.columns - 1;
        int bottom = 0;
        int top = field.rows - 1;
        const auto columnPoints = [&](int i, float sign) {
            for (int j = bottom; j <= top; ++j)
                if (!(sign * field.x[static_cast<std::size_t>(j * field.columns + i)] > 0)) return false;
            return true;
        };
        const auto rowPoints = [&](int j, float sign) {
            for (int i = left; i <= right; ++i)
                if (!(sign * field.y[static_cast<std::size_t>(j * field.columns + i)] > 0)) return false;
            return true;
        };
        for (bool changed = true; changed;) {
            changed = false;
            if (right - left > 4 && columnPoints(left + 1, 1)) ++left, changed = true;
            if (right - left > 4 && columnPoints(right - 1, -1)) --right, changed = true;
            if (top - bottom > 4 && rowPoints(bottom + 1, 1)) ++bottom, changed = true;
            if (top - bottom > 4 && rowPoints(top - 1, -1)) --top, changed = true;
        }
        // One cell of margin for what happens between the nodes.
        view.xMin = field.nodeX(std::max(0, left - 1));
        view.xMax = field.nodeX(std::min(field.columns - 1, right + 1));
        view.yMin = field.nodeY(std::max(0, bottom - 1));
        view.yMax = field.nodeY(std::min(field.rows - 1, top + 1));
    }

    static double largestDivergence(const FlowField& field) {
        const double perX = (field.columns - 1) / field.view.width() / 2;
        const double perY = (field.rows - 1) / field.view.height() / 2;
        double largest = -1e300;
        for (int j = 1; j + 1 < field.rows; ++j)
            for (int i = 1; i + 1 < field.columns; ++i) {
                const auto k = static_cast<std::size_t>(j * field.columns + i);
                const auto row = static_cast<std::size_t>(field.columns);
                largest = std::max(largest, perX * static_cast<double>(field.x[k + 1] - field.x[k - 1]) +
                                                perY * static_cast<double>(field.y[k + row] - field.y[k - row]));
            }
        return largest;
    }

    /// Cycles are nested around fixed points that are no saddles: starts along two rays meet every annulus between
    /// them.
    static void addRays(const Eigen::VectorXd& centre, double reach, std::vector<Eigen::VectorXd>& starts) {
        const Eigen::Vector2d ray(std::cos(0.7), std::sin(0.7));
        for (double part = 0.01; part < 1.5; part *= 1.35) {
            starts.push_back(centre + part * reach * ray);
            starts.push_back(centre - part * reach * ray);
        }
    }

    /// Near a Hopf bifurcation the cycle is too small, or too slow to approach, for the field: the return map of the
    /// exact flow is scanned for a change from growing to shrinking.
    void scanWeakFocus(const FixedPoint& point) {
        if (point.eigenvalues.size() < 2) return;
        const std::complex<double> lambda = point.eigenvalues[0];
        if (!(lambda.imag() > 0)) return;
        const double turn = 2 * std::numbers::pi / lambda.imag();
        if (std::abs(lambda.real()) * turn > 0.5) return;
        const FlowDynamics dynamics(flow_, true);
        const Eigen::VectorXd ray = point.eigenvectors.col(0).real().normalized();
        double inner = 0;
        double innerGrowth = lambda.real();
        double innerTime = turn;
        for (double distance = 0x1p-10 * scale_; distance < 0.8 * scale_; distance *= 2) {
            const auto back = detail::returnToRay(dynamics, point.kappa, ray, distance, 4 * turn, stop_);
            if (!back) return;
            const double growth = (back->distance - distance) / distance;
            if (innerGrowth > 0 && growth < 0)
                bisect(dynamics, point.kappa, ray, inner, distance, (innerTime + back->time) / 2);
            inner = distance;
            innerGrowth = growth;
            innerTime = back->time;
        }
    }

    void bisect(const Dynamics& dynamics, const Eigen::VectorXd& centre, const Eigen::VectorXd& ray, double inner,
                double outer, double time) {
        for (int k = 0; k < 12; ++k) {
            const double middle = (inner + outer) / 2;
            const Attempt result = attempt(centre + middle * ray, time);
            if (result == Attempt::added || result == Attempt::known) return;
            const auto back = detail::returnToRay(dynamics, centre, ray, middle, 4 * time, stop_);
            if (!back) return;
            time = back->time;
            (back->distance > middle ? inner : outer) = middle;
        }
    }

    // ---- Any rank

    void searchSpace() {
        const int rank = flow_.rank();
        std::vector<Eigen::VectorXd> starts;
        for (const FixedPoint& point : census_.points) {
            addBesideUnstable(point, starts);
            tryWeakFocus(point);
        }
        const int perAxis = std::max(1, options_.startsPerAxis);
        const double onGrid = std::pow(perAxis, rank);
        if (onGrid <= maximumGridStarts) {
            for (int k = 0; k < static_cast<int>(onGrid); ++k) {
                Eigen::VectorXd start(rank);
                for (int r = 0, rest = k; r < rank; ++r, rest /= perAxis)
                    start[r] = box_[r] * (2 * (rest % perAxis + 0.5) / perAxis - 1);
                starts.push_back(std::move(start));
            }
        } else {
            for (int k = 0; k < maximumGridStarts; ++k) {
                Random random(1, Stream::starts, static_cast<std::uint64_t>(k));
                Eigen::VectorXd start(rank);
                for (int r = 0; r < rank; ++r) start[r] = box_[r] * (2 * random.uniform() - 1);
                starts.push_back(std::move(start));
            }
        }
        const FlowDynamics dynamics(flow_, false);
        for (const Eigen::VectorXd& start : starts) explore(dynamics, start, 0.01, false);
    }

    /// Closed orbits of the plane of a weak focus, grown by Newton's method from several sizes.
    void tryWeakFocus(const FixedPoint& point) {
        for (Eigen::Index k = 0; k < point.eigenvalues.size(); ++k) {
            const std::complex<double> lambda = point.eigenvalues[k];
            if (!(lambda.imag() > 0)) continue;
            const double turn = 2 * std::numbers::pi / lambda.imag();
            if (lambda.real() < 0 || lambda.real() * turn > 0.5) continue;
            const Eigen::VectorXd ray = point.eigenvectors.col(k).real().normalized();
            for (double part : {0.3, 0.1, 0.03, 0.01})
                if (attempt(point.kappa + part * scale_ * ray, turn) != Attempt::nothing) break;
        }
    }

    /// Both sides of every unstable direction, near and further away (for weak instabilities).
    void addBesideUnstable(const FixedPoint& point, std::vector<Eigen::VectorXd>& starts) const {
        for (Eigen::Index k = 0; k < point.eigenvalues.size(); ++k) {
            if (!(point.eigenvalues[k].real() > 0) || point.eigenvalues[k].imag() < 0) continue;
            const Eigen::VectorXd direction = point.eigenvectors.col(k).real().normalized();
            for (double part : {1e-3, 0.03}) {
                starts.push_back(point.kappa + part * scale_ * direction);
                starts.push_back(point.kappa - part * scale_ * direction);
            }
        }
    }

    /// Follows one start to what it leads to, and refines a return to a cycle of the exact flow.
    void explore(const Dynamics& dynamics, const Eigen::VectorXd& start, double closeEnough, bool interpolated) {
        Watch watch;
        watch.captures = &captures_;
        watch.loops = &loops_;
        watch.sinks = &sinks_;
        watch.scale = scale_;
        watch.maximumTime = options_.maximumTime;
        watch.closeEnough = closeEnough;
        watch.smallest = smallestCycle;
        Eigen::VectorXd from = start;
        // A first return that Newton's method cannot use is followed to closer ones.
        for (int tries = 0; tries < 3; ++tries) {
            const detail::Followed followed = detail::followToReturn(dynamics, from, watch, stop_);
            if (followed.end == Following::nowhere || (followed.end == Following::late && ++late_ > 8)) return;
            const NearReturn& turn = followed.turn;
            if (followed.end == Following::rested) {
                // Rest where there is no fixed point is the field's error.
                if (interpolated && !nearFixedPoint(turn.point)) settle(turn.point, options_.maximumTime / 10);
                return;
            }
            const bool refined = attempt(turn.point, turn.period) != Attempt::nothing;
            if (!refined && interpolated) settle(turn.point, 12 * turn.period);
            if (refined || interpolated) {
                // Whatever it was: other starts that come here would only repeat it.
                remember(turn);
                return;
            }
            from = turn.point;
            watch.closeEnough /= 10;
        }
    }

    /// Lets the exact flow bring what the field led to closer to its own cycle.
    void settle(const Eigen::VectorXd& point, double time) {
        if (++settled_ > 6) return;
        Watch watch;
        watch.captures = &captures_;
        watch.loops = &loops_;
        watch.sinks = &sinks_;
        watch.scale = scale_;
        watch.maximumTime = std::min(options_.maximumTime, time);
        watch.closeEnough = 1e-4;
        watch.smallest = smallestCycle;
        const detail::Followed followed = detail::followToReturn(FlowDynamics(flow_, false), point, watch, stop_);
        if (followed.end == Following::returned || followed.end == Following::late)
            attempt(followed.turn.point, followed.turn.period);
    }

    bool nearFixedPoint(const Eigen::VectorXd& kappa) const {
        return std::any_of(census_.points.begin(), census_.points.end(),
                           [&](const FixedPoint& point) { return (point.kappa - kappa).norm() < 0.02 * scale_; });
    }

    void remember(const NearReturn& found) {
        const Eigen::Index rank = box_.size();
        const auto count = static_cast<Eigen::Index>(found.loop.size()) / rank;
        loops_.emplace_back(Eigen::Map<const Eigen::MatrixXd>(found.loop.data(), rank, count), 0.003 * found.size);
    }

    enum class Attempt { nothing, unstable, known, added };

    /// Newton's method from a guess; attracting cycles that are new are kept.
    Attempt attempt(const Eigen::VectorXd& point, double period) {
        LimitCycle cycle;
        // A weak cycle draws starts from everywhere: after some repetitions a guess near a known one is taken for it.
        if (repeats_ >= 3)
            for (const LimitCycle& other : cycles_)
                if (std::abs(other.period - period) < 0.01 * period &&
                    KnownLoop(other.points, 0).distance(point) < 0.1 * (other.maximum - other.minimum).norm())
                    return Attempt::known;
        if (!detail::refineCycle(flow_, point, period, smallestCycle * scale_, cycle, stop_)) return Attempt::nothing;
        if (!cycle.stable) return Attempt::unstable;
        const double size = (cycle.maximum - cycle.minimum).norm();
        for (const LimitCycle& other : cycles_) {
            const KnownLoop loop(other.points, 0);
            if (std::abs(other.period - cycle.period) < 1e-4 * cycle.period &&
                loop.distance(cycle.points.col(0)) < 1e-3 * size &&
                loop.distance(cycle.points.col(100)) < 1e-3 * size) {
                ++repeats_;
                return Attempt::known;
            }
        }
        loops_.emplace_back(cycle.points, 0.01 * size);
        cycles_.push_back(std::move(cycle));
        return Attempt::added;
    }

    const reduction::Flow& flow_;
    const Census& census_;
    CycleOptions options_;
    std::stop_token stop_;
    Eigen::VectorXd box_;
    double scale_ = 1;
    std::vector<CaptureRegion> captures_;
    std::vector<Eigen::VectorXd> sinks_;
    std::vector<KnownLoop> loops_;
    std::vector<LimitCycle> cycles_;
    int repeats_ = 0;  // attempts that led to a cycle found before
    int settled_ = 0;  // returns that were followed with the flow itself
    int late_ = 0;     // returns that were not close when the time was over
};

}  // namespace

std::vector<LimitCycle> findLimitCycles(const reduction::Flow& flow, const Census& census, const CycleOptions& options,
                                        std::stop_token stop) {
    if (flow.rank() < 2) return {};
    if (options.startsPerAxis < 0 || options.startsPerAxis > 1000)
        throw Error(ErrorCode::badOption, "startsPerAxis", {std::to_string(options.startsPerAxis), "0..1000"});
    if (stop.stop_requested()) throw Error(ErrorCode::stopped);
    return CycleSearch(flow, census, options, std::move(stop)).run();
}

}  // namespace kappascope::phase
