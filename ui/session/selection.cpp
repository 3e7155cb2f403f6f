// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/selection.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "ui/session/explorer.h"

namespace kappascope::session {

namespace {

/// A point that jumps by more than this part of the view is another one.
constexpr double longestStep = 0.3;

Eigen::VectorXd middleOf(const phase::LimitCycle& cycle) {
    return (cycle.minimum + cycle.maximum) / 2;
}

QPointF onPlane(const Eigen::VectorXd& kappa, const phase::View& view) {
    return {kappa[view.axes[0]], kappa.size() > 1 ? kappa[view.axes[1]] : 0};
}

double distance(QPointF a, QPointF b, QSizeF unit) {
    return std::hypot((a.x() - b.x()) / unit.width(), (a.y() - b.y()) / unit.height());
}

/// Distance of a place from a segment, both in units of reach.
double segmentDistance(QPointF at, QPointF a, QPointF b, QSizeF unit) {
    const QPointF from((at.x() - a.x()) / unit.width(), (at.y() - a.y()) / unit.height());
    const QPointF along((b.x() - a.x()) / unit.width(), (b.y() - a.y()) / unit.height());
    const double square = std::max(QPointF::dotProduct(along, along), 1e-300);
    const QPointF rest = from - std::clamp(QPointF::dotProduct(from, along) / square, 0.0, 1.0) * along;
    return std::hypot(rest.x(), rest.y());
}

}  // namespace

PointFacts computePointFacts(const FactsRequest& request) {
    const State& state = *request.state;
    const auto flow = flowOf(state, request.level, request.v, request.input);
    PointFacts facts;
    facts.state = request.state;
    facts.level = request.level;
    facts.input = request.input;
    facts.index = request.index;
    facts.count = request.count;
    facts.point = request.point;
    if (state.network) facts.alpha = state.network->alpha;
    for (const auto& lambda : facts.point.eigenvalues) {
        facts.eulerFactors.push_back(std::abs(1.0 + facts.alpha * lambda));
        if (lambda.real() < 0 && facts.eulerFactors.back() > 1) facts.eulerUnstable = true;
    }
    facts.parts = flow->populationJacobians(facts.point.kappa);
    facts.gains = flow->gains();
    facts.slopes = flow->meanSlopes(facts.point.kappa);
    facts.z = flow->readout(facts.point.kappa);
    return facts;
}

std::optional<std::size_t> pointNear(const phase::Census& census, const phase::View& view, QPointF at, QSizeF reach) {
    std::optional<std::size_t> nearest;
    double least = 1;
    for (std::size_t i = 0; i < census.points.size(); ++i) {
        const double d = distance(onPlane(census.points[i].kappa, view), at, reach);
        if (d > least) continue;
        least = d;
        nearest = i;
    }
    return nearest;
}

std::optional<std::size_t> cycleNear(const std::vector<phase::LimitCycle>& cycles, const phase::View& view, QPointF at,
                                     QSizeF reach) {
    std::optional<std::size_t> nearest;
    double least = 1;
    for (std::size_t i = 0; i < cycles.size(); ++i) {
        const Eigen::MatrixXd& points = cycles[i].points;
        for (Eigen::Index k = 1; k < points.cols(); ++k) {
            const double d = segmentDistance(at, onPlane(points.col(k - 1), view), onPlane(points.col(k), view), reach);
            if (d > least) continue;
            least = d;
            nearest = i;
        }
    }
    return nearest;
}

Selection::Selection(Explorer& explorer) : explorer_(explorer) {
    worker_ = std::make_unique<LatestWorker<FactsRequest, PointFacts>>(
        [](const FactsRequest& request, const LatestWorker<FactsRequest, PointFacts>::Run&) {
            return std::make_shared<const PointFacts>(computePointFacts(request));
        },
        [this](const Delivery<PointFacts>& delivery) {
            if (!delivery.result || kind_ != Kind::point || delivery.result->level != explorer_.level(side_)) return;
            facts_ = delivery.result;
            emit changed();
        });
    connect(&explorer_, &Explorer::portraitChanged, this, &Selection::follow);
    connect(&explorer_, &Explorer::levelChanged, this, [this](int side) {
        if (side == side_) clear();
    });
}

Selection::~Selection() = default;

std::shared_ptr<const PortraitResult> Selection::portrait(int side) const {
    return explorer_.result(side);
}

std::optional<CycleFacts> Selection::cycle() const {
    const auto result = portrait(side_);
    if (kind_ != Kind::cycle || !result || result->portrait->behind || index_ >= result->portrait->cycles.size())
        return {};
    const double tauMs = result->state->network ? result->state->network->tauMs : 100;
    return CycleFacts{result->state, result->level, index_, result->portrait->cycles[index_], tauMs};
}

bool Selection::click(int side, QPointF at, QSizeF reach) {
    took_ = false;
    const auto result = portrait(side);
    if (!result || !result->view.samePlane(explorer_.view())) return false;
    if (const auto point = pointNear(result->portrait->census, result->view, at, reach)) {
        selectPoint(side, *point);
        took_ = true;
    } else if (result->portrait->behind) {
        return false;  // its cycles are of an earlier flow
    } else if (const auto cycle = cycleNear(result->portrait->cycles, result->view, at, reach / 2)) {
        selectCycle(side, *cycle);
        took_ = true;
    }
    return took_;
}

void Selection::step(int side, int step) {
    const auto result = portrait(side);
    if (!result || result->portrait->census.points.empty()) return;
    const auto count = static_cast<int>(result->portrait->census.points.size());
    const bool open = kind_ == Kind::point && side == side_;
    const int next = open ? static_cast<int>(index_) + step : step > 0 ? 0 : count - 1;
    selectPoint(side, static_cast<std::size_t>((next % count + count) % count));
}

void Selection::selectPoint(int side, std::size_t index) {
    const auto result = portrait(side);
    const phase::Census& census = result->portrait->census;
    const bool same = kind_ == Kind::point && side == side_ && index == index_;
    kind_ = Kind::point;
    side_ = side;
    index_ = index;
    kappa_ = census.points[index].kappa;
    if (!same) facts_ = nullptr;
    worker_->submit({result->state, result->level, result->v, census.points[index], index, census.points.size(),
                     result->view.input});
}

void Selection::selectCycle(int side, std::size_t index) {
    kind_ = Kind::cycle;
    side_ = side;
    index_ = index;
    kappa_ = middleOf(portrait(side)->portrait->cycles[index]);
    facts_ = nullptr;
    emit changed();
}

void Selection::clear() {
    if (kind_ == Kind::none) return;
    kind_ = Kind::none;
    facts_ = nullptr;
    emit changed();
}

void Selection::follow(int side) {
    if (kind_ == Kind::none || side != side_) return;
    const auto result = portrait(side);
    if (!result || result->portrait->rank != static_cast<int>(kappa_.size())) {
        clear();
        return;
    }
    double least = longestStep * std::max(result->view.width(), result->portrait->rank > 1 ? result->view.height() : 0);
    std::optional<std::size_t> nearest;
    const auto consider = [&](std::size_t index, const Eigen::VectorXd& kappa) {
        const double d = (kappa - kappa_).norm();
        if (d >= least) return;
        least = d;
        nearest = index;
    };
    const phase::Portrait& shown = *result->portrait;
    if (kind_ == Kind::point)
        for (std::size_t i = 0; i < shown.census.points.size(); ++i) consider(i, shown.census.points[i].kappa);
    else
        for (std::size_t i = 0; i < shown.cycles.size(); ++i) consider(i, middleOf(shown.cycles[i]));
    if (nearest && kind_ == Kind::point) {
        const auto before = facts_;
        selectPoint(side, *nearest);
        facts_ = before;  // shown until the new ones are there
    } else if (nearest) {
        selectCycle(side, *nearest);
    } else if (result->complete) {
        clear();  // it is gone
    }
}

}  // namespace kappascope::session
