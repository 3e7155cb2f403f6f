// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QString>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace kappascope::session {

/// What the window is for at the moment.
enum class Workspace { explore, train, connectivity, behaviour };

/// Who is asked for choices.
enum class Asked { network, circuit, both };

/// What the ePAIRS test is asked of.
enum class EpairsOf { loadings, selectivity };

/// What the Behaviour workspace asks, besides what belongs to the document (task, options, gains).
struct BehaviourLook {
    static constexpr int usualTrials = 20;
    static constexpr int mostTrials = 2000;
    static constexpr double mostNoise = 10;
    static constexpr std::uint64_t largestSeed = 4294967295u;

    Asked asked = Asked::network;
    std::vector<double> inactivated;  ///< share of each population's units that are silenced, P, 0..1; empty: nobody
    int trials = usualTrials;         ///< of each cell, 1..mostTrials
    std::optional<double> noise;      ///< sigma of the state noise, 0..mostNoise; none: the usual one
    std::uint64_t seed = 1;           ///< 0..largestSeed
    bool selectivity = false;         ///< what units are selective for is looked at, not choices

    bool operator==(const BehaviourLook&) const = default;
};

/// What is looked at of the units' selectivity.
struct SelectivityLook {
    static constexpr int mostVariables = 100;

    QString window;                 ///< an epoch of the task; empty: its usual one
    std::array<int, 2> axes{0, 1};  ///< variables of the two axes, from 0
    int changeVariable = 0;         ///< whose change between contexts is shown, from 0
    int unit = -1;                  ///< whose tuning curves are shown, from 0; -1: nobody's
    EpairsOf testOf = EpairsOf::loadings;

    bool operator==(const SelectivityLook&) const = default;
};

/// What is looked at besides the portraits: what a session file keeps of the other workspaces.
struct PageViews {
    Workspace workspace = Workspace::explore;
    std::array<bool, 2> diagrams{};  ///< a portrait's level is shown as a diagram
    /// 1 for every unit that was chosen by hand, N; null: none is.
    std::shared_ptr<const std::vector<char>> units;
    BehaviourLook behaviour;
    SelectivityLook selectivity;
};

}  // namespace kappascope::session
