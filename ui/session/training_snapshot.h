// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "core/network/network.h"
#include "core/reduction/circuit.h"
#include "core/training/trainer.h"

namespace kappascope::session {

/// The weights of a run, as long as Settings::parameterCount(), shared and never changed.
using Weights = std::shared_ptr<const std::vector<float>>;

/// A network in training as it is at one moment; immutable, and cheap until network() is asked for.
struct RunSnapshot {
    int epoch = 0;        ///< whole epochs done
    double progress = 0;  ///< fraction of the next one that is done, 0..1
    std::shared_ptr<const training::Settings> settings;
    Weights weights;

    bool isFullRank() const { return settings->value("rank") == 0; }
    /// The network itself, with task and options, in double precision. N^2 of full rank: for a worker.
    network::Network network() const { return training::networkOf(*settings, *weights); }
    /// Whether populations are trained, and not the weights of units.
    bool isCircuit() const { return settings->value("populations") > 0; }
    /// The circuit itself, with its task, as `kappascope train` writes it. Throws needsPopulations where weights are
    /// trained.
    reduction::Circuit circuit() const;
};
using SnapshotPtr = std::shared_ptr<const RunSnapshot>;

/// The weights after every epoch, thinned evenly where they would take more memory than `limit` bytes. The first and
/// the newest are always there.
class WeightHistory {
public:
    static constexpr std::size_t usualLimit = std::size_t{256} << 20;

    explicit WeightHistory(std::size_t limit = usualLimit) : limit_(limit) {}

    /// Epochs must come in rising order.
    void add(int epoch, Weights weights);
    void clear();

    /// The weights after `epoch`, or, where those were thinned out or are not there, after the nearest epoch before
    /// (the first where there is none before). Null where there are none at all.
    std::pair<int, Weights> at(int epoch) const;
    /// Epochs that are there, rising.
    std::vector<int> epochs() const;
    int first() const { return kept_.empty() ? 0 : kept_.begin()->first; }
    std::size_t bytes() const { return bytes_; }

private:
    std::size_t limit_;
    std::size_t bytes_ = 0;
    int stride_ = 1;  ///< of the epochs between the first and the newest, those that are multiples of it stay
    std::map<int, Weights> kept_;
};

}  // namespace kappascope::session
