// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reduction/input_plane.h"

#include <cmath>
#include <string>
#include <utility>

#include "core/error.h"

namespace kappascope::reduction {

namespace {

constexpr int level = 1;  // the coordinate v_s

class InputPlane final : public Flow {
public:
    InputPlane(std::unique_ptr<Flow> flow, const Eigen::VectorXd& u, int input, double reach, double rounding)
        : flow_(std::move(flow)), input_(u), level_(u[input]), reach_(reach), rounding_(rounding) {}

    int rank() const override { return flow_->rank(); }
    int outputs() const override { return flow_->outputs(); }
    const Eigen::VectorXd& gains() const override { return flow_->gains(); }
    const Eigen::VectorXd& input() const override { return input_; }

    void evaluate(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const override {
        flow_->evaluate(kappa, f, jacobian);
        f[level] += level_;
    }
    void evaluateSingle(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const override {
        flow_->evaluateSingle(kappa, f, jacobian);
        f[level] += level_;
    }
    double singleError() const override { return flow_->singleError() > 0 ? flow_->singleError() + rounding_ : 0; }
    Eigen::VectorXd drive() const override { return Eigen::Vector2d(0, level_); }
    Eigen::MatrixXd contributions(const Eigen::VectorXd& kappa) const override { return flow_->contributions(kappa); }
    void contributionsSingle(const Eigen::MatrixXd& kappas, std::span<const int> axes, float* out) const override {
        flow_->contributionsSingle(kappas, axes, out);
    }
    std::vector<Eigen::MatrixXd> populationJacobians(const Eigen::VectorXd& kappa) const override {
        return flow_->populationJacobians(kappa);
    }
    Eigen::VectorXd meanSlopes(const Eigen::VectorXd& kappa) const override { return flow_->meanSlopes(kappa); }
    Eigen::VectorXd readout(const Eigen::VectorXd& kappa) const override { return flow_->readout(kappa); }
    void readoutSingle(const Eigen::MatrixXd& kappas, int output, float* out) const override {
        flow_->readoutSingle(kappas, output, out);
    }
    Eigen::VectorXd box() const override { return Eigen::Vector2d(flow_->box()[0], reach_); }
    BoxBounds boundsFor(const Eigen::VectorXd& halfWidths) const override { return flow_->boundsFor(halfWidths); }

private:
    std::unique_ptr<Flow> flow_;
    Eigen::VectorXd input_;
    double level_;
    double reach_;
    double rounding_;
};

void requireInput(int rank, int inputs, int input) {
    if (rank != 1) throw Error(ErrorCode::badOption, "rank", {std::to_string(rank), "1"});
    if (input < 0 || input >= inputs)
        throw Error(ErrorCode::badOption, "input", {std::to_string(input), "0.." + std::to_string(inputs - 1)});
}

}  // namespace

void requirePlane(int rank, int inputs, int input, const Eigen::VectorXd& u) {
    requireInput(rank, inputs, input);
    if (u.size() != inputs)
        throw Error(ErrorCode::inputsDoNotMatch, "input", {std::to_string(u.size()), std::to_string(inputs)});
    if (!u.allFinite()) throw Error(ErrorCode::notFinite, "input");
}

network::Network withInputAsMode(const network::Network& network, int input) {
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "network");
    requireInput(static_cast<int>(network.rank()), static_cast<int>(network.inputs()), input);
    network::Network plane = network;
    plane.m.resize(network.units(), 2);
    plane.m << network.m, network.inputWeights.col(input);
    plane.n = Eigen::MatrixXd::Zero(network.units(), 2);
    plane.n.col(0) = network.n.col(0);
    return plane;
}

Circuit withInputAsMode(const Circuit& circuit, int input) {
    requireInput(circuit.rank, circuit.inputs, input);
    Circuit plane = circuit;
    plane.rank = 2;
    // Which loading of the circuit each one of the plane is; -1: identically 0.
    Eigen::VectorXi from(plane.loadings());
    from << circuit.mIndex(0), circuit.inputIndex(input), circuit.nIndex(0), -1,
        Eigen::VectorXi::LinSpaced(circuit.loadings() - 2, 2, circuit.loadings() - 1);
    for (Population& population : plane.populations) {
        const Population whole = std::exchange(population, Population{});
        population.name = whole.name;
        population.fraction = whole.fraction;
        population.gain = whole.gain;
        population.mean = Eigen::VectorXd::Zero(from.size());
        population.covariance = Eigen::MatrixXd::Zero(from.size(), from.size());
        for (Eigen::Index b = 0; b < from.size(); ++b) {
            if (from[b] < 0) continue;
            population.mean[b] = whole.mean[from[b]];
            for (Eigen::Index a = 0; a < from.size(); ++a)
                if (from[a] >= 0) population.covariance(a, b) = whole.covariance(from[a], from[b]);
        }
    }
    return plane;
}

double planeReach(double meanSquare, double level) {
    return std::abs(level) + (meanSquare > 0 ? 1 / std::sqrt(meanSquare) : 1);
}

std::unique_ptr<Flow> inputPlane(std::unique_ptr<Flow> flow, const Eigen::VectorXd& u, int input, double reach,
                                 double rounding) {
    return std::make_unique<InputPlane>(std::move(flow), u, input, reach, rounding);
}

std::unique_ptr<Flow> ExactReduction::planeAt(int input, const Eigen::VectorXd& u, const Eigen::VectorXd& gains) const {
    const network::Network& network = this->network();
    requirePlane(static_cast<int>(network.rank()), static_cast<int>(network.inputs()), input, u);
    std::shared_ptr<const ExactReduction> reduction;
    {
        const std::scoped_lock lock(planes_->mutex);
        if (planes_->input != input) {
            planes_->reduction = std::make_shared<const ExactReduction>(
                std::make_shared<const network::Network>(withInputAsMode(network, input)));
            planes_->input = input;
        }
        reduction = planes_->reduction;
    }
    Eigen::VectorXd others = u;
    others[input] = 0;
    // v_s reaches further than the flow knows, for which the second mode has no coupling: its part of the rounding.
    const double reach =
        planeReach(network.inputWeights.col(input).squaredNorm() / static_cast<double>(network.units()), u[input]);
    constexpr double unit = 6e-8;
    const Eigen::ArrayXd weights = network.inputWeights.col(input).array().abs();
    const Eigen::ArrayXd steepest = weights.max(network.m.col(0).array().abs()).max(1.0);
    const Eigen::ArrayXd unitGains = network::unitGains(network, gains).array().abs();
    const double rounding = network.couplingScale() * 4 * unit * reach *
                            (network.n.col(0).array().abs() * weights * steepest * unitGains).sum();
    return inputPlane(reduction->at(others, gains), u, input, reach, rounding);
}

std::unique_ptr<Flow> meanFieldPlane(const Circuit& circuit, int input, const Eigen::VectorXd& u,
                                     const Eigen::VectorXd& gains, double noiseVariance) {
    requirePlane(circuit.rank, circuit.inputs, input, u);
    Eigen::VectorXd others = u;
    others[input] = 0;
    double meanSquare = 0;
    const int index = circuit.inputIndex(input);
    for (const Population& population : circuit.populations)
        meanSquare += population.fraction *
                      (population.mean[index] * population.mean[index] + population.covariance(index, index));
    auto flow =
        meanFieldFlow(std::make_shared<const Circuit>(withInputAsMode(circuit, input)), others, gains, noiseVariance);
    return inputPlane(std::move(flow), u, input, planeReach(meanSquare, u[input]));
}

}  // namespace kappascope::reduction
