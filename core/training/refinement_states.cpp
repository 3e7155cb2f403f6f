// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/refinement_states.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

#include "core/error.h"
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

/// Rest, the inputs that stay the same for some steps, and half of each.
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
    const auto whole = held;
    for (const auto& u : whole) add(0.5 * u);
    return held;
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
    Eigen::MatrixXd all = states();
    Eigen::VectorXd weights(all.cols());
    const Eigen::Index onGrid = all.cols() - visited_;
    weights.head(visited_).setConstant(1.0 / static_cast<double>(visited_));
    weights.tail(onGrid).setConstant(1.0 / static_cast<double>(onGrid));
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

Eigen::MatrixXd RefinementGround::states() {
    const Eigen::Index rank = runs_.front().network.kappa.rows();
    const Eigen::Index inputs = runs_.front().network.v.rows();
    Eigen::Index steps = 0;
    Eigen::VectorXd reach = Eigen::VectorXd::Zero(rank);
    std::vector<simulation::Trial> trials;
    for (const Run& run : runs_) {
        steps += run.network.kappa.cols();
        reach = reach.cwiseMax(run.network.kappa.cwiseAbs().rowwise().maxCoeff());
        trials.push_back(run.trial);
    }
    const Eigen::Index stride = std::max<Eigen::Index>(1, (steps + mostVisited - 1) / mostVisited);
    const auto held = heldInputs(trials, inputs);
    const Eigen::MatrixXd points =
        pointsIn(margin * reach.cwiseMax(1e-6), mostOnGrid / static_cast<Eigen::Index>(held.size()));
    visited_ = (steps + stride - 1) / stride;
    Eigen::MatrixXd all(rank + inputs, visited_ + points.cols() * static_cast<Eigen::Index>(held.size()));
    Eigen::Index at = 0;
    Eigen::Index step = 0;
    for (const Run& run : runs_)
        for (Eigen::Index k = 0; k < run.network.kappa.cols(); ++k, ++step)
            if (step % stride == 0) all.col(at++) << run.network.kappa.col(k), run.network.v.col(k);
    for (const auto& v : held)
        for (Eigen::Index k = 0; k < points.cols(); ++k) all.col(at++) << points.col(k), v;
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
    return figures;
}

}  // namespace kappascope::training
