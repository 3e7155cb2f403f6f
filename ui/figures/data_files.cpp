// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/figures/data_files.h"

#include <QCoreApplication>
#include <QDir>
#include <QSaveFile>

#include "core/error.h"
#include "ui/session/csv.h"

namespace kappascope::figures {

std::vector<std::pair<QString, std::string>> dataFiles(const FigureContent& content) {
    std::vector<std::pair<QString, std::string>> files;
    std::vector<session::CsvPortrait> portraits;
    for (const LevelContent& level : content.levels) {
        if (level.portrait) portraits.push_back({{}, level.level, level.portrait.get()});
        if (level.trials.empty()) continue;
        std::vector<const simulation::Trajectory*> trials;
        for (const auto& trial : level.trials) trials.push_back(trial.get());
        files.emplace_back(QStringLiteral("trial-%1.csv").arg(session::id(level.level)),
                           session::trajectoriesToCsv(trials, content.tauMs));
    }
    if (!portraits.empty()) {
        files.emplace_back(QStringLiteral("fixed-points.csv"), session::fixedPointsToCsv(portraits));
        files.emplace_back(QStringLiteral("cycles.csv"), session::cyclesToCsv(portraits));
    }
    return files;
}

QStringList writeDataFiles(const FigureContent& content, const QString& folder) {
    const QDir directory(folder);
    if (!QDir().mkpath(folder))
        throw Error(ErrorCode::cannotWrite, {},
                    {QCoreApplication::translate("Figures", "the folder cannot be made").toStdString()},
                    folder.toStdString());
    QStringList names;
    for (const auto& [name, text] : dataFiles(content)) {
        QSaveFile file(directory.filePath(name));
        const auto size = static_cast<qint64>(text.size());
        if (!file.open(QIODevice::WriteOnly) || file.write(text.data(), size) != size || !file.commit())
            throw Error(ErrorCode::cannotWrite, {}, {file.errorString().toStdString()}, file.fileName().toStdString());
        names += name;
    }
    return names;
}

}  // namespace kappascope::figures
