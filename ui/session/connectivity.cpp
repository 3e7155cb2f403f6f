// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/connectivity.h"

#include <algorithm>
#include <atomic>

#include "core/statistics/loadings.h"
#include "ui/session/thread_pool.h"

namespace kappascope::session {

namespace {

constexpr std::uint64_t redrawSeed = 1;  // one draw, so that the same network gives the same picture
constexpr int usualColumns = 8;
constexpr int progressSteps = 200;

/// "m12" as mathematics and with subscript digits.
std::pair<QString, QString> namesOf(const std::string& name) {
    const QString letter(QLatin1Char(name.front()));
    const QString digits = QString::fromStdString(name.substr(1));
    if (digits.isEmpty()) return {QStringLiteral("$%1$").arg(letter), letter};
    QString plain = letter;
    for (const QChar digit : digits) plain += QChar(0x2080 + digit.digitValue());
    return {QStringLiteral("$%1_{%2}$").arg(letter, digits), plain};
}

}  // namespace

std::shared_ptr<const Connectivity> connectivityOf(const StatePtr& state) {
    if (!state->network) throw Error(ErrorCode::needsUnits);
    const network::Network& network = *state->network;
    auto result = std::make_shared<Connectivity>();
    result->state = state;
    result->rows = statistics::loadingsOf(network);
    for (const std::string& name : statistics::loadingNames(network)) {
        const auto [label, plain] = namesOf(name);
        result->labels.push_back(label);
        result->plain.push_back(plain);
    }
    result->populations = network.labels;
    if (result->populations.empty()) result->populations.assign(static_cast<std::size_t>(network.units()), 0);
    result->groups = statistics::momentsBy(result->rows, result->populations, network.populationCount());
    result->total = statistics::momentsOf(result->rows);
    result->redrawn = statistics::redraw(result->groups, result->populations, redrawSeed);
    // Of many columns the modes come first, then what goes in, then what comes out.
    const auto columns = static_cast<int>(result->labels.size());
    for (int k = 0; k < std::min(columns, usualColumns); ++k) result->usual.push_back(k);
    return result;
}

std::unique_ptr<ConnectivityWorker> makeConnectivityWorker(ConnectivityWorker::Receive receive) {
    return std::make_unique<ConnectivityWorker>(
        [](const StatePtr& state, const ConnectivityWorker::Run&) { return connectivityOf(state); },
        std::move(receive));
}

std::unique_ptr<SpectrumWorker> makeSpectrumWorker(SpectrumWorker::Receive receive) {
    return std::make_unique<SpectrumWorker>(
        [](const SpectrumRequest& request, const SpectrumWorker::Run&) {
            setThisThread(ThreadPriority::idle);
            return std::make_shared<const SpectrumResult>(
                SpectrumResult{request.network, reduction::spectrumOf(*request.network, request.stop)});
        },
        std::move(receive));
}

std::unique_ptr<FindWorker> makeFindWorker(FindWorker::Receive receive) {
    return std::make_unique<FindWorker>(
        [](const FindRequest& request, const FindWorker::Run& run) {
            const FindOptions& options = request.options;
            statistics::LoadingChoice choice;
            choice.outputs = options.outputs;
            const Eigen::MatrixXd rows = statistics::loadingsOf(*request.network, choice);
            statistics::PopulationsOptions fit;
            fit.count = options.count;
            fit.mixture.method = options.method;
            fit.mixture.zeroMean = options.zeroMean;
            fit.mixture.starts = options.starts;
            fit.mixture.seed = options.seed;
            fit.earlier = request.network->labels;
            const std::size_t steps = statistics::stepsOf(fit, rows);
            const std::size_t stride = std::max<std::size_t>(1, steps / progressSteps);
            std::atomic<std::size_t> done{0};
            ThreadPool pool(0, ThreadPriority::idle);
            setThisThread(ThreadPriority::idle);
            const auto step = [&] {
                const std::size_t now = ++done;
                if (now % stride == 0)
                    run.deliver(std::make_shared<const FindResult>(
                        FindResult{request.network,
                                   options,
                                   static_cast<double>(now) / static_cast<double>(std::max<std::size_t>(1, steps)),
                                   {}}));
            };
            auto found = statistics::findPopulations(rows, fit, {pool.executor(), step, request.stop});
            return std::make_shared<const FindResult>(FindResult{request.network, options, 1, std::move(found)});
        },
        std::move(receive));
}

bool sameLoadings(const network::Network& a, const network::Network& b) {
    const auto same = [](const Eigen::MatrixXd& x, const Eigen::MatrixXd& y) {
        return x.rows() == y.rows() && x.cols() == y.cols() && x == y;
    };
    return a.scaling == b.scaling && a.networkClass == b.networkClass && same(a.m, b.m) && same(a.n, b.n) &&
           same(a.inputWeights, b.inputWeights) && same(a.outputWeights, b.outputWeights);
}

}  // namespace kappascope::session
