// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QPointF>
#include <QString>
#include <vector>

#include "ui/session/training_snapshot.h"

namespace kappascope::session {

/// One column of the loadings of a network in training.
struct LoadingColumn {
    training::Part part = training::Part::m;
    int column = 0;
    QString label;  ///< mathematics: "$m_{1}$"
    QString plain;  ///< "m₁", for a combo box
};

/// m_1 … m_R, n_1 … n_R (none of full rank), I_1 … I_S, w_1 … w_O.
std::vector<LoadingColumn> loadingColumns(const training::Shape& shape);

/// Two columns of every unit, or of every k-th one so that at most `most` points result; I and w with their scales s_i
/// and s_o. weights: as long as shape.total(), else nothing.
std::vector<QPointF> loadingPoints(const std::vector<float>& weights, const training::Shape& shape,
                                   const LoadingColumn& x, const LoadingColumn& y, std::size_t most = 1000);

/// The same of a network that is there, as of a circuit in training, whose units are drawn.
std::vector<QPointF> loadingPoints(const network::Network& network, const LoadingColumn& x, const LoadingColumn& y,
                                   std::size_t most = 1000);

}  // namespace kappascope::session
