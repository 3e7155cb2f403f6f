// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/equation.h"

#include <cmath>
#include <utility>

#include "core/reduction/couplings.h"
#include "ui/session/level_run.h"

namespace kappascope::session {

namespace {

void measureCircuitCouplings(const State& state, EquationValues& values) {
    const reduction::Circuit& circuit = *state.circuit;
    const auto measured =
        reduction::couplingsAt(circuit, values.kappa, state.input, state.effectiveGains(), noiseVariance(state));
    values.couplings = measured.total.topLeftCorner(circuit.rank, circuit.rank);
    values.inputCouplings = measured.total.block(0, circuit.rank, circuit.rank, circuit.inputs);
}

void measureNetworkCouplings(const State& state, const reduction::Flow& flow, EquationValues& values) {
    const network::Network& network = *state.network;
    values.couplings = flow.jacobian(values.kappa);
    values.couplings.diagonal().array() += 1;
    if (network.inputs() == 0) return;
    Eigen::VectorXd x = network.m * values.kappa + network.inputWeights * state.input;
    if (network.bias.size() > 0) x += network.bias;
    const Eigen::VectorXd gains = network::unitGains(network, state.effectiveGains());
    const Eigen::VectorXd slopes = gains.array() * (1 - x.array().tanh().square());
    values.inputCouplings =
        network.couplingScale() * network.n.transpose() * (slopes.asDiagonal() * network.inputWeights);
}

}  // namespace

EquationValues equationAt(const State& state, Level level, const Eigen::VectorXd& kappa) {
    const auto flow = flowOf(state, level);
    EquationValues values;
    values.level = level;
    values.kappa = kappa;
    values.slopes = flow->meanSlopes(kappa);
    values.velocity = flow->velocity(kappa);
    values.couplings = Eigen::MatrixXd::Zero(flow->rank(), flow->rank());
    values.inputCouplings = Eigen::MatrixXd::Zero(flow->rank(), state.inputs());
    if (level == Level::meanField)
        measureCircuitCouplings(state, values);
    else
        measureNetworkCouplings(state, *flow, values);
    values.rest = values.velocity + kappa - values.couplings * kappa - values.inputCouplings * state.input;
    return values;
}

std::unique_ptr<EquationWorker> makeEquationWorker(EquationWorker::Receive receive) {
    return std::make_unique<EquationWorker>(
        [](const EquationRequest& request, const EquationWorker::Run&) {
            auto result = std::make_shared<EquationResult>();
            result->state = request.state;
            for (const Level level : request.levels)
                if (request.state->has(level))
                    result->values.push_back(equationAt(*request.state, level, request.kappa));
            return std::shared_ptr<const EquationResult>(std::move(result));
        },
        std::move(receive));
}

}  // namespace kappascope::session
