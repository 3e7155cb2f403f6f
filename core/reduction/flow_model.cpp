// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cmath>
#include <utility>

#include "core/linalg/positive.h"
#include "core/reduction/flow_fit.h"
#include "core/reduction/gaussian_moments.h"

namespace kappascope::reduction {

namespace {

/// Rows and columns of y = (m, I, [b]) and of q = (n, w) among a circuit's loadings.
std::vector<Eigen::Index> stateLoadings(const Circuit& c) {
    std::vector<Eigen::Index> rows;
    for (int r = 0; r < c.rank; ++r) rows.push_back(c.mIndex(r));
    for (int s = 0; s < c.inputs; ++s) rows.push_back(c.inputIndex(s));
    if (c.bias) rows.push_back(c.biasIndex());
    return rows;
}

std::vector<Eigen::Index> valueLoadings(const Circuit& c) {
    std::vector<Eigen::Index> rows;
    for (int r = 0; r < c.rank; ++r) rows.push_back(c.nIndex(r));
    for (int o = 0; o < c.outputs; ++o) rows.push_back(c.outputIndex(o));
    return rows;
}

}  // namespace

/// The parameters of one population, as matrices.
struct FlowModel::Part {
    Eigen::MatrixXd a;      ///< Y x Y, lower triangular
    Eigen::MatrixXd h;      ///< Q x Y
    Eigen::VectorXd meanY;  ///< Y
    Eigen::VectorXd meanQ;  ///< Q
};

FlowModel::FlowModel(const Circuit& circuit, bool means, double noiseVariance)
    : shape_(circuit), means_(means), noiseVariance_(noiseVariance) {
    circuit.validate();
    for (const auto& population : circuit.populations) fractions_.push_back(population.fraction);
    state_ = circuit.rank + circuit.inputs + (circuit.bias ? 1 : 0);
    values_ = circuit.rank + circuit.outputs;
    triangle_ = state_ * (state_ + 1) / 2;
    perPopulation_ = triangle_ + values_ * state_ + (means ? state_ + values_ : 0);
}

FlowModel::Part FlowModel::part(const Eigen::VectorXd& parameters, Eigen::Index population) const {
    const double* at = parameters.data() + population * perPopulation_;
    Part part;
    part.a = Eigen::MatrixXd::Zero(state_, state_);
    for (Eigen::Index i = 0; i < state_; ++i)
        for (Eigen::Index j = 0; j <= i; ++j) part.a(i, j) = *at++;
    part.h =
        Eigen::Map<const Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(at, values_, state_);
    at += values_ * state_;
    part.meanY = Eigen::VectorXd::Zero(state_);
    part.meanQ = Eigen::VectorXd::Zero(values_);
    if (means_) {
        part.meanY = Eigen::Map<const Eigen::VectorXd>(at, state_);
        part.meanQ = Eigen::Map<const Eigen::VectorXd>(at + state_, values_);
    }
    return part;
}

Eigen::VectorXd FlowModel::parametersOf(const Circuit& circuit) const {
    const auto y = stateLoadings(shape_);
    const auto q = valueLoadings(shape_);
    Eigen::VectorXd parameters(this->parameters());
    double* at = parameters.data();
    for (const auto& population : circuit.populations) {
        Eigen::MatrixXd moments = population.covariance;
        if (!means_) moments += population.mean * population.mean.transpose();
        const Eigen::MatrixXd yy = moments(y, y);
        // A degenerate population gets a little width: its A must be invertible to find H.
        const double floor = 1e-4 * std::sqrt(std::max(yy.trace() / static_cast<double>(state_), 1e-8));
        const Eigen::MatrixXd a = linalg::lowerRoot(yy, floor);
        const Eigen::MatrixXd h = linalg::divideByTransposed(moments(q, y), a);
        for (Eigen::Index i = 0; i < state_; ++i)
            for (Eigen::Index j = 0; j <= i; ++j) *at++ = a(i, j);
        for (Eigen::Index i = 0; i < values_; ++i)
            for (Eigen::Index j = 0; j < state_; ++j) *at++ = h(i, j);
        if (!means_) continue;
        for (const auto i : y) *at++ = population.mean[i];
        for (const auto i : q) *at++ = population.mean[i];
    }
    return parameters;
}

Circuit FlowModel::circuit(const Eigen::VectorXd& parameters) const {
    const auto y = stateLoadings(shape_);
    const auto q = valueLoadings(shape_);
    Circuit result = shape_;
    for (Eigen::Index p = 0; p < populations(); ++p) {
        const Part own = part(parameters, p);
        auto& population = result.populations[static_cast<std::size_t>(p)];
        population.fraction = fractions_[static_cast<std::size_t>(p)];
        population.gain = 1;
        population.covariance(y, y) = own.a * own.a.transpose();
        const Eigen::MatrixXd qy = own.h * own.a.transpose();
        population.covariance(q, y) = qy;
        population.covariance(y, q) = qy.transpose();
        population.covariance(q, q) = own.h * own.h.transpose();
        population.mean(y) = own.meanY;
        population.mean(q) = own.meanQ;
        population.covariance = 0.5 * (population.covariance + population.covariance.transpose()).eval();
    }
    return result;
}

void FlowModel::evaluate(const Eigen::VectorXd& parameters, const Eigen::VectorXd& state, Eigen::VectorXd& f,
                         Eigen::MatrixXd* derivatives) const {
    Eigen::VectorXd y(state_);
    y.head(state.size()) = state;
    if (shape_.bias) y[state_ - 1] = 1;
    f = Eigen::VectorXd::Zero(values_);
    if (derivatives) derivatives->setZero(values_, this->parameters());
    for (Eigen::Index p = 0; p < populations(); ++p) {
        const Part own = part(parameters, p);
        const double fraction = fractions_[static_cast<std::size_t>(p)];
        const Eigen::VectorXd g = own.a.transpose() * y;
        const auto average = gaussianMoments(own.meanY.dot(y), std::sqrt(g.squaredNorm() + noiseVariance_));
        const Eigen::VectorXd drive = own.h * g;
        f += fraction * (drive * average.slope + own.meanQ * average.phi);
        if (!derivatives) continue;
        // d<f>/dmean = <f'>, d<f>/d(Delta^2) = <f''> / 2, dDelta^2/dg = 2 g.
        const Eigen::VectorXd bySpread = fraction * (drive * average.third + own.meanQ * average.second);
        const Eigen::MatrixXd byG = fraction * average.slope * own.h + bySpread * g.transpose();
        Eigen::Index column = p * perPopulation_;
        for (Eigen::Index i = 0; i < state_; ++i)
            for (Eigen::Index j = 0; j <= i; ++j) derivatives->col(column++) = byG.col(j) * y[i];
        for (Eigen::Index k = 0; k < values_; ++k, column += state_)
            derivatives->row(k).segment(column, state_) = fraction * average.slope * g.transpose();
        if (!means_) continue;
        const Eigen::VectorXd byMean = fraction * (drive * average.second + own.meanQ * average.slope);
        derivatives->middleCols(column, state_) = byMean * y.transpose();
        column += state_;
        for (Eigen::Index k = 0; k < values_; ++k) (*derivatives)(k, column + k) = fraction * average.phi;
    }
}

Eigen::VectorXd FlowModel::secondMoments(const Eigen::VectorXd& parameters) const {
    Eigen::VectorXd moments = Eigen::VectorXd::Zero(values_);
    for (Eigen::Index p = 0; p < populations(); ++p) {
        const Part own = part(parameters, p);
        moments += fractions_[static_cast<std::size_t>(p)] * (own.h.rowwise().squaredNorm() + own.meanQ.cwiseAbs2());
    }
    return moments;
}

void FlowModel::balance(Eigen::VectorXd& parameters, const Eigen::VectorXd& scales, double least) {
    const auto count = static_cast<std::size_t>(populations());
    std::vector<double> lengths(count);
    double sum = 0;
    for (std::size_t p = 0; p < count; ++p) {
        const Part own = part(parameters, static_cast<Eigen::Index>(p));
        const Eigen::VectorXd squares = own.h.rowwise().squaredNorm() + own.meanQ.cwiseAbs2();
        lengths[p] = fractions_[p] * std::sqrt((squares.array() / scales.array().square()).sum());
        sum += lengths[p];
    }
    if (!(sum > 0)) return;
    double total = 0;
    for (auto& length : lengths) total += length = std::max(length / sum, least);
    for (std::size_t p = 0; p < count; ++p) {
        const double fraction = lengths[p] / total;
        const double factor = fractions_[p] / fraction;
        const auto first = static_cast<Eigen::Index>(p) * perPopulation_;
        parameters.segment(first + triangle_, values_ * state_) *= factor;
        if (means_) parameters.segment(first + perPopulation_ - values_, values_) *= factor;
        fractions_[p] = fraction;
    }
}

FlowModel::Place FlowModel::place(Eigen::Index parameter) const {
    const Eigen::Index population = parameter / perPopulation_;
    const Eigen::Index k = parameter % perPopulation_ - triangle_;
    if (k < 0) return {};
    if (k < values_ * state_) return {k / state_, population};
    const Eigen::Index mean = k - values_ * state_ - state_;
    return mean < 0 ? Place{} : Place{mean, population};
}

}  // namespace kappascope::reduction
