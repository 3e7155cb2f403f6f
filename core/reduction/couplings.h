// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <string>
#include <vector>

#include "core/reduction/circuit.h"

namespace kappascope::reduction {

/// The functional couplings of a circuit at one state, each population's part by itself. With y = (kappa, v, [1]):
///
///   tau dkappa_r/dt = -kappa_r + sum_p ( means_{r,p} + sum_b byPopulation_p(r, b) y_b )
///   z_o             =            sum_p ( means_{R+o,p} + sum_b byPopulation_p(R+o, b) y_b )
///
///   byPopulation_p(a, b) = a_p g_p S^p_{ab} <phi'>_p,   means_{a,p} = a_p g_p mu^p_a <phi>_p
///
/// Rows a: n_1..n_R, then w_1..w_O. Columns b: m_1..m_R, I_1..I_S, and b where the circuit has a bias.
struct Couplings {
    Eigen::VectorXd state;                      ///< y, R + S (+ 1)
    std::vector<Eigen::MatrixXd> byPopulation;  ///< P of them, (R + O) x (R + S (+ 1))
    Eigen::MatrixXd total;                      ///< their sum, sigma~_ab
    Eigen::MatrixXd means;                      ///< (R + O) x P
    Eigen::VectorXd slopes;                     ///< <phi'>_p without the gain, P
    Eigen::VectorXd rates;                      ///< <phi>_p without the gain, P
    Eigen::VectorXd velocity;                   ///< tau dkappa/dt, R: what the equation above adds up to
    Eigen::VectorXd output;                     ///< z, O
};

/// kappa: R; v: S; gains: P. noiseVariance: stationary variance of each unit's private noise, added to Delta^2. Throws
/// wrongShape, inputsDoNotMatch, notFinite.
Couplings couplingsAt(const Circuit& circuit, const Eigen::VectorXd& kappa, const Eigen::VectorXd& v,
                      const Eigen::VectorXd& gains, double noiseVariance = 0);

/// "n1", ..., "w1", ...: what the rows read.
std::vector<std::string> couplingRows(const Circuit& circuit);
/// "m1", ..., "I1", ..., "b": what the columns come from.
std::vector<std::string> couplingColumns(const Circuit& circuit);

}  // namespace kappascope::reduction
