// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/selectivity_worker.h"

#include <atomic>
#include <map>
#include <utility>

#include "core/statistics/loadings.h"
#include "core/tasks/task.h"
#include "ui/session/progress_meter.h"
#include "ui/session/stop_either.h"
#include "ui/session/thread_pool.h"

namespace kappascope::session {

namespace {

std::shared_ptr<const SelectivityResult> observed(const SelectivityRequest& request, const SelectivityWorker::Run& run,
                                                  ThreadPool& pool) {
    const auto& setup = request.setup;
    if (!setup.network) throw Error(ErrorCode::needsUnits);
    const auto& network = *setup.network;
    const auto& task = tasks::task(setup.task.toStdString());
    const Eigen::VectorXd gains = statistics::unitGains(network, request.modulation);
    const StopEither hand(run.stop, request.cancel), hurry(run.giveWay, request.cancel);
    const auto executor = pool.executor();
    statistics::ObservationOptions options;
    options.task = setup.options;
    options.window = request.window.toStdString();
    options.trials = request.trials;
    options.noise = setup.noise;
    options.seed = setup.seed;
    SelectivityResult result;
    result.request = request;
    result.selectivity = std::make_shared<const statistics::Selectivity>(
        statistics::regress(statistics::observe(network, gains, task, options, executor, hand.token())));
    run.deliver(std::make_shared<const SelectivityResult>(result));
    if (task.choicePlot(setup.options).panels.size() == 2) {
        result.change = std::make_shared<const statistics::ContextChange>(
            statistics::contextChange(network, gains, task, options, executor, hurry.token()));
        run.deliver(std::make_shared<const SelectivityResult>(result));
    }
    statistics::BehaviourOptions cells;
    cells.task = setup.options;
    cells.trials = request.tuningTrials;
    cells.noise = setup.noise;
    cells.seed = setup.seed;
    result.tuning = std::make_shared<const std::vector<statistics::TuningCurves>>(
        statistics::tuningCurves(network, gains, task, cells, options.window, executor, hurry.token()));
    result.complete = true;
    return std::make_shared<const SelectivityResult>(std::move(result));
}

std::shared_ptr<const EpairsResult> tested(const EpairsRequest& request, const EpairsWorker::Run& run,
                                           ThreadPool& pool) {
    Eigen::MatrixXd rows;
    if (request.of == EpairsOf::loadings) {
        if (!request.network) throw Error(ErrorCode::needsUnits);
        rows = statistics::loadingsOf(*request.network);
    } else {
        if (!request.selectivity) throw Error(ErrorCode::needsUnits);
        rows = request.selectivity->coefficients;
    }
    const StopEither hand(run.stop, request.cancel);
    statistics::EpairsOptions options;
    options.draws = request.draws;
    options.seed = request.seed;
    std::atomic<int> done{0};
    EpairsResult report;
    report.of = request.of;
    report.network = request.network;
    ProgressMeter meter([&run, report](double share) {
        auto now = std::make_shared<EpairsResult>(report);
        now->progress = share;
        run.deliver(std::move(now));
    });
    statistics::Work work;
    work.executor = pool.executor();
    work.step = [&] { meter.step(static_cast<double>(++done) / request.draws); };
    work.stop = hand.token();
    report.test = std::make_shared<const statistics::Epairs>(statistics::epairs(rows, options, work));
    return std::make_shared<const EpairsResult>(std::move(report));
}

}  // namespace

QStringList windowsOf(const BehaviourSetup& setup) {
    const auto& task = tasks::task(setup.task.toStdString());
    const auto plot = task.choicePlot(setup.options);
    QStringList names;
    const auto trial = task.trial(plot.panels.front().conditions.front(), setup.options).trial;
    std::map<QString, int> counts;
    for (const auto& epoch : trial.epochs) {
        if (epoch.first >= epoch.end) continue;
        // "stimulus A" of one condition is "stimulus B" of another.
        const QString name = QString::fromStdString(epoch.name).section(u' ', 0, 0);
        const int number = ++counts[name];
        names += number == 1 ? name : QStringLiteral("%1 %2").arg(name).arg(number);
    }
    return names;
}

std::unique_ptr<SelectivityWorker> makeSelectivityWorker(SelectivityWorker::Receive receive) {
    return std::make_unique<SelectivityWorker>(
        [pool = std::make_shared<ThreadPool>()](const SelectivityRequest& request, const SelectivityWorker::Run& run) {
            return observed(request, run, *pool);
        },
        std::move(receive));
}

std::unique_ptr<EpairsWorker> makeEpairsWorker(EpairsWorker::Receive receive) {
    return std::make_unique<EpairsWorker>(
        [pool = std::make_shared<ThreadPool>()](const EpairsRequest& request, const EpairsWorker::Run& run) {
            return tested(request, run, *pool);
        },
        std::move(receive));
}

}  // namespace kappascope::session
