// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/simulation/trial.h"

#include <cmath>
#include <span>

#include "core/error.h"
#include "core/network/activation.h"
#include "core/random.h"
#include "core/reduction/flow.h"
#include "core/text.h"

namespace kappascope::simulation {

namespace {

using network::Network;
using network::Readout;

void checkTrial(const Trial& trial, Eigen::Index inputs) {
    if (trial.inputs.rows() != inputs)
        throw Error(ErrorCode::inputsDoNotMatch, "trial",
                    {std::to_string(trial.inputs.rows()), std::to_string(inputs)});
    if (!trial.inputs.allFinite()) throw Error(ErrorCode::notFinite, "trial");
    if (!(trial.alpha > 0 && trial.alpha <= 1))
        throw Error(ErrorCode::badOption, "dt_over_tau", {toText(trial.alpha), "0..1"});
}

void checkNoise(double sigma) {
    if (!(sigma >= 0 && std::isfinite(sigma))) throw Error(ErrorCode::badOption, "noise", {toText(sigma), ">= 0"});
}

void checkStart(const SimulationOptions& options, Eigen::Index rank, Eigen::Index inputs) {
    if (options.startKappa.size() != 0 && options.startKappa.size() != rank)
        throw Error(ErrorCode::wrongShape, "start", {std::to_string(options.startKappa.size()), std::to_string(rank)});
    if (options.startInput.size() != 0 && options.startInput.size() != inputs)
        throw Error(ErrorCode::wrongShape, "start input",
                    {std::to_string(options.startInput.size()), std::to_string(inputs)});
}

Trajectory emptyTrajectory(const Trial& trial, Eigen::Index rank, Eigen::Index outputs) {
    Trajectory result;
    result.alpha = trial.alpha;
    result.u = trial.inputs;
    result.v.resize(trial.inputs.rows(), trial.steps());
    result.kappa.resize(rank, trial.steps());
    result.z.resize(outputs, trial.steps());
    return result;
}

/// r = g tanh(x + b), and z from r, g tanh(x) or x.
class Rates {
public:
    Rates(const Network& network, const Eigen::VectorXd& gains)
        : network_(network), gains_(network::unitGains(network, gains)) {}

    const Eigen::VectorXd& update(const Eigen::VectorXd& x) {
        rates_ = x;
        if (network_.bias.size() > 0) rates_ += network_.bias;
        network::tanhArray(rates_.data(), rates_.data(), static_cast<std::size_t>(rates_.size()));
        rates_.array() *= gains_.array();
        return rates_;
    }

    Eigen::VectorXd output(const Eigen::VectorXd& x) const {
        const double scale = network_.readoutScale();
        if (network_.readout == Readout::rate) return scale * (network_.outputWeights.transpose() * rates_);
        if (network_.readout == Readout::state) return scale * (network_.outputWeights.transpose() * x);
        Eigen::VectorXd phi = x;
        network::tanhArray(phi.data(), phi.data(), static_cast<std::size_t>(phi.size()));
        return scale * (network_.outputWeights.transpose() * (phi.array() * gains_.array()).matrix());
    }

    const Eigen::VectorXd& rates() const { return rates_; }

private:
    const Network& network_;
    Eigen::VectorXd gains_;
    Eigen::VectorXd rates_;
};

/// sigma xi of every step; the same numbers at every level.
class StateNoise {
public:
    StateNoise(const SimulationOptions& options, Eigen::Index units)
        : sigma_(options.noise), seed_(options.seed), trial_(options.trialIndex), xi_(sigma_ > 0 ? units : 0) {}

    void addTo(Eigen::VectorXd& x, int step) {
        if (sigma_ == 0) return;
        fillNormal(seed_, Stream::stateNoise, (trial_ << 32) + static_cast<std::uint64_t>(step),
                   std::span(xi_.data(), static_cast<std::size_t>(xi_.size())));
        x += sigma_ * xi_.cast<double>();
    }

private:
    double sigma_;
    std::uint64_t seed_;
    std::uint64_t trial_;
    Eigen::VectorXf xi_;
};

}  // namespace

Trajectory simulateNetwork(const Network& network, const Eigen::VectorXd& gains, const Trial& trial,
                           const SimulationOptions& options, std::stop_token stop) {
    checkTrial(trial, network.inputs());
    checkNoise(options.noise);
    const bool lowRank = network.isLowRank();
    const Eigen::Index rank = lowRank ? network.rank() : 0;
    if (options.startKappa.size() > 0 && !lowRank) throw Error(ErrorCode::needsLowRank, "start");
    checkStart(options, rank, network.inputs());
    const double scale = network.couplingScale();

    auto result = emptyTrajectory(trial, rank, network.outputs());
    if (options.recordUnits) result.units.resize(network.units(), trial.steps());

    Eigen::VectorXd kappa = Eigen::VectorXd::Zero(rank);
    Eigen::VectorXd v = Eigen::VectorXd::Zero(network.inputs());
    Eigen::VectorXd x = Eigen::VectorXd::Zero(network.units());
    if (options.startKappa.size() > 0) {
        kappa = options.startKappa;
        if (options.startInput.size() > 0) v = options.startInput;
        x = network.m * kappa + network.inputWeights * v;
    } else if (network.initialState.size() > 0) {
        x = network.initialState;
    }

    Rates rates(network, gains);
    StateNoise noise(options, network.units());
    rates.update(x);
    Eigen::VectorXd drive(network.units());
    for (int k = 0; k < trial.steps(); ++k) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        const auto u = trial.inputs.col(k);
        if (lowRank) {
            const Eigen::VectorXd latent = scale * (network.n.transpose() * rates.rates());
            kappa += trial.alpha * (latent - kappa);
            drive.noalias() = network.m * latent;
        } else {
            drive.noalias() = network.connectivity * rates.rates();
        }
        drive.noalias() += network.inputWeights * u;
        x += trial.alpha * (drive - x);
        noise.addTo(x, k);
        v += trial.alpha * (u - v);
        rates.update(x);
        result.v.col(k) = v;
        result.kappa.col(k) = kappa;
        result.z.col(k) = rates.output(x);
        if (options.recordUnits) result.units.col(k) = x;
    }
    return result;
}

Trajectory simulateExact(const Network& network, const Eigen::VectorXd& gains, const Trial& trial,
                         const SimulationOptions& options, std::stop_token stop) {
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "level");
    checkTrial(trial, network.inputs());
    checkNoise(options.noise);
    checkStart(options, network.rank(), network.inputs());
    const double scale = network.couplingScale();

    auto result = emptyTrajectory(trial, network.rank(), network.outputs());
    if (options.recordUnits) result.units.resize(network.units(), trial.steps());

    Eigen::VectorXd kappa = Eigen::VectorXd::Zero(network.rank());
    Eigen::VectorXd v = Eigen::VectorXd::Zero(network.inputs());
    // What is neither m kappa nor I v: the start x0, which decays, and each unit's filtered noise.
    Eigen::VectorXd rest = Eigen::VectorXd::Zero(network.units());
    if (options.startKappa.size() > 0) {
        kappa = options.startKappa;
        if (options.startInput.size() > 0) v = options.startInput;
    } else if (network.initialState.size() > 0) {
        rest = network.initialState;
    }

    Rates rates(network, gains);
    StateNoise noise(options, network.units());
    Eigen::VectorXd x = network.m * kappa + network.inputWeights * v + rest;
    rates.update(x);
    for (int k = 0; k < trial.steps(); ++k) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        const Eigen::VectorXd latent = scale * (network.n.transpose() * rates.rates());
        kappa += trial.alpha * (latent - kappa);
        v += trial.alpha * (trial.inputs.col(k) - v);
        rest *= 1 - trial.alpha;
        noise.addTo(rest, k);
        x.noalias() = network.m * kappa;
        x.noalias() += network.inputWeights * v;
        x += rest;
        rates.update(x);
        result.v.col(k) = v;
        result.kappa.col(k) = kappa;
        result.z.col(k) = rates.output(x);
        if (options.recordUnits) result.units.col(k) = x;
    }
    return result;
}

Trajectory simulateMeanField(const reduction::Circuit& circuit, const Eigen::VectorXd& gains, const Trial& trial,
                             const SimulationOptions& options, std::stop_token stop) {
    checkTrial(trial, circuit.inputs);
    checkNoise(options.noise);
    checkStart(options, circuit.rank, circuit.inputs);
    // Flows share the circuit of the caller, which outlives them.
    const std::shared_ptr<const reduction::Circuit> shared(std::shared_ptr<const void>(), &circuit);

    auto result = emptyTrajectory(trial, circuit.rank, circuit.outputs);
    Eigen::VectorXd kappa = Eigen::VectorXd::Zero(circuit.rank);
    Eigen::VectorXd v = Eigen::VectorXd::Zero(circuit.inputs);
    if (options.startKappa.size() > 0) {
        kappa = options.startKappa;
        if (options.startInput.size() > 0) v = options.startInput;
    }
    double variance = 0;
    auto flow = reduction::meanFieldFlow(shared, v, gains, variance);
    for (int k = 0; k < trial.steps(); ++k) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        kappa += trial.alpha * flow->velocity(kappa);
        v += trial.alpha * (trial.inputs.col(k) - v);
        variance = (1 - trial.alpha) * (1 - trial.alpha) * variance + options.noise * options.noise;
        flow = reduction::meanFieldFlow(shared, v, gains, variance);
        result.v.col(k) = v;
        result.kappa.col(k) = kappa;
        result.z.col(k) = flow->readout(kappa);
    }
    return result;
}

}  // namespace kappascope::simulation
