// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/projection.h"

#include <string>

#include "core/error.h"
#include "core/network/activation.h"

namespace kappascope::simulation {

Eigen::MatrixXd recurrentKappa(const network::Network& view, const Eigen::VectorXd& gains, const Trajectory& trajectory,
                               const Eigen::VectorXd& startKappa, const Eigen::VectorXd& startUnits) {
    if (!view.isLowRank()) throw Error(ErrorCode::needsLowRank, "view");
    const Eigen::Index steps = trajectory.u.cols();
    if (trajectory.units.rows() != view.units() || trajectory.units.cols() != steps)
        throw Error(ErrorCode::wrongShape, "units",
                    {std::to_string(trajectory.units.rows()) + " x " + std::to_string(trajectory.units.cols()),
                     std::to_string(view.units()) + " x " + std::to_string(steps)});
    const auto check = [](const char* what, Eigen::Index size, Eigen::Index wanted) {
        if (size != 0 && size != wanted)
            throw Error(ErrorCode::wrongShape, what, {std::to_string(size), std::to_string(wanted)});
    };
    check("start", startKappa.size(), view.rank());
    check("start units", startUnits.size(), view.units());
    const Eigen::ArrayXd unitGains = network::unitGains(view, gains).array();
    const double scale = view.couplingScale();

    Eigen::MatrixXd result(view.rank(), steps);
    Eigen::VectorXd kappa = startKappa.size() > 0 ? startKappa : Eigen::VectorXd(Eigen::VectorXd::Zero(view.rank()));
    Eigen::VectorXd x = Eigen::VectorXd::Zero(view.units());
    if (startUnits.size() > 0)
        x = startUnits;
    else if (view.initialState.size() > 0)
        x = view.initialState;
    for (Eigen::Index k = 0; k < steps; ++k) {
        if (view.bias.size() > 0) x += view.bias;
        network::tanhArray(x.data(), x.data(), static_cast<std::size_t>(x.size()));
        x.array() *= unitGains;
        kappa += trajectory.alpha * (scale * (view.n.transpose() * x) - kappa);
        result.col(k) = kappa;
        x = trajectory.units.col(k);
    }
    return result;
}

}  // namespace kappascope::simulation
