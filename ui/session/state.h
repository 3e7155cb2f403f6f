// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <QString>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/io/load.h"
#include "core/network/network.h"
#include "core/reduction/circuit.h"
#include "core/reduction/flow.h"

namespace kappascope::session {

/// The three levels of the model that a portrait can show.
enum class Level { network, exact, meanField };

/// "network", "exact" or "mean-field", as on the command line.
QString id(Level level);
std::optional<Level> levelFromId(const QString& id);

/// The trial that a document shows, through network and reduced system alike.
struct TrialChoice {
    QString task;       ///< id of a task; empty: none chosen
    QString condition;  ///< in the task's own grammar, "A-A delay 50"; empty: a random trial of the seed
    std::map<QString, double> options;  ///< of the task; what is missing has its default
    double noise = 0;                   ///< sigma of the state noise, per unit and step, 0..1
    int trials = 1;                     ///< how many noisy trials are drawn, 1..100
    std::uint64_t seed = 1;

    bool operator==(const TrialChoice&) const = default;
};

/// Everything that undo and a session file know: an immutable value, shared as shared_ptr<const State>.
struct State {
    QString title;   ///< for people: the example's title or the file's name
    QString source;  ///< path, or id of the bundled example
    io::Format format = io::Format::npz;
    io::Proposal scalingProposal;
    io::Proposal readoutProposal;
    std::vector<io::Warning> warnings;

    std::shared_ptr<const network::Network> file;  ///< the network as the file holds it (full rank before truncation)
    std::shared_ptr<const network::Network>
        network;  ///< the network that is shown: level 1 and 2 (null: circuit without units)
    std::shared_ptr<const reduction::Circuit> circuit;       ///< level 3 (null: no populations known)
    std::shared_ptr<const reduction::ExactReduction> exact;  ///< level 2, packed once (null where network is null)
    bool circuitIsOneGaussian = false;  ///< the circuit is the moments of the whole network as one population
    bool circuitIsMoments = false;      ///< the circuit was measured on the network, not read from a file
    bool sampled = false;               ///< the network was drawn from the circuit
    std::uint64_t revision = 0;         ///< counts the document's changes, so that a picture can say what it holds

    Eigen::VectorXd input;  ///< u, length S
    Eigen::VectorXd gains;  ///< g_p as the sliders stand, 0..2, length P
    std::vector<bool> on;   ///< population switches; an inactivated population has effective gain 0
    TrialChoice trial;
    QString notes;

    std::uint64_t origin = 0;  ///< counts what was opened: states that came of one file share it
    std::string unknown;       ///< JSON object of what a newer program wrote into the session file, which is kept

    int inputs() const;
    int rank() const;
    int populations() const;
    QString inputName(int s) const;  ///< file's name or "u_1"
    QString populationName(int p) const;
    Eigen::VectorXd effectiveGains() const;  ///< gains, 0 where switched off
    bool has(Level level) const;
    bool isTruncated() const;  ///< the network shown is a truncated view of a full-rank file
};

/// The collective dynamics of a level at the state's input and gains; network and exact level share the exact flow.
/// Throws needsPopulations (no circuit), needsUnits (no network).
std::unique_ptr<reduction::Flow> flowOf(const State& state, Level level);
/// The same at another filtered input v, length S: a moment of a trial. Throws inputsDoNotMatch too.
std::unique_ptr<reduction::Flow> flowOf(const State& state, Level level, const Eigen::VectorXd& v);
/// The same in the plane (kappa, v_s) of an input s (rank 1; -1: no plane, as above): the other inputs are held at u,
/// and v_s relaxes to u_s. Throws badOption too.
std::unique_ptr<reduction::Flow> flowOf(const State& state, Level level, const Eigen::VectorXd& u, int input);

/// A name for people: "Network, N = 2,000", "Exact flow", "Mean-field circuit, 2 populations".
QString title(Level level, const State& state);

struct OpenOptions {
    io::LoadOptions load;
    std::optional<int> rank;      ///< truncated SVD of a full-rank J; a full-rank file gets 2 for its portrait
    std::optional<qint64> units;  ///< sample a finite network of so many units from a circuit
    std::uint64_t seed = 1;
    bool sampleCircuits = true;  ///< circuits get a finite network (default 2000 units) beside them
    QString populations;         ///< "", a way to populations (core/reduction/partition.h), or a file of labels
};

/// Opens a file or a bundled example (by id). Throws kappascope::Error.
std::shared_ptr<const State> open(const QString& pathOrId, const OpenOptions& options = {});

/// A bundled example: a circuit, sampled with a fixed seed to a network of known populations.
struct Example {
    QString id;       ///< "effective-connectivity"
    QString title;    ///< tr()
    QString summary;  ///< tr(): one sentence, what to try
    qint64 units = 0;
    std::uint64_t seed = 1;
    std::vector<double> input;  ///< u to begin with
};
const std::vector<Example>& examples();

/// One sentence for people, through tr(): what happened, where, and what to do.
QString sentence(const Error& error);
QString sentence(const io::Warning& warning);
QString sentence(const io::Proposal& proposal, network::Scaling scaling);
QString sentence(const io::Proposal& proposal, network::Readout readout);

}  // namespace kappascope::session
