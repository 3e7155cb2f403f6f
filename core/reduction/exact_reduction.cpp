// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/network/activation.h"
#include "core/reduction/exact_kernels.h"
#include "core/reduction/flow.h"
#include "core/reduction/input_plane.h"

namespace kappascope::reduction {

namespace {

/// An array aligned for vector loads.
template <class T>
class Aligned {
public:
    Aligned() = default;
    explicit Aligned(std::size_t count)
        : data_(static_cast<T*>(::operator new(std::max<std::size_t>(count, 1) * sizeof(T), alignment))) {
        std::fill_n(data_.get(), count, T(0));
    }
    T* data() { return data_.get(); }
    const T* data() const { return data_.get(); }
    T& operator[](std::size_t i) { return data_.get()[i]; }
    const T& operator[](std::size_t i) const { return data_.get()[i]; }

private:
    static constexpr std::align_val_t alignment{64};
    struct Release {
        void operator()(T* p) const { ::operator delete(p, alignment); }
    };
    std::unique_ptr<T, Release> data_;
};

std::size_t padded(std::size_t count) {
    return (count + kernels::padding - 1) / kernels::padding * kernels::padding;
}

struct Segment {
    std::size_t first = 0;  ///< padded index of the population's first unit
    std::size_t count = 0;  ///< padded number of units
    std::size_t units = 0;  ///< units without padding
};

}  // namespace

/// Loadings sorted by population, each population padded to whole vectors; padding has n = w = 0 and m = 0.
struct ExactReduction::Packed {
    std::shared_ptr<const network::Network> network;
    int rank = 0;
    std::size_t size = 0;
    std::vector<Segment> segments;
    std::vector<std::size_t> slot;      ///< padded index of each unit
    std::vector<Aligned<double>> m, n;  ///< R arrays
    std::vector<Aligned<float>> mSingle, nSingle;
    std::vector<Aligned<float>> wSingle;  ///< O arrays
    Eigen::MatrixXd absoluteN;            ///< R x P: c sum_{i in p} |n_ir|
    double scale = 1;
};

namespace {

class ExactFlow final : public Flow {
public:
    ExactFlow(std::shared_ptr<const ExactReduction::Packed> packed, const Eigen::VectorXd& v,
              const Eigen::VectorXd& gains)
        : packed_(std::move(packed)), input_(v), gains_(gains), base_(packed_->size), baseSingle_(packed_->size) {
        const auto& network = *packed_->network;
        Eigen::VectorXd base = network.inputWeights * v;
        if (network.bias.size() > 0) base += network.bias;
        for (Eigen::Index i = 0; i < base.size(); ++i) {
            const auto slot = packed_->slot[static_cast<std::size_t>(i)];
            base_[slot] = base[i];
            baseSingle_[slot] = static_cast<float>(base[i]);
        }
        box_ = packed_->absoluteN * gains_.cwiseAbs();
        singleError_ = singleErrorBound(base);
    }

    int rank() const override { return packed_->rank; }
    int outputs() const override { return static_cast<int>(packed_->network->outputs()); }
    const Eigen::VectorXd& gains() const override { return gains_; }
    const Eigen::VectorXd& input() const override { return input_; }

    void evaluate(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const override {
        if (packed_->rank <= kernels::maximumFusedRank)
            fused<double>(kappa, f, jacobian);
        else
            blockwise(kappa, f, jacobian);
    }

    void evaluateSingle(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const override {
        if (packed_->rank <= kernels::maximumFusedRank)
            fused<float>(kappa, f, jacobian);
        else
            blockwise(kappa, f, jacobian);
    }

    double singleError() const override { return packed_->rank <= kernels::maximumFusedRank ? singleError_ : 0; }

    Eigen::MatrixXd contributions(const Eigen::VectorXd& kappa) const override {
        Eigen::MatrixXd c = Eigen::MatrixXd::Zero(packed_->rank, populations());
        forEachBlock(kappa, [&](int p, std::size_t first, std::size_t count, const double* t) {
            const Eigen::Map<const Eigen::VectorXd> rates(t, static_cast<Eigen::Index>(count));
            for (int r = 0; r < packed_->rank; ++r)
                c(r, p) += Eigen::Map<const Eigen::VectorXd>(packed_->n[static_cast<std::size_t>(r)].data() + first,
                                                             static_cast<Eigen::Index>(count))
                               .dot(rates);
        });
        return c * packed_->scale;
    }

    void contributionsSingle(const Eigen::MatrixXd& kappas, std::span<const int> axes, float* out) const override {
        const auto points = static_cast<std::size_t>(kappas.cols());
        const auto count = static_cast<std::size_t>(populations());
        if (packed_->rank > kernels::maximumFusedRank) {
            for (std::size_t k = 0; k < points; ++k) {
                const Eigen::MatrixXd c = contributions(kappas.col(static_cast<Eigen::Index>(k)));
                for (std::size_t a = 0; a < axes.size(); ++a)
                    for (std::size_t p = 0; p < count; ++p)
                        out[(a * count + p) * points + k] =
                            static_cast<float>(c(axes[a], static_cast<Eigen::Index>(p)));
            }
            return;
        }
        const auto scale = static_cast<float>(packed_->scale);
        for (std::size_t p = 0; p < count; ++p)
            kernels::contributions(loadings<float>(p), kappas.data(), points, axes.data(), axes.size(),
                                   out + p * points, count * points);
        for (std::size_t k = 0; k < axes.size() * count * points; ++k) out[k] *= scale;
    }

    std::vector<Eigen::MatrixXd> populationJacobians(const Eigen::VectorXd& kappa) const override {
        std::vector<Eigen::MatrixXd> parts(static_cast<std::size_t>(populations()),
                                           Eigen::MatrixXd::Zero(packed_->rank, packed_->rank));
        forEachBlock(kappa, [&](int p, std::size_t first, std::size_t count, const double* t) {
            const double weight = gains_[p] * packed_->scale;
            const auto size = static_cast<Eigen::Index>(count);
            const auto loading = [&](const std::vector<Aligned<double>>& of, int r) {
                return Eigen::Map<const Eigen::ArrayXd>(of[static_cast<std::size_t>(r)].data() + first, size);
            };
            const Eigen::ArrayXd slope = weight * (1 - Eigen::Map<const Eigen::ArrayXd>(t, size).square());
            for (int r = 0; r < packed_->rank; ++r) {
                const Eigen::ArrayXd steep = loading(packed_->n, r) * slope;
                for (int s = 0; s < packed_->rank; ++s)
                    parts[static_cast<std::size_t>(p)](r, s) += (steep * loading(packed_->m, s)).sum();
            }
        });
        return parts;
    }

    Eigen::VectorXd meanSlopes(const Eigen::VectorXd& kappa) const override {
        Eigen::VectorXd slopes = Eigen::VectorXd::Zero(populations());
        const auto rates = unitActivations(kappa);
        for (int p = 0; p < populations(); ++p) {
            const auto& segment = packed_->segments[static_cast<std::size_t>(p)];
            double sum = 0;
            for (std::size_t i = segment.first; i < segment.first + segment.units; ++i) sum += 1 - rates[i] * rates[i];
            if (segment.units > 0) slopes[p] = sum / static_cast<double>(segment.units);
        }
        return slopes;
    }

    Eigen::VectorXd readout(const Eigen::VectorXd& kappa) const override {
        const auto& network = *packed_->network;
        Eigen::VectorXd values(network.units());
        if (network.readout == network::Readout::rate) {
            const auto rates = unitActivations(kappa);
            for (Eigen::Index i = 0; i < values.size(); ++i)
                values[i] = rates[packed_->slot[static_cast<std::size_t>(i)]];
        } else {
            // phi(x) and x are read out without the bias.
            values = network.m * kappa + network.inputWeights * input_;
            if (network.readout == network::Readout::phi)
                network::tanhArray(values.data(), values.data(), static_cast<std::size_t>(values.size()));
        }
        if (network.readout != network::Readout::state) values.array() *= network::unitGains(network, gains_).array();
        return network.readoutScale() * (network.outputWeights.transpose() * values);
    }

    void readoutSingle(const Eigen::MatrixXd& kappas, int output, float* out) const override {
        const auto& network = *packed_->network;
        const bool ofRates = network.readout == network::Readout::rate ||
                             (network.readout == network::Readout::phi && network.bias.size() == 0);
        if (!ofRates || packed_->rank > kernels::maximumFusedRank) return Flow::readoutSingle(kappas, output, out);
        const auto points = static_cast<std::size_t>(kappas.cols());
        std::fill_n(out, points, 0.0F);
        std::vector<float> part(points);
        constexpr int axis = 0;
        for (std::size_t p = 0; p < packed_->segments.size(); ++p) {
            auto weights = loadings<float>(p);
            weights.n[axis] = packed_->wSingle[static_cast<std::size_t>(output)].data() + packed_->segments[p].first;
            kernels::contributions(weights, kappas.data(), points, &axis, 1, part.data(), points);
            const auto scale = static_cast<float>(network.readoutScale() * gains_[static_cast<Eigen::Index>(p)]);
            for (std::size_t k = 0; k < points; ++k) out[k] += scale * part[k];
        }
    }

    Eigen::VectorXd box() const override { return box_; }

    BoxBounds boundsFor(const Eigen::VectorXd& halfWidths) const override {
        const auto& network = *packed_->network;
        const Eigen::VectorXd unit = network::unitGains(network, gains_).cwiseAbs() * packed_->scale;
        const Eigen::MatrixXd absoluteM = network.m.cwiseAbs();
        const Eigen::MatrixXd weighted = network.n.cwiseAbs().array().colwise() * unit.array();
        const Eigen::VectorXd reach = absoluteM * halfWidths;
        BoxBounds bounds;
        bounds.lipschitz = halfWidths + weighted.transpose() * reach;
        bounds.remainder = 0.5 * network::maximumCurvature * (weighted.transpose() * reach.cwiseAbs2());
        bounds.jacobianChange =
            network::maximumCurvature * (weighted.transpose() * (absoluteM.array().colwise() * reach.array()).matrix());
        return bounds;
    }

private:
    /// Bound on the single-precision error of F and J: rounding of x (R + 2 operations on numbers up to its reach), of
    /// tanh and of its slope, and of sums of 64 terms, carried through c sum |n| max(1, |m|).
    double singleErrorBound(const Eigen::VectorXd& base) const {
        constexpr double unit = 6e-8;
        const auto& network = *packed_->network;
        const Eigen::ArrayXd reach = base.array().abs() + (network.m.cwiseAbs() * box_).array();
        const Eigen::ArrayXd perUnit = 1.5e-6 + unit * 64 + unit * (packed_->rank + 2) * reach;
        const Eigen::ArrayXd steepest = network.m.cwiseAbs().rowwise().maxCoeff().array().max(1.0);
        const Eigen::ArrayXd gains = network::unitGains(network, gains_).array().abs();
        return packed_->scale * (network.n.cwiseAbs().transpose() * (perUnit * steepest * gains).matrix()).maxCoeff();
    }

    template <class T>
    kernels::Loadings<T> loadings(std::size_t p) const {
        const auto& segment = packed_->segments[p];
        kernels::Loadings<T> result;
        result.rank = packed_->rank;
        result.count = segment.count;
        for (std::size_t r = 0; r < static_cast<std::size_t>(packed_->rank); ++r) {
            if constexpr (std::is_same_v<T, double>) {
                result.m[r] = packed_->m[r].data() + segment.first;
                result.n[r] = packed_->n[r].data() + segment.first;
            } else {
                result.m[r] = packed_->mSingle[r].data() + segment.first;
                result.n[r] = packed_->nSingle[r].data() + segment.first;
            }
        }
        if constexpr (std::is_same_v<T, double>)
            result.base = base_.data() + segment.first;
        else
            result.base = baseSingle_.data() + segment.first;
        return result;
    }

    template <class T>
    void fused(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const {
        const int rank = packed_->rank;
        f = -kappa;
        if (jacobian) *jacobian = -Eigen::MatrixXd::Identity(rank, rank);
        std::array<double, 3> sum;
        std::array<double, 9> slopes;
        for (std::size_t p = 0; p < packed_->segments.size(); ++p) {
            const double weight = gains_[static_cast<Eigen::Index>(p)] * packed_->scale;
            if (weight == 0) continue;
            kernels::jet(loadings<T>(p), kappa.data(), sum.data(), jacobian ? slopes.data() : nullptr);
            for (int r = 0; r < rank; ++r) {
                f[r] += weight * sum[static_cast<std::size_t>(r)];
                if (jacobian)
                    for (int s = 0; s < rank; ++s)
                        (*jacobian)(r, s) += weight * slopes[static_cast<std::size_t>(r * rank + s)];
            }
        }
    }

    /// Calls body(population, first slot, count, tanh(x)) for blocks of units.
    template <class Body>
    void forEachBlock(const Eigen::VectorXd& kappa, Body&& body) const {
        constexpr std::size_t block = 512;
        std::array<double, block> x;
        for (int p = 0; p < populations(); ++p) {
            const auto& segment = packed_->segments[static_cast<std::size_t>(p)];
            for (std::size_t first = segment.first; first < segment.first + segment.count; first += block) {
                const std::size_t count = std::min(block, segment.first + segment.count - first);
                for (std::size_t i = 0; i < count; ++i) x[i] = base_[first + i];
                for (int r = 0; r < packed_->rank; ++r) {
                    const double* m = packed_->m[static_cast<std::size_t>(r)].data() + first;
                    for (std::size_t i = 0; i < count; ++i) x[i] += m[i] * kappa[r];
                }
                network::tanhArray(x.data(), x.data(), count);
                body(p, first, count, x.data());
            }
        }
    }

    void blockwise(const Eigen::VectorXd& kappa, Eigen::VectorXd& f, Eigen::MatrixXd* jacobian) const {
        const int rank = packed_->rank;
        f = -kappa;
        if (jacobian) *jacobian = -Eigen::MatrixXd::Identity(rank, rank);
        forEachBlock(kappa, [&](int p, std::size_t first, std::size_t count, const double* t) {
            const double weight = gains_[p] * packed_->scale;
            const auto size = static_cast<Eigen::Index>(count);
            const Eigen::Map<const Eigen::ArrayXd> rates(t, size);
            const Eigen::ArrayXd slope = 1 - rates.square();
            for (int r = 0; r < rank; ++r) {
                const Eigen::Map<const Eigen::ArrayXd> n(packed_->n[static_cast<std::size_t>(r)].data() + first, size);
                f[r] += weight * (n * rates).sum();
                if (!jacobian) continue;
                const Eigen::ArrayXd steep = n * slope;
                for (int s = 0; s < rank; ++s)
                    (*jacobian)(r, s) +=
                        weight * (steep * Eigen::Map<const Eigen::ArrayXd>(
                                              packed_->m[static_cast<std::size_t>(s)].data() + first, size))
                                     .sum();
            }
        });
    }

    /// tanh(x) of every slot.
    std::vector<double> unitActivations(const Eigen::VectorXd& kappa) const {
        std::vector<double> rates(packed_->size);
        forEachBlock(kappa, [&](int, std::size_t first, std::size_t count, const double* t) {
            std::copy_n(t, count, rates.begin() + static_cast<std::ptrdiff_t>(first));
        });
        return rates;
    }

    std::shared_ptr<const ExactReduction::Packed> packed_;
    Eigen::VectorXd input_;
    Eigen::VectorXd gains_;
    Aligned<double> base_;
    Aligned<float> baseSingle_;
    Eigen::VectorXd box_;
    double singleError_ = 0;
};

}  // namespace

ExactReduction::ExactReduction(std::shared_ptr<const network::Network> network) : planes_(std::make_shared<Planes>()) {
    if (!network->isLowRank()) throw Error(ErrorCode::needsLowRank, "network");
    auto packed = std::make_shared<Packed>();
    packed->network = network;
    packed->rank = static_cast<int>(network->rank());
    packed->scale = network->couplingScale();

    const auto units = static_cast<std::size_t>(network->units());
    const auto populations = static_cast<std::size_t>(network->populationCount());
    auto populationOf = [&](std::size_t i) {
        return network->labels.empty() ? std::size_t{0} : static_cast<std::size_t>(network->labels[i]);
    };
    packed->segments.resize(populations);
    for (std::size_t i = 0; i < units; ++i) ++packed->segments[populationOf(i)].units;
    for (auto& segment : packed->segments) {
        segment.first = packed->size;
        segment.count = padded(segment.units);
        packed->size += segment.count;
    }
    packed->slot.resize(units);
    std::vector<std::size_t> next(populations, 0);
    for (std::size_t i = 0; i < units; ++i) {
        const auto p = populationOf(i);
        packed->slot[i] = packed->segments[p].first + next[p]++;
    }
    packed->absoluteN = Eigen::MatrixXd::Zero(packed->rank, static_cast<Eigen::Index>(populations));
    for (int r = 0; r < packed->rank; ++r) {
        Aligned<double> m(packed->size), n(packed->size);
        Aligned<float> mSingle(packed->size), nSingle(packed->size);
        for (std::size_t i = 0; i < units; ++i) {
            const auto slot = packed->slot[i];
            const auto row = static_cast<Eigen::Index>(i);
            m[slot] = network->m(row, r);
            n[slot] = network->n(row, r);
            mSingle[slot] = static_cast<float>(m[slot]);
            nSingle[slot] = static_cast<float>(n[slot]);
            packed->absoluteN(r, static_cast<Eigen::Index>(populationOf(i))) += packed->scale * std::abs(n[slot]);
        }
        packed->m.push_back(std::move(m));
        packed->n.push_back(std::move(n));
        packed->mSingle.push_back(std::move(mSingle));
        packed->nSingle.push_back(std::move(nSingle));
    }
    for (Eigen::Index o = 0; o < network->outputs(); ++o) {
        Aligned<float> w(packed->size);
        for (std::size_t i = 0; i < units; ++i)
            w[packed->slot[i]] = static_cast<float>(network->outputWeights(static_cast<Eigen::Index>(i), o));
        packed->wSingle.push_back(std::move(w));
    }
    packed_ = std::move(packed);
}

ExactReduction::~ExactReduction() = default;

const network::Network& ExactReduction::network() const {
    return *packed_->network;
}
const std::shared_ptr<const network::Network>& ExactReduction::sharedNetwork() const {
    return packed_->network;
}

std::unique_ptr<Flow> ExactReduction::at(const Eigen::VectorXd& v, const Eigen::VectorXd& gains) const {
    const auto& network = *packed_->network;
    if (v.size() != network.inputs())
        throw Error(ErrorCode::inputsDoNotMatch, "input", {std::to_string(v.size()), std::to_string(network.inputs())});
    if (gains.size() != network.populationCount())
        throw Error(ErrorCode::wrongShape, "gain",
                    {std::to_string(gains.size()), std::to_string(network.populationCount())});
    if (!v.allFinite()) throw Error(ErrorCode::notFinite, "input");
    if (!gains.allFinite()) throw Error(ErrorCode::notFinite, "gain");
    return std::make_unique<ExactFlow>(packed_, v, gains);
}

}  // namespace kappascope::reduction
