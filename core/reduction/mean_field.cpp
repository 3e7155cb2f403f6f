// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/network/activation.h"
#include "core/reduction/flow.h"
#include "core/reduction/gaussian_moments.h"

namespace kappascope::reduction {

namespace {

/// What one population contributes, at the constant part of y = (kappa, v, [1]).
struct Terms {
    Eigen::VectorXd meanM;    ///< R: mu_m
    Eigen::VectorXd meanN;    ///< R: mu_n
    Eigen::MatrixXd mm;       ///< R x R: S_mm
    Eigen::VectorXd mRest;    ///< R: S_{m,v} v
    Eigen::MatrixXd nm;       ///< R x R: S_nm
    Eigen::VectorXd nRest;    ///< R: S_{n,v} v
    Eigen::VectorXd meanW;    ///< O
    Eigen::MatrixXd wm;       ///< O x R
    Eigen::VectorXd wRest;    ///< O
    double meanRest = 0;      ///< mu_v . v
    double varianceRest = 0;  ///< v^T S_vv v + noise
    double fraction = 0;

    /// Arguments of the Gaussian average at kappa.
    double mean(const Eigen::VectorXd& kappa) const { return meanM.dot(kappa) + meanRest; }
    double variance(const Eigen::VectorXd& kappa) const {
        return std::max(0.0, kappa.dot(mm * kappa) + 2 * mRest.dot(kappa) + varianceRest);
    }
    /// d/dkappa of mu_n <phi> + (S_nm kappa + ..) <phi'>: d<f>/dmean = <f'>, d<f>/d(Delta^2) = <f''> / 2.
    Eigen::MatrixXd derivative(const Eigen::VectorXd& kappa, const GaussianMoments& g) const {
        const Eigen::VectorXd drive = nm * kappa + nRest;
        const Eigen::VectorXd spread = mm * kappa + mRest;
        const Eigen::RowVectorXd dPhi = (meanM * g.slope + spread * g.second).transpose();
        const Eigen::RowVectorXd dSlope = (meanM * g.second + spread * g.third).transpose();
        return meanN * dPhi + drive * dSlope + nm * g.slope;
    }
};

class MeanFieldFlow final : public Flow {
public:
    MeanFieldFlow(std::shared_ptr<const Circuit> circuit, const Eigen::VectorXd& v, const Eigen::VectorXd& gains,
                  double noiseVariance)
        : circuit_(std::move(circuit)), input_(v), gains_(gains) {
        const auto& c = *circuit_;
        const Eigen::Index rank = c.rank;
        const Eigen::Index rest = c.inputs + (c.bias ? 1 : 0);
        Eigen::VectorXd constant(rest);
        constant.head(c.inputs) = v;
        if (c.bias) constant[c.inputs] = 1;
        for (const auto& population : c.populations) {
            const auto& s = population.covariance;
            const auto& mu = population.mean;
            const Eigen::Index first = 2 * rank;
            Terms t;
            t.fraction = population.fraction;
            t.meanM = mu.head(rank);
            t.meanN = mu.segment(rank, rank);
            t.meanRest = mu.segment(first, rest).dot(constant);
            t.mm = s.topLeftCorner(rank, rank);
            t.mRest = s.block(0, first, rank, rest) * constant;
            t.nm = s.block(rank, 0, rank, rank);
            t.nRest = s.block(rank, first, rank, rest) * constant;
            t.meanW = mu.tail(c.outputs);
            t.wm = s.block(c.outputIndex(0), 0, c.outputs, rank);
            t.wRest = s.block(c.outputIndex(0), first, c.outputs, rest) * constant;
            t.varianceRest = constant.dot(s.block(first, first, rest, rest) * constant) + noiseVariance;
            terms_.push_back(std::move(t));
        }
    }

    int rank() const override { return circuit_->rank; }
    int outputs() const override { return circuit_->outputs; }
    const Eigen::VectorXd& gains() const override { return gains_; }
    const Eigen::VectorXd& input() const override { return input_; }

    void evaluate(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const override {
        f = -kappa;
        if (jacobian) *jacobian = -Eigen::MatrixXd::Identity(rank(), rank());
        for (std::size_t p = 0; p < terms_.size(); ++p) {
            const auto& t = terms_[p];
            const double weight = t.fraction * gains_[static_cast<Eigen::Index>(p)];
            if (weight == 0) continue;
            const auto g = gaussianMoments(t.mean(kappa), std::sqrt(t.variance(kappa)));
            f += weight * (t.meanN * g.phi + (t.nm * kappa + t.nRest) * g.slope);
            if (jacobian) *jacobian += weight * t.derivative(kappa, g);
        }
    }

    std::vector<Eigen::MatrixXd> populationJacobians(const Eigen::VectorXd& kappa) const override {
        std::vector<Eigen::MatrixXd> parts;
        for (std::size_t p = 0; p < terms_.size(); ++p) {
            const auto& t = terms_[p];
            const auto g = gaussianMoments(t.mean(kappa), std::sqrt(t.variance(kappa)));
            parts.push_back(t.fraction * gains_[static_cast<Eigen::Index>(p)] * t.derivative(kappa, g));
        }
        return parts;
    }

    Eigen::MatrixXd contributions(const Eigen::VectorXd& kappa) const override {
        Eigen::MatrixXd c(rank(), populations());
        for (std::size_t p = 0; p < terms_.size(); ++p) {
            const auto& t = terms_[p];
            const auto g = gaussianMoments(t.mean(kappa), std::sqrt(t.variance(kappa)));
            c.col(static_cast<Eigen::Index>(p)) = t.fraction * (t.meanN * g.phi + (t.nm * kappa + t.nRest) * g.slope);
        }
        return c;
    }

    void contributionsSingle(const Eigen::MatrixXd& kappas, std::span<const int> axes, float* out) const override {
        const auto points = static_cast<std::size_t>(kappas.cols());
        const auto count = terms_.size();
        Eigen::VectorXd kappa(rank());
        for (std::size_t k = 0; k < points; ++k) {
            kappa = kappas.col(static_cast<Eigen::Index>(k));
            for (std::size_t p = 0; p < count; ++p) {
                const auto& t = terms_[p];
                const auto g = gaussianMoments(t.mean(kappa), std::sqrt(t.variance(kappa)));
                for (std::size_t a = 0; a < axes.size(); ++a) {
                    const int r = axes[a];
                    out[(a * count + p) * points + k] = static_cast<float>(
                        t.fraction * (t.meanN[r] * g.phi + (t.nm.row(r).dot(kappa) + t.nRest[r]) * g.slope));
                }
            }
        }
    }

    Eigen::VectorXd meanSlopes(const Eigen::VectorXd& kappa) const override {
        Eigen::VectorXd slopes(populations());
        for (std::size_t p = 0; p < terms_.size(); ++p)
            slopes[static_cast<Eigen::Index>(p)] =
                gaussianMoments(terms_[p].mean(kappa), std::sqrt(terms_[p].variance(kappa))).slope;
        return slopes;
    }

    Eigen::VectorXd readout(const Eigen::VectorXd& kappa) const override {
        Eigen::VectorXd z = Eigen::VectorXd::Zero(outputs());
        for (std::size_t p = 0; p < terms_.size(); ++p) {
            const auto& t = terms_[p];
            const auto g = gaussianMoments(t.mean(kappa), std::sqrt(t.variance(kappa)));
            z += t.fraction * gains_[static_cast<Eigen::Index>(p)] *
                 (t.meanW * g.phi + (t.wm * kappa + t.wRest) * g.slope);
        }
        return z;
    }

    Eigen::VectorXd box() const override {
        Eigen::VectorXd result = Eigen::VectorXd::Zero(rank());
        for (std::size_t p = 0; p < terms_.size(); ++p) {
            const double weight = terms_[p].fraction * std::abs(gains_[static_cast<Eigen::Index>(p)]);
            for (int r = 0; r < rank(); ++r) {
                // |<n phi>| <= E|n|, the mean of a folded normal.
                const double mu = terms_[p].meanN[r];
                const double variance = std::max(0.0, covarianceOf(p)(circuit_->nIndex(r), circuit_->nIndex(r)));
                const double sigma = std::sqrt(variance);
                result[r] += weight * (sigma > 0 ? sigma * std::sqrt(2 / std::numbers::pi) *
                                                           std::exp(-mu * mu / (2 * variance)) +
                                                       mu * std::erf(mu / (sigma * std::numbers::sqrt2))
                                                 : std::abs(mu));
            }
        }
        return result;
    }

    /// The network's bounds with sums over units replaced by Gaussian moments: E|n||m|.. <= sqrt(E n^2) (E m^4)^(1/4)..
    BoxBounds boundsFor(const Eigen::VectorXd& halfWidths) const override {
        const int r_ = rank();
        BoxBounds bounds;
        bounds.lipschitz = halfWidths;
        bounds.remainder = Eigen::VectorXd::Zero(r_);
        bounds.jacobianChange = Eigen::MatrixXd::Zero(r_, r_);
        for (std::size_t p = 0; p < terms_.size(); ++p) {
            const double weight = terms_[p].fraction * std::abs(gains_[static_cast<Eigen::Index>(p)]);
            const auto& s = covarianceOf(p);
            Eigen::VectorXd n(r_), second(r_), fourth(r_);
            for (int r = 0; r < r_; ++r) {
                const double nMean = terms_[p].meanN[r];
                const double mMean = terms_[p].meanM[r] * terms_[p].meanM[r];
                const double mVariance = s(r, r);
                n[r] = std::sqrt(nMean * nMean + s(r_ + r, r_ + r));
                second[r] = std::sqrt(mMean + mVariance);
                fourth[r] = std::pow(mMean * mMean + 6 * mMean * mVariance + 3 * mVariance * mVariance, 0.25);
            }
            const double reach = fourth.dot(halfWidths);
            bounds.lipschitz += weight * n * second.dot(halfWidths);
            bounds.remainder += 0.5 * network::maximumCurvature * weight * n * reach * reach;
            bounds.jacobianChange += network::maximumCurvature * weight * reach * n * fourth.transpose();
        }
        return bounds;
    }

private:
    const Eigen::MatrixXd& covarianceOf(std::size_t p) const { return circuit_->populations[p].covariance; }

    std::shared_ptr<const Circuit> circuit_;
    Eigen::VectorXd input_;
    Eigen::VectorXd gains_;
    std::vector<Terms> terms_;
};

}  // namespace

std::unique_ptr<Flow> meanFieldFlow(std::shared_ptr<const Circuit> circuit, const Eigen::VectorXd& v,
                                    const Eigen::VectorXd& gains, double noiseVariance) {
    if (v.size() != circuit->inputs)
        throw Error(ErrorCode::inputsDoNotMatch, "input", {std::to_string(v.size()), std::to_string(circuit->inputs)});
    if (gains.size() != circuit->populationCount())
        throw Error(ErrorCode::wrongShape, "gain",
                    {std::to_string(gains.size()), std::to_string(circuit->populationCount())});
    if (!v.allFinite()) throw Error(ErrorCode::notFinite, "input");
    if (!gains.allFinite()) throw Error(ErrorCode::notFinite, "gain");
    return std::make_unique<MeanFieldFlow>(std::move(circuit), v, gains, noiseVariance);
}

}  // namespace kappascope::reduction
