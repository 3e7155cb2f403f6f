// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <cmath>
#include <functional>
#include <utility>
#include <vector>

#include "core/reduction/flow.h"

namespace kappascope::tests {

/// A flow given by a formula, for tests against closed forms. One population of gain 1: C = F + kappa.
class FormulaFlow : public reduction::Flow {
public:
    using Formula = std::function<void(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian)>;

    /// curvature: a bound on the second derivatives of any component within the box, for boundsFor.
    FormulaFlow(int rank, double box, Formula formula, double curvature = 100)
        : rank_(rank), box_(box), curvature_(curvature), formula_(std::move(formula)) {}

    int rank() const override { return rank_; }
    int outputs() const override { return 0; }
    const Eigen::VectorXd& gains() const override { return gains_; }
    const Eigen::VectorXd& input() const override { return input_; }

    void evaluate(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const override {
        f.resize(rank_);
        if (jacobian) jacobian->resize(rank_, rank_);
        formula_(kappa, f, jacobian);
    }
    Eigen::MatrixXd contributions(const Eigen::VectorXd& kappa) const override {
        Eigen::VectorXd f;
        evaluate(kappa, f, nullptr);
        return f + kappa;
    }
    void contributionsSingle(const Eigen::MatrixXd& kappas, std::span<const int> axes, float* out) const override {
        for (Eigen::Index k = 0; k < kappas.cols(); ++k) {
            const Eigen::MatrixXd values = contributions(kappas.col(k));
            for (std::size_t a = 0; a < axes.size(); ++a)
                out[static_cast<Eigen::Index>(a) * kappas.cols() + k] = static_cast<float>(values(axes[a], 0));
        }
    }
    std::vector<Eigen::MatrixXd> populationJacobians(const Eigen::VectorXd& kappa) const override {
        return {jacobian(kappa) + Eigen::MatrixXd::Identity(rank_, rank_)};
    }
    Eigen::VectorXd meanSlopes(const Eigen::VectorXd&) const override { return Eigen::VectorXd::Ones(1); }
    Eigen::VectorXd readout(const Eigen::VectorXd&) const override { return {}; }
    Eigen::VectorXd box() const override { return Eigen::VectorXd::Constant(rank_, box_); }
    reduction::BoxBounds boundsFor(const Eigen::VectorXd& halfWidths) const override {
        const double reach = halfWidths.sum();
        return {Eigen::VectorXd::Constant(rank_, (curvature_ * rank_ * box_ + 100) * reach),
                Eigen::VectorXd::Constant(rank_, 0.5 * curvature_ * reach * reach),
                Eigen::MatrixXd::Constant(rank_, rank_, curvature_ * reach)};
    }

private:
    int rank_;
    double box_;
    double curvature_;
    Formula formula_;
    Eigen::VectorXd gains_ = Eigen::VectorXd::Ones(1);
    Eigen::VectorXd input_;
};

/// F = A (kappa - centre).
inline FormulaFlow linearFlow(const Eigen::MatrixXd& a, double box = 3) {
    return {static_cast<int>(a.rows()), box, [a](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                f = a * k;
                if (j) *j = a;
            }};
}

/// x' = y, y' = mu (1 - x^2) y - x.
inline FormulaFlow vanDerPol(double mu, double box = 8) {
    return {2, box,
            [mu](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                f << k[1], mu * (1 - k[0] * k[0]) * k[1] - k[0];
                if (j) *j << 0, 1, -2 * mu * k[0] * k[1] - 1, mu * (1 - k[0] * k[0]);
            },
            2 * mu * 10};
}

/// In polar coordinates r' = g(r^2) r, theta' = omega + shear r^2: cycles where g vanishes. growth gives g and its
/// derivative by r^2.
inline FormulaFlow polarFlow(std::function<std::pair<double, double>(double)> growth, double omega, double shear = 0,
                             double box = 3) {
    return {2, box, [growth, omega, shear](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                const double s = k.squaredNorm();
                const auto [g, dg] = growth(s);
                const double w = omega + shear * s;
                f << g * k[0] - w * k[1], g * k[1] + w * k[0];
                if (j) {
                    const double x = k[0];
                    const double y = k[1];
                    *j << g + 2 * dg * x * x - 2 * shear * x * y, -w + 2 * dg * x * y - 2 * shear * y * y,
                        w + 2 * dg * x * y + 2 * shear * x * x, g + 2 * dg * y * y + 2 * shear * x * y;
                }
            }};
}

/// Supercritical Hopf normal form: a cycle of radius sqrt(mu) and period 2 pi / (omega + shear mu).
inline FormulaFlow hopf(double mu, double omega, double shear = 0, double box = 3) {
    return polarFlow([mu](double s) { return std::pair{mu - s, -1.0}; }, omega, shear, box);
}

/// x' = a x - x^3, y' = -y: a pitchfork.
inline FormulaFlow pitchfork(double a, double box = 3) {
    return {2, box, [a](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                f << a * k[0] - k[0] * k[0] * k[0], -k[1];
                if (j) *j << a - 3 * k[0] * k[0], 0, 0, -1;
            }};
}

/// A small random-looking network in two modes, F = -kappa + sum_i n_i tanh(m_i kappa + b_i).
inline FormulaFlow tanhFlow(const Eigen::MatrixXd& m, const Eigen::MatrixXd& n, const Eigen::VectorXd& b) {
    const double box = n.cwiseAbs().colwise().sum().maxCoeff();
    return {static_cast<int>(m.cols()), box,
            [m, n, b](const Eigen::VectorXd& k, Eigen::VectorXd& f, Eigen::MatrixXd* j) {
                const Eigen::VectorXd r = (m * k + b).array().tanh();
                f = -k + n.transpose() * r;
                if (j) {
                    *j = n.transpose() * (1 - r.array().square()).matrix().asDiagonal() * m;
                    j->diagonal().array() -= 1;
                }
            }};
}

}  // namespace kappascope::tests
