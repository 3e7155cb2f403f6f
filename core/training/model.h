// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "core/executor.h"
#include "core/network/network.h"

namespace kappascope::training {

/// What a network learns. `connectivity` is J of a full-rank network, which has no m and n.
enum class Part : std::size_t {
    m,
    n,
    connectivity,
    outputWeights,
    inputWeights,
    inputScales,
    outputScales,
    bias,
    initialState
};
inline constexpr std::size_t partCount = 9;

/// "m", "n", "J", "w", "I", "si", "so", "bias", "x0".
std::string_view name(Part part);

/// Which parts are trained; the others stay as they are.
using Trainable = std::array<bool, partCount>;

/// Sizes of a network in training.
struct Shape {
    std::size_t units = 0;    ///< N
    std::size_t rank = 0;     ///< R; 0: full rank
    std::size_t inputs = 0;   ///< S
    std::size_t outputs = 0;  ///< O

    bool isFullRank() const { return rank == 0; }
    /// Numbers of a part: N R, N R or N N (by columns), N O and N S (by columns), S, O, N, N. 0 where it has none.
    std::size_t size(Part part) const;
    /// Where a part begins in the vector of all parameters.
    std::size_t offset(Part part) const;
    std::size_t total() const;
    bool operator==(const Shape&) const = default;
};

/// A network as it is trained:
///
///   x <- x + alpha(-x + J r + I diag(si) u) + sigma xi,   r = g tanh(x + b),   z = c (w diag(so))^T r
///
/// with J = m n^T / N and c = 1/N, or a full J and c = 1. Throughout, x = m kappa + I v + eta (+ the decaying start).
template <class T>
struct Model {
    Shape shape;
    double alpha = 0.2;         ///< dt / tau
    double noise = 0;           ///< sigma, per unit and step
    std::vector<T> gains;       ///< g of each unit, N; empty: 1
    std::vector<T> parameters;  ///< Shape::total() numbers

    std::span<T> part(Part which) { return std::span<T>(parameters).subspan(shape.offset(which), shape.size(which)); }
    std::span<const T> part(Part which) const {
        return std::span<const T>(parameters).subspan(shape.offset(which), shape.size(which));
    }
    /// c of J = c m n^T and z = c w^T r; 1 for full rank.
    double scale() const { return shape.isFullRank() ? 1.0 : 1.0 / static_cast<double>(shape.units); }
};

/// The network that a model stands for (scaling over-n, readout of the rates), scales multiplied in. Zero biases and
/// starts are left out. Name, task and input names are the caller's.
network::Network toNetwork(const Model<float>& model);

/// A network as a model: its scales become 1, its scaling part of n and w; initial gains are its stored ones. Throws
/// badOption where its readout is not of the rates.
Model<float> fromNetwork(const network::Network& network);

/// Moves scale between m and n so that every column of m has a root mean square of 1, as steps of one size for both
/// need it; the dynamics stay the same. For what comes from a decomposition of J.
void balance(Model<float>& model);

/// Weights to begin with. Throws stopped. m, I ~ N(0, 1), w ~ N(0, 16), n ~ overlap m + N(0, 1), scales 1, bias and x0
/// zero; for full rank J ~ N(0, radius^2 / N), I ~ N(0, 1), w ~ N(0, 1 / N^2).
struct Start {
    double overlap = 0;  ///< of n with m
    double radius = 0.8;
};
Model<float> initialModel(const Shape& shape, const Start& start, std::uint64_t seed, std::stop_token stop = {});

}  // namespace kappascope::training
