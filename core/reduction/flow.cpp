// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reduction/flow.h"

namespace kappascope::reduction {

void Flow::evaluateSingle(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const {
    evaluate(kappa, f, jacobian);
}

void Flow::readoutSingle(const Eigen::MatrixXd& kappas, int output, float* out) const {
    for (Eigen::Index k = 0; k < kappas.cols(); ++k) out[k] = static_cast<float>(readout(kappas.col(k))[output]);
}

Eigen::VectorXd Flow::velocity(const Eigen::VectorXd& kappa) const {
    Eigen::VectorXd f;
    evaluate(kappa, f, nullptr);
    return f;
}

Eigen::MatrixXd Flow::jacobian(const Eigen::VectorXd& kappa) const {
    Eigen::VectorXd f;
    Eigen::MatrixXd j;
    evaluate(kappa, f, &j);
    return j;
}

double stationaryNoiseVariance(double sigma, double alpha) {
    return sigma * sigma / (1 - (1 - alpha) * (1 - alpha));
}

}  // namespace kappascope::reduction
