// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/csv.h"

#include <algorithm>
#include <utility>

#include "core/text.h"

namespace kappascope::session {

namespace {

bool hasSituations(std::span<const CsvPortrait> portraits) {
    return std::any_of(portraits.begin(), portraits.end(), [](const CsvPortrait& p) { return !p.situation.empty(); });
}

std::string header(std::span<const CsvPortrait> portraits) {
    return hasSituations(portraits) ? "situation,level" : "level";
}

std::string beginningOf(const CsvPortrait& portrait, bool situations) {
    return (situations ? portrait.situation + "," : std::string()) + id(portrait.level).toStdString();
}

std::string numbered(const char* name, int count) {
    std::string text;
    for (int k = 1; k <= count; ++k) text += "," + std::string(name) + std::to_string(k);
    return text;
}

/// The names of a portrait's coordinates: kappa1, kappa2, …, or kappa1 and v of an input.
std::string coordinates(std::span<const CsvPortrait> portraits) {
    if (portraits.empty()) return {};
    const phase::Portrait& portrait = *portraits.front().portrait;
    if (portrait.view.input >= 0) return ",kappa1,v" + std::to_string(portrait.view.input + 1);
    return numbered("kappa", portrait.rank);
}

int rankOf(std::span<const CsvPortrait> portraits) {
    return portraits.empty() ? 0 : portraits.front().portrait->rank;
}

}  // namespace

std::string trajectoriesToCsv(std::span<const simulation::Trajectory* const> trajectories, double tauMs) {
    std::string csv;
    const bool several = trajectories.size() > 1;
    for (std::size_t t = 0; t < trajectories.size(); ++t) {
        const simulation::Trajectory& trajectory = *trajectories[t];
        const std::pair<const char*, const Eigen::MatrixXd*> groups[] = {
            {"u", &trajectory.u}, {"kappa", &trajectory.kappa}, {"z", &trajectory.z}};
        if (t == 0) {
            csv += several ? "trial,t_ms" : "t_ms";
            for (const auto& [name, values] : groups) csv += numbered(name, static_cast<int>(values->rows()));
            csv += '\n';
        }
        for (Eigen::Index k = 0; k < trajectory.u.cols(); ++k) {
            if (several) csv += std::to_string(t + 1) + ",";
            csv += toText(static_cast<double>(k + 1) * trajectory.alpha * tauMs);
            for (const auto& [name, values] : groups)
                for (Eigen::Index row = 0; row < values->rows(); ++row) csv += "," + toText((*values)(row, k));
            csv += '\n';
        }
    }
    return csv;
}

std::string fixedPointsToCsv(std::span<const CsvPortrait> portraits) {
    const bool situations = hasSituations(portraits);
    const int rank = rankOf(portraits);
    std::string csv = header(portraits) + coordinates(portraits) + ",kind,unstable_directions";
    for (int r = 1; r <= rank; ++r) csv += ",re" + std::to_string(r) + ",im" + std::to_string(r);
    csv += '\n';
    for (const CsvPortrait& portrait : portraits)
        for (const phase::FixedPoint& point : portrait.portrait->census.points) {
            csv += beginningOf(portrait, situations);
            for (const double value : point.kappa) csv += "," + toText(value);
            csv += "," + std::string(phase::name(point.kind)) + "," + std::to_string(point.unstableDirections);
            for (const auto& value : point.eigenvalues) csv += "," + toText(value.real()) + "," + toText(value.imag());
            csv += '\n';
        }
    return csv;
}

std::string cyclesToCsv(std::span<const CsvPortrait> portraits) {
    const bool situations = hasSituations(portraits);
    std::string csv = header(portraits) + ",cycle,stable,period_tau,point" + coordinates(portraits) + '\n';
    for (const CsvPortrait& portrait : portraits) {
        int number = 0;
        for (const phase::LimitCycle& cycle : portrait.portrait->cycles) {
            const std::string beginning = beginningOf(portrait, situations) + "," + std::to_string(++number) +
                                          (cycle.stable ? ",1," : ",0,") + toText(cycle.period) + ",";
            for (Eigen::Index k = 0; k < cycle.points.cols(); ++k) {
                csv += beginning + std::to_string(k + 1);
                for (Eigen::Index row = 0; row < cycle.points.rows(); ++row) csv += "," + toText(cycle.points(row, k));
                csv += '\n';
            }
        }
    }
    return csv;
}

}  // namespace kappascope::session
