// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <Eigen/Core>
#include <memory>
#include <string>
#include <vector>

#include "core/io/load.h"
#include "core/reduction/circuit.h"
#include "tests/reference/reference.h"

namespace kappascope::reference {

inline Eigen::VectorXd vector(const nlohmann::json& values) {
    Eigen::VectorXd result(static_cast<Eigen::Index>(values.size()));
    for (std::size_t k = 0; k < values.size(); ++k) result[static_cast<Eigen::Index>(k)] = values[k].get<double>();
    return result;
}

/// A circuit of circuits.json, through the loader.
inline std::shared_ptr<const reduction::Circuit> circuit(const std::string& name) {
    return io::loadBytes(circuits().at("circuits").at(name).dump(), name + ".json").circuit;
}

}  // namespace kappascope::reference
