// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cstdint>
#include <stop_token>
#include <vector>

#include "core/statistics/mixture.h"

namespace kappascope::statistics {

/// ln density of one component at y, up to the memberships' sum: constant - |transform^T y - shift|^2 / 2.
struct Kernel {
    double constant = 0;
    Eigen::MatrixXd transform;  ///< D x D, upper triangular
    Eigen::VectorXd shift;      ///< D
};

/// What a start came to.
struct RunResult {
    std::vector<Kernel> kernels;
    double bound = 0;       ///< in whitened coordinates
    double likelihood = 0;  ///< ln p(rows) there: EM, of the parameters; VB, with expected logarithms of them
    std::vector<double> history;
    bool converged = false;
    bool keepsCount = false;  ///< MixtureOptions::keepCount
    bool isFull = false;      ///< every component is occupied; only known with keepsCount
};

/// Whether a start came to more than another: to a higher bound. With MixtureOptions::keepCount, to more occupied
/// components, then to a higher likelihood: the bound of the variational fit holds the price of every component, which
/// is least for one that has lost nearly all of its units.
bool isBetter(const RunResult& run, const RunResult& than);

/// The best of some runs: by isBetter(), but with MixtureOptions::keepCount, where log likelihoods differ by less than
/// 0.25, the highest bound decides. At least one run.
const RunResult& bestOf(const std::vector<RunResult>& runs);

/// One start of a fit in whitened coordinates. Nothing is allocated within iterations.
class MixtureRun {
public:
    /// rows: N x D, whitened, which must outlive it.
    MixtureRun(const Eigen::MatrixXd& rows, const MixtureOptions& options);

    /// Begins with memberships (N x P, rows add up to 1) and iterates, at most so often. Throws stopped.
    RunResult from(const Eigen::MatrixXd& memberships, int iterations, std::stop_token stop = {});

    /// Goes on where another run of the same rows and options ended. Throws stopped.
    RunResult from(const RunResult& before, int iterations, std::stop_token stop = {});

private:
    struct Sums {
        double weight = 0;
        Eigen::VectorXd first;   ///< sum of r y
        Eigen::MatrixXd second;  ///< sum of r y y^T
    };

    RunResult iterate(int iterations, std::stop_token stop);
    void clear();
    void add(Eigen::Index first, Eigen::Index rows);
    void expectation(std::stop_token stop);
    void maximisation();
    void maximiseVariational();
    void maximiseLikelihood();
    double variationalBound() const;
    double penalty() const;

    const Eigen::MatrixXd& rows_;
    MixtureOptions options_;
    std::size_t count_;
    double precision_;      ///< beta_0
    double concentration_;  ///< gamma
    std::vector<Kernel> kernels_;
    std::vector<Sums> sums_;
    std::vector<double> logDeterminants_;  ///< ln |L L^T| of each component's scatter (VB) or covariance (EM)
    double logSum_ = 0;                    ///< sum over rows of ln sum_k density
    double entropy_ = 0;                   ///< of the memberships
    Eigen::MatrixXd scatter_, factor_, inverse_;
    Eigen::MatrixXd scratch_, weighted_;
    Eigen::ArrayXXd logs_, memberships_;
    Eigen::ArrayXd largest_, total_;
};

/// What turns the bound of a run over N rows in D dimensions into evidence: nothing for VB, less ln N / 2 for every
/// free parameter for EM (BIC).
double evidenceTerm(const MixtureOptions& options, Eigen::Index rows, Eigen::Index dimensions);

/// Memberships of rows (N x D, whitened) under the kernels of a run, N x P.
Eigen::MatrixXd membershipsOf(const Eigen::MatrixXd& rows, const std::vector<Kernel>& kernels);

/// Memberships that a start begins with, N x P. start: its number; the same start of the same seed begins alike.
Eigen::MatrixXd firstMemberships(const Eigen::MatrixXd& rows, const MixtureOptions& options, std::uint64_t start);

/// The kernels that are occupied: to which more than `smallestFraction` of the rows belong most, the largest one at
/// least. Without the others, their rows belong to these.
std::vector<Kernel> occupied(const Eigen::MatrixXd& rows, const std::vector<Kernel>& kernels, double smallestFraction);

/// The column with the largest membership, of each row.
std::vector<int> labelsOf(const Eigen::MatrixXd& memberships);

}  // namespace kappascope::statistics
