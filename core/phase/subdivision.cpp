// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/phase/subdivision.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <map>

#include "core/error.h"

namespace kappascope::phase {

namespace {

constexpr int maximumRank = 3;
using Small = Eigen::Matrix<double, Eigen::Dynamic, 1, 0, maximumRank, 1>;
using SmallMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, 0, maximumRank, maximumRank>;

/// Cells of one generation all have the same half-widths: the bounds are made once a generation.
struct Generation {
    Small half;
    Small lipschitz;
    Small remainder;
    SmallMatrix change;

    Generation(const reduction::BoxBounds& whole, const Eigen::VectorXd& box, double factor)
        : half(box * factor),
          lipschitz(whole.lipschitz * factor),
          remainder(whole.remainder * (factor * factor)),
          change(whole.jacobianChange * factor) {}
};

enum class Verdict { dropped, accepted, split };

/// The inverse of a 1 x 1 to 3 x 3 matrix by cofactors, which is what the inner loop can afford; rounding is covered by
/// the margin of the tests (any Y is valid, a poor one only decides less).
bool inverseOf(const SmallMatrix& j, SmallMatrix& y) {
    y.resize(j.rows(), j.cols());
    double determinant = 0;
    if (j.rows() == 1) {
        determinant = j(0, 0);
        y(0, 0) = 1;
    } else if (j.rows() == 2) {
        determinant = j(0, 0) * j(1, 1) - j(0, 1) * j(1, 0);
        y << j(1, 1), -j(0, 1), -j(1, 0), j(0, 0);
    } else {
        for (int r = 0; r < 3; ++r)
            for (int s = 0; s < 3; ++s) {
                const int r1 = (r + 1) % 3, r2 = (r + 2) % 3, s1 = (s + 1) % 3, s2 = (s + 2) % 3;
                y(s, r) = j(r1, s1) * j(r2, s2) - j(r1, s2) * j(r2, s1);
            }
        determinant = j(0, 0) * y(0, 0) + j(0, 1) * y(1, 0) + j(0, 2) * y(2, 0);
    }
    if (!(std::abs(determinant) > 1e-14)) return false;
    y /= determinant;
    return true;
}

/// How much a box around the cell may be blown up so that Krawczyk's condition lambda^2 q_r - lambda h_r + g_r < 0
/// holds for every component; 0 where it holds for no lambda >= 1.
double inflation(const Small& g, const Small& q, const Small& half) {
    double low = 1;
    double high = 1e6;
    for (Eigen::Index r = 0; r < g.size(); ++r) {
        const double discriminant = half[r] * half[r] - 4 * q[r] * g[r];
        if (!(discriminant > 0)) return 0;
        const double root = std::sqrt(discriminant);
        low = std::max(low, 2 * g[r] / (half[r] + root));
        if (q[r] > 0) high = std::min(high, (half[r] + root) / (2 * q[r]));
    }
    // The largest box tells its neighbours most; stay strictly inside.
    return low < 0.999 * high ? 0.999 * high : 0;
}

/// What one evaluation of F and J at a cell's centre decides; error bounds |F - f|, |J - j| componentwise.
Verdict judge(const Small& f, const SmallMatrix& j, double error, const Generation& generation, double& lambda) {
    const Small& h = generation.half;
    const Eigen::Index rank = f.size();
    const double errorReach = error * h.sum();
    Small rest = generation.remainder;
    for (Eigen::Index r = 0; r < rank; ++r) {
        // Linear part by J, or the Lipschitz bound where the cell is large.
        double linear = errorReach + rest[r];
        for (Eigen::Index s = 0; s < rank; ++s) linear += std::abs(j(r, s)) * h[s];
        if (std::abs(f[r]) > std::min(linear, generation.lipschitz[r]) * (1 + 1e-12) + error) return Verdict::dropped;
    }
    SmallMatrix y;
    if (!inverseOf(j, y)) return Verdict::split;
    const Small g = y * f;
    const SmallMatrix size = y.cwiseAbs();
    Small slack = rest;
    slack.array() += error + errorReach;
    const Small reach = size * slack;
    for (Eigen::Index r = 0; r < rank; ++r)
        if (std::abs(g[r]) > (h[r] + reach[r]) * (1 + 1e-12)) return Verdict::dropped;
    // (|Y| T) h, and |I - Y J(c)| h for the rounding and single precision of J.
    const Small q = size * (generation.change * h);
    Small bias = size * Small::Constant(rank, error);
    Small shrunk = h;
    shrunk.array() -= (size * Small::Constant(rank, errorReach)).array() + 1e-9 * h.array();
    if (!(shrunk.array() > 0).all()) return Verdict::split;
    lambda = inflation(g.cwiseAbs() + bias, q, shrunk);
    return lambda > 0 ? Verdict::accepted : Verdict::split;
}

bool inside(const Eigen::VectorXd& kappa, const IsolatedRoot& root) {
    return ((kappa - root.centre).array().abs() <= root.halfWidth.array()).all();
}

/// Cells that touch, as one region. Cells lie on a lattice of spacing 2 half.
std::vector<UndecidedRegion> joinCells(const std::vector<Small>& cells, const Small& half) {
    using Place = std::array<std::int64_t, maximumRank>;
    std::map<Place, std::size_t> lattice;
    std::vector<Place> places(cells.size(), Place{});
    for (std::size_t k = 0; k < cells.size(); ++k) {
        for (Eigen::Index r = 0; r < half.size(); ++r)
            places[k][static_cast<std::size_t>(r)] = std::llround((cells[k][r] / half[r] - 1) / 2);
        lattice.emplace(places[k], k);
    }
    std::vector<UndecidedRegion> regions;
    std::vector<bool> taken(cells.size(), false);
    std::vector<std::size_t> queue;
    for (std::size_t first = 0; first < cells.size(); ++first) {
        if (taken[first]) continue;
        Eigen::VectorXd low = cells[first] - half;
        Eigen::VectorXd high = cells[first] + half;
        int count = 0;
        taken[first] = true;
        queue.assign(1, first);
        while (!queue.empty()) {
            const auto at = queue.back();
            queue.pop_back();
            ++count;
            low = low.cwiseMin(Eigen::VectorXd(cells[at] - half));
            high = high.cwiseMax(Eigen::VectorXd(cells[at] + half));
            for (int neighbour = 0; neighbour < 27; ++neighbour) {
                Place place = places[at];
                place[0] += neighbour % 3 - 1;
                place[1] += neighbour / 3 % 3 - 1;
                place[2] += neighbour / 9 - 1;
                const auto found = lattice.find(place);
                if (found == lattice.end() || taken[found->second]) continue;
                taken[found->second] = true;
                queue.push_back(found->second);
            }
        }
        regions.push_back({0.5 * (low + high), 0.5 * (high - low), count});
    }
    return regions;
}

/// All cells as one region.
std::vector<UndecidedRegion> boundingRegion(const std::vector<Small>& cells, const Small& half) {
    Eigen::VectorXd low = cells.front();
    Eigen::VectorXd high = cells.front();
    for (const auto& cell : cells) {
        low = low.cwiseMin(Eigen::VectorXd(cell));
        high = high.cwiseMax(Eigen::VectorXd(cell));
    }
    return {{0.5 * (low + high), 0.5 * (high - low) + Eigen::VectorXd(half), static_cast<int>(cells.size())}};
}

}  // namespace

Subdivision subdivide(const reduction::Flow& flow, const CensusOptions& options, std::stop_token stop) {
    Subdivision result;
    const int rank = flow.rank();
    // A hair more than the bound, so that a root on it is inside; a mode without coupling still needs a width.
    const Eigen::VectorXd box = (flow.box() * (1 + 1e-9)).cwiseMax(1e-6);
    const auto whole = flow.boundsFor(box);
    const double singleError = flow.singleError();

    std::vector<Small> cells{Small::Zero(rank)};
    std::vector<Small> next;
    Eigen::VectorXd centre(rank), f(rank);
    Eigen::MatrixXd j(rank, rank);
    // Cells that stay undecided halve their number of neighbours no more: stop a generation with so many of them.
    constexpr std::size_t manyUndecided = 4000;
    constexpr int smallestHalvings = 20;
    constexpr std::size_t mostJoined = 50000;

    for (int halvings = 0; !cells.empty(); ++halvings) {
        const Generation generation(whole, box, std::ldexp(1.0, -halvings));
        next.clear();
        for (const auto& cell : cells) {
            if ((result.cells++ & 31) == 0 && stop.stop_requested()) throw Error(ErrorCode::stopped);
            centre = cell;
            // A root's box found before may already cover this cell.
            const bool covered = std::any_of(result.roots.begin(), result.roots.end(), [&](const IsolatedRoot& root) {
                return ((centre - root.centre).array().abs() + generation.half.array() <= root.halfWidth.array()).all();
            });
            if (covered) continue;
            double lambda = 0;
            Verdict verdict = Verdict::split;
            const double smallest = generation.half.minCoeff();
            bool judged = false;
            if (singleError > 0 && singleError < 0.02 * smallest) {
                flow.evaluateSingle(centre, f, &j);
                verdict = judge(f, j, singleError, generation, lambda);
                judged = verdict != Verdict::split;
                // Near a decision single precision is no reason to halve further, elsewhere it is as good.
                judged = judged || singleError < 0.002 * smallest;
            }
            if (!judged) {
                flow.evaluate(centre, f, &j);
                verdict = judge(f, j, 1e-13, generation, lambda);
            }
            if (verdict == Verdict::dropped) continue;
            if (verdict == Verdict::accepted) {
                IsolatedRoot root{centre, centre, lambda * generation.half};
                const bool found = refineFixedPoint(flow, root.kappa) && inside(root.kappa, root);
                if (found) {
                    const bool known =
                        std::any_of(result.roots.begin(), result.roots.end(), [&](const IsolatedRoot& other) {
                            return inside(root.kappa, other) || inside(other.kappa, root);
                        });
                    if (!known) result.roots.push_back(std::move(root));
                    continue;
                }
            }
            for (int corner = 0; corner < (1 << rank); ++corner) {
                Small child = cell;
                for (int r = 0; r < rank; ++r) child[r] += ((corner >> r) & 1 ? 0.5 : -0.5) * generation.half[r];
                next.push_back(child);
            }
        }
        const bool tooMany =
            next.size() > static_cast<std::size_t>(options.maximumCells) || result.cells > options.maximumCells;
        const bool deep =
            halvings >= options.maximumHalvings || (halvings >= smallestHalvings && next.size() > manyUndecided);
        if (tooMany || deep) {
            const Generation last(whole, box, std::ldexp(1.0, -halvings - 1));
            result.undecided = next.size() <= mostJoined ? joinCells(next, last.half) : boundingRegion(next, last.half);
            result.gaveUp = tooMany;
            break;
        }
        cells.swap(next);
    }
    return result;
}

}  // namespace kappascope::phase
