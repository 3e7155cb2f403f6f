// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <memory>
#include <span>
#include <vector>

#include "core/network/network.h"
#include "core/reduction/circuit.h"

namespace kappascope::reduction {

/// Bounds that make the fixed-point census a proof, for a box of half-widths h around any centre.
struct BoxBounds {
    Eigen::VectorXd lipschitz;       ///< R: |F_r(x) - F_r(c)| <= lipschitz_r for x in the box (large boxes)
    Eigen::VectorXd remainder;       ///< R: |F_r(x) - F_r(c) - (J(c)(x-c))_r| <= remainder_r
    Eigen::MatrixXd jacobianChange;  ///< R x R: |J_rs(x) - J_rs(c)| <= jacobianChange_rs
};

/// The collective dynamics at a constant input and fixed gains, in units of tau (levels 2 and 3):
///
///   dkappa/dt = F(kappa) = d - kappa + sum_p g_p C_p(kappa)
///
/// with d = 0 unless drive() says otherwise.
///
/// An immutable object: every member is const and safe to call from several threads.
class Flow {
public:
    virtual ~Flow() = default;

    virtual int rank() const = 0;     ///< R
    virtual int outputs() const = 0;  ///< O
    int populations() const { return static_cast<int>(gains().size()); }
    virtual const Eigen::VectorXd& gains() const = 0;  ///< g, length P
    virtual const Eigen::VectorXd& input() const = 0;  ///< v = u, length S

    /// F (R) and, where jacobian is not null, J = dF/dkappa (R x R), in double.
    virtual void evaluate(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const = 0;

    /// The same in single precision where that is faster; the error of each component of F and J is at most
    /// singleError(). For exclusion tests and painting.
    virtual void evaluateSingle(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const;
    virtual double singleError() const { return 0; }

    /// d, length R: what drives kappa without any population. 0, but for the v of an inputPlane().
    virtual Eigen::VectorXd drive() const { return Eigen::VectorXd::Zero(rank()); }

    /// C (R x P) at unit gains: F = d - kappa + C g.
    virtual Eigen::MatrixXd contributions(const Eigen::VectorXd& kappa) const = 0;

    /// Contributions along the modes `axes` at count points, in single precision, for flow fields.
    /// kappas: R x count. out: for axis a, population p, point k: out[(a * P + p) * count + k].
    virtual void contributionsSingle(const Eigen::MatrixXd& kappas, std::span<const int> axes, float* out) const = 0;

    /// What each population adds to the Jacobian, its gain included: J + 1 = sum_p of these (P matrices, R x R, 1/tau).
    virtual std::vector<Eigen::MatrixXd> populationJacobians(const Eigen::VectorXd& kappa) const = 0;

    /// <phi'>_p = average slope of population p (without its gain), length P.
    virtual Eigen::VectorXd meanSlopes(const Eigen::VectorXd& kappa) const = 0;

    /// z (O) once v has settled.
    virtual Eigen::VectorXd readout(const Eigen::VectorXd& kappa) const = 0;

    /// Output o of it at count points in single precision, for contours: kappas R x count, out: count values.
    virtual void readoutSingle(const Eigen::MatrixXd& kappas, int output, float* out) const;

    /// Every fixed point has |kappa_r| <= box_r.
    virtual Eigen::VectorXd box() const = 0;

    /// See BoxBounds. halfWidths: R.
    virtual BoxBounds boundsFor(const Eigen::VectorXd& halfWidths) const = 0;

    // Conveniences, allocate their result.
    Eigen::VectorXd velocity(const Eigen::VectorXd& kappa) const;
    Eigen::MatrixXd jacobian(const Eigen::VectorXd& kappa) const;
};

/// Level 2: the exact kappa-flow of a low-rank network (noise off), F = -kappa + c n^T g phi(m kappa + I v + b).
/// The loadings are packed once (sorted by population, aligned, double and single); flows for new inputs or gains share
/// them.
class ExactReduction {
public:
    /// Throws needsLowRank.
    explicit ExactReduction(std::shared_ptr<const network::Network> network);
    ~ExactReduction();

    const network::Network& network() const;
    const std::shared_ptr<const network::Network>& sharedNetwork() const;

    /// v: length S; gains: length P. Throws inputsDoNotMatch or wrongShape.
    std::unique_ptr<Flow> at(const Eigen::VectorXd& v, const Eigen::VectorXd& gains) const;

    /// The plane (kappa, v_s) of a network of rank 1, s = input; u: length S, the other inputs held at theirs. Packs
    /// I_s as a second mode at the first call for an input, and keeps that of the last input asked for. Safe to call
    /// from several threads. See inputPlane() for the flow and its errors.
    std::unique_ptr<Flow> planeAt(int input, const Eigen::VectorXd& u, const Eigen::VectorXd& gains) const;

    struct Packed;

private:
    struct Planes;
    std::shared_ptr<const Packed> packed_;
    std::shared_ptr<Planes> planes_;
};

/// Level 3: the mean-field flow of a circuit.
///   F_r = -kappa_r + sum_p a_p g_p [ mu^p_{n_r} <phi>_p + (S^p_{n_r,y} y) <phi'>_p ],  y = (kappa, v, [1])
/// noiseVariance: stationary variance of each unit's private noise, added to Delta^2.
std::unique_ptr<Flow> meanFieldFlow(std::shared_ptr<const Circuit> circuit, const Eigen::VectorXd& v,
                                    const Eigen::VectorXd& gains, double noiseVariance = 0);

/// Stationary variance of the Ornstein-Uhlenbeck noise of the Euler scheme, sigma^2 / (1 - (1-alpha)^2).
double stationaryNoiseVariance(double sigma, double alpha);

}  // namespace kappascope::reduction
