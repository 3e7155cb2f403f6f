// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/session/train_preview.h"

#include <QCoreApplication>
#include <QLocale>
#include <algorithm>
#include <utility>

#include "core/simulation/trial.h"
#include "ui/session/thread_priority.h"

namespace kappascope::session {

namespace {

struct PreviewTexts {
    Q_DECLARE_TR_FUNCTIONS(TrainPreview)
};

constexpr std::size_t mostNumbers = 4'000'000;  // of a network that is previewed: a fraction of a second a trial

QString numberText(double value) {
    return QLocale::c().toString(value, 'g', 3).replace(u'-', QChar(0x2212));
}

}  // namespace

SnapshotPtr startOf(const SettingsPtr& settings) {
    const training::Trainer trainer(*settings);
    auto snapshot = std::make_shared<RunSnapshot>();
    snapshot->settings = settings;
    snapshot->weights = std::make_shared<const std::vector<float>>(trainer.state().parameters);
    return snapshot;
}

Preview makePreview(const PreviewRequest& request, std::stop_token stop) {
    Preview preview;
    preview.settings = request.settings;
    const training::Settings& settings = *request.settings;
    const auto& task = tasks::task(settings.task);
    preview.trial = request.condition.isEmpty() ? task.randomTrial(settings.taskOptions, settings.seed, request.index)
                                                : task.trial(request.condition.toStdString(), settings.taskOptions,
                                                             true, settings.seed, request.index);
    if (settings.shape().total() > mostNumbers) return preview;
    preview.snapshot = request.snapshot ? request.snapshot : startOf(request.settings);
    const network::Network network = preview.snapshot->network();
    simulation::SimulationOptions options;
    options.noise = settings.value("noise");
    options.seed = settings.seed;
    options.trialIndex = request.index;
    const auto run = network.isLowRank() ? simulation::simulateExact : simulation::simulateNetwork;
    auto trajectory = run(network, network.defaultGains(), preview.trial.trial, options, std::move(stop));
    preview.z = std::move(trajectory.z);
    if (trajectory.kappa.size() > 0) preview.end = trajectory.kappa.rightCols<1>();
    return preview;
}

std::unique_ptr<PreviewWorker> makePreviewWorker(PreviewWorker::Receive receive) {
    return std::make_unique<PreviewWorker>(
        [](const PreviewRequest& request, const PreviewWorker::Run& run) {
            setThisThread(ThreadPriority::idle);
            return std::make_shared<const Preview>(makePreview(request, run.stop));
        },
        std::move(receive));
}

std::vector<HeldInput> heldInputs(const training::Settings& settings, std::size_t most) {
    const auto& task = tasks::task(settings.task);
    const auto names = task.inputNames();
    std::vector<HeldInput> result{{PreviewTexts::tr("at rest"), Eigen::VectorXd::Zero(task.inputs())}};
    for (const std::string& condition : task.conditions()) {
        const auto trial = task.trial(condition, settings.taskOptions).trial;
        for (const auto& epoch : trial.epochs) {
            const Eigen::VectorXd u = trial.inputs.col((epoch.first + epoch.end) / 2);
            if (result.size() >= most) return result;
            if (std::any_of(result.begin(), result.end(), [&u](const HeldInput& each) { return each.u == u; }))
                continue;
            QStringList parts;
            for (Eigen::Index s = 0; s < u.size(); ++s)
                if (u[s] != 0)
                    parts += PreviewTexts::tr("%1 = %2").arg(QString::fromStdString(names[static_cast<std::size_t>(s)]),
                                                             numberText(u[s]));
            result.push_back({parts.join(QStringLiteral(", ")), u});
        }
    }
    return result;
}

}  // namespace kappascope::session
