// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/refinement_states.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "core/error.h"
#include "core/phase/matching.h"
#include "core/random.h"
#include "core/reduction/flow.h"
#include "core/simulation/agreement.h"

namespace kappascope::training {

namespace {

constexpr Eigen::Index mostVisited = 800;  ///< states of the trials
constexpr Eigen::Index mostOnGrid = 1500;  ///< states of the grid, more or less
constexpr double margin = 1.25;            ///< of the grid, over the reach of the trials
constexpr int heldSteps = 5;
constexpr int gridRanks = 3;  ///< beyond, points are drawn in the box
constexpr int relaxationStarts = 8;
constexpr int relaxationSteps = 60;
constexpr std::size_t mostCensuses = 16;  ///< inputs whose fixed points are looked for
constexpr double vicinity = 0.1;          ///< of a fixed point, in parts of the reach of the trials

/// Rest, and the inputs that stay the same for some steps.
std::vector<Eigen::VectorXd> heldInputs(std::span<const simulation::Trial> trials, Eigen::Index inputs) {
    std::vector<Eigen::VectorXd> held{Eigen::VectorXd::Zero(inputs)};
    const auto add = [&held](const Eigen::VectorXd& u) {
        const auto same = [&u](const Eigen::VectorXd& each) { return (each - u).cwiseAbs().maxCoeff() < 1e-9; };
        if (std::none_of(held.begin(), held.end(), same)) held.push_back(u);
    };
    if (inputs == 0) return held;
    for (const auto& trial : trials) {
        int since = 0;
        for (int k = 1; k <= trial.steps(); ++k) {
            if (k < trial.steps() && trial.inputs.col(k) == trial.inputs.col(since)) continue;
            if (k - since >= heldSteps) add(trial.inputs.col(since));
            since = k;
        }
    }
    return held;
}

/// A census that gives up its proof early: it is one of many.
phase::CensusOptions censusOptions() {
    phase::CensusOptions options;
    options.maximumCells = 20000;
    options.quietStarts = 50;
    return options;
}

/// Points in the box |kappa_r| <= reach_r: a grid with its corners, or in many dimensions drawn ones.
Eigen::MatrixXd pointsIn(const Eigen::VectorXd& reach, Eigen::Index most) {
    const Eigen::Index rank = reach.size();
    if (rank > gridRanks) {
        Eigen::MatrixXd points(rank, std::max<Eigen::Index>(most, 64));
        Random random(1, Stream::starts);
        for (Eigen::Index k = 0; k < points.cols(); ++k)
            for (Eigen::Index r = 0; r < rank; ++r) points(r, k) = (2 * random.uniform() - 1) * reach[r];
        return points;
    }
    const double each = std::pow(static_cast<double>(most), 1.0 / static_cast<double>(rank));
    const Eigen::Index side = std::clamp<Eigen::Index>(static_cast<Eigen::Index>(each), 5, 41);
    Eigen::Index count = 1;
    for (Eigen::Index r = 0; r < rank; ++r) count *= side;
    Eigen::MatrixXd points(rank, count);
    for (Eigen::Index k = 0; k < count; ++k)
        for (Eigen::Index r = 0, rest = k; r < rank; ++r, rest /= side)
            points(r, k) = (2 * static_cast<double>(rest % side) / static_cast<double>(side - 1) - 1) * reach[r];
    return points;
}

}  // namespace

RefinementGround::RefinementGround(const network::Network& network, const std::vector<simulation::Trial>& trials,
                                   std::stop_token stop) {
    if (!network.isLowRank()) throw Error(ErrorCode::needsLowRank, "network");
    const Eigen::Index inputs = network.inputs();
    for (const auto& trial : trials) {
        if (trial.inputs.rows() != inputs)
            throw Error(ErrorCode::inputsDoNotMatch, "trial",
                        {std::to_string(trial.inputs.rows()), std::to_string(inputs)});
        runs_.push_back({trial, {}, {}});
    }
    if (runs_.empty()) relaxations(network);
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(network.populationCount());
    for (Run& run : runs_) run.network = simulation::simulateExact(network, ones, run.trial, run.options, stop);
    std::vector<simulation::Trial> run;
    for (const Run& each : runs_) run.push_back(each.trial);
    const auto held = heldInputs(run, inputs);
    Eigen::VectorXd reach = Eigen::VectorXd::Constant(network.rank(), 1e-6);
    for (const Run& each : runs_) reach = reach.cwiseMax(each.network.kappa.cwiseAbs().rowwise().maxCoeff());
    const std::vector<Eigen::MatrixXd> groups{visited(), onGrid(held, reach),
                                              atFixedPoints(network, held, reach, stop)};
    Eigen::Index count = 0;
    for (const auto& group : groups) count += group.cols();
    Eigen::MatrixXd all(network.rank() + inputs, count);
    Eigen::VectorXd weights(count);
    Eigen::Index at = 0;
    for (const auto& group : groups) {
        all.middleCols(at, group.cols()) = group;
        weights.segment(at, group.cols()).setConstant(1 / static_cast<double>(std::max<Eigen::Index>(1, group.cols())));
        at += group.cols();
    }
    targets_ = reduction::flowTargets(network, std::move(all), std::move(weights), stop);
}

/// From several states, at rest and under each input alone.
void RefinementGround::relaxations(const network::Network& network) {
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(network.populationCount());
    const Eigen::VectorXd rest = Eigen::VectorXd::Zero(network.inputs());
    const reduction::ExactReduction exact(std::make_shared<network::Network>(network));
    const Eigen::VectorXd box = exact.at(rest, ones)->box();
    Random random(1, Stream::starts);
    for (Eigen::Index s = -1; s < network.inputs(); ++s)
        for (int k = 0; k < relaxationStarts; ++k) {
            Run run;
            run.trial.alpha = network.alpha;
            run.trial.inputs = Eigen::MatrixXd::Zero(network.inputs(), relaxationSteps);
            if (s >= 0) run.trial.inputs.row(s).setOnes();
            run.options.startKappa = box;
            for (auto& kappa : run.options.startKappa) kappa *= 2 * random.uniform() - 1;
            run.options.startInput = rest;
            runs_.push_back(std::move(run));
        }
}

Eigen::MatrixXd RefinementGround::visited() const {
    Eigen::Index steps = 0;
    for (const Run& run : runs_) steps += run.network.kappa.cols();
    const Eigen::Index stride = std::max<Eigen::Index>(1, (steps + mostVisited - 1) / mostVisited);
    const auto& first = runs_.front().network;
    Eigen::MatrixXd all(first.kappa.rows() + first.v.rows(), (steps + stride - 1) / stride);
    Eigen::Index step = 0;
    for (const Run& run : runs_)
        for (Eigen::Index k = 0; k < run.network.kappa.cols(); ++k, ++step)
            if (step % stride == 0) all.col(step / stride) << run.network.kappa.col(k), run.network.v.col(k);
    return all;
}

Eigen::MatrixXd RefinementGround::onGrid(const std::vector<Eigen::VectorXd>& held, const Eigen::VectorXd& reach) {
    std::vector<Eigen::VectorXd> inputs;
    for (const auto& u : held) {
        inputs.push_back(u);
        if (!u.isZero(0)) inputs.push_back(0.5 * u);
    }
    const Eigen::MatrixXd points = pointsIn(margin * reach, mostOnGrid / std::ssize(inputs));
    Eigen::MatrixXd all(reach.size() + inputs.front().size(), points.cols() * std::ssize(inputs));
    Eigen::Index at = 0;
    for (const auto& v : inputs)
        for (Eigen::Index k = 0; k < points.cols(); ++k) all.col(at++) << points.col(k), v;
    return all;
}

Eigen::MatrixXd RefinementGround::atFixedPoints(const network::Network& network,
                                                const std::vector<Eigen::VectorXd>& held, const Eigen::VectorXd& reach,
                                                const std::stop_token& stop) {
    const Eigen::Index rank = network.rank();
    if (rank > gridRanks) return Eigen::MatrixXd(rank + network.inputs(), 0);
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(network.populationCount());
    const reduction::ExactReduction exact(std::make_shared<network::Network>(network));
    std::vector<Eigen::VectorXd> states;
    for (std::size_t k = 0; k < std::min(held.size(), mostCensuses); ++k) {
        points_.push_back({held[k], phase::findFixedPoints(*exact.at(held[k], ones), censusOptions(), stop).points});
        for (const auto& point : points_.back().points) {
            Eigen::VectorXd state(rank + network.inputs());
            state << point.kappa, held[k];
            states.push_back(state);
            for (Eigen::Index r = 0; r < rank; ++r)
                for (const double side : {-1.0, 1.0}) {
                    states.push_back(state);
                    states.back()[r] += side * vicinity * reach[r];
                }
        }
    }
    Eigen::MatrixXd all(rank + network.inputs(), std::ssize(states));
    for (std::size_t k = 0; k < states.size(); ++k) all.col(static_cast<Eigen::Index>(k)) = states[k];
    return all;
}

RefinementFigures RefinementGround::judge(const reduction::Circuit& circuit, const std::stop_token& stop) const {
    RefinementFigures figures;
    figures.mismatch = reduction::flowMismatch(circuit, targets_);
    const Eigen::VectorXd ones = Eigen::VectorXd::Ones(circuit.populationCount());
    simulation::AgreementTally tally;
    for (const Run& run : runs_) {
        simulation::TrialPair pair;
        pair.network = run.network;
        pair.reduced = simulation::simulateMeanField(circuit, ones, run.trial, run.options, stop);
        tally.add(pair);
    }
    const auto agreement = tally.result();
    figures.rmsKappa = agreement.rmsKappa;
    figures.rmsZ = agreement.rmsZ;
    const auto shared = std::make_shared<const reduction::Circuit>(circuit);
    for (const auto& [input, points] : points_) {
        const auto own = phase::findFixedPoints(*reduction::meanFieldFlow(shared, input, ones), censusOptions(), stop);
        const auto matching = phase::matchFixedPoints(points, own.points);
        figures.points += static_cast<int>(points.size());
        figures.circuitPoints += static_cast<int>(own.points.size());
        for (const auto& pair : matching.matched) figures.sameKind += pair.sameKind;
    }
    return figures;
}

}  // namespace kappascope::training
