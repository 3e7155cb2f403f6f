// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/diagram_worker.h"

#include <algorithm>
#include <utility>

#include "core/reduction/couplings.h"
#include "core/reduction/network_couplings.h"
#include "ui/session/level_run.h"

namespace kappascope::session {

namespace {

/// Without the column of a bias, which comes from no node.
void measureCircuit(const State& state, DiagramValues& values) {
    if (!state.circuit) throw Error(ErrorCode::needsPopulations);
    const reduction::Circuit& circuit = *state.circuit;
    auto couplings =
        reduction::couplingsAt(circuit, values.kappa, state.input, state.effectiveGains(), noiseVariance(state));
    const Eigen::Index columns = circuit.rank + circuit.inputs;
    for (const Eigen::MatrixXd& each : couplings.byPopulation) values.byPopulation.push_back(each.leftCols(columns));
    values.fullKappa = values.fullOutput = 0;
    for (const reduction::Population& each : circuit.populations) {
        const auto largest = [&](int first, int count) {
            return count > 0
                       ? each.fraction *
                             std::max(each.covariance.block(first, 0, count, circuit.rank).cwiseAbs().maxCoeff(),
                                      circuit.inputs > 0
                                          ? each.covariance.block(first, circuit.inputIndex(0), count, circuit.inputs)
                                                .cwiseAbs()
                                                .maxCoeff()
                                          : 0.0)
                       : 0.0;
        };
        values.fullKappa = std::max(values.fullKappa, largest(circuit.nIndex(0), circuit.rank));
        values.fullOutput = std::max(values.fullOutput, largest(circuit.outputIndex(0), circuit.outputs));
    }
}

void measureNetwork(const State& state, DiagramValues& values) {
    if (!state.network) throw Error(ErrorCode::needsUnits);
    auto couplings = reduction::networkCouplingsAt(*state.network, values.kappa, state.input, state.effectiveGains());
    values.byPopulation = std::move(couplings.byPopulation);
    values.fullKappa = couplings.largestKappa;
    values.fullOutput = couplings.largestOutput;
}

}  // namespace

DiagramValues diagramValues(const DiagramRequest& request) {
    DiagramValues values;
    values.state = request.state;
    values.level = request.level;
    values.kappa = request.kappa;
    if (request.level == Level::meanField)
        measureCircuit(*request.state, values);
    else
        measureNetwork(*request.state, values);
    if (!(values.fullKappa > 0)) values.fullKappa = 1;
    if (!(values.fullOutput > 0)) values.fullOutput = 1;
    return values;
}

std::unique_ptr<DiagramWorker> makeDiagramWorker(DiagramWorker::Receive receive) {
    return std::make_unique<DiagramWorker>(
        [](const DiagramRequest& request, const DiagramWorker::Run&) {
            return std::make_shared<const DiagramValues>(diagramValues(request));
        },
        std::move(receive));
}

}  // namespace kappascope::session
