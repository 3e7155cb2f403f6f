// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands_common.h"

#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>
#include <QFileInfo>
#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <thread>
#include <vector>

#include "app/commands_fit.h"
#include "core/io/text.h"
#include "core/reduction/partition.h"
#include "core/statistics/loadings.h"
#include "ui/session/edits.h"
#include "ui/session/populations_text.h"
#include "ui/session/refining.h"

namespace kappascope::app {

namespace {

using session::Level;

io::LoadOptions loadOptions(const CommonOptions& options) {
    io::LoadOptions result;
    if (options.scaling == "over-n") result.scaling = network::Scaling::overN;
    if (options.scaling == "none") result.scaling = network::Scaling::none;
    if (options.readout == "rate") result.readout = network::Readout::rate;
    if (options.readout == "phi") result.readout = network::Readout::phi;
    if (options.readout == "state") result.readout = network::Readout::state;
    return result;
}

/// "", a way to populations, or a file; nothing for a number of populations that are fitted.
QString populationsOption(const std::string& given) {
    QString text = QString::fromStdString(given);
    if (given.empty() || reduction::partitionFromText(given) || QFileInfo::exists(text)) return text;
    if (fitCountFrom(given)) return {};
    const auto colon = given.find(':');
    const auto rule = given.substr(0, colon);
    if (colon != std::string::npos && (rule == "sign" || rule == "size"))
        throw UsageError(Texts::tr("--populations takes sign:COLUMN or size:COLUMN[:THRESHOLD], with a column such as "
                                   "m1, n2, I1 or w1, not “%1”.")
                             .arg(text));
    return text;
}

/// The network of a state with the circuit of a file.
session::StatePtr withCircuitFile(const session::State& state, const std::string& path) {
    session::OpenOptions open;
    open.sampleCircuits = false;
    const auto given = session::open(QString::fromStdString(path), open);
    if (!given->circuit)
        throw UsageError(
            Texts::tr("--circuit takes a circuit (.json), but %1 holds none.").arg(QString::fromStdString(path)));
    return session::withCircuit(std::make_shared<const session::State>(state), given->circuit);
}

Level levelFor(const CommonOptions& options, const session::State& state) {
    if (!options.level.empty()) return *session::levelFromId(QString::fromStdString(options.level));
    return !state.network || (state.sampled && !options.units) ? Level::meanField : Level::exact;
}

}  // namespace

void addCommonOptions(CLI::App& parser, CommonOptions& options) {
    const auto help = [](const char* text) { return Texts::tr(text).toStdString(); };
    parser
        .add_option("NET", options.net,
                    help(QT_TR_NOOP("a .pt, .npz, circuit .json or .kappa file, or a bundled example")))
        ->required();
    parser.add_option("--scaling", options.scaling, help(QT_TR_NOOP("J = m n^T / N (over-n) or J = m n^T (none)")))
        ->check(CLI::IsMember({"auto", "over-n", "none"}));
    parser.add_option("--readout", options.readout, help(QT_TR_NOOP("z from r, phi(x) or x")))
        ->check(CLI::IsMember({"auto", "rate", "phi", "state"}));
    parser.add_option("--rank", options.rank, help(QT_TR_NOOP("truncated SVD of a full-rank J")))
        ->check(CLI::Range(1, std::numeric_limits<int>::max()));
    parser.add_option("--level", options.level, help(QT_TR_NOOP("network, exact or mean-field")))
        ->check(CLI::IsMember({"network", "exact", "mean-field"}));
    parser.add_option("--input", options.input, help(QT_TR_NOOP("constant input u1,u2,...")));
    parser.add_option("--gain", options.gain, help(QT_TR_NOOP("gains of the populations g1,g2,...")));
    parser.add_option("--populations", options.populations,
                      help(QT_TR_NOOP("a file with one label per unit; or 1: one Gaussian; 2, 3, ... or auto: a fit; "
                                      "sign:n1: by the sign of a loading; size:m2[:0.5]: by its size, above the median "
                                      "or a threshold")));
    parser.add_option("--circuit", options.circuit,
                      help(QT_TR_NOOP("a circuit file (.json) to hold the network against, such as refine writes")));
    parser.add_option("--units", options.units, help(QT_TR_NOOP("sample a network of so many units from a circuit")))
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000}));
    parser.add_option("--seed", options.seed, help(QT_TR_NOOP("of everything random (1)")));
    parser.add_option("--threads", options.threads, help(QT_TR_NOOP("at most so many; results do not depend on it")))
        ->check(CLI::Range(1, 1024));
    parser.add_flag("--json", options.json, help(QT_TR_NOOP("print JSON, numbers in full precision")));
}

Eigen::VectorXd parseNumbers(const std::string& text, const QString& name) {
    std::vector<double> values;
    std::size_t from = 0;
    while (from <= text.size()) {
        const auto comma = std::min(text.find(',', from), text.size());
        const auto piece = text.substr(from, comma - from);
        const auto value = io::toNumber(piece);
        if (!value || !std::isfinite(*value))
            throw UsageError(Texts::tr("%1 takes finite numbers separated by commas, not “%2”.")
                                 .arg(name, QString::fromStdString(io::printable(text))));
        values.push_back(*value);
        from = comma + 1;
    }
    return Eigen::Map<Eigen::VectorXd>(values.data(), std::ssize(values));
}

void refuseRates(const session::State& state) {
    if (statistics::readsOutRates(*state.network))
        throw UsageError(Texts::tr("The outputs of this network are its units' own rates, which no circuit has."));
}

QString drawnText(const session::State& state) {
    return Texts::tr("The network of %1 units was drawn from the circuit.").arg(state.network->units());
}

Opened openNet(const CommonOptions& options) {
    // Before anything is read: these may be wrong by themselves.
    const Eigen::VectorXd input =
        options.input.empty() ? Eigen::VectorXd() : parseNumbers(options.input, QStringLiteral("--input"));
    const Eigen::VectorXd gain =
        options.gain.empty() ? Eigen::VectorXd() : parseNumbers(options.gain, QStringLiteral("--gain"));
    if ((gain.array() < 0).any()) throw UsageError(Texts::tr("--gain takes numbers that are not negative."));

    if (!options.circuit.empty() && !options.populations.empty())
        throw UsageError(Texts::tr("A circuit is measured on populations (--populations) or given (--circuit)."));

    session::OpenOptions open;
    open.load = loadOptions(options);
    open.rank = options.rank;
    open.units = options.units;
    open.seed = options.seed;
    open.populations = populationsOption(options.populations);
    open.sampleCircuits =
        options.level == "network" || options.level == "exact" || options.needsUnits || !options.populations.empty();
    const auto loaded = session::open(QString::fromStdString(options.net), open);

    const QString net = QString::fromStdString(options.net);
    if (options.units && !loaded->sampled)
        throw UsageError(Texts::tr("--units samples a circuit, but %1 is a network already.").arg(net));
    if (options.rank && !loaded->isTruncated())
        throw UsageError(Texts::tr("--rank truncates a full-rank network, but %1 is none.").arg(net));

    session::State state = *loaded;
    QStringList ofFit;
    if (const auto count = fitCountFrom(options.populations); count && open.populations.isEmpty() && state.network) {
        FitOptions fit;
        fit.seed = options.seed;
        fit.threads = options.threads;
        fit.fitAlone = true;
        const auto found = fitPopulations(*state.network, *count, fit);
        ofFit = session::fitWarnings(found, count->count);
        state = *session::withLabels(std::make_shared<const session::State>(state), found.fit.labels, {});
        state.sampled = false;
    }
    if (!options.circuit.empty()) state = *withCircuitFile(state, options.circuit);
    if (input.size() > 0) {
        if (input.size() != state.inputs())
            throw UsageError(Texts::tr("--input has %1 values, but %2 has %3 inputs.")
                                 .arg(input.size())
                                 .arg(net)
                                 .arg(state.inputs()));
        state.input = input;
    } else if (state.format != io::Format::session) {
        state.input = Eigen::VectorXd::Zero(state.inputs());
    }
    if (gain.size() > 0) {
        if (gain.size() != state.populations())
            throw UsageError(Texts::tr("--gain has %1 values, but %2 has %3 populations.")
                                 .arg(gain.size())
                                 .arg(net)
                                 .arg(state.populations()));
        state.gains = gain;
        state.on.assign(static_cast<std::size_t>(gain.size()), true);
    }

    Opened result;
    result.level = levelFor(options, state);
    for (const auto& warning : state.warnings) result.warnings << session::sentence(warning);
    if (state.sampled) result.warnings << drawnText(state);
    result.warnings << ofFit;
    result.rankGiven = options.rank.has_value();
    result.state = std::make_shared<const session::State>(std::move(state));
    return result;
}

void forEach(int count, int threads, const std::function<void(int)>& work) {
    const int most = threads > 0 ? threads : static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    std::atomic<int> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto loop = [&] {
        for (int index = next++; index < count; index = next++) {
            try {
                work(index);
            } catch (...) {
                const std::scoped_lock lock(mutex);
                if (!failure) failure = std::current_exception();
                next = count;
            }
        }
    };
    {
        std::vector<std::jthread> helpers;
        for (int k = 1; k < std::min(most, count); ++k) helpers.emplace_back(loop);
        loop();
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace kappascope::app
