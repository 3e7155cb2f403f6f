// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/mixture.h"

#include "core/error.h"
#include "core/io/limits.h"
#include "core/io/text.h"

namespace kappascope::io {

namespace {

constexpr Eigen::Index mostPopulations = 1000;
constexpr std::uint64_t mostProducts = std::uint64_t{1} << 30;
constexpr std::uint64_t mostElements = std::uint64_t{1} << 26;

class Expansion {
public:
    Expansion(const NamedArrays& file, std::set<std::string>& used) : file_(file), used_(used) {
        basis_ = matrix("gaussian_basis");
        supports_ = matrix("supports");
        if (supports_.cols() != basis_.cols())
            throw Error(ErrorCode::wrongShape, "supports",
                        {shapeText(array("supports").shape), "P x " + std::to_string(basis_.cols())});
        if (supports_.rows() < 1 || basis_.cols() < 1) throw Error(ErrorCode::wrongShape, "supports", {"0", "P x N"});
        if (supports_.rows() >= mostPopulations)
            throw Error(ErrorCode::tooLarge, "supports",
                        {std::to_string(supports_.rows()), std::to_string(mostPopulations - 1)});
    }

    /// One column per k: weights (K x P x B) and offsets (K x P, or K x P x 1), which may be absent.
    Eigen::MatrixXd loadings(const std::string& weightsKey, const std::string& offsetsKey) {
        const Array& weights = array(weightsKey);
        if (weights.shape.size() != 3) wrong(weightsKey, "K x P x B");
        const std::int64_t count = weights.shape[0];
        return combine(weightsKey, offsetsKey, count);
    }

    /// A single column: weights (P x B), offsets (P x 1). Empty where neither is there.
    Eigen::VectorXd column(const std::string& weightsKey, const std::string& offsetsKey) {
        if (!file_.has(weightsKey) && !file_.has(offsetsKey)) return {};
        return combine(weightsKey, offsetsKey, 1).col(0);
    }

    std::vector<int> labels() const {
        std::vector<int> result(static_cast<std::size_t>(supports_.cols()));
        for (Eigen::Index i = 0; i < supports_.cols(); ++i) {
            Eigen::Index strongest = 0;
            const double support = supports_.col(i).cwiseAbs().maxCoeff(&strongest);
            result[static_cast<std::size_t>(i)] = static_cast<int>(support > 0 ? strongest : supports_.rows());
        }
        return result;
    }

private:
    [[noreturn]] void wrong(const std::string& key, const std::string& expected) {
        throw Error(ErrorCode::wrongShape, key, {shapeText(array(key).shape), expected});
    }
    const Array& array(const std::string& key) {
        const auto found = file_.arrays.find(key);
        if (found == file_.arrays.end()) throw Error(ErrorCode::missingField, key);
        used_.insert(key);
        return found->second;
    }
    Eigen::MatrixXd matrix(const std::string& key) {
        if (array(key).shape.size() != 2) wrong(key, "K x N");
        return array(key).matrix(key);
    }
    std::vector<double> values(const std::string& key, std::uint64_t count, const std::string& expected) {
        if (array(key).count() != count) wrong(key, expected);
        return array(key).values(key);
    }

    Eigen::MatrixXd combine(const std::string& weightsKey, const std::string& offsetsKey, std::int64_t count) {
        const auto columns = static_cast<std::uint64_t>(count);
        const auto populations = static_cast<std::uint64_t>(supports_.rows());
        const auto directions = static_cast<std::uint64_t>(basis_.rows());
        const std::string sizes = std::to_string(count) + " x " + std::to_string(populations);
        const std::uint64_t products =
            saturatingProduct(saturatingProduct(columns, populations),
                              saturatingProduct(directions + 1, static_cast<std::uint64_t>(basis_.cols())));
        const std::uint64_t elements = saturatingProduct(columns, static_cast<std::uint64_t>(basis_.cols()));
        if (elements > mostElements)
            throw Error(ErrorCode::tooLarge, weightsKey, {std::to_string(elements), std::to_string(mostElements)});
        if (products > mostProducts)
            throw Error(ErrorCode::tooLarge, weightsKey, {std::to_string(products), std::to_string(mostProducts)});
        Eigen::MatrixXd result = Eigen::MatrixXd::Zero(basis_.cols(), count);
        std::vector<double> weights;
        std::vector<double> offsets;
        if (file_.has(weightsKey))
            weights =
                values(weightsKey, columns * populations * directions, sizes + " x " + std::to_string(directions));
        if (file_.has(offsetsKey)) offsets = values(offsetsKey, columns * populations, sizes);
        for (std::size_t k = 0; k < columns; ++k) {
            for (std::size_t p = 0; p < populations; ++p) {
                Eigen::VectorXd part = Eigen::VectorXd::Zero(basis_.cols());
                for (std::size_t b = 0; b < directions && !weights.empty(); ++b)
                    part += weights[(k * populations + p) * directions + b] *
                            basis_.row(static_cast<Eigen::Index>(b)).transpose();
                if (!offsets.empty()) part.array() += offsets[k * populations + p];
                result.col(static_cast<Eigen::Index>(k)) +=
                    part.cwiseProduct(supports_.row(static_cast<Eigen::Index>(p)).transpose());
            }
        }
        return result;
    }

    const NamedArrays& file_;
    std::set<std::string>& used_;
    Eigen::MatrixXd basis_;     // B x N
    Eigen::MatrixXd supports_;  // P x N
};

}  // namespace

bool looksLikeMixture(const NamedArrays& file) {
    return file.has("gaussian_basis") && file.has("supports");
}

network::Network mixtureNetwork(const NamedArrays& file, std::set<std::string>& used) {
    Expansion expansion(file, used);
    network::Network network;
    network.networkClass = network::NetworkClass::mixture;
    network.scaling = network::Scaling::none;
    network.labels = expansion.labels();
    // Both classes keep these beside what defines the network: fractions, a vector of ones, masks of the training.
    for (const auto& [key, array] : file.arrays)
        if (key == "weights" || key == "unit_vector" || key.ends_with("_mask")) used.insert(key);
    if (file.has("m_weights")) {
        network.m = expansion.loadings("m_weights", "m_biases");
        network.n = expansion.loadings("n_weights", "n_biases");
        network.inputWeights = expansion.loadings("wi_weights", "wi_biases");
        network.outputWeights = expansion.loadings("wo_weights", "wo_biases");
        network.initialState = expansion.column("h0_weights", "h0_biases");
        return network;
    }
    network.m = expansion.loadings("m", "unitm");
    network.n = expansion.loadings("n", "unitn");
    network.inputWeights = expansion.loadings("wi", "unitwi");
    network.outputWeights = expansion.loadings("wo", "unitwo");
    network.initialState = expansion.column("h0", "unith0");
    // Every step adds the constant d to h outside of alpha (...): h settles at d / alpha more, and x = h - d / alpha
    // has no drive.
    const Eigen::VectorXd drive = expansion.column("", "bias");
    if (drive.size() > 0 && drive.cwiseAbs().maxCoeff() > 0) {
        network.bias = drive / network.alpha;
        if (network.initialState.size() == 0) network.initialState = Eigen::VectorXd::Zero(drive.size());
        network.initialState -= network.bias;
    }
    return network;
}

}  // namespace kappascope::io
