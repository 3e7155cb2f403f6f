// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/training/model.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "core/random.h"

namespace kappascope::training {

namespace {

constexpr std::array<std::string_view, partCount> names{"m", "n", "J", "w", "I", "si", "so", "bias", "x0"};

Eigen::MatrixXd matrix(std::span<const float> values, std::size_t rows, std::size_t columns) {
    return Eigen::Map<const Eigen::MatrixXf>(values.data(), static_cast<Eigen::Index>(rows),
                                             static_cast<Eigen::Index>(columns))
        .cast<double>();
}

Eigen::VectorXd vectorUnlessZero(std::span<const float> values) {
    if (std::all_of(values.begin(), values.end(), [](float value) { return value == 0; })) return {};
    return matrix(values, values.size(), 1);
}

void copyTo(std::span<float> part, const Eigen::MatrixXd& matrix) {
    std::transform(matrix.data(), matrix.data() + matrix.size(), part.begin(),
                   [](double value) { return static_cast<float>(value); });
}

}  // namespace

std::string_view name(Part part) {
    return names[static_cast<std::size_t>(part)];
}

std::size_t Shape::size(Part part) const {
    switch (part) {
        case Part::m:
        case Part::n: return units * rank;
        case Part::connectivity: return isFullRank() ? units * units : 0;
        case Part::outputWeights: return units * outputs;
        case Part::inputWeights: return units * inputs;
        case Part::inputScales: return inputs;
        case Part::outputScales: return outputs;
        case Part::bias:
        case Part::initialState: return units;
    }
    return 0;
}

std::size_t Shape::offset(Part part) const {
    std::size_t result = 0;
    for (std::size_t k = 0; k < static_cast<std::size_t>(part); ++k) result += size(static_cast<Part>(k));
    return result;
}

std::size_t Shape::total() const {
    return offset(Part::initialState) + size(Part::initialState);
}

network::Network toNetwork(const Model<float>& model) {
    const Shape& shape = model.shape;
    network::Network network;
    network.scaling = shape.isFullRank() ? network::Scaling::none : network::Scaling::overN;
    if (shape.isFullRank()) {
        network.networkClass = network::NetworkClass::fullRank;
        network.connectivity = matrix(model.part(Part::connectivity), shape.units, shape.units);
    } else {
        network.m = matrix(model.part(Part::m), shape.units, shape.rank);
        network.n = matrix(model.part(Part::n), shape.units, shape.rank);
    }
    network.inputWeights = matrix(model.part(Part::inputWeights), shape.units, shape.inputs) *
                           matrix(model.part(Part::inputScales), shape.inputs, 1).asDiagonal();
    network.outputWeights = matrix(model.part(Part::outputWeights), shape.units, shape.outputs) *
                            matrix(model.part(Part::outputScales), shape.outputs, 1).asDiagonal();
    network.bias = vectorUnlessZero(model.part(Part::bias));
    network.initialState = vectorUnlessZero(model.part(Part::initialState));
    network.alpha = model.alpha;
    network.noise = model.noise;
    return network;
}

Model<float> fromNetwork(const network::Network& network) {
    network.validate();
    if (network.readout != network::Readout::rate) throw Error(ErrorCode::badOption, "readout", {"phi", "rate"});
    Model<float> model;
    model.shape = {static_cast<std::size_t>(network.units()),
                   network.isLowRank() ? static_cast<std::size_t>(network.rank()) : 0,
                   static_cast<std::size_t>(network.inputs()), static_cast<std::size_t>(network.outputs())};
    model.alpha = network.alpha;
    model.noise = network.noise;
    model.parameters.assign(model.shape.total(), 0);
    const double scale = network.couplingScale() / model.scale();
    if (network.isLowRank()) {
        copyTo(model.part(Part::m), network.m);
        copyTo(model.part(Part::n), scale * network.n);
        copyTo(model.part(Part::outputWeights), scale * network.outputWeights);
    } else {
        copyTo(model.part(Part::connectivity), network.connectivity);
        copyTo(model.part(Part::outputWeights), network.outputWeights);
    }
    copyTo(model.part(Part::inputWeights), network.inputWeights);
    std::ranges::fill(model.part(Part::inputScales), 1.0f);
    std::ranges::fill(model.part(Part::outputScales), 1.0f);
    if (network.bias.size() > 0) copyTo(model.part(Part::bias), network.bias);
    if (network.initialState.size() > 0) copyTo(model.part(Part::initialState), network.initialState);
    if (network.storedGains.size() > 0) {
        const Eigen::VectorXf gains = network::unitGains(network, network.storedGains).cast<float>();
        model.gains.assign(gains.begin(), gains.end());
    }
    return model;
}

void balance(Model<float>& model) {
    const Shape& shape = model.shape;
    const auto columns = [&](Part part) {
        return Eigen::Map<Eigen::MatrixXf>(model.part(part).data(), static_cast<Eigen::Index>(shape.units),
                                           static_cast<Eigen::Index>(shape.rank));
    };
    auto m = columns(Part::m);
    auto n = columns(Part::n);
    for (Eigen::Index r = 0; r < m.cols(); ++r) {
        const float size = m.col(r).norm() / std::sqrt(static_cast<float>(shape.units));
        if (size == 0) continue;
        m.col(r) /= size;
        n.col(r) *= size;
    }
}

Model<float> initialModel(const Shape& shape, const Start& start, std::uint64_t seed, std::stop_token stop) {
    Model<float> model;
    model.shape = shape;
    model.parameters.assign(shape.total(), 0);
    // Every part has deviates of its own, so that another rank or another number of inputs leaves the rest as it was.
    const auto draw = [&](Part which, double sigma) {
        // A large full-rank J takes a tenth of a second.
        constexpr std::size_t piece = std::size_t{1} << 18;
        const auto part = model.part(which);
        for (std::size_t first = 0; first < part.size(); first += piece) {
            if (stop.stop_requested()) throw Error(ErrorCode::stopped);
            const auto some = part.subspan(first, std::min(piece, part.size() - first));
            fillNormal(seed, Stream::loadings, static_cast<std::uint64_t>(which), some, first);
            for (float& value : some) value *= static_cast<float>(sigma);
        }
    };
    const auto units = static_cast<double>(shape.units);
    draw(Part::m, 1);
    draw(Part::n, 1);
    const auto m = model.part(Part::m);
    const auto n = model.part(Part::n);
    for (std::size_t k = 0; k < n.size(); ++k) n[k] += static_cast<float>(start.overlap) * m[k];
    draw(Part::connectivity, start.radius / std::sqrt(units));
    draw(Part::inputWeights, 1);
    draw(Part::outputWeights, shape.isFullRank() ? 1 / units : 4);
    std::ranges::fill(model.part(Part::inputScales), 1.0f);
    std::ranges::fill(model.part(Part::outputScales), 1.0f);
    return model;
}

}  // namespace kappascope::training
