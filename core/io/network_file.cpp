// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/network_file.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>

#include "core/error.h"
#include "core/io/circuit_file.h"
#include "core/io/limits.h"
#include "core/io/mixture.h"
#include "core/io/scaling.h"
#include "core/io/text.h"

namespace kappascope::io {

using network::Network;
using network::NetworkClass;
using network::Readout;
using network::Scaling;

namespace {

/// Takes arrays out of a file by key and remembers which were used.
class Fields {
public:
    explicit Fields(const NamedArrays& file) : file_(file) {}

    bool has(const std::string& key) const { return file_.has(key); }
    const Array& array(const std::string& key) {
        const auto found = file_.arrays.find(key);
        if (found == file_.arrays.end()) throw Error(ErrorCode::missingField, key);
        // All arrays of a file together may take as much as one.
        if (used.insert(key).second)
            total_ = saturatingSum(total_, saturatingProduct(found->second.count(), sizeof(double)));
        if (total_ > maximumBytes)
            throw Error(ErrorCode::tooLarge, key, {std::to_string(total_), std::to_string(maximumBytes)});
        return found->second;
    }
    Eigen::MatrixXd matrix(const std::string& key) { return array(key).matrix(key); }

    /// A vector of `size` elements however it is shaped (N, N x 1, 1 x N).
    Eigen::VectorXd vector(const std::string& key, Eigen::Index size) {
        const Array& found = array(key);
        if (found.count() != static_cast<std::uint64_t>(size))
            throw Error(ErrorCode::wrongShape, key, {shapeText(found.shape), std::to_string(size)});
        const auto values = found.values(key);
        return Eigen::Map<const Eigen::VectorXd>(values.data(), size);
    }
    Eigen::VectorXd vectorIfThere(const std::string& key, Eigen::Index size) {
        Eigen::VectorXd result;
        if (has(key)) result = vector(key, size);
        // Zeros say nothing and cost time.
        if (result.size() > 0 && result.isZero(0)) result.resize(0);
        return result;
    }
    /// A matrix with `rows` rows.
    Eigen::MatrixXd rows(const std::string& key, Eigen::Index rows, const std::string& columns) {
        Eigen::MatrixXd result = matrix(key);
        if (result.rows() != rows) wrong(key, std::to_string(rows) + " x " + columns);
        return result;
    }
    [[noreturn]] void wrong(const std::string& key, const std::string& expected) {
        throw Error(ErrorCode::wrongShape, key, {shapeText(array(key).shape), expected});
    }

    std::set<std::string> used;

private:
    const NamedArrays& file_;
    std::uint64_t total_ = 0;
};

/// Biases and start, under our names or the published ones.
void readState(Fields& fields, Network& network, Eigen::Index units) {
    network.bias = fields.vectorIfThere(fields.has("bias") ? "bias" : "b", units);
    network.initialState = fields.vectorIfThere(fields.has("x0") ? "x0" : "h0", units);
}

void readRecurrent(Fields& fields, Network& network, const std::string& fullRankKey) {
    if (fields.has(fullRankKey)) {
        network.networkClass = NetworkClass::fullRank;
        network.scaling = Scaling::none;
        network.connectivity = fields.matrix(fullRankKey);
        if (network.connectivity.rows() != network.connectivity.cols() || network.connectivity.rows() < 1)
            fields.wrong(fullRankKey, "N x N");
        return;
    }
    network.m = fields.matrix("m");
    if (network.m.rows() < 1 || network.m.cols() < 1) fields.wrong("m", "N x R");
    network.n = fields.matrix("n");
    if (network.n.rows() != network.m.rows() || network.n.cols() != network.m.cols())
        fields.wrong("n", shapeText(std::array{std::int64_t{network.m.rows()}, std::int64_t{network.m.cols()}}));
}

Eigen::Index unitsOf(const Network& network) {
    return network.isLowRank() ? network.m.rows() : network.connectivity.rows();
}

Network readOwn(Fields& fields) {
    Network network;
    readRecurrent(fields, network, "J");
    const Eigen::Index units = unitsOf(network);
    network.inputWeights = fields.rows("I", units, "S");
    network.outputWeights = fields.rows("w", units, "O");
    readState(fields, network, units);
    return network;
}

Network readPublished(Fields& fields) {
    Network network;
    readRecurrent(fields, network, "wrec");
    const Eigen::Index units = unitsOf(network);
    Eigen::MatrixXd wi = fields.matrix("wi");
    if (fields.array("wi").shape.size() == 1) wi.transposeInPlace();  // a single input
    if (wi.cols() != units) fields.wrong("wi", "S x " + std::to_string(units));
    if (fields.has("si")) wi.array().colwise() *= fields.vector("si", wi.rows()).array();
    network.inputWeights = wi.transpose();
    network.outputWeights = fields.rows("wo", units, "O");
    if (fields.has("so"))
        network.outputWeights.array().rowwise() *=
            fields.vector("so", network.outputWeights.cols()).transpose().array();
    readState(fields, network, units);
    return network;
}

Network readOthers(Fields& fields) {
    Network network;
    readRecurrent(fields, network, "W_rec");
    const Eigen::Index units = unitsOf(network);
    network.inputWeights = fields.matrix("W_in");
    if (network.inputWeights.rows() != units && network.inputWeights.cols() == units)
        network.inputWeights.transposeInPlace();
    if (network.inputWeights.rows() != units) fields.wrong("W_in", std::to_string(units) + " x S");
    network.outputWeights = fields.matrix("W_out");
    if (network.outputWeights.cols() == units || fields.array("W_out").shape.size() == 1) {
        // O x N is the usual order, also where O = N; a plain vector is a column already.
        if (fields.array("W_out").shape.size() == 2) network.outputWeights.transposeInPlace();
    }
    if (network.outputWeights.rows() != units) fields.wrong("W_out", "O x " + std::to_string(units));
    readState(fields, network, units);
    return network;
}

Network readArrays(const NamedArrays& file, Fields& fields) {
    if (looksLikeMixture(file)) return mixtureNetwork(file, fields.used);
    if (file.has("W_rec")) return readOthers(fields);
    if (file.has("wrec")) return readPublished(fields);
    if (file.has("J") && (file.has("I") || file.has("w"))) return readOwn(fields);
    if (file.has("m") || file.has("n")) {
        if (file.has("wi") || file.has("wo")) return readPublished(fields);
        if ((file.has("m") && file.has("n")) || file.has("I") || file.has("w")) return readOwn(fields);
    }
    throw Error(ErrorCode::notANetwork, "", file.described());
}

void readLabels(Fields& fields, Network& network) {
    if (fields.has("labels")) {
        const Eigen::VectorXd values = fields.vector("labels", network.units());
        network.labels.clear();
        for (const double value : values) {
            if (!(value >= 0 && value < 1000 && value == std::floor(value)))
                throw Error(ErrorCode::malformed, "labels", {toText(value), "0..999"});
            network.labels.push_back(static_cast<int>(value));
        }
    }
    if (fields.has("gain")) network.storedGains = fields.vector("gain", network.populationCount());
}

struct Stated {
    std::optional<Scaling> scaling;
    std::optional<Readout> readout;
};

Stated readMeta(const Json& meta, Network& network) {
    Stated stated;
    if (const auto text = textMember(meta, "scaling", "meta.")) {
        if (*text == "over-n")
            stated.scaling = Scaling::overN;
        else if (*text == "none")
            stated.scaling = Scaling::none;
        else
            throw Error(ErrorCode::malformed, "meta.scaling", {printable(*text), "over-n, none"});
    }
    if (const auto text = textMember(meta, "readout", "meta.")) {
        if (*text == "rate")
            stated.readout = Readout::rate;
        else if (*text == "phi")
            stated.readout = Readout::phi;
        else if (*text == "state")
            stated.readout = Readout::state;
        else
            throw Error(ErrorCode::malformed, "meta.readout", {printable(*text), "rate, phi, state"});
    }
    if (textMember(meta, "class", "meta.") == "mixture" && network.isLowRank())
        network.networkClass = NetworkClass::mixture;
    network.name = textMember(meta, "name", "meta.").value_or(network.name);
    network.alpha = numberMember(meta, "alpha", "meta.").value_or(network.alpha);
    network.tauMs = numberMember(meta, "tau_ms", "meta.").value_or(network.tauMs);
    network.noise = numberMember(meta, "noise", "meta.").value_or(network.noise);
    if (!(network.alpha > 0 && network.alpha <= 1))
        throw Error(ErrorCode::malformed, "meta.alpha", {toText(network.alpha)});
    if (!(network.tauMs > 0)) throw Error(ErrorCode::malformed, "meta.tau_ms", {toText(network.tauMs)});
    if (!(network.noise >= 0)) throw Error(ErrorCode::malformed, "meta.noise", {toText(network.noise)});
    if (const Json* task = member(meta, "task")) network.task = taskFromJson(*task);
    network.inputNames = textsMember(meta, "input_names", "meta.");
    if (!network.inputNames.empty() && static_cast<Eigen::Index>(network.inputNames.size()) != network.inputs())
        throw Error(ErrorCode::wrongShape, "meta.input_names",
                    {std::to_string(network.inputNames.size()), std::to_string(network.inputs())});
    network.populationNames = textsMember(meta, "population_names", "meta.");
    if (network.populationNames.size() > 1000)
        throw Error(ErrorCode::tooLarge, "meta.population_names",
                    {std::to_string(network.populationNames.size()), "1000"});
    return stated;
}

void proposeScaling(Loaded& loaded, Network& network, const Stated& stated, const LoadOptions& options) {
    if (!network.isLowRank()) {
        network.scaling = Scaling::none;
        loaded.scaling = {Reason::fullRankStored, {}};
        loaded.warnings.push_back({WarningCode::fullRankTruncation, {}});
        return;
    }
    const ScalingEvidence evidence = judgeScaling(network.m, network.n, network.bias);
    if (options.scaling) {
        network.scaling = *options.scaling;
        loaded.scaling = {Reason::chosenByUser, evidence.values()};
    } else if (stated.scaling) {
        network.scaling = *stated.scaling;
        loaded.scaling = {Reason::statedInFile, evidence.values()};
    } else if (network.networkClass == NetworkClass::mixture) {
        network.scaling = Scaling::none;
        loaded.scaling = {Reason::mixtureConvention, evidence.values()};
    } else {
        network.scaling = evidence.scaling;
        loaded.scaling = {evidence.decisive ? Reason::memoryNeedsIt : Reason::convention, evidence.values()};
    }
    if (evidence.decisive && evidence.scaling != network.scaling)
        loaded.warnings.push_back({WarningCode::slopeSuggestsOtherScaling, evidence.values()});
}

void proposeReadout(Loaded& loaded, Network& network, const Stated& stated, const LoadOptions& options,
                    bool publishedBias) {
    if (options.readout) {
        network.readout = *options.readout;
        loaded.readout = {Reason::chosenByUser, {}};
    } else if (stated.readout) {
        network.readout = *stated.readout;
        loaded.readout = {Reason::statedInFile, {}};
    } else {
        network.readout = publishedBias ? Readout::phi : Readout::rate;
        loaded.readout.reason = publishedBias                                    ? Reason::convention
                                : network.networkClass == NetworkClass::fullRank ? Reason::fullRankStored
                                : network.networkClass == NetworkClass::mixture  ? Reason::mixtureConvention
                                                                                 : Reason::convention;
        if (publishedBias) loaded.warnings.push_back({WarningCode::biasReadOutWithoutIt, {}});
    }
}

/// z = c w^T r with c w = 1: every output is one unit's rate.
bool outputsAreRates(const Network& network) {
    if (network.outputs() != network.units() || network.units() < 2) return false;
    for (const double scale : {1.0, static_cast<double>(network.units())})
        if ((network.outputWeights - scale * Eigen::MatrixXd::Identity(network.units(), network.units()))
                .isZero(1e-6 * scale))
            return true;
    return false;
}

}  // namespace

Loaded networkFromArrays(const NamedArrays& file, const std::optional<Json>& meta, const std::string& name,
                         const LoadOptions& options) {
    if (meta) {
        if (textMember(*meta, "format", "meta.") != "kappascope-network")
            throw Error(ErrorCode::malformed, "meta.format");
        checkVersion(*meta, networkVersion);
    }
    Loaded loaded;
    Fields fields(file);
    Network network = readArrays(file, fields);
    network.name = name;
    if (network.initialState.size() > 0 && network.initialState.isZero(0)) network.initialState.resize(0);
    const Stated stated = meta ? readMeta(*meta, network) : Stated{};
    readLabels(fields, network);
    proposeScaling(loaded, network, stated, options);
    proposeReadout(loaded, network, stated, options, fields.used.count("b") > 0);
    if (outputsAreRates(network)) loaded.warnings.push_back({WarningCode::outputsAreRates, {}});

    Warning unknown{WarningCode::unknownKeys, {}};
    for (const auto& [key, array] : file.arrays)
        if (!fields.used.count(key) && key != "rec_noise") unknown.values.push_back(printable(key));
    if (!unknown.values.empty()) loaded.warnings.push_back(std::move(unknown));
    if (std::any_of(fields.used.begin(), fields.used.end(),
                    [&](const auto& key) { return isSingle(file.arrays.at(key).dtype); }))
        loaded.warnings.push_back({WarningCode::convertedFromSingle, {}});

    network.validate();
    loaded.network = std::make_shared<const Network>(std::move(network));
    return loaded;
}

std::string_view name(Scaling scaling) {
    return scaling == Scaling::overN ? "over-n" : "none";
}

std::string_view name(Readout readout) {
    switch (readout) {
        case Readout::rate: return "rate";
        case Readout::phi: return "phi";
        case Readout::state: return "state";
    }
    return "rate";
}

std::string_view name(NetworkClass networkClass) {
    switch (networkClass) {
        case NetworkClass::lowRank: return "low-rank";
        case NetworkClass::fullRank: return "full-rank";
        case NetworkClass::mixture: return "mixture";
    }
    return "low-rank";
}

}  // namespace kappascope::io
