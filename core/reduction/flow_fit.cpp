// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/reduction/flow_fit.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/linalg/positive.h"
#include "core/network/activation.h"
#include "core/text.h"

namespace kappascope::reduction {

namespace {

constexpr double smallestFraction = 0.02;  ///< of a population whose fraction follows the fit
constexpr int balancingRounds = 3;
constexpr std::size_t patience = 5;  ///< iterations whose gain decides whether a fit has converged

void require(bool holds, const char* field, Eigen::Index found, Eigen::Index expected) {
    if (!holds) throw Error(ErrorCode::wrongShape, field, {std::to_string(found), std::to_string(expected)});
}

/// The weighted rms of each value, 1 for a value that is always zero.
Eigen::VectorXd scalesOf(const FlowTargets& targets) {
    Eigen::VectorXd scales = (targets.values.cwiseAbs2() * targets.weights).cwiseSqrt();
    for (auto& scale : scales)
        if (!(scale > 0)) scale = 1;
    return scales;
}

void check(const Circuit& circuit, const FlowTargets& targets) {
    const Eigen::Index states = circuit.rank + circuit.inputs;
    const Eigen::Index values = circuit.rank + circuit.outputs;
    require(targets.states.rows() == states, "states", targets.states.rows(), states);
    require(targets.values.rows() == values, "values", targets.values.rows(), values);
    require(targets.values.cols() == targets.states.cols(), "values", targets.values.cols(), targets.states.cols());
    require(targets.weights.size() == targets.states.cols(), "weights", targets.weights.size(), targets.states.cols());
    require(targets.states.cols() > 0, "states", 0, 1);
}

/// The cost at some parameters, and its Gauss-Newton equations.
class Problem {
public:
    Problem(const FlowTargets& targets, double units) : targets_(targets), scales_(scalesOf(targets)), units_(units) {}

    const Eigen::VectorXd& scales() const { return scales_; }

    double mismatch(const FlowModel& model, const Eigen::VectorXd& parameters, const std::stop_token& stop) const {
        Eigen::VectorXd f;
        double sum = 0;
        for (Eigen::Index k = 0; k < targets_.states.cols(); ++k) {
            if (k % 64 == 0 && stop.stop_requested()) throw Error(ErrorCode::stopped);
            model.evaluate(parameters, targets_.states.col(k), f, nullptr);
            sum += targets_.weights[k] * ((f - targets_.values.col(k)).array() / scales_.array()).square().sum();
        }
        return sum;
    }

    double scatter(const FlowModel& model, const Eigen::VectorXd& parameters) const {
        if (!(units_ > 0)) return 0;
        return (model.secondMoments(parameters).array() / scales_.array().square()).sum() / units_;
    }

    double cost(const FlowModel& model, const Eigen::VectorXd& parameters, const std::stop_token& stop) const {
        return mismatch(model, parameters, stop) + scatter(model, parameters);
    }

    /// normal: J^T J, gradient: J^T r, of the residuals whose squares are the cost.
    void linearise(const FlowModel& model, const Eigen::VectorXd& parameters, Eigen::MatrixXd& normal,
                   Eigen::VectorXd& gradient, const std::stop_token& stop) const {
        constexpr Eigen::Index block = 64;
        const Eigen::Index values = model.values();
        normal.setZero(parameters.size(), parameters.size());
        gradient.setZero(parameters.size());
        Eigen::VectorXd f;
        Eigen::MatrixXd derivatives;
        for (Eigen::Index first = 0; first < targets_.states.cols(); first += block) {
            if (stop.stop_requested()) throw Error(ErrorCode::stopped);
            const Eigen::Index count = std::min(block, targets_.states.cols() - first);
            Eigen::MatrixXd rows(count * values, parameters.size());
            Eigen::VectorXd residuals(count * values);
            for (Eigen::Index k = 0; k < count; ++k) {
                model.evaluate(parameters, targets_.states.col(first + k), f, &derivatives);
                const Eigen::ArrayXd factor = std::sqrt(targets_.weights[first + k]) / scales_.array();
                residuals.segment(k * values, values) = (f - targets_.values.col(first + k)).array() * factor;
                rows.middleRows(k * values, values) = factor.matrix().asDiagonal() * derivatives;
            }
            normal.selfadjointView<Eigen::Lower>().rankUpdate(rows.transpose());
            gradient.noalias() += rows.transpose() * residuals;
        }
        normal.triangularView<Eigen::StrictlyUpper>() = normal.transpose();
        if (!(units_ > 0)) return;
        for (Eigen::Index k = 0; k < parameters.size(); ++k) {
            const auto place = model.place(k);
            if (place.value < 0) continue;
            const double weight = model.fractions()[static_cast<std::size_t>(place.population)] /
                                  (units_ * scales_[place.value] * scales_[place.value]);
            normal(k, k) += weight;
            gradient[k] += weight * parameters[k];
        }
    }

private:
    const FlowTargets& targets_;
    Eigen::VectorXd scales_;
    double units_;
};

/// What a run of Levenberg and Marquardt's method ends in.
struct Descent {
    int iterations = 0;
    bool converged = false;
};

/// Changes the parameters; damping as Nielsen's (1999).
Descent descend(const Problem& problem, const FlowModel& model, Eigen::VectorXd& parameters, int iterations,
                double tolerance, const std::stop_token& stop) {
    Descent result;
    Eigen::MatrixXd normal;
    Eigen::VectorXd gradient;
    Eigen::VectorXd step;
    double cost = problem.cost(model, parameters, stop);
    std::vector<double> history{cost};
    double damping = 1e-3;
    double growth = 2;
    problem.linearise(model, parameters, normal, gradient, stop);
    while (result.iterations < iterations) {
        ++result.iterations;
        Eigen::MatrixXd damped = normal;
        // Parameters that do nothing (of an empty population) stay where they are.
        damped.diagonal().array() += damping * (normal.diagonal().array() + 1e-12 * normal.diagonal().maxCoeff());
        double gain = -1;
        if (linalg::solvePositive(damped, -gradient, step)) {
            const Eigen::VectorXd moved = parameters + step;
            const double next = problem.cost(model, moved, stop);
            const double expected = -(2 * gradient.dot(step) + step.dot(normal * step));
            gain = std::isfinite(next) && expected > 0 ? (cost - next) / expected : -1;
            if (gain > 0) {
                parameters = moved;
                cost = next;
                const double bent = 2 * gain - 1;
                damping = std::max(damping * std::max(1.0 / 3, 1 - bent * bent * bent), 1e-12);
                growth = 2;
                problem.linearise(model, parameters, normal, gradient, stop);
            }
        }
        if (gain <= 0) {
            damping *= growth;
            growth *= 2;
            // Nothing lowers the cost any more, but for rounding.
            if (damping > 1e12) {
                result.converged = true;
                break;
            }
            continue;
        }
        history.push_back(cost);
        if (history.size() > patience && history[history.size() - 1 - patience] - cost <= tolerance * cost) {
            result.converged = true;
            break;
        }
    }
    return result;
}

}  // namespace

FlowTargets flowTargets(const network::Network& network, Eigen::MatrixXd states, Eigen::VectorXd weights,
                        std::stop_token stop) {
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "network");
    const Eigen::Index rank = network.rank();
    require(states.rows() == rank + network.inputs(), "states", states.rows(), rank + network.inputs());
    require(weights.size() == states.cols(), "weights", weights.size(), states.cols());
    require(states.cols() > 0, "states", 0, 1);
    if (!states.allFinite()) throw Error(ErrorCode::notFinite, "states");
    if (!weights.allFinite() || weights.minCoeff() < 0 || !(weights.sum() > 0))
        throw Error(ErrorCode::badOption, "weights", {toText(weights.sum()), "> 0"});

    const Eigen::Index units = network.units();
    Eigen::MatrixXd in(units, states.rows());
    in << network.m, network.inputWeights;
    Eigen::MatrixXd out(units, rank + network.outputs());
    out << network.couplingScale() * network.n, network.readoutScale() * network.outputWeights;
    FlowTargets targets;
    targets.values.resize(out.cols(), states.cols());
    constexpr Eigen::Index block = 64;
    Eigen::MatrixXd x;
    for (Eigen::Index first = 0; first < states.cols(); first += block) {
        if (stop.stop_requested()) throw Error(ErrorCode::stopped);
        const Eigen::Index count = std::min(block, states.cols() - first);
        x.noalias() = in * states.middleCols(first, count);
        if (network.bias.size() > 0) x.colwise() += network.bias;
        network::tanhArray(x.data(), x.data(), static_cast<std::size_t>(x.size()));
        targets.values.middleCols(first, count).noalias() = out.transpose() * x;
    }
    targets.states = std::move(states);
    targets.weights = weights / weights.sum();
    return targets;
}

FlowFit fitFlow(const Circuit& start, const FlowTargets& targets, const FlowFitOptions& options, std::stop_token stop) {
    check(start, targets);
    if (options.iterations < 1 || options.iterations > 100'000)
        throw Error(ErrorCode::badOption, "iterations", {std::to_string(options.iterations), "1..100000"});
    if (!(options.tolerance > 0)) throw Error(ErrorCode::badOption, "tolerance", {toText(options.tolerance), "> 0"});
    if (!(options.noiseVariance >= 0))
        throw Error(ErrorCode::badOption, "noise", {toText(options.noiseVariance), ">= 0"});
    if (!(options.units >= 0)) throw Error(ErrorCode::badOption, "units", {toText(options.units), ">= 0"});

    FlowModel model(start, options.means, options.noiseVariance);
    const Problem problem(targets, options.units);
    Eigen::VectorXd parameters = model.parametersOf(start);
    FlowFit fit;
    // Fractions leave the flow as it is: they only pay where scatter counts, between one descent and the next.
    const int rounds = options.freeFractions ? balancingRounds : 1;
    for (int round = 0; round < rounds; ++round) {
        if (options.freeFractions) model.balance(parameters, problem.scales(), smallestFraction);
        const Descent descent =
            descend(problem, model, parameters, options.iterations - fit.iterations, options.tolerance, stop);
        fit.iterations += descent.iterations;
        fit.converged = descent.converged;
        if (fit.iterations >= options.iterations) break;
    }
    if (options.freeFractions) model.balance(parameters, problem.scales(), smallestFraction);
    fit.mismatch = std::sqrt(problem.mismatch(model, parameters, stop));
    fit.scatter = std::sqrt(problem.scatter(model, parameters));
    fit.circuit = model.circuit(parameters);
    return fit;
}

double flowMismatch(const Circuit& circuit, const FlowTargets& targets, double noiseVariance) {
    check(circuit, targets);
    const FlowModel model(circuit, true, noiseVariance);
    return std::sqrt(Problem(targets, 0).mismatch(model, model.parametersOf(circuit), {}));
}

}  // namespace kappascope::reduction
