// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/state.h"

#include <QCoreApplication>
#include <QLocale>
#include <array>

#include "core/error.h"
#include "core/reduction/input_plane.h"
#include "ui/session/level_run.h"

namespace kappascope::session {

namespace {

constexpr std::array levels{Level::network, Level::exact, Level::meanField};

QString tr(const char* text, int n = -1) {
    return QCoreApplication::translate("State", text, nullptr, n);
}

}  // namespace

QString id(Level level) {
    switch (level) {
        case Level::network: return QStringLiteral("network");
        case Level::exact: return QStringLiteral("exact");
        case Level::meanField: return QStringLiteral("mean-field");
    }
    return {};
}

std::optional<Level> levelFromId(const QString& text) {
    for (const Level level : levels)
        if (id(level) == text) return level;
    return {};
}

int State::inputs() const {
    if (network) return static_cast<int>(network->inputs());
    return circuit ? circuit->inputs : 0;
}

int State::rank() const {
    if (network) return static_cast<int>(network->rank());
    return circuit ? circuit->rank : 0;
}

int State::populations() const {
    if (circuit) return circuit->populationCount();
    return network ? network->populationCount() : 0;
}

QString State::inputName(int s) const {
    const auto at = static_cast<std::size_t>(s);
    if (circuit && at < circuit->inputNames.size() && !circuit->inputNames[at].empty())
        return QString::fromStdString(circuit->inputNames[at]);
    if (network && at < network->inputNames.size() && !network->inputNames[at].empty())
        return QString::fromStdString(network->inputNames[at]);
    return QStringLiteral("u_%1").arg(s + 1);
}

QString State::populationName(int p) const {
    const auto at = static_cast<std::size_t>(p);
    if (circuit && at < circuit->populations.size() && !circuit->populations[at].name.empty())
        return QString::fromStdString(circuit->populations[at].name);
    if (network && at < network->populationNames.size() && !network->populationNames[at].empty())
        return QString::fromStdString(network->populationNames[at]);
    return populations() == 1 ? tr("all units") : tr("population %1").arg(p + 1);
}

Eigen::VectorXd State::effectiveGains() const {
    Eigen::VectorXd result = gains;
    for (Eigen::Index p = 0; p < result.size(); ++p)
        if (static_cast<std::size_t>(p) < on.size() && !on[static_cast<std::size_t>(p)]) result[p] = 0;
    return result;
}

bool State::has(Level level) const {
    return level == Level::meanField ? circuit != nullptr : network != nullptr && exact != nullptr;
}

bool State::isTruncated() const {
    return file && network && !file->isLowRank();
}

std::unique_ptr<reduction::Flow> flowOf(const State& state, Level level) {
    return flowOf(state, level, state.input);
}

std::unique_ptr<reduction::Flow> flowOf(const State& state, Level level, const Eigen::VectorXd& v) {
    if (level == Level::meanField) {
        if (!state.circuit) throw Error(ErrorCode::needsPopulations);
        return reduction::meanFieldFlow(state.circuit, v, state.effectiveGains(), noiseVariance(state));
    }
    if (!state.exact) throw Error(ErrorCode::needsUnits);
    return state.exact->at(v, state.effectiveGains());
}

std::unique_ptr<reduction::Flow> flowOf(const State& state, Level level, const Eigen::VectorXd& u, int input) {
    if (input < 0) return flowOf(state, level, u);
    if (level == Level::meanField) {
        if (!state.circuit) throw Error(ErrorCode::needsPopulations);
        return reduction::meanFieldPlane(*state.circuit, input, u, state.effectiveGains(), noiseVariance(state));
    }
    if (!state.exact) throw Error(ErrorCode::needsUnits);
    return state.exact->planeAt(input, u, state.effectiveGains());
}

QString title(Level level, const State& state) {
    switch (level) {
        case Level::network:
            if (!state.network) return tr("Network");
            return tr("Network, N = %1").arg(QLocale().toString(static_cast<qlonglong>(state.network->units())));
        case Level::exact:
            return state.isTruncated() ? tr("Flow truncated to rank %1").arg(state.rank()) : tr("Exact flow");
        case Level::meanField:
            if (!state.circuit) return tr("Mean-field circuit");
            if (state.circuit->origin.kind == reduction::Origin::Kind::refinedToFlow)
                return state.populations() == 1 ? tr("Refined circuit, 1 population")
                                                : tr("Refined circuit, %1 populations").arg(state.populations());
            if (state.populations() == 1) return tr("Mean-field circuit, 1 population");
            return tr("Mean-field circuit, %1 populations").arg(state.populations());
    }
    return {};
}

}  // namespace kappascope::session
