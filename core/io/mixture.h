// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <set>
#include <string>

#include "core/io/array.h"
#include "core/network/network.h"

namespace kappascope::io {

/// True for the keys of a "support" network, whose loadings are combinations of a Gaussian basis, one a population.
bool looksLikeMixture(const NamedArrays& file);

/// Expands a support network. With the basis G (B x N), supports s (P x N, 0 or 1), weights W (K x P x B) and offsets c
/// (K x P), a loading is
///
///   m_ik = sum_p s_pi (sum_b W_kpb G_bi + c_kp)
///
/// Two published sets of names are read: SupportLowRankRNN (m_weights, m_biases...) and its masked variant (m,
/// unitm...), whose constant drive per step is turned into a bias (exactly: h = x + bias, bias = drive / alpha with
/// alpha = 0.2). Populations are the supports; units without one, which are silent, come after them as a population of
/// their own. Sets networkClass, scaling (none), m, n, inputWeights, outputWeights, bias, initialState and labels.
/// used: gains the keys that were read. Throws missingField, wrongShape, notFinite, tooLarge.
network::Network mixtureNetwork(const NamedArrays& file, std::set<std::string>& used);

}  // namespace kappascope::io
