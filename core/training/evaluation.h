// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <stop_token>

#include "core/network/network.h"
#include "core/reduction/circuit.h"
#include "core/tasks/task.h"
#include "core/training/gradient.h"

namespace kappascope::training {

/// Loss and accuracy of a network over `count` fresh trials of a task, with input noise and state noise sigma = noise;
/// a Trainer never sees any of them. The network's stored gains hold. Throws inputsDoNotMatch, wrongShape (outputs),
/// badOption, stopped.
Score evaluate(const network::Network& network, const tasks::Task& task, const tasks::TaskOptions& options,
               double noise, int count, std::uint64_t seed, const Executor& executor, std::stop_token stop = {});

/// How many networks a circuit is judged by.
inline constexpr int drawnNetworks = 10;

/// A circuit by networks of `units` units that are drawn from it (reduction::sample), drawnNetworks of them, each over
/// its share of the trials and with a seed of its own: derivedSeed(). Throws as above, and as
/// reduction::sample().
Score evaluate(const reduction::Circuit& circuit, Eigen::Index units, const tasks::Task& task,
               const tasks::TaskOptions& options, double noise, int count, std::uint64_t seed, const Executor& executor,
               std::stop_token stop = {});

/// A circuit by its mean-field dynamics themselves, at its own gains; state noise enters as its variance. Throws as
/// above.
Score evaluateMeanField(const reduction::Circuit& circuit, const tasks::Task& task, const tasks::TaskOptions& options,
                        double noise, double alpha, int count, std::uint64_t seed, const Executor& executor,
                        std::stop_token stop = {});

}  // namespace kappascope::training
