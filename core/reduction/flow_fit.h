// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <functional>
#include <stop_token>
#include <vector>

#include "core/network/network.h"
#include "core/reduction/circuit.h"

namespace kappascope::reduction {

/// What a flow is at K states, for a circuit to come close to. With y = (kappa, v, [1]) a state has Q = R + O values:
///
///   f(y) = ( (1/N) n^T r,  (1/N) w^T r ),   r = phi(m kappa + I v + b)     (the flow is f_n(y) - kappa, the readout
///   f_w)
struct FlowTargets {
    Eigen::MatrixXd states;   ///< (R + S) x K: kappa, then v
    Eigen::MatrixXd values;   ///< (R + O) x K
    Eigen::VectorXd weights;  ///< K, not negative, together 1
};

/// The exact flow of a low-rank network at unit gains, noise off, its readout taken from the rates. states: (R + S) x
/// K; weights: K, any sum > 0. Throws needsLowRank, wrongShape, notFinite, stopped.
FlowTargets flowTargets(const network::Network& network, Eigen::MatrixXd states, Eigen::VectorXd weights,
                        std::stop_token stop = {});

/// A circuit as it is fitted to a flow. Its rows are drawn, in population p, from
///
///   y_i = mu^p_y + A_p xi,   (n, w)_i = mu^p_q + H_p xi,   xi ~ N(0, 1) in Y = R + S [+ 1] dimensions,
///
/// A_p lower triangular: S_yy = A A^T, S_qy = H A^T, S_qq = H H^T. Of all circuits with the same mean field this one
/// has the smallest variances of n and w, hence the networks drawn from it scatter least. With g = A_p^T y and Delta^2
/// = |g|^2 + noise variance its flow is
///
///   f_q(y) = sum_p a_p [ (H_p g)_q <phi'>_p + mu^p_q <phi>_p ],   <.>_p at mean mu^p_y . y and spread Delta.
///
/// Parameters of a population, one after the other: A_p by rows of the lower triangle, H_p by rows, and with means mu_y
/// and mu_q. Fractions are given.
class FlowModel {
public:
    /// The shape of `circuit` and its fractions; gains, if any, are not looked at. Throws as Circuit::validate().
    FlowModel(const Circuit& circuit, bool means, double noiseVariance = 0);

    Eigen::Index parameters() const { return perPopulation_ * populations(); }
    Eigen::Index populations() const { return std::ssize(fractions_); }
    Eigen::Index values() const { return values_; }  ///< Q
    const std::vector<double>& fractions() const { return fractions_; }

    /// The parameters of a circuit of this shape. What it has of n and w beyond H (variance that the mean field does
    /// not see) is dropped, and without means so are they, second moments taking the place of covariances.
    Eigen::VectorXd parametersOf(const Circuit& circuit) const;

    /// The circuit of these parameters, named and with the task of that which the model was made for; gains 1.
    Circuit circuit(const Eigen::VectorXd& parameters) const;

    /// f at one state y (R + S numbers), and df/dparameters (Q x parameters()) where it is not null.
    void evaluate(const Eigen::VectorXd& parameters, const Eigen::VectorXd& state, Eigen::VectorXd& f,
                  Eigen::MatrixXd* derivatives) const;

    /// Sum over populations of a_p E[q^2], q = n_1, ..., w_O: the second moments of the loadings, length Q. A network
    /// of N units misses the mean field by at most the root of this over N (rms over draws, |phi| <= 1).
    Eigen::VectorXd secondMoments(const Eigen::VectorXd& parameters) const;

    /// Other fractions for the same flow, those with the least second moments in units of `scales` (Q), each at least
    /// `least`: a_p is proportional to the length of a_p (H_p, mu_q). Changes the model and the parameters.
    void balance(Eigen::VectorXd& parameters, const Eigen::VectorXd& scales, double least);

    /// Whether a parameter is of H_p or mu_q, and then which value q it adds to and its population; -1 otherwise.
    struct Place {
        Eigen::Index value = -1;
        Eigen::Index population = -1;
    };
    Place place(Eigen::Index parameter) const;

private:
    struct Part;
    Part part(const Eigen::VectorXd& parameters, Eigen::Index population) const;

    Circuit shape_;
    std::vector<double> fractions_;
    bool means_ = true;
    double noiseVariance_ = 0;
    Eigen::Index state_ = 0;   ///< Y
    Eigen::Index values_ = 0;  ///< Q
    Eigen::Index triangle_ = 0;
    Eigen::Index perPopulation_ = 0;
};

struct FlowFitOptions {
    bool means = true;           ///< learn means; without, populations are centred at zero
    bool freeFractions = false;  ///< let the fractions follow: FlowModel::balance()
    double noiseVariance = 0;    ///< of every unit, added to Delta^2 of the circuit, >= 0
    /// Units of the networks that the circuit is meant for: the variance over draws of such a network's flow is kept
    /// small besides the mismatch. 0: infinitely many.
    double units = 0;
    int iterations = 300;     ///< at most so many, 1..100000
    double tolerance = 1e-7;  ///< ends where five iterations together lower the cost by a smaller part, > 0
};

struct FlowFit {
    Circuit circuit;
    double mismatch = 0;  ///< rms over states and values of f_circuit - f_network, each value over its own rms
    double scatter = 0;   ///< bound of the same between a drawn network of `units` units and the circuit; 0 without
    int iterations = 0;
    bool converged = false;
};

/// The circuit, from `start` on, that minimises over its parameters
///
///   sum_k weight_k sum_q (f_q(y_k) - target_qk)^2 / s_q^2  +  (1/units) sum_p a_p sum_q E_p[q^2] / s_q^2,
///
/// s_q the rms of the target: the expected squared mismatch of a drawn network, or a little more. By Levenberg and
/// Marquardt's method with analytic derivatives. Throws as Circuit::validate(), wrongShape, badOption, stopped.
FlowFit fitFlow(const Circuit& start, const FlowTargets& targets, const FlowFitOptions& options = {},
                std::stop_token stop = {});

/// The mismatch of a circuit's own mean field, means and all, as in FlowFit.
double flowMismatch(const Circuit& circuit, const FlowTargets& targets, double noiseVariance = 0);

}  // namespace kappascope::reduction
