// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/train_command.h"

#include "core/text.h"

namespace kappascope::figures {

QStringList trainArguments(const training::Settings& settings, const QString& output) {
    training::TrainingOptions given;
    if (settings.value("rank") == 0) given["rank"] = 0;  // its defaults are others
    if (const double populations = settings.value("populations"); populations > 0) given["populations"] = populations;
    const auto usual = training::makeSettings(settings.task, {}, given, 1);
    const auto text = [](double value) { return QString::fromStdString(toText(value)); };
    QStringList arguments{QStringLiteral("train"), QStringLiteral("--task"), QString::fromStdString(settings.task)};
    if (settings.value("rank") == 0) arguments << QStringLiteral("--rank") << QStringLiteral("full");
    for (const auto& [id, value] : settings.options)
        if (value != usual.value(id) || (id == "populations" && value > 0))
            arguments << QStringLiteral("--%1").arg(QString::fromStdString(id)) << text(value);
    for (const auto& [id, value] : settings.taskOptions)
        if (const auto found = usual.taskOptions.find(id); found == usual.taskOptions.end() || found->second != value)
            arguments << QStringLiteral("--task-option")
                      << QStringLiteral("%1=%2").arg(QString::fromStdString(id), text(value));
    if (settings.seed != usual.seed) arguments << QStringLiteral("--seed") << QString::number(settings.seed);
    return arguments << QStringLiteral("-o") << output;
}

}  // namespace kappascope::figures
