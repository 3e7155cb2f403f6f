// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <stop_token>
#include <vector>

#include "core/phase/flow_field.h"
#include "core/phase/orbit.h"

namespace kappascope::phase::detail {

/// An ellipsoid around a stable fixed point in which (kappa - c)^T P (kappa - c) falls along every orbit: what enters
/// it comes to rest.
struct CaptureRegion {
    Eigen::VectorXd centre;
    Eigen::MatrixXd metric;  ///< P
    double level = 0;
    bool contains(const double* x) const;
};

/// From the Lyapunov equation of the linearisation and the flow's own bounds on the remainder. nullopt where the point
/// is not stable.
std::optional<CaptureRegion> captureRegion(const reduction::Flow& flow, const FixedPoint& point);

/// A turn of an orbit that nearly closes.
struct NearReturn {
    Eigen::VectorXd point;
    double period = 0;
    double miss = 0;           ///< distance between the two ends
    double size = 0;           ///< largest distance from the start
    std::vector<double> loop;  ///< points of the turn, R each
};

/// A closed curve that other orbits join: a cycle that was found, or a turn that was tried already.
class KnownLoop {
public:
    /// points: R x K. nearness: distance that counts as joining.
    KnownLoop(Eigen::MatrixXd points, double nearness);
    bool joins(const double* x) const;
    double distance(const Eigen::VectorXd& x) const;

private:
    double squaredDistance(const double* x) const;
    Eigen::MatrixXd points_;
    Eigen::VectorXd low_;
    Eigen::VectorXd high_;
    double nearness_;
};

/// Velocities for exploring: the flow itself, or (rank 2) a precomputed field of it.
class Dynamics {
public:
    virtual ~Dynamics() = default;
    virtual void velocity(const double* x, double* f) const = 0;
};

class FlowDynamics final : public Dynamics {
public:
    /// exact: double precision; otherwise the flow's single precision.
    FlowDynamics(const reduction::Flow& flow, bool exact) : flow_(flow), exact_(exact), kappa_(flow.rank()) {}
    void velocity(const double* x, double* f) const override;

private:
    const reduction::Flow& flow_;
    bool exact_;
    mutable Eigen::VectorXd kappa_;
    mutable Eigen::VectorXd f_;
};

class FieldDynamics final : public Dynamics {
public:
    explicit FieldDynamics(const FlowField& field) : field_(field) {}
    void velocity(const double* x, double* f) const override {
        const Velocity v = field_.at(x[0], x[1]);
        f[0] = v.x;
        f[1] = v.y;
    }

private:
    const FlowField& field_;
};

/// What an orbit is watched for.
struct Watch {
    const std::vector<CaptureRegion>* captures = nullptr;
    const std::vector<KnownLoop>* loops = nullptr;
    const std::vector<Eigen::VectorXd>* sinks = nullptr;  ///< fixed points without unstable directions
    double scale = 1;                                     ///< size of the box
    double maximumTime = 400;
    double closeEnough = 1e-3;  ///< a return counts once it misses by less than this part of the turn's size
    double smallest = 1e-5;     ///< turns smaller than this part of the scale do not count
};

/// How following an orbit ended.
enum class Following {
    nowhere,   ///< captured by a fixed point, joined a known loop, or gone
    rested,    ///< came to rest outside every capture region
    returned,  ///< returned closely to where it was
    late,      ///< was still returning more and more closely when the time was over
};
struct Followed {
    Following end = Following::nowhere;
    NearReturn turn;  ///< the last turn (returned, late); its point alone (rested)
};

/// Follows an orbit until a fixed point captures it, it joins a known loop, or it nearly returns to where it was.
/// Throws stopped.
Followed followToReturn(const Dynamics& dynamics, const Eigen::VectorXd& start, const Watch& watch,
                        const std::stop_token& stop);

/// First return of an orbit to the ray from centre along direction (rank 2): distance from the centre and time. nullopt
/// where it does not come back within maximumTime.
struct RayReturn {
    double distance = 0;
    double time = 0;
};
std::optional<RayReturn> returnToRay(const Dynamics& dynamics, const Eigen::VectorXd& centre,
                                     const Eigen::VectorXd& direction, double distance, double maximumTime,
                                     const std::stop_token& stop);

}  // namespace kappascope::phase::detail
