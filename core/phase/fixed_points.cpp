// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/fixed_points.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/linalg/decompositions.h"
#include "core/phase/subdivision.h"
#include "core/random.h"

namespace kappascope::phase {

namespace {

constexpr double residualLimit = 1e-10;
constexpr double stepLimit = 1e-9;
constexpr double degenerateLimit = 1e-6;
constexpr int highestProvenRank = 3;

/// Newton's step at kappa; where J is singular to rounding, the least-norm step in its place would wander: none then.
bool newtonStep(const reduction::Flow& flow, const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::VectorXd& step) {
    Eigen::MatrixXd j;
    flow.evaluate(kappa, f, &j);
    return linalg::solve(j, -f, step);
}

bool sameDegeneratePoint(const FixedPoint& a, const Eigen::VectorXd& kappa, double scale) {
    return (a.kappa - kappa).norm() < 1e-4 * scale;
}

int indexSumOf(const std::vector<FixedPoint>& points) {
    int sum = 0;
    for (const auto& point : points) {
        if (point.kind == FixedPointKind::degenerate) continue;
        // sign det(-J) = (-1)^(number of eigenvalues with positive real part), complex ones coming in pairs.
        sum += point.unstableDirections % 2 == 0 ? 1 : -1;
    }
    return sum;
}

void sortPoints(std::vector<FixedPoint>& points) {
    std::sort(points.begin(), points.end(), [](const FixedPoint& a, const FixedPoint& b) {
        return std::lexicographical_compare(a.kappa.begin(), a.kappa.end(), b.kappa.begin(), b.kappa.end());
    });
}

/// Points inside undecided regions: Newton from their centres, which converges, if slowly, at a degenerate point.
void addDegeneratePoints(const reduction::Flow& flow, double scale, Census& census) {
    for (const auto& region : census.undecided) {
        Eigen::VectorXd kappa = region.centre;
        if (!refineFixedPoint(flow, kappa, 300)) continue;
        // Newton may have run to a point that is known already.
        const Eigen::ArrayXd distance = (kappa - region.centre).array().abs();
        if ((distance > 2 * region.halfWidth.array() + 1e-6 * scale).any()) continue;
        const bool known = std::any_of(census.points.begin(), census.points.end(),
                                       [&](const FixedPoint& p) { return sameDegeneratePoint(p, kappa, scale); });
        if (!known) census.points.push_back(classify(flow, kappa));
    }
}

/// Newton from many starts, added to what the census holds, until so many in a row found nothing new.
void searchFromStarts(const reduction::Flow& flow, const CensusOptions& options, const std::stop_token& stop,
                      Census& census) {
    // On a continuum every start finds another point: a few stand for it.
    constexpr int mostDegenerate = 8;
    int degenerate = 0;
    const Eigen::VectorXd box = flow.box();
    const double scale = std::max(1e-12, box.norm());
    const int rank = flow.rank();
    Eigen::VectorXd f;
    for (; census.startsWithoutNew < options.quietStarts; ++census.starts) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        Eigen::VectorXd kappa = Eigen::VectorXd::Zero(rank);
        if (census.starts > 0) {
            // Three kinds in turn: anywhere in the box, near the origin (where trained networks live), and after a
            // relaxation along the flow, which finds what attracts from afar.
            Random random(options.seed, Stream::starts, static_cast<std::uint64_t>(census.starts));
            const double reach = census.starts % 3 == 1 ? 0.25 : 1.0;
            for (int r = 0; r < rank; ++r) kappa[r] = reach * box[r] * (2 * random.uniform() - 1);
            if (census.starts % 3 == 0)
                for (int k = 0; k < 60; ++k) {
                    flow.evaluate(kappa, f, nullptr);
                    kappa += 0.25 * f;
                }
        }
        const bool found = refineFixedPoint(flow, kappa, 60);
        const bool known = !found || std::any_of(census.points.begin(), census.points.end(), [&](const FixedPoint& p) {
            return (p.kappa - kappa).norm() < 1e-7 * scale;
        });
        ++census.startsWithoutNew;
        if (known) continue;
        auto point = classify(flow, kappa);
        if (point.kind == FixedPointKind::degenerate && ++degenerate > mostDegenerate) continue;
        census.points.push_back(std::move(point));
        census.startsWithoutNew = 0;
    }
}

}  // namespace

std::string_view name(FixedPointKind kind) {
    switch (kind) {
        case FixedPointKind::stableNode: return "stable node";
        case FixedPointKind::stableFocus: return "stable focus";
        case FixedPointKind::saddle: return "saddle";
        case FixedPointKind::unstableNode: return "unstable node";
        case FixedPointKind::unstableFocus: return "unstable focus";
        case FixedPointKind::degenerate: return "degenerate";
    }
    return "degenerate";
}

bool refineFixedPoint(const reduction::Flow& flow, Eigen::VectorXd& kappa, int maximumSteps) {
    Eigen::VectorXd f, step;
    const double scale = std::max(1.0, flow.box().norm());
    for (int k = 0; k < maximumSteps; ++k) {
        if (!newtonStep(flow, kappa, f, step)) return f.norm() < residualLimit;
        // A step longer than the box only comes from a nearly singular J far away: shorten it.
        if (step.norm() > scale) step *= scale / step.norm();
        if (f.norm() < residualLimit && step.norm() < stepLimit) {
            kappa += step;
            return true;
        }
        kappa += step;
        if (!kappa.allFinite()) return false;
    }
    // Near a degenerate point the steps shrink by a constant factor, or drown in rounding.
    flow.evaluate(kappa, f, nullptr);
    return f.norm() < residualLimit && classify(flow, kappa).kind == FixedPointKind::degenerate;
}

FixedPoint classify(const reduction::Flow& flow, const Eigen::VectorXd& kappa) {
    FixedPoint point;
    point.kappa = kappa;
    Eigen::VectorXd f;
    flow.evaluate(kappa, f, &point.jacobian);
    point.residual = f.norm();
    auto pairs = linalg::eigenPairs(point.jacobian);
    point.eigenvalues = std::move(pairs.values);
    point.eigenvectors = std::move(pairs.vectors);
    bool degenerate = false;
    bool complex = false;
    for (const auto& value : point.eigenvalues) {
        if (value.real() > 0) ++point.unstableDirections;
        degenerate = degenerate || std::abs(value.real()) < degenerateLimit;
        complex = complex || value.imag() != 0;
    }
    if (degenerate) {
        point.kind = FixedPointKind::degenerate;
        // A zero eigenvalue's sign is rounding.
        point.unstableDirections = static_cast<int>(
            std::count_if(point.eigenvalues.begin(), point.eigenvalues.end(),
                          [](const std::complex<double>& value) { return value.real() >= degenerateLimit; }));
    } else if (point.unstableDirections == 0) {
        point.kind = complex ? FixedPointKind::stableFocus : FixedPointKind::stableNode;
    } else if (point.unstableDirections == flow.rank()) {
        point.kind = complex ? FixedPointKind::unstableFocus : FixedPointKind::unstableNode;
    } else {
        point.kind = FixedPointKind::saddle;
    }
    return point;
}

Census findFixedPoints(const reduction::Flow& flow, const CensusOptions& options, std::stop_token stop) {
    Census census;
    if (flow.rank() > highestProvenRank) {
        searchFromStarts(flow, options, stop, census);
    } else {
        auto subdivision = subdivide(flow, options, stop);
        census.cells = subdivision.cells;
        census.undecided = std::move(subdivision.undecided);
        for (const auto& root : subdivision.roots) census.points.push_back(classify(flow, root.kappa));
        addDegeneratePoints(flow, std::max(1e-12, flow.box().norm()), census);
        if (subdivision.gaveUp) searchFromStarts(flow, options, stop, census);
        census.proven = census.undecided.empty();
    }
    sortPoints(census.points);
    census.indexSum = indexSumOf(census.points);
    // Necessary whatever the bounds say.
    if (census.proven && census.indexSum != 1) census.proven = false;
    return census;
}

CensusProof proveComplete(const reduction::Flow& flow, const std::vector<Eigen::VectorXd>& points,
                          const CensusOptions& options, std::stop_token stop) {
    CensusProof proof;
    if (flow.rank() > highestProvenRank)
        throw Error(ErrorCode::badOption, "rank", {std::to_string(flow.rank()), "1..3"});
    const double scale = std::max(1.0, flow.box().norm());
    std::vector<FixedPoint> classified;
    for (const auto& point : points) {
        Eigen::VectorXd refined = point;
        if (!refineFixedPoint(flow, refined) || (refined - point).norm() > 1e-6 * scale)
            proof.spurious.push_back(point);
        else
            classified.push_back(classify(flow, refined));
    }
    const auto subdivision = subdivide(flow, options, stop);
    for (const auto& root : subdivision.roots) {
        const bool listed = std::any_of(classified.begin(), classified.end(), [&](const FixedPoint& p) {
            return (p.kappa - root.kappa).norm() <= 1e-6 * scale;
        });
        if (!listed) proof.missing.push_back(root.kappa);
    }
    proof.undecided = subdivision.undecided;
    proof.indexSum = indexSumOf(classified);
    proof.proven = proof.missing.empty() && proof.spurious.empty() && proof.undecided.empty() && proof.indexSum == 1;
    return proof;
}

}  // namespace kappascope::phase
